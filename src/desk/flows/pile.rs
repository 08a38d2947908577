//! The next one of those that wait, for whoever asks for it.

use crate::chat::Answer;
use crate::desk::commands::urgency;
use crate::desk::press::Press;
use crate::desk::visit::{Asked, Visit};
use crate::domain::eligibility;
use crate::domain::event::Ask;
use crate::domain::lead::{Lead, State};
use crate::domain::reply::{Refusal, Reply};
use crate::store::{Changed, LeadFilter, StoreError};
use crate::wording::pile::{given_already, nothing_left};

/// Leads looked through.
const READ_MAX: u32 = 2_000;

/// Races that one may lose before one is told so.
const RACES_MAX: usize = 5;

/// Claims the one that is worth most of those that they may have; when somebody was quicker, the one after it.
pub(in crate::desk) async fn next(press: &Press<'_>) -> Result<Answer, StoreError> {
    let (visit, store) = (press.visit, &press.visit.desk.store);
    let snapshot = store.glance(visit.now).await?;
    let mut refused = None;
    let mut fits = Vec::new();
    for lead in waiting(press).await? {
        let State::Waiting { team, .. } = &lead.course.state else { continue };
        match eligibility::check(&snapshot, &lead, team, &visit.person, visit.now) {
            Ok(()) => fits.push(lead),
            Err(refusal) => refused = refused.or(Some((lead, refusal))),
        }
    }
    let mut lost = None;
    for (nth, lead) in fits.iter().take(RACES_MAX).enumerate() {
        // A deed is done once: the one after the first is another.
        let deed = if nth == 0 { visit.deed.clone() } else { format!("{}.{nth}", visit.deed) };
        let again = Visit { deed, person: visit.person.clone(), channel: visit.channel.clone(), ..*visit };
        let asked = again.ask(lead.id, Ask::Claim).await?;
        match asked.reply {
            Some(Reply::ClaimedBy { .. }) => lost = Some(asked),
            Some(_) => return Ok(press.private(again.say(&asked).await?)),
            // What they got then is not the one that would be next by now.
            None => return Ok(press.private(given_already())),
        }
    }
    Ok(press.private(match (lost, refused) {
        (Some(lost), _) => visit.say(&lost).await?,
        (None, Some((lead, refusal))) => visit.say(&why_not(lead, refusal)).await?,
        (None, None) => nothing_left(),
    }))
}

/// Those that wait in the teams of the channel, the one worth most first.
async fn waiting(press: &Press<'_>) -> Result<Vec<Lead>, StoreError> {
    let store = &press.visit.desk.store;
    let (playbook, channel) = (store.playbook(), press.channel());
    let mut waiting = Vec::new();
    for team in playbook.teams.iter().filter(|team| Some(team.channel.as_str()) == channel) {
        let (state, team) = (Some("waiting".to_owned()), Some(team.key.clone()));
        waiting.extend(store.find_leads(&LeadFilter { state, team, limit: READ_MAX, ..LeadFilter::default() }).await?);
    }
    waiting.sort_by_key(urgency);
    Ok(waiting)
}

fn why_not(lead: Lead, refusal: Refusal) -> Asked {
    Asked { reply: Some(Reply::NotEligible(refusal)), lead: Some(lead), changed: Changed::No }
}
