//! The newest delivery of a source, and what became of it: for whoever sets it up and waits.

use chrono::{DateTime, Utc};
use sqlx::Row as _;

use super::time::instant;
use super::{Store, StoreError};
use crate::domain::ids::{LeadId, SourceKey};
use crate::domain::lead::Lead;

const LAST: &str = "-- delivery::last_of
SELECT received_at, state, why, (SELECT s.lead FROM submission s WHERE s.delivery = d.id ORDER BY s.nth LIMIT 1) AS lead
FROM delivery d WHERE d.source = $1 ORDER BY d.received_at DESC, d.id DESC LIMIT 1";

/// A delivery, and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrival {
    /// When it came.
    pub at: DateTime<Utc>,
    /// What became of it.
    pub became: Became,
}

/// What became of a delivery.
#[derive(Debug, Clone, PartialEq)]
pub enum Became {
    /// A lead.
    Lead(Box<Lead>),
    /// Signals of people who have leads; how many.
    Heard(String),
    /// Nothing new: it had come before.
    Repeat,
    /// Recognised, and never a lead; why.
    Ignored(String),
    /// It could not be read; why.
    Unread(String),
    /// It is not read yet.
    Waiting,
}

impl Store {
    /// The newest delivery of a source; none while nothing came.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn last_arrival(&self, source: &SourceKey) -> Result<Option<Arrival>, StoreError> {
        let Some(row) = sqlx::query(LAST).bind(source.as_str()).fetch_optional(self.readers()).await? else { return Ok(None) };
        let at = instant(row.try_get("received_at")?);
        let why = row.try_get::<Option<String>, _>("why")?.unwrap_or_default();
        let lead = match row.try_get::<Option<i64>, _>("lead")? {
            Some(id) => self.lead(LeadId(id)).await?,
            None => None,
        };
        let became = match (row.try_get::<&str, _>("state")?, lead) {
            ("quarantined", _) => Became::Unread(why),
            (_, Some(lead)) => Became::Lead(Box::new(lead)),
            ("ignored", None) => Became::Ignored(why),
            ("done", None) => Became::Heard(why),
            ("repeat", None) => Became::Repeat,
            (_, None) => Became::Waiting,
        };
        Ok(Some(Arrival { at, became }))
    }
}
