//! How a provider's lists are read to catch up on what never came by webhook, as data in a preset.
//! Each item is written as the delivery that the provider would have sent, so that it is read in the same way and known to be the same lead.
//! Invariant: a page without items, or without another mark than the one before, is the last.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, SecondsFormat, Utc};
use serde::Deserialize;
use serde_json::Value;
use serde_json_path::JsonPath;

use super::api::filled;
use super::body;
use super::fetch::{Fetch, Fetched};
use super::instant::{self, Zoneless};
use super::json::{Tree, text_of};
use super::mapping::{MappingFault, path};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PullText {
    #[serde(default)]
    of: Option<String>,
    path: String,
    #[serde(default)]
    query: BTreeMap<String, String>,
    #[serde(default)]
    body: Option<Value>,
    #[serde(default)]
    once: BTreeMap<String, String>,
    items: String,
    #[serde(default)]
    at: Option<String>,
    #[serde(default)]
    next: Option<String>,
    #[serde(default)]
    total: Option<String>,
    event: Value,
    #[serde(default)]
    fetched: BTreeMap<String, String>,
}

/// How a list is read.
#[derive(Debug, Clone)]
pub struct Pull {
    /// What the list is of, for people, where that has to be said; `{of}` stands for it.
    pub of: Option<String>,
    /// What is asked once before the pages: its name in paths, and its path.
    pub once: BTreeMap<String, String>,
    path: String,
    /// `{cursor}` is the mark of the page: what `next` found, or how many items came so far.
    query: BTreeMap<String, String>,
    /// Where it is asked by POST.
    body: Option<Value>,
    items: JsonPath,
    /// In an item: when it was submitted.
    at: Option<JsonPath>,
    /// In a page: the mark of the next one; without it they are counted.
    next: Option<JsonPath>,
    total: Option<JsonPath>,
    /// The delivery that an item would have been; texts that begin with `$.` are places in `item` and in what was asked once.
    event: Value,
    /// What a fetch for that delivery would have brought.
    fetched: Vec<(String, JsonPath)>,
}

/// What a pull is asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// What the list is of.
    pub of: String,
    /// From when on.
    pub since: DateTime<Utc>,
    /// Until when: the time of asking.
    pub now: DateTime<Utc>,
}

/// A request for a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageAsk {
    /// The path below the provider's address, with its query.
    pub path: String,
    /// The body, where it is asked by POST.
    pub body: Option<String>,
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Its items, in the order sent.
    pub items: Vec<Tree>,
    /// The mark of the next one.
    pub next: Option<String>,
    /// How many items all pages have, where it is said.
    pub total: Option<u64>,
}

impl Pull {
    pub(super) fn new(text: PullText) -> Result<Self, MappingFault> {
        let maybe = |p: &Option<String>| p.as_ref().map(|p| path("pull", p)).transpose();
        let fetched = text.fetched.iter().map(|(name, at)| Ok((name.clone(), path("pull", at)?)));
        Ok(Self {
            items: path("pull", &text.items)?,
            at: maybe(&text.at)?,
            next: maybe(&text.next)?,
            total: maybe(&text.total)?,
            fetched: fetched.collect::<Result<_, _>>()?,
            of: text.of,
            once: text.once,
            path: text.path,
            query: text.query,
            body: text.body,
            event: text.event,
        })
    }

    /// The request for a page; the first has no mark.
    #[must_use]
    pub fn ask(&self, asked: &Asked, cursor: Option<&str>) -> PageAsk {
        let known = known(asked, cursor);
        let root: Value = known
            .iter()
            .filter(|(_, v)| !v.is_empty())
            .map(|(k, v)| ((*k).to_owned(), v.as_str().into()))
            .collect::<serde_json::Map<_, _>>()
            .into();
        let body = self.body.as_ref().and_then(|body| fill(body, &root)).map(|body| body.to_string());
        PageAsk { path: filled(&self.path, &self.query, &known), body }
    }

    /// The request for something that is asked once.
    #[must_use]
    pub fn ask_once(&self, path: &str, asked: &Asked) -> String {
        filled(path, &BTreeMap::new(), &known(asked, None))
    }

    /// Reads a page; `before` is how many items came on the pages before it.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn page(&self, answer: &[u8], before: usize) -> Result<Page, String> {
        let tree = body::read("application/json", answer).map_err(|fault| fault.what)?;
        let items: Vec<Tree> = self.items.query(&tree).all().into_iter().cloned().collect();
        let one = |path: &JsonPath| path.query(&tree).first().and_then(text_of).filter(|text| !text.is_empty());
        let next = match &self.next {
            Some(next) => one(next),
            None => Some((before + items.len()).to_string()),
        };
        let total = self.total.as_ref().and_then(one).and_then(|text| text.parse().ok());
        Ok(Page { next: next.filter(|_| !items.is_empty()), items, total })
    }

    /// Whether an item is older than asked for: not every list can be asked for a time.
    #[must_use]
    pub fn is_older(&self, item: &Tree, asked: &Asked) -> bool {
        let at = self.at.as_ref().and_then(|at| at.query(item).first().and_then(text_of));
        at.and_then(|at| instant::read(&at, Zoneless::Utc)).is_some_and(|at| at < asked.since)
    }

    /// An item as the delivery that it would have been, and what would have been fetched for it.
    #[must_use]
    pub fn delivery(&self, item: &Tree, once: &BTreeMap<String, Tree>) -> (Vec<u8>, Fetched) {
        let mut root: serde_json::Map<String, Value> = once.iter().map(|(k, v)| (k.clone(), v.clone())).collect();
        root.insert("item".to_owned(), item.clone());
        let root = Value::Object(root);
        let mut fetched = Fetched::default();
        for (name, at) in &self.fetched {
            if let Some(answer) = at.query(&root).first() {
                fetched.add(0, name, Fetch::Here(answer.to_string().into_bytes()));
            }
        }
        let event = fill(&self.event, &root).unwrap_or(Value::Null);
        (event.to_string().into_bytes(), fetched)
    }
}

