//! The samples of providers, one by one: genuine ones pass, changed ones do not, and what comes out is what was meant.
//! The folder is that of `LEADBELL_PROVIDER_SAMPLES`, or the copies kept with the tests.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Duration, Utc};
use secrecy::SecretString;
use serde_json::Value;

use super::fetch::{Fetch, Fetched};
use super::headers::Headers;
use super::preset::Preset;
use super::read::{Lead, RawDelivery, Reading, Settings, read_with};
use super::recipe::{Encoding, Hash, KeyForm, Part, Recipe};
use super::signing::{Occasion, sample, sample_fetched};
use super::sources::{preset, presets};
use super::verify::{Auth, Request, Secrets, Verdict, Which, Why, token_hash, verify};

pub(super) struct Sample {
    pub(super) name: String,
    pub(super) meta: Value,
    pub(super) body: Vec<u8>,
    pub(super) headers: Headers,
    pub(super) at: DateTime<Utc>,
}

pub(super) fn folder() -> PathBuf {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/providers");
    std::env::var_os("LEADBELL_PROVIDER_SAMPLES").map_or(kept, PathBuf::from)
}

pub(super) fn samples() -> Vec<Sample> {
    let mut names: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().to_str()?.strip_suffix(".meta.json").map(str::to_owned))
        .collect();
    names.sort();
    assert!(names.len() >= 40, "the samples are there");
    names.into_iter().map(sample_named).collect()
}

fn sample_named(name: String) -> Sample {
    let meta: Value = serde_json::from_slice(&std::fs::read(folder().join(format!("{name}.meta.json"))).unwrap()).unwrap();
    let body = std::fs::read(folder().join(meta["body_file"].as_str().unwrap())).unwrap();
    let headers =
        Headers::new(meta["headers"].as_object().unwrap().iter().map(|(k, v)| (k.clone(), v.as_str().unwrap().to_owned())));
    let at = DateTime::from_timestamp(meta["verify_at_unix"].as_i64().unwrap(), 0).unwrap();
    Sample { name, meta, body, headers, at }
}

impl Sample {
    pub(super) fn text(&self, pointer: &str) -> Option<&str> {
        self.meta.pointer(pointer).and_then(Value::as_str)
    }

    fn auth(&self) -> Auth {
        if let Some(preset) = preset(&self.name) {
            return preset.auth.clone();
        }
        let plain = |hash, message: &[Part], header: &str, encoding| Recipe {
            hash,
            key: KeyForm::Utf8,
            message: message.to_vec(),
            header: Some(header.to_owned()),
            signature_field: None,
            encoding,
            prefix: None,
            optional_prefix: None,
            list_sep: None,
            kv: None,
            timestamp: None,
            tolerance_s: None,
            alias: None,
        };
        match self.text("/auth/scheme").unwrap() {
            "bearer" => Auth::Bearer,
            "basic" => Auth::Basic,
            "none" => Auth::UrlToken,
            "body_key" => Auth::BodyKey { field: "google_key".to_owned() },
            "jws_body_hash" => Auth::NetlifyJws { header: "X-Webhook-Signature".to_owned() },
            "twilio" => {
                Auth::Hmac(Box::new(plain(Hash::Sha1, &[Part::Url, Part::SortedFields], "X-Twilio-Signature", Encoding::Base64)))
            }
            "sha256_concat" => Auth::Hmac(Box::new(plain(
                Hash::Sha256OfKeyAndMessage,
                &[Part::Method, Part::Url, Part::Body],
                "X-HubSpot-Signature",
                Encoding::Hex,
            ))),
            _ => {
                let mut recipe: Recipe = serde_json::from_value(self.meta["auth"]["recipe"].clone()).unwrap();
                recipe.tolerance_s = self.meta["auth"]["tolerance_s"].as_u64().and_then(|s| s.try_into().ok());
                Auth::Hmac(Box::new(recipe))
            }
        }
    }

