//! The days a report is about, as a manager says them: "this week", "2026-10", "2026-10-01..2026-10-15".
//! Days are the company's: a lead of 23:30 in Berlin belongs to that day, whatever the date is in UTC.
//! Invariant: a period that still runs is compared with the same part of the one before, so that no Monday looks like a bad week.

use chrono::{DateTime, Datelike, Duration, Months, NaiveDate, NaiveDateTime, NaiveTime, Utc, Weekday};

/// The company's zone, as two functions.
#[derive(Clone, Copy)]
pub struct LocalTime<'a> {
    /// What the clocks show at an instant.
    pub local: &'a dyn Fn(DateTime<Utc>) -> NaiveDateTime,
    /// The instant at which they show it; the first one, where they show it twice; the next one, where they skip it.
    pub instant: &'a dyn Fn(NaiveDateTime) -> DateTime<Utc>,
}

impl LocalTime<'_> {
    fn midnight(&self, day: NaiveDate) -> DateTime<Utc> {
        (self.instant)(day.and_time(NaiveTime::MIN))
    }
}

/// The days a report is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// The first instant of it.
    pub from: DateTime<Utc>,
    /// The first instant after it.
    pub to: DateTime<Utc>,
    first: NaiveDate,
    last: NaiveDate,
    unit: Unit,
    ends: Ends,
}

/// What comes before or after a period is counted in these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Days,
    Months(u32),
}

/// How the period ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ends {
    /// It is over.
    Over,
    /// It still runs; the instant is the `now` it was read at.
    Runs(DateTime<Utc>),
    /// It was cut, to be compared with one that still runs.
    Cut,
}

/// The words were not understood, or make no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// Not a period.
    #[error(
        "\"{0}\" is not a period I know. Try today, yesterday, this week, last week, last 7 days, this month, 2026-10, 2026-Q3 or 2026-10-01..2026-10-15."
    )]
    Unknown(String),
    /// The end is before the start.
    #[error("This period ends before it starts. Put the earlier day first.")]
    Backwards,
    /// It has not begun.
    #[error("This period has not begun yet. Choose one that starts today or earlier.")]
    Ahead,
    /// Longer than ten years.
    #[error("This period is longer than ten years. Choose a shorter one.")]
    TooLong,
}

const LONGEST_DAYS: i64 = 3660;

/// What is usual is what was so in as many weeks.
const WEEKS_BEFORE: i64 = 8;

impl Period {
    /// Reads what a manager types; upper and lower case are the same, and nothing at all is this week.
    ///
    /// # Errors
    /// What is wrong, and what would do.
    pub fn read(words: &str, now: DateTime<Utc>, zone: LocalTime<'_>) -> Result<Self, PeriodError> {
        let today = (zone.local)(now).date();
        let words = words.trim().to_lowercase();
        let (first, last, unit) =
            days(&words, today).ok_or_else(|| PeriodError::Unknown(crate::domain::text::cut(&words, 40)))?;
        if last < first {
            return Err(PeriodError::Backwards);
        }
        if first > today {
            return Err(PeriodError::Ahead);
        }
        if (last - first).num_days() >= LONGEST_DAYS {
            return Err(PeriodError::TooLong);
        }
        let (from, to) = (zone.midnight(first), zone.midnight(last + Duration::days(1)));
        let ends = if now < to { Ends::Runs(now) } else { Ends::Over };
        Ok(Self { from, to, first, last, unit, ends })
    }

    /// The period before; while this one still runs, only the part of it up to the same point.
    #[must_use]
    pub fn before(&self, zone: LocalTime<'_>) -> Self {
        let (first, last) = match self.unit {
            Unit::Days => {
                let by = self.last - self.first + Duration::days(1);
                (self.first - by, self.last - by)
            }
            Unit::Months(months) => (self.first - Months::new(months), self.first - Duration::days(1)),
        };
        let (from, end) = (zone.midnight(first), zone.midnight(last + Duration::days(1)));
        let (to, ends) = match self.ends {
            Ends::Runs(now) => {
                let elapsed = (zone.local)(now) - self.first.and_time(NaiveTime::MIN);
                ((zone.instant)(first.and_time(NaiveTime::MIN) + elapsed).clamp(from, end), Ends::Cut)
            }
            Ends::Over | Ends::Cut => (end, Ends::Over),
        };
        Self { from, to, first, last, unit: self.unit, ends }
    }

