//! Stories of data that is wrong, and of the teammate who mends it.

use std::sync::Arc;

use chrono::Duration;

use super::tests::{ANN, BEN, MAY, Story};
use super::undo::Kept;
use crate::domain::clocks::Clock;
use crate::domain::decision::{Decision, News, Recipient};
use crate::domain::event::{Ask, Event};
use crate::domain::fact::Fact;
use crate::domain::ids::{LeadId, PersonId};
use crate::domain::lead::{Exit, Lead, State};
use crate::domain::person::Presence;
use crate::domain::repair::Mending;
use crate::domain::reply::{Need, NoMending, Reply};
use crate::domain::text::Untrusted;

fn lead(story: &Story) -> &Lead {
    story.lead.as_ref().unwrap()
}

fn asks(story: &mut Story, by: PersonId, ask: Ask) -> Decision {
    let decision = story.tell(&Event::Asked { by, ask });
    let mut ledger = (*story.beside.ledger).clone();
    decision.turns.iter().for_each(|entry| ledger.enter(entry));
    story.beside.ledger = Arc::new(ledger);
    decision
}

fn wrong() -> Ask {
    let detail = Some("the number is a bakery's".to_owned());
    Ask::Disqualify { reason: "invalid_data".into(), detail, until: None, original: None }
}

/// Ann has given up a lead whose number is a bakery's.
fn given_up() -> (Story, Decision) {
    let mut story = Story::arrives();
    let contact = &mut story.lead.as_mut().unwrap().profile.contact;
    contact.email = Some(Untrusted::new("dana@acme.example"));
    contact.phone = Some(Untrusted::new("030 123"));
    asks(&mut story, ANN, Ask::Claim);
    let decision = asks(&mut story, ANN, wrong());
    (story, decision)
}

fn right(story: &Story) -> Mending {
    let contact = &lead(story).profile.contact;
    Mending {
        name: contact.full_name(),
        email: contact.email.clone(),
        phone: Some(Untrusted::new("030 23125 014")),
        phone_e164: Some("+493023125014".to_owned()),
        country: Some("DE".to_owned()),
        zone: Some("Europe/Berlin".to_owned()),
        company: contact.company.clone(),
    }
}

fn mend(to: Mending) -> Ask {
    Ask::Mend { to: Box::new(to) }
}

fn told(decision: &Decision, who: PersonId) -> Vec<&News> {
    decision.notices.iter().filter(|notice| notice.to == Recipient::Person(who)).map(|notice| &notice.news).collect()
}

fn turns(story: &Story, who: PersonId) -> i64 {
    story.beside.ledger.standing(&"dach".into(), who).turns
}

#[test]
fn another_teammate_is_asked_and_it_costs_them_no_turn() {
    let (story, decision) = given_up();
    let until = story.now + Duration::hours(8);
    assert_eq!(decision.reply, Reply::InRepair { fixer: Some(BEN), until });
    let State::Repair { owner: ANN, fixer: Some(BEN), .. } = lead(&story).course.state else { panic!("{:?}", story.state()) };
    assert_eq!(lead(&story).course.clocks.due(Clock::Repair), Some(until));
    let what = "the number is a bakery's".to_owned();
    assert_eq!(told(&decision, BEN), [&News::MendAsked { owner: ANN, what, until }]);
    assert!(decision.facts.contains(&Fact::Revealed { by: BEN }), "they are sent contact data, which is kept");
    assert_eq!((turns(&story, ANN), turns(&story, BEN)), (1, 0), "nobody's turn moves before it is certain");
}

#[test]
fn mended_it_is_back_with_the_same_rep_under_a_fresh_promise() {
    let (mut story, _) = given_up();
    story.now += Duration::hours(2);
    let to = right(&story);
    let mended = asks(&mut story, BEN, mend(to));
    assert_eq!(mended.reply, Reply::Mended { same: None });
    assert_eq!(story.state(), &State::Owned { by: ANN, since: story.now, touched: false });
    assert_eq!(lead(&story).profile.contact.phone_e164.as_deref(), Some("+493023125014"));
    assert_eq!(lead(&story).profile.contact.zone.as_deref(), Some("Europe/Berlin"));
    let due = lead(&story).course.clocks.due(Clock::FirstTouch);
    assert_eq!(due, Some(story.now + Duration::minutes(15)));
    assert_eq!(told(&mended, ANN), [&News::Mended { by: Some(BEN), due }], "in one message");
    assert!(told(&mended, BEN).is_empty(), "nobody is told of their own act");
    assert_eq!((turns(&story, ANN), turns(&story, BEN)), (1, 0));
}

