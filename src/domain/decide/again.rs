//! Stories of people who come again, and of two leads that are one person.

use chrono::Duration;

use super::tests::{ANN, BEN, GUEST, MAY, Story};
use crate::domain::clocks::Clock;
use crate::domain::decision::{Decision, News, Recipient, Ring};
use crate::domain::event::{Ask, Event};
use crate::domain::fact::Fact;
use crate::domain::ids::{LeadId, PersonId};
use crate::domain::lead::{Channel, Exit, Lead, Outcome, Profile, State};
use crate::domain::merge::Line;
use crate::domain::person::Presence;
use crate::domain::reply::{Need, NoMerge, NoUndo, Reply};
use crate::domain::text::Untrusted;

const OTHER: LeadId = LeadId(1002);

fn lead(story: &Story) -> &Lead {
    story.lead.as_ref().unwrap()
}

fn state(story: &Story) -> &State {
    &lead(story).course.state
}

/// The same person's next request, wanting something else.
fn request(story: &Story, need: &str) -> Box<Profile> {
    let mut profile = lead(story).profile.clone();
    profile.need = Some(Untrusted::new(need));
    profile.contact.name = Some(Untrusted::new("D. Keller"));
    profile.contact.phone_e164 = Some("+4930123".to_owned());
    Box::new(profile)
}

fn comes_again(story: &mut Story) -> Decision {
    let profile = request(story, "Pricing, please");
    story.tell(&Event::Arrived { profile, taken_by: None })
}

fn imported(story: &mut Story) -> Decision {
    let profile = request(story, "Pricing, please");
    story.tell(&Event::Imported { profile })
}

fn claimed() -> Story {
    let mut story = Story::arrives();
    story.ask(ANN, Ask::Claim);
    story
}

fn disqualify(story: &mut Story, reason: &str) {
    let until = Some(story.now + Duration::days(30));
    let ask = Ask::Disqualify { reason: reason.into(), detail: Some("a long enough reason".to_owned()), until, original: None };
    story.ask(ANN, ask);
}

#[test]
fn who_asks_again_keeps_their_lead_and_its_owner_hears_of_it() {
    let mut story = claimed();
    let (epoch, clocks) = (lead(&story).course.epoch, lead(&story).course.clocks.clone());
    story.now += Duration::minutes(3);
    let since = lead(&story).profile.received_at;
    let again = comes_again(&mut story);
    assert_eq!(again.ring, Some(Ring::Card));
    assert_eq!(again.notices.len(), 1);
    assert_eq!(again.notices[0].to, Recipient::Person(ANN));
    assert_eq!(again.notices[0].news, News::CameAgain { nth: 2, since, at: story.now });
    let now = lead(&story);
    assert_eq!((now.course.work.submissions, now.course.epoch, &now.course.clocks), (2, epoch, &clocks));
    assert_eq!(now.profile.need.as_ref().map(|n| n.raw()), Some("Pricing, please"), "the newest need is shown");
    assert_eq!(now.profile.contact.phone_e164.as_deref(), Some("+4930123"), "what was empty is filled");
    assert_eq!(now.profile.contact.full_name().unwrap().raw(), "Dana Keller", "and nothing is overwritten");
}

#[test]
fn a_waiting_lead_rings_again_whom_its_rung_rings() {
    let mut story = Story::arrives();
    assert_eq!(comes_again(&mut story).ring, Some(Ring::Card));
    story.now += Duration::minutes(10);
    story.tell(&Event::Woke);
    assert_eq!(comes_again(&mut story).ring, Some(Ring::Team("dach".into())));
    assert!(matches!(state(&story), State::Waiting { step: 1, .. }));
}

#[test]
fn a_sleep_ends_at_once_and_the_old_owner_comes_first() {
    let mut story = claimed();
    disqualify(&mut story, "not_ready");
    assert!(matches!(state(&story), State::Pooled { .. }));
    let woken = comes_again(&mut story);
    assert_eq!(state(&story).owner(), Some(ANN));
    assert!(woken.notices.iter().any(|n| matches!(n.news, News::CameAgain { nth: 2, .. })));
    assert!(lead(&story).course.clocks.due(Clock::FirstTouch).is_some());
}

#[test]
fn a_sleep_ends_on_the_ladder_when_the_old_owner_may_not_have_it() {
    let mut story = claimed();
    disqualify(&mut story, "not_ready");
    story.people[0].presence = Presence::Away { until: None };
    comes_again(&mut story);
    assert!(matches!(state(&story), State::Waiting { step: 0, .. }), "{:?}", state(&story));
}

