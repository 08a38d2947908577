//! The one writer: takes all that waits, runs each job under a savepoint in one transaction, commits once, then answers each.
//! One commit costs one sync of the disk, however many jobs ride in it. Requests to be kept ride in few statements of many rows:
//! every statement is a way to the driver's thread and back, which costs more than the row.
//! Transactions are begun and ended in plain SQL: a driver that counts depth by itself goes on counting after SQLite has rolled a
//! full disk's transaction back, and then confirms commits that never happen.
//! Invariant: nobody is answered "done" before the commit; after a failed rollback or commit the connection is not used again.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, RwLock};

use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, Row as _, SqliteConnection};
use tokio::sync::{mpsc, oneshot};

use super::{NewDelivery, SourceRow, StoreError, deliveries, lead_row, ledger, people, playbooks, sources};
use crate::domain::fairness::{Entry, Ledger};
use crate::domain::ids::{DeliveryId, LeadId, PersonId, TeamKey};
use crate::domain::ladder;
use crate::domain::lead::{Course, Lead, State};
use crate::domain::person::Roster;
use crate::domain::taken::Taken;
use crate::playbook::Playbook;

/// Most jobs in one transaction: bounds how long the first of them waits.
const BATCH_MAX: usize = 128;

/// Most jobs that wait: beyond it those who ask wait too.
pub(super) const QUEUE_MAX: usize = 4_096;

const BEGIN: &str = "-- writer::begin\nBEGIN IMMEDIATE; SAVEPOINT job";
const DATA_VERSION: &str = "-- writer::data_version\nPRAGMA data_version";
const COMMIT: &str = "-- writer::commit\nCOMMIT";
const LAST_LEAD: &str = "-- lead::last\nSELECT coalesce(max(id), 1000) AS id FROM lead";
const UNTOUCHED: &str =
    "-- lead::untouched\nSELECT owner, count(*) AS n FROM lead WHERE owner IS NOT NULL AND touched = 0 GROUP BY owner";
const WAITING: &str =
    "-- lead::waiting_by_team\nSELECT team, count(*) AS n FROM lead WHERE state = 'waiting' AND team IS NOT NULL GROUP BY team";
const ROLLBACK: &str = "-- writer::rollback\nROLLBACK";
const NEXT: &str = "-- writer::next\nRELEASE job; SAVEPOINT job";
const ROLLBACK_TO: &str = "-- writer::rollback_to\nROLLBACK TO job";

/// What a job works with.
pub(super) struct Tx {
    pub(super) conn: SqliteConnection,
    pub(super) roster: Option<Arc<Roster>>,
    playbook: Option<Arc<Playbook>>,
    sources: Option<Arc<Vec<SourceRow>>>,
    /// The highest number that a lead has.
    last_lead: Option<LeadId>,
    untouched: Option<BTreeMap<PersonId, u32>>,
    asked: Option<BTreeMap<PersonId, u32>>,
    waiting: Option<BTreeMap<TeamKey, u32>>,
    ledger: Option<Arc<Ledger>>,
    taken: Option<Arc<Taken>>,
    releases: Option<Arc<BTreeMap<TeamKey, DateTime<Utc>>>>,
    /// Counts what other programs have committed to the file.
    seen: i64,
}

impl Tx {
    fn new(conn: SqliteConnection) -> Self {
        Self {
            conn,
            roster: None,
            playbook: None,
            sources: None,
            last_lead: None,
            untouched: None,
            asked: None,
            waiting: None,
            ledger: None,
            taken: None,
            releases: None,
            seen: 0,
        }
    }

    /// All people, as this transaction sees them.
    pub(super) async fn roster(&mut self) -> Result<Arc<Roster>, StoreError> {
        if let Some(roster) = &self.roster {
            return Ok(roster.clone());
        }
        let roster = Arc::new(people::load(&mut self.conn).await?);
        self.roster = Some(roster.clone());
        Ok(roster)
    }

