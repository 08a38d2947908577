//! How this company handles leads: one document, read, checked and compiled once.
//! Invariant: a playbook that does not check never replaces one that does.

mod model;

mod defaults;
#[cfg(test)]
mod examples;
mod facts;
mod ladder;
mod matching;
mod read;
mod reasons;
mod routes;
pub mod rule;
mod schema;
mod scores;
mod segments;
mod stages;
mod template;
mod templates;
#[cfg(test)]
mod tests;

pub use facts::{describe, difference};
pub use matching::Matching;
pub use model::*;
pub use template::{FACTS, Facts, Fillable, Filled, Template};
