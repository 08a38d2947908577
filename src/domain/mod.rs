//! What is true about leads and what follows from an event: plain values and pure functions.
//! Invariant: no I/O, no clock, no randomness; the same snapshot, event and `now` give the same decision.

mod asks;
pub mod clocks;
pub mod company;
pub mod coverage;
pub mod decide;
pub mod decision;
mod dispositions;
mod draft;
pub mod eligibility;
pub mod event;
mod evolve;
pub mod fact;
pub mod fairness;
pub mod hours;
pub mod ids;
pub mod ladder;
pub mod lead;
pub mod matching;
pub mod merge;
pub mod message;
pub mod outgoing;
pub mod person;
pub mod portrait;
pub mod preview;
mod promises;
pub mod replay;
pub mod reply;
mod returns;
pub mod routing;
pub mod scoring;
pub mod silence;
pub mod snapshot;
pub mod submission;
pub mod taken;
pub mod text;
mod undo;
