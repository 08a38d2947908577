//! Playbooks that were checked and wait for a yes, and forms that must be typed again. Kept in memory: after a restart the file is simply
//! attached again, and the form typed.
//! Invariant: a draft is taken once, by the person who checked it, within a quarter of an hour, and only while the playbook in force is
//! the one that it was compared with.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Duration, Utc};

use crate::chat::action::Action;
use crate::domain::ids::PersonId;

/// How long a draft waits.
const KEPT: Duration = Duration::minutes(15);

/// Most drafts at a time; the oldest goes first.
const MANY_MAX: usize = 32;

/// Playbooks that wait for a yes, and forms that must be typed again.
#[derive(Debug, Clone, Default)]
pub struct Drafts(Arc<Mutex<Vec<Draft>>>, Arc<Mutex<Vec<Typed>>>);

/// What somebody typed into a form about a lead.
#[derive(Debug, Clone)]
struct Typed {
    by: PersonId,
    into: Action,
    values: BTreeMap<String, String>,
    at: DateTime<Utc>,
}

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

    /// Keeps what somebody typed into a form about a lead, so that they can correct it. Each form is kept for itself.
    pub(in crate::desk) fn keep_typed(
        &self,
        (by, form): (PersonId, &Action),
        values: BTreeMap<String, String>,
        at: DateTime<Utc>,
    ) {
        let into = whichever(form);
        let mut typed = self.1.lock().unwrap_or_else(PoisonError::into_inner);
        typed.retain(|t| at - t.at < KEPT && !(t.by == by && t.into == into));
        if typed.len() >= MANY_MAX {
            typed.remove(0);
        }
        typed.push(Typed { by, into, values, at });
    }

    /// What somebody typed into that form last, when it has to be corrected.
    pub(in crate::desk) fn typed(&self, by: PersonId, form: &Action, now: DateTime<Utc>) -> Option<BTreeMap<String, String>> {
        let into = whichever(form);
        let typed = self.1.lock().unwrap_or_else(PoisonError::into_inner);
        typed.iter().find(|t| t.by == by && t.into == into && now - t.at < KEPT).map(|t| t.values.clone())
    }

    /// It was right in the end.
    pub(in crate::desk) fn forget_typed(&self, by: PersonId, form: &Action) {
        let into = whichever(form);
        self.1.lock().unwrap_or_else(PoisonError::into_inner).retain(|t| !(t.by == by && t.into == into));
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

/// The same form of the same lead, whatever happened to the lead since.
fn whichever(form: &Action) -> Action {
    Action { epoch: 0, ..form.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::action::Verb;
    use crate::domain::ids::LeadId;

    #[test]
    fn what_was_typed_stands_in_the_form_that_it_was_typed_into() {
        let at = DateTime::from_timestamp(1_789_378_000, 0).unwrap();
        let form = |reason: &str, epoch| Action::on(Verb::DisqualifyWith, LeadId(7), epoch).with(reason);
        let typed = BTreeMap::from([("when".to_owned(), "some day".to_owned())]);
        let drafts = Drafts::default();
        drafts.keep_typed((PersonId(1), &form("not_ready", 3)), typed.clone(), at);
        assert_eq!(drafts.typed(PersonId(1), &form("not_ready", 4), at), Some(typed));
        assert_eq!(drafts.typed(PersonId(1), &form("no_budget", 3), at), None, "another form");
        assert_eq!(drafts.typed(PersonId(2), &form("not_ready", 3), at), None, "somebody else");
        drafts.forget_typed(PersonId(1), &form("not_ready", 5));
        assert_eq!(drafts.typed(PersonId(1), &form("not_ready", 3), at), None, "it was right in the end");
    }

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
