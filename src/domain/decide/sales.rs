//! Deals, and customers after they bought.

use chrono::Duration;

use super::tests::{ANN, BEN, MAY, Story, person};
use crate::domain::clocks::Clock;
use crate::domain::customers::is_customer;
use crate::domain::deals::{Deal, DealResult};
use crate::domain::decision::{News, Recipient};
use crate::domain::event::{Ask, Event};
use crate::domain::fact::Fact;
use crate::domain::ids::PersonId;
use crate::domain::lead::{Channel, Course, Exit, Outcome, State};
use crate::domain::merge::Line;
use crate::domain::money::{Currency, Money, read};
use crate::domain::person::{Leave, Rights};
use crate::domain::portrait;
use crate::domain::reply::{Need, Reply};
use crate::playbook::rule::{Rule, Verdict};

fn money(typed: &str) -> Option<Money> {
    read(typed, None, Currency::read("EUR").unwrap()).ok()
}

fn claimed() -> Story {
    let mut story = Story::arrives();
    story.ask(ANN, Ask::Claim);
    story
}

fn course(story: &Story) -> &Course {
    &story.lead.as_ref().unwrap().course
}

fn deal(story: &Story) -> &Deal {
    course(story).deals.last().unwrap()
}

fn stage(story: &Story) -> &str {
    course(story).stage.as_str()
}

fn dq(reason: &str) -> Ask {
    Ask::Disqualify { reason: reason.into(), detail: Some("a long enough reason".to_owned()), until: None, original: None }
}

fn call() -> Ask {
    Ask::Log { channel: Channel::Call, outcome: Outcome::Reached, note: None }
}

#[test]
fn a_deal_stays_with_its_owner_moves_on_and_a_next_step_is_expected() {
    let mut story = claimed();
    assert_eq!(story.ask(ANN, Ask::Deal { value: money("12k") }), Reply::DealMade { value: money("12000") });
    assert!(matches!(story.state(), State::Owned { by: ANN, touched: true, .. }));
    assert_eq!(stage(&story), "qualified");
    assert_eq!(course(&story).clocks.iter().map(|(clock, _)| clock).collect::<Vec<_>>(), [Clock::Stage]);
    assert_eq!(story.ask(ANN, Ask::Deal { value: money("12.000") }), Reply::DealAlready { value: money("12k") });
    assert_eq!(story.ask(ANN, Ask::Deal { value: money("15k") }), Reply::DealValued { value: money("15k").unwrap() });
    assert_eq!((course(&story).deals.len(), deal(&story).value), (1, money("15k")));
    story.ask(ANN, Ask::Stage { to: "negotiation".into() });
    story.ask(ANN, Ask::Deal { value: money("16k") });
    assert_eq!(stage(&story), "negotiation", "who talks terms already is not sent back");
    assert!(matches!(story.ask(BEN, Ask::Deal { value: None }), Reply::NotAllowed(Need::OwnerOrManager { .. })));
}

#[test]
fn a_deal_is_won_for_what_it_is_worth_unless_another_amount_is_named() {
    let mut story = claimed();
    story.ask(ANN, Ask::Deal { value: money("12k") });
    assert_eq!(story.ask(ANN, Ask::Won { value: None }), Reply::Closed { exit: Exit::Converted });
    assert_eq!((deal(&story).value, deal(&story).end.as_ref().unwrap().how), (money("12k"), DealResult::Won));
    assert_eq!(deal(&story).end.as_ref().unwrap().by, Some(ANN));
    let mut other = claimed();
    other.ask(MAY, Ask::Won { value: money("900 USD") });
    assert_eq!((course(&other).deals.len(), deal(&other).value), (1, money("900 USD")));
}

#[test]
fn a_lead_that_is_lost_loses_its_deal_and_one_that_sleeps_keeps_it() {
    for (reason, how) in
        [("not_a_fit", Some(DealResult::Lost)), ("not_interested", Some(DealResult::Lost)), ("spam", Some(DealResult::Lost))]
    {
        let mut story = claimed();
        story.ask(ANN, Ask::Deal { value: money("12k") });
        story.ask(ANN, dq(reason));
        assert_eq!(deal(&story).end.as_ref().map(|end| end.how), how, "{reason}");
    }
    let mut story = claimed();
    story.ask(ANN, Ask::Deal { value: money("12k") });
    let until = Some(story.now + Duration::days(30));
    story.ask(ANN, Ask::Disqualify { reason: "no_budget".into(), detail: None, until, original: None });
    assert!(matches!(story.state(), State::Pooled { .. }) && course(&story).open_deal().is_some());
}

#[test]
fn who_bought_before_may_buy_again_and_both_are_kept() {
    let mut story = claimed();
    story.ask(ANN, Ask::Won { value: money("12k") });
    story.ask(ANN, Ask::Reopen);
    assert!(course(&story).open_deal().is_none());
    story.ask(ANN, Ask::Deal { value: money("3k") });
    let words: Vec<&str> = course(&story).deals.iter().map(Deal::word).collect();
    assert_eq!(words, ["won", "open"]);
}

