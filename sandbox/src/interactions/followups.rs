//! What a bot does with an interaction's token after the first answer: read, edit, delete, follow up.

use serde_json::{Value, json};

use crate::drafts::Body;
use crate::messages::Origin;
use crate::model::flags;
use crate::refusal::{Reason, Refusal};
use crate::snowflake::Snowflake;
use crate::store::Store;
use crate::validate::MessageForm;

/// Which message is meant.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Which {
    Original,
    Message(Snowflake),
}

impl Store {
    /// The place of the message that a token may touch.
    fn token_message(&self, token: &str, which: Which) -> Result<(Snowflake, Snowflake), Refusal> {
        let interaction = self.ledger.by_token(token, self.now())?;
        let id = match which {
            Which::Original => interaction.original.ok_or(Reason::UnknownMessage)?,
            Which::Message(id) => id,
        };
        let message = self.message(interaction.channel, id)?;
        let reachable = message.author == self.bot() && message.only_for.is_none_or(|person| person == interaction.user);
        if reachable { Ok((interaction.channel, id)) } else { Err(Reason::UnknownMessage.into()) }
    }

    /// Reads a message through the token.
    pub(crate) fn token_get(&self, token: &str, which: Which) -> Result<Value, Refusal> {
        let (channel, id) = self.token_message(token, which)?;
        Ok(self.message_json(self.message(channel, id)?, self.bot()))
    }

    /// Edits a message through the token; a "thinking" one gets its content that way.
    pub(crate) fn token_edit(&mut self, token: &str, which: Which, body: &Body) -> Result<Value, Refusal> {
        let key = self.token_message(token, which)?;
        self.redraft(key, body, "", MessageForm::Interaction)?;
        self.token_get(token, which)
    }

    /// Deletes a message through the token.
    pub(crate) fn token_delete(&mut self, token: &str, which: Which) -> Result<(), Refusal> {
        let (channel, id) = self.token_message(token, which)?;
        self.remove_message(channel, id)
    }

    /// Posts a follow-up. Directly after a deferral it fills the "thinking" message instead, as Discord still does.
    pub(crate) fn token_follow_up(&mut self, token: &str, body: &Body) -> Result<Value, Refusal> {
        let interaction = self.ledger.by_token(token, self.now())?;
        let (user, channel, original) = (interaction.user, interaction.channel, interaction.original);
        let mut metadata = interaction.metadata(self);
        let thinking = original.and_then(|id| self.messages.get(&(channel, id))).is_some_and(|m| m.is_loading());
        if thinking {
            return self.token_edit(token, Which::Original, body);
        }
        let draft = self.draft(channel, body, "", MessageForm::Interaction)?;
        let only_for = Some(user).filter(|_| draft.flags & flags::EPHEMERAL != 0);
        let original = original.filter(|id| self.messages.contains_key(&(channel, *id)));
        if let Some(original) = original {
            metadata["original_response_message_id"] = json!(original);
        }
        let origin = Origin {
            kind: if original.is_some() { 19 } else { 0 },
            reply_to: original,
            interaction: Some(metadata),
            only_for,
            through_webhook: true,
        };
        let id = self.post(channel, self.bot(), draft, origin);
        Ok(self.message_json(self.message(channel, id)?, self.bot()))
    }
}