    /// The playbook in force, as this transaction sees it.
    pub(super) async fn playbook(&mut self) -> Result<Arc<Playbook>, StoreError> {
        if let Some(playbook) = &self.playbook {
            return Ok(playbook.clone());
        }
        let playbook = Arc::new(playbooks::current(&mut self.conn).await?);
        self.playbook = Some(playbook.clone());
        Ok(playbook)
    }

    /// The number that the next lead will have.
    pub(super) async fn next_lead(&mut self) -> Result<LeadId, StoreError> {
        let last = match self.last_lead {
            Some(last) => last,
            None => LeadId(sqlx::query(LAST_LEAD).fetch_one(&mut self.conn).await?.try_get("id")?),
        };
        self.last_lead = Some(last);
        Ok(LeadId(last.0 + 1))
    }

    /// How many leads each owner has not touched yet.
    pub(super) async fn untouched(&mut self) -> Result<BTreeMap<PersonId, u32>, StoreError> {
        if let Some(untouched) = &self.untouched {
            return Ok(untouched.clone());
        }
        let mut untouched = BTreeMap::new();
        for row in sqlx::query(UNTOUCHED).fetch_all(&mut self.conn).await? {
            let n: i64 = row.try_get("n")?;
            untouched.insert(PersonId(row.try_get("owner")?), u32::try_from(n).unwrap_or(u32::MAX));
        }
        self.untouched = Some(untouched.clone());
        Ok(untouched)
    }

    /// How many leads each is asked about.
    pub(super) async fn asked(&mut self) -> Result<BTreeMap<PersonId, u32>, StoreError> {
        if self.asked.is_none() {
            self.asked = Some(ledger::asked(&mut self.conn).await?);
        }
        Ok(self.asked.clone().unwrap_or_default())
    }

    /// How many leads wait in each team for somebody to take them.
    pub(super) async fn waiting(&mut self) -> Result<BTreeMap<TeamKey, u32>, StoreError> {
        if self.waiting.is_none() {
            let mut waiting = BTreeMap::new();
            for row in sqlx::query(WAITING).fetch_all(&mut self.conn).await? {
                let n: i64 = row.try_get("n")?;
                waiting.insert(TeamKey(row.try_get("team")?), u32::try_from(n).unwrap_or(u32::MAX));
            }
            self.waiting = Some(waiting);
        }
        Ok(self.waiting.clone().unwrap_or_default())
    }

    /// What everybody got of each team.
    pub(super) async fn ledger(&mut self) -> Result<Arc<Ledger>, StoreError> {
        if let Some(ledger) = &self.ledger {
            return Ok(ledger.clone());
        }
        let ledger = Arc::new(ledger::load(&mut self.conn).await?);
        self.ledger = Some(ledger.clone());
        Ok(ledger)
    }

    /// When everybody took leads lately. What is remembered reaches back far enough as long as time goes on.
    pub(super) async fn taken(&mut self, now: DateTime<Utc>) -> Result<Arc<Taken>, StoreError> {
        if let Some(taken) = &self.taken {
            return Ok(taken.clone());
        }
        let taken = Arc::new(ledger::taken(&mut self.conn, now).await?);
        self.taken = Some(taken.clone());
        Ok(taken)
    }

    /// When the last of those leads is let go that wait for their team.
    pub(super) async fn releases(&mut self) -> Result<Arc<BTreeMap<TeamKey, DateTime<Utc>>>, StoreError> {
        if let Some(releases) = &self.releases {
            return Ok(releases.clone());
        }
        let mut last = BTreeMap::new();
        for course in lead_row::waiting(&mut self.conn).await? {
            note_release(&mut last, &course);
        }
        let releases = Arc::new(last);
        self.releases = Some(releases.clone());
        Ok(releases)
    }

