//! Interactions over HTTP: signed requests to the bot's own URL, and the probe when that URL is set.

use ed25519_dalek::Signer;
use serde_json::{Value, json};

use crate::store::Hub;

/// Why a request to the endpoint came to nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EndpointError {
    #[error("the endpoint cannot be reached: {0}")]
    Unreachable(#[from] reqwest::Error),
    #[error("the endpoint answered {0}")]
    Status(u16),
    #[error("the endpoint's answer is not JSON")]
    NotJson,
}

/// Sends a payload; returns the answer given in the response, if it was given there.
pub(crate) async fn send(hub: &Hub, url: &str, payload: &Value) -> Result<Option<Value>, EndpointError> {
    let response = post(hub, url, payload, Signature::Good).await?;
    match response.status().as_u16() {
        200 => response.json().await.map(Some).map_err(|_| EndpointError::NotJson),
        202 | 204 => Ok(None),
        status => Err(EndpointError::Status(status)),
    }
}

/// Tries a URL as Discord does before it takes it: a PING must be answered, a forged one refused.
pub(crate) async fn probe(hub: &Hub, url: &str) -> Result<(), String> {
    let ping = {
        let mut store = hub.store();
        let id = store.id();
        json!({
            "id": id, "application_id": store.application.id, "type": 1, "token": "ping", "version": 1,
            "user": store.user_json(store.bot()), "entitlements": [], "authorizing_integration_owners": {},
        })
    };
    match send(hub, url, &ping).await {
        Ok(Some(answer)) if answer["type"] == 1 => {}
        Ok(_) => return Err("The endpoint did not answer a PING with {\"type\":1}.".to_owned()),
        Err(error) => return Err(format!("A PING failed: {error}.")),
    }
    let forged = post(hub, url, &ping, Signature::Forged).await.map_err(|error| error.to_string())?;
    match forged.status().as_u16() {
        401 => Ok(()),
        status => Err(format!("A forged PING must be answered 401, not {status}.")),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Signature {
    Good,
    Forged,
}

async fn post(hub: &Hub, url: &str, payload: &Value, kind: Signature) -> Result<reqwest::Response, reqwest::Error> {
    let body = payload.to_string();
    let (timestamp, mut signature) = {
        let store = hub.store();
        let timestamp = store.now().timestamp().to_string();
        let signature = store.signing.sign(format!("{timestamp}{body}").as_bytes()).to_bytes();
        (timestamp, signature)
    };
    if kind == Signature::Forged {
        signature[0] ^= 1;
    }
    hub.http()
        .post(url)
        .header("content-type", "application/json")
        .header("user-agent", "Discord-Interactions/1.0 (+https://discord.com)")
        .header("x-signature-ed25519", hex::encode(signature))
        .header("x-signature-timestamp", timestamp)
        .body(body)
        .send()
        .await
}
