//! Hands e-mails to the company's mail server, each once. What is not answered is not repeated: whoever sent it is told to look.
//! Invariant: a mail is marked before it is handed over, and none goes to somebody who is not to be contacted any more.

use std::sync::Arc;

use tokio::sync::Notify;

use super::Chance;
use crate::clock::Clock;
use crate::domain::decide::decide;
use crate::domain::event::Event;
use crate::domain::lead::{Exit, Lead, State};
use crate::domain::outgoing::Unsent;
use crate::domain::sequences::Ended;
use crate::engine::tick::{Loop, Ticked, told};
use crate::mailer::{self, Mail, MailError, Mailer};
use crate::store::{Cause, MailEnd, MailRow, NewMail, Reach, Store, StoreError, Target};
use crate::wording::templates;

/// Mails taken in one pass.
const AT_ONCE: u32 = 16;

/// After so many tries a mail is given up: about an hour, with the waits between them.
const TRIES_MAX: u32 = 16;

/// The loop that sends mails.
#[derive(Debug)]
pub struct Mails {
    /// Where they wait.
    pub store: Store,
    /// Where they go.
    pub mailer: Mailer,
    /// Tells the time.
    pub clock: Clock,
    /// Spreads retries.
    pub chance: Chance,
    /// Poked when one could not be sent, so that its sender hears of it at once.
    pub nudge: Arc<Notify>,
}

impl Loop for Mails {
    fn name(&self) -> &'static str {
        "mails"
    }

    async fn tick(&self) -> Ticked {
        told(self.pass().await, &self.nudge, "mails that are to be sent")
    }
}

impl Mails {
    async fn pass(&self) -> Result<Ticked, StoreError> {
        let due = self.store.due_mails(self.clock.now(), AT_ONCE).await?;
        let done = due.len();
        for row in due {
            // With a whole conversation with a mail server in it.
            Box::pin(self.work(row)).await?;
        }
        let next_due = if done == 0 { self.store.next_mail_due().await? } else { None };
        Ok(Ticked { done, next_due })
    }

    async fn work(&self, row: MailRow) -> Result<(), StoreError> {
        if row.is_under_way {
            return self.fails(row, Unsent::Unsure).await;
        }
        let Some(lead) = self.still_to_be_written_to(&row).await? else {
            return self.store.mail_ended(row.id, MailEnd::Void).await;
        };
        if !self.store.mail_begins(row.id).await? {
            return Ok(());
        }
        let NewMail { to, subject, text, sequence, .. } = row.mail.clone();
        let (text, kind) = match sequence {
            Some(_) => (templates::with_footer(&text), mailer::Kind::OfASequence),
            None => (text, mailer::Kind::Personal),
        };
        let playbook = self.store.playbook();
        let from = lead.course.team.as_ref().and_then(|team| playbook.team(team)).and_then(|team| team.from.clone());
        let mail = Mail { from, to, subject, text, id: row.message_id.clone(), at: row.made_at, kind };
        match self.mailer.send(&mail).await {
            Ok(()) => self.store.mail_ended(row.id, MailEnd::Sent).await,
            Err(MailError::Refused(code)) => self.fails(row, Unsent::Refused { code }).await,
            Err(MailError::Unsure(why)) => {
                tracing::warn!(mail = row.id, why, "a mail was handed over and not answered: it is not tried again");
                self.fails(row, Unsent::Unsure).await
            }
            Err(MailError::Later(why)) if row.tries + 1 >= TRIES_MAX => {
                tracing::error!(mail = row.id, why, "a mail could not be sent: given up");
                self.fails(row, Unsent::GivenUp).await
            }
            Err(MailError::Later(why)) => {
                tracing::warn!(mail = row.id, tries = row.tries + 1, why, "a mail could not be sent: trying again");
                self.store.mail_later(row.id, self.clock.now() + self.chance.wait(row.tries + 1)).await
            }
        }
    }

    /// The lead, unless they asked meanwhile to be left alone, with this lead or with another one; or it turned out to be none.
    async fn still_to_be_written_to(&self, row: &MailRow) -> Result<Option<Lead>, StoreError> {
        let Some(lead) = self.store.lead(row.lead).await? else { return Ok(None) };
        let by_this_one = matches!(lead.course.state, State::Closed { exit: Exit::Suppressed | Exit::Removed, .. });
        if row.mail.sequence.is_some() && !still_sleeps(&lead, row) {
            return Ok(None);
        }
        let to = Reach::Email(row.mail.to.to_lowercase());
        let is_left_alone = by_this_one || self.store.is_left_alone_at(to).await?.is_some();
        Ok((!is_left_alone).then_some(lead))
    }

    /// It will not go out: noted on the lead, and told to whoever sent it, in the transaction that ends the row.
    async fn fails(&self, row: MailRow, unsent: Unsent) -> Result<(), StoreError> {
        let (now, by, template) = (self.clock.now(), row.mail.by, row.mail.template);
        let cause = Cause::Unsent { mail: row.id, unsent: unsent.clone() };
        let event = Event::MailUnsent { by, template, unsent };
        self.store.apply(cause, Target::Lead(row.lead), now, move |snapshot| decide(snapshot, &event, now)).await.map(drop)
    }
}

/// What a sequence wrote and could not send yet is not sent any more once the sleep is over, or somebody stopped it.
fn still_sleeps(lead: &Lead, row: &MailRow) -> bool {
    let ended = row.mail.sequence.as_ref().and_then(|key| lead.course.sequences.get(key)?.ended);
    row.epoch == Some(lead.course.epoch) && matches!(ended, None | Some(Ended::Through))
}
