//! How a provider signs, written as data: what is hashed, with which key, and where the signature stands.
//! Almost every provider differs from the next in these few points only, so a new one is a description and not code; a user may write their own.
//! Invariant: a recipe that was read covers the body, or names the form fields it covers instead, and covers the time stamp it trusts.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A way of signing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct Recipe {
    /// What makes the signature.
    pub hash: Hash,
    /// How the secret becomes a key.
    #[serde(default)]
    pub key: KeyForm,
    /// What is signed, piece by piece.
    pub message: Vec<Part>,
    /// The header with the signature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    /// The form field with the signature, where there is no header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature_field: Option<String>,
    /// How the signature is written.
    pub encoding: Encoding,
    /// Stands before each signature; what lacks it is passed over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// May stand before a signature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub optional_prefix: Option<String>,
    /// Separates several signatures in one header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list_sep: Option<String>,
    /// The header is a list of `name=value`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kv: Option<Kv>,
    /// Where the time of signing stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<Stamp>,
    /// How far that time may be off, either way, in seconds; 300 when not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tolerance_s: Option<u32>,
    /// Headers that some senders name otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<Alias>,
}

/// What makes the signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hash {
    /// HMAC with SHA-256.
    Sha256,
    /// HMAC with SHA-1.
    Sha1,
    /// Plain SHA-256 over key and message, as one provider still does.
    Sha256OfKeyAndMessage,
}

/// How a signature is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// `0f3a…`, in either case.
    Hex,
    /// With padding.
    Base64,
}

/// How the secret becomes a key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum KeyForm {
    /// Its characters.
    #[default]
    Utf8,
    /// It is hexadecimal.
    Hex,
    /// It is base64 after this prefix, which may be missing.
    Base64After(String),
}

/// A piece of what is signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Part {
    /// The raw body.
    Body,
    /// `POST`.
    Method,
    /// The public address that was called.
    Url,
    /// The same with twelve escapes undone, as one provider signs it.
    UrlDecoded,
    /// Each form field once, name then value, sorted.
    SortedFields,
    /// A header.
    Header(String),
    /// A member of the `name=value` header.
    Kv(String),
    /// A form field.
    Field(String),
    /// These characters.
    Literal(String),
}

/// A header that is a list of `name=value`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kv {
    /// Between members.
    pub sep: String,
    /// The member that is the signature; may come more than once.
    pub sig: String,
}

/// Where the time of signing stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// The place.
    #[serde(flatten)]
    pub at: Place,
    /// What it counts.
    pub unit: Unit,
}

/// A place for a time stamp.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// A header.
    Header(String),
    /// A member of the `name=value` header.
    Kv(String),
    /// A form field.
    Field(String),
}

/// What a time stamp counts since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Seconds.
    S,
    /// Milliseconds.
    Ms,
}

/// Headers that some senders name otherwise: each name that begins with `from` may begin with `to` instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alias {
    /// The usual beginning.
    pub from: String,
    /// The other one.
    pub to: String,
}

/// Why a recipe cannot be trusted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecipeFault {
    /// Neither body nor fields are signed.
    #[error("the message covers neither {{body}} nor any {{field:…}}; add \"{{body}}\" to `message`")]
    NothingCovered,
    /// Nowhere to look for the signature.
    #[error("name the `header` with the signature, or the `signature_field` of the form")]
    NoPlace,
    /// The time stamp could be changed by anybody.
    #[error("the time stamp is not part of the signed message; add it to `message`, or leave `timestamp` out")]
    StampNotCovered,
    /// An unknown placeholder.
    #[error(
        "`{0}` is not known; use {{body}}, {{method}}, {{url}}, {{hubspot_uri}}, {{sorted_fields}}, {{header:NAME}}, {{kv:NAME}}, {{field:NAME}} or plain text"
    )]
    UnknownPart(String),
    /// An unknown form of key.
    #[error("`{0}` is not known; use utf8, hex or base64_after:PREFIX")]
    UnknownKey(String),
}

impl Recipe {
    fn check(&self) -> Result<(), RecipeFault> {
        let covers = |p: &Part| matches!(p, Part::Body | Part::SortedFields | Part::Field(_));
        if !self.message.iter().any(covers) {
            return Err(RecipeFault::NothingCovered);
        }
        if self.header.is_none() && self.signature_field.is_none() {
            return Err(RecipeFault::NoPlace);
        }
        let Some(stamp) = &self.timestamp else { return Ok(()) };
        let part = match &stamp.at {
            Place::Header(name) => Part::Header(name.clone()),
            Place::Kv(name) => Part::Kv(name.clone()),
            Place::Field(name) => Part::Field(name.clone()),
        };
        if self.message.contains(&part) { Ok(()) } else { Err(RecipeFault::StampNotCovered) }
    }
}

