//! The door: every REST request passes here, is counted, suffers what was ordered for it, and is written down.

use axum::body::Body as HttpBody;
use axum::extract::Request;
use axum::http::{HeaderValue, Method, Response, StatusCode, header};
use serde_json::{Value, json};

use super::arrival::Arrival;
use super::call::{Call, Handled, Params, Reply};
use super::routes::{self, Access, Route};
use crate::faults::RestFault;
use crate::interactions::probe;
use crate::journal::Recorded;
use crate::limits::{Counted, TooFast};
use crate::refusal::{Reason, Refusal};
use crate::store::{Hub, Store};

/// Marks a response that must not be sent: the connection ends instead.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cut;

/// Serves one REST request.
pub(crate) async fn serve(hub: Hub, request: Request) -> Response<HttpBody> {
    let arrival = Arrival::read(request).await;
    let mut fault = hub.store().faults.take(arrival.method.as_str(), &arrival.path);
    if let Some(RestFault::Delay(pause)) = fault {
        tokio::time::sleep(pause).await;
        fault = None;
    }
    let response = match fault {
        Some(RestFault::RateLimited { retry_after, scope }) => too_fast(TooFast { retry_after, scope }),
        Some(RestFault::ErrorBefore(status)) => broken(status),
        Some(RestFault::CutBefore) => cut(),
        other => {
            let response = match probe_new_endpoint(&hub, &arrival).await {
                Ok(()) => perform(&mut hub.store(), &arrival),
                Err(refusal) => refused(&refusal),
            };
            match other {
                Some(RestFault::ErrorAfter(status)) => broken(status),
                Some(RestFault::CutAfter) => cut(),
                _ => response,
            }
        }
    };
    record(&mut hub.store(), arrival, &response);
    response
}

/// Setting an interactions endpoint is the one request that asks back.
async fn probe_new_endpoint(hub: &Hub, arrival: &Arrival) -> Result<(), Refusal> {
    let sets = arrival.method == Method::PATCH && arrival.segments() == ["applications", "@me"];
    let url = arrival.body.as_ref().ok().and_then(|body| body.json["interactions_endpoint_url"].as_str());
    let Some(url) = url.filter(|url| sets && !url.is_empty()) else { return Ok(()) };
    probe(hub, url).await.map_err(|why| {
        tracing::info!(%url, %why, "The interactions endpoint was not taken.");
        let message = "The specified interactions endpoint url could not be verified.";
        Refusal::field("interactions_endpoint_url", "APPLICATION_INTERACTIONS_ENDPOINT_URL_INVALID", message)
    })
}

fn perform(store: &mut Store, arrival: &Arrival) -> Response<HttpBody> {
    let now = store.now();
    if store.journal.banned(now) {
        return banned();
    }
    let (route, params) = match routes::find(&arrival.method, &arrival.segments()) {
        Ok(found) => found,
        Err(reason) => return refused(&reason.into()),
    };
    if route.access == Access::Bot && arrival.token.as_deref() != Some(store.application.token.as_str()) {
        return refused(&Reason::Unauthorized.into());
    }
    let major = params.iter().find(|(name, _)| route.major(name)).map_or("", |(_, value)| value);
    let name = route.name();
    let counted = Counted { route: &name, major, usual: route.limit, global: route.access == Access::Bot };
    let (standing, verdict) = store.buckets.count(&counted, now);
    let mut response = match verdict {
        Ok(()) => handle(store, route, params, arrival),
        Err(fast) => too_fast(fast),
    };
    if let Some(standing) = standing {
        standing.write(response.headers_mut());
    }
    response
}

fn handle(store: &mut Store, route: &Route, params: Params, arrival: &Arrival) -> Response<HttpBody> {
    let handled: Handled = match arrival.body.clone() {
        Ok(body) => (route.handler)(store, &Call { params, query: arrival.pairs(), body }),
        Err(refusal) => Err(refusal),
    };
    match handled {
        Ok(Reply { status, body: Some(body) }) => json_response(status, &body),
        Ok(Reply { status, body: None }) => status_response(status, HttpBody::empty()),
        Err(refusal) => refused(&refusal),
    }
}

/// Writes the request and its fate into the journal.
fn record(store: &mut Store, arrival: Arrival, response: &Response<HttpBody>) {
    let was_cut = response.extensions().get::<Cut>().is_some();
    let status = if was_cut { 0 } else { response.status().as_u16() };
    let shared = response.headers().get("x-ratelimit-scope").is_some_and(|scope| scope == "shared");
    if matches!(status, 401 | 403 | 429) && !shared {
        let now = store.now();
        store.journal.note_invalid(now);
    }
    let body = arrival.body.map_or(Value::Null, |body| body.json);
    let method = arrival.method.as_str().to_owned();
    store.journal.note(Recorded { method, path: arrival.path, query: arrival.query, body, status });
    store.changed.send_modify(|tick| *tick += 1);
}

fn status_response(status: StatusCode, body: HttpBody) -> Response<HttpBody> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response
}

pub(crate) fn json_response(status: StatusCode, body: &Value) -> Response<HttpBody> {
    let mut response = status_response(status, HttpBody::from(body.to_string()));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn refused(refusal: &Refusal) -> Response<HttpBody> {
    json_response(refusal.status, &refusal.body())
}

fn too_fast(fast: TooFast) -> Response<HttpBody> {
    let mut response = json_response(StatusCode::TOO_MANY_REQUESTS, &fast.body());
    fast.write(response.headers_mut());
    response
}

/// What Discord's servers say when they stumble; its edge says 502 and above in HTML.
fn broken(status: u16) -> Response<HttpBody> {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if status == StatusCode::INTERNAL_SERVER_ERROR {
        return json_response(status, &json!({"message": "500: Internal Server Error", "code": 0}));
    }
    html(status, "error")
}

/// The edge's answer to an address that sent too many invalid requests.
fn banned() -> Response<HttpBody> {
    html(StatusCode::TOO_MANY_REQUESTS, "Access denied: you are being blocked from accessing our API temporarily")
}

fn html(status: StatusCode, text: &str) -> Response<HttpBody> {
    let page = format!("<!doctype html><html><head><title>{status}</title></head><body>{text}</body></html>");
    let mut response = status_response(status, HttpBody::from(page));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=UTF-8"));
    response
}

fn cut() -> Response<HttpBody> {
    let mut response = status_response(StatusCode::OK, HttpBody::empty());
    response.extensions_mut().insert(Cut);
    response
}
