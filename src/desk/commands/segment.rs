//! `/segment list|run`: the leads that a saved filter holds for, and what is done with all of them.
//! Each lead is changed through the one door, by itself; a command that is delivered twice changes each once.

use futures_util::stream::{self, StreamExt as _};

use super::{Call, Stop};
use crate::chat::Answer;
use crate::domain::event::Ask;
use crate::domain::ids::LeadId;
use crate::domain::lead::{Exit, Lead, State};
use crate::domain::message::Attachment;
use crate::domain::segment;
use crate::domain::tags::Tag;
use crate::playbook::Segment;
use crate::reports::export::harmless;
use crate::store::{Changed, Extent, Suppressed};
use crate::wording::segments::{self, Done};
use crate::wording::{lists, tags};

/// Most leads in a file.
const FILE_MAX: usize = 5_000;

/// Most leads that one command tags.
const TAGGED_MAX: usize = 500;

/// Most leads that one command sends back: they are work for somebody, today.
const REQUEUED_MAX: usize = 50;

/// Changes under way at a time; the store commits them together.
const WIDTH: usize = 16;

/// What is in a segment.
#[derive(Debug, Default)]
struct Found {
    /// How many.
    count: usize,
    /// The first of them.
    leads: Vec<Lead>,
}

/// Each with its number.
pub(super) async fn list(call: &Call<'_>) -> Result<Answer, Stop> {
    let all: Vec<&Segment> = call.playbook.segments.iter().collect();
    let found = find(call, &all, (0, |_| true)).await?;
    let counts: Vec<usize> = found.iter().map(|found| found.count).collect();
    Ok(Answer::Private(segments::list(&counts, call.world())))
}

/// Something with all leads of one.
pub(super) async fn run(call: &Call<'_>) -> Result<Answer, Stop> {
    let typed = call.needed("segment")?;
    let small = typed.to_lowercase();
    let is_it = |segment: &&Segment| segment.key == small || segment.name.to_lowercase() == small;
    let segment = call.playbook.segments.iter().find(is_it).ok_or_else(|| segments::unknown(typed))?;
    let view = match call.needed("action")? {
        "count" => segments::count(segment, one(call, segment, (0, |_| true)).await?.count),
        "list" => {
            let found = one(call, segment, (lists::SHOWN_MAX, |_| true)).await?;
            segments::leads(segment, found.count, lists::leads(&segment.name, &found.leads, call.by, call.world()))
        }
        "csv" => {
            let found = one(call, segment, (FILE_MAX, |_| true)).await?;
            call.desk.store.note_deed(call.deed("segment.csv", format!("{}, {} leads", segment.key, found.leads.len()))).await?;
            segments::file(segment, (found.leads.len(), found.count), file(call, segment, &found.leads))
        }
        "tag" => {
            let tag = call.needed("tag")?;
            let tag = Tag::read(tag).ok_or_else(|| tags::unreadable(tag))?;
            let untagged = |lead: &Lead| !lead.course.tags.contains(&tag);
            let found = one(call, segment, (TAGGED_MAX, untagged)).await?;
            let changed = each(call, &found.leads, &Ask::Tag { tag: tag.clone() }).await?;
            segments::done(segment, &Done::Tagged(tag), (changed, found.count))
        }
        "requeue" => {
            let found = one(call, segment, (REQUEUED_MAX, can_be_requeued)).await?;
            let changed = each(call, &found.leads, &Ask::Requeue).await?;
            segments::done(segment, &Done::Requeued, (changed, found.count))
        }
        _ => return Err(crate::wording::remarks::unknown_choice().into()),
    };
    Ok(Answer::Private(view))
}

/// Asleep, or over in a way that lets it begin again.
fn can_be_requeued(lead: &Lead) -> bool {
    matches!(lead.course.state, State::Pooled { .. } | State::Closed { exit: Exit::Unqualified, .. })
}

async fn one(call: &Call<'_>, segment: &Segment, wanted: (usize, impl Fn(&Lead) -> bool)) -> Result<Found, Stop> {
    Ok(find(call, &[segment], wanted).await?.into_iter().next().unwrap_or_default())
}

/// Goes through all leads once: for each segment, how many of its leads are wanted, and the first of those, at most `most`.
async fn find(
    call: &Call<'_>,
    segments: &[&Segment],
    (most, is_wanted): (usize, impl Fn(&Lead) -> bool),
) -> Result<Vec<Found>, Stop> {
    let mut found: Vec<Found> = segments.iter().map(|_| Found::default()).collect();
    let extent = Extent { since: None, suppressed: Suppressed::LeaveOut };
    let mut after = LeadId(0);
    loop {
        let page = call.desk.store.leads_after(after, extent).await?;
        let Some(last) = page.last() else { return Ok(found) };
        after = last.id;
        for lead in page {
            let values = segment::values(&lead, (&call.playbook, &call.roster), call.now);
            for (segment, found) in segments.iter().zip(&mut found) {
                if segment::holds(segment, &lead, values.clone()) && is_wanted(&lead) {
                    found.count += 1;
                    if found.leads.len() < most {
                        found.leads.push(lead.clone());
                    }
                }
            }
        }
    }
}

/// Asks the same of each; how many have changed.
async fn each(call: &Call<'_>, leads: &[Lead], ask: &Ask) -> Result<usize, Stop> {
    let each: Vec<_> = leads.iter().map(|lead| call.visit.ask_one_of_many(lead.id, ask.clone())).collect();
    let mut asked = stream::iter(each).buffered(WIDTH);
    let mut changed = 0;
    while let Some(answer) = asked.next().await {
        changed += usize::from(answer?.changed == Changed::Yes);
    }
    Ok(changed)
}

/// A sheet of its leads; no cell begins a formula.
fn file(call: &Call<'_>, segment: &Segment, leads: &[Lead]) -> Result<Attachment, String> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer("\u{FEFF}".as_bytes().to_vec());
    let failed = |error: csv::Error| error.to_string();
    writer.write_record(segments::HEADS).map_err(failed)?;
    for lead in leads {
        writer.write_record(segments::cells(lead, call.world()).map(|cell| harmless(&cell))).map_err(failed)?;
    }
    let bytes = writer.into_inner().map_err(|error| error.to_string())?;
    Ok(Attachment { name: format!("{}.csv", segment.key), bytes, alt: String::new() })
}
