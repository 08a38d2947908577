//! Makes a request as a provider would send it, signed: for trying a source out before the provider does.
//! Invariant: what is made here passes `verify` with the same secret.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::{DateTime, SecondsFormat, Utc};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::fetch::{Fetch, Fetched};
use super::headers::Headers;
use super::preset::Preset;
use super::recipe::{Encoding, Hash, KeyForm, Part, Place, Recipe, Unit};
use super::signed::Signed;
use super::verify::{Auth, Request, Why, key, mac};
use crate::domain::ids::LeadId;

/// A request to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// `POST`.
    pub method: &'static str,
    /// Its headers, with the signature.
    pub headers: Headers,
    /// Its body.
    pub body: Vec<u8>,
}

/// What a sample is made for.
#[derive(Debug, Clone, Copy)]
pub struct Occasion<'a> {
    /// The public address of the source.
    pub url: &'a str,
    /// The time of sending.
    pub now: DateTime<Utc>,
    /// Its id: another one makes another lead.
    pub id: &'a str,
}

/// The preset's own example, signed.
///
/// # Errors
/// The secret does not fit the recipe.
pub fn sample(preset: &Preset, auth: &Auth, secret: &SecretString, occasion: &Occasion<'_>) -> Result<Sample, Why> {
    let plain = plain(occasion.id);
    let body = filled(&preset.sample.body, occasion).replace("{secret}", secret.expose_secret());
    let occasion = Occasion { id: &plain, ..*occasion };
    sign(
        auth,
        secret,
        Sample {
            method: "POST",
            headers: Headers::new([("Content-Type", preset.sample.content_type.as_str())]),
            body: body.into_bytes(),
        },
        &occasion,
    )
}

/// A signal of a kind in our own form, signed; `whom` is a lead, like `L-1042`, an e-mail address or a number.
///
/// # Errors
/// The secret does not fit the recipe.
pub fn signal(auth: &Auth, secret: &SecretString, (kind, whom): (&str, &str), occasion: &Occasion<'_>) -> Result<Sample, Why> {
    let field = match whom {
        lead if lead.parse::<LeadId>().is_ok_and(|_| lead.starts_with(['L', 'l'])) => "lead",
        email if email.contains('@') => "email",
        _ => "phone",
    };
    let mut members = vec![(field, whom), ("kind", kind), ("page", "pricing"), ("seconds", "60"), ("id", occasion.id)];
    if let Auth::BodyKey { field } = auth {
        members.push((field, secret.expose_secret()));
    }
    // Who signs in a form sends a form.
    let is_form = matches!(auth, Auth::Hmac(recipe) if recipe.header.is_none());
    let (content_type, body) = if is_form {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        ("application/x-www-form-urlencoded", form.extend_pairs(members).finish())
    } else {
        let object: serde_json::Map<_, _> = members.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
        ("application/json", serde_json::Value::Object(object).to_string())
    };
    let unsigned = Sample { method: "POST", headers: Headers::new([("Content-Type", content_type)]), body: body.into_bytes() };
    sign(auth, secret, unsigned, occasion)
}

/// What a fetch for the preset's own example would bring; nothing where the example holds everything.
#[must_use]
pub fn sample_fetched(preset: &Preset, occasion: &Occasion<'_>) -> Fetched {
    let mut fetched = Fetched::default();
    for (name, answer) in &preset.sample.fetched {
        fetched.add(0, name, Fetch::Here(filled(answer, occasion).into_bytes()));
    }
    fetched
}

fn plain(id: &str) -> String {
    id.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect()
}

fn filled(text: &str, occasion: &Occasion<'_>) -> String {
    text.replace("{id}", &plain(occasion.id))
        .replace("{now}", &occasion.now.to_rfc3339_opts(SecondsFormat::Secs, true))
        .replace("{now_s}", &occasion.now.timestamp().to_string())
}

