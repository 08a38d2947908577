//! Times as the database keeps them: milliseconds since 1970, UTC.

use chrono::{DateTime, Utc};

pub(super) fn millis(at: DateTime<Utc>) -> i64 {
    at.timestamp_millis()
}

/// Times outside of what can be shown cannot have been written by us; they read as 1970.
pub(super) fn instant(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(millis).unwrap_or_default()
}
