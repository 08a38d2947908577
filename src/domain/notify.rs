//! How somebody hears of things: what comes to them directly, what stands in the lead's thread, and what waits until they are there.
//! Invariant: nobody can say that they hear of nothing: a promise that is about to be broken always reaches its owner, here or there.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::decision::News;

/// How somebody hears of things. Stored: fields are never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Notify {
    /// What they are asked.
    pub offers: Way,
    /// What they are reminded and warned of.
    pub warnings: Way,
    /// What else happens to their leads.
    pub changes: Way,
    /// What can wait waits until their own hours begin, where they keep some.
    pub quiet: bool,
    /// What is to be done when their day begins.
    pub agenda: bool,
    /// What is loose before their day ends.
    pub sweep: bool,
}

impl Default for Notify {
    fn default() -> Self {
        Self { offers: Way::Direct, warnings: Way::Direct, changes: Way::Direct, quiet: true, agenda: true, sweep: true }
    }
}

/// Where somebody hears of something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// By direct message.
    #[default]
    Direct,
    /// In the lead's thread, where the team reads along; directly, as long as there is none.
    Thread,
}

/// What news is about, for the one who hears it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// They are asked something.
    Offers,
    /// They are reminded or warned.
    Warnings,
    /// Something happened to a lead of theirs.
    Changes,
}

impl Notify {
    /// Where they hear of it.
    #[must_use]
    pub fn way(&self, topic: Topic) -> Way {
        match topic {
            Topic::Offers => self.offers,
            Topic::Warnings => self.warnings,
            Topic::Changes => self.changes,
        }
    }

    /// The same, but of this they hear there.
    #[must_use]
    pub fn with(mut self, topic: Topic, way: Way) -> Self {
        match topic {
            Topic::Offers => self.offers = way,
            Topic::Warnings => self.warnings = way,
            Topic::Changes => self.changes = way,
        }
        self
    }
}

impl News {
    /// What it is about.
    #[must_use]
    pub fn topic(&self) -> Topic {
        match self {
            News::Offered { .. } | News::MendAsked { .. } | News::HelpWanted { .. } | News::TradeOffered { .. } => Topic::Offers,
            news if news.is_reminder() => Topic::Warnings,
            _ => Topic::Changes,
        }
    }

    /// Is nothing lost when somebody who is off hears of it at `opening` only?
    #[must_use]
    pub fn may_wait_until(&self, opening: DateTime<Utc>) -> bool {
        match self {
            // Whoever is warned too late cannot keep the promise any more.
            News::FirstTouchSoon { release_at, .. } | News::FirstTouchLate { release_at } | News::StillYours { release_at } => {
                *release_at > opening
            }
            News::NotReached { .. }
            | News::StageOverdue { .. }
            | News::CustomerQuiet { .. }
            | News::CameAgain { .. }
            | News::Signalled { .. }
            | News::SequenceStep { .. }
            | News::NoLongerYours { .. }
            | News::OfferGone { .. }
            | News::Released
            | News::DuplicateOfYours { .. }
            | News::MendOver
            | News::HelpOver { .. }
            | News::PlanIsOff
            | News::Decides { .. }
            | News::NotMended { .. }
            | News::MergeUndone { .. }
            | News::HelpWanted { .. }
            | News::HelpAnswered { .. }
            | News::HelpDeclined { .. }
            | News::TradeOver { .. } => true,
            News::TradeOffered { until, .. } => *until > opening,
            // They planned the time of it themselves.
            News::FollowUpDue { .. } => false,
            News::Yours { .. }
            | News::Offered { .. }
            | News::BackFromPool
            | News::NeedsRouting { .. }
            | News::Handoff { .. }
            | News::LooksLike { .. }
            | News::MailUnsent { .. }
            | News::RuleBroken { .. }
            | News::CardsRefused { .. }
            | News::SourceSilent { .. }
            | News::SourceHeardAgain { .. }
            | News::Replayed(_)
            | News::Day { .. }
            | News::Digest { .. }
            | News::OtherNotes { .. }
            | News::DigestNotPosted { .. }
            | News::Quarantined { .. }
            | News::MendAsked { .. }
            | News::AsBefore
            | News::Mended { .. } => false,
        }
    }
}