/// A request with what its source asks for as proof.
///
/// # Errors
/// The secret does not fit the recipe, or the recipe signs what the request does not have.
pub fn sign(auth: &Auth, secret: &SecretString, mut request: Sample, occasion: &Occasion<'_>) -> Result<Sample, Why> {
    let plain = secret.expose_secret();
    match auth {
        Auth::Hmac(recipe) => sign_with(recipe, secret, &mut request, occasion)?,
        Auth::Bearer => request.headers.push("Authorization", format!("Bearer {plain}")),
        Auth::Header { name } => request.headers.push(name, plain),
        Auth::Basic => request.headers.push("Authorization", format!("Basic {}", STANDARD.encode(plain))),
        Auth::NetlifyJws { header } => {
            let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
            let claims = json!({"iss": "netlify", "sha256": hex::encode(Sha256::digest(&request.body))});
            let signed = format!("{}.{}", part(json!({"typ": "JWT", "alg": "HS256"})), part(claims));
            let tag = mac(Hash::Sha256, &key(&KeyForm::Utf8, plain)?, signed.as_bytes());
            request.headers.push(header, format!("{signed}.{}", URL_SAFE_NO_PAD.encode(tag)));
        }
        Auth::BodyKey { .. } | Auth::UrlToken => {}
    }
    Ok(request)
}

fn sign_with(recipe: &Recipe, secret: &SecretString, request: &mut Sample, occasion: &Occasion<'_>) -> Result<(), Why> {
    let stamp = recipe.timestamp.as_ref().map(|s| match s.unit {
        Unit::S => occasion.now.timestamp().to_string(),
        Unit::Ms => occasion.now.timestamp_millis().to_string(),
    });
    let stamp_header =
        recipe.timestamp.as_ref().and_then(|s| if let Place::Header(name) = &s.at { Some(name.as_str()) } else { None });
    for part in &recipe.message {
        if let Part::Header(name) = part {
            let value = if stamp_header == Some(name.as_str()) { stamp.as_deref().unwrap_or_default() } else { occasion.id };
            request.headers.push(name, value);
        }
    }
    let Some(header) = &recipe.header else { return sign_in_form(recipe, secret, request, occasion) };
    let written = |signature: &str| match (&recipe.kv, &stamp) {
        (Some(kv), Some(stamp)) => format!("t={stamp}{}{}={signature}", kv.sep, kv.sig),
        (Some(kv), None) => format!("{}={signature}", kv.sig),
        (None, _) => format!("{}{signature}", recipe.prefix.as_deref().unwrap_or_default()),
    };
    // The header stands there with nothing in it while the message is put together, because the message may take its time stamp from it.
    let mut unsigned = request.headers.clone();
    unsigned.push(header, written(""));
    let given = Request { method: request.method, url: occasion.url, token: None, headers: &unsigned, body: &request.body };
    let message = Signed::new(recipe, &given)?.message()?;
    let tag = mac(recipe.hash, &key(&recipe.key, secret.expose_secret())?, &message);
    let signature = match recipe.encoding {
        Encoding::Hex => hex::encode(tag),
        Encoding::Base64 => STANDARD.encode(tag),
    };
    request.headers.push(header, written(&signature));
    Ok(())
}

/// For those who sign in fields of the form: appends the signed fields and the signature.
fn sign_in_form(recipe: &Recipe, secret: &SecretString, request: &mut Sample, occasion: &Occasion<'_>) -> Result<(), Why> {
    let Some(field) = &recipe.signature_field else { return Err(Why::Missing("a place for the signature".to_owned())) };
    let stamp_field =
        recipe.timestamp.as_ref().and_then(|s| if let Place::Field(name) = &s.at { Some(name.as_str()) } else { None });
    let stamp = occasion.now.timestamp().to_string();
    let mut message = String::new();
    for part in &recipe.message {
        let Part::Field(name) = part else { return Err(Why::Garbled("the recipe".to_owned())) };
        let value = if stamp_field == Some(name.as_str()) { stamp.as_str() } else { occasion.id };
        message.push_str(value);
        request.body.extend_from_slice(format!("&{name}={value}").as_bytes());
    }
    let tag = mac(recipe.hash, &key(&recipe.key, secret.expose_secret())?, message.as_bytes());
    request.body.extend_from_slice(format!("&{field}={}", hex::encode(tag)).as_bytes());
    Ok(())
}
