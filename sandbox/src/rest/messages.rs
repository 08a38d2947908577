//! Messages of the bot: post, read, edit, delete.

use serde_json::{Value, json};

use super::call::{Call, Handled, Reply};
use crate::drafts::Body;
use crate::messages::Origin;
use crate::model::Message;
use crate::permissions::Permissions;
use crate::refusal::{Reason, Refusal};
use crate::snowflake::{Snowflake, from_json};
use crate::store::Store;
use crate::validate::MessageForm;

/// A message that REST shows: ephemeral ones are only reached through their interaction.
fn visible(store: &Store, channel: Snowflake, id: Snowflake) -> Result<&Message, Refusal> {
    store.channel_seen_by(channel, store.bot())?;
    let message = store.message(channel, id)?;
    if message.only_for.is_none() { Ok(message) } else { Err(Reason::UnknownMessage.into()) }
}

fn shown(store: &Store, channel: Snowflake, id: Snowflake) -> Handled {
    let message = visible(store, channel, id)?;
    Ok(Reply::ok(store.message_json(message, store.bot())))
}

pub(super) fn create(store: &mut Store, call: &Call) -> Handled {
    let (channel, bot) = (call.id("channel")?, store.bot());
    may_send(store, channel, &call.body)?;
    let (key, now) = ((channel, bot), store.now());
    let nonce = nonce_of(call.json());
    let enforced = nonce.as_ref().filter(|_| call.json()["enforce_nonce"] == true);
    if let Some(nonce) = enforced
        && let Some(first) = store.nonces.find(key, nonce, now)
    {
        // The first message is the answer; when it is gone meanwhile, there is none.
        return shown(store, channel, first);
    }
    let reply_to = reply_to(store, channel, call.json())?;
    let draft = store.draft(channel, &call.body, "", MessageForm::New)?;
    let origin = Origin { kind: if reply_to.is_some() { 19 } else { 0 }, reply_to, ..Origin::default() };
    let id = store.post(channel, bot, draft, origin);
    if let Some(nonce) = nonce {
        store.nonces.keep(key, &nonce, id, now);
    }
    shown(store, channel, id)
}

/// Whether the bot may put this body into this channel.
fn may_send(store: &Store, id: Snowflake, body: &Body) -> Result<(), Refusal> {
    let channel = store.channel_seen_by(id, store.bot())?;
    if let Some(person) = channel.recipient {
        let open = store.users.get(&person).is_some_and(|user| user.dms_open);
        return if open { Ok(()) } else { Err(Reason::ClosedDirectMessages.into()) };
    }
    let power = store.permissions(store.bot(), channel);
    let mut needed = match &channel.thread {
        Some(_) => Permissions::SEND_MESSAGES_IN_THREADS,
        None => Permissions::SEND_MESSAGES,
    };
    if body.json["embeds"].as_array().is_some_and(|list| !list.is_empty()) {
        needed |= Permissions::EMBED_LINKS;
    }
    if !body.files.is_empty() {
        needed |= Permissions::ATTACH_FILES;
    }
    if !power.has(needed) {
        return Err(Reason::MissingPermissions.into());
    }
    match &channel.thread {
        Some(thread) if Store::thread_is_shut(thread, power) => Err(Reason::ThreadLocked.into()),
        _ => Ok(()),
    }
}

fn nonce_of(body: &Value) -> Option<String> {
    match &body["nonce"] {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The message that this one answers, if it exists.
fn reply_to(store: &Store, channel: Snowflake, body: &Value) -> Result<Option<Snowflake>, Refusal> {
    let reference = &body["message_reference"];
    let Some(id) = from_json(&reference["message_id"]) else { return Ok(None) };
    if visible(store, channel, id).is_ok() {
        return Ok(Some(id));
    }
    if reference["fail_if_not_exists"] == false {
        return Ok(None);
    }
    Err(Refusal::field("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message"))
}

pub(super) fn list(store: &mut Store, call: &Call) -> Handled {
    let (id, bot) = (call.id("channel")?, store.bot());
    let channel = store.channel_seen_by(id, bot)?;
    let limit = call.asked_number("limit", 50, 1, 100)?;
    if !store.permissions(bot, channel).has(Permissions::READ_MESSAGE_HISTORY) {
        return Ok(Reply::ok(json!([])));
    }
    let before = call.asked_id("before")?;
    let after = call.asked_id("after")?;
    let around = call.asked_id("around")?;
    let public = || store.messages_in(id).filter(|message| message.only_for.is_none());
    let mut chosen: Vec<&Message> = if let Some(middle) = around {
        let older = public().rev().filter(|m| m.id < middle).take(limit / 2);
        let newer = public().filter(|m| m.id >= middle).take(limit - limit / 2);
        older.chain(newer).collect()
    } else if let Some(start) = after {
        public().filter(|m| m.id > start).take(limit).collect()
    } else {
        public().rev().filter(|m| before.is_none_or(|end| m.id < end)).take(limit).collect()
    };
    chosen.sort_by_key(|message| std::cmp::Reverse(message.id));
    Ok(Reply::ok(chosen.into_iter().map(|message| store.message_json(message, bot)).collect()))
}

pub(super) fn get(store: &mut Store, call: &Call) -> Handled {
    let (channel, id) = (call.id("channel")?, call.id("message")?);
    store.channel_for_bot(channel, Permissions::READ_MESSAGE_HISTORY)?;
    shown(store, channel, id)
}

pub(super) fn edit(store: &mut Store, call: &Call) -> Handled {
    let (channel, id) = (call.id("channel")?, call.id("message")?);
    let message = visible(store, channel, id)?;
    if message.author != store.bot() {
        return Err(Reason::NotTheAuthor.into());
    }
    let place = store.channel(channel)?;
    if let Some(thread) = &place.thread
        && thread.archived
    {
        return Err(Reason::ArchivedThread.into());
    }
    store.redraft((channel, id), &call.body, "", MessageForm::Edit)?;
    shown(store, channel, id)
}

pub(super) fn delete(store: &mut Store, call: &Call) -> Handled {
    let (channel, id) = (call.id("channel")?, call.id("message")?);
    let message = visible(store, channel, id)?;
    if message.author != store.bot() {
        if store.channel(channel)?.is_direct() {
            return Err(Reason::NotInDirectMessages.into());
        }
        store.channel_for_bot(channel, Permissions::MANAGE_MESSAGES)?;
    }
    store.remove_message(channel, id)?;
    Ok(Reply::nothing())
}
