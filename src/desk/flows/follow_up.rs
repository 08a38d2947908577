//! A follow-up: a time that is offered, or one that is typed.

use std::collections::BTreeMap;

use crate::chat::Answer;
use crate::chat::action::{Action, Verb};
use crate::desk::press::Press;
use crate::desk::send::filled;
use crate::desk::visit::Visit;
use crate::desk::when;
use crate::domain::event::Ask;
use crate::domain::reply::Reply;
use crate::store::StoreError;
use crate::wording::{World, forms, pickers, remarks};

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
        Some(offered) => press.act(Ask::FollowUp { at: offered.at, note: None }).await,
        // The afternoon has passed since the list was drawn.
        None => Ok(press.private(press.visit.word(&Reply::NotInFuture, Some(&lead), &[]))),
    }
}

/// Another time, in words.
pub(in crate::desk) async fn form(press: &Press<'_>) -> Result<Answer, StoreError> {
    let playbook = press.visit.desk.store.playbook();
    match press.visit.lead(press.action.lead).await? {
        Ok(lead) => press.ask_contact_in_words(&lead, forms::follow_up(&lead, &pickers::place_of(&lead, &playbook))).await,
        Err(none) => Ok(press.private(none)),
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
    let zone = pickers::zone_of(&lead, &visit.desk.store.playbook());
    let Some(at) = when::read(typed, &zone, visit.now) else {
        return Ok(Answer::Replace(remarks::again(remarks::unreadable_time(typed), "Type it again", &again)));
    };
    let asked = visit.ask(lead.id, Ask::FollowUp { at, note: filled(values, forms::TEXT) }).await?;
    let words = visit.say(&asked).await?;
    let words = if asked.reply == Some(Reply::NotInFuture) { remarks::again(words, "Type it again", &again) } else { words };
    Ok(Answer::Replace(words))
}
