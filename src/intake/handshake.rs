//! How a sender makes sure of an address before it sends there, as data in a preset, and what it is answered.
//! Some ask for a word that only we were told, some for a challenge signed with the secret; most only look whether anybody answers.
//! Invariant: nothing of the sender's is echoed before it has proved itself, and what is echoed is plain text.

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use subtle::{Choice, ConstantTimeEq as _};
use url::form_urlencoded;

use super::json;
use super::recipe::Hash;
use super::verify::{Secrets, mac};

/// Longest challenge that is answered, in characters.
const CHALLENGE_MAX: usize = 512;

/// Longest body that may be a challenge, in bytes.
const CHALLENGE_BODY_MAX: usize = 4 * 1024;

/// How a sender makes sure of an address.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Handshake {
    /// It asks with a word that it was told when the address was pasted, and wants its challenge back as it is.
    VerifyToken {
        /// The parameter that says what it wants, and what that has to be.
        mode: (String, String),
        /// The parameter with the word.
        token: String,
        /// The parameter with the challenge.
        challenge: String,
    },
    /// It wants its challenge back in JSON, together with the HMAC-SHA256 of it under the source's secret, in hexadecimal digits.
    SignedChallenge {
        /// The parameter with the challenge, and the field in which it goes back.
        challenge: String,
        /// The field with the HMAC.
        response: String,
    },
}

/// What a GET or HEAD at the address of a source is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Greeting {
    /// That somebody is there: 200, and nothing else.
    Here,
    /// This.
    Answer {
        /// The type of the body.
        content_type: &'static str,
        /// The body.
        body: String,
    },
    /// That it has not shown the right word: 403.
    Refused,
}

/// The word that is told to a sender which asks with one: made from the secret, so that it is nowhere kept and a rotation changes it.
#[must_use]
pub fn verify_token(secret: &SecretString) -> SecretString {
    let token = hex::encode(mac(Hash::Sha256, secret.expose_secret().as_bytes(), b"verify"));
    SecretString::from(&token[..32])
}

impl Secrets {
    /// A source's secrets as they count now.
    #[must_use]
    pub fn at(now: DateTime<Utc>, current: &SecretString, before: Option<(&SecretString, DateTime<Utc>)>) -> Self {
        let previous = before.filter(|(_, until)| now < *until).map(|(secret, _)| secret.clone());
        Self { current: current.clone(), previous }
    }
}

/// What a GET with this query is answered; a request without any challenge is only a look.
#[must_use]
pub fn greet(handshake: Option<&Handshake>, secrets: &Secrets, query: &str) -> Greeting {
    let parameter = |name: &str| form_urlencoded::parse(query.as_bytes()).find(|(n, _)| n == name).map(|(_, v)| v.into_owned());
    match handshake {
        None => Greeting::Here,
        Some(Handshake::VerifyToken { mode, token, challenge }) => {
            let Some(sent) = parameter(challenge) else {
                // Half a handshake is a wrong one.
                let is_look = parameter(token).is_none() && parameter(&mode.0).is_none();
                return if is_look { Greeting::Here } else { Greeting::Refused };
            };
            let knows = knows_word(secrets, parameter(token).unwrap_or_default().as_bytes());
            if !knows || parameter(&mode.0).as_ref() != Some(&mode.1) || sent.chars().count() > CHALLENGE_MAX {
                return Greeting::Refused;
            }
            Greeting::Answer { content_type: "text/plain", body: sent }
        }
        Some(Handshake::SignedChallenge { challenge, response }) => {
            let Some(sent) = parameter(challenge) else { return Greeting::Here };
            if sent.chars().count() > CHALLENGE_MAX {
                return Greeting::Refused;
            }
            let signed = hex::encode(mac(Hash::Sha256, secrets.current.expose_secret().as_bytes(), sent.as_bytes()));
            let mut body = serde_json::Map::new();
            body.insert(challenge.clone(), sent.into());
            body.insert(response.clone(), signed.into());
            Greeting::Answer { content_type: "application/json", body: serde_json::Value::Object(body).to_string() }
        }
    }
}

