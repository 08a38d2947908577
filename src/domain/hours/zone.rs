//! Time zones by their IANA names.
//! The zone data is compiled in, so that the same release gives the same answer on every machine, however old its system files are.
//! Invariant: `instant` never goes backwards as local time goes forwards, so stretches of local time stay in order.

use std::fmt;
use std::sync::LazyLock;

use chrono::{DateTime, Datelike, NaiveDateTime, TimeDelta, Timelike, Utc};
use jiff::Timestamp;
use jiff::civil;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase};

static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// A time zone.
#[derive(Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

/// There is no such zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no time zone called \"{name}\"; {}", match nearest { Some(near) => format!("did you mean \"{near}\"?"), None => "it is written like \"Europe/Berlin\"".to_owned() })]
pub struct UnknownZone {
    /// As written.
    pub name: String,
    /// The zone that was probably meant.
    pub nearest: Option<String>,
}

impl Zone {
    /// Finds a zone by its IANA name, in capitals or not.
    ///
    /// # Errors
    /// There is none of that name; the error knows the nearest.
    pub fn parse(name: &str) -> Result<Self, UnknownZone> {
        let name = name.trim();
        ZONES.get(name).map(Self).map_err(|_| UnknownZone { name: name.to_owned(), nearest: nearest(name) })
    }

    /// The IANA names of all.
    #[must_use]
    pub fn names() -> Vec<String> {
        ZONES.available().map(|name| name.as_str().to_owned()).collect()
    }

