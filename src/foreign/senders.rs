//! What machines send: deliveries of every kind, signatures, files.

use chrono::{DateTime, Utc};
use secrecy::SecretString;

use super::{choice, halves};
use crate::cli::import::rows_of;
use crate::domain::submission::{DedupeKey, Submission};
use crate::intake::headers::Headers;
use crate::intake::instant::Zoneless;
use crate::intake::mapping::Mapping;
use crate::intake::preset::Preset;
use crate::intake::read::{RawDelivery, Reading, Settings, read};
use crate::intake::recipe::Recipe;
use crate::intake::sources::{preset, presets};
use crate::intake::verify::{Auth, Request, Secrets, Verdict, verify};
use crate::intake::{
    body, charset, cleaning as clean, country, email, html, instant, labels, masked, mime, phone, shape, signals,
};

const TYPES: [&str; 12] = [
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=B",
    "message/rfc822",
    "",
    "text/plain",
    "application/x-www-form-urlencoded; charset=iso-8859-1",
    "application/json; charset=utf-16le",
    "multipart/form-data; boundary=\"B\"; charset=shift_jis",
    "application/xml",
    "application/vnd.api+json",
    "application/x-www-form-urlencoded; charset=iso-2022-jp",
];

/// The kinds of signals that are known.
const KINDS: [&str; 5] = ["opened", "clicked", "visited", "replied", "bounced"];

/// A body under a type (first byte), read as a preset (second) and as any tool's, as a delivery of leads and of signals.
pub(super) fn body(bytes: &[u8]) {
    let (kind, rest) = choice(bytes, TYPES.len());
    let (which, rest) = choice(rest, presets().len());
    let _ = body::read(TYPES[kind], rest);
    reading(&presets()[which], None, (TYPES[kind], rest));
    hearing(&presets()[which], (TYPES[kind], rest));
    if let Some(generic) = preset("generic") {
        reading(generic, None, (TYPES[kind], rest));
    }
    let _ = masked::fields(rest);
}

/// A mail as it was sent.
pub(super) fn mail(bytes: &[u8]) {
    let _ = mime::tree(bytes);
    for key in ["email_raw", "generic"] {
        if let Some(preset) = preset(key) {
            reading(preset, None, ("message/rfc822", bytes));
        }
    }
}

/// Headers, a line of dashes, a body; the first byte says whose signature it should be, or that the recipe comes first.
pub(super) fn signature(bytes: &[u8]) {
    let (which, rest) = choice(bytes, presets().len() + 1);
    let Some(preset) = presets().get(which) else {
        let (text, rest) = halves(rest);
        let recipe = std::str::from_utf8(text).ok().and_then(|text| toml::from_str::<Recipe>(text).ok());
        if let Some(recipe) = recipe {
            judge(&Auth::Hmac(Box::new(recipe)), rest);
        }
        return;
    };
    judge(&preset.auth, rest);
}

/// Nobody who does not know the secret is genuine.
fn judge(auth: &Auth, bytes: &[u8]) {
    let (head, body) = halves(bytes);
    let head = String::from_utf8_lossy(head);
    let headers = Headers::new(head.lines().filter_map(|line| line.split_once(": ")));
    let secrets = |secret: &str| SecretString::from(secret.to_owned());
    let secret = "whsec_VGhpcyBpcyBubyBzZWNyZXQgdGhhdCBhbnlib2R5IGtub3dz";
    let secrets = Secrets { current: secrets(secret), previous: Some(secrets("another secret that nobody knows: 8d1f")) };
    let request =
        Request { method: "POST", url: "https://leads.example/hooks/web?a=1", token: Some("x"), headers: &headers, body };
    let verdict = verify(auth, &secrets, &request, then());
    assert!(matches!(verdict, Verdict::Forged(_)), "somebody without the secret is taken for the sender: {verdict:?}");
}

/// A mapping, a line of dashes, and the body that it is for.
pub(super) fn mapping(bytes: &[u8]) {
    let (text, body) = halves(bytes);
    let Ok(text) = std::str::from_utf8(text) else { return };
    let Ok(mapping) = Mapping::from_toml(text).or_else(|_| Mapping::from_json(text)) else { return };
    if let Some(generic) = preset("generic") {
        reading(generic, Some(mapping), ("application/json", body));
    }
}

