//! Requests that proved nothing: counted by the hour and the last one remembered, but never kept.
//! Invariant: however many there are, a source has one row for an hour.

use chrono::{DateTime, Utc};
use futures_util::FutureExt as _;
use sqlx::Row as _;

use super::time::{instant, millis};
use super::{Store, StoreError};
use crate::domain::ids::SourceKey;

const COUNT: &str = "-- refusal::count
UPDATE source SET forged = forged + 1 WHERE key = $1;
INSERT INTO refusal (source, hour, n, last_at, why) VALUES ($1, $2, 1, $3, $4)
ON CONFLICT (source, hour) DO UPDATE SET n = n + 1, last_at = excluded.last_at, why = excluded.why";
const LAST: &str = "-- refusal::last\nSELECT source, last_at, why FROM refusal WHERE source = $1 ORDER BY hour DESC LIMIT 1";

const HOUR_MS: i64 = 3_600_000;

/// A request that was refused because it proved nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Where it came in.
    pub source: SourceKey,
    /// When.
    pub at: DateTime<Utc>,
    /// What was wrong with it; nothing that it said.
    pub why: String,
}

impl Store {
    /// Counts a request that was refused.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn count_refused(&self, refusal: Refusal) -> Result<(), StoreError> {
        self.write(move |tx| {
            async move {
                let at = millis(refusal.at);
                let query = sqlx::query(COUNT).bind(refusal.source.as_str()).bind(at - at.rem_euclid(HOUR_MS)).bind(at);
                super::cards::done(query.bind(&refusal.why).execute(&mut tx.conn).await)
            }
            .boxed()
        })
        .await
    }

    /// The newest request that a source was refused.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn last_refusal(&self, source: &SourceKey) -> Result<Option<Refusal>, StoreError> {
        let row = sqlx::query(LAST).bind(source.as_str()).fetch_optional(self.readers()).await?;
        let read = |row: sqlx::sqlite::SqliteRow| {
            Ok(Refusal {
                source: SourceKey(row.try_get("source")?),
                at: instant(row.try_get("last_at")?),
                why: row.try_get("why")?,
            })
        };
        row.map(read).transpose()
    }
}
