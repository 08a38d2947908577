//! `/lead add|log|note|follow|release|dq|undo|stage|convert|won|assign|tag`: the same deeds as the card's buttons, through the same door.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Call, Stop};
use crate::chat::Answer;
use crate::desk::visit::Asked;
use crate::desk::when;
use crate::domain::decide::decide;
use crate::domain::event::{Ask, Event};
use crate::domain::help::HelpAsk;
use crate::domain::ids::{LeadId, ReasonKey, SourceKey, StageKey};
use crate::domain::lead::{Channel, Outcome, Profile};
use crate::domain::reply::{Reply, Unknown};
use crate::domain::snapshot::Snapshot;
use crate::domain::submission::{BY_HAND, Contact, DedupeKey, Submission};
use crate::domain::tags::Tag;
use crate::domain::text::Untrusted;
use crate::domain::trade::TradeAsk;
use crate::intake::{cleaning, country, email, phone};
use crate::playbook::Route;
use crate::store::{Applied, Cause, Changed, Target};
use crate::wording::{lists, pickers, remarks, tags};

impl Call<'_> {
    /// Asks the rules, and words their reply.
    pub(super) async fn ask(&self, lead: LeadId, ask: Ask) -> Result<Answer, Stop> {
        let asked = self.visit.ask(lead, ask).await?;
        Ok(Answer::Private(self.visit.say(&asked).await?))
    }
}

/// An attempt.
pub(super) async fn log(call: &Call<'_>) -> Result<Answer, Stop> {
    let lead = call.lead("lead").await?;
    let choice = || Stop::from(remarks::unknown_choice());
    let channel = Channel::from_key(call.needed("channel")?).ok_or_else(choice)?;
    let outcome = Outcome::from_key(call.needed("outcome")?).ok_or_else(choice)?;
    call.ask(lead.id, Ask::Log { channel, outcome, note: call.text("note").map(str::to_owned) }).await
}

/// A note.
pub(super) async fn note(call: &Call<'_>) -> Result<Answer, Stop> {
    let lead = call.lead("lead").await?;
    call.ask(lead.id, Ask::Note { text: call.needed("text")?.to_owned() }).await
}

/// The next contact. Times are said on the clock of where the lead is.
pub(super) async fn follow(call: &Call<'_>) -> Result<Answer, Stop> {
    let lead = call.lead("lead").await?;
    let typed = call.needed("when")?;
    let at = when::read_on(typed, &call.visit.clocks(&lead), call.now).ok_or_else(|| remarks::unreadable_time(typed))?;
    let asked = call.visit.ask(lead.id, Ask::FollowUp { at, note: call.text("note").map(str::to_owned) }).await?;
    Ok(Answer::Private(call.visit.say_plan(&asked).await?))
}

/// Takes back what they just did.
pub(super) async fn undo(call: &Call<'_>) -> Result<Answer, Stop> {
    let lead = call.lead("lead").await?;
    call.ask(lead.id, Ask::Undo).await
}

/// Giving back.
pub(super) async fn release(call: &Call<'_>) -> Result<Answer, Stop> {
    let lead = call.lead("lead").await?;
    call.ask(lead.id, Ask::Release { reason: call.needed("reason")?.to_owned() }).await
}

/// Ending work, for a reason.
pub(super) async fn disqualify(call: &Call<'_>) -> Result<Answer, Stop> {
    let lead = call.lead("lead").await?;
    let typed = call.needed("reason")?.to_lowercase();
    let is_it = |r: &&crate::playbook::Reason| r.key.as_str().to_lowercase() == typed || r.name.to_lowercase() == typed;
    let reason = call.playbook.reasons.iter().find(is_it).map_or_else(|| ReasonKey::from(typed.as_str()), |r| r.key.clone());
    let until = call.time("when", &pickers::zone_of(&lead, &call.playbook))?;
    let original = match call.text("original") {
        None => None,
        Some(_) => Some(call.lead("original").await?.id),
    };
    let detail = call.text("note").map(str::to_owned);
    call.ask(lead.id, Ask::Disqualify { reason, detail, until, original }).await
}

/// A tag, put on or taken off.
pub(super) async fn tag(call: &Call<'_>) -> Result<Answer, Stop> {
    let lead = call.lead("lead").await?;
    let typed = call.needed("tag")?;
    let tag = Tag::read(typed).ok_or_else(|| tags::unreadable(typed))?;
    call.ask(lead.id, if call.says("remove") { Ask::Untag { tag } } else { Ask::Tag { tag } }).await
}

/// Where the sale stands, by the stage's key or name.
pub(super) async fn stage(call: &Call<'_>) -> Result<Answer, Stop> {
    let lead = call.lead("lead").await?;
    let typed = call.needed("stage")?.to_lowercase();
    let is_it = |s: &&crate::playbook::Stage| s.key.as_str().to_lowercase() == typed || s.name.to_lowercase() == typed;
    let to = call.playbook.stages.iter().find(is_it).map_or_else(|| StageKey::from(typed.as_str()), |s| s.key.clone());
    call.ask(lead.id, Ask::Stage { to }).await
}

/// A deal comes of it.
pub(super) async fn convert(call: &Call<'_>) -> Result<Answer, Stop> {
    let lead = call.lead("lead").await?;
    call.ask(lead.id, Ask::Deal { value: call.amount()? }).await
}

