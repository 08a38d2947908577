//! What a loop says after one pass, and how it is run until the end.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::store::StoreError;

/// The longest a loop rests: what no nudge and no due time tells of is found after so long.
const REST_MAX: Duration = Duration::from_secs(1);

/// What a loop says after one pass.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ticked {
    /// How many things it did.
    pub done: usize,
    /// When it knows that something will be due; `None`: nothing that it knows of.
    pub next_due: Option<DateTime<Utc>>,
}

impl Ticked {
    /// Two passes as one.
    #[must_use]
    pub fn and(self, other: Ticked) -> Ticked {
        let next_due = match (self.next_due, other.next_due) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Ticked { done: self.done + other.done, next_due }
    }
}

/// Something that works in passes.
pub trait Loop: Send + Sync + 'static {
    /// Its name in logs.
    fn name(&self) -> &'static str;

    /// One pass.
    fn tick(&self) -> impl Future<Output = Ticked> + Send;
}

/// What came of a pass over the database: all loops are poked once it did something, and one that failed is logged and tried again.
pub(crate) fn told(pass: Result<Ticked, StoreError>, nudge: &Notify, what: &str) -> Ticked {
    match pass {
        Ok(ticked) => {
            if ticked.done > 0 {
                nudge.notify_waiters();
            }
            ticked
        }
        Err(error) => {
            tracing::error!(%error, "{what} cannot be worked now; trying again");
            Ticked::default()
        }
    }
}

/// Passes until told to stop: at once while there is something to do, else after a nudge, at the next due time, or after a second.
pub async fn run<L: Loop>(work: L, clock: Clock, nudge: Arc<Notify>, stop: CancellationToken) {
    loop {
        let nudged = nudge.notified();
        let ticked = tokio::select! {
            biased;
            () = stop.cancelled() => return,
            ticked = work.tick() => ticked,
        };
        if ticked.done > 0 {
            continue;
        }
        let until_due = ticked.next_due.and_then(|due| (due - clock.now()).to_std().ok());
        let rest = until_due.unwrap_or(REST_MAX).clamp(Duration::from_millis(1), REST_MAX);
        tokio::select! {
            () = stop.cancelled() => return,
            () = nudged => {}
            () = tokio::time::sleep(rest) => {}
        }
    }
}
