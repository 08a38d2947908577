//! A lead goes elsewhere: back to the team, to another rep, to another team; always with a reason. And notes, which go with it.

use std::collections::BTreeMap;

use crate::chat::Answer;
use crate::chat::action::Action;
use crate::desk::press::Press;
use crate::desk::send::filled;
use crate::desk::visit::Visit;
use crate::domain::eligibility;
use crate::domain::event::Ask;
use crate::domain::ids::{LeadId, PersonId};
use crate::domain::lead::{Lead, State};
use crate::domain::message::View;
use crate::domain::person::{Person, Rights};
use crate::domain::reply::{Need, Refusal, Reply, Unknown};
use crate::domain::snapshot::Snapshot;
use crate::store::StoreError;
use crate::wording::pickers::{self, Candidate};
use crate::wording::{World, forms, remarks};

/// A note: everybody who works leads may write one.
pub(in crate::desk) async fn note(press: &Press<'_>) -> Result<Answer, StoreError> {
    match press.visit.lead(press.action.lead).await? {
        Ok(lead) => Ok(Answer::Form(forms::note(&lead))),
        Err(none) => Ok(press.private(none)),
    }
}

/// What somebody said elsewhere, and the number of the lead that it is about.
pub(in crate::desk) async fn noted_on(
    visit: &Visit<'_>,
    action: &Action,
    values: &BTreeMap<String, String>,
) -> Result<Answer, StoreError> {
    let typed = filled(values, forms::ORIGINAL).unwrap_or_default();
    let Ok(lead) = typed.parse::<LeadId>() else {
        visit.keep_typed(action, values);
        return Ok(Answer::Replace(remarks::again(remarks::unreadable_lead(&typed), "Type it again", action)));
    };
    let asked = visit.ask(lead, Ask::Note { text: filled(values, forms::TEXT).unwrap_or_default() }).await?;
    let words = visit.say(&asked).await?;
    if matches!(asked.reply, Some(Reply::Unknown(_))) {
        visit.keep_typed(action, values);
        return Ok(Answer::Replace(remarks::again(words, "Type it again", action)));
    }
    visit.forget_typed(action);
    Ok(Answer::Replace(words))
}

/// Why is it not for us?
pub(in crate::desk) async fn wrong_team(press: &Press<'_>) -> Result<Answer, StoreError> {
    let lead = match press.visit.lead(press.action.lead).await? {
        Ok(lead) => lead,
        Err(none) => return Ok(press.private(none)),
    };
    match &lead.course.state {
        State::Waiting { team, .. } | State::Offered { team, .. } if !press.visit.person.speaks_for(team) => {
            press.refuse(&lead, &Reply::NotEligible(Refusal::NotInTeam { team: team.clone() })).await
        }
        State::Waiting { .. } | State::Offered { .. } => Ok(Answer::Form(forms::wrong_team(&lead))),
        State::Owned { .. } => press.ask_in_words(&lead, forms::wrong_team(&lead)).await,
        State::Pooled { .. } | State::Triage { .. } | State::Closed { .. } | State::Repair { .. } => {
            press.refuse(&lead, &Reply::NotNow).await
        }
    }
}

/// Why give it back?
pub(in crate::desk) async fn release(press: &Press<'_>) -> Result<Answer, StoreError> {
    match press.visit.lead(press.action.lead).await? {
        Ok(lead) => press.ask_in_words(&lead, forms::release(&lead)).await,
        Err(none) => Ok(press.private(none)),
    }
}

/// To whom?
pub(in crate::desk) async fn people(press: &Press<'_>) -> Result<Answer, StoreError> {
    let lead = match press.visit.lead(press.action.lead).await? {
        Ok(lead) => lead,
        Err(none) => return Ok(press.private(none)),
    };
    match picker(press.visit, &lead).await? {
        None => Ok(press.private(remarks::nobody_to_choose())),
        Some(picker) if press.visit.person.manages() => Ok(press.private(picker)),
        Some(picker) => press.offer(&lead, picker).await,
    }
}

