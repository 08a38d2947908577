//! What the bot asked for: every REST request, kept for tests and, if wanted, written to a file for a judge.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

/// How many requests are kept in memory.
const KEPT: usize = 10_000;
/// How many invalid requests in ten minutes Discord's edge forgives.
const INVALID_LIMIT: usize = 10_000;
const INVALID_WINDOW: TimeDelta = TimeDelta::minutes(10);

/// One REST request as it came in.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    /// `GET`, `POST`, …
    pub method: String,
    /// The path without the query, e.g. `/api/v10/channels/1/messages`.
    pub path: String,
    /// The query, without its question mark; empty when there was none.
    pub query: String,
    /// The JSON body; for multipart the part `payload_json`; `Null` without one.
    pub body: Value,
    /// What was answered; 0 when the connection was cut instead.
    pub status: u16,
}

/// The log of requests.
#[derive(Default)]
pub(crate) struct Journal {
    requests: VecDeque<Recorded>,
    file: Option<File>,
    invalid: VecDeque<DateTime<Utc>>,
}

impl Journal {
    /// A journal that also appends one JSON object per line to this file.
    pub(crate) fn with_file(path: &Path) -> io::Result<Self> {
        let file = File::options().create(true).append(true).open(path)?;
        Ok(Self { file: Some(file), ..Self::default() })
    }

    pub(crate) fn requests(&self) -> Vec<Recorded> {
        self.requests.iter().cloned().collect()
    }

    pub(crate) fn clear(&mut self) {
        self.requests.clear();
    }

    /// Notes a request and its answer.
    pub(crate) fn note(&mut self, request: Recorded) {
        if let Some(file) = &mut self.file {
            let line = json!({
                "method": request.method, "path": request.path, "body": request.body, "status": request.status,
            });
            if let Err(error) = writeln!(file, "{line}") {
                tracing::warn!(%error, "The request log cannot be written any more; it is closed.");
                self.file = None;
            }
        }
        if self.requests.len() == KEPT {
            self.requests.pop_front();
        }
        self.requests.push_back(request);
    }

    /// Counts a 401, 403 or 429 against the caller's address.
    pub(crate) fn note_invalid(&mut self, now: DateTime<Utc>) {
        self.invalid.push_back(now);
    }

    /// How many invalid requests the last ten minutes saw.
    pub(crate) fn invalid_requests(&mut self, now: DateTime<Utc>) -> usize {
        while self.invalid.front().is_some_and(|oldest| now - *oldest > INVALID_WINDOW) {
            self.invalid.pop_front();
        }
        self.invalid.len()
    }

    /// Whether Discord's edge would have banned the caller.
    pub(crate) fn banned(&mut self, now: DateTime<Utc>) -> bool {
        self.invalid_requests(now) >= INVALID_LIMIT
    }
}
