//! What could not be read, and having it read again.
//! Invariant: whoever has something read again is told once what became of it, however long that takes.

use chrono::{DateTime, Utc};
use futures_util::FutureExt as _;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::notices::{self, NewNotice};
use super::time::{instant, millis};
use super::{Store, StoreError};
use crate::domain::decision::{News, Recipient, Replayed};
use crate::domain::ids::{DeliveryId, PersonId, SourceKey};

const QUARANTINED: &str = "-- delivery::quarantined
SELECT id, source, received_at, why FROM delivery WHERE state = 'quarantined' ORDER BY id DESC LIMIT $1";
const GROUPS: &str = "-- delivery::quarantine_groups
SELECT source, coalesce(why, '') AS why, count(*) AS n, max(id) AS newest, max(received_at) AS last_at FROM delivery
WHERE state = 'quarantined' AND ($1 = '' OR source = $1) GROUP BY source, why ORDER BY newest DESC LIMIT $2";
const ONE: &str = "-- delivery::quarantined_one
SELECT id, source, received_at, why FROM delivery WHERE state = 'quarantined' AND id = $1";
const ADD: &str = "-- replay::add\nINSERT INTO replay (person, source, asked_at, told) VALUES ($1, $2, $3, $4)";
const REPLAY: &str = "-- delivery::replay
UPDATE delivery SET state = 'new', why = NULL, replay = $3 WHERE state = 'quarantined' AND (id = $1 OR ($1 = 0 AND ($2 = '' OR source = $2)))";
const ASK_AGAIN: &str = "-- fetch::ask_again
DELETE FROM fetch WHERE state = 'failed' AND delivery IN
(SELECT id FROM delivery WHERE state = 'quarantined' AND (id = $1 OR ($1 = 0 AND ($2 = '' OR source = $2))))";
const OPEN: &str = "-- replay::open\nSELECT id, person FROM replay WHERE told = 0 AND NOT EXISTS
  (SELECT 1 FROM delivery d WHERE d.replay = replay.id AND d.state NOT IN ('done', 'repeat', 'ignored', 'quarantined')) ORDER BY id";
const OUTCOME: &str = "-- replay::outcome
SELECT coalesce(sum(state NOT IN ('done', 'repeat', 'ignored', 'quarantined')), 0) AS waiting, coalesce(sum(state = 'repeat'), 0) AS repeats,
  coalesce(sum(state = 'ignored'), 0) AS ignored, coalesce(sum(state = 'quarantined'), 0) AS unread,
  (SELECT count(*) FROM submission s JOIN delivery o ON o.id = s.delivery JOIN replay r ON r.id = o.replay WHERE r.id = $1 AND s.received_at >= r.asked_at) AS leads,
  (SELECT u.why FROM delivery u WHERE u.replay = $1 AND u.state = 'quarantined' ORDER BY u.id LIMIT 1) AS why,
  (SELECT r.source FROM replay r WHERE r.id = $1) AS source
FROM delivery WHERE replay = $1";
const TOLD: &str = "-- replay::told\nUPDATE replay SET told = 1 WHERE id = $1 AND told = 0";

/// A delivery that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuarantinedRow {
    /// Its row.
    pub id: DeliveryId,
    /// Where it came in.
    pub source: SourceKey,
    /// When.
    pub received_at: DateTime<Utc>,
    /// Why it could not be read, and what to do.
    pub why: String,
}

/// Deliveries of one source that could not be read for the same reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuarantineGroup {
    /// The newest of them.
    pub newest: QuarantinedRow,
    /// How many there are.
    pub many: u64,
}

/// Which deliveries are read once more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replay {
    /// One.
    One(DeliveryId),
    /// All of a source.
    Source(SourceKey),
    /// All.
    All,
}

/// Who has them read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asker {
    /// Who is told what became of them; nobody, where they look for themselves.
    pub person: Option<PersonId>,
    /// When.
    pub at: DateTime<Utc>,
}

/// What was begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Begun {
    /// Its number, by which its outcome is found.
    pub replay: i64,
    /// How many deliveries are read again.
    pub many: u64,
}

fn read(row: &SqliteRow) -> Result<QuarantinedRow, StoreError> {
    Ok(QuarantinedRow {
        id: DeliveryId(row.try_get("id")?),
        source: SourceKey(row.try_get("source")?),
        received_at: instant(row.try_get("received_at")?),
        why: row.try_get::<Option<String>, _>("why")?.unwrap_or_default(),
    })
}

