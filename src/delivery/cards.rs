//! Brings each card up to its lead's latest state.
//! Level-triggered: ten changes cost one edit, a lost edit repairs itself on the next pass, a deleted message is posted again.
//! Invariant: nothing here decides; it only shows.

use chrono::{DateTime, Duration, Utc};
use futures_util::stream::{self, StreamExt as _};

use super::{Delivery, Doubt};
use crate::chat::action::{Action, Verb};
use crate::chat::{Place, Platform, Receipt, SendError};
use crate::domain::decision::{News, Recipient, Ring};
use crate::domain::ids::LeadId;
use crate::domain::lead::{Lead, State};
use crate::domain::message::{Mention, View};
use crate::domain::text::cut;
use crate::engine::tick::{Loop, Ticked};
use crate::planted;
use crate::store::{CardWork, Later, NewNotice, Posted, StoreError};
use crate::wording::card::{CardFacts, card};
use crate::wording::pile::pile;

/// Cards under way at a time.
const AT_ONCE: u32 = 16;

/// After a failed try of something that is not in doubt, so many in a row, a card is given up until somebody mends it.
const TRIES_MAX: u32 = 12;

/// After so many refusals in a row managers hear that the channel takes no cards.
const REFUSED_TRIES: u32 = 3;

/// How long after a doubtful edit it is repeated: later than the platform can still carry out the first.
const EDIT_SETTLES: Duration = Duration::seconds(15);

/// The loop that draws cards.
#[derive(Debug)]
pub struct Cards<P>(pub Delivery<P>);

impl<P: Platform> Loop for Cards<P> {
    fn name(&self) -> &'static str {
        "cards"
    }

    async fn tick(&self) -> Ticked {
        match self.pass().await {
            Ok(ticked) => ticked,
            Err(error) => {
                tracing::error!(%error, "cards cannot be read or recorded; trying again");
                Ticked::default()
            }
        }
    }
}

impl<P: Platform> Cards<P> {
    async fn pass(&self) -> Result<Ticked, StoreError> {
        let due = self.0.store.due_cards(self.0.clock.now(), AT_ONCE).await?;
        if due.is_empty() {
            return Ok(Ticked { done: 0, next_due: self.0.store.next_card_due().await? });
        }
        let done = due.len();
        let mut outcomes = stream::iter(due.into_iter().map(|work| self.bring(work))).buffered(self.0.width);
        while let Some(outcome) = outcomes.next().await {
            outcome?;
        }
        Ok(Ticked { done, next_due: None })
    }

    /// Takes one card one step nearer to what is wanted.
    async fn bring(&self, work: CardWork) -> Result<(), StoreError> {
        let Some(subject) = self.subject(&work).await? else {
            return self.0.store.card_dead(work.id, "its lead is not there".to_owned()).await;
        };
        match (&work.at, &work.old) {
            (Some(at), _) if work.copy_shown >= work.copy_wanted => self.keep(&work, &subject, at).await,
            // One copy at a time is remembered as the one before.
            (Some(_), Some(old)) if !planted::is("old-copy-stays") => self.take_away(&work, old).await,
            _ => self.post(&work, &subject).await,
        }
    }

    /// What the card is about, as it is now.
    async fn subject(&self, work: &CardWork) -> Result<Option<Subject>, StoreError> {
        if work.lead != LeadId(0) {
            return Ok(self.0.store.lead(work.lead).await?.map(|lead| Subject::Lead(Box::new(lead))));
        }
        let playbook = self.0.store.playbook();
        let mut waiting = Vec::new();
        for team in playbook.teams.iter().filter(|team| team.channel == work.channel) {
            waiting.extend(self.0.store.piled(&team.key).await?);
        }
        Ok(Some(Subject::Pile { waiting, rev: work.wanted }))
    }

