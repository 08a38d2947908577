//! Turns: what everybody got of each team, a line for each move, written with the move.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::time::{instant, millis};
use super::{Store, StoreError};
use crate::domain::fairness::{Entry, Ledger, Standing};
use crate::domain::ids::{LeadId, PersonId, TeamKey};
use crate::domain::snapshot::{Beside, Snapshot};
use crate::domain::taken::{KNOWN_HOURS, Taken};

const ADD: &str = "-- turn::add
INSERT INTO turn (team, person, lead, why, turns, credit_micro, at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
const SUMS: &str = "-- turn::sums
SELECT team, person, sum(turns) AS turns, sum(credit_micro) AS credit_micro, max(CASE why WHEN 'taken' THEN at END) AS last
FROM turn GROUP BY team, person";
pub(super) const SUMS_BEFORE: &str = "-- turn::sums_before
SELECT team, person, sum(turns) AS turns, sum(credit_micro) AS credit_micro, max(CASE why WHEN 'taken' THEN at END) AS last
FROM turn WHERE at < $1 GROUP BY team, person";
const TAKEN: &str = "-- turn::taken
SELECT team, person, at, why FROM turn WHERE why IN ('taken', 'returned') AND at > $1 ORDER BY at, id";
const ASKED: &str = "-- lead::asked\nSELECT offered_to, count(*) AS n FROM lead WHERE offered_to IS NOT NULL GROUP BY offered_to";

/// Writes lines of the ledger.
pub(super) async fn add_all(conn: &mut SqliteConnection, lead: Option<LeadId>, entries: &[Entry]) -> Result<(), StoreError> {
    for entry in entries {
        sqlx::query(ADD)
            .bind(entry.team.as_str())
            .bind(entry.person.0)
            .bind(lead.map(|lead| lead.0))
            .bind(entry.why.word())
            .bind(entry.turns)
            .bind(entry.credit_micro)
            .bind(millis(entry.at))
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

/// Adds everything up.
pub(super) async fn load(conn: &mut SqliteConnection) -> Result<Ledger, StoreError> {
    ledger(&sqlx::query(SUMS).fetch_all(conn).await?)
}

/// How many leads each is asked about.
pub(super) async fn asked(conn: &mut SqliteConnection) -> Result<BTreeMap<PersonId, u32>, StoreError> {
    counts(&sqlx::query(ASKED).fetch_all(conn).await?)
}

/// When everybody took leads lately.
pub(super) async fn taken(conn: &mut SqliteConnection, now: DateTime<Utc>) -> Result<Taken, StoreError> {
    recent(&sqlx::query(TAKEN).bind(known_since(now)).fetch_all(conn).await?)
}

fn known_since(now: DateTime<Utc>) -> i64 {
    millis(now - Duration::hours(KNOWN_HOURS))
}

fn recent(rows: &[SqliteRow]) -> Result<Taken, StoreError> {
    let mut taken = Taken::default();
    for row in rows {
        let (team, person, at) = (TeamKey(row.try_get("team")?), PersonId(row.try_get("person")?), instant(row.try_get("at")?));
        if row.try_get::<&str, _>("why")? == "taken" { taken.add(team, person, at) } else { taken.take_back(team, person, at) }
    }
    Ok(taken)
}

pub(super) fn ledger(rows: &[SqliteRow]) -> Result<Ledger, StoreError> {
    let mut ledger = Ledger::default();
    for row in rows {
        let last: Option<i64> = row.try_get("last")?;
        let standing =
            Standing { turns: row.try_get("turns")?, credit_micro: row.try_get("credit_micro")?, last: last.map(instant) };
        ledger.set(TeamKey(row.try_get("team")?), PersonId(row.try_get("person")?), standing);
    }
    Ok(ledger)
}

fn counts(rows: &[SqliteRow]) -> Result<BTreeMap<PersonId, u32>, StoreError> {
    let read = |row: &SqliteRow| {
        let n: i64 = row.try_get("n")?;
        Ok((PersonId(row.try_get("offered_to")?), u32::try_from(n).unwrap_or(u32::MAX)))
    };
    rows.iter().map(read).collect()
}

/// Whose turn it is is made of these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turns {
    /// What everybody got.
    pub ledger: Ledger,
    /// Leads that each is asked about.
    pub asked: BTreeMap<PersonId, u32>,
    /// As of when.
    pub at: DateTime<Utc>,
}

impl Store {
    /// What decisions look at beside a lead, without a lead: for answers, never for changes.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn glance(&self, now: DateTime<Utc>) -> Result<Snapshot, StoreError> {
        let loads = self.loads().await?;
        Ok(Snapshot {
            id: LeadId(0),
            lead: None,
            roster: self.roster(),
            untouched: loads.into_iter().map(|(person, load)| (person, load.untouched)).collect(),
            playbook: self.playbook(),
            beside: self.beside(now).await?,
        })
    }

    /// What everybody got of each team, and what they are asked about.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn turns(&self, now: DateTime<Utc>) -> Result<Turns, StoreError> {
        let sums = sqlx::query(SUMS).fetch_all(self.readers()).await?;
        let asked = sqlx::query(ASKED).fetch_all(self.readers()).await?;
        Ok(Turns { ledger: ledger(&sums)?, asked: counts(&asked)?, at: now })
    }

    /// What stands beside every lead, to tell what would be decided; a decision itself reads it in its own transaction.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn beside(&self, now: DateTime<Utc>) -> Result<Beside, StoreError> {
        let taken = sqlx::query(TAKEN).bind(known_since(now)).fetch_all(self.readers()).await?;
        let Turns { ledger, asked, at: _ } = self.turns(now).await?;
        Ok(Beside { ledger: Arc::new(ledger), asked, taken: Arc::new(recent(&taken)?), ..Beside::default() })
    }
}
