//! What is read without changing anything: leads, their logs, what is due, the counts.

use chrono::{DateTime, Utc};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row as _, Sqlite, SqliteConnection};

use super::time::{instant, millis};
use super::{Store, StoreError, lead_row};
use crate::domain::fact::Fact;
use crate::domain::ids::{LeadId, PersonId, SourceKey, TeamKey};
use crate::domain::lead::Lead;
use crate::domain::merge::Line;

const DUE: &str = "-- lead::due\nSELECT id, rev FROM lead WHERE wake_at <= $1 ORDER BY wake_at, id LIMIT $2";
const NEXT_WAKE: &str = "-- lead::next_wake\nSELECT min(wake_at) AS wake_at FROM lead WHERE wake_at IS NOT NULL";
const LOG: &str = "-- activity::of
SELECT a.rev, a.at, a.actor, a.kind, a.facts, w.text FROM activity a LEFT JOIN words w ON w.lead = a.lead AND w.rev = a.rev
WHERE a.lead = $1 ORDER BY a.rev";
const COUNTS: &str = "-- lead::counts
SELECT (SELECT count(*) FROM lead) AS leads, (SELECT count(*) FROM lead WHERE state <> 'closed') AS open,
  (SELECT count(*) FROM delivery WHERE state = 'new') AS deliveries_new, (SELECT count(*) FROM delivery WHERE state = 'quarantined') AS quarantined,
  (SELECT count(*) FROM notice WHERE state = 'pending') AS notices_pending, (SELECT count(*) FROM notice WHERE state = 'dead') AS notices_dead,
  (SELECT count(*) FROM card WHERE dead IS NOT NULL) AS cards_dead";
const OPEN: &str = "-- lead::open
SELECT id, rev, course, received_at, source, source_detail, is_test, unauthenticated, contact, need, answers FROM lead
WHERE id > $1 AND state <> 'closed' ORDER BY id LIMIT $2";
const FORGOTTEN: &str = "-- lead::forgotten_customers
SELECT id, rev FROM lead WHERE exit = 'converted' AND wake_at IS NULL ORDER BY id LIMIT $1";
const PILED: &str = "-- lead::piled
SELECT id, rev, course, received_at, source, source_detail, is_test, unauthenticated, contact, need, answers FROM lead
WHERE piled = 1 AND team = $1 ORDER BY id";
const FIND: &str = "-- lead::find\nSELECT id, rev, course, received_at, source, source_detail, is_test, unauthenticated, contact, need, answers FROM lead WHERE 1 = 1";

/// One line of a lead's log.
#[derive(Debug, Clone, PartialEq)]
pub struct ActivityRow {
    /// The revision that it made.
    pub rev: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who; the clock, when `None`.
    pub actor: Option<PersonId>,
    /// The first fact's kind.
    pub kind: String,
    /// What is true since.
    pub facts: Vec<Fact>,
    /// What was written with it.
    pub words: Option<String>,
}

/// Which leads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeadFilter {
    /// In this state: `waiting`, `owned`, `pooled`, `triage`, `repair`, `closed`; `open` for all but the last.
    pub state: Option<String>,
    /// Owned by this person.
    pub owner: Option<PersonId>,
    /// Planned by this person, or by whoever had it last: owned, or a customer of theirs.
    pub planned_by: Option<PersonId>,
    /// Offered to this person.
    pub offered_to: Option<PersonId>,
    /// Routed to this team.
    pub team: Option<TeamKey>,
    /// From this source.
    pub source: Option<SourceKey>,
    /// With this in name, company, e-mail or number.
    pub text: Option<String>,
    /// At most so many, those that need somebody first.
    pub limit: u32,
}

/// How much of everything there is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Leads, all.
    pub leads: i64,
    /// Leads that are not closed.
    pub open: i64,
    /// Deliveries that wait to be worked.
    pub deliveries_new: i64,
    /// Deliveries that could not be read.
    pub quarantined: i64,
    /// Notices that wait to be sent.
    pub notices_pending: i64,
    /// Notices that were given up.
    pub notices_dead: i64,
    /// Cards that were given up.
    pub cards_dead: i64,
}

/// A lead's log as the rules read it, oldest first.
pub(super) async fn lines(conn: &mut SqliteConnection, lead: LeadId) -> Result<Vec<Line>, StoreError> {
    let rows = sqlx::query(LOG).bind(lead.0).fetch_all(conn).await?;
    rows.iter().map(|row| read_activity(row).map(|row| Line { at: row.at, by: row.actor, facts: row.facts })).collect()
}

pub(super) fn read_activity(row: &SqliteRow) -> Result<ActivityRow, StoreError> {
    Ok(ActivityRow {
        rev: row.try_get("rev")?,
        at: instant(row.try_get("at")?),
        actor: row.try_get::<Option<i64>, _>("actor")?.map(PersonId),
        kind: row.try_get("kind")?,
        facts: serde_json::from_str(row.try_get("facts")?)?,
        words: row.try_get("text")?,
    })
}

