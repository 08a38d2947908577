//! `POST /interactions/discord`: the chat's door over HTTP, for those who would rather open no gateway.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::post;

use crate::chat::Answering;
use crate::chat::discord::{HttpDoor, Signature};

/// Discord's own requests are far smaller.
const BODY_MAX: usize = 256 * 1024;

/// The route, with the door behind it.
pub fn router<A: Answering>(door: Arc<HttpDoor<A>>) -> Router {
    Router::new().route("/interactions/discord", post(receive::<A>)).layer(DefaultBodyLimit::max(BODY_MAX)).with_state(door)
}

async fn receive<A: Answering>(State(door): State<Arc<HttpDoor<A>>>, headers: HeaderMap, body: Bytes) -> Response {
    let header = |name| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let signature = Signature { signature: header("x-signature-ed25519"), timestamp: header("x-signature-timestamp") };
    let reply = door.receive(signature, &body).await;
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    match reply.body {
        Some(json) => (status, Json(json)).into_response(),
        None => status.into_response(),
    }
}
