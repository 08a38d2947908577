//! Business time looked up in a prepared table: a report asks for a million spans, and opening hours are slow to evaluate.
//! Invariant: gives what the hours themselves give, to the millisecond, inside and outside the prepared range.

use chrono::{DateTime, Duration, Utc};

const DAY: i64 = 24 * HOUR;
const HOUR: i64 = 3_600_000;

/// Business time between two instants, as the hours themselves tell it.
pub type Between<'a> = dyn Fn(DateTime<Utc>, DateTime<Utc>) -> Duration + 'a;

/// Business time of one team, prepared for a range.
pub struct OpenTime<'a> {
    between: &'a Between<'a>,
    /// The first hour, in hours since 1970.
    first: i64,
    /// Open milliseconds before each hour of the range; one more than there are hours.
    before: Vec<i64>,
}

impl<'a> OpenTime<'a> {
    /// Prepares whole hours from before `from` until after `to`; spans that leave the range still come out right, only slower.
    #[must_use]
    pub fn new(from: DateTime<Utc>, to: DateTime<Utc>, between: &'a Between<'a>) -> Self {
        let first = from.timestamp_millis().div_euclid(DAY) * 24;
        let end = (to.timestamp_millis().div_euclid(DAY) + 1) * 24;
        let mut before = vec![0];
        let mut open = 0;
        for day in (first..end.max(first)).step_by(24) {
            let closed_all_day = ask(between, day * HOUR, day * HOUR + DAY) == 0;
            for hour in day..day + 24 {
                open += if closed_all_day { 0 } else { ask(between, hour * HOUR, (hour + 1) * HOUR) };
                before.push(open);
            }
        }
        Self { between, first, before }
    }

    /// Business time between two instants; zero when `to` is before `from`.
    #[must_use]
    pub fn between(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Duration {
        if to <= from {
            return Duration::zero();
        }
        match (self.open_before(from), self.open_before(to)) {
            (Some(a), Some(b)) => Duration::milliseconds(b - a),
            (None, _) | (_, None) => (self.between)(from, to),
        }
    }

    /// Open milliseconds from the start of the range until `at`.
    fn open_before(&self, at: DateTime<Utc>) -> Option<i64> {
        let at = at.timestamp_millis();
        let hour = at.div_euclid(HOUR);
        let place = usize::try_from(hour - self.first).ok()?;
        let (start, end) = (*self.before.get(place)?, *self.before.get(place + 1)?);
        let into = at - hour * HOUR;
        Some(match end - start {
            0 => start,
            HOUR => start + into,
            _ => start + ask(self.between, hour * HOUR, at),
        })
    }
}

fn ask(between: &Between<'_>, from: i64, to: i64) -> i64 {
    let at = |millis| DateTime::from_timestamp_millis(millis).unwrap_or_default();
    between(at(from), at(to)).num_milliseconds()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Open 08:20 to 12:00 and 13:00 to 17:45 UTC from Monday to Friday, second by second.
    fn hours(from: DateTime<Utc>, to: DateTime<Utc>) -> Duration {
        let open_until = |millis: i64| {
            let (day, into) = (millis.div_euclid(DAY), millis.rem_euclid(DAY));
            let minute = 60_000;
            let of_day = |into: i64| {
                (into.clamp(500 * minute, 720 * minute) - 500 * minute) + (into.clamp(780 * minute, 1065 * minute) - 780 * minute)
            };
            let weekday = (day + 3).rem_euclid(7);
            let whole = (day + 3).div_euclid(7) * 5 + weekday.min(5);
            whole * of_day(DAY) + if weekday < 5 { of_day(into) } else { 0 }
        };
        Duration::milliseconds(open_until(to.timestamp_millis()) - open_until(from.timestamp_millis()))
    }

    proptest! {
        #[test]
        fn prepared_or_not_the_answer_is_the_same(from in 1_794_000_000_000i64..1_797_000_000_000, span in 0i64..900_000_000) {
            let at = |millis| DateTime::from_timestamp_millis(millis).unwrap();
            let prepared = OpenTime::new(at(1_794_500_000_000), at(1_796_500_000_000), &hours);
            prop_assert_eq!(prepared.between(at(from), at(from + span)), hours(at(from), at(from + span)));
            prop_assert_eq!(prepared.between(at(from + 1), at(from)), Duration::zero());
        }
    }
}
