//! Tells a gateway connection that makes no progress from one that is merely quiet.
//! The library notices a dead connection late or, after a close without a code, hardly at all; this looks from outside. Time is handed in.

use std::time::Duration;

use tokio::time::Instant;

/// What can be seen of a connection.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sign {
    /// Changes with every heartbeat that is acknowledged.
    pub(super) latency: Option<Duration>,
    /// Up and identified.
    pub(super) connected: bool,
    /// Events so far.
    pub(super) heard: u64,
}

/// See the module.
#[derive(Debug)]
pub(super) struct Watch {
    patience: Duration,
    last: Sign,
    since: Instant,
}

impl Watch {
    pub(super) fn new(patience: Duration, now: Instant) -> Self {
        Self { patience, last: Sign::default(), since: now }
    }

    /// Looks; true when nothing has moved for too long.
    pub(super) fn is_stuck(&mut self, sign: Sign, now: Instant) -> bool {
        if sign != self.last {
            self.last = sign;
            self.since = now;
        }
        now - self.since >= self.patience
    }
}

/// How long until the next try: doubles, and begins anew after a connection that held.
#[derive(Debug, Default)]
pub(super) struct BackOff {
    tries: u32,
}

impl BackOff {
    const HELD: Duration = Duration::from_secs(600);
    const FIRST: Duration = Duration::from_secs(1);
    /// Discord allows a thousand fresh sessions a day: one every 86 s.
    const MOST: Duration = Duration::from_secs(120);

    pub(super) fn after(&mut self, lasted: Duration) -> Duration {
        if lasted >= Self::HELD {
            self.tries = 0;
        }
        let pause = Self::FIRST.saturating_mul(1 << self.tries.min(10)).min(Self::MOST);
        self.tries += 1;
        pause
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(65);

    #[tokio::test]
    async fn a_quiet_connection_lives_by_its_heartbeats_and_a_dead_one_does_not() {
        let start = Instant::now();
        let at = |s: u64| start + Duration::from_secs(s);
        let beat = |ms: u64| Sign { latency: Some(Duration::from_millis(ms)), connected: true, heard: 1 };
        let mut watch = Watch::new(PATIENCE, start);
        assert!(!watch.is_stuck(beat(20), at(1)));
        assert!(!watch.is_stuck(beat(21), at(42)));
        assert!(!watch.is_stuck(beat(21), at(106)));
        assert!(watch.is_stuck(beat(21), at(107)));
    }

    #[test]
    fn tries_grow_apart_and_begin_anew_after_one_that_held() {
        let mut back_off = BackOff::default();
        let seconds: Vec<u64> = (0..9).map(|_| back_off.after(Duration::ZERO).as_secs()).collect();
        assert_eq!(seconds, [1, 2, 4, 8, 16, 32, 64, 120, 120]);
        assert_eq!(back_off.after(Duration::from_secs(600)).as_secs(), 1);
    }
}
