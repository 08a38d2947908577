//! Questions and answers as they are read.

use chrono::Duration;
use insta::assert_snapshot;

use super::*;
use crate::domain::event::Ask;
use crate::domain::help::HelpAsk;
use crate::domain::lead::{Channel, Outcome};
use crate::domain::person::Rights;
use crate::wording::notices::{NoticeFacts, Reach, notice};
use crate::wording::plain::print;
use crate::wording::samples::{ANN, BEN, MAY, Story, person as somebody};

/// Ann has tried once, and asks Ben.
fn asked() -> Story {
    let mut story = Story::arrives();
    story.ask(ANN, Ask::Claim);
    story.ask(ANN, Ask::Log { channel: Channel::Call, outcome: Outcome::Reached, note: Some("wants 20 % off".to_owned()) });
    story.now += Duration::minutes(5);
    let question = "May I give **20 %**?\n@everyone".to_owned();
    story.ask(ANN, Ask::Help(HelpAsk::Ask { of: Some(BEN), question }));
    story
}

fn told(story: &Story, news: &News, reader: Option<PersonId>) -> String {
    let beside = Beside { log: &story.log, reader, ..Beside::default() };
    let reach = if reader.is_some() { Reach::Private } else { Reach::Public };
    let facts =
        NoticeFacts { lead: Some(&story.lead), playbook: &story.playbook, roster: &story.roster, now: story.now, reach, beside };
    print(&notice(news, &facts))
}

#[test]
fn a_colleague_reads_the_question_and_the_story_but_no_contact_data() {
    let story = asked();
    assert_snapshot!(told(&story, &News::HelpWanted { by: ANN }, Some(BEN)), @r#"
    # New: @Ann asks for help with L-1042 ‹Dana K.›
    Asks "‹May I give **20 %**?
    @everyone›"
    Wants "‹We need scheduling for 120 technicians before March.›"
    Stage Contacted
    Tries 1 (call 1), last <~14 09:00>, reached
    Attempts
    • <14 Sep 09:00> call, reached, @Ann: "‹wants 20 % off›"
    Promised to them a first touch by <14 Sep 09:15>: kept
    It stays theirs. Your answer goes to them, and into the lead's thread.
    [*Answer] [Cannot help]
    "#);
    let manager = told(&story, &News::HelpWanted { by: ANN }, Some(MAY));
    assert!(manager.contains("dana@acme-robotics.example"), "a manager may see it: {manager}");
    let public = told(&story, &News::HelpWanted { by: ANN }, None);
    assert!(!public.contains("dana@acme-robotics.example"), "{public}");
}

#[test]
fn the_answer_stands_with_its_question() {
    let mut story = asked();
    story.ask(BEN, Ask::Help(HelpAsk::Answer { text: "Ten at most.".to_owned() }));
    assert_snapshot!(told(&story, &News::HelpAnswered { by: BEN }, Some(ANN)), @r#"
    # Good: @Ben answers about L-1042 ‹Dana K.›
    Asks "‹May I give **20 %**?
    @everyone›"
    Answer "‹Ten at most.›"
    [*Log attempt] [Follow up]
    "#);
}

#[test]
fn those_who_are_there_are_offered_first_after_the_managers() {
    let story = asked();
    let mut away = somebody(PersonId(7), "Abe", Rights::Rep);
    away.presence = crate::domain::person::Presence::Away { until: None };
    let ben = somebody(BEN, "Ben", Rights::Rep);
    assert_snapshot!(print(&whom(&story.lead, vec![&away, &ben], story.world())), @r"
    Who shall help you with L-1042 ‹Dana K.›? It stays yours, and its promises run on.
    v Choose whom to ask
      The managers  (Whoever of them answers first)
      Ben
      Abe  (Away)
    ");
}

#[test]
fn whoever_looks_at_the_lead_sees_the_open_question_and_what_they_can_do() {
    let story = asked();
    let labels = |reader: PersonId, rights| {
        let (_, buttons) = open(&story.lead, &story.log, &somebody(reader, "x", rights), story.world());
        buttons.into_iter().map(|b| b.label).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(labels(BEN, Rights::Rep), "Answer");
    assert_eq!(labels(MAY, Rights::Manager), "Answer");
    assert_eq!(labels(ANN, Rights::Rep), "Take the question back");
    assert_eq!(labels(PersonId(9), Rights::Rep), "");
}
