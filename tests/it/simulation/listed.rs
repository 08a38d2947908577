//! Who is to be left alone: put on the list by hand and taken off it, with one lead or several; and the tags that leads carry.

use std::sync::Arc;

use leadbell::domain::event::Ask;
use leadbell::domain::ids::{LeadId, PersonId};
use leadbell::domain::lead::{Exit, Lead, State};
use leadbell::store::{Extent, Reach, Store, StoreError, Suppressed};

use super::deeds::leave_alone;
use super::eye::Eye;
use super::life::entry;
use super::world::World;

/// By an address or a number of theirs, or an address that nobody here has.
pub(super) async fn somebody_is_put_on_the_list(world: &World, store: &Store) -> Result<(), StoreError> {
    let leads: Vec<LeadId> = world.state().leads.keys().copied().collect();
    let stranger = || Reach::Email("nobody@example.com".to_owned());
    let reach = if leads.is_empty() || world.roll(0.1) {
        stranger()
    } else {
        let lead = *world.state().lot.pick(&leads);
        let known = store.lead(lead).await?.map(|lead| lead.profile.contact).unwrap_or_default();
        let number = known.phone_e164.filter(|_| world.roll(0.5)).map(Reach::Phone);
        number.or_else(|| known.email.map(|email| Reach::Email(email.raw().to_lowercase()))).unwrap_or_else(stranger)
    };
    let listed = store.leave_alone(reach.clone(), entry(world.now())).await?;
    world.say(format!("{reach:?} is put on the list: {listed:?}"));
    world.state().listed.push(reach);
    Ok(())
}

/// What stands there by hand.
pub(super) async fn somebody_is_taken_off_the_list(world: &World, store: &Store) -> Result<(), StoreError> {
    let reach = {
        let mut state = world.state();
        let listed = state.listed.clone();
        if listed.is_empty() {
            return Ok(());
        }
        state.lot.pick(&listed).clone()
    };
    let listed = store.no_longer_leave_alone(reach.clone(), entry(world.now())).await?;
    world.say(format!("{reach:?} is taken off the list: {listed:?}"));
    let is_listed = store.is_left_alone_at(reach.clone()).await?;
    // What they asked for themselves stays.
    if is_listed.is_some_and(|left| listed.changed || (left.lead.is_none() && !left.along)) {
        world.wrong(format!("{reach:?} was taken off the list: {listed:?}, and is on it: {is_listed:?}"));
    }
    Ok(())
}

/// Somebody has two leads here: one that was thought to be over is taken up again, and then they ask to be left alone. Whoever has one lead
/// gets another one when they ask again after theirs was thought to be nobody's.
pub(super) async fn of_somebody_with_two_leads(world: &Arc<World>, store: &Store) -> Option<(LeadId, PersonId, Ask)> {
    let (known, mut all): (Vec<LeadId>, _) = (world.state().leads.keys().copied().collect(), Vec::new());
    if known.is_empty() || !world.roll(0.4) {
        return None;
    }
    for id in known {
        all.extend(store.lead(id).await.ok().flatten());
    }
    let email = |lead: &Lead| lead.profile.contact.email.as_ref().map(|email| email.raw().to_lowercase());
    let has_twin = |one: &Lead| all.iter().any(|other| other.id != one.id && email(other) == email(one));
    let boss = store.roster().iter().find(|person| person.manages()).map(|person| person.id)?;
    let drawn = all.iter().find_map(|lead| match &lead.course.state {
        State::Closed { exit: Exit::Removed | Exit::Unqualified, .. } if has_twin(lead) => Some((lead.id, boss, Ask::Reopen)),
        State::Owned { by, .. } if has_twin(lead) => Some((lead.id, *by, leave_alone())),
        State::Owned { by, .. } if world.roll(0.15) => Some((lead.id, *by, spam())),
        State::Closed { .. }
        | State::Owned { .. }
        | State::Waiting { .. }
        | State::Offered { .. }
        | State::Pooled { .. }
        | State::Triage { .. }
        | State::Repair { .. } => None,
    });
    drawn.filter(|_| world.roll(0.7))
}

fn spam() -> Ask {
    Ask::Disqualify { reason: "spam".into(), detail: None, until: None, original: None }
}

fn is_left_alone(lead: &Lead) -> bool {
    matches!(lead.course.state, State::Closed { exit: Exit::Suppressed, .. })
}

/// Whoever asked to be left alone is on the list, unless they came back with another lead, and nobody whose lead goes on.
pub(super) async fn list_fits(world: &World, store: &Store, eye: &Eye) {
    let (listed, mut leads) = (eye.left_alone().await, Vec::new());
    let known: Vec<LeadId> = world.state().leads.keys().copied().collect();
    for id in known {
        leads.extend(store.lead(id).await.ok().flatten().filter(|lead| !lead.profile.is_test));
    }
    for lead in &leads {
        let id = lead.id;
        let on_list = store.asked_to_be_left_alone(&lead.profile.contact).await;
        let theirs = |other: &Lead| other.profile.contact.email == lead.profile.contact.email;
        let came_back =
            leads.iter().any(|other| other.id != id && theirs(other) && other.course.came_back == Some(Exit::Suppressed));
        let is_missing = is_left_alone(lead) && on_list == Ok(None) && !came_back;
        if is_missing || (listed.contains(&Some(id)) && !is_left_alone(lead)) {
            world.wrong(format!("{id} is {:?}, and the list of those left alone names {listed:?}", lead.course.state));
        }
        if !lead.course.state.is_closed() && on_list != Ok(None) {
            world.wrong(format!("{id} goes on although they are left alone: {on_list:?}"));
        }
    }
    let extent = Extent { since: None, suppressed: Suppressed::LeaveOut };
    let Ok(given_out) = store.leads_after(LeadId(0), extent).await else { return world.wrong("leads cannot be given out") };
    for lead in given_out {
        if store.asked_to_be_left_alone(&lead.profile.contact).await != Ok(None) {
            world.wrong(format!("{} is given out although they are left alone", lead.id));
        }
    }
}

/// A lead is found by the tags that it carries.
pub(super) async fn tags_fit(world: &World, eye: &Eye, lead: &Lead) {
    let carried: Vec<String> = lead.course.tags.iter().map(|tag| tag.as_str().to_owned()).collect();
    let found = eye.tags(lead.id).await;
    if carried != found {
        world.wrong(format!("{} carries {carried:?} and is found by {found:?}", lead.id));
    }
}
