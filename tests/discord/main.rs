//! The Discord adapter against the stand-in: real library, real HTTP and websocket, on loopback.

#![expect(clippy::unwrap_used, reason = "the helpers of tests are tests too")]

mod bed;
mod carrying;
mod doors;
mod gateway;
mod setup;
mod threads;
