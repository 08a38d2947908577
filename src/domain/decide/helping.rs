//! Stories of somebody who asks for help with their lead.

use chrono::{DateTime, Duration, Utc};

use super::tests::{ANN, BEN, MAY, Story, person};
use super::undo::Kept;
use crate::domain::clocks::Clock;
use crate::domain::decision::{Decision, News, Recipient};
use crate::domain::event::{Ask, Event};
use crate::domain::fact::Fact;
use crate::domain::help::HelpAsk;
use crate::domain::hours::Hours;
use crate::domain::ids::PersonId;
use crate::domain::notify::Way;
use crate::domain::person::{Leave, Presence, Rights};
use crate::domain::reply::{Need, NoHelp, Reply, Unknown};

const CY: PersonId = PersonId(5);

fn ask_of(of: Option<PersonId>) -> Ask {
    Ask::Help(HelpAsk::Ask { of, question: "May I give a discount?".to_owned() })
}

fn answer() -> Ask {
    Ask::Help(HelpAsk::Answer { text: "Five percent.".to_owned() })
}

/// Ann has a lead, and has asked Ben.
fn asked() -> Story {
    let mut story = Story::arrives();
    assert!(matches!(story.ask(ANN, Ask::Claim), Reply::Claimed { .. }));
    assert!(matches!(story.ask(ANN, ask_of(Some(BEN))), Reply::HelpAsked { of: Some(BEN), .. }));
    story
}

fn does(story: &mut Story, by: PersonId, ask: Ask) -> Decision {
    story.tell(&Event::Asked { by, ask })
}

fn to(decision: &Decision) -> Vec<Recipient> {
    decision.notices.iter().map(|notice| notice.to.clone()).collect()
}

fn due(story: &Story, clock: Clock) -> Option<DateTime<Utc>> {
    story.lead.as_ref().unwrap().course.clocks.due(clock)
}

fn is_open(story: &Story) -> bool {
    story.lead.as_ref().unwrap().course.help.is_some()
}

#[test]
fn a_colleague_is_asked_and_the_lead_stays_its_owners_with_its_promises() {
    let mut story = Story::arrives();
    story.ask(ANN, Ask::Claim);
    let before = story.lead.clone().unwrap().course;
    let decision = does(&mut story, ANN, ask_of(Some(BEN)));
    assert_eq!(to(&decision), [Recipient::Person(BEN)]);
    assert_eq!(decision.notices[0].news, News::HelpWanted { by: ANN });
    assert_eq!(decision.words.as_deref(), Some("May I give a discount?"));
    assert_eq!(story.state(), &before.state, "untouched still: to ask is no touch");
    for clock in [Clock::FirstTouch, Clock::Release] {
        assert_eq!(due(&story, clock), before.clocks.due(clock));
    }
}

#[test]
fn the_answer_goes_to_the_owner_and_into_the_thread_and_the_question_is_over() {
    let mut story = asked();
    let decision = does(&mut story, BEN, answer());
    assert_eq!(decision.reply, Reply::HelpGiven { to: ANN });
    assert_eq!(to(&decision), [Recipient::Thread, Recipient::Person(ANN)]);
    assert_eq!(decision.words.as_deref(), Some("Five percent."));
    assert!(!is_open(&story) && due(&story, Clock::Help).is_none());
    assert_eq!(story.ask(BEN, answer()), Reply::NoHelp(NoHelp::Over), "once");
}

#[test]
fn who_reads_such_things_in_the_thread_is_told_there_once() {
    let mut story = asked();
    story.person(ANN).notify.changes = Way::Thread;
    assert_eq!(to(&does(&mut story, BEN, answer())), [Recipient::Person(ANN)]);
}

#[test]
fn one_question_is_open_at_a_time() {
    let mut story = asked();
    let since = story.now;
    assert_eq!(story.ask(ANN, ask_of(None)), Reply::HelpOpen { of: Some(BEN), since });
    assert_eq!(story.ask(ANN, Ask::Help(HelpAsk::Drop)), Reply::HelpDropped);
    assert!(matches!(story.ask(ANN, ask_of(None)), Reply::HelpAsked { of: None, .. }));
}

