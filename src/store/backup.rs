//! A copy of the whole database while it is in use, and a look into a copy before it is needed.
//! SQLite itself writes the copy, as one reader among others, so that nobody has to stop; it is looked through before it gets its name.
//! Invariant: a file under the name that was asked for is whole, sound and on the disk.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, RwLock};

use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use sqlx::{ConnectOptions as _, Connection as _, Row as _, SqliteConnection};

use super::audit::{Finding, GIVEN_UP};
use super::writer::InForce;
use super::{Store, StoreError, people, playbooks, sources};

const INTO: &str = "-- backup::into\nVACUUM INTO $1";
const LEADS: &str = "-- backup::leads\nSELECT count(*) AS n FROM lead";
const VERSION: &str = "-- backup::version\nSELECT sqlite_version() AS version";
const SOUND: &str = "-- backup::sound\nSELECT integrity_check AS what FROM pragma_integrity_check WHERE integrity_check <> 'ok'";
const KEYS: &str = "-- backup::keys\nSELECT \"table\" || ' ' || coalesce(rowid, '?') || ' points at nothing' AS what FROM pragma_foreign_key_check";

/// Readers of a copy at a time.
const READERS: u32 = 2;

/// What to do with a file that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// It stays, and no copy is made.
    Keep,
    /// The copy takes its place, once it is whole.
    Replace,
}

/// A copy that was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backup {
    /// Its size.
    pub bytes: u64,
    /// Leads in it.
    pub leads: i64,
}

/// Why there is no copy.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The name is taken.
    #[error("{0} is there already: choose another name, or add --force")]
    Taken(String),
    /// The disk does not take it.
    #[error("{file}: {why}: check that the folder is there, may be written and has room")]
    Disk {
        /// Which file.
        file: String,
        /// What the system says.
        why: std::io::Error,
    },
    /// The copy is not sound, so it was thrown away.
    #[error("the copy is not sound, so it was not kept: {0}. Run `leadbell audit` on the database")]
    Unsound(String),
    /// The database does not give it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How the file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Soundness {
    /// Of the SQLite inside.
    pub version: String,
    /// What is broken; nothing, as a rule.
    pub broken: Vec<String>,
}

impl Store {
    /// Copies the database to `to`, while it is in use.
    ///
    /// # Errors
    /// Why there is no copy; then nothing is left of it, and a file of that name is what it was.
    pub async fn back_up(&self, to: &Path, existing: Existing) -> Result<Backup, BackupError> {
        if existing == Existing::Keep && to.exists() {
            return Err(BackupError::Taken(to.display().to_string()));
        }
        let part = unfinished(to);
        let made = self.copy_into(&part).await;
        let named = made.and_then(|backup| give_name(&part, to).map(|()| backup));
        if named.is_err() {
            drop(fs::remove_file(&part));
        }
        named
    }

    async fn copy_into(&self, part: &Path) -> Result<Backup, BackupError> {
        drop(fs::remove_file(part));
        // Made by us first, so that nobody else may read it: it holds people's data and secrets.
        private(part).map_err(|why| disk(part, why))?;
        let path = part.to_str().ok_or_else(|| StoreError::Other(format!("{}: not a name in UTF-8", part.display())))?;
        sqlx::query(INTO).bind(path).execute(self.readers()).await.map_err(StoreError::from)?;
        let mut copy = reading(part).connect().await.map_err(StoreError::from)?;
        let broken = unsound(&mut copy).await?;
        let leads = sqlx::query(LEADS).fetch_one(&mut copy).await.and_then(|row| row.try_get("n")).map_err(StoreError::from)?;
        copy.close().await.map_err(StoreError::from)?;
        if let Some(first) = broken.first() {
            return Err(BackupError::Unsound(first.clone()));
        }
        let file = File::open(part).and_then(|file| file.sync_all().map(|()| file)).map_err(|why| disk(part, why))?;
        Ok(Backup { bytes: file.metadata().map_err(|why| disk(part, why))?.len(), leads })
    }

