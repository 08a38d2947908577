//! Makes submissions of a stored delivery: the one way from raw bytes to what the rules know.
//! Pure, so that a delivery can be read again after a mapping was mended, and shown before a source goes live.
//! Invariant: an authentic delivery is a lead, or known not to be one, or unreadable for a reason in words; nothing is dropped.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use crate::domain::ids::SourceKey;
use crate::domain::submission::{Contact, DedupeKey, Submission};
use crate::domain::text::Untrusted;

use super::body::{self, Unreadable};
use super::cleaning::decode_entities;
use super::fetch::Fetched;
use super::field::{Field, Origin, Trace};
use super::headers::Headers;
use super::json::{Tree, text_of};
use super::mapping::Mapping;
use super::preset::{Apart, Kind, Preset};
use super::resolve::{Found, resolve};
use super::{automatic, country, instant, labels, phone};

/// Most leads in one delivery.
const BATCH_MAX: usize = 500;

/// How the answers begin that one provider's test button gives, with no other mark.
const DUMMY: &str = "<test lead: dummy data";

/// What a source says about reading its deliveries.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The source.
    pub key: SourceKey,
    /// Where a phone number without country code belongs, ISO 3166 alpha-2.
    pub default_region: Option<String>,
    /// Its own mapping, over the preset's.
    pub mapping: Option<Mapping>,
}

/// A delivery as it was kept.
#[derive(Debug, Clone, Copy)]
pub struct RawDelivery<'a> {
    /// Its headers.
    pub headers: &'a Headers,
    /// The type of its body.
    pub content_type: &'a str,
    /// Its body.
    pub body: &'a [u8],
    /// When it came.
    pub received_at: DateTime<Utc>,
}

/// What a delivery is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// One lead, or several in the order sent; a test is one with `is_test`.
    Leads {
        /// At least one.
        leads: Vec<Lead>,
        /// Those of the same delivery that nobody can be found by.
        left_out: Vec<Unreadable>,
    },
    /// Known, and not a lead.
    Ignored {
        /// What it is.
        kind: Kind,
        /// The same in words.
        why: String,
    },
    /// For the quarantine.
    Unreadable(Unreadable),
}

/// A lead as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lead {
    /// What the rules get.
    pub submission: Submission,
    /// Its place among the items of its delivery, from 0: the same however often and with whatever mapping it is read.
    pub nth: u32,
    /// Where each field came from, in the order found.
    pub traces: Vec<Trace>,
}

/// Makes submissions of a delivery that holds all there is.
#[must_use]
pub fn read(preset: &Preset, settings: &Settings, raw: &RawDelivery<'_>) -> Reading {
    read_with(preset, settings, raw, &Fetched::default())
}

/// Makes submissions of a delivery and what was fetched for it.
#[must_use]
pub fn read_with(preset: &Preset, settings: &Settings, raw: &RawDelivery<'_>, fetched: &Fetched) -> Reading {
    let opened = match opened(preset, settings, raw) {
        Ok(opened) => opened,
        Err(reading) => return *reading,
    };
    let items = opened.items(preset, settings);
    let mut leads = Vec::new();
    let mut left_out = Vec::new();
    let mut ignored = None;
    for (nth, item) in (0_u32..).zip(items.iter().map(Cow::as_ref)) {
        // One delivery may hold a lead and news of something else.
        if let Some(ignore) = preset.ignored(item) {
            ignored = Some(ignore);
            continue;
        }
        let whole = preset.api.as_ref().filter(|api| !api.gets.is_empty()).map(|api| fetched.tree(api, nth, item));
        let is_among_several = items.len() > 1;
        let item = Item { tree: whole.as_ref().unwrap_or(item), nth, is_among_several, failed: fetched.failed(nth) };
        match lead(&item, preset, settings, raw) {
            Ok(lead) => leads.push(lead),
            Err(fault) => left_out.push(fault),
        }
    }
    match (leads.is_empty(), left_out.first(), ignored) {
        (false, ..) => Reading::Leads { leads, left_out },
        (true, Some(fault), _) => Reading::Unreadable(fault.clone()),
        (true, None, Some(ignore)) => Reading::Ignored { kind: ignore.kind, why: ignore.why.clone() },
        (true, None, None) => Reading::Unreadable(Unreadable::new(
            "",
            "there is no lead in it",
            "Check `items` in the mapping, then replay this delivery.",
        )),
    }
}

/// A delivery that may hold leads.
pub(super) struct Opened(Tree);

