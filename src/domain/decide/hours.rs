//! Stories of people who keep their own hours.

use chrono::{DateTime, Duration, Utc};

use super::tests::{ANN, BEN, MAY, Story};
use crate::domain::clocks::Clock;
use crate::domain::decision::{Decision, News, Recipient};
use crate::domain::event::{Ask, Event};
use crate::domain::hours::Hours;
use crate::domain::ids::{LeadId, PersonId};
use crate::domain::lead::{Channel, Outcome, State};
use crate::domain::matching::{Account, KinKind};
use crate::domain::reply::{Refusal, Reply};

/// Whose turn it is is asked for five minutes, then all may have it.
const IN_TURN: &str = r#"
[company]
name = "Acme"
timezone = "UTC"
managers = "bosses"

[[team]]
key = "dach"
channel = "leads"
captain = "ann"
ladder = [
  { step = "offer", for = "5m" },
  { step = "open", for = "30m" },
  { step = "assign", to = "captain" },
]
"#;

/// It is nine o'clock on a Monday.
fn keeps(story: &mut Story, who: PersonId, hours: &str) {
    story.person(who).hours = Some(Hours::parse(hours, "UTC", None).unwrap());
}

fn at(hour: u32) -> DateTime<Utc> {
    format!("2026-09-14T{hour:02}:00:00Z").parse().unwrap()
}

fn due(story: &Story, clock: Clock) -> Option<DateTime<Utc>> {
    story.lead.as_ref().unwrap().course.clocks.due(clock)
}

/// What somebody is told, and not before when.
fn told(decision: &Decision, who: PersonId) -> Vec<(News, Option<DateTime<Utc>>)> {
    let to = Recipient::Person(who);
    decision.notices.iter().filter(|n| n.to == to).map(|n| (n.news.clone(), n.not_before)).collect()
}

#[test]
fn who_is_outside_their_own_hours_is_not_asked_and_not_given_anything() {
    let mut story = Story::under(IN_TURN);
    keeps(&mut story, ANN, "Mo-Fr 13:00-17:00");
    let mut story = story.with_a_lead();
    assert_eq!(story.state().asked(), Some(BEN), "Ann is first in turn, and comes at one");
    story.after(Duration::minutes(5));
    let off = Refusal::OffHours { until: at(13) };
    assert_eq!(story.ask(ANN, Ask::Claim), Reply::NotEligible(off.clone()));
    let give = Ask::Assign { to: ANN, reason: "hers".to_owned() };
    assert_eq!(story.ask(MAY, give.clone()), Reply::TheyAreNotEligible { who: ANN, why: off });
    story.now = at(13);
    assert!(matches!(story.ask(MAY, give), Reply::Assigned { .. }));
}

#[test]
fn an_account_owner_who_is_off_does_not_get_it() {
    for (hours, owner) in [("Mo-Fr 13:00-17:00", None), ("Mo-Fr 08:00-12:00", Some(ANN))] {
        let mut story = Story::under(IN_TURN);
        keeps(&mut story, ANN, hours);
        story.beside.account = Some(Account { owner: ANN, lead: LeadId(900), kind: KinKind::Customer });
        assert_eq!(story.with_a_lead().state().owner(), owner, "{hours}");
    }
}

#[test]
fn promises_of_an_owner_run_in_their_own_hours_and_those_under_way_stay() {
    let mut story = Story::arrives();
    keeps(&mut story, ANN, "Mo-Fr 08:00-09:10");
    assert!(matches!(story.ask(ANN, Ask::Claim), Reply::Claimed { .. }));
    let tomorrow = at(8) + Duration::days(1);
    assert_eq!(due(&story, Clock::FirstTouch), Some(tomorrow + Duration::minutes(5)), "ten of fifteen minutes are left today");
    assert_eq!(due(&story, Clock::Release), Some(tomorrow + Duration::minutes(20)));
    keeps(&mut story, ANN, "Mo-Fr 06:00-22:00");
    story.now += Duration::minutes(1);
    assert_eq!(due(&story, Clock::FirstTouch), Some(tomorrow + Duration::minutes(5)), "as it was promised");
    story.ask(ANN, Ask::Log { channel: Channel::Call, outcome: Outcome::NoAnswer, note: None });
    assert_eq!(due(&story, Clock::NotReached), Some(at(17) + Duration::minutes(1)), "what is promised next runs in the new ones");
}

#[test]
fn what_can_wait_waits_until_they_are_on_and_what_protects_a_promise_does_not() {
    let mut story = Story::arrives();
    story.ask(ANN, Ask::Claim);
    keeps(&mut story, ANN, "Mo-Fr 13:00-17:00");
    let again = Event::Arrived { profile: Box::new(story.lead.clone().unwrap().profile), taken_by: None };
    assert!(matches!(told(&story.tell(&again), ANN)[..], [(News::CameAgain { .. }, Some(when))] if when == at(13)));
    let warned = story.after(Duration::minutes(8));
    let release_at = at(9) + Duration::minutes(30);
    let due = at(9) + Duration::minutes(15);
    assert_eq!(told(&warned, ANN), [(News::FirstTouchSoon { due, release_at }, None)], "at one it would be too late");
    story.person(ANN).notify.quiet = false;
    assert!(matches!(told(&story.tell(&again), ANN)[..], [(News::CameAgain { .. }, None)]), "they want it at once");
}

#[test]
fn what_somebody_planned_themselves_is_told_when_they_planned_it() {
    let mut story = Story::arrives();
    story.ask(ANN, Ask::Claim);
    keeps(&mut story, ANN, "Mo-Fr 09:00-17:00");
    story.ask(ANN, Ask::FollowUp { at: at(19), note: None });
    let reminded = story.after(Duration::hours(10));
    assert_eq!(told(&reminded, ANN), [(News::FollowUpDue { at: at(19) }, None)]);
    let asked = due(&story, Clock::FollowUpOverdue);
    assert_eq!(asked, Some(at(17) + Duration::days(3)), "24 of their hours later");
}

#[test]
fn a_lead_that_wakes_too_early_sleeps_on_until_its_old_owner_is_there() {
    let mut story = Story::arrives();
    story.ask(ANN, Ask::Claim);
    let back = story.now + Duration::days(30);
    let ask = Ask::Disqualify { reason: "not_ready".into(), detail: None, until: Some(back), original: None };
    assert!(matches!(story.ask(ANN, ask), Reply::Pooled { .. }));
    keeps(&mut story, ANN, "Mo-Fr 13:00-17:00");
    story.after(Duration::days(30));
    assert!(matches!(story.state(), State::Pooled { .. }));
    assert_eq!(due(&story, Clock::Return), Some(back + Duration::hours(4)));
    story.after(Duration::hours(4));
    assert_eq!(story.state().owner(), Some(ANN));
}
