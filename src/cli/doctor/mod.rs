//! Looks at everything that has to work, and says of each thing what to do about it.
//! Changes nothing, except that a database of an older version is brought up to date as by any other command.

mod chat;
mod machine;
mod mail;

use std::collections::BTreeSet;
use std::io::{self, Write};

use serde_json::json;

use super::ending::Ending;
use super::shell::Shell;
use super::{check, print};

pub(super) use chat::reach;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: leadbell doctor\nEnds with 1 when something is wrong.")]
pub(crate) struct Doctor {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// How a thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Good,
    /// Works, and is worth knowing.
    Note,
    Bad,
}

/// One thing that was looked at.
#[derive(Debug)]
pub(super) struct Finding {
    mark: Mark,
    what: String,
    remedy: String,
}

fn good(what: impl Into<String>) -> Finding {
    Finding { mark: Mark::Good, what: what.into(), remedy: String::new() }
}

fn note(what: impl Into<String>, remedy: impl Into<String>) -> Finding {
    Finding { mark: Mark::Note, what: what.into(), remedy: remedy.into() }
}

fn bad(what: impl Into<String>, remedy: impl Into<String>) -> Finding {
    Finding { mark: Mark::Bad, what: what.into(), remedy: remedy.into() }
}

impl Doctor {
    pub(crate) async fn run(self, shell: &mut Shell) -> anyhow::Result<Ending> {
        let findings = Box::pin(look(shell)).await;
        if self.json {
            let word = |mark: Mark| match mark {
                Mark::Good => "good",
                Mark::Note => "note",
                Mark::Bad => "bad",
            };
            let all: Vec<_> = findings.iter().map(|f| json!({"is": word(f.mark), "what": f.what, "remedy": f.remedy})).collect();
            print::json(&mut shell.out, &all)?;
        } else {
            tell(&mut shell.out, &findings)?;
        }
        Ok(Ending::of(wrong(&findings)))
    }
}

/// How many things are wrong.
pub(super) fn wrong(findings: &[Finding]) -> usize {
    findings.iter().filter(|finding| finding.mark == Mark::Bad).count()
}

/// For people.
pub(super) fn tell(out: &mut impl Write, findings: &[Finding]) -> io::Result<()> {
    for finding in findings {
        let mark = match finding.mark {
            Mark::Good => "ok  ",
            Mark::Note => "note",
            Mark::Bad => "BAD ",
        };
        writeln!(out, "{mark}  {}", print::one_line(&finding.what))?;
        if !finding.remedy.is_empty() {
            writeln!(out, "      {}", print::one_line(&finding.remedy))?;
        }
    }
    match wrong(findings) {
        0 => writeln!(out, "\nAll is well."),
        1 => writeln!(out, "\nOne thing is wrong."),
        n => writeln!(out, "\n{n} things are wrong."),
    }
}

/// Looks at everything.
pub(super) async fn look(shell: &Shell) -> Vec<Finding> {
    let settings = shell.settings();
    let problems = check::wrong(settings.as_ref());
    let mut findings: Vec<Finding> = problems
        .iter()
        .flat_map(|p| p.list().iter().map(|one| bad(one.sentence(), "`leadbell check` shows the place.")))
        .collect();
    let Ok(settings) = settings else { return findings };
    if problems.is_empty() {
        findings.push(good("settings and playbook are right"));
    }
    findings.extend(machine::database(&settings, shell.clock.now()).await);
    findings.extend(machine::spool(&settings.spool_dir));
    findings.push(machine::listening(&settings).await);
    findings.extend(machine::public_address(&settings));
    if let Some(smtp) = &settings.smtp {
        findings.push(mail::server(smtp).await);
    }
    findings.extend(mail::sequences(&settings));
    if let Ok(named) = settings.discord() {
        findings.extend(chat::time(&named.api_url, &shell.clock).await);
        findings.extend(chat::discord(&settings, named).await);
    }
    // Database and spool may lie in the same folder.
    let mut seen = BTreeSet::new();
    findings.retain(|finding| seen.insert(finding.what.clone()));
    findings
}
