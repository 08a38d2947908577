//! The day of one person: what is to be done on it, and what is loose before it ends.

use std::collections::BTreeMap;

use chrono::Duration;

use super::World;
use super::parts::{button, count, lines, public_name};
use crate::chat::action::Verb;
use crate::domain::day::{Due, Loose, What, Why};
use crate::domain::ids::LeadId;
use crate::domain::lead::Lead;
use crate::domain::message::{Button, Look, Row, View};
use crate::domain::text::{Text, Untrusted, When};

/// Leads that a message nobody asked for names.
pub const NAMED_MAX: usize = 10;

/// Leads that are named to whoever asks.
pub const ASKED_MAX: usize = 25;

/// Longest note in a line.
const NOTE_MAX: usize = 100;

/// What was noted for the plans of leads.
pub type Notes = BTreeMap<LeadId, String>;

/// Buttons in one row.
const BUTTONS_MAX: usize = 5;

const WHATS: [(What, &str); 7] = [
    (What::Offer, "Offered to you"),
    (What::FollowUp, "Follow-ups"),
    (What::FirstTouch, "Not touched yet"),
    (What::NotReached, "Not reached yet"),
    (What::Quiet, "Quiet for longer than their stage expects"),
    (What::Mend, "To be mended"),
    (What::Returns, "Back from their sleep"),
];

const WHYS: [(Why, &str); 3] = [
    (Why::Untouched, "Not touched yet"),
    (Why::Breaks, "Overdue, or taken from you tomorrow morning if nothing happens"),
    (Why::NoNextStep, "Worked today, without a next step"),
];

/// The day of somebody who asks for it: what is due, in the order to do it. `later` counts what is planned for other days.
#[must_use]
pub fn agenda((due, notes): (&[Due<'_>], &Notes), later: usize, world: World<'_>) -> View {
    let later = match later {
        0 => None,
        n => Some(Text::plain(format!(
            "{} later than today.",
            count(u32::try_from(n).unwrap_or(u32::MAX), "thing is due", "things are due")
        ))),
    };
    if due.is_empty() {
        let mut told = vec![Text::from("Nothing is due today. /lead next shows what waits for you.")];
        told.extend(later);
        return lines(told);
    }
    let mut told = listed((due, notes), ASKED_MAX, world);
    if due.len() > ASKED_MAX {
        told.push(Text::plain(format!("and {} more", due.len() - ASKED_MAX)));
    }
    told.extend(later);
    View { title: Text::plain(format!("Your day: {} due", due.len())), rows: controls(due), ..lines(told) }
}

/// The same when their day begins.
#[must_use]
pub fn morning((due, notes): (&[Due<'_>], &Notes), world: World<'_>) -> View {
    let mut told = listed((due, notes), NAMED_MAX, world);
    if due.len() > NAMED_MAX {
        told.push(Text::plain(format!("{} more: /me agenda in a channel", due.len() - NAMED_MAX)));
    }
    let things = count(u32::try_from(due.len()).unwrap_or(u32::MAX), "thing", "things");
    View { title: Text::plain(format!("Your day begins: {things} to do")), rows: controls(due), ..lines(told) }
}

fn listed((due, notes): (&[Due<'_>], &Notes), most: usize, world: World<'_>) -> Vec<Text> {
    let shown = &due[..due.len().min(most)];
    let mut told = Vec::new();
    for (what, heading) in WHATS {
        let mut these = shown.iter().filter(|due| due.what == what).peekable();
        if these.peek().is_some() {
            told.push(Text::default().strong(heading));
            told.extend(these.map(|due| noted(line(due, world), notes.get(&due.lead.id))));
        }
    }
    told
}

fn line(due: &Due<'_>, world: World<'_>) -> Text {
    let line = named(due.lead);
    let line = match due.what {
        What::Quiet => return line.and(", since ").at(due.at, When::Date),
        What::Offer | What::FollowUp | What::FirstTouch | What::NotReached | What::Mend | What::Returns => {
            line.and(if due.at < world.now { ", late since " } else { ", " })
        }
    };
    // What is not of today needs its day.
    let when = if (due.at - world.now).abs() < Duration::hours(12) { When::Time } else { When::DateTime };
    line.at(due.at, when).and(" (").at(due.at, When::Relative).and(")")
}

fn noted(line: Text, note: Option<&String>) -> Text {
    match note {
        Some(note) => line.and(": \"").data(&Untrusted::new(note).one_line().cut(NOTE_MAX)).and("\""),
        None => line,
    }
}

fn named(lead: &Lead) -> Text {
    Text::plain("• ").strong(lead.id.to_string()).and(" ").then(public_name(lead))
}

fn controls(due: &[Due<'_>]) -> Vec<Row> {
    let control = |due: &Due<'_>| match due.what {
        What::Offer => Some(button(&format!("Accept {}", due.lead.id), Look::Primary, Verb::Accept, due.lead)),
        What::FollowUp | What::FirstTouch | What::NotReached | What::Quiet => {
            Some(button(&format!("Log {}", due.lead.id), Look::Plain, Verb::Log, due.lead))
        }
        What::Mend => Some(button(&format!("Mend {}", due.lead.id), Look::Plain, Verb::Mend, due.lead)),
        What::Returns => None,
    };
    row(due.iter().filter_map(control).take(BUTTONS_MAX).collect())
}

fn row(buttons: Vec<Button>) -> Vec<Row> {
    if buttons.is_empty() { Vec::new() } else { vec![Row::Buttons(buttons)] }
}

/// What is loose before somebody's day ends.
#[must_use]
pub fn evening(loose: &[Loose<'_>], world: World<'_>) -> View {
    let shown = &loose[..loose.len().min(NAMED_MAX)];
    let mut told = Vec::new();
    for (why, heading) in WHYS {
        let mut these = shown.iter().filter(|loose| loose.why == why).peekable();
        if these.peek().is_some() {
            told.push(Text::default().strong(heading));
            told.extend(these.map(|loose| loose_line(loose, world)));
        }
    }
    if loose.len() > NAMED_MAX {
        told.push(Text::plain(format!("{} more: /me agenda in a channel", loose.len() - NAMED_MAX)));
    }
    told.push("Log what you did, or plan when you go on.".into());
    let each = |label: &str, verb| {
        let buttons = shown.iter().take(BUTTONS_MAX);
        row(buttons.map(|loose| button(&format!("{label} {}", loose.lead.id), Look::Plain, verb, loose.lead)).collect())
    };
    let rows = [each("Log", Verb::Log), each("Plan", Verb::Follow)].concat();
    let ends = count(u32::try_from(loose.len()).unwrap_or(u32::MAX), "loose end", "loose ends");
    View { title: Text::plain(format!("Before you go: {ends}")), rows, ..lines(told) }
}

fn loose_line(loose: &Loose<'_>, world: World<'_>) -> Text {
    let line = named(loose.lead);
    match loose.why {
        Why::NoNextStep => line.and(", last worked ").at(loose.at, When::Time),
        Why::Untouched | Why::Breaks if loose.at < world.now => line.and(", late since ").at(loose.at, When::DateTime),
        Why::Untouched | Why::Breaks => line.and(", due ").at(loose.at, When::Relative),
    }
}

/// The same in one line, for lists.
pub(super) fn headline(part: crate::domain::day::DayPart) -> Text {
    match part {
        crate::domain::day::DayPart::Agenda => "Your day: /me agenda tells what is due".into(),
        crate::domain::day::DayPart::Sweep => "Before you go: /me agenda tells what is open".into(),
    }
}