    /// The same span on the same weekdays and clocks, in the eight weeks before: each its first instant and the first after it. A span
    /// of more than a week goes back by as many whole weeks as it touches, so that none of them overlaps it.
    #[must_use]
    pub fn weeks_before(&self, zone: LocalTime<'_>) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
        let end = match self.ends {
            Ends::Runs(now) => now,
            Ends::Over | Ends::Cut => self.to,
        };
        let (first, last) = ((zone.local)(self.from), (zone.local)(end));
        let weeks = ((last - first - Duration::seconds(1)).num_days() / 7 + 1).max(1);
        (1..=WEEKS_BEFORE)
            .map(|nth| Duration::weeks(weeks * nth))
            .map(|by| ((zone.instant)(first - by), (zone.instant)(last - by)))
            .collect()
    }

    /// Whether an instant is in it.
    #[must_use]
    pub fn contains(&self, at: DateTime<Utc>) -> bool {
        self.from <= at && at < self.to
    }

    /// The same for what may not have happened.
    #[must_use]
    pub fn has(&self, at: Option<DateTime<Utc>>) -> bool {
        at.is_some_and(|at| self.contains(at))
    }

    /// Its days in words: `Sun 22 Nov 2026`, `16–22 Nov 2026`, `October 2026`, `Q4 2026`; with "so far" while it runs.
    #[must_use]
    pub fn words(&self) -> String {
        let days = match self.unit {
            Unit::Months(1) => self.first.format("%B %Y").to_string(),
            Unit::Months(3) => format!("Q{} {}", self.first.month0() / 3 + 1, self.first.year()),
            Unit::Months(_) => self.first.year().to_string(),
            Unit::Days => day_words(self.first, self.last),
        };
        match self.ends {
            Ends::Over => days,
            Ends::Runs(_) => format!("{days}, so far"),
            Ends::Cut => format!("{days}, up to the same point"),
        }
    }
}

fn day_words(first: NaiveDate, last: NaiveDate) -> String {
    if first == last {
        return first.format("%a %-d %b %Y").to_string();
    }
    let start = match (first.year() == last.year(), first.month() == last.month()) {
        (true, true) => return format!("{}–{}", first.day(), last.format("%-d %b %Y")),
        (true, false) => first.format("%-d %b"),
        (false, _) => first.format("%-d %b %Y"),
    };
    format!("{start} – {}", last.format("%-d %b %Y"))
}

/// First and last day (both in it) of what the words say.
fn days(words: &str, today: NaiveDate) -> Option<(NaiveDate, NaiveDate, Unit)> {
    let day = Duration::days(1);
    match words {
        "today" | "day" => return Some((today, today, Unit::Days)),
        "yesterday" => return Some((today - day, today - day, Unit::Days)),
        "" | "week" | "this week" => return Some(week(today)),
        "last week" => return Some(week(today - day * 7)),
        _ => {}
    }
    if let Some((which, months)) = named_months(words) {
        let start = month_start(today, months)?;
        return span(if which == Which::This { start } else { start - Months::new(months) }, months);
    }
    if let Some(count) = words.strip_prefix("last ") {
        let (number, unit) = count.split_once(' ')?;
        let number: i64 = number.parse().ok().filter(|n| (1..=LONGEST_DAYS).contains(n))?;
        let number = match unit {
            "day" | "days" => number,
            "week" | "weeks" => number * 7,
            _ => return None,
        };
        return Some((today - day * i32::try_from(number - 1).ok()?, today, Unit::Days));
    }
    match words.split_once("..") {
        Some((from, to)) => Some((date(from)?, date(to)?, Unit::Days)),
        None => dated(words),
    }
}

#[derive(PartialEq)]
enum Which {
    This,
    Last,
}

/// "this month", "last quarter", "year": which one, and how many months it has.
fn named_months(words: &str) -> Option<(Which, u32)> {
    let (which, unit) = match words.split_once(' ') {
        Some(("this", unit)) => (Which::This, unit),
        Some(("last", unit)) => (Which::Last, unit),
        Some(_) => return None,
        None => (Which::This, words),
    };
    match unit {
        "month" => Some((which, 1)),
        "quarter" => Some((which, 3)),
        "year" => Some((which, 12)),
        _ => None,
    }
}

