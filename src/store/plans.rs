//! What was noted for what is planned: it stands beside the log, with the line that planned it.

use super::{Store, StoreError};
use crate::domain::fact::Fact;
use crate::domain::lead::Lead;

impl Store {
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