/// Everybody who works leads but its owner, with what stands against each; nothing when there is nobody.
async fn picker(visit: &Visit<'_>, lead: &Lead) -> Result<Option<View>, StoreError> {
    let (roster, playbook) = (visit.desk.store.roster(), visit.desk.store.playbook());
    let snapshot = visit.desk.store.glance(visit.now).await?;
    let world = World { playbook: &playbook, roster: &roster, now: visit.now };
    let works = |person: &&Person| !person.left && person.rights >= Rights::Rep && lead.course.state.owner() != Some(person.id);
    let candidate =
        |person| Candidate { person, against: against(&snapshot, lead, person, visit).map(|why| pickers::against(&why, world)) };
    let candidates: Vec<Candidate<'_>> = roster.iter().filter(works).map(candidate).collect();
    Ok((!candidates.is_empty()).then(|| pickers::people(lead, &candidates)))
}

/// What stands against it now; the rules look again when it is done.
fn against(snapshot: &Snapshot, lead: &Lead, person: &Person, visit: &Visit<'_>) -> Option<Refusal> {
    let team = lead.course.team.clone().or_else(|| person.memberships.first().map(|m| m.team.clone()))?;
    eligibility::check(snapshot, lead, &team, person, visit.now).err()
}

/// To them: why?
pub(in crate::desk) async fn chosen(press: &Press<'_>) -> Result<Answer, StoreError> {
    let lead = match press.visit.lead(press.action.lead).await? {
        Ok(lead) => lead,
        Err(none) => return Ok(press.private(none)),
    };
    let roster = press.visit.desk.store.roster();
    let Some(person) = press.choice().parse().ok().and_then(|id| roster.get(PersonId(id))) else {
        return press.refuse(&lead, &Reply::Unknown(Unknown::Person)).await;
    };
    // Nobody writes a reason first to hear then that they cannot have it: another can be chosen at once.
    let is_owned = matches!(lead.course.state, State::Owned { .. });
    let snapshot = press.visit.desk.store.glance(press.visit.now).await?;
    let Some(why) = against(&snapshot, &lead, person, press.visit).filter(|_| is_owned) else {
        return Ok(Answer::Form(forms::assign(&lead, person.id, &person.name)));
    };
    let mut view = press.visit.word(&Reply::TheyAreNotEligible { who: person.id, why }, Some(&lead), &[]);
    view.rows.extend(picker(press.visit, &lead).await?.map(|picker| picker.rows).unwrap_or_default());
    Ok(press.private(view))
}

/// To which team? Managers are asked; the others are told who is.
pub(in crate::desk) async fn teams(press: &Press<'_>) -> Result<Answer, StoreError> {
    let lead = match press.visit.lead(press.action.lead).await? {
        Ok(lead) => lead,
        Err(none) => return Ok(press.private(none)),
    };
    if !press.visit.person.manages() {
        return press.refuse(&lead, &Reply::NotAllowed(Need::Manager)).await;
    }
    match &lead.course.state {
        State::Triage { .. } | State::Waiting { .. } | State::Offered { .. } => {
            Ok(press.private(pickers::teams(&lead, &press.visit.desk.store.playbook())))
        }
        State::Owned { .. } | State::Pooled { .. } | State::Closed { .. } | State::Repair { .. } => {
            press.refuse(&lead, &Reply::NotNow).await
        }
    }
}

/// To that team.
pub(in crate::desk) async fn route(press: &Press<'_>) -> Result<Answer, StoreError> {
    press.act(Ask::Route { team: press.choice().into() }).await
}

/// The reason was typed. `None`: the form carries what is not there any more.
pub(in crate::desk) fn assignment(action: &Action, values: &BTreeMap<String, String>) -> Option<Ask> {
    let to = action.extra.as_deref()?.parse().ok().map(PersonId)?;
    Some(Ask::Assign { to, reason: filled(values, forms::TEXT).unwrap_or_default() })
}
