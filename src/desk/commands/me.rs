//! `/me status|leave|agenda`: one's own day.

use super::{Call, Stop, lead};
use crate::chat::{Answer, OptionValue, Visitor};
use crate::domain::day;
use crate::domain::ids::PersonId;
use crate::domain::lead::Lead;
use crate::domain::person::{Leave, Person, Presence, Rights};
use crate::store::LeadFilter;
use crate::wording::{day as words, hours, remarks, teams};

/// Leads that one person owns, at most.
const OWNED_MAX: u32 = 2_000;

/// Here or away.
pub(super) async fn status(call: &Call<'_>) -> Result<Answer, Stop> {
    let presence = match call.needed("is")? {
        "available" => Presence::Available,
        "away" => Presence::Away { until: call.time("until", call.zone())? },
        _ => return Err(remarks::unknown_choice().into()),
    };
    if let Presence::Away { until: Some(until) } = presence
        && until <= call.now
    {
        return Err(teams::back_in_the_past().into());
    }
    let owned = owned(call).await?;
    call.desk.store.set_presence(call.by.id, presence.clone()).await?;
    // Who says that they are here has come back early.
    let is_back = presence == Presence::Available
        && call.by.leave.as_ref().is_some_and(|leave| leave.from <= call.now && call.now < leave.until);
    if presence == Presence::Available && call.by.leave.as_ref().is_some_and(|leave| leave.from <= call.now) {
        call.desk.store.set_leave(call.by.id, None).await?;
    }
    call.desk.store.note_deed(call.deed("me.status", format!("{presence:?}"))).await?;
    let asked = lead::offered(call).await?;
    let mut view = teams::presence(&presence, owned.len(), &asked);
    view.lines.extend(is_back.then(teams::leave_is_over));
    view.lines.extend(call.by.hours.as_ref().map(hours::yours));
    Ok(Answer::Private(view))
}

/// On leave, from when to when, and who covers.
pub(super) async fn leave(call: &Call<'_>) -> Result<Answer, Stop> {
    let planned = call.by.leave.clone().filter(|leave| call.now < leave.until);
    let cover = match call.options.get("cover") {
        Some(OptionValue::Person(visitor)) => Some(cover(call, visitor)?),
        _ => None,
    };
    let leave = match (call.time("to", call.zone())?, call.time("from", call.zone())?, planned) {
        (Some(until), from, _) => Leave { from: from.unwrap_or(call.now).max(call.now), until, cover },
        // Whoever names somebody to cover does not call off what is covered.
        (None, None, Some(planned)) if cover.is_some() => Leave { cover, ..planned },
        (None, None, planned) if cover.is_none() => {
            call.desk.store.set_leave(call.by.id, None).await?;
            call.desk.store.note_deed(call.deed("me.leave", "called off".to_owned())).await?;
            return Ok(Answer::Private(teams::no_leave(planned.is_some())));
        }
        (None, _, _) => return Err(teams::leave_without_end().into()),
    };
    if leave.until <= call.now {
        return Err(teams::back_in_the_past().into());
    }
    if leave.until <= leave.from {
        return Err(teams::leave_ends_first().into());
    }
    let owned = owned(call).await?;
    call.desk.store.set_leave(call.by.id, Some(leave.clone())).await?;
    call.desk.store.note_deed(call.deed("me.leave", format!("{leave:?}"))).await?;
    Ok(Answer::Private(teams::leave(&leave, owned.len(), call.world())))
}

fn cover(call: &Call<'_>, visitor: &Visitor) -> Result<PersonId, Stop> {
    let person = call.roster.by_chat_id(&visitor.chat_id);
    if person.is_some_and(|person| person.id == call.by.id) {
        return Err(teams::not_oneself().into());
    }
    let can = |person: &&Person| !person.left && person.rights >= Rights::Rep;
    person.filter(can).map(|person| person.id).ok_or_else(|| teams::cannot_cover(&visitor.name).into())
}

/// Everything that they own.
pub(super) async fn owned(call: &Call<'_>) -> Result<Vec<Lead>, Stop> {
    let filter =
        LeadFilter { state: Some("owned".to_owned()), owner: Some(call.by.id), limit: OWNED_MAX, ..LeadFilter::default() };
    Ok(call.desk.store.find_leads(&filter).await?)
}

/// What is due today.
pub(super) async fn agenda(call: &Call<'_>) -> Result<Answer, Stop> {
    let tonight = call.end_of_day();
    let leads = call.desk.store.leads_of(call.by.id, tonight).await?;
    let (today, later) = day::agenda(&leads, tonight, &call.playbook);
    let notes = call.desk.store.plan_notes(day::planned(&today).take(words::ASKED_MAX)).await?;
    Ok(Answer::Private(words::agenda((&today, &notes), later, call.world())))
}
