//! How this process runs: `leadbell.toml`, and over it the environment.
//! What the company wants is in the playbook; what changes by command is in the database.
//! Invariant: no secret is ever part of a message, of `explain`, or of a `Debug` output.

mod keys;
mod read;
mod secret;
mod smtp;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

use lettre::message::Mailbox;
use secrecy::SecretString;
use url::Url;

use crate::problem::{Problem, Problems};

/// How this process runs.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The web server.
    pub http: Http,
    /// `sqlite://path`; a relative path begins where the process was started.
    pub database_url: String,
    /// The playbook that an empty database begins with.
    pub playbook_file: PathBuf,
    /// The log.
    pub log: Log,
    /// Where deliveries go while the database takes none.
    pub spool_dir: PathBuf,
    /// How much is taken.
    pub limits: Limits,
    /// Where providers are asked for what their ids stand for.
    pub providers: ProviderUrls,
    /// The mail server that e-mails to leads go through, where one is named.
    pub smtp: Option<Smtp>,
    discord: Result<Discord, Problems>,
    explained: Vec<Explained>,
}

/// The web server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Http {
    /// Where it listens.
    pub listen: SocketAddr,
    /// How others reach it, without a slash at the end.
    pub public_url: String,
}

/// How Discord is reached.
#[derive(Debug, Clone)]
pub struct Discord {
    /// The bot's token, without `Bot `.
    pub token: SecretString,
    /// The company's server.
    pub guild: u64,
    /// `https://discord.com`, or another base for tests and proxies, without a slash at the end.
    pub api_url: String,
    /// How clicks and commands come in.
    pub ingress: Ingress,
    /// The application, where it is named; Discord knows it otherwise.
    pub application_id: Option<u64>,
    /// What is written in a lead's thread becomes a note: needs Discord's privileged intent for message content.
    pub thread_notes: bool,
}

/// The mail server that e-mails to leads go through.
#[derive(Debug, Clone)]
pub struct Smtp {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is kept from being read.
    pub transport: Transport,
    /// Whom the mails are from: `Acme Sales <sales@acme.example>`.
    pub from: Mailbox,
    /// How we sign in, where it asks for that.
    pub login: Option<(String, SecretString)>,
}

/// How a connection to a mail server is kept from being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// Encrypted from the first byte.
    Tls,
    /// Encrypted before anything is said.
    StartTls,
    /// On this machine: nobody listens in.
    Local,
}

/// How clicks and commands come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ingress {
    /// Over a connection that we open.
    Gateway,
    /// As requests to our web server.
    Http {
        /// Proves that they are Discord's: 64 hexadecimal digits.
        public_key: String,
    },
}

/// The log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// How a line looks.
    pub format: LogFormat,
    /// What is logged: `info`, or directives such as `info,leadbell=debug`.
    pub level: String,
}

/// How a line of the log looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

/// How much is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Longest request, in bytes.
    pub body_bytes: usize,
    /// Longest time for reading one.
    pub body_time: Duration,
    /// Deliveries of one source in a minute, in the long run.
    pub per_minute: NonZeroU32,
    /// Deliveries of one source at once.
    pub burst: NonZeroU32,
    /// Most bytes in the spool.
    pub spool_bytes: u64,
}

/// One setting, for `check`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// `http.listen`.
    pub key: String,
    /// As it is used; of a secret only where it is kept.
    pub value: String,
    /// The file, a variable of the environment, or that it is the usual one.
    pub from: String,
}

/// Where providers are asked, by their names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderUrls(pub BTreeMap<String, ProviderUrl>);

/// Where one provider is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderUrl {
    /// Without a slash at the end.
    pub url: String,
    /// Written by the administrator, who may mean an address that only this network knows.
    pub is_named: bool,
}

impl Settings {
    /// Reads the settings from `file`, where there is one, and from the environment, which wins.
    ///
    /// # Errors
    /// Everything that is wrong, but for what only Discord needs; for that see `discord`.
    pub fn load(file: Option<&Path>, env: &dyn Fn(&str) -> Option<String>) -> Result<Self, Problems> {
        let Some(path) = file else { return Self::read("the environment", "", env) };
        let name = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => Self::read(&name, &text, env),
            Err(why) => {
                let problem = Problem::anywhere(format!("the settings {name} cannot be read: {why}"));
                Err(Problems::new(name, "", vec![problem.remedy("`leadbell setup` writes them")]))
            }
        }
    }

    /// How Discord is reached. Commands that only work on the database need none of it, and run without.
    ///
    /// # Errors
    /// What is missing, and where to get it.
    pub fn discord(&self) -> Result<&Discord, &Problems> {
        self.discord.as_ref()
    }

    /// Each setting with its value and where it came from; secrets without what they are.
    #[must_use]
    pub fn explain(&self) -> &[Explained] {
        &self.explained
    }

    /// A URL below the public one.
    #[must_use]
    pub fn public(&self, path: &str) -> String {
        format!("{}/{}", self.http.public_url, path.trim_start_matches('/'))
    }
}

/// A web address without a slash at its end.
fn base_url(text: &str) -> Result<String, String> {
    let expected = || "a web address such as \"https://leads.example.com\"".to_owned();
    let url = Url::parse(text).map_err(|_| expected())?;
    let web = matches!(url.scheme(), "http" | "https") && url.has_host() && url.query().is_none() && url.fragment().is_none();
    if web && url.username().is_empty() && url.password().is_none() {
        Ok(text.trim_end_matches('/').to_owned())
    } else {
        Err(expected())
    }
}