#[test]
fn who_does_not_answer_is_asked_once_more_then_the_managers_and_then_where_all_of_them_read() {
    let mut story = asked();
    story.ask(ANN, Ask::FollowUp { at: story.now + Duration::days(2), note: None });
    let again = story.after(Duration::hours(2));
    assert_eq!(to(&again), [Recipient::Person(BEN)]);
    let managers = story.after(Duration::hours(2));
    assert_eq!(to(&managers), [Recipient::Person(MAY)]);
    let all = story.after(Duration::hours(2));
    assert_eq!(to(&all), [Recipient::Managers]);
    assert!(due(&story, Clock::Help).is_none() && is_open(&story), "nobody is asked for ever, and it can still be answered");
    assert_eq!(story.ask(BEN, answer()), Reply::HelpGiven { to: ANN }, "who was asked first may still answer");
}

#[test]
fn the_hours_of_who_is_asked_count() {
    let mut story = Story::arrives();
    story.person(BEN).hours = Some(Hours::parse("Mo-Fr 14:00-15:00", "UTC", None).unwrap());
    story.ask(ANN, Ask::Claim);
    let decision = does(&mut story, ANN, ask_of(Some(BEN)));
    let two = "2026-09-14T14:00:00Z".parse().unwrap();
    assert_eq!(decision.notices[0].not_before, Some(two), "they hear of it when they are there");
    assert_eq!(due(&story, Clock::Help), Some(two + Duration::days(1) + Duration::hours(1)), "an hour today, an hour tomorrow");
}

#[test]
fn who_cannot_help_passes_the_question_on_to_the_managers() {
    let mut story = asked();
    let decision = does(&mut story, BEN, Ask::Help(HelpAsk::Decline));
    assert_eq!(decision.reply, Reply::HelpPassedOn);
    assert_eq!(to(&decision), [Recipient::Person(ANN), Recipient::Person(MAY)]);
    assert_eq!(
        story.ask(MAY, Ask::Help(HelpAsk::Decline)),
        Reply::NotAllowed(Need::Asked { of: None }),
        "there is nobody after them"
    );
    assert_eq!(story.ask(MAY, answer()), Reply::HelpGiven { to: ANN });
}

#[test]
fn the_managers_of_the_team_are_asked_before_all_others_and_those_who_are_there_first() {
    let mut story = Story::arrives();
    let mut own = person(CY, "cy", Rights::Manager);
    own.memberships = story.people[0].memberships.clone();
    story.people.push(own);
    story.ask(ANN, Ask::Claim);
    assert_eq!(to(&does(&mut story, ANN, ask_of(None))), [Recipient::Person(CY)]);
    story.ask(ANN, Ask::Help(HelpAsk::Drop));
    story.person(CY).memberships.clear();
    story.person(CY).presence = Presence::Away { until: None };
    assert_eq!(to(&does(&mut story, ANN, ask_of(None))), [Recipient::Person(MAY)]);
}

#[test]
fn who_covers_is_asked_for_who_is_away_and_nobody_is_asked_who_cannot_be() {
    let mut story = Story::arrives();
    story.people.push(person(CY, "cy", Rights::Rep));
    story.ask(ANN, Ask::Claim);
    story.person(BEN).presence = Presence::Away { until: None };
    assert!(matches!(story.ask(ANN, ask_of(Some(BEN))), Reply::TheyAreNotEligible { who: BEN, .. }));
    let until = story.now + Duration::days(3);
    story.person(BEN).leave = Some(Leave { from: story.now, until, cover: Some(CY) });
    assert_eq!(to(&does(&mut story, ANN, ask_of(Some(BEN)))), [Recipient::Person(CY)]);
    assert_eq!(story.ask(CY, answer()), Reply::HelpGiven { to: ANN });
    for (of, why) in [
        (PersonId(99), Reply::Unknown(Unknown::Person)),
        (PersonId(4), Reply::NoHelp(NoHelp::WorksNoLeads { who: PersonId(4) })),
        (ANN, Reply::NoHelp(NoHelp::Themselves)),
    ] {
        assert_eq!(story.ask(ANN, ask_of(Some(of))), why, "{of:?}");
    }
    let empty = Ask::Help(HelpAsk::Ask { of: None, question: " ".to_owned() });
    assert_eq!(story.ask(ANN, empty), Reply::NoHelp(NoHelp::WithoutQuestion));
    assert_eq!(story.ask(CY, ask_of(None)), Reply::NotAllowed(Need::OwnerOrManager { owner: Some(ANN) }));
}

