//! Every state by every event: random walks over all that can be asked, with what must hold after each step.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Datelike as _, Duration, Timelike as _, Utc};
use proptest::prelude::*;

use super::tests::{ANN, BEN, GUEST, MAY, Story, person};
use crate::domain::customers::is_customer;
use crate::domain::event::{Ask, Event};
use crate::domain::fact::Fact;
use crate::domain::help::HelpAsk;
use crate::domain::hours::Hours;
use crate::domain::ids::{LeadId, PersonId, SkillKey};
use crate::domain::lead::{Channel, Course, Lead, Outcome, State};
use crate::domain::merge::Line;
use crate::domain::money::{Currency, Money};
use crate::domain::person::{Leave, Pause, Presence, Rights};
use crate::domain::repair::Mending;
use crate::domain::returns::Voice;
use crate::domain::snapshot::Beside;
use crate::domain::submission::Contact;
use crate::domain::tags::Tag;
use crate::domain::text::Untrusted;
use crate::domain::trade::TradeAsk;

fn anybody() -> impl Strategy<Value = PersonId> {
    prop_oneof![Just(ANN), Just(BEN), Just(MAY), Just(GUEST), Just(PersonId(99))]
}

fn euros(minor: i64) -> Money {
    Money { minor, currency: Currency::read("EUR").unwrap() }
}

fn ask(now: DateTime<Utc>) -> impl Strategy<Value = Ask> {
    const REASONS: &[&str] = &[
        "not_ready",
        "no_budget",
        "no_authority",
        "unreachable",
        "invalid_data",
        "not_a_fit",
        "not_interested",
        "duplicate",
        "spam",
        "other",
        "nonsense",
    ];
    let disqualify = (proptest::sample::select(REASONS), any::<bool>(), -2..800_i64, any::<bool>()).prop_map(
        move |(reason, detail, days, original)| Ask::Disqualify {
            reason: reason.into(),
            detail: detail.then(|| "a long enough reason".to_owned()),
            until: Some(now + Duration::days(days)),
            original: original.then_some(LeadId(7)),
        },
    );
    prop_oneof![
        3 => Just(Ask::Claim),
        1 => Just(Ask::Release { reason: "r".to_owned() }),
        1 => Just(Ask::WrongTeam { reason: "w".to_owned() }),
        1 => anybody().prop_map(|to| Ask::Assign { to, reason: "a".to_owned() }),
        1 => prop_oneof![Just("dach"), Just("nowhere")].prop_map(|team| Ask::Route { team: team.into() }),
        2 => (proptest::sample::select(Channel::ALL), proptest::sample::select(Outcome::ALL)).prop_map(|(channel, outcome)| Ask::Log { channel, outcome, note: None }),
        1 => (-2..900_i64).prop_map(move |days| Ask::FollowUp { at: now + Duration::days(days), note: None }),
        1 => Just(Ask::Note { text: "n".to_owned() }),
        1 => prop_oneof![Just("qualified"), Just("nowhere")].prop_map(|to| Ask::Stage { to: to.into() }),
        2 => disqualify,
        1 => Just(Ask::Won { value: None }),
        1 => proptest::option::of(1..5_i64).prop_map(|value| Ask::Deal { value: value.map(euros) }),
        1 => Just(Ask::Reopen),
        1 => Just(Ask::Reveal),
        1 => Just(Ask::StillMine),
        1 => Just(Ask::Done { note: None }),
        1 => Just(Ask::GiveNext),
        1 => Just(Ask::Merge { into: LeadId(7) }),
        1 => Just(Ask::Undo),
        1 => Just(Ask::Requeue),
        1 => proptest::sample::select(&["dana@acme.example", "dk@acme.example"][..]).prop_map(mend),
        1 => Just(Ask::CannotMend),
        1 => Just(decided_by()),
        1 => prop_oneof![Just("vip"), Just("spring")].prop_map(|tag| Ask::Tag { tag: Tag::read(tag).unwrap() }),
        1 => Just(Ask::Untag { tag: Tag::read("vip").unwrap() }),
        2 => prop_oneof![Just(None), anybody().prop_map(Some)].prop_map(|of| Ask::Help(HelpAsk::Ask { of, question: "q".to_owned() })),
        1 => Just(Ask::Help(HelpAsk::Answer { text: "a".to_owned() })),
        1 => prop_oneof![Just(HelpAsk::Decline), Just(HelpAsk::Drop)].prop_map(Ask::Help),
        1 => Just(Ask::Trade(TradeAsk::Offer { with: LeadId(7), reason: "t".to_owned() })),
    ]
}

