//! Makes signals of a stored delivery: what people did besides asking, in our own form or in that of a provider's events.
//! Pure, so that a delivery can be read again once the playbook knows the kind that it did not.
//! Invariant: each signal has a kind that the playbook knows and says whose it is; what is left out is left out for a reason in words.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;
use serde_json_path::JsonPath;

use super::body::{self, Unreadable};
use super::json::{Tree, text_of};
use super::mapping::{Condition, ConditionText, Paths, path};
use super::preset::Preset;
use super::read::{RawDelivery, Settings};
use super::{email, instant, phone};
use crate::domain::signals::{Whose, page_name};
use crate::domain::submission::Contact;
use crate::domain::text::Untrusted;
use crate::playbook::Playbook;
use crate::problem::nearest;

/// Most signals in one delivery.
const BATCH_MAX: usize = 500;

/// Longest id of a sender's, in bytes.
const ID_MAX: usize = 200;

/// A signal as read.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    /// Its place in its delivery, from 0: the same however often it is read.
    pub nth: u32,
    /// Whose it is.
    pub of: Whose,
    /// What kind, as the playbook names it.
    pub kind: String,
    /// When they did it, where the sender says so.
    pub at: Option<DateTime<Utc>>,
    /// For how long.
    pub seconds: Option<u32>,
    /// On what page, without anything by which somebody is known.
    pub what: Option<String>,
    /// The sender's own id.
    pub id: Option<String>,
}

/// What a delivery of signals is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reading {
    /// Its signals, in the order sent.
    pub heard: Vec<Heard>,
    /// Those that cannot be taken.
    pub left_out: Vec<Unreadable>,
}

/// An event of a provider's that is a signal.
#[derive(Debug, Clone)]
pub(super) struct Event {
    kind: String,
    /// One event each; the whole body, when `None`.
    items: Option<JsonPath>,
    when: Condition,
    email: Vec<JsonPath>,
    phone: Vec<JsonPath>,
    at: Vec<JsonPath>,
    id: Vec<JsonPath>,
    what: Vec<JsonPath>,
}

/// The same as it is written in a preset.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EventText {
    kind: String,
    #[serde(default)]
    items: Option<String>,
    when: ConditionText,
    #[serde(default)]
    email: Option<Paths>,
    #[serde(default)]
    phone: Option<Paths>,
    #[serde(default)]
    at: Option<Paths>,
    #[serde(default)]
    id: Option<Paths>,
    #[serde(default)]
    what: Option<Paths>,
}

impl Event {
    pub(super) fn new(text: EventText) -> Result<Self, String> {
        let paths = |key: &str, paths: Option<Paths>| {
            let texts = paths.as_ref().map(Paths::as_slice).unwrap_or_default();
            texts.iter().map(|text| path(key, text)).collect::<Result<Vec<_>, _>>().map_err(|e| e.to_string())
        };
        Ok(Self {
            kind: text.kind,
            items: text.items.map(|items| path("items", &items)).transpose().map_err(|e| e.to_string())?,
            when: Condition::new("when", &text.when).map_err(|e| e.to_string())?,
            email: paths("email", text.email)?,
            phone: paths("phone", text.phone)?,
            at: paths("at", text.at)?,
            id: paths("id", text.id)?,
            what: paths("what", text.what)?,
        })
    }
}

/// Every kind of signal that counts.
#[must_use]
pub fn kinds(playbook: &Playbook) -> Vec<&str> {
    playbook.signals.iter().map(|rule| rule.key.as_str()).collect()
}

/// Reads a delivery that came as signals: events of the provider's, where it holds any; else our own form.
///
/// # Errors
/// Why nothing of it can be read, and what to do.
pub fn hear(preset: &Preset, settings: &Settings, raw: &RawDelivery<'_>, playbook: &Playbook) -> Result<Reading, Unreadable> {
    let kinds = kinds(playbook);
    let heard = events(preset, raw, &kinds);
    let is_known = body::read(raw.content_type, raw.body).is_ok_and(|tree| preset.ignored(&tree).is_some());
    // What the provider tells besides is nothing that anybody did.
    if !heard.is_empty() || is_known { Ok(Reading { heard, left_out: Vec::new() }) } else { read(settings, raw, &kinds) }
}

/// Reads events of the provider's; none, where the delivery holds something else. Kinds that the playbook dropped are passed over.
#[must_use]
pub fn events(preset: &Preset, raw: &RawDelivery<'_>, kinds: &[&str]) -> Vec<Heard> {
    if preset.signals.is_empty() {
        return Vec::new();
    }
    let Ok(tree) = body::read(raw.content_type, raw.body) else { return Vec::new() };
    let mut heard = Vec::new();
    for event in &preset.signals {
        let items = event.items.as_ref().map_or_else(|| vec![&tree], |path| path.query(&tree).all());
        let its = items.into_iter().take(BATCH_MAX).filter(|item| event.when.holds(item));
        heard.extend(its.filter_map(|item| event.read(item, preset)));
    }
    heard.retain(|heard| kinds.contains(&heard.kind.as_str()));
    for (nth, one) in (0..).zip(&mut heard) {
        one.nth = nth;
    }
    heard
}

