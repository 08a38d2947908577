//! Stops the clocks while the team cannot be reached in the chat: nobody loses a lead for which they could not answer.
//! A short interruption is none. When the chat is back, what was promised runs on with what was left of it, and the log of each lead says why.
//! Known to this process alone: after a restart, what came due meanwhile is due.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};

use crate::domain::decide::decide;
use crate::domain::event::Event;
use crate::domain::ids::LeadId;
use crate::domain::lead::Lead;
use crate::domain::snapshot::Snapshot;
use crate::domain::standstill::is_held;
use crate::store::{Applied, Cause, Changed, Store, StoreError, Target};

/// Away for less than this is not away.
const SHORT_S: i64 = 60;

/// Leads looked at in one go.
const AT_ONCE: u32 = 128;

/// How often a lead is tried that somebody changes meanwhile.
const TRIES: u32 = 5;

/// Since when the chat cannot be reached. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Standstill(Arc<Mutex<Option<DateTime<Utc>>>>);

impl Standstill {
    /// The chat is away, if it was not already.
    pub fn begins(&self, now: DateTime<Utc>) {
        self.since().get_or_insert(now);
    }

    /// Whether no clock may come due now.
    #[must_use]
    pub fn holds(&self, now: DateTime<Utc>) -> bool {
        self.since().is_some_and(|since| (now - since).num_seconds() >= SHORT_S)
    }

    /// The chat is back: clocks run on. How many leads that moved.
    ///
    /// # Errors
    /// When the store cannot be read or written: then clocks stand until this is done again.
    pub async fn ends(&self, store: &Store, now: DateTime<Utc>) -> Result<usize, StoreError> {
        let Some(since) = *self.since() else { return Ok(0) };
        let mut moved = 0;
        if (now - since).num_seconds() >= SHORT_S {
            let mut after = LeadId(0);
            loop {
                let leads = store.open_leads(after, AT_ONCE).await?;
                let Some(last) = leads.last() else { break };
                after = last.id;
                for lead in &leads {
                    moved += usize::from(runs_on(store, lead, since, now).await?);
                }
            }
        }
        *self.since() = None;
        Ok(moved)
    }

    fn since(&self) -> MutexGuard<'_, Option<DateTime<Utc>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn runs_on(store: &Store, lead: &Lead, since: DateTime<Utc>, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let (id, mut rev) = (lead.id, lead.rev);
    if !is_held(&lead.course.clocks, since) {
        return Ok(false);
    }
    for _ in 0..TRIES {
        let back = move |snapshot: &Snapshot| decide(snapshot, &Event::ChatCameBack { since }, now);
        match store.apply(Cause::Due { rev }, Target::Lead(id), now, back).await? {
            Applied::Done { changed, .. } => return Ok(changed == Changed::Yes),
            Applied::Stale { lead: Some(lead) } => rev = lead.rev,
            Applied::Stale { lead: None } => return Ok(false),
        }
    }
    Ok(false)
}