    /// Lines were written: the sums follow.
    pub(super) fn turns_entered(&mut self, entries: &[Entry]) {
        if let Some(taken) = self.taken.as_mut().filter(|_| !entries.is_empty()) {
            let taken = Arc::make_mut(taken);
            entries.iter().for_each(|entry| taken.enter(entry));
        }
        let Some(ledger) = self.ledger.as_mut().filter(|_| !entries.is_empty()) else { return };
        let ledger = Arc::make_mut(ledger);
        entries.iter().for_each(|entry| ledger.enter(entry));
    }

    /// A lead was written: counts follow, so that they need not be counted again.
    pub(super) fn lead_changed(&mut self, before: Option<&Lead>, after: &Lead) {
        if before.is_none() {
            self.last_lead = self.last_lead.map(|last| last.max(after.id));
        }
        if let Some(releases) = self.releases.as_mut().filter(|_| ladder::release(&after.course).is_some()) {
            note_release(Arc::make_mut(releases), &after.course);
        }
        if let Some(asked) = &mut self.asked {
            if let Some(n) = before.and_then(|lead| lead.course.state.asked()).and_then(|who| asked.get_mut(&who)) {
                *n = n.saturating_sub(1);
            }
            if let Some(who) = after.course.state.asked().filter(|_| !crate::planted::is("asked-not-counted")) {
                *asked.entry(who).or_default() += 1;
            }
        }
        if let Some(waiting) = &mut self.waiting {
            if let Some(n) = before.and_then(waits_in).and_then(|team| waiting.get_mut(team)) {
                *n = n.saturating_sub(1);
            }
            if let Some(team) = waits_in(after) {
                *waiting.entry(team.clone()).or_default() += 1;
            }
        }
        let Some(untouched) = &mut self.untouched else { return };
        if let Some(owner) = before.and_then(untouched_by)
            && let Some(n) = untouched.get_mut(&owner)
        {
            *n = n.saturating_sub(1);
        }
        if let Some(owner) = untouched_by(after) {
            *untouched.entry(owner).or_default() += 1;
        }
    }

    /// People have changed: read them again when they are needed.
    pub(super) fn people_changed(&mut self) {
        self.roster = None;
    }

    /// Another playbook is in force.
    pub(super) fn playbook_changed(&mut self) {
        self.playbook = None;
    }

    /// Sources have changed.
    pub(super) fn sources_changed(&mut self) {
        self.sources = None;
    }

    /// Reads people, playbook and sources again if another program has written to the file.
    pub(super) async fn notice_others(&mut self) -> Result<(), StoreError> {
        let seen: i64 = sqlx::query(DATA_VERSION).fetch_one(&mut self.conn).await?.try_get(0)?;
        if seen != self.seen {
            self.seen = seen;
            self.forget();
        }
        Ok(())
    }

    async fn sources(&mut self) -> Result<Arc<Vec<SourceRow>>, StoreError> {
        if let Some(sources) = &self.sources {
            return Ok(sources.clone());
        }
        let sources = Arc::new(sources::load(&mut self.conn).await?);
        self.sources = Some(sources.clone());
        Ok(sources)
    }

    pub(super) fn forget(&mut self) {
        self.roster = None;
        self.playbook = None;
        self.sources = None;
        self.last_lead = None;
        self.untouched = None;
        self.asked = None;
        self.waiting = None;
        self.ledger = None;
        self.taken = None;
        self.releases = None;
    }
}

fn waits_in(lead: &Lead) -> Option<&TeamKey> {
    match &lead.course.state {
        State::Waiting { team, .. } => Some(team),
        State::Offered { .. }
        | State::Owned { .. }
        | State::Pooled { .. }
        | State::Triage { .. }
        | State::Closed { .. }
        | State::Repair { .. } => None,
    }
}

fn note_release(last: &mut BTreeMap<TeamKey, DateTime<Utc>>, course: &Course) {
    if let Some((team, at)) = ladder::release(course) {
        let latest = last.entry(team.clone()).or_insert(at);
        *latest = at.max(*latest);
    }
}