#[test]
fn only_their_own_request_reopens_a_lead_that_asked_to_be_left_alone() {
    let mut story = claimed();
    disqualify(&mut story, "not_interested");
    let before = lead(&story).clone();
    assert_eq!(imported(&mut story).reply, Reply::Suppressed);
    let profile = request(&story, "Met at the fair");
    assert_eq!(story.tell(&Event::Arrived { profile, taken_by: Some(BEN) }).reply, Reply::Suppressed);
    assert_eq!(lead(&story), &before, "nothing of it is kept");
    comes_again(&mut story);
    assert_eq!(state(&story).owner(), Some(ANN));
    assert_eq!(lead(&story).course.came_back, Some(Exit::Suppressed));
    assert_eq!(lead(&story).course.stage.as_str(), "open");
    disqualify(&mut story, "not_interested");
    assert_eq!(lead(&story).course.came_back, None);
}

#[test]
fn who_is_on_the_list_without_a_lead_comes_in_by_their_own_request_only() {
    let profile = || {
        let story = Story::arrives();
        request(&story, "Prices")
    };
    let mut story = Story::new();
    story.beside.is_left_alone = true;
    assert_eq!(story.tell(&Event::Imported { profile: profile() }).reply, Reply::Suppressed);
    assert_eq!(story.tell(&Event::Arrived { profile: profile(), taken_by: Some(BEN) }).reply, Reply::Suppressed);
    assert!(story.lead.is_none(), "nothing of it is kept");
    story.tell(&Event::Arrived { profile: profile(), taken_by: None });
    assert_eq!(lead(&story).course.came_back, Some(Exit::Suppressed), "the team reads that they may be contacted again");
}

#[test]
fn a_list_that_was_brought_along_ends_what_is_under_way() {
    let mut story = claimed();
    story.ask(ANN, Ask::Deal { value: None });
    let over = story.tell(&Event::LeftAlone);
    assert_eq!(lead(&story).course.deals[0].word(), "lost");
    assert!(matches!(state(&story), State::Closed { exit: Exit::Suppressed, owner: Some(ANN), .. }));
    assert_eq!(over.notices[0].news, News::NoLongerYours { to: None });
    assert_eq!(story.tell(&Event::LeftAlone).reply, Reply::NotNow, "once");
    assert_eq!(imported(&mut story).reply, Reply::Suppressed);
}

#[test]
fn a_customer_who_comes_back_stays_a_customer() {
    let mut story = claimed();
    story.ask(ANN, Ask::Won { value: None });
    comes_again(&mut story);
    assert_eq!((state(&story).owner(), lead(&story).course.stage.as_str()), (Some(ANN), "customer"));
}

#[test]
fn who_meets_somebody_that_waits_takes_them_and_leaves_a_colleagues_lead_alone() {
    let mut story = Story::arrives();
    let profile = request(&story, "Met at the fair");
    let event = Event::Arrived { profile, taken_by: Some(BEN) };
    assert!(matches!(story.tell(&event).reply, Reply::Claimed { .. }));
    assert_eq!(state(&story).owner(), Some(BEN));
    let profile = request(&story, "Met at the fair");
    let met = story.tell(&Event::Arrived { profile, taken_by: Some(ANN) });
    assert_eq!(met.reply, Reply::KnownAlready { nth: 3 });
    assert_eq!(met.notices.iter().map(|n| &n.to).collect::<Vec<_>>(), [&Recipient::Person(BEN)]);
    assert_eq!(state(&story).owner(), Some(BEN));
}

/// Two leads, one Ann's and one Ben's, and their logs.
fn two() -> (Story, Vec<Line>) {
    let mut kept = Story::arrives();
    kept.ask(BEN, Ask::Claim);
    let mut other = lead(&kept).clone();
    other.id = OTHER;
    let mut story = Story::new();
    let profile = Box::new(other.profile.clone());
    let mut log = Vec::new();
    let mut told = |story: &mut Story, event: &Event| {
        let decision = story.tell(event);
        log.push(Line { at: story.now, by: decision.actor, facts: decision.facts });
    };
    told(&mut story, &Event::Arrived { profile, taken_by: None });
    told(&mut story, &Event::Asked { by: ANN, ask: Ask::Claim });
    story.now += Duration::minutes(4);
    let call = Ask::Log { channel: Channel::Call, outcome: Outcome::NoAnswer, note: None };
    told(&mut story, &Event::Asked { by: ANN, ask: call });
    story.beside.other = Some(other);
    (story, log)
}

fn merge(story: &mut Story, log: &mut Vec<Line>, by: PersonId) -> Decision {
    let decision = story.tell(&Event::Asked { by, ask: Ask::Merge { into: OTHER } });
    let line = |decision: &Decision| Line { at: story.now, by: decision.actor, facts: decision.facts.clone() };
    if let Some(also) = &decision.also {
        log.push(line(&decision));
        story.beside.other_log = vec![line(also)];
        story.beside.other = also.lead.as_deref().cloned();
    }
    story.beside.log.clone_from(log);
    decision
}

