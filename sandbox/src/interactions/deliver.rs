//! Brings an interaction to the bot and waits for its answer as long as a person would.

use super::answer::Given;
use super::endpoint;
use super::open::{Opened, Opening};
use serde_json::json;

use crate::drafts::Body;
use crate::gateway::Event;
use crate::snowflake::Snowflake;
use crate::store::{Audience, Hub};

/// Why nothing came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// No bot is connected at all.
    NobodyThere,
    /// The bot did not answer in time, or not with a valid answer.
    NoAnswer,
}

/// Opens an interaction, delivers it and returns its id and the answer.
pub(crate) async fn ask(hub: &Hub, opening: Opening) -> (Option<Snowflake>, Result<Given, Failure>) {
    let user = opening.user;
    let (opened, url) = {
        let mut store = hub.store();
        let url = store.application.endpoint.clone();
        if url.is_none() && !store.sessions.any() {
            return (None, Err(Failure::NobodyThere));
        }
        let direct = store.guild_of(opening.channel).is_none();
        let opened = store.open(opening);
        if url.is_none() {
            let (guild, bot) = (store.guild.id, store.bot());
            let data = opened.payload.clone();
            store.sessions.dispatch_interaction(Event { name: "INTERACTION_CREATE", direct, guild, bot, data });
        }
        (opened, url)
    };
    let id = opened.id;
    let answer = tokio::time::timeout(hub.answer_within(), answer(hub, opened, url)).await;
    match answer {
        Ok(Some(given)) => (Some(id), Ok(given)),
        _ => {
            give_up(hub, id, user);
            (Some(id), Err(Failure::NoAnswer))
        }
    }
}

async fn answer(hub: &Hub, opened: Opened, url: Option<String>) -> Option<Given> {
    if let Some(url) = url {
        let inline = endpoint::send(hub, &url, &opened.payload).await.ok()?;
        if let Some(body) = inline {
            let taken = hub.store().callback(opened.id, &opened.token, &Body::of_json(body));
            if let Err(refusal) = taken {
                tracing::warn!(interaction = %opened.id, body = %refusal.body(), "The endpoint's answer was refused.");
                return None;
            }
        }
    }
    opened.answer.await.ok()
}

/// From now on an answer comes too late.
fn give_up(hub: &Hub, id: Snowflake, user: Snowflake) {
    let mut store = hub.store();
    if let Some(interaction) = store.ledger.get_mut(id) {
        interaction.given_up = true;
    }
    store.show(Audience::Person(user), "INTERACTION", json!({"interaction_id": id, "phase": "failed"}));
}