fn untouched_by(lead: &Lead) -> Option<PersonId> {
    match lead.course.state {
        State::Owned { by, touched: false, .. } => Some(by),
        State::Owned { .. }
        | State::Waiting { .. }
        | State::Offered { .. }
        | State::Pooled { .. }
        | State::Triage { .. }
        | State::Closed { .. }
        | State::Repair { .. } => None,
    }
}

/// What is in force, for readers: replaced after each commit that changed it.
#[derive(Debug)]
pub(super) struct InForce {
    pub(super) roster: RwLock<Arc<Roster>>,
    pub(super) playbook: RwLock<Arc<Playbook>>,
    pub(super) sources: RwLock<Arc<Vec<SourceRow>>>,
    /// Transactions committed since the store was opened.
    pub(super) commits: AtomicU64,
}

/// Something to be done in a transaction.
pub(super) enum Job {
    /// A request to be kept: nothing in it can fail by itself, so many ride in one statement.
    Accept(NewDelivery, oneshot::Sender<Result<DeliveryId, StoreError>>),
    /// Anything else.
    Other(Box<dyn Work>),
}

impl Job {
    fn refuse(self, error: StoreError) {
        match self {
            // Whoever asked may have gone away.
            Job::Accept(_, reply) => drop(reply.send(Err(error))),
            Job::Other(work) => work.answer(Err(error)),
        }
    }
}

/// Something to be done in a transaction, whatever it gives back.
pub(super) trait Work: Send {
    fn run<'t>(&'t mut self, tx: &'t mut Tx) -> BoxFuture<'t, Result<(), StoreError>>;
    fn answer(self: Box<Self>, outcome: Result<(), StoreError>);
}

