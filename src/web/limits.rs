//! How often each source may ring.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};

use crate::domain::ids::SourceKey;

/// How often each source may ring; a token bucket per source.
#[derive(Debug)]
pub struct Limits(RateLimiter<SourceKey, DefaultKeyedStateStore<SourceKey>, DefaultClock>);

impl Limits {
    /// So many a minute in the long run, and so many at once after a rest, per source.
    #[must_use]
    pub fn new(per_minute: NonZeroU32, burst: NonZeroU32) -> Self {
        Self(RateLimiter::keyed(Quota::per_minute(per_minute).allow_burst(burst)))
    }

    /// May this source ring now?
    ///
    /// # Errors
    /// How long to wait.
    pub fn check(&self, source: &SourceKey) -> Result<(), Duration> {
        self.0.check_key(source).map_err(|not_until| not_until.wait_time_from(DefaultClock::default().now()))
    }

    /// Forgets sources that have rested long enough.
    pub fn forget_rested(&self) {
        self.0.retain_recent();
    }
}
