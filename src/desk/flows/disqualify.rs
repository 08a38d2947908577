//! Work ends for a reason: which one, and only what that reason needs.

use std::collections::BTreeMap;

use crate::chat::Answer;
use crate::chat::action::{Action, Verb};
use crate::desk::press::Press;
use crate::desk::send::filled;
use crate::desk::visit::Visit;
use crate::desk::when;
use crate::domain::deciders::is_reachable;
use crate::domain::event::Ask;
use crate::domain::ids::LeadId;
use crate::domain::lead::Lead;
use crate::domain::message::{Form, View};
use crate::domain::reply::{ReasonNeed, Reply, Unknown};
use crate::domain::submission::Contact;
use crate::domain::text::Untrusted;
use crate::intake::{cleaning, country, email, phone};
use crate::playbook::{Asks, Playbook, Reason};
use crate::store::StoreError;
use crate::wording::{forms, lists, pickers, remarks, repair};

/// Why?
pub(in crate::desk) async fn reasons(press: &Press<'_>) -> Result<Answer, StoreError> {
    let playbook = press.visit.desk.store.playbook();
    match press.visit.lead(press.action.lead).await? {
        Ok(lead) => press.offer(&lead, pickers::reasons(&lead, &playbook)).await,
        Err(none) => Ok(press.private(none)),
    }
}

/// Why does it sleep?
pub(in crate::desk) async fn sleeps(press: &Press<'_>) -> Result<Answer, StoreError> {
    let playbook = press.visit.desk.store.playbook();
    match press.visit.lead(press.action.lead).await? {
        Ok(lead) => press.offer(&lead, pickers::sleeps(&lead, &playbook)).await,
        Err(none) => Ok(press.private(none)),
    }
}

/// A reason was chosen: what it needs is asked, or it is done.
pub(in crate::desk) async fn chosen(press: &Press<'_>) -> Result<Answer, StoreError> {
    let playbook = press.visit.desk.store.playbook();
    let lead = match press.visit.lead(press.action.lead).await? {
        Ok(lead) => lead,
        Err(none) => return Ok(press.private(none)),
    };
    let Some(reason) = pickers::reason_of(press.choice(), &playbook) else {
        return press.refuse(&lead, &Reply::Unknown(Unknown::Reason(press.choice().to_owned()))).await;
    };
    match form(press.visit, &lead, reason, &playbook) {
        Some(form) => press.ask_in_words(&lead, form).await,
        None => press.act(Ask::Disqualify { reason: reason.key.clone(), detail: None, until: None, original: None }).await,
    }
}

fn form(visit: &Visit<'_>, lead: &Lead, reason: &Reason, playbook: &Playbook) -> Option<Form> {
    let usual = match reason.asks {
        Asks::When { usual } => Some(pickers::zone_of(lead, playbook).local(visit.now + usual).date()),
        Asks::Nothing | Asks::Text { .. } | Asks::Lead | Asks::Who => None,
    };
    forms::disqualify(lead, reason, usual).map(|form| visit.as_typed(form))
}

/// What the reason needs was typed.
pub(in crate::desk) async fn sent(
    visit: &Visit<'_>,
    action: &Action,
    values: &BTreeMap<String, String>,
) -> Result<Answer, StoreError> {
    let playbook = visit.desk.store.playbook();
    let lead = match visit.lead(action.lead).await? {
        Ok(lead) => lead,
        Err(none) => return Ok(Answer::Replace(none)),
    };
    let part = action.extra.as_deref().unwrap_or_default();
    let Some(reason) = pickers::reason_of(part, &playbook) else {
        return Ok(Answer::Replace(visit.word(&Reply::Unknown(Unknown::Reason(part.to_owned())), Some(&lead), &[])));
    };
    let again = Action::on(Verb::DisqualifyFor, lead.id, lead.course.epoch).with(part);
    let ask = match read(visit, &lead, reason, values).await? {
        Ok(ask) => ask,
        Err(unreadable) => {
            visit.keep_typed(action, values);
            return Ok(Answer::Replace(remarks::again(unreadable, "Type it again", &again)));
        }
    };
    let asked = visit.ask(lead.id, ask).await?;
    let words = visit.say(&asked).await?;
    let can_be_typed = matches!(
        asked.reply,
        Some(Reply::ReasonNeeds(ReasonNeed::Date | ReasonNeed::Text { .. } | ReasonNeed::Original) | Reply::DeciderLeftAlone)
    );
    if can_be_typed {
        visit.keep_typed(action, values);
        return Ok(Answer::Replace(remarks::again(words, "Type it again", &again)));
    }
    visit.forget_typed(action);
    Ok(Answer::Replace(words))
}

