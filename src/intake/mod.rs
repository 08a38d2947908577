//! From untrusted bytes to a submission: is it genuine, what does it say, who is it.
//! The parts here are pure; what listens, stores and answers calls them.
//! Invariant: bytes are verified before they are parsed, and no bytes make any part panic.

pub mod handshake;
pub mod headers;
pub mod recipe;
mod signed;
pub mod verify;

pub mod body;
pub mod charset;
pub mod form;
pub mod html;
pub mod json;
pub mod mime;
mod undelivered;

pub mod answers;
pub mod api;
mod automatic;
mod claims;
pub mod fetch;
pub mod field;
mod join;
mod label_words;
pub mod labels;
pub mod mapping;
pub mod masked;
pub mod pull;
mod resolve;
pub mod shape;
pub mod transform;

pub mod cleaning;
pub mod country;
pub mod email;
pub mod instant;
pub mod phone;

pub mod preset;
pub mod read;
pub mod setup;
pub mod signals;
pub mod signing;
pub mod sources;
pub mod spool;

#[cfg(test)]
mod guessing;
#[cfg(test)]
mod held_out;
#[cfg(test)]
mod kinds;
#[cfg(test)]
mod mails;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod vectors;