impl Opened {
    /// Its items, in the order sent.
    pub(super) fn items(&self, preset: &Preset, settings: &Settings) -> Vec<Cow<'_, Tree>> {
        items(&self.0, preset, settings.mapping.as_ref())
    }
}

/// The delivery as a tree; what it is instead, when there can be no lead in it.
pub(super) fn opened(preset: &Preset, settings: &Settings, raw: &RawDelivery<'_>) -> Result<Opened, Box<Reading>> {
    let mut tree = body::read(raw.content_type, raw.body).map_err(|fault| Box::new(Reading::Unreadable(fault)))?;
    if preset.entities {
        decode_all(&mut tree);
    }
    if let Some(ignore) = preset.ignored(&tree) {
        return Err(Box::new(Reading::Ignored { kind: ignore.kind, why: ignore.why.clone() }));
    }
    if let Some(what) = preset.mail.as_ref().and_then(|parts| automatic::kind(&tree, parts)) {
        return Err(Box::new(Reading::Ignored { kind: Kind::Automatic, why: what.to_owned() }));
    }
    let opened = Opened(tree);
    let count = opened.items(preset, settings).len();
    if count > BATCH_MAX {
        let what = format!("{count} leads at once; {BATCH_MAX} are the most");
        return Err(Box::new(Reading::Unreadable(Unreadable::new("", what, "Send them in smaller lots."))));
    }
    Ok(opened)
}

/// What the leads are made of, one for each; several people in one item are set apart.
fn items<'a>(tree: &'a Tree, preset: &Preset, own: Option<&Mapping>) -> Vec<Cow<'a, Tree>> {
    let whole = match own.and_then(|m| m.items.as_ref()).or(preset.mapping.items.as_ref()) {
        Some(path) => path.query(tree).all(),
        None => match tree {
            Value::Array(list) if preset.batch && list.iter().all(Value::is_object) => list.iter().collect(),
            other => vec![other],
        },
    };
    match &preset.apart {
        Some(apart) => whole.into_iter().flat_map(|item| set_apart(item, apart)).collect(),
        None => whole.into_iter().map(Cow::Borrowed).collect(),
    }
}

/// The item once for each person whose messages it holds, with what is theirs; as it is when they are all one person's.
fn set_apart<'a>(item: &'a Tree, apart: &Apart) -> Vec<Cow<'a, Tree>> {
    let list = |key: &str| item.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let who = |node: &Tree, key: &str| node.get(key).and_then(text_of).unwrap_or_default();
    let mut people: Vec<String> = Vec::new();
    for message in list(&apart.list).iter().take(BATCH_MAX + 1) {
        let person = who(message, &apart.by);
        if !people.contains(&person) {
            people.push(person);
        }
    }
    if people.len() < 2 {
        return vec![Cow::Borrowed(item)];
    }
    let theirs = |person: &str| {
        let only = |key: &str, by: &str| list(key).iter().filter(|node| who(node, by) == person).cloned().collect();
        let mut one = Map::new();
        one.insert(apart.list.clone(), Value::Array(only(&apart.list, &apart.by)));
        one.insert(apart.beside.clone(), Value::Array(only(&apart.beside, &apart.its)));
        Cow::Owned(Value::Object(one))
    };
    people.iter().map(|person| theirs(person)).collect()
}

struct Item<'a> {
    tree: &'a Tree,
    /// Its number from 0.
    nth: u32,
    is_among_several: bool,
    /// What could not be fetched of it, and what to do.
    failed: Option<(&'a str, &'a str)>,
}

