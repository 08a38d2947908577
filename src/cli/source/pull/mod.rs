//! Catches up on leads that never came by webhook: reads the provider's lists, page by page, and brings in what is new.
//! What came before is recognised by the provider's own id, so that it may be run again, and beside a server.
//! Invariant: every item is a lead, a repeat, known not to be a lead, or refused with a reason.

mod items;
mod pages;

use std::io::Write as _;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use crate::cli::ending::{Ending, Misuse};
use crate::cli::print;
use crate::cli::shell::Shell;
use crate::cli::times::{self, Since};
use crate::intake::api::Api;
use crate::intake::mapping::Mapping;
use crate::intake::pull::{Asked, Pull as List};
use crate::intake::read::Settings;
use crate::intake::sources;
use crate::providers::Providers;
use crate::reports::words;
use anyhow::Context as _;

use items::{Counts, Items, Mode};
use pages::Pages;

/// Refused items that are told one by one.
const REFUSED_SHOWN: usize = 5;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: leadbell source pull facebook --since 7d --of 990011223344556 --dry-run\n\
                        It needs the provider's access token: leadbell source token KEY env:NAME. It may run beside a server, and again:\n\
                        what came in before is left out. Ends with 1 when it was stopped, or when every lead was refused.")]
pub(crate) struct Pull {
    /// The source
    key: String,
    /// From when on: a day, a time, or a span such as 7d
    #[arg(long, value_name = "DATE|SPAN", value_parser = times::since)]
    since: Since,
    /// What the list is of, where the provider has several: a form's id, an ad account. May be given again
    #[arg(long, value_name = "ID")]
    of: Vec<String>,
    /// Say what would come in, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Pull {
    pub(crate) async fn run(self, shell: &mut Shell) -> anyhow::Result<Ending> {
        let providers = Providers::new(&shell.settings()?.providers)?;
        let store = shell.store().await?;
        let source = super::find(&store, &self.key)?;
        let preset = super::preset(&source.preset)?;
        let list = preset.api.as_ref().and_then(|api| Some((api, api.pull.as_ref()?)));
        let (api, list) =
            list.ok_or_else(|| Misuse::error(format!("{} has no list to catch up from: {}", preset.title, those())))?;
        let lists = self.lists(list)?;
        let token = store.access_token(&source.key).await?.ok_or_else(|| {
            Misuse::error(format!(
                "the source {0} has no access token: store one with leadbell source token {0} env:NAME",
                self.key
            ))
        })?;
        let mapping = source.mapping.as_deref().map(Mapping::from_json).transpose();
        let mapping = mapping.with_context(|| format!("the mapping of {} cannot be read", self.key))?;
        let settings = Settings { key: source.key.clone(), default_region: source.region.clone(), mapping };
        let now = shell.clock.now();
        let mode = if self.dry_run { Mode::Dry } else { Mode::Real };
        let bar = bar();
        let pages = Pages::new(&providers, api, &token);
        let mut items =
            Items { store: &store, shell, preset, settings: &settings, pages: &pages, mode, counts: Counts::default() };
        let mut interrupted = std::pin::pin!(tokio::signal::ctrl_c());
        let mut brought = Ok(());
        let mut is_stopped = false;
        for of in lists {
            let asked = Asked { of, since: self.since.before(now), now };
            let all = bring_in(&mut items, api, list, (&asked, &bar));
            tokio::select! {
                biased;
                _ = &mut interrupted => is_stopped = true,
                done = all => brought = done,
            }
            if is_stopped || brought.is_err() {
                break;
            }
        }
        bar.finish_and_clear();
        let counts = items.counts;
        if mode == Mode::Real {
            let about = format!("{}: {} came in, {} repeats", self.key, counts.came_in, counts.repeats);
            store.note_deed(shell.entry("source.pull", about)).await?;
        }
        // What came in before it broke is told as well.
        let ending = self.tell(shell, &counts, is_stopped)?;
        brought?;
        Ok(ending)
    }

    /// What is asked for, one list after the other.
    fn lists(&self, list: &List) -> anyhow::Result<Vec<String>> {
        match (&list.of, self.of.is_empty()) {
            (Some(what), true) => Err(Misuse::error(format!("say with --of what the list is of: {what}"))),
            (None, false) => Err(Misuse::error("there is one list only: leave --of away")),
            (Some(_), false) => Ok(self.of.clone()),
            (None, true) => Ok(vec![String::new()]),
        }
    }

    fn tell(&self, shell: &mut Shell, counts: &Counts, is_stopped: bool) -> anyhow::Result<Ending> {
        if self.json {
            let all = json!({"came_in": counts.came_in, "repeats": counts.repeats, "older": counts.older, "not_leads": counts.not_leads,
                             "refused": counts.refused.len(), "reasons": counts.refused, "dry_run": self.dry_run, "stopped": is_stopped});
            print::json(&mut shell.out, &all)?;
        } else {
            let verb = if self.dry_run { "would come in" } else { "came in" };
            let refused = u64::try_from(counts.refused.len()).unwrap_or(u64::MAX);
            let (came, known) = (words::leads(counts.came_in), words::count(counts.repeats));
            writeln!(shell.out, "{came} {verb}, {known} had come in before, {} refused.", words::count(refused))?;
            for why in counts.refused.iter().take(REFUSED_SHOWN) {
                writeln!(shell.out, "  {}", print::one_line(why))?;
            }
            if self.dry_run {
                writeln!(shell.out, "Nothing was written.")?;
            }
            if is_stopped {
                writeln!(shell.out, "It was stopped before the end: run it again to go on.")?;
            }
        }
        let is_nothing = counts.came_in + counts.repeats == 0 && !counts.refused.is_empty();
        Ok(Ending::of(usize::from(is_nothing || is_stopped)))
    }
}

/// Page after page, item after item.
async fn bring_in(items: &mut Items<'_>, api: &Api, list: &List, (asked, bar): (&Asked, &ProgressBar)) -> anyhow::Result<()> {
    let once = items.pages.once(api, list, asked).await?;
    let mut cursor = None;
    let mut so_far = 0;
    for _ in 0..pages::PAGES_MAX {
        let page = items.pages.page(list, asked, (cursor.as_deref(), so_far)).await?;
        so_far += page.items.len();
        if let Some(total) = page.total {
            bar.set_length(total);
        }
        for item in &page.items {
            items.take(list, asked, (item, &once)).await?;
            bar.inc(1);
            bar.set_message(format!("{} in, {} before", words::count(items.counts.came_in), words::count(items.counts.repeats)));
        }
        match page.next {
            Some(next) if cursor.as_ref() != Some(&next) => cursor = Some(next),
            Some(_) | None => return Ok(()),
        }
    }
    anyhow::bail!("after {} pages there are still more: say a later --since", pages::PAGES_MAX)
}

/// Those that have a list.
fn those() -> String {
    let with = sources::presets().iter().filter(|p| p.api.as_ref().is_some_and(|api| api.pull.is_some()));
    format!("only these have: {}", with.map(|p| p.key.as_str()).collect::<Vec<_>>().join(", "))
}

/// Drawn on terminals only.
fn bar() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    match ProgressStyle::with_template("{bar:40} {pos} of {len}  {msg}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
