//! A request as it comes in: its path, its query, and its body read as JSON or multipart.

use axum::body::{Bytes, to_bytes};
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use axum::http::{HeaderMap, Method, header};
use serde_json::Value;

use crate::drafts::{Body, Upload};
use crate::refusal::{Reason, Refusal};

/// The largest request that is read: ten files of Discord's usual size would be refused there too.
pub(crate) const BODY_BYTES: usize = 26 << 20;

/// A request, read.
pub(crate) struct Arrival {
    pub(crate) method: Method,
    /// As it came, for the record.
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) token: Option<String>,
    pub(crate) body: Result<Body, Refusal>,
}

impl Arrival {
    pub(crate) async fn read(request: Request) -> Self {
        let (parts, body) = request.into_parts();
        let token = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = token.map(|value| value.strip_prefix("Bot ").unwrap_or(value).to_owned());
        let body = match to_bytes(body, BODY_BYTES).await {
            Ok(bytes) => read_body(&parts.headers, bytes).await,
            Err(_) => Err(Reason::TooLarge.into()),
        };
        Self {
            method: parts.method,
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            token,
            body,
        }
    }

    /// The path below `/api` and the version, split and decoded.
    pub(crate) fn segments(&self) -> Vec<String> {
        let path = self.path.strip_prefix("/api").unwrap_or(&self.path);
        let mut parts: Vec<_> = path.split('/').filter(|part| !part.is_empty()).map(decode).collect();
        let versioned = parts.first().is_some_and(|first| {
            first.strip_prefix('v').is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
        });
        if versioned {
            parts.remove(0);
        }
        parts
    }

    /// The query, split and decoded.
    pub(crate) fn pairs(&self) -> Vec<(String, String)> {
        let pairs = self.query.split('&').filter(|pair| !pair.is_empty());
        pairs
            .map(|pair| {
                let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
                (decode(&key.replace('+', " ")), decode(&value.replace('+', " ")))
            })
            .collect()
    }
}

/// Undoes percent-encoding; what is not valid stays as it is.
fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while index < bytes.len() {
        let code = (bytes[index] == b'%').then(|| text.get(index + 1..index + 3)).flatten();
        match code.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                index += 3;
            }
            None => {
                out.push(bytes[index]);
                index += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

async fn read_body(headers: &HeaderMap, bytes: Bytes) -> Result<Body, Refusal> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if kind.starts_with("multipart/form-data") {
        return read_multipart(kind, bytes).await;
    }
    if bytes.is_empty() {
        return Ok(Body::default());
    }
    let json = serde_json::from_slice(&bytes).map_err(|_| Reason::BadJson)?;
    Ok(Body::of_json(json))
}

async fn read_multipart(kind: &str, bytes: Bytes) -> Result<Body, Refusal> {
    let mut request = Request::builder()
        .header(header::CONTENT_TYPE, kind)
        .body(bytes.into())
        .expect("a content type that came in a header fits into one");
    let bad = |_| Refusal::from(Reason::InvalidForm);
    // The size was checked when the bytes were read.
    DefaultBodyLimit::disable().apply(&mut request);
    let mut parts = Multipart::from_request(request, &()).await.map_err(|_| Refusal::from(Reason::InvalidForm))?;
    let mut body = Body::default();
    while let Some(field) = parts.next_field().await.map_err(bad)? {
        let name = field.name().unwrap_or_default().to_owned();
        let filename = field.file_name().map(ToOwned::to_owned);
        let content_type = field.content_type().map(ToOwned::to_owned);
        let bytes = field.bytes().await.map_err(bad)?;
        if name == "payload_json" {
            body.json = serde_json::from_slice(&bytes).map_err(|_| Reason::BadJson)?;
        } else if let Some(filename) = filename {
            let index = name.trim_start_matches("files[").trim_end_matches(']').parse();
            let guessed = content_type.filter(|kind| kind != "application/octet-stream");
            body.files.push(Upload {
                index: index.unwrap_or(body.files.len() as u64),
                content_type: guessed.unwrap_or_else(|| content_type_of(&filename).to_owned()),
                filename,
                bytes,
            });
        }
    }
    if body.json.is_null() {
        body.json = Value::Object(serde_json::Map::new());
    }
    Ok(body)
}

/// The content type that a file's name suggests.
pub(crate) fn content_type_of(filename: &str) -> &'static str {
    match filename.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "svg" => "image/svg+xml",
        "txt" | "log" => "text/plain; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "json" => "application/json",
        "toml" => "application/toml",
        _ => "application/octet-stream",
    }
}
