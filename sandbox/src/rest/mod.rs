//! REST v10: the door that every request passes, the table of routes, and a handler per route.

mod application;
mod arrival;
mod call;
mod channels;
mod door;
mod guild;
mod interactions;
mod messages;
mod reactions;
mod routes;
mod threads;
mod users;

pub(crate) use arrival::{BODY_BYTES, content_type_of};
pub(crate) use door::{Cut, json_response, serve};
pub(crate) use reactions::parse_emoji;
