//! Nobody does anything: the ladder ends all the same, and in time.

use chrono::Duration;
use proptest::prelude::*;

use super::tests::{ANN, BEN, Story, person};
use crate::domain::event::Event;
use crate::domain::ids::PersonId;
use crate::domain::lead::State;
use crate::domain::person::{Presence, Rights};

/// Moves of a lead that nobody touches until it stands somewhere: more would be a ladder that feeds itself.
const WAKES_MAX: usize = 60;

const HOURS: &[(&str, &str)] = &[
    ("UTC", "24/7"),
    ("Europe/Berlin", "Mo-Fr 09:00-18:00; PH off"),
    ("America/New_York", "Mo-Fr 08:00-12:00,13:00-20:00"),
    ("Australia/Lord_Howe", "Sa 07:00-08:00"),
];

/// A rung as written, and how long it lasts at most, in minutes.
fn rung() -> impl Strategy<Value = (String, i64)> {
    let minutes = 1..90_i64;
    prop_oneof![
        minutes.clone().prop_map(|m| (format!("{{ step = \"open\", for = \"{m}m\" }}"), m)),
        minutes.clone().prop_map(|m| (format!("{{ step = \"mention\", whom = \"team\", for = \"{m}m\" }}"), m)),
        (minutes, 1..4_i64).prop_map(|(m, n)| (format!("{{ step = \"offer\", for = \"{m}m\", times = {n} }}"), m * n)),
        Just(("{ step = \"assign\", to = \"next\" }".to_owned(), 0)),
        Just(("{ step = \"assign\", to = \"person\", person = \"ben\" }".to_owned(), 0)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_lead_that_nobody_touches_has_an_owner_or_stands_before_managers_when_its_ladder_is_over(
        rungs in proptest::collection::vec(rung(), 0..5),
        hours in proptest::sample::select(HOURS),
        arrives in 0..20_000_i64,
        here in proptest::collection::vec(any::<bool>(), 3),
    ) {
        let (zone, open) = hours;
        let (mut ladder, mut total) = (String::new(), 0);
        for (text, minutes) in &rungs {
            ladder.push_str(&format!("{text}, "));
            total += minutes;
        }
        let playbook = format!(
            "[company]\nname = \"Acme\"\ntimezone = \"{zone}\"\nhours = \"{open}\"\nholidays = \"DE\"\n\n[[team]]\nkey = \"dach\"\nchannel = \"leads\"\nrole = \"sales\"\ncaptain = \"ann\"\nladder = [{ladder}{{ step = \"assign\", to = \"captain\" }}]\n"
        );
        let mut story = Story::under(&playbook);
        story.people.push(person(PersonId(5), "cy", Rights::Rep));
        for (who, here) in [ANN, BEN, PersonId(5)].into_iter().zip(here) {
            story.person(who).presence = if here { Presence::Available } else { Presence::Away { until: None } };
        }
        story.now += Duration::minutes(arrives);
        let mut story = story.with_a_lead();
        let began = story.now;
        let course = |story: &Story| story.lead.clone().expect("it is there").course;
        for _ in 0..WAKES_MAX {
            if !matches!(course(&story).state, State::Waiting { .. } | State::Offered { .. }) {
                break;
            }
            story.now = course(&story).clocks.wake_at().expect("something is to happen");
            story.tell(&Event::Woke);
        }
        let stands = course(&story).state;
        prop_assert!(matches!(stands, State::Owned { .. } | State::Triage { .. }), "{stands:?} after {WAKES_MAX} wakes");
        let spent = story.playbook().teams[0].hours.between(began, story.now);
        prop_assert!(spent <= Duration::minutes(total), "{spent} of open time for {total} minutes of {ladder}");
    }
}
