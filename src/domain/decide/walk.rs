//! Every state by every event: random walks over all that can be asked, with what must hold after each step.

use chrono::{DateTime, Duration, Utc};
use proptest::prelude::*;

use super::tests::{ANN, BEN, GUEST, MAY, Story};
use crate::domain::event::{Ask, Event};
use crate::domain::fact::Fact;
use crate::domain::ids::{LeadId, PersonId};
use crate::domain::lead::{Channel, Course, Lead, Outcome, State};
use crate::domain::merge::Line;
use crate::domain::returns::Voice;
use crate::domain::snapshot::Beside;

fn anybody() -> impl Strategy<Value = PersonId> {
    prop_oneof![Just(ANN), Just(BEN), Just(MAY), Just(GUEST), Just(PersonId(99))]
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
        1 => Just(Ask::Convert),
        1 => Just(Ask::Reopen),
        1 => Just(Ask::Reveal),
        1 => Just(Ask::StillMine),
        1 => Just(Ask::Merge { into: LeadId(7) }),
        1 => Just(Ask::Undo),
    ]
}

#[derive(Debug, Clone)]
enum Move {
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

fn step() -> impl Strategy<Value = Move> {
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
            let decision = story.tell(&event);
            let after = story.lead.clone().unwrap();
            prop_assert_eq!(&decision, &{ let mut again = Story::new(); again.now = story.now; again.beside = story.beside.clone(); again.lead = Some(before.clone()); again.tell(&event) }, "the same twice");
            prop_assert_eq!(after.rev, before.rev + i64::from(decision.lead.is_some()));
            prop_assert_eq!(after.course.state.is_closed(), after.course.clocks.wake_at().is_none(), "open leads have a clock, closed ones none: {:?}", after.course);
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
