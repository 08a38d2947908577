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