    fn secrets(&self) -> Secrets {
        let current = match self.auth() {
            Auth::UrlToken => token_hash(self.token()),
            _ => self.text("/auth/secret").unwrap().to_owned(),
        };
        Secrets { current: current.into(), previous: None }
    }

    fn token(&self) -> &str {
        self.text("/request/url").unwrap().rsplit('/').next().unwrap()
    }

    fn verdict(&self, headers: &Headers, body: &[u8], at: DateTime<Utc>) -> Verdict {
        self.verdict_with(&self.secrets(), headers, body, at)
    }

    fn verdict_with(&self, secrets: &Secrets, headers: &Headers, body: &[u8], at: DateTime<Utc>) -> Verdict {
        let url = self.text("/request/url").unwrap();
        verify(&self.auth(), secrets, &Request { method: "POST", url, token: Some(self.token()), headers, body }, at)
    }

    fn read_as(&self, preset: &Preset) -> Reading {
        let settings = Settings { key: "web".into(), default_region: None, mapping: None };
        let content_type = self.headers.once("Content-Type").unwrap();
        let raw = RawDelivery { headers: &self.headers, content_type, body: &self.body, received_at: self.at };
        read_with(preset, &settings, &raw, &self.fetched(preset))
    }

    /// What the provider answers when it is asked for what the ids stand for.
    fn fetched(&self, preset: &Preset) -> Fetched {
        let mut fetched = Fetched::default();
        let Ok(text) = std::fs::read(folder().join(format!("{}.fetch.json", self.name))) else { return fetched };
        let answers: Value = serde_json::from_slice(&text).unwrap();
        let gets = &preset.api.as_ref().expect("a preset that fetches").gets;
        let second = [answers.get("form"), answers.pointer("/second_request/response")].into_iter().flatten().next();
        for (get, answer) in gets.iter().zip([answers.get("response"), second].into_iter().flatten()) {
            fetched.add(0, &get.name, Fetch::Here(answer.to_string().into_bytes()));
        }
        fetched
    }
}

#[test]
fn every_sample_is_genuine_at_its_time() {
    for sample in samples() {
        let wanted = match sample.auth() {
            Auth::UrlToken => Verdict::Unauthenticated(Which::Current),
            _ => Verdict::Genuine(Which::Current),
        };
        assert_eq!(sample.verdict(&sample.headers, &sample.body, sample.at), wanted, "{}", sample.name);
    }
}

#[test]
fn a_changed_request_is_never_genuine() {
    let mut tried = 0;
    for sample in samples() {
        let Auth::Hmac(recipe) = sample.auth() else { continue };
        if recipe.message.contains(&Part::Body) {
            let mut changed = sample.body.clone();
            changed[sample.body.len() / 2] ^= 1;
            assert_eq!(sample.verdict(&sample.headers, &changed, sample.at), Verdict::Forged(Why::NoMatch), "{}", sample.name);
        }
        let wrong = Secrets { current: "d2hzZWM=".to_owned().into(), previous: None };
        assert!(
            matches!(sample.verdict_with(&wrong, &sample.headers, &sample.body, sample.at), Verdict::Forged(_)),
            "{}",
            sample.name
        );
        let Some(header) = recipe.header.clone() else { continue };
        let mut missing = sample.headers.clone();
        missing.remove(&header);
        assert_eq!(
            sample.verdict(&missing, &sample.body, sample.at),
            Verdict::Forged(Why::Missing(header.clone())),
            "{}",
            sample.name
        );
        let mut doubled = sample.headers.clone();
        doubled.push(header.to_uppercase(), sample.headers.once(&header).unwrap());
        assert_eq!(
            sample.verdict(&doubled, &sample.body, sample.at),
            Verdict::Forged(Why::Doubled(header.clone())),
            "{}",
            sample.name
        );
        for short in ["", "sha256=", "v1,", "0"] {
            let mut cut = missing.clone();
            cut.push(&header, short);
            assert!(matches!(sample.verdict(&cut, &sample.body, sample.at), Verdict::Forged(_)), "{} {short}", sample.name);
        }
        tried += 1;
    }
    assert!(tried >= 17, "{tried}");
}

