//! What the report on fairness counts: turns, credits, passes and offers that nobody answered, out of the same look as the leads.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::time::millis;
use super::{ReportRows, StoreError, ledger};
use crate::domain::fact::Fact;
use crate::domain::fairness::Ledger;
use crate::domain::ids::{PersonId, TeamKey};

const MOVED: &str = "-- report::turns
SELECT team, person, sum(CASE why WHEN 'taken' THEN turns ELSE 0 END) AS taken, sum(CASE why WHEN 'returned' THEN -turns ELSE 0 END) AS returned,
  sum(credit_micro) AS credit_micro
FROM turn WHERE at >= $1 AND at < $2 GROUP BY team, person";
const DECLINED: &str = "-- report::declined
SELECT l.team, a.facts FROM activity a JOIN lead l ON l.id = a.lead
WHERE a.kind IN ('passed', 'offer_lapsed') AND a.at >= $1 AND a.at < $2 AND l.team IS NOT NULL";

/// What moved in one place of the ledger in some span.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Moved {
    /// Turns that leads cost.
    pub taken: u64,
    /// Turns that were given back.
    pub returned: u64,
    /// Credits, in millionths of a turn.
    pub credit_micro: i64,
    /// Offers that were passed on.
    pub passed: u64,
    /// Offers that were not answered.
    pub lapsed: u64,
}

impl ReportRows {
    /// What moved for each person in each team from the first instant to before the second. Offers count for the team that their lead is
    /// in now.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn moved(
        &mut self,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Result<BTreeMap<(TeamKey, PersonId), Moved>, StoreError> {
        let mut all: BTreeMap<(TeamKey, PersonId), Moved> = BTreeMap::new();
        for row in sqlx::query(MOVED).bind(millis(from)).bind(millis(to)).fetch_all(&mut self.conn).await? {
            let count = |column| Ok::<_, StoreError>(u64::try_from(row.try_get::<i64, _>(column)?).unwrap_or_default());
            let moved = Moved {
                taken: count("taken")?,
                returned: count("returned")?,
                credit_micro: row.try_get("credit_micro")?,
                ..Moved::default()
            };
            all.insert((TeamKey(row.try_get("team")?), PersonId(row.try_get("person")?)), moved);
        }
        for row in sqlx::query(DECLINED).bind(millis(from)).bind(millis(to)).fetch_all(&mut self.conn).await? {
            declined(&row, &mut all)?;
        }
        Ok(all)
    }

    /// What everybody had got of each team before an instant.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn ledger_until(&mut self, at: DateTime<Utc>) -> Result<Ledger, StoreError> {
        ledger::ledger(&sqlx::query(ledger::SUMS_BEFORE).bind(millis(at)).fetch_all(&mut self.conn).await?)
    }
}

fn declined(row: &SqliteRow, all: &mut BTreeMap<(TeamKey, PersonId), Moved>) -> Result<(), StoreError> {
    let team = TeamKey(row.try_get("team")?);
    let facts: Vec<Fact> = serde_json::from_str(row.try_get("facts")?)?;
    for fact in facts {
        match fact {
            Fact::Passed { by } => all.entry((team.clone(), by)).or_default().passed += 1,
            Fact::OfferLapsed { to } => all.entry((team.clone(), to)).or_default().lapsed += 1,
            _ => {}
        }
    }
    Ok(())
}
