//! A follow-up: a time that is offered, or one that is typed; what stands against it; and how it went.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::chat::Answer;
use crate::chat::action::{Action, Verb};
use crate::desk::press::Press;
use crate::desk::send::filled;
use crate::desk::visit::Visit;
use crate::desk::when;
use crate::domain::event::Ask;
use crate::domain::lead::{Channel, Lead, Outcome};
use crate::domain::reply::Reply;
use crate::store::StoreError;
use crate::wording::{World, forms, pickers, plans, remarks};

/// When?
pub(in crate::desk) async fn times(press: &Press<'_>) -> Result<Answer, StoreError> {
    let (roster, playbook) = (press.visit.desk.store.roster(), press.visit.desk.store.playbook());
    let world = World { playbook: &playbook, roster: &roster, now: press.visit.now };
    match press.visit.lead(press.action.lead).await? {
        Ok(lead) => press.offer_contact(&lead, pickers::follow_up(&lead, world)).await,
        Err(none) => Ok(press.private(none)),
    }
}

/// One of the times, or another one.
pub(in crate::desk) async fn chosen(press: &Press<'_>) -> Result<Answer, StoreError> {
    if press.choice() == pickers::PICK_A_DATE {
        return form(press).await;
    }
    let lead = match press.visit.lead(press.action.lead).await? {
        Ok(lead) => lead,
        Err(none) => return Ok(press.private(none)),
    };
    let zone = pickers::zone_of(&lead, &press.visit.desk.store.playbook());
    let offered = pickers::follow_up_times(&zone, press.visit.now).into_iter().find(|offered| offered.key == press.choice());
    match offered {
        Some(offered) => set(press, &lead, offered.at).await,
        // The afternoon has passed since the list was drawn.
        None => Ok(press.private(press.visit.word(&Reply::NotInFuture, Some(&lead), &[]))),
    }
}

/// Plans it for then; what was noted for the plan before goes with it.
async fn set(press: &Press<'_>, lead: &Lead, at: DateTime<Utc>) -> Result<Answer, StoreError> {
    let note = press.visit.desk.store.plan_note(lead).await?;
    let asked = press.visit.ask(lead.id, Ask::FollowUp { at, note }).await?;
    let words = press.visit.say_plan(&asked).await?;
    press.answered(&asked, words).await
}

/// Another time, in words; what was noted stands there already.
pub(in crate::desk) async fn form(press: &Press<'_>) -> Result<Answer, StoreError> {
    let store = &press.visit.desk.store;
    match press.visit.lead(press.action.lead).await? {
        Ok(lead) => {
            let note = store.plan_note(&lead).await?.unwrap_or_default();
            let form = forms::follow_up(&lead, &pickers::place_of(&lead, &store.playbook()), &note);
            press.ask_contact_in_words(&lead, press.visit.as_typed(form)).await
        }
        Err(none) => Ok(press.private(none)),
    }
}

/// To the next time that suits, unless something else was planned since.
pub(in crate::desk) async fn moved(press: &Press<'_>) -> Result<Answer, StoreError> {
    let Some((from, to)) = plans::read_move(press.choice()) else { return Ok(press.private(remarks::unknown_choice())) };
    match press.visit.lead(press.action.lead).await? {
        Ok(lead) if is_planned_for(&lead, from) => set(press, &lead, to).await,
        Ok(lead) => Ok(press.private(plans::planned_since(&lead))),
        Err(none) => Ok(press.private(none)),
    }
}

fn is_planned_for(lead: &Lead, minute: DateTime<Utc>) -> bool {
    lead.course.follow_up.as_ref().is_some_and(|plan| plan.at.timestamp() / 60 == minute.timestamp() / 60)
}

/// It stays where it is.
pub(in crate::desk) async fn kept(press: &Press<'_>) -> Result<Answer, StoreError> {
    match press.visit.lead(press.action.lead).await? {
        Ok(lead) => Ok(press.private(plans::kept(&lead))),
        Err(none) => Ok(press.private(none)),
    }
}

/// How did it go?
pub(in crate::desk) async fn result(press: &Press<'_>) -> Result<Answer, StoreError> {
    match press.visit.lead(press.action.lead).await? {
        Ok(lead) => press.ask_contact_in_words(&lead, forms::result(&lead, press.choice())).await,
        Err(none) => Ok(press.private(none)),
    }
}

/// How it went was typed, or left out.
pub(in crate::desk) fn outcome(action: &Action, values: &BTreeMap<String, String>) -> Ask {
    let note = filled(values, forms::TEXT);
    let logged = |outcome, note| Ask::Log { channel: Channel::Call, outcome, note };
    match action.extra.as_deref() {
        Some("reached") => logged(Outcome::Reached, note),
        Some("no_answer") => logged(Outcome::NoAnswer, note),
        Some(_) | None => Ask::Done { note },
    }
}

/// The time was typed.
pub(in crate::desk) async fn sent(
    visit: &Visit<'_>,
    action: &Action,
    values: &BTreeMap<String, String>,
) -> Result<Answer, StoreError> {
    let lead = match visit.lead(action.lead).await? {
        Ok(lead) => lead,
        Err(none) => return Ok(Answer::Replace(none)),
    };
    let typed = values.get(forms::WHEN).map_or("", String::as_str);
    let again = Action::on(Verb::FollowDate, lead.id, lead.course.epoch);
    let Some(at) = when::read_on(typed, &visit.clocks(&lead), visit.now) else {
        visit.keep_typed(action, values);
        return Ok(Answer::Replace(remarks::again(remarks::unreadable_time(typed), "Type it again", &again)));
    };
    let asked = visit.ask(lead.id, Ask::FollowUp { at, note: filled(values, forms::TEXT) }).await?;
    let words = visit.say_plan(&asked).await?;
    if asked.reply == Some(Reply::NotInFuture) {
        visit.keep_typed(action, values);
        return Ok(Answer::Replace(remarks::again(words, "Type it again", &again)));
    }
    visit.forget_typed(action);
    Ok(Answer::Replace(words))
}
