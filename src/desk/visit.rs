//! One deed of one person, while it is being answered: what every flow works with.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{Desk, repeat};
use crate::chat::action::Action;
use crate::domain::customers;
use crate::domain::decide::decide;
use crate::domain::event::{Ask, Event};
use crate::domain::ids::{LeadId, PersonId};
use crate::domain::lead::{Lead, State};
use crate::domain::message::{Form, View};
use crate::domain::person::Person;
use crate::domain::reply::{Need, Refusal, Reply, Unknown};
use crate::store::{Applied, Cause, Changed, LeadFilter, NewMail, StoreError, Target};
use crate::wording::forms;
use crate::wording::replies::{ReplyFacts, done_already, reply};
use crate::wording::why::Told;

/// Leads looked through for those that somebody has not touched.
const OWNED_MAX: u32 = 200;

/// One deed of one person, while it is being answered.
#[derive(Debug, Clone)]
pub struct Visit<'a> {
    /// What answers.
    pub desk: &'a Desk,
    /// Who did it; works leads.
    pub person: Person,
    /// The chat's id of it: the same id twice is the same deed.
    pub deed: String,
    /// Where, by the chat's id.
    pub channel: String,
    /// When it came in.
    pub now: DateTime<Utc>,
}

/// What came of asking the rules.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The answer; `None` when the same deed was dealt with before and nobody can say how.
    pub reply: Option<Reply>,
    /// The lead as it is now.
    pub lead: Option<Lead>,
    /// Whether something changed.
    pub changed: Changed,
}

