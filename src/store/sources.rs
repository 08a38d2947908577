//! Sources: where leads come from, and how each proves itself.

use chrono::{DateTime, Utc};
use futures_util::FutureExt as _;
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::people::{AuditEntry, audit};
use super::time::{instant, millis};
use super::{Store, StoreError};
use crate::domain::ids::SourceKey;

const ADD: &str = "-- source::add
INSERT INTO source (key, preset, title, auth, secret, region, mapping, state, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, 'live', $8) ON CONFLICT (key) DO NOTHING";
const ALL: &str = "-- source::all
SELECT key, preset, title, auth, secret, secret_before, before_until, region, mapping, state, created_at FROM source ORDER BY key";
const FIGURES: &str = "-- source::figures
SELECT s.key, s.forged, s.watched, s.quiet_since, (SELECT max(d.received_at) FROM delivery d WHERE d.source = s.key) AS last_at,
  (SELECT count(*) FROM delivery d WHERE d.source = s.key) AS deliveries,
  (SELECT count(*) FROM delivery d WHERE d.source = s.key AND d.state = 'quarantined') AS quarantined
FROM source s ORDER BY s.key";
const ROTATE: &str = "-- source::rotate\nUPDATE source SET secret_before = secret, before_until = $3, secret = $2 WHERE key = $1";
const PAUSE: &str = "-- source::pause\nUPDATE source SET state = 'paused' WHERE key = $1";
const RESUME: &str =
    "-- source::resume\nUPDATE source SET resumed_at = iif(state = 'paused', $2, resumed_at), state = 'live' WHERE key = $1";
const WATCH: &str = "-- source::watch\nUPDATE source SET watched = $2, quiet_since = NULL WHERE key = $1";
const MAPPING: &str = "-- source::mapping\nUPDATE source SET mapping = $2 WHERE key = $1";

/// A source of leads.
#[derive(Debug, Clone)]
pub struct SourceRow {
    /// As it stands in its URL.
    pub key: SourceKey,
    /// How its deliveries are read.
    pub preset: String,
    /// Its name for people.
    pub title: String,
    /// How a request proves itself, as JSON of `intake::verify::Auth`.
    pub auth: String,
    /// The live secret; for a source that only its URL protects, the hash of the URL's token.
    pub secret: SecretString,
    /// The one before it, during a rotation.
    pub secret_before: Option<SecretString>,
    /// How long the one before still counts.
    pub before_until: Option<DateTime<Utc>>,
    /// For phone numbers without a country.
    pub region: Option<String>,
    /// The user's own mapping, JSON.
    pub mapping: Option<String>,
    /// Answered with "later" while paused.
    pub paused: bool,
    /// Since when.
    pub created_at: DateTime<Utc>,
}

/// How much came in at a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFigures {
    /// Which source.
    pub key: SourceKey,
    /// Requests that were refused because they proved nothing.
    pub forged: u64,
    /// The newest delivery.
    pub last_at: Option<DateTime<Utc>>,
    /// All deliveries.
    pub deliveries: u64,
    /// Those that could not be read.
    pub quarantined: u64,
    /// Whether managers are told when it is quiet.
    pub watch: Watch,
    /// Told to be quiet since then, and not heard since.
    pub quiet_since: Option<DateTime<Utc>>,
}

/// Whether managers are told when a source is quiet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Watch {
    /// They are.
    On,
    /// They are not.
    Off,
}

/// A change to a source.
#[derive(Debug)]
pub enum SourceChange {
    /// Another secret; the one before counts until then.
    Rotate {
        /// The new one.
        secret: SecretString,
        /// How long the old one still counts.
        until: DateTime<Utc>,
    },
    /// Answered with "later".
    Pause,
    /// Live again.
    Resume,
    /// Whether managers are told when it is quiet.
    Watch(Watch),
    /// The user's own mapping, JSON; none, to go back to the preset's.
    Mapping(Option<String>),
}

