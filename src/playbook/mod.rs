//! How this company handles leads: one document, read, checked and compiled once.
//! Invariant: a playbook that does not check never replaces one that does.

mod model;

mod defaults;
#[cfg(test)]
mod examples;
mod facts;
mod groups;
mod ladder;
mod matching;
mod new_reason;
mod read;
mod reasons;
mod routes;
pub mod rule;
mod schema;
mod scores;
mod segments;
mod sequences;
mod signals;
mod skills;
mod stages;
mod template;
mod templates;
#[cfg(test)]
mod tests;

pub use facts::{describe, difference};
pub use matching::{Group, Matching};
pub use model::*;
pub use new_reason::{NewReason, NoReason};
pub use template::{FACTS, Facts, Fillable, Filled, Template};
