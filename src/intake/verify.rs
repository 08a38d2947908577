//! Tells a genuine request from a forged one, over the raw bytes and before anything is parsed.
//! Every comparison takes the same time whether the first or the last byte differs, and every live secret is tried to the end.
//! Invariant: a missing, doubled, short or unreadable signature is `Forged`; nothing here ever falls back to "accept".

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};
use subtle::{Choice, ConstantTimeEq as _};

use super::headers::{Found, Headers};
use super::recipe::{Hash, KeyForm, Recipe};
use super::signed::Signed;
use super::{body, json};

/// How a source proves who is calling: data, without the secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "scheme", rename_all = "snake_case")]
pub enum Auth {
    /// A signature.
    Hmac(Box<Recipe>),
    /// `Authorization: Bearer …` or `X-Leadbell-Token: …`.
    Bearer,
    /// The secret alone in a header of this name.
    Header {
        /// The header.
        name: String,
    },
    /// `Authorization: Basic …`; the secret is `user:password`.
    Basic,
    /// The secret stands in the body, in this top-level field.
    BodyKey {
        /// The field.
        field: String,
    },
    /// A signed token in this header holds the hash of the body.
    NetlifyJws {
        /// The header.
        header: String,
    },
    /// Nothing but an address that nobody can guess; the secret is `token_hash` of its last part.
    UrlToken,
}

/// The secrets of a source: two while they are being changed.
#[derive(Debug, Clone)]
pub struct Secrets {
    /// The one in use.
    pub current: SecretString,
    /// The one before, as long as it still counts.
    pub previous: Option<SecretString>,
}

/// A request as it came.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// `POST`.
    pub method: &'a str,
    /// The public address that was called, with its query: built from settings, never from `Host`.
    pub url: &'a str,
    /// What stood in the address after the source.
    pub token: Option<&'a str>,
    /// Its headers.
    pub headers: &'a Headers,
    /// Its raw body.
    pub body: &'a [u8],
}

/// Whether a request is what it says it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is; this secret proved it.
    Genuine(Which),
    /// The caller knows the address, which is all that this source can prove.
    Unauthenticated(Which),
    /// It is not, or it cannot be told.
    Forged(Why),
}

/// Which of two secrets matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// The one in use.
    Current,
    /// The one before.
    Previous,
}

/// Why a request is refused: for our own eyes; the caller is told 401 and no more.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// There is no such source.
    #[error("no such source")]
    UnknownSource,
    /// Something that must be there is not.
    #[error("{0} is missing")]
    Missing(String),
    /// Something came twice.
    #[error("{0} came more than once")]
    Doubled(String),
    /// Something cannot be read.
    #[error("{0} cannot be read")]
    Garbled(String),
    /// The signature was made too long ago, by so many seconds.
    #[error("signed {0} s ago, which is too old: a replay, or the clock here or there is wrong")]
    TooOld(i64),
    /// The signature was made in the future, by so many seconds.
    #[error("signed {0} s in the future: the clock here or there is wrong")]
    TooNew(i64),
    /// The stored secret does not fit the recipe.
    #[error("the stored secret is not of the form that the recipe asks for: set it anew")]
    SecretUnusable,
    /// It was signed with another secret, or changed on the way.
    #[error("the signature does not match: another secret, or changed on the way")]
    NoMatch,
}

/// Whether a request is what it says it is.
#[must_use]
pub fn verify(auth: &Auth, secrets: &Secrets, request: &Request<'_>, now: DateTime<Utc>) -> Verdict {
    let judged = match auth {
        Auth::Hmac(recipe) => signature(recipe, secrets, request, now),
        Auth::Bearer => bearer(request).and_then(|token| same(secrets, token.as_bytes())),
        Auth::Header { name } => header(request, name).and_then(|token| same(secrets, token.as_bytes())),
        Auth::Basic => basic(request).and_then(|login| same(secrets, &login)),
        Auth::BodyKey { field } => body_key(request, field).and_then(|key| same(secrets, key.as_bytes())),
        Auth::NetlifyJws { header: name } => header(request, name).and_then(|token| jws(secrets, token, request.body)),
        Auth::UrlToken => {
            let token =
                request.token.filter(|t| !t.is_empty()).ok_or_else(|| Why::Missing("the token in the address".to_owned()));
            return match token.and_then(|token| same(secrets, token_hash(token).as_bytes())) {
                Ok(which) => Verdict::Unauthenticated(which),
                Err(why) => Verdict::Forged(why),
            };
        }
    };
    judged.map_or_else(Verdict::Forged, Verdict::Genuine)
}

