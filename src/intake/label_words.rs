//! What people call the fields of a form, in the languages we meet: read once from the table beside this file.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::field::Field;

/// All tables.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tables {
    /// So short or common that they only count beside another answer of a person.
    pub(super) bare: Vec<String>,
    /// Time of submission.
    pub(super) submitted: Vec<String>,
    /// The form, campaign or number that made it.
    pub(super) detail: Vec<String>,
    /// The sender's own id of it.
    pub(super) id: Vec<String>,
    /// Whether it is a test.
    pub(super) test: Vec<String>,
    /// Technical fields that say nothing of a person.
    pub(super) technical: Vec<String>,
    /// Branches whose leaves are technical.
    pub(super) technical_branches: Vec<String>,
    /// Branches that are about the person.
    pub(super) personal_branches: Vec<String>,
    /// Types of long answers.
    pub(super) long_types: Vec<String>,
    /// What stands before a label and says nothing.
    pub(super) fillers: Vec<String>,
    /// What people answer when they agree.
    pub(super) yes: Vec<String>,
    /// What people answer when they do not.
    pub(super) no: Vec<String>,
    /// Types by the field they tell.
    pub(super) types: BTreeMap<Field, Vec<String>>,
    /// What the fields of a person are called, in order of precedence.
    pub(super) field: Vec<Words>,
}

/// What one field is called.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    pub(super) field: Field,
    /// The whole label.
    pub(super) whole: Vec<String>,
    /// Words within a longer label; for scripts without blanks, characters within it.
    pub(super) within: Vec<String>,
    /// Words that make it something else.
    pub(super) unless: Vec<String>,
}

static TABLES: LazyLock<Tables> =
    LazyLock::new(|| toml::from_str(include_str!("label_words.toml")).expect("a test reads this table"));

/// The tables.
pub(super) fn tables() -> &'static Tables {
    &TABLES
}

/// Whether a list has this word.
pub(super) fn has(list: &[String], word: &str) -> bool {
    list.iter().any(|w| w == word)
}

#[cfg(test)]
mod tests {
    use super::super::labels::plain;
    use super::*;

    #[test]
    fn every_word_stands_as_labels_are_compared() {
        let t = tables();
        let lists = [
            &t.bare,
            &t.submitted,
            &t.detail,
            &t.id,
            &t.test,
            &t.technical,
            &t.technical_branches,
            &t.personal_branches,
            &t.long_types,
            &t.fillers,
        ];
        let of_fields = t.field.iter().flat_map(|f| [&f.whole, &f.within, &f.unless]);
        let wrong: Vec<&String> =
            lists.into_iter().chain(t.types.values()).chain(of_fields).flatten().filter(|w| plain(w) != **w).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}
