//! What was heard of sources, and which of them was told to be quiet: each is told once, and not again until it has spoken.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use futures_util::FutureExt as _;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::notices::{self, NewNotice};
use super::time::{instant, millis};
use super::{Store, StoreError};
use crate::domain::decision::{News, Recipient};
use crate::domain::ids::SourceKey;
use crate::domain::silence::Heard;

const LISTENED: &str = "-- source::listened
SELECT key, created_at, coalesce(resumed_at, created_at) AS listened_from, (SELECT max(d.received_at) FROM delivery d WHERE d.source = key) AS last_at
FROM source WHERE state = 'live' AND watched = 1 AND quiet_since IS NULL ORDER BY key";
const BY_HOUR: &str = "-- delivery::by_hour
SELECT received_at / 3600000 AS hour, count(*) AS n FROM delivery WHERE source = $1 AND received_at >= $2 GROUP BY 1 ORDER BY 1";
const QUIET: &str = "-- source::quiet
UPDATE source SET quiet_since = $2 WHERE key = $1 AND quiet_since IS NULL AND state = 'live' AND watched = 1
  AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.source = $1 AND d.received_at > $2)";
const SPOKE: &str = "-- source::spoke
SELECT key, quiet_since FROM source
WHERE quiet_since IS NOT NULL AND EXISTS (SELECT 1 FROM delivery d WHERE d.source = key AND d.received_at > quiet_since) ORDER BY key";
const HEARD: &str = "-- source::heard\nUPDATE source SET quiet_since = NULL WHERE key = $1 AND quiet_since = $2";

/// Longer ago is no habit any more.
const LISTENED_DAYS: i64 = 56;

impl Store {
    /// What was heard of each source that is live, watched and not told to be quiet; none of which nothing was ever heard.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn heard(&self) -> Result<Vec<(SourceKey, Heard)>, StoreError> {
        let mut all = Vec::new();
        for row in sqlx::query(LISTENED).fetch_all(self.readers()).await? {
            let Some(last) = row.try_get::<Option<i64>, _>("last_at")?.map(instant) else { continue };
            let key = SourceKey(row.try_get("key")?);
            let from = millis(last - Duration::days(LISTENED_DAYS));
            let hours = sqlx::query(BY_HOUR).bind(key.as_str()).bind(from).fetch_all(self.readers()).await?;
            let hour = |row: &SqliteRow| {
                Ok::<_, StoreError>((row.try_get("hour")?, u32::try_from(row.try_get::<i64, _>("n")?).unwrap_or(u32::MAX)))
            };
            let by_hour = hours.iter().map(hour).collect::<Result<BTreeMap<i64, u32>, _>>()?;
            let (since, listened_from) = (instant(row.try_get("created_at")?), instant(row.try_get("listened_from")?));
            all.push((key, Heard { since, last, listened_from, by_hour }));
        }
        Ok(all)
    }

    /// Tells managers that a source is quiet, unless it was heard or told meanwhile; whether it was told.
    ///
    /// # Errors
    /// When the store cannot be written: then nobody was told.
    pub async fn tell_quiet(&self, news: News, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let News::SourceSilent { source, since, .. } = &news else { return Ok(false) };
        let (key, since) = (source.clone(), millis(*since));
        self.write(move |tx| {
            async move {
                if sqlx::query(QUIET).bind(key.as_str()).bind(since).execute(&mut tx.conn).await?.rows_affected() == 0 {
                    return Ok(false);
                }
                notices::add_free(&mut tx.conn, &NewNotice { to: Recipient::Managers, news }, now).await?;
                Ok(true)
            }
            .boxed()
        })
        .await
    }

    /// Tells managers of those that were told to be quiet and were heard since; how many.
    ///
    /// # Errors
    /// When the store cannot be read or written: then nobody was told.
    pub async fn tell_heard_again(&self, now: DateTime<Utc>) -> Result<usize, StoreError> {
        let rows = sqlx::query(SPOKE).fetch_all(self.readers()).await?;
        let mut told = 0;
        for row in rows {
            let (key, since) = (SourceKey(row.try_get("key")?), row.try_get::<i64, _>("quiet_since")?);
            let wrote = self.write(move |tx| {
                async move {
                    if sqlx::query(HEARD).bind(key.as_str()).bind(since).execute(&mut tx.conn).await?.rows_affected() == 0 {
                        return Ok(0);
                    }
                    let news = News::SourceHeardAgain { source: key, since: instant(since) };
                    notices::add_free(&mut tx.conn, &NewNotice { to: Recipient::Managers, news }, now).await?;
                    Ok(1)
                }
                .boxed()
            });
            told += wrote.await?;
        }
        Ok(told)
    }
}
