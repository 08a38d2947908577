//! JSON that needs more than one thing: a message with its author, a member with its user, the whole guild.

use serde_json::{Value, json};

use crate::model::{Channel, Message, emoji_key, timestamp};
use crate::snowflake::Snowflake;
use crate::store::Store;

impl Store {
    pub(crate) fn user_json(&self, id: Snowflake) -> Value {
        self.users.get(&id).map_or_else(|| json!({"id": id, "username": "deleted"}), |user| user.json())
    }

    /// A member of the guild; `None` for strangers.
    pub(crate) fn member_json(&self, id: Snowflake) -> Option<Value> {
        Some(self.members.get(&id)?.json(self.users.get(&id)?))
    }

    /// A channel as `viewer` sees it: in a direct message the recipient is the other one.
    pub(crate) fn channel_json(&self, channel: &Channel, viewer: Snowflake) -> Value {
        let mut json = channel.json(self.guild.id);
        if let Some(person) = channel.recipient {
            let other = if viewer == person { self.bot() } else { person };
            json["recipients"] = json!([self.user_json(other)]);
        }
        if let Some(thread) = &channel.thread
            && let Some((id, joined)) = thread.members.iter().find(|(id, _)| *id == viewer)
        {
            json["member"] = json!({
                "id": channel.id, "user_id": id, "join_timestamp": timestamp(*joined), "flags": 0,
            });
        }
        json
    }

    /// A message as `viewer` sees it.
    pub(crate) fn message_json(&self, message: &Message, viewer: Snowflake) -> Value {
        let mut json = self.plain_message_json(message, viewer);
        if let Some(id) = message.reply_to {
            json["message_reference"] = json!({
                "type": 0, "channel_id": message.channel, "message_id": id, "guild_id": self.guild_of(message.channel),
            });
            let original = self.messages.get(&(message.channel, id));
            json["referenced_message"] = original.map_or(Value::Null, |m| self.plain_message_json(m, viewer));
        }
        json
    }

    fn plain_message_json(&self, message: &Message, viewer: Snowflake) -> Value {
        let mut json = json!({
            "id": message.id, "channel_id": message.channel, "type": message.kind, "content": message.content,
            "author": self.user_json(message.author), "timestamp": timestamp(message.created),
            "edited_timestamp": message.edited.map(timestamp), "tts": message.tts, "flags": message.flags,
            "mention_everyone": message.mention_everyone, "mention_roles": message.mention_roles,
            "mentions": message.mentions.iter().map(|id| self.user_json(*id)).collect::<Vec<_>>(),
            "attachments": message.attachments.iter().map(|a| a.json()).collect::<Vec<_>>(),
            "embeds": message.embeds, "components": message.components, "pinned": false,
        });
        if !message.reactions.is_empty() {
            json["reactions"] = message.reactions.iter().map(|r| reaction_json(&r.emoji, &r.users, viewer)).collect();
        }
        if let Some(nonce) = &message.nonce {
            json["nonce"] = nonce.clone();
        }
        if message.through_webhook {
            json["webhook_id"] = json!(self.application.id);
        }
        if message.author == self.bot() {
            json["application_id"] = json!(self.application.id);
        }
        if let Some(metadata) = &message.interaction {
            json["interaction_metadata"] = metadata.clone();
        }
        if let Some(thread) = self.channels.get(&message.id) {
            json["thread"] = self.channel_json(thread, viewer);
        }
        json
    }

    /// The guild of a channel; `None` for a direct message.
    pub(crate) fn guild_of(&self, channel: Snowflake) -> Option<Snowflake> {
        self.channels.get(&channel).filter(|c| !c.is_direct()).map(|_| self.guild.id)
    }

    /// The guild with its roles, as REST gives it.
    pub(crate) fn guild_json(&self) -> Value {
        let mut guild = self.guild.json();
        guild["roles"] = self.roles.values().map(|role| role.json()).collect();
        guild
    }

    /// Everything that a bot is told about a guild when it connects.
    pub(crate) fn guild_create_json(&self) -> Value {
        let bot = self.bot();
        let mut guild = self.guild_json();
        let members = self.members.keys().filter_map(|id| self.member_json(*id));
        let (threads, channels): (Vec<_>, Vec<_>) = self
            .channels
            .values()
            .filter(|c| !c.is_direct() && self.channel_seen_by(c.id, bot).is_ok())
            .partition(|c| c.thread.is_some());
        let json_of = |list: Vec<&Channel>| list.iter().map(|c| self.channel_json(c, bot)).collect::<Value>();
        let active = threads.into_iter().filter(|c| c.thread.as_ref().is_some_and(|t| !t.archived)).collect();
        guild["members"] = members.collect();
        guild["channels"] = json_of(channels);
        guild["threads"] = json_of(active);
        guild["joined_at"] = json!(self.members.get(&bot).map(|member| timestamp(member.joined)));
        guild["member_count"] = json!(self.members.len());
        guild["large"] = json!(false);
        guild["unavailable"] = json!(false);
        for empty in ["voice_states", "presences", "stage_instances", "guild_scheduled_events", "soundboard_sounds"] {
            guild[empty] = json!([]);
        }
        guild
    }
}

fn reaction_json(emoji: &Value, users: &[Snowflake], viewer: Snowflake) -> Value {
    debug_assert!(!emoji_key(emoji).is_empty(), "a reaction always has an emoji");
    json!({
        "emoji": emoji, "count": users.len(), "count_details": {"burst": 0, "normal": users.len()},
        "burst_colors": [], "me_burst": false, "burst_me": false, "me": users.contains(&viewer), "burst_count": 0,
    })
}
