//! Sales that come of a lead: each is open until it is won or lost, and none is forgotten when the lead is worked again.
//! Invariant: at most one is open, and it is the newest; a lead that is over has none that is open.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::draft::Draft;
use super::fact::Fact;
use super::ids::PersonId;
use super::lead::Course;
use super::money::Money;
use super::promises;
use super::reply::Reply;
use crate::playbook::StageKind;

/// A sale. Stored: fields are never renamed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deal {
    /// What it is worth; not known yet, when `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Money>,
    /// Since when there is one.
    pub since: DateTime<Utc>,
    /// How it ended; it is open, when `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<DealEnd>,
}

/// How a deal ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DealEnd {
    /// Won or lost.
    pub how: DealResult,
    /// When.
    pub at: DateTime<Utc>,
    /// Whose it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<PersonId>,
}

/// What became of a deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DealResult {
    /// They bought.
    Won,
    /// They did not.
    Lost,
}

impl Deal {
    /// The word for how it stands, in the database and in files.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self.end.as_ref().map(|end| end.how) {
            None => "open",
            Some(DealResult::Won) => "won",
            Some(DealResult::Lost) => "lost",
        }
    }
}

impl Course {
    /// The deal that is open.
    #[must_use]
    pub fn open_deal(&self) -> Option<&Deal> {
        self.deals.last().filter(|deal| deal.end.is_none())
    }

    /// Takes in what a fact says of deals.
    pub(super) fn deal(&mut self, fact: &Fact, at: DateTime<Utc>) {
        let owner = self.state.owner();
        let end = |how| DealEnd { how, at, by: owner };
        match fact {
            Fact::DealMade { value } => self.deals.push(Deal { value: *value, since: at, end: None }),
            Fact::DealValued { value } => {
                if let Some(deal) = self.deals.last_mut() {
                    deal.value = Some(*value);
                }
            }
            Fact::DealWon { value } => match self.deals.last_mut().filter(|deal| deal.end.is_none()) {
                Some(deal) => (deal.value, deal.end) = (value.or(deal.value), Some(end(DealResult::Won))),
                None => self.deals.push(Deal { value: *value, since: at, end: Some(end(DealResult::Won)) }),
            },
            Fact::DealLost => {
                if let Some(deal) = self.deals.last_mut().filter(|deal| deal.end.is_none()) {
                    deal.end = Some(end(DealResult::Lost));
                }
            }
            _ => {}
        }
    }
}

/// Makes a deal of the lead, or says what the one that is open is worth. It stays with its owner, and a next step is expected.
pub(super) fn make(draft: &mut Draft<'_>, value: Option<Money>) -> Reply {
    let open = draft.course().open_deal().cloned();
    let fact = match (&open, value) {
        (None, value) => Fact::DealMade { value },
        (Some(deal), Some(value)) if deal.value != Some(value) => Fact::DealValued { value },
        (Some(deal), _) => return Reply::DealAlready { value: deal.value },
    };
    draft.record(fact);
    let kind = draft.playbook().stage(&draft.course().stage).map(|stage| stage.kind);
    // Who talks terms already is not sent back.
    let is_behind = !matches!(kind, Some(StageKind::Qualified | StageKind::Negotiation));
    if let (true, Some(stage)) = (is_behind, draft.playbook().stage_of_kind(StageKind::Qualified)) {
        draft.record(Fact::StageSet { to: stage.key.clone() });
    }
    promises::keep_going(draft);
    match (open, value) {
        (Some(_), Some(value)) => Reply::DealValued { value },
        (_, value) => Reply::DealMade { value },
    }
}

/// It was bought: for what the deal is worth, where nothing else is said.
pub(super) fn win(draft: &mut Draft<'_>, value: Option<Money>) {
    let value = value.or_else(|| draft.course().open_deal().and_then(|deal| deal.value));
    draft.record(Fact::DealWon { value });
}

/// Nothing comes of the deal that is open, if there is one.
pub(super) fn lose(draft: &mut Draft<'_>) {
    if draft.course().open_deal().is_some() {
        draft.record(Fact::DealLost);
    }
}