fn lead(item: &Item<'_>, preset: &Preset, settings: &Settings, raw: &RawDelivery<'_>) -> Result<Lead, Unreadable> {
    let own = settings.mapping.as_ref();
    let found = resolve(item.tree, preset, own);
    let dummy = found.given.iter().any(|(_, text)| text.starts_with(DUMMY));
    let mut person = contact(&found, preset, settings);
    if dummy && !person.identifies_somebody() {
        person.name = Some(Untrusted::new("Test lead"));
    }
    if !person.identifies_somebody() {
        let place = if item.is_among_several { format!("lead {}", item.nth + 1) } else { String::new() };
        if let Some((why, remedy)) = item.failed {
            return Err(Unreadable::new(place, why, remedy));
        }
        let asked = if found.labels.is_empty() {
            "no answers".to_owned()
        } else {
            found.labels.iter().take(12).cloned().collect::<Vec<_>>().join(", ")
        };
        let what = format!("no name, e-mail or phone was found among: {asked}");
        return Err(Unreadable::new(place, what, "Say in the source's mapping where they stand, then replay this delivery."));
    }
    let tested = own.and_then(|m| m.is_test(item.tree)).or_else(|| preset.mapping.is_test(item.tree));
    let flagged = found.values.get(&Field::Test).and_then(|t| labels::truth(t)).unwrap_or(false);
    let zoneless = if preset.utc { instant::Zoneless::Utc } else { instant::Zoneless::Unknown };
    let dedupe_key = dedupe_key(&found, item, preset, raw.headers);
    let text = |field: Field| found.values.get(&field).map(|v| Untrusted::new(v));
    let submission = Submission {
        source: settings.key.clone(),
        source_detail: text(Field::SourceDetail),
        dedupe_key,
        submitted_at: found.values.get(&Field::SubmittedAt).and_then(|t| instant::read(t, zoneless)),
        is_test: tested.unwrap_or(flagged) || dummy,
        person,
        message: text(Field::Message),
        utm: found.utm.iter().map(|(k, v)| (k.clone(), Untrusted::new(v))).collect(),
        consent: found.consent,
        extras: found.extras.iter().map(|(q, a)| (Untrusted::new(q), Untrusted::new(a))).collect(),
    };
    Ok(Lead { submission, nth: item.nth, traces: found.traces })
}

fn contact(found: &Found, preset: &Preset, settings: &Settings) -> Contact {
    let text = |field: Field| found.values.get(&field).map(|v| Untrusted::new(v));
    let said = found.values.get(&Field::Country).and_then(|c| country::code(c));
    let region = said.or(settings.default_region.as_deref());
    let number = found
        .values
        .get(&Field::Phone)
        .and_then(|p| phone::read(p, region).or_else(|| if preset.plus_lost { phone::read_without_plus(p) } else { None }));
    let country = said.map(str::to_owned).or_else(|| number.as_ref().and_then(|n| n.country.clone()));
    let zone = found
        .values
        .get(&Field::Zone)
        .and_then(|z| country::zone_named(z))
        .or_else(|| country.as_deref().and_then(country::zone).map(str::to_owned));
    Contact {
        name: text(Field::Name),
        first_name: text(Field::FirstName),
        last_name: text(Field::LastName),
        email: text(Field::Email),
        phone: text(Field::Phone),
        phone_e164: number.map(|n| n.e164),
        company: text(Field::Company),
        title: text(Field::Title),
        country,
        zone,
        website: text(Field::Website),
        // The playbook says what is a company's: it is looked at where the lead is made.
        domain: None,
    }
}

/// An id that was only guessed at may be one that never changes, such as that of the form: the answers stand beside it, so that no second person is lost.
fn dedupe_key(found: &Found, item: &Item<'_>, preset: &Preset, headers: &Headers) -> DedupeKey {
    let numbered = |id: &str| if item.is_among_several { format!("{id}#{}", item.nth) } else { id.to_owned() };
    let id = found.values.get(&Field::Id);
    let origin = found.traces.iter().find(|t| t.field == Field::Id).map(|t| t.origin);
    let said = |wanted: Origin| id.filter(|_| origin == Some(wanted));
    if let Some(id) = said(Origin::Mapping) {
        return DedupeKey::Provider(id.clone());
    }
    if let Some(id) = preset.dedupe_headers.iter().find_map(|name| headers.once(name)) {
        return DedupeKey::Provider(numbered(id));
    }
    if let Some(id) = said(Origin::Preset) {
        return DedupeKey::Provider(id.clone());
    }
    if let Some(key) = headers.once("Idempotency-Key").map(str::trim).filter(|k| !k.is_empty()) {
        return DedupeKey::Provider(numbered(key));
    }
    let hash = hash(found);
    id.map_or_else(|| DedupeKey::Hash(hash.clone()), |id| DedupeKey::Provider(format!("{id}/{}", &hash[..16])))
}

fn hash(found: &Found) -> String {
    let mut hasher = Sha256::new();
    for (question, answer) in &found.given {
        for part in [question, answer] {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part.as_bytes());
        }
    }
    hex::encode(hasher.finalize())
}

