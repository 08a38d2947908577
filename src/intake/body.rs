//! Makes a tree of a raw body, whatever form it was sent in.
//! Invariant: any bytes under any content type give a tree, or a fault that names the place and what to do.

use std::borrow::Cow;

use serde_json::json;

use super::charset;
use super::form;
use super::json::{self, Tree};
use super::mime;

/// Why a body cannot be read: in words, for the people who can change the sender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// Where: `line 2, column 6`, `field email`; empty when it is the whole body.
    pub place: String,
    /// What is wrong there.
    pub what: String,
    /// What to do next.
    pub remedy: String,
}

impl Unreadable {
    /// Of these three.
    #[must_use]
    pub fn new(place: impl Into<String>, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { place: place.into(), what: what.into(), remedy: remedy.into() }
    }
}

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let colon = if self.place.is_empty() { "" } else { ": " };
        write!(f, "{}{colon}{}. {}", self.place, self.what, self.remedy)
    }
}

/// Makes a tree of a raw body.
///
/// # Errors
/// Where it stops being readable.
pub fn read(content_type: &str, body: &[u8]) -> Result<Tree, Unreadable> {
    let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let remedy = "Send JSON (application/json) or a form (application/x-www-form-urlencoded), then replay this delivery.";
    if body.iter().all(u8::is_ascii_whitespace) {
        return Err(Unreadable::new("", "the body is empty", "Check that the sender is set to POST its fields."));
    }
    match kind.as_str() {
        "application/x-www-form-urlencoded" | "multipart/form-data" => {
            form::read(content_type, body).map_err(|what| Unreadable::new("", what, remedy))
        }
        "message/rfc822" | "message/global" => match mime::tree(body) {
            Ok(mail) => Ok(json!({ "mime": mail })),
            Err(what) => Err(Unreadable::new("", what, "Check that the mail is posted as it was sent, headers first.")),
        },
        "text/xml" | "application/xml" => Err(Unreadable::new("", "this is XML, which is not read", remedy)),
        _ if kind.ends_with("json") => from_json(content_type, body),
        _ => unnamed(content_type, body)
            .ok_or_else(|| Unreadable::new("", format!("`{kind}` is not a form of body that is read"), remedy)),
    }
}

/// Senders that name no type, or `text/plain`: JSON when it begins like it, a form when it looks like one.
fn unnamed(content_type: &str, body: &[u8]) -> Option<Tree> {
    let first = body.iter().find(|b| !b.is_ascii_whitespace())?;
    if matches!(first, b'{' | b'[' | 0xEF) {
        return from_json(content_type, body).ok();
    }
    let looks_like_form = body.contains(&b'=') && !body.iter().any(u8::is_ascii_whitespace);
    if looks_like_form { form::read(content_type, body).ok() } else { None }
}

/// JSON is UTF-8; senders that name another encoding, and mean it, are read all the same.
fn from_json(content_type: &str, body: &[u8]) -> Result<Tree, Unreadable> {
    let text = match (std::str::from_utf8(body), charset::of_type(content_type)) {
        (Ok(text), _) => Cow::Borrowed(text),
        (Err(_), Some(named)) if named != encoding_rs::UTF_8 => Cow::Owned(charset::text(body, Some(named))),
        (Err(fault), _) => return Err(not_utf8(fault.valid_up_to() + 1)),
    };
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
    json::parse(text).map_err(|fault| {
        let place = format!("line {}, column {}", fault.line, fault.column);
        Unreadable::new(
            place,
            fault.what,
            "Mend the JSON that the sender writes there; a quote or line break inside a value must be escaped.",
        )
    })
}

fn not_utf8(byte: usize) -> Unreadable {
    let what = "this is not UTF-8, which JSON has to be";
    Unreadable::new(format!("byte {byte}"), what, "Set the sender's encoding to UTF-8, then send it again.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_form_of_body_becomes_a_tree() {
        assert_eq!(read("application/json; charset=utf-8", "\u{FEFF}{\"a\":1}".as_bytes()), Ok(json!({"a":1})));
        assert_eq!(read("application/vnd.api+json", b"[]"), Ok(json!([])));
        assert_eq!(read("application/x-www-form-urlencoded", b"a=1"), Ok(json!({"a":"1"})));
        assert_eq!(read("", b" {\"a\":1}"), Ok(json!({"a":1})));
        assert_eq!(read("text/plain", b"a=1&b=2"), Ok(json!({"a":"1","b":"2"})));
        assert_eq!(read("application/json; charset=iso-8859-1", b"{\"a\":\"J\xfcrgen\"}"), Ok(json!({"a":"Jürgen"})));
    }

    #[test]
    fn a_fault_names_place_and_remedy() {
        let said = |content_type: &str, body: &[u8]| read(content_type, body).unwrap_err().to_string();
        assert_eq!(
            said("application/json", b"{\"a\":\"x\" y\"}"),
            "line 1, column 10: expected `,` or `}. Mend the JSON that the sender writes there; a quote or line break inside a value must be escaped.".replace("`}.", "`}`.")
        );
        assert!(said("application/json", b"{\"a\":\"\xff\"}").starts_with("byte 7: this is not UTF-8"));
        assert!(said("application/xml", b"<a/>").starts_with("this is XML, which is not read."));
        assert!(said("application/json", b"  ").starts_with("the body is empty."));
        assert!(said("image/png", b"\x89PNG").starts_with("`image/png` is not a form"));
    }

    proptest! {
        #[test]
        fn any_bytes_give_a_tree_or_a_fault(body in proptest::collection::vec(any::<u8>(), 0..200), kind in 0..4_usize) {
            let kinds = ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=B", ""];
            let _ = read(kinds[kind], &body);
        }
    }
}
