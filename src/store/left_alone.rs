//! Ends all that is under way with whoever is to be left alone, and lets it go on when that was a mistake, in the transaction in which
//! either is said.
//! Invariant: of those who are known by the same address, either all leads end or none does.

use chrono::{DateTime, Utc};

use super::StoreError;
use super::apply::{alone, carry_out, whole, with_its_log};
use super::suppression;
use super::writer::Tx;
use crate::domain::decide::decide;
use crate::domain::event::Event;
use crate::domain::ids::{LeadId, PersonId};
use crate::domain::lead::Lead;
use crate::domain::snapshot::Beside;

/// Ends these leads, and those that are under way with the same people. Which have ended.
pub(super) async fn end(tx: &mut Tx, leads: Vec<LeadId>, now: DateTime<Utc>) -> Result<Vec<Lead>, StoreError> {
    let (mut next, mut ended) = (leads, Vec::new());
    while let Some(id) = next.pop() {
        let mut beside = Beside::default();
        let lead = alone(tx, id, &mut beside).await?;
        let snapshot = whole(tx, (id, lead), beside, now).await?;
        if let Some(lead) = carry_out(tx, &decide(&snapshot, &Event::LeftAlone, now), &snapshot, now).await? {
            next.extend(suppression::under_way(tx, &lead.profile.contact).await?);
            ended.push(lead);
        }
    }
    Ok(ended)
}

/// Lets these leads go on, which ended then, and those that ended with them. Which go on.
pub(super) async fn go_on(
    tx: &mut Tx,
    leads: Vec<LeadId>,
    (by, since): (Option<PersonId>, DateTime<Utc>),
    now: DateTime<Utc>,
) -> Result<Vec<Lead>, StoreError> {
    let (mut next, mut going) = (leads, Vec::new());
    while let Some(id) = next.pop() {
        let mut beside = Beside::default();
        let lead = with_its_log(tx, id, &mut beside).await?;
        let snapshot = whole(tx, (id, lead), beside, now).await?;
        let decision = decide(&snapshot, &Event::GoesOnAfterAll { by, since }, now);
        if let Some(lead) = carry_out(tx, &decision, &snapshot, now).await? {
            next.extend(suppression::ended_with(tx, &lead.profile.contact, since).await?);
            going.push(lead);
        }
    }
    Ok(going)
}
