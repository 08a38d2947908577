//! Deliveries: the raw bytes of each request, committed before it is answered, and what became of them.

use std::sync::LazyLock;

use chrono::{DateTime, Duration, Utc};
use futures_util::FutureExt as _;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::notices::{self, NewNotice};
use super::time::{instant, millis};
use super::{Part, Rest, Store, StoreError};
use crate::domain::decision::{News, Recipient};
use crate::domain::ids::{DeliveryId, LeadId, SourceKey};
use crate::domain::submission::{DedupeKey, Submission};

/// Two submissions with the same fields are one when they come within this time and the provider gives no id.
const SAME_FIELDS_WITHIN: Duration = Duration::minutes(10);

const ADD: &str = "-- delivery::add
INSERT INTO delivery (source, received_at, content_type, headers, body, proof, holds, state) VALUES (?, ?, ?, ?, ?, ?, ?, 'new')";
const ONE_MORE: &str = ", (?, ?, ?, ?, ?, ?, ?, 'new')";
const NEW: &str = "-- delivery::new
SELECT id, source, received_at, content_type, headers, body, proof, holds FROM delivery WHERE state = 'new' ORDER BY id LIMIT $1";
const ONE: &str =
    "-- delivery::one\nSELECT id, source, received_at, content_type, headers, body, proof, holds FROM delivery WHERE id = $1";
const END: &str = "-- delivery::end\nUPDATE delivery SET state = $2, why = $3 WHERE id = $1";
const END_NEW: &str = "-- delivery::end_new\nUPDATE delivery SET state = $2, why = $3 WHERE id = $1 AND state = 'new'";
const BY_KEY: &str = "-- submission::by_key
SELECT lead FROM submission WHERE delivery = $1 AND nth = $2
UNION ALL SELECT lead FROM submission WHERE source = $3 AND provider_key = $4 LIMIT 1";
const BY_HASH: &str = "-- submission::by_hash
SELECT lead FROM submission WHERE delivery = $1 AND nth = $2
UNION ALL SELECT lead FROM submission WHERE source = $3 AND content_hash = $4 AND received_at > $5 LIMIT 1";
const ADD_SUBMISSION: &str = "-- submission::add
INSERT INTO submission (source, provider_key, content_hash, delivery, nth, lead, received_at, body)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);
UPDATE delivery SET state = 'done', why = $9 WHERE id = $10 AND state = 'new'";
// Whoever has it read again is told what became of it.
const QUARANTINED_BEFORE: &str = "-- delivery::quarantined_before
SELECT count(*) AS n FROM delivery WHERE state = 'quarantined' AND source = $1 AND (id < $2 AND received_at > $3 OR id = $2 AND replay IS NOT NULL)";

/// How a delivery proved itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// By a signature or a secret.
    Signed,
    /// By the unguessable part of its URL alone.
    Url,
}

impl Proof {
    fn word(self) -> &'static str {
        match self {
            Proof::Signed => "signed",
            Proof::Url => "url",
        }
    }
}

/// What a request brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// Submissions, and news of what became of messages of ours.
    Leads,
    /// What people did besides asking.
    Signals,
}

impl Holds {
    fn word(self) -> &'static str {
        match self {
            Holds::Leads => "leads",
            Holds::Signals => "signals",
        }
    }
}

/// A request as received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDelivery {
    /// Where it came in.
    pub source: SourceKey,
    /// When.
    pub received_at: DateTime<Utc>,
    /// What it says it is.
    pub content_type: String,
    /// Headers that matter later, without credentials: name (lower case), value.
    pub headers: Vec<(String, String)>,
    /// The bytes.
    pub body: Vec<u8>,
    /// How it proved itself.
    pub proof: Proof,
    /// What it brings, by the address that it came to.
    pub holds: Holds,
}

/// A delivery that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryRow {
    /// Its row.
    pub id: DeliveryId,
    /// The request.
    pub request: NewDelivery,
}

/// What became of a delivery that made no lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Recognised, and never a lead: a ping, a status.
    Ignored(String),
    /// Signals were taken from it.
    Heard(String),
    /// It holds signals, and all of them were heard before.
    Repeated(String),
    /// Could not be read; managers are told.
    Quarantined(String),
}

/// `ADD` for 1, 2, 4 … rows: few texts, so that each is prepared once, and few of them make any number.
static ADD_MANY: LazyLock<Vec<String>> =
    LazyLock::new(|| (0..6).map(|power| format!("{ADD}{}", ONE_MORE.repeat((1 << power) - 1))).collect());

/// Keeps requests in their order; their rows, which follow each other.
pub(super) async fn add_all(conn: &mut SqliteConnection, requests: &[&NewDelivery]) -> Result<Vec<DeliveryId>, StoreError> {
    let mut ids = Vec::with_capacity(requests.len());
    let mut left = requests;
    while !left.is_empty() {
        let power = usize::try_from(left.len().ilog2()).unwrap_or(0).min(ADD_MANY.len() - 1);
        let (rows, rest) = left.split_at(1 << power);
        let mut query = sqlx::query(ADD_MANY[power].as_str());
        for request in rows {
            query = query
                .bind(request.source.as_str())
                .bind(millis(request.received_at))
                .bind(request.content_type.as_str())
                .bind(serde_json::to_string(&request.headers)?)
                .bind(request.body.as_slice())
                .bind(request.proof.word())
                .bind(request.holds.word());
        }
        let last = query.execute(&mut *conn).await?.last_insert_rowid();
        ids.extend((0..rows.len()).rev().filter_map(|back| Some(DeliveryId(last - i64::try_from(back).ok()?))));
        left = rest;
    }
    Ok(ids)
}

