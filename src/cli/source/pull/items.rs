//! Takes the items of a list through the same reading as deliveries, and brings in those that are new.

use std::collections::BTreeMap;

use super::pages::Pages;
use crate::cli::import::arrive;
use crate::cli::shell::Shell;
use crate::intake::fetch::{Fetch, Fetched, wants};
use crate::intake::headers::Headers;
use crate::intake::json::Tree;
use crate::intake::preset::Preset;
use crate::intake::pull::{Asked, Pull as List};
use crate::intake::read::{Lead, RawDelivery, Reading, Settings, read_with};
use crate::store::{Applied, Store};

/// What one request's answer may lead to, in turn.
const ROUNDS_MAX: usize = 5;

/// Whether anything is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Only what would happen is told.
    Dry,
    /// For real.
    Real,
}

/// What became of the items.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// Leads now.
    pub(super) came_in: u64,
    /// Leads before.
    pub(super) repeats: u64,
    /// Submitted before the time that was asked for.
    pub(super) older: u64,
    /// Known not to be leads.
    pub(super) not_leads: u64,
    /// Why each of the others did not come in.
    pub(super) refused: Vec<String>,
}

/// What items are taken with.
pub(super) struct Items<'a> {
    pub(super) store: &'a Store,
    pub(super) shell: &'a Shell,
    pub(super) preset: &'a Preset,
    pub(super) settings: &'a Settings,
    pub(super) pages: &'a Pages<'a>,
    pub(super) mode: Mode,
    pub(super) counts: Counts,
}

impl Items<'_> {
    /// One item, with what was asked for before the pages.
    pub(super) async fn take(
        &mut self,
        list: &List,
        asked: &Asked,
        (item, once): (&Tree, &BTreeMap<String, Tree>),
    ) -> anyhow::Result<()> {
        if list.is_older(item, asked) {
            self.counts.older += 1;
            return Ok(());
        }
        let (body, mut fetched) = list.delivery(item, once);
        let headers = Headers::default();
        let raw =
            RawDelivery { headers: &headers, content_type: "application/json", body: &body, received_at: self.shell.clock.now() };
        self.complete(&raw, &mut fetched).await;
        match read_with(self.preset, self.settings, &raw, &fetched) {
            Reading::Ignored { .. } => self.counts.not_leads += 1,
            Reading::Unreadable(fault) => self.counts.refused.push(fault.to_string()),
            Reading::Leads { leads, left_out } => {
                self.counts.refused.extend(left_out.iter().map(ToString::to_string));
                for lead in leads {
                    self.bring_in(lead).await?;
                }
            }
        }
        Ok(())
    }

    /// Asks for what the list does not hold.
    async fn complete(&self, raw: &RawDelivery<'_>, fetched: &mut Fetched) {
        for _ in 0..ROUNDS_MAX {
            let lacking = wants(self.preset, self.settings, raw, fetched);
            if lacking.is_empty() {
                return;
            }
            for want in lacking {
                let fetch = match self.pages.lacking(&want.name, &want.path).await {
                    Ok(answer) => Fetch::Here(answer),
                    Err(why) => Fetch::Failed { why, remedy: "Pull again later.".to_owned() },
                };
                fetched.add(want.nth, want.name, fetch);
            }
        }
    }

    async fn bring_in(&mut self, lead: Lead) -> anyhow::Result<()> {
        let submission = lead.submission;
        if self.store.has_submission(&submission.source, &submission.dedupe_key).await? {
            self.counts.repeats += 1;
            return Ok(());
        }
        if let Some(lead) = self.store.asked_to_be_left_alone(&submission.person).await? {
            self.counts.refused.push(format!("asked not to be contacted ({lead})"));
            return Ok(());
        }
        if self.mode == Mode::Dry {
            self.counts.came_in += 1;
            return Ok(());
        }
        // A server beside us may have changed people or the playbook meanwhile.
        self.store.notice_others().await?;
        match arrive(self.store, self.shell, submission).await? {
            Applied::Done { .. } => self.counts.came_in += 1,
            Applied::Stale { .. } => self.counts.repeats += 1,
        }
        Ok(())
    }
}
