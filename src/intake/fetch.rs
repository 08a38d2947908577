//! What a delivery of ids still lacks, and what was fetched of it. Pure: what has come is an argument, so that a delivery reads the same
//! again, and a request that has to wait for another's answer is wanted once that is there.

use std::collections::BTreeMap;

use super::api::Api;
use super::body;
use super::json::Tree;
use super::preset::Preset;
use super::read::{RawDelivery, Settings, opened};

/// Something that a delivery stands for and does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Want {
    /// Which item of the delivery, from 0.
    pub nth: u32,
    /// Which of the preset's requests.
    pub name: String,
    /// The path to ask, below the provider's address, with its query.
    pub path: String,
}

/// What came of asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetch {
    /// The answer, as it came.
    Here(Vec<u8>),
    /// It was given up.
    Failed {
        /// Why.
        why: String,
        /// What to do.
        remedy: String,
    },
}

/// All that was fetched for a delivery, by item and request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fetched(BTreeMap<(u32, String), Fetch>);

impl Fetched {
    /// Notes what came of a request.
    pub fn add(&mut self, nth: u32, name: impl Into<String>, fetch: Fetch) {
        self.0.insert((nth, name.into()), fetch);
    }

    /// Whether a request needs no more asking.
    #[must_use]
    pub fn has(&self, nth: u32, name: &str) -> bool {
        self.0.contains_key(&(nth, name.to_owned()))
    }

    /// Why something of an item could not be fetched, and what to do.
    pub(super) fn failed(&self, nth: u32) -> Option<(&str, &str)> {
        self.of(nth).find_map(|(_, fetch)| match fetch {
            Fetch::Failed { why, remedy } => Some((why.as_str(), remedy.as_str())),
            Fetch::Here(_) => None,
        })
    }

    /// The item with everything that was fetched of it.
    pub(super) fn tree(&self, api: &Api, nth: u32, event: &Tree) -> Tree {
        let here = self.of(nth).filter_map(|(name, fetch)| match fetch {
            Fetch::Here(bytes) => body::read("application/json", bytes).ok().map(|tree| (name, tree)),
            Fetch::Failed { .. } => None,
        });
        api.tree(event, &here.collect::<Vec<_>>())
    }

    fn of(&self, nth: u32) -> impl Iterator<Item = (&str, &Fetch)> {
        self.0.iter().filter(move |((at, _), _)| *at == nth).map(|((_, name), fetch)| (name.as_str(), fetch))
    }
}

