//! Discord: renders what the core shows, carries it there, and brings back what people do.
//! REST goes out through our own client and limiter; interactions come in through one of two doors, the gateway or signed HTTP requests,
//! and are the same from there on. The library (serenity) gives routes, the gateway, permission names and the signature check.
//! Invariant: no lead logic here, and only this folder names the library.

mod answer;
mod attachments;
mod directory;
mod doctor;
mod escape;
mod failure;
mod gateway;
mod http_door;
mod inbound;
mod limiter;
mod overhear;
mod people;
mod platform;
mod register;
mod render;
mod rest;
mod talk;
mod watch;
mod wire;

pub use attachments::Attachments;
pub use doctor::{Expected, Finding, examine};
pub use gateway::{Gateway, GatewayEnd, Link, Patience};
pub use http_door::{HttpDoor, Reply, Signature};
pub use platform::{ChatIds, Discord};
pub use register::{Registered, register};
pub use rest::{Access, AccessError};

/// Somebody else's words as they are put into a message, for those who try to make them act.
pub(crate) fn shown(words: &crate::domain::text::Untrusted) -> String {
    escape::markdown(&crate::domain::text::Text::default().data(words)).concat()
}

/// Reads an interaction as the HTTP door does, for those who try to break it.
pub(crate) fn interaction_of(bytes: &[u8]) {
    if let Ok(interaction) = serde_json::from_slice::<inbound::Interaction>(bytes) {
        let _ = (interaction.line(), interaction.roles(), interaction.read(1, &directory::Known::default()));
    }
}