impl Store {
    /// One lead.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn lead(&self, id: LeadId) -> Result<Option<Lead>, StoreError> {
        let row = sqlx::query(lead_row::ONE).bind(id.0).fetch_optional(self.readers()).await?;
        row.map(|row| lead_row::read(&row)).transpose()
    }

    /// Leads that have a clock due by `now`: id and the revision that was seen.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn due_leads(&self, now: DateTime<Utc>, limit: u32) -> Result<Vec<(LeadId, i64)>, StoreError> {
        let rows = sqlx::query(DUE).bind(millis(now)).bind(limit).fetch_all(self.readers()).await?;
        rows.iter().map(|row| Ok((LeadId(row.try_get("id")?), row.try_get("rev")?))).collect()
    }

    /// When the next lead wakes by itself.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn next_wake(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let at: Option<i64> = sqlx::query(NEXT_WAKE).fetch_one(self.readers()).await?.try_get("wake_at")?;
        Ok(at.map(instant))
    }

    /// Leads that are not closed, by their numbers, from the one after `after` on.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn open_leads(&self, after: LeadId, limit: u32) -> Result<Vec<Lead>, StoreError> {
        let rows = sqlx::query(OPEN).bind(after.0).bind(limit).fetch_all(self.readers()).await?;
        rows.iter().map(lead_row::read).collect()
    }

    /// Customers whom no clock watches over, at most `limit`, each with its revision.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn forgotten_customers(&self, limit: u32) -> Result<Vec<(LeadId, i64)>, StoreError> {
        let rows = sqlx::query(FORGOTTEN).bind(limit).fetch_all(self.readers()).await?;
        rows.iter().map(|row| Ok((LeadId(row.try_get("id")?), row.try_get("rev")?))).collect()
    }

    /// Leads of a team that wait without cards of their own.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn piled(&self, team: &TeamKey) -> Result<Vec<Lead>, StoreError> {
        let rows = sqlx::query(PILED).bind(team.as_str()).fetch_all(self.readers()).await?;
        rows.iter().map(lead_row::read).collect()
    }

    /// A lead's whole log, oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn log(&self, lead: LeadId) -> Result<Vec<ActivityRow>, StoreError> {
        let rows = sqlx::query(LOG).bind(lead.0).fetch_all(self.readers()).await?;
        rows.iter().map(read_activity).collect()
    }

    /// Leads that a filter holds: waiting ones first, then by the next thing due, then the newest.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn find_leads(&self, filter: &LeadFilter) -> Result<Vec<Lead>, StoreError> {
        let mut query = QueryBuilder::<Sqlite>::new(FIND);
        match filter.state.as_deref() {
            Some("open") => {
                query.push(" AND state <> 'closed'");
            }
            Some(state) => {
                query.push(" AND state = ").push_bind(state.to_owned());
            }
            None => {}
        }
        if let Some(owner) = filter.owner {
            query.push(" AND owner = ").push_bind(owner.0);
        }
        if let Some(planner) = filter.planned_by {
            query.push(" AND follow_up_at IS NOT NULL AND last_owner = ").push_bind(planner.0);
        }
        if let Some(asked) = filter.offered_to {
            query.push(" AND offered_to = ").push_bind(asked.0);
        }
        if let Some(team) = &filter.team {
            query.push(" AND team = ").push_bind(team.as_str().to_owned());
        }
        if let Some(source) = &filter.source {
            query.push(" AND source = ").push_bind(source.as_str().to_owned());
        }
        if let Some(text) = filter.text.as_deref().map(str::trim).filter(|t| !t.is_empty()) {
            push_text(&mut query, text);
        }
        query.push(" ORDER BY CASE state WHEN 'triage' THEN 0 WHEN 'waiting' THEN 1 WHEN 'offered' THEN 1 WHEN 'owned' THEN 2 WHEN 'repair' THEN 2 WHEN 'pooled' THEN 3 ELSE 4 END,");
        query.push(" coalesce(wake_at, 9223372036854775807), id DESC LIMIT ").push_bind(i64::from(filter.limit));
        let rows = query.build().fetch_all(self.readers()).await?;
        rows.iter().map(lead_row::read).collect()
    }

    /// How much of everything there is.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn counts(&self) -> Result<Counts, StoreError> {
        let row = sqlx::query(COUNTS).fetch_one(self.readers()).await?;
        Ok(Counts {
            leads: row.try_get("leads")?,
            open: row.try_get("open")?,
            deliveries_new: row.try_get("deliveries_new")?,
            quarantined: row.try_get("quarantined")?,
            notices_pending: row.try_get("notices_pending")?,
            notices_dead: row.try_get("notices_dead")?,
            cards_dead: row.try_get("cards_dead")?,
        })
    }
}

fn push_text(query: &mut QueryBuilder<Sqlite>, text: &str) {
    if let Ok(id) = text.parse::<LeadId>() {
        query.push(" AND (CAST(id AS TEXT) LIKE ").push_bind(format!("{}%", id.0)).push(")");
        return;
    }
    let pattern = format!("%{}%", text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
    query.push(" AND (name LIKE ").push_bind(pattern.clone()).push(" ESCAPE '\\' OR company LIKE ").push_bind(pattern.clone());
    query.push(" ESCAPE '\\' OR email LIKE ").push_bind(pattern).push(" ESCAPE '\\')");
}
