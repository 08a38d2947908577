//! `/sequence list|stop`: what goes to sleeping leads by itself, and for whom it shall not.

use std::collections::BTreeMap;

use super::{Call, Stop};
use crate::chat::Answer;
use crate::domain::event::Ask;
use crate::domain::ids::{LeadId, SequenceKey};
use crate::domain::sequences::Ended;
use crate::store::{Extent, Suppressed};
use crate::wording::sequences::{self, Tally};
use crate::wording::templates::Post;

/// Each with how it does, over all leads.
pub(super) async fn list(call: &Call<'_>) -> Result<Answer, Stop> {
    let sent = call.desk.store.sequence_mails().await?;
    let mut tallies: BTreeMap<SequenceKey, Tally> = BTreeMap::new();
    let extent = Extent { since: None, suppressed: Suppressed::LeaveOut };
    let mut after = LeadId(0);
    loop {
        let page = call.desk.store.leads_after(after, extent).await?;
        let Some(last) = page.last() else { break };
        after = last.id;
        for lead in page {
            for (key, past) in &lead.course.sequences {
                let tally = tallies.entry(key.clone()).or_default();
                match past.ended {
                    None => tally.inside += 1,
                    Some(Ended::Answered) => tally.answered += 1,
                    Some(Ended::Returned) => tally.returned += 1,
                    Some(Ended::Through | Ended::Stopped | Ended::NoAddress | Ended::Refused | Ended::Dropped) => {}
                }
            }
        }
    }
    let told = call.playbook.sequences.iter().map(|sequence| {
        let tally = tallies.get(&sequence.key).copied().unwrap_or_default();
        (sequence, Tally { sent: sent.get(&sequence.key).copied().unwrap_or_default(), ..tally })
    });
    let told: Vec<_> = told.collect();
    let post = if call.desk.mailer.is_there() { Post::Ours } else { Post::Theirs };
    Ok(Answer::Private(sequences::list(&told, post, call.world())))
}

/// For one lead.
pub(super) async fn stop(call: &Call<'_>) -> Result<Answer, Stop> {
    let lead = call.lead("lead").await?;
    if lead.course.sequence.is_none() {
        return Ok(Answer::Private(sequences::none_to_stop(&lead)));
    }
    call.ask(lead.id, Ask::StopSequence).await
}
