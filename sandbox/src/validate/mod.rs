//! Refuses bodies that Discord refuses, naming every bad field by its path.
//! A bot that passes here is not surprised there.

mod commands;
mod components;
mod embeds;
mod fields;
mod message;
mod modal;

pub(crate) use commands::{autocomplete, command};
pub(crate) use components::{custom_ids, find};
pub(crate) use fields::{Fields, length};
pub(crate) use message::{MessageForm, message};
pub(crate) use modal::{inputs, modal};
