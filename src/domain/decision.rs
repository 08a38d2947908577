//! What a decision implies, written by the store in one transaction.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::fact::Fact;
use super::fairness::Entry;
use super::ids::{PersonId, TeamKey};
use super::lead::Lead;
pub use super::news::{News, Replayed};
use super::outgoing::Outgoing;
use super::reply::Reply;

/// What follows from an event. Empty `facts`: nothing changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// The lead as it is now; `None` when nothing changed.
    pub lead: Option<Box<Lead>>,
    /// Who did it; the clock, when `None`.
    pub actor: Option<PersonId>,
    /// What is true since now.
    pub facts: Vec<Fact>,
    /// Words that go with it, kept beside the log: a note, a reason.
    pub words: Option<String>,
    /// The cards that shall be posted anew, ringing somebody: edits do not notify.
    pub ring: Option<Ring>,
    /// Sent once each.
    pub notices: Vec<Notice>,
    /// What it costs whom: lines of the ledger.
    pub turns: Vec<Entry>,
    /// A message that goes out to them by itself.
    pub mail: Option<Outgoing>,
    /// The answer to the person who asked.
    pub reply: Reply,
    /// What follows for another lead, written in the same transaction.
    pub also: Option<Box<Decision>>,
}

/// Posts the card anew so that somebody hears it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ring {
    /// Quietly or aloud, as the hours say; nobody in particular.
    Card,
    /// A team's role.
    Team(TeamKey),
    /// The managers' role.
    Managers,
}

/// Something that one person or place is told once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    /// Who is told.
    pub to: Recipient,
    /// What.
    pub news: News,
    /// Told not before then; at once when `None`.
    pub not_before: Option<DateTime<Utc>>,
}

/// Who is told.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recipient {
    /// A person, by direct message; in the lead's thread when those are closed.
    Person(PersonId),
    /// The lead's own thread.
    Thread,
    /// Where managers read.
    Managers,
    /// A channel, by the platform's id.
    Channel(String),
}
