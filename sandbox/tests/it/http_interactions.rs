//! Interactions over signed HTTP instead of the gateway.

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::routing::post;
use ed25519_dalek::{Signature, VerifyingKey};
use sandbox::Act;
use serde_json::{Value, json};

use crate::bed::{Bed, button, id};

/// A bot's endpoint that checks signatures, or one that takes everything.
async fn endpoint(public_key: &str, careful: bool) -> String {
    let bytes: [u8; 32] = hex::decode(public_key).unwrap().try_into().unwrap();
    let key = VerifyingKey::from_bytes(&bytes).unwrap();
    let app = Router::new().route(
        "/interactions",
        post(move |headers: HeaderMap, body: Bytes| async move {
            if careful && !genuine(&key, &headers, &body) {
                return StatusCode::UNAUTHORIZED.into_response();
            }
            let interaction: Value = serde_json::from_slice(&body).unwrap();
            let answer = match interaction["type"].as_u64() {
                Some(1) => json!({"type": 1}),
                _ => json!({"type": 4, "data": {"content": "over HTTP", "flags": 64}}),
            };
            axum::Json(answer).into_response()
        }),
    );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/interactions", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    url
}

fn genuine(key: &VerifyingKey, headers: &HeaderMap, body: &[u8]) -> bool {
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    let signature = Signature::from_slice(&hex::decode(header("x-signature-ed25519")).unwrap()).unwrap();
    let message = [header("x-signature-timestamp").as_bytes(), body].concat();
    key.verify_strict(&message, &signature).is_ok()
}

#[tokio::test]
async fn a_careful_endpoint_is_taken_and_answers_inline() {
    let bed = Bed::new().await;
    let url = endpoint(&bed.sandbox.public_key(), true).await;
    bed.sandbox.set_interactions_endpoint(Some(&url)).await.unwrap();
    assert!(bed.sandbox.connected());
    let message = bed.post("general", json!({"content": "x", "components": [button("go")]})).await;
    let ada = bed.user("ada");
    let outcome = bed.sandbox.act(Act::click(ada, (bed.channel("general"), id(&message)), "go")).await;
    assert_eq!((outcome.kind(), &bed.sandbox.ephemeral_for(ada)[0]["content"]), ("message", &json!("over HTTP")));
}

#[tokio::test]
async fn a_careless_endpoint_is_not_taken() {
    let bed = Bed::new().await;
    let url = endpoint(&bed.sandbox.public_key(), false).await;
    let why = bed.sandbox.set_interactions_endpoint(Some(&url)).await.unwrap_err();
    assert_eq!(why, "A forged PING must be answered 401, not 200.");
    let refused = bed.call("PATCH", "/applications/@me", json!({"interactions_endpoint_url": url})).await;
    assert_eq!(refused.errors("interactions_endpoint_url"), ["APPLICATION_INTERACTIONS_ENDPOINT_URL_INVALID"]);
    assert!(!bed.sandbox.connected());
}
