//! The gateway: a websocket over which the bot hears of everything.
//! Sessions live in the store and outlive their connections, so that RESUME can replay what was missed.

mod connection;
mod intents;
mod sessions;
mod upgrade;
mod wire;

pub(crate) use connection::{Lines, gateway_url};
pub use sessions::GatewayFault;
pub(crate) use sessions::{Event, Sessions};
pub(crate) use upgrade::upgrade;

/// Gateway opcodes.
pub(crate) mod op {
    pub(crate) const DISPATCH: u64 = 0;
    pub(crate) const HEARTBEAT: u64 = 1;
    pub(crate) const IDENTIFY: u64 = 2;
    pub(crate) const PRESENCE: u64 = 3;
    pub(crate) const VOICE: u64 = 4;
    pub(crate) const RESUME: u64 = 6;
    pub(crate) const RECONNECT: u64 = 7;
    pub(crate) const MEMBERS: u64 = 8;
    pub(crate) const INVALID_SESSION: u64 = 9;
    pub(crate) const HELLO: u64 = 10;
    pub(crate) const HEARTBEAT_ACK: u64 = 11;
    pub(crate) const SOUNDBOARD: u64 = 31;
}