/// The same work as for a source that exists, so that time does not tell which ones do.
#[must_use]
pub fn verify_unknown(request: &Request<'_>) -> Verdict {
    let decoy = mac(Hash::Sha256, b"nobody signs with this", request.body);
    let same = bool::from(decoy.ct_eq(&[0; 32]));
    Verdict::Forged(if same { Why::NoMatch } else { Why::UnknownSource })
}

/// How a token in an address is kept: so that a stolen database opens no source.
#[must_use]
pub fn token_hash(token: &str) -> String {
    format!("sha256:{}", hex::encode(Sha256::digest(token.as_bytes())))
}

fn signature(recipe: &Recipe, secrets: &Secrets, request: &Request<'_>, now: DateTime<Utc>) -> Result<Which, Why> {
    let signed = Signed::new(recipe, request)?;
    let message = signed.message()?;
    let given = signed.signatures()?;
    let which = first_match(secrets, |secret| {
        let key = key(&recipe.key, secret.expose_secret())?;
        let own = mac(recipe.hash, &key, &message);
        Ok(given.iter().fold(Choice::from(0), |any, one| any | own.ct_eq(one)))
    })?;
    signed.fresh(now)?;
    Ok(which)
}

pub(super) fn key(form: &KeyForm, secret: &str) -> Result<Vec<u8>, Why> {
    let key = match form {
        KeyForm::Utf8 => Some(secret.as_bytes().to_vec()),
        KeyForm::Hex => hex::decode(secret).ok(),
        KeyForm::Base64After(prefix) => STANDARD.decode(secret.strip_prefix(prefix.as_str()).unwrap_or(secret)).ok(),
    };
    key.filter(|k| !k.is_empty()).ok_or(Why::SecretUnusable)
}

pub(super) fn mac(hash: Hash, key: &[u8], message: &[u8]) -> Vec<u8> {
    match hash {
        Hash::Sha256 => {
            let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
            mac.update(message);
            mac.finalize().into_bytes().to_vec()
        }
        Hash::Sha1 => {
            let mut mac = Hmac::<Sha1>::new_from_slice(key).expect("HMAC takes keys of any length");
            mac.update(message);
            mac.finalize().into_bytes().to_vec()
        }
        Hash::Sha256OfKeyAndMessage => Sha256::new().chain_update(key).chain_update(message).finalize().to_vec(),
    }
}

fn first_match(secrets: &Secrets, mut matches: impl FnMut(&SecretString) -> Result<Choice, Why>) -> Result<Which, Why> {
    let current = matches(&secrets.current);
    let previous = secrets.previous.as_ref().map(&mut matches);
    if current.as_ref().is_ok_and(|&c| bool::from(c)) {
        return Ok(Which::Current);
    }
    if matches!(previous, Some(Ok(c)) if bool::from(c)) {
        return Ok(Which::Previous);
    }
    Err(current.err().unwrap_or(Why::NoMatch))
}

/// Compares through a hash, so that not even the length shows.
fn same(secrets: &Secrets, given: &[u8]) -> Result<Which, Why> {
    let given = Sha256::digest(given);
    first_match(secrets, |secret| {
        let secret = secret.expose_secret();
        if secret.is_empty() {
            return Err(Why::SecretUnusable);
        }
        Ok(Sha256::digest(secret.as_bytes()).ct_eq(&given))
    })
}

