//! Every state by every event: random walks over all that can be asked, with what must hold after each step.

use chrono::{DateTime, Duration, Utc};
use proptest::prelude::*;

use super::tests::{ANN, BEN, GUEST, MAY, Story};
use crate::domain::event::{Ask, Event};
use crate::domain::fact::Fact;
use crate::domain::ids::{LeadId, PersonId};
use crate::domain::lead::{Channel, Course, Outcome, State};

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
    ]
}

#[derive(Debug, Clone)]
enum Move {
    Ask(PersonId, Ask),
    Wait(i64),
}

fn step() -> impl Strategy<Value = Move> {
    let start = "2026-09-14T09:00:00Z".parse().unwrap();
    prop_oneof![
        3 => (anybody(), ask(start)).prop_map(|(by, ask)| Move::Ask(by, ask)),
        2 => prop_oneof![1..30_i64, 1..2_000_i64, 1..60_000_i64].prop_map(Move::Wait),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_step_leaves_a_lead_that_is_sound(steps in proptest::collection::vec(step(), 1..60)) {
        let mut log: Vec<(DateTime<Utc>, Vec<Fact>)> = Vec::new();
        let mut story = Story::arrives();
        let first = story.lead.clone().unwrap();
        for step in steps {
            let event = match step {
                Move::Ask(by, ask) => Event::Asked { by, ask },
                Move::Wait(minutes) => { story.now += Duration::minutes(minutes); Event::Woke }
            };
            let before = story.lead.clone().unwrap();
            let decision = story.tell(&event);
            let after = story.lead.clone().unwrap();
            prop_assert_eq!(&decision, &{ let mut again = Story::new(); again.now = story.now; again.lead = Some(before.clone()); again.tell(&event) }, "the same twice");
            prop_assert_eq!(after.rev, before.rev + i64::from(decision.lead.is_some()));
            prop_assert_eq!(after.course.state.is_closed(), after.course.clocks.wake_at().is_none(), "open leads have a clock, closed ones none: {:?}", after.course);
            if let State::Owned { by, .. } = after.course.state {
                prop_assert!([ANN, BEN, MAY].contains(&by));
            }
            if event == Event::Woke {
                prop_assert!(after.course.clocks.wake_at().is_none_or(|at| at > story.now), "nothing due is left");
            }
            log.push((story.now, decision.facts));
        }
        let mut replayed: Course = first.course;
        for (at, facts) in &log {
            for fact in facts {
                replayed.evolve(fact, *at);
            }
        }
        prop_assert_eq!(replayed, story.lead.unwrap().course);
    }
}
