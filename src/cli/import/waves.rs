//! Brings rows in, wave after wave: each is read, judged and committed before the next is looked at.

use std::time::Duration;

use futures_util::future::join_all;
use indicatif::ProgressBar;

use super::refused::Refused;
use super::rows::{Reader, Row};
use super::sheet::Sheet;
use crate::cli::shell::Shell;
use crate::domain::decide::decide;
use crate::domain::event::Event;
use crate::domain::lead::Profile;
use crate::domain::reply::Reply;
use crate::domain::submission::Submission;
use crate::reports::words;
use crate::store::{Applied, Cause, Store, StoreError, Target};

/// Rows in flight: what the store commits at once.
const WAVE: usize = 128;

/// How long others may write between two waves.
const GIVE_WAY: Duration = Duration::from_millis(15);

/// How many rows went which way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// Leads now.
    pub(super) came_in: u64,
    /// Further requests of people who had a lead.
    pub(super) joined: u64,
    /// Leads before.
    pub(super) repeats: u64,
}

/// Whether anything is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Only what would happen is told.
    Dry,
    /// For real.
    Real,
}

/// Whether somebody stopped it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stopped {
    /// It was.
    Yes,
    /// It went on to the end.
    No,
}

/// What an import works with.
pub(super) struct Work<'a> {
    /// Where leads go.
    pub(super) store: &'a Store,
    /// Where rows come from.
    pub(super) sheet: &'a mut Sheet,
    /// Reads them.
    pub(super) reader: &'a Reader,
    /// Takes those that cannot come in.
    pub(super) refused: &'a mut Refused,
    /// What went which way.
    pub(super) counts: Counts,
    /// Whether anything is written.
    pub(super) mode: Mode,
    /// Shows how far it is.
    pub(super) bar: &'a ProgressBar,
}

impl Work<'_> {
    /// Wave after wave; whether it was told to stop before the end.
    pub(super) async fn bring_in(&mut self, shell: &Shell) -> anyhow::Result<Stopped> {
        let mut interrupted = std::pin::pin!(tokio::signal::ctrl_c());
        loop {
            let wave = self.sheet.next_rows(WAVE)?;
            if wave.is_empty() {
                return Ok(Stopped::No);
            }
            self.one_wave(shell, wave).await?;
            self.bar.set_position(self.sheet.read_so_far());
            self.bar.set_message(format!(
                "{} in, {} refused",
                words::count(self.counts.came_in),
                words::count(self.refused.count())
            ));
            let rest = match self.mode {
                Mode::Dry => Duration::ZERO,
                Mode::Real => GIVE_WAY,
            };
            tokio::select! {
                biased;
                _ = &mut interrupted => return Ok(Stopped::Yes),
                () = tokio::time::sleep(rest) => {}
            }
        }
    }

    async fn one_wave(&mut self, shell: &Shell, wave: Vec<Row>) -> anyhow::Result<()> {
        let now = shell.clock.now();
        let mut ready = Vec::with_capacity(wave.len());
        for row in wave {
            let read = row.cells.as_ref().map_err(Clone::clone).and_then(|cells| self.reader.read(cells, now));
            match read {
                Ok(lead) => ready.push((row, lead.submission)),
                Err(why) => self.refused.add(&row, &why)?,
            }
        }
        let store = self.store;
        let barred = join_all(ready.iter().map(|(_, submission)| store.asked_to_be_left_alone(&submission.person))).await;
        let mut welcome = Vec::with_capacity(ready.len());
        for ((row, submission), barred) in ready.into_iter().zip(barred) {
            match barred? {
                Some(lead) => self.refused.add(&row, &format!("asked not to be contacted ({lead})"))?,
                None => welcome.push((row, submission)),
            }
        }
        if self.mode == Mode::Dry {
            self.counts.came_in += u64::try_from(welcome.len()).unwrap_or(u64::MAX);
            return Ok(());
        }
        // A server beside us may have changed people or the playbook meanwhile.
        store.notice_others().await?;
        let (rows, submissions): (Vec<Row>, Vec<Submission>) = welcome.into_iter().unzip();
        let applied = join_all(submissions.into_iter().map(|submission| arrive(store, shell, submission))).await;
        for (row, outcome) in rows.iter().zip(applied) {
            match outcome? {
                // Asked for between the look before and now.
                Applied::Done { reply: Reply::Suppressed, .. } => self.refused.add(row, "asked not to be contacted")?,
                Applied::Done { lead: Some(lead), .. } if lead.rev > 1 => self.counts.joined += 1,
                Applied::Done { .. } => self.counts.came_in += 1,
                Applied::Stale { .. } => self.counts.repeats += 1,
            }
        }
        Ok(())
    }
}

/// A lead that comes from here arrives like any other.
pub(in crate::cli) async fn arrive(store: &Store, shell: &Shell, submission: Submission) -> Result<Applied, StoreError> {
    let now = shell.clock.now();
    let profile = Profile::of(&submission, now);
    let event = Event::Imported { profile: Box::new(profile) };
    let cause = Cause::Submitted { part: None, submission: Box::new(submission) };
    store.apply(cause, Target::New, now, move |snapshot| decide(snapshot, &event, now)).await
}