#[test]
fn of_two_that_are_merged_one_goes_on_and_the_other_ends_in_it() {
    let (mut story, mut log) = two();
    let merged = merge(&mut story, &mut log, MAY);
    assert_eq!(merged.reply, Reply::Merged { into: OTHER });
    assert!(matches!(state(&story), State::Closed { exit: Exit::Merged, original: Some(OTHER), owner: Some(ANN), .. }));
    assert_eq!(merged.notices.iter().map(|n| &n.to).collect::<Vec<_>>(), [&Recipient::Person(ANN)]);
    let also = merged.also.unwrap();
    assert_eq!(also.facts, [Fact::MergedFrom { lead: LeadId(1001), submissions: 1 }]);
    assert_eq!(also.notices[0].to, Recipient::Person(BEN));
    let kept = also.lead.unwrap();
    assert_eq!((kept.course.state.owner(), kept.course.work.submissions), (Some(BEN), 2));
}

#[test]
fn the_reason_duplicate_is_the_same_merge_and_its_owner_is_told_once() {
    let (mut story, _) = two();
    let ask = Ask::Disqualify { reason: "duplicate".into(), detail: None, until: None, original: Some(OTHER) };
    let merged = story.tell(&Event::Asked { by: MAY, ask });
    assert_eq!(merged.reply, Reply::Merged { into: OTHER });
    assert_eq!(merged.notices.iter().map(|n| &n.to).collect::<Vec<_>>(), [&Recipient::Person(ANN)]);
    assert!(merged.facts.contains(&Fact::TurnReturned { to: ANN }));
    assert!(merged.also.is_some_and(|also| also.notices[0].to == Recipient::Person(BEN)));
}

#[test]
fn who_reopens_a_merged_lead_parts_the_two() {
    let (mut story, mut log) = two();
    merge(&mut story, &mut log, ANN);
    let reopened = story.tell(&Event::Asked { by: ANN, ask: Ask::Reopen });
    assert_eq!(reopened.reply, Reply::Reopened);
    assert_eq!(reopened.also.unwrap().facts, [Fact::Unmerged { lead: LeadId(1001), submissions: 1 }]);
}

#[test]
fn a_lead_that_ended_in_one_that_is_left_alone_is_left_alone_too() {
    let (mut story, mut log) = two();
    merge(&mut story, &mut log, ANN);
    let other = story.beside.other.as_mut().unwrap();
    let at = story.now;
    other.course.state = State::Closed { exit: Exit::Suppressed, reason: None, owner: Some(BEN), at, original: None };
    assert_eq!(story.ask(ANN, Ask::Reopen), Reply::Suppressed);
    assert_eq!(story.ask(MAY, Ask::Assign { to: BEN, reason: "his".to_owned() }), Reply::Suppressed);
}

#[test]
fn a_lead_that_was_over_before_they_asked_to_be_left_alone_stays_over() {
    let mut story = claimed();
    disqualify(&mut story, "spam");
    story.beside.is_left_alone = true;
    assert_eq!(story.ask(ANN, Ask::Reopen), Reply::Suppressed);
    assert_eq!(story.ask(MAY, Ask::Assign { to: BEN, reason: "his".to_owned() }), Reply::Suppressed);
    assert_eq!(story.ask(MAY, Ask::Requeue), Reply::Suppressed);
}

#[test]
fn who_owns_neither_may_not_merge_them() {
    let (mut story, mut log) = two();
    story.lead.as_mut().unwrap().course.state = story.beside.other.clone().unwrap().course.state;
    assert_eq!(merge(&mut story, &mut log, ANN).reply, Reply::NotAllowed(Need::OwnerOrManager { owner: Some(BEN) }));
    assert_eq!(merge(&mut story, &mut log, GUEST).reply, Reply::NotAllowed(Need::Rep));
    assert_eq!(merge(&mut story, &mut log, BEN).reply, Reply::Merged { into: OTHER });
    assert_eq!(merge(&mut story, &mut log, BEN).reply, Reply::NotMerged(NoMerge::Already));
}

#[test]
fn who_asked_to_be_left_alone_is_not_lost_in_a_lead_that_goes_on() {
    let (mut story, mut log) = two();
    disqualify(&mut story, "not_interested");
    assert_eq!(merge(&mut story, &mut log, MAY).reply, Reply::NotMerged(NoMerge::LeftAlone));
    let (mut story, mut log) = two();
    story.lead.as_mut().unwrap().profile.is_test = true;
    assert_eq!(merge(&mut story, &mut log, MAY).reply, Reply::NotMerged(NoMerge::TestAndReal));
    story.beside.other = story.lead.clone();
    assert_eq!(merge(&mut story, &mut log, MAY).reply, Reply::NotMerged(NoMerge::Itself));
}