fn read(row: &SqliteRow) -> Result<SourceRow, StoreError> {
    let secret = |column| Ok::<_, StoreError>(row.try_get::<Option<String>, _>(column)?.map(SecretString::from));
    Ok(SourceRow {
        key: SourceKey(row.try_get("key")?),
        preset: row.try_get("preset")?,
        title: row.try_get("title")?,
        auth: row.try_get("auth")?,
        secret: SecretString::from(row.try_get::<String, _>("secret")?),
        secret_before: secret("secret_before")?,
        before_until: row.try_get::<Option<i64>, _>("before_until")?.map(instant),
        region: row.try_get("region")?,
        mapping: row.try_get("mapping")?,
        paused: row.try_get::<&str, _>("state")? == "paused",
        created_at: instant(row.try_get("created_at")?),
    })
}

/// Every source.
pub(super) async fn load(conn: &mut SqliteConnection) -> Result<Vec<SourceRow>, StoreError> {
    sqlx::query(ALL).fetch_all(conn).await?.iter().map(read).collect()
}

impl Store {
    /// Adds a source; false when the key is taken.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn add_source(&self, source: SourceRow, by: AuditEntry) -> Result<bool, StoreError> {
        self.write(move |tx| {
            async move {
                let added = sqlx::query(ADD)
                    .bind(source.key.as_str())
                    .bind(&source.preset)
                    .bind(&source.title)
                    .bind(&source.auth)
                    .bind(source.secret.expose_secret().to_owned())
                    .bind(&source.region)
                    .bind(&source.mapping)
                    .bind(millis(source.created_at))
                    .execute(&mut tx.conn)
                    .await?
                    .rows_affected();
                audit(&mut tx.conn, &by).await?;
                tx.sources_changed();
                Ok(added == 1)
            }
            .boxed()
        })
        .await
    }

    /// How much came in at each source.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn source_figures(&self) -> Result<Vec<SourceFigures>, StoreError> {
        let rows = sqlx::query(FIGURES).fetch_all(self.readers()).await?;
        let count =
            |row: &SqliteRow, column| Ok::<_, StoreError>(u64::try_from(row.try_get::<i64, _>(column)?).unwrap_or_default());
        let read = |row: &SqliteRow| {
            Ok(SourceFigures {
                key: SourceKey(row.try_get("key")?),
                forged: count(row, "forged")?,
                last_at: row.try_get::<Option<i64>, _>("last_at")?.map(instant),
                deliveries: count(row, "deliveries")?,
                quarantined: count(row, "quarantined")?,
                watch: if row.try_get("watched")? { Watch::On } else { Watch::Off },
                quiet_since: row.try_get::<Option<i64>, _>("quiet_since")?.map(instant),
            })
        };
        rows.iter().map(read).collect()
    }

    /// Changes a source; false when there is none of that key.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn change_source(&self, key: SourceKey, change: SourceChange, by: AuditEntry) -> Result<bool, StoreError> {
        self.write(move |tx| {
            async move {
                let query = match change {
                    SourceChange::Rotate { secret, until } => {
                        sqlx::query(ROTATE).bind(key.as_str()).bind(secret.expose_secret().to_owned()).bind(millis(until))
                    }
                    SourceChange::Pause => sqlx::query(PAUSE).bind(key.as_str()),
                    SourceChange::Resume => sqlx::query(RESUME).bind(key.as_str()).bind(millis(by.at)),
                    SourceChange::Watch(watch) => sqlx::query(WATCH).bind(key.as_str()).bind(watch == Watch::On),
                    SourceChange::Mapping(mapping) => sqlx::query(MAPPING).bind(key.as_str()).bind(mapping),
                };
                let there = query.execute(&mut tx.conn).await?.rows_affected() > 0;
                audit(&mut tx.conn, &by).await?;
                tx.sources_changed();
                Ok(there)
            }
            .boxed()
        })
        .await
    }
}
