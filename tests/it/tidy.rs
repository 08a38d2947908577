//! Keeps the house tidy: walls between the layers, the shape of files, the words that may stand in them, what we build upon.
//! Read from the files as they are, because a rule that only a reviewer remembers is broken in the week in which they are away.
//! Invariant: a rule that fails names every place that breaks it, and what to do there.

mod rust;
mod shape;
mod sql;
mod supply;
mod tree;
mod walls;
mod words;

/// Fails with every place found, and the remedy.
fn none(found: &[String], remedy: &str) {
    assert!(found.is_empty(), "\n  {}\n{} found. {remedy}\n", found.join("\n  "), found.len());
}
