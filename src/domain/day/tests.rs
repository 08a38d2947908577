//! Whose day it is, and what is on it.

use std::collections::BTreeMap;

use super::*;
use crate::domain::clocks::Clocks;
use crate::domain::ids::{LeadId, PersonId};
use crate::domain::lead::{Channel, Course, FollowUp, Profile};
use crate::domain::notify::Notify;
use crate::domain::person::{Leave, Membership};

const PLAYBOOK: &str = r#"
[company]
name = "Acme"
timezone = "Europe/Berlin"
hours = "Mo-Fr 09:00-12:30,13:30-18:00; PH off"
holidays = "DE"

[[team]]
key = "dach"
channel = "leads"
captain = "ann"

[[team]]
key = "world"
channel = "world"
captain = "ann"
timezone = "America/New_York"
hours = "24/7"

[[team]]
key = "night"
channel = "night"
captain = "ann"
hours = "Mo-Fr 22:00-06:00"
"#;

fn playbook() -> Playbook {
    Playbook::read(PLAYBOOK).unwrap()
}

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn spans(person: &Person, now: &str) -> Option<(String, String)> {
    let shift = shift(person, &playbook(), utc(now))?;
    Some((shift.from.format("%d %H:%M").to_string(), shift.to.format("%d %H:%M").to_string()))
}

fn span(from: &str, to: &str) -> Option<(String, String)> {
    Some((from.to_owned(), to.to_owned()))
}

#[test]
fn a_day_is_that_of_ones_own_hours_or_of_ones_team() {
    let mut ann = Person::rep(1, "dach");
    assert_eq!(spans(&ann, "2026-09-14T05:00:00Z"), span("14 07:00", "14 16:00"), "a break is no end");
    assert_eq!(spans(&ann, "2026-09-14T20:00:00Z"), span("14 07:00", "14 16:00"));
    assert_eq!(spans(&ann, "2026-09-13T10:00:00Z"), None, "a Sunday");
    assert_eq!(spans(&ann, "2026-12-25T10:00:00Z"), None, "a holiday");
    assert_eq!(spans(&ann, "2026-10-26T10:00:00Z"), span("26 08:00", "26 17:00"), "the clocks went back");
    ann.hours = Some(Hours::parse("Mo-Fr 07:00-11:00", "Europe/Lisbon", None).unwrap());
    assert_eq!(spans(&ann, "2026-09-14T05:00:00Z"), span("14 06:00", "14 10:00"));
}

#[test]
fn where_it_is_never_closed_nobody_works_at_night_and_a_night_is_the_day_of_whoever_works_in_it() {
    assert_eq!(spans(&Person::rep(1, "world"), "2026-09-14T16:00:00Z"), span("14 12:00", "14 22:00"), "eight to six in New York");
    let night = Person::rep(1, "night");
    assert_eq!(spans(&night, "2026-09-15T10:00:00Z"), span("15 20:00", "16 04:00"));
    assert_eq!(spans(&night, "2026-09-12T10:00:00Z"), None, "what runs on into Saturday is Friday's");
    let under_way = shifts(&night, &playbook(), utc("2026-09-16T03:30:00Z"));
    assert_eq!(
        under_way.map(|shift| shift.map(|shift| shift.day.to_string())),
        ["2026-09-15", "2026-09-16"].map(|day| Some(day.to_owned()))
    );
    let mut both = Person::rep(1, "dach");
    both.memberships.push(Membership { team: "night".into(), weight: 100, cap: None, daily: None, paused: None });
    assert_eq!(spans(&both, "2026-09-15T10:00:00Z"), span("15 07:00", "16 04:00"));
}

#[test]
fn nobody_is_told_who_is_away_has_left_or_does_not_want_to() {
    let now = utc("2026-09-14T07:00:00Z");
    let ann = Person::rep(1, "dach");
    assert!(hears(&ann, DayPart::Agenda, now));
    let leave = Some(Leave { from: utc("2026-09-13T00:00:00Z"), until: utc("2026-09-20T00:00:00Z"), cover: None });
    assert!(!hears(&Person { leave, ..ann.clone() }, DayPart::Agenda, now));
    assert!(!hears(&Person { left: true, ..ann.clone() }, DayPart::Agenda, now));
    let quiet = Person { notify: Notify { agenda: false, ..Notify::default() }, ..ann };
    assert!(!hears(&quiet, DayPart::Agenda, now) && hears(&quiet, DayPart::Sweep, now));
}

