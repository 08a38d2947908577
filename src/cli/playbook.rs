//! How the company handles leads: looks at it, checks a new one, puts it in force after showing what changes, goes back.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Subcommand;
use serde_json::json;

use super::ask::Consent;
use super::ending::{Ending, Misuse};
use super::print::{self, Columns};
use super::replay::Replay;
use super::route::Trial;
use super::shell::{Shell, read_playbook};
use crate::playbook::{Playbook, describe, difference};
use crate::store::{PlaybookVersion, Store};

/// Versions that can be gone back to; more than anybody writes.
const VERSIONS_MAX: u32 = 100_000;

/// Versions that are listed.
const LISTED: u32 = 20;

#[derive(Debug, Subcommand)]
pub(crate) enum PlaybookCommand {
    /// Show the one in force, in words or as written
    #[command(after_help = "Example, to change it: leadbell playbook show --text > playbook.toml")]
    Show {
        /// As it was written
        #[arg(long)]
        text: bool,
        /// An older one
        #[arg(long, value_name = "NUMBER")]
        version: Option<i64>,
        /// Print JSON
        #[arg(long, conflicts_with = "text")]
        json: bool,
    },
    /// Say what is wrong with a playbook, and what it would change
    #[command(after_help = "Example: leadbell playbook check playbook.toml")]
    Check {
        /// The playbook; - reads standard input
        file: PathBuf,
    },
    /// Print the JSON Schema of a playbook, for editors that complete and check what is written
    #[command(
        after_help = "Example: leadbell playbook schema > playbook.schema.json\nThen begin the playbook with: #:schema ./playbook.schema.json"
    )]
    Schema,
    /// Try a lead on the rules: its score, its team, whose turn it is. Writes nothing
    Route(Trial),
    /// Try a playbook on the leads of the last days: what would have been different. Writes nothing
    Replay(Replay),
    /// Put a playbook in force, after showing what it changes
    #[command(
        after_help = "Example: leadbell playbook apply playbook.toml\nLeads under way keep the due times that they were promised."
    )]
    Apply {
        /// The playbook; - reads standard input
        file: PathBuf,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// List the versions that were in force
    #[command(after_help = "Example: leadbell playbook history --json")]
    History {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Put an older version in force again, as a new one
    #[command(after_help = "Example: leadbell playbook rollback 3")]
    Rollback {
        /// Which: `leadbell playbook history` lists them
        version: i64,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
}

impl PlaybookCommand {
    pub(crate) async fn run(self, shell: &mut Shell) -> anyhow::Result<Ending> {
        match self {
            PlaybookCommand::Show { text, version, json } => {
                let shown = find(&shell.store().await?, version).await?;
                if text {
                    print::text(&mut shell.out, &shown.text)?
                } else {
                    show(shell, &shown, json)?
                }
                Ok(Ending::Well)
            }
            PlaybookCommand::Schema => {
                print::text(&mut shell.out, Playbook::schema())?;
                Ok(Ending::Well)
            }
            PlaybookCommand::Route(trial) => trial.run(shell).await,
            PlaybookCommand::Replay(replay) => Box::pin(replay.run(shell)).await,
            PlaybookCommand::Check { file } => check(shell, &file).await,
            PlaybookCommand::Apply { file, yes } => {
                let (text, _) = read_playbook(&file)?;
                let change = Change { text, deed: "playbook.apply", about: file.display().to_string() };
                apply(shell, change, Consent::from_flag(yes)).await
            }
            PlaybookCommand::History { json } => history(shell, json).await,
            PlaybookCommand::Rollback { version, yes } => {
                let old = find(&shell.store().await?, Some(version)).await?;
                let change = Change { text: old.text, deed: "playbook.rollback", about: format!("to version {version}") };
                apply(shell, change, Consent::from_flag(yes)).await
            }
        }
    }
}

async fn find(store: &Store, version: Option<i64>) -> anyhow::Result<PlaybookVersion> {
    let mut history = store.playbook_history(if version.is_some() { VERSIONS_MAX } else { 1 }).await?.into_iter();
    let found = history.find(|known| version.is_none_or(|wanted| known.version == wanted));
    found.ok_or_else(|| match version {
        Some(version) => Misuse::error(format!("there is no version {version}: `leadbell playbook history` lists them")),
        None => Misuse::error("the database has no playbook yet: `leadbell playbook apply FILE` puts one in"),
    })
}

fn show(shell: &mut Shell, shown: &PlaybookVersion, json: bool) -> anyhow::Result<()> {
    let sections = describe(&Playbook::read(&shown.text)?);
    let head = format!("Version {}, in force since {}, by {}", shown.version, print::when(shown.applied_at), shown.applied_by);
    if json {
        let sections: Vec<_> = sections.iter().map(|(heading, facts)| json!({"heading": heading, "facts": facts})).collect();
        let version = json!({"version": shown.version, "applied_at": shown.applied_at, "applied_by": shown.applied_by, "sections": sections});
        return print::json(&mut shell.out, &version);
    }
    writeln!(shell.out, "{head}")?;
    for (heading, facts) in sections {
        writeln!(shell.out, "\n{heading}")?;
        for fact in facts {
            writeln!(shell.out, "  {fact}")?;
        }
    }
    Ok(())
}

async fn check(shell: &mut Shell, file: &std::path::Path) -> anyhow::Result<Ending> {
    let (_, new) = read_playbook(file)?;
    writeln!(shell.out, "{}: nothing is wrong with it.", file.display())?;
    // Without a database there is nothing that it could change.
    let settings = shell.settings()?;
    if super::serve::database_path(&settings.database_url)?.exists() {
        let old = shell.store().await?.playbook();
        writeln!(shell.out)?;
        tell(&mut shell.out, &difference(&old, &new))?;
    }
    Ok(Ending::Well)
}

struct Change {
    text: String,
    deed: &'static str,
    about: String,
}

async fn apply(shell: &mut Shell, change: Change, consent: Consent) -> anyhow::Result<Ending> {
    let store = shell.store_or_new().await?;
    let new = Playbook::read(&change.text)?;
    let now = find(&store, None).await?;
    if now.text == change.text {
        writeln!(shell.out, "It is in force already, as version {}.", now.version)?;
        return Ok(Ending::Well);
    }
    tell(&mut shell.out, &difference(&store.playbook(), &new))?;
    if !consent.to("Put it in force?")? {
        writeln!(shell.out, "Nothing was changed.")?;
        return Ok(Ending::Well);
    }
    let version = store.apply_playbook(change.text, shell.entry(change.deed, change.about)).await?;
    writeln!(
        shell.out,
        "Version {version} is in force. A running server follows it within two seconds; back again: leadbell playbook rollback {}",
        now.version
    )?;
    Ok(Ending::Well)
}

fn tell(out: &mut impl Write, lines: &[String]) -> io::Result<()> {
    if lines.is_empty() {
        return writeln!(out, "Leads are handled as before: only the writing differs.");
    }
    writeln!(out, "What changes:")?;
    lines.iter().try_for_each(|line| writeln!(out, "  {line}"))
}

async fn history(shell: &mut Shell, json: bool) -> anyhow::Result<Ending> {
    let versions = shell.store().await?.playbook_history(if json { VERSIONS_MAX } else { LISTED }).await?;
    if json {
        let one = |v: &PlaybookVersion| json!({"version": v.version, "applied_at": v.applied_at, "applied_by": v.applied_by});
        print::json(&mut shell.out, &versions.iter().map(one).collect::<Vec<_>>())?;
        return Ok(Ending::Well);
    }
    let mut columns = Columns::new(&["VERSION", "SINCE", "BY", "CHANGED"]);
    for (nth, version) in versions.iter().enumerate() {
        let before = versions.get(nth + 1);
        columns.row([
            version.version.to_string(),
            print::when(version.applied_at),
            version.applied_by.clone(),
            changed(before, version),
        ]);
    }
    columns.print(&mut shell.out)?;
    Ok(Ending::Well)
}

fn changed(before: Option<&PlaybookVersion>, version: &PlaybookVersion) -> String {
    let Some(before) = before else { return String::new() };
    // Old versions may no longer read as they did.
    match (Playbook::read(&before.text), Playbook::read(&version.text)) {
        (Ok(old), Ok(new)) => match difference(&old, &new).as_slice() {
            [] => "the writing only".to_owned(),
            [one] => one.clone(),
            [first, rest @ ..] => format!("{first}, and {} more", rest.len()),
        },
        _ => String::new(),
    }
}