/// Is it the first of its kind? If not, a delivery that is done with it is marked as a repeat.
pub(super) async fn is_first(
    conn: &mut SqliteConnection,
    part: Option<Part>,
    submission: &Submission,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let seen = match earlier(conn, part, submission, now).await? {
        Some(lead) => lead,
        None => return Ok(true),
    };
    if let Some(Part { delivery, rest: Rest::None, .. }) = part {
        sqlx::query(END_NEW).bind(delivery.0).bind("repeat").bind(format!("the same as {seen}")).execute(conn).await?;
    }
    Ok(false)
}

async fn earlier(
    conn: &mut SqliteConnection,
    part: Option<Part>,
    submission: &Submission,
    now: DateTime<Utc>,
) -> Result<Option<LeadId>, StoreError> {
    if crate::planted::is("no-dedupe") {
        return Ok(None);
    }
    let (sql, key, after) = match &submission.dedupe_key {
        DedupeKey::Provider(key) => (BY_KEY, key, None),
        DedupeKey::Hash(hash) => (BY_HASH, hash, Some(millis(now - SAME_FIELDS_WITHIN))),
    };
    let row = sqlx::query(sql)
        .bind(part.map(|p| p.delivery.0))
        .bind(part.map(|p| p.nth))
        .bind(submission.source.as_str())
        .bind(key)
        .bind(after)
        .fetch_optional(conn)
        .await?;
    Ok(row.map(|r| r.try_get("lead").map(LeadId)).transpose()?)
}

/// Ties the submission to its lead and, when it is the last of its delivery, the delivery to its end.
pub(super) async fn attach(
    conn: &mut SqliteConnection,
    part: Option<Part>,
    submission: &Submission,
    lead: LeadId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let (key, hash) = match &submission.dedupe_key {
        DedupeKey::Provider(key) => (Some(key), None),
        DedupeKey::Hash(hash) => (None, Some(hash)),
    };
    let ended = part.filter(|p| p.rest == Rest::None).map(|p| p.delivery.0);
    let query = sqlx::query(ADD_SUBMISSION)
        .bind(submission.source.as_str())
        .bind(key)
        .bind(hash)
        .bind(part.map(|p| p.delivery.0))
        .bind(part.map_or(0, |p| p.nth))
        .bind(lead.0)
        .bind(millis(now))
        .bind(serde_json::to_string(submission)?)
        .bind(lead.to_string())
        .bind(ended);
    query.execute(conn).await?;
    Ok(())
}

fn read(row: &SqliteRow) -> Result<DeliveryRow, StoreError> {
    let proof: &str = row.try_get("proof")?;
    Ok(DeliveryRow {
        id: DeliveryId(row.try_get("id")?),
        request: NewDelivery {
            source: SourceKey(row.try_get("source")?),
            received_at: instant(row.try_get("received_at")?),
            content_type: row.try_get("content_type")?,
            headers: serde_json::from_str(row.try_get("headers")?)?,
            body: row.try_get("body")?,
            proof: if proof == "signed" { Proof::Signed } else { Proof::Url },
            holds: if row.try_get::<&str, _>("holds")? == "signals" { Holds::Signals } else { Holds::Leads },
        },
    })
}

impl Store {
    /// Deliveries that wait to be worked, oldest first, at most `limit`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn new_deliveries(&self, limit: u32) -> Result<Vec<DeliveryRow>, StoreError> {
        let rows = sqlx::query(NEW).bind(limit).fetch_all(self.readers()).await?;
        rows.iter().map(read).collect()
    }

    /// One delivery.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn delivery(&self, id: DeliveryId) -> Result<Option<DeliveryRow>, StoreError> {
        let row = sqlx::query(ONE).bind(id.0).fetch_optional(self.readers()).await?;
        row.as_ref().map(read).transpose()
    }

    /// The delivery made no lead. Managers are told of the first that cannot be read in an hour, per source.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn delivery_ended(&self, delivery: DeliveryRow, outcome: Outcome, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(move |tx| {
            async move {
                let (state, why) = match outcome {
                    Outcome::Ignored(why) => ("ignored", why),
                    Outcome::Heard(why) => ("done", why),
                    Outcome::Repeated(why) => ("repeat", why),
                    Outcome::Quarantined(why) => ("quarantined", why),
                };
                sqlx::query(END).bind(delivery.id.0).bind(state).bind(&why).execute(&mut tx.conn).await?;
                if state != "quarantined" {
                    return Ok(());
                }
                let source = delivery.request.source;
                let since = millis(now - Duration::hours(1));
                let row = sqlx::query(QUARANTINED_BEFORE)
                    .bind(source.as_str())
                    .bind(delivery.id.0)
                    .bind(since)
                    .fetch_one(&mut tx.conn)
                    .await?;
                if row.try_get::<i64, _>("n")? == 0 {
                    let notice = NewNotice { to: Recipient::Managers, news: News::Quarantined { source, why } };
                    notices::add_free(&mut tx.conn, &notice, now).await?;
                }
                Ok(())
            }
            .boxed()
        })
        .await
    }
}