impl Event {
    /// Nothing where it does not say whose it is.
    fn read(&self, item: &Tree, preset: &Preset) -> Option<Heard> {
        let first = |paths: &[JsonPath]| {
            let mut found = paths.iter().flat_map(|path| path.query(item).all()).filter_map(text_of);
            found.find(|text| !text.trim().is_empty())
        };
        let number = first(&self.phone).and_then(|number| {
            let read = phone::read(&number, None);
            read.or_else(|| if preset.plus_lost { phone::read_without_plus(&number) } else { None })
        });
        let of = person(first(&self.email).and_then(|text| email::address(&text)), number.map(|number| number.e164))?;
        Some(Heard {
            nth: 0,
            of,
            kind: self.kind.clone(),
            at: first(&self.at).and_then(|at| when(&at)),
            seconds: None,
            what: first(&self.what).and_then(|what| page_name(&what)),
            // The same message is opened and clicked under one id.
            id: first(&self.id).map(|id| cut(&format!("{} {id}", self.kind))),
        })
    }
}

/// Reads signals in our own form: an object, or a list of objects.
///
/// # Errors
/// Why nothing of it can be read, and what to do.
pub fn read(settings: &Settings, raw: &RawDelivery<'_>, kinds: &[&str]) -> Result<Reading, Unreadable> {
    let tree = body::read(raw.content_type, raw.body)?;
    let items: Vec<&Tree> = match &tree {
        Value::Array(list) => list.iter().collect(),
        one => vec![one],
    };
    if items.len() > BATCH_MAX {
        let what = format!("{} signals at once; {BATCH_MAX} are the most", items.len());
        return Err(Unreadable::new("", what, "Send them in smaller lots."));
    }
    let mut reading = Reading::default();
    let is_among_several = items.len() > 1;
    for (nth, item) in (0_u32..).zip(items) {
        match one(item, settings, kinds) {
            Ok(heard) => reading.heard.push(Heard { nth, ..heard }),
            Err(fault) if is_among_several => {
                reading.left_out.push(Unreadable { place: format!("signal {}", nth + 1), ..fault });
            }
            Err(fault) => reading.left_out.push(fault),
        }
    }
    Ok(reading)
}

fn one(item: &Tree, settings: &Settings, kinds: &[&str]) -> Result<Heard, Unreadable> {
    let text = |key: &str| item.get(key).and_then(text_of).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let wrong = |what: String, remedy: &str| Unreadable::new("", what, remedy);
    let known = || kinds.join(", ");
    let Some(kind) = text("kind").map(|kind| kind.to_lowercase()) else {
        return Err(wrong("it does not say what they did".to_owned(), &format!("Send a `kind`: {}.", known())));
    };
    if !kinds.contains(&kind.as_str()) {
        let near = nearest(&kind, kinds.iter().copied()).map(|near| format!("Did you mean {near}? ")).unwrap_or_default();
        let remedy =
            format!("{near}Send one of {}, or add a [[signal]] of that key to the playbook; then replay this delivery.", known());
        return Err(wrong(format!("no signal is called \"{}\"", cut(&kind)), &remedy));
    }
    let at = match text("at") {
        Some(at) => Some(when(&at).ok_or_else(|| {
            let remedy = "Write it like 2026-09-14T09:26:40Z, or in seconds since 1970; or leave it out, for now.";
            wrong("`at` is no time".to_owned(), remedy)
        })?),
        None => None,
    };
    let number = |key: &str| text(key).and_then(|text| text.parse::<f64>().ok()).filter(|number| *number >= 0.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "not negative; too large a number is the largest"
    )]
    let seconds = number("seconds").map(|seconds| seconds as u32);
    Ok(Heard {
        nth: 0,
        of: whose(&text, settings)?,
        kind,
        at,
        seconds,
        what: text("what").or_else(|| text("page")).and_then(|what| page_name(&what)),
        id: text("id").map(|id| cut(&id)),
    })
}

fn whose(text: &impl Fn(&str) -> Option<String>, settings: &Settings) -> Result<Whose, Unreadable> {
    let remedy = "Send the `email`, the `phone` with its country code, or the `lead`, like L-1042.";
    let wrong = |what: &str| Unreadable::new("", what, remedy);
    if let Some(lead) = text("lead") {
        return lead.parse().map(Whose::Lead).map_err(|()| wrong("`lead` is no number of a lead"));
    }
    let address = text("email").map(|text| email::address(&text).ok_or_else(|| wrong("`email` is no e-mail address")));
    let region = settings.default_region.as_deref();
    let number =
        text("phone").map(|text| phone::read(&text, region).ok_or_else(|| wrong("`phone` is no number that can be dialled")));
    match person(address.transpose()?, number.transpose()?.map(|number| number.e164)) {
        Some(whose) => Ok(whose),
        None => Err(wrong("it does not say who did it")),
    }
}

fn person(email: Option<String>, phone_e164: Option<String>) -> Option<Whose> {
    if email.is_none() && phone_e164.is_none() {
        return None;
    }
    let email = email.map(|email| Untrusted::new(&email));
    Some(Whose::Person(Box::new(Contact { email, phone_e164, ..Contact::default() })))
}

/// A time with a zone; seconds since 1970 may come with a fraction.
fn when(text: &str) -> Option<DateTime<Utc>> {
    let whole =
        text.split_once('.').filter(|(whole, _)| whole.bytes().all(|b| b.is_ascii_digit())).map_or(text, |(whole, _)| whole);
    instant::read(whole, instant::Zoneless::Utc)
}

fn cut(text: &str) -> String {
    crate::domain::text::cut(text, ID_MAX)
}

#[cfg(test)]
mod tests;
