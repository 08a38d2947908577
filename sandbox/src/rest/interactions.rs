//! Answers to interactions, and what follows them.

use super::call::{Call, Handled, Reply};
use crate::interactions::Which;
use crate::refusal::{Reason, Refusal};
use crate::store::Store;

pub(super) fn callback(store: &mut Store, call: &Call) -> Handled {
    let response = store.callback(call.id("interaction")?, call.text("token"), &call.body)?;
    // discord.py writes 1 for true.
    let wanted = matches!(call.asked("with_response"), Some("true" | "1" | "True"));
    Ok(if wanted { Reply::ok(response) } else { Reply::nothing() })
}

/// Which message the path means, when the application is the right one.
fn which(store: &Store, call: &Call) -> Result<Which, Refusal> {
    check(store, call)?;
    if call.text("message") == "@original" { Ok(Which::Original) } else { Ok(Which::Message(call.id("message")?)) }
}

fn check(store: &Store, call: &Call) -> Result<(), Refusal> {
    if call.id("application")? == store.application.id { Ok(()) } else { Err(Reason::UnknownWebhook.into()) }
}

pub(super) fn follow_up(store: &mut Store, call: &Call) -> Handled {
    check(store, call)?;
    store.token_follow_up(call.text("token"), &call.body).map(Reply::ok)
}

pub(super) fn get(store: &mut Store, call: &Call) -> Handled {
    let which = which(store, call)?;
    store.token_get(call.text("token"), which).map(Reply::ok)
}

pub(super) fn edit(store: &mut Store, call: &Call) -> Handled {
    let which = which(store, call)?;
    store.token_edit(call.text("token"), which, &call.body).map(Reply::ok)
}

pub(super) fn delete(store: &mut Store, call: &Call) -> Handled {
    let which = which(store, call)?;
    store.token_delete(call.text("token"), which)?;
    Ok(Reply::nothing())
}
