//! Segments: saved filters over leads. The usual one is changed or dropped by its key; another key adds one.

use super::defaults;
use super::model::{CustomField, Segment};
use super::read::Keys;
use super::scores::rule;
use crate::document::{Mistakes, Table};
use crate::domain::segment;

/// A list in chat shows no more.
const SEGMENTS_MAX: usize = 25;

pub(super) fn read(root: &Table<'_>, mistakes: &Mistakes, fields: &[CustomField]) -> Vec<Segment> {
    let example = segment::example(fields);
    let mut segments = defaults::segments();
    let mut keys = Keys::new("segment");
    for table in root.tables("segment", "this segment") {
        let key = keys.read(&table, mistakes, "dormant");
        let offered = table.flag("offered").unwrap_or(true);
        let known = segments.iter().position(|segment| segment.key == key);
        let before = known.map(|at| segments[at].clone());
        let name = table.text("name").map(|given| given.value).or_else(|| before.as_ref().map(|segment| segment.name.clone()));
        let written = table.text("when");
        if before.is_none() && !table.has("when") {
            table.note("a segment of your own needs a condition", "add when = 'lead.contact_days >= 90'");
        }
        table.finish();
        let when = match &written {
            Some(when) => rule(when, &example, mistakes),
            None => before.map(|segment| segment.when),
        };
        let new = when.map(|when| Segment { name: name.unwrap_or_else(|| key.clone()), key, when });
        match (known, offered) {
            (Some(at), false) => drop(segments.remove(at)),
            (Some(at), true) => segments[at] = new.unwrap_or_else(|| segments[at].clone()),
            (None, true) => segments.extend(new),
            (None, false) => {}
        }
    }
    if segments.len() > SEGMENTS_MAX {
        root.note(format!("there are {} segments", segments.len()), format!("keep to {SEGMENTS_MAX}"));
    }
    segments
}
