//! Files that hold people's data or a secret: readable by their owner alone from the first byte on.

use std::fs::{File, OpenOptions};
use std::path::Path;

use anyhow::Context as _;

/// What is done with a file of the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Same {
    /// It stays, and nothing is written.
    Stays,
    /// It is written over.
    Goes,
}

/// Makes a file that only its owner can read.
pub(crate) fn private(path: &Path, same: Same) -> anyhow::Result<File> {
    let mut options = OpenOptions::new();
    match same {
        Same::Stays => options.write(true).create_new(true),
        Same::Goes => options.write(true).create(true).truncate(true),
    };
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).with_context(|| format!("{} cannot be written", path.display()))
}
