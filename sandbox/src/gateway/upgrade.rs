//! The HTTP side of the gateway: turns a request for a websocket into one.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, Response, StatusCode, header};
use hyper_util::rt::TokioIo;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use super::connection::{Lines, talk};
use super::wire::Wire;
use crate::store::Hub;

/// Accepts the websocket and talks over it until it ends.
pub(crate) fn upgrade(hub: Hub, lines: Lines, mut request: Request) -> Response<Body> {
    if hub.store().sessions.is_down {
        return plain(StatusCode::SERVICE_UNAVAILABLE, "The gateway is down.");
    }
    let Some(accept) = accept_key(request.headers()) else {
        return plain(StatusCode::BAD_REQUEST, "This is the gateway: connect with a websocket.");
    };
    let wire = Wire::of_query(request.uri().query().unwrap_or_default());
    let pending = hyper::upgrade::on(&mut request);
    let tracker = lines.tracker.clone();
    tracker.spawn(async move {
        match pending.await {
            Ok(upgraded) => {
                let config = WebSocketConfig { max_message_size: Some(1 << 20), ..WebSocketConfig::default() };
                let io = TokioIo::new(upgraded);
                let socket = WebSocketStream::from_raw_socket(io, Role::Server, Some(config)).await;
                talk(hub, lines, socket, wire).await;
            }
            Err(error) => tracing::debug!(%error, "A gateway client left before the websocket stood."),
        }
    });
    Response::builder()
        .status(StatusCode::SWITCHING_PROTOCOLS)
        .header(header::CONNECTION, "Upgrade")
        .header(header::UPGRADE, "websocket")
        .header(header::SEC_WEBSOCKET_ACCEPT, accept)
        .body(Body::empty())
        .expect("all parts are valid")
}

fn accept_key(headers: &HeaderMap) -> Option<String> {
    let upgrade = headers.get(header::UPGRADE)?.to_str().ok()?;
    let key = headers.get(header::SEC_WEBSOCKET_KEY)?;
    upgrade.eq_ignore_ascii_case("websocket").then(|| derive_accept_key(key.as_bytes()))
}

fn plain(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response
}