#[test]
fn only_who_was_asked_or_a_manager_answers() {
    let mut story = asked();
    story.people.push(person(CY, "cy", Rights::Rep));
    assert_eq!(story.ask(CY, answer()), Reply::NotAllowed(Need::Asked { of: Some(BEN) }));
    assert_eq!(story.ask(ANN, answer()), Reply::NotAllowed(Need::Asked { of: Some(BEN) }));
    let blank = Ask::Help(HelpAsk::Answer { text: String::new() });
    assert_eq!(story.ask(BEN, blank), Reply::NoHelp(NoHelp::WithoutAnswer));
    assert_eq!(story.ask(MAY, answer()), Reply::HelpGiven { to: ANN });
    assert!(matches!(story.ask(MAY, ask_of(Some(BEN))), Reply::HelpAsked { of: Some(BEN), .. }));
    assert_eq!(story.ask(MAY, answer()), Reply::NotAllowed(Need::Asked { of: Some(BEN) }), "nobody answers themselves");
}

#[test]
fn a_question_is_over_when_the_lead_goes_to_somebody_else() {
    for ask in [
        Ask::Release { reason: "full day".to_owned() },
        Ask::Assign { to: BEN, reason: "his".to_owned() },
        Ask::Won { value: None },
        Ask::WrongTeam { reason: "theirs".to_owned() },
    ] {
        let mut story = asked();
        story.ask(ANN, ask.clone());
        assert!(!is_open(&story) && due(&story, Clock::Help).is_none(), "{ask:?}");
        assert_eq!(story.ask(BEN, answer()), Reply::NoHelp(NoHelp::Over), "{ask:?}");
    }
}

#[test]
fn what_is_asked_is_told_in_the_log_without_its_words() {
    let mut story = Story::arrives();
    story.ask(ANN, Ask::Claim);
    let facts = does(&mut story, ANN, ask_of(Some(BEN))).facts;
    assert_eq!(facts[0], Fact::HelpAsked { by: ANN, of: Some(BEN) });
}

#[test]
fn whoever_was_asked_hears_that_nobody_waits_for_them_any_more() {
    let over = [(Recipient::Person(BEN), News::HelpOver { by: ANN })];
    let told = |decision: &Decision| -> Vec<(Recipient, News)> {
        let is_about_it = |news: &News| matches!(news, News::HelpOver { .. });
        let told = decision.notices.iter().filter(|notice| is_about_it(&notice.news));
        told.map(|notice| (notice.to.clone(), notice.news.clone())).collect()
    };
    for (by, ask) in [
        (ANN, Ask::Help(HelpAsk::Drop)),
        (MAY, answer()),
        (ANN, Ask::Assign { to: MAY, reason: "hers".to_owned() }),
        (ANN, Ask::Won { value: None }),
    ] {
        assert_eq!(told(&does(&mut asked(), by, ask.clone())), over, "{ask:?}");
    }
    for ask in [answer(), Ask::Help(HelpAsk::Decline), Ask::Assign { to: BEN, reason: "yours".to_owned() }] {
        let by = if matches!(ask, Ask::Assign { .. }) { ANN } else { BEN };
        assert_eq!(told(&does(&mut asked(), by, ask.clone())), [], "{ask:?}: they know, or have it");
    }
}

#[test]
fn a_question_that_is_open_again_is_asked_again() {
    let mut kept = Kept::of(asked());
    kept.asks(ANN, Ask::Won { value: None });
    let back = kept.asks(ANN, Ask::Undo);
    assert!(is_open(&kept.story));
    assert_eq!(to(&back), [Recipient::Person(BEN)]);
    assert_eq!(back.notices[0].news, News::HelpWanted { by: ANN });
}
