//! The promises that run on a lead, each with the due time that was promised.
//! Invariant: `wake_at` is the earliest of them, and the store keeps it indexed; a lead carries its own alarm.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A promise with a due time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// The ladder's rung ends: climb.
    Step,
    /// Warn the owner that the first touch is near due.
    FirstTouchWarning,
    /// The first touch is due.
    FirstTouch,
    /// Untouched for too long: back to the ladder.
    Release,
    /// Nobody reached yet: remind the owner.
    NotReached,
    /// The owner's own plan.
    FollowUp,
    /// The plan is overdue: still yours?
    FollowUpOverdue,
    /// The question was not answered: release.
    StillYours,
    /// Nothing happened in this stage for its expected days.
    Stage,
    /// The sleep ends.
    Return,
    /// Managers look at triage again.
    Triage,
    /// Nothing has happened with a customer for long.
    CustomerQuiet,
    /// Nobody has mended what is known of the person: over.
    Repair,
    /// Nobody has answered who was asked for help: ask once more.
    Help,
    /// Nobody has answered an offered trade: it is over.
    Trade,
    /// The next message of a sequence goes out.
    Sequence,
}

/// The clocks of one lead.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Clocks(BTreeMap<Clock, DateTime<Utc>>);

impl Clocks {
    /// The earliest due time: when the lead wakes by itself.
    #[must_use]
    pub fn wake_at(&self) -> Option<DateTime<Utc>> {
        self.0.values().min().copied()
    }

    /// The due time of one clock.
    #[must_use]
    pub fn due(&self, clock: Clock) -> Option<DateTime<Utc>> {
        self.0.get(&clock).copied()
    }

    /// The earliest clock that is due at `now`; ties in the order of `Clock`.
    #[must_use]
    pub fn first_due(&self, now: DateTime<Utc>) -> Option<(Clock, DateTime<Utc>)> {
        self.0.iter().filter(|(_, due)| **due <= now).min_by_key(|(clock, due)| (**due, **clock)).map(|(c, d)| (*c, *d))
    }

    /// Starts or moves a clock.
    pub fn set(&mut self, clock: Clock, due: DateTime<Utc>) {
        self.0.insert(clock, due);
    }

    /// Stops a clock.
    pub fn stop(&mut self, clock: Clock) {
        self.0.remove(&clock);
    }

    /// Stops all.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Each running clock with its due time.
    pub fn iter(&self) -> impl Iterator<Item = (Clock, DateTime<Utc>)> {
        self.0.iter().map(|(c, d)| (*c, *d))
    }
}
