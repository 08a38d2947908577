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
}