/// At most the newest deal is open, and none of a lead that is over.
fn deals_fit(course: &Course) -> bool {
    let open = course.deals.iter().filter(|deal| deal.end.is_none()).count();
    open == usize::from(course.open_deal().is_some()) && !(course.state.is_closed() && open > 0)
}

fn decided_by() -> Ask {
    let who = Contact { email: Some(Untrusted::new("max@acme.example")), ..Contact::default() };
    Ask::DecidedBy { reason: "no_authority".into(), detail: None, who: Box::new(who) }
}

fn mend(email: &str) -> Ask {
    Ask::Mend { to: Box::new(Mending { email: Some(Untrusted::new(email)), ..Mending::default() }) }
}

#[derive(Debug, Clone)]
pub(super) enum Move {
    Ask(PersonId, Ask),
    Wait(i64),
    /// They ask again, or somebody enters them again.
    Again(Voice),
}

/// Another lead of the same person, and the logs as they are when this one has just ended in it.
fn beside(first: &Lead, log: &[Line]) -> Beside {
    let other = Lead { id: LeadId(7), ..first.clone() };
    let born = Line { at: first.profile.received_at, by: None, facts: vec![Fact::Undone { to: Box::new(first.course.clone()) }] };
    let merged = Fact::MergedFrom { lead: first.id, submissions: 1 };
    let other_log = log.last().map(|last| Line { facts: vec![merged], ..last.clone() }).into_iter().collect();
    Beside { other: Some(other), log: [&[born], log].concat(), other_log, ..Beside::default() }
}

