//! Times and spans as people type them.

use crate::document::span::{self, Counted};
use chrono::{DateTime, Duration, NaiveDate, Utc};

/// A time that somebody typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Since {
    /// Then.
    At(DateTime<Utc>),
    /// So long ago.
    Ago(Duration),
}

impl Since {
    /// As a time.
    pub(crate) fn before(self, now: DateTime<Utc>) -> DateTime<Utc> {
        match self {
            Since::At(at) => at,
            Since::Ago(span) => now - span,
        }
    }
}

/// Reads `2026-05-04`, `2026-05-04T09:30:00Z` or `7d`.
pub(crate) fn since(text: &str) -> Result<Since, String> {
    if let Ok(day) = text.parse::<NaiveDate>() {
        return Ok(Since::At(day.and_time(chrono::NaiveTime::MIN).and_utc()));
    }
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Ok(Since::At(at.to_utc()));
    }
    let expected = || "write a day such as 2026-05-04, a time such as 2026-05-04T09:30:00Z, or a span such as 7d".to_owned();
    span::parse(text, Counted::Wall).map(Since::Ago).map_err(|_| expected())
}

/// Reads `24h`, `2d` or `0` for none.
pub(crate) fn span(text: &str) -> Result<Duration, String> {
    if matches!(text, "0" | "0s" | "none") { Ok(Duration::zero()) } else { span::parse(text, Counted::Wall) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_a_day_an_instant_or_a_span_ago() {
        let now = DateTime::parse_from_rfc3339("2026-05-04T09:30:00Z").unwrap().to_utc();
        let at = |text: &str| since(text).map(|s| s.before(now).to_rfc3339());
        assert_eq!(at("2026-05-01").unwrap(), "2026-05-01T00:00:00+00:00");
        assert_eq!(at("2026-05-01T10:00:00+02:00").unwrap(), "2026-05-01T08:00:00+00:00");
        assert_eq!(at("2d").unwrap(), "2026-05-02T09:30:00+00:00");
        assert!(at("yesterday").unwrap_err().starts_with("write a day"));
        assert_eq!(span("0"), Ok(Duration::zero()));
    }
}
