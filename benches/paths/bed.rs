//! What the benchmarks share: a company, a core on a real disk, a source, a chat that says yes at once.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use chrono::{DateTime, Utc};
use leadbell::app::{Core, Start};
use leadbell::chat::{Nonce, Place, Platform, Receipt, SendError, Visitor};
use leadbell::clock::Clock;
use leadbell::delivery::Chance;
use leadbell::domain::ids::PersonId;
use leadbell::domain::message::View;
use leadbell::domain::person::Rights;
use leadbell::intake::sources;
use leadbell::settings::Settings;
use leadbell::store::{AuditEntry, SourceRow};
use secrecy::SecretString;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, SqliteConnection};
use tempfile::TempDir;

use crate::figures::now;

/// How often a program's memory is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// How much is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    /// Seconds: whether it runs at all.
    Quick,
    /// Enough to trust the ratios.
    Full,
}

impl Size {
    /// One or the other.
    pub(crate) fn pick<T>(self, quick: T, full: T) -> T {
        match self {
            Size::Quick => quick,
            Size::Full => full,
        }
    }
}

pub(crate) const SOURCE: &str = "website";
pub(crate) const SECRET: &str = "whsec_c2VjcmV0IG9mIGEgYmVuY2htYXJrLCAzMiBieXRlcw==";
pub(crate) const PUBLIC_URL: &str = "http://localhost";

/// Open round the clock, nobody is ever full.
const PLAYBOOK: &str = r#"
[company]
name = "Acme"
timezone = "UTC"
hours = "24/7"

[promises]
untouched_max = 1000

[card]
pile_from = 100000

[[team]]
key = "sales"
name = "Sales"
channel = "leads"
captain = "rep0"
"#;

/// A folder on the disk that the build is on, since memory file systems know no sync; or wherever `PATHS_FOLDER` says.
pub(crate) fn folder() -> Result<TempDir> {
    let parent = std::env::var_os("PATHS_FOLDER").unwrap_or_else(|| env!("CARGO_TARGET_TMPDIR").into());
    Ok(tempfile::Builder::new().prefix("paths-").tempdir_in(parent)?)
}

/// Everything but the chat, with no limit on how often a source may ring.
pub(crate) async fn core(folder: &Path, clock: Clock) -> Result<Core> {
    let read = Settings::read("the benchmark", "", &|_| None).map_err(|problems| anyhow::anyhow!("{problems}"))?;
    let most = std::num::NonZeroU32::new(600_000_000).context("is not zero")?;
    let limits = leadbell::settings::Limits { per_minute: most, burst: most, ..read.limits };
    let start = Start {
        database: folder.join("leadbell.db"),
        seed: PLAYBOOK.to_owned(),
        spool: folder.join("spool"),
        public_url: PUBLIC_URL.to_owned(),
        limits,
        providers: read.providers,
    };
    Ok(Core::open(&start, clock, Chance::seeded(7)).await?)
}

/// A source whose requests are signed as Standard Webhooks has it.
pub(crate) async fn add_source(core: &Core) -> Result<()> {
    let preset = sources::preset("standard_webhooks").context("it is built in")?;
    let now = core.clock.now();
    let source = SourceRow {
        key: SOURCE.into(),
        preset: preset.key.clone(),
        title: "Website".to_owned(),
        auth: serde_json::to_string(&preset.auth)?,
        secret: SecretString::from(SECRET),
        secret_before: None,
        before_until: None,
        region: None,
        mapping: None,
        paused: false,
        created_at: now,
    };
    let by = AuditEntry { at: now, actor: "bench".to_owned(), deed: "source.add".to_owned(), about: SOURCE.to_owned() };
    core.store.add_source(source, by).await?;
    Ok(())
}

/// A rep of the team, by number.
pub(crate) async fn rep(core: &Core, number: usize) -> Result<PersonId> {
    let visitor = Visitor {
        chat_id: format!("{}", 900_000 + number),
        handle: format!("rep{number}"),
        name: format!("Rep {number}"),
        roles: Vec::new(),
        administers: false,
        locale: "en-US".to_owned(),
        in_guild: true,
    };
    Ok(core.store.meet(visitor, Rights::Rep, vec!["sales".into()], core.clock.now()).await?)
}

/// A connection with the settings that the store has, and nothing of the store's.
pub(crate) async fn plain(folder: &Path) -> Result<SqliteConnection> {
    let options = SqliteConnectOptions::new()
        .filename(folder.join("leadbell.db"))
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(std::time::Duration::from_secs(5))
        .disable_statement_logging();
    Ok(options.connect().await?)
}

/// An instant that every run shares.
pub(crate) fn monday() -> DateTime<Utc> {
    DateTime::from_timestamp(1_789_376_400, 0).unwrap_or_default()
}

/// A chat that says yes at once.
#[derive(Debug, Default)]
pub(crate) struct Nobody(AtomicU64);

impl Platform for Nobody {
    async fn post(&self, _to: &Place, _view: &View, _nonce: &Nonce) -> Result<Receipt, SendError> {
        let message = self.0.fetch_add(1, Ordering::Relaxed);
        Ok(Receipt { channel: "1".to_owned(), message: message.to_string() })
    }

    async fn edit(&self, _at: &Receipt, _view: &View) -> Result<(), SendError> {
        Ok(())
    }

    async fn delete(&self, _at: &Receipt) -> Result<(), SendError> {
        Ok(())
    }

    async fn open_thread(&self, at: &Receipt, _name: &str) -> Result<Place, SendError> {
        Ok(Place::Thread(at.message.clone()))
    }

    async fn find(&self, _at: &Place, _tag: &str, _since: DateTime<Utc>) -> Result<Vec<Receipt>, SendError> {
        Ok(Vec::new())
    }
}

/// Runs the program in a folder to its end: how long it takes, and the most memory that it held, in MB.
pub(crate) async fn program(folder: &Path, arguments: &[&str]) -> Result<(Duration, u64)> {
    let since = now();
    let mut program = Command::new(env!("CARGO_BIN_EXE_leadbell"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()?;
    let mut most = 0;
    let status = loop {
        let told = std::fs::read_to_string(format!("/proc/{}/status", program.id())).unwrap_or_default();
        let peak = told.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse::<u64>().ok());
        most = most.max(peak.unwrap_or_default() / 1_024);
        if let Some(status) = program.try_wait()? {
            break status;
        }
        tokio::time::sleep(LOOK_EVERY).await;
    };
    ensure!(status.success(), "{arguments:?} ended with {status}");
    Ok((since.elapsed(), most))
}
