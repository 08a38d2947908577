//! Forms on the page that go on to the embedding program.

use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{Response, StatusCode};
use serde_json::{Map, Value, json};

use crate::rest::json_response;
use crate::store::Hub;
use crate::world::Encode;

/// The most of an answer that the page is told.
const SHOWN_BYTES: usize = 16 << 10;
/// How long the embedding program may take.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) async fn send(
    State(hub): State<Hub>,
    Path(id): Path<String>,
    Json(fields): Json<Map<String, Value>>,
) -> Response<Body> {
    let panel = hub.store().panels.iter().find(|panel| panel.id == id).cloned();
    let Some(panel) = panel else {
        return json_response(StatusCode::NOT_FOUND, &json!({"ok": false, "error": "There is no such panel."}));
    };
    let mut request = hub.http().post(&panel.post).timeout(PATIENCE);
    for (name, value) in &panel.headers {
        request = request.header(name, value);
    }
    let request = match panel.encode {
        Encode::Json => request.json(&fields),
        Encode::Form => request.form(&pairs(&fields)),
    };
    let (status, text) = match request.send().await {
        Ok(response) => (response.status().as_u16(), response.text().await.unwrap_or_default()),
        Err(error) => (502, format!("It could not be sent: {error}")),
    };
    let end = text.floor_char_boundary(SHOWN_BYTES);
    json_response(StatusCode::OK, &json!({"status": status, "body": text[..end]}))
}

/// Form fields are text.
fn pairs(fields: &Map<String, Value>) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
    fields.iter().map(|(key, value)| (key.clone(), text(value))).collect()
}
