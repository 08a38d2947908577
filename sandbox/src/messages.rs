//! Messages come, change and go; whoever may see them is told.

use serde_json::{Value, json};

use crate::drafts::Draft;
use crate::mentions::{self, Mentions};
use crate::model::{Message, Reaction, ThreadState, emoji_key, flags};
use crate::permissions::Permissions;
use crate::refusal::{Reason, Refusal};
use crate::snowflake::Snowflake;
use crate::store::{Audience, Store};

/// How many different emoji a message can carry.
const REACTIONS: usize = 20;

/// What a message is besides its parts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Origin {
    /// Discord's message type.
    pub(crate) kind: u8,
    pub(crate) reply_to: Option<Snowflake>,
    pub(crate) interaction: Option<Value>,
    pub(crate) only_for: Option<Snowflake>,
    pub(crate) through_webhook: bool,
}

impl Store {
    /// Puts a message into a channel and tells of it.
    pub(crate) fn post(&mut self, channel: Snowflake, author: Snowflake, draft: Draft, origin: Origin) -> Snowflake {
        let (id, now) = (self.id(), self.now());
        let power = self.channels.get(&channel).map_or(Permissions::NONE, |c| self.permissions(author, c));
        let mut mentions = mentions::read(self, &draft.content, &draft.allowed_mentions, power);
        if let Some(original) = origin.reply_to.and_then(|to| self.messages.get(&(channel, to)))
            && mentions::pings_author(&draft.allowed_mentions)
            && !mentions.users.contains(&original.author)
        {
            mentions.users.push(original.author);
        }
        let Mentions { users, roles, everyone } = mentions;
        let ephemeral = if origin.only_for.is_some() { flags::EPHEMERAL } else { 0 };
        let message = Message {
            id,
            channel,
            author,
            kind: origin.kind,
            content: draft.content,
            created: now,
            edited: None,
            tts: draft.tts,
            flags: draft.flags & !flags::EPHEMERAL | ephemeral,
            mentions: users,
            mention_roles: roles,
            mention_everyone: everyone,
            attachments: draft.attachments,
            embeds: draft.embeds,
            components: draft.components,
            reactions: Vec::new(),
            reply_to: origin.reply_to,
            interaction: origin.interaction,
            nonce: draft.nonce,
            only_for: origin.only_for,
            through_webhook: origin.through_webhook,
        };
        self.messages.insert((channel, id), message.clone());
        if message.only_for.is_none() {
            self.count_message(&message);
        }
        self.tell_message("MESSAGE_CREATE", &message);
        id
    }

    /// Notes a new message on its channel; a message wakes an archived thread.
    fn count_message(&mut self, message: &Message) {
        let Some(channel) = self.channels.get_mut(&message.channel) else { return };
        channel.last_message = Some(message.id);
        if let Some(thread) = &mut channel.thread {
            thread.messages += 1;
            let author = message.author;
            if !thread.members.iter().any(|(id, _)| *id == author) {
                thread.members.push((author, message.created));
            }
            if std::mem::take(&mut thread.archived) {
                self.tell_thread(message.channel);
            }
        }
    }

    /// Stores an edited message and tells of it.
    pub(crate) fn put_edited(&mut self, mut message: Message, rule: &Value) {
        let power = self.channels.get(&message.channel).map_or(Permissions::NONE, |c| self.permissions(message.author, c));
        let read = mentions::read(self, &message.content, rule, power);
        (message.mentions, message.mention_roles, message.mention_everyone) = (read.users, read.roles, read.everyone);
        message.edited = Some(self.now());
        self.messages.insert((message.channel, message.id), message.clone());
        self.tell_message("MESSAGE_UPDATE", &message);
    }

    /// Takes a message away and tells of it.
    pub(crate) fn remove_message(&mut self, channel: Snowflake, id: Snowflake) -> Result<(), Refusal> {
        let message = self.messages.remove(&(channel, id)).ok_or(Reason::UnknownMessage)?;
        for attachment in &message.attachments {
            self.blobs.remove(&attachment.id);
        }
        let data = json!({"id": id, "channel_id": channel});
        match message.only_for {
            Some(person) => self.show(Audience::Person(person), "MESSAGE_DELETE", data),
            None => self.tell("MESSAGE_DELETE", channel, self.with_guild(channel, data)),
        }
        Ok(())
    }

