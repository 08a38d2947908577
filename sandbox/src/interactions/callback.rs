//! The first answer to an interaction: checked, applied, and given to the person who waits.

use serde_json::{Value, json};

use super::answer::Given;
use super::ledger::{Interaction, Kind};
use crate::drafts::{Body, Draft};
use crate::finishing::complete;
use crate::messages::Origin;
use crate::model::flags;
use crate::refusal::{Problems, Reason, Refusal};
use crate::snowflake::Snowflake;
use crate::store::{Audience, Store};
use crate::validate::{self, MessageForm};

/// Callback types by Discord's numbers.
mod kind {
    pub(super) const MESSAGE: i64 = 4;
    pub(super) const DEFERRED: i64 = 5;
    pub(super) const DEFERRED_UPDATE: i64 = 6;
    pub(super) const UPDATE: i64 = 7;
    pub(super) const CHOICES: i64 = 8;
    pub(super) const MODAL: i64 = 9;
}

/// What is needed of an interaction while it is being answered.
struct Asked {
    id: Snowflake,
    user: Snowflake,
    channel: Snowflake,
    source: Option<Snowflake>,
    metadata: Value,
    /// Discord's type for the message that answers it.
    message_kind: u8,
}

impl Asked {
    fn of(interaction: &Interaction, store: &Store) -> Self {
        let message_kind = match interaction.kind {
            Kind::Command | Kind::Autocomplete if interaction.data["type"] == 1 => 20,
            Kind::Command | Kind::Autocomplete => 23,
            _ if interaction.source.is_some() => 19,
            _ => 0,
        };
        Self {
            id: interaction.id,
            user: interaction.user,
            channel: interaction.channel,
            source: interaction.source,
            metadata: interaction.metadata(store),
            message_kind,
        }
    }

    /// How a message that answers it came to be.
    fn origin(&self, ephemeral: Option<Snowflake>) -> Origin {
        Origin {
            kind: self.message_kind,
            reply_to: self.source.filter(|_| self.message_kind == 19),
            interaction: Some(self.metadata.clone()),
            only_for: ephemeral,
            through_webhook: true,
        }
    }
}

impl Store {
    /// Takes the first answer to an interaction; returns what `with_response` shows.
    pub(crate) fn callback(&mut self, id: Snowflake, token: &str, body: &Body) -> Result<Value, Refusal> {
        let now = self.now();
        let interaction = self.ledger.to_answer(id, token, now)?;
        let asked = Asked::of(interaction, self);
        let kind = callback_kind(interaction, &body.json)?;
        let (given, original) = match kind {
            kind::MESSAGE => self.answer_with_message(&asked, &body.data())?,
            kind::DEFERRED => self.defer(&asked, &body.json),
            kind::DEFERRED_UPDATE => (Given::deferred_update(), asked.source),
            kind::UPDATE => self.answer_with_update(&asked, &body.data())?,
            kind::CHOICES => (self.answer_with_choices(&asked, &body.json)?, None),
            _ => (self.answer_with_modal(&asked, &body.json)?, None),
        };
        self.settle(&asked, &given, original);
        Ok(self.with_response(&asked, kind, original))
    }

    fn answer_with_message(&mut self, asked: &Asked, data: &Body) -> Result<(Given, Option<Snowflake>), Refusal> {
        let draft = self.draft(asked.channel, data, "data", MessageForm::Interaction)?;
        let only_for = Some(asked.user).filter(|_| draft.flags & flags::EPHEMERAL != 0);
        let id = self.post(asked.channel, self.bot(), draft, asked.origin(only_for));
        Ok((Given::message(self.seen(asked, id)), Some(id)))
    }

    fn defer(&mut self, asked: &Asked, body: &Value) -> (Given, Option<Snowflake>) {
        let wished = body["data"]["flags"].as_u64().unwrap_or(0);
        let only_for = Some(asked.user).filter(|_| wished & flags::EPHEMERAL != 0);
        let draft = Draft { flags: flags::LOADING, ..Draft::default() };
        let id = self.post(asked.channel, self.bot(), draft, asked.origin(only_for));
        (Given::deferred(self.seen(asked, id)), Some(id))
    }

    fn answer_with_update(&mut self, asked: &Asked, data: &Body) -> Result<(Given, Option<Snowflake>), Refusal> {
        let source = asked.source.ok_or(Reason::UnknownMessage)?;
        self.redraft((asked.channel, source), data, "data", MessageForm::Interaction)?;
        Ok((Given::update(self.seen(asked, source)), Some(source)))
    }

