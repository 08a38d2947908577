//! Makes an interaction: its entry in the book and the payload for the bot.

use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::answer::Given;
use super::ledger::{Interaction, Kind, token};
use crate::snowflake::Snowflake;
use crate::store::Store;

/// What a person did.
pub(crate) struct Opening {
    pub(crate) kind: Kind,
    pub(crate) user: Snowflake,
    pub(crate) channel: Snowflake,
    pub(crate) data: Value,
    pub(crate) source: Option<Snowflake>,
    pub(crate) opened_by: Option<Value>,
}

/// A made interaction.
pub(crate) struct Opened {
    pub(crate) id: Snowflake,
    pub(crate) token: String,
    pub(crate) payload: Value,
    pub(crate) answer: oneshot::Receiver<Given>,
}

impl Store {
    /// Enters an interaction in the book.
    pub(crate) fn open(&mut self, opening: Opening) -> Opened {
        let (id, created) = (self.id(), self.now());
        let token = token(id);
        let (waiter, answer) = oneshot::channel();
        let payload = self.payload(id, &token, &opening);
        let Opening { kind, user, channel, data, source, opened_by } = opening;
        self.ledger.add(Interaction {
            id,
            token: token.clone(),
            kind,
            user,
            channel,
            created,
            source,
            data,
            opened_by,
            answered: false,
            original: None,
            modal: None,
            given_up: false,
            waiter: Some(waiter),
        });
        Opened { id, token, payload, answer }
    }

    /// What the bot is sent.
    fn payload(&self, id: Snowflake, token: &str, opening: &Opening) -> Value {
        let locale = self.users.get(&opening.user).map_or("en-US", |user| user.locale.as_str());
        let direct = self.guild_of(opening.channel).is_none();
        let owner = if direct { "0".to_owned() } else { self.guild.id.to_string() };
        let mut payload = json!({
            "id": id, "application_id": self.application.id, "type": opening.kind.number(), "token": token,
            "version": 1, "channel_id": opening.channel, "locale": locale, "data": opening.data,
            "entitlements": [], "entitlement_sku_ids": [], "attachment_size_limit": 10_485_760,
            "authorizing_integration_owners": {"0": owner}, "context": u8::from(direct),
        });
        if let Some(channel) = self.channels.get(&opening.channel) {
            let mut partial = self.channel_json(channel, self.bot());
            let own = self.permissions(self.bot(), channel).bits().to_string();
            let theirs = self.permissions(opening.user, channel).bits().to_string();
            partial["permissions"] = json!(theirs);
            payload["channel"] = partial;
            payload["app_permissions"] = json!(own);
            match self.member_json(opening.user).filter(|_| !direct) {
                Some(mut member) => {
                    member["permissions"] = json!(theirs);
                    payload["member"] = member;
                    payload["guild_id"] = json!(self.guild.id);
                    payload["guild_locale"] = json!("en-US");
                    payload["guild"] = json!({"id": self.guild.id, "locale": "en-US", "features": []});
                }
                None => payload["user"] = self.user_json(opening.user),
            }
        }
        let source = opening.source.and_then(|id| self.messages.get(&(opening.channel, id)));
        if let Some(message) = source {
            payload["message"] = self.message_json(message, self.bot());
        }
        payload
    }
}

impl Interaction {
    /// What a message says of the interaction that made it.
    pub(crate) fn metadata(&self, store: &Store) -> Value {
        let owner = store.guild_of(self.channel).map_or_else(|| "0".to_owned(), |id| id.to_string());
        let mut metadata = json!({
            "id": self.id, "type": self.kind.number(), "user": store.user_json(self.user),
            "authorizing_integration_owners": {"0": owner},
        });
        match self.kind {
            Kind::Command | Kind::Autocomplete => {
                metadata["name"] = self.data["name"].clone();
                metadata["command_type"] = self.data["type"].clone();
            }
            Kind::Component => metadata["interacted_message_id"] = json!(self.source),
            Kind::Modal => {
                metadata["triggering_interaction_metadata"] = self.opened_by.clone().unwrap_or_default();
            }
        }
        metadata
    }
}
