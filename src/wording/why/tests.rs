//! A lead's story as it is told.

use chrono::Duration;
use insta::assert_snapshot;

use super::*;
use crate::domain::event::Ask;
use crate::domain::lead::{Channel, Outcome};
use crate::wording::plain::print;
use crate::wording::samples::{ANN, BEN, MAY, Story};

#[test]
fn the_story_of_a_lead_is_told_in_words() {
    let mut story = Story::arrives();
    story.after(Duration::minutes(12));
    story.ask(ANN, Ask::Claim);
    story.after(Duration::minutes(40));
    story.ask(MAY, Ask::Assign { to: BEN, reason: "Ann is ill".to_owned() });
    story.ask(BEN, Ask::Log { channel: Channel::Call, outcome: Outcome::Reached, note: None });
    let at = story.now + Duration::days(1);
    story.ask(BEN, Ask::FollowUp { at, note: Some("send the offer".to_owned()) });
    story.ask(MAY, Ask::Reveal);
    let until = Some(story.now + Duration::days(30));
    story.ask(
        BEN,
        Ask::Disqualify { reason: "not_ready".into(), detail: Some("after the fair".to_owned()), until, original: None },
    );
    story.ask(BEN, Ask::Reopen);
    story.ask(BEN, Ask::Release { reason: "leave".to_owned() });
    story.ask(ANN, Ask::WrongTeam { reason: "Austria".to_owned() });
    story.ask(MAY, Ask::Route { team: "world".into() });
    assert_snapshot!(print(&why(&story.lead, &story.log, story.world())), @r#"
    # Why? L-1042 ‹Dana K.›
    <14 Sep 09:00>  came in from typeform; rule "‹everything else›" sent it to DACH, it is open to DACH
      not "‹source world-demo›": `lead.source == "world-demo"` does not hold
    <14 Sep 09:10>  nobody had taken it: DACH was rung (2nd step)
    <14 Sep 09:12>  @Ann claimed it, 12 min after it came in
    <14 Sep 09:19>  its owner was reminded: the first touch was near due
    <14 Sep 09:27>  its owner was reminded: the first touch was late
    <14 Sep 09:42>  @Ann had let it lie: it was taken back, it is open to DACH
    <14 Sep 09:52>  nobody had taken it: DACH was rung (2nd step)
    <14 Sep 09:52>  @May gave it to @Ben: "‹Ann is ill›"
    <14 Sep 09:52>  @Ben tried by call: reached, stage Contacted
    <14 Sep 09:52>  @Ben planned a follow-up for <15 Sep 09:52>: "‹send the offer›"
    <14 Sep 09:52>  @May looked at the contact data
    <14 Sep 09:52>  @Ben put it to sleep as "Not ready" until <14 Oct 2026>: "‹after the fair›"
    <14 Sep 09:52>  @Ben reopened it, stage Open, @Ben claimed it
    <14 Sep 09:52>  @Ben gave it back: "‹leave›", it is open to DACH
    <14 Sep 09:52>  @Ann sent it to the managers as another team's: "‹Austria›"
    <14 Sep 09:52>  @May sent it to World, who are not there yet
    "#);
}

#[test]
fn what_happens_when_nobody_does_anything_is_told_too() {
    let mut story = Story::arrives();
    story.after(Duration::hours(4));
    assert_snapshot!(print(&why(&story.lead, &story.log, story.world())), @r#"
    # Why? L-1042 ‹Dana K.›
    <14 Sep 09:00>  came in from typeform; rule "‹everything else›" sent it to DACH, it is open to DACH
      not "‹source world-demo›": `lead.source == "world-demo"` does not hold
    <14 Sep 09:10>  nobody had taken it: DACH was rung (2nd step)
    <14 Sep 09:20>  nobody had taken it: managers were rung (3rd step)
    <14 Sep 09:30>  it went to @Ann
    <14 Sep 09:37>  its owner was reminded: the first touch was near due
    <14 Sep 09:45>  its owner was reminded: the first touch was late
    <14 Sep 10:00>  @Ann had let it lie: it was taken back, it is open to DACH
    <14 Sep 10:10>  nobody had taken it: DACH was rung (2nd step)
    <14 Sep 10:20>  nobody had taken it: managers were rung (3rd step)
    <14 Sep 10:30>  it went to the managers: nobody took it, and the captain cannot have it now
    "#);
}

#[test]
fn a_long_story_keeps_its_beginning_and_its_end() {
    let mut story = Story::arrives();
    for n in 0..40 {
        story.ask(ANN, Ask::Note { text: format!("note {n}") });
    }
    let shown = print(&why(&story.lead, &story.log, story.world()));
    assert!(shown.contains("came in from") && shown.contains("… 12 more …") && shown.contains("note 39"), "{shown}");
}

#[test]
fn what_was_taken_back_is_told_as_the_story_and_not_as_what_happened() {
    let mut story = Story::arrives();
    story.ask(ANN, Ask::Claim);
    story.ask(ANN, Ask::Note { text: "call after three".to_owned() });
    let line = |actor, facts: Vec<Fact>| Told { at: story.now, actor, facts, words: None };
    let undone = || Fact::Undone { to: Box::new(story.lead.course.clone()) };
    let closed = |exit| Fact::Closed { exit, reason: None, original: None };
    let kept = story.log.clone();
    let scored = line(None, vec![Fact::StageSet { to: "open".into() }]);
    // Somebody gives it away, looks at it, and takes that back.
    let given = line(Some(MAY), vec![Fact::Assigned { to: BEN, by: Some(MAY) }]);
    let looked = line(Some(MAY), vec![Fact::Revealed { by: MAY }]);
    let log = [kept.clone(), vec![given, scored.clone(), looked.clone(), line(Some(MAY), vec![undone()])]].concat();
    assert_eq!(standing(log), [kept.clone(), vec![scored, looked]].concat());
    // It ended with another lead of theirs, a note was written since, and the list was put right.
    let (ended, noted) = (line(None, vec![closed(Exit::Suppressed)]), line(Some(BEN), vec![Fact::Noted { by: BEN }]));
    let log = [kept.clone(), vec![ended, noted.clone(), line(None, vec![undone()])]].concat();
    assert_eq!(standing(log), [kept, vec![noted]].concat());
}