#[test]
fn an_owner_who_may_not_have_it_any_more_is_passed_over_and_told() {
    let (mut story, _) = given_up();
    story.person(ANN).presence = Presence::Away { until: None };
    let to = right(&story);
    let mended = asks(&mut story, BEN, mend(to));
    assert!(matches!(story.state(), State::Waiting { step: 0, .. }), "{:?}", story.state());
    assert_eq!(told(&mended, ANN), [&News::NoLongerYours { to: None }]);
}

#[test]
fn what_is_not_mended_in_time_is_over_and_the_turn_is_given_back() {
    let (mut story, _) = given_up();
    story.now += Duration::hours(8);
    let over = story.tell(&Event::Woke);
    let State::Closed { exit: Exit::Unqualified, reason: Some(reason), owner: Some(ANN), .. } = story.state() else {
        panic!("{:?}", story.state())
    };
    assert_eq!(reason.as_str(), "invalid_data", "by which its source is judged");
    assert!(over.facts.contains(&Fact::TurnReturned { to: ANN }));
    assert_eq!(told(&over, ANN), [&News::NotMended { by: None }]);
    assert_eq!(told(&over, BEN), [&News::MendOver]);
}

#[test]
fn when_its_end_is_taken_back_its_owner_and_who_mends_it_hear_that_it_goes_on() {
    let (story, _) = given_up();
    let mut kept = Kept::of(story);
    kept.asks(BEN, Ask::CannotMend);
    let back = kept.asks(BEN, Ask::Undo);
    assert_eq!(back.reply, Reply::Undone);
    assert_eq!(told(&back, ANN), [&News::AsBefore]);
    assert!(told(&back, BEN).is_empty(), "his own act");
}

#[test]
fn whoever_looked_and_found_nothing_ends_it() {
    let (mut story, _) = given_up();
    let over = asks(&mut story, BEN, Ask::CannotMend);
    assert_eq!(over.reply, Reply::Closed { exit: Exit::Unqualified });
    assert_eq!(told(&over, ANN), [&News::NotMended { by: Some(BEN) }]);
    assert_eq!(turns(&story, ANN), 0, "given back");
    assert!(matches!(asks(&mut story, ANN, Ask::Reopen).reply, Reply::Reopened), "its owner may try again");
}

#[test]
fn nothing_changed_nobody_to_reach_and_somebody_left_alone_are_no_mending() {
    let (mut story, _) = given_up();
    let before = lead(&story).clone();
    let known = &before.profile.contact;
    let as_it_was =
        Mending { name: known.full_name(), email: known.email.clone(), phone: known.phone.clone(), ..Mending::default() };
    assert_eq!(asks(&mut story, BEN, mend(as_it_was)).reply, Reply::NotMended(NoMending::Same));
    let nobody = Mending { name: known.full_name(), ..Mending::default() };
    assert_eq!(asks(&mut story, BEN, mend(nobody)).reply, Reply::NotMended(NoMending::Unreachable));
    story.beside.is_left_alone = true;
    let to = right(&story);
    assert_eq!(asks(&mut story, BEN, mend(to)).reply, Reply::NotMended(NoMending::LeftAlone));
    assert_eq!(lead(&story), &before, "and nothing of it is kept");
}

#[test]
fn somebody_who_has_a_lead_already_is_suggested_to_whoever_mended_and_to_the_owner() {
    let (mut story, _) = given_up();
    story.beside.other = Some(Lead { id: LeadId(7), ..lead(&story).clone() });
    let to = right(&story);
    let mended = asks(&mut story, BEN, mend(to));
    assert_eq!(mended.reply, Reply::Mended { same: Some(LeadId(7)) });
    assert!(mended.facts.contains(&Fact::LooksLike { lead: LeadId(7) }));
    assert!(told(&mended, ANN).contains(&&News::LooksLike { other: LeadId(7) }));
}

