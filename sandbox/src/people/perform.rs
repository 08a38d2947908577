//! Carries an act out, as Discord's own client and servers would.

use serde_json::json;

use super::act::{Act, Deed};
use super::outcome::{Outcome, Trouble, malformed, told};
use super::{commands, components, modals};
use crate::drafts::Draft;
use crate::interactions::{Failure, Kind, Opening, ask};
use crate::messages::Origin;
use crate::permissions::Permissions;
use crate::snowflake::Snowflake;
use crate::store::{Hub, Store};

/// Does what the person wants and waits for the bot where that is due.
pub(crate) async fn perform(hub: &Hub, act: Act) -> Result<Outcome, Trouble> {
    let by = act.by;
    if hub.store().user(by).is_err() {
        return malformed(format!("There is no person {by}."));
    }
    let opening = {
        let mut store = hub.store();
        match act.deed {
            Deed::Message { channel, content, reply_to } => return write(&mut store, by, channel, &content, reply_to),
            Deed::React { channel, message, emoji, remove } => {
                return react(&mut store, by, (channel, message), &emoji, remove);
            }
            Deed::OpenDm => {
                let id = store.direct_channel(by);
                let channel = Some(store.channel_json(store.channel(id)?, by));
                return Ok(Outcome { channel, ..Outcome::done() });
            }
            Deed::TakeDirect { open } => {
                store.take_direct(by, open);
                return Ok(Outcome::done());
            }
            Deed::Dismiss { message } => return dismiss(&mut store, by, message),
            Deed::Click { channel, message, custom_id } => components::click(&store, by, (channel, message), &custom_id)?,
            Deed::Select { channel, message, custom_id, values } => {
                components::select(&store, by, (channel, message), &custom_id, &values)?
            }
            Deed::Submit { interaction, custom_id, fields } => {
                modals::submit(&store, by, interaction, custom_id.as_deref(), &fields)?
            }
            Deed::Command(used) => commands::open(&mut store, by, &used, Kind::Command)?,
            Deed::Autocomplete(used) => commands::open(&mut store, by, &used, Kind::Autocomplete)?,
        }
    };
    Ok(interact(hub, opening).await)
}

/// Brings an interaction to the bot and puts its answer, or its silence, into words.
async fn interact(hub: &Hub, opening: Opening) -> Outcome {
    let kind = opening.kind;
    let (interaction, answer) = ask(hub, opening).await;
    let outcome = match answer {
        Ok(given) => Outcome { answer: Some(given.json()), ..Outcome::done() },
        Err(Failure::NobodyThere) => Outcome::failed("The application did not respond"),
        Err(Failure::NoAnswer) => Outcome::failed(match kind {
            Kind::Command | Kind::Autocomplete => "The application did not respond",
            Kind::Component => "This interaction failed",
            Kind::Modal => "Something went wrong. Try again.",
        }),
    };
    Outcome { interaction, ..outcome }
}

fn write(
    store: &mut Store,
    by: Snowflake,
    channel: Snowflake,
    content: &str,
    reply_to: Option<Snowflake>,
) -> Result<Outcome, Trouble> {
    let place = store.channel_seen_by(channel, by)?;
    let power = store.permissions(by, place);
    let needed = match &place.thread {
        Some(thread) if Store::thread_is_shut(thread, power) => return told("This thread is locked."),
        Some(_) => Permissions::SEND_MESSAGES_IN_THREADS,
        None => Permissions::SEND_MESSAGES,
    };
    if !power.has(needed) {
        return told("You do not have permission to send messages in this channel.");
    }
    let content = content.trim();
    if content.is_empty() || crate::validate::length(content) > 2000 {
        return malformed("A message has between 1 and 2000 characters.");
    }
    if let Some(original) = reply_to {
        store.message(channel, original)?;
    }
    let draft = Draft { content: content.to_owned(), ..Draft::default() };
    let origin = Origin { kind: if reply_to.is_some() { 19 } else { 0 }, reply_to, ..Origin::default() };
    let id = store.post(channel, by, draft, origin);
    let message = Some(store.message_json(store.message(channel, id)?, by));
    Ok(Outcome { message, answer: Some(json!({"kind": "none"})), ..Outcome::done() })
}

fn react(store: &mut Store, by: Snowflake, at: (Snowflake, Snowflake), emoji: &str, remove: bool) -> Result<Outcome, Trouble> {
    let place = store.channel_seen_by(at.0, by)?;
    let power = store.permissions(by, place);
    let Some(emoji) = crate::rest::parse_emoji(emoji) else { return malformed("That is not an emoji.") };
    if store.message(at.0, at.1)?.only_for.is_some() {
        return told("Ephemeral messages take no reactions.");
    }
    if remove {
        store.unreact(at, by, &emoji)?;
    } else if power.has(Permissions::ADD_REACTIONS) {
        store.react(at, by, &emoji)?;
    } else {
        return told("You do not have permission to add reactions here.");
    }
    Ok(Outcome::done())
}

fn dismiss(store: &mut Store, by: Snowflake, id: Snowflake) -> Result<Outcome, Trouble> {
    let known = store.find_message(id).filter(|message| message.only_for == Some(by));
    let Some(channel) = known.map(|message| message.channel) else {
        return malformed("There is no such message for you alone.");
    };
    store.remove_message(channel, id)?;
    Ok(Outcome::done())
}
