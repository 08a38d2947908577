//! How far guessing gets over all samples, without knowing a provider: counted, so that it can only get better.

use std::collections::BTreeMap;

use serde_json::Value;

use super::read::{RawDelivery, Reading, Settings, read};
use super::samples::{Sample, fields, folder, said, samples};
use super::sources::preset;

/// The payload with what a fetch brings, for senders of ids only.
fn whole(sample: &Sample) -> Vec<u8> {
    std::fs::read(folder().join(format!("{}.fetch.json", sample.name))).map_or_else(
        |_| sample.body.clone(),
        |fetched| {
            let mut fetched: Value = serde_json::from_slice(&fetched).unwrap();
            fetched.as_object_mut().unwrap().remove("request");
            serde_json::to_vec(&fetched).unwrap()
        },
    )
}

/// How far guessing gets without knowing the provider. A missing value is harmless; a wrong one is not.
#[test]
fn guessing_alone_is_mostly_right_and_never_wrong() {
    let mut tally: BTreeMap<&str, (usize, usize, usize)> = BTreeMap::new();
    let mut notes = Vec::new();
    let generic = preset("generic").unwrap();
    for sample in samples() {
        let action = sample.text("/expected/action").unwrap_or_default();
        if !matches!(action, "create" | "fetch_then_create") {
            continue;
        }
        let fetched = folder().join(format!("{}.fetch.json", sample.name)).exists();
        let content_type = if fetched { "application/json" } else { sample.headers.once("Content-Type").unwrap() };
        let body = whole(&sample);
        let settings = Settings { key: "web".into(), default_region: None, mapping: None };
        let raw = RawDelivery { headers: &sample.headers, content_type, body: &body, received_at: sample.at };
        let reading = read(generic, &settings, &raw);
        let got = match &reading {
            Reading::Leads { leads, .. } => fields(&leads[0]),
            other => {
                notes.push(format!("{}: {other:?}", sample.name));
                BTreeMap::new()
            }
        };
        for field in ["email", "phone", "name", "company", "message"] {
            let wanted = said(&sample.meta["expected"][field]);
            let got = got.get(field).cloned().unwrap_or_default();
            let entry = tally.entry(field).or_default();
            if wanted.is_empty() && got.is_empty() {
                continue;
            }
            if got == wanted {
                entry.0 += 1;
            } else if got.is_empty() {
                entry.1 += 1;
                notes.push(format!("{}: {field} {wanted:?} is missing", sample.name));
            } else {
                entry.2 += 1;
                notes.push(format!("{}: {field} is {got:?}, not {wanted:?}", sample.name));
            }
        }
    }
    for (field, (right, missing, wrong)) in &tally {
        println!("{field}: {right} right, {missing} missing, {wrong} wrong");
    }
    println!("{}", notes.join("\n"));
    // Of as many as say it: a new sample is a new case, and may not make these worse.
    for (field, least, of) in [("email", 38, 40), ("phone", 36, 40), ("name", 37, 40), ("company", 31, 34), ("message", 20, 24)] {
        let (right, missing, wrong) = tally[field];
        assert_eq!(wrong, 0, "{field}");
        assert!(right + missing >= of, "{field}: {} samples say it, and {of} did once", right + missing);
        assert!(
            right * of >= least * (right + missing),
            "{field}: {right} right and {missing} missing; {least} of {of} is the least"
        );
    }
}
