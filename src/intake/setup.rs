//! Makes a new source: its secret, its address, and what to paste where. The chat and the shell both make sources here.
//! Pure: fresh bytes come from the caller. What is made is shown once; a token in an address is kept as its hash only.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret as _, SecretString};

use super::handshake::verify_token;
use super::preset::Preset;
use super::recipe::KeyForm;
use super::verify::{Auth, token_hash};
use crate::domain::ids::SourceKey;

/// Longest and shortest key.
const KEY_LENGTH: std::ops::RangeInclusive<usize> = 2..=32;

/// Somebody who looks over a shoulder must not be able to guess it.
pub const SECRET_BYTES: usize = 32;

/// The user name where a provider wants one.
const USER: &str = "leadbell";

/// A source that was made: to be kept, and to be shown once.
#[derive(Debug, Clone)]
pub struct Made {
    /// How requests prove themselves, as the store keeps it.
    pub auth: Auth,
    /// What the store keeps.
    pub kept: SecretString,
    /// Where leads are sent.
    pub url: String,
    /// What is pasted beside the address; none where the address is the secret.
    pub secret: Option<SecretString>,
    /// What to do, step by step.
    pub steps: Vec<String>,
}

/// A key cannot stand in an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a key has 2 to 32 lower-case letters, digits and dashes, such as website or fair-2026")]
pub struct NoKey;

/// The key of a new source, as typed.
///
/// # Errors
/// When it is no key.
pub fn key(typed: &str) -> Result<SourceKey, NoKey> {
    let fits = KEY_LENGTH.contains(&typed.len());
    let plain = typed.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    let framed = typed.starts_with('-') || typed.ends_with('-');
    if fits && plain && !framed { Ok(SourceKey::from(typed)) } else { Err(NoKey) }
}

/// Makes the secret and the address of a source that sends as the preset says. `public_url` is what the world calls this server.
#[must_use]
pub fn make(key: &SourceKey, preset: &Preset, public_url: &str, fresh: [u8; SECRET_BYTES]) -> Made {
    let auth = preset.auth.clone();
    let base = format!("{}/hooks/{key}", public_url.trim_end_matches('/'));
    let secret = secret(&auth, fresh);
    let is_in_url = matches!(auth, Auth::UrlToken);
    let (url, kept) = if is_in_url { (format!("{base}/{secret}"), token_hash(&secret)) } else { (base, secret.clone()) };
    let steps = steps(key, preset, &SecretString::from(secret.as_str()));
    Made { auth, kept: SecretString::from(kept), url, secret: (!is_in_url).then(|| SecretString::from(secret)), steps }
}

/// A fresh secret in the form that the proof asks for.
#[must_use]
pub fn secret(auth: &Auth, fresh: [u8; SECRET_BYTES]) -> String {
    match auth {
        Auth::Hmac(recipe) => match &recipe.key {
            KeyForm::Utf8 | KeyForm::Hex => hex::encode(fresh),
            KeyForm::Base64After(prefix) => format!("{prefix}{}", STANDARD.encode(fresh)),
        },
        Auth::Basic => format!("{USER}:{}", URL_SAFE_NO_PAD.encode(fresh)),
        Auth::Bearer | Auth::Header { .. } | Auth::BodyKey { .. } | Auth::NetlifyJws { .. } | Auth::UrlToken => {
            URL_SAFE_NO_PAD.encode(fresh)
        }
    }
}

/// What to do, step by step, for this source with this secret.
#[must_use]
pub fn steps(key: &SourceKey, preset: &Preset, secret: &SecretString) -> Vec<String> {
    let word = verify_token(secret);
    let filled = |step: &String| step.replace("{key}", key.as_str()).replace("{verify_token}", word.expose_secret());
    preset.setup.iter().map(filled).collect()
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::*;
    use crate::intake::headers::Headers;
    use crate::intake::signing::{Occasion, sample};
    use crate::intake::sources;
    use crate::intake::verify::{Request, Secrets, Verdict, Which, verify};

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_789_378_000, 0).unwrap()
    }

    #[test]
    fn what_is_shown_proves_itself_against_what_is_kept() {
        for preset in sources::presets() {
            let made = make(&"website".into(), preset, "https://leads.example.com/", [7; 32]);
            let token = made.url.strip_prefix("https://leads.example.com/hooks/website/");
            assert_eq!(token.is_some(), made.secret.is_none(), "{}: one of the two is the secret", preset.key);
            assert!(made.steps.len() >= 2, "{}: says what to paste where", preset.key);
            let shown = made.secret.clone().unwrap_or_default();
            let occasion = Occasion { url: &made.url, now: now(), id: "one" };
            let request = sample(preset, &made.auth, &shown, &occasion).unwrap();
            let asked = Request { method: "POST", url: &made.url, token, headers: &request.headers, body: &request.body };
            let secrets = Secrets { current: made.kept, previous: None };
            let expected = match token {
                None => Verdict::Genuine(Which::Current),
                Some(_) => Verdict::Unauthenticated(Which::Current),
            };
            assert_eq!(verify(&made.auth, &secrets, &asked, now()), expected, "{}", preset.key);
        }
    }

    #[test]
    fn an_address_that_is_its_own_secret_is_kept_as_a_hash() {
        let preset = Preset { auth: Auth::UrlToken, ..sources::preset("generic").unwrap().clone() };
        let made = make(&"fair".into(), &preset, "https://leads.example.com", [9; 32]);
        let token = made.url.strip_prefix("https://leads.example.com/hooks/fair/").unwrap();
        assert!(made.secret.is_none() && !made.kept.expose_secret().contains(token));
        let headers = Headers::new(Vec::<(String, String)>::new());
        let asked = Request { method: "POST", url: &made.url, token: Some(token), headers: &headers, body: b"{}" };
        let secrets = Secrets { current: made.kept.clone(), previous: None };
        assert_eq!(verify(&made.auth, &secrets, &asked, now()), Verdict::Unauthenticated(Which::Current));
    }

    #[test]
    fn a_key_can_stand_in_an_address() {
        for good in ["website", "fair-2026", "a1"] {
            assert_eq!(key(good), Ok(good.into()));
        }
        for bad in ["", "a", "Web", "by_hand", "a b", "-a", "a-", "ü-form", "a/b", &"x".repeat(33)] {
            assert_eq!(key(bad), Err(NoKey), "{bad}");
        }
    }
}
