//! Channels and threads themselves, and typing in them.

use serde_json::Value;

use super::call::{Call, Handled, Reply};
use crate::permissions::Permissions;
use crate::refusal::{Problems, Reason};
use crate::snowflake::Snowflake;
use crate::store::Store;
use crate::validate::Fields;

pub(super) fn get(store: &mut Store, call: &Call) -> Handled {
    let channel = store.channel_seen_by(call.id("channel")?, store.bot())?;
    Ok(Reply::ok(store.channel_json(channel, store.bot())))
}

pub(super) fn edit(store: &mut Store, call: &Call) -> Handled {
    let id = call.id("channel")?;
    let channel = store.channel_seen_by(id, store.bot())?;
    if channel.is_direct() {
        return Err(Reason::NotInDirectMessages.into());
    }
    let power = store.permissions(store.bot(), channel);
    let owns = channel.thread.as_ref().is_some_and(|thread| thread.owner == store.bot());
    let needed = if channel.thread.is_some() { Permissions::MANAGE_THREADS } else { Permissions::MANAGE_CHANNELS };
    if !power.has(needed) && !owns {
        return Err(Reason::MissingPermissions.into());
    }
    let mut problems = Problems::default();
    let fields = Fields::of(call.json(), "", &mut problems);
    fields.text("name", 1..=100, &mut problems);
    fields.text("topic", 0..=1024, &mut problems);
    fields.number("rate_limit_per_user", 0..=21_600, &mut problems);
    fields.choice("auto_archive_duration", &[60, 1440, 4320, 10_080], &mut problems);
    problems.settle()?;
    change(store, id, call.json());
    let channel = store.channel(id)?;
    let json = store.channel_json(channel, store.bot());
    let event = if channel.thread.is_some() { "THREAD_UPDATE" } else { "CHANNEL_UPDATE" };
    store.tell(event, id, json.clone());
    Ok(Reply::ok(json))
}

/// Applies the fields that a checked body names.
fn change(store: &mut Store, id: Snowflake, body: &Value) {
    let now = store.now();
    let Some(channel) = store.channels.get_mut(&id) else { return };
    if let Some(name) = body["name"].as_str() {
        name.clone_into(&mut channel.name);
    }
    if let Some(topic) = body.get("topic") {
        channel.topic = topic.as_str().map(ToOwned::to_owned);
    }
    if let Some(pause) = body["rate_limit_per_user"].as_u64() {
        channel.slow_mode = pause;
    }
    let Some(thread) = &mut channel.thread else { return };
    if let Some(archived) = body["archived"].as_bool() {
        thread.archived = archived;
        thread.changed = now;
    }
    if let Some(locked) = body["locked"].as_bool() {
        thread.locked = locked;
    }
    if let Some(minutes) = body["auto_archive_duration"].as_u64() {
        thread.auto_archive_minutes = minutes;
    }
}

pub(super) fn delete(store: &mut Store, call: &Call) -> Handled {
    let id = call.id("channel")?;
    let channel = store.channel_seen_by(id, store.bot())?;
    let json = store.channel_json(channel, store.bot());
    if channel.is_direct() {
        return Ok(Reply::ok(json));
    }
    let needed = if channel.thread.is_some() { Permissions::MANAGE_THREADS } else { Permissions::MANAGE_CHANNELS };
    store.channel_for_bot(id, needed)?;
    store.remove_channel(id)?;
    Ok(Reply::ok(json))
}

pub(super) fn typing(store: &mut Store, call: &Call) -> Handled {
    let id = call.id("channel")?;
    store.channel_for_bot(id, Permissions::SEND_MESSAGES)?;
    store.typing(id, store.bot());
    Ok(Reply::nothing())
}
