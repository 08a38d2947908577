//! Sequences: e-mails that go to sleeping leads by themselves. None is in force until the playbook says so: nobody writes to people on a
//! company's behalf before the company has said that it wants that. The usual one needs its key and nothing else.

use super::defaults;
use super::model::{CustomField, Sequence, SequenceStep};
use super::read::Keys;
use super::scores::rule;
use super::template::Template;
use crate::document::span::Counted;
use crate::document::{Mistakes, Table};
use crate::domain::ids::SequenceKey;
use crate::domain::lead::Channel;
use crate::domain::segment;
use crate::problem::Problem;

/// Most sequences; the conditions of all are asked for each lead that sleeps.
const SEQUENCES_MAX: usize = 25;

/// Most steps of one: whoever has not answered by then does not want to.
const STEPS_MAX: usize = 12;

/// What a sequence may name: answers of the company's own, and templates.
pub(super) struct Known<'a> {
    pub(super) fields: &'a [CustomField],
    pub(super) templates: &'a [Template],
}

pub(super) fn read(root: &Table<'_>, mistakes: &Mistakes, known: &Known<'_>) -> Vec<Sequence> {
    let example = segment::example(known.fields);
    let mut keys = Keys::new("sequence");
    let mut sequences = Vec::new();
    let tables = root.tables("sequence", "this sequence");
    if tables.len() > SEQUENCES_MAX {
        root.note(format!("there are {} sequences", tables.len()), format!("keep to {SEQUENCES_MAX}"));
    }
    for table in tables.iter().take(SEQUENCES_MAX) {
        let key = keys.read(table, mistakes, defaults::NURTURE);
        let usual = (key == defaults::NURTURE).then(defaults::nurture);
        let name = table.text("name").map(|given| given.value);
        let written = table.text("when");
        if usual.is_none() {
            for (part, example) in [
                ("when", "add when = 'lead.reason == \"not_ready\"'"),
                ("steps", "add steps = [{ after = \"14d\", template = \"news\" }]"),
            ] {
                if !table.has(part) {
                    table.note(format!("a sequence of your own needs `{part}`"), example);
                }
            }
        }
        let steps = if table.has("steps") { Some(steps(table, mistakes, known.templates)) } else { None };
        table.finish();
        let when = match &written {
            Some(when) => rule(when, &example, mistakes),
            None => usual.as_ref().map(|usual| usual.when.clone()),
        };
        let steps = steps.or_else(|| usual.as_ref().map(|usual| usual.steps.clone()));
        let name = name.or_else(|| usual.map(|usual| usual.name)).unwrap_or_else(|| key.clone());
        if let (Some(when), Some(steps)) = (when, steps) {
            sequences.push(Sequence { key: SequenceKey(key), name, when, steps });
        }
    }
    sequences
}

fn steps(sequence: &Table<'_>, mistakes: &Mistakes, templates: &[Template]) -> Vec<SequenceStep> {
    let tables = sequence.tables("steps", "this step");
    if tables.is_empty() {
        sequence.note("the sequence has no steps", "add steps = [{ after = \"14d\", template = \"news\" }]");
    }
    if tables.len() > STEPS_MAX {
        sequence.note(format!("the sequence has {} steps", tables.len()), format!("use at most {STEPS_MAX}"));
    }
    let mut steps = Vec::new();
    for table in tables.iter().take(STEPS_MAX) {
        table.need("after", "add after = \"14d\": so long after the step before, or after the lead was put to sleep");
        let after = table.span("after", Counted::Wall);
        let template = table.needed_text("template", "add template = \"news\"");
        table.finish();
        let Some((after, template)) = after.zip(template) else { continue };
        match templates.iter().find(|known| known.key == template.value) {
            Some(known) if known.channel == Channel::Email => {
                steps.push(SequenceStep { after: after.value, template: template.value });
            }
            Some(known) => {
                let problem = format!("\"{}\" is no e-mail, but goes by {}", template.value, known.channel.words());
                mistakes.note(
                    Problem::at(template.place, problem)
                        .expected("a template with channel = \"email\": only those go out by themselves"),
                );
            }
            None => {
                let problem = Problem::at(template.place, format!("there is no template \"{}\"", template.value));
                mistakes.note(problem.nearest(&template.value, templates.iter().map(|known| known.key.as_str())));
            }
        }
    }
    steps
}