    /// Opens a copy to look into it. Nothing is written, not even beside it; who tries is told that the store is closed.
    ///
    /// # Errors
    /// What is wrong with the copy.
    pub async fn open_copy(path: &Path) -> Result<Self, StoreError> {
        let options = reading(path);
        let mut first = options.connect().await?;
        let in_force = InForce {
            roster: RwLock::new(Arc::new(people::load(&mut first).await?)),
            playbook: RwLock::new(Arc::new(playbooks::current(&mut first).await?)),
            sources: RwLock::new(Arc::new(sources::load(&mut first).await?)),
            commits: AtomicU64::new(0),
        };
        first.close().await?;
        let readers = SqlitePoolOptions::new().max_connections(READERS).connect_with(options).await?;
        Ok(Self::only_read(readers, in_force))
    }

    /// Looks at everything that must hold in a copy. What is due or given up says nothing about a copy, and is left out.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn audit_copy(&self) -> Result<Vec<Finding>, StoreError> {
        // As of long ago nothing is overdue.
        let mut findings = self.audit(chrono::DateTime::UNIX_EPOCH).await?;
        findings.retain(|finding| finding.holds != GIVEN_UP);
        Ok(findings)
    }

    /// Whether the file is sound, as SQLite sees it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn soundness(&self) -> Result<Soundness, StoreError> {
        let mut conn = self.readers().acquire().await?;
        let version = sqlx::query(VERSION).fetch_one(&mut *conn).await?.try_get("version")?;
        Ok(Soundness { version, broken: unsound(&mut conn).await? })
    }
}

async fn unsound(conn: &mut SqliteConnection) -> Result<Vec<String>, StoreError> {
    let mut broken = Vec::new();
    for sql in [SOUND, KEYS] {
        for row in sqlx::query(sql).fetch_all(&mut *conn).await? {
            broken.push(row.try_get("what")?);
        }
    }
    Ok(broken)
}

/// Without a log of changes beside it the file is taken as it lies, which also works on a disk that cannot be written.
fn reading(path: &Path) -> SqliteConnectOptions {
    let alone = !beside(path, "-wal").exists();
    SqliteConnectOptions::new().filename(path).read_only(true).immutable(alone).foreign_keys(false).disable_statement_logging()
}

fn give_name(part: &Path, to: &Path) -> Result<(), BackupError> {
    fs::rename(part, to).map_err(|why| disk(to, why))?;
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|why| disk(folder, why))
}

fn private(path: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

fn unfinished(to: &Path) -> PathBuf {
    beside(to, &format!(".{}.part", std::process::id()))
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn disk(file: &Path, why: std::io::Error) -> BackupError {
    BackupError::Disk { file: file.display().to_string(), why }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::playbook::Playbook;
    use crate::store::Options;

    async fn open(folder: &Path) -> Store {
        let options = Options { path: folder.join("leadbell.db"), seed: Playbook::example().to_owned() };
        Store::open(&options, chrono::DateTime::from_timestamp(1_789_378_000, 0).unwrap()).await.unwrap()
    }

    #[tokio::test]
    async fn a_copy_is_whole_and_never_takes_a_name_that_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let store = open(folder.path()).await;
        let to = folder.path().join("copy.db");
        let backup = store.back_up(&to, Existing::Keep).await.unwrap();
        assert_eq!((backup.leads, backup.bytes), (0, fs::metadata(&to).unwrap().len()));
        assert!(matches!(store.back_up(&to, Existing::Keep).await, Err(BackupError::Taken(_))));
        store.back_up(&to, Existing::Replace).await.unwrap();
        let names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert!(!names.iter().any(|n| n.to_string_lossy().ends_with(".part")), "{names:?}");
        let copy = Store::open_copy(&to).await.unwrap();
        assert!(copy.audit_copy().await.unwrap().iter().all(|finding| finding.broken.is_empty()));
        assert_eq!(copy.notice_others().await, Err(StoreError::Closed), "a copy is only read");
    }

    #[tokio::test]
    async fn a_torn_copy_is_found_out() {
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("copy.db");
        open(folder.path()).await.back_up(&to, Existing::Keep).await.unwrap();
        let mut bytes = fs::read(&to).unwrap();
        bytes.truncate(bytes.len() / 2);
        fs::write(&to, bytes).unwrap();
        let found = match Store::open_copy(&to).await {
            Ok(copy) => copy.audit_copy().await.is_ok_and(|findings| findings.iter().all(|f| f.broken.is_empty())),
            Err(_) => false,
        };
        assert!(!found, "half a file passed for a whole one");
    }
}
