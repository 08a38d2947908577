//! What could not be read: by source and reason, one of them in detail, and what became of it when it was read again.
//! Invariant: nothing that a sender said is shown; where it stands and of what kind it is, is.

use super::parts::{label, lines};
use super::remarks::words;
use super::sources::{code, plural};
use crate::chat::action::{Action, Verb};
use crate::domain::decision::Replayed;
use crate::domain::ids::{DeliveryId, LeadId, SourceKey};
use crate::domain::message::{Button, Choice, Look, Row, Select, Tone, View};
use crate::domain::text::{Text, Untrusted, When, cut};
use crate::intake::masked::Field;
use crate::store::{QuarantineGroup, QuarantinedRow};

/// Reasons that are listed; a select holds no more than 25.
pub const GROUPS_MAX: u32 = 15;

/// Longest reason in a list.
const WHY_MAX: usize = 200;

/// Widest place in a table of fields.
const PLACE_MAX: usize = 60;

/// What could not be read, by source and reason, the newest first.
#[must_use]
pub fn groups(groups: &[QuarantineGroup]) -> View {
    if groups.is_empty() {
        return words("Nothing waits here: all that came in could be read.");
    }
    let line = |group: &QuarantineGroup| {
        let head = Text::plain("• ").strong(format!("{} from {}", group.many, group.newest.source)).and(", the last ");
        head.at(group.newest.received_at, When::Relative).and(": ").data(&why(&group.newest.why))
    };
    let mut told: Vec<Text> = groups.iter().map(line).collect();
    if groups.len() == GROUPS_MAX as usize {
        told.push("These are the newest reasons; there may be more.".into());
    }
    told.push("Nothing is lost: choose a reason to see what to do.".into());
    let option = |group: &QuarantineGroup| Choice {
        label: cut(&format!("{} from {}", group.many, group.newest.source), 100),
        value: group.newest.id.0.to_string(),
        hint: cut(&group.newest.why, 100),
    };
    let select = Select {
        action: Action::on(Verb::QuarantineShow, LeadId(0), 0).to_string(),
        placeholder: "Choose a reason".to_owned(),
        options: groups.iter().map(option).collect(),
    };
    let all: u64 = groups.iter().map(|group| group.many).sum();
    View { title: Text::plain(format!("Could not be read: {all}")), rows: vec![Row::Select(select)], ..lines(told) }
}

fn why(why: &str) -> Untrusted {
    Untrusted::new(why).one_line().cut(WHY_MAX)
}

/// One of them: why, what is in it, what to do.
#[must_use]
pub fn one(row: &QuarantinedRow, fields: &[Field]) -> View {
    let source = &row.source;
    let told = vec![
        label("Why").data(&why(&row.why)),
        Text::default().strong("What came").and(", without what it says:"),
        code(&table(fields)),
        label("What to do").and("If it should have been read: say where things stand, and try that first."),
        code(&format!(
            "# mapping.toml\nemail = \"$.the.place.above\"\n\nleadbell source preview {source} payload.json --mapping mapping.toml\nleadbell source map {source} mapping.toml"
        )),
        "Then replay it. Reading the same twice makes no second lead.".into(),
    ];
    let id = row.id;
    let button = |label: String, look, verb| Button { label, action: on(verb, id), look };
    let buttons = vec![
        button("Replay".to_owned(), Look::Primary, Verb::ReplayOne),
        button(cut(&format!("Replay all of {source}"), 80), Look::Plain, Verb::ReplaySource),
        button("All reasons".to_owned(), Look::Plain, Verb::QuarantineList),
    ];
    let title = Text::plain(format!("Delivery {} from {source}, ", id.0)).at(row.received_at, When::Relative);
    View { title, tone: Tone::Alarm, rows: vec![Row::Buttons(buttons)], ..lines(told) }
}

fn on(verb: Verb, id: DeliveryId) -> String {
    Action::on(verb, LeadId(0), 0).with(&id.0.to_string()).to_string()
}

/// The fields in columns; the places are as mappings write them.
fn table(fields: &[Field]) -> String {
    let places: Vec<String> = fields.iter().map(|field| cut(&field.place, PLACE_MAX)).collect();
    let width = places.iter().map(|place| place.chars().count()).max().unwrap_or(0);
    let row = |(place, field): (&String, &Field)| {
        let gap = " ".repeat(width - place.chars().count());
        format!("{place}{gap}  {}", field.kind).trim().to_owned()
    };
    places.iter().zip(fields).map(row).collect::<Vec<_>>().join("\n")
}

/// It was read meanwhile, or never was there.
#[must_use]
pub fn gone() -> View {
    words("That delivery does not wait here any more: somebody had it read again. /intake quarantine lists what does.")
}

/// Being read again.
#[must_use]
pub fn begun(many: u64) -> View {
    match many {
        0 => words("Nothing of that waits in the quarantine. /intake quarantine lists what does, by number."),
        n => words(format!(
            "{} read again now. You will be told what became of {}.",
            plural(n, "delivery is", "deliveries are"),
            if n == 1 { "it" } else { "them" }
        )),
    }
}

/// What became of it: `3 became leads, 1 still cannot be read`.
#[must_use]
pub fn replayed(replayed: &Replayed) -> Text {
    let of = replayed.source.as_ref().map_or_else(String::new, |source| format!(" from {source}"));
    Text::plain(format!("Read again{of}: {}", outcome(replayed)))
}

/// The same without a beginning.
#[must_use]
pub fn outcome(replayed: &Replayed) -> String {
    let parts = [
        (replayed.leads, "became a lead", "became leads"),
        (replayed.repeats, "brought nothing new", "brought nothing new"),
        (replayed.ignored, "is no lead", "are no leads"),
        (replayed.unread, "still cannot be read", "still cannot be read"),
    ];
    let told: Vec<String> =
        parts.iter().filter(|(n, ..)| *n > 0).map(|(n, one, many)| format!("{n} {}", if *n == 1 { one } else { many })).collect();
    if told.is_empty() { "nothing came of it".to_owned() } else { told.join(", ") }
}

/// Why some of it still cannot be read.
pub(super) fn still_unread(replayed: &Replayed) -> Vec<Text> {
    let Some(reason) = replayed.why.as_deref().filter(|_| replayed.unread > 0) else { return Vec::new() };
    vec![label("Why").data(&why(reason)), "It waits in /intake quarantine.".into()]
}

/// Not a delivery's number.
#[must_use]
pub fn no_delivery(typed: &str) -> View {
    let typed = Untrusted::new(typed).one_line().cut(40);
    words(Text::plain("\"").data(&typed).and("\" is no delivery's number. Give a number from /intake quarantine, or all."))
}

/// There is no such source.
#[must_use]
pub fn no_source(typed: &SourceKey) -> View {
    let typed = Untrusted::new(typed.as_str()).one_line().cut(40);
    words(Text::plain("There is no source \"").data(&typed).and("\". /intake sources lists them."))
}
