//! `POST /hooks/{source}` and `POST /hooks/{source}/{token}`, and the same under `/signals`: a request becomes a delivery on the disk, then
//! it is answered.
//! Order: size and time, rate, proof over the raw bytes, commit, answer. What the bytes mean is found out later.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::sync::Notify;

use super::limits::Limits;
use super::metrics::{Answered, Metrics};
use crate::clock::Clock;
use crate::domain::ids::SourceKey;
use crate::intake::handshake;
use crate::intake::headers::Headers;
use crate::intake::preset::answer_for;
use crate::intake::sources;
use crate::intake::spool::Spool;
use crate::intake::verify::{self, Secrets, Verdict};
use crate::store::{Holds, NewDelivery, Proof, Refusal, SourceRow, Store, StoreError};

/// When a paused source may ring again.
const PAUSED_RETRY_SECONDS: &str = "300";

/// What the door works with.
#[derive(Debug, Clone)]
pub struct Hooks {
    /// Where deliveries are kept.
    pub store: Store,
    /// Where they are kept when the database refuses them.
    pub spool: Arc<Spool>,
    /// How often each source may ring.
    pub limits: Arc<Limits>,
    /// The figures.
    pub metrics: Arc<Metrics>,
    /// Tells the time.
    pub clock: Clock,
    /// Poked after each delivery.
    pub nudge: Arc<Notify>,
    /// What the world calls this server: signatures over addresses are made with it.
    pub public_url: String,
    /// The largest request that is taken, in bytes.
    pub body_max: usize,
    /// The longest time that a body may take.
    pub body_within: Duration,
}

/// `POST /hooks/{source}`.
pub async fn by_source(State(hooks): State<Hooks>, Path(source): Path<String>, request: Request) -> Response {
    hooks.take((&source, None), Holds::Leads, request).await
}

/// `POST /hooks/{source}/{token}`.
pub async fn by_token(State(hooks): State<Hooks>, Path((source, token)): Path<(String, String)>, request: Request) -> Response {
    hooks.take((&source, Some(&token)), Holds::Leads, request).await
}

/// `POST /signals/{source}`.
pub async fn signals_by_source(State(hooks): State<Hooks>, Path(source): Path<String>, request: Request) -> Response {
    hooks.take((&source, None), Holds::Signals, request).await
}

/// `POST /signals/{source}/{token}`.
pub async fn signals_by_token(
    State(hooks): State<Hooks>,
    Path((source, token)): Path<(String, String)>,
    request: Request,
) -> Response {
    hooks.take((&source, Some(&token)), Holds::Signals, request).await
}

impl Hooks {
    async fn take(&self, (source, token): (&str, Option<&str>), holds: Holds, request: Request) -> Response {
        let key = SourceKey::from(source);
        let known = self.store.sources().iter().find(|s| s.key == key).cloned();
        let label = if known.is_some() { source.to_owned() } else { "unknown".to_owned() };
        let response = match self.judge((known, token), holds, request).await {
            Ok(response) | Err(response) => response,
        };
        self.metrics.hooks.get_or_create(&Answered { source: label, status: response.status().as_u16() }).inc();
        response
    }