#[test]
fn a_replay_outside_the_window_is_refused_and_one_inside_is_not() {
    let mut tried = 0;
    for sample in samples() {
        let Auth::Hmac(recipe) = sample.auth() else { continue };
        if recipe.timestamp.is_none() {
            continue;
        }
        let tolerance = i64::from(recipe.tolerance_s.unwrap_or(300));
        let after = |s: i64| sample.verdict(&sample.headers, &sample.body, sample.at + Duration::seconds(s));
        assert_eq!(after(tolerance), Verdict::Genuine(Which::Current), "{}", sample.name);
        assert_eq!(after(-tolerance), Verdict::Genuine(Which::Current), "{}", sample.name);
        assert_eq!(after(tolerance + 1), Verdict::Forged(Why::TooOld(tolerance + 1)), "{}", sample.name);
        assert_eq!(after(-tolerance - 1), Verdict::Forged(Why::TooNew(tolerance + 1)), "{}", sample.name);
        tried += 1;
    }
    assert!(tried >= 8, "{tried}");
}

/// Whatever proves a caller, without it, with it twice, and with something else in its place, the caller is nobody.
#[test]
fn no_way_of_proving_oneself_can_be_left_out_or_doubled() {
    let mut tried = BTreeMap::<String, usize>::new();
    for sample in samples() {
        let forged = |what: &str, headers: &Headers, body: &[u8]| {
            let verdict = sample.verdict(headers, body, sample.at);
            assert!(matches!(verdict, Verdict::Forged(_)), "{}: {what} gives {verdict:?}", sample.name);
        };
        let auth = sample.auth();
        let header = match &auth {
            Auth::Hmac(recipe) => recipe.header.clone(),
            Auth::Bearer | Auth::Basic => {
                let names = ["Authorization", "X-Leadbell-Token"];
                names.iter().find(|name| sample.headers.once(name).is_some()).map(|name| (*name).to_owned())
            }
            Auth::Header { name } => Some(name.clone()),
            Auth::NetlifyJws { header } => Some(header.clone()),
            Auth::BodyKey { .. } | Auth::UrlToken => None,
        };
        if let Some(header) = &header {
            let given = sample.headers.once(header).unwrap().to_owned();
            let mut without = sample.headers.clone();
            without.remove(header);
            forged("none", &without, &sample.body);
            for twice in [given.as_str(), "x"] {
                let mut doubled = sample.headers.clone();
                doubled.push(header.to_uppercase(), twice);
                forged("two", &doubled, &sample.body);
            }
            let cut: String = given.chars().take(given.chars().count() - 2).collect();
            for other in [cut.as_str(), "", "x", "Bearer ", "Basic Og=="] {
                let mut changed = without.clone();
                changed.push(header.clone(), other);
                forged(other, &changed, &sample.body);
            }
        }
        let text = String::from_utf8_lossy(&sample.body).into_owned();
        match &auth {
            Auth::BodyKey { field } => {
                let key = sample.text("/auth/secret").unwrap();
                let pair = format!("\"{field}\":\"{key}\"");
                assert!(text.contains(&pair), "{}: {pair}", sample.name);
                forged("no key", &sample.headers, text.replace(&pair, "\"x\":1").as_bytes());
                forged("two keys", &sample.headers, text.replace(&pair, &format!("{pair},{pair}")).as_bytes());
                forged("another key", &sample.headers, text.replace(key, "other").as_bytes());
            }
            Auth::NetlifyJws { .. } => forged("another body", &sample.headers, text.replacen('a', "b", 1).as_bytes()),
            Auth::Hmac(recipe) if recipe.header.is_none() => {
                let field = recipe.signature_field.clone().unwrap();
                forged("no field", &sample.headers, text.replace(&format!("{field}="), "x=").as_bytes());
                forged("two fields", &sample.headers, format!("{text}&{field}=00").as_bytes());
                forged("another token", &sample.headers, text.replace("token=", "token=0").as_bytes());
            }
            Auth::UrlToken => {
                let url = sample.text("/request/url").unwrap();
                for token in [None, Some(""), Some("x"), Some(&sample.token()[1..])] {
                    let request = Request { method: "POST", url, token, headers: &sample.headers, body: &sample.body };
                    let verdict = verify(&auth, &sample.secrets(), &request, sample.at);
                    assert!(matches!(verdict, Verdict::Forged(_)), "{}: {token:?}", sample.name);
                }
            }
            Auth::Hmac(_) | Auth::Bearer | Auth::Header { .. } | Auth::Basic => {}
        }
        *tried.entry(sample.text("/auth/scheme").unwrap().to_owned()).or_default() += 1;
    }
    println!("{tried:?}");
    assert!(tried.len() >= 8 && tried.values().sum::<usize>() >= 40, "{tried:?}");
}

