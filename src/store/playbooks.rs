//! Playbooks: every version that was ever in force, as text; the newest is in force.

use chrono::{DateTime, Utc};
use futures_util::FutureExt as _;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::people::{AuditEntry, audit};
use super::time::{instant, millis};
use super::{Store, StoreError, cards};
use crate::playbook::Playbook;

const CURRENT: &str = "-- playbook::current\nSELECT version, text FROM playbook ORDER BY version DESC LIMIT 1";
const HISTORY: &str =
    "-- playbook::history\nSELECT version, text, applied_at, applied_by FROM playbook ORDER BY version DESC LIMIT $1";
const ADD: &str = "-- playbook::add
INSERT INTO playbook (version, text, applied_at, applied_by) SELECT coalesce(max(version), 0) + 1, $1, $2, $3 FROM playbook RETURNING version";

/// A playbook that is or was in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaybookVersion {
    /// Counts from 1.
    pub version: i64,
    /// As written.
    pub text: String,
    /// Since when.
    pub applied_at: DateTime<Utc>,
    /// By whom.
    pub applied_by: String,
}

/// An empty database starts with this one.
pub(super) async fn seed(conn: &mut SqliteConnection, text: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    if sqlx::query(CURRENT).fetch_optional(&mut *conn).await?.is_some() {
        return Ok(());
    }
    compile(text)?;
    sqlx::query(ADD).bind(text).bind(millis(now)).bind("the first start").fetch_one(conn).await?;
    Ok(())
}

/// The one in force, compiled.
pub(super) async fn current(conn: &mut SqliteConnection) -> Result<Playbook, StoreError> {
    let row = sqlx::query(CURRENT).fetch_one(conn).await?;
    let mut playbook = compile(row.try_get("text")?)?;
    playbook.version = row.try_get("version")?;
    Ok(playbook)
}

fn compile(text: &str) -> Result<Playbook, StoreError> {
    Playbook::read(text).map_err(|problems| StoreError::Corrupt {
        table: "playbook",
        id: "newest".to_owned(),
        why: problems.to_string(),
    })
}

fn read(row: &SqliteRow) -> Result<PlaybookVersion, StoreError> {
    Ok(PlaybookVersion {
        version: row.try_get("version")?,
        text: row.try_get("text")?,
        applied_at: instant(row.try_get("applied_at")?),
        applied_by: row.try_get("applied_by")?,
    })
}

impl Store {
    /// Puts a playbook in force that has been checked; its version. Leads under way keep the due times that were promised.
    ///
    /// # Errors
    /// When the text does not check or the store cannot be written: the one before stays in force.
    pub async fn apply_playbook(&self, text: String, by: AuditEntry) -> Result<i64, StoreError> {
        compile(&text)?;
        self.write(move |tx| {
            async move {
                let row = sqlx::query(ADD).bind(text).bind(millis(by.at)).bind(&by.actor).fetch_one(&mut tx.conn).await?;
                audit(&mut tx.conn, &by).await?;
                tx.playbook_changed();
                let playbook = tx.playbook().await?;
                cards::want_piles(&mut tx.conn, &playbook, by.at).await?;
                Ok(row.try_get("version")?)
            }
            .boxed()
        })
        .await
    }

    /// The newest versions first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn playbook_history(&self, limit: u32) -> Result<Vec<PlaybookVersion>, StoreError> {
        let rows = sqlx::query(HISTORY).bind(limit).fetch_all(self.readers()).await?;
        rows.iter().map(read).collect()
    }
}
