//! What one person did, for their own figures.

use chrono::{DateTime, Utc};
use sqlx::Row as _;

use super::time::{instant, millis};
use super::{Store, StoreError};
use crate::domain::ids::{LeadId, PersonId};
use crate::reports::stats::Deed;

const DEEDS: &str =
    "-- activity::by_actor\nSELECT lead, at, facts FROM activity WHERE actor = $1 AND at >= $2 ORDER BY at, lead, rev";

impl Store {
    /// Everything that somebody did to leads since then, oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn deeds_of(&self, person: PersonId, since: DateTime<Utc>) -> Result<Vec<Deed>, StoreError> {
        let rows = sqlx::query(DEEDS).bind(person.0).bind(millis(since)).fetch_all(self.readers()).await?;
        let read = |row: &sqlx::sqlite::SqliteRow| {
            let facts = serde_json::from_str(row.try_get("facts")?)?;
            Ok(Deed { lead: LeadId(row.try_get("lead")?), at: instant(row.try_get("at")?), facts })
        };
        rows.iter().map(read).collect()
    }
}
