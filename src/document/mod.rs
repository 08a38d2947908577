//! Reads TOML that people write, and tells every mistake at once.
//! Deriving a reader would stop at the first mistake and name types of ours; here each key is asked for by name, and what was never
//! asked for is an unknown key, so the known names are written down in one place only.
//! Invariant: a value that is wrong leaves a problem behind, with its place; whoever reads may go on with a default.

pub mod outline;
pub mod span;
mod table;
#[cfg(test)]
mod tests;

use std::cell::RefCell;

use toml::de::DeTable;

use outline::{Outline, Wanted};
pub use table::{Given, Table};

use crate::problem::{Problem, Problems};

/// Longest file that is read; more than any person writes.
const BYTES_MAX: usize = 256 * 1024;

/// The problems found so far, and which keys were asked for.
#[derive(Debug, Default)]
pub struct Mistakes {
    problems: RefCell<Vec<Problem>>,
    /// What was asked for.
    outline: RefCell<Outline>,
}

impl Mistakes {
    /// Keeps one more.
    pub fn note(&self, problem: Problem) {
        self.problems.borrow_mut().push(problem);
    }

    fn outline(&self, path: &str, key: &'static str, wanted: Wanted) {
        self.outline.borrow_mut().note(path, key, wanted);
    }

    /// Nothing wrong so far?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.problems.borrow().is_empty()
    }

    /// All of them.
    #[must_use]
    pub fn into_list(self) -> Vec<Problem> {
        self.problems.into_inner()
    }
}

/// Reads the file `name`, which says `text`, with `read`.
///
/// # Errors
/// Everything that is wrong with it. Where the text is not TOML, only that is told.
pub fn read<T>(name: &str, text: &str, read: impl FnOnce(&Table<'_>, &Mistakes) -> T) -> Result<T, Problems> {
    let (value, mistakes) = look(name, text, read)?;
    if mistakes.is_empty() { Ok(value) } else { Err(Problems::new(name, text, mistakes.into_list())) }
}

/// Which keys `read` asks for in a file that says `text`, whatever is wrong with what stands there.
///
/// # Errors
/// The text is not TOML.
pub fn outline<T>(name: &str, text: &str, read: impl FnOnce(&Table<'_>, &Mistakes) -> T) -> Result<Outline, Problems> {
    look(name, text, read).map(|(_, mistakes)| mistakes.outline.into_inner())
}

fn look<T>(name: &str, text: &str, read: impl FnOnce(&Table<'_>, &Mistakes) -> T) -> Result<(T, Mistakes), Problems> {
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
    let table = Table::root(root.get_ref(), text, &mistakes);
    let value = read(&table, &mistakes);
    table.finish();
    drop(table);
    Ok((value, mistakes))
}