/// An answer of the form tool whose answers and questions stand apart.
pub(super) fn typeform(bytes: &[u8]) {
    if let Some(preset) = preset("typeform") {
        reading(preset, None, ("application/json", bytes));
    }
}

/// A file of rows.
pub(super) fn sheet(bytes: &[u8]) {
    let _ = rows_of(bytes, then());
}

/// Each of the small readers of a value.
pub(super) fn cleaning(bytes: &[u8]) {
    let (which, rest) = choice(bytes, 4);
    let text = charset::text(rest, charset::named(["", "windows-1251", "shift_jis", "iso-2022-jp"][which]));
    if let Some(once) = clean::clean(&text) {
        assert_eq!(clean::clean(&once).as_ref(), Some(&once), "cleaning twice changes something");
    }
    if let Some(address) = email::address(&text) {
        assert!(!address.contains(['<', '>', '"', ' ', '\n']), "{address:?} cannot stand in a link");
        assert_eq!(email::address(&address), Some(address.clone()), "an address is read as another");
    }
    for region in [None, Some("GB"), Some("US")] {
        if let Some(number) = phone::read(&text, region) {
            let digits = number.e164.strip_prefix('+').unwrap_or_default();
            assert!((5..=16).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()), "{}", number.e164);
        }
    }
    let _ = (phone::read_without_plus(&text), phone::only_one_in(&text), email::only_one_in(&text), email::display_name(&text));
    let _ = (clean::decode_entities(&text), html::words(&text), country::code(&text), country::zone_named(&text));
    let _ = (instant::read(&text, Zoneless::Utc), labels::meaning(&text), labels::truth(&text));
    let _ = shape::fits(crate::intake::field::Field::Name, &text);
}

fn reading(preset: &Preset, mapping: Option<Mapping>, (content_type, body): (&str, &[u8])) {
    let headers = Headers::new([("Content-Type", content_type)]);
    let settings = Settings { key: "web".into(), default_region: Some("GB".to_owned()), mapping };
    let raw = RawDelivery { headers: &headers, content_type, body, received_at: then() };
    match read(preset, &settings, &raw) {
        Reading::Leads { leads, .. } => leads.iter().for_each(|lead| sound(&lead.submission)),
        Reading::Ignored { why, .. } => assert!(!why.is_empty(), "it is left out without a word"),
        Reading::Unreadable(fault) => assert!(!fault.what.is_empty() && !fault.remedy.is_empty(), "{fault:?} says nothing"),
    }
}

/// The same as signals: events of the provider's, and our own form.
fn hearing(preset: &Preset, (content_type, body): (&str, &[u8])) {
    let headers = Headers::new([("Content-Type", content_type)]);
    let settings = Settings { key: "web".into(), default_region: Some("GB".to_owned()), mapping: None };
    let raw = RawDelivery { headers: &headers, content_type, body, received_at: then() };
    let events = signals::events(preset, &raw, &KINDS);
    let own = signals::read(&settings, &raw, &KINDS).map_or_else(
        |fault| {
            assert!(!fault.what.is_empty() && !fault.remedy.is_empty(), "{fault:?} says nothing");
            Vec::new()
        },
        |own| own.heard,
    );
    for heard in events.iter().chain(&own) {
        assert!(KINDS.contains(&heard.kind.as_str()), "{heard:?} is of no kind that is known");
        let what = heard.what.as_deref().unwrap_or_default();
        assert!(!what.contains(['@', '\n', '/']), "{what:?} may name a person");
    }
}

/// What the rules take for granted of a submission.
fn sound(submission: &Submission) {
    assert!(submission.person.identifies_somebody(), "a lead that is nobody");
    let (DedupeKey::Provider(key) | DedupeKey::Hash(key)) = &submission.dedupe_key;
    assert!(!key.trim().is_empty(), "a key that is the same for all");
    let person = &submission.person;
    for text in [&person.name, &person.email, &person.phone, &person.company, &submission.message].into_iter().flatten() {
        assert!(!text.raw().contains(['\0', '\u{202E}']), "{:?} holds what nobody sees", text.raw());
    }
}

/// When all this happens.
fn then() -> DateTime<Utc> {
    DateTime::from_timestamp(1_789_378_003, 0).unwrap_or_default()
}
