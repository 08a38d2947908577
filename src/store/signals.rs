//! Signals that were heard, each counted once: by its sender's own id, and by its place in its delivery.
//! Who gave it is not kept here: only which lead they have, where they have one.

use chrono::{DateTime, Utc};
use sqlx::{Row as _, SqliteConnection};

use super::matching;
use super::time::millis;
use super::writer::Tx;
use super::{Store, StoreError, suppression};
use crate::domain::ids::{DeliveryId, LeadId, SignalKey, SourceKey};
use crate::domain::lead::Lead;
use crate::domain::signals::Whose;

const ADD: &str = "-- signal::add
INSERT INTO signal (source, provider_key, delivery, nth, lead, kind, at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
const HEARD: &str = "-- signal::heard_since
SELECT count(*) AS n, coalesce(sum(lead IS NULL), 0) AS unknown FROM signal WHERE source = $1 AND at >= $2";

/// A signal as it came in.
#[derive(Debug, Clone, PartialEq)]
pub struct NewSignal {
    /// The delivery that held it.
    pub delivery: DeliveryId,
    /// Its place in it, counted from 0.
    pub nth: u32,
    /// Where it came in.
    pub source: SourceKey,
    /// The sender's own id: the same twice is one.
    pub id: Option<String>,
    /// What kind.
    pub kind: SignalKey,
    /// Whose it is.
    pub of: Whose,
}

/// How many signals a source has sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SignalFigures {
    /// All.
    pub heard: u64,
    /// Of those, the ones of people who have no lead.
    pub unknown: u64,
}

/// The lead that they have, and whether they asked to be left alone with it or another one.
pub(super) async fn known(tx: &mut Tx, of: &Whose) -> Result<(Option<Lead>, bool), StoreError> {
    let lead = match of {
        Whose::Lead(id) => matching::survivor(&mut tx.conn, *id).await?,
        Whose::Person(who) => match matching::newest_of(&mut tx.conn, who).await? {
            Some(id) => matching::survivor(&mut tx.conn, id).await?,
            None => None,
        },
    };
    let Some(lead) = lead else { return Ok((None, false)) };
    let is_left_alone = !lead.profile.is_test && suppression::comes_in(tx, &lead.profile.contact).await?;
    Ok((Some(lead), is_left_alone))
}

/// Notes it; false when it was heard before.
pub(super) async fn add(
    conn: &mut SqliteConnection,
    signal: &NewSignal,
    lead: Option<LeadId>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let query = sqlx::query(ADD).bind(signal.source.as_str()).bind(&signal.id).bind(signal.delivery.0).bind(signal.nth);
    let query = query.bind(lead.map(|lead| lead.0)).bind(signal.kind.as_str()).bind(millis(now));
    Ok(query.execute(conn).await?.rows_affected() == 1)
}

impl Store {
    /// How many signals a source has sent since then.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn signal_figures(&self, source: &SourceKey, since: DateTime<Utc>) -> Result<SignalFigures, StoreError> {
        let row = sqlx::query(HEARD).bind(source.as_str()).bind(millis(since)).fetch_one(self.readers()).await?;
        let count = |column| Ok::<_, StoreError>(u64::try_from(row.try_get::<i64, _>(column)?).unwrap_or_default());
        Ok(SignalFigures { heard: count("n")?, unknown: count("unknown")? })
    }
}
