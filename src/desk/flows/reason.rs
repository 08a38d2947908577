//! *Make it a reason*: a form, whose answers are written at the end of the playbook; the difference is shown and asked for.

use std::collections::BTreeMap;

use crate::chat::Answer;
use crate::desk::commands;
use crate::desk::send::filled;
use crate::desk::visit::Visit;
use crate::playbook::{NewReason, NoReason};
use crate::store::StoreError;
use crate::wording::others;

/// What shall it be?
pub(in crate::desk) fn form(visit: &Visit<'_>) -> Answer {
    match commands::not_for_managers(visit) {
        Some(refusal) => Answer::Private(refusal),
        None => Answer::Form(others::form()),
    }
}

/// That.
pub(in crate::desk) async fn sent(visit: &Visit<'_>, values: &BTreeMap<String, String>) -> Result<Answer, StoreError> {
    if let Some(refusal) = commands::not_for_managers(visit) {
        return Ok(Answer::Private(refusal));
    }
    let typed = |key| filled(values, key).unwrap_or_default();
    let (name, becomes) = (typed(others::NAME), typed(others::BECOMES));
    let view = match NewReason::read(&name, &typed(others::QUESTION), &becomes, &visit.desk.store.playbook()) {
        Ok(reason) => commands::propose_reason(visit, &reason).await?,
        Err(NoReason::Known) => others::is_there_already(&name),
        Err(NoReason::Consequence) => others::no_consequence(&becomes),
        Err(NoReason::AsksForADay) => others::asks_for_a_day(),
    };
    Ok(Answer::Private(view))
}
