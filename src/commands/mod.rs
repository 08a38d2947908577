//! What people can type.

pub mod catalogue;
mod fields;

pub use catalogue::{Catalogue, Entry};