    /// Tells bot and page of a message; the bot hears nothing of ephemeral ones, which it made itself.
    pub(crate) fn tell_message(&mut self, name: &'static str, message: &Message) {
        if message.only_for.is_none() {
            let mut data = self.with_guild(message.channel, self.message_json(message, self.bot()));
            if let Some(member) = self.members.get(&message.author).filter(|_| !data["guild_id"].is_null()) {
                data["member"] = member.bare_json();
            }
            self.dispatch(name, Some(message.channel), data);
        }
        self.show_message(name, message);
    }

    /// Adds the guild to an event, unless it happened in a direct message.
    pub(crate) fn with_guild(&self, channel: Snowflake, mut data: Value) -> Value {
        if let Some(guild) = self.guild_of(channel) {
            data["guild_id"] = json!(guild);
        }
        data
    }

    /// Tells of a changed thread.
    pub(crate) fn tell_thread(&mut self, id: Snowflake) {
        let Some(thread) = self.channels.get(&id) else { return };
        let data = self.channel_json(thread, self.bot());
        self.tell("THREAD_UPDATE", id, data);
    }

    /// Adds someone's reaction.
    pub(crate) fn react(&mut self, (channel, id): (Snowflake, Snowflake), user: Snowflake, emoji: &Value) -> Result<(), Refusal> {
        self.message(channel, id)?;
        let message = self.messages.get_mut(&(channel, id)).expect("it was there a line ago");
        let author = message.author;
        let key = emoji_key(emoji);
        let full = message.reactions.len() >= REACTIONS;
        match message.reactions.iter_mut().find(|r| emoji_key(&r.emoji) == key) {
            Some(reaction) if reaction.users.contains(&user) => return Ok(()),
            Some(reaction) => reaction.users.push(user),
            None if full => return Err(Reason::TooManyReactions.into()),
            None => message.reactions.push(Reaction { emoji: emoji.clone(), users: vec![user] }),
        }
        let mut data = self.reaction_event((channel, id), user, emoji);
        data["message_author_id"] = json!(author);
        if let Some(member) = self.member_json(user).filter(|_| !data["guild_id"].is_null()) {
            data["member"] = member;
        }
        self.tell("MESSAGE_REACTION_ADD", channel, data);
        Ok(())
    }

    /// Takes someone's reaction back.
    pub(crate) fn unreact(
        &mut self,
        (channel, id): (Snowflake, Snowflake),
        user: Snowflake,
        emoji: &Value,
    ) -> Result<(), Refusal> {
        self.message(channel, id)?;
        let message = self.messages.get_mut(&(channel, id)).expect("it was there a line ago");
        let key = emoji_key(emoji);
        let reaction = message.reactions.iter_mut().find(|r| emoji_key(&r.emoji) == key).ok_or(Reason::UnknownEmoji)?;
        let before = reaction.users.len();
        reaction.users.retain(|id| *id != user);
        let gone = reaction.users.len() < before;
        message.reactions.retain(|r| !r.users.is_empty());
        if gone {
            let data = self.reaction_event((channel, id), user, emoji);
            self.tell("MESSAGE_REACTION_REMOVE", channel, data);
        }
        Ok(())
    }

    fn reaction_event(&self, (channel, id): (Snowflake, Snowflake), user: Snowflake, emoji: &Value) -> Value {
        let data = json!({
            "user_id": user, "channel_id": channel, "message_id": id, "emoji": emoji, "burst": false, "type": 0,
        });
        self.with_guild(channel, data)
    }

    /// Someone is typing.
    pub(crate) fn typing(&mut self, channel: Snowflake, user: Snowflake) {
        let data = json!({"channel_id": channel, "user_id": user, "timestamp": self.now().timestamp()});
        let mut data = self.with_guild(channel, data);
        if let Some(member) = self.member_json(user).filter(|_| !data["guild_id"].is_null()) {
            data["member"] = member;
        }
        self.tell("TYPING_START", channel, data);
    }

    /// Whether a thread refuses new messages from this user.
    pub(crate) fn thread_is_shut(thread: &ThreadState, power: Permissions) -> bool {
        thread.archived && thread.locked && !power.has(Permissions::MANAGE_THREADS)
    }
}
