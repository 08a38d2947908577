//! What people are promised, one story each, told through the real chat library.

mod accounts;
mod cards;
mod claims;
mod fetches;
mod figures;
mod handshakes;
mod hooks;
mod hours;
mod ladder;
mod losses;
mod merging;
mod night;
mod offers;
mod promises;
mod quarantine;
mod reasons;
mod replays;
mod restarts;
mod returns;
mod routing;
mod scores;
mod silence;
mod skills;
mod surge;
mod templates;
mod trouble;
