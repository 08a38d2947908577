//! What people are told about their day: each part once for each day, whatever comes between.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use futures_util::FutureExt as _;

use super::notices::{self, NewNotice};
use super::time::millis;
use super::{Store, StoreError, lead_row};
use crate::domain::day::DayPart;
use crate::domain::decision::{News, Recipient};
use crate::domain::ids::PersonId;
use crate::domain::lead::{Lead, State};
use crate::planted;

const BEGUN: &str = "-- day::add\nINSERT INTO day (person, day, part) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
const FORGET: &str = "-- day::forget\nDELETE FROM day WHERE person = $1 AND day < $2";
const THEIRS: &str = "-- lead::of_person
SELECT id, rev, course, received_at, source, source_detail, is_test, unauthenticated, contact, need, answers FROM lead
WHERE owner = $1 OR offered_to = $1 OR (wake_at < $2 AND state = 'pooled' AND last_owner = $1)
  OR (follow_up_at IS NOT NULL AND last_owner = $1 AND state = 'closed') OR state = 'repair' ORDER BY id LIMIT $3";

/// Leads that one person owns, at most.
const OWNED_MAX: i64 = 2_000;

/// So long is kept what was told.
const KEPT: Duration = Duration::days(14);

/// A part of somebody's day that has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayBegun {
    /// Whose.
    pub person: PersonId,
    /// Which day, on their clocks.
    pub day: NaiveDate,
    /// Which part.
    pub part: DayPart,
}

impl Store {
    /// Keeps that a part of somebody's day has come, and tells them where there is something to tell; false when it was kept before.
    ///
    /// # Errors
    /// When the store cannot be written: then nobody was told.
    pub async fn day_begun(&self, begun: DayBegun, tell: Option<News>, now: DateTime<Utc>) -> Result<bool, StoreError> {
        self.write(move |tx| {
            async move {
                let DayBegun { person, day, part } = begun;
                let kept = sqlx::query(BEGUN).bind(person.0).bind(day.to_string()).bind(part.word());
                if kept.execute(&mut tx.conn).await?.rows_affected() == 0 && !planted::is("day-twice") {
                    return Ok(false);
                }
                sqlx::query(FORGET).bind(person.0).bind((day - KEPT).to_string()).execute(&mut tx.conn).await?;
                if let Some(news) = tell {
                    notices::add_free(&mut tx.conn, &NewNotice { to: Recipient::Person(person), news }, now).await?;
                }
                Ok(true)
            }
            .boxed()
        })
        .await
    }

    /// The leads that somebody owns, is asked about or is to mend, those of theirs whose sleep ends before `until`, and the customers whom
    /// they plan to call.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn leads_of(&self, person: PersonId, until: DateTime<Utc>) -> Result<Vec<Lead>, StoreError> {
        let rows = sqlx::query(THEIRS).bind(person.0).bind(millis(until)).bind(OWNED_MAX).fetch_all(self.readers()).await?;
        let mut leads = rows.iter().map(lead_row::read).collect::<Result<Vec<Lead>, StoreError>>()?;
        leads.retain(|lead| !matches!(lead.course.state, State::Repair { fixer, .. } if fixer != Some(person)));
        Ok(leads)
    }
}