fn decode_all(tree: &mut Tree) {
    match tree {
        Value::String(text) => *text = decode_entities(text),
        Value::Array(list) => list.iter_mut().for_each(decode_all),
        Value::Object(map) => map.values_mut().for_each(decode_all),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::sources::preset;
    use super::*;

    fn settings() -> Settings {
        Settings { key: "web".into(), default_region: Some("GB".to_owned()), mapping: None }
    }

    fn read_with(key: &str, settings: &Settings, headers: &[(&str, &str)], body: &str) -> Reading {
        let headers = Headers::new(headers.iter().map(|(k, v)| (*k, *v)));
        let raw = RawDelivery {
            headers: &headers,
            content_type: "application/json",
            body: body.as_bytes(),
            received_at: DateTime::UNIX_EPOCH,
        };
        read(preset(key).unwrap(), settings, &raw)
    }

    fn read_as(key: &str, body: &str) -> Reading {
        read_with(key, &settings(), &[], body)
    }

    fn only(reading: Reading) -> Lead {
        match reading {
            Reading::Leads { mut leads, left_out } if leads.len() == 1 && left_out.is_empty() => leads.remove(0),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_not_a_lead_is_known_for_what_it_is() {
        for (key, body, kind) in [
            ("typeform", r#"{"event_type":"form_response_partial","form_response":{"token":"t"}}"#, Kind::Partial),
            ("cal_com", r#"{"triggerEvent":"PING"}"#, Kind::Ping),
            ("cal_com", r#"{"triggerEvent":"BOOKING_RESCHEDULED","payload":{}}"#, Kind::Changed),
            ("calendly", r#"{"event":"invitee.canceled","payload":{}}"#, Kind::Changed),
            ("calendly", r#"{"event":"invitee.created","payload":{"old_invitee":"https://api.calendly.com/x"}}"#, Kind::Changed),
            ("intercom", r#"{"topic":"ping","data":{"item":{}}}"#, Kind::Ping),
            ("whatsapp_cloud", r#"{"entry":[{"changes":[{"value":{"statuses":[{"status":"read"}]}}]}]}"#, Kind::Status),
            ("mailchimp", r#"{"type":"unsubscribe","data":{"email":"a@example.com"}}"#, Kind::Changed),
        ] {
            let Reading::Ignored { kind: found, .. } = read_as(key, body) else { panic!("{key}: {body}") };
            assert_eq!(found, kind, "{key}");
        }
    }

    #[test]
    fn news_of_an_old_message_does_not_hide_a_new_one() {
        let body = r#"{"entry":[{"changes":[{"value":{"statuses":[{"status":"read"}]}},{"value":{"contacts":[{"wa_id":"12025550148"}],"messages":[{"id":"m1","text":{"body":"Hi"}}]}}]}]}"#;
        let lead = only(read_as("whatsapp_cloud", body));
        assert_eq!(lead.submission.dedupe_key, DedupeKey::Provider("m1".to_owned()));
        assert_eq!(lead.submission.person.phone_e164.as_deref(), Some("+12025550148"));
    }

    #[test]
    fn a_test_is_a_lead_that_says_so() {
        let google = |test: bool| {
            let body = format!(
                r#"{{"lead_id":"l","is_test":{test},"google_key":"k","user_column_data":[{{"column_id":"EMAIL","string_value":"a@example.com"}}]}}"#
            );
            only(read_as("google_ads_lead_form", &body)).submission
        };
        assert!(google(true).is_test);
        assert!(!google(false).is_test);
        assert!(
            only(read_as("generic", r#"{"email":"a@example.com","name":"<test lead: dummy data for full_name>"}"#))
                .submission
                .is_test
        );
        assert!(!format!("{:?}", google(true)).contains("\"k\""), "the key of the source is kept nowhere");
    }

    #[test]
    fn nobody_to_be_found_is_said_with_what_was_there() {
        let Reading::Unreadable(fault) = read_as("generic", r#"{"Colour":"red","Size":"L","User Agent":"x"}"#) else {
            panic!("a fault")
        };
        assert_eq!(
            fault.to_string(),
            "no name, e-mail or phone was found among: Colour, Size. Say in the source's mapping where they stand, then replay this delivery."
        );
        let Reading::Leads { leads, left_out } = read_as("generic", r#"[{"email":"a@example.com"},{"Colour":"red"}]"#) else {
            panic!("leads")
        };
        assert_eq!((leads.len(), left_out.len(), left_out[0].place.as_str()), (1, 1, "lead 2"));
    }

    #[test]
    fn a_mapping_of_the_source_wins_and_says_so() {
        let mapping =
            Mapping::from_toml("name = '$.who'\nemail = '$.contact'\nid = '$.ref'\nextras = { Budget = '$.b' }").unwrap();
        let settings = Settings { mapping: Some(mapping), ..settings() };
        let body = r#"{"name":"Contact form","who":"Dana Whitlock","contact":"Dana@Example.com","email":"office@example.com","ref":7,"b":"5k","c":"x"}"#;
        let lead = only(read_with("generic", &settings, &[("Idempotency-Key", "k1")], body));
        assert_eq!(lead.submission.person.name, Some(Untrusted::new("Dana Whitlock")));
        assert_eq!(lead.submission.person.email, Some(Untrusted::new("dana@example.com")));
        assert_eq!(lead.submission.dedupe_key, DedupeKey::Provider("7".to_owned()));
        let extras: Vec<(&str, &str)> = lead.submission.extras.iter().map(|(q, a)| (q.raw(), a.raw())).collect();
        assert_eq!(extras, [("Budget", "5k"), ("name", "Contact form"), ("email", "office@example.com"), ("c", "x")]);
        assert_eq!(
            lead.traces[0],
            Trace {
                field: Field::Name,
                origin: Origin::Mapping,
                certainty: super::super::field::Certainty::Sure,
                path: "$['who']".to_owned(),
                label: "who".to_owned()
            }
        );
    }

    #[test]
    fn the_same_answers_are_the_same_submission_and_others_are_not() {
        let key =
            |headers: &[(&str, &str)], body: &str| only(read_with("generic", &settings(), headers, body)).submission.dedupe_key;
        let first = r#"{"email":"a@example.com","note":"x","submitted_at":"2026-09-14T09:26:40Z"}"#;
        let again = r#"{"note":"x","email":"a@example.com","submitted_at":"2026-09-14T09:26:55Z","ip":"192.0.2.1"}"#;
        let other = r#"{"email":"a@example.com","note":"y","submitted_at":"2026-09-14T09:26:40Z"}"#;
        assert!(matches!(key(&[], first), DedupeKey::Hash(_)));
        assert_eq!(key(&[], first), key(&[], again));
        assert_ne!(key(&[], first), key(&[], other));
        assert_eq!(key(&[("idempotency-key", "k")], first), DedupeKey::Provider("k".to_owned()));
        let (one, two) = (r#"{"id":"form-7","email":"a@example.com"}"#, r#"{"id":"form-7","email":"b@example.com"}"#);
        assert_ne!(key(&[], one), key(&[], two), "an id that never changes must not swallow the second person");
    }

    #[test]
    fn country_and_zone_come_from_field_then_phone_then_nowhere() {
        let place = |body: &str| {
            let person = only(read_as("generic", body)).submission.person;
            (person.country, person.zone, person.phone_e164)
        };
        let said = |c: &str, z: Option<&str>, p: Option<&str>| (Some(c.to_owned()), z.map(str::to_owned), p.map(str::to_owned));
        assert_eq!(place(r#"{"phone":"020 7946 0101"}"#), said("GB", Some("Europe/London"), Some("+442079460101")));
        assert_eq!(
            place(r#"{"phone":"030 23125 678","country":"Deutschland"}"#),
            said("DE", Some("Europe/Berlin"), Some("+493023125678"))
        );
        assert_eq!(place(r#"{"phone":"+1 202 555 0166"}"#), said("US", None, Some("+12025550166")));
        assert_eq!(
            place(r#"{"phone":"+1 202 555 0166","timezone":"America/Chicago"}"#),
            said("US", Some("America/Chicago"), Some("+12025550166"))
        );
        assert_eq!(place(r#"{"email":"a@example.com"}"#), (None, None, None));
    }

    proptest::proptest! {
        #[test]
        fn no_delivery_makes_any_preset_panic(body in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200), kind in 0..3_usize, at in 0..40_usize) {
            let kinds = ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=B"];
            let presets = super::super::sources::presets();
            let headers = Headers::default();
            let raw = RawDelivery { headers: &headers, content_type: kinds[kind], body: &body, received_at: DateTime::UNIX_EPOCH };
            let _ = read(&presets[at % presets.len()], &settings(), &raw);
        }

        #[test]
        fn no_words_make_any_preset_panic(words in proptest::collection::vec(("[a-zA-Z_\\[\\]0-9 é電]{0,12}", "\\PC{0,24}"), 0..8), at in 0..40_usize) {
            let presets = super::super::sources::presets();
            let tree: serde_json::Map<String, Value> = words.into_iter().map(|(k, v)| (k, Value::String(v))).collect();
            let body = serde_json::to_vec(&tree).unwrap();
            let headers = Headers::default();
            let raw = RawDelivery { headers: &headers, content_type: "application/json", body: &body, received_at: DateTime::UNIX_EPOCH };
            let _ = read(&presets[at % presets.len()], &settings(), &raw);
        }
    }
}
