//! How a command ends: the number for scripts, and the words for people.

use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use crate::problem::{Paint, Problems};
use crate::store::{BackupError, StoreError};

/// Settings, playbook or arguments are wrong.
const WRONG_INPUT: u8 = 2;

/// Another program holds the database: worth trying again later. `EX_TEMPFAIL` of sysexits.
const IN_USE: u8 = 75;

/// How a command ended that could do its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// All is well.
    Well,
    /// It looked, and said what is wrong.
    Found,
    /// It looked, and said what is wrong with settings or playbook.
    Wrong,
}

impl Ending {
    /// Well when nothing was found.
    pub(crate) fn of(found: usize) -> Self {
        if found == 0 { Ending::Well } else { Ending::Found }
    }

    /// For the shell.
    pub(crate) fn code(self) -> ExitCode {
        match self {
            Ending::Well => ExitCode::SUCCESS,
            Ending::Found => ExitCode::FAILURE,
            Ending::Wrong => ExitCode::from(WRONG_INPUT),
        }
    }
}

/// What was typed cannot be meant, or something is missing that only the person can give; says what to do.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Misuse(pub(crate) String);

impl Misuse {
    /// As an error.
    pub(crate) fn error(what: impl Into<String>) -> anyhow::Error {
        anyhow::Error::new(Self(what.into()))
    }
}

/// Says what went wrong, and gives the number that fits. Silent when nobody reads the output any more.
pub(crate) fn tell(error: &anyhow::Error) -> ExitCode {
    if error.chain().any(is_closed_pipe) {
        return ExitCode::SUCCESS;
    }
    let mut err = io::stderr();
    if let Some(problems) = error.downcast_ref::<Problems>() {
        drop(writeln!(err, "{}", problems.render(paint(&err))));
        return ExitCode::from(WRONG_INPUT);
    }
    drop(writeln!(err, "error: {error:#}"));
    if error.is::<Misuse>() {
        return ExitCode::from(WRONG_INPUT);
    }
    match store_error(error) {
        Some(StoreError::InUse(_) | StoreError::Locked) => ExitCode::from(IN_USE),
        Some(_) | None => ExitCode::FAILURE,
    }
}

/// Colours for terminals.
pub(crate) fn paint(to: &impl io::IsTerminal) -> Paint {
    let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    if to.is_terminal() && wanted { Paint::Colour } else { Paint::Plain }
}

/// Whether somebody can be asked.
pub(crate) fn somebody_is_there() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

fn store_error(error: &anyhow::Error) -> Option<&StoreError> {
    error.chain().find_map(|cause| match cause.downcast_ref::<BackupError>() {
        Some(BackupError::Store(inner)) => Some(inner),
        Some(_) | None => cause.downcast_ref::<StoreError>(),
    })
}

fn is_closed_pipe(cause: &(dyn std::error::Error + 'static)) -> bool {
    if let Some(error) = cause.downcast_ref::<io::Error>() {
        return error.kind() == io::ErrorKind::BrokenPipe;
    }
    // The CSV and JSON writers keep the reason inside.
    let csv = cause
        .downcast_ref::<csv::Error>()
        .is_some_and(|e| matches!(e.kind(), csv::ErrorKind::Io(e) if e.kind() == io::ErrorKind::BrokenPipe));
    csv || cause.downcast_ref::<serde_json::Error>().is_some_and(|e| e.io_error_kind() == Some(io::ErrorKind::BrokenPipe))
}
