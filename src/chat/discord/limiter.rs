//! How fast we may talk to Discord: 45 requests a second in all, what each bucket's headers leave, and never on after a ban threatens.
//! Ours, because the library's own limiter ignores the base URL, forgets nothing and waits for ever.
//! Time is handed in, so that all of it can be tested standing still.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::Mutex;
use std::time::Duration;

use governor::{DefaultDirectRateLimiter, Quota};
use tokio::time::Instant;

/// Discord allows 50 a second; the rest is left for the gateway's own requests.
const PER_SECOND: NonZeroU32 = NonZeroU32::new(45).expect("is not zero");
/// Buckets are forgotten when there are more and they are over.
const BUCKETS_MAX: usize = 1024;
/// Of 401, 403 and 429 in ten minutes; at 10,000 Discord bans the address.
const INVALID_MAX: u32 = 5000;
const INVALID_WINDOW: Duration = Duration::from_secs(600);
/// So many 403 in a minute close a route for the rest of it.
const FORBIDDEN_MAX: u32 = 3;
const FORBIDDEN_WINDOW: Duration = Duration::from_secs(60);

/// Requests that count against the same limit, as far as we can tell before Discord says so.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Lane {
    /// Method and path, with minor ids blanked.
    route: String,
    /// The channel, server or webhook in it.
    major: String,
    /// Answers to interactions: outside the global limit.
    pub(super) exempt: bool,
}

impl Lane {
    /// The lane of a request by its method and path (`/channels/1/messages/2`).
    pub(super) fn of(method: &str, path: &str) -> Self {
        let parts: Vec<&str> = path.split('/').filter(|p| !p.is_empty()).collect();
        let root = parts.first().copied().unwrap_or_default();
        let exempt = matches!(root, "interactions" | "webhooks");
        let major_parts = if exempt { 3 } else { 2 };
        let major = if matches!(root, "channels" | "guilds" | "webhooks" | "interactions") {
            parts.get(1..major_parts.min(parts.len())).unwrap_or_default().join("/")
        } else {
            String::new()
        };
        let blank = |(at, part): (usize, &&str)| match at {
            0 => (*part).to_owned(),
            _ if at < major_parts || part.chars().all(|c| c.is_ascii_digit()) => "*".to_owned(),
            _ => (*part).to_owned(),
        };
        let route: Vec<String> = parts.iter().enumerate().map(blank).collect();
        Self { route: format!("{method} {}", route.join("/")), major, exempt }
    }
}

/// What an answer's headers say of its bucket.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Allowance {
    /// The bucket's name.
    pub(super) bucket: Option<String>,
    /// Requests left.
    pub(super) remaining: Option<u32>,
    /// Until it is full again.
    pub(super) reset_after: Option<Duration>,
}

/// See the module.
#[derive(Debug)]
pub(super) struct Limiter {
    global: DefaultDirectRateLimiter,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// The bucket that a route turned out to be in.
    names: HashMap<String, String>,
    /// By bucket or route, and major id.
    buckets: HashMap<(String, String), Bucket>,
    forbidden: HashMap<Lane, Tally>,
    invalid: Option<Tally>,
    /// Nothing at all before then.
    all_until: Option<Instant>,
}

#[derive(Debug)]
struct Bucket {
    remaining: u32,
    reset: Instant,
}

#[derive(Debug, Clone, Copy)]
struct Tally {
    since: Instant,
    count: u32,
}

impl Tally {
    fn bump(tally: Option<Tally>, now: Instant, window: Duration) -> Tally {
        match tally {
            Some(t) if now < t.since + window => Tally { count: t.count + 1, ..t },
            _ => Tally { since: now, count: 1 },
        }
    }
}

impl Limiter {
    pub(super) fn new() -> Self {
        Self { global: DefaultDirectRateLimiter::direct(Quota::per_second(PER_SECOND)), state: Mutex::default() }
    }

    /// How long to wait before a request may leave; when `None`, it may, and has been counted.
    pub(super) fn take(&self, lane: &Lane, now: Instant) -> Option<Duration> {
        let mut state = self.lock();
        let until = [state.blocked_until(lane, now), state.bucket(lane).filter(|b| b.remaining == 0).map(|b| b.reset)];
        if let Some(until) = until.into_iter().flatten().max().filter(|&until| until > now) {
            return Some(until - now);
        }
        if !lane.exempt
            && let Err(not_yet) = self.global.check()
        {
            use governor::clock::Clock as _;
            return Some(not_yet.wait_time_from(self.global.clock().now()));
        }
        if let Some(bucket) = state.bucket(lane) {
            bucket.remaining = bucket.remaining.saturating_sub(1);
        }
        None
    }

    /// Takes note of what an answer's headers said.
    pub(super) fn learn(&self, lane: &Lane, allowance: &Allowance, now: Instant) {
        let mut state = self.lock();
        if let Some(name) = &allowance.bucket {
            state.names.insert(lane.route.clone(), name.clone());
        }
        if let (Some(remaining), Some(reset_after)) = (allowance.remaining, allowance.reset_after) {
            let key = state.key(lane);
            state.buckets.insert(key, Bucket { remaining, reset: now + reset_after });
        }
        if state.buckets.len() > BUCKETS_MAX {
            state.buckets.retain(|_, b| b.reset > now);
        }
    }

