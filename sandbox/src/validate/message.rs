//! What a message may hold: text, embeds, components, files and their sums.

use serde_json::Value;

use super::components::components;
use super::embeds::embeds;
use super::fields::Fields;
use crate::model::flags;
use crate::refusal::{Problems, Refusal};
use crate::snowflake::Snowflake;

/// Where a message comes from, which decides what it may say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MessageForm {
    /// `POST /channels/{id}/messages`.
    New,
    /// `PATCH` of a message.
    Edit,
    /// A callback, a follow-up or an edit with an interaction's token.
    Interaction,
}

/// The flags a bot may set.
const SETTABLE: u64 = flags::SUPPRESS_EMBEDS | flags::SUPPRESS_NOTIFICATIONS | flags::COMPONENTS_V2;

/// Checks a message body and returns the flags it asks for. `at` is where the body stands (`data` in callbacks);
/// `old_flags` are those of the message being edited.
pub(crate) fn message(body: &Value, at: &str, form: MessageForm, old_flags: u64) -> Result<u64, Refusal> {
    let mut problems = Problems::default();
    let fields = Fields::of(body, "", &mut problems);
    fields.text("content", 0..=2000, &mut problems);
    fields.flag("tts", &mut problems);
    let asked = fields.number("flags", 0..=i64::MAX, &mut problems).and_then(|n| u64::try_from(n).ok()).unwrap_or(0);
    let v2 = (asked | old_flags) & flags::COMPONENTS_V2 != 0;
    if v2 {
        forbid_classic_parts(&fields, &mut problems);
    }
    embeds(fields.list("embeds", 0..=10, &mut problems), &mut problems);
    let top = if v2 { 40 } else { 5 };
    components(fields.list("components", 0..=top, &mut problems), v2, &mut problems);
    mentions(&fields, &mut problems);
    attachments(&fields, &mut problems);
    if form == MessageForm::New {
        nonce(&fields, &mut problems);
        reference(&fields, &mut problems);
    }
    problems.settle().map_err(|refusal| refusal.under(at))?;
    let settable = if form == MessageForm::Interaction { SETTABLE | flags::EPHEMERAL } else { SETTABLE };
    Ok(asked & settable)
}

fn forbid_classic_parts(fields: &Fields<'_>, problems: &mut Problems) {
    for key in ["content", "embeds", "poll", "sticker_ids"] {
        let filled = fields.get(key).is_some_and(|value| *value != "" && value.as_array().is_none_or(|l| !l.is_empty()));
        if filled {
            let message = format!("The '{key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2");
            problems.add(key, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", message);
        }
    }
}

fn mentions(fields: &Fields<'_>, problems: &mut Problems) {
    let Some(value) = fields.get("allowed_mentions") else { return };
    let inner = Fields::of(value, &fields.path("allowed_mentions"), problems);
    let parse = inner.list("parse", 0..=3, problems);
    for (index, word) in parse.iter().enumerate() {
        if !matches!(word.as_str(), Some("users" | "roles" | "everyone")) {
            let message = "Value must be one of ('users', 'roles', 'everyone').";
            problems.add(&inner.path(&format!("parse.{index}")), "BASE_TYPE_CHOICES", message);
        }
    }
    for key in ["users", "roles"] {
        let listed = inner.list(key, 0..=100, problems);
        if !listed.is_empty() && parse.iter().any(|word| word == key) {
            let message = format!("parse:[\"{key}\"] and {key}: [ids...] are mutually exclusive.");
            problems.add(&inner.path(""), "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message);
        }
    }
    inner.flag("replied_user", problems);
}

fn attachments(fields: &Fields<'_>, problems: &mut Problems) {
    for (index, attachment) in fields.list("attachments", 0..=10, problems).iter().enumerate() {
        let inner = Fields::of(attachment, &fields.path(&format!("attachments.{index}")), problems);
        inner.require("id", problems);
        inner.snowflake("id", problems);
        inner.text("filename", 1..=1024, problems);
        inner.text("description", 0..=1024, problems);
    }
}

fn nonce(fields: &Fields<'_>, problems: &mut Problems) {
    match fields.get("nonce") {
        Some(Value::String(_)) => drop(fields.text("nonce", 0..=25, problems)),
        Some(_) => drop(fields.number("nonce", i64::MIN..=i64::MAX, problems)),
        None => {}
    }
    fields.flag("enforce_nonce", problems);
}

fn reference(fields: &Fields<'_>, problems: &mut Problems) {
    let Some(value) = fields.get("message_reference") else { return };
    let inner = Fields::of(value, &fields.path("message_reference"), problems);
    inner.require("message_id", problems);
    let _: Option<Snowflake> = inner.snowflake("message_id", problems);
    inner.snowflake("channel_id", problems);
    inner.choice("type", &[0, 1], problems);
}
