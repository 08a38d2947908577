//! Each piece of news as it is read.

use chrono::Duration;
use insta::assert_snapshot;

use super::*;
use crate::chat::action::{Action, Verb};
use crate::domain::event::Ask;
use crate::domain::ids::LeadId;
use crate::domain::lead::TriageWhy;
use crate::domain::outgoing::Unsent;
use crate::wording::plain::print;
use crate::wording::samples::{ANN, BEN, MAY, Story};

fn claimed() -> Story {
    let mut story = Story::arrives();
    story.ask(ANN, Ask::Claim);
    story
}

fn told(story: &Story, news: &News, reach: Reach) -> String {
    let facts = NoticeFacts {
        lead: Some(&story.lead),
        playbook: &story.playbook,
        roster: &story.roster,
        now: story.now,
        reach,
        beside: Beside { log: &story.log, ..Beside::default() },
    };
    print(&notice(news, &facts))
}

#[test]
fn whoever_gets_a_lead_is_told_all_that_they_need_alone() {
    let story = claimed();
    let news = News::Yours { from: Some(MAY), due: Some(story.now + Duration::minutes(15)) };
    assert_snapshot!(told(&story, &news, Reach::Private), @r#"
    # Claimed: L-1042 ‹Dana K.› is yours: @May gave it to you
    "‹We need scheduling for 120 technicians before March.›"
    Promised first touch <~14 09:15>
    Name ‹Dana Keller›, ‹VP Ops›, ‹Acme Robotics›
    E-mail ‹dana@acme-robotics.example›
    Phone ‹+12025550123›
    Where New York, US, Mon 05:00 there now: outside the usual hours for a call
    Begin "Hi ‹Dana›, this is Ann from Acme. Thanks for asking; when is a good moment to talk?"
    [*Log attempt] [Reached] [Follow up] [Release]
    "#);
}

#[test]
fn where_others_read_along_there_is_no_contact_data() {
    let story = claimed();
    let news = News::Yours { from: None, due: None };
    assert_snapshot!(told(&story, &news, Reach::Public), @r#"
    # Claimed: L-1042 ‹Dana K.› is yours
    "‹We need scheduling for 120 technicians before March.›"
    [*Log attempt] [Reached] [Follow up] [Release] [Show contact]
    "#);
}

#[test]
fn reminders_say_what_happens_otherwise() {
    let story = claimed();
    let (due, release_at) = (story.now + Duration::minutes(8), story.now + Duration::minutes(23));
    assert_snapshot!(told(&story, &News::FirstTouchSoon { due, release_at }, Reach::Private), @r#"
    # Working: L-1042 ‹Dana K.› waits for your first touch, due <~14 09:08>
    It is too early or too late to call them: write, then log it. The first attempt keeps the promise.
    If nothing happens, it goes back to the team <~14 09:23>.
    Name ‹Dana Keller›, ‹VP Ops›, ‹Acme Robotics›
    E-mail ‹dana@acme-robotics.example›
    Phone ‹+12025550123›
    Where New York, US, Mon 05:00 there now: outside the usual hours for a call
    [*Log attempt] [Reached] [Follow up] [Release]
    "#);
    assert_snapshot!(told(&story, &News::FirstTouchLate { release_at }, Reach::Public), @r#"
    # Alarm: L-1042 ‹Dana K.› is late: no first touch yet
    It is too early or too late to call them: write, then log it. The first attempt keeps the promise.
    If nothing happens, it goes back to the team <~14 09:23>.
    [*Log attempt] [Reached] [Follow up] [Release] [Show contact]
    "#);
    assert_snapshot!(told(&story, &News::NotReached { tries: 0 }, Reach::Public), @r#"
    # Working: L-1042 ‹Dana K.› was not reached yet: nothing was tried
    Try another channel or another time of the day, or plan a follow-up.
    [*Log attempt] [Reached] [Follow up] [Disqualify] [Show contact]
    "#);
    assert_snapshot!(told(&story, &News::FollowUpDue { at: due }, Reach::Public), @r"
    # Working: L-1042 ‹Dana K.›: the follow-up planned for <14 Sep 09:08> is due
    Say how it went, or move it.
    [*Done] [Reached] [No answer] [Move] [Release]
    [Show contact]
    ");
    assert_snapshot!(told(&story, &News::StillYours { release_at }, Reach::Private), @r#"
    # Alarm: L-1042 ‹Dana K.›: still yours?
    If nothing happens, it goes back to the team <~14 09:23>.
    [*Yes, still mine] [Done] [Give it back]
    "#);
    assert_snapshot!(told(&story, &News::StageOverdue { days: 7 }, Reach::Public), @r#"
    # Working: L-1042 ‹Dana K.› is quiet: nothing happened for 7 days in Open
    Plan the next step, move it to another stage, or end it with a reason.
    [Follow up] [Stage] [Disqualify] [Release] [Show contact]
    "#);
}

#[test]
fn a_change_of_hands_is_told_to_both() {
    let mut story = claimed();
    story.ask(ANN, Ask::Assign { to: BEN, reason: "knows them".to_owned() });
    assert_snapshot!(told(&story, &News::NoLongerYours { to: Some(BEN) }, Reach::Private), @r#"
    # Over: L-1042 ‹Dana K.› is no longer yours: it is with @Ben
    There is nothing left for you to do.
    "#);
    assert_snapshot!(told(&story, &News::Handoff { from: Some(ANN), to: BEN }, Reach::Public), @r#"
    # Claimed: L-1042 ‹Dana K.› is now with @Ben
    Before @Ann
    Why
    • @Ann gave it to @Ben: "‹knows them›"
    Wants "‹We need scheduling for 120 technicians before March.›"
    Stage Open
    Promised to them a first touch by <14 Sep 09:15>: still open
    Due your first touch <~14 09:15>
    "#);
    story.ask(BEN, Ask::Release { reason: "ill".to_owned() });
    assert_snapshot!(told(&story, &News::NoLongerYours { to: None }, Reach::Private), @r#"
    # Over: L-1042 ‹Dana K.› is no longer yours
    It waits for somebody of DACH. There is nothing left for you to do.
    "#);
    assert_snapshot!(told(&story, &News::Released, Reach::Private), @r#"
    # Over: L-1042 ‹Dana K.› went back to the team: nothing happened for too long
    It waits for somebody of DACH. It costs you nothing; you may claim another.
    "#);
}

#[test]
fn a_sleeper_comes_back() {
    assert_snapshot!(told(&claimed(), &News::BackFromPool, Reach::Public), @r#"
    # Claimed: L-1042 ‹Dana K.› is back from its sleep, and yours
    "‹We need scheduling for 120 technicians before March.›"
    It is with you now, and a first touch is promised <~14 09:15>.
    [*Log attempt] [Reached] [Follow up] [Release] [Show contact]
    "#);
    assert_snapshot!(told(&claimed(), &News::DuplicateOfYours { duplicate: LeadId(1050) }, Reach::Private), @r#"
    # Working: L-1042 ‹Dana K.› came in again, as L-1050
    L-1050 was closed as a duplicate of it. They asked again: a good moment to get in touch.
    [*Log attempt] [Follow up]
    "#);
}

#[test]
fn managers_are_rung_for_triage_and_read_of_what_could_not_be_read() {
    let mut story = Story::arrives();
    story.ask(ANN, Ask::WrongTeam { reason: "Austria".to_owned() });
    for why in [TriageWhy::NoTeam, TriageWhy::LadderEnded, TriageWhy::TooManyMoves] {
        assert!(told(&story, &News::NeedsRouting { why }, Reach::Public).contains(crate::wording::states::triage_words(why)));
    }
    let shown = told(&story, &News::NeedsRouting { why: TriageWhy::WrongTeam }, Reach::Public);
    assert_snapshot!(shown, @r#"
    # Alarm: L-1042 ‹Dana K.› needs somebody to route it
    Why @Ann says that it is another team's: "‹Austria›"
    Who ‹Dana K.› (‹VP Ops›), ‹Acme Robotics›
    "‹We need scheduling for 120 technicians before March.›"
    [*Route]
    (rings sales-managers)
    "#);
    let news = News::Quarantined { source: "typeform".into(), why: "no field says who it is".to_owned() };
    let facts = NoticeFacts {
        lead: None,
        playbook: &story.playbook,
        roster: &story.roster,
        now: story.now,
        reach: Reach::Public,
        beside: Beside::default(),
    };
    assert_snapshot!(print(&notice(&news, &facts)), @r#"
    # Alarm: Something from typeform could not be read
    Why no field says who it is
    Nothing is lost: mend the mapping, then replay them. See /intake quarantine.
    "#);
}

#[test]
fn in_a_channel_no_notice_can_be_taken_for_a_card() {
    let story = claimed();
    let at = story.now;
    let all = [
        News::Yours { from: None, due: None },
        News::NeedsRouting { why: TriageWhy::NoTeam },
        News::Handoff { from: None, to: ANN },
        News::StillYours { release_at: at },
        News::FollowUpDue { at },
    ];
    let details = Action::prefix(Verb::Details, story.lead.id);
    for news in all {
        let facts = NoticeFacts {
            lead: Some(&story.lead),
            playbook: &story.playbook,
            roster: &story.roster,
            now: at,
            reach: Reach::Public,
            beside: Beside::default(),
        };
        assert!(!format!("{:?}", notice(&news, &facts)).contains(&details), "{news:?}");
    }
}

#[test]
fn more_than_three_things_are_one_message() {
    let story = claimed();
    let at = story.now + Duration::minutes(8);
    let news = [
        News::Yours { from: None, due: None },
        News::FirstTouchSoon { due: at, release_at: at },
        News::FollowUpDue { at },
        News::NotReached { tries: 2 },
    ];
    let news = news.map(|news| (news, Some(story.lead.clone())));
    assert_snapshot!(print(&bundle(&news, &story.playbook, &story.roster, story.now)), @r#"
    # 4 things for you
    • L-1042 ‹Dana K.› is yours
    • L-1042 ‹Dana K.› waits for your first touch, due <~14 09:08>
    • L-1042 ‹Dana K.›: the follow-up planned for <14 Sep 09:08> is due
    • L-1042 ‹Dana K.› was not reached yet, after 2 tries
    v Look at one of them
      L-1042 Dana K.
    "#);
    let many: Vec<_> = (1..=25).map(|tries| (News::NotReached { tries }, Some(story.lead.clone()))).collect();
    assert!(print(&bundle(&many, &story.playbook, &story.roster, story.now)).contains("and 5 more: see /lead list."));
    let same = [[many[0].clone(), many[0].clone()], [many[1].clone(), many[0].clone()]].concat();
    assert_snapshot!(print(&bundle(&same, &story.playbook, &story.roster, story.now)), @r#"
    # 2 things for you
    • L-1042 ‹Dana K.› was not reached yet, after 1 try
    • L-1042 ‹Dana K.› was not reached yet, after 2 tries
    v Look at one of them
      L-1042 Dana K.
    "#);
}

#[test]
fn whoever_is_asked_to_mend_reads_what_is_wrong_and_nobody_reads_along() {
    let mut story = claimed();
    let detail = Some("bounced: dana@acme-robotics.example".to_owned());
    story.ask(ANN, Ask::Disqualify { reason: "invalid_data".into(), detail, until: None, original: None });
    let (what, until) = ("bounced".to_owned(), story.now + Duration::hours(8));
    let asked = News::MendAsked { owner: ANN, what, until };
    assert_snapshot!(told(&story, &asked, Reach::Private), @r#"
    # New: L-1042 ‹Dana K.› needs mending: @Ann asks for your help
    Due <~14 17:00>; then it is closed
    Look it up, then mend it: it goes back to its owner. It costs you no turn.
    Wrong "‹bounced›"
    Name ‹Dana Keller›, ‹VP Ops›, ‹Acme Robotics›
    E-mail ‹dana@acme-robotics.example›
    Phone ‹+12025550123›
    Where New York, US, Mon 05:00 there now: outside the usual hours for a call
    [*Mend the data] [Cannot be mended] [Details]
    "#);
    assert_snapshot!(told(&story, &asked, Reach::Public), @r#"
    # New: L-1042 ‹Dana K.› needs mending: @Ann asks for your help
    Due <~14 17:00>; then it is closed
    Look it up, then mend it: it goes back to its owner. It costs you no turn.
    [*Mend the data] [Cannot be mended] [Show contact]
    "#);
    assert_snapshot!(told(&story, &News::NotMended { by: None }, Reach::Private), @r#"
    # Over: L-1042 ‹Dana K.› was not mended in time, and is closed
    Your turn is given back, if it cost one. It can be reopened from its card.
    "#);
    assert_snapshot!(told(&story, &News::NotMended { by: Some(BEN) }, Reach::Private), @r#"
    # Over: L-1042 ‹Dana K.› cannot be mended: @Ben closed it
    Your turn is given back, if it cost one. It can be reopened from its card.
    "#);
    assert_snapshot!(told(&story, &News::MendOver, Reach::Private), @r#"
    # Over: L-1042 ‹Dana K.› needs no mending any more
    It was settled without you. There is nothing left for you to do.
    "#);
    let due = Some(story.now + Duration::minutes(15));
    assert_snapshot!(told(&claimed(), &News::Mended { by: Some(BEN), due }, Reach::Private), @r#"
    # Claimed: L-1042 ‹Dana K.› is mended by @Ben, and yours again
    Promised first touch <~14 09:15>
    Name ‹Dana Keller›, ‹VP Ops›, ‹Acme Robotics›
    E-mail ‹dana@acme-robotics.example›
    Phone ‹+12025550123›
    Where New York, US, Mon 05:00 there now: outside the usual hours for a call
    [*Log attempt] [Reached] [Follow up] [Release]
    "#);
    assert_snapshot!(told(&claimed(), &News::Mended { by: None, due }, Reach::Public), @r#"
    # Claimed: L-1042 ‹Dana K.› asked again with other data, and is yours again
    Promised first touch <~14 09:15>
    [*Log attempt] [Reached] [Follow up] [Release] [Show contact]
    "#);
}

#[test]
fn a_mail_that_did_not_go_out_says_what_to_do() {
    let story = claimed();
    let told = |unsent| told(&story, &News::MailUnsent { template: "Introduction".to_owned(), unsent }, Reach::Private);
    assert_snapshot!(told(Unsent::Refused { code: "550 5.1.1".to_owned() }), @r#"
    # Alarm: "Introduction" did not go out to L-1042 ‹Dana K.›
    It came back: the mail server refused it, with 550 5.1.1. The address may be wrong: reach them another way, or log it as bounced.
    [*Log attempt] [Follow up]
    "#);
    assert_snapshot!(told(Unsent::GivenUp), @r#"
    # Alarm: "Introduction" did not go out to L-1042 ‹Dana K.›
    It was given up: the mail server took none for too long. Send it again later, or from your own mail program.
    [*Log attempt] [Follow up]
    "#);
    assert_snapshot!(told(Unsent::Unsure), @r#"
    # Alarm: "Introduction" did not go out to L-1042 ‹Dana K.›
    It may have gone out: the mail server did not say whether it took it, and it is not tried again. Look into the mailbox that it is sent from.
    [*Log attempt] [Follow up]
    "#);
}
