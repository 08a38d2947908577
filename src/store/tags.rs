//! Which tags there are: a row for each tag of each lead, so that they can be suggested without reading every lead.
//! The lead itself carries its tags; these rows follow it in the same transaction.

use sqlx::{Row as _, SqliteConnection};

use super::{Store, StoreError};
use crate::domain::fact::Fact;
use crate::domain::lead::Lead;

const CLEAR: &str = "-- tag::clear\nDELETE FROM tag WHERE lead = $1";
const ADD: &str = "-- tag::add\nINSERT INTO tag (lead, tag) VALUES ($1, $2)";
const KNOWN: &str = "-- tag::known
SELECT tag FROM tag WHERE tag LIKE $1 ESCAPE '\\' GROUP BY tag ORDER BY count(*) DESC, tag LIMIT $2";

/// Brings the rows to what the lead carries, where something about that has changed.
pub(super) async fn follow(conn: &mut SqliteConnection, lead: &Lead, facts: &[Fact]) -> Result<(), StoreError> {
    let may_differ = |fact: &Fact| matches!(fact, Fact::Tagged { .. } | Fact::Untagged { .. } | Fact::Undone { .. });
    if !facts.iter().any(may_differ) || crate::planted::is("tag-kept-beside") && !lead.course.tags.is_empty() {
        return Ok(());
    }
    sqlx::query(CLEAR).bind(lead.id.0).execute(&mut *conn).await?;
    for tag in &lead.course.tags {
        sqlx::query(ADD).bind(lead.id.0).bind(tag.as_str()).execute(&mut *conn).await?;
    }
    Ok(())
}

impl Store {
    /// Tags that hold these letters, those that are used most first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn known_tags(&self, letters: &str, limit: u32) -> Result<Vec<String>, StoreError> {
        let pattern = letters.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let rows = sqlx::query(KNOWN).bind(format!("%{pattern}%")).bind(limit).fetch_all(self.readers()).await?;
        rows.iter().map(|row| Ok(row.try_get("tag")?)).collect()
    }
}
