//! Business time: arithmetic over opening hours.
//! Opening hours are read as OpenStreetMap writes them (`Mo-Fr 09:00-12:00,13:00-18:00; PH off`), turned into stretches between two
//! instants, and only those are added up; nothing is counted second by second, so a week-end costs one step.
//!
//! Invariant: `between(from, add(from, span)) == span` for every span that is not negative.
//! Invariant: every answer is finite. When nothing opens for `CLOSED_DAYS_MAX`, and after `WALKED_DAYS_MAX`, clocks run in wall time:
//! hours that never open must not put a lead to sleep for ever. `is_open` and `next_open` agree with that.

mod error;
mod holidays;
#[cfg(test)]
mod tests;
mod zone;

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};
use opening_hours::localization::Country;
use opening_hours::{Context, OpeningHours, RuleKind};

pub use error::HoursError;
pub use holidays::is_holiday;
pub use zone::{UnknownZone, Zone};

/// Longest stretch without opening; hours that stay closed for longer count as open.
const CLOSED_DAYS_MAX: i64 = 366;

/// How far one question looks ahead; what lies beyond counts as open.
const WALKED_DAYS_MAX: i64 = 3660;

/// The days on which anybody keeps hours: to look at all that can be written down would take seconds.
const PLANNED: (NaiveDate, NaiveDate) =
    (NaiveDate::from_ymd_opt(1970, 1, 1).expect("a day"), NaiveDate::from_ymd_opt(2200, 1, 1).expect("a day"));

/// Opening hours in a zone. Cheap to clone; equal when written alike.
#[derive(Clone)]
pub struct Hours(Arc<Inner>);

struct Inner {
    text: String,
    zone: Zone,
    country: Option<Country>,
    rule: OpeningHours,
}

impl Hours {
    /// Reads OpenStreetMap opening hours in an IANA zone, with the public holidays of a country (ISO 3166 alpha-2).
    /// Later rules replace earlier ones for the days that they name; two shifts on one day are written with a comma.
    ///
    /// # Errors
    /// What is wrong with the expression (and from where on), the zone or the country, in words. Holidays without a country and the
    /// times of the sun are refused, because they would silently not mean what they say.
    pub fn parse(expression: &str, zone: &str, holidays: Option<&str>) -> Result<Self, HoursError> {
        let zone = Zone::parse(zone)?;
        let country = holidays.map(error::country).transpose()?;
        let rule: OpeningHours = expression.parse().map_err(|why| error::unreadable(expression, &why))?;
        error::refuse_what_cannot_be_meant(expression, country)?;
        let rule = match country {
            Some(country) => rule.with_context(Context::default().with_holidays(country.holidays())),
            None => rule,
        };
        Ok(Self(Arc::new(Inner { text: expression.trim().to_owned(), zone, country, rule })))
    }

    /// Reads the hours that somebody keeps who works for a company: in a zone of their own, else in the company's, with its holidays.
    ///
    /// # Errors
    /// As for `parse`, and when they never open.
    pub fn own(expression: &str, zone: Option<&str>, company: &Self) -> Result<Self, HoursError> {
        let hours = Self::parse(expression, zone.unwrap_or_else(|| company.zone().name()), company.holidays())?;
        if hours.ever_open() {
            return Ok(hours);
        }
        Err(HoursError::Expression { message: "these hours never open".to_owned(), at: 0..expression.len() })
    }

    /// Open round the clock.
    #[must_use]
    pub fn always() -> Self {
        let rule = "24/7".parse().expect("is how round the clock is written");
        Self(Arc::new(Inner { text: "24/7".to_owned(), zone: Zone::utc(), country: None, rule }))
    }

    /// Where they are kept.
    #[must_use]
    pub fn zone(&self) -> &Zone {
        &self.0.zone
    }

