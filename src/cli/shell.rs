//! What every command begins with: the settings, the database, the clock, and where output goes.

use std::io::{self, Stdout};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};

use crate::clock::Clock;
use crate::playbook::Playbook;
use crate::problem::{Problem, Problems};
use crate::settings::Settings;
use crate::store::{AuditEntry, Options, Store};

use super::ending::Misuse;
use super::print;
use super::serve::database_path;

/// Taken where no other settings are named, if it is there.
pub(crate) const SETTINGS_FILE: &str = "leadbell.toml";

/// Who is said to have done what is done from here.
pub(crate) const ACTOR: &str = "shell";

/// Where a command runs.
#[derive(Debug)]
pub(crate) struct Shell {
    /// Results.
    pub(crate) out: Stdout,
    /// Tells the time.
    pub(crate) clock: Clock,
    /// What is logged, where it was said.
    pub(crate) log: Option<String>,
    config: Option<PathBuf>,
}

impl Shell {
    /// With what was typed before the command.
    pub(crate) fn new(config: Option<PathBuf>, log: Option<String>) -> Self {
        Self { out: io::stdout(), clock: Clock::system(), log, config }
    }

    /// The file of the settings: the one named, or the usual one where it is there.
    pub(crate) fn settings_file(&self) -> Option<PathBuf> {
        let usual = || Some(PathBuf::from(SETTINGS_FILE)).filter(|file| file.exists());
        self.config.clone().or_else(usual)
    }

    /// Where settings are, or would be written.
    pub(crate) fn settings_place(&self) -> PathBuf {
        self.config.clone().unwrap_or_else(|| PathBuf::from(SETTINGS_FILE))
    }

    /// The settings.
    pub(crate) fn settings(&self) -> Result<Settings, Problems> {
        Settings::load(self.settings_file().as_deref(), &|name| std::env::var(name).ok())
    }

    /// The settings of this file.
    pub(crate) fn settings_at(&self, file: &Path) -> Result<Settings, Problems> {
        Settings::load(Some(file), &|name| std::env::var(name).ok())
    }

    /// The database, which must be there.
    pub(crate) async fn store(&self) -> anyhow::Result<Store> {
        let settings = self.settings()?;
        let path = database_path(&settings.database_url)?;
        if !path.exists() {
            let place = path.display();
            return Err(Misuse::error(format!(
                "there is no database at {place}: `leadbell serve` and `leadbell source add` make one; if it lies elsewhere, \
                 say so in [database] url or with --config"
            )));
        }
        self.open(&settings).await
    }

    /// The database, made where there is none.
    pub(crate) async fn store_or_new(&self) -> anyhow::Result<Store> {
        self.open(&self.settings()?).await
    }

    async fn open(&self, settings: &Settings) -> anyhow::Result<Store> {
        let path = database_path(&settings.database_url)?;
        let seed = if path.exists() { Playbook::example().to_owned() } else { seed(settings)? };
        Ok(Store::open(&Options { path, seed }, self.clock.now()).await?)
    }

    /// That it was done from here, now.
    pub(crate) fn entry(&self, deed: &str, about: impl Into<String>) -> AuditEntry {
        AuditEntry { at: self.clock.now(), actor: ACTOR.to_owned(), deed: deed.to_owned(), about: about.into() }
    }
}

/// What an empty database begins with: the playbook's file, or the worked example where there is none.
fn seed(settings: &Settings) -> anyhow::Result<String> {
    if settings.playbook_file.exists() {
        return Ok(read_playbook(&settings.playbook_file)?.0);
    }
    let said =
        "note: there is no {}, so the database begins with the worked example; `leadbell playbook apply FILE` puts in yours";
    print::aside(&said.replace("{}", &settings.playbook_file.display().to_string()));
    Ok(Playbook::example().to_owned())
}

/// A playbook from a file, checked; a dash reads standard input.
pub(crate) fn read_playbook(file: &Path) -> Result<(String, Playbook), Problems> {
    let name = file.display().to_string();
    let text = if name == "-" { io::read_to_string(io::stdin()) } else { std::fs::read_to_string(file) };
    let text = text.map_err(|why| {
        let problem = Problem::anywhere(format!("the playbook {name} cannot be read: {why}"));
        Problems::new(
            &name,
            "",
            vec![problem.remedy("`leadbell setup` writes one to begin with; [playbook] file says where it is")],
        )
    })?;
    match Playbook::read(&text) {
        Ok(playbook) => Ok((text, playbook)),
        Err(problems) => Err(problems.named(name)),
    }
}

/// How the server is reached from this machine.
pub(crate) fn local_url(settings: &Settings) -> String {
    let mut address = settings.http.listen;
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        IpAddr::V4(_) | IpAddr::V6(_) => {}
    }
    format!("http://{address}")
}