/// `2026`, `2026-10`, `2026-q3`, `2026-w46`, `2026-10-05`.
fn dated(words: &str) -> Option<(NaiveDate, NaiveDate, Unit)> {
    if let Some(day) = date(words) {
        return Some((day, day, Unit::Days));
    }
    let (year, part) = match words.split_once('-') {
        Some((year, part)) => (year, Some(part)),
        None => (words, None),
    };
    let year: i32 = year.parse().ok().filter(|year| (1970..=9998).contains(year))?;
    match part {
        None => span(NaiveDate::from_ymd_opt(year, 1, 1)?, 12),
        Some(part) => match (part.strip_prefix('q'), part.strip_prefix('w')) {
            (Some(quarter), _) => {
                let quarter: u32 = quarter.parse().ok().filter(|q| (1..=4).contains(q))?;
                span(NaiveDate::from_ymd_opt(year, quarter * 3 - 2, 1)?, 3)
            }
            (_, Some(number)) => NaiveDate::from_isoywd_opt(year, number.parse().ok()?, Weekday::Mon).map(week),
            _ => span(NaiveDate::from_ymd_opt(year, part.parse().ok()?, 1)?, 1),
        },
    }
}

fn date(words: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(words.trim(), "%Y-%m-%d").ok().filter(|day| (1970..=9998).contains(&day.year()))
}

fn week(day: NaiveDate) -> (NaiveDate, NaiveDate, Unit) {
    let monday = day - Duration::days(i64::from(day.weekday().num_days_from_monday()));
    (monday, monday + Duration::days(6), Unit::Days)
}

/// The first day of the month, quarter or year that a day is in.
fn month_start(day: NaiveDate, months: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(day.year(), day.month0() / months * months + 1, 1)
}

