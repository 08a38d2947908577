//! What comes in from outside: leads alone and in lots, the same twice, and what nobody can read.

use std::sync::Arc;

use leadbell::store::{Holds, NewDelivery, Proof, Store};

use super::world::World;

/// Bytes that somebody sends, once or more often.
#[derive(Debug, Clone)]
pub(super) struct Sent {
    pub(super) source: &'static str,
    pub(super) body: Vec<u8>,
    /// The provider's own id of the request, if it gives one.
    pub(super) key: Option<String>,
    /// The e-mail of each lead in it.
    pub(super) leads: Vec<String>,
    /// Something in it cannot be read.
    pub(super) broken: bool,
    /// How often it was answered with "kept".
    pub(super) kept: usize,
    /// How many signals it holds; those hold no leads.
    pub(super) signals: usize,
}

/// A request comes in: a new one, or one that came before.
pub(super) async fn something_comes_in(world: &Arc<World>, store: &Store) {
    let Some(nth) = choose(world) else { return };
    let (request, what) = request(world, nth);
    match store.accept(request).await {
        Ok(id) => {
            world.say(format!("{what}: kept as delivery {}", id.0));
            world.state().sent[nth].kept += 1;
        }
        Err(error) => world.wrong(format!("{what}: the store fails: {error}")),
    }
}

/// The database refuses a request, and the spool keeps it.
pub(super) fn something_is_spooled(world: &World) {
    let Some(nth) = choose(world) else { return };
    let (request, what) = request(world, nth);
    let spool = world.state().spool.clone();
    match spool.keep(&request) {
        Ok(()) => {
            world.say(format!("{what}: kept in the spool"));
            world.state().sent[nth].kept += 1;
        }
        Err(error) => world.wrong(format!("{what}: the spool fails: {error}")),
    }
}

/// One that came before, when there are enough leads or chance wants it; else a new one.
fn choose(world: &World) -> Option<usize> {
    let mut state = world.state();
    let leads: usize = state.sent.iter().map(|s| s.leads.len()).sum();
    let again = state.plan.faults.hooks;
    let is_full = leads >= state.plan.leads_max && (state.nobodys.is_empty() || !state.lot.roll(0.3));
    if state.sent.is_empty() || !(is_full || state.lot.roll(again)) {
        let sent = draw(&mut state);
        state.sent.push(sent);
        return Some(state.sent.len() - 1);
    }
    let before: Vec<usize> = (0..state.sent.len()).filter(|&n| state.sent[n].signals == 0).collect();
    (again > 0.0 && !before.is_empty()).then(|| *state.lot.pick(&before))
}

fn draw(state: &mut super::world::State) -> Sent {
    let n = state.sent.len();
    let hooks = state.plan.faults.hooks > 0.0;
    let lot = &mut state.lot;
    let source = if lot.roll(0.3) { "abroad" } else { "demo" };
    let key = lot.roll(0.5).then(|| format!("k{n}"));
    let known: Vec<String> = state.sent.iter().flat_map(|sent| sent.leads.clone()).collect();
    let nobodys: Vec<String> = state.nobodys.iter().cloned().collect();
    let is_somebody = !nobodys.is_empty() && lot.roll(0.7);
    let returns = (!known.is_empty() && lot.roll(state.plan.returns)).then(|| lot.pick(&known).clone());
    let returns = if is_somebody { Some(lot.pick(&nobodys).clone()) } else { returns };
    let lead = |nth: usize| {
        // The first of a request may be somebody who has asked before; what they want is new.
        let email = returns.clone().filter(|_| nth == 0).unwrap_or_else(|| format!("p{n}-{nth}@firm{}.example", n % 3));
        (format!(r#"{{"name":"Dana Keller{n}","email":"{email}","message":"Call me {n} times, please"}}"#), email)
    };
    let kind = if hooks { lot.below(8) } else { 7 };
    match kind {
        0 => {
            Sent { source, body: format!("not JSON {n}").into_bytes(), key, leads: Vec::new(), broken: true, kept: 0, signals: 0 }
        }
        1 => Sent {
            source,
            body: format!(r#"{{"campaign":"c{n}"}}"#).into_bytes(),
            key,
            leads: Vec::new(),
            broken: true,
            kept: 0,
            signals: 0,
        },
        2 | 3 => {
            let (bodies, leads): (Vec<String>, Vec<String>) = (0..lot.below(2) + 2).map(lead).unzip();
            Sent { source, body: format!("[{}]", bodies.join(",")).into_bytes(), key, leads, broken: false, kept: 0, signals: 0 }
        }
        4 => {
            let ((one, a), (two, b)) = (lead(0), lead(1));
            let body = format!(r#"[{one},{{"campaign":"c{n}"}},{two}]"#).into_bytes();
            Sent { source, body, key, leads: vec![a, b], broken: true, kept: 0, signals: 0 }
        }
        _ => {
            let (body, email) = lead(0);
            Sent { source, body: body.into_bytes(), key, leads: vec![email], broken: false, kept: 0, signals: 0 }
        }
    }
}

fn request(world: &World, nth: usize) -> (NewDelivery, String) {
    let sent = world.state().sent[nth].clone();
    let broken = if sent.broken { ", broken" } else { "" };
    let what = format!("request {nth} ({}, key {:?}, {} leads{broken})", sent.source, sent.key, sent.leads.len());
    let request = NewDelivery {
        source: sent.source.into(),
        received_at: world.now(),
        content_type: "application/json".to_owned(),
        headers: sent.key.iter().map(|key| ("idempotency-key".to_owned(), key.clone())).collect(),
        body: sent.body,
        proof: Proof::Signed,
        holds: Holds::Leads,
    };
    (request, what)
}
