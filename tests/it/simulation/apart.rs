//! The chat is away altogether: nobody can press anything, and nothing may be taken from anybody meanwhile.
//! Whoever restarts meanwhile knows of it from then on.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use leadbell::domain::clocks::Clock;
use leadbell::domain::fact::Fact;
use leadbell::domain::ids::LeadId;
use leadbell::domain::lead::Course;
use leadbell::engine::standstill::Standstill;
use leadbell::store::{ActivityRow, Store};

use super::world::World;

/// Away for less than this is not away.
const SHORT: Duration = Duration::seconds(60);

/// What the team could only do in the chat waits for it.
const WAITING: [Clock; 9] = [
    Clock::Step,
    Clock::FirstTouchWarning,
    Clock::FirstTouch,
    Clock::Release,
    Clock::StillYours,
    Clock::Triage,
    Clock::Repair,
    Clock::Help,
    Clock::Trade,
];

/// The chat is away.
#[derive(Debug, Clone, Copy)]
pub(super) struct Apart {
    /// Since when this process knows, by its own clock.
    since: DateTime<Utc>,
    /// Until when, by the chat's.
    until: DateTime<Utc>,
}

/// It goes.
pub(super) fn begins(world: &World) {
    let (now, span) = (world.now(), Duration::seconds(world.between(5, 4_000)));
    let until = {
        let mut state = world.state();
        let until = state.real + span;
        state.away = Some(until);
        state.apart = Some(Apart { since: now, until });
        state.standstill.begins(now);
        until
    };
    world.say(format!("nobody can reach the chat until {}", until.format("%H:%M:%S")));
}

/// Another process begins, and cannot reach it either.
pub(super) fn goes_on(world: &World) {
    let now = world.now();
    let mut state = world.state();
    state.standstill = Standstill::default();
    if let Some(apart) = &mut state.apart {
        apart.since = now;
        state.standstill.begins(now);
    }
}

/// It is back, if it is time: clocks run on with what was left of them.
pub(super) async fn comes_back(world: &World, store: &Store) {
    let now = world.now();
    let (apart, before, standstill) = {
        let mut state = world.state();
        let (real, healed) = (state.real, state.healed);
        let Some(apart) = state.apart.take_if(|apart| healed || real >= apart.until) else { return };
        let before: BTreeMap<LeadId, Course> = state.leads.iter().map(|(id, (_, course))| (*id, course.clone())).collect();
        (apart, before, state.standstill.clone())
    };
    match standstill.ends(store, now).await {
        Ok(moved) => world.say(format!("the chat is back: {moved} leads run on")),
        Err(error) => return world.wrong(format!("clocks cannot run on: {error}")),
    }
    for (id, before) in before.into_iter().filter(|(_, before)| !before.state.is_closed()) {
        let Ok(Some(lead)) = store.lead(id).await else { return world.wrong(format!("{id} cannot be read")) };
        if let Err(why) = has_run_on(&before, &lead.course, apart.since, now) {
            world.wrong(format!("{id}: after the chat was away since {}, {why}", apart.since));
        }
    }
}

/// What was still to come when the chat went is still to come, and what was agreed with others has not moved.
fn has_run_on(before: &Course, after: &Course, since: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), String> {
    let was_away = now - since >= SHORT;
    for (clock, was) in before.clocks.iter() {
        let is = after.clocks.due(clock);
        let waits = was_away && WAITING.contains(&clock) && was > since;
        match is {
            Some(is) if waits && is >= was && is >= now => {}
            Some(is) if !waits && is == was => {}
            _ => return Err(format!("{clock:?} was to come at {was} and is to come at {is:?}")),
        }
    }
    Ok(())
}

/// Meanwhile no clock takes anything from anybody, nor blames them.
pub(super) fn line_is_lawful(world: &World, id: LeadId, line: &ActivityRow) {
    let apart = world.state().apart;
    let by_a_clock = |fact: &Fact| {
        matches!(
            fact,
            Fact::TakenBack { .. }
                | Fact::OfferLapsed { .. }
                | Fact::Reminded { .. }
                | Fact::FollowUpReminded
                | Fact::HelpAskedAgain { .. }
                | Fact::NotMended { by: None }
                | Fact::MovedByItself
                | Fact::WentQuiet { .. }
                | Fact::SequenceWritten { .. }
                | Fact::SequenceHanded { .. }
        )
    };
    let is_known = apart.is_some_and(|apart| line.at - apart.since >= SHORT);
    if let Some(fact) = line.facts.iter().find(|fact| by_a_clock(fact)).filter(|_| is_known && line.actor.is_none()) {
        world.wrong(format!("{id} in revision {}: {fact:?} although nobody can reach the chat", line.rev));
    }
}