/// What stands in braces: times in the forms that providers want, what the list is of, and the mark of the page.
fn known(asked: &Asked, cursor: Option<&str>) -> BTreeMap<&'static str, String> {
    let day_before = (asked.since - Duration::days(1)).format("%Y-%m-%d").to_string();
    BTreeMap::from([
        ("of", asked.of.clone()),
        ("since", asked.since.to_rfc3339_opts(SecondsFormat::Secs, true)),
        ("since_s", asked.since.timestamp().to_string()),
        ("since_ms", asked.since.timestamp_millis().to_string()),
        ("now_ms", asked.now.timestamp_millis().to_string()),
        ("day_before", day_before),
        ("cursor", cursor.unwrap_or_default().to_owned()),
    ])
}

/// A template with what stands at its places; what stands nowhere is left out.
fn fill(template: &Value, root: &Value) -> Option<Value> {
    match template {
        Value::String(text) if text.starts_with("$.") => JsonPath::parse(text).ok()?.query(root).first().cloned(),
        Value::Array(list) => Some(list.iter().filter_map(|value| fill(value, root)).collect()),
        Value::Object(map) => {
            let filled = map.iter().filter_map(|(key, value)| Some((key.clone(), fill(value, root)?)));
            Some(Value::Object(filled.collect()))
        }
        other => Some(other.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sources::{preset, presets};
    use super::*;

    fn asked() -> Asked {
        let at = |text: &str| text.parse().unwrap();
        Asked { of: "urn:li:sponsoredAccount:5".to_owned(), since: at("2026-09-01T00:00:00Z"), now: at("2026-09-14T00:00:00Z") }
    }

    fn pull(key: &str) -> &'static Pull {
        preset(key).unwrap().api.as_ref().unwrap().pull.as_ref().unwrap()
    }

    #[test]
    fn each_list_is_asked_as_its_provider_wants_it() {
        let ask = |key: &str, cursor| pull(key).ask(&asked(), cursor);
        assert_eq!(
            ask("linkedin_lead_gen", Some("50")).path,
            "/rest/leadFormResponses?q=owner&owner=(sponsoredAccount:urn%3Ali%3AsponsoredAccount%3A5)&leadType=(leadType:SPONSORED)\
             &submittedAtTimeRange=(start:1788220800000,end:1789344000000)&limitedToTestLeads=false&count=50&start=50"
        );
        let hubspot: Value = serde_json::from_str(&ask("hubspot_webhooks_v3", Some("100")).body.unwrap()).unwrap();
        assert_eq!(hubspot["filterGroups"][0]["filters"][0]["value"], "1788220800000");
        assert_eq!(hubspot["after"], "100");
        let first: Value = serde_json::from_str(&ask("hubspot_webhooks_v3", None).body.unwrap()).unwrap();
        assert_eq!(first.get("after"), None);
        assert!(ask("typeform", None).path.ends_with("/responses?page_size=200&since=2026-09-01T00%3A00%3A00Z"));
        assert!(ask("jotform", None).path.contains("filter=%7B%22created_at%3Agt%22%3A%222026-08-31%20"));
    }

    #[test]
    fn a_page_without_items_is_the_last_and_places_in_templates_are_paths() {
        let meta = pull("meta_lead_ads");
        let page = meta.page(br#"{"data":[],"paging":{"cursors":{"after":"x"}}}"#, 3).unwrap();
        assert_eq!((page.items.len(), page.next), (0, None));
        let page = pull("jotform").page(br#"{"content":[{"id":"1"},{"id":"2"}]}"#, 5).unwrap();
        assert_eq!(page.next.as_deref(), Some("7"));
        assert!(meta.page(b"<html>", 0).is_err());
        assert!(meta.is_older(&serde_json::json!({"created_time":"2026-08-31T23:59:59+0000"}), &asked()));
        assert!(!meta.is_older(&serde_json::json!({"created_time":"2026-09-01T00:00:00+0000"}), &asked()));
        for preset in presets() {
            let Some(pull) = preset.api.as_ref().and_then(|api| api.pull.as_ref()) else { continue };
            let mut templates = vec![&pull.event];
            templates.extend(&pull.body);
            templates.into_iter().for_each(|template| check(&preset.key, template));
        }
    }

    fn check(key: &str, template: &Value) {
        match template {
            Value::String(text) if text.starts_with("$.") => assert!(JsonPath::parse(text).is_ok(), "{key}: {text}"),
            Value::Array(list) => list.iter().for_each(|value| check(key, value)),
            Value::Object(map) => map.values().for_each(|value| check(key, value)),
            _ => {}
        }
    }
}
