//! People act: they write, click, choose, fill in modals, use commands, react.
//! The page's `POST /sandbox/act` and the tests' `Sandbox::act` are the same code.

mod act;
mod commands;
mod components;
mod modals;
mod outcome;
mod perform;

pub use act::{Act, Deed, Encoding, File, Use};
pub use outcome::Outcome;
pub(crate) use outcome::Trouble;
pub(crate) use perform::perform;
