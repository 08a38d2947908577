//! `/route replay`: rules tried on the leads of the last days, off the threads that answer people. Nothing here writes.

use std::sync::Arc;

use chrono::Duration;

use super::{Call, Stop, playbook};
use crate::chat::Answer;
use crate::domain::message::Attachment;
use crate::domain::replay::{Past, Seen};
use crate::engine::replay::Trial;
use crate::reports::replay::Replayed;
use crate::reports::replay::sheet::Sheet;
use crate::store::StoreError;
use crate::wording::replays::{self, Told};
use crate::wording::trials::Rules;

/// How far back, when nothing is said.
const DAYS: u32 = 30;

/// How far back at most.
const DAYS_MAX: u32 = 365;

/// The list lead by lead, at most; chats refuse files of more than 10 MB.
const FILE_BYTES_MAX: u64 = 8 * 1024 * 1024;

/// What came of it, and the list.
type Done = (Replayed, std::io::Result<(Vec<u8>, u64)>);

/// The difference that rules would have made.
pub(super) async fn run(call: &Call<'_>) -> Result<Answer, Stop> {
    let days = call.whole("days").unwrap_or(DAYS);
    if !(1..=DAYS_MAX).contains(&days) {
        return Err(replays::no_days(DAYS_MAX).into());
    }
    let (tried, rules) = match call.options.get("file") {
        Some(_) => (Arc::new(playbook::read(call).await?.1), Rules::Draft),
        None => (call.playbook.clone(), Rules::InForce),
    };
    let trial = Trial { playbook: tried.clone(), from: call.now - Duration::days(i64::from(days)), until: call.now };
    let (store, roster) = (call.desk.store.clone(), call.roster.clone());
    let runtime = tokio::runtime::Handle::current();
    let work = async move {
        let mut sheet = Sheet::new(Vec::new(), FILE_BYTES_MAX);
        let each = |past: &Past, seen: &Seen| {
            if let Ok(sheet) = &mut sheet {
                sheet.add(past, seen, (&trial.playbook, &roster));
            }
        };
        let replayed = trial.run(&store, each).await?;
        Ok::<Done, StoreError>((replayed, sheet.and_then(Sheet::done)))
    };
    let working = tokio::task::spawn_blocking(move || runtime.block_on(work));
    let (replayed, list) = working.await.map_err(|gone| StoreError::Other(format!("the replay: {gone}")))??;
    let told = |left_out| Told { replayed: &replayed, playbook: &tried, rules, roster: &call.roster, days, left_out };
    Ok(Answer::Private(match list {
        Ok((bytes, left_out)) => {
            let list = Attachment { name: "replay.csv".to_owned(), bytes, alt: String::new() };
            replays::shown(told(left_out), vec![list])
        }
        Err(error) => {
            tracing::error!(%error, "the list of a replay could not be written");
            replays::no_file(replays::shown(told(0), Vec::new()))
        }
    }))
}
