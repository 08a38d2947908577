//! What reports and lists of people count: every lead as a small row, read once in one consistent look; and what each person has.
//! Invariant: names and rows come from the same snapshot, so that a row never refers to what is not named.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use futures_util::TryStreamExt as _;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::lead_row::exit_word;
use super::time::{instant, millis};
use super::{Store, StoreError};
use crate::domain::ids::{LeadId, PersonId, SourceKey};
use crate::domain::lead::Exit;
use crate::domain::replay::Then;
use crate::domain::scoring::Tier;
use crate::playbook::{Playbook, StageKind};
use crate::reports::rows::{LeadRow, Names, Standing};

// Deferred, on a connection that only reads: it wedges nothing, and holds one view of the file.
const BEGIN: &str = "-- report::begin\nBEGIN";
const KEYS: &str = "-- report::keys
SELECT 0 AS kind, source AS key FROM lead GROUP BY source UNION ALL SELECT 1, team FROM lead WHERE team IS NOT NULL GROUP BY team
UNION ALL SELECT 2, stage FROM lead GROUP BY stage UNION ALL SELECT 3, reason FROM lead WHERE reason IS NOT NULL GROUP BY reason";
const ROWS: &str = "-- report::rows
SELECT id, received_at, source, team, last_owner, state, since, touched, stage, claimed_at, first_attempt_at, reached_at, closed_at, exit,
  reason, tries, last_activity_at, first_touch_due, follow_up_at, is_test,
  returns_at, signalled_at, sequence IS NOT NULL AS in_sequence, touched_at FROM lead";
const SCORED: &str = "-- report::scored_rows
SELECT l.id, l.received_at, l.source, l.team, l.last_owner, l.state, l.since, l.touched, l.stage, l.claimed_at, l.first_attempt_at, l.reached_at,
  l.closed_at, l.exit, l.reason, l.tries, l.last_activity_at, l.first_touch_due, l.follow_up_at, l.is_test,
  l.returns_at, l.signalled_at, l.sequence IS NOT NULL AS in_sequence, l.touched_at, a.facts
FROM lead l LEFT JOIN activity a ON a.lead = l.id AND a.rev = 1";
const FEEDS: &str = "-- report::feeds
SELECT s.key, s.quiet_since, (SELECT max(l.received_at) FROM delivery l WHERE l.source = s.key) AS last_at,
  (SELECT coalesce(sum(r.n), 0) FROM refusal r WHERE r.source = s.key AND r.hour >= $1 AND r.hour < $2) AS refused,
  count(d.received_at) AS sent, coalesce(sum(d.state = 'repeat'), 0) AS repeats, coalesce(sum(d.state = 'quarantined'), 0) AS quarantined
FROM source s LEFT JOIN delivery d ON d.source = s.key AND d.received_at >= $1 AND d.received_at < $2 GROUP BY s.key ORDER BY s.key";
const LOADS: &str = "-- lead::loads
SELECT owner, count(*) AS owned, sum(touched = 0) AS untouched FROM lead WHERE owner IS NOT NULL GROUP BY owner";

/// Every lead, as reports see it, from one look at the file.
#[derive(Debug)]
pub struct ReportRows {
    pub(super) conn: SqliteConnection,
    names: Names,
    kinds: BTreeMap<String, StageKind>,
}

/// How much of each lead is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// What is counted in columns.
    Plain,
    /// Besides, what it was worth when it came in, which only its log tells.
    FirstScore,
}

/// What came in at the door of one source in some span.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFeed {
    /// Which source.
    pub key: SourceKey,
    /// Deliveries.
    pub sent: u64,
    /// Of those, the ones that brought nothing new.
    pub repeats: u64,
    /// Of those, the ones that still cannot be read.
    pub quarantined: u64,
    /// Requests that proved nothing, to the hour.
    pub refused: u64,
    /// The newest delivery, in the span or not.
    pub last_at: Option<DateTime<Utc>>,
    /// Told to be quiet since then, and not heard since.
    pub quiet_since: Option<DateTime<Utc>>,
}

/// What one person has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Load {
    /// Leads that they own.
    pub owned: u32,
    /// Of those, the ones that they have not touched.
    pub untouched: u32,
}

impl Store {
    /// Opens a look at all leads. Teams, stages, reasons and sources are named as the playbook and their titles have them; the playbook's
    /// teams come first, in its order.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn report_rows(&self) -> Result<ReportRows, StoreError> {
        // Taken out of the pool for good: whoever stops halfway leaves no transaction behind.
        let mut conn = self.readers().acquire().await?.detach();
        sqlx::query(BEGIN).execute(&mut conn).await?;
        let mut names = self.names();
        for row in sqlx::query(KEYS).fetch_all(&mut conn).await? {
            let key: &str = row.try_get("key")?;
            match row.try_get::<i64, _>("kind")? {
                0 => _ = names.sources.enrol(key),
                1 => _ = names.teams.enrol(key),
                2 => _ = names.stages.enrol(key),
                _ => _ = names.reasons.enrol(key),
            }
        }
        let kinds = self.playbook().stages.iter().map(|s| (s.key.to_string(), s.kind)).collect();
        Ok(ReportRows { conn, names, kinds })
    }

    fn names(&self) -> Names {
        let playbook: &Playbook = &self.playbook();
        let mut names = Names::default();
        for team in &playbook.teams {
            names.teams.enrol_as(team.key.as_str(), &team.name);
        }
        for stage in &playbook.stages {
            names.stages.enrol_as(stage.key.as_str(), &stage.name);
        }
        for reason in &playbook.reasons {
            names.reasons.enrol_as(reason.key.as_str(), &reason.name);
        }
        for source in self.sources().iter() {
            names.sources.enrol_as(source.key.as_str(), &source.title);
        }
        names.people = self.roster().iter().map(|p| (p.id, p.name.clone())).collect();
        names
    }

    /// What each person owns; nobody who owns nothing.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn loads(&self) -> Result<BTreeMap<PersonId, Load>, StoreError> {
        let rows = sqlx::query(LOADS).fetch_all(self.readers()).await?;
        let count =
            |row: &SqliteRow, column| Ok::<_, StoreError>(u32::try_from(row.try_get::<i64, _>(column)?).unwrap_or(u32::MAX));
        let read = |row: &SqliteRow| {
            Ok((PersonId(row.try_get("owner")?), Load { owned: count(row, "owned")?, untouched: count(row, "untouched")? }))
        };
        rows.iter().map(read).collect()
    }
}

