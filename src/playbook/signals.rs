//! Kinds of signals and what each is worth. The usual ones are changed or dropped by their keys; another key adds one.

use chrono::Duration;

use super::defaults;
use super::model::SignalRule;
use super::read::Keys;
use crate::document::span::Counted;
use crate::document::{Given, Mistakes, Table};
use crate::domain::ids::SignalKey;
use crate::problem::Problem;

/// Most kinds; each is looked for whenever a lead's worth is worked out.
const SIGNALS_MAX: usize = 25;

/// Most points that one signal gives or takes.
const POINTS_MAX: i64 = 100;

/// Longest name, for cards.
const NAME_MAX: usize = 30;

/// A visit of a day is a window that somebody left open.
const SECONDS_MAX: u32 = 86_400;

/// Points fade from day to day.
const FADES_MIN: Duration = Duration::days(1);

pub(super) fn read(root: &Table<'_>, mistakes: &Mistakes) -> Vec<SignalRule> {
    let mut signals = defaults::signals();
    let mut keys = Keys::new("signal");
    for table in root.tables("signal", "this signal") {
        let key = SignalKey(keys.read(&table, mistakes, "downloaded"));
        let counts = table.flag("offered").unwrap_or(true);
        let known = signals.iter().position(|signal| signal.key == key);
        let rule = rule(&table, mistakes, (key, known.map(|at| &signals[at])));
        match (known, counts) {
            (Some(at), false) => drop(signals.remove(at)),
            (Some(at), true) => signals[at] = rule,
            (None, true) => signals.push(rule),
            (None, false) => {}
        }
        table.finish();
    }
    if signals.len() > SIGNALS_MAX {
        root.note(format!("there are {} kinds of signals", signals.len()), format!("keep to {SIGNALS_MAX}"));
    }
    signals
}

/// One section; what is not written stays as it was.
fn rule(table: &Table<'_>, mistakes: &Mistakes, (key, before): (SignalKey, Option<&SignalRule>)) -> SignalRule {
    let name = table.text("name").map(|given| given.value.trim().to_owned());
    if name.as_ref().is_some_and(|name| name.chars().count() > NAME_MAX) {
        table.note("the name is too long for a card", format!("keep it to {NAME_MAX} letters"));
    }
    let points = table.signed("points", &(-POINTS_MAX..=POINTS_MAX)).map(|given| i16::try_from(given.value).unwrap_or_default());
    if before.is_none() && !table.has("points") {
        table.note("a signal of your own needs points", "add points = 10; 0, where it shall only be known");
    }
    let fades = table.span("fades", Counted::Wall).and_then(|given| fades(given, mistakes));
    let seconds = table.whole("seconds", &(0..=SECONDS_MAX)).map(|given| given.value);
    let wakes = table.flag("wakes");
    SignalRule {
        name: name.or_else(|| before.map(|rule| rule.name.clone())).unwrap_or_else(|| key.as_str().replace(['_', '-'], " ")),
        points: points.or(before.map(|rule| rule.points)).unwrap_or_default(),
        fades: fades.or(before.map(|rule| rule.fades)).unwrap_or(defaults::SIGNAL_FADES),
        seconds: seconds.or(before.map(|rule| rule.seconds)).unwrap_or_default(),
        wakes: wakes.or(before.map(|rule| rule.wakes)).unwrap_or_default(),
        key,
    }
}

fn fades(Given { value, place }: Given<Duration>, mistakes: &Mistakes) -> Option<Duration> {
    if value >= FADES_MIN {
        return Some(value);
    }
    mistakes.note(Problem::at(place, "points fade from day to day").expected("at least a day, such as \"7d\""));
    None
}
