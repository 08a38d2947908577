//! Two leads are one person: which one goes on?

use std::collections::BTreeMap;

use crate::chat::Answer;
use crate::chat::action::Action;
use crate::desk::press::Press;
use crate::desk::send::filled;
use crate::desk::visit::Visit;
use crate::domain::event::Ask;
use crate::domain::ids::LeadId;
use crate::domain::reply::Reply;
use crate::store::StoreError;
use crate::wording::{forms, remarks};

/// Which one?
pub(in crate::desk) async fn form(press: &Press<'_>) -> Result<Answer, StoreError> {
    match press.visit.lead(press.action.lead).await? {
        Ok(lead) => Ok(Answer::Form(forms::merge(&lead))),
        Err(none) => Ok(press.private(none)),
    }
}

/// This one.
pub(in crate::desk) async fn chosen(press: &Press<'_>) -> Result<Answer, StoreError> {
    match press.choice().parse::<LeadId>() {
        Ok(into) => press.act(Ask::Merge { into }).await,
        Err(()) => Ok(press.private(remarks::unknown_choice())),
    }
}

/// Its number was typed.
pub(in crate::desk) async fn sent(
    visit: &Visit<'_>,
    action: &Action,
    values: &BTreeMap<String, String>,
) -> Result<Answer, StoreError> {
    let typed = filled(values, forms::ORIGINAL).unwrap_or_default();
    let again = Action { extra: None, ..action.clone() };
    let Ok(into) = typed.parse::<LeadId>() else {
        return Ok(Answer::Replace(remarks::again(remarks::unreadable_lead(&typed), "Type it again", &again)));
    };
    let asked = visit.ask(action.lead, Ask::Merge { into }).await?;
    let words = visit.say(&asked).await?;
    let can_be_typed = matches!(asked.reply, Some(Reply::Unknown(_) | Reply::NotMerged(_)));
    Ok(Answer::Replace(if can_be_typed { remarks::again(words, "Type it again", &again) } else { words }))
}
