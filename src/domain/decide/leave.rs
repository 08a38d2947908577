//! Stories of people on leave, of who covers for them, and of days that are full.

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};

use super::tests::{ANN, BEN, MAY, Story};
use crate::domain::decision::{Decision, News, Recipient};
use crate::domain::event::Ask;
use crate::domain::ids::PersonId;
use crate::domain::lead::{Channel, Outcome};
use crate::domain::person::{Leave, Presence};
use crate::domain::reply::{Refusal, Reply};
use crate::domain::taken::Taken;

/// Ann has a lead, and is on leave for a day; Ben covers for her.
fn covered() -> (Story, DateTime<Utc>) {
    let mut story = Story::arrives();
    assert!(matches!(story.ask(ANN, Ask::Claim), Reply::Claimed { .. }));
    let until = story.now + Duration::days(1);
    story.person(ANN).leave = Some(Leave { from: story.now, until, cover: Some(BEN) });
    (story, until)
}

fn told(decision: &Decision) -> Vec<Recipient> {
    decision.notices.iter().map(|notice| notice.to.clone()).collect()
}

fn log(story: &mut Story, by: PersonId) -> Reply {
    story.ask(by, Ask::Log { channel: Channel::Call, outcome: Outcome::NoAnswer, note: None })
}

#[test]
fn who_covers_hears_what_a_lead_needs_and_may_work_it() {
    let (mut story, until) = covered();
    let warned = story.after(Duration::seconds(450));
    assert!(matches!(warned.notices[0].news, News::FirstTouchSoon { .. }));
    assert_eq!(told(&warned), [Recipient::Person(BEN)]);
    assert!(matches!(log(&mut story, BEN), Reply::Logged { first: true, .. }));
    assert_eq!(story.state().owner(), Some(ANN), "it stays hers");
    story.now = until;
    assert!(matches!(log(&mut story, BEN), Reply::NotAllowed(_)), "she is back: it is hers alone");
    let reminded = story.after(Duration::hours(8));
    assert_eq!(told(&reminded), [Recipient::Person(ANN)]);
}

#[test]
fn who_covers_and_is_away_too_hears_nothing() {
    let (mut story, _) = covered();
    story.person(BEN).presence = Presence::Away { until: None };
    assert_eq!(told(&story.after(Duration::seconds(450))), [Recipient::Person(ANN)]);
}

#[test]
fn a_lead_that_wakes_goes_to_who_covers() {
    let mut story = Story::arrives();
    story.ask(ANN, Ask::Claim);
    let back = story.now + Duration::days(30);
    let ask = Ask::Disqualify { reason: "not_ready".into(), detail: None, until: Some(back), original: None };
    assert!(matches!(story.ask(ANN, ask), Reply::Pooled { .. }));
    let leave = Leave { from: back - Duration::days(1), until: back + Duration::days(1), cover: Some(BEN) };
    story.person(ANN).leave = Some(leave);
    let woke = story.after(Duration::days(30));
    assert_eq!(story.state().owner(), Some(BEN));
    assert!(told(&woke).contains(&Recipient::Person(BEN)));
}

#[test]
fn nobody_on_leave_is_given_a_lead_and_the_refusal_names_who_covers_until_when() {
    let mut story = Story::arrives();
    let (from, until) = (story.now + Duration::hours(1), story.now + Duration::days(7));
    story.person(BEN).leave = Some(Leave { from, until, cover: Some(ANN) });
    let give = || Ask::Assign { to: BEN, reason: "speaks French".to_owned() };
    story.now = from;
    let why = Refusal::Away { until: Some(until), cover: Some(ANN) };
    assert_eq!(story.ask(MAY, give()), Reply::TheyAreNotEligible { who: BEN, why: why.clone() });
    assert_eq!(story.ask(BEN, Ask::Claim), Reply::NotEligible(why));
    story.now = until;
    assert_eq!(story.ask(MAY, give()), Reply::Assigned { to: BEN });
}

#[test]
fn a_leave_that_is_planned_takes_nothing_away_before_it_begins() {
    let mut story = Story::arrives();
    let from = story.now + Duration::hours(1);
    story.person(BEN).leave = Some(Leave { from, until: from + Duration::days(7), cover: None });
    assert!(matches!(story.ask(BEN, Ask::Claim), Reply::Claimed { .. }));
}

#[test]
fn who_took_as_many_as_a_day_allows_gets_the_next_one_tomorrow() {
    let mut story = Story::arrives();
    let mut taken = Taken::default();
    for minutes in [10, 5] {
        taken.add("dach".into(), BEN, story.now - Duration::minutes(minutes));
    }
    story.beside.taken = Arc::new(taken);
    story.person(BEN).memberships[0].daily = Some(2);
    let midnight: DateTime<Utc> = "2026-09-15T00:00:00Z".parse().unwrap();
    let full = Refusal::FullToday { taken: 2, most: 2, until: midnight };
    assert_eq!(story.ask(BEN, Ask::Claim), Reply::NotEligible(full));
    story.beside.asked.insert(ANN, 1);
    story.person(ANN).memberships[0].daily = Some(1);
    let asked = story.ask(ANN, Ask::Claim);
    assert!(
        matches!(asked, Reply::NotEligible(Refusal::FullToday { taken: 1, .. })),
        "what they are asked about counts: {asked:?}"
    );
    story.now = midnight;
    assert!(matches!(story.ask(BEN, Ask::Claim), Reply::Claimed { .. }));
}

#[test]
fn who_was_covered_for_hears_too_that_it_went_back() {
    let (mut story, _) = covered();
    let lost = story.after(Duration::minutes(30));
    let released: Vec<Recipient> =
        lost.notices.iter().filter(|notice| notice.news == News::Released).map(|notice| notice.to.clone()).collect();
    assert_eq!(released, [Recipient::Person(BEN), Recipient::Person(ANN)], "{:?}", lost.notices);
}
