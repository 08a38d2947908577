//! Stories of leads that are written to while they sleep.

use chrono::{DateTime, Duration, Utc};

use super::tests::{ANN, BEN, MAY, Story};
use crate::domain::clocks::Clock;
use crate::domain::decision::{Decision, News, Recipient};
use crate::domain::event::{Ask, Event};
use crate::domain::fact::Fact;
use crate::domain::lead::{Lead, State};
use crate::domain::outgoing::Unsent;
use crate::domain::reply::Reply;
use crate::domain::sequences::{Ended, Past};
use crate::domain::signals::Signal;
use crate::domain::text::Untrusted;

const PLAYBOOK: &str = r#"
[company]
name = "Acme"
timezone = "Europe/Berlin"
hours = "Mo-Fr 09:00-18:00"

[[team]]
key = "dach"
channel = "leads"
captain = "ben"

[[reason]]
key = "unreachable_yet"
name = "Not reached yet"
asks = "when"
becomes = "pooled_until"

[[sequence]]
key = "nurture"
steps = [{ after = "3d", template = "news" }, { after = "1d", template = "meeting" }]

[[sequence]]
key = "long_quiet"
when = "lead.quiet_days >= 20"
steps = [{ after = "2d", template = "thanks" }]
"#;

fn lead(story: &Story) -> &Lead {
    story.lead.as_ref().unwrap()
}

fn due(story: &Story) -> Option<DateTime<Utc>> {
    lead(story).course.clocks.due(Clock::Sequence)
}

fn past(story: &Story, key: &str) -> Past {
    lead(story).course.sequences.get(&key.into()).cloned().unwrap_or_default()
}

/// Dana's lead, Ann's, put to sleep for two months on Monday the 14th at 11:00 in Berlin.
fn asleep(reason: &str) -> Story {
    let mut story = Story::under(PLAYBOOK).with_a_lead();
    story.lead.as_mut().unwrap().profile.contact.email = Some(Untrusted::new("dana@example.com"));
    story.ask(ANN, Ask::Claim);
    sleep(&mut story, reason);
    story
}

fn sleep(story: &mut Story, reason: &str) {
    let until = Some(story.now + Duration::days(60));
    let ask = Ask::Disqualify { reason: reason.into(), detail: None, until, original: None };
    assert!(matches!(story.ask(ANN, ask), Reply::Pooled { .. }));
}

