//! Reports that come by themselves: when each comes next, and what it shows until it was sent.
//! Invariant: the row moves on in the transaction that makes the notice, so that nothing comes twice for one time.

use chrono::{DateTime, NaiveTime, Timelike as _, Utc};
use futures_util::FutureExt as _;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::notices::{self, NewNotice};
use super::people::{AuditEntry, audit};
use super::time::{instant, millis};
use super::{Store, StoreError};
use crate::domain::decision::{News, Recipient};
use crate::domain::ids::{PersonId, TeamKey};
use crate::domain::message::{Attachment, View};
use crate::domain::schedule::{Every, Rhythm};
use crate::reports::Kind;

const ALL: &str = "-- schedule::all
SELECT id, report, every, minute, channel, channel_name, team, made_by, next_at FROM schedule ORDER BY id";
const DUE: &str = "-- schedule::due
SELECT id, report, every, minute, channel, channel_name, team, made_by, next_at FROM schedule WHERE next_at <= $1 ORDER BY next_at, id LIMIT 1";
const NEXT: &str = "-- schedule::next\nSELECT min(next_at) AS next_at FROM schedule";
const SAME: &str = "-- schedule::same
DELETE FROM schedule WHERE report = $1 AND every = $2 AND channel IS $3 AND team IS $4";
const ADD: &str = "-- schedule::add
INSERT INTO schedule (report, every, minute, channel, channel_name, team, made_by, next_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const REMOVE: &str = "-- schedule::remove\nDELETE FROM schedule WHERE id = $1";
const MOVE_ON: &str = "-- schedule::move_on\nUPDATE schedule SET next_at = $3 WHERE id = $1 AND next_at = $2";
const KEEP: &str = "-- digest::add\nINSERT INTO digest (notice, view, picture, name, alt) VALUES ($1, $2, $3, $4, $5)";
const SHOWN: &str = "-- digest::of\nSELECT view, picture, name, alt FROM digest WHERE notice = $1";
pub(super) const FORGET: &str = "-- digest::forget\nDELETE FROM digest WHERE notice = $1";

/// A report that comes by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// Its row; 0 until it has one.
    pub id: i64,
    /// Which report.
    pub report: Kind,
    /// How often, and when.
    pub rhythm: Rhythm,
    /// Where it comes, by the platform's id and by name; where managers read, when `None`.
    pub channel: Option<(String, String)>,
    /// Only this team.
    pub team: Option<TeamKey>,
    /// Who wants it.
    pub by: PersonId,
    /// When it comes next.
    pub next_at: DateTime<Utc>,
}

impl Schedule {
    /// Who is told.
    #[must_use]
    pub fn recipient(&self) -> Recipient {
        self.channel.as_ref().map_or(Recipient::Managers, |(id, _)| Recipient::Channel(id.clone()))
    }
}

/// What somebody is told, with what it shows.
#[derive(Debug, Clone)]
pub struct Digest {
    /// Who is told.
    pub to: Recipient,
    /// What.
    pub news: News,
    /// What it shows; its only file, if any, is a picture.
    pub view: View,
}

fn read(row: &SqliteRow) -> Result<Schedule, StoreError> {
    let id: i64 = row.try_get("id")?;
    let corrupt = |why: &str| StoreError::Corrupt { table: "schedule", id: id.to_string(), why: why.to_owned() };
    let minute = u32::try_from(row.try_get::<i64, _>("minute")?).unwrap_or_default();
    let every = Every::from_key(row.try_get("every")?).ok_or_else(|| corrupt("it comes in no rhythm"))?;
    let at = NaiveTime::from_num_seconds_from_midnight_opt(minute * 60, 0).ok_or_else(|| corrupt("its time is none"))?;
    let channel: Option<String> = row.try_get("channel")?;
    let name: Option<String> = row.try_get("channel_name")?;
    Ok(Schedule {
        id,
        report: Kind::from_key(row.try_get("report")?).ok_or_else(|| corrupt("its report is none"))?,
        rhythm: Rhythm { every, at },
        channel: channel.map(|id| (id.clone(), name.unwrap_or(id))),
        team: row.try_get::<Option<String>, _>("team")?.map(TeamKey),
        by: PersonId(row.try_get("made_by")?),
        next_at: instant(row.try_get("next_at")?),
    })
}

