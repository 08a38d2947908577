//! Playbooks that were checked and wait for a yes. Kept in memory: after a restart the file is simply attached again.
//! Invariant: a draft is taken once, by the person who checked it, within a quarter of an hour, and only while the playbook in force is
//! the one that it was compared with.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Duration, Utc};

use crate::domain::ids::PersonId;

/// How long a draft waits.
const KEPT: Duration = Duration::minutes(15);

/// Most drafts at a time; the oldest goes first.
const MANY_MAX: usize = 32;

/// Playbooks that wait for a yes.
#[derive(Debug, Clone, Default)]
pub struct Drafts(Arc<Mutex<Vec<Draft>>>);

/// A playbook that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Draft {
    /// As the buttons carry it.
    pub(super) id: String,
    /// Who checked it.
    pub(super) by: PersonId,
    /// As written.
    pub(super) text: String,
    /// The version in force that it was compared with.
    pub(super) against: i64,
    /// The version that it goes back to, if it is not new.
    pub(super) back_to: Option<i64>,
    /// The reason that it adds, where that is all that it does: then managers may put it in force.
    pub(super) adds: Option<String>,
    /// When it was checked.
    pub(super) at: DateTime<Utc>,
}

impl Drafts {
    pub(super) fn keep(&self, draft: Draft) {
        let mut drafts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        drafts.retain(|d| draft.at - d.at < KEPT);
        if drafts.len() >= MANY_MAX {
            drafts.remove(0);
        }
        drafts.push(draft);
    }

    /// Whether all that a draft does is to add a reason; nothing, where it does not wait any more.
    pub(super) fn only_adds(&self, id: &str, by: PersonId) -> bool {
        let drafts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        drafts.iter().any(|draft| draft.id == id && draft.by == by && draft.adds.is_some())
    }

    /// Takes a draft away from those that wait.
    pub(super) fn take(&self, id: &str, by: PersonId, now: DateTime<Utc>) -> Option<Draft> {
        let mut drafts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        drafts.retain(|d| now - d.at < KEPT);
        let place = drafts.iter().position(|d| d.id == id && d.by == by)?;
        Some(drafts.remove(place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_taken_once_in_time_by_whoever_checked_it() {
        let at = |minutes: i64| DateTime::from_timestamp(1_789_378_000 + minutes * 60, 0).unwrap();
        let draft = |id: &str, minutes| Draft {
            id: id.to_owned(),
            by: PersonId(1),
            text: String::new(),
            against: 1,
            back_to: None,
            adds: None,
            at: at(minutes),
        };
        let drafts = Drafts::default();
        drafts.keep(draft("a", 0));
        drafts.keep(draft("b", 1));
        assert_eq!(drafts.take("a", PersonId(2), at(2)), None, "somebody else's");
        assert_eq!(drafts.take("a", PersonId(1), at(2)), Some(draft("a", 0)));
        assert_eq!(drafts.take("a", PersonId(1), at(2)), None, "taken already");
        assert_eq!(drafts.take("b", PersonId(1), at(16)), None, "too late");
        for n in 0..40 {
            drafts.keep(draft(&n.to_string(), 20));
        }
        assert_eq!((drafts.take("7", PersonId(1), at(20)), drafts.take("8", PersonId(1), at(20)).is_some()), (None, true));
    }
}
