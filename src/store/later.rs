//! Why something is tried again later.

use chrono::{DateTime, Utc};

/// Why something is tried again later, and what that says about the try before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Later {
    /// The platform asked for patience: costs no try.
    Asked,
    /// It failed for certain: costs a try.
    Failed,
    /// It may have happened: costs a try, and is looked up before it is repeated.
    InDoubt {
        /// When the doubtful try began.
        since: DateTime<Utc>,
    },
}

impl Later {
    pub(super) fn counts(self) -> i64 {
        match self {
            Later::Asked => 0,
            Later::Failed | Later::InDoubt { .. } => 1,
        }
    }

    pub(super) fn doubts(self) -> bool {
        matches!(self, Later::InDoubt { .. })
    }

    pub(super) fn since(self) -> DateTime<Utc> {
        match self {
            Later::InDoubt { since } => since,
            Later::Asked | Later::Failed => DateTime::UNIX_EPOCH,
        }
    }
}
