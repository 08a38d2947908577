//! What the person sees of the bot's answer.

use serde_json::{Value, json};

/// An answer, in the shape that the page and the tests read.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    kind: &'static str,
    extra: Option<(&'static str, Value)>,
}

impl Given {
    pub(crate) fn message(message: Value) -> Self {
        Self { kind: "message", extra: Some(("message", message)) }
    }

    pub(crate) fn update(message: Value) -> Self {
        Self { kind: "update", extra: Some(("message", message)) }
    }

    pub(crate) fn deferred(message: Value) -> Self {
        Self { kind: "deferred", extra: Some(("message", message)) }
    }

    pub(crate) fn deferred_update() -> Self {
        Self { kind: "deferred_update", extra: None }
    }

    pub(crate) fn modal(modal: Value) -> Self {
        Self { kind: "modal", extra: Some(("modal", modal)) }
    }

    pub(crate) fn choices(choices: Value) -> Self {
        Self { kind: "choices", extra: Some(("choices", choices)) }
    }

    /// The word for it in live events.
    pub(crate) fn phase(&self) -> &'static str {
        match self.kind {
            "modal" => "modal",
            "deferred" | "deferred_update" => "deferred",
            _ => "acked",
        }
    }

    pub(crate) fn json(&self) -> Value {
        let mut json = json!({"kind": self.kind});
        if let Some((key, value)) = &self.extra {
            json[*key] = value.clone();
        }
        json
    }
}