    async fn post(&self, work: &CardWork, subject: &Subject) -> Result<(), StoreError> {
        let place = Place::Channel(work.channel.clone());
        let posted = |at, (shown, rang)| Posted { copy: work.copy_wanted, at, shown, rang, posted_at: self.0.clock.now() };
        // A message that was made before may show an older revision and have rung somebody else: it is drawn again on the next pass.
        let older = (0, if planted::is("ring-forgotten") { work.rings } else { 0 });
        let newest = (subject.rev(), work.rings);
        // What is looked for later was made after this, or by the process before.
        let began = if work.nonce_at <= self.0.born { work.nonce_at } else { self.0.clock.now() };
        let mut shows = if self.0.is_doubtful(Doubt::from(work.doubt), work.nonce_at) { older } else { newest };
        if self.0.needs_lookup(Doubt::from(work.doubt), work.nonce_at) {
            let found = self.0.platform.find(&place, &subject.tag(), work.nonce_at).await;
            // The copies before hold the same tag, and the newest of them may have been posted only seconds before.
            let known = |at: &Receipt| work.at.as_ref() == Some(at) || work.old.as_ref() == Some(at);
            match found.map(|found| found.into_iter().rfind(|at| !known(at))) {
                Ok(Some(at)) => return self.0.store.card_posted(work.id, posted(at, older)).await,
                Ok(None) => shows = newest,
                Err(error) => return self.failed(work, error, began).await,
            }
        }
        let mut nonce = work.nonce.clone();
        if planted::is("fresh-nonce") {
            nonce.0 = format!("{}-{}", work.tries, self.0.clock.now().timestamp_millis());
        }
        match self.0.platform.post(&place, &self.view(work, subject), &nonce).await {
            Ok(at) => {
                tracing::debug!(lead = work.lead.0, rev = subject.rev(), "card posted");
                self.0.store.card_posted(work.id, posted(at, shows)).await
            }
            Err(SendError::Gone) => {
                let why =
                    format!("the channel \"{}\" is not there: name another in the playbook, or make it again", work.channel);
                self.told_of_refusals(work, &why).await?;
                self.give_up(work, why).await
            }
            Err(error) => self.failed(work, error, began).await,
        }
    }

    async fn keep(&self, work: &CardWork, subject: &Subject, at: &Receipt) -> Result<(), StoreError> {
        if work.shown < work.wanted {
            return match self.0.platform.edit(at, &self.view(work, subject)).await {
                Ok(()) if planted::is("shown-by-hope") => self.0.store.card_shown(work.id, work.wanted + 1).await,
                Err(SendError::Uncertain { .. }) if planted::is("doubt-is-success") => {
                    self.0.store.card_shown(work.id, subject.rev()).await
                }
                Err(SendError::Gone) if planted::is("gone-is-success") => self.0.store.card_shown(work.id, subject.rev()).await,
                Ok(()) => self.0.store.card_shown(work.id, subject.rev()).await,
                Err(SendError::Gone) => self.0.store.card_lost(work, self.0.clock.now()).await,
                Err(SendError::Uncertain { why }) => {
                    tracing::info!(lead = work.lead.0, why, "an edit may have been lost: drawing the card again");
                    self.0.store.card_later(work.id, self.0.clock.now() + EDIT_SETTLES, Later::Failed).await
                }
                Err(error) => self.failed(work, error, self.0.clock.now()).await,
            };
        }
        if let Some(old) = &work.old {
            return self.take_away(work, old).await;
        }
        let Subject::Lead(lead) = subject else { return Ok(()) };
        match self.0.platform.open_thread(at, &thread_name(lead)).await {
            Ok(Place::Thread(id)) => self.0.store.card_thread(work.id, id).await,
            Ok(Place::Channel(_) | Place::Direct(_)) => {
                self.give_up(work, "the platform opened something that is no thread".to_owned()).await
            }
            Err(SendError::Gone) => self.0.store.card_lost(work, self.0.clock.now()).await,
            Err(error) => self.failed(work, error, self.0.clock.now()).await,
        }
    }

    async fn take_away(&self, work: &CardWork, old: &Receipt) -> Result<(), StoreError> {
        match self.0.platform.delete(old).await {
            Ok(()) | Err(SendError::Gone) => self.0.store.old_card_gone(work.id).await,
            Err(error) => self.failed(work, error, self.0.clock.now()).await,
        }
    }

