//! Help with a lead: whom to ask, the question, and the answer of whoever was asked.

use crate::chat::Answer;
use crate::chat::action::Action;
use crate::desk::press::Press;
use crate::domain::help::may_answer;
use crate::domain::ids::PersonId;
use crate::domain::person::Rights;
use crate::domain::reply::{Need, NoHelp, Reply, Unknown};
use crate::store::StoreError;
use crate::wording::{World, forms, helping};

/// Whom? Or, where somebody was asked already, what was asked.
pub(in crate::desk) async fn whom(press: &Press<'_>) -> Result<Answer, StoreError> {
    let visit = press.visit;
    let lead = match visit.lead(press.action.lead).await? {
        Ok(lead) => lead,
        Err(none) => return Ok(press.private(none)),
    };
    let (roster, playbook) = (visit.desk.store.roster(), visit.desk.store.playbook());
    let world = World { playbook: &playbook, roster: &roster, now: visit.now };
    if lead.course.help.is_some() {
        let log = visit.log(lead.id).await?;
        return press.offer(&lead, helping::asked_already(&lead, &log, visit.person.id, world)).await;
    }
    let owner = lead.course.state.owner();
    let others = roster.iter().filter(|p| !p.left && p.rights >= Rights::Rep && p.id != visit.person.id && owner != Some(p.id));
    let view = helping::whom(&lead, others.collect(), world);
    press.offer(&lead, view).await
}

/// What is the question?
pub(in crate::desk) async fn question(press: &Press<'_>) -> Result<Answer, StoreError> {
    let lead = match press.visit.lead(press.action.lead).await? {
        Ok(lead) => lead,
        Err(none) => return Ok(press.private(none)),
    };
    if press.choice() == helping::MANAGERS {
        return press.ask_in_words(&lead, forms::help(&lead, None)).await;
    }
    let roster = press.visit.desk.store.roster();
    match press.choice().parse().ok().and_then(|id| roster.get(PersonId(id))) {
        Some(person) => press.ask_in_words(&lead, forms::help(&lead, Some((person.id, &person.name)))).await,
        None => press.refuse(&lead, &Reply::Unknown(Unknown::Person)).await,
    }
}

/// Whom the form asks; the managers, when it names nobody.
pub(in crate::desk) fn asked(action: &Action) -> Option<PersonId> {
    action.extra.as_deref().and_then(|extra| extra.parse().ok()).map(PersonId)
}

/// The answer is written, by those whose answer is waited for.
pub(in crate::desk) async fn answer(press: &Press<'_>) -> Result<Answer, StoreError> {
    let visit = press.visit;
    let lead = match visit.lead(press.action.lead).await? {
        Ok(lead) => lead,
        Err(none) => return Ok(press.private(none)),
    };
    let refusal = match &lead.course.help {
        None => Reply::NoHelp(NoHelp::Over),
        Some(help) if !may_answer(&visit.desk.store.roster(), help, &visit.person, visit.now) => {
            Reply::NotAllowed(Need::Asked { of: help.of })
        }
        Some(_) => return Ok(Answer::Form(forms::help_answer(&lead))),
    };
    press.refuse(&lead, &refusal).await
}
