//! The packet as whoever gets the lead reads it.

use chrono::Duration;
use insta::assert_snapshot;

use crate::domain::decision::News;
use crate::domain::event::Ask;
use crate::domain::fact::Fact;
use crate::domain::ids::PersonId;
use crate::domain::lead::{Channel, Outcome};
use crate::domain::reply::Reply;
use crate::wording::notices::{Beside, NoticeFacts, Reach, notice};
use crate::wording::plain::print;
use crate::wording::samples::{ANN, BEN, MAY, Story};
use crate::wording::why::Told;

fn packet(story: &Story, to: PersonId) -> String {
    let (beside, reach) = (Beside { log: &story.log, ..Beside::default() }, Reach::Public);
    let facts =
        NoticeFacts { lead: Some(&story.lead), playbook: &story.playbook, roster: &story.roster, now: story.now, reach, beside };
    print(&notice(&News::Handoff { from: None, to }, &facts))
}

/// Ann has worked it: a call, an e-mail, a note, a plan.
fn worked() -> Story {
    let mut story = Story::arrives();
    story.ask(ANN, Ask::Claim);
    let call = |note: &str| Ask::Log { channel: Channel::Call, outcome: Outcome::NoAnswer, note: Some(note.to_owned()) };
    story.ask(ANN, call("rings, nobody there"));
    story.now += Duration::hours(2);
    story.ask(ANN, Ask::Log { channel: Channel::Email, outcome: Outcome::LeftMessage, note: None });
    story.ask(ANN, Ask::Note { text: "Lee decides, **not** Dana\n@everyone".to_owned() });
    story.ask(ANN, Ask::FollowUp { at: story.now + Duration::days(1), note: Some("send the offer".to_owned()) });
    story
}

#[test]
fn whoever_gets_a_worked_lead_reads_why_and_what_happened_so_far() {
    let mut story = worked();
    story.ask(MAY, Ask::Assign { to: BEN, reason: "knows the industry".to_owned() });
    assert_snapshot!(packet(&story, BEN), @r#"
    # Claimed: L-1042 ‹Dana K.› is now with @Ben
    Before @Ann
    Why
    • @May gave it to @Ben: "‹knows the industry›"
    Wants "‹We need scheduling for 120 technicians before March.›"
    Stage Open
    Tries 2 (call 1, e-mail 1), last <~14 11:00>
    Attempts
    • <14 Sep 09:00> call, no answer, @Ann: "‹rings, nobody there›"
    • <14 Sep 11:00> e-mail, sent, no answer yet, @Ann
    Notes
    • <14 Sep 11:00> @Ann: "‹Lee decides, **not** Dana @everyone›"
    Planned follow-up <15 Sep 11:00> (<~15 11:00>), by @Ann: "‹send the offer›"
    Promised to them a first touch by <14 Sep 09:15>: kept
    What was planned is not in your plan: plan it anew, or let it go.
    Due your first touch <~14 11:15>
    "#);
}

#[test]
fn whoever_claims_what_somebody_gave_back_reads_why_they_did() {
    let mut story = worked();
    story.ask(ANN, Ask::Release { reason: "on the road all week".to_owned() });
    story.now += Duration::minutes(5);
    assert!(matches!(story.ask(BEN, Ask::Claim), Reply::Claimed { .. }));
    let told = packet(&story, BEN);
    assert!(told.contains("Before @Ann"), "{told}");
    assert!(
        told.contains("@Ann gave it back") && told.contains("on the road all week") && told.contains("@Ben claimed it"),
        "{told}"
    );
    assert!(
        told.contains("follow-up") && told.contains("send the offer"),
        "what was promised is not lost with the owner: {told}"
    );
}

#[test]
fn what_was_taken_back_is_no_change_of_hands() {
    let mut story = worked();
    let before = story.lead.clone();
    let given = Ask::Assign { to: BEN, reason: "by a slip".to_owned() };
    story.ask(MAY, given.clone());
    let facts = vec![Fact::Undone { to: Box::new(before.course.clone()) }];
    story.log.push(Told { at: story.now, actor: Some(MAY), facts, words: None });
    story.lead = before;
    story.ask(MAY, given);
    let told = packet(&story, BEN);
    assert!(told.contains("Before @Ann"), "{told}");
    // What else was taken back leaves it where it was.
    let facts = vec![Fact::Undone { to: Box::new(story.lead.course.clone()) }];
    story.log.push(Told { at: story.now, actor: Some(MAY), facts, words: None });
    story.ask(MAY, Ask::Assign { to: ANN, reason: "knows them".to_owned() });
    assert!(packet(&story, ANN).contains("Before @Ben"), "{}", packet(&story, ANN));
}

#[test]
fn what_was_done_is_planned_no_more_and_what_came_of_it_is_a_note() {
    let mut story = worked();
    assert_eq!(story.ask(ANN, Ask::Done { note: Some("wants two offers".to_owned()) }), Reply::PlanDone);
    story.ask(MAY, Ask::Assign { to: BEN, reason: "knows the industry".to_owned() });
    let told = packet(&story, BEN);
    assert!(!told.contains("Planned"), "{told}");
    assert!(told.contains("@Ann: \"‹wants two offers›\""), "{told}");
}

#[test]
fn what_happened_after_it_changed_hands_is_not_in_the_packet() {
    let mut story = worked();
    story.ask(MAY, Ask::Assign { to: BEN, reason: "knows the industry".to_owned() });
    let first = packet(&story, BEN);
    story.ask(BEN, Ask::Note { text: "my own".to_owned() });
    assert!(!packet(&story, BEN).contains("my own"), "however late it is read");
    assert!(first.contains("knows the industry"));
}

#[test]
fn only_the_newest_are_told_one_by_one() {
    let mut story = worked();
    for n in 0..9 {
        story.now += Duration::minutes(1);
        story.ask(ANN, Ask::Log { channel: Channel::Call, outcome: Outcome::NoAnswer, note: Some(format!("try {n}")) });
        story.ask(ANN, Ask::Note { text: format!("note {n} {}", "long ".repeat(200)) });
    }
    story.ask(MAY, Ask::Assign { to: BEN, reason: "fresh ears".to_owned() });
    let told = packet(&story, BEN);
    assert!(told.contains("(the last 6 of 11)") && told.contains("try 8") && !told.contains("try 2"), "{told}");
    assert!(told.contains("(the last 5 of 10)") && told.contains("note 8") && !told.contains("note 3"), "{told}");
    assert!(told.chars().count() < 3_500, "it fits into one message: {}", told.chars().count());
}
