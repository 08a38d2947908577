//! Questions to whoever sits at the terminal. Asked on standard error, so that output can be piped all the same.

use std::io::{self, Write as _};

use super::ending::{Misuse, somebody_is_there};

/// Whether a change may be made without asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Consent {
    /// `--yes` was given.
    Given,
    /// Ask.
    Asked,
}

impl Consent {
    /// From the flag.
    pub(crate) fn from_flag(yes: bool) -> Self {
        if yes { Consent::Given } else { Consent::Asked }
    }

    /// May it be done?
    ///
    /// # Errors
    /// When it must be asked and nobody is there: then nothing is done.
    pub(crate) fn to(self, question: &str) -> anyhow::Result<bool> {
        match self {
            Consent::Given => Ok(true),
            Consent::Asked if somebody_is_there() => Ok(confirm(question)?),
            Consent::Asked => Err(Misuse::error("nobody is here to be asked, so nothing was changed: add --yes to go ahead")),
        }
    }
}

/// Yes or no; no, when nothing is answered.
pub(crate) fn confirm(question: &str) -> io::Result<bool> {
    let answer = line(question, Some("no"))?.to_lowercase();
    Ok(matches!(answer.as_str(), "y" | "yes"))
}

/// A line; the usual one, when nothing is answered.
pub(crate) fn line(question: &str, usual: Option<&str>) -> io::Result<String> {
    let mut err = io::stderr();
    let shown = usual.map(|usual| format!(" [{usual}]")).unwrap_or_default();
    write!(err, "{question}{shown} ")?;
    err.flush()?;
    let mut answer = String::new();
    if io::stdin().read_line(&mut answer)? == 0 {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "no answer came: nothing was changed"));
    }
    let answer = answer.trim();
    Ok(if answer.is_empty() { usual.unwrap_or_default().to_owned() } else { answer.to_owned() })
}
