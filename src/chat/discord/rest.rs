//! Requests to Discord's REST API: the library's routes on our own client, so that time-outs are ours and headers are seen.
//! Everything goes to the configured base URL; redirects are not followed, because they could lead elsewhere with the token.
//! Invariant: after the token was refused once, nothing leaves any more: repeated refusals get the address banned.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use reqwest::header::{CONTENT_LENGTH, HeaderMap};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use serde_json::Value;
use serenity::http::{Http, HttpBuilder, LightMethod, Request, Route};
use tokio::time::Instant;

use super::failure::{Failure, No};
use super::limiter::{Allowance, Lane, Limiter, Scope};
use crate::domain::message::Attachment;

/// No request takes longer.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Longer waits are left to the caller, who has other things to send.
const WAIT_MAX: Duration = Duration::from_millis(1500);
/// Where Discord really is.
pub(super) const DISCORD: &str = "https://discord.com";
/// Answers are never larger.
const BODY_MAX: usize = 16 * 1024 * 1024;

/// How to reach Discord.
#[derive(Debug, Clone)]
pub struct Access {
    /// The bot's token, without `Bot `.
    pub token: SecretString,
    /// The company's own server; every other is refused.
    pub guild: u64,
    /// `https://discord.com`, or another base for tests and proxies, without a path.
    pub api_url: String,
}

/// The settings do not lead to Discord.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccessError {
    /// Not a base URL.
    #[error("[discord] api_url must be like https://discord.com, without a path; it is {0:?}")]
    Url(String),
    /// Zero.
    #[error(
        "[discord] guild must be the server's id, a number of 17 to 20 digits: right-click the server's name, Copy Server ID"
    )]
    Guild,
    /// Not what a token looks like.
    #[error("[discord] token must be the text from the application's Bot page: letters, digits, dots, dashes and underscores")]
    Token,
    /// Not 64 hexadecimal digits.
    #[error("[discord] public_key must be the 64 hexadecimal digits from the application's General Information page")]
    PublicKey,
    /// The HTTP client cannot be built.
    #[error("the HTTP client cannot be set up: {0}")]
    Client(String),
}

/// See the module.
#[derive(Debug)]
pub(super) struct Rest {
    http: Http,
    client: reqwest::Client,
    base: String,
    limiter: Limiter,
    halted: AtomicBool,
}

/// One request.
pub(super) struct Call<'a> {
    route: Route<'a>,
    method: LightMethod,
    query: Vec<(&'static str, String)>,
    body: Option<Value>,
    files: &'a [Attachment],
}

impl<'a> Call<'a> {
    pub(super) fn get(route: Route<'a>) -> Self {
        Self::new(route, LightMethod::Get)
    }

    pub(super) fn post(route: Route<'a>) -> Self {
        Self::new(route, LightMethod::Post)
    }

    pub(super) fn patch(route: Route<'a>) -> Self {
        Self::new(route, LightMethod::Patch)
    }

    pub(super) fn put(route: Route<'a>) -> Self {
        Self::new(route, LightMethod::Put)
    }

    pub(super) fn delete(route: Route<'a>) -> Self {
        Self::new(route, LightMethod::Delete)
    }

    fn new(route: Route<'a>, method: LightMethod) -> Self {
        Self { route, method, query: Vec::new(), body: None, files: &[] }
    }

    pub(super) fn query(mut self, name: &'static str, value: u64) -> Self {
        self.query.push((name, value.to_string()));
        self
    }

    /// A value that may be anybody's: only what stands in user names is sent, as the library does not encode it.
    pub(super) fn words(mut self, name: &'static str, value: &str) -> Self {
        let plain = value.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'));
        self.query.push((name, plain.collect()));
        self
    }

    pub(super) fn body(mut self, body: &impl Serialize) -> Self {
        self.body = Some(serde_json::to_value(body).expect("our own types are always JSON"));
        self
    }

    pub(super) fn files(mut self, files: &'a [Attachment]) -> Self {
        self.files = files;
        self
    }

    fn method_name(&self) -> &'static str {
        match self.method {
            LightMethod::Delete => "DELETE",
            LightMethod::Get => "GET",
            LightMethod::Patch => "PATCH",
            LightMethod::Post => "POST",
            LightMethod::Put => "PUT",
        }
    }
}

