//! Stories of business time.

use chrono::{DateTime, Duration, Utc};
use proptest::prelude::*;

use super::*;

fn hours(expression: &str, zone: &str) -> Hours {
    Hours::parse(expression, zone, Some("DE")).unwrap()
}

/// What the clocks in the zone of `hours` show, as an instant.
fn at(hours: &Hours, local: &str) -> DateTime<Utc> {
    hours.zone().instant(format!("{local}:00").parse().unwrap())
}

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// When `minutes` of business time have passed, as the clocks there show it.
fn due(hours: &Hours, from: &str, minutes: i64) -> String {
    hours.zone().local(hours.add(at(hours, from), Duration::minutes(minutes))).format("%a %Y-%m-%dT%H:%M").to_string()
}

#[test]
fn a_promise_made_while_closed_runs_from_the_opening() {
    let office = hours("Mo-Fr 10:00-18:00", "Europe/Berlin");
    for (from, minutes, expected) in [
        ("2026-06-13T15:00", 60, "Mon 2026-06-15T11:00"),      // Saturday afternoon
        ("2026-06-13T20:00", 60, "Mon 2026-06-15T11:00"),      // Saturday night: the same
        ("2026-06-14T23:59", 60, "Mon 2026-06-15T11:00"),      // Sunday
        ("2026-06-12T18:00", 60, "Mon 2026-06-15T11:00"),      // Friday, at closing
        ("2026-06-12T19:30", 15, "Mon 2026-06-15T10:15"),      // Friday evening
        ("2026-06-12T17:30", 60, "Mon 2026-06-15T10:30"),      // Friday, half of it before closing
        ("2026-06-12T17:00", 60, "Fri 2026-06-12T18:00"),      // to the end of the day, not to the next morning
        ("2026-06-15T09:00", 60, "Mon 2026-06-15T11:00"),      // early on Monday
        ("2026-06-15T12:00", 60, "Mon 2026-06-15T13:00"),      // open
        ("2026-06-15T12:00", 24 * 60, "Thu 2026-06-18T12:00"), // three days of eight hours
        ("2026-06-13T15:00", 0, "Sat 2026-06-13T15:00"),       // nothing to wait for
        ("2026-06-13T15:00", -5, "Sat 2026-06-13T15:00"),
    ] {
        assert_eq!(due(&office, from, minutes), expected, "{minutes} min from {from}");
    }
}

#[test]
fn a_holiday_is_a_closed_day() {
    let office = hours("Mo-Fr 10:00-18:00; PH off", "Europe/Berlin");
    assert_eq!(due(&office, "2026-04-02T17:30", 60), "Tue 2026-04-07T10:30", "over Good Friday and Easter Monday");
    assert!(!office.is_open(at(&office, "2026-04-06T12:00")), "Easter Monday");
    assert_eq!(office.next_open(at(&office, "2026-12-25T12:00")), at(&office, "2026-12-28T10:00"));
    let without = hours("Mo-Fr 10:00-18:00", "Europe/Berlin");
    assert!(without.is_open(at(&without, "2026-04-06T12:00")), "holidays count only where the hours say so");
}

#[test]
fn a_split_shift_stops_the_clock_over_lunch() {
    let office = hours("Mo-Fr 09:00-12:00,13:00-18:00; Sa 10:00-14:00", "Europe/Berlin");
    assert_eq!(due(&office, "2026-06-12T11:30", 60), "Fri 2026-06-12T13:30");
    assert_eq!(due(&office, "2026-06-12T12:15", 15), "Fri 2026-06-12T13:15");
    assert_eq!(due(&office, "2026-06-12T17:00", 120), "Sat 2026-06-13T11:00");
    let whole_day = office.between(at(&office, "2026-06-12T00:00"), at(&office, "2026-06-13T00:00"));
    assert_eq!(whole_day, Duration::hours(8));
    assert!(office.is_open(at(&office, "2026-06-12T11:59")));
    assert!(!office.is_open(at(&office, "2026-06-12T12:00")));
    assert_eq!(office.closes_at(at(&office, "2026-06-12T11:59")), Some(at(&office, "2026-06-12T12:00")));
    assert_eq!(office.closes_at(at(&office, "2026-06-12T12:30")), None);
}

#[test]
fn a_night_shift_runs_over_midnight() {
    let night = hours("Mo-Fr 22:00-06:00", "Europe/Berlin");
    assert_eq!(due(&night, "2026-06-12T23:30", 60), "Sat 2026-06-13T00:30");
    assert_eq!(due(&night, "2026-06-13T05:30", 60), "Mon 2026-06-15T22:30");
    assert_eq!(night.closes_at(at(&night, "2026-06-12T23:30")), Some(at(&night, "2026-06-13T06:00")));
}

