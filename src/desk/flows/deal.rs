//! A deal: what it may bring, and what it brought.

use std::collections::BTreeMap;

use crate::chat::Answer;
use crate::chat::action::{Action, Verb};
use crate::desk::amount;
use crate::desk::press::Press;
use crate::desk::send::filled;
use crate::desk::visit::Visit;
use crate::domain::event::Ask;
use crate::store::StoreError;
use crate::wording::{forms, remarks};

/// What may it bring?
pub(in crate::desk) async fn form(press: &Press<'_>) -> Result<Answer, StoreError> {
    let usual = press.visit.desk.store.playbook().company.currency;
    match press.visit.lead(press.action.lead).await? {
        Ok(lead) => press.ask_in_words(&lead, press.visit.as_typed(forms::deal(&lead, usual))).await,
        Err(none) => Ok(press.private(none)),
    }
}

/// They bought: in one tap where it is known what the deal is worth, else for how much is asked.
pub(in crate::desk) async fn won(press: &Press<'_>) -> Result<Answer, StoreError> {
    let usual = press.visit.desk.store.playbook().company.currency;
    match press.visit.lead(press.action.lead).await? {
        Ok(lead) if lead.course.open_deal().is_some_and(|deal| deal.value.is_some()) => press.act(Ask::Won { value: None }).await,
        Ok(lead) => press.ask_in_words(&lead, press.visit.as_typed(forms::won(&lead, usual))).await,
        Err(none) => Ok(press.private(none)),
    }
}

/// The amount was typed.
pub(in crate::desk) async fn sent(
    visit: &Visit<'_>,
    action: &Action,
    values: &BTreeMap<String, String>,
) -> Result<Answer, StoreError> {
    let usual = visit.desk.store.playbook().company.currency;
    let typed = (filled(values, forms::VALUE), filled(values, forms::CURRENCY));
    let value = match amount::read(typed.0.as_deref(), typed.1.as_deref(), usual) {
        Ok(value) => value,
        Err(why) => {
            let again = if action.verb == Verb::Deal { Verb::Deal } else { Verb::Convert };
            let again = Action::on(again, action.lead, action.epoch);
            visit.keep_typed(action, values);
            return Ok(Answer::Replace(remarks::again(*why, "Type it again", &again)));
        }
    };
    visit.forget_typed(action);
    let ask = if action.verb == Verb::Deal { Ask::Deal { value } } else { Ask::Won { value } };
    let asked = visit.ask(action.lead, ask).await?;
    Ok(Answer::Replace(visit.say(&asked).await?))
}