impl Rest {
    pub(super) fn new(access: &Access) -> Result<Self, AccessError> {
        let base = checked_base(&access.api_url)?;
        let token = access.token.expose_secret();
        if token.is_empty() || !token.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')) {
            return Err(AccessError::Token);
        }
        let client = client(&base).map_err(|e| AccessError::Client(e.to_string()))?;
        let http = library_http(token, &base, client.clone());
        Ok(Self { http, client, base, limiter: Limiter::new(), halted: AtomicBool::new(false) })
    }

    /// The base URL, without a slash at its end.
    pub(super) fn base(&self) -> &str {
        &self.base
    }

    /// For the library's gateway client: of its own, because a connection pool belongs to the runtime that it was used in.
    pub(super) fn http_for_gateway(&self) -> Result<Http, AccessError> {
        let client = client(&self.base).map_err(|e| AccessError::Client(e.to_string()))?;
        Ok(library_http(self.http.token(), &self.base, client))
    }

    /// Whether the token was refused.
    pub(super) fn is_halted(&self) -> bool {
        self.halted.load(Ordering::Relaxed)
    }

    /// Sends a request and gives the JSON that came back; null for an empty answer.
    /// Waits for the rate limits where that is short, and repeats once what Discord asked to be repeated soon.
    pub(super) async fn call(&self, call: Call<'_>) -> Result<Value, Failure> {
        let path = call.route.path();
        let path = path.strip_prefix("https://discord.com/api/v10").unwrap_or(&path);
        let lane = Lane::of(call.method_name(), path);
        self.wait(&lane).await?;
        match self.send(&call, &lane).await {
            Err(Failure::Later { after: Some(after) }) if after <= WAIT_MAX => {
                tokio::time::sleep(after).await;
                self.wait(&lane).await?;
                self.send(&call, &lane).await
            }
            outcome => outcome,
        }
    }

    async fn wait(&self, lane: &Lane) -> Result<(), Failure> {
        let give_up = Instant::now() + WAIT_MAX;
        loop {
            if self.is_halted() {
                return Err(Failure::Halted);
            }
            match self.limiter.take(lane, Instant::now()) {
                None => return Ok(()),
                Some(wait) if Instant::now() + wait > give_up => return Err(Failure::Later { after: Some(wait) }),
                Some(wait) => tokio::time::sleep(wait).await,
            }
        }
    }

    async fn send(&self, call: &Call<'_>, lane: &Lane) -> Result<Value, Failure> {
        let request = self.request(call)?;
        let harmless = matches!(call.method, LightMethod::Get);
        let answer = self.client.execute(request).await.map_err(|e| lost(&e, harmless))?;
        let status = answer.status().as_u16();
        let headers = answer.headers().clone();
        let body = answer.bytes().await;
        self.limiter.learn(lane, &allowance(&headers), Instant::now());
        match status {
            200..=299 => match body {
                Ok(bytes) if bytes.is_empty() => Ok(Value::Null),
                Ok(bytes) if bytes.len() <= BODY_MAX => serde_json::from_slice(&bytes).map_err(|_| unreadable(status, harmless)),
                Ok(_) | Err(_) => Err(unreadable(status, harmless)),
            },
            429 => Err(self.slowed(lane, &headers, &body.unwrap_or_default())),
            500..=599 => Err(unreadable(status, harmless)),
            _ => Err(self.refused(lane, status, &body.unwrap_or_default())),
        }
    }

    fn request(&self, call: &Call<'_>) -> Result<reqwest::Request, Failure> {
        let params = (!call.query.is_empty()).then(|| call.query.clone());
        let unsendable =
            |why: String| Failure::No(No { status: 0, code: None, why: format!("the request cannot be written: {why}") });
        let mut request = Request::new(call.route, call.method)
            .params(params)
            .build(&self.client, self.http.token(), Some(&self.base))
            .map_err(|e| unsendable(e.to_string()))?
            .build()
            .map_err(|e| unsendable(e.to_string()))?;
        let Some(body) = &call.body else { return Ok(request) };
        // The library wrote the length of no body.
        request.headers_mut().remove(CONTENT_LENGTH);
        let builder = reqwest::RequestBuilder::from_parts(self.client.clone(), request);
        let builder = if call.files.is_empty() { builder.json(body) } else { builder.multipart(form(body, call.files)) };
        builder.build().map_err(|e| unsendable(e.to_string()))
    }

    fn slowed(&self, lane: &Lane, headers: &HeaderMap, body: &[u8]) -> Failure {
        let json = serde_json::from_slice::<Value>(body).unwrap_or_default();
        let seconds = json["retry_after"].as_f64().or_else(|| number(headers, "retry-after"));
        // No figure at all comes from a ban by the network in front of Discord.
        let after = Duration::try_from_secs_f64(seconds.unwrap_or(600.0)).unwrap_or(Duration::from_secs(600));
        let scope = match text(headers, "x-ratelimit-scope").as_deref() {
            Some("global") => Scope::Everything,
            Some("shared") => Scope::Shared,
            _ if json["global"] == true || headers.contains_key("x-ratelimit-global") || seconds.is_none() => Scope::Everything,
            _ => Scope::Lane,
        };
        self.limiter.slow_down(lane, after, scope, Instant::now());
        tracing::info!(after_ms = after.as_millis(), ?scope, "Discord asks us to slow down");
        Failure::Later { after: Some(after) }
    }

    fn refused(&self, lane: &Lane, status: u16, body: &[u8]) -> Failure {
        let no = No::read(status, body);
        if matches!(status, 401 | 403) {
            self.limiter.refused(lane, Instant::now());
        }
        // An interaction's own token runs out after 15 minutes with the same status: that is no reason to stop.
        if status == 401 && !lane.exempt {
            if !self.halted.swap(true, Ordering::Relaxed) {
                tracing::error!("{}", super::failure::TOKEN_REFUSED);
            }
            return Failure::Halted;
        }
        Failure::No(no)
    }
}

