//! Has rules tried on leads that came in before, page by page: for answers, in the chat and in the shell.
//! Invariant: nothing is written, and no more than one page of leads is held at a time.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::domain::replay::{Past, Replay, Seen};
use crate::playbook::Playbook;
use crate::reports::replay::{Replayed, Tally};
use crate::store::{After, Store, StoreError};

/// Rules, and the leads that they are tried on.
#[derive(Debug, Clone)]
pub struct Trial {
    /// The rules.
    pub playbook: Arc<Playbook>,
    /// Leads that came in then or later,
    pub from: DateTime<Utc>,
    /// and not after then.
    pub until: DateTime<Utc>,
}

impl Trial {
    /// Tries the rules on one lead after the other and gives each to `each`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn run(&self, store: &Store, mut each: impl FnMut(&Past, &Seen)) -> Result<Replayed, StoreError> {
        let ledger = store.ledger_before(self.from).await?;
        let mut replay = Replay::new(self.playbook.clone(), &store.roster(), ledger);
        let really = store.past_turns(self.from, self.until).await?;
        let mut tally = Tally::new(self.until, really.into_iter().map(|cost| (cost.team, cost.person, cost.turns)));
        let mut after = After::start(self.from);
        loop {
            let page = store.past_leads(after, self.until).await?;
            let Some(last) = page.last() else { return Ok(tally.done(&replay)) };
            after = After::lead(last);
            for past in &page {
                // Only a playbook without teams sends a lead nowhere, and that one is never read.
                let Some(seen) = replay.judge(past) else { continue };
                tally.add(past, &seen, &replay);
                each(past, &seen);
            }
        }
    }
}
