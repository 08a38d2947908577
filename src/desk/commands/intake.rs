//! `/intake …`: where leads come from, and what of it could not be read.

use super::{Call, Stop};
use crate::chat::Answer;
use crate::domain::ids::DeliveryId;
use crate::intake::verify::Auth;
use crate::intake::{masked, setup, sources as presets};
use crate::store::{Replay, SourceRow, StoreError, Watch};
use crate::wording::sources::{self, Marks, Seen, Unread};

/// Unreadable deliveries shown at a time; their shapes are long.
const SHOWN_MAX: usize = 5;

/// Unreadable deliveries counted.
const COUNTED_MAX: u32 = 1_000;

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

/// Whether nothing but its address proves who sends.
pub(super) fn is_unauthenticated(source: &SourceRow) -> bool {
    matches!(serde_json::from_str(&source.auth), Ok(Auth::UrlToken))
}

/// What could not be read, why, and its shape.
pub(super) async fn quarantine(call: &Call<'_>) -> Result<Answer, Stop> {
    let mut waiting = call.desk.store.quarantined(COUNTED_MAX).await?;
    if let Some(source) = call.text("source") {
        waiting.retain(|row| row.source.as_str() == source);
    }
    let mut unread = Vec::new();
    for row in waiting.iter().take(SHOWN_MAX) {
        let Some(delivery) = call.desk.store.delivery(row.id).await? else { continue };
        unread.push(Unread {
            id: row.id,
            source: row.source.clone(),
            received_at: row.received_at,
            why: row.why.clone(),
            shape: masked::excerpt(&delivery.request.body),
        });
    }
    Ok(Answer::Private(sources::quarantine(&unread, waiting.len())))
}

/// Reads one, or all, once more.
pub(super) async fn replay(call: &Call<'_>) -> Result<Answer, Stop> {
    let typed = call.needed("delivery")?;
    let which = match typed.parse::<i64>() {
        Ok(id) if id > 0 => Replay::One(DeliveryId(id)),
        Ok(_) | Err(_) if typed.eq_ignore_ascii_case("all") => Replay::All,
        Ok(_) | Err(_) => return Err(sources::no_delivery(typed).into()),
    };
    let many = call.desk.store.replay(which).await?;
    call.desk.store.note_deed(call.deed("intake.replay", format!("{typed}: {many}"))).await?;
    Ok(Answer::Private(sources::replayed(many)))
}