    /// The country whose public holidays count, by its two letters.
    #[must_use]
    pub fn holidays(&self) -> Option<&'static str> {
        self.0.country.map(Country::iso_code)
    }

    /// Open at `at`?
    #[must_use]
    pub fn is_open(&self, at: DateTime<Utc>) -> bool {
        self.next_open(at) == at
    }

    /// The instant at which `span` of business time has passed since `from`: the end of a stretch rather than the start of the next.
    /// `from` itself when `span` is zero or less.
    #[must_use]
    pub fn add(&self, from: DateTime<Utc>, span: Duration) -> DateTime<Utc> {
        if span <= Duration::zero() {
            return from;
        }
        let mut left = span;
        for stretch in self.running(from) {
            let long = stretch.end - stretch.start;
            if left <= long {
                return stretch.start.checked_add_signed(left).unwrap_or(DateTime::<Utc>::MAX_UTC);
            }
            left -= long;
        }
        DateTime::<Utc>::MAX_UTC
    }

    /// Business time between two instants; zero when `to` is before `from`.
    #[must_use]
    pub fn between(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Duration {
        let until = |stretch: Stretch| stretch.end.min(to) - stretch.start;
        self.running(from).take_while(|stretch| stretch.start < to).map(until).sum()
    }

    /// `at` itself when open, else the next opening.
    #[must_use]
    pub fn next_open(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        self.running(at).next().map_or(at, |stretch| stretch.start)
    }

    /// When they close next, if they are open at `at`; `None` when closed, and when they stay open for longer than anybody plans.
    #[must_use]
    pub fn closes_at(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let mut stretches = self.running(at);
        let mut end = stretches.next().filter(|stretch| stretch.start == at)?.end;
        // A stretch may be cut where only its comment changes.
        for next in stretches {
            if next.start > end {
                return Some(end);
            }
            end = next.end;
        }
        None
    }

    /// Is there any day at all on which they open?
    #[must_use]
    pub fn ever_open(&self) -> bool {
        let (first, last) = PLANNED;
        self.0
            .rule
            .iter_range(first.and_time(NaiveTime::MIN), last.and_time(NaiveTime::MIN))
            .any(|stretch| stretch.kind == RuleKind::Open)
    }

    /// The stretches in which clocks run, from `from` on; the last one is endless.
    fn running(&self, from: DateTime<Utc>) -> Running<impl Iterator<Item = Stretch>> {
        let zone = self.0.zone.clone();
        // The day before, because the local date can fall back when the clocks do.
        let day = (zone.local(from).date() - Duration::days(1)).and_time(NaiveTime::MIN);
        let stretches = self.0.rule.iter_range(day, day + Duration::days(WALKED_DAYS_MAX));
        let open = stretches.filter(|stretch| stretch.kind == RuleKind::Open);
        let open = open.map(move |s| Stretch { start: zone.instant(s.range.start), end: zone.instant(s.range.end) });
        Running { open, at: Some(from) }
    }
}

/// From its start up to, not with, its end.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    start: DateTime<Utc>,
    end: DateTime<Utc>,
}

/// Cuts open stretches to what lies after `at`, and ends with wall time.
struct Running<Open> {
    open: Open,
    /// Everything before is done; nothing once the endless stretch was given.
    at: Option<DateTime<Utc>>,
}

impl<Open: Iterator<Item = Stretch>> Iterator for Running<Open> {
    type Item = Stretch;

    fn next(&mut self) -> Option<Stretch> {
        let at = self.at?;
        // A stretch that lies in skipped local time is empty.
        let ahead = self.open.by_ref().find(|stretch| stretch.end > at && stretch.end > stretch.start);
        let near = ahead.filter(|stretch| stretch.start - at <= Duration::days(CLOSED_DAYS_MAX));
        let (stretch, rest) = match near {
            Some(Stretch { start, end }) => (Stretch { start: start.max(at), end }, Some(end)),
            None => (Stretch { start: at, end: DateTime::<Utc>::MAX_UTC }, None),
        };
        self.at = rest;
        Some(stretch)
    }
}

impl PartialEq for Hours {
    fn eq(&self, other: &Self) -> bool {
        (&self.0.text, &self.0.zone, self.0.country) == (&other.0.text, &other.0.zone, other.0.country)
    }
}

impl Eq for Hours {}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.text)
    }
}

impl fmt::Debug for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let country = self.0.country.map_or("no holidays", Country::iso_code);
        write!(f, "Hours({:?}, {}, {country})", self.0.text, self.0.zone)
    }
}
