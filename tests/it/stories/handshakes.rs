//! Senders make sure of an address before they send, each in its own way.
//! The pairs of request and answer are those of `LEADBELL_PROVIDER_SAMPLES`, or the copies kept with the tests.

use std::path::{Path, PathBuf};

use leadbell::intake::handshake::verify_token;
use leadbell::intake::headers::Headers;
use leadbell::intake::signing::{Occasion, Sample, sign};
use leadbell::intake::sources;
use leadbell::store::{SourceChange, SourceRow};
use reqwest::{Client, Method, Response};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

use crate::bed::Bed;

const SECRET: &str = "linkedin-client-secret-test";

fn items() -> Vec<Value> {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/providers");
    let folder = std::env::var_os("LEADBELL_PROVIDER_SAMPLES").map_or(kept, PathBuf::from);
    let text = std::fs::read_to_string(folder.join("_handshakes.json")).expect("as the story set it up");
    let all: Value = serde_json::from_str(&text).expect("as the story set it up");
    all["items"].as_array().expect("as the story set it up").clone()
}

/// A source of each preset that is named, called as the preset is.
async fn bed(presets: &[&str]) -> Bed {
    let bed = Bed::new().await;
    for name in presets {
        let preset = sources::preset(name).expect("as the story set it up");
        let source = SourceRow {
            key: name.replace('_', "-").as_str().into(),
            preset: preset.key.clone(),
            title: preset.title.clone(),
            auth: serde_json::to_string(&preset.auth).expect("as the story set it up"),
            secret: SECRET.into(),
            secret_before: None,
            before_until: None,
            region: None,
            mapping: None,
            paused: false,
            created_at: bed.clock.now(),
        };
        assert!(bed.core.store.add_source(source, bed.by("test")).await.expect("as the story set it up"));
    }
    bed
}

async fn ask(method: Method, url: &str) -> Response {
    Client::new().request(method, url).send().await.expect("as the story set it up")
}

/// Posts as the sender signs.
async fn post(bed: &Bed, source: &str, body: &str) -> Response {
    let preset = sources::preset(&source.replace('-', "_")).expect("as the story set it up");
    let url = format!("{}/hooks/{source}", bed.http);
    let unsigned =
        Sample { method: "POST", headers: Headers::new([("Content-Type", "application/json")]), body: body.as_bytes().to_vec() };
    let occasion = Occasion { url: &url, now: bed.clock.now(), id: "1" };
    let made = sign(&preset.auth, &SECRET.into(), unsigned, &occasion).expect("as the story set it up");
    let mut request = Client::new().post(&url).body(made.body);
    for (name, value) in made.headers.iter() {
        request = request.header(name, value);
    }
    request.send().await.expect("as the story set it up")
}

async fn check(item: &Value, response: Response) {
    let wanted = &item["response"];
    assert_eq!(u64::from(response.status().as_u16()), wanted["status"].as_u64().expect("as the story set it up"), "{item}");
    if let Some(content_type) = wanted["content_type"].as_str() {
        assert_eq!(response.headers()["content-type"], content_type, "{item}");
    }
    let body = response.text().await.expect("as the story set it up");
    match &wanted["body"] {
        Value::Null => {}
        Value::String(text) => assert_eq!(&body, text, "{item}"),
        other => assert_eq!(body, other.to_string(), "{item}"),
    }
}