#[test]
fn what_is_won_is_told_with_its_worth_although_nobody_said_it_again() {
    let mut story = claimed();
    story.ask(ANN, Ask::Deal { value: money("12k") });
    let won = story.tell(&Event::Asked { by: ANN, ask: Ask::Won { value: None } });
    assert!(won.facts.contains(&Fact::DealWon { value: money("12k") }), "{:?}", won.facts);
}

#[test]
fn an_open_deal_is_not_lost_in_a_merge() {
    let mut story = claimed();
    story.ask(ANN, Ask::Deal { value: money("12k") });
    let mut other = story.lead.clone().unwrap();
    other.id = crate::domain::ids::LeadId(7);
    story.beside.other = Some(other);
    let merged = story.ask(ANN, Ask::Merge { into: crate::domain::ids::LeadId(7) });
    assert_eq!(merged, Reply::NotMerged(crate::domain::reply::NoMerge::HasDeal));
}

#[test]
fn what_is_taken_back_takes_the_deal_back_too() {
    for (before, ask) in [
        (None, Ask::Deal { value: money("12k") }),
        (money("12k"), Ask::Deal { value: money("15k") }),
        (money("12k"), Ask::Won { value: None }),
        (money("12k"), Ask::Won { value: money("11k") }),
        (money("12k"), dq("not_a_fit")),
    ] {
        let mut story = claimed();
        if before.is_some() {
            story.ask(ANN, Ask::Deal { value: before });
        }
        let was = course(&story).clone();
        story.beside.log = vec![Line { at: story.now, by: None, facts: vec![Fact::Undone { to: Box::new(was.clone()) }] }];
        let done = story.tell(&Event::Asked { by: ANN, ask: ask.clone() });
        story.beside.log.push(Line { at: story.now, by: Some(ANN), facts: done.facts });
        story.now += Duration::seconds(20);
        assert_eq!(story.ask(ANN, Ask::Undo), Reply::Undone, "{ask:?}");
        assert_eq!(Course { epoch: 0, ..course(&story).clone() }, Course { epoch: 0, ..was }, "{ask:?}");
    }
}

fn customer() -> Story {
    let mut story = claimed();
    story.ask(ANN, Ask::Won { value: money("12k") });
    story
}

#[test]
fn a_customer_with_whom_nothing_happens_is_inactive_and_who_sold_to_them_hears_of_it() {
    let mut story = customer();
    let since = story.now;
    assert!(story.after(Duration::days(179)).facts.is_empty());
    let quiet = story.after(Duration::days(1));
    assert_eq!((stage(&story), is_customer(course(&story))), ("inactive", true));
    assert_eq!(quiet.notices.len(), 1);
    assert_eq!((&quiet.notices[0].to, &quiet.notices[0].news), (&Recipient::Person(ANN), &News::CustomerQuiet { since }));
    assert_eq!(story.after(Duration::days(180)).notices.len(), 1, "and again, because nobody did anything about it");
}

#[test]
fn who_covers_hears_of_it_and_the_captain_once_they_have_left() {
    let mut covered = customer();
    let from = covered.now;
    covered.person(ANN).leave = Some(Leave { from, until: from + Duration::days(400), cover: Some(BEN) });
    assert_eq!(covered.after(Duration::days(180)).notices[0].to, Recipient::Person(BEN));
    let mut left = Story::arrives();
    left.ask(BEN, Ask::Claim);
    left.ask(BEN, Ask::Won { value: None });
    left.person(BEN).left = true;
    assert_eq!(left.clone().after(Duration::days(180)).notices[0].to, Recipient::Person(ANN), "the captain");
    left.person(ANN).left = true;
    assert_eq!(left.after(Duration::days(180)).notices[0].to, Recipient::Managers);
}

#[test]
fn a_call_or_a_plan_makes_them_a_customer_again() {
    for ask in [call(), Ask::FollowUp { at: "2027-06-01T09:00:00Z".parse().unwrap(), note: None }] {
        let mut story = customer();
        story.after(Duration::days(180));
        assert_eq!(stage(&story), "inactive");
        let done = story.ask(ANN, ask.clone());
        assert!(matches!(done, Reply::Logged { .. } | Reply::FollowUpSet { .. }), "{done:?}");
        assert_eq!(stage(&story), "customer", "{ask:?}");
        assert!(is_customer(course(&story)), "it stays closed");
        assert!(story.after(Duration::days(179)).notices.iter().all(|n| !matches!(n.news, News::CustomerQuiet { .. })));
    }
}

#[test]
fn a_check_in_that_was_planned_is_reminded_of() {
    let mut story = customer();
    let at = story.now + Duration::days(90);
    assert_eq!(story.ask(ANN, Ask::FollowUp { at, note: None }), Reply::FollowUpSet { at });
    let due = story.after(Duration::days(90));
    assert_eq!((&due.notices[0].to, &due.notices[0].news), (&Recipient::Person(ANN), &News::FollowUpDue { at }));
    story.ask(ANN, call());
    assert!(course(&story).follow_up.is_none(), "it is done");
}

