//! The reasons for ending work on a lead: the usual ten, changed by what the playbook says about them.
//! A section with a known key changes that reason, or drops it with `offered = false`; another key adds one, before *other*.
//! Invariant: a reason asks for exactly what its consequence needs: a date for a sleep until then, a lead for a merge.

use chrono::Duration;

use super::defaults;
use super::model::{Asks, Becomes, Reason, Tried, TurnBack};
use super::read::Keys;
use crate::document::span::Counted;
use crate::document::{Mistakes, Table};
use crate::domain::ids::ReasonKey;
use crate::domain::lead::Exit;

/// A select in chat shows no more.
const REASONS_MAX: usize = 25;

/// A form in chat takes questions of this length.
const QUESTION_MAX: usize = 45;

#[derive(Clone, Copy)]
enum AskKind {
    Nothing,
    When,
    Text,
    Lead,
    Who,
}

#[derive(Clone, Copy)]
enum BecomesKind {
    PooledUntil,
    PooledOnce,
    Kept,
    Closed,
    Repair,
}

const ASKS: [(&str, AskKind); 5] = [
    ("nothing", AskKind::Nothing),
    ("when", AskKind::When),
    ("text", AskKind::Text),
    ("lead", AskKind::Lead),
    ("who", AskKind::Who),
];

const BECOMES: [(&str, BecomesKind); 5] = [
    ("pooled_until", BecomesKind::PooledUntil),
    ("pooled_once", BecomesKind::PooledOnce),
    ("kept", BecomesKind::Kept),
    ("closed", BecomesKind::Closed),
    ("repair", BecomesKind::Repair),
];

const EXITS: [(&str, Exit); 4] =
    [("unqualified", Exit::Unqualified), ("suppressed", Exit::Suppressed), ("merged", Exit::Merged), ("removed", Exit::Removed)];

const TURNS: [(&str, TurnBack); 3] = [("no", TurnBack::No), ("yes", TurnBack::Yes), ("if_agreed", TurnBack::IfAgreed)];

pub(super) fn read(root: &Table<'_>, mistakes: &Mistakes) -> Vec<Reason> {
    let mut reasons = defaults::reasons();
    let mut keys = Keys::new("reason");
    for table in root.tables("reason", "this reason") {
        let key = keys.read(&table, mistakes, "no_budget");
        let known = reasons.iter().position(|reason| reason.key.as_str() == key);
        let offered = table.flag("offered").unwrap_or(true);
        match known {
            Some(at) if !offered => drop(reasons.remove(at)),
            Some(at) => reasons[at] = reason(&table, reasons[at].clone()),
            None => {
                let bare = Reason {
                    name: key.clone(),
                    key: ReasonKey(key),
                    asks: Asks::Nothing,
                    becomes: Becomes::Closed(Exit::Unqualified),
                    turn_back: TurnBack::No,
                };
                let new = reason(&table, bare);
                let other = reasons.iter().position(|reason| reason.key.as_str() == "other").unwrap_or(reasons.len());
                if offered {
                    reasons.insert(other, new);
                }
            }
        }
        table.finish();
    }
    if reasons.len() > REASONS_MAX {
        root.note(
            format!("there are {} reasons", reasons.len()),
            format!("keep to {REASONS_MAX}; drop some with offered = false"),
        );
    }
    if reasons.is_empty() {
        root.note("there is no reason left", "keep at least one");
    }
    reasons
}

fn reason(table: &Table<'_>, before: Reason) -> Reason {
    let name = table.text("name").map_or(before.name, |name| name.value);
    let turn_back = table.choice("turn_back", &TURNS).map_or(before.turn_back, |turn| turn.value);
    let (asks, becomes) = match (asks(table, before.asks.clone()), becomes(table, before.becomes.clone())) {
        (Some(asks), Some(becomes)) => {
            refuse_what_cannot_be(table, &asks, &becomes);
            (asks, becomes)
        }
        // One of them is wrong, which has been told; whether they fit shows once it is right.
        (None, _) | (_, None) => (before.asks, before.becomes),
    };
    Reason { key: before.key, name, asks, becomes, turn_back }
}

/// What is asked; parts that are not written stay as they were.
fn asks(table: &Table<'_>, before: Asks) -> Option<Asks> {
    let (kind, usual, question, min) = match before {
        Asks::Nothing => (AskKind::Nothing, None, None, 0),
        Asks::When { usual } => (AskKind::When, Some(usual), None, 0),
        Asks::Text { question, min } => (AskKind::Text, None, Some(question), min),
        Asks::Lead => (AskKind::Lead, None, None, 0),
        Asks::Who => (AskKind::Who, None, None, 0),
    };
    let Some(kind) = chosen(table, "asks", &ASKS, kind) else {
        table.excuse(&["usual", "question", "min"]);
        return None;
    };
    if !matches!(kind, AskKind::When) {
        table.refuse("usual", "is only for asks = \"when\"");
    }
    if !matches!(kind, AskKind::Text) {
        table.refuse("question", "is only for asks = \"text\"");
        table.refuse("min", "is only for asks = \"text\"");
    }
    Some(match kind {
        AskKind::Nothing => Asks::Nothing,
        AskKind::Lead => Asks::Lead,
        AskKind::Who => Asks::Who,
        AskKind::When => {
            let usual = table.span("usual", Counted::Wall).map(|given| given.value).or(usual);
            Asks::When { usual: usual.unwrap_or(Duration::days(30)) }
        }
        AskKind::Text => {
            let asked = table.text("question").map(|given| given.value);
            if asked.as_ref().is_some_and(|question| question.chars().count() > QUESTION_MAX) {
                table.note("the question is too long for a form", format!("keep it to {QUESTION_MAX} characters"));
            }
            let min = table.whole("min", &(0..=500)).map_or(min, |given| u16::try_from(given.value).unwrap_or(min));
            Asks::Text { question: asked.or(question).unwrap_or_else(|| "What happened?".to_owned()), min }
        }
    })
}