    fn answer_with_choices(&self, asked: &Asked, body: &Value) -> Result<Given, Refusal> {
        let interaction = self.ledger.get(asked.id).ok_or(Reason::UnknownInteraction)?;
        let focused = focused_kind(&interaction.data["options"]).unwrap_or(3);
        validate::autocomplete(&body["data"], focused)?;
        let choices = body["data"]["choices"].clone();
        Ok(Given::choices(if choices.is_array() { choices } else { json!([]) }))
    }

    fn answer_with_modal(&mut self, asked: &Asked, body: &Value) -> Result<Given, Refusal> {
        let mut problems = Problems::default();
        validate::modal(&body["data"], &mut problems);
        problems.settle()?;
        let mut modal = json!({
            "title": body["data"]["title"], "custom_id": body["data"]["custom_id"],
            "components": body["data"]["components"],
        });
        let mut next = 1;
        for component in modal["components"].as_array_mut().into_iter().flatten() {
            complete(component, &mut next);
        }
        let interaction = self.ledger.get_mut(asked.id).ok_or(Reason::UnknownInteraction)?;
        interaction.modal = Some(modal.clone());
        Ok(Given::modal(modal))
    }

    /// Marks the interaction answered and tells the one who waits.
    fn settle(&mut self, asked: &Asked, given: &Given, original: Option<Snowflake>) {
        if let Some(interaction) = self.ledger.get_mut(asked.id) {
            interaction.answered = true;
            interaction.original = original;
            if let Some(waiter) = interaction.waiter.take() {
                // Whoever waited may have left: then nobody needs it.
                drop(waiter.send(given.clone()));
            }
        }
        let data = json!({"interaction_id": asked.id, "phase": given.phase()});
        self.show(Audience::Person(asked.user), "INTERACTION", data);
    }

    /// A message as the acting person sees it.
    fn seen(&self, asked: &Asked, id: Snowflake) -> Value {
        let message = self.messages.get(&(asked.channel, id));
        message.map_or(Value::Null, |message| self.message_json(message, asked.user))
    }

    fn with_response(&self, asked: &Asked, kind: i64, original: Option<Snowflake>) -> Value {
        let interaction = self.ledger.get(asked.id);
        let message = original.and_then(|id| self.messages.get(&(asked.channel, id)));
        let mut response = json!({
            "interaction": {
                "id": asked.id, "type": interaction.map(|i| i.kind.number()), "channel_id": asked.channel,
            },
            "resource": {"type": kind},
        });
        if let Some(guild) = self.guild_of(asked.channel) {
            response["interaction"]["guild_id"] = json!(guild);
        }
        if let Some(message) = message {
            response["interaction"]["response_message_id"] = json!(message.id);
            response["interaction"]["response_message_loading"] = json!(message.is_loading());
            response["interaction"]["response_message_ephemeral"] = json!(message.only_for.is_some());
            if matches!(kind, kind::MESSAGE | kind::UPDATE) {
                response["resource"]["message"] = self.message_json(message, self.bot());
            }
        }
        response
    }
}

/// The type of a callback, when it fits the interaction.
fn callback_kind(interaction: &Interaction, body: &Value) -> Result<i64, Refusal> {
    let allowed: &[i64] = match interaction.kind {
        Kind::Autocomplete => &[kind::CHOICES],
        Kind::Command => &[kind::MESSAGE, kind::DEFERRED, kind::MODAL],
        Kind::Component => &[kind::MESSAGE, kind::DEFERRED, kind::DEFERRED_UPDATE, kind::UPDATE, kind::MODAL],
        Kind::Modal if interaction.source.is_some() => &[kind::MESSAGE, kind::DEFERRED, kind::DEFERRED_UPDATE, kind::UPDATE],
        Kind::Modal => &[kind::MESSAGE, kind::DEFERRED],
    };
    let mut problems = Problems::default();
    let fields = validate::Fields::of(body, "", &mut problems);
    fields.require("type", &mut problems);
    let kind = fields.choice("type", allowed, &mut problems);
    problems.settle()?;
    Ok(kind.expect("a missing or unfit type was refused a line ago"))
}

/// The type of the option that is being typed, however deep.
fn focused_kind(options: &Value) -> Option<i64> {
    options
        .as_array()?
        .iter()
        .find_map(|option| if option["focused"] == true { option["type"].as_i64() } else { focused_kind(&option["options"]) })
}
