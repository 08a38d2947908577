//! Lists: the sources that there are, and the providers that are known.

use std::io::Write as _;

use crate::intake::sources;
use crate::store::{SourceFigures, SourceRow, Watch};
use serde_json::json;

use super::super::ending::Ending;
use super::super::print::{self, Columns};
use super::super::shell::Shell;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: leadbell source list --json")]
pub(crate) struct List {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl List {
    pub(crate) async fn run(self, shell: &mut Shell) -> anyhow::Result<Ending> {
        let settings = shell.settings()?;
        let store = shell.store().await?;
        let (sources, figures) = (store.sources(), store.source_figures().await?);
        let of = |source: &SourceRow| figures.iter().find(|f| f.key == source.key);
        let now = shell.clock.now();
        if self.json {
            let one = |source: &SourceRow| {
                let of = of(source);
                json!({
                    "key": source.key, "title": source.title, "preset": source.preset, "proof": how(source), "paused": source.paused,
                    "address": settings.public(&format!("hooks/{}", source.key)), "region": source.region, "mapped": source.mapping.is_some(),
                    "old_secret_until": source.before_until.filter(|until| *until > now), "created_at": source.created_at,
                    "deliveries": of.map_or(0, |f| f.deliveries), "unreadable": of.map_or(0, |f| f.quarantined),
                    "refused": of.map_or(0, |f| f.forged), "last_at": of.and_then(|f| f.last_at),
                    "unauthenticated": super::is_unauthenticated(source), "quiet_since": of.and_then(|f| f.quiet_since),
                    "watched": of.is_some_and(|f| f.watch == Watch::On),
                })
            };
            print::json(&mut shell.out, &sources.iter().map(one).collect::<Vec<_>>())?;
            return Ok(Ending::Well);
        }
        let mut columns =
            Columns::new(&["SOURCE", "PRESET", "PROOF", "STATE", "CAME IN", "UNREADABLE", "REFUSED", "NEWEST", "TITLE"]);
        for source in sources.iter() {
            let count = |pick: fn(&SourceFigures) -> u64| of(source).map_or(0, pick).to_string();
            let newest = of(source).and_then(|f| f.last_at).map_or_else(|| "never".to_owned(), print::when);
            let rotating = source.before_until.is_some_and(|until| until > now);
            let is_quiet = of(source).is_some_and(|f| f.quiet_since.is_some());
            let state = match (source.paused, is_quiet, rotating) {
                (true, _, _) => "paused",
                (false, true, _) => "quiet for too long",
                (false, false, true) => "live, two secrets",
                (false, false, false) => "live",
            };
            let counts = [count(|f| f.deliveries), count(|f| f.quarantined), count(|f| f.forged)];
            let head = [source.key.to_string(), source.preset.clone(), how(source).to_owned(), state.to_owned()];
            columns.row(head.into_iter().chain(counts).chain([newest, source.title.clone()]));
        }
        if columns.is_empty() {
            writeln!(shell.out, "There are no sources yet. Add one: leadbell source add website-demo --preset generic")?;
        } else {
            columns.print(&mut shell.out)?;
        }
        Ok(Ending::Well)
    }
}

fn how(source: &SourceRow) -> &'static str {
    super::auth(source).as_ref().map_or("cannot be read", super::proof)
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: leadbell source presets")]
pub(crate) struct Presets {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Presets {
    pub(crate) fn run(self, shell: &mut Shell) -> anyhow::Result<Ending> {
        let presets = sources::presets();
        if self.json {
            let all: Vec<_> = presets
                .iter()
                .map(|p| json!({"key": p.key, "title": p.title, "proof": super::proof(&p.auth), "secret_from": p.secret_from}))
                .collect();
            print::json(&mut shell.out, &all)?;
            return Ok(Ending::Well);
        }
        let mut columns = Columns::new(&["PRESET", "PROOF", "SENDER"]);
        for preset in presets {
            columns.row([preset.key.clone(), super::proof(&preset.auth).to_owned(), preset.title.clone()]);
        }
        columns.print(&mut shell.out)?;
        Ok(Ending::Well)
    }
}
