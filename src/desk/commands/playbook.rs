//! `/playbook …`: reading, checking and changing how this company handles leads. A change is shown in words and asked for first.

use super::drafts::Draft;
use super::{Call, Stop};
use crate::chat::action::{Action, Verb};
use crate::chat::{Answer, OptionValue};
use crate::desk::visit::Visit;
use crate::domain::message::{Attachment, View};
use crate::playbook::{NewReason, Playbook, describe, difference};
use crate::store::{AuditEntry, PlaybookVersion, StoreError};
use crate::wording::{World, help, lists, others, playbooks, remarks};

/// The largest file that is fetched. A playbook with hundreds of teams is a tenth of it.
const BYTES_MAX: u64 = 256 * 1024;

/// Versions listed.
const LISTED_MAX: u32 = 15;

/// The playbook, as the file that was applied.
pub(super) async fn show(call: &Call<'_>) -> Result<Answer, Stop> {
    let version = call.whole("version").map_or(call.playbook.version, i64::from);
    let found = version_of(call, version).await?;
    let facts = if version == call.playbook.version { describe(&call.playbook) } else { Vec::new() };
    let file =
        Attachment { name: format!("playbook-{version}.toml"), bytes: found.text.clone().into_bytes(), alt: String::new() };
    Ok(Answer::Private(playbooks::shown(&found, call.playbook.version, &facts, file)))
}

async fn version_of(call: &Call<'_>, version: i64) -> Result<PlaybookVersion, Stop> {
    let all = call.desk.store.playbook_history(u32::MAX).await?;
    let newest = call.playbook.version;
    all.into_iter().find(|v| v.version == version).ok_or_else(|| playbooks::no_version(version, newest).into())
}

/// Checks a file without applying it.
pub(super) async fn check(call: &Call<'_>) -> Result<Answer, Stop> {
    let (_, playbook) = read(call).await?;
    Ok(Answer::Private(playbooks::checked(&difference(&call.playbook, &playbook))))
}

/// Checks a file, shows what would change, and asks.
pub(super) async fn apply(call: &Call<'_>) -> Result<Answer, Stop> {
    let (text, playbook) = read(call).await?;
    propose(call, Proposal { text, playbook, back_to: None }).await
}

/// The same, with an earlier version for a file.
pub(super) async fn rollback(call: &Call<'_>) -> Result<Answer, Stop> {
    let version = call.whole("version").map(i64::from).ok_or_else(|| lists::left_out("version"))?;
    if version == call.playbook.version {
        return Err(playbooks::in_force_already(version).into());
    }
    let text = version_of(call, version).await?.text;
    // What was right for an earlier Leadbell may not be right for this one.
    let playbook = Playbook::read(&text).map_err(|problems| playbooks::wrong(&problems))?;
    propose(call, Proposal { text, playbook, back_to: Some(version) }).await
}

struct Proposal {
    text: String,
    playbook: Playbook,
    back_to: Option<i64>,
}

async fn propose(call: &Call<'_>, proposal: Proposal) -> Result<Answer, Stop> {
    let Proposal { text, playbook, back_to } = proposal;
    let changes = difference(&call.playbook, &playbook);
    let in_force = version_of(call, call.playbook.version).await?;
    if changes.is_empty() && in_force.text == text {
        return Err(playbooks::in_force_already(in_force.version).into());
    }
    let id: String = call.desk.chance.bytes::<8>().iter().map(|byte| format!("{byte:02x}")).collect();
    let (by, against) = (call.by.id, in_force.version);
    call.desk.drafts.keep(Draft { id: id.clone(), by, text, against, back_to, adds: None, at: call.now });
    Ok(Answer::Private(playbooks::proposed(&changes, back_to, &id)))
}

/// The attached file, as text and as a playbook.
pub(super) async fn read(call: &Call<'_>) -> Result<(String, Playbook), Stop> {
    let Some(OptionValue::File { name, url, size }) = call.options.get("file") else {
        return Err(lists::left_out("file").into());
    };
    if *size > BYTES_MAX {
        return Err(playbooks::too_large(name, BYTES_MAX / 1024).into());
    }
    let bytes = call.desk.fetch.bring(url.clone()).await.map_err(|why| playbooks::not_fetched(name, &why))?;
    let text = String::from_utf8(bytes).map_err(|_| playbooks::no_text(name))?;
    let text = text.strip_prefix('\u{FEFF}').map_or(text.clone(), str::to_owned);
    match Playbook::read(&text) {
        Ok(playbook) => Ok((text, playbook)),
        Err(problems) => Err(playbooks::wrong(&problems.named(name.clone())).into()),
    }
}

