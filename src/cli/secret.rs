//! The secrets of sources: made here, or taken from where the administrator keeps one that its sender made.
//! Never taken from the command line itself, where every user of the machine could read it.

use std::io;

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret as _, SecretString};

use super::ending::Misuse;
use crate::delivery::Chance;
use crate::intake::preset::Preset;
use crate::intake::recipe::KeyForm;
use crate::intake::setup;
use crate::intake::verify::{Auth, token_hash};

/// A secret, as the sender has it and as it is kept.
#[derive(Debug)]
pub(crate) struct Secret {
    /// As the sender has it; shown once.
    pub(crate) plain: SecretString,
    /// For the database.
    pub(crate) kept: SecretString,
}

impl Secret {
    /// The sender's own, from `place`; a fresh one, where the sender takes any.
    pub(crate) fn new(preset: &Preset, auth: &Auth, place: Option<&str>) -> anyhow::Result<Self> {
        let plain = match (place, &preset.secret_from) {
            (Some(place), _) => theirs(auth, place)?,
            (None, None) => SecretString::from(setup::secret(auth, Chance::of_the_machine().bytes())),
            (None, Some(from)) => {
                return Err(Misuse::error(format!(
                    "{} makes its own secret: {from}. Put it into a file or a variable, and add --secret file:PATH or --secret env:NAME",
                    preset.title
                )));
            }
        };
        let kept = if *auth == Auth::UrlToken { SecretString::from(token_hash(plain.expose_secret())) } else { plain.clone() };
        Ok(Self { plain, kept })
    }
}

/// A secret that the sender made, if it is of the form that its proof asks for.
fn theirs(auth: &Auth, place: &str) -> anyhow::Result<SecretString> {
    let plain = read(place)?;
    let text = plain.expose_secret();
    let (fits, form) = match auth {
        Auth::Hmac(recipe) => match &recipe.key {
            KeyForm::Utf8 => (true, String::new()),
            KeyForm::Hex => (hex::decode(text).is_ok(), "hexadecimal digits".to_owned()),
            KeyForm::Base64After(prefix) => {
                (STANDARD.decode(text.strip_prefix(prefix.as_str()).unwrap_or(text)).is_ok(), format!("{prefix} and base64"))
            }
        },
        Auth::Basic => (text.contains(':'), "user:password".to_owned()),
        Auth::UrlToken => {
            (!text.contains(['/', '?', '#', '%', ' ']), "letters and digits, as they may stand in an address".to_owned())
        }
        Auth::Bearer | Auth::Header { .. } | Auth::BodyKey { .. } | Auth::NetlifyJws { .. } => (true, String::new()),
    };
    if fits {
        Ok(plain)
    } else {
        Err(Misuse::error(format!("the secret at {place} is not of the form that this source asks for: {form}")))
    }
}

/// A secret from where it is kept.
pub(crate) fn read(place: &str) -> anyhow::Result<SecretString> {
    let text = if let Some(name) = place.strip_prefix("env:") {
        std::env::var(name).map_err(|_| Misuse::error(format!("the environment has no variable {name}")))?
    } else if let Some(path) = place.strip_prefix("file:") {
        std::fs::read_to_string(path).with_context(|| format!("the secret in {path} cannot be read"))?
    } else if place == "-" {
        io::read_to_string(io::stdin()).context("the secret cannot be read from standard input")?
    } else {
        return Err(Misuse::error(
            "say where the secret is kept: env:NAME, file:PATH, or - for standard input; on the command line others could read it",
        ));
    };
    match text.trim() {
        "" => Err(Misuse::error(format!("the secret at {place} is empty"))),
        secret => Ok(SecretString::from(secret)),
    }
}

/// An id that no sample had before.
pub(crate) fn sample_id() -> String {
    format!("sample-{}", hex::encode(Chance::of_the_machine().bytes::<6>()))
}