/// They bought.
pub(super) async fn won(call: &Call<'_>) -> Result<Answer, Stop> {
    let lead = call.lead("lead").await?;
    call.ask(lead.id, Ask::Won { value: call.amount()? }).await
}

/// Giving to somebody.
pub(super) async fn assign(call: &Call<'_>) -> Result<Answer, Stop> {
    let lead = call.lead("lead").await?;
    let visitor = call.visitor("to")?;
    let Some(to) = call.roster.by_chat_id(&visitor.chat_id) else {
        return Err(call.reply(&Reply::Unknown(Unknown::Person), Some(&lead)).into());
    };
    let reason = call.needed("reason")?.to_owned();
    call.ask(lead.id, Ask::Assign { to: to.id, reason }).await
}

/// Help with a lead, of a colleague or the managers.
pub(super) async fn help(call: &Call<'_>) -> Result<Answer, Stop> {
    let lead = call.lead("lead").await?;
    let of = match call.options.get("who") {
        Some(_) => {
            let visitor = call.visitor("who")?;
            let person = call.roster.by_chat_id(&visitor.chat_id);
            Some(person.ok_or_else(|| call.reply(&Reply::Unknown(Unknown::Person), Some(&lead)))?.id)
        }
        None => None,
    };
    call.ask(lead.id, Ask::Help(HelpAsk::Ask { of, question: call.needed("question")?.to_owned() })).await
}

/// A lead for another one.
pub(super) async fn trade(call: &Call<'_>) -> Result<Answer, Stop> {
    let lead = call.lead("lead").await?;
    let with = call.lead("with").await?.id;
    call.ask(lead.id, Ask::Trade(TradeAsk::Offer { with, reason: call.needed("reason")?.to_owned() })).await
}

/// Two leads are one person: one goes on, the other ends in it.
pub(super) async fn merge(call: &Call<'_>) -> Result<Answer, Stop> {
    let keep = call.lead("keep").await?;
    let drop = call.lead("drop").await?;
    call.ask(drop.id, Ask::Merge { into: keep.id }).await
}

/// A lead that somebody met: theirs at once, unless they are known already.
pub(super) async fn add(call: &Call<'_>) -> Result<Answer, Stop> {
    let contact = contact(call)?;
    let team = call
        .team()?
        .map(|t| t.key.clone())
        .or_else(|| call.playbook.teams.iter().find(|t| call.by.membership(&t.key).is_some()).map(|t| t.key.clone()));
    let source = SourceKey::from(BY_HAND);
    let (now, by) = (call.now, call.by.id);
    let said = |name| call.text(name).and_then(cleaning::clean).map(|t| Untrusted::new(&t));
    let submission = Submission {
        source: source.clone(),
        source_detail: None,
        dedupe_key: DedupeKey::Provider(call.visit.deed.clone()),
        submitted_at: Some(now),
        is_test: false,
        person: contact.clone(),
        message: said("message"),
        utm: BTreeMap::new(),
        consent: BTreeMap::new(),
        extras: Vec::new(),
    };
    let profile = Profile::of(&submission, now);
    let event = Event::Arrived { profile: Box::new(profile), taken_by: Some(by) };
    let cause = Cause::Submitted { part: None, submission: Box::new(submission) };
    let decide_here = move |snapshot: &Snapshot| match &team {
        // Sent to the team of whoever adds it, as a source's leads are sent to the source's team.
        Some(team) => {
            let mut playbook = (*snapshot.playbook).clone();
            let (name, team) = ("added by hand".to_owned(), team.clone());
            playbook.routes = vec![Route { name, when: None, team, require: Vec::new(), prefer: Vec::new() }];
            decide(&Snapshot { playbook: Arc::new(playbook), ..snapshot.clone() }, &event, now)
        }
        None => decide(snapshot, &event, now),
    };
    let applied = call.desk.store.apply(cause, Target::New, now, decide_here).await?;
    let asked = match applied {
        Applied::Done { reply, lead, changed } => Asked { reply: Some(reply), lead: lead.map(|l| *l), changed },
        Applied::Stale { lead } => Asked { reply: None, lead: lead.map(|l| *l), changed: Changed::No },
    };
    Ok(Answer::Private(call.visit.say(&asked).await?))
}

/// Who it is, cleaned as what comes in by itself is.
fn contact(call: &Call<'_>) -> Result<Contact, Stop> {
    let said = |name| call.text(name).and_then(cleaning::clean).map(|t| Untrusted::new(&t));
    let mut contact = Contact { name: said("name"), company: said("company"), ..Contact::default() };
    if let Some(typed) = call.text("email") {
        let address = email::address(typed).ok_or_else(|| lists::no_address(typed))?;
        contact.email = Some(Untrusted::new(&address));
    }
    if let Some(typed) = call.text("phone") {
        if !phone::looks_like_one(typed) {
            return Err(lists::no_number(typed).into());
        }
        let read = phone::read(typed, call.playbook.company.holidays.as_deref());
        contact.phone = Some(Untrusted::new(typed));
        contact.country = read.as_ref().and_then(|r| r.country.clone());
        contact.zone = contact.country.as_deref().and_then(country::zone).map(str::to_owned);
        contact.phone_e164 = read.map(|r| r.e164);
    }
    if contact.email.is_none() && contact.phone.is_none() {
        return Err(lists::not_reachable().into());
    }
    Ok(contact)
}