    /// Takes note of a 429.
    pub(super) fn slow_down(&self, lane: &Lane, after: Duration, scope: Scope, now: Instant) {
        let mut state = self.lock();
        let until = now + after;
        match scope {
            Scope::Everything => state.all_until = Some(until),
            Scope::Lane | Scope::Shared => {
                let key = state.key(lane);
                state.buckets.insert(key, Bucket { remaining: 0, reset: until });
            }
        }
        if scope != Scope::Shared {
            state.invalid = Some(Tally::bump(state.invalid, now, INVALID_WINDOW));
        }
    }

    /// Takes note of a 401 or 403.
    pub(super) fn refused(&self, lane: &Lane, now: Instant) {
        let mut state = self.lock();
        state.invalid = Some(Tally::bump(state.invalid, now, INVALID_WINDOW));
        let tally = Tally::bump(state.forbidden.get(lane).copied(), now, FORBIDDEN_WINDOW);
        state.forbidden.retain(|_, t| now < t.since + FORBIDDEN_WINDOW);
        state.forbidden.insert(lane.clone(), tally);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().expect("nothing panics while it is held")
    }
}

/// What a 429 closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// This bucket, by our doing.
    Lane,
    /// This bucket, by everybody's doing.
    Shared,
    /// Every request of ours.
    Everything,
}

impl State {
    fn key(&self, lane: &Lane) -> (String, String) {
        (self.names.get(&lane.route).unwrap_or(&lane.route).clone(), lane.major.clone())
    }

    /// The bucket, when it is known; one whose time is over is forgotten.
    fn bucket(&mut self, lane: &Lane) -> Option<&mut Bucket> {
        let key = self.key(lane);
        self.buckets.get_mut(&key)
    }

    fn blocked_until(&self, lane: &Lane, now: Instant) -> Option<Instant> {
        let banned = self.invalid.filter(|t| t.count >= INVALID_MAX).map(|t| t.since + INVALID_WINDOW);
        let forbidden = self.forbidden.get(lane).filter(|t| t.count >= FORBIDDEN_MAX).map(|t| t.since + FORBIDDEN_WINDOW);
        [self.all_until, banned, forbidden].into_iter().flatten().filter(|&until| until > now).max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowance(remaining: u32, ms: u64) -> Allowance {
        Allowance { bucket: Some("b".into()), remaining: Some(remaining), reset_after: Some(Duration::from_millis(ms)) }
    }

    #[test]
    fn requests_on_the_same_channel_share_a_lane_and_interactions_have_their_own() {
        let lane = Lane::of("PATCH", "/channels/1/messages/2");
        assert_eq!(lane, Lane::of("PATCH", "/channels/1/messages/3"));
        assert_ne!(lane, Lane::of("PATCH", "/channels/9/messages/2"));
        assert_ne!(lane, Lane::of("DELETE", "/channels/1/messages/2"));
        assert!(!lane.exempt);
        assert!(Lane::of("POST", "/interactions/5/tok/callback").exempt);
        assert_ne!(Lane::of("POST", "/webhooks/1/tok-a"), Lane::of("POST", "/webhooks/1/tok-b"));
    }

    #[tokio::test]
    async fn an_empty_bucket_waits_for_its_reset_and_no_longer() {
        let limiter = Limiter::new();
        let (lane, now) = (Lane::of("POST", "/channels/1/messages"), Instant::now());
        assert_eq!(limiter.take(&lane, now), None);
        limiter.learn(&lane, &allowance(1, 800), now);
        assert_eq!(limiter.take(&lane, now), None, "one is left");
        assert_eq!(limiter.take(&lane, now), Some(Duration::from_millis(800)));
        assert_eq!(limiter.take(&Lane::of("POST", "/channels/2/messages"), now), None, "another channel is free");
        assert_eq!(limiter.take(&lane, now + Duration::from_millis(800)), None);
    }

    #[tokio::test]
    async fn a_429_closes_its_bucket_or_everything() {
        let limiter = Limiter::new();
        let (lane, other, now) = (Lane::of("POST", "/channels/1/messages"), Lane::of("GET", "/users/@me"), Instant::now());
        limiter.slow_down(&lane, Duration::from_secs(2), Scope::Lane, now);
        assert_eq!(limiter.take(&lane, now), Some(Duration::from_secs(2)));
        assert_eq!(limiter.take(&other, now), None);
        limiter.slow_down(&lane, Duration::from_secs(3), Scope::Everything, now);
        assert_eq!(limiter.take(&other, now), Some(Duration::from_secs(3)));
    }

    #[tokio::test]
    async fn a_route_that_keeps_refusing_is_left_alone_for_a_minute() {
        let limiter = Limiter::new();
        let (lane, now) = (Lane::of("POST", "/channels/1/messages"), Instant::now());
        for _ in 0..3 {
            assert_eq!(limiter.take(&lane, now), None);
            limiter.refused(&lane, now);
        }
        assert_eq!(limiter.take(&lane, now), Some(Duration::from_secs(60)));
    }

    #[tokio::test]
    async fn no_more_than_45_leave_in_one_instant() {
        let limiter = Limiter::new();
        let now = Instant::now();
        let left = (0..60).filter(|n| limiter.take(&Lane::of("GET", &format!("/channels/{n}")), now).is_none()).count();
        assert!((45..=47).contains(&left), "{left}");
    }
}
