//! Listens for sources that have gone quiet.
//! Which silence is too long is decided by the source's own habit; here it is only looked for, and told once.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Duration, Utc};
use tokio::sync::Notify;

use super::tick::{Loop, Ticked, told};
use crate::clock::Clock;
use crate::domain::decision::News;
use crate::store::{Store, StoreError};

/// What was heard is looked at again after so long: counting it is the dear part.
const EVERY: Duration = Duration::minutes(10);

/// The loop that listens.
#[derive(Debug)]
pub struct Silence {
    /// What was heard.
    pub store: Store,
    /// Tells the time.
    pub clock: Clock,
    /// Poked when somebody is to be told.
    pub nudge: Arc<Notify>,
    /// When to look next.
    pub next: Next,
}

/// When to look next; at once, to begin with.
#[derive(Debug, Default)]
pub struct Next(Mutex<Option<Look>>);

#[derive(Debug, Clone, Copy)]
struct Look {
    at: DateTime<Utc>,
    /// When some source will have been quiet for too long, if nothing comes.
    due: Option<DateTime<Utc>>,
}

impl Loop for Silence {
    fn name(&self) -> &'static str {
        "silence"
    }

    async fn tick(&self) -> Ticked {
        told(self.pass().await, &self.nudge, "whether a source is quiet")
    }
}

impl Silence {
    async fn pass(&self) -> Result<Ticked, StoreError> {
        let now = self.clock.now();
        let heard = Ticked { done: self.store.tell_heard_again(now).await?, next_due: None };
        let next = *self.next.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Look { due, .. }) = next.filter(|look| now < look.at) {
            return Ok(heard.and(Ticked { done: 0, next_due: due }));
        }
        let looked = self.look(now).await?;
        let at = looked.next_due.map_or(now + EVERY, |due| due.min(now + EVERY));
        *self.next.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Look { at, due: looked.next_due });
        Ok(heard.and(looked))
    }

    /// Tells of those that are quiet; `next_due` is when the next one will be.
    async fn look(&self, now: DateTime<Utc>) -> Result<Ticked, StoreError> {
        let hours = self.store.playbook().company.hours.clone();
        let mut ticked = Ticked::default();
        for (source, heard) in self.store.heard().await? {
            let Some(at) = heard.quiet_at(&hours) else { continue };
            if at > now {
                ticked = ticked.and(Ticked { done: 0, next_due: Some(at) });
                continue;
            }
            let expected = heard.missed_by(now, &hours) as u32;
            let news = News::SourceSilent { source, since: heard.last, expected };
            ticked.done += usize::from(self.store.tell_quiet(news, now).await?);
        }
        Ok(ticked)
    }
}
