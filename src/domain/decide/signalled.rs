//! Stories of people who do something besides asking.

use chrono::Duration;

use super::tests::{ANN, BEN, Story};
use crate::domain::clocks::Clock;
use crate::domain::decision::{Decision, News, Recipient, Ring};
use crate::domain::event::{Ask, Event};
use crate::domain::fact::Fact;
use crate::domain::lead::{Lead, State};
use crate::domain::person::Presence;
use crate::domain::signals::{KEPT_MAX, Signal};

const PLAYBOOK: &str = r#"
[company]
name = "Acme"
timezone = "UTC"
hours = "24/7"

[[team]]
key = "dach"
channel = "leads"
captain = "ann"

[scoring]
hot = 20
warm = 5
completeness = 0

[[score]]
when = "lead.signals >= 3 && lead.signal_days <= 7"
points = 1
why = "stirs"
"#;

fn lead(story: &Story) -> &Lead {
    story.lead.as_ref().unwrap()
}

fn points(story: &Story) -> (u8, Vec<String>) {
    let score = lead(story).course.score.as_ref().unwrap();
    (score.points, score.parts.iter().map(|part| format!("{:+} {}", part.points, part.why)).collect())
}

fn gives(story: &mut Story, kind: &str, what: Option<&str>) -> Decision {
    let signal = Signal { kind: kind.into(), at: story.now, seconds: None, what: what.map(str::to_owned) };
    story.tell(&Event::Signalled { signal })
}

fn owned() -> Story {
    let mut story = Story::under(PLAYBOOK).with_a_lead();
    story.ask(ANN, Ask::Claim);
    story
}

fn end(story: &mut Story, reason: &str) {
    let until = Some(story.now + Duration::days(30));
    let ask = Ask::Disqualify { reason: reason.into(), detail: Some("a long enough reason".to_owned()), until, original: None };
    story.ask(ANN, ask);
}

fn asleep() -> Story {
    let mut story = owned();
    end(&mut story, "not_ready");
    assert!(matches!(story.state(), State::Pooled { .. }));
    story
}

fn told(decision: &Decision) -> Vec<&News> {
    decision.notices.iter().map(|notice| &notice.news).filter(|news| matches!(news, News::Signalled { .. })).collect()
}

#[test]
fn points_of_signals_are_shown_with_their_reason_and_fade_by_the_day() {
    let mut story = asleep();
    gives(&mut story, "visited", Some("pricing"));
    assert_eq!(points(&story), (10, vec!["+10 visited pricing, today".to_owned()]));
    story.now += Duration::days(2);
    story.tell(&Event::Aged);
    assert_eq!(points(&story), (8, vec!["+8 visited pricing, 2 days ago".to_owned()]));
    story.now += Duration::days(5);
    story.tell(&Event::Aged);
    assert_eq!(points(&story).0, 5, "half after a week");
    story.now += Duration::days(23);
    story.tell(&Event::Aged);
    assert_eq!(points(&story).0, 1);
    story.now += Duration::days(30);
    story.tell(&Event::Aged);
    assert_eq!(points(&story), (0, vec![]));
}

#[test]
fn many_of_a_kind_are_worth_three_of_it_and_rules_know_how_many() {
    let mut story = asleep();
    for _ in 0..10 {
        gives(&mut story, "opened", None);
    }
    assert_eq!(points(&story), (10, vec!["+9 opened, today (10 times)".to_owned(), "+1 stirs".to_owned()]));
    for _ in 0..40 {
        gives(&mut story, "opened", None);
    }
    assert_eq!((lead(&story).course.signals.len(), lead(&story).course.signal_count), (KEPT_MAX, 50));
}

#[test]
fn who_turns_hot_does_not_sleep_on_and_comes_back_to_who_had_them() {
    let mut story = asleep();
    assert_eq!(gives(&mut story, "visited", Some("pricing")).facts.len(), 2);
    let woken = gives(&mut story, "visited", Some("demo"));
    assert!(woken.facts.contains(&Fact::WokeUp));
    assert_eq!(story.state().owner(), Some(ANN));
    assert!(lead(&story).course.clocks.due(Clock::FirstTouch).is_some());
    let news = told(&woken);
    assert!(matches!(news[..], [News::Signalled { hot: true, what: Some(what), .. }] if what == "demo"), "{news:?}");
}

