//! Makes the reports that come by themselves: each as a notice, of the period that has just ended, against the one before.
//! A row says when each comes next, and moves on in the transaction that makes the notice. After a standstill the last one that was missed
//! comes, and the others do not: nobody reads twenty.

use std::sync::Arc;

use chrono::{DateTime, NaiveTime, Utc};
use tokio::sync::Notify;

use crate::clock::Clock;
use crate::domain::decision::{News, Recipient};
use crate::domain::ids::SourceKey;
use crate::domain::message::{Attachment, View};
use crate::domain::schedule::{Every, Rhythm};
use crate::engine::report::{Against, Counted, Wanted};
use crate::engine::tick::{Loop, Ticked, told};
use crate::planted;
use crate::store::{Digest, Schedule, Store, StoreError};
use crate::wording::{digests, others as words};

/// When managers are told of leads that ended for the reason *other*: at ten, on Mondays.
const OTHERS: Rhythm = Rhythm { every: Every::Week, at: NaiveTime::from_hms_opt(10, 0, 0).expect("a time of the day") };

/// The loop that makes them.
#[derive(Debug)]
pub struct Digests {
    /// When each comes next, and what is told.
    pub store: Store,
    /// Tells the time.
    pub clock: Clock,
    /// Poked when somebody is to be told.
    pub nudge: Arc<Notify>,
}

impl Loop for Digests {
    fn name(&self) -> &'static str {
        "digests"
    }

    async fn tick(&self) -> Ticked {
        told(self.pass().await, &self.nudge, "reports that come by themselves")
    }
}

impl Digests {
    async fn pass(&self) -> Result<Ticked, StoreError> {
        let now = self.clock.now();
        let others = self.others(now).await?;
        let Some(due) = self.store.due_schedule(now).await? else {
            return Ok(others.and(Ticked { done: 0, next_due: self.store.next_schedule().await? }));
        };
        let zone = self.store.playbook().company.hours.zone().clone();
        let digest = match self.digest(&due, due.rhythm.last(&zone, now).max(due.next_at)).await {
            Ok(digest) => digest,
            Err(error @ (StoreError::Corrupt { .. } | StoreError::Other(_))) => uncounted(&due, &error),
            // Nothing at all can be read or written: it waits, as everything does.
            Err(error) => return Err(error),
        };
        let after = if planted::is("digest-catches-up") { due.next_at } else { now };
        self.store.tell_digest(&due, due.rhythm.next(&zone, after), digest, now).await?;
        Ok(Ticked { done: 1, next_due: None })
    }

    /// Tells managers, once a week, of the leads that ended for the reason *other*.
    async fn others(&self, now: DateTime<Utc>) -> Result<Ticked, StoreError> {
        let playbook = self.store.playbook();
        let told = self.store.others_told(now).await?;
        let next = OTHERS.next(playbook.company.hours.zone(), told);
        if now < next {
            return Ok(Ticked { done: 0, next_due: Some(next) });
        }
        let notes = self.store.other_notes(told, now).await?;
        let sources = self.store.sources();
        let title =
            |key: &SourceKey| sources.iter().find(|source| source.key == *key).map_or("unknown", |source| source.title.as_str());
        let digest = (!notes.is_empty()).then(|| Digest {
            to: Recipient::Managers,
            news: News::OtherNotes { count: u32::try_from(notes.len()).unwrap_or(u32::MAX) },
            view: words::told(&notes, title),
        });
        let is_told = digest.is_some();
        self.store.tell_others((told, now), digest).await?;
        Ok(Ticked { done: usize::from(is_told), next_due: None })
    }

    /// What is told at `at`, with all that is known by now.
    async fn digest(&self, due: &Schedule, at: DateTime<Utc>) -> Result<Digest, StoreError> {
        let every = due.rhythm.every;
        let wanted = Wanted::new(due.report, ended(every), (self.store.playbook(), at), Against::Before);
        let wanted = wanted.map_err(|error| StoreError::Other(format!("the period of a digest: {error}")))?;
        let counted = Wanted { team: due.team.clone(), now: self.clock.now().max(at), ..wanted }.count(&self.store).await?;
        let news = News::Digest { report: due.report.key().to_owned(), every, schedule: due.id };
        Ok(Digest { to: due.recipient(), news, view: view(due, counted) })
    }
}

/// What is told instead of figures: what cannot be counted must not hold up the others.
fn uncounted(due: &Schedule, error: &StoreError) -> Digest {
    tracing::error!(report = due.report.key(), %error, "a report that comes by itself cannot be counted");
    let every = due.rhythm.every;
    let news = News::Digest { report: due.report.key().to_owned(), every, schedule: due.id };
    Digest { to: due.recipient(), news, view: digests::uncounted(every, due.report.key()) }
}

/// The period that ends when something that comes so often comes.
fn ended(every: Every) -> &'static str {
    match every {
        Every::Day => "yesterday",
        Every::Week => "last week",
        Every::Month => "last month",
        Every::Quarter => "last quarter",
    }
}

fn view(due: &Schedule, counted: Counted) -> View {
    let Counted { report, before, picture } = counted;
    let bytes = match picture {
        Some(Ok(bytes)) => Some(bytes),
        Some(Err(error)) => {
            tracing::error!(report = due.report.key(), error, "the picture of a digest could not be drawn: it goes without");
            None
        }
        None => None,
    };
    let alt = report.chart.as_ref().map(crate::reports::chart::Chart::alt).unwrap_or_default();
    let files = bytes.map(|bytes| Attachment { name: format!("{}.png", due.report.key()), bytes, alt });
    digests::digest(due.rhythm.every, &report, before.as_ref(), files.into_iter().collect())
}
