//! A stand-in for the providers' APIs: answers what it is told to, in order, and keeps what it was asked.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use leadbell::settings::ProviderUrl;
use serde_json::Value;
use tokio::net::TcpListener;

/// A provider's API.
pub(crate) struct Provider {
    pub(crate) url: String,
    desk: Arc<Mutex<Desk>>,
}

#[derive(Default)]
struct Desk {
    /// By what the path and query begin with; the last answer of each is given for ever.
    answers: Vec<(String, Vec<Answer>)>,
    asked: Vec<Asked>,
}

/// A request that came.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// With its query.
    pub(crate) path: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

/// An answer to give.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// This.
    Json(u16, Value),
    /// 429 with so many seconds.
    Later(u32),
    /// To another address.
    Elsewhere(String),
    /// So many bytes.
    Huge(usize),
}

impl Provider {
    pub(crate) async fn start() -> Self {
        let desk = Arc::new(Mutex::new(Desk::default()));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let router = Router::new().fallback(answer).with_state(desk.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, desk }
    }

    /// As every provider, for the settings.
    pub(crate) fn urls(&self) -> BTreeMap<String, ProviderUrl> {
        let names = ["meta", "linkedin", "hubspot", "pipedrive", "tiktok", "jotform", "typeform"];
        names.into_iter().map(|name| (name.to_owned(), ProviderUrl { url: self.url.clone(), is_named: true })).collect()
    }

    /// What is answered under paths that begin so: one after the other, and the last one for ever.
    pub(crate) fn answers(&self, path: &str, answers: impl IntoIterator<Item = Answer>) {
        let mut desk = self.desk.lock().expect("nobody panicked");
        desk.answers.retain(|(known, _)| known != path);
        desk.answers.push((path.to_owned(), answers.into_iter().collect()));
        desk.answers.sort_by_key(|(path, _)| std::cmp::Reverse(path.len()));
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.desk.lock().expect("nobody panicked").asked.clone()
    }

    pub(crate) fn paths(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.path).collect()
    }
}

async fn answer(State(desk): State<Arc<Mutex<Desk>>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 1024 * 1024).await.unwrap_or_default();
    let path = parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default();
    let headers = parts.headers.iter().map(|(n, v)| (n.to_string(), String::from_utf8_lossy(v.as_bytes()).into_owned()));
    let asked = Asked { path: path.clone(), headers: headers.collect(), body: String::from_utf8_lossy(&body).into_owned() };
    let found = {
        let mut desk = desk.lock().expect("nobody panicked");
        desk.asked.push(asked);
        let queue = desk.answers.iter_mut().find(|(known, _)| path.starts_with(known.as_str())).map(|(_, queue)| queue);
        queue.and_then(|queue| if queue.len() > 1 { Some(queue.remove(0)) } else { queue.first().cloned() })
    };
    match found {
        None => StatusCode::NOT_FOUND.into_response(),
        Some(Answer::Json(status, value)) => {
            let status = StatusCode::from_u16(status).expect("a status");
            (status, [("content-type", "application/json")], value.to_string()).into_response()
        }
        Some(Answer::Later(seconds)) => (StatusCode::TOO_MANY_REQUESTS, [("retry-after", seconds.to_string())]).into_response(),
        Some(Answer::Elsewhere(url)) => (StatusCode::FOUND, [("location", url)]).into_response(),
        Some(Answer::Huge(bytes)) => Body::from(vec![b' '; bytes]).into_response(),
    }
}
