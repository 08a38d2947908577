//! One tap: they were reached, or somebody else may have it.

use crate::chat::Answer;
use crate::desk::press::Press;
use crate::domain::event::Ask;
use crate::domain::lead::{Channel, Outcome};
use crate::store::StoreError;
use crate::wording::forms;

/// Reached, by the channel that is meant when nobody says: a call.
pub(in crate::desk) async fn reached(press: &Press<'_>) -> Result<Answer, StoreError> {
    press.act(Ask::Log { channel: Channel::Call, outcome: Outcome::Reached, note: None }).await
}

/// Why not? Whoever is asked may say so, or say nothing.
pub(in crate::desk) async fn pass(press: &Press<'_>) -> Result<Answer, StoreError> {
    match press.visit.lead(press.action.lead).await? {
        Ok(lead) if lead.course.state.asked() == Some(press.visit.person.id) => Ok(Answer::Form(forms::pass(&lead))),
        Ok(_) => press.act(Ask::Pass { reason: None }).await,
        Err(none) => Ok(press.private(none)),
    }
}
