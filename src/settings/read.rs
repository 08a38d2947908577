//! From the text of a settings file and the environment to the settings.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use super::keys::{self, Found, Key, Origin, Shown};
use super::{Discord, Explained, Http, Ingress, Limits, Log, LogFormat, ProviderUrl, ProviderUrls, Settings, base_url, secret};
use crate::document::span::{self, Counted};
use crate::document::{self, Mistakes, Table};
use crate::problem::{Problem, Problems};

pub(super) type Env<'e> = &'e dyn Fn(&str) -> Option<String>;

impl Settings {
    /// Reads the settings from the text of the file `name` and from the environment, which wins.
    ///
    /// # Errors
    /// As `load`.
    pub fn read(name: &str, text: &str, env: Env<'_>) -> Result<Self, Problems> {
        let open = |key: &str| keys::ALL.iter().any(|known| known.name == key && known.shown == Shown::Openly);
        let hidden = secret::hide(text, &open);
        let read = document::read(name, text, |root, mistakes| {
            let found = found(root, env);
            let discord = Mistakes::default();
            let settings = Reader { found: &found, mistakes }.settings(name, env, &discord);
            (settings, discord)
        });
        let (mut settings, missing) = read.map_err(|problems| problems.showing(&hidden))?;
        if !missing.is_empty() {
            settings.discord = Err(Problems::new(name, hidden, missing.into_list()));
        }
        Ok(settings)
    }
}

/// What is written for every key, in the order of `keys::ALL`.
fn found(root: &Table<'_>, env: Env<'_>) -> Vec<(&'static Key, Found)> {
    let mut sections: Vec<(&'static str, Option<Table<'_>>)> = Vec::new();
    let mut all = Vec::new();
    for key in keys::ALL {
        if !sections.iter().any(|(name, _)| *name == key.section) {
            sections.push((key.section, root.table(key.section)));
        }
        let section = sections.iter().find(|(name, _)| *name == key.section).and_then(|(_, table)| table.as_ref());
        all.push((key, key.find(section, env)));
    }
    for table in sections.iter().filter_map(|(_, table)| table.as_ref()) {
        table.finish();
    }
    all
}

pub(super) struct Reader<'r> {
    found: &'r [(&'static Key, Found)],
    pub(super) mistakes: &'r Mistakes,
}

impl Reader<'_> {
    /// The settings; Discord's are refused later, through `missing`, so a placeholder may stand for them.
    fn settings(&self, name: &str, env: Env<'_>, missing: &Mistakes) -> Settings {
        let listen = self.parsed(&keys::HTTP_LISTEN, listen).unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080)));
        let public_url = self.parsed(&keys::HTTP_PUBLIC_URL, base_url).unwrap_or_else(|| format!("http://{listen}"));
        let text = |key| self.parsed(key, |text| Ok(text.to_owned())).unwrap_or_default();
        Settings {
            http: Http { listen, public_url },
            database_url: self.parsed(&keys::DATABASE_URL, database_url).unwrap_or_default(),
            playbook_file: PathBuf::from(text(&keys::PLAYBOOK_FILE)),
            log: Log {
                format: self
                    .choice(&keys::LOG_FORMAT, &[("text", LogFormat::Text), ("json", LogFormat::Json)])
                    .unwrap_or(LogFormat::Text),
                level: self.parsed(&keys::LOG_LEVEL, level).unwrap_or_default(),
            },
            spool_dir: PathBuf::from(text(&keys::SPOOL_DIR)),
            limits: self.limits(),
            providers: self.providers(),
            smtp: self.smtp(env),
            discord: self.discord(env, missing).ok_or_else(|| Problems::new(name, "", Vec::new())),
            explained: self.found.iter().map(|(key, found)| explain(key, found, name)).collect(),
        }
    }

    fn providers(&self) -> ProviderUrls {
        let one = |key: &Key| {
            let url = self.parsed(key, base_url)?;
            let is_named = !matches!(self.find(key).origin, Origin::Usual) && Some(url.as_str()) != key.usual;
            Some((key.name.trim_end_matches("_url").to_owned(), ProviderUrl { url, is_named }))
        };
        ProviderUrls(keys::PROVIDERS.into_iter().filter_map(one).collect())
    }

    fn limits(&self) -> Limits {
        let usual = std::time::Duration::from_secs(10);
        let span = |text: &str| span::parse(text, Counted::Wall).ok().and_then(|span| span.to_std().ok());
        let time = |text: &str| span(text).ok_or_else(|| "a span such as \"10s\"".to_owned());
        let one = std::num::NonZeroU32::MIN;
        Limits {
            body_bytes: self.number(&keys::BODY_BYTES).unwrap_or(1),
            body_time: self.parsed(&keys::BODY_TIME, time).unwrap_or(usual),
            per_minute: self.number(&keys::PER_MINUTE).unwrap_or(one),
            burst: self.number(&keys::BURST).unwrap_or(one),
            spool_bytes: self.number(&keys::SPOOL_BYTES).unwrap_or(1),
        }
    }

    /// What is written wrong is a mistake; what is not there yet is only missing.
    fn discord(&self, env: Env<'_>, missing: &Mistakes) -> Option<Discord> {
        let remedy =
            "the application's Bot page shows it once; keep it in the environment and write token = \"env:DISCORD_TOKEN\"";
        let token = self.needed(&keys::DISCORD_TOKEN, missing, remedy).and_then(|found| {
            let written = found.text.as_deref().unwrap_or_default();
            // People copy it from a request as often as from the page.
            let token = secret::resolve(written, env, "Bot ");
            let why = token.as_ref().err().cloned();
            if let Some(why) = why {
                missing.note(problem(&keys::DISCORD_TOKEN, found, &format!("discord.token: {why}")));
            }
            token.ok()
        });
        let copy = "switch on Developer Mode in Discord, right-click the server's name and Copy Server ID";
        let guild = self.needed(&keys::DISCORD_GUILD, missing, copy).and_then(|_| self.parsed(&keys::DISCORD_GUILD, snowflake));
        let api_url = self.parsed(&keys::DISCORD_API_URL, base_url);
        let application_id = self.parsed(&keys::DISCORD_APPLICATION_ID, snowflake);
        let public_key = self.parsed(&keys::DISCORD_PUBLIC_KEY, public_key);
        let thread_notes = self.choice(&keys::DISCORD_THREAD_NOTES, &[("true", true), ("false", false)])?;
        let by_requests = self.choice(&keys::DISCORD_INGRESS, &[("gateway", false), ("http", true)])?;
        let ingress = if by_requests {
            let general = "the application's General Information page shows it";
            self.needed(&keys::DISCORD_PUBLIC_KEY, missing, general);
            Ingress::Http { public_key: public_key? }
        } else {
            Ingress::Gateway
        };
        Some(Discord { token: token?, guild: guild?, api_url: api_url?, ingress, application_id, thread_notes })
    }

    pub(super) fn find(&self, key: &Key) -> &Found {
        let (_, found) = self.found.iter().find(|(known, _)| *known == key).expect("every key was looked for");
        found
    }

    fn needed(&self, key: &Key, missing: &Mistakes, remedy: &str) -> Option<&Found> {
        let found = self.find(key);
        if found.text.is_none() {
            let message = format!("[{}] has no `{}`, nor is {} set", key.section, key.name, key.variable());
            missing.note(Problem::anywhere(message).remedy(remedy));
        }
        found.text.as_ref().map(|_| found)
    }

    /// The value, or a mistake that says what was expected.
    pub(super) fn parsed<T>(&self, key: &Key, parse: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        let found = self.find(key);
        let text = found.text.as_deref()?;
        match parse(text) {
            Ok(value) => Some(value),
            Err(expected) => {
                let message = match key.shown {
                    Shown::Openly if !secret::may_hold_password(text) => format!("`{}` cannot be \"{text}\"", key.name),
                    Shown::Openly | Shown::Never => format!("`{}` is not right", key.name),
                };
                self.mistakes.note(problem(key, found, &message).expected(expected));
                None
            }
        }
    }

    fn number<T: FromStr>(&self, key: &Key) -> Option<T> {
        let whole = || "a whole number above 0".to_owned();
        self.parsed(key, |text| text.parse().ok().filter(|_| text.bytes().any(|digit| digit != b'0')).ok_or_else(whole))
    }

    fn choice<T: Copy>(&self, key: &Key, choices: &[(&str, T)]) -> Option<T> {
        let names = || choices.iter().map(|(name, _)| format!("\"{name}\"")).collect::<Vec<_>>().join(" or ");
        self.parsed(key, |text| choices.iter().find(|(name, _)| *name == text).map(|(_, value)| *value).ok_or_else(names))
    }
}

