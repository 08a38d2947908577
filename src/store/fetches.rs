//! Fetches: what the ids in a delivery stand for, as rows that wait to be asked, and what came of them.
//! Invariant: a delivery waits as long as one of its rows is due; the row that ends the waiting and the delivery change together.

use chrono::{DateTime, Utc};
use futures_util::FutureExt as _;
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::people::{AuditEntry, audit};
use super::time::{instant, millis};
use super::{Store, StoreError, cards};
use crate::domain::ids::{DeliveryId, SourceKey};
use crate::domain::submission::DedupeKey;
use crate::intake::fetch::{Fetch, Fetched, Want};

const ADD: &str = "-- fetch::add
INSERT INTO fetch (delivery, nth, name, path, state, first_at, due_at) VALUES ($1, $2, $3, $4, 'due', $5, $6)
ON CONFLICT (delivery, nth, name) DO NOTHING";
const WAIT: &str = "-- delivery::fetching\nUPDATE delivery SET state = 'fetching' WHERE id = $1 AND state = 'new'";
const DUE: &str = "-- fetch::due
SELECT f.delivery, f.nth, f.name, f.path, f.first_at, f.tries, d.source FROM fetch f JOIN delivery d ON d.id = f.delivery
WHERE f.state = 'due' AND f.due_at <= $1 ORDER BY f.due_at, f.delivery, f.nth, f.name LIMIT $2";
const NEXT_DUE: &str = "-- fetch::next_due\nSELECT min(due_at) AS at FROM fetch WHERE state = 'due'";
const AGAIN: &str = "-- fetch::again
UPDATE fetch SET tries = tries + 1, due_at = $4 WHERE delivery = $1 AND nth = $2 AND name = $3 AND state = 'due'";
const HERE: &str = "-- fetch::here
UPDATE fetch SET tries = tries + 1, state = 'here', answer = $4 WHERE delivery = $1 AND nth = $2 AND name = $3 AND state = 'due'";
const FAILED: &str = "-- fetch::failed
UPDATE fetch SET tries = tries + 1, state = 'failed', why = $4, remedy = $5
WHERE delivery = $1 AND nth = $2 AND name = $3 AND state = 'due'";
const GO_ON: &str = "-- delivery::fetched
UPDATE delivery SET state = 'new' WHERE id = $1 AND state = 'fetching'
AND NOT EXISTS (SELECT 1 FROM fetch WHERE delivery = $1 AND state = 'due')";
const OF: &str = "-- fetch::of_delivery
SELECT nth, name, state, answer, why, remedy FROM fetch WHERE delivery = $1 AND state <> 'due'";
const TOKEN: &str = "-- access_token::of_source\nSELECT token FROM access_token WHERE source = $1";
const SET_TOKEN: &str = "-- access_token::set
INSERT INTO access_token (source, token, since) VALUES ($1, $2, $3)
ON CONFLICT (source) DO UPDATE SET token = excluded.token, since = excluded.since";
const KNOWN: &str = "-- submission::known\nSELECT 1 FROM submission WHERE source = $1 AND provider_key = $2 LIMIT 1";

/// A request that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchRow {
    /// The delivery that it is for.
    pub delivery: DeliveryId,
    /// The delivery's source.
    pub source: SourceKey,
    /// What is asked.
    pub want: Want,
    /// When it was first wanted.
    pub first_at: DateTime<Utc>,
    /// How often it was asked.
    pub tries: u32,
}

/// What came of asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FetchEnd {
    /// It is asked again then.
    Again(DateTime<Utc>),
    /// It needs no more asking.
    Done(Fetch),
}

