//! Reads for taking data out, in steps of bounded size, and for letting none in of those who asked to be left alone.
//! Invariant: nothing received of a person before they asked not to be contacted is given out, unless it is asked for by name.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::reads::{ActivityRow, read_activity};
use super::time::millis;
use super::{Store, StoreError, lead_row};
use crate::domain::decision::Recipient;
use crate::domain::ids::LeadId;
use crate::domain::lead::Lead;

/// Rows read in one step.
const AT_ONCE: i64 = 500;

const LEADS: &str = "-- export::leads
SELECT id, rev, course, received_at, source, source_detail, is_test, unauthenticated, contact, need, answers FROM lead l
WHERE id > $1 AND received_at >= $2 AND ($3 = 1 OR NOT EXISTS (SELECT 1 FROM lead s WHERE s.exit = 'suppressed'
  AND s.closed_at >= l.received_at AND (s.id = l.id OR s.email = l.email OR s.phone_e164 = l.phone_e164)))
ORDER BY id LIMIT $4";
const ACTIVITIES: &str = "-- export::activities
SELECT a.lead, a.rev, a.at, a.actor, a.kind, a.facts, w.text FROM activity a JOIN lead l ON l.id = a.lead
LEFT JOIN words w ON w.lead = a.lead AND w.rev = a.rev
WHERE (a.lead, a.rev) > ($1, $2) AND a.at >= $3 AND ($4 = 1 OR NOT EXISTS (SELECT 1 FROM lead s WHERE s.exit = 'suppressed'
  AND s.closed_at >= l.received_at AND (s.id = l.id OR s.email = l.email OR s.phone_e164 = l.phone_e164)))
ORDER BY a.lead, a.rev LIMIT $5";
const OF: &str = "-- export::leads_of
SELECT id, rev, course, received_at, source, source_detail, is_test, unauthenticated, contact, need, answers FROM lead
WHERE id IN (SELECT value FROM json_each($1))";
const DEAD_CARDS: &str = "-- card::given_up\nSELECT coalesce(lead, 0) AS lead, channel, dead AS why FROM card WHERE dead IS NOT NULL ORDER BY id LIMIT $1";
const DEAD_NOTICES: &str = "-- notice::given_up
SELECT lead, recipient, coalesce(why, '') AS why FROM notice WHERE state = 'dead' ORDER BY id LIMIT $1";

/// What is done about people who asked not to be contacted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suppressed {
    /// Nothing about them is given out.
    LeaveOut,
    /// They are given out too: for an audit, or a move to another system.
    Include,
}

/// What is given out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// From then on; from the beginning, when `None`.
    pub since: Option<DateTime<Utc>>,
    /// Those who asked not to be contacted.
    pub suppressed: Suppressed,
}

impl Extent {
    fn since(self) -> i64 {
        self.since.map_or(i64::MIN, millis)
    }

    fn all(self) -> bool {
        self.suppressed == Suppressed::Include
    }
}

/// A line of a lead's log.
#[derive(Debug, Clone, PartialEq)]
pub struct Activity {
    /// Of which lead.
    pub lead: LeadId,
    /// The line.
    pub row: ActivityRow,
}

/// Something for the chat that was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenUp {
    /// A card, or a notice.
    pub what: Undelivered,
    /// About which lead.
    pub lead: Option<LeadId>,
    /// Where it should have gone: a channel, or who should have been told.
    pub to: String,
    /// Why it was given up.
    pub why: String,
}

/// What did not reach the chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undelivered {
    /// A lead's card.
    Card,
    /// A notice.
    Notice,
}

impl Store {
    /// The next leads after this one, by number; none when there are no more.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn leads_after(&self, after: LeadId, extent: Extent) -> Result<Vec<Lead>, StoreError> {
        let mut after = after;
        loop {
            let query = sqlx::query(LEADS).bind(after.0).bind(extent.since()).bind(extent.all()).bind(AT_ONCE);
            let rows = query.fetch_all(self.readers()).await?;
            let leads = rows.iter().map(lead_row::read).collect::<Result<Vec<Lead>, _>>()?;
            let Some(last) = leads.last().map(|lead| lead.id) else { return Ok(leads) };
            let given = if extent.all() { leads } else { self.without_those_left_alone(leads).await? };
            if !given.is_empty() {
                return Ok(given);
            }
            after = last;
        }
    }

    /// The next lines of the log after this lead's revision; none when there are no more.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn activities_after(&self, after: (LeadId, i64), extent: Extent) -> Result<Vec<Activity>, StoreError> {
        let mut after = after;
        loop {
            let query =
                sqlx::query(ACTIVITIES).bind(after.0.0).bind(after.1).bind(extent.since()).bind(extent.all()).bind(AT_ONCE);
            let rows = query.fetch_all(self.readers()).await?;
            let read = |row: &SqliteRow| Ok(Activity { lead: LeadId(row.try_get("lead")?), row: read_activity(row)? });
            let mut lines = rows.iter().map(read).collect::<Result<Vec<Activity>, StoreError>>()?;
            let Some(last) = lines.last().map(|line| (line.lead, line.row.rev)) else { return Ok(lines) };
            if !extent.all() {
                let given = self.given_out(&lines).await?;
                lines.retain(|line| given.contains(&line.lead));
            }
            if !lines.is_empty() {
                return Ok(lines);
            }
            after = last;
        }
    }

    /// Of the leads that these lines are about, those of people who did not ask to be left alone.
    async fn given_out(&self, lines: &[Activity]) -> Result<BTreeSet<LeadId>, StoreError> {
        let ids: BTreeSet<i64> = lines.iter().map(|line| line.lead.0).collect();
        let rows = sqlx::query(OF).bind(serde_json::to_string(&ids)?).fetch_all(self.readers()).await?;
        let leads = rows.iter().map(lead_row::read).collect::<Result<Vec<Lead>, _>>()?;
        Ok(self.without_those_left_alone(leads).await?.iter().map(|lead| lead.id).collect())
    }

    /// Cards and notices that were given up, oldest first, at most `limit` of each.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn given_up(&self, limit: u32) -> Result<Vec<GivenUp>, StoreError> {
        let mut all = Vec::new();
        for row in sqlx::query(DEAD_CARDS).bind(limit).fetch_all(self.readers()).await? {
            let lead = Some(LeadId(row.try_get("lead")?)).filter(|lead| lead.0 > 0);
            all.push(GivenUp { what: Undelivered::Card, lead, to: row.try_get("channel")?, why: row.try_get("why")? });
        }
        let roster = self.roster();
        for row in sqlx::query(DEAD_NOTICES).bind(limit).fetch_all(self.readers()).await? {
            let to = match serde_json::from_str(row.try_get("recipient")?)? {
                Recipient::Person(id) => roster.name(id),
                Recipient::Thread => "the lead's thread".to_owned(),
                Recipient::Managers => "the managers".to_owned(),
                Recipient::Channel(id) => format!("channel {id}"),
            };
            let lead = row.try_get::<Option<i64>, _>("lead")?.map(LeadId);
            all.push(GivenUp { what: Undelivered::Notice, lead, to, why: row.try_get("why")? });
        }
        Ok(all)
    }
}
