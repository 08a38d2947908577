//! Copies the database while it is in use, and looks into copies.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::ending::{Ending, Misuse};
use super::shell::Shell;
use super::{audit, print};
use crate::store::{Existing, Store};

#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "Example: leadbell backup /backups/leadbell-monday.db\n\
                  To go back to a copy: stop the server, put the copy in the place of the database, remove the files beside it that end \
                  in -wal and -shm, start the server."
)]
pub(crate) struct Backup {
    /// Where the copy goes; not into the database's own place
    #[arg(required = true, value_name = "DEST")]
    to: Option<PathBuf>,
    /// Replace a file of that name, once the copy is whole
    #[arg(long)]
    force: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(subcommand)]
    command: Option<Look>,
}

#[derive(Debug, clap::Subcommand)]
enum Look {
    /// Look whether a copy is whole and everything holds in it
    #[command(after_help = "Example: leadbell backup verify /backups/leadbell-monday.db")]
    Verify {
        /// The copy
        file: PathBuf,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

impl Backup {
    pub(crate) async fn run(self, shell: &mut Shell) -> anyhow::Result<Ending> {
        match (&self.command, &self.to) {
            (Some(Look::Verify { file, json }), _) => verify(shell, file, *json).await,
            (None, Some(to)) => self.make(shell, to).await,
            (None, None) => Err(Misuse::error("say where the copy goes: leadbell backup DEST")),
        }
    }

    async fn make(&self, shell: &mut Shell, to: &Path) -> anyhow::Result<Ending> {
        let existing = if self.force { Existing::Replace } else { Existing::Keep };
        let settings = shell.settings()?;
        let database = super::serve::database_path(&settings.database_url)?;
        if same_file(&database, to) {
            return Err(Misuse::error(format!("{} is the database itself: choose another name for the copy", to.display())));
        }
        let made = shell.store().await?.back_up(to, existing).await?;
        if self.json {
            print::json(&mut shell.out, &json!({"file": to, "bytes": made.bytes, "leads": made.leads}))?;
        } else {
            writeln!(shell.out, "{}: {}, {} leads, sound", to.display(), print::size(made.bytes), made.leads)?;
        }
        Ok(Ending::Well)
    }
}

async fn verify(shell: &mut Shell, file: &Path, json: bool) -> anyhow::Result<Ending> {
    if !file.exists() {
        return Err(Misuse::error(format!("there is no file {}", file.display())));
    }
    let copy = match Store::open_copy(file).await {
        Ok(copy) => copy,
        Err(why) => return Err(anyhow::anyhow!("{} is no sound copy of a database of Leadbell: {why}", file.display())),
    };
    let findings = copy.audit_copy().await?;
    let leads = copy.counts().await?.leads;
    if json {
        print::json(&mut shell.out, &json!({"file": file, "leads": leads, "findings": audit::as_json(&findings)}))?;
    } else {
        audit::tell(&mut shell.out, &findings)?;
        writeln!(shell.out, "{}: {leads} leads", file.display())?;
    }
    Ok(Ending::of(audit::broken(&findings)))
}

fn same_file(a: &Path, b: &Path) -> bool {
    match (a.canonicalize(), b.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    }
}
