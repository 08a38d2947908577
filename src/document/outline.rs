//! Which keys a reader asked for, and what it wanted to see there: what a description of the file for editors is compared with.
//! Noted by the tables themselves, so that no second list of keys has to be kept.

use std::collections::{BTreeMap, BTreeSet};

use super::span::Counted;

/// What a reader wants of a key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wanted {
    /// It has to be there.
    Always,
    /// A text.
    Text,
    /// A list of texts.
    Texts,
    /// A whole number, from and to.
    Whole(i64, i64),
    /// More than 0, at most 1.
    Part,
    /// Yes or no.
    Flag,
    /// A span of time.
    Span(Counted),
    /// One of these words.
    OneOf(Vec<&'static str>),
    /// A section.
    Table,
    /// Sections that may be repeated.
    Tables,
}

/// The keys that were asked for, by the path of the table that they stand in.
#[derive(Debug, Default)]
pub struct Outline(BTreeMap<String, BTreeMap<&'static str, BTreeSet<Wanted>>>);

impl Outline {
    pub(super) fn note(&mut self, path: &str, key: &'static str, wanted: Wanted) {
        // Most tables are there already, and then the path need not be copied.
        if !self.0.contains_key(path) {
            self.0.insert(path.to_owned(), BTreeMap::new());
        }
        if let Some(keys) = self.0.get_mut(path) {
            keys.entry(key).or_default().insert(wanted);
        }
    }

    /// The tables, each with its keys and all that was wanted of them.
    pub fn tables(&self) -> impl Iterator<Item = (&str, &BTreeMap<&'static str, BTreeSet<Wanted>>)> {
        self.0.iter().map(|(path, keys)| (path.as_str(), keys))
    }
}
