//! When a source is quieter than it ever is.
//! Its habit is how much came in at each hour of each weekday, in the eight weeks before it was last heard, on the company's clock. Nights
//! and weekends on which nothing comes add nothing to what is missed, and neither does a holiday.
//! Invariant: a source that has no habit yet is never called quiet.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike as _, Duration, Timelike as _, Utc};

use super::hours::Hours;

/// So far back does a habit reach.
const WEEKS: i64 = 8;

/// A source that was heard for less has no habit yet.
const HEARD_MIN: Duration = Duration::weeks(2);

/// A source that was heard less often has no habit yet.
const ARRIVALS_MIN: u32 = 20;

/// So many must have been missed. Where that many come on average, none comes in one case of 150 (Poisson): less than one in a hundred.
const MISSED_MIN: f64 = 5.0;

/// Whoever has a habit of twenty in eight weeks has been missed by then; what is found later is chance.
const LOOKED_AHEAD: Duration = Duration::weeks(4);

const HOUR_SECONDS: i64 = 3_600;

/// What was heard of a source, and since when nothing was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// Since when it is there.
    pub since: DateTime<Utc>,
    /// The newest arrival.
    pub last: DateTime<Utc>,
    /// It was paused until then; it cannot have been heard before.
    pub listened_from: DateTime<Utc>,
    /// Arrivals by the hour, counted in hours since 1970; hours without any may be left out.
    pub by_hour: BTreeMap<i64, u32>,
}

/// How many come in an hour, by weekday and hour of the day.
struct Habit([[f64; 24]; 7]);

impl Heard {
    /// When it will have been quiet for longer than it ever is, if nothing comes until then; `None` for one without a habit.
    #[must_use]
    pub fn quiet_at(&self, hours: &Hours) -> Option<DateTime<Utc>> {
        let habit = self.habit(hours)?;
        let mut missed = 0.0;
        for (from, to) in hours_between(self.quiet_from(), self.quiet_from() + LOOKED_AHEAD) {
            let rate = habit.rate(from, hours);
            let more = rate * share_of_hour(from, to);
            if missed + more >= MISSED_MIN {
                let within = ((MISSED_MIN - missed) / rate.max(f64::MIN_POSITIVE)).clamp(0.0, share_of_hour(from, to));
                let at = from + Duration::seconds((within * HOUR_SECONDS as f64).ceil() as i64);
                if self.usually_speaks_until(at) {
                    return Some(at);
                }
            }
            missed += more;
        }
        None
    }

    /// How many would have come by then, as a rule.
    #[must_use]
    pub fn missed_by(&self, until: DateTime<Utc>, hours: &Hours) -> f64 {
        let Some(habit) = self.habit(hours) else { return 0.0 };
        hours_between(self.quiet_from(), until).map(|(from, to)| habit.rate(from, hours) * share_of_hour(from, to)).sum()
    }

    /// Since when nothing was heard that could have been.
    #[must_use]
    pub fn quiet_from(&self) -> DateTime<Utc> {
        self.last.max(self.listened_from)
    }

    fn start(&self) -> DateTime<Utc> {
        self.since.max(self.last - Duration::weeks(WEEKS))
    }

    fn habit(&self, hours: &Hours) -> Option<Habit> {
        let (first, last) = (hour_of(self.start()), hour_of(self.last));
        let arrivals: u32 = self.by_hour.range(first..=last).map(|(_, n)| *n).sum();
        if self.last - self.start() < HEARD_MIN || arrivals < ARRIVALS_MIN {
            return None;
        }
        let (mut came, mut passed) = ([[0_u32; 24]; 7], [[0_u32; 24]; 7]);
        for hour in first..=last {
            let (day, of_day) = slot(instant(hour), hours);
            passed[day][of_day] += 1;
            came[day][of_day] += self.by_hour.get(&hour).copied().unwrap_or(0);
        }
        let mut rates = [[0.0; 24]; 7];
        for (rates, (came, passed)) in rates.iter_mut().zip(came.iter().zip(&passed)) {
            for (rate, (came, passed)) in rates.iter_mut().zip(came.iter().zip(passed)) {
                *rate = f64::from(*came) / f64::from((*passed).max(1));
            }
        }
        Some(Habit(rates))
    }

    /// Whether in most of the weeks before something came in the same span, or in the last week of it: one campaign is no habit.
    fn usually_speaks_until(&self, at: DateTime<Utc>) -> bool {
        let from = self.quiet_from().max(at - Duration::weeks(1));
        let weeks = (1..=WEEKS).map(|nth| (from - Duration::weeks(nth), at - Duration::weeks(nth)));
        let spoke: Vec<bool> = weeks
            .filter(|(from, to)| *from >= self.start() && *to <= self.last)
            .map(|(from, to)| self.by_hour.range(hour_of(from)..=hour_of(to)).any(|(_, n)| *n > 0))
            .collect();
        spoke.iter().filter(|spoke| **spoke).count() * 2 > spoke.len()
    }
}

impl Habit {
    /// Nothing is expected where the company is closed although it is open a week before: a holiday.
    fn rate(&self, at: DateTime<Utc>, hours: &Hours) -> f64 {
        let (day, of_day) = slot(at, hours);
        let rate = self.0[day][of_day];
        if rate > 0.0 && !hours.is_open(at) && hours.is_open(at - Duration::weeks(1)) { 0.0 } else { rate }
    }
}

/// Weekday and hour of the day on the company's clock.
fn slot(at: DateTime<Utc>, hours: &Hours) -> (usize, usize) {
    let local = hours.zone().local(at);
    (local.weekday().num_days_from_monday() as usize, local.hour() as usize)
}

fn hour_of(at: DateTime<Utc>) -> i64 {
    at.timestamp().div_euclid(HOUR_SECONDS)
}

fn instant(hour: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(hour * HOUR_SECONDS, 0).unwrap_or_default()
}

/// The span, cut at every full hour.
fn hours_between(from: DateTime<Utc>, to: DateTime<Utc>) -> impl Iterator<Item = (DateTime<Utc>, DateTime<Utc>)> {
    let parts = (hour_of(from)..=hour_of(to)).map(move |hour| (instant(hour).max(from), instant(hour + 1).min(to)));
    parts.filter(|(from, to)| from < to)
}

fn share_of_hour(from: DateTime<Utc>, to: DateTime<Utc>) -> f64 {
    (to - from).num_milliseconds() as f64 / (HOUR_SECONDS * 1000) as f64
}

#[cfg(test)]
mod tests;
