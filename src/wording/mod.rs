//! What people read, as plain values: cards, notices, answers, pickers, forms.
//! Every sentence of ours stands here, so that all of them can be read, judged and changed in one place; a chat adapter only draws them.
//! Invariant: pure; nothing here decides anything, and text from outside stays `Untrusted`.
//! Invariant: contact data is put only into what one person reads alone, unless the playbook says otherwise.

pub mod card;
pub mod day;
pub mod deals;
pub mod details;
pub mod digests;
pub mod figures;
pub mod forms;
pub mod heard;
pub mod help;
pub mod helping;
pub mod hours;
pub mod kinship;
mod links;
pub mod lists;
pub mod notices;
pub mod others;
mod packet;
mod parts;
pub mod pickers;
pub mod pile;
pub mod plans;
pub mod playbooks;
pub mod quarantine;
pub mod queue;
mod refusals;
pub mod remarks;
pub mod repair;
pub mod replays;
pub mod replies;
pub mod segments;
pub mod sequences;
mod signals;
pub mod skills;
mod source_news;
pub mod sources;
mod states;
pub mod stats;
pub mod tags;
pub mod teams;
pub mod templates;
mod traces;
pub mod trading;
pub mod trials;
pub mod turns;
pub mod why;

#[cfg(test)]
pub(crate) mod plain;
#[cfg(test)]
pub(crate) mod samples;

use chrono::{DateTime, Utc};

use crate::domain::person::Roster;
use crate::playbook::Playbook;

/// What words are chosen by: the company's own names for things, its people, and the time.
#[derive(Debug, Clone, Copy)]
pub struct World<'a> {
    /// Names of teams, reasons and stages.
    pub playbook: &'a Playbook,
    /// Names of people.
    pub roster: &'a Roster,
    /// The time.
    pub now: DateTime<Utc>,
}
