//! The stages of the sale: the usual eight, changed by what the playbook says about them.
//! A section with a known key changes that stage; another key adds one, after the stages of its kind.
//! Invariant: every kind has a stage, because rules speak of kinds.

use super::defaults;
use super::model::{Stage, StageKind};
use super::read::Keys;
use crate::document::{Mistakes, Table};
use crate::domain::ids::StageKey;

const KINDS: [(&str, StageKind); 8] = [
    ("open", StageKind::Open),
    ("contacted", StageKind::Contacted),
    ("nurture", StageKind::Nurture),
    ("qualified", StageKind::Qualified),
    ("negotiation", StageKind::Negotiation),
    ("customer", StageKind::Customer),
    ("inactive", StageKind::Inactive),
    ("unqualified", StageKind::Unqualified),
];

/// A select in chat shows no more.
const STAGES_MAX: usize = 25;

pub(super) fn read(root: &Table<'_>, mistakes: &Mistakes) -> Vec<Stage> {
    let mut stages = defaults::stages();
    let mut keys = Keys::new("stage");
    for table in root.tables("stage", "this stage") {
        let key = keys.read(&table, mistakes, "contacted");
        let known = stages.iter().position(|stage| stage.key.as_str() == key);
        match known {
            Some(at) => {
                table.refuse("kind", "of a stage that every playbook has cannot change");
                change(&mut stages[at], &table);
            }
            None => add(&mut stages, &table, key),
        }
        table.finish();
    }
    if stages.len() > STAGES_MAX {
        root.note(format!("there are {} stages", stages.len()), format!("keep to {STAGES_MAX}, the usual eight included"));
    }
    stages
}

fn change(stage: &mut Stage, table: &Table<'_>) {
    if let Some(name) = table.text("name") {
        stage.name = name.value;
    }
    if let Some(days) = table.whole("days", &(1..=3650)) {
        stage.days = Some(days.value);
    }
}

fn add(stages: &mut Vec<Stage>, table: &Table<'_>, key: String) {
    if !table.has("kind") {
        table.note("a stage of your own needs a kind", format!("add kind = one of {}", KINDS.map(|(name, _)| name).join(", ")));
    }
    let kind = table.choice("kind", &KINDS).map_or(StageKind::Open, |kind| kind.value);
    let mut stage = Stage { name: key.clone(), key: StageKey(key), kind, days: None };
    change(&mut stage, table);
    let after = stages.iter().rposition(|other| other.kind == kind).map_or(stages.len(), |at| at + 1);
    stages.insert(after, stage);
}
