//! The server's channels and roles by name, so that a playbook can say `leads-dach` and `sales-dach`.
//! Loaded when first asked, again when the gateway says that something changed, and on a miss; a miss asks at most every 30 s.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, RwLock};
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use serenity::http::Route;
use serenity::model::id::GuildId;
use tokio::time::Instant;

use super::failure::{Failure, No};
use super::rest::{Call, Rest};

const AFTER_MISS: Duration = Duration::from_secs(30);
const AFTER_CHANGE: Duration = Duration::from_secs(2);

/// What is known of the server.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) channels: Vec<Channel>,
    pub(super) roles: Vec<Role>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Channel {
    pub(super) id: String,
    #[serde(default)]
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) kind: u8,
    #[serde(default)]
    pub(super) permission_overwrites: Vec<Overwrite>,
}

/// What a channel allows or denies a role or member beyond the server's.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Overwrite {
    pub(super) id: String,
    #[serde(default)]
    pub(super) allow: String,
    #[serde(default)]
    pub(super) deny: String,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Role {
    pub(super) id: String,
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) permissions: String,
    #[serde(default)]
    pub(super) mentionable: bool,
}

impl Channel {
    /// Text and announcement channels; cards can stand nowhere else.
    fn takes_cards(&self) -> bool {
        matches!(self.kind, 0 | 5)
    }
}

impl Known {
    /// By id, or by name with or without the hash.
    pub(super) fn channel(&self, wanted: &str) -> Option<&Channel> {
        let name = wanted.trim().trim_start_matches('#').to_lowercase();
        let cards = || self.channels.iter().filter(|c| c.takes_cards());
        cards().find(|c| c.id == name).or_else(|| cards().find(|c| c.name.to_lowercase() == name))
    }

    /// By id, or by name with or without the at sign. Never `@everyone`.
    pub(super) fn role(&self, wanted: &str) -> Option<&Role> {
        let name = wanted.trim().trim_start_matches('@').to_lowercase();
        let roles = || self.roles.iter().filter(|r| r.name != "@everyone");
        roles().find(|r| r.id == name).or_else(|| roles().find(|r| r.name.to_lowercase() == name))
    }

    pub(super) fn role_name(&self, id: &str) -> Option<&str> {
        self.roles.iter().find(|r| r.id == id).map(|r| r.name.as_str())
    }
}

/// See the module.
#[derive(Debug)]
pub(super) struct Directory {
    rest: Arc<Rest>,
    guild: GuildId,
    known: RwLock<Arc<Known>>,
    changed: AtomicBool,
    /// When it was last loaded; held while loading, so that many askers load once.
    loaded: tokio::sync::Mutex<Option<Instant>>,
}

impl Directory {
    pub(super) fn new(rest: Arc<Rest>, guild: GuildId) -> Self {
        Self { rest, guild, known: RwLock::default(), changed: AtomicBool::new(true), loaded: tokio::sync::Mutex::new(None) }
    }

    /// As last loaded.
    pub(super) fn known(&self) -> Arc<Known> {
        Arc::clone(&self.known.read().expect("nothing panics while it is held"))
    }

    /// Something changed on the server: the next question loads anew.
    pub(super) fn touch(&self) {
        self.changed.store(true, Ordering::Relaxed);
    }

    /// Loads, where that could make `is_enough` true and it was not done just now; then what is known.
    pub(super) async fn knowing(&self, is_enough: impl Fn(&Known) -> bool) -> Result<Arc<Known>, Failure> {
        let known = self.known();
        if !self.changed.load(Ordering::Relaxed) && is_enough(&known) {
            return Ok(known);
        }
        let mut loaded = self.loaded.lock().await;
        let known = self.known();
        let changed = self.changed.load(Ordering::Relaxed);
        let pause = if changed { AFTER_CHANGE } else { AFTER_MISS };
        let too_soon = loaded.is_some_and(|at| Instant::now() < at + pause);
        if too_soon || (!changed && is_enough(&known)) {
            return Ok(known);
        }
        self.changed.store(false, Ordering::Relaxed);
        match self.load().await {
            Ok(fresh) => {
                *loaded = Some(Instant::now());
                let fresh = Arc::new(fresh);
                *self.known.write().expect("nothing panics while it is held") = Arc::clone(&fresh);
                Ok(fresh)
            }
            Err(failure) => {
                self.changed.store(true, Ordering::Relaxed);
                // What was known is better than nothing, where it answers the question.
                if is_enough(&known) { Ok(known) } else { Err(failure) }
            }
        }
    }

    async fn load(&self) -> Result<Known, Failure> {
        let channels = self.rest.call(Call::get(Route::GuildChannels { guild_id: self.guild })).await?;
        let roles = self.rest.call(Call::get(Route::GuildRoles { guild_id: self.guild })).await?;
        Ok(Known { channels: read(channels)?, roles: read(roles)? })
    }
}

fn read<T: serde::de::DeserializeOwned>(json: Value) -> Result<T, Failure> {
    serde_json::from_value(json)
        .map_err(|e| Failure::No(No { status: 200, code: None, why: format!("not what Discord answers: {e}") }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_and_roles_are_found_as_people_write_them() {
        let known = Known {
            channels: read(serde_json::json!([
                {"id": "1", "type": 4, "name": "leads"}, {"id": "2", "type": 0, "name": "leads"}, {"id": "3", "type": 2, "name": "voice"}
            ]))
            .unwrap(),
            roles: read(serde_json::json!([{"id": "9", "name": "@everyone"}, {"id": "7", "name": "Sales DACH"}])).unwrap(),
        };
        for wanted in ["leads", "#Leads", "2"] {
            assert_eq!(known.channel(wanted).map(|c| c.id.as_str()), Some("2"), "{wanted}");
        }
        assert!(known.channel("voice").is_none(), "cards stand in text channels");
        assert_eq!(known.role("@sales dach").map(|r| r.id.as_str()), Some("7"));
        assert!(known.role("everyone").is_none() && known.role("9").is_none(), "nobody rings everybody");
    }
}
