//! Threads: made, listed, joined.

use serde_json::{Value, json};

use super::call::{Call, Handled, Reply};
use crate::channels::NewThread;
use crate::messages::Origin;
use crate::model::{Channel, Kind, timestamp};
use crate::permissions::Permissions;
use crate::refusal::{Problems, Reason, Refusal};
use crate::snowflake::Snowflake;
use crate::store::Store;
use crate::validate::Fields;

/// Name and archiving time of a checked body.
fn wishes(body: &Value) -> Result<(String, u64), Refusal> {
    let mut problems = Problems::default();
    let fields = Fields::of(body, "", &mut problems);
    let name = fields.required_text("name", 1..=100, &mut problems).unwrap_or_default().to_owned();
    let minutes = fields.choice("auto_archive_duration", &[60, 1440, 4320, 10_080], &mut problems).unwrap_or(1440);
    fields.choice("type", &[10, 11, 12], &mut problems);
    problems.settle()?;
    Ok((name, u64::try_from(minutes).expect("one of four positive numbers")))
}

/// The channel that a thread may hang on.
fn parent(store: &Store, call: &Call, needed: Permissions) -> Result<Snowflake, Refusal> {
    let channel = store.channel_for_bot(call.id("channel")?, needed)?;
    if channel.kind == Kind::Text { Ok(channel.id) } else { Err(Reason::NotInDirectMessages.into()) }
}

fn shown(store: &Store, id: Snowflake) -> Handled {
    Ok(Reply::created(store.channel_json(store.channel(id)?, store.bot())))
}

pub(super) fn from_message(store: &mut Store, call: &Call) -> Handled {
    let parent = parent(store, call, Permissions::CREATE_PUBLIC_THREADS)?;
    let id = call.id("message")?;
    if store.message(parent, id)?.only_for.is_some() {
        return Err(Reason::UnknownMessage.into());
    }
    if store.channels.contains_key(&id) {
        return Err(Reason::ThreadExists.into());
    }
    let (name, auto_archive_minutes) = wishes(call.json())?;
    let owner = store.bot();
    store.thread(NewThread { id, parent, owner, name, kind: Kind::PublicThread, auto_archive_minutes });
    shown(store, id)
}

pub(super) fn alone(store: &mut Store, call: &Call) -> Handled {
    // Without a type Discord makes a private one.
    let private = call.json()["type"].as_i64().unwrap_or(12) == 12;
    let (kind, needed) = if private {
        (Kind::PrivateThread, Permissions::CREATE_PRIVATE_THREADS)
    } else {
        (Kind::PublicThread, Permissions::CREATE_PUBLIC_THREADS)
    };
    let parent = parent(store, call, needed)?;
    let (name, auto_archive_minutes) = wishes(call.json())?;
    let (id, owner) = (store.id(), store.bot());
    store.thread(NewThread { id, parent, owner, name: name.clone(), kind, auto_archive_minutes });
    if !private {
        let draft = crate::drafts::Draft { content: name, ..Default::default() };
        store.post(parent, owner, draft, Origin { kind: 18, ..Origin::default() });
    }
    shown(store, id)
}

fn listing(store: &Store, chosen: impl Fn(&Channel) -> bool) -> Value {
    let bot = store.bot();
    let seen = |c: &&Channel| c.thread.is_some() && store.channel_seen_by(c.id, bot).is_ok() && chosen(c);
    let threads: Vec<_> = store.channels.values().filter(seen).map(|c| store.channel_json(c, bot)).collect();
    let members: Vec<_> = threads.iter().filter_map(|thread| thread.get("member").cloned()).collect();
    json!({"threads": threads, "members": members, "has_more": false})
}

pub(super) fn active(store: &mut Store, call: &Call) -> Handled {
    if call.id("guild")? != store.guild.id {
        return Err(Reason::UnknownGuild.into());
    }
    Ok(Reply::ok(listing(store, |c| c.thread.as_ref().is_some_and(|t| !t.archived))))
}

pub(super) fn archived(store: &mut Store, call: &Call) -> Handled {
    let parent = parent(store, call, Permissions::READ_MESSAGE_HISTORY)?;
    let fits =
        |c: &Channel| c.parent == Some(parent) && c.kind == Kind::PublicThread && c.thread.as_ref().is_some_and(|t| t.archived);
    Ok(Reply::ok(listing(store, fits)))
}

/// The thread of a request.
fn thread(store: &Store, call: &Call) -> Result<Snowflake, Refusal> {
    let channel = store.channel_seen_by(call.id("channel")?, store.bot())?;
    if channel.thread.is_some() { Ok(channel.id) } else { Err(Reason::UnknownChannel.into()) }
}

fn whom(store: &Store, call: &Call) -> Result<Snowflake, Refusal> {
    let id = if call.text("user") == "@me" { store.bot() } else { call.id("user")? };
    if store.members.contains_key(&id) { Ok(id) } else { Err(Reason::UnknownMember.into()) }
}

/// The members of a thread as Discord writes them.
fn members_json(store: &Store, id: Snowflake) -> Vec<Value> {
    let members = store.channels.get(&id).and_then(|c| c.thread.as_ref()).map_or(&[][..], |t| t.members.as_slice());
    let json =
        |(user, joined): &(Snowflake, _)| json!({"id": id, "user_id": user, "join_timestamp": timestamp(*joined), "flags": 0});
    members.iter().map(json).collect()
}

pub(super) fn members(store: &mut Store, call: &Call) -> Handled {
    let id = thread(store, call)?;
    Ok(Reply::ok(members_json(store, id).into()))
}

pub(super) fn member(store: &mut Store, call: &Call) -> Handled {
    let (id, user) = (thread(store, call)?, whom(store, call)?);
    let found = members_json(store, id).into_iter().find(|member| member["user_id"] == user.to_string());
    found.map(Reply::ok).ok_or_else(|| Reason::UnknownMember.into())
}

pub(super) fn add_member(store: &mut Store, call: &Call) -> Handled {
    let (id, user, now) = (thread(store, call)?, whom(store, call)?, store.now());
    let state = store.channels.get_mut(&id).and_then(|c| c.thread.as_mut()).ok_or(Reason::UnknownChannel)?;
    if !state.members.iter().any(|(known, _)| *known == user) {
        state.members.push((user, now));
        members_changed(store, id, (Some(user), None));
    }
    Ok(Reply::nothing())
}

pub(super) fn remove_member(store: &mut Store, call: &Call) -> Handled {
    let (id, user) = (thread(store, call)?, whom(store, call)?);
    let state = store.channels.get_mut(&id).and_then(|c| c.thread.as_mut()).ok_or(Reason::UnknownChannel)?;
    state.members.retain(|(known, _)| *known != user);
    members_changed(store, id, (None, Some(user)));
    Ok(Reply::nothing())
}

/// Tells who came and who left.
fn members_changed(store: &mut Store, id: Snowflake, (came, left): (Option<Snowflake>, Option<Snowflake>)) {
    let all = members_json(store, id);
    let added: Vec<_> = all.iter().filter(|m| came.is_some_and(|user| m["user_id"] == user.to_string())).collect();
    let data = json!({
        "id": id, "guild_id": store.guild.id, "member_count": all.len(), "added_members": added,
        "removed_member_ids": left.into_iter().collect::<Vec<_>>(),
    });
    store.dispatch("THREAD_MEMBERS_UPDATE", Some(id), data);
    store.tell_thread(id);
}