#[test]
fn a_merge_that_is_taken_back_leaves_both_as_they_were() {
    let (mut story, mut log) = two();
    let (before, kept) = (lead(&story).clone(), story.beside.other.clone().unwrap());
    merge(&mut story, &mut log, ANN);
    story.now += Duration::seconds(30);
    let undone = story.tell(&Event::Asked { by: ANN, ask: Ask::Undo });
    assert_eq!(undone.reply, Reply::Undone);
    let after = &lead(&story).course;
    assert!(after.epoch > before.course.epoch, "a button of the time between is not one of the time before");
    assert_eq!(after, &crate::domain::lead::Course { epoch: after.epoch, ..before.course });
    let other = undone.also.unwrap();
    assert_eq!(other.lead.unwrap().course, kept.course);
    assert_eq!(other.notices[0].news, News::MergeUndone { lead: LeadId(1001) });
}

#[test]
fn a_merge_stays_when_it_is_late_anothers_or_worked_since() {
    let undo = |by, after: i64, deed: Option<Fact>| {
        let (mut story, mut log) = two();
        merge(&mut story, &mut log, MAY);
        story.now += Duration::seconds(after);
        if let Some(fact) = deed {
            story.beside.other_log.push(Line { at: story.now, by: Some(BEN), facts: vec![fact] });
        }
        story.ask(by, Ask::Undo)
    };
    assert_eq!(undo(MAY, 31, None), Reply::NotUndone(NoUndo::TooLate));
    assert_eq!(undo(ANN, 3, None), Reply::NotUndone(NoUndo::Theirs { by: Some(MAY) }));
    assert_eq!(undo(MAY, 3, Some(Fact::Noted { by: BEN })), Reply::NotUndone(NoUndo::ActedSince { by: BEN }));
    assert_eq!(undo(MAY, 3, Some(Fact::Revealed { by: BEN })), Reply::Undone, "looking is nothing");
    assert_eq!(claimed().ask(ANN, Ask::Undo), Reply::NotUndone(NoUndo::Nothing));
}

#[test]
fn whoever_is_concerned_by_a_merge_hears_of_it_and_of_its_end() {
    let ladder = r#"ladder = [{ step = "offer", for = "5m" }, { step = "assign", to = "captain" }]"#;
    let (mut offered, _) = two();
    let other = offered.beside.other.clone();
    offered = Story::under_usual(ladder).with_a_lead();
    offered.beside.other.clone_from(&other);
    let asked = state(&offered).asked().unwrap();
    let (mut asleep, _) = two();
    let until = Some(asleep.now + Duration::days(30));
    asleep.ask(ANN, Ask::Disqualify { reason: "not_ready".into(), detail: None, until, original: None });
    let (mut broken, _) = two();
    let detail = Some("the number is a bakery's".to_owned());
    broken.ask(ANN, Ask::Disqualify { reason: "invalid_data".into(), detail, until: None, original: None });
    let fixer = state(&broken).fixer().unwrap();
    for (mut story, told, back) in [
        (offered, vec![(asked, News::OfferGone { to: None })], vec![asked]),
        (asleep, vec![(ANN, News::NoLongerYours { to: None })], vec![ANN]),
        (broken, vec![(fixer, News::MendOver), (ANN, News::NoLongerYours { to: None })], vec![ANN, fixer]),
    ] {
        let born = Fact::Undone { to: Box::new(lead(&story).course.clone()) };
        let mut log = vec![Line { at: story.now, by: None, facts: vec![born] }];
        let merged = merge(&mut story, &mut log, MAY);
        let of = |decision: &Decision| -> Vec<(Recipient, News)> {
            decision.notices.iter().map(|notice| (notice.to.clone(), notice.news.clone())).collect()
        };
        let mut expected: Vec<_> = told.into_iter().map(|(who, news)| (Recipient::Person(who), news)).collect();
        let mut heard = of(&merged);
        heard.sort_by_key(|(to, _)| format!("{to:?}"));
        expected.sort_by_key(|(to, _)| format!("{to:?}"));
        assert_eq!(heard, expected);
        let undone = story.tell(&Event::Asked { by: MAY, ask: Ask::Undo });
        assert_eq!(undone.reply, Reply::Undone);
        let mut heard: Vec<Recipient> = undone.notices.iter().map(|notice| notice.to.clone()).collect();
        let mut back: Vec<Recipient> = back.into_iter().map(Recipient::Person).collect();
        heard.sort_by_key(|to| format!("{to:?}"));
        back.sort_by_key(|to| format!("{to:?}"));
        assert_eq!(heard, back, "{:?}", undone.notices);
    }
}