#[test]
fn time_that_is_skipped_does_not_count_and_time_that_comes_twice_counts_twice() {
    for (zone, day, open_minutes) in [
        ("Europe/Berlin", "2026-03-29", 5 * 60),
        ("Europe/Berlin", "2026-10-25", 7 * 60),
        ("America/New_York", "2026-03-08", 5 * 60),
        ("America/New_York", "2026-11-01", 7 * 60),
        ("Australia/Lord_Howe", "2026-10-04", 5 * 60 + 30),
        ("Australia/Lord_Howe", "2026-04-05", 6 * 60 + 30),
    ] {
        let early = hours("Mo-Su 00:00-06:00", zone);
        let (midnight, six) = (at(&early, &format!("{day}T00:00")), at(&early, &format!("{day}T06:00")));
        assert_eq!(early.between(midnight, six), Duration::minutes(open_minutes), "{zone} {day}");
        assert_eq!(early.add(midnight, Duration::minutes(open_minutes)), six, "{zone} {day}");
        assert_eq!(early.next_open(six), midnight + (six - midnight) + Duration::hours(18), "{zone} {day}: next midnight");

        let office = hours("Mo-Su 09:00-17:00", zone);
        let before = at(&office, &format!("{day}T00:00")) - Duration::hours(8);
        let nine = at(&office, &format!("{day}T09:00"));
        assert_eq!(office.next_open(before + Duration::hours(2)), nine, "{zone} {day}: opens when the clock says nine");
    }
}

#[test]
fn a_shift_that_begins_in_the_skipped_hour_begins_with_the_jump() {
    let odd = hours("Mo-Su 02:30-04:00", "Europe/Berlin");
    assert_eq!(odd.next_open(utc("2026-03-29T00:00:00Z")), utc("2026-03-29T01:00:00Z"));
    assert_eq!(odd.between(utc("2026-03-29T00:00:00Z"), utc("2026-03-29T12:00:00Z")), Duration::hours(1));
    let inside = hours("Mo-Su 02:15-02:45", "Europe/Berlin");
    assert!(!inside.is_open(utc("2026-03-29T01:00:00Z")), "the whole shift was skipped");
    assert_eq!(inside.next_open(utc("2026-03-29T00:00:00Z")), utc("2026-03-30T00:15:00Z"));
}

#[test]
fn always_is_wall_time() {
    let always = Hours::always();
    let now = utc("2026-06-12T11:30:00Z");
    assert!(always.is_open(now));
    assert_eq!(always.next_open(now), now);
    assert_eq!(always.closes_at(now), None);
    for span in [Duration::milliseconds(1), Duration::days(1), Duration::days(20 * 365)] {
        assert_eq!(always.add(now, span), now + span);
        assert_eq!(always.between(now, now + span), span);
    }
}

#[test]
fn hours_that_never_open_count_as_wall_time() {
    for never in ["off", "2019 Mo-Fr 09:00-17:00", "2030 Mo-Fr 09:00-17:00"] {
        let never = hours(never, "Europe/Berlin");
        let now = utc("2026-06-12T11:30:00Z");
        assert_eq!(never.add(now, Duration::hours(1)), now + Duration::hours(1));
        assert_eq!(never.between(now, now + Duration::hours(1)), Duration::hours(1));
        assert_eq!(never.next_open(now), now);
        assert!(never.is_open(now));
    }
    assert!(!hours("off", "Europe/Berlin").ever_open());
    assert!(hours("2019 Mo-Fr 09:00-17:00", "Europe/Berlin").ever_open());
    let once_a_year = hours("Dec 24 09:00-12:00", "Europe/Berlin");
    assert_eq!(due(&once_a_year, "2026-12-24T11:30", 60), "Fri 2027-12-24T09:30", "a year of waiting is still a promise");
}

#[test]
fn the_ends_of_time_are_answered() {
    let office = hours("Mo-Fr 10:00-18:00; PH off", "Europe/Berlin");
    for from in [DateTime::<Utc>::MIN_UTC, utc("9999-12-31T23:00:00Z"), DateTime::<Utc>::MAX_UTC] {
        assert!(office.add(from, Duration::hours(1)) >= from);
        assert!(office.next_open(from) >= from);
    }
    assert_eq!(office.add(utc("2026-06-12T11:30:00Z"), Duration::MAX), DateTime::<Utc>::MAX_UTC);
    assert_eq!(office.between(utc("2026-06-12T11:30:00Z"), utc("2026-06-11T11:30:00Z")), Duration::zero());
}

