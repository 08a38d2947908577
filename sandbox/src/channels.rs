//! Channels come into being: direct ones on first use, threads when asked for.

use serde_json::json;

use crate::model::{Channel, Kind, ThreadState, flags};
use crate::refusal::Refusal;
use crate::snowflake::Snowflake;
use crate::store::{Audience, Store};

/// A thread to be.
pub(crate) struct NewThread {
    pub(crate) id: Snowflake,
    pub(crate) parent: Snowflake,
    pub(crate) owner: Snowflake,
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) auto_archive_minutes: u64,
}

impl Store {
    /// The direct channel between the bot and a person, made when it is not there yet.
    pub(crate) fn direct_channel(&mut self, person: Snowflake) -> Snowflake {
        let known = self.channels.values().find(|channel| channel.recipient == Some(person));
        if let Some(channel) = known {
            return channel.id;
        }
        let id = self.id();
        let channel = Channel { kind: Kind::Direct, recipient: Some(person), ..blank(id) };
        let json = self.channel_json(&channel, person);
        self.channels.insert(id, channel);
        self.show(Audience::Person(person), "CHANNEL_CREATE", json);
        id
    }

    /// Takes a channel or thread away, with its threads and messages.
    pub(crate) fn remove_channel(&mut self, id: Snowflake) -> Result<(), Refusal> {
        let channel = self.channel(id)?;
        let json = self.channel_json(channel, self.bot());
        let event = if channel.thread.is_some() { "THREAD_DELETE" } else { "CHANNEL_DELETE" };
        // Nobody can be asked whether they see a channel that is gone, so the page is told no more than its id.
        let last_words = json!({"id": id, "type": json["type"], "guild_id": json["guild_id"], "parent_id": json["parent_id"]});
        self.dispatch(event, Some(id), json);
        self.show(Audience::Everyone, event, last_words);
        self.channels.retain(|key, other| *key != id && other.parent != Some(id));
        let known: Vec<_> = self.channels.keys().copied().collect();
        self.messages.retain(|(channel, _), _| known.binary_search(channel).is_ok());
        self.reload_page();
        Ok(())
    }

    /// Makes a text channel.
    pub(crate) fn text_channel(&mut self, name: &str, topic: Option<String>) -> Snowflake {
        let id = self.id();
        let position = u32::try_from(self.channels.len()).unwrap_or(u32::MAX);
        let channel = Channel { name: name.to_owned(), topic, position, ..blank(id) };
        let json = channel.json(self.guild.id);
        self.channels.insert(id, channel);
        self.tell("CHANNEL_CREATE", id, json);
        id
    }

    /// Makes a thread; one that hangs on a message has the message's id.
    pub(crate) fn thread(&mut self, new: NewThread) {
        let now = self.now();
        let thread = ThreadState {
            owner: new.owner,
            archived: false,
            locked: false,
            auto_archive_minutes: new.auto_archive_minutes,
            created: now,
            changed: now,
            members: vec![(new.owner, now)],
            messages: 0,
        };
        let channel = Channel { kind: new.kind, name: new.name, parent: Some(new.parent), thread: Some(thread), ..blank(new.id) };
        let mut json = self.channel_json(&channel, self.bot());
        json["newly_created"] = json!(true);
        self.channels.insert(new.id, channel);
        self.tell("THREAD_CREATE", new.id, json);
        if let Some(message) = self.messages.get_mut(&(new.parent, new.id)) {
            message.flags |= flags::HAS_THREAD;
            let message = message.clone();
            self.tell_message("MESSAGE_UPDATE", &message);
        }
    }
}

/// A text channel with nothing set.
fn blank(id: Snowflake) -> Channel {
    Channel {
        id,
        kind: Kind::Text,
        name: String::new(),
        topic: None,
        position: 0,
        slow_mode: 0,
        overwrites: Vec::new(),
        parent: None,
        thread: None,
        recipient: None,
        last_message: None,
    }
}