/// What was typed, or why it cannot be read.
async fn read(
    visit: &Visit<'_>,
    lead: &Lead,
    reason: &Reason,
    values: &BTreeMap<String, String>,
) -> Result<Result<Ask, View>, StoreError> {
    if reason.asks == Asks::Who {
        return Ok(decider(visit, reason, values).map_err(|view| *view));
    }
    let (mut until, mut original) = (None, None);
    if let Some(typed) = filled(values, forms::WHEN) {
        let zone = pickers::zone_of(lead, &visit.desk.store.playbook());
        match when::read(&typed, &zone, visit.now) {
            Some(at) => until = Some(at),
            None => return Ok(Err(remarks::unreadable_time(&typed))),
        }
    }
    if let Some(typed) = filled(values, forms::ORIGINAL) {
        let Ok(id) = typed.parse::<LeadId>() else { return Ok(Err(remarks::unreadable_lead(&typed))) };
        match visit.lead(id).await? {
            Ok(_) => original = Some(id),
            Err(none) => return Ok(Err(none)),
        }
    }
    Ok(Ok(Ask::Disqualify { reason: reason.key.clone(), detail: filled(values, forms::TEXT), until, original }))
}

/// Who decides, cleaned as what comes in by itself is; or what of it cannot be read.
fn decider(visit: &Visit<'_>, reason: &Reason, values: &BTreeMap<String, String>) -> Result<Ask, Box<View>> {
    let name = filled(values, forms::TEXT);
    let said = name.as_deref().and_then(cleaning::clean);
    let (called, post) = said.as_deref().map_or((None, None), |said| {
        let (called, post) = name_and_post(said);
        (Some(Untrusted::new(called).one_line()), post.map(|post| Untrusted::new(post).one_line()))
    });
    let mut who = Contact { name: called, title: post, ..Contact::default() };
    if let Some(typed) = filled(values, repair::EMAIL) {
        let read = email::address(&typed).ok_or_else(|| Box::new(lists::no_address(&typed)))?;
        who.email = Some(Untrusted::new(&read));
    }
    if let Some(typed) = filled(values, repair::PHONE) {
        let region = visit.desk.store.playbook().company.holidays.clone();
        let read = phone::read(&typed, region.as_deref()).ok_or_else(|| Box::new(lists::no_number(&typed)))?;
        who.zone = read.country.as_deref().and_then(country::zone).map(str::to_owned);
        (who.phone, who.phone_e164, who.country) = (Some(Untrusted::new(&typed)), Some(read.e164), read.country);
    }
    let reason = reason.key.clone();
    Ok(if is_reachable(&who) {
        Ask::DecidedBy { reason, detail: name, who: Box::new(who) }
    } else {
        Ask::Disqualify { reason, detail: name, until: None, original: None }
    })
}

/// `Max Keller, their CTO`: a name, and what they are. A single word on both sides is left as it is: `Keller, Max` is a name.
fn name_and_post(said: &str) -> (&str, Option<&str>) {
    let Some((name, post)) = said.split_once(',') else { return (said, None) };
    let (name, post) = (name.trim(), post.trim());
    let post = ["their ", "the "].iter().find_map(|word| post.strip_prefix(word)).unwrap_or(post);
    let is_one_word = |words: &str| words.split_whitespace().count() == 1;
    let is_short_for_a_post = post.len() > 1 && post.chars().all(|c| c.is_uppercase());
    match (name.is_empty(), post.is_empty()) {
        (true, _) | (false, true) => (said.trim_matches([',', ' ']), None),
        (false, false) if is_one_word(name) && is_one_word(post) && !is_short_for_a_post => (said, None),
        (false, false) => (name, Some(post)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_is_does_not_become_their_name() {
        assert_eq!(name_and_post("Max Keller, their CTO"), ("Max Keller", Some("CTO")));
        assert_eq!(name_and_post("Max, the head of logistics"), ("Max", Some("head of logistics")));
        assert_eq!(name_and_post("Max, CTO"), ("Max", Some("CTO")));
        assert_eq!(name_and_post("Keller, Max"), ("Keller, Max", None));
        assert_eq!(name_and_post("Max Keller"), ("Max Keller", None));
        assert_eq!(name_and_post("Max Keller,"), ("Max Keller", None));
        assert_eq!(name_and_post(", CTO"), ("CTO", None));
    }
}
