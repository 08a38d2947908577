//! What people can do that not everybody can.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::FutureExt as _;
use sqlx::{Row as _, SqliteConnection};

use super::people::{AuditEntry, audit};
use super::{Store, StoreError};
use crate::domain::ids::{PersonId, SkillKey};

const ALL: &str = "-- skill::all\nSELECT person, skill FROM skill ORDER BY person, skill";
const GIVE: &str = "-- skill::give\nINSERT INTO skill (person, skill) VALUES ($1, $2) ON CONFLICT (person, skill) DO NOTHING";
const TAKE: &str = "-- skill::take\nDELETE FROM skill WHERE person = $1 AND skill = $2";

/// Whether somebody can do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant {
    /// They can.
    Given,
    /// They cannot, or not any more.
    Taken,
}

pub(super) async fn load(conn: &mut SqliteConnection) -> Result<BTreeMap<i64, BTreeSet<SkillKey>>, StoreError> {
    let mut skills: BTreeMap<i64, BTreeSet<SkillKey>> = BTreeMap::new();
    for row in sqlx::query(ALL).fetch_all(conn).await? {
        skills.entry(row.try_get("person")?).or_default().insert(SkillKey(row.try_get("skill")?));
    }
    Ok(skills)
}

impl Store {
    /// Keeps that a person can do something, or not any more; false when that was known.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn set_skill(&self, person: PersonId, skill: SkillKey, grant: Grant, by: AuditEntry) -> Result<bool, StoreError> {
        self.write(move |tx| {
            async move {
                let statement = match grant {
                    Grant::Given => GIVE,
                    Grant::Taken => TAKE,
                };
                let query = sqlx::query(statement).bind(person.0).bind(skill.as_str());
                let is_new = query.execute(&mut tx.conn).await?.rows_affected() > 0;
                if is_new {
                    audit(&mut tx.conn, &by).await?;
                    tx.people_changed();
                }
                Ok(is_new)
            }
            .boxed()
        })
        .await
    }
}
