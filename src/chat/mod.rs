//! The port to the team's chat: what the core asks of a platform, and what a platform brings in.
//! Invariant: no lead logic here; adapters render and carry.

pub mod action;
pub mod discord;
mod heard;

use std::collections::BTreeMap;
use std::future::Future;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use heard::{Mark, Overheard, Remark, Sign};

use crate::domain::message::{Form, View};

/// A place in the chat.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// A channel, by name or id as the playbook has it.
    Channel(String),
    /// A thread, by the platform's id.
    Thread(String),
    /// A person's direct messages, by the platform's id of the person.
    Direct(String),
}

/// A message that is there.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Receipt {
    /// The platform's id of the channel, thread or direct channel.
    pub channel: String,
    /// The platform's id of the message.
    pub message: String,
}

/// Makes a repeated post harmless: at most 25 characters, one for ever per message that is meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Nonce(pub String);

/// Why something was not carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Not carried out; again later.
    #[error("not now{}", after.map(|a| format!(", again in {} ms", a.as_millis())).unwrap_or_default())]
    Retry {
        /// Not before then.
        after: Option<Duration>,
    },
    /// Perhaps carried out: look before it is repeated.
    #[error("the answer was lost: {why}")]
    Uncertain {
        /// What happened.
        why: String,
    },
    /// The message, channel or thread is no longer there.
    #[error("it is no longer there")]
    Gone,
    /// The person takes no direct messages.
    #[error("takes no direct messages")]
    Closed,
    /// Never will be carried out like this.
    #[error("refused: {why}")]
    Refused {
        /// Why, with what to do about it.
        why: String,
    },
}

/// What the core asks of a chat platform.
pub trait Platform: Send + Sync + 'static {
    /// Posts a message. Repeating with the same nonce within a minute posts no second one.
    fn post(&self, to: &Place, view: &View, nonce: &Nonce) -> impl Future<Output = Result<Receipt, SendError>> + Send;

    /// Replaces a message.
    fn edit(&self, at: &Receipt, view: &View) -> impl Future<Output = Result<(), SendError>> + Send;

    /// Takes a message away; done when it is not there.
    fn delete(&self, at: &Receipt) -> impl Future<Output = Result<(), SendError>> + Send;

    /// Opens the message's thread, or finds the one it has.
    fn open_thread(&self, at: &Receipt, name: &str) -> impl Future<Output = Result<Place, SendError>> + Send;

    /// Looks for messages of ours that may have been posted: those whose controls or footer hold `tag`, not older than `since`
    /// but for a few seconds, oldest first.
    fn find(&self, at: &Place, tag: &str, since: DateTime<Utc>) -> impl Future<Output = Result<Vec<Receipt>, SendError>> + Send;
}

/// Something that a person did in the chat.
#[derive(Debug, Clone, PartialEq)]
pub struct Inbound {
    /// The platform's id of it; the same id twice is the same deed.
    pub id: String,
    /// Who.
    pub by: Visitor,
    /// Where, by the platform's id; a thread's own id inside one.
    pub channel: String,
    /// What.
    pub deed: Deed,
}

/// Who did it, as the platform says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visitor {
    /// The platform's id of the person.
    pub chat_id: String,
    /// What they are called, unique, lower case: `ann`.
    pub handle: String,
    /// The name shown.
    pub name: String,
    /// Names and ids of their roles.
    pub roles: Vec<String>,
    /// May administer the chat server.
    pub administers: bool,
    /// BCP 47.
    pub locale: String,
    /// In the company's own server (not in direct messages, where roles are unknown).
    pub in_guild: bool,
}

/// What a person did.
#[derive(Debug, Clone, PartialEq)]
pub enum Deed {
    /// Pressed a button or chose from a select.
    Pressed {
        /// The control's token.
        action: String,
        /// What was chosen; empty for a button.
        values: Vec<String>,
        /// The message that holds the control.
        on: Receipt,
    },
    /// Sent a form.
    Sent {
        /// The form's token.
        action: String,
        /// Key and value of each input.
        values: BTreeMap<String, String>,
    },
    /// Gave a command.
    Commanded {
        /// `["lead", "show"]`.
        path: Vec<String>,
        /// Name and value of each option that was given.
        options: BTreeMap<String, OptionValue>,
    },
    /// Is typing a command.
    Completing {
        /// `["lead", "show"]`.
        path: Vec<String>,
        /// Options given so far.
        options: BTreeMap<String, OptionValue>,
        /// The option being typed.
        option: String,
        /// What stands there.
        typed: String,
    },
    /// Chose a message command on a message.
    OnMessage {
        /// The command's name.
        command: String,
        /// The message.
        on: Receipt,
        /// What it says.
        content: String,
    },
}

/// The value of a command's option.
#[derive(Debug, Clone, PartialEq)]
pub enum OptionValue {
    /// Text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number.
    Number(f64),
    /// Yes or no.
    Flag(bool),
    /// A person.
    Person(Visitor),
    /// A channel: the platform's id and its name.
    Channel {
        /// The platform's id.
        id: String,
        /// Its name.
        name: String,
    },
    /// A file.
    File {
        /// Its name.
        name: String,
        /// Where it can be fetched.
        url: String,
        /// Its size in bytes.
        size: u64,
    },
}

/// The answer to something that a person did.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// Only they see it.
    Private(View),
    /// Only they see it, in place of the private message whose control they used.
    Replace(View),
    /// The message that holds the control becomes this; then, only they see the other.
    Update {
        /// The message's new face.
        view: View,
        /// Told privately besides.
        private: Option<View>,
        /// What the message shows then, for whoever keeps count.
        shows: Option<Shown>,
    },
    /// Everybody sees it.
    Public(View),
    /// A form.
    Form(Form),
    /// What could be typed: label and value, at most 25.
    Choices(Vec<(String, String)>),
}

/// A card, and the revision of its lead that it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// The card's row.
    pub card: i64,
    /// The revision.
    pub rev: i64,
}

impl Answer {
    /// What the message with the control shows once this answer is there.
    #[must_use]
    pub fn shows(&self) -> Option<Shown> {
        match self {
            Answer::Update { shows, .. } => *shows,
            Answer::Private(_) | Answer::Replace(_) | Answer::Public(_) | Answer::Form(_) | Answer::Choices(_) => None,
        }
    }
}

/// Answers what people do. Never fails: what went wrong is an answer too.
pub trait Answering: Send + Sync + 'static {
    /// The answer.
    fn answer(&self, inbound: Inbound) -> impl Future<Output = Answer> + Send;

    /// Somebody wrote or gave a sign where a lead is talked of; what is shown for it.
    fn overheard(&self, _heard: Overheard) -> impl Future<Output = Mark> + Send {
        std::future::ready(Mark::None)
    }

    /// An answer is there, and a card with it. Not called when it was lost on the way, or nobody can say so.
    fn shown(&self, _shown: Shown) -> impl Future<Output = ()> + Send {
        std::future::ready(())
    }
}
