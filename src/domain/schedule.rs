//! When something that comes by itself comes next: every day, week, month or quarter, at a time of the day.
//! Invariant: `next` is always later than what it is asked from, and `last` never; on a day on which clocks change it comes once.

use chrono::{DateTime, Datelike as _, Duration, Months, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};

use super::hours::Zone;

/// How often. Stored: never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// Each day.
    Day,
    /// On Mondays.
    Week,
    /// On the first of the month.
    Month,
    /// On the first of January, April, July and October.
    Quarter,
}

impl Every {
    /// Every one, the shortest first.
    pub const ALL: [Self; 4] = [Self::Day, Self::Week, Self::Month, Self::Quarter];

    /// As commands and rows write it.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
        }
    }

    /// From what commands and rows write.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|every| every.key() == key)
    }

    /// The first day of the one that this day is in: on it, something that comes so often comes.
    fn first(self, day: NaiveDate) -> NaiveDate {
        match self {
            Self::Day => day,
            Self::Week => day - Duration::days(i64::from(day.weekday().num_days_from_monday())),
            Self::Month => day - Duration::days(i64::from(day.day0())),
            Self::Quarter => {
                let month = Self::Month.first(day);
                month - Months::new(month.month0() % 3)
            }
        }
    }

    fn after(self, first: NaiveDate) -> NaiveDate {
        match self {
            Self::Day => first + Duration::days(1),
            Self::Week => first + Duration::days(7),
            Self::Month => first + Months::new(1),
            Self::Quarter => first + Months::new(3),
        }
    }

    fn before(self, first: NaiveDate) -> NaiveDate {
        self.first(first - Duration::days(1))
    }
}

/// How often, and at which time of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rhythm {
    /// How often.
    pub every: Every,
    /// The time, as clocks show it.
    pub at: NaiveTime,
}

impl Rhythm {
    /// The first time after `now`, on the clocks of `zone`.
    #[must_use]
    pub fn next(self, zone: &Zone, now: DateTime<Utc>) -> DateTime<Utc> {
        let mut first = self.every.first(zone.local(now).date());
        // The first of them is over, or clocks that went back show it again.
        while zone.instant(first.and_time(self.at)) <= now {
            first = self.every.after(first);
        }
        zone.instant(first.and_time(self.at))
    }

    /// The last time until `now`.
    #[must_use]
    pub fn last(self, zone: &Zone, now: DateTime<Utc>) -> DateTime<Utc> {
        let mut first = self.every.first(zone.local(now).date());
        while zone.instant(first.and_time(self.at)) > now {
            first = self.every.before(first);
        }
        zone.instant(first.and_time(self.at))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn berlin() -> Zone {
        Zone::parse("Europe/Berlin").unwrap()
    }

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn rhythm(every: Every, at: &str) -> Rhythm {
        Rhythm { every, at: NaiveTime::parse_from_str(at, "%H:%M").unwrap() }
    }

    #[test]
    fn it_comes_on_the_first_day_of_what_begins() {
        // A Wednesday, at eleven in Berlin.
        let now = utc("2026-09-16T09:00:00Z");
        for (every, at, next, last) in [
            (Every::Day, "09:00", "2026-09-17T07:00:00Z", "2026-09-16T07:00:00Z"),
            (Every::Day, "11:00", "2026-09-17T09:00:00Z", "2026-09-16T09:00:00Z"),
            (Every::Day, "11:01", "2026-09-16T09:01:00Z", "2026-09-15T09:01:00Z"),
            (Every::Week, "09:00", "2026-09-21T07:00:00Z", "2026-09-14T07:00:00Z"),
            (Every::Month, "09:00", "2026-10-01T07:00:00Z", "2026-09-01T07:00:00Z"),
            (Every::Quarter, "09:00", "2026-10-01T07:00:00Z", "2026-07-01T07:00:00Z"),
        ] {
            let rhythm = rhythm(every, at);
            assert_eq!((rhythm.next(&berlin(), now), rhythm.last(&berlin(), now)), (utc(next), utc(last)), "{rhythm:?}");
        }
    }

    #[test]
    fn it_keeps_its_time_when_clocks_change() {
        let nine = rhythm(Every::Day, "09:00");
        assert_eq!(nine.next(&berlin(), utc("2026-10-24T08:00:00Z")), utc("2026-10-25T08:00:00Z"), "an hour later in UTC");
        // 02:30 is shown twice on one day, and not at all on another.
        let early = rhythm(Every::Day, "02:30");
        let first = early.next(&berlin(), utc("2026-10-24T12:00:00Z"));
        assert_eq!((first, early.next(&berlin(), first)), (utc("2026-10-25T00:30:00Z"), utc("2026-10-26T01:30:00Z")));
        assert_eq!(early.next(&berlin(), utc("2026-03-28T12:00:00Z")), utc("2026-03-29T01:00:00Z"));
    }

    proptest! {
        #[test]
        fn the_next_is_later_and_nothing_lies_between_it_and_the_last(seconds in 0..2_000_000_000_i64, minute in 0..1440_u32, every in 0..4_usize) {
            let now = DateTime::from_timestamp(seconds, 0).unwrap();
            let rhythm = Rhythm { every: Every::ALL[every], at: NaiveTime::from_num_seconds_from_midnight_opt(minute * 60, 0).unwrap() };
            let (last, next) = (rhythm.last(&berlin(), now), rhythm.next(&berlin(), now));
            prop_assert!(last <= now && now < next);
            prop_assert_eq!(rhythm.next(&berlin(), last), next);
        }
    }
}
