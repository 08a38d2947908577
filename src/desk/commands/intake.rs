//! `/intake add` and `/intake sources`: where leads come from.

use super::{Call, Stop};
use crate::chat::Answer;
use crate::commands::Catalogue;
use crate::desk::visit::Visit;
use crate::domain::ids::SourceKey;
use crate::domain::message::View;
use crate::engine::beside::is_unauthenticated;
use crate::intake::{setup, sources as presets};
use crate::store::{SourceRow, StoreError, Watch};
use crate::wording::sources::{self, Marks, Seen};
use crate::wording::{World, heard, help, quarantine, remarks};

/// Makes a source. Its secret is shown to this person, this once.
pub(super) async fn add(call: &Call<'_>) -> Result<Answer, Stop> {
    let typed = call.needed("key")?;
    let key = setup::key(typed).map_err(|error| sources::no_key(typed, error))?;
    let wanted = call.text("preset").unwrap_or("generic");
    let is_it = |p: &&crate::intake::preset::Preset| p.key == wanted || p.title.eq_ignore_ascii_case(wanted);
    let Some(preset) = presets::presets().iter().find(is_it) else {
        let known = presets::presets().iter().map(|p| p.key.as_str());
        return Err(sources::no_preset(wanted, crate::problem::nearest(wanted, known)).into());
    };
    if let Some(place) = &preset.secret_from {
        return Err(sources::secret_is_theirs(&key, preset, place).into());
    }
    let team = call.team()?;
    let title = call.text("name").unwrap_or(key.as_str()).to_owned();
    let made = setup::make(&key, preset, &call.desk.public_url, call.desk.chance.bytes());
    let row = SourceRow {
        key: key.clone(),
        preset: preset.key.clone(),
        title: title.clone(),
        auth: serde_json::to_string(&made.auth).map_err(StoreError::from)?,
        secret: made.kept.clone(),
        secret_before: None,
        before_until: None,
        region: call.playbook.company.holidays.clone(),
        mapping: None,
        paused: false,
        created_at: call.now,
    };
    let deed = call.deed("source.add", format!("{key}, {}", preset.key));
    if !call.desk.store.add_source(row, deed).await? {
        return Err(sources::taken(&key).into());
    }
    Ok(Answer::Private(sources::added(&key, &title, &made, team, call.world())))
}

/// What each source sent lately.
pub(super) async fn sources(call: &Call<'_>) -> Result<Answer, Stop> {
    let (rows, figures) = (call.desk.store.sources(), call.desk.store.source_figures().await?);
    let seen = |figures: &'_ crate::store::SourceFigures| {
        let row = rows.iter().find(|row| row.key == figures.key)?;
        let preset = presets::preset(&row.preset).map_or(row.preset.as_str(), |p| p.title.as_str());
        Some((row, preset, is_unauthenticated(row)))
    };
    let each = figures.iter().filter_map(|f| seen(f).map(|found| (f, found)));
    let all: Vec<Seen<'_>> = each
        .map(|(f, (row, preset, unauthenticated))| Seen {
            key: &row.key,
            title: &row.title,
            preset,
            last_at: f.last_at,
            deliveries: f.deliveries,
            quarantined: f.quarantined,
            forged: f.forged,
            marks: Marks { unauthenticated, paused: row.paused, quiet_since: f.quiet_since, unwatched: f.watch == Watch::Off },
        })
        .collect();
    Ok(Answer::Private(sources::all(&all)))
}

/// Answers *Test*: what was heard from a source. The message that holds the secret stays as it is.
///
/// # Errors
/// When the store cannot be read.
pub async fn pressed(visit: &Visit<'_>, key: &str) -> Result<Answer, StoreError> {
    let store = &visit.desk.store;
    if let Some(refusal) = not_yours(visit, "sources") {
        return Ok(Answer::Private(refusal));
    }
    let key = SourceKey::from(key);
    let Some(source) = store.sources().iter().find(|source| source.key == key).cloned() else {
        return Ok(Answer::Private(quarantine::no_source(&key)));
    };
    let (arrival, refusal) = (store.last_arrival(&key).await?, store.last_refusal(&key).await?);
    let facts = heard::Facts {
        source: &source,
        arrival: arrival.as_ref(),
        refusal: refusal.as_ref(),
        public_url: &visit.desk.public_url,
        now: visit.now,
    };
    Ok(Answer::Private(heard::heard(&facts)))
}

/// What somebody is told who lacks the right of that command of `/intake`.
pub(super) fn not_yours(visit: &Visit<'_>, command: &str) -> Option<View> {
    let Some(entry) = Catalogue::built_in().find(&["intake", command]) else { return Some(remarks::unknown_command()) };
    let (roster, playbook) = (visit.desk.store.roster(), visit.desk.store.playbook());
    let world = World { playbook: &playbook, roster: &roster, now: visit.now };
    let may = !visit.person.left && visit.person.rights >= entry.rights;
    (!may).then(|| help::not_yours(entry, &visit.person, world))
}