    /// Coordinated universal time.
    #[must_use]
    pub fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// Its IANA name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// What the clocks there show at `at`. Years beyond 9999 either way count as the outermost one.
    #[must_use]
    pub fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        let known = timestamp(at);
        let at = DateTime::from_timestamp(known.as_second(), at.timestamp_subsec_nanos()).unwrap_or(at);
        at.naive_utc() + seconds(self.0.to_offset(known))
    }

    /// When the clocks there show `local`. A time that they show twice (clocks go back) is the first of the two; a time that they
    /// skip (clocks go forward) is the moment of the jump.
    #[must_use]
    pub fn instant(&self, local: NaiveDateTime) -> DateTime<Utc> {
        match self.0.to_ambiguous_timestamp(civil_time(local)).offset() {
            AmbiguousOffset::Unambiguous { offset } => minus(local, offset),
            AmbiguousOffset::Fold { before, .. } => minus(local, before),
            AmbiguousOffset::Gap { after, .. } => {
                let before_the_jump = minus(local, after);
                let jump = self.0.following(timestamp(before_the_jump)).next();
                jump.and_then(|jump| DateTime::from_timestamp(jump.timestamp().as_second(), 0)).unwrap_or(before_the_jump)
            }
        }
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({})", self.name())
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

fn seconds(offset: Offset) -> TimeDelta {
    TimeDelta::seconds(i64::from(offset.seconds()))
}

fn minus(local: NaiveDateTime, offset: Offset) -> DateTime<Utc> {
    local.checked_sub_signed(seconds(offset)).unwrap_or(local).and_utc()
}

/// Years beyond those that zones are known for count as the outermost year.
fn timestamp(at: DateTime<Utc>) -> Timestamp {
    let second = at.timestamp().clamp(Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
    Timestamp::from_second(second).expect("clamped to what a timestamp can hold")
}

fn civil_time(local: NaiveDateTime) -> civil::DateTime {
    /// One year inside the outermost, so that no offset leads out of them.
    const YEAR_MAX: i32 = 9998;
    let two = |number: u32| i8::try_from(number).expect("months, days, hours, minutes and seconds are below 100");
    let year = i16::try_from(local.year().clamp(-YEAR_MAX, YEAR_MAX)).expect("clamped to four digits");
    // A year that was clamped may lack the 29th of February.
    let day = if i32::from(year) == local.year() { local.day() } else { local.day().min(28) };
    civil::DateTime::new(year, two(local.month()), two(day), two(local.hour()), two(local.minute()), two(local.second()), 0)
        .expect("every part is in its range")
}

/// The zone that was probably meant: by its whole name, or by the city alone.
fn nearest(name: &str) -> Option<String> {
    const ALIKE: f64 = 0.85;
    let wanted = name.to_lowercase().replace(' ', "_");
    let likeness = |zone: &str| {
        let zone = zone.to_lowercase();
        let city = zone.rsplit('/').next().unwrap_or(&zone);
        strsim::jaro_winkler(&wanted, &zone).max(strsim::jaro_winkler(&wanted, city))
    };
    ZONES
        .available()
        .map(|zone| (likeness(zone.as_str()), zone.as_str().to_owned()))
        .filter(|(alike, _)| *alike >= ALIKE)
        // Among equals the one with a region: "Europe/Berlin" rather than an old alias.
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.contains('/').cmp(&b.1.contains('/'))).then_with(|| b.1.cmp(&a.1)))
        .map(|(_, zone)| zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn local_time_is_what_the_clocks_there_show() {
        for (zone, at, shown) in [
            ("Europe/Berlin", "2026-01-15T08:42:00Z", "2026-01-15T09:42:00"),
            ("Europe/Berlin", "2026-07-15T08:42:00Z", "2026-07-15T10:42:00"),
            ("Asia/Kolkata", "2026-07-15T08:42:00Z", "2026-07-15T14:12:00"),
            ("Australia/Lord_Howe", "2026-07-15T08:42:00Z", "2026-07-15T19:12:00"),
            ("america/new_york", "2026-07-15T02:00:00Z", "2026-07-14T22:00:00"),
        ] {
            assert_eq!(Zone::parse(zone).unwrap().local(utc(at)), local(shown), "{zone} {at}");
        }
    }

    #[test]
    fn a_skipped_time_is_the_moment_of_the_jump_and_a_doubled_one_is_the_first() {
        for (zone, shown, at) in [
            // Forward an hour at 02:00, back at 03:00.
            ("Europe/Berlin", "2026-03-29T01:59:00", "2026-03-29T00:59:00Z"),
            ("Europe/Berlin", "2026-03-29T02:30:00", "2026-03-29T01:00:00Z"),
            ("Europe/Berlin", "2026-03-29T03:00:00", "2026-03-29T01:00:00Z"),
            ("Europe/Berlin", "2026-10-25T02:30:00", "2026-10-25T00:30:00Z"),
            ("Europe/Berlin", "2026-10-25T03:00:00", "2026-10-25T02:00:00Z"),
            ("America/New_York", "2026-03-08T02:30:00", "2026-03-08T07:00:00Z"),
            ("America/New_York", "2026-11-01T01:30:00", "2026-11-01T05:30:00Z"),
            // Half an hour only.
            ("Australia/Lord_Howe", "2026-10-04T02:15:00", "2026-10-03T15:30:00Z"),
            ("Australia/Lord_Howe", "2026-04-05T01:45:00", "2026-04-04T14:45:00Z"),
            // A whole day was skipped.
            ("Pacific/Apia", "2011-12-30T12:00:00", "2011-12-30T10:00:00Z"),
        ] {
            assert_eq!(Zone::parse(zone).unwrap().instant(local(shown)), utc(at), "{zone} {shown}");
        }
    }

    #[test]
    fn an_unknown_zone_names_the_nearest() {
        for (name, near) in [
            ("Europe/Berln", Some("Europe/Berlin")),
            ("Berlin", Some("Europe/Berlin")),
            ("New York", Some("America/New_York")),
            ("Europe-Paris", Some("Europe/Paris")),
            ("??", None),
            ("", None),
        ] {
            assert_eq!(Zone::parse(name).unwrap_err().nearest.as_deref(), near, "{name}");
        }
        assert_eq!(
            Zone::parse("Berlin").unwrap_err().to_string(),
            "there is no time zone called \"Berlin\"; did you mean \"Europe/Berlin\"?"
        );
    }

    #[test]
    fn the_ends_of_time_do_not_break_a_zone() {
        let zone = Zone::parse("Pacific/Kiritimati").unwrap();
        for at in ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"] {
            let there = zone.local(utc(at));
            let _ = zone.instant(there);
        }
        let _ = zone.instant(local("+10000-02-29T00:00:00"));
        let _ = zone.instant(NaiveDateTime::new(chrono::NaiveDate::from_ymd_opt(12000, 2, 29).unwrap(), chrono::NaiveTime::MIN));
    }
}
