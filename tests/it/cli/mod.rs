//! The program as an administrator uses it: the real binary, in a folder of its own, told as stories.

#![expect(clippy::unwrap_used, reason = "the helpers of tests are tests too")]

mod bed;

mod data;
mod help;
mod imports;
mod playbooks;
mod pulls;
mod serving;
mod setting_up;
mod sources;
mod suppressing;