#[test]
fn who_is_planned_for_later_is_not_quiet_before_that() {
    let mut story = customer();
    let at = story.now + Duration::days(300);
    story.ask(ANN, Ask::FollowUp { at, note: None });
    assert!(story.after(Duration::days(181)).notices.is_empty(), "they are to be called in four months");
    assert_eq!(stage(&story), "customer");
}

#[test]
fn what_was_planned_is_done_and_the_next_promise_begins() {
    let mut story = claimed();
    assert_eq!(story.ask(ANN, Ask::Done { note: None }), Reply::NothingPlanned);
    let at = story.now + Duration::hours(2);
    story.ask(ANN, Ask::FollowUp { at, note: None });
    story.after(Duration::hours(2));
    assert!(matches!(story.ask(BEN, Ask::Done { note: None }), Reply::NotAllowed(_)));
    let done = story.tell(&Event::Asked { by: ANN, ask: Ask::Done { note: Some("sent it".to_owned()) } });
    assert_eq!((done.reply, done.words.as_deref()), (Reply::PlanDone, Some("sent it")));
    assert!(course(&story).follow_up.is_none());
    assert_eq!(course(&story).clocks.iter().map(|(clock, _)| clock).collect::<Vec<_>>(), [Clock::NotReached]);
}

#[test]
fn what_waits_is_given_to_whose_turn_it_is_and_costs_it() {
    let mut story = Story::arrives();
    assert_eq!(story.ask(ANN, Ask::GiveNext), Reply::NotAllowed(Need::Manager));
    let given = story.tell(&Event::Asked { by: MAY, ask: Ask::GiveNext });
    let Reply::Assigned { to } = given.reply else { panic!("{:?}", given.reply) };
    assert_eq!(story.state().owner(), Some(to));
    assert!(given.facts.iter().any(|fact| matches!(fact, Fact::TurnTaken { by, .. } if *by == to)));
    assert_eq!(story.ask(MAY, Ask::GiveNext), Reply::NotNow);
    let mut nobody = Story::arrives();
    nobody.person(ANN).left = true;
    nobody.person(BEN).left = true;
    assert_eq!(nobody.ask(MAY, Ask::GiveNext), Reply::NobodyNext);
}

#[test]
fn won_and_lost_are_no_stages_to_choose() {
    let mut story = claimed();
    for stage in ["customer", "inactive", "unqualified"] {
        assert!(matches!(story.ask(ANN, Ask::Stage { to: stage.into() }), Reply::StageHasDoor { .. }), "{stage}");
    }
}

#[test]
fn others_do_not_call_a_colleagues_customer_and_nobody_calls_who_did_not_buy() {
    let mut story = customer();
    story.people.push(person(PersonId(5), "cy", Rights::Rep));
    assert_eq!(story.ask(PersonId(5), call()), Reply::NotAllowed(Need::OwnerOrManager { owner: Some(ANN) }));
    assert!(matches!(story.ask(MAY, call()), Reply::Logged { .. }));
    assert_eq!(story.ask(ANN, Ask::Reveal), Reply::Revealed, "who is to call them sees their number");
    let mut lost = claimed();
    lost.ask(ANN, dq("not_a_fit"));
    assert_eq!(lost.ask(ANN, call()), Reply::NotNow);
}

#[test]
fn who_asks_again_is_a_customer_again_with_their_history() {
    let mut story = customer();
    story.after(Duration::days(180));
    let profile = Box::new(story.lead.clone().unwrap().profile);
    story.tell(&Event::Arrived { profile, taken_by: None });
    assert_eq!((stage(&story), course(&story).deals.len()), ("customer", 1));
    assert!(matches!(story.state(), State::Owned { by: ANN, .. }));
}

#[test]
fn customers_of_before_are_waited_for_once_a_day_has_gone_by() {
    let mut story = customer();
    let mut lead = story.lead.clone().unwrap();
    lead.course.clocks.clear();
    story.lead = Some(lead);
    story.tell(&Event::Aged);
    assert_eq!(course(&story).clocks.due(Clock::CustomerQuiet), Some(story.now + Duration::days(180)));
    assert!(story.tell(&Event::Aged).facts.is_empty(), "once");
}

#[test]
fn rules_know_what_the_newest_deal_is_worth() {
    let mut story = claimed();
    story.ask(ANN, Ask::Deal { value: money("12.500,50") });
    let lead = story.lead.clone().unwrap();
    let known = portrait::lived(portrait::values(&lead.profile, 1, story.playbook()), &lead, story.playbook(), story.now);
    let rule = |text: &str| Rule::compile(text, &portrait::example(&[])).unwrap();
    for holds in ["lead.value > 12500", "lead.value < 12501 && lead.currency == \"EUR\""] {
        assert_eq!(rule(holds).judge(&mut portrait::subject(known.clone())), Verdict::Holds, "{holds}");
    }
    let without = portrait::values(&lead.profile, 1, story.playbook());
    assert_ne!(rule("lead.value > 0").judge(&mut portrait::subject(without)), Verdict::Holds, "no deal, no value");
}
