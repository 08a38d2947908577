//! Chance, from one seed: every choice of the simulation is drawn here, in one order.

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

/// The one source of chance of a seed.
#[derive(Debug)]
pub(super) struct Lot(StdRng);

impl Lot {
    pub(super) fn new(seed: u64) -> Self {
        Self(StdRng::seed_from_u64(seed))
    }

    /// True in so many of one cases; certain things draw nothing.
    pub(super) fn roll(&mut self, chance: f64) -> bool {
        chance > 0.0 && self.0.random_bool(chance.min(1.0))
    }

    pub(super) fn between(&mut self, least: i64, most: i64) -> i64 {
        self.0.random_range(least..=most.max(least))
    }

    pub(super) fn below(&mut self, n: usize) -> usize {
        self.0.random_range(0..n.max(1))
    }

    pub(super) fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// A rate: nothing in half of the cases, else up to `most`.
    pub(super) fn rate(&mut self, most: f64) -> f64 {
        if self.roll(0.5) { self.0.random_range(0.02..most) } else { 0.0 }
    }

    /// One of several things, each with its weight.
    pub(super) fn weighed<T: Copy>(&mut self, of: &[(u32, T)]) -> T {
        let mut left = self.0.random_range(0..of.iter().map(|(weight, _)| weight).sum::<u32>().max(1));
        for &(weight, thing) in of {
            if left < weight {
                return thing;
            }
            left -= weight;
        }
        of[0].1
    }
}