/// A lead that Ann owns, last worked then, with these clocks.
fn lead(id: i64, touched: Option<&str>, clocks: &[(Clock, &str)]) -> Lead {
    let since = utc("2026-09-10T08:00:00Z");
    let mut course = Course::new("contacted".into(), since);
    course.state = State::Owned { by: PersonId(1), since, touched: touched.is_some() };
    course.work.last_activity_at = touched.map(utc);
    course.work.attempts = BTreeMap::from([(Channel::Call, 1)]);
    course.clocks = Clocks::default();
    clocks.iter().for_each(|(clock, at)| course.clocks.set(*clock, utc(at)));
    Lead { id: LeadId(id), rev: 1, profile: Profile::blank("website".into(), since), course }
}

fn planned(lead: Lead, at: &str) -> Lead {
    let course = Course { follow_up: Some(FollowUp { at: utc(at), reminded: false }), ..lead.course };
    Lead { course, ..lead }
}

#[test]
fn an_agenda_has_each_lead_once_and_the_most_urgent_first() {
    let worked = Some("2026-09-13T15:00:00Z");
    let mut asleep = lead(7, worked, &[]);
    let until = utc("2026-09-14T07:00:00Z");
    asleep.course.state = State::Pooled { owner: Some(PersonId(1)), reason: "not_ready".into(), since: until, until };
    let leads = [
        lead(1, worked, &[(Clock::NotReached, "2026-09-14T10:00:00Z")]),
        lead(2, None, &[(Clock::FirstTouch, "2026-09-14T07:15:00Z"), (Clock::Release, "2026-09-14T07:30:00Z")]),
        planned(lead(3, worked, &[]), "2026-09-14T14:00:00Z"),
        planned(lead(4, worked, &[]), "2026-09-11T14:00:00Z"),
        planned(lead(5, worked, &[]), "2026-09-17T14:00:00Z"),
        lead(6, Some("2026-09-01T08:00:00Z"), &[(Clock::Stage, "2026-09-15T08:00:00Z")]),
        asleep,
    ];
    let (due, later) = agenda(&leads, utc("2026-09-14T22:00:00Z"), &playbook());
    let told: Vec<(i64, What)> = due.iter().map(|due| (due.lead.id.0, due.what)).collect();
    let wanted = [
        (4, What::FollowUp),
        (3, What::FollowUp),
        (2, What::FirstTouch),
        (1, What::NotReached),
        (6, What::Quiet),
        (7, What::Returns),
    ];
    assert_eq!((told.as_slice(), later), (wanted.as_slice(), 1));
}

#[test]
fn loose_before_the_day_ends_is_what_nobody_will_do_by_itself() {
    let shift = shift(&Person::rep(1, "dach"), &playbook(), utc("2026-09-14T12:00:00Z")).unwrap();
    let today = Some("2026-09-14T09:00:00Z");
    let leads = [
        lead(1, today, &[(Clock::NotReached, "2026-09-15T10:00:00Z")]),
        planned(lead(2, today, &[]), "2026-09-15T08:00:00Z"),
        lead(3, None, &[(Clock::FirstTouch, "2026-09-15T07:10:00Z")]),
        planned(lead(4, Some("2026-09-09T09:00:00Z"), &[(Clock::StillYours, "2026-09-15T08:30:00Z")]), "2026-09-10T08:00:00Z"),
        planned(
            lead(5, Some("2026-09-09T09:00:00Z"), &[(Clock::FollowUpOverdue, "2026-09-16T08:30:00Z")]),
            "2026-09-14T08:00:00Z",
        ),
        lead(6, Some("2026-09-09T09:00:00Z"), &[]),
    ];
    let morning = next_morning(&Person::rep(1, "dach"), &playbook(), shift);
    assert_eq!(morning, utc("2026-09-15T10:00:00Z"));
    let told = loose(&leads, shift, (utc("2026-09-14T15:30:00Z"), morning));
    let told: Vec<(i64, Why)> = told.iter().map(|loose| (loose.lead.id.0, loose.why)).collect();
    assert_eq!(told, [(3, Why::Untouched), (5, Why::Breaks), (4, Why::Breaks), (1, Why::NoNextStep)]);
    let friday = self::shift(&Person::rep(1, "dach"), &playbook(), utc("2026-09-18T12:00:00Z")).unwrap();
    assert_eq!(next_morning(&Person::rep(1, "dach"), &playbook(), friday), utc("2026-09-21T10:00:00Z"), "after the weekend");
}
