//! Durations and how they are told.

use std::time::{Duration, Instant};

/// One line of a benchmark's table.
#[derive(Debug)]
pub(crate) struct Line {
    what: String,
    figures: String,
    beside: String,
}

impl Line {
    /// What was measured, how it came out, and the ratio to what was measured beside it; empty where there is nothing beside it.
    pub(crate) fn new(what: impl Into<String>, figures: impl Into<String>, beside: impl Into<String>) -> Self {
        Self { what: what.into(), figures: figures.into(), beside: beside.into() }
    }
}

/// Prints the table.
pub(crate) fn print(name: &str, lines: &[Line]) {
    let width = |of: fn(&Line) -> &str| lines.iter().map(|l| of(l).chars().count()).max().unwrap_or(0);
    let (what, figures) = (width(|l| &l.what), width(|l| &l.figures));
    println!("{name}");
    for line in lines {
        println!("  {:what$}  {:figures$}  {}", line.what, line.figures, line.beside);
    }
}

/// The machine's own time.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures the machine's own time")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// How long each of many took.
#[derive(Debug, Default)]
pub(crate) struct Took(Vec<Duration>);

impl Took {
    /// One more.
    pub(crate) fn add(&mut self, since: Instant) {
        self.0.push(since.elapsed());
    }

    /// These as well.
    pub(crate) fn join(&mut self, mut other: Took) {
        self.0.append(&mut other.0);
    }

    /// How long one of each hundred took, counted from the quickest.
    pub(crate) fn percentile(&mut self, percent: usize) -> Duration {
        self.0.sort_unstable();
        let at = (self.0.len() * percent / 100).min(self.0.len().saturating_sub(1));
        self.0.get(at).copied().unwrap_or_default()
    }

    /// `p50 1.20 ms, p99 3.40 ms`.
    pub(crate) fn told(&mut self) -> String {
        format!("p50 {:.2} ms, p99 {:.2} ms", millis(self.percentile(50)), millis(self.percentile(99)))
    }
}

impl FromIterator<Duration> for Took {
    fn from_iter<I: IntoIterator<Item = Duration>>(took: I) -> Self {
        Self(took.into_iter().collect())
    }
}

pub(crate) fn millis(took: Duration) -> f64 {
    took.as_secs_f64() * 1_000.0
}

/// So many a second.
#[expect(clippy::cast_precision_loss, reason = "counts of a benchmark are far below 2^52")]
pub(crate) fn rate(count: usize, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}

/// `3.1 x the bare insert`.
pub(crate) fn times(ours: Duration, bare: Duration, what: &str) -> String {
    format!("{:.1} x {what} ({:.3} ms)", ours.as_secs_f64() / bare.as_secs_f64(), millis(bare))
}

/// Memory that this process holds now, in MB.
pub(crate) fn resident_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:"));
    line.and_then(|l| l.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or_default() / 1_024
}