fn comes_due(story: &mut Story, event: &Event) -> Decision {
    story.now = due(story).expect("a step is due");
    story.tell(event)
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[test]
fn a_lead_that_is_not_ready_is_written_to_in_the_name_of_who_had_it_and_once_for_each_step() {
    let mut story = asleep("not_ready");
    assert_eq!(due(&story), Some(at("2026-09-17T09:00:00Z")));
    let first = comes_due(&mut story, &Event::WokeWithPost);
    let mail = first.mail.expect("it is written");
    assert_eq!((mail.by, mail.to.as_str(), mail.template.as_str()), (ANN, "dana@example.com", "Product news"));
    assert!(mail.text.starts_with("Hello Dana,") && mail.text.contains("\n\nann\nAcme"), "{}", mail.text);
    assert!(matches!(story.state(), State::Pooled { .. }));
    assert_eq!(lead(&story).course.work.tries(), 0, "it is no attempt of anybody's");
    assert_eq!(due(&story), Some(at("2026-09-18T09:00:00Z")));
    assert_eq!(comes_due(&mut story, &Event::WokeWithPost).mail.expect("it is written").template, "Meeting invitation");
    assert_eq!((due(&story), past(&story, "nurture")), (None, Past { steps: 2, ended: Some(Ended::Through) }));
    assert_eq!(story.after(Duration::days(1)).mail, None);
    let wakes = lead(&story).course.clocks.due(Clock::Return).expect("it returns");
    story.now = wakes;
    story.tell(&Event::WokeWithPost);
    assert_eq!(story.state().owner(), Some(ANN));
    sleep(&mut story, "not_ready");
    assert_eq!(due(&story), None, "they have read all of it");
}

#[test]
fn nobody_is_written_to_by_night_or_while_nobody_could_answer() {
    let mut story = asleep("not_ready");
    story.lead.as_mut().unwrap().profile.contact.zone = Some("America/New_York".to_owned());
    story.now = at("2026-09-17T09:00:00Z");
    assert_eq!(story.tell(&Event::WokeWithPost).mail, None, "it is five in the morning there");
    assert_eq!(due(&story), Some(at("2026-09-17T13:00:00Z")));
    story.now = at("2026-09-18T16:30:00Z");
    assert_eq!(story.tell(&Event::WokeWithPost).mail, None, "Friday evening here");
    assert_eq!(due(&story), Some(at("2026-09-21T13:00:00Z")));
    assert!(comes_due(&mut story, &Event::WokeWithPost).mail.is_some());
}

#[test]
fn a_zone_that_never_is_awake_with_the_team_is_written_to_in_the_teams_hours() {
    let mut story = asleep("not_ready");
    story.lead.as_mut().unwrap().profile.contact.zone = Some("Pacific/Auckland".to_owned());
    story.now = at("2026-09-17T09:00:00Z");
    assert!(story.tell(&Event::WokeWithPost).mail.is_some());
}

#[test]
fn whatever_ends_the_sleep_ends_the_sequence() {
    let reply = |story: &mut Story| {
        let signal = Signal { kind: "replied".into(), at: story.now, seconds: None, what: None };
        story.tell(&Event::Signalled { signal });
    };
    let request = |story: &mut Story| {
        let profile = Box::new(lead(story).profile.clone());
        story.tell(&Event::Arrived { profile, taken_by: None });
    };
    let claim = |story: &mut Story| drop(story.ask(BEN, Ask::Reopen));
    let given = |story: &mut Story| drop(story.ask(MAY, Ask::Assign { to: BEN, reason: "speaks French".to_owned() }));
    let back = |story: &mut Story| drop(story.ask(MAY, Ask::Requeue));
    type Does<'a> = &'a dyn Fn(&mut Story);
    let ways: [(Does<'_>, Ended); 5] = [
        (&reply, Ended::Answered),
        (&request, Ended::Answered),
        (&claim, Ended::Returned),
        (&given, Ended::Returned),
        (&back, Ended::Returned),
    ];
    for (does, ended) in ways {
        let mut story = asleep("not_ready");
        does(&mut story);
        assert!(!matches!(story.state(), State::Pooled { .. }));
        assert_eq!((due(&story), lead(&story).course.sequence.clone(), past(&story, "nurture").ended), (None, None, Some(ended)));
    }
}

#[test]
fn who_returns_and_sleeps_again_is_written_what_comes_next() {
    let mut story = asleep("not_ready");
    comes_due(&mut story, &Event::WokeWithPost);
    story.ask(ANN, Ask::Reopen);
    sleep(&mut story, "no_budget");
    assert_eq!(comes_due(&mut story, &Event::WokeWithPost).mail.expect("it is written").template, "Meeting invitation");
}

#[test]
fn anybody_who_works_leads_can_stop_it_for_good() {
    let mut story = asleep("not_ready");
    assert_eq!(story.ask(BEN, Ask::StopSequence), Reply::SequenceStopped);
    assert_eq!((due(&story), past(&story, "nurture").ended), (None, Some(Ended::Stopped)));
    assert_eq!(story.ask(BEN, Ask::StopSequence), Reply::NotNow);
    story.ask(ANN, Ask::Reopen);
    sleep(&mut story, "not_ready");
    assert_eq!(due(&story), None);
}

#[test]
fn what_comes_back_ends_it_and_who_has_no_address_is_not_written_to() {
    let mut story = asleep("not_ready");
    comes_due(&mut story, &Event::WokeWithPost);
    story.tell(&Event::MailUnsent {
        by: ANN,
        template: "Product news".to_owned(),
        unsent: Unsent::Refused { code: "550".to_owned() },
    });
    assert_eq!((due(&story), past(&story, "nurture").ended), (None, Some(Ended::Refused)));
    story.ask(ANN, Ask::Reopen);
    sleep(&mut story, "not_ready");
    assert_eq!(due(&story), None, "nothing more goes to an address that refuses it");
    let mut story = asleep("not_ready");
    let signal = Signal { kind: "bounced".into(), at: story.now, seconds: None, what: None };
    story.tell(&Event::Signalled { signal });
    assert_eq!(past(&story, "nurture").ended, Some(Ended::Refused));
    let mut story = asleep("not_ready");
    story.lead.as_mut().unwrap().profile.contact.email = None;
    let skipped = comes_due(&mut story, &Event::WokeWithPost);
    assert!(skipped.facts.contains(&Fact::SequenceEnded { sequence: "nurture".into(), why: Ended::NoAddress }));
    assert_eq!((skipped.mail, due(&story)), (None, None));
}

#[test]
fn without_a_mail_server_who_had_it_is_told_and_the_captain_when_they_have_left() {
    let mut story = asleep("not_ready");
    let told = comes_due(&mut story, &Event::Woke);
    assert_eq!(told.mail, None);
    assert_eq!(told.notices.iter().map(|n| &n.to).collect::<Vec<_>>(), [&Recipient::Person(ANN)]);
    assert!(matches!(&told.notices[0].news, News::SequenceStep { template, .. } if template == "news"));
    story.person(ANN).left = true;
    let told = comes_due(&mut story, &Event::Woke);
    assert_eq!(told.notices.iter().map(|n| &n.to).collect::<Vec<_>>(), [&Recipient::Person(BEN)]);
    assert_eq!(past(&story, "nurture").ended, Some(Ended::Through));
}

#[test]
fn another_condition_may_come_to_hold_while_they_sleep() {
    let mut story = asleep("unreachable_yet");
    assert_eq!(due(&story), None);
    story.now += Duration::days(20);
    story.tell(&Event::Aged);
    assert_eq!(
        lead(&story).course.sequence.as_ref().map(|enrolled| enrolled.sequence.as_str().to_owned()).as_deref(),
        Some("long_quiet")
    );
    assert_eq!(comes_due(&mut story, &Event::WokeWithPost).mail.expect("it is written").template, "Thanks");
}

#[test]
fn nobody_is_written_to_who_asked_elsewhere_to_be_left_alone_and_nobody_is_asked_to_write() {
    for event in [Event::WokeWithPost, Event::Woke] {
        let mut story = asleep("not_ready");
        story.beside.is_left_alone = true;
        let decision = comes_due(&mut story, &event);
        assert_eq!((decision.mail, decision.notices.len()), (None, 0), "{event:?}");
        assert_eq!((due(&story), past(&story, "nurture").ended), (None, Some(Ended::Stopped)));
    }
}
