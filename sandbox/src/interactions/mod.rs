//! Interactions: made when a person acts, delivered to the bot, answered once, followed up for a quarter of an hour.

mod answer;
mod callback;
mod deliver;
mod endpoint;
mod followups;
mod ledger;
mod open;

pub(crate) use deliver::{Failure, ask};
pub(crate) use endpoint::probe;
pub(crate) use followups::Which;
pub(crate) use ledger::{Kind, Ledger};
pub(crate) use open::Opening;