impl<'de> Deserialize<'de> for Recipe {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let recipe = Self::deserialize(from)?;
        recipe.check().map_err(serde::de::Error::custom)?;
        Ok(recipe)
    }
}

impl Serialize for Recipe {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, to)
    }
}

impl TryFrom<String> for Part {
    type Error = RecipeFault;

    fn try_from(text: String) -> Result<Self, RecipeFault> {
        let Some(inner) = text.strip_prefix('{').and_then(|t| t.strip_suffix('}')) else { return Ok(Part::Literal(text)) };
        Ok(match inner.split_once(':') {
            None if inner == "body" => Part::Body,
            None if inner == "method" => Part::Method,
            None if inner == "url" => Part::Url,
            None if inner == "hubspot_uri" => Part::UrlDecoded,
            None if inner == "sorted_fields" => Part::SortedFields,
            Some(("header", name)) => Part::Header(name.to_owned()),
            Some(("kv", name)) => Part::Kv(name.to_owned()),
            Some(("field", name)) => Part::Field(name.to_owned()),
            None | Some(_) => return Err(RecipeFault::UnknownPart(text)),
        })
    }
}

impl From<Part> for String {
    fn from(part: Part) -> Self {
        match part {
            Part::Body => "{body}".to_owned(),
            Part::Method => "{method}".to_owned(),
            Part::Url => "{url}".to_owned(),
            Part::UrlDecoded => "{hubspot_uri}".to_owned(),
            Part::SortedFields => "{sorted_fields}".to_owned(),
            Part::Header(name) => format!("{{header:{name}}}"),
            Part::Kv(name) => format!("{{kv:{name}}}"),
            Part::Field(name) => format!("{{field:{name}}}"),
            Part::Literal(text) => text,
        }
    }
}

impl TryFrom<String> for KeyForm {
    type Error = RecipeFault;

    fn try_from(text: String) -> Result<Self, RecipeFault> {
        match (text.as_str(), text.strip_prefix("base64_after:")) {
            ("utf8", _) => Ok(KeyForm::Utf8),
            ("hex", _) => Ok(KeyForm::Hex),
            ("base64", _) => Ok(KeyForm::Base64After(String::new())),
            (_, Some(prefix)) => Ok(KeyForm::Base64After(prefix.to_owned())),
            (_, None) => Err(RecipeFault::UnknownKey(text)),
        }
    }
}

impl From<KeyForm> for String {
    fn from(form: KeyForm) -> Self {
        match form {
            KeyForm::Utf8 => "utf8".to_owned(),
            KeyForm::Hex => "hex".to_owned(),
            KeyForm::Base64After(prefix) => format!("base64_after:{prefix}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        toml::from_str::<Recipe>(text).unwrap_err().to_string()
    }

    #[test]
    fn a_recipe_that_would_protect_nothing_is_refused() {
        let no_body = "hash = 'sha256'\nmessage = ['{header:X-Id}']\nheader = 'X-Sign'\nencoding = 'hex'";
        assert!(refusal(no_body).contains("covers neither {body}"), "{}", refusal(no_body));
        let loose_stamp = "hash = 'sha256'\nmessage = ['{body}']\nheader = 'X-Sign'\nencoding = 'hex'\ntimestamp = { header = 'X-Time', unit = 's' }";
        assert!(refusal(loose_stamp).contains("time stamp is not part"), "{}", refusal(loose_stamp));
        let unknown = "hash = 'sha256'\nmessage = ['{bod}']\nheader = 'X-Sign'\nencoding = 'hex'";
        assert!(refusal(unknown).contains("`{bod}` is not known"), "{}", refusal(unknown));
    }

    #[test]
    fn a_recipe_survives_being_stored() {
        let text = "hash = 'sha1'\nkey = 'base64_after:whsec_'\nmessage = ['{kv:t}', '.', '{body}']\nheader = 'X-Sign'\nencoding = 'base64'\nkv = { sep = ',', sig = 'v1' }\ntimestamp = { kv = 't', unit = 's' }";
        let recipe: Recipe = toml::from_str(text).unwrap();
        let stored = serde_json::to_string(&recipe).unwrap();
        assert_eq!(serde_json::from_str::<Recipe>(&stored).unwrap(), recipe);
    }
}
