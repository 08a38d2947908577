//! Which events a session asked for, and how much of a message it may read.

use serde_json::{Value, json};

use crate::snowflake::{Snowflake, from_json};

/// The intents of a session.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Intents(u64);

const GUILDS: u64 = 1;
const MEMBERS: u64 = 1 << 1;
const PRESENCES: u64 = 1 << 8;
const MESSAGE_CONTENT: u64 = 1 << 15;
/// Every bit that exists today.
const KNOWN: u64 = 53_608_447;

impl Intents {
    pub(crate) const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    pub(crate) const fn known(self) -> bool {
        self.0 & !KNOWN == 0
    }

    pub(crate) const fn privileged(self) -> bool {
        self.0 & (MEMBERS | PRESENCES | MESSAGE_CONTENT) != 0
    }

    /// Whether the session hears of the guild at all.
    pub(crate) const fn guilds(self) -> bool {
        self.0 & GUILDS != 0
    }

    /// Whether an event of this name reaches the session.
    pub(crate) fn cover(self, name: &str, direct: bool) -> bool {
        let bit = match name {
            "MESSAGE_CREATE" | "MESSAGE_UPDATE" | "MESSAGE_DELETE" => [9, 12][usize::from(direct)],
            "MESSAGE_REACTION_ADD" | "MESSAGE_REACTION_REMOVE" => [10, 13][usize::from(direct)],
            "TYPING_START" => [11, 14][usize::from(direct)],
            "GUILD_MEMBER_ADD" | "GUILD_MEMBER_UPDATE" | "GUILD_MEMBER_REMOVE" => 1,
            name if name.starts_with("GUILD_") || name.starts_with("CHANNEL_") || name.starts_with("THREAD_") => 0,
            _ => return true,
        };
        self.0 & (1 << bit) != 0
    }

    /// Blanks what a session without MESSAGE_CONTENT must not read: other people's words in the guild that do not
    /// mention the bot.
    pub(crate) fn veil(self, name: &str, direct: bool, bot: Snowflake, data: &mut Value) {
        let is_message = matches!(name, "MESSAGE_CREATE" | "MESSAGE_UPDATE");
        if !is_message || direct || self.0 & MESSAGE_CONTENT != 0 {
            return;
        }
        let own = from_json(&data["author"]["id"]) == Some(bot);
        let mentioned = data["mentions"].as_array().is_some_and(|m| m.iter().any(|u| from_json(&u["id"]) == Some(bot)));
        if own || mentioned {
            return;
        }
        data["content"] = json!("");
        for list in ["embeds", "attachments", "components"] {
            data[list] = json!([]);
        }
    }
}
