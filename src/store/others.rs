//! Leads that ended for the reason *other*, with what was noted: for managers, once a week.
//! Invariant: what has been told of moves on in the transaction that tells it.

use chrono::{DateTime, Utc};
use futures_util::FutureExt as _;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::schedules::{self, Digest};
use super::time::{instant, millis};
use super::{Store, StoreError};
use crate::domain::ids::{LeadId, SourceKey};
use crate::domain::text::Untrusted;

const TOLD: &str = "-- others::told\nSELECT until FROM told WHERE what = 'other'";
const BEGIN: &str = "-- others::begin\nINSERT INTO told (what, until) VALUES ('other', $1) ON CONFLICT DO NOTHING";
const MOVE_ON: &str = "-- others::move_on\nUPDATE told SET until = $2 WHERE what = 'other' AND until = $1";
const NOTES: &str = "-- others::notes
SELECT l.id, l.source, w.text FROM lead l
LEFT JOIN activity a ON a.lead = l.id AND a.at = l.closed_at AND instr(a.facts, '\"reason\":\"other\"') > 0
LEFT JOIN words w ON w.lead = a.lead AND w.rev = a.rev
WHERE l.reason = 'other' AND l.state = 'closed' AND l.is_test = 0 AND l.closed_at > $1 AND l.closed_at <= $2 ORDER BY l.closed_at, l.id";

/// A lead that ended so, as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherNote {
    /// Which.
    pub lead: LeadId,
    /// Where it came in.
    pub source: SourceKey,
    /// What was noted; nothing, once it was erased.
    pub words: Option<Untrusted>,
}

impl Store {
    /// Until when managers were told; since now, where they never were.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn others_told(&self, now: DateTime<Utc>) -> Result<DateTime<Utc>, StoreError> {
        if let Some(row) = sqlx::query(TOLD).fetch_optional(self.readers()).await? {
            return Ok(instant(row.try_get("until")?));
        }
        self.write(move |tx| {
            async move {
                sqlx::query(BEGIN).bind(millis(now)).execute(&mut tx.conn).await?;
                Ok(now)
            }
            .boxed()
        })
        .await
    }

    /// Leads that ended for the reason *other* after the first instant and until the second, and still stand so, oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn other_notes(&self, after: DateTime<Utc>, until: DateTime<Utc>) -> Result<Vec<OtherNote>, StoreError> {
        let rows = sqlx::query(NOTES).bind(millis(after)).bind(millis(until)).fetch_all(self.readers()).await?;
        let read = |row: &SqliteRow| {
            Ok(OtherNote {
                lead: LeadId(row.try_get("id")?),
                source: SourceKey(row.try_get("source")?),
                words: row.try_get::<Option<&str>, _>("text")?.map(Untrusted::new),
            })
        };
        rows.iter().map(read).collect()
    }

    /// Managers are told until `until`, where there is something; false when they were told meanwhile.
    ///
    /// # Errors
    /// When the store cannot be written: then nobody was told.
    pub async fn tell_others(
        &self,
        (after, until): (DateTime<Utc>, DateTime<Utc>),
        digest: Option<Digest>,
    ) -> Result<bool, StoreError> {
        self.write(move |tx| {
            async move {
                let moved = sqlx::query(MOVE_ON).bind(millis(after)).bind(millis(until)).execute(&mut tx.conn).await?;
                if moved.rows_affected() == 0 {
                    return Ok(false);
                }
                if let Some(digest) = digest {
                    schedules::add(&mut tx.conn, digest, until).await?;
                }
                Ok(true)
            }
            .boxed()
        })
        .await
    }
}
