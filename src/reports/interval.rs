//! How sure a share is that was counted among few.

/// 95 in 100.
const Z: f64 = 1.959_964;

/// The share in which the true one lies 95 times in 100 (Wilson's interval); `None` among nobody.
/// Unlike the usual one it stays between 0 and 1, and says something when none or all were counted.
#[must_use]
pub fn wilson(hits: u64, of: u64) -> Option<(f64, f64)> {
    if of == 0 {
        return None;
    }
    let (n, share) = (of as f64, hits.min(of) as f64 / of as f64);
    let spread = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    let (middle, scale) = (share + Z * Z / (2.0 * n), 1.0 + Z * Z / n);
    Some((((middle - spread) / scale).max(0.0), ((middle + spread) / scale).min(1.0)))
}

/// Whether a share grows from one group to the next, each its hits and how many it was counted among: the number of standard errors by which
/// it does (Cochran and Armitage's test), below 0 when it falls. `None` where nothing can be told: fewer than two groups, or all alike.
#[must_use]
pub fn trend(groups: &[(u64, u64)]) -> Option<f64> {
    let sum = |of: &dyn Fn(f64, f64, f64) -> f64| -> f64 {
        groups.iter().enumerate().map(|(place, (hits, count))| of(place as f64, *hits as f64, *count as f64)).sum()
    };
    let (n, hits) = (sum(&|_, _, count| count), sum(&|_, hits, _| hits));
    if n == 0.0 {
        return None;
    }
    let share = hits / n;
    let drift = sum(&|place, hits, count| place * (hits - count * share));
    let (first, second) = (sum(&|place, _, count| place * count), sum(&|place, _, count| place * place * count));
    let variance = share * (1.0 - share) * (second - first * first / n);
    (variance > 0.0).then(|| drift / variance.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_counted_say_little_and_many_say_much() {
        // From the published tables of Wilson's interval.
        for (hits, of, low, high) in [
            (0, 10, 0.0, 0.2775),
            (1, 10, 0.0179, 0.4042),
            (5, 10, 0.2366, 0.7634),
            (10, 10, 0.7225, 1.0),
            (50, 100, 0.4038, 0.5962),
        ] {
            let (found_low, found_high) = wilson(hits, of).unwrap();
            assert!(
                (found_low - low).abs() < 0.0001 && (found_high - high).abs() < 0.0001,
                "{hits} of {of}: {found_low} {found_high}"
            );
        }
        assert_eq!(wilson(0, 0), None);
    }

    #[test]
    fn a_trend_is_told_from_chance() {
        // With two groups it is the test of two shares: (0.5 - 0.3) / sqrt(0.4 * 0.6 * (1 / 100 + 1 / 100)).
        assert!((trend(&[(30, 100), (50, 100)]).unwrap() - 2.886_75).abs() < 0.0001);
        assert!((trend(&[(50, 100), (30, 100)]).unwrap() + 2.886_75).abs() < 0.0001);
        // The drift is 0 * (10 - 15) + 1 * (15 - 15) + 2 * (20 - 15) = 10; the variance 0.25 * (150 - 8100 / 90) = 15.
        let three = trend(&[(10, 30), (15, 30), (20, 30)]).unwrap();
        assert!((three - 10.0 / 15.0_f64.sqrt()).abs() < 0.0001, "{three}");
        for nothing in [&[][..], &[(3, 9)], &[(0, 9), (0, 9)], &[(9, 9), (9, 9)], &[(3, 9), (0, 0)]] {
            assert_eq!(trend(nothing), None, "{nothing:?}");
        }
    }
}