fn span(first: NaiveDate, months: u32) -> Option<(NaiveDate, NaiveDate, Unit)> {
    Some((first, first.checked_add_months(Months::new(months))?.pred_opt()?, Unit::Months(months)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Berlin, from the compiled-in zone data.
    fn local(at: DateTime<Utc>) -> NaiveDateTime {
        let zoned = jiff::Timestamp::from_second(at.timestamp()).unwrap().in_tz("Europe/Berlin").unwrap();
        DateTime::from_timestamp(at.timestamp() + i64::from(zoned.offset().seconds()), 0).unwrap().naive_utc()
    }

    fn instant(shown: NaiveDateTime) -> DateTime<Utc> {
        let civil: jiff::civil::DateTime = shown.format("%Y-%m-%dT%H:%M:%S").to_string().parse().unwrap();
        let at = civil.in_tz("Europe/Berlin").unwrap().timestamp().as_second();
        DateTime::from_timestamp(at, 0).unwrap()
    }

    const BERLIN: LocalTime<'static> = LocalTime { local: &local, instant: &instant };

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// Tuesday, 24 November 2026, 00:30 in Berlin: still Monday in UTC.
    fn now() -> DateTime<Utc> {
        utc("2026-11-23T23:30:00Z")
    }

    #[test]
    fn words_become_days_of_the_company() {
        let table = [
            ("today", "2026-11-23T23:00:00Z", "2026-11-24T23:00:00Z", "Tue 24 Nov 2026, so far"),
            ("Yesterday", "2026-11-22T23:00:00Z", "2026-11-23T23:00:00Z", "Mon 23 Nov 2026"),
            ("", "2026-11-22T23:00:00Z", "2026-11-29T23:00:00Z", "23–29 Nov 2026, so far"),
            ("last week", "2026-11-15T23:00:00Z", "2026-11-22T23:00:00Z", "16–22 Nov 2026"),
            ("last 7 days", "2026-11-17T23:00:00Z", "2026-11-24T23:00:00Z", "18–24 Nov 2026, so far"),
            ("last 2 weeks", "2026-11-10T23:00:00Z", "2026-11-24T23:00:00Z", "11–24 Nov 2026, so far"),
            ("this month", "2026-10-31T23:00:00Z", "2026-11-30T23:00:00Z", "November 2026, so far"),
            ("2026-10", "2026-09-30T22:00:00Z", "2026-10-31T23:00:00Z", "October 2026"),
            ("last quarter", "2026-06-30T22:00:00Z", "2026-09-30T22:00:00Z", "Q3 2026"),
            ("2026-q3", "2026-06-30T22:00:00Z", "2026-09-30T22:00:00Z", "Q3 2026"),
            ("2025", "2024-12-31T23:00:00Z", "2025-12-31T23:00:00Z", "2025"),
            ("2026-W01", "2025-12-28T23:00:00Z", "2026-01-04T23:00:00Z", "29 Dec 2025 – 4 Jan 2026"),
            ("2026-10-05", "2026-10-04T22:00:00Z", "2026-10-05T22:00:00Z", "Mon 5 Oct 2026"),
            ("2026-10-01..2026-10-15", "2026-09-30T22:00:00Z", "2026-10-15T22:00:00Z", "1–15 Oct 2026"),
            ("2026-09-28 .. 2026-10-02", "2026-09-27T22:00:00Z", "2026-10-02T22:00:00Z", "28 Sep – 2 Oct 2026"),
        ];
        for (words, from, to, shown) in table {
            let period = Period::read(words, now(), BERLIN).unwrap();
            assert_eq!((period.from, period.to, period.words().as_str()), (utc(from), utc(to), shown), "{words}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_a_way_out() {
        for (words, refusal) in [
            ("soon", PeriodError::Unknown("soon".to_owned())),
            ("2026-13", PeriodError::Unknown("2026-13".to_owned())),
            ("2026-02-30", PeriodError::Unknown("2026-02-30".to_owned())),
            ("last 0 days", PeriodError::Unknown("last 0 days".to_owned())),
            ("last 99999999999 days", PeriodError::Unknown("last 99999999999 days".to_owned())),
            ("2026-10-15..2026-10-01", PeriodError::Backwards),
            ("2027-01", PeriodError::Ahead),
            ("1990-01-01..2026-10-01", PeriodError::TooLong),
        ] {
            assert_eq!(Period::read(words, now(), BERLIN), Err(refusal), "{words}");
        }
    }

    #[test]
    fn a_period_that_is_over_is_compared_with_the_whole_one_before() {
        let before = |words| Period::read(words, now(), BERLIN).unwrap().before(BERLIN);
        assert_eq!(before("2026-10").words(), "September 2026");
        assert_eq!(before("last quarter").words(), "Q2 2026");
        assert_eq!(before("last week").words(), "9–15 Nov 2026");
        assert_eq!(before("2026-10-01..2026-10-15").words(), "16–30 Sep 2026");
        assert_eq!(before("2026-10").to, utc("2026-09-30T22:00:00Z"));
    }

    #[test]
    fn a_period_that_runs_is_compared_up_to_the_same_point() {
        let before = Period::read("this week", now(), BERLIN).unwrap().before(BERLIN);
        assert_eq!((before.from, before.to), (utc("2026-11-15T23:00:00Z"), utc("2026-11-16T23:30:00Z")));
        assert_eq!(before.words(), "16–22 Nov 2026, up to the same point");
    }

    #[test]
    fn the_same_span_of_earlier_weeks_is_on_the_same_clocks_and_never_overlaps() {
        let weeks = |words| Period::read(words, now(), BERLIN).unwrap().weeks_before(BERLIN);
        // Half an hour of a Tuesday, so far; five weeks ago the clocks were an hour ahead of what they are now.
        assert_eq!(weeks("today")[0], (utc("2026-11-16T23:00:00Z"), utc("2026-11-16T23:30:00Z")));
        assert_eq!(weeks("today")[7], (utc("2026-09-28T22:00:00Z"), utc("2026-09-28T22:30:00Z")));
        assert_eq!(weeks("last week")[0], (utc("2026-11-08T23:00:00Z"), utc("2026-11-15T23:00:00Z")));
        let october = Period::read("2026-10", now(), BERLIN).unwrap();
        assert!(october.weeks_before(BERLIN).iter().all(|(_, to)| *to <= october.from), "31 days go back by five weeks");
    }

    #[test]
    fn a_short_month_before_is_not_overrun() {
        let now = utc("2026-03-31T12:00:00Z");
        let before = Period::read("this month", now, BERLIN).unwrap().before(BERLIN);
        assert_eq!((before.from, before.to), (utc("2026-01-31T23:00:00Z"), utc("2026-02-28T23:00:00Z")));
    }

    #[test]
    fn the_day_on_which_clocks_change_has_23_hours() {
        let period = Period::read("2026-03-29", now(), BERLIN).unwrap();
        assert_eq!(period.to - period.from, Duration::hours(23));
    }
}
