//! Figures as people read them: spans, shares, counts, changes.

use chrono::Duration;

use crate::domain::fairness::TURN_MICRO;
use crate::domain::text::thousands;

/// Wall time in at most two units: `45 s`, `12 min`, `3 h`, `3 h 05`, `2 d 4 h`. Less than nothing is nothing.
#[must_use]
pub fn wall(span: Duration) -> String {
    let minutes = span.num_minutes().max(0);
    if minutes < 48 * 60 {
        return business(span);
    }
    let (days, hours) = (minutes / 1440, minutes / 60 % 24);
    if hours == 0 || days >= 10 { format!("{days} d") } else { format!("{days} d {hours} h") }
}

/// Business time: the same, but never in days, because a working day has no fixed length.
#[must_use]
pub fn business(span: Duration) -> String {
    let seconds = span.num_seconds().max(0);
    let minutes = seconds / 60;
    match (seconds, minutes) {
        (0, _) => "0 s".to_owned(),
        (s, 0) => format!("{s} s"),
        (_, m) if m < 60 => format!("{m} min"),
        (_, m) if m < 48 * 60 && m % 60 == 0 => format!("{} h", m / 60),
        (_, m) if m < 48 * 60 => format!("{} h {:02}", m / 60, m % 60),
        (_, m) => format!("{} h", count((m / 60).unsigned_abs())),
    }
}

/// A share as whole per cent, never rounding to a certainty that is none: `0%` and `100%` are exact.
#[must_use]
pub fn share(share: f64) -> String {
    let percent = (share * 100.0).round();
    if percent < 1.0 && share > 0.0 {
        return "<1%".to_owned();
    }
    if percent > 99.0 && share < 1.0 {
        return ">99%".to_owned();
    }
    format!("{percent:.0}%")
}

/// A count with commas between thousands.
#[must_use]
pub fn count(number: u64) -> String {
    thousands(number)
}

/// How many more or less: `+3`, `-1`, `0`.
#[must_use]
pub fn change(by: i64) -> String {
    let sign = if by > 0 {
        "+"
    } else if by < 0 {
        "-"
    } else {
        ""
    };
    format!("{sign}{}", count(by.unsigned_abs()))
}

/// A mean to a tenth; what is less is told to be so.
#[must_use]
pub fn rate(rate: f64) -> String {
    if rate > 0.0 && rate < 0.05 { "<0.1".to_owned() } else { format!("{rate:.1}") }
}

/// Turns to a tenth: `+0.5`.
#[must_use]
pub fn turns(micro: i64) -> String {
    let half = TURN_MICRO / 20;
    match (micro.saturating_add(micro.signum() * half)) / (TURN_MICRO / 10) {
        0 => "0".to_owned(),
        tenths => format!("{}{}.{}", if tenths < 0 { "-" } else { "+" }, tenths.abs() / 10, tenths.abs() % 10),
    }
}

/// `3 leads`, `1 lead`.
#[must_use]
pub fn leads(number: u64) -> String {
    if number == 1 { "1 lead".to_owned() } else { format!("{} leads", count(number)) }
}

/// A count beside that of the period before: `23 (before 20, +15%)`.
#[must_use]
pub fn against(now: u64, before: u64) -> String {
    if before == 0 {
        return format!("{} (before 0)", count(now));
    }
    let change = ((now as f64 / before as f64 - 1.0) * 100.0).round();
    let sign = if change > 0.0 { "+" } else { "" };
    let change = if change == 0.0 { "the same".to_owned() } else { format!("{sign}{change:.0}%") };
    format!("{} (before {}, {change})", count(now), count(before))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_read_as_people_say_them() {
        let table = [
            (0, "0 s", "0 s"),
            (45, "45 s", "45 s"),
            (725, "12 min", "12 min"),
            (10_800, "3 h", "3 h"),
            (11_100, "3 h 05", "3 h 05"),
            (187_200, "2 d 4 h", "52 h"),
            (172_800, "2 d", "48 h"),
            (5_000_000, "57 d", "1,388 h"),
            (-60, "0 s", "0 s"),
        ];
        for (seconds, in_wall, in_business) in table {
            assert_eq!(wall(Duration::seconds(seconds)), in_wall);
            assert_eq!(business(Duration::seconds(seconds)), in_business);
        }
    }

    #[test]
    fn a_share_never_claims_all_or_nothing_falsely() {
        for (given, words) in [(0.0, "0%"), (0.001, "<1%"), (0.5, "50%"), (0.996, ">99%"), (1.0, "100%")] {
            assert_eq!(share(given), words);
        }
    }

    #[test]
    fn counts_and_changes() {
        assert_eq!(count(999), "999");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(against(23, 20), "23 (before 20, +15%)");
        assert_eq!(against(5, 0), "5 (before 0)");
        assert_eq!(against(9, 12), "9 (before 12, -25%)");
        assert_eq!(against(9, 9), "9 (before 9, the same)");
    }
}
