//! Opens the database: one file, held by one process, with the settings that durability needs.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, RwLock};
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, SqliteConnection, SqlitePool};
use tokio::sync::{mpsc, oneshot};

use super::writer::{self, InForce, Job, Task, Tx};
use super::{NewDelivery, SourceRow, StoreError, migrations, people, playbooks, sources};
use crate::domain::ids::DeliveryId;
use crate::domain::person::Roster;
use crate::playbook::Playbook;

const VERSION: &str = "-- open::version\nSELECT sqlite_version()";

const NEWEST: &str = "-- open::newest
SELECT max(at) AS at FROM (SELECT max(made_at) AS at FROM notice WHERE state = 'pending'
  UNION ALL SELECT max(nonce_at) FROM card WHERE dead IS NULL AND copy_shown < copy_wanted) AS waiting";

/// Readers at a time. Each is a connection and a thread; reports are the only long ones.
const READERS: u32 = 4;

/// How to open it.
#[derive(Debug, Clone)]
pub struct Options {
    /// The file; made when it is not there.
    pub path: PathBuf,
    /// The playbook that an empty database starts with, as text.
    pub seed: String,
}

/// Keeps a second Leadbell away from the same file, for as long as it lives.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "held, not read: the lock goes with the file handle")] File);

impl Lock {
    /// Takes the file for this process.
    ///
    /// # Errors
    /// `InUse` when another process has it.
    pub fn take(database: &Path) -> Result<Self, StoreError> {
        let path = database.with_extension("db.lock");
        let file = File::options().create(true).truncate(false).write(true).open(&path);
        let file = file.map_err(|e| StoreError::Other(format!("{}: {e}", path.display())))?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(StoreError::InUse(path.display().to_string())),
            Err(TryLockError::Error(e)) => Err(StoreError::Other(format!("{}: {e}", path.display()))),
        }
    }
}

/// The database. Cheap to clone; the writer stops when the last clone goes.
#[derive(Debug, Clone)]
pub struct Store {
    jobs: mpsc::Sender<Job>,
    readers: SqlitePool,
    in_force: Arc<InForce>,
    born: DateTime<Utc>,
}

impl std::fmt::Debug for Job {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Job")
    }
}

impl Store {
    /// Opens the file, brings its schema up to date, and starts the writer on the current runtime.
    ///
    /// # Errors
    /// What is wrong with the file, its SQLite or its playbook.
    pub async fn open(options: &Options, now: DateTime<Utc>) -> Result<Self, StoreError> {
        let connect = connect_options(&options.path);
        let mut first = connect.connect().await?;
        refuse_defective(&mut first).await?;
        migrations::run(&mut first).await?;
        playbooks::seed(&mut first, &options.seed, now).await?;
        let roster = RwLock::new(Arc::new(people::load(&mut first).await?));
        let playbook = RwLock::new(Arc::new(playbooks::current(&mut first).await?));
        let sources = RwLock::new(Arc::new(sources::load(&mut first).await?));
        let in_force = Arc::new(InForce { roster, playbook, sources, commits: AtomicU64::new(0) });
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .min_connections(1)
            // The file is on this machine: asking first whether it is still there costs as much as most questions.
            .test_before_acquire(false)
            .connect_with(connect.clone().read_only(true))
            .await?;
        let newest: Option<i64> = sqlx::query_scalar(NEWEST).fetch_one(&mut first).await?;
        let born = newest.map_or(now, |newest| now.max(super::time::instant(newest)));
        let (jobs, queue) = mpsc::channel(writer::QUEUE_MAX);
        tokio::spawn(writer::run(queue, connect, first, in_force.clone()));
        Ok(Self { jobs, readers, in_force, born })
    }

    /// When this process began, or the newest thing that waits to be sent, should the clock have been set back since that was written.
    #[must_use]
    pub fn born(&self) -> DateTime<Utc> {
        self.born
    }

    /// All people, as last committed.
    #[must_use]
    pub fn roster(&self) -> Arc<Roster> {
        self.in_force.roster.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// The playbook in force, as last committed.
    #[must_use]
    pub fn playbook(&self) -> Arc<Playbook> {
        self.in_force.playbook.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// Every source, as last committed.
    #[must_use]
    pub fn sources(&self) -> Arc<Vec<SourceRow>> {
        self.in_force.sources.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// Sees what other programs (a command in a shell) have written to the file meanwhile.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn notice_others(&self) -> Result<(), StoreError> {
        self.write(|tx| tx.notice_others().boxed()).await
    }

    /// One that is only read: whoever writes to it is told that it is closed.
    pub(super) fn only_read(readers: SqlitePool, in_force: InForce) -> Self {
        let (jobs, _) = mpsc::channel(1);
        Self { jobs, readers, in_force: Arc::new(in_force), born: DateTime::UNIX_EPOCH }
    }

    /// Transactions committed since it was opened: what was written, divided by this, is how much rode in one.
    #[must_use]
    pub fn commits(&self) -> u64 {
        self.in_force.commits.load(Ordering::Relaxed)
    }

    pub(super) fn readers(&self) -> &SqlitePool {
        &self.readers
    }

    /// Runs `work` in a transaction of the writer; done and on the disk when this returns `Ok`.
    /// The work runs to its end even when the caller goes away meanwhile.
    pub(super) async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, StoreError>> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let task = Job::Other(Box::new(Task { work: Some(work), result: None, reply }));
        self.jobs.send(task).await.map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }

    /// Keeps the bytes. When this returns `Ok`, they are on the disk.
    ///
    /// # Errors
    /// When the store cannot be written: the bytes are not kept.
    pub async fn accept(&self, request: NewDelivery) -> Result<DeliveryId, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.jobs.send(Job::Accept(request, reply)).await.map_err(|_| StoreError::Closed)?;
        if crate::planted::is("answer-first") {
            return Ok(DeliveryId(0));
        }
        answer.await.map_err(|_| StoreError::Closed)?
    }
}

fn connect_options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .pragma("trusted_schema", "OFF")
        .pragma("cell_size_check", "ON")
        .statement_cache_capacity(256)
        .disable_statement_logging()
}

/// Versions before 3.51.3 (and 3.52.0) can lose committed data in WAL mode when two connections meet at a checkpoint.
async fn refuse_defective(conn: &mut SqliteConnection) -> Result<(), StoreError> {
    let (version,): (String,) = sqlx::query_as(VERSION).fetch_one(conn).await?;
    if is_sound(&version) { Ok(()) } else { Err(StoreError::Defective(version)) }
}

fn is_sound(version: &str) -> bool {
    let parts: Vec<u32> = version.split('.').filter_map(|p| p.parse().ok()).collect();
    match parts.as_slice() {
        [3, 44, patch, ..] => *patch >= 6,
        [3, 50, patch, ..] => *patch >= 7,
        [3, 51, patch, ..] => *patch >= 3,
        [3, 52, 0, ..] | [3, ..=51, ..] => false,
        [3, ..] => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_sound;

    #[test]
    fn versions_that_can_lose_commits_are_refused() {
        for bad in ["3.46.0", "3.44.5", "3.50.6", "3.51.2", "3.52.0", "4", ""] {
            assert!(!is_sound(bad), "{bad}");
        }
        for good in ["3.44.6", "3.50.7", "3.51.3", "3.52.1", "3.53.0"] {
            assert!(is_sound(good), "{good}");
        }
    }
}