    fn view(&self, work: &CardWork, subject: &Subject) -> View {
        let (roster, playbook) = (self.0.store.roster(), self.0.store.playbook());
        let mut view = match subject {
            Subject::Lead(lead) => {
                card(&CardFacts { lead, playbook: &playbook, roster: &roster, channel: &work.channel, now: self.0.clock.now() })
            }
            Subject::Pile { waiting, .. } => pile(waiting),
        };
        let role = match &work.ring {
            Some(Ring::Team(key)) => playbook.team(key).and_then(|t| t.role.clone()),
            Some(Ring::Managers) => playbook.company.managers.clone(),
            Some(Ring::Card) | None => None,
        };
        // Nobody is rung for a lead that somebody has by now.
        if subject.waits() && work.copy_shown < work.copy_wanted {
            view.mentions.extend(role.map(Mention::Role));
        }
        view
    }

    /// `began` is when the try that failed began, or an earlier one that nobody heard of.
    async fn failed(&self, work: &CardWork, error: SendError, began: DateTime<Utc>) -> Result<(), StoreError> {
        let now = self.0.clock.now();
        let wait = self.0.chance.wait(work.tries);
        match error {
            SendError::Retry { after } => {
                let wait = after.and_then(|a| Duration::from_std(a).ok()).unwrap_or(wait);
                let later = if after.is_some() { Later::Asked } else { Later::Failed };
                self.0.store.card_later(work.id, now + wait, later).await
            }
            SendError::Uncertain { why } => {
                tracing::info!(lead = work.lead.0, why, "a post may have been made: looking before it is repeated");
                self.0.store.card_later(work.id, now + wait, Later::InDoubt { since: began }).await
            }
            SendError::Gone | SendError::Closed => self.give_up(work, "the chat says that the place is gone".to_owned()).await,
            SendError::Refused { why } if work.tries >= TRIES_MAX => self.give_up(work, why).await,
            SendError::Refused { why } => {
                tracing::warn!(lead = work.lead.0, channel = work.channel, why, "the chat refuses a card; trying again");
                if work.tries + 1 >= REFUSED_TRIES {
                    self.told_of_refusals(work, &why).await?;
                }
                self.0.store.card_later(work.id, now + wait, Later::Failed).await
            }
        }
    }

    /// Managers hear of a channel in which a lead has no card at all.
    async fn told_of_refusals(&self, work: &CardWork, why: &str) -> Result<(), StoreError> {
        if work.at.is_some() {
            return Ok(());
        }
        let news = News::CardsRefused { channel: work.channel.clone(), why: why.to_owned() };
        self.0.store.tell_daily(NewNotice { to: Recipient::Managers, news }, self.0.clock.now()).await
    }

    async fn give_up(&self, work: &CardWork, why: String) -> Result<(), StoreError> {
        tracing::error!(
            lead = work.lead.0,
            channel = work.channel,
            why,
            "a card cannot be shown; mend it, then run `leadbell dead replay`"
        );
        self.0.store.card_dead(work.id, why).await
    }
}

/// What a card is about.
enum Subject {
    Lead(Box<Lead>),
    /// Those that wait without cards of their own, as of a revision of their message.
    Pile {
        waiting: Vec<Lead>,
        rev: i64,
    },
}

impl Subject {
    fn rev(&self) -> i64 {
        match self {
            Subject::Lead(lead) => lead.rev,
            Subject::Pile { rev, .. } => *rev,
        }
    }

    /// What every copy of the card holds in one of its controls, whatever its state.
    fn tag(&self) -> String {
        match self {
            Subject::Lead(lead) => Action::prefix(Verb::Details, lead.id),
            Subject::Pile { .. } => Action::prefix(Verb::Next, LeadId(0)),
        }
    }

    /// Somebody may still take it.
    fn waits(&self) -> bool {
        match self {
            Subject::Lead(lead) => matches!(lead.course.state, State::Waiting { .. }),
            Subject::Pile { waiting, .. } => !waiting.is_empty(),
        }
    }
}

/// `L-1042 Acme`.
fn thread_name(lead: &Lead) -> String {
    let whose = lead.profile.contact.company.as_ref().map_or_else(|| lead.profile.contact.public_name(), |c| c.one_line());
    cut(&format!("{} {}", lead.id, whose.raw()), 90)
}
