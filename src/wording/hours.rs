//! The hours that somebody keeps, and how they hear of things.

use super::World;
use super::parts::{lines, moment};
use crate::domain::hours::{Hours, HoursError};
use crate::domain::message::View;
use crate::domain::notify::{Notify, Way};
use crate::domain::person::Person;
use crate::domain::text::{Span, Text, cut};

/// Longest expression that is repeated.
const WRITTEN_MAX: usize = 120;

/// What can be written.
const EXAMPLE: &str =
    "For example: Mo-Th 09:00-13:00; or two shifts and a short Friday: Mo-Th 09:00-12:00,14:00-17:00; Fr 09:00-12:00; PH off.";

/// `Mo-Fr 09:00-13:00 (Europe/Lisbon)`.
#[must_use]
pub fn written(hours: &Hours) -> String {
    format!("{hours} ({})", hours.zone())
}

/// At the end of a line about somebody: the hours of their own.
pub(super) fn kept(person: &Person) -> String {
    person.hours.as_ref().map_or_else(String::new, |hours| format!(", own hours {}", written(hours)))
}

/// Kept from now on.
#[must_use]
pub fn set(hours: &Hours, world: World<'_>) -> View {
    let text = Text::plain("You keep your own hours now: ").strong(written(hours)).and(". ");
    let text = if hours.is_open(world.now) {
        text.and("You are on now.")
    } else {
        moment(text.and("Your hours begin "), hours.next_open(world.now)).and(".")
    };
    let means = "Outside of them nothing new comes to you, and what can wait waits. Promises of leads that you get run in them; \
                 those under way stay as they were promised.";
    lines(vec![text, means.into()])
}

/// The teams' again.
#[must_use]
pub fn cleared(person: &Person, world: World<'_>) -> View {
    let teams = world.playbook.teams.iter().filter(|team| person.membership(&team.key).is_some());
    let told: Vec<String> = teams.map(|team| format!("{} {}", team.name, written(&team.hours))).collect();
    let hours = if told.is_empty() { written(&world.playbook.company.hours) } else { told.join("; ") };
    let whose = if told.len() > 1 { "those of your teams" } else { "your team's" };
    lines(vec![Text::plain(format!("Your hours are {whose} again: {hours}."))])
}

/// What they keep, as a line among others.
#[must_use]
pub fn yours(hours: &Hours) -> Text {
    Text::plain(format!("You keep your own hours: {}. /me hours changes them.", written(hours)))
}

/// They cannot be read: where, and what can be written instead.
#[must_use]
pub fn unreadable(typed: &str, why: &HoursError) -> View {
    let mut told = vec![Text::plain(sentence(&why.to_string()))];
    if let HoursError::Expression { at, .. } = why {
        let before = typed.get(..at.start).unwrap_or_default().chars().count();
        let place = Text(vec![Span::Code(cut(typed, WRITTEN_MAX))]);
        // What can be read, and never opens, is wrong as a whole.
        let whole = *at == (0..typed.len());
        let place =
            if whole { place.and(": ") } else { place.and(format!(": it cannot be read from character {} on. ", before + 1)) };
        told.push(place.and(EXAMPLE));
    }
    lines(told)
}

fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    let end = if words.ends_with(['.', '?']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

/// A zone says nothing without hours.
#[must_use]
pub fn zone_alone() -> View {
    lines(vec![
        "Say the hours too: a zone alone says nothing. With neither, your hours are your team's again.".into(),
        EXAMPLE.into(),
    ])
}

/// How they hear of things.
#[must_use]
pub fn notified(notify: &Notify, person: &Person) -> View {
    let Notify { offers, warnings, changes, quiet, agenda, sweep } = notify;
    let line = |what: &'static str, way: &Way| {
        Text::default().strong(what).and(match way {
            Way::Direct => " by direct message",
            Way::Thread => " in the lead's thread; directly, as long as it has none",
        })
    };
    let asked = Text::default().strong("Offers").and(match offers {
        Way::Direct => " by direct message",
        Way::Thread => " in the team's channel",
    });
    let part = |what: &'static str, is_told| {
        let how = if is_told { " by direct message, when there is something" } else { " not at all; /me agenda tells it" };
        Text::default().strong(what).and(how)
    };
    let quiet = match (quiet, &person.hours) {
        (true, Some(hours)) => format!("Outside your hours, {}, what can wait waits for them.", written(hours)),
        (true, None) => "What can wait would wait for hours of your own: set them with /me hours.".to_owned(),
        (false, _) => "Nothing waits: you hear of everything at once, day and night.".to_owned(),
    };
    lines(vec![
        asked,
        line("Warnings and reminders", warnings),
        line("Changes to your leads", changes),
        part("Agenda when your day begins", *agenda),
        part("Loose ends before it ends", *sweep),
        Text::plain(quiet),
        "Warnings that protect a promise always reach you, here or there: they cannot be switched off.".into(),
    ])
}

/// What is about no one lead has no thread to be told in.
#[must_use]
pub fn about_no_lead() -> View {
    lines(vec!["Your day is about no one lead, so there is no thread for it: choose a direct message, or not at all.".into()])
}

/// Some things cannot be switched off.
#[must_use]
pub fn never_off() -> View {
    lines(vec![
        "Only your agenda and the loose ends of the evening can be switched off. The rest comes by direct message or in the lead's thread."
            .into(),
    ])
}