/// The choice as written, or as it was; nothing when it is written and wrong.
fn chosen<T: Copy>(table: &Table<'_>, key: &'static str, choices: &[(&'static str, T)], before: T) -> Option<T> {
    if table.has(key) { table.choice(key, choices).map(|given| given.value) } else { Some(before) }
}

/// What it becomes; parts that are not written stay as they were.
fn becomes(table: &Table<'_>, before: Becomes) -> Option<Becomes> {
    let kind = match &before {
        Becomes::PooledUntil => BecomesKind::PooledUntil,
        Becomes::PooledOnce { .. } => BecomesKind::PooledOnce,
        Becomes::KeptWith { .. } => BecomesKind::Kept,
        Becomes::Closed(_) => BecomesKind::Closed,
        Becomes::Repair { .. } => BecomesKind::Repair,
    };
    let Some(kind) = chosen(table, "becomes", &BECOMES, kind) else {
        table.excuse(&["sleep", "attempts", "days", "channels", "task", "exit", "within"]);
        return None;
    };
    if !matches!(kind, BecomesKind::PooledOnce) {
        for key in ["sleep", "attempts", "days", "channels"] {
            table.refuse(key, "is only for becomes = \"pooled_once\"");
        }
    }
    if !matches!(kind, BecomesKind::Kept) {
        table.refuse("task", "is only for becomes = \"kept\"");
    }
    if !matches!(kind, BecomesKind::Closed) {
        table.refuse("exit", "is only for becomes = \"closed\"");
    }
    if !matches!(kind, BecomesKind::Repair) {
        table.refuse("within", "is only for becomes = \"repair\"");
    }
    Some(match kind {
        BecomesKind::PooledUntil => Becomes::PooledUntil,
        BecomesKind::PooledOnce => pooled_once(table, &before),
        BecomesKind::Kept => kept(table, before),
        BecomesKind::Closed => {
            let exit = if let Becomes::Closed(exit) = before { exit } else { Exit::Unqualified };
            Becomes::Closed(table.choice("exit", &EXITS).map_or(exit, |exit| exit.value))
        }
        BecomesKind::Repair => {
            let within = if let Becomes::Repair { within } = before { within } else { defaults::REPAIR_WITHIN };
            Becomes::Repair { within: table.span("within", Counted::Business).map_or(within, |within| within.value) }
        }
    })
}

fn pooled_once(table: &Table<'_>, before: &Becomes) -> Becomes {
    let nothing = Tried { attempts: 0, days: 0, channels: 0 };
    let (sleep, needs) =
        if let Becomes::PooledOnce { sleep, needs } = before { (*sleep, *needs) } else { (Duration::days(30), nothing) };
    let least = |key, usual| table.whole(key, &(0..=100)).map_or(usual, |given| given.value);
    let needs = Tried {
        attempts: least("attempts", needs.attempts),
        days: least("days", needs.days),
        channels: least("channels", needs.channels),
    };
    if needs.days > needs.attempts || needs.channels > needs.attempts {
        table.note("so many days or channels need at least as many attempts", "raise `attempts`");
    }
    Becomes::PooledOnce { sleep: table.span("sleep", Counted::Wall).map_or(sleep, |given| given.value), needs }
}

fn kept(table: &Table<'_>, before: Becomes) -> Becomes {
    let task = if let Becomes::KeptWith { task } = before { Some(task) } else { None };
    let task = table.text("task").map(|given| given.value).or(task);
    if task.is_none() && !table.has("task") {
        table.note("a lead that is kept needs a next step", "add task = \"Find the decision-maker\"");
    }
    Becomes::KeptWith { task: task.unwrap_or_default() }
}

/// A question that nobody needs the answer of, or a consequence that lacks its answer.
fn refuse_what_cannot_be(table: &Table<'_>, asks: &Asks, becomes: &Becomes) {
    let when = matches!(asks, Asks::When { .. });
    let lead = matches!(asks, Asks::Lead);
    if matches!(asks, Asks::Who) && !matches!(becomes, Becomes::KeptWith { .. }) {
        table.note("who decides is asked for, and nothing happens with it", "add becomes = \"kept\", or ask for something else");
    }
    let sleeps = matches!(becomes, Becomes::PooledUntil);
    let merges = matches!(becomes, Becomes::Closed(Exit::Merged));
    let mends = matches!(becomes, Becomes::Repair { .. });
    if mends && !matches!(asks, Asks::Text { .. }) {
        table.note("a teammate would not be told what to mend", "add asks = \"text\"");
        return;
    }
    if sleeps && !when {
        table.note("the lead would sleep until a date that nobody is asked for", "add asks = \"when\"");
    }
    if when && !sleeps {
        table.note("a date is asked for, and nothing happens on it", "add becomes = \"pooled_until\", or ask for something else");
    }
    if merges && !lead {
        table.note("the lead would be merged into one that nobody is asked for", "add asks = \"lead\"");
    }
    if lead && !merges {
        table.note("another lead is asked for, and nothing happens with it", "add exit = \"merged\", or ask for something else");
    }
}
