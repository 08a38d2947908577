//! What was noted for what is planned: it stands beside the log, with the line that planned it.

use std::collections::BTreeMap;

use super::{Store, StoreError};
use crate::domain::fact::Fact;
use crate::domain::ids::LeadId;
use crate::domain::lead::Lead;

impl Store {
    /// The same of each of these leads that has one.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn plan_notes(&self, leads: impl Iterator<Item = &Lead>) -> Result<BTreeMap<LeadId, String>, StoreError> {
        let mut notes = BTreeMap::new();
        for lead in leads {
            notes.extend(self.plan_note(lead).await?.map(|note| (lead.id, note)));
        }
        Ok(notes)
    }

    /// What was noted for the plan that the lead has; nothing when there is none, or nothing was.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn plan_note(&self, lead: &Lead) -> Result<Option<String>, StoreError> {
        let Some(plan) = &lead.course.follow_up else { return Ok(None) };
        let set = Fact::FollowUpSet { at: plan.at };
        let log = self.log(lead.id).await?;
        let line = log.into_iter().rfind(|line| line.facts.contains(&set));
        Ok(line.and_then(|line| line.words).filter(|words| !words.trim().is_empty()))
    }
}
