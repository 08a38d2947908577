//! Tries a playbook on the leads of the last days, and tells what would have been different. Writes nothing but the list that is asked for.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use chrono::Duration;
use indicatif::{ProgressBar, ProgressDrawTarget};
use serde_json::{Value, json};

use super::ending::{Ending, Misuse};
use super::files::{Same, private};
use super::print;
use super::shell::{Shell, read_playbook};
use crate::domain::person::Roster;
use crate::domain::replay::{Past, Seen};
use crate::engine::replay::Trial;
use crate::reports::replay::sheet::Sheet;
use crate::reports::replay::{Flow, Replayed, Shift, Turns, Unjudged, Which};
use crate::store::Store;
use crate::wording::replays::{self, Told};
use crate::wording::trials::Rules;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: leadbell playbook replay playbook.toml --days 90 --csv replay.csv\n\
                  Turns are simulated: as if everybody of today's teams were there and took what they are asked about.")]
pub(crate) struct Replay {
    /// The playbook to try; - reads standard input; the one in force when left out
    file: Option<PathBuf>,
    /// So many days back
    #[arg(long, value_name = "NUMBER", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=365))]
    days: u32,
    /// Write the difference lead by lead
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Write over a file that is there already
    #[arg(long, requires = "csv")]
    force: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Replay {
    pub(crate) async fn run(self, shell: &mut Shell) -> anyhow::Result<Ending> {
        let store = shell.store().await?;
        let now = shell.clock.now();
        let (playbook, rules) = match &self.file {
            Some(file) => (Arc::new(read_playbook(file)?.1), Rules::Draft),
            None => (store.playbook(), Rules::InForce),
        };
        let trial = Trial { playbook: playbook.clone(), from: now - Duration::days(i64::from(self.days)), until: now };
        let roster = store.roster();
        let replayed = match &self.csv {
            None => tried(&store, &trial, |_, _| ()).await?,
            Some(file) => self.listed(&store, &trial, (file, &roster)).await?,
        };
        if self.json {
            print::json(&mut shell.out, &as_json(&replayed, &roster))?;
            return Ok(Ending::Well);
        }
        let told = Told { replayed: &replayed, playbook: &playbook, rules, roster: &roster, days: self.days, left_out: 0 };
        for line in &replays::shown(told, Vec::new()).lines {
            for part in print::paragraphs(line) {
                writeln!(shell.out, "{part}")?;
            }
        }
        Ok(Ending::Well)
    }

    /// Lead by lead into a file, which is only there once it is whole.
    async fn listed(&self, store: &Store, trial: &Trial, (file, roster): (&Path, &Roster)) -> anyhow::Result<Replayed> {
        if file.exists() && !self.force {
            return Err(Misuse::error(format!("{} is there already: choose another name, or add --force", file.display())));
        }
        let part = file.with_added_extension("part");
        let out: BufWriter<File> = BufWriter::new(private(&part, Same::Goes)?);
        let written = async {
            let mut sheet = Sheet::new(out, u64::MAX)?;
            let replayed = tried(store, trial, |past, seen| sheet.add(past, seen, (&trial.playbook, roster))).await?;
            let (mut out, _) = sheet.done()?;
            out.flush()?;
            std::fs::rename(&part, file)?;
            anyhow::Ok(replayed)
        };
        let written = written.await.with_context(|| format!("{} cannot be written", file.display()));
        if written.is_err() {
            drop(std::fs::remove_file(&part));
        }
        written
    }
}

/// Runs it, with a bar on terminals.
async fn tried(store: &Store, trial: &Trial, mut each: impl FnMut(&Past, &Seen)) -> anyhow::Result<Replayed> {
    let all = store.past_count(trial.from, trial.until).await?;
    let bar = ProgressBar::with_draw_target(Some(all), ProgressDrawTarget::stderr());
    let replayed = trial.run(store, |past, seen| {
        each(past, seen);
        bar.inc(1);
    });
    let replayed = replayed.await;
    bar.finish_and_clear();
    Ok(replayed?)
}

fn as_json(all: &Replayed, roster: &Roster) -> Value {
    let which =
        |which: &Which| json!({"leads": which.count, "first": which.first.iter().map(ToString::to_string).collect::<Vec<_>>()});
    let shift = |Shift { then, tried }: &Shift| json!({"then": then, "tried": tried});
    let team = |(key, Flow { then, tried, came, went }): (&crate::domain::ids::TeamKey, &Flow)| json!({"team": key, "then": then, "tried": tried, "came": came, "went": went});
    let broken = |(rule, Unjudged { leads, clause, why }): (&String, &Unjudged)| json!({"rule": rule, "clause": clause, "why": why, "leads": leads.count, "first": which(leads)["first"]});
    let turns = |((team, person), Turns { really, tried }): (
        &(crate::domain::ids::TeamKey, crate::domain::ids::PersonId),
        &Turns,
    )| {
        json!({"team": team, "person": person.0, "name": roster.name(*person), "really": really, "tried": tried})
    };
    let routes = all.routes.iter().map(|route| json!({"rule": route.name, "leads": route.leads, "ever_held": route.ever_held}));
    json!({
        "leads": all.leads,
        "another_team": all.moved,
        "another_tier": all.retiered,
        "another_score": all.rescored,
        "teams": all.teams.iter().map(team).collect::<Vec<_>>(),
        "tiers": all.tiers.iter().map(|(tier, moved)| (tier.word(), shift(moved))).collect::<std::collections::BTreeMap<_, _>>(),
        "routes": routes.collect::<Vec<_>>(),
        "idle_points": all.idle_points,
        "catch_all": which(&all.catch_all),
        "not_judged": which(&all.unjudged),
        "broken": all.broken.iter().map(broken).collect::<Vec<_>>(),
        "due": {"earlier": all.due.earlier, "earlier_by_seconds": all.due.earlier_by.num_seconds(),
                "later": all.due.later, "later_by_seconds": all.due.later_by.num_seconds(),
                "known": all.due.known, "kept_then": all.due.kept, "kept_tried": all.due.would_keep},
        "turns": all.turns.iter().map(turns).collect::<Vec<_>>(),
        "open": all.anybody.iter().map(|(team, leads)| (team.as_str(), *leads)).collect::<std::collections::BTreeMap<_, _>>(),
        "kept_by_account_owner": all.accounts,
        "nobody": which(&all.nobody),
    })
}
