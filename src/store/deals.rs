//! The sales that came of leads, a row each, so that they can be counted without reading every lead.
//! The lead itself carries its deals; these rows follow it in the same transaction, and the audit compares the two.

use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::StoreError;
use super::report_rows::ReportRows;
use super::time::{instant, millis};
use crate::domain::deals::Deal;
use crate::domain::fact::Fact;
use crate::domain::ids::{LeadId, PersonId};
use crate::domain::lead::Lead;
use crate::domain::money::{Currency, Money};
use crate::reports::deals::{DealRow, Stands};
use crate::reports::rows::Names;

const CLEAR: &str = "-- deal::clear\nDELETE FROM deal WHERE lead = $1";
const ADD: &str = "-- deal::add
INSERT INTO deal (lead, nth, state, value_minor, currency, since, ended_at, person) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const ALL: &str = "-- deal::all
SELECT d.lead, d.state, d.value_minor, d.currency, d.since, d.ended_at, l.team, l.state = 'pooled' AS asleep,
  CASE d.state WHEN 'open' THEN l.last_owner ELSE coalesce(d.person, l.last_owner) END AS person
FROM deal d JOIN lead l ON l.id = d.lead WHERE l.is_test = 0 AND l.exit IS NOT 'removed' ORDER BY d.lead, d.nth";

/// Brings the rows to what the lead carries, where something about that has changed.
pub(super) async fn follow(conn: &mut SqliteConnection, lead: &Lead, facts: &[Fact]) -> Result<(), StoreError> {
    let changes = |fact: &Fact| match fact {
        Fact::DealMade { .. } | Fact::DealValued { .. } | Fact::DealWon { .. } | Fact::DealLost => true,
        Fact::Undone { .. } => !crate::planted::is("undo-leaves-the-deal-rows"),
        _ => false,
    };
    if !facts.iter().any(changes) {
        return Ok(());
    }
    sqlx::query(CLEAR).bind(lead.id.0).execute(&mut *conn).await?;
    for (nth, deal) in (0_i64..).zip(&lead.course.deals) {
        add(conn, (lead.id, nth), deal).await?;
    }
    Ok(())
}

async fn add(conn: &mut SqliteConnection, (lead, nth): (LeadId, i64), deal: &Deal) -> Result<(), StoreError> {
    let end = deal.end.as_ref();
    sqlx::query(ADD)
        .bind(lead.0)
        .bind(nth)
        .bind(deal.word())
        .bind(deal.value.map(|value| value.minor))
        .bind(deal.value.map(|value| value.currency.to_string()))
        .bind(millis(deal.since))
        .bind(end.map(|end| millis(end.at)))
        .bind(end.and_then(|end| end.by).map(|by| by.0))
        .execute(&mut *conn)
        .await?;
    Ok(())
}

impl ReportRows {
    /// Every deal; those of tests, and of what never was a lead, are left out.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn deals(&mut self, names: &mut Names) -> Result<Vec<DealRow>, StoreError> {
        let rows = sqlx::query(ALL).fetch_all(&mut self.conn).await?;
        rows.iter().map(|row| read(row, names)).collect()
    }
}

fn read(row: &SqliteRow, names: &mut Names) -> Result<DealRow, StoreError> {
    let currency: Option<&str> = row.try_get("currency")?;
    let minor: Option<i64> = row.try_get("value_minor")?;
    let ended_at = row.try_get::<Option<i64>, _>("ended_at")?.map(instant);
    let stands = match (row.try_get("state")?, ended_at) {
        ("won", Some(at)) => Stands::Won(at),
        ("lost", Some(at)) => Stands::Lost(at),
        (_, _) if row.try_get("asleep")? => Stands::Asleep,
        (_, _) => Stands::Open,
    };
    Ok(DealRow {
        team: row.try_get::<Option<&str>, _>("team")?.map(|key| names.teams.enrol(key)),
        person: row.try_get::<Option<i64>, _>("person")?.map(PersonId),
        value: currency.and_then(Currency::read).zip(minor).map(|(currency, minor)| Money { minor, currency }),
        stands,
        since: instant(row.try_get("since")?),
    })
}