#[test]
fn an_answer_ends_a_sleep_however_cold_they_are_and_the_ladder_begins_when_the_owner_is_away() {
    let mut story = asleep();
    gives(&mut story, "clicked", None);
    assert!(matches!(story.state(), State::Pooled { .. }));
    story.person(ANN).presence = Presence::Away { until: None };
    let woken = gives(&mut story, "replied", None);
    assert!(woken.facts.contains(&Fact::WokeUp));
    assert!(matches!(story.state(), State::Waiting { step: 0, .. }));
    assert_eq!(woken.ring, Some(Ring::Card));
}

#[test]
fn the_owner_hears_once_that_it_turned_hot_and_of_every_answer() {
    let mut story = owned();
    gives(&mut story, "visited", None);
    assert_eq!(told(&gives(&mut story, "visited", None)).len(), 1);
    story.now += Duration::days(9);
    story.tell(&Event::Aged);
    assert!(!lead(&story).course.is_hot());
    for _ in 0..2 {
        assert_eq!(told(&gives(&mut story, "visited", None)).len(), 0, "it was told before");
    }
    assert!(lead(&story).course.is_hot());
    for _ in 0..2 {
        let answered = gives(&mut story, "replied", None);
        assert_eq!(answered.notices.iter().map(|n| &n.to).collect::<Vec<_>>(), [&Recipient::Person(ANN)]);
    }
    story.ask(ANN, Ask::Assign { to: BEN, reason: "speaks French".to_owned() });
    assert!(!lead(&story).course.turned_hot, "another owner has heard nothing yet");
}

#[test]
fn nothing_is_kept_of_who_asked_to_be_left_alone() {
    let mut story = owned();
    end(&mut story, "not_interested");
    let before = lead(&story).clone();
    for kind in ["visited", "replied"] {
        assert_eq!(gives(&mut story, kind, None).lead, None);
    }
    assert_eq!(lead(&story), &before);
    let mut story = asleep();
    story.beside.is_left_alone = true;
    assert_eq!(gives(&mut story, "replied", None).lead, None, "they asked with another lead");
}

#[test]
fn a_closed_lead_stays_closed_and_its_last_owner_hears_of_an_answer() {
    let mut story = owned();
    end(&mut story, "other");
    for _ in 0..3 {
        assert_eq!(told(&gives(&mut story, "visited", None)).len(), 0, "noted only");
    }
    let answered = gives(&mut story, "replied", None);
    assert!(matches!(story.state(), State::Closed { .. }));
    assert_eq!(answered.notices.iter().map(|n| &n.to).collect::<Vec<_>>(), [&Recipient::Person(ANN)]);
    assert_eq!(lead(&story).course.signal_count, 4);
}

#[test]
fn what_took_too_short_or_is_not_in_the_playbook_does_not_count() {
    let mut story = asleep();
    let short = Signal { kind: "visited".into(), at: story.now, seconds: Some(9), what: None };
    assert_eq!(story.tell(&Event::Signalled { signal: short.clone() }).lead, None);
    let long = Signal { seconds: Some(10), at: story.now + Duration::days(400), ..short };
    story.tell(&Event::Signalled { signal: long });
    assert_eq!(lead(&story).course.signals[0].at, story.now, "no points for the future");
    assert_eq!(gives(&mut story, "danced", None).lead, None);
}

#[test]
fn who_does_something_while_they_wait_is_seen_anew() {
    let mut story = Story::under(PLAYBOOK).with_a_lead();
    assert_eq!(gives(&mut story, "visited", None).ring, None);
    assert_eq!(gives(&mut story, "visited", None).ring, Some(Ring::Card));
}

#[test]
fn who_was_to_be_rung_for_a_lead_that_waits_is_rung_when_they_do_something() {
    let mut story = Story::arrives();
    assert_eq!(story.after(Duration::minutes(10)).ring, Some(Ring::Team("dach".into())));
    assert_eq!(gives(&mut story, "replied", None).ring, Some(Ring::Team("dach".into())));
}
