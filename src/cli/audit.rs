//! Looks whether everything holds in the database that must always hold.

use std::io::{self, Write};

use serde_json::json;

use super::ending::Ending;
use super::print;
use super::shell::Shell;
use crate::store::Finding;

/// Places that are named for each thing that does not hold.
const SHOWN_MAX: usize = 20;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: leadbell audit\nEnds with 1 when something does not hold.")]
pub(crate) struct Audit {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Audit {
    pub(crate) async fn run(self, shell: &mut Shell) -> anyhow::Result<Ending> {
        let findings = shell.store().await?.audit(shell.clock.now()).await?;
        if self.json {
            print::json(&mut shell.out, &as_json(&findings))?;
        } else {
            tell(&mut shell.out, &findings)?;
        }
        Ok(Ending::of(broken(&findings)))
    }
}

/// How many things do not hold.
pub(super) fn broken(findings: &[Finding]) -> usize {
    findings.iter().filter(|finding| !finding.broken.is_empty()).count()
}

/// For programs.
pub(super) fn as_json(findings: &[Finding]) -> serde_json::Value {
    findings.iter().map(|f| json!({"holds": f.broken.is_empty(), "what": f.holds, "broken": f.broken})).collect()
}

/// For people.
pub(super) fn tell(out: &mut impl Write, findings: &[Finding]) -> io::Result<()> {
    for finding in findings {
        let mark = if finding.broken.is_empty() { "ok " } else { "NOT" };
        writeln!(out, "{mark}  {}", finding.holds)?;
        for place in finding.broken.iter().take(SHOWN_MAX) {
            writeln!(out, "       {}", print::one_line(place))?;
        }
        if let Some(more) = finding.broken.len().checked_sub(SHOWN_MAX).filter(|more| *more > 0) {
            writeln!(out, "       and {more} more")?;
        }
    }
    match broken(findings) {
        0 => writeln!(out, "\nEverything holds."),
        n => writeln!(out, "\n{n} of {} do not hold. What was given up or could not be read: leadbell dead list", findings.len()),
    }
}
