//! What is answered with "taken" is on the disk, seen from outside the program: by its system calls, and with its disk full.

mod full_disk;
mod order;
mod trace;

use std::path::Path;
use std::process::Command;

use crate::company::Company;

/// The program that is looked at.
fn binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_leadbell"))
}

/// Whether this machine lets us.
fn works(trial: &[&str]) -> bool {
    Command::new(trial[0]).args(&trial[1..]).output().is_ok_and(|output| output.status.success())
}

/// The words of a command line.
fn words(line: &[&str]) -> Vec<String> {
    line.iter().map(|word| (*word).to_owned()).collect()
}

/// The log of a company's program, for a test that fails.
fn log(company: &Company) -> String {
    std::fs::read_to_string(company.path("log")).unwrap_or_default()
}
