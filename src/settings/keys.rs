//! Every key of the settings: its place in the file, its usual value, and whether it may be shown. Said once, here; reading, the
//! environment, `explain` and the hiding of secrets all go by this list.

use std::ops::Range;

use crate::document::Table;

/// Whether a value may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    Openly,
    Never,
}

/// One key of the settings.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) section: &'static str,
    pub(super) name: &'static str,
    /// Where nothing is written.
    pub(super) usual: Option<&'static str>,
    pub(super) shown: Shown,
}

const fn key(section: &'static str, name: &'static str, usual: &'static str) -> Key {
    Key { section, name, usual: Some(usual), shown: Shown::Openly }
}

const fn without_usual(section: &'static str, name: &'static str) -> Key {
    Key { section, name, usual: None, shown: Shown::Openly }
}

pub(super) const HTTP_LISTEN: Key = key("http", "listen", "127.0.0.1:8080");
pub(super) const HTTP_PUBLIC_URL: Key = without_usual("http", "public_url");
pub(super) const DATABASE_URL: Key = key("database", "url", "sqlite://leadbell.db");
pub(super) const DISCORD_TOKEN: Key = Key { section: "discord", name: "token", usual: None, shown: Shown::Never };
pub(super) const DISCORD_GUILD: Key = without_usual("discord", "guild");
pub(super) const DISCORD_API_URL: Key = key("discord", "api_url", "https://discord.com");
pub(super) const DISCORD_INGRESS: Key = key("discord", "ingress", "gateway");
pub(super) const DISCORD_PUBLIC_KEY: Key = without_usual("discord", "public_key");
pub(super) const DISCORD_APPLICATION_ID: Key = without_usual("discord", "application_id");
pub(super) const DISCORD_THREAD_NOTES: Key = key("discord", "thread_notes", "false");
pub(super) const PLAYBOOK_FILE: Key = key("playbook", "file", "playbook.toml");
pub(super) const SMTP_URL: Key = without_usual("smtp", "url");
pub(super) const SMTP_FROM: Key = without_usual("smtp", "from");
pub(super) const SMTP_USER: Key = without_usual("smtp", "user");
pub(super) const SMTP_PASSWORD: Key = Key { section: "smtp", name: "password", usual: None, shown: Shown::Never };
pub(super) const LOG_FORMAT: Key = key("log", "format", "text");
pub(super) const LOG_LEVEL: Key = key("log", "level", "info");
pub(super) const SPOOL_DIR: Key = key("spool", "dir", "spool");
pub(super) const BODY_BYTES: Key = key("limits", "body_bytes", "1048576");
pub(super) const BODY_TIME: Key = key("limits", "body_time", "10s");
pub(super) const PER_MINUTE: Key = key("limits", "per_minute", "300");
pub(super) const BURST: Key = key("limits", "burst", "100");
pub(super) const SPOOL_BYTES: Key = key("limits", "spool_bytes", "268435456");
pub(super) const META_URL: Key = key("providers", "meta_url", "https://graph.facebook.com");
pub(super) const LINKEDIN_URL: Key = key("providers", "linkedin_url", "https://api.linkedin.com");
pub(super) const HUBSPOT_URL: Key = key("providers", "hubspot_url", "https://api.hubapi.com");
pub(super) const PIPEDRIVE_URL: Key = key("providers", "pipedrive_url", "https://api.pipedrive.com");
pub(super) const TIKTOK_URL: Key = key("providers", "tiktok_url", "https://business-api.tiktok.com");
pub(super) const JOTFORM_URL: Key = key("providers", "jotform_url", "https://api.jotform.com");
pub(super) const TYPEFORM_URL: Key = key("providers", "typeform_url", "https://api.typeform.com");

/// Where providers are asked.
pub(super) const PROVIDERS: [&Key; 7] =
    [&META_URL, &LINKEDIN_URL, &HUBSPOT_URL, &PIPEDRIVE_URL, &TIKTOK_URL, &JOTFORM_URL, &TYPEFORM_URL];

/// All of them, in the order in which they are explained.
pub(super) const ALL: [&Key; 30] = [
    &HTTP_LISTEN,
    &HTTP_PUBLIC_URL,
    &DATABASE_URL,
    &DISCORD_TOKEN,
    &DISCORD_GUILD,
    &DISCORD_API_URL,
    &DISCORD_INGRESS,
    &DISCORD_PUBLIC_KEY,
    &DISCORD_APPLICATION_ID,
    &DISCORD_THREAD_NOTES,
    &PLAYBOOK_FILE,
    &SMTP_URL,
    &SMTP_FROM,
    &SMTP_USER,
    &SMTP_PASSWORD,
    &LOG_FORMAT,
    &LOG_LEVEL,
    &SPOOL_DIR,
    &BODY_BYTES,
    &BODY_TIME,
    &PER_MINUTE,
    &BURST,
    &SPOOL_BYTES,
    &META_URL,
    &LINKEDIN_URL,
    &HUBSPOT_URL,
    &PIPEDRIVE_URL,
    &TIKTOK_URL,
    &JOTFORM_URL,
    &TYPEFORM_URL,
];

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    Environment(String),
    File(Range<usize>),
    Usual,
    Nowhere,
}

/// What was written for a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) text: Option<String>,
    pub(super) origin: Origin,
}

impl Key {
    /// As people write it: `http.listen`.
    pub(super) fn dotted(&self) -> String {
        format!("{}.{}", self.section, self.name)
    }

    /// `LEADBELL_HTTP_LISTEN`.
    pub(super) fn variable(&self) -> String {
        format!("LEADBELL_{}_{}", self.section, self.name).to_uppercase()
    }

    /// The environment wins over the file, the file over what is usual. An empty variable counts as not set.
    pub(super) fn find(&self, section: Option<&Table<'_>>, env: &dyn Fn(&str) -> Option<String>) -> Found {
        let variable = self.variable();
        let written = section.and_then(|table| table.written(self.name));
        if let Some(text) = env(&variable).filter(|text| !text.trim().is_empty()) {
            return Found { text: Some(text.trim().to_owned()), origin: Origin::Environment(variable) };
        }
        match (written, self.usual) {
            (Some(given), _) => Found { text: Some(given.value.trim().to_owned()), origin: Origin::File(given.place) },
            (None, Some(usual)) => Found { text: Some(usual.to_owned()), origin: Origin::Usual },
            (None, None) => Found { text: None, origin: Origin::Nowhere },
        }
    }
}
