//! `GET` and `HEAD` of a hook's address: senders look whether somebody is there before they send, and some want a proof of it.
//! A paused source answers too: it takes nothing for now, and is still ours.

use axum::extract::{Path, RawQuery, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::hooks::Hooks;
use super::metrics::Answered;
use crate::domain::ids::SourceKey;
use crate::intake::handshake::{Greeting, greet};
use crate::intake::headers::Headers;
use crate::intake::sources;
use crate::intake::verify::{self, Auth, Secrets};

/// `GET /hooks/{source}`.
pub async fn by_source(State(hooks): State<Hooks>, Path(source): Path<String>, RawQuery(query): RawQuery) -> Response {
    hooks.greet(&source, None, &query.unwrap_or_default()).await
}

/// `GET /hooks/{source}/{token}`.
pub async fn by_token(
    State(hooks): State<Hooks>,
    Path((source, token)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Response {
    hooks.greet(&source, Some(&token), &query.unwrap_or_default()).await
}

impl Hooks {
    async fn greet(&self, source: &str, token: Option<&str>, query: &str) -> Response {
        let key = SourceKey::from(source);
        let is_known = self.store.sources().iter().any(|s| s.key == key);
        let label = if is_known { source.to_owned() } else { "unknown".to_owned() };
        let response = match self.judge_greeting(&key, token, query).await {
            Ok(response) | Err(response) => response,
        };
        self.metrics.hooks.get_or_create(&Answered { source: label, status: response.status().as_u16() }).inc();
        response
    }

    /// `Err` is an early answer, not a failure.
    async fn judge_greeting(&self, key: &SourceKey, token: Option<&str>, query: &str) -> Result<Response, Response> {
        let headers = Headers::default();
        let asked = verify::Request { method: Method::GET.as_str(), url: "", token, headers: &headers, body: b"" };
        let Some(source) = self.store.sources().iter().find(|s| &s.key == key).cloned() else {
            drop(verify::verify_unknown(&asked));
            return Err((StatusCode::NOT_FOUND, "no such source\n").into_response());
        };
        if let Err(wait) = self.limits.check(key) {
            let seconds = wait.as_secs() + 1;
            return Err((StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, seconds.to_string())]).into_response());
        }
        // Where the address is the proof, a look has it too; a signature over an empty request is made by nobody.
        if matches!(serde_json::from_str(&source.auth), Ok(Auth::UrlToken)) {
            self.prove(&source, &asked).await?;
        }
        let secrets = Secrets::at(self.clock.now(), &source.secret, source.secret_before.as_ref().zip(source.before_until));
        let handshake = sources::preset(&source.preset).and_then(|preset| preset.handshake.as_ref());
        Ok(match greet(handshake, &secrets, query) {
            Greeting::Here => StatusCode::OK.into_response(),
            Greeting::Answer { content_type, body } => ([(header::CONTENT_TYPE, content_type)], body).into_response(),
            Greeting::Refused => {
                tracing::warn!(source = key.as_str(), "a handshake was refused: it does not know the verify token");
                (StatusCode::FORBIDDEN, "the verify token is not that of this source\n").into_response()
            }
        })
    }
}