    /// `Err` is an early answer, not a failure.
    async fn judge(
        &self,
        (known, token): (Option<SourceRow>, Option<&str>),
        holds: Holds,
        request: Request,
    ) -> Result<Response, Response> {
        let (parts, body) = request.into_parts();
        let body = self.read_body(&parts.headers, body).await?;
        let headers = Headers::new(
            parts.headers.iter().map(|(n, v)| (n.as_str().to_owned(), String::from_utf8_lossy(v.as_bytes()).into_owned())),
        );
        let url = format!("{}{}", self.public_url.trim_end_matches('/'), parts.uri.path_and_query().map_or("", |p| p.as_str()));
        let asked = verify::Request { method: parts.method.as_str(), url: &url, token, headers: &headers, body: &body };
        let Some(source) = known else {
            // The same work as for a source that is there: the time of the answer tells nothing.
            drop(verify::verify_unknown(&asked));
            return Err((StatusCode::NOT_FOUND, "no such source\n").into_response());
        };
        if let Err(wait) = self.limits.check(&source.key) {
            let seconds = wait.as_secs() + 1;
            return Err((StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, seconds.to_string())], "too many requests\n")
                .into_response());
        }
        let proof = self.prove(&source, &asked).await?;
        if let Some(challenge) = handshake::challenge(&body) {
            return Ok(([(header::CONTENT_TYPE, "text/plain")], challenge).into_response());
        }
        if source.paused {
            return Err((
                StatusCode::SERVICE_UNAVAILABLE,
                [(header::RETRY_AFTER, PAUSED_RETRY_SECONDS)],
                "this source is paused\n",
            )
                .into_response());
        }
        let content_type = headers.once("content-type").unwrap_or_default().to_owned();
        let delivery = NewDelivery {
            source: source.key.clone(),
            received_at: self.clock.now(),
            content_type,
            headers: harmless(&headers),
            body: body.to_vec(),
            proof,
            holds,
        };
        self.keep(delivery).await?;
        Ok(answer(&source))
    }

    async fn read_body(&self, headers: &HeaderMap, body: Body) -> Result<Bytes, Response> {
        let most = self.body_max;
        let too_large = || {
            (StatusCode::PAYLOAD_TOO_LARGE, [(header::CONNECTION, "close")], format!("at most {most} bytes\n")).into_response()
        };
        let said = headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()).and_then(|v| v.parse::<usize>().ok());
        if said.is_some_and(|length| length > most) {
            return Err(too_large());
        }
        if headers.get(header::CONTENT_ENCODING).is_some_and(|e| e != HeaderValue::from_static("identity")) {
            return Err((StatusCode::UNSUPPORTED_MEDIA_TYPE, "send it uncompressed\n").into_response());
        }
        match tokio::time::timeout(self.body_within, to_bytes(body, most)).await {
            Ok(Ok(bytes)) => Ok(bytes),
            Ok(Err(_)) => Err(too_large()),
            Err(_) => {
                Err((StatusCode::REQUEST_TIMEOUT, [(header::CONNECTION, "close")], "the body took too long\n").into_response())
            }
        }
    }

    pub(super) async fn prove(&self, source: &SourceRow, asked: &verify::Request<'_>) -> Result<Proof, Response> {
        let now = self.clock.now();
        let secrets = Secrets::at(now, &source.secret, source.secret_before.as_ref().zip(source.before_until));
        let auth = serde_json::from_str(&source.auth).map_err(|error| {
            tracing::error!(source = source.key.as_str(), %error, "how this source proves itself cannot be read: add it anew");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        })?;
        match verify::verify(&auth, &secrets, asked, now) {
            Verdict::Genuine(_) => Ok(Proof::Signed),
            Verdict::Unauthenticated(_) => Ok(Proof::Url),
            Verdict::Forged(why) => {
                tracing::warn!(source = source.key.as_str(), %why, "a request was refused: it does not prove itself");
                let refusal = Refusal { source: source.key.clone(), at: now, why: why.to_string() };
                if let Err(error) = self.store.count_refused(refusal).await {
                    tracing::warn!(%error, "a refused request could not be counted");
                }
                Err((StatusCode::UNAUTHORIZED, "not signed as this source must be\n").into_response())
            }
        }
    }

    async fn keep(&self, delivery: NewDelivery) -> Result<(), Response> {
        let started = self.clock.now();
        match self.store.accept(delivery.clone()).await {
            Ok(_) => {}
            Err(error) if error.is_passing() => self.spool(delivery, &error).await?,
            Err(error) => return Err(refuse(&error.to_string())),
        }
        let took = self.clock.now() - started;
        self.metrics.accept_seconds.observe(took.to_std().unwrap_or_default().as_secs_f64());
        self.nudge.notify_waiters();
        Ok(())
    }

    async fn spool(&self, delivery: NewDelivery, error: &StoreError) -> Result<(), Response> {
        tracing::error!(%error, source = delivery.source.as_str(), "the database refuses a delivery: kept in the spool until it takes it");
        self.metrics.spooled.inc();
        let spool = self.spool.clone();
        match tokio::task::spawn_blocking(move || spool.keep(&delivery)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(refuse(&format!("neither database nor spool takes it: {error}"))),
            Err(error) => Err(refuse(&error.to_string())),
        }
    }
}

/// What may matter later, without what opens doors.
fn harmless(headers: &Headers) -> Vec<(String, String)> {
    const SECRET: &[&str] = &["authorization", "cookie", "proxy-authorization", "x-leadbell-token"];
    headers
        .iter()
        .filter(|(name, _)| !SECRET.contains(&name.to_lowercase().as_str()))
        .map(|(n, v)| (n.to_lowercase(), v.to_owned()))
        .collect()
}

fn refuse(why: &str) -> Response {
    tracing::error!(why, "a delivery could not be kept anywhere: the sender is told to try again");
    (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "30")], "not kept, send it again later\n").into_response()
}

fn answer(source: &SourceRow) -> Response {
    let Some(preset) = sources::preset(&source.preset) else { return StatusCode::OK.into_response() };
    let (status, content_type, body) = answer_for(preset);
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    (status, [(header::CONTENT_TYPE, content_type.to_owned())], body.to_owned()).into_response()
}
