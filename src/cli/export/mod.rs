//! Takes leads or their activities out, row by row, so that a million of them need no more memory than one step.
//! Invariant: no cell of text begins a formula, and those who asked not to be contacted are left out unless they are asked for.

mod cells;
mod rows;

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use anyhow::Context as _;

use super::ending::{Ending, Misuse};
use super::files::{Same, private};
use super::print;
use super::shell::Shell;
use super::times::{self, Since};
use crate::domain::ids::LeadId;
use crate::domain::person::Roster;
use crate::store::{Extent, Store, Suppressed};

use cells::{ACTIVITY_HEADS, LEAD_HEADS, UTM, activity_cells, activity_json, lead_cells, lead_json};
use rows::Rows;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: leadbell export leads --since 30d --out leads.csv\n\
                        Times are UTC. Text that a spreadsheet would take for a formula gets a quote before it.")]
pub(crate) struct Export {
    /// What is taken out
    what: What,
    /// Leads received, or activities done, since then: 2026-05-04, 2026-05-04T09:30:00Z or 30d
    #[arg(long, value_name = "WHEN", value_parser = times::since)]
    since: Option<Since>,
    /// How it is written
    #[arg(long, default_value = "csv")]
    format: Format,
    /// Write to this file, readable by its owner alone [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Replace a file of that name
    #[arg(long, requires = "out")]
    force: bool,
    /// With those who asked not to be contacted: not for contacting anybody
    #[arg(long)]
    with_suppressed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum What {
    Leads,
    Activities,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Csv,
    Jsonl,
}

impl Export {
    pub(crate) async fn run(self, shell: &mut Shell) -> anyhow::Result<Ending> {
        let store = shell.store().await?;
        let suppressed = if self.with_suppressed { Suppressed::Include } else { Suppressed::LeaveOut };
        let extent = Extent { since: self.since.map(|since| since.before(shell.clock.now())), suppressed };
        let entry = shell.entry("export", format!("{:?} as {:?}, {suppressed:?}", self.what, self.format).to_lowercase());
        store.note_deed(entry).await?;
        let Some(file) = &self.out else {
            self.write(&store, extent, BufWriter::new(io::stdout())).await?;
            return Ok(Ending::Well);
        };
        if file.exists() && !self.force {
            return Err(Misuse::error(format!("{} is there already: choose another name, or add --force", file.display())));
        }
        let part = file.with_added_extension("part");
        let written = self.write(&store, extent, BufWriter::new(private(&part, Same::Goes)?)).await;
        let named = written.and_then(|count| {
            std::fs::rename(&part, file).map(|()| count).with_context(|| format!("{} cannot be written", file.display()))
        });
        if named.is_err() {
            drop(std::fs::remove_file(&part));
        }
        print::aside(&format!(
            "{}: {} {}",
            file.display(),
            named?,
            if self.what == What::Leads { "leads" } else { "activities" }
        ));
        Ok(Ending::Well)
    }

    /// How many rows there were.
    async fn write(&self, store: &Store, extent: Extent, out: impl Write) -> anyhow::Result<u64> {
        let roster = store.roster();
        let mut rows = Rows::new(self.format, out, self.heads())?;
        match self.what {
            What::Leads => {
                let mut after = LeadId(0);
                while let Some(last) = leads(store, &mut rows, Step { after, extent, roster: &roster }).await? {
                    after = last;
                }
            }
            What::Activities => {
                let mut after = (LeadId(0), 0);
                while let Some(last) = activities(store, &mut rows, Step { after, extent, roster: &roster }).await? {
                    after = last;
                }
            }
        }
        rows.finish()
    }

    fn heads(&self) -> Vec<&'static str> {
        match self.what {
            What::Leads => LEAD_HEADS.into_iter().chain(UTM).collect(),
            What::Activities => ACTIVITY_HEADS.to_vec(),
        }
    }
}

struct Step<'a, A> {
    after: A,
    extent: Extent,
    roster: &'a Roster,
}

async fn leads<W: Write>(store: &Store, rows: &mut Rows<W>, step: Step<'_, LeadId>) -> anyhow::Result<Option<LeadId>> {
    let page = store.leads_after(step.after, step.extent).await?;
    for lead in &page {
        rows.row(&lead_cells(lead, step.roster), || lead_json(lead, step.roster))?;
    }
    Ok(page.last().map(|lead| lead.id))
}

async fn activities<W: Write>(
    store: &Store,
    rows: &mut Rows<W>,
    step: Step<'_, (LeadId, i64)>,
) -> anyhow::Result<Option<(LeadId, i64)>> {
    let page = store.activities_after(step.after, step.extent).await?;
    for activity in &page {
        rows.row(&activity_cells(activity, step.roster)?, || activity_json(activity, step.roster))?;
    }
    Ok(page.last().map(|activity| (activity.lead, activity.row.rev)))
}