/// Both words count during a rotation; each comparison takes the same time wherever they differ.
fn knows_word(secrets: &Secrets, given: &[u8]) -> bool {
    let given = Sha256::digest(given);
    let same = |secret: &SecretString| Sha256::digest(verify_token(secret).expose_secret().as_bytes()).ct_eq(&given);
    let known = secrets.previous.iter().fold(same(&secrets.current), |known: Choice, previous| known | same(previous));
    bool::from(known)
}

/// The challenge in a genuine POST that only asks whether we are there: it goes back as plain text, and is no delivery.
#[must_use]
pub fn challenge(body: &[u8]) -> Option<String> {
    if body.len() > CHALLENGE_BODY_MAX {
        return None;
    }
    let tree = json::parse(std::str::from_utf8(body).ok()?).ok()?;
    let asks = tree.get("type").and_then(|t| t.as_str()) == Some("url_verification");
    let challenge = tree.get("challenge").and_then(|c| c.as_str()).filter(|_| asks)?;
    (challenge.chars().count() <= CHALLENGE_MAX).then(|| challenge.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meta() -> Handshake {
        let parts = ["hub.mode", "subscribe", "hub.verify_token", "hub.challenge"].map(str::to_owned);
        let [mode, wanted, token, challenge] = parts;
        Handshake::VerifyToken { mode: (mode, wanted), token, challenge }
    }

    fn secrets(current: &str, previous: Option<&str>) -> Secrets {
        Secrets { current: current.into(), previous: previous.map(SecretString::from) }
    }

    #[test]
    fn the_challenge_goes_back_only_to_who_knows_the_word() {
        let word = |secret: &str| verify_token(&secret.into()).expose_secret().to_owned();
        let ask = |secrets: &Secrets, query: &str| greet(Some(&meta()), secrets, query);
        let query = |word: &str| format!("hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token={word}");
        let echoed = Greeting::Answer { content_type: "text/plain", body: "1158201444".to_owned() };
        let both = secrets("new", Some("old"));
        assert_eq!(word("new").len(), 32);
        assert_eq!(ask(&both, &query(&word("new"))), echoed);
        assert_eq!(ask(&both, &query(&word("old"))), echoed, "the old word counts as long as the old secret does");
        assert_eq!(ask(&secrets("new", None), &query(&word("old"))), Greeting::Refused);
        assert_eq!(ask(&both, &query("")), Greeting::Refused);
        assert_eq!(ask(&both, "hub.mode=subscribe&hub.challenge=1"), Greeting::Refused);
        assert_eq!(ask(&both, &format!("hub.mode=other&hub.challenge=1&hub.verify_token={}", word("new"))), Greeting::Refused);
        assert_eq!(ask(&both, &format!("hub.challenge=1&hub.verify_token={}", word("new"))), Greeting::Refused);
        assert_eq!(ask(&both, &format!("hub.mode=subscribe&hub.verify_token={}", word("new"))), Greeting::Refused);
        assert_eq!(ask(&both, "utm_source=x"), Greeting::Here);
    }

    #[test]
    fn a_challenge_beyond_all_measure_is_not_echoed() {
        let linkedin = Handshake::SignedChallenge { challenge: "challengeCode".into(), response: "challengeResponse".into() };
        let query = format!("challengeCode={}", "x".repeat(CHALLENGE_MAX + 1));
        assert_eq!(greet(Some(&linkedin), &secrets("s", None), &query), Greeting::Refused);
        assert_eq!(greet(Some(&linkedin), &secrets("s", None), ""), Greeting::Here);
        let posted = format!(r#"{{"type":"url_verification","challenge":"{}"}}"#, "x".repeat(CHALLENGE_MAX + 1));
        assert_eq!(challenge(posted.as_bytes()), None);
    }

    #[test]
    fn only_a_challenge_is_taken_for_one() {
        let ask = |body: &str| challenge(body.as_bytes());
        assert_eq!(ask(r#"{"type":"url_verification","token":"x","challenge":"3eZbrw1a"}"#).as_deref(), Some("3eZbrw1a"));
        for other in [r#"{"type":"event","challenge":"a"}"#, r#"{"type":"url_verification"}"#, "[]", "challenge=a", ""] {
            assert_eq!(ask(other), None, "{other}");
        }
    }
}
