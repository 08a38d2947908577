//! One tap: they were reached.

use crate::chat::Answer;
use crate::desk::press::Press;
use crate::domain::event::Ask;
use crate::domain::lead::{Channel, Outcome};
use crate::store::StoreError;

/// Reached, by the channel that is meant when nobody says: a call.
pub(in crate::desk) async fn reached(press: &Press<'_>) -> Result<Answer, StoreError> {
    press.act(Ask::Log { channel: Channel::Call, outcome: Outcome::Reached, note: None }).await
}