pub(super) fn client(base: &str) -> reqwest::Result<reqwest::Client> {
    let builder = reqwest::Client::builder().timeout(TIMEOUT).redirect(reqwest::redirect::Policy::none());
    let local = base.contains("://127.") || base.contains("://localhost") || base.contains("://[::1]");
    if local { builder.no_proxy() } else { builder }.build()
}

fn library_http(token: &str, base: &str, client: reqwest::Client) -> Http {
    HttpBuilder::new(token).client(client).proxy(base).ratelimiter_disabled(true).build()
}

pub(super) fn checked_base(base: &str) -> Result<String, AccessError> {
    let wrong = || AccessError::Url(base.to_owned());
    let url = url::Url::parse(base).map_err(|_| wrong())?;
    let plain = matches!(url.scheme(), "http" | "https") && url.has_host() && url.query().is_none() && url.fragment().is_none();
    if plain && url.path() == "/" && url.username().is_empty() { Ok(base.trim_end_matches('/').to_owned()) } else { Err(wrong()) }
}

fn form(body: &Value, files: &[Attachment]) -> reqwest::multipart::Form {
    let form = reqwest::multipart::Form::new().text("payload_json", body.to_string());
    files.iter().enumerate().fold(form, |form, (at, file)| {
        let part = reqwest::multipart::Part::bytes(file.bytes.clone()).file_name(file.name.clone());
        form.part(format!("files[{at}]"), part)
    })
}

/// A request without an answer: what never left did not happen; what left may have.
fn lost(error: &reqwest::Error, harmless: bool) -> Failure {
    if error.is_connect() || error.is_builder() || harmless {
        return Failure::Later { after: None };
    }
    let why = if error.is_timeout() { "no answer within 10 s" } else { "the connection broke before the answer" };
    Failure::Unknown { why: why.to_owned() }
}

fn unreadable(status: u16, harmless: bool) -> Failure {
    if harmless { Failure::Later { after: None } } else { Failure::Unknown { why: format!("status {status} without an answer") } }
}

fn allowance(headers: &HeaderMap) -> Allowance {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of requests, written as a whole number")]
    let remaining = number(headers, "x-ratelimit-remaining").filter(|n| *n >= 0.0).map(|n| n as u32);
    Allowance {
        bucket: text(headers, "x-ratelimit-bucket"),
        remaining,
        reset_after: number(headers, "x-ratelimit-reset-after").and_then(|s| Duration::try_from_secs_f64(s).ok()),
    }
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

fn number(headers: &HeaderMap, name: &str) -> Option<f64> {
    text(headers, name)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(token: &str, api_url: &str) -> Access {
        Access { token: token.to_owned().into(), guild: 1, api_url: api_url.to_owned() }
    }

    #[test]
    fn a_base_that_does_not_lead_to_one_host_is_refused() {
        for url in
            ["discord.com", "ftp://discord.com", "https://discord.com/api", "https://me@discord.com", "https://discord.com?x=1"]
        {
            assert!(matches!(Rest::new(&access("abc", url)), Err(AccessError::Url(_))), "{url}");
        }
        assert_eq!(Rest::new(&access("abc", "https://discord.com/")).unwrap().base(), "https://discord.com");
        assert!(matches!(Rest::new(&access("a b", "https://discord.com")), Err(AccessError::Token)));
    }

    #[tokio::test]
    async fn what_cannot_connect_did_not_happen() {
        let rest = Rest::new(&access("abc", "http://127.0.0.1:9")).unwrap();
        let outcome = rest.call(Call::post(Route::UserMeDmChannels).body(&serde_json::json!({}))).await;
        assert_eq!(outcome, Err(Failure::Later { after: None }));
    }

    #[test]
    fn the_token_is_never_printed() {
        assert!(!format!("{:?}", access("supersecret", "https://discord.com")).contains("supersecret"));
    }
}
