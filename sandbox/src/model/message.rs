//! A message, its attachments and its reactions.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::snowflake::Snowflake;

/// Message flags, by Discord's bits.
pub(crate) mod flags {
    /// Embeds are not shown.
    pub(crate) const SUPPRESS_EMBEDS: u64 = 1 << 2;
    /// A thread with the same id hangs on this message.
    pub(crate) const HAS_THREAD: u64 = 1 << 5;
    /// Only one person sees it.
    pub(crate) const EPHEMERAL: u64 = 1 << 6;
    /// "The bot is thinking".
    pub(crate) const LOADING: u64 = 1 << 7;
    /// No push notification.
    pub(crate) const SUPPRESS_NOTIFICATIONS: u64 = 1 << 12;
    /// The body is laid out by components alone.
    pub(crate) const COMPONENTS_V2: u64 = 1 << 15;
}

/// A file on a message; its bytes are kept by the store.
#[derive(Clone, Debug)]
pub(crate) struct Attachment {
    pub(crate) id: Snowflake,
    pub(crate) filename: String,
    pub(crate) description: Option<String>,
    pub(crate) content_type: String,
    pub(crate) size: usize,
    pub(crate) url: String,
}

impl Attachment {
    pub(crate) fn json(&self) -> Value {
        let mut attachment = json!({
            "id": self.id, "filename": self.filename, "size": self.size, "url": self.url, "proxy_url": self.url,
            "content_type": self.content_type, "original_content_type": self.content_type,
        });
        if let Some(description) = &self.description {
            attachment["description"] = json!(description);
        }
        attachment
    }
}

/// One emoji under a message and those who gave it.
#[derive(Clone, Debug)]
pub(crate) struct Reaction {
    /// The emoji as Discord writes it: `{"id": null, "name": "📞"}`.
    pub(crate) emoji: Value,
    pub(crate) users: Vec<Snowflake>,
}

/// What identifies an emoji: its id when it has one, else its name.
pub(crate) fn emoji_key(emoji: &Value) -> String {
    match emoji["id"].as_str() {
        Some(id) => id.to_owned(),
        None => emoji["name"].as_str().unwrap_or_default().to_owned(),
    }
}

/// A message as it stands.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) id: Snowflake,
    pub(crate) channel: Snowflake,
    pub(crate) author: Snowflake,
    /// Discord's message type: 0 plain, 19 reply, 20 answer to a command, 23 answer to a menu command, 18 thread created.
    pub(crate) kind: u8,
    pub(crate) content: String,
    pub(crate) created: DateTime<Utc>,
    pub(crate) edited: Option<DateTime<Utc>>,
    pub(crate) tts: bool,
    pub(crate) flags: u64,
    pub(crate) mentions: Vec<Snowflake>,
    pub(crate) mention_roles: Vec<Snowflake>,
    pub(crate) mention_everyone: bool,
    pub(crate) attachments: Vec<Attachment>,
    pub(crate) embeds: Vec<Value>,
    pub(crate) components: Vec<Value>,
    pub(crate) reactions: Vec<Reaction>,
    /// The message this one answers.
    pub(crate) reply_to: Option<Snowflake>,
    /// How it came to be, when an interaction made it.
    pub(crate) interaction: Option<Value>,
    pub(crate) nonce: Option<Value>,
    /// The one person who sees it, when it is ephemeral.
    pub(crate) only_for: Option<Snowflake>,
    /// Sent with the interaction's token, not as a member of the channel.
    pub(crate) through_webhook: bool,
}

impl Message {
    /// Whether this one is still "thinking".
    pub(crate) fn is_loading(&self) -> bool {
        self.flags & flags::LOADING != 0
    }
}
