//! Rate limits as Discord has them: a bucket per route and place, and one for everything a bot sends.
//! Counted by the stand-in's clock, so that tests can wait without waiting.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::http::HeaderMap;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

/// Which limits hold.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    routes: bool,
    global_per_second: Option<u32>,
    own: Vec<(String, u32, Duration)>,
}

impl Limits {
    /// No limits at all, for tests of speed.
    pub fn off() -> Self {
        Self::default()
    }

    /// What bots see at Discord: 5 messages in 5 seconds per channel, 50 requests in a second, and so on.
    pub fn discord() -> Self {
        Self { routes: true, global_per_second: Some(50), own: Vec::new() }
    }

    /// Sets the limit of one route, written like `POST channels/{channel}/messages`.
    #[must_use]
    pub fn route(mut self, route: &str, requests: u32, window: Duration) -> Self {
        self.own.push((route.to_owned(), requests, window));
        self
    }

    /// Sets or lifts the limit for everything together.
    #[must_use]
    pub fn global_per_second(mut self, requests: Option<u32>) -> Self {
        self.global_per_second = requests;
        self
    }
}

/// Whom a 429 is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// This bot on this route.
    #[default]
    User,
    /// This bot on all routes.
    Global,
    /// Everybody on this resource; does not count against the caller.
    Shared,
}

impl Scope {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Global => "global",
            Self::Shared => "shared",
        }
    }
}

/// A refusal for being too fast.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct TooFast {
    pub(crate) retry_after: f64,
    pub(crate) scope: Scope,
}

impl TooFast {
    pub(crate) fn body(self) -> Value {
        let global = self.scope == Scope::Global;
        json!({"message": "You are being rate limited.", "retry_after": self.retry_after, "global": global})
    }

    pub(crate) fn write(self, headers: &mut HeaderMap) {
        put(headers, "retry-after", &format!("{}", self.retry_after.ceil()));
        put(headers, "x-ratelimit-scope", self.scope.word());
        if self.scope == Scope::Global {
            put(headers, "x-ratelimit-global", "true");
        }
    }
}

/// Where a bucket stands after a request.
#[derive(Clone, Debug)]
pub(crate) struct Standing {
    limit: u32,
    remaining: u32,
    reset: DateTime<Utc>,
    reset_after: f64,
    bucket: String,
}

impl Standing {
    pub(crate) fn write(&self, headers: &mut HeaderMap) {
        let reset = self.reset.timestamp_millis();
        put(headers, "x-ratelimit-limit", &self.limit.to_string());
        put(headers, "x-ratelimit-remaining", &self.remaining.to_string());
        put(headers, "x-ratelimit-reset", &format!("{}.{:03}", reset / 1000, reset % 1000));
        put(headers, "x-ratelimit-reset-after", &format!("{:.3}", self.reset_after));
        put(headers, "x-ratelimit-bucket", &self.bucket);
    }
}

fn put(headers: &mut HeaderMap, name: &'static str, value: &str) {
    headers.insert(name, value.parse().expect("numbers and plain words are valid header values"));
}

/// A request, as far as limits care.
pub(crate) struct Counted<'a> {
    /// Method and template of the route.
    pub(crate) route: &'a str,
    /// The major parameter: channel, guild or token.
    pub(crate) major: &'a str,
    /// Discord's usual limit for the route; `None` for routes without a bucket.
    pub(crate) usual: Option<(u32, u32)>,
    /// Whether it counts towards the global limit.
    pub(crate) global: bool,
}

struct Window {
    began: DateTime<Utc>,
    used: u32,
}

/// All buckets.
#[derive(Default)]
pub(crate) struct Buckets {
    limits: Limits,
    windows: BTreeMap<(String, String), Window>,
}

impl Buckets {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { limits, windows: BTreeMap::new() }
    }

    /// Counts a request; `Err` when it comes too early.
    pub(crate) fn count(&mut self, request: &Counted<'_>, now: DateTime<Utc>) -> (Option<Standing>, Result<(), TooFast>) {
        if request.global
            && let Some(limit) = self.limits.global_per_second
        {
            let (_, verdict) = self.take(("", ""), (limit, TimeDelta::seconds(1)), now);
            if let Err(retry_after) = verdict {
                return (None, Err(TooFast { retry_after, scope: Scope::Global }));
            }
        }
        let Some(rule) = self.rule(request) else { return (None, Ok(())) };
        let (standing, verdict) = self.take((request.route, request.major), rule, now);
        (Some(standing), verdict.map_err(|retry_after| TooFast { retry_after, scope: Scope::User }))
    }

    /// The limit of a route: an own one, else the usual one.
    fn rule(&self, request: &Counted<'_>) -> Option<(u32, TimeDelta)> {
        let own = self.limits.own.iter().find(|(route, ..)| route == request.route);
        match own {
            Some((_, limit, window)) => Some((*limit, TimeDelta::from_std(*window).unwrap_or(TimeDelta::MAX))),
            None if self.limits.routes => request.usual.map(|(limit, ms)| (limit, TimeDelta::milliseconds(i64::from(ms)))),
            None => None,
        }
    }

    /// Takes one from a bucket; `Err` says for how many seconds it is empty.
    fn take(
        &mut self,
        (route, major): (&str, &str),
        (limit, length): (u32, TimeDelta),
        now: DateTime<Utc>,
    ) -> (Standing, Result<(), f64>) {
        let key = (route.to_owned(), major.to_owned());
        let window = self.windows.entry(key).or_insert(Window { began: now, used: 0 });
        if now - window.began >= length || now < window.began {
            *window = Window { began: now, used: 0 };
        }
        let reset = window.began + length;
        let reset_after = seconds(reset - now);
        let verdict = if window.used < limit {
            window.used += 1;
            Ok(())
        } else {
            Err(reset_after)
        };
        let remaining = limit - window.used;
        (Standing { limit, remaining, reset, reset_after, bucket: hash(route) }, verdict)
    }
}

fn seconds(span: TimeDelta) -> f64 {
    // Milliseconds, as exact as Discord gives them.
    f64::from(u32::try_from(span.num_milliseconds().max(1)).unwrap_or(u32::MAX)) / 1000.0
}

/// A name for a bucket that looks like Discord's: FNV-1a of the route.
fn hash(route: &str) -> String {
    let fold = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    let hash = route.bytes().fold(0xcbf2_9ce4_8422_2325, fold);
    format!("{hash:016x}{:016x}", hash.rotate_left(29))
}
