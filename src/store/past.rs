//! Leads as they came in, in order and page by page: what rules are tried on.
//! Each page is a question of its own, so that no reader keeps the file from being tidied up however long the whole takes.

use chrono::{DateTime, Utc};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, sqlite::Sqlite};

use super::time::{instant, millis};
use super::{Store, StoreError, lead_row, ledger};
use crate::domain::fact::Fact;
use crate::domain::fairness::Ledger;
use crate::domain::ids::{LeadId, PersonId, TeamKey};
use crate::domain::lead::Profile;
use crate::domain::replay::{Past, Then};
use crate::domain::submission::Submission;

/// Leads of one page.
const AT_ONCE: i64 = 500;

const PAGE: &str = "-- past::page
SELECT l.id, l.received_at, l.source, l.source_detail, l.is_test, l.unauthenticated, l.contact, l.need, l.answers, l.last_owner, a.facts,
  CASE WHEN (SELECT count(*) FROM submission s WHERE s.lead = l.id) > 1
    THEN (SELECT s.body FROM submission s WHERE s.lead = l.id ORDER BY s.id LIMIT 1) END AS first,
  EXISTS (SELECT 1 FROM turn t WHERE t.lead = l.id AND t.why = 'returned') AS returned
FROM lead l JOIN activity a ON a.lead = l.id AND a.rev = 1
WHERE l.received_at >= $1 AND (l.received_at, l.id) > ($1, $2) AND l.received_at <= $3 AND l.is_test = 0 AND l.exit IS NOT 'removed'
ORDER BY l.received_at, l.id LIMIT $4";
const COUNT: &str = "-- past::count
SELECT count(*) FROM lead WHERE received_at >= $1 AND received_at <= $2 AND is_test = 0 AND exit IS NOT 'removed'";
const TURNS: &str = "-- past::turns
SELECT t.team, t.person, sum(t.turns) AS turns FROM lead l JOIN turn t ON t.lead = l.id
WHERE l.received_at >= $1 AND l.received_at <= $2 AND l.is_test = 0 AND l.exit IS NOT 'removed' AND t.why IN ('taken', 'returned')
GROUP BY t.team, t.person ORDER BY t.team, t.person";
/// A place among leads in the order in which they came in: after those before an instant, or after one lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct After {
    at: DateTime<Utc>,
    lead: LeadId,
}

impl After {
    /// Before the first lead that came in then or later.
    #[must_use]
    pub fn start(at: DateTime<Utc>) -> Self {
        Self { at, lead: LeadId(i64::MIN) }
    }

    /// Behind this lead.
    #[must_use]
    pub fn lead(past: &Past) -> Self {
        Self { at: past.profile.received_at, lead: past.id }
    }
}

/// The turns that leads cost somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TurnsOf {
    /// Of which team.
    pub team: TeamKey,
    /// Whom.
    pub person: PersonId,
    /// How many, without those that were given back.
    pub turns: i64,
}

impl Store {
    /// The next leads that came in until then, at most 500; none when there are no more. Tests and what never was a lead are left out.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn past_leads(&self, after: After, until: DateTime<Utc>) -> Result<Vec<Past>, StoreError> {
        let query = sqlx::query::<Sqlite>(PAGE).bind(millis(after.at)).bind(after.lead.0).bind(millis(until)).bind(AT_ONCE);
        query.fetch_all(self.readers()).await?.iter().map(read).collect()
    }

    /// How many leads `past_leads` gives in all.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn past_count(&self, from: DateTime<Utc>, until: DateTime<Utc>) -> Result<u64, StoreError> {
        let count: i64 = sqlx::query_scalar(COUNT).bind(millis(from)).bind(millis(until)).fetch_one(self.readers()).await?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    /// The turns that the leads which came in then really cost, whenever that was.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn past_turns(&self, from: DateTime<Utc>, until: DateTime<Utc>) -> Result<Vec<TurnsOf>, StoreError> {
        let rows = sqlx::query(TURNS).bind(millis(from)).bind(millis(until)).fetch_all(self.readers()).await?;
        let read = |row: &SqliteRow| {
            let (team, person) = (TeamKey(row.try_get("team")?), PersonId(row.try_get("person")?));
            Ok(TurnsOf { team, person, turns: row.try_get("turns")? })
        };
        rows.iter().map(read).collect()
    }

    /// What everybody had got of each team before an instant.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn ledger_before(&self, at: DateTime<Utc>) -> Result<Ledger, StoreError> {
        ledger::ledger(&sqlx::query(ledger::SUMS_BEFORE).bind(millis(at)).fetch_all(self.readers()).await?)
    }
}

fn read(row: &SqliteRow) -> Result<Past, StoreError> {
    let facts: Vec<Fact> = serde_json::from_str(row.try_get("facts")?)?;
    let profile = match row.try_get::<Option<&str>, _>("first")? {
        // More came in later; rules saw only the first.
        Some(body) => {
            let submission: Submission = serde_json::from_str(body)?;
            Profile::of(&submission, instant(row.try_get("received_at")?))
        }
        None => lead_row::profile(row)?,
    };
    Ok(Past {
        id: LeadId(row.try_get("id")?),
        profile,
        then: Then::of(facts),
        owner: row.try_get::<Option<i64>, _>("last_owner")?.map(PersonId),
        turn_returned: row.try_get("returned")?,
    })
}
