//! The desk: answers what people do in the chat.
//! It finds out who it is, asks the rules through the store's one door, and words what came of it. Whatever happens, everybody who does
//! something is told what is so now.
//! Invariant: no rule about leads stands here; the desk itself refuses guests only.
//! Invariant: a deed that is delivered twice is done once.

mod amount;
pub mod commands;
mod complete;
mod flows;
mod message_commands;
mod overheard;
mod plan;
mod press;
mod repeat;
mod send;
pub mod visit;
mod visitor;
pub mod when;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use tokio::sync::Notify;

use crate::chat::{Answer, Answering, Deed, Inbound, Mark, Overheard, Shown, Visitor};
use crate::clock::Clock;
use crate::delivery::Chance;
use crate::mailer::Mailer;
use crate::store::{Store, StoreError};
use crate::wording::remarks;
use complete::Typing;
use visit::Visit;

/// Answers what people do.
#[derive(Debug, Clone)]
pub struct Desk {
    /// All that is kept.
    pub store: Store,
    /// Tells the time.
    pub clock: Clock,
    /// Poked after every change, so that cards and notices follow at once.
    pub nudge: Arc<Notify>,
    /// What the world calls this server.
    pub public_url: String,
    /// The one source of chance.
    pub chance: Chance,
    /// Brings files that people attach.
    pub fetch: commands::Fetch,
    /// Sends e-mails, where a mail server is named.
    pub mailer: Mailer,
    /// Playbooks that were checked and wait for a yes.
    pub drafts: commands::Drafts,
}

impl Answering for Desk {
    async fn answer(&self, inbound: Inbound) -> Answer {
        let deed = inbound.id.clone();
        let is_typing = matches!(inbound.deed, Deed::Completing { .. });
        let served = self.serve(inbound).await;
        // A card that the answer itself brings up to date needs no edit besides: then the others are told once it is there.
        if !served.as_ref().is_ok_and(|answer| answer.shows().is_some()) {
            self.nudge.notify_waiters();
        }
        match served {
            Ok(answer) => answer,
            Err(error) => {
                tracing::error!(deed, %error, "what a person did could not be saved; they were told to try again");
                if is_typing { Answer::Choices(Vec::new()) } else { Answer::Private(remarks::not_saved()) }
            }
        }
    }

    async fn overheard(&self, heard: Overheard) -> Mark {
        let message = heard.on.message.clone();
        let mark = overheard::heard(self, heard).await;
        self.nudge.notify_waiters();
        mark.unwrap_or_else(|error| {
            tracing::error!(message, %error, "what was said in a thread could not be saved, and is not marked");
            Mark::None
        })
    }

    async fn shown(&self, shown: Shown) {
        if let Err(error) = self.store.card_shown(shown.card, shown.rev).await {
            tracing::warn!(%error, "a card that is up to date could not be noted as such, and is drawn once more");
        }
        self.nudge.notify_waiters();
    }
}

impl Desk {
    /// Gets to know somebody who has not done anything yet.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn meet(&self, visitor: Visitor) -> Result<(), StoreError> {
        visitor::recognise(&self.store, visitor, self.clock.now()).await.map(|_| ())
    }

    async fn serve(&self, inbound: Inbound) -> Result<Answer, StoreError> {
        let Inbound { id, by, channel, deed } = inbound;
        let now = self.clock.now();
        let Some(person) = visitor::recognise(&self.store, by, self.clock.now()).await? else { return Ok(to_guest(&deed)) };
        let visit = Visit { desk: self, person, deed: id, channel, now };
        match deed {
            Deed::Pressed { action, values, on } => press::pressed(&visit, &action, values, on).await,
            Deed::Sent { action, values } => send::sent(&visit, &action, &values).await,
            Deed::Commanded { path, options } => commands::run(&visit, &path, &options).await,
            Deed::Completing { option, typed, options, .. } => {
                complete::complete(&visit, &Typing { option, typed, options }).await
            }
            Deed::OnMessage { command, on, content } => message_commands::chosen(&visit, &command, &on, &content).await,
        }
    }
}

fn to_guest(deed: &Deed) -> Answer {
    match deed {
        Deed::Completing { .. } => Answer::Choices(Vec::new()),
        Deed::Pressed { .. } | Deed::Sent { .. } | Deed::Commanded { .. } | Deed::OnMessage { .. } => {
            Answer::Private(remarks::guest())
        }
    }
}
