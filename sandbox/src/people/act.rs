//! What a person can do, as data.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::snowflake::Snowflake;

/// One thing that one person does.
#[derive(Clone, Debug, Deserialize)]
pub struct Act {
    /// Who does it.
    #[serde(rename = "as")]
    pub by: Snowflake,
    /// What is done.
    #[serde(flatten)]
    pub deed: Deed,
}

/// A file handed to a command.
#[derive(Clone, Debug, Deserialize)]
pub struct File {
    /// Its name.
    pub filename: String,
    /// Its content, written as `encoding` says.
    pub content: String,
    /// How the content is written.
    #[serde(default)]
    pub encoding: Encoding,
}

/// How a file's content is written in an act.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
    /// As it is.
    #[default]
    Text,
    /// In base64, for what is not text.
    Base64,
}

/// The things that can be done.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Deed {
    /// Writes a message.
    Message {
        /// Where.
        channel: Snowflake,
        /// What.
        content: String,
        /// The message it answers.
        #[serde(default)]
        reply_to: Option<Snowflake>,
    },
    /// Clicks a button.
    Click {
        /// Where the message stands.
        channel: Snowflake,
        /// The message.
        message: Snowflake,
        /// The button.
        custom_id: String,
    },
    /// Chooses in a select.
    Select {
        /// Where the message stands.
        channel: Snowflake,
        /// The message.
        message: Snowflake,
        /// The select.
        custom_id: String,
        /// The values, or ids of users, roles or channels.
        values: Vec<String>,
    },
    /// Sends a modal off.
    Submit {
        /// The interaction that opened it.
        interaction: Snowflake,
        /// The modal's own custom id; need not be given.
        #[serde(default)]
        custom_id: Option<String>,
        /// Input by input, text or a list of values.
        #[serde(default)]
        fields: BTreeMap<String, Value>,
    },
    /// Uses a command.
    Command(Use),
    /// Types in an option of a command; one option has `focused: true`.
    Autocomplete(Use),
    /// Adds or takes back a reaction.
    React {
        /// Where the message stands.
        channel: Snowflake,
        /// The message.
        message: Snowflake,
        /// `📞`, or `name:id`.
        emoji: String,
        /// Takes it back.
        #[serde(default)]
        remove: bool,
    },
    /// Opens the direct channel with the bot.
    OpenDm,
    /// Lets the bot write directly from now on, or no longer.
    TakeDirect {
        /// Lets it.
        open: bool,
    },
    /// Forgets an ephemeral message.
    Dismiss {
        /// The message.
        message: Snowflake,
    },
}

/// The use of a command.
#[derive(Clone, Debug, Deserialize)]
pub struct Use {
    /// Where.
    pub channel: Snowflake,
    /// Which, by id.
    pub command: Snowflake,
    /// Discord's tree: `{name, type, value?, options?, focused?}`.
    #[serde(default)]
    pub options: Vec<Value>,
    /// The message or user that a menu command is used on.
    #[serde(default)]
    pub target: Option<Snowflake>,
    /// Files for attachment options, by the option's name.
    #[serde(default)]
    pub files: BTreeMap<String, File>,
}

impl Act {
    /// Someone does something.
    pub fn new(by: Snowflake, deed: Deed) -> Self {
        Self { by, deed }
    }

    /// Someone writes a message.
    pub fn write(by: Snowflake, channel: Snowflake, content: &str) -> Self {
        Self::new(by, Deed::Message { channel, content: content.to_owned(), reply_to: None })
    }

    /// Someone clicks a button.
    pub fn click(by: Snowflake, (channel, message): (Snowflake, Snowflake), custom_id: &str) -> Self {
        Self::new(by, Deed::Click { channel, message, custom_id: custom_id.to_owned() })
    }

    /// Someone chooses in a select.
    pub fn select(by: Snowflake, (channel, message): (Snowflake, Snowflake), custom_id: &str, values: &[&str]) -> Self {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        Self::new(by, Deed::Select { channel, message, custom_id: custom_id.to_owned(), values })
    }

    /// Someone sends off the modal that an interaction opened.
    pub fn submit(by: Snowflake, interaction: Snowflake, fields: &[(&str, &str)]) -> Self {
        let fields = fields.iter().map(|(key, value)| ((*key).to_owned(), Value::from(*value))).collect();
        Self::new(by, Deed::Submit { interaction, custom_id: None, fields })
    }

    /// Someone uses a command with these options.
    pub fn command(by: Snowflake, channel: Snowflake, command: Snowflake, options: Vec<Value>) -> Self {
        Self::new(by, Deed::Command(Use { channel, command, options, target: None, files: BTreeMap::new() }))
    }

    /// Someone uses a menu command on a message or a user.
    pub fn menu(by: Snowflake, channel: Snowflake, command: Snowflake, target: Snowflake) -> Self {
        let files = BTreeMap::new();
        Self::new(by, Deed::Command(Use { channel, command, options: Vec::new(), target: Some(target), files }))
    }
}
