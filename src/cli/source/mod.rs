//! Where leads come from: each source has an address, a way to prove who calls, and a way to be read.

mod add;
mod change;
mod fields;
mod list;
pub(super) mod preview;
mod pull;
mod quarantine;
mod send;
mod token;
mod wait;

pub(super) use fields::{field_word, sure};

use crate::domain::ids::SourceKey;
use crate::intake::handshake::{self, Handshake};
use crate::intake::mapping::{Mapping, MappingText};
use crate::intake::preset::Preset;
use crate::intake::sources;
use crate::intake::verify::Auth;
use crate::problem;
use crate::settings::Settings;
use crate::store::{SourceRow, Store};
use anyhow::Context as _;
use clap::Subcommand;
use secrecy::{ExposeSecret as _, SecretString};
use std::path::Path;

use super::ending::{Ending, Misuse};
use super::shell::Shell;

#[derive(Debug, Subcommand)]
pub(crate) enum Source {
    /// Add a source; prints its address and its secret once
    Add(add::Add),
    /// List the sources, with what came in at each
    List(list::List),
    /// List the providers that are known
    Presets(list::Presets),
    /// Make a new secret; the old one still counts for a while
    Rotate(change::Rotate),
    /// Answer a source with "later", so that it sends again when it is resumed
    Pause(change::Pause),
    /// Take from a paused source again
    Resume(change::Resume),
    /// Tell managers when a source is quiet for longer than it ever is, or do not
    Watch(change::WatchSource),
    /// Say which fields stand where, over what the preset knows
    Map(change::Map),
    /// Show what a payload becomes, before anything goes live
    Preview(preview::Preview),
    /// Keep the access token with which the provider of a source is asked
    Token(token::Token),
    /// Bring in what never came by webhook, from the provider's own lists
    Pull(pull::Pull),
    /// List what could not be read, look at it, have it read again
    Quarantine(quarantine::Quarantine),
    /// Wait for a source to be heard, and say what became of what came
    Wait(wait::WaitFor),
    /// Send a signed sample to a running server
    Send(send::Send),
}

impl Source {
    pub(crate) async fn run(self, shell: &mut Shell) -> anyhow::Result<Ending> {
        match self {
            Source::Add(add) => Box::pin(add.run(shell)).await,
            Source::List(list) => list.run(shell).await,
            Source::Presets(presets) => presets.run(shell),
            Source::Rotate(rotate) => rotate.run(shell).await,
            Source::Pause(pause) => pause.run(shell).await,
            Source::Resume(resume) => resume.run(shell).await,
            Source::Watch(watch) => watch.run(shell).await,
            Source::Map(map) => map.run(shell).await,
            Source::Preview(preview) => preview.run(shell).await,
            Source::Token(token) => token.run(shell).await,
            Source::Pull(pull) => Box::pin(pull.run(shell)).await,
            Source::Quarantine(quarantine) => quarantine.run(shell).await,
            Source::Wait(wait) => wait.run(shell).await,
            Source::Send(send) => Box::pin(send.run(shell)).await,
        }
    }
}

/// A provider by its key.
fn preset(key: &str) -> anyhow::Result<&'static Preset> {
    sources::preset(key).ok_or_else(|| {
        let near = problem::nearest(key, sources::presets().iter().map(|p| p.key.as_str()));
        let near = near.map(|near| format!("did you mean {near}? ")).unwrap_or_default();
        Misuse::error(format!(
            "there is no preset {key}: {near}`leadbell source presets` lists them, and `generic` reads any JSON or form"
        ))
    })
}

/// A source by its key.
fn find(store: &Store, key: &str) -> anyhow::Result<SourceRow> {
    let all = store.sources();
    let wanted = SourceKey::from(key);
    all.iter().find(|source| source.key == wanted).cloned().ok_or_else(|| {
        let near = problem::nearest(key, all.iter().map(|source| source.key.as_str()));
        let near = near.map(|near| format!("did you mean {near}? ")).unwrap_or_default();
        Misuse::error(format!("there is no source {key}: {near}`leadbell source list` shows them all"))
    })
}

/// How a source proves who calls.
fn auth(source: &SourceRow) -> anyhow::Result<Auth> {
    serde_json::from_str(&source.auth)
        .with_context(|| format!("how the source {} proves itself cannot be read: add it anew", source.key))
}

/// Whether nothing but its address proves who sends.
fn is_unauthenticated(source: &SourceRow) -> bool {
    auth(source).is_ok_and(|auth| auth == Auth::UrlToken)
}

/// How people read it in a list.
fn proof(auth: &Auth) -> &'static str {
    match auth {
        Auth::Hmac(_) => "signature",
        Auth::Bearer => "bearer token",
        Auth::Header { .. } => "header",
        Auth::Basic => "password",
        Auth::BodyKey { .. } => "key in the body",
        Auth::NetlifyJws { .. } => "signed token",
        Auth::UrlToken => "unauthenticated",
    }
}

/// The address of a source; with its token, where that is all that protects it.
fn address(settings: &Settings, key: &SourceKey, auth: &Auth, plain: &SecretString) -> String {
    match auth {
        Auth::UrlToken => settings.public(&format!("hooks/{key}/{}", plain.expose_secret())),
        Auth::Hmac(_) | Auth::Bearer | Auth::Header { .. } | Auth::Basic | Auth::BodyKey { .. } | Auth::NetlifyJws { .. } => {
            settings.public(&format!("hooks/{key}"))
        }
    }
}

/// The word that the provider is told beside the address, where it asks for one.
fn verify_token(preset: &Preset, plain: &SecretString) -> Option<SecretString> {
    matches!(preset.handshake, Some(Handshake::VerifyToken { .. })).then(|| handshake::verify_token(plain))
}

/// A mapping from a TOML or JSON file, checked; as it is kept, and ready to run.
fn mapping(file: &Path) -> anyhow::Result<(String, Mapping)> {
    let name = file.display();
    let text = std::fs::read_to_string(file).with_context(|| format!("the mapping {name} cannot be read"))?;
    let json = file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
    let wrong = |why: String| Misuse::error(format!("{name}: {why}"));
    let written: MappingText = if json {
        serde_json::from_str(&text).map_err(|e| wrong(e.to_string()))?
    } else {
        toml::from_str(&text).map_err(|e| wrong(e.to_string()))?
    };
    let ready = Mapping::new(&written).map_err(|e| wrong(e.to_string()))?;
    Ok((serde_json::to_string(&written)?, ready))
}