impl ReportRows {
    /// What the rows refer to.
    #[must_use]
    pub fn names(&self) -> Names {
        self.names.clone()
    }

    /// What came in at each source from the first instant to before the second; sources in the order of their keys.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn feeds(&mut self, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<Vec<SourceFeed>, StoreError> {
        let rows = sqlx::query(FEEDS).bind(millis(from)).bind(millis(to)).fetch_all(&mut self.conn).await?;
        let count =
            |row: &SqliteRow, column| Ok::<_, StoreError>(u64::try_from(row.try_get::<i64, _>(column)?).unwrap_or_default());
        let read = |row: &SqliteRow| {
            Ok(SourceFeed {
                key: SourceKey(row.try_get("key")?),
                sent: count(row, "sent")?,
                repeats: count(row, "repeats")?,
                quarantined: count(row, "quarantined")?,
                refused: count(row, "refused")?,
                last_at: row.try_get::<Option<i64>, _>("last_at")?.map(instant),
                quiet_since: row.try_get::<Option<i64>, _>("quiet_since")?.map(instant),
            })
        };
        rows.iter().map(read).collect()
    }

    /// Gives every lead once, in no particular order, one at a time.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn each(self, detail: Detail, mut take: impl FnMut(&LeadRow)) -> Result<(), StoreError> {
        let Self { mut conn, mut names, kinds } = self;
        let mut rows = match detail {
            Detail::Plain => sqlx::query(ROWS),
            Detail::FirstScore => sqlx::query(SCORED),
        }
        .fetch(&mut conn);
        while let Some(row) = rows.try_next().await? {
            take(&read(&row, &mut names, &kinds)?);
        }
        Ok(())
    }
}

fn read(row: &SqliteRow, names: &mut Names, kinds: &BTreeMap<String, StageKind>) -> Result<LeadRow, StoreError> {
    let at = |column: usize| Ok::<_, StoreError>(row.try_get::<Option<i64>, _>(column)?.map(instant));
    let text = |column: usize| Ok::<_, StoreError>(row.try_get::<Option<&str>, _>(column)?);
    let id = LeadId(row.try_get(0)?);
    let corrupt = |why: &str| StoreError::Corrupt { table: "lead", id: id.to_string(), why: why.to_owned() };
    let stage: &str = row.try_get(8)?;
    Ok(LeadRow {
        id,
        received_at: instant(row.try_get(1)?),
        source: names.sources.enrol(row.try_get(2)?),
        team: text(3)?.map(|key| names.teams.enrol(key)),
        owner: row.try_get::<Option<i64>, _>(4)?.map(PersonId),
        standing: Standing::from_word(row.try_get(5)?).ok_or_else(|| corrupt("its state is none"))?,
        since: instant(row.try_get(6)?),
        touched: row.try_get(7)?,
        stage: names.stages.enrol(stage),
        kind: kinds.get(stage).copied().unwrap_or(StageKind::Open),
        claimed_at: at(9)?,
        first_attempt_at: at(10)?,
        reached_at: at(11)?,
        closed_at: at(12)?,
        exit: text(13)?.map(|word| read_exit(word).ok_or_else(|| corrupt("its exit is none"))).transpose()?,
        reason: text(14)?.map(|key| names.reasons.enrol(key)),
        tries: u32::try_from(row.try_get::<i64, _>(15)?).unwrap_or(u32::MAX),
        last_activity_at: at(16)?,
        first_touch_due: at(17)?,
        follow_up_at: at(18)?,
        is_test: row.try_get(19)?,
        returns_at: at(20)?,
        signalled_at: at(21)?,
        in_sequence: row.try_get(22)?,
        touched_at: at(23)?,
        first_score: if row.len() > FIRST_FACTS { first_score(row)? } else { None },
    })
}

/// The column that only `SCORED` has.
const FIRST_FACTS: usize = 24;

fn first_score(row: &SqliteRow) -> Result<Option<(u8, Tier)>, StoreError> {
    let Some(facts) = row.try_get::<Option<&str>, _>(FIRST_FACTS)? else { return Ok(None) };
    Ok(Then::of(serde_json::from_str(facts)?).score)
}

fn read_exit(word: &str) -> Option<Exit> {
    [Exit::Converted, Exit::Unqualified, Exit::Suppressed, Exit::Merged, Exit::Removed]
        .into_iter()
        .find(|e| exit_word(*e) == word)
}