/// Who changed it, and when.
pub(super) async fn history(call: &Call<'_>) -> Result<Answer, Stop> {
    let newest = call.desk.store.playbook_history(LISTED_MAX + 1).await?;
    let told: Vec<(PlaybookVersion, Option<usize>)> = newest
        .iter()
        .take(LISTED_MAX as usize)
        .enumerate()
        .map(|(at, version)| (version.clone(), newest.get(at + 1).and_then(|before| changed(before, version))))
        .collect();
    Ok(Answer::Private(playbooks::history(&told)))
}

/// In how many points two versions differ, when both can still be read.
fn changed(before: &PlaybookVersion, after: &PlaybookVersion) -> Option<usize> {
    let (before, after) = (Playbook::read(&before.text).ok()?, Playbook::read(&after.text).ok()?);
    Some(difference(&before, &after).len())
}

/// Answers a press on a playbook that was checked.
///
/// # Errors
/// When the store cannot be written: the playbook before stays in force.
pub async fn pressed(visit: &Visit<'_>, action: &Action) -> Result<Answer, StoreError> {
    let (desk, by) = (visit.desk, &visit.person);
    let playbook = desk.store.playbook();
    let id = action.extra.as_deref().unwrap_or_default();
    // A manager may add a reason, and change nothing else.
    let refusal = if desk.drafts.only_adds(id, by.id) { not_for_managers(visit) } else { refusal(visit) };
    if let Some(refusal) = refusal {
        return Ok(Answer::Private(refusal));
    }
    let Some(draft) = desk.drafts.take(id, by.id, visit.now) else { return Ok(Answer::Replace(playbooks::forgotten())) };
    Ok(Answer::Replace(match action.verb {
        Verb::PlaybookApply if draft.against != playbook.version => playbooks::overtaken(playbook.version),
        Verb::PlaybookApply => put_in_force(visit, draft).await?,
        _ => playbooks::dropped(playbook.version),
    }))
}

/// What somebody is told who may not put a playbook in force.
fn refusal(visit: &Visit<'_>) -> Option<View> {
    let by = &visit.person;
    let Some(entry) = crate::commands::Catalogue::built_in().find(&["playbook", "apply"]) else { return Some(remarks::guest()) };
    let (roster, playbook) = (visit.desk.store.roster(), visit.desk.store.playbook());
    let world = World { playbook: &playbook, roster: &roster, now: visit.now };
    (by.left || by.rights < entry.rights).then(|| help::not_yours(entry, by, world))
}

/// What somebody is told who may not make a reason of what was noted.
pub fn not_for_managers(visit: &Visit<'_>) -> Option<View> {
    (visit.person.left || !visit.person.manages()).then(others::for_managers)
}

/// Shows what one more reason would change, and asks.
///
/// # Errors
/// When the store cannot be read.
pub async fn propose_reason(visit: &Visit<'_>, reason: &NewReason) -> Result<View, StoreError> {
    let (desk, by) = (visit.desk, visit.person.id);
    let Some(in_force) = desk.store.playbook_history(1).await?.into_iter().next() else { return Ok(playbooks::forgotten()) };
    let text = reason.added_to(&in_force.text);
    let playbook = match Playbook::read(&text) {
        Ok(playbook) => playbook,
        Err(problems) => return Ok(playbooks::wrong(&problems)),
    };
    let changes = difference(&desk.store.playbook(), &playbook);
    let id: String = desk.chance.bytes::<8>().iter().map(|byte| format!("{byte:02x}")).collect();
    let adds = Some(reason.key.clone());
    desk.drafts.keep(Draft { id: id.clone(), by, text, against: in_force.version, back_to: None, adds, at: visit.now });
    Ok(playbooks::proposed(&changes, None, &id))
}

async fn put_in_force(visit: &Visit<'_>, draft: Draft) -> Result<View, StoreError> {
    let deed = if draft.back_to.is_some() { "playbook.rollback" } else { "playbook.apply" };
    let about = match (draft.back_to, &draft.adds) {
        (Some(version), _) => format!("back to version {version}, after version {}", draft.against),
        (None, Some(reason)) => format!("the reason {reason} more, after version {}", draft.against),
        (None, None) => format!("after version {}", draft.against),
    };
    let entry = AuditEntry { at: visit.now, actor: visit.person.handle.clone(), deed: deed.to_owned(), about };
    let version = visit.desk.store.apply_playbook(draft.text, entry).await?;
    Ok(playbooks::applied(version, draft.back_to))
}