impl Store {
    /// All of them, oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn schedules(&self) -> Result<Vec<Schedule>, StoreError> {
        sqlx::query(ALL).fetch_all(self.readers()).await?.iter().map(read).collect()
    }

    /// The one that has been due for longest, if any is.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn due_schedule(&self, now: DateTime<Utc>) -> Result<Option<Schedule>, StoreError> {
        sqlx::query(DUE).bind(millis(now)).fetch_optional(self.readers()).await?.as_ref().map(read).transpose()
    }

    /// When the next of them comes.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn next_schedule(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let next: Option<i64> = sqlx::query(NEXT).fetch_one(self.readers()).await?.try_get("next_at")?;
        Ok(next.map(instant))
    }

    /// Keeps one, in place of one that differs in its time only.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn add_schedule(&self, new: Schedule, entry: AuditEntry) -> Result<(), StoreError> {
        self.write(move |tx| {
            async move {
                let (channel, name) = new.channel.unzip();
                let team = new.team.map(|team| team.0);
                let (report, every) = (new.report.key(), new.rhythm.every.key());
                let same = sqlx::query(SAME).bind(report).bind(every).bind(channel.clone()).bind(team.clone());
                same.execute(&mut tx.conn).await?;
                sqlx::query(ADD)
                    .bind(report)
                    .bind(every)
                    .bind(i64::from(new.rhythm.at.num_seconds_from_midnight() / 60))
                    .bind(channel)
                    .bind(name)
                    .bind(team)
                    .bind(new.by.0)
                    .bind(millis(new.next_at))
                    .execute(&mut tx.conn)
                    .await?;
                audit(&mut tx.conn, &entry).await
            }
            .boxed()
        })
        .await
    }

    /// Takes one away; false when it is not there.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn remove_schedule(&self, id: i64, entry: AuditEntry) -> Result<bool, StoreError> {
        self.write(move |tx| {
            async move {
                let there = sqlx::query(REMOVE).bind(id).execute(&mut tx.conn).await?.rows_affected() > 0;
                audit(&mut tx.conn, &entry).await?;
                Ok(there)
            }
            .boxed()
        })
        .await
    }

    /// Tells what came due, and when it comes next; false when it was told or taken away meanwhile.
    ///
    /// # Errors
    /// When the store cannot be written: then nobody was told.
    pub async fn tell_digest(
        &self,
        schedule: &Schedule,
        next_at: DateTime<Utc>,
        digest: Digest,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let (id, seen) = (schedule.id, schedule.next_at);
        self.write(move |tx| {
            async move {
                let moved = sqlx::query(MOVE_ON).bind(id).bind(millis(seen)).bind(millis(next_at));
                let is_first = moved.execute(&mut tx.conn).await?.rows_affected() > 0;
                if is_first {
                    add(&mut tx.conn, digest, now).await?;
                }
                Ok(is_first)
            }
            .boxed()
        })
        .await
    }

    /// What a digest shows; nothing for other notices, and once it was sent.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn digest(&self, notice: i64) -> Result<Option<View>, StoreError> {
        let Some(row) = sqlx::query(SHOWN).bind(notice).fetch_optional(self.readers()).await? else { return Ok(None) };
        let mut view: View = serde_json::from_str(row.try_get("view")?)?;
        if let Some(bytes) = row.try_get::<Option<Vec<u8>>, _>("picture")? {
            view.files.push(Attachment { name: row.try_get("name")?, bytes, alt: row.try_get("alt")? });
        }
        Ok(Some(view))
    }
}

pub(super) async fn add(conn: &mut SqliteConnection, digest: Digest, now: DateTime<Utc>) -> Result<(), StoreError> {
    let Digest { to, news, mut view } = digest;
    let picture = view.files.pop();
    let notice = notices::add_free(&mut *conn, &NewNotice { to, news }, now).await?;
    let (name, alt) = picture.as_ref().map(|file| (file.name.clone(), file.alt.clone())).unwrap_or_default();
    let query = sqlx::query(KEEP).bind(notice).bind(serde_json::to_string(&view)?);
    query.bind(picture.map(|file| file.bytes)).bind(name).bind(alt).execute(conn).await?;
    Ok(())
}
