//! What a recipe says about one request: the bytes that were signed, the signatures that came, the time they were made.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};

use super::form;
use super::headers::Found;
use super::json;
use super::recipe::{Encoding, Part, Place, Recipe, Unit};
use super::verify::{Request, Why};

/// Most signatures in one header; a rotation needs two or three.
const SIGNATURES_MAX: usize = 16;
/// How far a time stamp may be off when the recipe does not say, in seconds.
const TOLERANCE_S: u32 = 300;

/// A request under a recipe.
pub(super) struct Signed<'a> {
    recipe: &'a Recipe,
    request: &'a Request<'a>,
    fields: Vec<(String, String)>,
    /// The header with the signature, whole.
    value: String,
    /// The same as pairs, where it is a list of `name=value`.
    pairs: Vec<(String, String)>,
}

impl<'a> Signed<'a> {
    pub(super) fn new(recipe: &'a Recipe, request: &'a Request<'a>) -> Result<Self, Why> {
        let fields = if needs_fields(recipe) {
            let content_type = request.headers.once("Content-Type").unwrap_or_default();
            match json_fields(content_type, request.body) {
                Some(fields) => fields,
                None => form::fields(content_type, request.body).map_err(|_| Why::Garbled("the form".to_owned()))?,
            }
        } else {
            Vec::new()
        };
        let mut signed = Self { recipe, request, fields, value: String::new(), pairs: Vec::new() };
        signed.value = match (&recipe.header, &recipe.signature_field) {
            (Some(name), _) => signed.header(name)?.trim().to_owned(),
            (None, Some(name)) => signed.field(name)?.to_owned(),
            (None, None) => return Err(Why::Missing("the signature".to_owned())),
        };
        if let Some(kv) = &recipe.kv {
            let members = signed.value.split(kv.sep.as_str());
            signed.pairs = members.filter_map(|m| m.trim().split_once('=')).map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
        }
        Ok(signed)
    }

    /// The bytes that were signed.
    pub(super) fn message(&self) -> Result<Vec<u8>, Why> {
        let mut message = Vec::with_capacity(self.request.body.len() + 64);
        for part in &self.recipe.message {
            match part {
                Part::Body => message.extend_from_slice(self.request.body),
                Part::Method => message.extend_from_slice(self.request.method.as_bytes()),
                Part::Url => message.extend_from_slice(self.request.url.as_bytes()),
                Part::UrlDecoded => message.extend_from_slice(undo_escapes(self.request.url).as_bytes()),
                Part::SortedFields => message.extend_from_slice(sorted(&self.fields).as_bytes()),
                Part::Header(name) => message.extend_from_slice(self.header(name)?.as_bytes()),
                Part::Kv(name) => message.extend_from_slice(self.member(name)?.as_bytes()),
                Part::Field(name) => message.extend_from_slice(self.field(name)?.as_bytes()),
                Part::Literal(text) => message.extend_from_slice(text.as_bytes()),
            }
        }
        Ok(message)
    }

    /// The signatures that came, decoded; at least one.
    pub(super) fn signatures(&self) -> Result<Vec<Vec<u8>>, Why> {
        let texts: Vec<&str> = match (&self.recipe.kv, &self.recipe.list_sep) {
            (Some(kv), _) => self.pairs.iter().filter(|(k, _)| *k == kv.sig).map(|(_, v)| v.as_str()).collect(),
            (None, Some(sep)) => self.value.split(sep.as_str()).collect(),
            (None, None) => vec![self.value.as_str()],
        };
        let found: Vec<Vec<u8>> = texts.into_iter().take(SIGNATURES_MAX).filter_map(|text| self.decode(text.trim())).collect();
        if found.is_empty() { Err(Why::Garbled("the signature".to_owned())) } else { Ok(found) }
    }

