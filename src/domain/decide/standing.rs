//! The clocks of promises while the chat is away.

use chrono::{DateTime, Duration, Utc};

use super::tests::{ANN, PLAYBOOK, Story};
use crate::domain::clocks::Clock;
use crate::domain::event::{Ask, Event};

fn claimed() -> Story {
    let mut story = Story::arrives();
    story.ask(ANN, Ask::Claim);
    story
}

fn comes_back(story: &mut Story, after: Duration) {
    let since = story.now;
    story.now += after;
    story.tell(&Event::ChatCameBack { since });
}

fn due(story: &Story, clock: Clock) -> Option<DateTime<Utc>> {
    story.lead.as_ref().and_then(|lead| lead.course.clocks.due(clock))
}

#[test]
fn what_was_left_is_left_and_what_was_agreed_stays() {
    let mut story = claimed();
    let before = due(&story, Clock::FirstTouch).unwrap();
    comes_back(&mut story, Duration::minutes(40));
    assert_eq!(due(&story, Clock::FirstTouch), Some(before + Duration::minutes(40)));
    let at = story.now + Duration::hours(1);
    story.ask(ANN, Ask::FollowUp { at, note: None });
    comes_back(&mut story, Duration::minutes(40));
    assert_eq!(due(&story, Clock::FollowUp), Some(at), "that was agreed with somebody else");
}

#[test]
fn a_night_is_nobodys_standstill() {
    let at = |time: &str| time.parse::<DateTime<Utc>>().unwrap();
    let mut story = Story::under(&PLAYBOOK.replace("24/7", "Mo-Fr 09:00-18:00")).with_a_lead();
    story.now = at("2026-09-14T17:55:00Z");
    story.ask(ANN, Ask::Claim);
    let before = due(&story, Clock::FirstTouch).unwrap();
    assert!(before > at("2026-09-15T09:00:00Z"), "{before}");
    story.now = at("2026-09-14T22:00:00Z");
    let told = story.tell(&Event::ChatCameBack { since: at("2026-09-14T20:00:00Z") });
    assert!(told.facts.is_empty(), "{:?}", told.facts);
    assert_eq!(due(&story, Clock::FirstTouch), Some(before));
}
