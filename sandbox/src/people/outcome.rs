//! What came of an act.

use serde::Serialize;
use serde_json::Value;

use crate::refusal::Refusal;
use crate::snowflake::Snowflake;

/// What came of an act, as the page and the tests read it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Outcome {
    /// Whether it went as wished.
    pub ok: bool,
    /// The sentence that the person sees otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The interaction it made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interaction: Option<Snowflake>,
    /// The bot's answer: `{kind, message?, modal?, choices?}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<Value>,
    /// The message that was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<Value>,
    /// The channel that was opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<Value>,
}

impl Outcome {
    /// Done, with nothing to show.
    pub(crate) fn done() -> Self {
        Self { ok: true, ..Self::default() }
    }

    /// Not done, for this reason.
    pub(crate) fn failed(error: impl Into<String>) -> Self {
        Self { error: Some(error.into()), ..Self::default() }
    }

    /// The kind of the bot's answer: `message`, `update`, `deferred`, `deferred_update`, `modal`, `choices`; else `none`.
    pub fn kind(&self) -> &str {
        self.answer.as_ref().and_then(|answer| answer["kind"].as_str()).unwrap_or("none")
    }

    /// The message that the bot answered with or updated.
    pub fn answer_message(&self) -> Option<&Value> {
        self.answer.as_ref()?.get("message")
    }

    /// The modal that opened.
    pub fn modal(&self) -> Option<&Value> {
        self.answer.as_ref()?.get("modal")
    }

    /// The choices offered for what was typed.
    pub fn choices(&self) -> &[Value] {
        let choices = self.answer.as_ref().and_then(|answer| answer["choices"].as_array());
        choices.map_or(&[], Vec::as_slice)
    }
}

/// Why an act was not even tried.
#[derive(Clone, Debug)]
pub(crate) enum Trouble {
    /// The call makes no sense: a program's mistake.
    Malformed(String),
    /// The person may not do that, or not so; they are told.
    Told(String),
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        if refusal.status.as_u16() == 403 { Self::Told(refusal.message) } else { Self::Malformed(refusal.message) }
    }
}

/// Something is missing or does not fit: a program's mistake.
pub(crate) fn malformed<T>(text: impl Into<String>) -> Result<T, Trouble> {
    Err(Trouble::Malformed(text.into()))
}

/// The person is told this instead.
pub(crate) fn told<T>(text: impl Into<String>) -> Result<T, Trouble> {
    Err(Trouble::Told(text.into()))
}