fn header<'a>(request: &Request<'a>, name: &str) -> Result<&'a str, Why> {
    match request.headers.find(name) {
        Found::Missing => Err(Why::Missing(name.to_owned())),
        Found::Doubled => Err(Why::Doubled(name.to_owned())),
        Found::Once(value) => Ok(value.trim()),
    }
}

fn bearer<'a>(request: &Request<'a>) -> Result<&'a str, Why> {
    const OURS: &str = "X-Leadbell-Token";
    match (request.headers.find("Authorization"), request.headers.find(OURS)) {
        (Found::Missing, _) => header(request, OURS),
        (_, Found::Missing) => after_word(header(request, "Authorization")?, "Bearer"),
        _ => Err(Why::Doubled("the token".to_owned())),
    }
}

fn after_word<'a>(value: &'a str, word: &str) -> Result<&'a str, Why> {
    let (scheme, rest) = value.split_once(' ').ok_or_else(|| Why::Garbled("Authorization".to_owned()))?;
    if scheme.eq_ignore_ascii_case(word) { Ok(rest.trim()) } else { Err(Why::Garbled("Authorization".to_owned())) }
}

fn basic(request: &Request<'_>) -> Result<Vec<u8>, Why> {
    let login = after_word(header(request, "Authorization")?, "Basic")?;
    STANDARD.decode(login).map_err(|_| Why::Garbled("Authorization".to_owned()))
}

fn body_key(request: &Request<'_>, field: &str) -> Result<String, Why> {
    let content_type = request.headers.once("Content-Type").unwrap_or_default();
    let tree = body::read(content_type, request.body).map_err(|_| Why::Garbled("the body".to_owned()))?;
    tree.get(field).and_then(json::text_of).ok_or_else(|| Why::Missing(format!("`{field}` in the body")))
}

#[derive(Deserialize)]
struct JwsHead {
    alg: String,
}

#[derive(Deserialize)]
struct JwsClaims {
    iss: String,
    sha256: String,
}

