//! An attempt in two taps: over which channel, with what result.

use crate::chat::Answer;
use crate::desk::press::Press;
use crate::domain::event::Ask;
use crate::domain::lead::{Channel, Outcome};
use crate::store::StoreError;
use crate::wording::{pickers, remarks};

/// The first question.
pub(in crate::desk) async fn channels(press: &Press<'_>) -> Result<Answer, StoreError> {
    match press.visit.lead(press.action.lead).await? {
        Ok(lead) => press.offer_contact(&lead, pickers::channels(&lead)).await,
        Err(none) => Ok(press.private(none)),
    }
}

/// The second question.
pub(in crate::desk) async fn outcomes(press: &Press<'_>) -> Result<Answer, StoreError> {
    let Some(channel) = Channel::from_key(press.choice()) else { return Ok(press.private(remarks::unknown_choice())) };
    match press.visit.lead(press.action.lead).await? {
        Ok(lead) => press.offer_contact(&lead, pickers::outcomes(&lead, channel)).await,
        Err(none) => Ok(press.private(none)),
    }
}

/// Both are known: the channel stands on the control, the result beside it or in the list.
pub(in crate::desk) async fn log(press: &Press<'_>) -> Result<Answer, StoreError> {
    let extra = press.action.extra.as_deref().unwrap_or_default();
    let from_list = || Some((Channel::from_key(extra)?, Outcome::from_key(press.value.as_deref()?)?));
    let Some((channel, outcome)) = pickers::read_attempt(extra).or_else(from_list) else {
        return Ok(press.private(remarks::unknown_choice()));
    };
    press.act(Ask::Log { channel, outcome, note: None }).await
}
