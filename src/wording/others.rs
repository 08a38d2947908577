//! Leads that ended for the reason *other*, told to managers once a week, and what is made of them: a reason of its own.

use std::collections::BTreeMap;

use super::parts::{count, lines};
use super::remarks::words;
use crate::chat::action::{Action, Verb};
use crate::domain::ids::{LeadId, SourceKey};
use crate::domain::message::{Button, Form, Input, InputSize, Look, Row, View};
use crate::domain::text::{Text, Untrusted};
use crate::store::OtherNote;

/// Notes shown, those that were written most often first.
const NOTES_MAX: usize = 12;

/// Longest note shown.
const NOTE_MAX: usize = 160;

/// Sources named.
const SOURCES_MAX: usize = 6;

/// The keys of the form's inputs.
pub const NAME: &str = "name";
/// What it asks.
pub const QUESTION: &str = "question";
/// What becomes of the lead.
pub const BECOMES: &str = "becomes";

/// What was noted, with the control that makes a reason of it. `title` names a source.
#[must_use]
pub fn told<'a>(notes: &[OtherNote], title: impl Fn(&SourceKey) -> &'a str) -> View {
    let many = count(u32::try_from(notes.len()).unwrap_or(u32::MAX), "lead", "leads");
    let mut by_source: BTreeMap<&SourceKey, u32> = BTreeMap::new();
    notes.iter().for_each(|note| *by_source.entry(&note.source).or_default() += 1);
    let mut sources: Vec<(&SourceKey, u32)> = by_source.into_iter().collect();
    sources.sort_by_key(|(key, n)| (std::cmp::Reverse(*n), *key));
    let mut line = Text::default().strong("By source");
    for (nth, (key, n)) in sources.iter().take(SOURCES_MAX).enumerate() {
        line =
            line.and(if nth == 0 { " " } else { ", " }).data(&Untrusted::new(title(key)).one_line().cut(40)).and(format!(" {n}"));
    }
    let mut told = vec![line];
    let groups = alike(notes);
    told.extend(groups.iter().take(NOTES_MAX).map(|(words, leads)| note_line(words, leads)));
    if groups.len() > NOTES_MAX {
        told.push(Text::plain(format!("and {} more: /report lost csv", groups.len() - NOTES_MAX)));
    }
    told.push(
        "What comes again and again deserves a reason of its own: then it is counted, and asks what you need to know.".into(),
    );
    let action = Action::on(Verb::ReasonMake, LeadId(0), 0).to_string();
    let button = Button { label: "Make it a reason".to_owned(), action, look: Look::Primary };
    View {
        title: Text::plain(format!("{many} ended as \"other\" since the last time")),
        rows: vec![Row::Buttons(vec![button])],
        ..lines(told)
    }
}

/// The same words together, but for case and blanks; those of most leads first.
fn alike(notes: &[OtherNote]) -> Vec<(Option<Untrusted>, Vec<LeadId>)> {
    let mut groups: Vec<(String, Option<Untrusted>, Vec<LeadId>)> = Vec::new();
    for note in notes {
        let words = note.words.as_ref().map(|words| words.one_line().cut(NOTE_MAX));
        let key = words.as_ref().map(|words| words.raw().to_lowercase()).unwrap_or_default();
        match groups.iter_mut().find(|(other, _, _)| *other == key) {
            Some((_, _, leads)) => leads.push(note.lead),
            None => groups.push((key, words, vec![note.lead])),
        }
    }
    groups.sort_by_key(|(_, _, leads)| (std::cmp::Reverse(leads.len()), leads.first().copied()));
    groups.into_iter().map(|(_, words, leads)| (words, leads)).collect()
}

fn note_line(words: &Option<Untrusted>, leads: &[LeadId]) -> Text {
    let named: Vec<String> = leads.iter().take(3).map(ToString::to_string).collect();
    let more = if leads.len() > named.len() { format!(" and {} more", leads.len() - named.len()) } else { String::new() };
    let line = Text::plain("• ");
    let line = match words {
        Some(words) => line.and("\"").data(words).and("\""),
        None => line.and("a note that was erased"),
    };
    line.and(format!("  {}{more}", named.join(", ")))
}

/// What shall the reason be?
#[must_use]
pub fn form() -> Form {
    let input = |key: &str, label: &str, (min, max): (u16, u16), example: &str| Input {
        key: key.to_owned(),
        label: label.to_owned(),
        size: InputSize::Line,
        min,
        max,
        value: String::new(),
        example: example.to_owned(),
    };
    Form {
        action: Action::on(Verb::ReasonMake, LeadId(0), 0).to_string(),
        title: "Make it a reason".to_owned(),
        inputs: vec![
            input(NAME, "What shall it be called?", (2, 40), "Bought elsewhere"),
            input(QUESTION, "What shall it ask? Nothing, when empty", (0, 45), "From whom?"),
            Input {
                value: "closed".to_owned(),
                ..input(BECOMES, "What happens to the lead then?", (2, 60), "closed, or asleep 90d, or kept: ask again")
            },
        ],
    }
}

/// A rep pressed it.
#[must_use]
pub fn for_managers() -> View {
    words("Making a reason is for managers: it changes how everybody ends work on a lead. Tell them what you would call it.")
}

/// What becomes of the lead was not understood.
#[must_use]
pub fn no_consequence(typed: &str) -> View {
    let typed = Untrusted::new(typed).one_line().cut(60);
    words(Text::plain("\"").data(&typed).and(
        "\" cannot become of a lead. Write closed, not contacted, spam, asleep with how long (asleep 90d), or kept with what to do next (kept: \
         find the budget). Press Make it a reason again.",
    ))
}

/// A lead that sleeps until a date asks for that date, and for nothing else.
#[must_use]
pub fn asks_for_a_day() -> View {
    words(
        "A lead that falls asleep asks for the day on which it returns, and for nothing else: leave the question empty. Press Make it a reason again.",
    )
}

/// There is one of that name.
#[must_use]
pub fn is_there_already(name: &str) -> View {
    let name = Untrusted::new(name).one_line().cut(60);
    words(Text::plain("There is a reason \"").data(&name).and("\" already. /playbook show tells what it does."))
}
