//! The one integration binary: what holds for the whole project, told from outside.

mod bed;
mod cli;
#[path = "../torture/company.rs"]
mod company;
mod durability;
mod foreign;
#[path = "../torture/program.rs"]
mod program;
mod race;
mod simulation;
mod stories;
mod tidy;
