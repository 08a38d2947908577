//! Where leads come from: sources, their secrets (shown once), and what could not be read.

use chrono::{DateTime, Utc};
use secrecy::ExposeSecret as _;

use super::World;
use super::heard::test;
use super::parts::{count, label, lines};
use super::remarks::words;
use crate::domain::ids::SourceKey;
use crate::domain::message::{Row, View};
use crate::domain::routing;
use crate::domain::text::{Span, Text, Untrusted, When};
use crate::intake::preset::Preset;
use crate::intake::setup::{Made, NoKey};
use crate::playbook::Team;

/// Lines of a list.
const SHOWN_MAX: usize = 20;

/// Everything to paste, for one person alone and this once.
#[must_use]
pub fn added(key: &SourceKey, title: &str, made: &Made, team: Option<&Team>, world: World<'_>) -> View {
    let mut told = vec![label("Address").then(code(&made.url))];
    if let Some(secret) = &made.secret {
        told.push(label("Secret").then(code(secret.expose_secret())));
    }
    let once = if made.secret.is_some() { "The secret is" } else { "The address holds its own secret and is" };
    told.push(Text::plain(format!("{once} shown this once. Copy it now; leadbell source rotate {key} makes another.")));
    told.extend((1..).zip(&made.steps).map(|(nth, step)| Text::plain(format!("{nth}. {step}"))));
    let goes_to = routing::usual_team(key, world.playbook).and_then(|key| world.playbook.team(&key));
    match (team, goes_to) {
        (Some(wanted), Some(now)) if wanted.key != now.key => {
            told.push(Text::plain(format!(
                "Its leads go to {} for now. To send them to {}, add this to the playbook and apply it:",
                now.name, wanted.name
            )));
            told.push(code(&format!("[[source]]\nkey = \"{key}\"\nteam = \"{}\"", wanted.key)));
        }
        (_, Some(now)) => told.push(Text::plain(format!("Its leads go to {}.", now.name))),
        (_, None) => {}
    }
    let title = Text::plain("New source: ").data(&Untrusted::new(title).one_line().cut(64));
    told.push("Send something there, then press Test: it says what came of it.".into());
    View { title, rows: vec![Row::Buttons(vec![test(key)])], ..lines(told) }
}

pub(super) fn code(words: &str) -> Text {
    Text(vec![Span::Code(words.to_owned())])
}

/// The key is not one.
#[must_use]
pub fn no_key(typed: &str, error: NoKey) -> View {
    let typed = Untrusted::new(typed).one_line().cut(40);
    words(Text::plain("\"").data(&typed).and(format!("\" is no key: {error}.")))
}

/// The key is taken.
#[must_use]
pub fn taken(key: &SourceKey) -> View {
    words(format!("There is a source {key} already, and nothing has changed. Choose another key; /intake sources lists them."))
}

/// The sender makes its own secret, and a chat is no place to hand one over.
#[must_use]
pub fn secret_is_theirs(key: &SourceKey, preset: &Preset, place: &str) -> View {
    lines(vec![
        Text::plain(format!("{} makes its own secret: {place}.", short(&preset.title))),
        "A secret must not be sent through a chat. Keep it in a file or a variable of the server, and add the source there:"
            .into(),
        code(&format!("leadbell source add {key} --preset {} --secret file:PATH", preset.key)),
    ])
}

/// What a provider is called in the middle of a sentence.
fn short(title: &str) -> &str {
    title.split([':', '(']).next().unwrap_or(title).trim_end()
}

/// No such preset; perhaps another was meant.
#[must_use]
pub fn no_preset(typed: &str, nearest: Option<&str>) -> View {
    let typed = Untrusted::new(typed).one_line().cut(40);
    let text = Text::plain("There is no preset \"").data(&typed).and("\".");
    let text = nearest.map_or(text.clone(), |meant| text.and(format!(" Did you mean {meant}?")));
    words(text.and(" Choose from those that are offered while you type, or leave it out for anything that sends JSON or a form."))
}

/// A source, with what came in.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// As it stands in its URL.
    pub key: &'a SourceKey,
    /// Its name for people.
    pub title: &'a str,
    /// Its provider's name for people.
    pub preset: &'a str,
    /// The newest delivery.
    pub last_at: Option<DateTime<Utc>>,
    /// All deliveries.
    pub deliveries: u64,
    /// Those that could not be read.
    pub quarantined: u64,
    /// Requests that proved nothing.
    pub forged: u64,
    /// What else there is to say of it.
    pub marks: Marks,
}

/// What sets a source apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Marks {
    /// Nothing but its address proves who sends.
    pub unauthenticated: bool,
    /// Answers "later".
    pub paused: bool,
    /// Told to be quiet since then.
    pub quiet_since: Option<DateTime<Utc>>,
    /// Nobody is told when it is quiet.
    pub unwatched: bool,
}

/// All sources.
#[must_use]
pub fn all(sources: &[Seen<'_>]) -> View {
    if sources.is_empty() {
        return words("There is no source yet. /intake add makes one.");
    }
    let mut told: Vec<Text> = sources.iter().take(SHOWN_MAX).map(source).collect();
    if sources.len() > SHOWN_MAX {
        told.push(Text::plain(format!("and {} more", sources.len() - SHOWN_MAX)));
    }
    View { title: Text::plain(format!("Sources: {}", sources.len())), ..lines(told) }
}

fn source(seen: &Seen<'_>) -> Text {
    let title = Untrusted::new(seen.title).one_line().cut(64);
    let line = Text::plain("• ").strong(seen.key.to_string()).and(" ").data(&title).and(format!(", {}", short(seen.preset)));
    let mut line = match seen.last_at {
        Some(at) => {
            line.and(format!(", {}, the last ", plural(seen.deliveries, "delivery", "deliveries"))).at(at, When::Relative)
        }
        None => line.and(", nothing came in yet"),
    };
    if seen.quarantined > 0 {
        line = line.and(", ").strong(format!("{} could not be read", seen.quarantined)).and(" (/intake quarantine)");
    }
    if seen.forged > 0 {
        line = line.and(format!(", {} refused: wrong or missing proof", plural(seen.forged, "request", "requests")));
    }
    if seen.marks.unauthenticated {
        line = line.and(", ").strong("unauthenticated");
    }
    if let Some(since) = seen.marks.quiet_since {
        line = line.and(", ").strong("quiet").and(" since ").at(since, When::DateTime).and(", which is longer than usual");
    }
    if seen.marks.unwatched {
        line = line.and(", not watched for silence");
    }
    if seen.marks.paused { line.and(", ").strong("paused") } else { line }
}

pub(super) fn plural(n: u64, one: &str, many: &str) -> String {
    count(u32::try_from(n).unwrap_or(u32::MAX), one, many)
}