#[test]
fn only_who_is_asked_its_owner_or_a_manager_mends_it_and_anybody_when_nobody_is_there() {
    let (mut story, _) = given_up();
    story.people.push(super::tests::person(PersonId(5), "cy", crate::domain::person::Rights::Rep));
    let to = right(&story);
    let refused = asks(&mut story, PersonId(5), mend(to.clone())).reply;
    assert_eq!(refused, Reply::NotAllowed(Need::Fixer { fixer: Some(BEN) }));
    assert_eq!(asks(&mut story, PersonId(5), Ask::Reveal).reply, Reply::NotNow, "nor sees the contact data");
    assert_eq!(asks(&mut story, BEN, Ask::Reveal).reply, Reply::Revealed);
    let mut by_manager = story.clone();
    assert!(matches!(asks(&mut by_manager, MAY, mend(to.clone())).reply, Reply::Mended { .. }));
    story.person(BEN).presence = Presence::Away { until: None };
    assert!(matches!(asks(&mut story, PersonId(5), mend(to)).reply, Reply::Mended { .. }), "Ben has gone: anybody of the team");
}

#[test]
fn nobody_who_is_away_is_asked_and_then_it_is_everybodys() {
    let mut story = Story::arrives();
    asks(&mut story, ANN, Ask::Claim);
    story.person(BEN).presence = Presence::Away { until: None };
    let decision = asks(&mut story, ANN, wrong());
    assert!(matches!(decision.reply, Reply::InRepair { fixer: None, .. }));
    assert!(decision.notices.is_empty(), "{:?}", decision.notices);
}

#[test]
fn the_same_person_asking_again_with_other_data_mends_it_and_with_the_same_does_not() {
    let (mut story, _) = given_up();
    let mut profile = lead(&story).profile.clone();
    let again = story.tell(&Event::Arrived { profile: Box::new(profile.clone()), taken_by: None });
    assert!(matches!(story.state(), State::Repair { .. }), "nothing new was said");
    assert!(matches!(told(&again, BEN)[..], [News::CameAgain { .. }]));
    profile.contact.phone = Some(Untrusted::new("+49 30 99"));
    profile.contact.phone_e164 = Some("+493099".to_owned());
    let again = story.tell(&Event::Arrived { profile: Box::new(profile), taken_by: None });
    assert_eq!(story.state().owner(), Some(ANN));
    assert_eq!(lead(&story).profile.contact.phone_e164.as_deref(), Some("+493099"));
    assert!(matches!(told(&again, ANN)[..], [News::Mended { by: None, .. }]));
    assert_eq!(told(&again, BEN), [&News::MendOver]);
}

#[test]
fn an_import_mends_nothing() {
    let (mut story, _) = given_up();
    let mut profile = lead(&story).profile.clone();
    profile.contact.phone_e164 = Some("+493099".to_owned());
    profile.contact.phone = Some(Untrusted::new("+49 30 99"));
    story.tell(&Event::Imported { profile: Box::new(profile) });
    assert!(matches!(story.state(), State::Repair { .. }));
}

#[test]
fn managers_and_the_owner_may_have_it_worked_as_it_is() {
    let (story, _) = given_up();
    let mut taken = story.clone();
    let reopened = asks(&mut taken, MAY, Ask::Reopen);
    assert_eq!((reopened.reply.clone(), taken.state().owner()), (Reply::Reopened, Some(MAY)));
    assert_eq!(told(&reopened, BEN), [&News::MendOver]);
    assert_eq!(told(&reopened, ANN), [&News::NoLongerYours { to: Some(MAY) }]);
    let mut own = story.clone();
    assert_eq!(asks(&mut own, ANN, Ask::Reopen).reply, Reply::Reopened);
    let mut others = story.clone();
    let refused = asks(&mut others, BEN, Ask::Reopen).reply;
    assert_eq!(refused, Reply::NotAllowed(Need::OwnerOrManager { owner: Some(ANN) }));
    let mut given = story.clone();
    let to_ben = Ask::Assign { to: BEN, reason: "knows them".to_owned() };
    assert_eq!(asks(&mut given, MAY, to_ben).reply, Reply::Assigned { to: BEN });
    let mut requeued = story;
    assert_eq!(asks(&mut requeued, MAY, Ask::Requeue).reply, Reply::Requeued);
}

#[test]
fn a_playbook_that_has_no_such_reason_any_more_still_ends_it() {
    let (story, _) = given_up();
    let mut other = Story::under_usual(WITHOUT);
    (other.lead, other.now) = (story.lead, story.now + Duration::hours(8));
    other.tell(&Event::Woke);
    let story = other;
    assert!(matches!(story.state(), State::Closed { exit: Exit::Unqualified, .. }));
}

const WITHOUT: &str = r#"
[[reason]]
key = "invalid_data"
offered = false
"#;
