//! The book of interactions: who made which, when, and how it was answered.
//! Invariant: an interaction is answered at most once, and only within its deadline.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use tokio::sync::oneshot;

use super::answer::Given;
use crate::refusal::{Reason, Refusal};
use crate::snowflake::Snowflake;

/// How long the first answer may take, by the stand-in's clock.
const DEADLINE: TimeDelta = TimeDelta::seconds(3);
/// How long the token lives.
const LIFE: TimeDelta = TimeDelta::minutes(15);
/// How many interactions are remembered.
const KEPT: usize = 10_000;

/// The kinds, by Discord's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Command,
    Component,
    Autocomplete,
    Modal,
}

impl Kind {
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Command => 2,
            Self::Component => 3,
            Self::Autocomplete => 4,
            Self::Modal => 5,
        }
    }
}

/// One interaction.
pub(crate) struct Interaction {
    pub(crate) id: Snowflake,
    pub(crate) token: String,
    pub(crate) kind: Kind,
    pub(crate) user: Snowflake,
    pub(crate) channel: Snowflake,
    pub(crate) created: DateTime<Utc>,
    /// The message with the component, if one led here.
    pub(crate) source: Option<Snowflake>,
    /// The `data` as sent to the bot.
    pub(crate) data: Value,
    /// The metadata of the interaction that opened the modal.
    pub(crate) opened_by: Option<Value>,
    /// Set by the first answer.
    pub(crate) answered: bool,
    /// The message that `@original` means.
    pub(crate) original: Option<Snowflake>,
    /// The modal that it opened.
    pub(crate) modal: Option<Value>,
    /// Nobody waits for it any more.
    pub(crate) given_up: bool,
    pub(crate) waiter: Option<oneshot::Sender<Given>>,
}

impl Interaction {
    /// Fine while a first answer is still possible.
    fn check_open(&self, now: DateTime<Utc>) -> Result<(), Refusal> {
        if self.answered {
            return Err(Reason::AlreadyAcknowledged.into());
        }
        let late = self.given_up || now - self.created > DEADLINE;
        if late { Err(Reason::UnknownInteraction.into()) } else { Ok(()) }
    }
}

/// The book.
#[derive(Default)]
pub(crate) struct Ledger(BTreeMap<Snowflake, Interaction>);

impl Ledger {
    pub(crate) fn add(&mut self, interaction: Interaction) {
        while self.0.len() >= KEPT {
            self.0.pop_first();
        }
        self.0.insert(interaction.id, interaction);
    }

    pub(crate) fn get(&self, id: Snowflake) -> Option<&Interaction> {
        self.0.get(&id)
    }

    pub(crate) fn get_mut(&mut self, id: Snowflake) -> Option<&mut Interaction> {
        self.0.get_mut(&id)
    }

    /// The interaction, when this token may still give its first answer.
    pub(crate) fn to_answer(&self, id: Snowflake, token: &str, now: DateTime<Utc>) -> Result<&Interaction, Refusal> {
        let known = self.0.get(&id).filter(|interaction| interaction.token == token);
        let interaction = known.ok_or(Reason::UnknownInteraction)?;
        interaction.check_open(now)?;
        Ok(interaction)
    }

    /// The answered interaction that this token belongs to, while it lives.
    pub(crate) fn by_token(&self, token: &str, now: DateTime<Utc>) -> Result<&Interaction, Refusal> {
        let known = id_in(token).and_then(|id| self.0.get(&id)).filter(|interaction| interaction.token == token);
        let interaction = known.ok_or(Reason::UnknownWebhook)?;
        if now - interaction.created > LIFE {
            return Err(Reason::InvalidToken.into());
        }
        if interaction.answered { Ok(interaction) } else { Err(Reason::UnknownWebhook.into()) }
    }
}

/// A token in Discord's shape and about its length, made from the id alone.
pub(crate) fn token(id: Snowflake) -> String {
    let mut state = id.get() | 1;
    let mut noise = String::new();
    for _ in 0..8 {
        // SplitMix64: even digits, nothing secret.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        noise.push_str(&format!("{:016x}", mixed ^ (mixed >> 31)));
    }
    BASE64.encode(format!("interaction:{id}:{noise}"))
}

fn id_in(token: &str) -> Option<Snowflake> {
    let plain = String::from_utf8(BASE64.decode(token).ok()?).ok()?;
    plain.split(':').nth(1)?.parse().ok()
}
