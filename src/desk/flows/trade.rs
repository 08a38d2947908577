//! A trade of two leads: which for which and why, and what the other one says.

use std::collections::BTreeMap;

use crate::chat::Answer;
use crate::chat::action::Action;
use crate::desk::press::Press;
use crate::desk::send::filled;
use crate::desk::visit::Visit;
use crate::domain::event::Ask;
use crate::domain::ids::LeadId;
use crate::domain::reply::Reply;
use crate::domain::trade::TradeAsk;
use crate::store::StoreError;
use crate::wording::{forms, remarks, trading};

/// For which one, and why? Or, where it is offered or wanted already, for which.
pub(in crate::desk) async fn form(press: &Press<'_>) -> Result<Answer, StoreError> {
    match press.visit.lead(press.action.lead).await? {
        Ok(lead) => match trading::open(&lead) {
            Some(view) => press.offer(&lead, view).await,
            None => press.ask_in_words(&lead, press.visit.as_typed(forms::trade(&lead))).await,
        },
        Err(none) => Ok(press.private(none)),
    }
}

/// Yes, no, or not any more: the control names the other lead.
pub(in crate::desk) async fn chosen(press: &Press<'_>, ask: impl FnOnce(LeadId) -> TradeAsk) -> Result<Answer, StoreError> {
    match press.choice().parse::<LeadId>() {
        Ok(with) => press.act(Ask::Trade(ask(with))).await,
        Err(()) => Ok(press.private(remarks::unknown_choice())),
    }
}

/// The number and the reason were typed.
pub(in crate::desk) async fn sent(
    visit: &Visit<'_>,
    action: &Action,
    values: &BTreeMap<String, String>,
) -> Result<Answer, StoreError> {
    let typed = filled(values, forms::ORIGINAL).unwrap_or_default();
    let Ok(with) = typed.parse::<LeadId>() else {
        visit.keep_typed(action, values);
        return Ok(Answer::Replace(remarks::again(remarks::unreadable_lead(&typed), "Type it again", action)));
    };
    let reason = filled(values, forms::TEXT).unwrap_or_default();
    let asked = visit.ask(action.lead, Ask::Trade(TradeAsk::Offer { with, reason })).await?;
    let words = visit.say(&asked).await?;
    if matches!(asked.reply, Some(Reply::Unknown(_) | Reply::NoTrade(_) | Reply::SayWhy)) {
        visit.keep_typed(action, values);
        return Ok(Answer::Replace(remarks::again(words, "Type it again", action)));
    }
    visit.forget_typed(action);
    Ok(Answer::Replace(words))
}
