//! What comes in over HTTP: leads, interactions, probes.
//! Invariant: a request is answered 2xx only after its bytes are on the disk.

pub mod greetings;
pub mod hooks;
pub mod interactions;
pub mod limits;
pub mod metrics;
pub mod probes;
pub mod server;