    /// The time of signing is near enough to `now`.
    pub(super) fn fresh(&self, now: DateTime<Utc>) -> Result<(), Why> {
        let Some(stamp) = &self.recipe.timestamp else { return Ok(()) };
        let text = match &stamp.at {
            Place::Header(name) => self.header(name)?,
            Place::Kv(name) => self.member(name)?,
            Place::Field(name) => self.field(name)?,
        };
        let digits = !text.is_empty() && text.len() <= 15 && text.bytes().all(|b| b.is_ascii_digit());
        let count: i64 =
            if digits { text.parse().ok() } else { None }.ok_or_else(|| Why::Garbled("the time stamp".to_owned()))?;
        let at_ms = match stamp.unit {
            Unit::S => count.saturating_mul(1_000),
            Unit::Ms => count,
        };
        let age_s = (now.timestamp_millis() - at_ms) / 1_000;
        let tolerance = i64::from(self.recipe.tolerance_s.unwrap_or(TOLERANCE_S));
        if age_s > tolerance {
            return Err(Why::TooOld(age_s));
        }
        if age_s < -tolerance {
            return Err(Why::TooNew(-age_s));
        }
        Ok(())
    }

    fn decode(&self, text: &str) -> Option<Vec<u8>> {
        let text = match &self.recipe.prefix {
            Some(prefix) => text.strip_prefix(prefix.as_str())?,
            None => text,
        };
        let text = self.recipe.optional_prefix.as_ref().and_then(|p| text.strip_prefix(p.as_str())).unwrap_or(text);
        match self.recipe.encoding {
            Encoding::Hex => hex::decode(text).ok(),
            Encoding::Base64 => STANDARD.decode(text).ok(),
        }
    }

    fn header(&self, name: &str) -> Result<&'a str, Why> {
        let other =
            self.recipe.alias.as_ref().and_then(|a| name.strip_prefix(a.from.as_str()).map(|rest| format!("{}{rest}", a.to)));
        let found = match (self.request.headers.find(name), other) {
            (Found::Missing, Some(other)) => self.request.headers.find(&other),
            (found, _) => found,
        };
        match found {
            Found::Once(value) => Ok(value),
            Found::Missing => Err(Why::Missing(name.to_owned())),
            Found::Doubled => Err(Why::Doubled(name.to_owned())),
        }
    }

    fn member(&self, name: &str) -> Result<&str, Why> {
        one(&self.pairs, name)
    }

    fn field(&self, name: &str) -> Result<&str, Why> {
        one(&self.fields, name)
    }
}

/// The same senders write what they sign into an object `signature`, where they send JSON instead of a form.
fn json_fields(content_type: &str, body: &[u8]) -> Option<Vec<(String, String)>> {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    let text = std::str::from_utf8(body).ok().filter(|_| kind.eq_ignore_ascii_case("application/json"))?;
    let tree = json::parse(text).ok()?;
    let members = tree.get("signature")?.as_object()?;
    Some(members.iter().filter_map(|(name, value)| Some((name.clone(), json::text_of(value)?))).collect())
}

fn one<'p>(pairs: &'p [(String, String)], name: &str) -> Result<&'p str, Why> {
    let mut values = pairs.iter().filter(|(k, _)| k == name).map(|(_, v)| v.as_str());
    match (values.next(), values.next()) {
        (None, _) => Err(Why::Missing(format!("`{name}`"))),
        (Some(_), Some(_)) => Err(Why::Doubled(format!("`{name}`"))),
        (Some(value), None) => Ok(value),
    }
}

fn needs_fields(recipe: &Recipe) -> bool {
    recipe.header.is_none() || recipe.message.iter().any(|p| matches!(p, Part::SortedFields | Part::Field(_)))
}

fn sorted(fields: &[(String, String)]) -> String {
    let mut fields: Vec<&(String, String)> = fields.iter().collect();
    fields.sort();
    fields.dedup();
    fields.into_iter().fold(String::new(), |text, (name, value)| text + name.as_str() + value.as_str())
}

/// Undoes the twelve escapes that the signer undoes, and no others.
fn undo_escapes(url: &str) -> String {
    const PAIRS: [(&str, &str); 12] = [
        ("%3A", ":"),
        ("%2F", "/"),
        ("%3F", "?"),
        ("%40", "@"),
        ("%21", "!"),
        ("%24", "$"),
        ("%27", "'"),
        ("%28", "("),
        ("%29", ")"),
        ("%2A", "*"),
        ("%2C", ","),
        ("%3B", ";"),
    ];
    PAIRS.iter().fold(url.to_owned(), |url, (escaped, plain)| url.replace(escaped, plain).replace(&escaped.to_lowercase(), plain))
}
