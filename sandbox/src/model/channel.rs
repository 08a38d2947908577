//! Text channels, threads and direct messages.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::timestamp;
use crate::permissions::Permissions;
use crate::snowflake::Snowflake;

/// The kinds of channel that the stand-in knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Direct,
    PublicThread,
    PrivateThread,
}

impl Kind {
    /// Discord's number.
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Text => 0,
            Self::Direct => 1,
            Self::PublicThread => 11,
            Self::PrivateThread => 12,
        }
    }
}

/// What one channel changes for a role or a member.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Overwrite {
    pub(crate) id: Snowflake,
    pub(crate) of_member: bool,
    pub(crate) allow: Permissions,
    pub(crate) deny: Permissions,
}

/// What only threads have.
#[derive(Clone, Debug)]
pub(crate) struct ThreadState {
    pub(crate) owner: Snowflake,
    pub(crate) archived: bool,
    pub(crate) locked: bool,
    pub(crate) auto_archive_minutes: u64,
    pub(crate) created: DateTime<Utc>,
    pub(crate) changed: DateTime<Utc>,
    pub(crate) members: Vec<(Snowflake, DateTime<Utc>)>,
    pub(crate) messages: u64,
}

/// A place where messages stand.
#[derive(Clone, Debug)]
pub(crate) struct Channel {
    pub(crate) id: Snowflake,
    pub(crate) kind: Kind,
    pub(crate) name: String,
    pub(crate) topic: Option<String>,
    pub(crate) position: u32,
    pub(crate) slow_mode: u64,
    pub(crate) overwrites: Vec<Overwrite>,
    /// The channel that a thread hangs on.
    pub(crate) parent: Option<Snowflake>,
    pub(crate) thread: Option<ThreadState>,
    /// The person on the other side of a direct message with the bot.
    pub(crate) recipient: Option<Snowflake>,
    pub(crate) last_message: Option<Snowflake>,
}

impl Channel {
    /// Whether this is outside the guild.
    pub(crate) fn is_direct(&self) -> bool {
        self.kind == Kind::Direct
    }

    /// The channel as it stands in a guild; a direct message is completed by the store, which knows its person.
    pub(crate) fn json(&self, guild: Snowflake) -> Value {
        match (&self.thread, self.kind) {
            (_, Kind::Direct) => json!({
                "id": self.id, "type": 1, "last_message_id": self.last_message, "flags": 0,
            }),
            (Some(thread), _) => self.thread_json(guild, thread),
            (None, _) => json!({
                "id": self.id, "type": self.kind.number(), "guild_id": guild, "name": self.name,
                "position": self.position, "permission_overwrites": self.overwrites_json(), "topic": self.topic,
                "nsfw": false, "last_message_id": self.last_message, "rate_limit_per_user": self.slow_mode,
                "parent_id": null, "last_pin_timestamp": null, "flags": 0,
            }),
        }
    }

    fn thread_json(&self, guild: Snowflake, thread: &ThreadState) -> Value {
        json!({
            "id": self.id, "type": self.kind.number(), "guild_id": guild, "name": self.name,
            "parent_id": self.parent, "owner_id": thread.owner, "last_message_id": self.last_message,
            "rate_limit_per_user": self.slow_mode, "flags": 0, "message_count": thread.messages,
            "total_message_sent": thread.messages, "member_count": thread.members.len().min(50),
            "last_pin_timestamp": null,
            "thread_metadata": {
                "archived": thread.archived, "locked": thread.locked,
                "auto_archive_duration": thread.auto_archive_minutes,
                "archive_timestamp": timestamp(thread.changed),
                "create_timestamp": timestamp(thread.created),
            },
        })
    }

    fn overwrites_json(&self) -> Value {
        self.overwrites
            .iter()
            .map(|o| {
                json!({
                    "id": o.id, "type": u8::from(o.of_member),
                    "allow": o.allow.bits().to_string(), "deny": o.deny.bits().to_string(),
                })
            })
            .collect()
    }
}
