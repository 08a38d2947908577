//! Brings what is written down to where people read it: cards to their newest state, notices once each.
//! Rows in, platform calls out. What fails stays a row and is tried again.
//! Invariant: nothing here decides about a lead; at most one request is under way per message.

mod backoff;
pub mod cards;
mod day;
pub mod digests;
pub mod mails;
pub mod notices;

pub use backoff::Chance;
pub use cards::Cards;
pub use digests::Digests;
pub use mails::Mails;
pub use notices::Notices;

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::chat::Platform;
use crate::clock::Clock;
use crate::planted;
use crate::store::Store;

/// What both loops work with.
#[derive(Debug)]
pub struct Delivery<P> {
    /// Where the rows are.
    pub store: Store,
    /// Where people read.
    pub platform: Arc<P>,
    /// Tells the time.
    pub clock: Clock,
    /// Spreads retries.
    pub chance: Chance,
    /// How many requests are under way at a time; with one, the order is always the same.
    pub width: usize,
    /// `Store::born`: what is not younger may have been sent by the process before.
    pub born: DateTime<Utc>,
}

impl<P> Clone for Delivery<P> {
    fn clone(&self) -> Self {
        Self {
            store: self.store.clone(),
            platform: self.platform.clone(),
            clock: self.clock.clone(),
            chance: self.chance.clone(),
            width: self.width,
            born: self.born,
        }
    }
}

impl<P: Platform> Delivery<P> {
    /// Whether a post may have happened already although nobody recorded it.
    /// Within the minute the nonce makes a repeat harmless; later it has to be looked up.
    pub(crate) fn needs_lookup(&self, doubt: Doubt, since: DateTime<Utc>) -> bool {
        !planted::is("no-lookup") && self.is_doubtful(doubt, since) && self.clock.now() - since > chrono::Duration::seconds(60)
    }

    /// Whether a post may have happened already although nobody recorded it: a try had no answer, or the process before made it.
    pub(crate) fn is_doubtful(&self, doubt: Doubt, since: DateTime<Utc>) -> bool {
        doubt == Doubt::Said || since <= self.born
    }
}

/// Whether a try is recorded as doubtful.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Doubt {
    /// A try ended without an answer.
    Said,
    /// None did.
    None,
}

impl From<bool> for Doubt {
    fn from(doubt: bool) -> Self {
        if doubt { Doubt::Said } else { Doubt::None }
    }
}