impl Store {
    /// What could not be read, newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn quarantined(&self, limit: u32) -> Result<Vec<QuarantinedRow>, StoreError> {
        sqlx::query(QUARANTINED).bind(limit).fetch_all(self.readers()).await?.iter().map(read).collect()
    }

    /// One that could not be read; none when it was read meanwhile.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn quarantined_one(&self, id: DeliveryId) -> Result<Option<QuarantinedRow>, StoreError> {
        sqlx::query(ONE).bind(id.0).fetch_optional(self.readers()).await?.as_ref().map(read).transpose()
    }

    /// What could not be read by source and reason, the newest first; of one source, or of all.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn quarantine(&self, source: Option<&SourceKey>, limit: u32) -> Result<Vec<QuarantineGroup>, StoreError> {
        let rows = sqlx::query(GROUPS).bind(source.map_or("", SourceKey::as_str)).bind(limit).fetch_all(self.readers()).await?;
        let read = |row: &SqliteRow| {
            let newest = QuarantinedRow {
                id: DeliveryId(row.try_get("newest")?),
                source: SourceKey(row.try_get("source")?),
                received_at: instant(row.try_get("last_at")?),
                why: row.try_get("why")?,
            };
            Ok(QuarantineGroup { newest, many: u64::try_from(row.try_get::<i64, _>("n")?).unwrap_or_default() })
        };
        rows.iter().map(read).collect()
    }

    /// Has quarantined deliveries read once more.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn replay(&self, which: Replay, asker: Asker) -> Result<Begun, StoreError> {
        let (id, source) = match which {
            Replay::One(id) => (id.0, String::new()),
            Replay::Source(key) => (0, key.0),
            Replay::All => (0, String::new()),
        };
        self.write(move |tx| {
            async move {
                let of = Some(source.as_str()).filter(|source| !source.is_empty());
                let add = sqlx::query(ADD).bind(asker.person.map(|p| p.0)).bind(of).bind(millis(asker.at));
                let replay = add.bind(asker.person.is_none()).execute(&mut tx.conn).await?.last_insert_rowid();
                // What could not be fetched is asked for again.
                sqlx::query(ASK_AGAIN).bind(id).bind(&source).execute(&mut tx.conn).await?;
                let many = sqlx::query(REPLAY).bind(id).bind(&source).bind(replay).execute(&mut tx.conn).await?.rows_affected();
                if many == 0 {
                    sqlx::query(TOLD).bind(replay).execute(&mut tx.conn).await?;
                }
                Ok(Begun { replay, many })
            }
            .boxed()
        })
        .await
    }

    /// What became of them; `None` while some of them still wait.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn replay_outcome(&self, replay: i64) -> Result<Option<Replayed>, StoreError> {
        let row = sqlx::query(OUTCOME).bind(replay).fetch_one(self.readers()).await?;
        let count = |column| Ok::<_, StoreError>(u32::try_from(row.try_get::<i64, _>(column)?).unwrap_or(u32::MAX));
        if count("waiting")? > 0 {
            return Ok(None);
        }
        Ok(Some(Replayed {
            source: row.try_get::<Option<String>, _>("source")?.map(SourceKey),
            leads: count("leads")?,
            repeats: count("repeats")?,
            ignored: count("ignored")?,
            unread: count("unread")?,
            why: row.try_get("why")?,
        }))
    }

    /// Tells those whose deliveries were all read again what became of them; how many were told.
    ///
    /// # Errors
    /// When the store cannot be read or written: then they are told later.
    pub async fn tell_replays(&self, now: DateTime<Utc>) -> Result<usize, StoreError> {
        let mut told = 0;
        for row in sqlx::query(OPEN).fetch_all(self.readers()).await? {
            let (replay, person) = (row.try_get::<i64, _>("id")?, row.try_get::<Option<i64>, _>("person")?);
            let (Some(person), Some(outcome)) = (person, self.replay_outcome(replay).await?) else { continue };
            let notice = NewNotice { to: Recipient::Person(PersonId(person)), news: News::Replayed(outcome) };
            let wrote = self.write(move |tx| {
                async move {
                    if sqlx::query(TOLD).bind(replay).execute(&mut tx.conn).await?.rows_affected() == 0 {
                        return Ok(0);
                    }
                    notices::add_free(&mut tx.conn, &notice, now).await?;
                    Ok(1)
                }
                .boxed()
            });
            told += wrote.await?;
        }
        Ok(told)
    }
}