/// A problem where the value was written: in the file, or in a variable.
pub(super) fn problem(key: &Key, found: &Found, message: &str) -> Problem {
    match &found.origin {
        Origin::File(place) => Problem::at(place.clone(), message),
        Origin::Environment(variable) => Problem::anywhere(format!("{variable}: {message}")),
        Origin::Usual | Origin::Nowhere => Problem::anywhere(format!("{}: {message}", key.dotted())),
    }
}

fn explain(key: &Key, found: &Found, file: &str) -> Explained {
    let value = match (&found.text, key.shown) {
        (None, _) => "not set".to_owned(),
        (Some(text), Shown::Openly) => text.clone(),
        (Some(text), Shown::Never) => secret::kept(text).to_owned(),
    };
    let from = match &found.origin {
        Origin::Environment(variable) => variable.clone(),
        Origin::File(_) => file.to_owned(),
        Origin::Usual => "usual".to_owned(),
        Origin::Nowhere => "nowhere".to_owned(),
    };
    Explained { key: key.dotted(), value, from }
}

fn listen(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| {
        "an address and a port, such as \"127.0.0.1:8080\", or \"0.0.0.0:8080\" to be reached from outside".to_owned()
    })
}

fn database_url(text: &str) -> Result<String, String> {
    let path = text.strip_prefix("sqlite://").or_else(|| text.strip_prefix("sqlite:")).filter(|path| !path.is_empty());
    path.map(|_| text.to_owned()).ok_or_else(|| "\"sqlite://\" and a file, such as \"sqlite://leadbell.db\"".to_owned())
}

fn level(text: &str) -> Result<String, String> {
    let expected = || "error, warn, info, debug or trace, or directives such as \"info,leadbell=debug\"".to_owned();
    let words = text.split(',').map(|directive| directive.rsplit('=').next().unwrap_or_default().trim());
    let known = |word: &str| ["error", "warn", "info", "debug", "trace", "off"].contains(&word.to_lowercase().as_str());
    if words.clone().all(known) { Ok(text.to_owned()) } else { Err(expected()) }
}

fn snowflake(text: &str) -> Result<u64, String> {
    let long = (17..=20).contains(&text.len());
    text.parse().ok().filter(|_| long).ok_or_else(|| "an id of Discord, a number of 17 to 20 digits".to_owned())
}

fn public_key(text: &str) -> Result<String, String> {
    let hex = text.len() == 64 && text.bytes().all(|digit| digit.is_ascii_hexdigit());
    if hex { Ok(text.to_lowercase()) } else { Err("64 hexadecimal digits".to_owned()) }
}
