//! What people are promised, one story each, told through the real chat library.

mod cards;
mod claims;
mod hooks;
mod ladder;
mod promises;
mod quarantine;
mod reasons;
mod restarts;
mod silence;
mod trouble;
