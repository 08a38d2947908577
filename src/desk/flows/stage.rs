//! Where the sale stands.

use crate::chat::Answer;
use crate::desk::press::Press;
use crate::domain::event::Ask;
use crate::store::StoreError;
use crate::wording::{World, pickers};

/// Where?
pub(in crate::desk) async fn stages(press: &Press<'_>) -> Result<Answer, StoreError> {
    let (roster, playbook) = (press.visit.desk.store.roster(), press.visit.desk.store.playbook());
    let world = World { playbook: &playbook, roster: &roster, now: press.visit.now };
    match press.visit.lead(press.action.lead).await? {
        Ok(lead) => press.offer(&lead, pickers::stages(&lead, world)).await,
        Err(none) => Ok(press.private(none)),
    }
}

/// There.
pub(in crate::desk) async fn chosen(press: &Press<'_>) -> Result<Answer, StoreError> {
    press.act(Ask::Stage { to: press.choice().into() }).await
}
