//! Reads TOML that people write, and tells every mistake at once.
//! Deriving a reader would stop at the first mistake and name types of ours; here each key is asked for by name, and what was never
//! asked for is an unknown key, so the known names are written down in one place only.
//! Invariant: a value that is wrong leaves a problem behind, with its place; whoever reads may go on with a default.

pub mod span;
mod table;
#[cfg(test)]
mod tests;

use std::cell::RefCell;

use toml::de::DeTable;

pub use table::{Given, Table};

use crate::problem::{Problem, Problems};

/// Longest file that is read; more than any person writes.
const BYTES_MAX: usize = 256 * 1024;

/// The problems found so far.
#[derive(Debug, Default)]
pub struct Mistakes(RefCell<Vec<Problem>>);

impl Mistakes {
    /// Keeps one more.
    pub fn note(&self, problem: Problem) {
        self.0.borrow_mut().push(problem);
    }

    /// Nothing wrong so far?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    /// All of them.
    #[must_use]
    pub fn into_list(self) -> Vec<Problem> {
        self.0.into_inner()
    }
}

/// Reads the file `name`, which says `text`, with `read`.
///
/// # Errors
/// Everything that is wrong with it. Where the text is not TOML, only that is told.
pub fn read<T>(name: &str, text: &str, read: impl FnOnce(&Table<'_>, &Mistakes) -> T) -> Result<T, Problems> {
    if text.len() > BYTES_MAX {
        let long = Problem::anywhere(format!("the file is too long: {} KiB", text.len() / 1024)).expected("at most 256 KiB");
        return Err(Problems::new(name, "", vec![long]));
    }
    let (root, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        let errors = errors.iter().map(|error| match error.span() {
            Some(place) => Problem::at(place, error.message()),
            None => Problem::anywhere(error.message()),
        });
        return Err(Problems::new(name, text, errors.collect()));
    }
    let mistakes = Mistakes::default();
    let table = Table::root(root.get_ref(), &mistakes);
    let value = read(&table, &mistakes);
    table.finish();
    drop(table);
    if mistakes.is_empty() { Ok(value) } else { Err(Problems::new(name, text, mistakes.into_list())) }
}