fn jws(secrets: &Secrets, token: &str, body: &[u8]) -> Result<Which, Why> {
    let garbled = || Why::Garbled("the signed token".to_owned());
    let (signed, signature) = token.rsplit_once('.').ok_or_else(garbled)?;
    let (head, claims) = signed.split_once('.').ok_or_else(garbled)?;
    let bytes = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| garbled());
    let signature = bytes(signature)?;
    let which = first_match(secrets, |secret| {
        let key = key(&KeyForm::Utf8, secret.expose_secret())?;
        Ok(mac(Hash::Sha256, &key, signed.as_bytes()).ct_eq(&signature))
    })?;
    let head: JwsHead = serde_json::from_slice(&bytes(head)?).map_err(|_| garbled())?;
    let claims: JwsClaims = serde_json::from_slice(&bytes(claims)?).map_err(|_| garbled())?;
    let own = hex::encode(Sha256::digest(body));
    let holds = head.alg == "HS256"
        && claims.iss == "netlify"
        && bool::from(own.as_bytes().ct_eq(claims.sha256.to_ascii_lowercase().as_bytes()));
    if holds { Ok(which) } else { Err(Why::NoMatch) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(secret: &str) -> Secrets {
        Secrets { current: secret.to_owned().into(), previous: None }
    }

    fn judge(auth: &Auth, secret: &str, headers: &[(&str, &str)], token: Option<&str>) -> Verdict {
        let headers = Headers::new(headers.iter().map(|(k, v)| (*k, *v)));
        let request =
            Request { method: "POST", url: "https://leads.example.com/hooks/web", token, headers: &headers, body: b"{}" };
        verify(auth, &secrets(secret), &request, DateTime::UNIX_EPOCH)
    }

    #[test]
    fn a_token_is_taken_from_one_place_only() {
        let bearer = |headers: &[(&str, &str)]| judge(&Auth::Bearer, "tok", headers, Some("tok"));
        assert_eq!(bearer(&[("Authorization", "bearer tok")]), Verdict::Genuine(Which::Current));
        assert_eq!(bearer(&[("X-Leadbell-Token", "tok")]), Verdict::Genuine(Which::Current));
        assert_eq!(bearer(&[("X-Leadbell-Token", "toc")]), Verdict::Forged(Why::NoMatch));
        assert_eq!(
            bearer(&[("Authorization", "Bearer tok"), ("X-Leadbell-Token", "tok")]),
            Verdict::Forged(Why::Doubled("the token".to_owned()))
        );
        assert_eq!(bearer(&[("Authorization", "Basic tok")]), Verdict::Forged(Why::Garbled("Authorization".to_owned())));
        assert!(matches!(bearer(&[]), Verdict::Forged(Why::Missing(_))));
        assert_eq!(
            judge(&Auth::Bearer, "", &[("X-Leadbell-Token", "")], None),
            Verdict::Forged(Why::SecretUnusable),
            "an empty secret opens nothing"
        );
    }

    #[test]
    fn a_password_may_hold_a_colon() {
        let login = |word: &str| {
            judge(&Auth::Basic, "user:pa:ss", &[("Authorization", &format!("Basic {}", STANDARD.encode(word)))], None)
        };
        assert_eq!(login("user:pa:ss"), Verdict::Genuine(Which::Current));
        assert_eq!(login("user:pa"), Verdict::Forged(Why::NoMatch));
    }

    #[test]
    fn knowing_the_address_is_not_called_genuine() {
        let address = |token| judge(&Auth::UrlToken, &token_hash("t0k"), &[], token);
        assert_eq!(address(Some("t0k")), Verdict::Unauthenticated(Which::Current));
        assert_eq!(address(Some("t0x")), Verdict::Forged(Why::NoMatch));
        assert!(matches!(address(None), Verdict::Forged(Why::Missing(_))));
        assert_eq!(
            judge(&Auth::UrlToken, "t0k", &[], Some("t0k")),
            Verdict::Forged(Why::NoMatch),
            "the token itself is never what is kept"
        );
    }

    #[test]
    fn a_source_that_does_not_exist_is_refused_after_the_same_work() {
        let headers = Headers::default();
        let request = Request { method: "POST", url: "", token: None, headers: &headers, body: b"{}" };
        assert_eq!(verify_unknown(&request), Verdict::Forged(Why::UnknownSource));
    }

    #[test]
    fn a_form_too_long_to_read_is_not_taken_for_an_empty_one() {
        let auth = super::super::sources::preset("twilio_sms").unwrap().auth.clone();
        let url = "https://leads.example.com/hooks/sms";
        let headers = Headers::new([("X-Twilio-Signature", STANDARD.encode(mac(Hash::Sha1, b"s", url.as_bytes())))]);
        let judge = |body: &[u8]| {
            verify(
                &auth,
                &secrets("s"),
                &Request { method: "POST", url, token: None, headers: &headers, body },
                DateTime::UNIX_EPOCH,
            )
        };
        assert_eq!(judge(b""), Verdict::Genuine(Which::Current));
        assert_eq!(judge("a=1&".repeat(1_001).as_bytes()), Verdict::Forged(Why::Garbled("the form".to_owned())));
    }

    #[test]
    fn the_other_name_of_a_header_counts_too() {
        let auth = super::super::sources::preset("standard_webhooks").unwrap().auth.clone();
        let signed = mac(Hash::Sha256, b"key-of-24-bytes-or-longer", b"m1.0.{}");
        let secret = format!("whsec_{}", STANDARD.encode(b"key-of-24-bytes-or-longer"));
        let signature = format!("v1,{}", STANDARD.encode(signed));
        let headers = [("svix-id", "m1"), ("svix-timestamp", "0"), ("svix-signature", signature.as_str())];
        assert_eq!(judge(&auth, &secret, &headers, None), Verdict::Genuine(Which::Current));
        assert!(matches!(judge(&auth, "whsec_%%", &headers, None), Verdict::Forged(Why::SecretUnusable)));
    }
}
