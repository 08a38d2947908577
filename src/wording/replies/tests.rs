//! Each answer as it is read.

use insta::assert_snapshot;

use super::*;
use crate::domain::event::Ask;
use crate::domain::reply::Refusal;
use crate::playbook::Tried;
use crate::wording::plain::print;
use crate::wording::samples::{ANN, BEN, MAY, Story};

fn told(story: &Story, by: PersonId, answer: &Reply) -> String {
    let facts = ReplyFacts {
        lead: Some(&story.lead),
        playbook: &story.playbook,
        roster: &story.roster,
        now: story.now,
        by: story.roster.get(by).unwrap(),
        untouched: std::slice::from_ref(&story.lead),
    };
    print(&reply(answer, &facts))
}

fn all(story: &Story, by: PersonId, answers: &[Reply]) -> String {
    answers.iter().map(|answer| told(story, by, answer)).collect()
}

fn asked(story: &mut Story, by: PersonId, ask: Ask) -> String {
    let answer = story.ask(by, ask);
    told(story, by, &answer)
}

fn claimed() -> Story {
    let mut story = Story::arrives();
    story.ask(ANN, Ask::Claim);
    story
}

#[test]
fn whoever_claims_is_told_how_to_reach_them_and_what_was_promised() {
    let mut story = Story::arrives();
    assert_snapshot!(asked(&mut story, ANN, Ask::Claim), @r#"
    # Claimed: L-1042 ‹Dana K.› is yours
    Name ‹Dana Keller›, ‹VP Ops›, ‹Acme Robotics›
    E-mail ‹dana@acme-robotics.example›
    Phone ‹+12025550123›
    Where New York, US, Mon 05:00 there now: outside the usual hours for a call
    Begin "Hi ‹Dana›, this is Ann from Acme. Thanks for asking; when is a good moment to talk?"
    Promised first touch <~14 09:15>; untouched, it goes back to the team <~14 09:30>
    You can take it back within 30 s.
    [*Log attempt] [Follow up] [Release] [Undo]
    "#);
    assert!(asked(&mut story, ANN, Ask::Claim).starts_with("# Claimed: L-1042 ‹Dana K.› is yours already\n"));
}

#[test]
fn whoever_comes_second_is_told_by_how_much() {
    let mut story = claimed();
    story.now += Duration::milliseconds(400);
    let at_once = asked(&mut story, BEN, Ask::Claim);
    story.now += Duration::minutes(10);
    let later = asked(&mut story, BEN, Ask::Claim);
    assert_snapshot!(format!("{at_once}{later}"), @r#"
    @Ann claimed this 0.4 s before you. Your turn is kept.
    @Ann got this <~14 09:00>. Your turn is kept; ask them if you think that it should be yours.
    "#);
}

#[test]
fn each_refusal_says_why_and_what_to_do() {
    let story = claimed();
    let until = story.now + Duration::hours(3);
    let refusals = [
        Refusal::NotInTeam { team: "world".into() },
        Refusal::Lacks { lead: story.lead.id, team: "dach".into(), skills: vec!["german".into(), "polish".into()] },
        Refusal::Away { until: Some(until), cover: Some(BEN) },
        Refusal::Away { until: None, cover: None },
        Refusal::Paused { until: Some(until) },
        Refusal::Paused { until: None },
        Refusal::OffHours { until },
        Refusal::Full { untouched: 5, cap: 5 },
        Refusal::FullToday { taken: 8, most: 8, until },
        Refusal::CoolingOff { until },
        Refusal::Left,
    ];
    let to_you: Vec<Reply> = refusals.iter().cloned().map(Reply::NotEligible).collect();
    assert_snapshot!(all(&story, ANN, &to_you), @r"
    This one is for World, and you are not in that team. A manager can add you with /team add.
    L-1042 needs german and polish, which is not among your skills. Nobody of DACH has it: a manager can say who does with /team skill.
    You are away until <14 Sep 12:00> (<~14 12:00>). @Ben covers for you. Say /me status with Here first.
    You are away. Say /me status with Here first.
    You are paused in this team until <14 Sep 12:00> (<~14 12:00>). A manager can end that with /team pause.
    You are paused in this team. A manager can end that with /team pause.
    You are outside your own hours until <14 Sep 12:00> (<~14 12:00>). /me hours changes them.
    You have 5 untouched leads; 5 is the most. Work one of them first:
    • L-1042 ‹Dana K.›, first touch <~14 09:15>
    You have taken 8 of this team's leads today; 8 a day is the most. The next day begins <~14 12:00>.
    You had this one and it went back to the team. Leave it to the others until <12:00> (<~14 12:00>); then you may claim it again.
    You are marked as no longer with the company. A manager can change that.
    ");
    let about: Vec<Reply> = refusals.into_iter().map(|why| Reply::TheyAreNotEligible { who: BEN, why }).collect();
    assert_snapshot!(all(&story, ANN, &about), @r"
    @Ben is not in World. Choose somebody who is; a manager can add them with /team add.
    @Ben does not have german and polish, which L-1042 needs. Nobody of DACH has it: a manager can say who does with /team skill.
    @Ben is away until <14 Sep 12:00> (<~14 12:00>); @Ben covers for them.
    @Ben is away. Choose somebody else.
    @Ben is paused in this team until <14 Sep 12:00> (<~14 12:00>). Choose somebody else.
    @Ben is paused in this team. Choose somebody else.
    @Ben is outside their own hours until <14 Sep 12:00> (<~14 12:00>). Choose somebody else.
    @Ben has 5 untouched leads; 5 is the most. Choose somebody else.
    @Ben has taken 8 of this team's leads today; 8 a day is the most. Choose somebody else.
    @Ben had this one and it went back to the team. They may have it again <~14 12:00>.
    @Ben is no longer with the company. Choose somebody else.
    ");
}

#[test]
fn a_missing_right_names_who_has_it() {
    let story = claimed();
    let needs =
        [Need::OwnerOrManager { owner: Some(ANN) }, Need::OwnerOrManager { owner: None }, Need::Manager, Need::Admin, Need::Rep];
    assert_snapshot!(all(&story, BEN, &needs.map(Reply::NotAllowed)), @r#"
    Only @Ann or a manager can do that: it is their lead.
    Only its owner or a manager can do that.
    Only a manager can do that.
    Only an administrator can do that.
    Only those who work leads can do that. A manager can add you to a team with /team add.
    "#);
}

#[test]
fn what_cannot_be_done_now_says_what_comes_first() {
    let mut story = Story::arrives();
    let mut told_so_far = told(&story, BEN, &Reply::NotNow);
    story.ask(ANN, Ask::Claim);
    told_so_far += &told(&story, BEN, &Reply::NotNow);
    let until = Some(story.now + Duration::days(30));
    story.ask(ANN, Ask::Disqualify { reason: "not_ready".into(), detail: None, until, original: None });
    told_so_far += &told(&story, BEN, &Reply::NotNow);
    story.ask(ANN, Ask::Reopen);
    story.ask(ANN, Ask::Won { value: None });
    told_so_far += &told(&story, BEN, &Reply::NotNow);
    let mut story = Story::arrives();
    story.ask(ANN, Ask::WrongTeam { reason: "Austria".to_owned() });
    told_so_far += &told(&story, BEN, &Reply::NotNow);
    told_so_far += &asked(&mut story, BEN, Ask::Claim);
    assert_snapshot!(told_so_far, @r#"
    Not now: L-1042 ‹Dana K.› waits for somebody of DACH. Claim it first.
    Not now: L-1042 ‹Dana K.› is with @Ann, who got it <~14 09:00>. They can hand it over, or release it.
    Not now: L-1042 ‹Dana K.› sleeps until <14 Oct 2026>. Reopen it first, with the button of its card.
    Not now: L-1042 ‹Dana K.› is won: a customer now. Reopen it first, with the button of its card.
    Not now: L-1042 ‹Dana K.› waits for a manager to route it.
    A manager has to route this one first. They have been told that it waits.
    "#);
}

#[test]
fn each_deed_of_the_owner_is_confirmed_with_what_could_come_next() {
    let mut story = claimed();
    let log = |channel, outcome| Ask::Log { channel, outcome, note: None };
    let mut shown = asked(&mut story, ANN, log(Channel::Call, Outcome::NoAnswer));
    shown += &asked(&mut story, ANN, log(Channel::Email, Outcome::Reached));
    let at = story.now + Duration::days(1);
    shown += &asked(&mut story, ANN, Ask::FollowUp { at, note: None });
    let past = story.now;
    shown += &asked(&mut story, ANN, Ask::FollowUp { at: past, note: None });
    shown += &asked(&mut story, ANN, Ask::Note { text: "nice people".to_owned() });
    shown += &asked(&mut story, ANN, Ask::Stage { to: "qualified".into() });
    shown += &asked(&mut story, ANN, Ask::StillMine);
    shown += &asked(&mut story, MAY, Ask::Assign { to: BEN, reason: "cover".to_owned() });
    shown += &asked(&mut story, BEN, Ask::Assign { to: BEN, reason: "me".to_owned() });
    shown += &asked(&mut story, MAY, Ask::Assign { to: BEN, reason: "me".to_owned() });
    shown += &asked(&mut story, BEN, Ask::Reveal);
    shown += &asked(&mut story, BEN, Ask::Release { reason: "ill".to_owned() });
    shown += &asked(&mut story, BEN, Ask::Claim);
    shown += &asked(&mut story, BEN, Ask::WrongTeam { reason: "Austria".to_owned() });
    shown += &asked(&mut story, MAY, Ask::Route { team: "world".into() });
    assert_snapshot!(shown, @r#"
    Logged for L-1042 ‹Dana K.›: call, no answer. 1 try so far. That was the first touch.
    [Follow up] [Add a note]
    Logged for L-1042 ‹Dana K.›: e-mail, reached. 2 tries so far.
    [Stage] [Follow up] [Add a note]
    Planned for L-1042 ‹Dana K.›: <15 Sep 09:00> (<~15 09:00>). You will be reminded then.
    [Add a note]
    That is not in the future, or more than two years off. Choose a later time, such as "tomorrow 9" or "in 3 days".
    Noted on L-1042 ‹Dana K.›
    L-1042 ‹Dana K.› is in stage Qualified now.
    [Follow up] [Add a note]
    Good: L-1042 ‹Dana K.› stays yours. When will you get in touch next?
    [Follow up] [Log attempt]
    L-1042 ‹Dana K.› is now with @Ben. They have been told.
    You can take it back within 30 s.
    [Undo]
    # Claimed: L-1042 ‹Dana K.› is yours already
    Name ‹Dana Keller›, ‹VP Ops›, ‹Acme Robotics›
    E-mail ‹dana@acme-robotics.example›
    Phone ‹+12025550123›
    Where New York, US, Mon 05:00 there now: outside the usual hours for a call
    Promised first touch <~14 09:15>; untouched, it goes back to the team <~14 09:30>
    [*Log attempt] [Follow up] [Release]
    L-1042 ‹Dana K.› is with @Ben already.
    # L-1042 ‹Dana K.›
    Name ‹Dana Keller›, ‹VP Ops›, ‹Acme Robotics›
    E-mail ‹dana@acme-robotics.example›
    Phone ‹+12025550123›
    Where New York, US, Mon 05:00 there now: outside the usual hours for a call
    L-1042 ‹Dana K.› is released. It waits for somebody of DACH.
    You had this one and it went back to the team. Leave it to the others until <10:00> (<~14 10:00>); then you may claim it again.
    L-1042 ‹Dana K.› goes to the managers, who will route it. Thank you.
    L-1042 ‹Dana K.› goes to World now.
    "#);
}

#[test]
fn each_ending_is_confirmed_with_its_consequence() {
    let ending = |reason: &str| {
        let mut story = claimed();
        let detail = Some("somebody of the board".to_owned());
        let until = Some(story.now + Duration::days(30));
        let original = Some(LeadId(1001));
        asked(&mut story, ANN, Ask::Disqualify { reason: reason.into(), detail, until, original })
    };
    let mut shown: String =
        ["not_ready", "no_authority", "not_a_fit", "not_interested", "duplicate", "spam"].map(ending).concat();
    let mut story = claimed();
    shown += &asked(&mut story, ANN, Ask::Won { value: None });
    shown += &asked(&mut story, ANN, Ask::Reopen);
    assert_snapshot!(shown, @r#"
    L-1042 ‹Dana K.› sleeps until <14 Oct 2026>. Then it comes back to you.
    You can take it back within 30 s.
    [Undo]
    L-1042 ‹Dana K.› stays with you, with a task: Find the decision-maker, <15 Sep 09:00> (<~15 09:00>).
    L-1042 ‹Dana K.› is closed as unqualified. It can be reopened from its card.
    You can take it back within 30 s.
    [Undo]
    L-1042 ‹Dana K.› is closed: never to be contacted again. No more reminders; only their own new request reopens it.
    You can take it back within 30 s.
    [Undo]
    L-1042 ‹Dana K.› is merged into L-1001, which goes on. Nothing of it is lost: see its details.
    You can take it back within 30 s.
    [Undo]
    L-1042 ‹Dana K.› is removed: it never was a lead, and counts in no figure.
    You can take it back within 30 s.
    [Undo]
    L-1042 ‹Dana K.› is won: a customer now. Well done!
    You can take it back within 30 s.
    [Undo]
    # Claimed: L-1042 ‹Dana K.› is open again, and yours
    Name ‹Dana Keller›, ‹VP Ops›, ‹Acme Robotics›
    E-mail ‹dana@acme-robotics.example›
    Phone ‹+12025550123›
    Where New York, US, Mon 05:00 there now: outside the usual hours for a call
    Begin "Hi ‹Dana›, this is Ann from Acme. Thanks for asking; when is a good moment to talk?"
    Promised first touch <~14 09:15>; untouched, it goes back to the team <~14 09:30>
    You can take it back within 30 s.
    [*Log attempt] [Follow up] [Release] [Undo]
    "#);
    let mut story = claimed();
    let until = Some(story.now + Duration::days(30));
    let by_a_manager =
        asked(&mut story, MAY, Ask::Disqualify { reason: "no_budget".into(), detail: None, until, original: None });
    assert_snapshot!(by_a_manager, @r#"
    L-1042 ‹Dana K.› sleeps until <14 Oct 2026>. Then it comes back to @Ann.
    You can take it back within 30 s.
    [Undo]
    "#);
}

#[test]
fn a_reason_says_what_it_still_needs() {
    let needs = [
        ReasonNeed::Date,
        ReasonNeed::Text { question: "What happened?".to_owned(), min: 10 },
        ReasonNeed::Original,
        ReasonNeed::MoreTries {
            tried: Tried { attempts: 1, days: 1, channels: 1 },
            needs: Tried { attempts: 5, days: 5, channels: 2 },
        },
    ];
    assert_snapshot!(all(&claimed(), ANN, &needs.map(Reply::ReasonNeeds)), @r#"
    This reason needs a day to come back on, in the future and within two years, such as "in 3 weeks" or "2027-02-03".
    This reason needs an answer of at least 10 characters: What happened?
    This reason needs the number of the other lead, such as L-1042.
    Too early for this reason. So far: 1 attempt on 1 day over 1 channel. It needs 5 attempts on 5 days over 2 channels.
    [Log attempt] [Follow up]
    "#);
}

#[test]
fn what_is_not_there_is_named() {
    let unknown = [
        Unknown::Lead(LeadId(0)),
        Unknown::Lead(LeadId(7)),
        Unknown::Person,
        Unknown::Team("d@ch".to_owned()),
        Unknown::Reason("weather".to_owned()),
        Unknown::Stage("limbo".to_owned()),
    ];
    assert_snapshot!(all(&claimed(), ANN, &unknown.map(Reply::Unknown)), @r#"
    Which lead? Type its number, such as L-1042.
    There is no lead L-7. /lead list shows those that are open.
    They are not known here yet: they become known when they press a button or give a command.
    There is no team "‹d@ch›". Choose one of those offered while you type.
    There is no reason "‹weather›" now. Press Disqualify again, or choose one of those offered while you type.
    There is no stage "‹limbo›" now. Choose one of those that there are.
    "#);
    assert_snapshot!(all(&claimed(), ANN, &[Reply::Suppressed, Reply::Nobody]), @r#"
    L-1042 ‹Dana K.› asked never to be contacted again. Only their own new request reopens it.
    There was nothing to do.
    "#);
}

#[test]
fn who_asked_never_to_be_contacted_is_shown_to_nobody() {
    let mut story = claimed();
    story.ask(ANN, Ask::Disqualify { reason: "not_interested".into(), detail: None, until: None, original: None });
    let shown = told(&story, ANN, &Reply::Revealed);
    assert!(!shown.contains("acme-robotics") && shown.contains("never to be contacted again"), "{shown}");
}
