//! From the body of a request to the parts of a message: checked, tidied, with its files kept.

use axum::body::Bytes;
use serde_json::{Value, json};

use crate::finishing::finish;
use crate::model::{Attachment, flags};
use crate::refusal::{Reason, Refusal};
use crate::snowflake::{Snowflake, from_json};
use crate::store::{Blob, Store};
use crate::validate::{self, MessageForm};

/// One file of a multipart request.
#[derive(Clone, Debug)]
pub(crate) struct Upload {
    /// The `n` of `files[n]`.
    pub(crate) index: u64,
    pub(crate) filename: String,
    pub(crate) content_type: String,
    pub(crate) bytes: Bytes,
}

/// A request's body: JSON, and files when it was multipart.
#[derive(Clone, Debug, Default)]
pub(crate) struct Body {
    pub(crate) json: Value,
    pub(crate) files: Vec<Upload>,
}

impl Body {
    pub(crate) fn of_json(json: Value) -> Self {
        Self { json, files: Vec::new() }
    }

    /// The body of a callback's `data`, with the same files.
    pub(crate) fn data(&self) -> Self {
        let json = match &self.json["data"] {
            Value::Null => json!({}),
            data => data.clone(),
        };
        Self { json, files: self.files.clone() }
    }
}

/// The parts of a message, ready to be posted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Draft {
    pub(crate) content: String,
    pub(crate) tts: bool,
    pub(crate) flags: u64,
    pub(crate) embeds: Vec<Value>,
    pub(crate) components: Vec<Value>,
    pub(crate) attachments: Vec<Attachment>,
    pub(crate) allowed_mentions: Value,
    pub(crate) nonce: Option<Value>,
}

impl Draft {
    pub(crate) fn is_empty(&self) -> bool {
        self.content.is_empty() && self.embeds.is_empty() && self.components.is_empty() && self.attachments.is_empty()
    }
}

impl Store {
    /// Reads a new message. `at` is where the body stands in the request.
    pub(crate) fn draft(&mut self, channel: Snowflake, body: &Body, at: &str, form: MessageForm) -> Result<Draft, Refusal> {
        let flags = validate::message(&body.json, at, form, 0)?;
        let attachments = self.keep_files(channel, body);
        let mut draft = Draft {
            content: body.json["content"].as_str().unwrap_or_default().trim().to_owned(),
            tts: body.json["tts"].as_bool().unwrap_or(false),
            flags,
            embeds: list(&body.json["embeds"]),
            components: list(&body.json["components"]),
            attachments,
            allowed_mentions: body.json["allowed_mentions"].clone(),
            nonce: Some(body.json["nonce"].clone()).filter(|nonce| !nonce.is_null()),
        };
        if draft.is_empty() {
            return Err(Reason::EmptyMessage.into());
        }
        finish(&mut draft.embeds, &mut draft.components, &draft.attachments);
        Ok(draft)
    }

    /// Changes the parts of a message that the body names.
    pub(crate) fn redraft(
        &mut self,
        (channel, id): (Snowflake, Snowflake),
        body: &Body,
        at: &str,
        form: MessageForm,
    ) -> Result<(), Refusal> {
        let old = self.message(channel, id)?.clone();
        let asked = validate::message(&body.json, at, form, old.flags)?;
        let mut new = old;
        if let Some(content) = body.json.get("content") {
            new.content = content.as_str().unwrap_or_default().trim().to_owned();
        }
        if let Some(embeds) = body.json.get("embeds") {
            new.embeds = list(embeds);
        }
        if let Some(components) = body.json.get("components") {
            new.components = list(components);
        }
        if let Some(kept) = body.json["attachments"].as_array() {
            let kept: Vec<_> = kept.iter().filter_map(|a| from_json(&a["id"])).collect();
            new.attachments.retain(|a| kept.contains(&a.id));
        }
        new.attachments.extend(self.keep_files(channel, body));
        if body.json["flags"].is_number() || body.json["flags"].is_string() {
            let changeable = flags::SUPPRESS_EMBEDS;
            new.flags = (new.flags & !changeable) | (asked & changeable);
        }
        // The layout flag can be set by an edit but never taken back.
        new.flags |= asked & flags::COMPONENTS_V2;
        new.flags &= !flags::LOADING;
        finish(&mut new.embeds, &mut new.components, &new.attachments);
        let hollow = new.content.is_empty() && new.embeds.is_empty() && new.components.is_empty();
        if hollow && new.attachments.is_empty() {
            return Err(Reason::EmptyMessage.into());
        }
        let rule = &body.json["allowed_mentions"];
        self.put_edited(new, rule);
        Ok(())
    }

    /// Keeps the files of a request and describes them as attachments.
    pub(crate) fn keep_files(&mut self, channel: Snowflake, body: &Body) -> Vec<Attachment> {
        let described = list(&body.json["attachments"]);
        let mut kept = Vec::new();
        for file in &body.files {
            let words = described.iter().find(|a| from_json(&a["id"]).map(Snowflake::get) == Some(file.index));
            let word = |key: &str| words.and_then(|w| w[key].as_str()).map(ToOwned::to_owned);
            let filename = safe_name(&word("filename").unwrap_or_else(|| file.filename.clone()));
            let mut attachment = self.keep_file(channel, &filename, &file.content_type, file.bytes.clone());
            attachment.description = word("description");
            kept.push(attachment);
        }
        kept
    }

    /// Keeps one file and says where it can be fetched.
    pub(crate) fn keep_file(&mut self, channel: Snowflake, filename: &str, content_type: &str, bytes: Bytes) -> Attachment {
        let id = self.id();
        let url = format!("{}/attachments/{channel}/{id}/{filename}", self.base_url);
        let size = bytes.len();
        self.blobs.insert(id, Blob { content_type: content_type.to_owned(), bytes });
        let (filename, content_type) = (filename.to_owned(), content_type.to_owned());
        Attachment { id, filename, description: None, content_type, size, url }
    }
}

/// Discord keeps letters, digits, dots, dashes and underscores of a file's name.
fn safe_name(name: &str) -> String {
    let keep = |c: char| if c.is_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' };
    name.chars().map(keep).collect()
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}