pub(super) struct Task<T, F> {
    pub(super) work: Option<F>,
    pub(super) result: Option<T>,
    pub(super) reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, F> Work for Task<T, F>
where
    T: Send,
    F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, StoreError>> + Send,
{
    fn run<'t>(&'t mut self, tx: &'t mut Tx) -> BoxFuture<'t, Result<(), StoreError>> {
        Box::pin(async move {
            let work = self.work.take().ok_or(StoreError::Closed)?;
            self.result = Some(work(tx).await?);
            Ok(())
        })
    }

    fn answer(self: Box<Self>, outcome: Result<(), StoreError>) {
        let Self { result, reply, .. } = *self;
        let answer = outcome.and_then(|()| result.ok_or(StoreError::Closed));
        // Whoever asked may have gone away; the write stands all the same.
        drop(reply.send(answer));
    }
}

/// Runs until every `Store` is dropped.
pub(super) async fn run(
    mut jobs: mpsc::Receiver<Job>,
    options: SqliteConnectOptions,
    first: SqliteConnection,
    in_force: Arc<InForce>,
) {
    let mut tx = Some(Tx::new(first));
    let mut batch = Vec::with_capacity(BATCH_MAX);
    while jobs.recv_many(&mut batch, BATCH_MAX).await > 0 {
        let mut open = match tx.take() {
            Some(open) => open,
            None => match options.connect().await {
                Ok(conn) => Tx::new(conn),
                Err(error) => {
                    let error = StoreError::from(error);
                    batch.drain(..).for_each(|job| job.refuse(error.clone()));
                    continue;
                }
            },
        };
        match commit_batch(&mut open, &mut batch).await {
            Ok(outcomes) => {
                publish(&mut open, &in_force).await;
                // Counted and answered in one breath: whoever sees the count sees either no answer yet or all of them.
                in_force.commits.fetch_add(1, Ordering::Relaxed);
                outcomes.answer(&mut batch);
                tx = Some(open);
            }
            Err(error) => {
                tracing::error!(%error, jobs = batch.len(), "a transaction failed as a whole; its connection is closed and nobody was told it was done");
                batch.drain(..).for_each(|job| job.refuse(error.clone()));
                drop(open.conn.close_hard().await);
            }
        }
    }
    if let Some(open) = tx {
        drop(open.conn.close().await);
    }
}

/// What came of a batch, each kind in the order of its jobs.
struct Outcomes {
    accepted: Vec<DeliveryId>,
    others: Vec<Result<(), StoreError>>,
}

impl Outcomes {
    fn answer(self, batch: &mut Vec<Job>) {
        let (mut accepted, mut others) = (self.accepted.into_iter(), self.others.into_iter());
        for job in batch.drain(..) {
            match job {
                // Whoever asked may have gone away; the write stands all the same.
                Job::Accept(_, reply) => drop(reply.send(accepted.next().ok_or(StoreError::Closed))),
                Job::Other(work) => work.answer(others.next().unwrap_or(Err(StoreError::Closed))),
            }
        }
    }
}

/// One transaction. `Err`: nothing of it is there, and the connection must go.
async fn commit_batch(tx: &mut Tx, batch: &mut [Job]) -> Result<Outcomes, StoreError> {
    execute(&mut tx.conn, BEGIN).await?;
    match fill(tx, batch).await {
        Ok(outcomes) if outcomes.accepted.is_empty() && outcomes.others.iter().all(Result::is_err) => {
            execute(&mut tx.conn, ROLLBACK).await?;
            Ok(outcomes)
        }
        Ok(outcomes) => match execute(&mut tx.conn, COMMIT).await {
            Ok(()) => Ok(outcomes),
            Err(error) => abandon(tx, error).await,
        },
        Err(error) => abandon(tx, error).await,
    }
}

async fn abandon<T>(tx: &mut Tx, error: StoreError) -> Result<T, StoreError> {
    drop(execute(&mut tx.conn, ROLLBACK).await);
    Err(error)
}

/// Does all that the batch holds, but for the commit.
async fn fill(tx: &mut Tx, batch: &mut [Job]) -> Result<Outcomes, StoreError> {
    let requests: Vec<&NewDelivery> =
        batch.iter().filter_map(|job| if let Job::Accept(request, _) = job { Some(request) } else { None }).collect();
    let accepted = deliveries::add_all(&mut tx.conn, &requests).await?;
    let mut others: Vec<Result<(), StoreError>> = Vec::with_capacity(batch.len() - accepted.len());
    let works = batch.iter_mut().filter_map(|job| if let Job::Other(work) = job { Some(work) } else { None });
    for work in works {
        // After a job that failed the savepoint is there still, with nothing in it.
        if matches!(others.last(), Some(Ok(()))) || (others.is_empty() && !accepted.is_empty()) {
            execute(&mut tx.conn, NEXT).await?;
        }
        let outcome = work.run(tx).await;
        if let Err(error) = &outcome {
            tx.forget();
            // Fails when SQLite has rolled everything back by itself, as it does on a full disk: then the whole batch is gone.
            if execute(&mut tx.conn, ROLLBACK_TO).await.is_err() {
                return Err(error.clone());
            }
        }
        others.push(outcome);
    }
    Ok(Outcomes { accepted, others })
}

async fn execute(conn: &mut SqliteConnection, sql: &'static str) -> Result<(), StoreError> {
    sqlx::query(sql).execute(conn).await?;
    Ok(())
}

/// Lets readers see people, playbook and sources as committed. What a job has changed, a later one of the same batch may have read
/// again already: so what is there is compared, not whether it has to be read.
async fn publish(tx: &mut Tx, in_force: &InForce) {
    if let Ok(roster) = tx.roster().await {
        replace(&in_force.roster, roster);
    }
    if let Ok(playbook) = tx.playbook().await {
        replace(&in_force.playbook, playbook);
    }
    if let Ok(sources) = tx.sources().await {
        replace(&in_force.sources, sources);
    }
}

fn replace<T>(in_force: &RwLock<Arc<T>>, now: Arc<T>) {
    let is_new = !Arc::ptr_eq(&now, &in_force.read().unwrap_or_else(std::sync::PoisonError::into_inner));
    if is_new {
        *in_force.write().unwrap_or_else(std::sync::PoisonError::into_inner) = now;
    }
}
