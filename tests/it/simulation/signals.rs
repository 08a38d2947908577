//! What people do besides asking: of those who have a lead and of strangers, the same twice, and what nobody knows.

use std::collections::BTreeSet;
use std::sync::Arc;

use leadbell::domain::fact::Fact;
use leadbell::domain::ids::{LeadId, SequenceKey};
use leadbell::domain::lead::{Course, Exit, Lead, State};
use leadbell::domain::{clocks::Clock, signals::Signal};
use leadbell::store::{ActivityRow, Holds, NewDelivery, Proof, Store};

use super::eye::Eye;
use super::hooks::Sent;
use super::world::World;

const KINDS: [&str; 7] = ["opened", "clicked", "visited", "visited", "replied", "bounced", "danced"];

/// Somebody does something, or what they did is told once more.
pub(super) async fn somebody_does_something(world: &Arc<World>, store: &Store) {
    let Some(nth) = choose(world) else { return };
    let sent = world.state().sent[nth].clone();
    let what = format!("request {nth}, signals {:?}", String::from_utf8_lossy(&sent.body));
    let request = NewDelivery {
        source: sent.source.into(),
        received_at: world.now(),
        content_type: "application/json".to_owned(),
        headers: Vec::new(),
        body: sent.body,
        proof: Proof::Signed,
        holds: Holds::Signals,
    };
    match store.accept(request).await {
        Ok(id) => {
            world.say(format!("{what}: kept as delivery {}", id.0));
            world.state().sent[nth].kept += 1;
        }
        Err(error) => world.wrong(format!("{what}: the store fails: {error}")),
    }
}

fn choose(world: &World) -> Option<usize> {
    let mut state = world.state();
    let before: Vec<usize> = (0..state.sent.len()).filter(|&n| state.sent[n].signals > 0).collect();
    if !before.is_empty() && state.lot.roll(0.2) {
        return Some(*state.lot.pick(&before));
    }
    let known: Vec<String> = state.sent.iter().flat_map(|sent| sent.leads.clone()).collect();
    let n = state.sent.len();
    let many = if state.lot.roll(0.3) { 3 } else { 1 };
    let mut broken = false;
    let mut bodies = Vec::new();
    for nth in 0..many {
        let lot = &mut state.lot;
        let kind = *lot.pick(&KINDS);
        broken |= kind == "danced";
        let whom = if known.is_empty() || lot.roll(0.1) { format!("stranger{n}@example.com") } else { lot.pick(&known).clone() };
        let id = if lot.roll(0.7) { format!(r#","id":"s{n}-{nth}""#) } else { String::new() };
        bodies.push(format!(r#"{{"email":"{whom}","kind":"{kind}","page":"/p{n}x{nth}"{id}}}"#));
    }
    let body = format!("[{}]", bodies.join(",")).into_bytes();
    let sent = Sent { source: "demo", body, key: None, leads: Vec::new(), broken, kept: 0, signals: many };
    state.sent.push(sent);
    Some(n)
}

/// What a line of the log says of signals and sequences, with the course before it and after it, may be said.
pub(super) fn line_is_lawful(world: &World, id: LeadId, (before, after): (&Course, &Course), line: &ActivityRow) {
    let signalled = |fact: &Fact| if let Fact::Signalled { signal } = fact { Some(signal.clone()) } else { None };
    let Some(Signal { kind, .. }) = line.facts.iter().find_map(signalled) else { return };
    if matches!(before.state, State::Closed { exit: Exit::Suppressed | Exit::Removed, .. }) {
        world.wrong(format!("{id} notes {kind} of somebody who asked to be left alone"));
    }
    if kind.as_str() == "replied" && matches!((&before.state, &after.state), (State::Pooled { .. }, State::Pooled { .. })) {
        world.wrong(format!("{id} sleeps on although they replied"));
    }
}

/// No step of a sequence is done twice; a lead that does not sleep is in none.
pub(super) fn sequences_are_lawful(world: &World, lead: &Lead, log: &[ActivityRow]) {
    let mut done: BTreeSet<(SequenceKey, usize)> = BTreeSet::new();
    for fact in log.iter().flat_map(|line| &line.facts) {
        if let Fact::SequenceWritten { sequence, step, .. }
        | Fact::SequenceHanded { sequence, step, .. }
        | Fact::SequenceSkipped { sequence, step } = fact
            && !done.insert((sequence.clone(), *step))
        {
            world.wrong(format!("step {step} of {sequence} is done twice for {}", lead.id));
        }
    }
    let course = &lead.course;
    if course.sequence.is_some() && !matches!(course.state, State::Pooled { .. }) {
        world.wrong(format!("{} is in a sequence although it does not sleep", lead.id));
    }
    if course.sequence.is_some() != course.clocks.due(Clock::Sequence).is_some() {
        world.wrong(format!("{} is in a sequence without a clock, or has a clock without a sequence", lead.id));
    }
}

/// Each signal counts once, and each message that was written is there to be sent.
pub(super) async fn rows_fit(world: &World, eye: &Eye, id: LeadId, log: &[ActivityRow]) {
    let facts = || log.iter().flat_map(|line| &line.facts);
    let noted = facts().filter(|fact| matches!(fact, Fact::Signalled { .. })).count();
    let heard = eye.signals(id).await;
    if noted > heard {
        world.wrong(format!("{id} notes {noted} signals, and {heard} were heard"));
    }
    let written = facts().filter(|fact| matches!(fact, Fact::SequenceWritten { .. })).count();
    let mails = eye.sequence_mails(id).await;
    if written != mails {
        world.wrong(format!("{written} messages of sequences were written to {id}, and {mails} are there to be sent"));
    }
}
