//! The page's own files, and files that were attached to messages.

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderValue, Response, StatusCode, header};

use crate::store::Hub;

/// The files in `assets/`, embedded by the build script.
const FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// Content types that a browser may show from here; others are shown without scripts and without an origin.
const HARMLESS: [&str; 8] =
    ["image/png", "image/jpeg", "image/gif", "image/webp", "text/plain", "text/csv", "application/json", "application/toml"];

fn file(content_type: &str, bytes: Bytes) -> Response<Body> {
    let mut response = Response::new(Body::from(bytes));
    let kind = HeaderValue::from_str(content_type);
    let kind = kind.unwrap_or_else(|_| HeaderValue::from_static("application/octet-stream"));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, kind);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

fn missing() -> Response<Body> {
    let mut response = Response::new(Body::from("This file is not here."));
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

fn embedded(name: &str) -> Response<Body> {
    let found = FILES.iter().find(|(known, _)| *known == name);
    found.map_or_else(missing, |(_, bytes)| file(content_type(name), Bytes::from_static(bytes)))
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        _ => crate::rest::content_type_of(name),
    }
}

pub(super) async fn index() -> Response<Body> {
    embedded("index.html")
}

pub(super) async fn asset(Path(name): Path<String>) -> Response<Body> {
    embedded(&name)
}

/// An attachment. What a browser would run is shown without its powers, because the page is on the same origin.
pub(super) async fn attachment(
    State(hub): State<Hub>,
    Path((_channel, id, _filename)): Path<(String, String, String)>,
) -> Response<Body> {
    let store = hub.store();
    let Some(blob) = id.parse().ok().and_then(|id| store.blobs.get(&id)) else { return missing() };
    let mut response = file(&blob.content_type, blob.bytes.clone());
    if !HARMLESS.iter().any(|kind| blob.content_type.starts_with(kind)) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox"));
    }
    response
}
