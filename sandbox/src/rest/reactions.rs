//! Reactions under messages.

use serde_json::{Value, json};

use super::call::{Call, Handled, Reply};
use crate::model::emoji_key;
use crate::permissions::Permissions;
use crate::refusal::{Reason, Refusal};
use crate::snowflake::Snowflake;
use crate::store::Store;

/// The message of a request, seen by the bot.
fn place(store: &Store, call: &Call) -> Result<(Snowflake, Snowflake), Refusal> {
    let (channel, id) = (call.id("channel")?, call.id("message")?);
    store.channel_seen_by(channel, store.bot())?;
    let message = store.message(channel, id)?;
    if message.only_for.is_none() { Ok((channel, id)) } else { Err(Reason::UnknownMessage.into()) }
}

/// Reads an emoji from a path: `📞`, or `name:id` for those of a guild.
fn emoji(call: &Call) -> Result<Value, Refusal> {
    parse_emoji(call.text("emoji")).ok_or_else(|| Reason::UnknownEmoji.into())
}

/// An emoji from text; plain letters are none.
pub(crate) fn parse_emoji(text: &str) -> Option<Value> {
    let text = text.trim_start_matches("<a:").trim_start_matches("<:").trim_end_matches('>');
    if let Some((name, id)) = text.rsplit_once(':') {
        let id: Snowflake = id.parse().ok()?;
        return Some(json!({"id": id, "name": name}));
    }
    let plain = text.is_empty() || text.chars().all(|c| c.is_alphabetic() || c.is_whitespace());
    (!plain).then(|| json!({"id": null, "name": text}))
}

/// Whom the path means.
fn whom(store: &Store, call: &Call) -> Result<Snowflake, Refusal> {
    if call.text("user") == "@me" { Ok(store.bot()) } else { call.id("user") }
}

pub(super) fn add(store: &mut Store, call: &Call) -> Handled {
    let (at, bot, emoji) = (place(store, call)?, store.bot(), emoji(call)?);
    if call.text("user") != "@me" {
        return Err(Reason::NotFound.into());
    }
    let present = store.message(at.0, at.1)?.reactions.iter().any(|r| emoji_key(&r.emoji) == emoji_key(&emoji));
    let needed = if present { Permissions::READ_MESSAGE_HISTORY } else { Permissions::ADD_REACTIONS };
    store.channel_for_bot(at.0, needed)?;
    store.react(at, bot, &emoji)?;
    Ok(Reply::nothing())
}

pub(super) fn remove(store: &mut Store, call: &Call) -> Handled {
    let (at, user, emoji) = (place(store, call)?, whom(store, call)?, emoji(call)?);
    if user != store.bot() {
        store.channel_for_bot(at.0, Permissions::MANAGE_MESSAGES)?;
    }
    store.unreact(at, user, &emoji)?;
    Ok(Reply::nothing())
}

pub(super) fn list(store: &mut Store, call: &Call) -> Handled {
    let (at, emoji) = (place(store, call)?, emoji(call)?);
    let limit = call.asked_number("limit", 25, 1, 100)?;
    let after = call.asked_id("after")?.unwrap_or(Snowflake::new(0));
    let message = store.message(at.0, at.1)?;
    let reaction = message.reactions.iter().find(|r| emoji_key(&r.emoji) == emoji_key(&emoji));
    let mut users: Vec<_> = reaction.map_or(&[][..], |r| r.users.as_slice()).to_vec();
    users.sort_unstable();
    let chosen = users.into_iter().filter(|id| *id > after).take(limit);
    Ok(Reply::ok(chosen.map(|id| store.user_json(id)).collect()))
}

pub(super) fn clear_one(store: &mut Store, call: &Call) -> Handled {
    let (at, emoji) = (place(store, call)?, emoji(call)?);
    store.channel_for_bot(at.0, Permissions::MANAGE_MESSAGES)?;
    take_all(store, at, |known| emoji_key(known) == emoji_key(&emoji))?;
    Ok(Reply::nothing())
}

pub(super) fn clear(store: &mut Store, call: &Call) -> Handled {
    let at = place(store, call)?;
    store.channel_for_bot(at.0, Permissions::MANAGE_MESSAGES)?;
    take_all(store, at, |_| true)?;
    Ok(Reply::nothing())
}

fn take_all(store: &mut Store, at: (Snowflake, Snowflake), chosen: impl Fn(&Value) -> bool) -> Result<(), Refusal> {
    let all = store.message(at.0, at.1)?.reactions.clone();
    for reaction in all.iter().filter(|r| chosen(&r.emoji)) {
        for user in &reaction.users {
            store.unreact(at, *user, &reaction.emoji)?;
        }
    }
    Ok(())
}