impl Store {
    /// Puts a delivery aside until what it lacks has come: from `due` on that is asked for.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn want(
        &self,
        delivery: DeliveryId,
        wants: Vec<Want>,
        times: (DateTime<Utc>, DateTime<Utc>),
    ) -> Result<(), StoreError> {
        let (now, due) = times;
        self.write(move |tx| {
            async move {
                for want in &wants {
                    let query = sqlx::query(ADD).bind(delivery.0).bind(want.nth).bind(&want.name).bind(&want.path);
                    query.bind(millis(now)).bind(millis(due)).execute(&mut tx.conn).await?;
                }
                cards::done(sqlx::query(WAIT).bind(delivery.0).execute(&mut tx.conn).await)
            }
            .boxed()
        })
        .await
    }

    /// Requests that are due, the longest waiting first, at most `limit`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn due_fetches(&self, now: DateTime<Utc>, limit: u32) -> Result<Vec<FetchRow>, StoreError> {
        let read = |row: &SqliteRow| {
            Ok(FetchRow {
                delivery: DeliveryId(row.try_get("delivery")?),
                source: SourceKey(row.try_get("source")?),
                want: Want { nth: row.try_get("nth")?, name: row.try_get("name")?, path: row.try_get("path")? },
                first_at: instant(row.try_get("first_at")?),
                tries: row.try_get("tries")?,
            })
        };
        let rows = sqlx::query(DUE).bind(millis(now)).bind(limit).fetch_all(self.readers()).await?;
        rows.iter().map(read).collect()
    }

    /// When the next request will be due.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn next_fetch(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let row = sqlx::query(NEXT_DUE).fetch_one(self.readers()).await?;
        Ok(row.try_get::<Option<i64>, _>("at")?.map(instant))
    }

    /// Notes what came of a request; the last one of a delivery puts that back to be worked.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn fetch_ended(&self, row: FetchRow, end: FetchEnd) -> Result<(), StoreError> {
        self.write(move |tx| {
            async move {
                let id = |sql: &'static str| sqlx::query(sql).bind(row.delivery.0).bind(row.want.nth).bind(row.want.name.clone());
                let query = match end {
                    FetchEnd::Again(due) => id(AGAIN).bind(millis(due)),
                    FetchEnd::Done(Fetch::Here(answer)) => id(HERE).bind(answer),
                    FetchEnd::Done(Fetch::Failed { why, remedy }) => id(FAILED).bind(why).bind(remedy),
                };
                query.execute(&mut tx.conn).await?;
                cards::done(sqlx::query(GO_ON).bind(row.delivery.0).execute(&mut tx.conn).await)
            }
            .boxed()
        })
        .await
    }

    /// What has come for a delivery.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn fetched(&self, delivery: DeliveryId) -> Result<Fetched, StoreError> {
        let mut fetched = Fetched::default();
        for row in sqlx::query(OF).bind(delivery.0).fetch_all(self.readers()).await? {
            let fetch = match row.try_get::<&str, _>("state")? {
                "here" => Fetch::Here(row.try_get("answer")?),
                _ => Fetch::Failed { why: row.try_get("why")?, remedy: row.try_get("remedy")? },
            };
            fetched.add(row.try_get("nth")?, row.try_get::<String, _>("name")?, fetch);
        }
        Ok(fetched)
    }

    /// What a source's provider is asked with.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn access_token(&self, source: &SourceKey) -> Result<Option<SecretString>, StoreError> {
        let row = sqlx::query(TOKEN).bind(source.as_str()).fetch_optional(self.readers()).await?;
        Ok(row.map(|row| row.try_get::<String, _>("token")).transpose()?.map(SecretString::from))
    }

    /// Keeps what a source's provider is asked with, in place of the one before.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn set_access_token(&self, source: SourceKey, token: SecretString, by: AuditEntry) -> Result<(), StoreError> {
        self.write(move |tx| {
            async move {
                let query = sqlx::query(SET_TOKEN).bind(source.as_str()).bind(token.expose_secret().to_owned());
                query.bind(millis(by.at)).execute(&mut tx.conn).await?;
                audit(&mut tx.conn, &by).await
            }
            .boxed()
        })
        .await
    }

    /// Whether a submission came in before, by the id that its provider gave it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn has_submission(&self, source: &SourceKey, key: &DedupeKey) -> Result<bool, StoreError> {
        let DedupeKey::Provider(key) = key else { return Ok(false) };
        let row = sqlx::query(KNOWN).bind(source.as_str()).bind(key).fetch_optional(self.readers()).await?;
        Ok(row.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::playbook::Playbook;
    use crate::store::{Holds, NewDelivery, Options, Proof};

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_789_378_000 + 60 * minutes, 0).unwrap()
    }

    fn want(nth: u32) -> Want {
        Want { nth, name: "lead".to_owned(), path: format!("/v1/{nth}") }
    }

    async fn waiting(store: &Store) -> Vec<DeliveryId> {
        store.new_deliveries(10).await.unwrap().into_iter().map(|d| d.id).collect()
    }

    #[tokio::test]
    async fn a_delivery_waits_for_all_of_its_requests_and_the_audit_finds_one_that_nobody_asks() {
        let folder = tempfile::tempdir().unwrap();
        let options = Options { path: folder.path().join("leadbell.db"), seed: Playbook::example().to_owned() };
        let store = Store::open(&options, at(0)).await.unwrap();
        let request = NewDelivery {
            source: "ads".into(),
            received_at: at(0),
            content_type: "application/json".to_owned(),
            headers: Vec::new(),
            body: b"[]".to_vec(),
            proof: Proof::Signed,
            holds: Holds::Leads,
        };
        let id = store.accept(request).await.unwrap();
        store.want(id, vec![want(0), want(1)], (at(0), at(1))).await.unwrap();
        assert_eq!((waiting(&store).await, store.next_fetch().await.unwrap()), (vec![], Some(at(1))));
        assert_eq!(store.due_fetches(at(0), 10).await.unwrap(), []);

        let due = store.due_fetches(at(1), 10).await.unwrap();
        store.fetch_ended(due[0].clone(), FetchEnd::Done(Fetch::Here(b"{}".to_vec()))).await.unwrap();
        store.fetch_ended(due[1].clone(), FetchEnd::Again(at(2))).await.unwrap();
        assert_eq!(waiting(&store).await, []);
        let again = store.due_fetches(at(2), 10).await.unwrap();
        assert_eq!((again.len(), again[0].want.clone(), again[0].tries, again[0].first_at), (1, want(1), 1, at(0)));

        let unasked = async |now| {
            let findings = store.audit(now).await.unwrap();
            findings.into_iter().filter(|f| f.holds.contains("is being asked for")).flat_map(|f| f.broken).collect::<Vec<_>>()
        };
        assert_eq!(unasked(at(2)).await, Vec::<String>::new());
        assert_eq!(unasked(at(60)).await, ["delivery 1"]);

        let failed = Fetch::Failed { why: "gone".to_owned(), remedy: "Look.".to_owned() };
        store.fetch_ended(again[0].clone(), FetchEnd::Done(failed.clone())).await.unwrap();
        assert_eq!(waiting(&store).await, [id]);
        let mut all = Fetched::default();
        all.add(0, "lead", Fetch::Here(b"{}".to_vec()));
        all.add(1, "lead", failed);
        assert_eq!(store.fetched(id).await.unwrap(), all);
    }
}
