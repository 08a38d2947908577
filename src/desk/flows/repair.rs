//! A teammate mends what is known of a person: the form with what is known, and what was typed into it.
//! Whoever opens the form sees contact data: when the lead is not theirs to see, that is kept.

use std::collections::BTreeMap;

use crate::chat::Answer;
use crate::chat::action::{Action, Verb};
use crate::desk::press::Press;
use crate::desk::visit::Visit;
use crate::domain::event::Ask;
use crate::domain::fact::Fact;
use crate::domain::lead::{Lead, State};
use crate::domain::message::View;
use crate::domain::repair::{Mending, may_mend};
use crate::domain::reply::{Need, Reply};
use crate::domain::submission::Contact;
use crate::domain::text::Untrusted;
use crate::intake::{cleaning, country, email, phone};
use crate::store::StoreError;
use crate::wording::{lists, remarks, repair};

/// What is right?
pub(in crate::desk) async fn form(press: &Press<'_>) -> Result<Answer, StoreError> {
    let visit = press.visit;
    let lead = match visit.lead(press.action.lead).await? {
        Ok(lead) => lead,
        Err(none) => return Ok(press.private(none)),
    };
    if let Some(refusal) = refusal(visit, &lead) {
        return press.refuse(&lead, &refusal).await;
    }
    let typed = visit.desk.drafts.typed(visit.person.id, &Action::on(Verb::Mend, lead.id, 0), visit.now);
    let form = repair::mend(&lead, typed.as_ref());
    let is_theirs = lead.course.state.keeper() == Some(visit.person.id);
    let was_kept =
        visit.log(lead.id).await?.iter().flat_map(|told| &told.facts).any(|fact| *fact == Fact::Revealed { by: visit.person.id });
    if !is_theirs && !was_kept {
        visit.ask(lead.id, Ask::Reveal).await?;
    }
    Ok(Answer::Form(form))
}

/// Why they may not mend it: the rules say it again when it is done.
fn refusal(visit: &Visit<'_>, lead: &Lead) -> Option<Reply> {
    let State::Repair { fixer, .. } = lead.course.state else { return Some(Reply::NotNow) };
    let may = may_mend(&lead.course.state, &visit.person, &visit.desk.store.roster(), visit.now);
    (!may).then_some(Reply::NotAllowed(Need::Fixer { fixer }))
}

/// What is right was typed.
pub(in crate::desk) async fn sent(
    visit: &Visit<'_>,
    action: &Action,
    values: &BTreeMap<String, String>,
) -> Result<Answer, StoreError> {
    let lead = match visit.lead(action.lead).await? {
        Ok(lead) => lead,
        Err(none) => return Ok(Answer::Replace(none)),
    };
    let again = Action::on(Verb::Mend, lead.id, lead.course.epoch);
    let region = visit.desk.store.playbook().company.holidays.clone();
    let to = match read(values, &lead.profile.contact, region.as_deref()) {
        Ok(to) => to,
        Err(unreadable) => {
            visit.keep_typed(&again, values);
            return Ok(Answer::Replace(remarks::again(*unreadable, "Type it again", &again)));
        }
    };
    let asked = visit.ask(lead.id, Ask::Mend { to: Box::new(to) }).await?;
    let words = visit.say(&asked).await?;
    if matches!(asked.reply, Some(Reply::NotMended(_))) {
        visit.keep_typed(&again, values);
        return Ok(Answer::Replace(remarks::again(words, "Type it again", &again)));
    }
    visit.forget_typed(&again);
    Ok(Answer::Replace(words))
}

/// What was typed, cleaned as what comes in by itself is. What was left as it was stays as it is, readable or not.
fn read(values: &BTreeMap<String, String>, known: &Contact, region: Option<&str>) -> Result<Mending, Box<View>> {
    let before = repair::known(known);
    let typed = |key: &str| values.get(key).and_then(|typed| cleaning::clean(typed)).map(|text| Untrusted::new(&text).one_line());
    let is_as_before = |now: &Option<Untrusted>, before: &str| now.as_ref().map_or("", Untrusted::raw) == before;
    let (name, address) = (typed(repair::NAME), typed(repair::EMAIL));
    let (number, firm) = (typed(repair::PHONE), typed(repair::COMPANY));
    let mut mending = Mending { name, company: firm, ..Mending::default() };
    if is_as_before(&mending.company, &before[3]) {
        mending.company.clone_from(&known.company);
    }
    mending.email = match address {
        now if is_as_before(&now, &before[1]) => known.email.clone(),
        Some(typed) => {
            let read = email::address(typed.raw()).ok_or_else(|| Box::new(lists::no_address(typed.raw())))?;
            Some(Untrusted::new(&read))
        }
        None => None,
    };
    match number {
        now if is_as_before(&now, &before[2]) => {
            (mending.phone, mending.phone_e164) = (known.phone.clone(), known.phone_e164.clone());
        }
        Some(typed) => {
            let region = known.country.as_deref().or(region);
            let read = phone::read(typed.raw(), region).ok_or_else(|| Box::new(lists::no_number(typed.raw())))?;
            mending.zone = read.country.as_deref().and_then(country::zone).map(str::to_owned);
            (mending.phone, mending.phone_e164, mending.country) = (Some(typed), Some(read.e164), read.country);
        }
        None => {}
    }
    Ok(mending)
}
