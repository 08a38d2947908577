//! Brings in leads from a CSV file, in waves of one transaction each, so that a hundred thousand rows need no more memory than a hundred.
//! Works beside a server that runs: after every wave it gives way, so that deliveries are never kept waiting. What was brought in before is
//! recognised by its id, or by what stands in it, so the same file may be imported again after it was stopped or mended.
//! Imported leads arrive like any other: each has a card, and its team's ladder begins.
//! Invariant: every row is a lead, a repeat, or refused with a reason; nobody who asked to be left alone comes back this way.

mod columns;
mod refused;
mod rows;
mod sheet;
mod waves;

use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use super::ending::{Ending, Misuse, somebody_is_there};
use super::shell::Shell;
use super::{ask, print};
use crate::reports::words;
use crate::store::{SourceRow, Store};

use columns::Columns;
use refused::Refused;
use rows::Reader;
use sheet::Sheet;
pub(in crate::cli) use waves::arrive;
use waves::{Counts, Mode, Stopped, Work};

/// Rows that are looked at to say what each column becomes.
const LOOKED_AT: usize = 200;

/// More leads than this are only brought in after asking, where there is somebody to ask.
const ASKED_FROM: u64 = 100;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: leadbell import leads.csv --source trade-fair --dry-run\n\
                        With columns that are not recognised: leadbell import leads.csv --source trade-fair --map \"Mail (work)=email,Firma=company\"\n\
                        The first row names the columns. Comma, semicolon, tab and bar are recognised between them. It may run beside a server,\n\
                        and again on the same file: rows that came in before are left out. Ends with 1 when every row was refused.")]