#[test]
fn what_cannot_be_read_says_where_and_what_to_write() {
    let wrong = |expression: &str, zone: &str, country: Option<&str>| Hours::parse(expression, zone, country).unwrap_err();
    let place = |error: &HoursError| match error {
        HoursError::Expression { at, .. } => Some(at.clone()),
        HoursError::Zone(_) | HoursError::Country { .. } => None,
    };
    for (expression, country, at, words) in [
        ("Mo-Fr 09:00-1800", None, 12, "\"1800\""),
        ("Mo-Fr 9am-5pm", None, 6, "\"9am-5pm\""),
        ("Mo-Fr 09:00-18:00;; Sa 10:00", None, 0, ""),
        ("Mo-Fr 09:00-18:00; PH off", None, 19, "add holidays"),
        ("Mo-Fr sunrise-18:00", Some("DE"), 6, "depends on the place"),
        ("Mo-Fr 25:00-30:00", None, 0, ""),
        ("", None, 0, "end too early"),
        ("Mo-Fr 09:00-12:00; Mo-Fr 13:00-18:00", None, 19, "\"Mo-Fr 09:00-12:00,13:00-18:00\""),
    ] {
        let error = wrong(expression, "Europe/Berlin", country);
        let found = place(&error).unwrap();
        if !words.is_empty() {
            assert_eq!(found.start, at, "{expression}: {error}");
            assert!(error.to_string().contains(words), "{expression}: {error}");
        }
        assert!(!error.to_string().contains('\n'), "{expression}: {error}");
        assert!(expression.get(found).is_some(), "{expression}: {error}");
    }
    assert_eq!(
        wrong("24/7", "Europe/Berlin", Some("Germany")).to_string(),
        "no holidays are known for \"Germany\"; did you mean \"DE\" (Germany)?"
    );
    assert!(matches!(wrong("24/7", "Europe/Berln", None), HoursError::Zone(_)));
    assert!(Hours::parse("Mo-Fr 09:00-18:00; Dec 24 09:00-12:00; Dec 31 09:00-12:00", "Europe/Berlin", None).is_ok());
    assert!(Hours::parse("Mo-Fr 09:00-18:00 \"PH on request\"", "Europe/Berlin", None).is_ok(), "a comment is only a comment");
}

const SHAPES: [(&str, &str); 8] = [
    ("Mo-Fr 10:00-18:00; PH off", "Europe/Berlin"),
    ("Mo-Fr 09:00-12:00,13:00-18:00; Sa 10:00-14:00", "Europe/Berlin"),
    ("Mo-Su 00:00-06:00", "America/New_York"),
    ("Mo-Su 01:15-02:45", "Australia/Lord_Howe"),
    ("Mo-Fr 22:00-06:00", "America/Sao_Paulo"),
    ("24/7", "Asia/Kolkata"),
    ("Dec 24 09:00-12:00", "Europe/Berlin"),
    ("off", "Europe/Berlin"),
];

proptest! {
    #[test]
    fn what_is_added_is_what_lies_between(shape in 0..SHAPES.len(), minute in 0..5_000_000_i64, ms in 0..3_000_000_000_i64) {
        let (expression, zone) = SHAPES[shape];
        let hours = hours(expression, zone);
        let from = utc("2022-01-01T00:00:00Z") + Duration::minutes(minute);
        let span = Duration::milliseconds(ms);
        let due = hours.add(from, span);
        prop_assert_eq!(hours.between(from, due), span);
        prop_assert!(due >= from + span, "business time is never faster than wall time");
    }

    #[test]
    fn later_starts_and_longer_spans_are_never_due_earlier(
        shape in 0..SHAPES.len() - 1, minute in 0..5_000_000_i64, later in 0..100_000_i64, span in 0..20_000_i64, more in 0..5_000_i64,
    ) {
        let (expression, zone) = SHAPES[shape];
        let hours = hours(expression, zone);
        let from = utc("2022-01-01T00:00:00Z") + Duration::minutes(minute);
        let (from_later, span, more) = (from + Duration::minutes(later), Duration::minutes(span), Duration::minutes(more));
        prop_assert!(hours.add(from, span) <= hours.add(from_later, span));
        prop_assert!(hours.add(from, span) <= hours.add(from, span + more));
        prop_assert!(hours.next_open(from) <= hours.next_open(from_later));
    }

    #[test]
    fn time_between_adds_up(shape in 0..SHAPES.len() - 1, minute in 0..5_000_000_i64, first in 0..50_000_i64, second in 0..50_000_i64) {
        let (expression, zone) = SHAPES[shape];
        let hours = hours(expression, zone);
        let a = utc("2022-01-01T00:00:00Z") + Duration::minutes(minute);
        let (b, c) = (a + Duration::minutes(first), a + Duration::minutes(first + second));
        prop_assert_eq!(hours.between(a, b) + hours.between(b, c), hours.between(a, c));
    }
}

#[test]
fn a_quarter_is_measured_in_stretches_not_in_seconds() {
    let office = hours("Mo-Fr 09:00-12:00,13:00-18:00; PH off", "Europe/Berlin");
    let from = utc("2026-01-01T00:00:00Z");
    let stretches = office.running(from).take_while(|stretch| stretch.start < from + Duration::days(90)).count();
    assert_eq!(stretches, 126, "two for each of 63 working days");
}
