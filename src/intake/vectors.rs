//! The signatures that providers and authors of libraries publish to try verifiers with: each is written here as a recipe, and has to come out.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::headers::Headers;
use super::recipe::Recipe;
use super::samples::folder;
use super::verify::{Auth, Request, Secrets, Verdict, Which, Why, verify};

/// How each kind of vector is signed.
fn recipe(kind: &str) -> Recipe {
    let text = match kind {
        "stdwh" => {
            r#"hash = "sha256"
            key = "base64_after:whsec_"
            message = ["{header:webhook-id}", ".", "{header:webhook-timestamp}", ".", "{body}"]
            header = "webhook-signature"
            encoding = "base64"
            prefix = "v1,"
            list_sep = " "
            timestamp = { header = "webhook-timestamp", unit = "s" }"#
        }
        "hubspot_v1" => {
            r#"hash = "sha256_of_key_and_message"
            message = ["{body}"]
            header = "X-Signature"
            encoding = "hex""#
        }
        "hubspot_v2" => {
            r#"hash = "sha256_of_key_and_message"
            message = ["{method}", "{url}", "{body}"]
            header = "X-Signature"
            encoding = "hex""#
        }
        "hubspot_v3" => {
            r#"hash = "sha256"
            message = ["{method}", "{hubspot_uri}", "{body}", "{header:X-Timestamp}"]
            header = "X-Signature"
            encoding = "base64"
            timestamp = { header = "X-Timestamp", unit = "ms" }"#
        }
        "twilio" => {
            r#"hash = "sha1"
            message = ["{url}", "{sorted_fields}"]
            header = "X-Signature"
            encoding = "base64""#
        }
        "hmac_hex" => {
            r#"hash = "sha256"
            message = ["{body}"]
            header = "X-Signature"
            encoding = "hex""#
        }
        "slack" => {
            r#"hash = "sha256"
            message = ["v0:", "{header:X-Timestamp}", ":", "{body}"]
            header = "X-Signature"
            encoding = "hex"
            prefix = "v0="
            timestamp = { header = "X-Timestamp", unit = "s" }"#
        }
        other => panic!("a vector of the kind {other}: write its recipe here"),
    };
    toml::from_str(text).unwrap()
}

fn judged(vector: &Value, signature: &str, body: &[u8]) -> Verdict {
    let text = |key: &str| vector[key].as_str().unwrap_or_default();
    let recipe = recipe(text("kind"));
    let mut headers = Headers::new([(recipe.header.clone().unwrap(), signature.to_owned())]);
    for (name, key) in [("webhook-id", "id"), ("webhook-timestamp", "ts"), ("X-Timestamp", "ts")] {
        headers.push(name, text(key));
    }
    let at: i64 = text("ts").parse().unwrap_or_default();
    let at = if at > 100_000_000_000 { at / 1_000 } else { at };
    let now: DateTime<Utc> = DateTime::from_timestamp(at, 0).unwrap();
    let secrets = Secrets { current: text("secret").to_owned().into(), previous: None };
    let request = Request { method: "POST", url: text("url"), token: None, headers: &headers, body };
    verify(&Auth::Hmac(Box::new(recipe)), &secrets, &request, now)
}

#[test]
fn every_published_signature_is_genuine_and_no_other_is() {
    let vectors: Value = serde_json::from_slice(&std::fs::read(folder().join("_published_vectors.json")).unwrap()).unwrap();
    let vectors = vectors["items"].as_array().unwrap();
    assert!(vectors.len() >= 9, "{}", vectors.len());
    for vector in vectors {
        let name = vector["name"].as_str().unwrap();
        let params = vector["params"].as_array().into_iter().flatten().map(|p| (p[0].as_str().unwrap(), p[1].as_str().unwrap()));
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(params).finish();
        let body = vector["body"].as_str().map_or(form, str::to_owned);
        let signature = vector["expect"].as_str().unwrap();
        assert_eq!(judged(vector, signature, body.as_bytes()), Verdict::Genuine(Which::Current), "{name}");
        assert_eq!(judged(vector, signature, format!("{body}&x").as_bytes()), Verdict::Forged(Why::NoMatch), "{name}");
        let mut other = signature.as_bytes().to_vec();
        let middle = other.len() / 2;
        other[middle] = if other[middle] == b'a' { b'b' } else { b'a' };
        assert_eq!(judged(vector, &String::from_utf8(other).unwrap(), body.as_bytes()), Verdict::Forged(Why::NoMatch), "{name}");
    }
}