/// What the delivery still lacks, given what has come; nothing when it holds all, or is no lead.
#[must_use]
pub fn wants(preset: &Preset, settings: &Settings, raw: &RawDelivery<'_>, fetched: &Fetched) -> Vec<Want> {
    let Some(api) = preset.api.as_ref().filter(|api| !api.gets.is_empty()) else { return Vec::new() };
    let Ok(delivery) = opened(preset, settings, raw) else { return Vec::new() };
    let items = (0_u32..).zip(delivery.items(preset, settings)).filter(|(_, item)| preset.ignored(item).is_none());
    let lacking = items.flat_map(|(nth, item)| {
        let tree = fetched.tree(api, nth, &item);
        let open = api.gets.iter().filter(move |get| !fetched.has(nth, &get.name));
        open.filter_map(|get| Some(Want { nth, name: get.name.clone(), path: get.ask(&tree)? })).collect::<Vec<_>>()
    });
    lacking.collect()
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::super::headers::Headers;
    use super::super::read::{Reading, read_with};
    use super::super::sources::preset;
    use super::*;

    fn settings() -> Settings {
        Settings { key: "crm".into(), default_region: None, mapping: None }
    }

    fn with_raw<T>(body: &str, run: impl FnOnce(&RawDelivery<'_>) -> T) -> T {
        let headers = Headers::default();
        let received_at = DateTime::UNIX_EPOCH;
        run(&RawDelivery { headers: &headers, content_type: "application/json", body: body.as_bytes(), received_at })
    }

    fn asked(key: &str, body: &str, fetched: &Fetched) -> Vec<(u32, String)> {
        let wants = with_raw(body, |raw| wants(preset(key).unwrap(), &settings(), raw, fetched));
        wants.into_iter().map(|w| (w.nth, w.path)).collect()
    }

    fn here(nth: u32, name: &str, body: &str) -> Fetched {
        let mut fetched = Fetched::default();
        fetched.add(nth, name, Fetch::Here(body.as_bytes().to_vec()));
        fetched
    }

    const PIPEDRIVE: &str =
        r#"{"meta":{"action":"create","entity":"lead"},"data":{"id":"l1","person_id":3001,"organization_id":null}}"#;

    #[test]
    fn what_the_next_request_needs_is_waited_for() {
        assert_eq!(asked("pipedrive_leadbooster", PIPEDRIVE, &Fetched::default()), [(0, "/api/v2/persons/3001".to_owned())]);
        let person = here(0, "person", r#"{"data":{"name":"Katrin Tamm","org_id":4001}}"#);
        assert_eq!(asked("pipedrive_leadbooster", PIPEDRIVE, &person), [(0, "/api/v2/organizations/4001".to_owned())]);
        let alone = here(0, "person", r#"{"data":{"name":"Katrin Tamm","org_id":null}}"#);
        assert_eq!(asked("pipedrive_leadbooster", PIPEDRIVE, &alone), []);
    }

    #[test]
    fn of_a_hundred_events_only_those_of_new_contacts_are_asked_for() {
        let event =
            |kind: &str, of: &str, id: usize| format!(r#"{{"subscriptionType":"{kind}","objectTypeId":"{of}","objectId":{id}}}"#);
        let mut events: Vec<String> = (0..96).map(|id| event("object.propertyChange", "0-1", id)).collect();
        events.extend([event("object.creation", "0-3", 96), event("object.creation", "0-1", 9_100_000_001)]);
        events.extend([event("contact.creation", "0-1", 98), event("contact.deletion", "0-1", 99)]);
        let asked = asked("hubspot_webhooks_v3", &format!("[{}]", events.join(",")), &Fetched::default());
        let paths: Vec<(u32, &str)> = asked.iter().map(|(nth, path)| (*nth, path.split('?').next().unwrap())).collect();
        assert_eq!(paths, [(97, "/crm/v3/objects/contacts/9100000001"), (98, "/crm/v3/objects/contacts/98")]);
    }

    #[test]
    fn what_could_not_be_fetched_is_said_and_what_is_known_is_a_lead() {
        let mut fetched = Fetched::default();
        fetched.add(0, "person", Fetch::Failed { why: "it answered 401".to_owned(), remedy: "Set a new token.".to_owned() });
        let reading = with_raw(PIPEDRIVE, |raw| read_with(preset("pipedrive_leadbooster").unwrap(), &settings(), raw, &fetched));
        let Reading::Unreadable(fault) = reading else { panic!("{reading:?}") };
        assert_eq!(fault.to_string(), "it answered 401. Set a new token.");

        let mut fetched = Fetched::default();
        fetched.add(0, "lead", Fetch::Failed { why: "x".to_owned(), remedy: "y".to_owned() });
        let tiktok = r#"{"entry":[{"id":"1","changes":[{"field":"email","value":"a@example.com"}]}]}"#;
        let reading = with_raw(tiktok, |raw| read_with(preset("tiktok_lead_gen").unwrap(), &settings(), raw, &fetched));
        let Reading::Leads { leads, left_out } = reading else { panic!("{reading:?}") };
        assert_eq!((leads[0].submission.person.email.as_ref().unwrap().raw(), left_out.len()), ("a@example.com", 0));
    }

    #[test]
    fn a_lead_keeps_its_place_whatever_becomes_of_those_before_it() {
        let body =
            r#"[{"subscriptionType":"contact.creation","objectId":1},{"subscriptionType":"contact.creation","objectId":2}]"#;
        let mut fetched = here(1, "contact", r#"{"properties":{"email":"b@example.com"}}"#);
        fetched.add(0, "contact", Fetch::Failed { why: "gone".to_owned(), remedy: "x".to_owned() });
        let reading = with_raw(body, |raw| read_with(preset("hubspot_webhooks_v3").unwrap(), &settings(), raw, &fetched));
        let Reading::Leads { leads, left_out } = reading else { panic!("{reading:?}") };
        assert_eq!((leads.len(), leads[0].nth, left_out.len()), (1, 1, 1));
    }
}
