//! What the state of a lead says of it: whose it is, who is asked, since when, and the word for it.

use chrono::{DateTime, Utc};

use super::ids::PersonId;
use super::lead::{Exit, State};

impl State {
    /// Whose it is now.
    #[must_use]
    pub fn owner(&self) -> Option<PersonId> {
        match self {
            State::Owned { by, .. } => Some(*by),
            State::Waiting { .. }
            | State::Offered { .. }
            | State::Pooled { .. }
            | State::Triage { .. }
            | State::Closed { .. }
            | State::Repair { .. } => None,
        }
    }

    /// Whose it is; or was, and will be once it is mended.
    #[must_use]
    pub fn keeper(&self) -> Option<PersonId> {
        match self {
            State::Owned { by, .. } => Some(*by),
            State::Repair { owner, .. } => Some(*owner),
            State::Waiting { .. }
            | State::Offered { .. }
            | State::Pooled { .. }
            | State::Triage { .. }
            | State::Closed { .. } => None,
        }
    }

    /// Who is asked to mend what is known of the person.
    #[must_use]
    pub fn fixer(&self) -> Option<PersonId> {
        match self {
            State::Repair { fixer, .. } => *fixer,
            State::Waiting { .. }
            | State::Offered { .. }
            | State::Owned { .. }
            | State::Pooled { .. }
            | State::Triage { .. }
            | State::Closed { .. } => None,
        }
    }

    /// Who is asked whether they want it.
    #[must_use]
    pub fn asked(&self) -> Option<PersonId> {
        match self {
            State::Offered { to, .. } => Some(*to),
            State::Waiting { .. }
            | State::Owned { .. }
            | State::Pooled { .. }
            | State::Triage { .. }
            | State::Closed { .. }
            | State::Repair { .. } => None,
        }
    }

    /// Whose it is, or was last: they are who knows the person.
    #[must_use]
    pub fn owner_or_last(&self) -> Option<PersonId> {
        match self {
            State::Pooled { owner, .. } | State::Closed { owner, .. } => *owner,
            State::Owned { .. } | State::Repair { .. } => self.keeper(),
            State::Waiting { .. } | State::Offered { .. } | State::Triage { .. } => None,
        }
    }

    /// Since when they are to be left alone, if that is how it ended.
    #[must_use]
    pub fn left_alone_since(&self) -> Option<DateTime<Utc>> {
        match self {
            State::Closed { exit: Exit::Suppressed, at, .. } => Some(*at),
            State::Waiting { .. }
            | State::Offered { .. }
            | State::Owned { .. }
            | State::Pooled { .. }
            | State::Triage { .. }
            | State::Repair { .. }
            | State::Closed { .. } => None,
        }
    }

    /// In this state since when.
    #[must_use]
    pub fn since(&self) -> DateTime<Utc> {
        match self {
            State::Waiting { since, .. }
            | State::Offered { since, .. }
            | State::Owned { since, .. }
            | State::Pooled { since, .. }
            | State::Triage { since, .. }
            | State::Repair { since, .. } => *since,
            State::Closed { at, .. } => *at,
        }
    }

    /// Over?
    #[must_use]
    pub fn is_closed(&self) -> bool {
        matches!(self, State::Closed { .. })
    }

    /// The word for it in the database and in filters.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            State::Waiting { .. } => "waiting",
            State::Offered { .. } => "offered",
            State::Owned { .. } => "owned",
            State::Pooled { .. } => "pooled",
            State::Triage { .. } => "triage",
            State::Closed { .. } => "closed",
            State::Repair { .. } => "repair",
        }
    }
}
