//! Ends all that is under way with whoever is to be left alone, and lets it go on when that was a mistake, in the transaction in which
//! either is said.
//! Invariant: of those who are known by the same address, either all leads end or none does.

use chrono::{DateTime, Utc};

use super::apply::{alone, carry_out, whole, with_its_log};
use super::writer::Tx;
use super::{StoreError, suppression};
use crate::domain::decide::decide;
use crate::domain::event::Event;
use crate::domain::ids::{LeadId, PersonId};
use crate::domain::lead::State;
use crate::domain::reply::Reply;
use crate::domain::snapshot::Beside;

/// Ends these leads, and those that are under way with the same people. Which have ended.
pub(super) async fn end(tx: &mut Tx, leads: Vec<LeadId>, now: DateTime<Utc>) -> Result<Vec<LeadId>, StoreError> {
    let (mut next, mut ended) = (leads, Vec::new());
    while let Some(id) = next.pop() {
        let mut beside = Beside::default();
        let lead = alone(tx, id, &mut beside).await?;
        let snapshot = whole(tx, (id, lead), beside, now).await?;
        let decision = decide(&snapshot, &Event::LeftAlone, now);
        if carry_out(tx, &decision, &snapshot, now).await?.is_some() {
            // What was planned with a customer is over, and not their lead: nobody else is ended by it.
            if matches!(decision.reply, Reply::Closed { .. }) {
                next.extend(suppression::under_way(tx, id).await?);
                ended.push(id);
            }
        }
    }
    Ok(ended)
}

/// Somebody takes back what they have just said of another lead: these leads go on, which ended with it.
pub(super) async fn go_on(
    tx: &mut Tx,
    leads: Vec<LeadId>,
    (by, since): (PersonId, DateTime<Utc>),
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let (mut next, event) = (leads, Event::GoesOnAfterAll { by: Some(by), since });
    while let Some(id) = next.pop() {
        if goes_on(tx, id, &event, now).await? {
            next.extend(suppression::ended_with(tx, id).await?);
        }
    }
    Ok(())
}

/// Of these leads and those of the same people, those go on which ended by hand, unless something else keeps them on the list. Which do.
pub(super) async fn go_on_by_hand(tx: &mut Tx, leads: Vec<LeadId>, now: DateTime<Utc>) -> Result<Vec<LeadId>, StoreError> {
    let (mut next, mut going) = (leads, Vec::new());
    while let Some(id) = next.pop() {
        let ended = super::lead_row::load(&mut tx.conn, id).await?.map(|lead| lead.course.state);
        let Some(State::Closed { at: since, .. }) = ended else { continue };
        let may = suppression::may_go_on(tx, id).await?;
        if may && goes_on(tx, id, &Event::GoesOnAfterAll { by: None, since }, now).await? {
            next.extend(suppression::ended_with(tx, id).await?);
            going.push(id);
        }
    }
    Ok(going)
}

async fn goes_on(tx: &mut Tx, id: LeadId, event: &Event, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let mut beside = Beside::default();
    let lead = with_its_log(tx, id, &mut beside).await?;
    let snapshot = whole(tx, (id, lead), beside, now).await?;
    Ok(carry_out(tx, &decide(&snapshot, event, now), &snapshot, now).await?.is_some())
}
