//! Axes: round numbers for counts, familiar spans for time.

/// Round ticks from 0 to at least `most`, in at most six steps; counts never get fractions.
pub(super) fn counts(most: f64) -> Vec<f64> {
    let most = if most.is_finite() { most.max(1.0) } else { 1.0 };
    let rough = most / 5.0;
    let power = 10f64.powf(rough.log10().floor());
    let step =
        [1.0, 2.0, 5.0, 10.0].into_iter().map(|by| by * power).find(|step| *step >= rough - 1e-9).unwrap_or(rough).max(1.0);
    (0..)
        .map(|i| f64::from(i) * step)
        .take(8)
        .scan(false, |over, tick| (!std::mem::replace(over, tick >= most)).then_some(tick))
        .collect()
}

/// A figure at a bar: as on the axis, but what is no whole number, such as a share of turns, with one digit.
pub(super) fn figure(value: f64) -> String {
    let tenths = (value * 10.0).round() / 10.0;
    if tenths.fract() == 0.0 || tenths >= 1000.0 { short(value) } else { format!("{tenths:.1}") }
}

/// A count on an axis: `0`, `950`, `1.2k`, `35k`, `2M`.
pub(super) fn short(number: f64) -> String {
    let trimmed = |number: f64, unit: &str| {
        let words = format!("{number:.1}");
        format!("{}{unit}", words.strip_suffix(".0").unwrap_or(&words))
    };
    match number {
        n if n >= 999_950.0 => trimmed(n / 1e6, "M"),
        n if n >= 1000.0 => trimmed(n / 1e3, "k"),
        n => format!("{n:.0}"),
    }
}

const MINUTE: f64 = 60.0;
const HOUR: f64 = 3600.0;
const DAY: f64 = 86_400.0;

/// Spans that people think in; days are spelled as hours up to three, because business time knows no days.
const SPANS: [(f64, &str); 14] = [
    (MINUTE, "1 min"),
    (5.0 * MINUTE, "5 min"),
    (15.0 * MINUTE, "15 min"),
    (HOUR, "1 h"),
    (4.0 * HOUR, "4 h"),
    (DAY, "24 h"),
    (3.0 * DAY, "72 h"),
    (7.0 * DAY, "1 week"),
    (28.0 * DAY, "4 weeks"),
    (91.0 * DAY, "3 months"),
    (365.0 * DAY, "1 year"),
    (3.0 * 365.0 * DAY, "3 years"),
    (10.0 * 365.0 * DAY, "10 years"),
    (30.0 * 365.0 * DAY, "30 years"),
];

/// A time axis on which 5 minutes matter as much as 5 days: logarithmic from half a minute on.
pub(super) struct Times {
    most: f64,
}

const LEAST: f64 = 30.0;

impl Times {
    /// Until at least `most` seconds, and an hour.
    pub(super) fn new(most: f64) -> Self {
        let most = if most.is_finite() { most } else { HOUR };
        Self { most: (most * 1.15).clamp(HOUR, 40.0 * 365.0 * DAY) }
    }

    /// Where a span lies, 0 to 1; spans under half a minute lie at 0.
    pub(super) fn place(&self, seconds: f64) -> f32 {
        ((seconds.max(LEAST) / LEAST).ln() / (self.most / LEAST).ln()).clamp(0.0, 1.0) as f32
    }

    /// The ticks that lie on the axis.
    pub(super) fn ticks(&self) -> impl Iterator<Item = (f32, &'static str)> {
        SPANS.into_iter().filter(|(seconds, _)| *seconds <= self.most).map(|(seconds, words)| (self.place(seconds), words))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_get_round_ticks() {
        for (most, expected) in [
            (0.0, vec![0.0, 1.0]),
            (3.0, vec![0.0, 1.0, 2.0, 3.0]),
            (23.0, vec![0.0, 5.0, 10.0, 15.0, 20.0, 25.0]),
            (100.0, vec![0.0, 20.0, 40.0, 60.0, 80.0, 100.0]),
            (1042.0, vec![0.0, 500.0, 1000.0, 1500.0]),
            (f64::NAN, vec![0.0, 1.0]),
        ] {
            assert_eq!(counts(most), expected, "{most}");
        }
    }

    #[test]
    fn long_counts_are_short_on_an_axis() {
        for (number, words) in
            [(0.0, "0"), (950.0, "950"), (1200.0, "1.2k"), (35_000.0, "35k"), (999_999.0, "1M"), (2_500_000.0, "2.5M")]
        {
            assert_eq!(short(number), words);
        }
    }

    #[test]
    fn what_is_no_whole_number_says_so_at_its_bar() {
        for (number, words) in [(0.5, "0.5"), (2.5, "2.5"), (3.04, "3"), (12.0, "12"), (1234.5, "1.2k")] {
            assert_eq!(figure(number), words);
        }
    }

    #[test]
    fn time_begins_at_half_a_minute_and_ends_after_the_last() {
        let times = Times::new(10_000.0);
        assert_eq!((times.place(0.0), times.place(30.0), times.place(1e9)), (0.0, 0.0, 1.0));
        assert_eq!(times.ticks().map(|(_, words)| words).collect::<Vec<_>>(), ["1 min", "5 min", "15 min", "1 h"]);
    }
}