#[tokio::test]
async fn every_sender_that_makes_sure_of_an_address_is_answered_byte_for_byte() {
    let presets = [
        "meta_lead_ads",
        "whatsapp_cloud",
        "linkedin_lead_gen",
        "tally",
        "intercom",
        "cal_com",
        "google_ads_lead_form",
        "typeform",
        "framer",
    ];
    let bed = bed(&presets).await;
    let word = verify_token(&SecretString::from(SECRET));
    let mut seen = 0;
    for item in items() {
        let query = item["request"]
            .as_str()
            .and_then(|r| r.strip_prefix("GET ?"))
            .map(|query| query.replace(item["verify_token"].as_str().unwrap_or("none"), word.expose_secret()));
        let at = |source: &str, query: &str| format!("{}/hooks/{source}?{query}", bed.http);
        let provider = item["provider"].as_str().unwrap();
        match provider {
            "meta_lead_ads / whatsapp_cloud" => {
                for source in ["meta-lead-ads", "whatsapp-cloud"] {
                    check(&item, ask(Method::GET, &at(source, query.as_ref().unwrap())).await).await;
                    for wrong in
                        ["hub.mode=subscribe&hub.challenge=1&hub.verify_token=wrong", "hub.mode=subscribe&hub.challenge=1"]
                    {
                        assert_eq!(ask(Method::GET, &at(source, wrong)).await.status(), 403);
                    }
                    let other_mode = query.as_ref().unwrap().replace("subscribe", "unsubscribe");
                    assert_eq!(ask(Method::GET, &at(source, &other_mode)).await.status(), 403);
                }
            }
            "linkedin_lead_gen" => check(&item, ask(Method::GET, &at("linkedin-lead-gen", &query.unwrap())).await).await,
            "tally" => check(&item, ask(Method::GET, &format!("{}/hooks/tally", bed.http)).await).await,
            "mailchimp" => check(&item, ask(Method::GET, &bed.hook("website")).await).await,
            "slack-like" => check(&item, post(&bed, "framer", &item["request"].to_string()).await).await,
            "intercom" => check(&item, post(&bed, "intercom", r#"{"topic":"ping","data":{"item":{}}}"#).await).await,
            "cal_com" => check(&item, post(&bed, "cal-com", r#"{"triggerEvent":"PING"}"#).await).await,
            "google_ads_lead_form" => {
                let test = format!(r#"{{"lead_id":"t","is_test":true,"google_key":"{SECRET}","user_column_data":[]}}"#);
                check(&item, post(&bed, "google-ads-lead-form", &test).await).await;
            }
            "typeform" => {
                let test = r#"{"event_type":"form_response","form_response":{"token":"t","answers":[]}}"#;
                check(&item, post(&bed, "typeform", test).await).await;
            }
            none => assert_eq!(item["type"], "none", "{none}: how is it answered?"),
        }
        seen += 1;
    }
    assert!(seen >= 10, "{seen}");
    bed.rest().await;
    let leads = bed.core.store.counts().await.unwrap().leads;
    assert_eq!(leads, 0, "none of it is a lead");
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_look_is_answered_even_by_a_paused_source_and_only_by_one_that_is_there() {
    let bed = bed(&["tally"]).await;
    for method in [Method::GET, Method::HEAD] {
        assert_eq!(ask(method.clone(), &bed.hook("website")).await.status(), 200);
        assert_eq!(ask(method.clone(), &format!("{}/hooks/tally", bed.http)).await.status(), 200);
        assert_eq!(ask(method.clone(), &format!("{}/hooks/website/wrong", bed.http)).await.status(), 401);
        assert_eq!(ask(method.clone(), &format!("{}/hooks/website", bed.http)).await.status(), 401);
        assert_eq!(ask(method, &format!("{}/hooks/nowhere", bed.http)).await.status(), 404);
    }
    bed.core.store.change_source("website".into(), SourceChange::Pause, bed.by("test")).await.unwrap();
    assert_eq!(ask(Method::GET, &bed.hook("website")).await.status(), 200);
    assert_eq!(bed.core.store.source_figures().await.unwrap().iter().map(|f| f.deliveries).sum::<u64>(), 0);
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_challenge_that_is_not_signed_is_not_echoed() {
    let bed = bed(&["framer"]).await;
    let body = r#"{"type":"url_verification","token":"x","challenge":"3eZbrw1a"}"#;
    assert_eq!(bed.post(&format!("{}/hooks/framer", bed.http), "application/json", body).await, 401);
    bed.ends_clean().await;
}
