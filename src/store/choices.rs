//! What people choose for themselves: the hours that they keep, and how they hear of things.

use futures_util::FutureExt as _;
use serde::{Deserialize, Serialize};

use super::people::{AuditEntry, audit};
use super::{Store, StoreError};
use crate::domain::hours::Hours;
use crate::domain::ids::PersonId;
use crate::domain::notify::Notify;

const HOURS: &str = "-- person::hours\nUPDATE person SET hours = $2 WHERE id = $1";
const NOTIFY: &str = "-- person::notify\nUPDATE person SET notify = $2 WHERE id = $1";

/// Hours as they are kept: whatever the company's own are by then, these stay as they were said.
#[derive(Debug, Serialize, Deserialize)]
struct Written {
    hours: String,
    zone: String,
    holidays: Option<String>,
}

pub(super) fn read_hours(person: i64, text: &str) -> Result<Hours, StoreError> {
    let Written { hours, zone, holidays } = serde_json::from_str(text)?;
    Hours::parse(&hours, &zone, holidays.as_deref()).map_err(|why| StoreError::Corrupt {
        table: "person",
        id: person.to_string(),
        why: why.to_string(),
    })
}

fn write_hours(hours: &Hours) -> Result<String, StoreError> {
    let (zone, holidays) = (hours.zone().name().to_owned(), hours.holidays().map(str::to_owned));
    Ok(serde_json::to_string(&Written { hours: hours.to_string(), zone, holidays })?)
}

impl Store {
    /// Keeps the hours that a person keeps; their teams' again, when `None`.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn set_hours(&self, person: PersonId, hours: Option<Hours>, by: AuditEntry) -> Result<(), StoreError> {
        self.write(move |tx| {
            async move {
                let hours = hours.as_ref().map(write_hours).transpose()?;
                sqlx::query(HOURS).bind(person.0).bind(hours).execute(&mut tx.conn).await?;
                tx.people_changed();
                audit(&mut tx.conn, &by).await
            }
            .boxed()
        })
        .await
    }

    /// Keeps how a person hears of things.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn set_notify(&self, person: PersonId, notify: Notify, by: AuditEntry) -> Result<(), StoreError> {
        self.write(move |tx| {
            async move {
                sqlx::query(NOTIFY).bind(person.0).bind(serde_json::to_string(&notify)?).execute(&mut tx.conn).await?;
                tx.people_changed();
                audit(&mut tx.conn, &by).await
            }
            .boxed()
        })
        .await
    }
}
