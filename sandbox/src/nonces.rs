//! What `enforce_nonce` remembers: which message a nonce made, for a few minutes.

use std::collections::VecDeque;

use chrono::{DateTime, TimeDelta, Utc};

use crate::snowflake::Snowflake;

/// How long Discord is taken to remember; it says "the past few minutes".
const WINDOW: TimeDelta = TimeDelta::minutes(3);

struct Entry {
    channel: Snowflake,
    author: Snowflake,
    nonce: String,
    message: Snowflake,
    made: DateTime<Utc>,
}

/// The nonces of the last minutes, oldest first.
#[derive(Default)]
pub(crate) struct Nonces(VecDeque<Entry>);

impl Nonces {
    /// Forgets what is older than the window.
    fn forget(&mut self, now: DateTime<Utc>) {
        while self.0.front().is_some_and(|oldest| now - oldest.made > WINDOW) {
            self.0.pop_front();
        }
    }

    /// The message that this author already made with this nonce in this channel.
    pub(crate) fn find(
        &mut self,
        (channel, author): (Snowflake, Snowflake),
        nonce: &str,
        now: DateTime<Utc>,
    ) -> Option<Snowflake> {
        self.forget(now);
        let known = self.0.iter().find(|e| e.channel == channel && e.author == author && e.nonce == nonce);
        known.map(|entry| entry.message)
    }

    /// Remembers a message under its nonce.
    pub(crate) fn keep(
        &mut self,
        (channel, author): (Snowflake, Snowflake),
        nonce: &str,
        message: Snowflake,
        made: DateTime<Utc>,
    ) {
        self.forget(made);
        self.0.push_back(Entry { channel, author, nonce: nonce.to_owned(), message, made });
    }
}