pub(crate) struct Import {
    /// The file
    file: PathBuf,
    /// The source that its leads belong to
    #[arg(long, value_name = "KEY")]
    source: String,
    /// Say what would come in, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Which column is which field; a dash leaves a column out. May be given again
    #[arg(long, value_name = "COLUMN=FIELD,…")]
    map: Vec<String>,
    /// Write refused rows with their reasons to this file, to be mended and imported again
    #[arg(long, value_name = "FILE")]
    refused: Option<PathBuf>,
    /// Do not ask, however many there are
    #[arg(long)]
    yes: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Import {
    pub(crate) async fn run(self, shell: &mut Shell) -> anyhow::Result<Ending> {
        let store = shell.store().await?;
        let source = find(&store, &self.source)?;
        let mut sheet = Sheet::open(&self.file)?;
        let reader = Reader::new(&source, sheet.heads(), &self.map)?;
        let columns = self.look(shell, &reader)?;
        if !self.json {
            columns.tell(&mut shell.out, &reader)?;
        }
        if !self.dry_run && !self.may_go_on(&columns)? {
            writeln!(shell.out, "Nothing was brought in.")?;
            return Ok(Ending::Well);
        }
        let mut refused = Refused::new(self.refused.as_deref(), &sheet)?;
        let mode = if self.dry_run { Mode::Dry } else { Mode::Real };
        let counts = Counts::default();
        let bar = bar(sheet.bytes());
        let mut work = Work { store: &store, sheet: &mut sheet, reader: &reader, refused: &mut refused, counts, mode, bar: &bar };
        let stopped = work.bring_in(shell).await;
        let counts = work.counts;
        bar.finish_and_clear();
        let refused_file = refused.finish()?;
        let stopped = stopped?;
        if mode == Mode::Real {
            let about = format!(
                "{}: {} came in, {} joined, {} repeats, {} refused",
                self.source,
                counts.came_in,
                counts.joined,
                counts.repeats,
                refused.count()
            );
            store.note_deed(shell.entry("import", about)).await?;
        }
        self.tell(shell, &Outcome { counts, refused: &refused, refused_file, stopped })
    }

    /// What each column becomes, from the first rows.
    fn look(&self, shell: &Shell, reader: &Reader) -> anyhow::Result<Columns> {
        let mut sheet = Sheet::open(&self.file)?;
        let mut columns = Columns::new(sheet.heads());
        for row in sheet.next_rows(LOOKED_AT)? {
            if let Ok(cells) = row.cells {
                columns.see(&reader.read(&cells, shell.clock.now()));
            }
        }
        columns.bytes(sheet.bytes(), sheet.read_so_far());
        Ok(columns)
    }

    /// Each lead rings: many of them are only let in knowingly.
    fn may_go_on(&self, columns: &Columns) -> io::Result<bool> {
        let about = columns.estimate();
        if self.yes || about <= ASKED_FROM || !somebody_is_there() || !io::stdout().is_terminal() {
            return Ok(true);
        }
        ask::confirm(&format!("About {} leads will come in, each with a card that rings its team. Go on?", words::count(about)))
    }

    fn tell(&self, shell: &mut Shell, outcome: &Outcome<'_>) -> anyhow::Result<Ending> {
        let (counts, refused) = (outcome.counts, outcome.refused);
        let stopped = outcome.stopped == Stopped::Yes;
        if self.json {
            let rows: Vec<_> = refused.first().iter().map(|(line, why)| json!({"line": line, "why": why})).collect();
            let all = json!({"came_in": counts.came_in, "joined": counts.joined, "repeats": counts.repeats, "refused": refused.count(), "first_refused": rows,
                             "refused_file": outcome.refused_file, "dry_run": self.dry_run, "stopped": stopped});
            print::json(&mut shell.out, &all)?;
        } else {
            let verb = if self.dry_run { "would come in" } else { "came in" };
            let joined = match counts.joined {
                0 => String::new(),
                joined => format!(", {} joined leads of the same people", words::count(joined)),
            };
            writeln!(
                shell.out,
                "{} {verb}{}, {} had come in before, {} refused.",
                words::leads(counts.came_in),
                joined,
                words::count(counts.repeats),
                words::count(refused.count())
            )?;
            refused.tell(&mut shell.out, outcome.refused_file.as_deref())?;
            if self.dry_run {
                writeln!(
                    shell.out,
                    "Nothing was written. Rows that came in before are only recognised when it is done for real."
                )?;
            }
            if stopped {
                writeln!(shell.out, "It was stopped before the end: run it again to go on.")?;
            }
        }
        let nothing = counts.came_in + counts.joined + counts.repeats == 0 && refused.count() > 0;
        Ok(Ending::of(usize::from(nothing || stopped)))
    }
}

/// How many rows of these bytes are leads, for those who try to break the reader of files; none where it is no such file.
pub(crate) fn rows_of(bytes: &[u8], now: DateTime<Utc>) -> Option<usize> {
    let mut sheet = Sheet::over(Path::new("rows.csv"), std::io::Cursor::new(bytes.to_vec()), bytes.len() as u64).ok()?;
    let source = SourceRow {
        key: "fair".into(),
        preset: "generic".to_owned(),
        title: "Fair".to_owned(),
        auth: "{}".to_owned(),
        secret: secrecy::SecretString::from("x"),
        secret_before: None,
        before_until: None,
        region: Some("GB".to_owned()),
        mapping: None,
        paused: false,
        created_at: now,
    };
    let reader = Reader::new(&source, sheet.heads(), &[]).ok()?;
    let rows = sheet.next_rows(LOOKED_AT).ok()?;
    Some(rows.iter().filter(|row| row.cells.as_ref().is_ok_and(|cells| reader.read(cells, now).is_ok())).count())
}

struct Outcome<'a> {
    counts: Counts,
    refused: &'a Refused,
    refused_file: Option<PathBuf>,
    stopped: Stopped,
}

fn find(store: &Store, key: &str) -> anyhow::Result<SourceRow> {
    store.sources().iter().find(|source| source.key.as_str() == key).cloned().ok_or_else(|| {
        Misuse::error(format!(
            "there is no source {key}: `leadbell source add {key}` makes it, and its leads are then counted by themselves"
        ))
    })
}

/// Drawn on terminals only.
fn bar(bytes: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(bytes), ProgressDrawTarget::stderr());
    match ProgressStyle::with_template("{bar:40} {percent:>3}%  {msg}  {eta} left") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
