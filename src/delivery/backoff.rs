//! How long to wait before something is tried again.

use std::sync::{Arc, Mutex};

use chrono::Duration;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

/// The longest wait.
const CAP_SECONDS: i64 = 300;

/// The one source of chance, seeded: the same seed spreads the same way.
#[derive(Debug, Clone)]
pub struct Chance(Arc<Mutex<StdRng>>);

impl Chance {
    /// From a seed.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(StdRng::seed_from_u64(seed))))
    }

    /// From the machine.
    #[must_use]
    pub fn of_the_machine() -> Self {
        Self(Arc::new(Mutex::new(StdRng::from_os_rng())))
    }

    /// How long to wait after so many failures in a row: 1 s, doubled each time up to five minutes, and half of it by chance.
    #[must_use]
    pub fn wait(&self, tries: u32) -> Duration {
        let full = 1_000 * 1_i64.checked_shl(tries.min(20)).unwrap_or(i64::MAX).min(CAP_SECONDS);
        let mut rng = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        Duration::milliseconds(rng.random_range(full / 2..=full))
    }

    /// Fresh bytes, for secrets and tokens.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut rng = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut bytes = [0; N];
        rng.fill(&mut bytes[..]);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_stop_growing() {
        let chance = Chance::seeded(7);
        let wait = |tries| chance.wait(tries).num_milliseconds();
        assert!((500..=1_000).contains(&wait(0)));
        assert!((4_000..=8_000).contains(&wait(3)));
        assert!((150_000..=300_000).contains(&wait(9)));
        assert!((150_000..=300_000).contains(&wait(u32::MAX)));
    }
}