#[test]
fn both_secrets_count_during_a_rotation() {
    for sample in samples() {
        if sample.auth() == Auth::UrlToken {
            continue;
        }
        let other: SecretString = "whsec_b3RoZXItb3RoZXItb3RoZXItb3RoZXI=".to_owned().into();
        let rotated = Secrets { current: other.clone(), previous: Some(sample.secrets().current) };
        let verdict = sample.verdict_with(&rotated, &sample.headers, &sample.body, sample.at);
        assert_eq!(verdict, Verdict::Genuine(Which::Previous), "{}", sample.name);
    }
}

#[test]
fn what_we_sign_ourselves_is_genuine_and_reads_as_a_lead() {
    let now = DateTime::from_timestamp(1_789_378_003, 0).unwrap();
    for preset in presets() {
        let is_hex = matches!(&preset.auth, Auth::Hmac(recipe) if recipe.key == KeyForm::Hex);
        let secret = if is_hex { "40414243" } else { "whsec_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=" };
        let secret = SecretString::from(secret);
        let url = "https://leads.example.com/hooks/web/tok";
        let made = sample(preset, &preset.auth, &secret, &Occasion { url, now, id: "sample-1" }).unwrap();
        let secrets =
            Secrets { current: if preset.auth == Auth::UrlToken { token_hash("tok").into() } else { secret }, previous: None };
        let request = Request { method: made.method, url, token: Some("tok"), headers: &made.headers, body: &made.body };
        let verdict = verify(&preset.auth, &secrets, &request, now);
        assert!(matches!(verdict, Verdict::Genuine(_) | Verdict::Unauthenticated(_)), "{}: {verdict:?}", preset.key);
        let settings = Settings { key: "web".into(), default_region: None, mapping: None };
        let content_type = made.headers.once("Content-Type").unwrap();
        let raw = RawDelivery { headers: &made.headers, content_type, body: &made.body, received_at: now };
        let fetched = sample_fetched(preset, &Occasion { url, now, id: "sample-1" });
        let reading = read_with(preset, &settings, &raw, &fetched);
        if preset.key == "squarespace_webhook" {
            assert!(matches!(reading, Reading::Ignored { .. }), "it sends nothing but orders: {reading:?}");
            continue;
        }
        let Reading::Leads { leads, .. } = &reading else { panic!("{}: {reading:?}", preset.key) };
        assert_eq!(leads[0].submission.person.email.as_ref().unwrap().raw(), "dana.whitlock@example.com", "{}", preset.key);
    }
}

/// The samples that must come out whole: those with a preset of their own, and those that any tool may send.
fn exact(name: &str) -> Option<&'static Preset> {
    let any_tool = matches!(name, "zapier_generic" | "make_generic" | "n8n_generic" | "wp_elementor");
    preset(name).or_else(|| if any_tool { preset("generic") } else { None })
}

