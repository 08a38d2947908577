//! Work is rows: loops that look for what is due, do it, and say when to look again.
//! Besides, what is asked of more leads than are held at a time.
//! Invariant: a tick is bounded, idempotent and takes no input; a lost nudge costs time, never work.

pub mod beside;
pub mod day;
pub mod fetch;
pub mod pump;
pub mod replay;
pub mod report;
pub mod scores;
pub mod silence;
pub mod standstill;
pub mod tick;
