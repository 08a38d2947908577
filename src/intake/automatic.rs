//! Tells mail that a machine wrote for nobody in particular: answers from people who are away, bounces, newsletters, mailing lists.
//! A form that sends its answers by mail is a machine too, so that only what replies or bounces is certain; the rest counts as automatic unless it is a form.

use std::borrow::Cow;

use serde_json::Value;

use super::json::{Tree, text_of};
use super::preset::MailParts;
use super::{answers, email};

/// Most headers that are looked at.
const HEADERS_MAX: usize = 400;

/// What kind of automatic mail this is, in words; `None` when a person, or a form, wrote it.
#[must_use]
pub(super) fn kind(tree: &Tree, parts: &MailParts) -> Option<&'static str> {
    let headers: Vec<(Cow<'_, str>, Cow<'_, str>)> =
        parts.headers.iter().flat_map(|path| path.query(tree).all()).flat_map(headers).take(HEADERS_MAX).collect();
    let said = |name: &str| {
        let mut values =
            headers.iter().filter(|(n, _)| n.trim().eq_ignore_ascii_case(name)).map(|(_, v)| v.trim().to_lowercase());
        values.next()
    };
    let first_word =
        |name: &str| said(name).map(|v| v.split([';', ' ', '(']).next().unwrap_or_default().to_owned()).filter(|v| !v.is_empty());
    let submitted = first_word("Auto-Submitted").filter(|v| v != "no");
    let precedence = first_word("Precedence").unwrap_or_default();
    let from = parts.from.iter().flat_map(|path| path.query(tree).all()).filter_map(text_of).chain(said("From"));
    let reported = said("Content-Type").is_some_and(|kind| kind.starts_with("multipart/report"));
    if reported || said("X-Failed-Recipients").is_some() || from.into_iter().any(|f| is_mailer(&f)) {
        return Some("a message that could not be delivered came back");
    }
    let replied = submitted.as_deref().is_some_and(|v| matches!(v, "auto-replied" | "auto-notified"));
    let replies = ["X-Autoreply", "X-Autorespond", "X-Autoresponse"];
    if replied || precedence == "auto_reply" || replies.iter().any(|name| said(name).is_some_and(|v| v != "no")) {
        return Some("an automatic reply");
    }
    if parts.text.iter().flat_map(|path| path.query(tree).all()).filter_map(text_of).any(|text| answers::is_letter(&text)) {
        return None;
    }
    match precedence.as_str() {
        "bulk" | "junk" => Some("bulk mail"),
        "list" => Some("mail to a list"),
        _ if said("List-Id").is_some() => Some("mail to a list"),
        _ if submitted.is_some() || said("Return-Path").is_some_and(|path| path == "<>") => Some("a machine wrote it"),
        _ => None,
    }
}

/// The headers in any of the forms in which services hand them on: pairs, objects with a name and a value, or lines.
fn headers(node: &Tree) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
    match node {
        Value::String(text) => lines(text).into_iter().map(|(n, v)| (n.into(), v.into())).collect(),
        Value::Array(list) => list.iter().filter_map(pair).map(|(n, v)| (n.into(), v.into())).collect(),
        _ => Vec::new(),
    }
}

fn pair(node: &Tree) -> Option<(&str, &str)> {
    match node {
        Value::Array(pair) => Some((pair.first()?.as_str()?, pair.get(1)?.as_str()?)),
        Value::Object(map) => Some((map.get("Name")?.as_str()?, map.get("Value")?.as_str()?)),
        _ => None,
    }
}

/// Lines that begin with a blank go on with the one before.
fn lines(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for line in text.lines().take_while(|line| !line.trim().is_empty()) {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = found.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            found.push((name.to_owned(), value.trim().to_owned()));
        }
    }
    found
}

/// Those who bring undelivered mail back.
fn is_mailer(from: &str) -> bool {
    let Some(address) = email::address(from) else { return from.to_lowercase().contains("mailer-daemon@") };
    let local: String =
        address.split(['@', '+']).next().unwrap_or_default().chars().filter(char::is_ascii_alphanumeric).collect();
    matches!(local.as_str(), "mailerdaemon" | "postmaster")
}