#[test]
fn every_field_that_a_provider_sends_comes_out() {
    let mut wrong = Vec::new();
    let mut read = 0;
    for sample in samples() {
        let Some(preset) = exact(&sample.name) else { continue };
        let reading = sample.read_as(preset);
        if !matches!(sample.text("/expected/action"), Some("create" | "fetch_then_create")) {
            assert!(matches!(reading, Reading::Ignored { .. }), "{}: {reading:?}", sample.name);
            continue;
        }
        let Reading::Leads { leads, left_out } = &reading else { panic!("{}: {reading:?}", sample.name) };
        assert!(left_out.is_empty(), "{}", sample.name);
        wrong.extend(differences(&sample, &leads[0]));
        read += 1;
    }
    assert!(read >= 37, "{read}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

pub(super) fn said(value: &Value) -> String {
    match value {
        Value::String(text) => text.replace("\r\n", "\n"),
        Value::Array(list) => list.iter().map(said).collect::<Vec<_>>().join(", "),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

pub(super) fn fields(lead: &Lead) -> BTreeMap<&'static str, String> {
    let s = &lead.submission;
    let text = |t: &Option<crate::domain::text::Untrusted>| t.as_ref().map(|t| t.raw().to_owned()).unwrap_or_default();
    BTreeMap::from([
        ("name", text(&s.person.full_name())),
        ("first_name", text(&s.person.first_name)),
        ("last_name", text(&s.person.last_name)),
        ("email", text(&s.person.email)),
        ("phone", text(&s.person.phone)),
        ("phone_e164", s.person.phone_e164.clone().unwrap_or_default()),
        ("company", text(&s.person.company)),
        ("message", text(&s.message)),
        ("source_detail", text(&s.source_detail)),
        ("submitted_at", s.submitted_at.map(|t| t.format("%Y-%m-%dT%H:%M:%SZ").to_string()).unwrap_or_default()),
        ("is_test", s.is_test.to_string()),
    ])
}

fn differences(sample: &Sample, lead: &Lead) -> Vec<String> {
    let expected = &sample.meta["expected"];
    let mut wrong = Vec::new();
    let mut compare = |what: &str, got: &str, wanted: &str| {
        if got != wanted {
            wrong.push(format!("{}: {what} is {got:?}, not {wanted:?}", sample.name));
        }
    };
    for (field, got) in fields(lead) {
        compare(field, &got, &said(&expected[field]));
    }
    let s = &lead.submission;
    let pairs = |map: &Value| {
        map.as_object().map(|m| m.iter().map(|(k, v)| (k.clone(), said(v))).collect::<BTreeMap<_, _>>()).unwrap_or_default()
    };
    compare(
        "consent",
        &format!("{:?}", s.consent.iter().map(|(k, v)| (k.clone(), v.to_string())).collect::<BTreeMap<_, _>>()),
        &format!("{:?}", pairs(&expected["consent"])),
    );
    compare(
        "utm",
        &format!("{:?}", s.utm.iter().map(|(k, v)| (k.clone(), v.raw().to_owned())).collect::<BTreeMap<_, _>>()),
        &format!("{:?}", pairs(&expected["utm"])),
    );
    let mut extras = pairs(&expected["extras"]);
    extras.remove("second_lead");
    for (question, answer) in extras {
        let there = s.extras.iter().any(|(q, a)| q.raw() == question && a.raw() == answer);
        let all = s.extras.iter().map(|(q, a)| format!("{}={}", q.raw(), a.raw())).collect::<Vec<_>>().join("; ");
        compare(&format!("the extra {question}"), if there { &answer } else { &all }, &answer);
    }
    let id = said(&expected["external_id"]);
    let key = format!("{:?}", s.dedupe_key);
    if !id.is_empty() && !key.contains(&id) && sample.name != "standard_webhooks" {
        wrong.push(format!("{}: {key} does not hold {id}", sample.name));
    }
    wrong
}

#[test]
fn a_list_of_leads_makes_as_many() {
    let sample = sample_named("n8n_generic".to_owned());
    let Reading::Leads { leads, .. } = sample.read_as(preset("generic").unwrap()) else { panic!("leads") };
    let emails: Vec<&str> = leads.iter().map(|l| l.submission.person.email.as_ref().unwrap().raw()).collect();
    assert_eq!(emails, ["olha.k@example.com", "ben.ashworth@example.net"]);
    assert_ne!(leads[0].submission.dedupe_key, leads[1].submission.dedupe_key);
}
