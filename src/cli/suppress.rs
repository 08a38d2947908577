//! The list of those who are never contacted again: what a company has already is brought in, looked up, and mended.
//! Addresses and numbers are kept as hashes, so the list cannot be read out, only asked.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Subcommand;
use serde_json::json;

use super::ending::{Ending, Misuse};
use super::print;
use super::shell::Shell;
use crate::intake::{email, phone};
use crate::store::{LeftAlone, Listed, Reach, Store};

/// Lines that cannot be read, told one by one.
const TOLD_MAX: usize = 20;

#[derive(Debug, Subcommand)]
pub(crate) enum Suppress {
    /// Put addresses or numbers on the list, and end what is under way with them
    #[command(after_help = "Example: leadbell suppress add dana@example.com +493023125014")]
    Add {
        /// E-mail addresses and phone numbers with country code
        #[arg(required = true, value_name = "ADDRESS")]
        who: Vec<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Ask whether somebody is on the list
    #[command(after_help = "Example: leadbell suppress check dana@example.com\nEnds with 1 when they are.")]
    Check {
        /// An e-mail address or a phone number with country code
        #[arg(value_name = "ADDRESS")]
        who: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Bring in a list: one address or number a line, or the first column of a CSV file
    #[command(
        after_help = "Example: leadbell suppress import do-not-contact.csv\nA dash reads standard input. The same list again changes nothing."
    )]
    Import {
        /// The file
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Take an address or number off that was put on by hand, and let go on what ended with that
    #[command(after_help = "Example: leadbell suppress remove dana@example.com\n\
                      Who asked for it themselves comes off by their own new request only.")]
    Remove {
        /// An e-mail address or a phone number with country code
        #[arg(value_name = "ADDRESS")]
        who: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

impl Suppress {
    pub(crate) async fn run(self, shell: &mut Shell) -> anyhow::Result<Ending> {
        match self {
            Suppress::Add { who, json } => add(shell, &who, json).await,
            Suppress::Check { who, json } => check(shell, &who, json).await,
            Suppress::Import { file, json } => import(shell, &file, json).await,
            Suppress::Remove { who, json } => remove(shell, &who, json).await,
        }
    }
}

/// What came of several.
#[derive(Debug, Default)]
struct Counts {
    added: usize,
    before: usize,
    ended: usize,
    /// The line and what stands there.
    unreadable: Vec<(usize, String)>,
}

async fn add(shell: &mut Shell, who: &[String], json: bool) -> anyhow::Result<Ending> {
    let store = shell.store().await?;
    let all = who.iter().map(|typed| needed(&store, typed)).collect::<anyhow::Result<Vec<Reach>>>()?;
    let mut counts = Counts::default();
    for reach in all {
        put(shell, &store, reach, &mut counts).await?;
    }
    told(shell, &counts, json)
}

async fn import(shell: &mut Shell, file: &Path, json: bool) -> anyhow::Result<Ending> {
    let name = file.display().to_string();
    let text = if name == "-" { io::read_to_string(io::stdin()) } else { std::fs::read_to_string(file) };
    let text = text.with_context(|| format!("{name} cannot be read"))?;
    let store = shell.store().await?;
    let mut counts = Counts::default();
    for (at, line) in text.trim_start_matches('\u{FEFF}').lines().enumerate() {
        let cell = line.split([',', ';', '\t']).next().unwrap_or_default().trim().trim_matches('"').trim();
        if cell.is_empty() || cell.starts_with('#') {
            continue;
        }
        match reach(&store, cell) {
            Some(reach) => put(shell, &store, reach, &mut counts).await?,
            // The heading of the column.
            None if at == 0 && !cell.contains(|c: char| c == '@' || c.is_ascii_digit()) => {}
            None => counts.unreadable.push((at + 1, cell.to_owned())),
        }
    }
    told(shell, &counts, json)
}

/// Puts one on the list, and ends what is under way with them.
async fn put(shell: &Shell, store: &Store, reach: Reach, counts: &mut Counts) -> anyhow::Result<()> {
    // A server beside us may have changed leads, people or the playbook meanwhile.
    store.notice_others().await?;
    let listed = store.leave_alone(reach, shell.entry("suppress.add", "an address or number")).await?;
    counts.added += usize::from(listed.changed);
    counts.before += usize::from(!listed.changed);
    counts.ended += listed.leads;
    Ok(())
}

fn told(shell: &mut Shell, counts: &Counts, json: bool) -> anyhow::Result<Ending> {
    let Counts { added, before, ended, unreadable } = counts;
    if json {
        let unreadable: Vec<_> = unreadable.iter().map(|(line, text)| json!({"line": line, "text": text})).collect();
        print::json(&mut shell.out, &json!({"added": added, "already": before, "leads_ended": ended, "unreadable": unreadable}))?;
        return Ok(Ending::of(counts.unreadable.len()));
    }
    let leads = if *ended == 1 { "lead" } else { "leads" };
    let were = if *before == 1 { "was" } else { "were" };
    writeln!(shell.out, "{added} put on the list, {before} {were} on it, {ended} {leads} under way ended")?;
    for (line, text) in unreadable.iter().take(TOLD_MAX) {
        writeln!(shell.out, "line {line}: \"{text}\" is neither an e-mail address nor a phone number with country code")?;
    }
    if unreadable.len() > TOLD_MAX {
        writeln!(shell.out, "and {} more lines that cannot be read", unreadable.len() - TOLD_MAX)?;
    }
    Ok(Ending::of(unreadable.len()))
}

async fn check(shell: &mut Shell, who: &str, json: bool) -> anyhow::Result<Ending> {
    let store = shell.store().await?;
    let found = store.is_left_alone_at(needed(&store, who)?).await?;
    store.note_deed(shell.entry("suppress.check", "an address or number")).await?;
    if json {
        let since = found.map(|left| left.since);
        let lead = found.and_then(|left| left.lead).map(|lead| lead.to_string());
        print::json(&mut shell.out, &json!({"listed": found.is_some(), "since": since, "lead": lead}))?;
        return Ok(Ending::of(usize::from(found.is_some())));
    }
    match found {
        Some(LeftAlone { lead: Some(lead), since, .. }) => {
            writeln!(shell.out, "on the list since {}: they asked for it with {lead}", print::when(since))?;
        }
        Some(LeftAlone { along: true, since, .. }) => {
            writeln!(
                shell.out,
                "on the list since {}: another address or number of theirs was put on by hand",
                print::when(since)
            )?;
        }
        Some(LeftAlone { lead: None, since, .. }) => {
            writeln!(shell.out, "on the list since {}: put on by hand", print::when(since))?;
        }
        None => writeln!(shell.out, "not on the list")?,
    }
    Ok(Ending::of(usize::from(found.is_some())))
}

async fn remove(shell: &mut Shell, who: &str, json: bool) -> anyhow::Result<Ending> {
    let store = shell.store().await?;
    store.notice_others().await?;
    let entry = shell.entry("suppress.remove", "an address or number");
    let listed = store.no_longer_leave_alone(needed(&store, who)?, entry).await?;
    if let (false, Some(LeftAlone { lead: Some(lead), .. })) = (listed.changed, listed.before) {
        return Err(Misuse::error(format!(
            "they asked for it themselves, with {lead}: only their own new request takes them off the list"
        )));
    }
    if let (false, Some(LeftAlone { along: true, .. })) = (listed.changed, listed.before) {
        return Err(Misuse::error(
            "it came along with another address or number of theirs that was put on the list: take that one off".to_owned(),
        ));
    }
    if json {
        print::json(&mut shell.out, &json!({"removed": listed.changed, "leads_going_on": listed.leads}))?;
        return Ok(Ending::Well);
    }
    match listed {
        Listed { changed: false, .. } => writeln!(shell.out, "was not on the list")?,
        Listed { leads: 0, .. } => writeln!(shell.out, "taken off the list")?,
        Listed { leads: 1, .. } => writeln!(shell.out, "taken off the list; the lead that had ended with that goes on")?,
        Listed { leads, .. } => writeln!(shell.out, "taken off the list; {leads} leads that had ended with that go on")?,
    }
    Ok(Ending::Well)
}

fn needed(store: &Store, typed: &str) -> anyhow::Result<Reach> {
    reach(store, typed).ok_or_else(|| {
        Misuse::error(format!("\"{typed}\" is neither an e-mail address nor a phone number; write numbers like +493023125014"))
    })
}

/// An address, or a number as it is dialled from anywhere; without a country code it is one of the company's own country.
fn reach(store: &Store, typed: &str) -> Option<Reach> {
    if typed.contains('@') {
        return email::address(typed).map(Reach::Email);
    }
    let region = store.playbook().company.holidays.clone();
    phone::read(typed, region.as_deref()).map(|read| Reach::Phone(read.e164))
}
