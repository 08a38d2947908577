//! The stand-in as a bot meets it: over real HTTP and real websockets.

#![expect(clippy::unwrap_used, reason = "in a test, what is missing ends it")]

mod bed;
mod faults;
mod forms;
mod gateway;
mod http_interactions;
mod interactions;
mod limits;
mod messages;
mod page;
mod places;