pub(super) fn step() -> impl Strategy<Value = Move> {
    let start = "2026-09-14T09:00:00Z".parse().unwrap();
    prop_oneof![
        3 => (anybody(), ask(start)).prop_map(|(by, ask)| Move::Ask(by, ask)),
        1 => prop_oneof![Just(Voice::Theirs), Just(Voice::File), anybody().prop_map(Voice::Colleague)].prop_map(Move::Again),
        2 => prop_oneof![1..30_i64, 1..2_000_i64, 1..60_000_i64].prop_map(Move::Wait),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_step_leaves_a_lead_that_is_sound(steps in proptest::collection::vec(step(), 1..60)) {
        let mut log: Vec<Line> = Vec::new();
        let mut story = Story::arrives();
        let first = story.lead.clone().unwrap();
        for step in steps {
            let event = match step {
                Move::Ask(by, ask) => Event::Asked { by, ask },
                Move::Again(voice) => {
                    let profile = Box::new(story.lead.clone().unwrap().profile);
                    match voice {
                        Voice::Theirs => Event::Arrived { profile, taken_by: None },
                        Voice::Colleague(by) => Event::Arrived { profile, taken_by: Some(by) },
                        Voice::File => Event::Imported { profile },
                    }
                }
                Move::Wait(minutes) => { story.now += Duration::minutes(minutes); Event::Woke }
            };
            let before = story.lead.clone().unwrap();
            story.beside = beside(&first, &log);
            let mut again = story.clone();
            let decision = story.tell(&event);
            let after = story.lead.clone().unwrap();
            prop_assert_eq!(&decision, &again.tell(&event), "the same twice");
            prop_assert_eq!(after.rev, before.rev + i64::from(decision.lead.is_some()));
            prop_assert_eq!(after.course.state.is_closed() && !is_customer(&after.course), after.course.clocks.wake_at().is_none(), "open leads and customers have a clock, others none: {:?}", after.course);
            prop_assert!(deals_fit(&after.course), "{:?}", after.course);
            let is_owned = matches!(after.course.state, State::Owned { .. });
            prop_assert!(is_owned || after.course.help.is_none(), "a question outlives its lead: {:?}", after.course);
            if let State::Owned { by, .. } = after.course.state {
                prop_assert!([ANN, BEN, MAY].contains(&by));
            }
            if event == Event::Woke {
                prop_assert!(after.course.clocks.wake_at().is_none_or(|at| at > story.now), "nothing due is left");
            }
            if let Some(also) = &decision.also {
                prop_assert_ne!(also.lead.as_ref().unwrap().id, after.id, "two leads, not one twice");
            }
            if matches!(event, Event::Arrived { taken_by: None, .. }) {
                let joined = Fact::CameAgain { source: "demo".into() };
                let rests = after.course.state.is_closed() || matches!(after.course.state, State::Pooled { .. });
                prop_assert!(decision.facts.contains(&joined) && !rests);
            }
            log.push(Line { at: story.now, by: decision.actor, facts: decision.facts });
        }
        let mut replayed: Course = first.course;
        for Line { at, facts, .. } in &log {
            for fact in facts {
                replayed.evolve(fact, *at);
            }
        }
        prop_assert_eq!(replayed, story.lead.unwrap().course);
    }
}

/// A team that is asked one by one, and given what nobody wants; three people in turn, who must know German for it.
const IN_TURN: &str = r#"
[company]
name = "Acme"
timezone = "UTC"
hours = "Mo-Fr 08:00-18:00"
managers = "bosses"

[[team]]
key = "dach"
channel = "leads"
role = "sales"
captain = "ann"
ladder = [
  { step = "offer", for = "5m", times = 2 },
  { step = "open", for = "10m" },
  { step = "assign", to = "next" },
  { step = "assign", to = "person", person = "cy" },
  { step = "mention", whom = "team", for = "10m" },
  { step = "assign", to = "captain" },
]

[[skill]]
key = "german"

[[skill]]
key = "enterprise"

[[route]]
name = "everybody"
team = "dach"
require = ["german"]
prefer = ["enterprise"]
"#;

const CY: PersonId = PersonId(5);

/// What may change about a person between two steps.
#[derive(Debug, Clone, Copy)]
enum Turn {
    Here,
    Away,
    OnLeave,
    Paused,
    /// Has as many untouched leads as they may have.
    Full,
    /// Has taken as many as a day allows.
    FullToday,
    /// Lost what the route requires.
    Unskilled,
    /// Keeps hours of their own.
    Evenings,
    Gone,
}

#[derive(Debug, Clone)]
enum Day {
    Of(PersonId, Turn),
    Step(Move),
}

fn day() -> impl Strategy<Value = Day> {
    let who = prop_oneof![Just(ANN), Just(BEN), Just(CY)];
    let turn = prop_oneof![
        3 => Just(Turn::Here),
        1 => Just(Turn::Away),
        1 => Just(Turn::OnLeave),
        1 => Just(Turn::Paused),
        1 => Just(Turn::Full),
        1 => Just(Turn::FullToday),
        1 => Just(Turn::Unskilled),
        1 => Just(Turn::Evenings),
        1 => Just(Turn::Gone),
    ];
    let start = "2026-09-14T09:00:00Z".parse().unwrap();
    let asker = prop_oneof![3 => Just(CY), 4 => anybody()];
    let asks = prop_oneof![2 => Just(Ask::Pass { reason: None }), 3 => ask(start)];
    prop_oneof![
        2 => (who, turn).prop_map(|(who, turn)| Day::Of(who, turn)),
        2 => (asker, asks).prop_map(|(by, ask)| Day::Step(Move::Ask(by, ask))),
        3 => prop_oneof![1..12_i64, 1..2_000_i64].prop_map(|minutes| Day::Step(Move::Wait(minutes))),
    ]
}

fn turns(story: &mut Story, who: PersonId, turn: Turn) {
    let now = story.now;
    let person = story.person(who);
    (person.presence, person.leave, person.left) = (Presence::Available, None, false);
    (person.memberships[0].paused, person.memberships[0].daily) = (None, None);
    person.skills.insert("german".into());
    person.hours = None;
    match turn {
        Turn::Here | Turn::Full => {}
        Turn::Away => person.presence = Presence::Away { until: None },
        Turn::OnLeave => person.leave = Some(Leave { from: now, until: now + Duration::days(900), cover: None }),
        Turn::Paused => person.memberships[0].paused = Some(Pause { until: None }),
        Turn::FullToday => person.memberships[0].daily = Some(0),
        Turn::Evenings => person.hours = Some(Hours::parse("Mo-Fr 16:00-22:00", "UTC", None).expect("hours")),
        Turn::Unskilled => person.skills = [SkillKey::from("enterprise")].into(),
        Turn::Gone => person.left = true,
    }
    story.untouched.insert(who, if matches!(turn, Turn::Full) { 5 } else { 0 });
}

/// Who got it or was asked, by whomever and however.
fn has_it(fact: &Fact) -> Option<PersonId> {
    match fact {
        Fact::Offered { to, .. } | Fact::Assigned { to, .. } | Fact::Claimed { by: to } => Some(*to),
        _ => None,
    }
}

/// Who was asked or given it by the ladder, in this decision.
fn reached(fact: &Fact) -> Option<PersonId> {
    match fact {
        Fact::Offered { to, .. } | Fact::Assigned { to, by: None } => Some(*to),
        _ => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nobody_ineligible_is_ever_asked_or_given_a_lead(days in proptest::collection::vec(day(), 1..60)) {
        let mut story = Story::under(IN_TURN);
        story.people.push(person(CY, "cy", Rights::Rep));
        for who in [ANN, BEN, CY] {
            story.person(who).skills.insert("german".into());
        }
        let mut story = story.with_a_lead();
        let mut now_is: BTreeMap<PersonId, Turn> = BTreeMap::new();
        for day in days {
            let event = match day {
                Day::Of(who, turn) => { turns(&mut story, who, turn); now_is.insert(who, turn); continue }
                Day::Step(Move::Ask(by, ask)) => Event::Asked { by, ask },
                Day::Step(Move::Wait(minutes)) => { story.now += Duration::minutes(minutes); Event::Woke }
                Day::Step(Move::Again(_)) => continue,
            };
            let before = story.lead.clone().unwrap();
            let asked = before.course.state.asked();
            story.beside.asked = asked.into_iter().map(|who| (who, 1)).collect();
            let decision = story.tell(&event);
            let mut ledger = (*story.beside.ledger).clone();
            decision.turns.iter().for_each(|entry| ledger.enter(entry));
            story.beside.ledger = Arc::new(ledger);
            let after = story.lead.clone().unwrap();
            prop_assert_eq!(after.course.state.is_closed() && !is_customer(&after.course), after.course.clocks.wake_at().is_none(), "{:?}", after.course);
            for to in decision.facts.iter().filter_map(has_it) {
                let now = story.now;
                let until = story.person(to).off_until(now);
                prop_assert!(until.is_none(), "{to:?} is off until {until:?}: {:?}", decision.facts);
                prop_assert!(story.person(to).skills.contains(&SkillKey::from("german")), "{to:?} cannot do it: {:?}", decision.facts);
            }
            for fact in &decision.facts {
                let Some(to) = reached(fact) else { continue };
                let turn = now_is.get(&to).copied().unwrap_or(Turn::Here);
                prop_assert!(matches!(turn, Turn::Here | Turn::Evenings), "{to:?} is {turn:?}: {fact:?}");
                let cools = after.course.cooling.get(&to).is_some_and(|until| story.now < *until);
                prop_assert!(!cools, "{to:?} was relieved of it: {fact:?}");
                let open = (8..18).contains(&story.now.hour()) && story.now.weekday().num_days_from_monday() < 5;
                let wakes = decision.facts.contains(&Fact::WokeUp);
                prop_assert!(open || wakes, "at {}: {fact:?}", story.now);
                if let Fact::Offered { to, .. } = fact {
                    prop_assert!(!before.course.asked.contains(to) || decision.facts.iter().any(|f| matches!(f, Fact::TakenBack { .. } | Fact::Released { .. })), "{to:?} is asked twice");
                }
            }
        }
    }
}
