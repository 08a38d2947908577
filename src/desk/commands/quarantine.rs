//! `/intake quarantine` and `/intake replay`, and the controls under them: what could not be read, and having it read again.

use super::intake::not_yours;
use super::{Call, Stop};
use crate::chat::Answer;
use crate::chat::action::Verb;
use crate::desk::visit::Visit;
use crate::domain::ids::{DeliveryId, SourceKey};
use crate::domain::message::View;
use crate::intake::masked;
use crate::store::{Asker, AuditEntry, Replay, StoreError};
use crate::wording::quarantine;

/// What could not be read, by source and reason.
pub(super) async fn list(call: &Call<'_>) -> Result<Answer, Stop> {
    let source = call.text("source").map(SourceKey::from);
    if let Some(key) = &source
        && !call.desk.store.sources().iter().any(|s| &s.key == key)
    {
        return Err(quarantine::no_source(key).into());
    }
    let groups = call.desk.store.quarantine(source.as_ref(), quarantine::GROUPS_MAX).await?;
    Ok(Answer::Private(quarantine::groups(&groups)))
}

/// Reads one, or all, once more.
pub(super) async fn replay(call: &Call<'_>) -> Result<Answer, Stop> {
    let typed = call.needed("delivery")?;
    let which = match typed.parse::<i64>() {
        Ok(id) if id > 0 => Replay::One(DeliveryId(id)),
        Ok(_) | Err(_) if typed.eq_ignore_ascii_case("all") => Replay::All,
        Ok(_) | Err(_) => return Err(quarantine::no_delivery(typed).into()),
    };
    Ok(Answer::Private(begin(call.visit, which).await?))
}

async fn begin(visit: &Visit<'_>, which: Replay) -> Result<View, StoreError> {
    let about = match &which {
        Replay::One(id) => id.0.to_string(),
        Replay::Source(key) => key.to_string(),
        Replay::All => "all".to_owned(),
    };
    let store = &visit.desk.store;
    let begun = store.replay(which, Asker { person: Some(visit.person.id), at: visit.now }).await?;
    let about = format!("{about}: {}", begun.many);
    let deed = AuditEntry { at: visit.now, actor: visit.person.handle.clone(), deed: "intake.replay".to_owned(), about };
    store.note_deed(deed).await?;
    Ok(quarantine::begun(begun.many))
}

/// Answers a control under what could not be read; `chosen` is the delivery.
///
/// # Errors
/// When the store cannot be read or written.
pub async fn pressed(visit: &Visit<'_>, verb: Verb, chosen: &str) -> Result<Answer, StoreError> {
    // The same right as the command that does the same.
    let command = if matches!(verb, Verb::ReplayOne | Verb::ReplaySource) { "replay" } else { "quarantine" };
    if let Some(refusal) = not_yours(visit, command) {
        return Ok(Answer::Private(refusal));
    }
    let store = &visit.desk.store;
    if verb == Verb::QuarantineList {
        return Ok(Answer::Replace(quarantine::groups(&store.quarantine(None, quarantine::GROUPS_MAX).await?)));
    }
    let found = match chosen.parse() {
        Ok(id) => store.quarantined_one(DeliveryId(id)).await?,
        Err(_) => None,
    };
    let Some(row) = found else { return Ok(Answer::Replace(quarantine::gone())) };
    Ok(Answer::Replace(match verb {
        Verb::ReplayOne => begin(visit, Replay::One(row.id)).await?,
        Verb::ReplaySource => begin(visit, Replay::Source(row.source)).await?,
        _ => match store.delivery(row.id).await? {
            Some(delivery) => quarantine::one(&row, &masked::fields(&delivery.request.body)),
            None => quarantine::gone(),
        },
    }))
}