impl Visit<'_> {
    /// Asks something of a lead, for the person who does this deed. Done once, however often the deed is delivered.
    ///
    /// # Errors
    /// When the store could not write: then nothing has changed.
    pub async fn ask(&self, lead: LeadId, ask: Ask) -> Result<Asked, StoreError> {
        self.asked(Cause::Deed(self.deed.clone()), lead, ask).await
    }

    /// Asks something of one of many leads in one deed: done once for each, however often the deed is delivered.
    ///
    /// # Errors
    /// As `ask`.
    pub async fn ask_one_of_many(&self, lead: LeadId, ask: Ask) -> Result<Asked, StoreError> {
        self.asked(Cause::Deed(format!("{}:{lead}", self.deed)), lead, ask).await
    }

    async fn asked(&self, cause: Cause, lead: LeadId, ask: Ask) -> Result<Asked, StoreError> {
        let event = Event::Asked { by: self.person.id, ask: ask.clone() };
        let now = self.now;
        let applied =
            self.desk.store.apply(cause, Target::asked(lead, &ask), now, move |snapshot| decide(snapshot, &event, now)).await?;
        match applied {
            Applied::Done { reply, lead, changed } => Ok(Asked { reply: Some(reply), lead: lead.map(|lead| *lead), changed }),
            Applied::Stale { lead } => {
                let reply = match &lead {
                    Some(lead) => self
                        .log(lead.id)
                        .await?
                        .iter()
                        .rev()
                        .find(|told| told.actor == Some(self.person.id))
                        .and_then(|last| repeat::said_before(&ask, last, lead, &self.desk.store.playbook())),
                    None => None,
                };
                Ok(Asked { reply, lead: lead.map(|lead| *lead), changed: Changed::No })
            }
        }
    }

    /// Logs an attempt that is an e-mail, which goes out with it. Done once, however often the deed is delivered.
    ///
    /// # Errors
    /// When the store could not write: then nothing has changed, and nothing goes out.
    pub async fn mail(&self, lead: LeadId, ask: Ask, mail: NewMail) -> Result<Asked, StoreError> {
        let cause = Cause::Mailed { deed: self.deed.clone(), mail: Box::new(mail) };
        self.asked(cause, lead, ask).await
    }

    /// Why they may not work this lead now, if they may not: said before anything is asked in detail; the rules say it again when it is
    /// done.
    #[must_use]
    pub fn refusal(&self, lead: &Lead) -> Option<Reply> {
        match lead.course.state.owner() {
            Some(owner) if owner == self.person.id || self.person.manages() || self.covers(owner) => None,
            Some(owner) => Some(Reply::NotAllowed(Need::OwnerOrManager { owner: Some(owner) })),
            None => Some(Reply::NotNow),
        }
    }

    /// Looks after it while its owner is on leave.
    fn covers(&self, owner: PersonId) -> bool {
        self.desk.store.roster().keeper(owner, self.now) == self.person.id
    }

    /// The same for getting in touch, which whoever looks after a customer may do after their lead has ended.
    #[must_use]
    pub fn refusal_to_contact(&self, lead: &Lead) -> Option<Reply> {
        if !customers::is_customer(&lead.course) {
            return self.refusal(lead);
        }
        let (roster, playbook) = (self.desk.store.roster(), self.desk.store.playbook());
        let world = (&*playbook, &*roster);
        let owner = customers::keeper(lead, world, self.now);
        let may = customers::may_contact(&self.person, lead, world, self.now);
        (!may).then_some(Reply::NotAllowed(Need::OwnerOrManager { owner }))
    }

    /// A form with what they typed into it before, where that could not be read.
    #[must_use]
    pub fn as_typed(&self, form: Form) -> Form {
        let typed = Action::read(&form.action).and_then(|action| self.desk.drafts.typed(self.person.id, &action, self.now));
        forms::as_typed(form, typed.as_ref())
    }

    /// What they typed into that form has to be corrected, so it is kept for them.
    pub fn keep_typed(&self, form: &Action, values: &BTreeMap<String, String>) {
        self.desk.drafts.keep_typed((self.person.id, form), values.clone(), self.now);
    }

    /// What they typed into that form was right in the end.
    pub fn forget_typed(&self, form: &Action) {
        self.desk.drafts.forget_typed(self.person.id, form);
    }

    /// One lead, or the answer that there is none of that number.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn lead(&self, id: LeadId) -> Result<Result<Lead, View>, StoreError> {
        let lead = self.desk.store.lead(id).await?;
        Ok(lead.ok_or_else(|| self.word(&Reply::Unknown(Unknown::Lead(id)), None, &[])))
    }

    /// A lead's log in the shape that words are made from.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn log(&self, lead: LeadId) -> Result<Vec<Told>, StoreError> {
        let log = self.desk.store.log(lead).await?;
        Ok(log.into_iter().map(Told::from).collect())
    }

    /// What came of it, in words.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn say(&self, asked: &Asked) -> Result<View, StoreError> {
        let untouched = match &asked.reply {
            Some(Reply::NotEligible(Refusal::Full { .. })) => self.untouched().await?,
            Some(_) | None => Vec::new(),
        };
        Ok(match &asked.reply {
            Some(reply) => self.word(reply, asked.lead.as_ref(), &untouched),
            None => {
                let (roster, playbook) = (self.desk.store.roster(), self.desk.store.playbook());
                let (by, lead) = (&self.person, asked.lead.as_ref());
                done_already(&ReplyFacts { lead, playbook: &playbook, roster: &roster, now: self.now, by, untouched: &[] })
            }
        })
    }

    /// A reply in words.
    #[must_use]
    pub fn word(&self, answer: &Reply, lead: Option<&Lead>, untouched: &[Lead]) -> View {
        let (roster, playbook) = (self.desk.store.roster(), self.desk.store.playbook());
        reply(answer, &ReplyFacts { lead, playbook: &playbook, roster: &roster, now: self.now, by: &self.person, untouched })
    }

    /// Their leads that they have not touched, those due first.
    async fn untouched(&self) -> Result<Vec<Lead>, StoreError> {
        let filter = LeadFilter { owner: Some(self.person.id), limit: OWNED_MAX, ..LeadFilter::default() };
        let owned = self.desk.store.find_leads(&filter).await?;
        Ok(owned.into_iter().filter(|lead| matches!(lead.course.state, State::Owned { touched: false, .. })).collect())
    }
}
