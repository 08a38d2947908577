//! The things of a guild, and how Discord writes each of them as JSON.

mod channel;
mod message;
mod people;

pub(crate) use channel::{Channel, Kind, Overwrite, ThreadState};
pub(crate) use message::{Attachment, Message, Reaction, emoji_key, flags};
pub(crate) use people::{Application, Guild, Member, Role, User};

use chrono::{DateTime, SecondsFormat, Utc};

/// An instant as Discord writes it.
pub(crate) fn timestamp(when: DateTime<Utc>) -> String {
    when.to_rfc3339_opts(SecondsFormat::Micros, false)
}
