//! Reads the time a sender says a form was filled in.
//! Invariant: a time without zone is only read where the provider is known to mean UTC; a guess of hours would be worse than the time of receipt.

use chrono::{DateTime, NaiveDateTime, Utc};

/// What a time without a zone means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zoneless {
    /// Nothing certain.
    Unknown,
    /// UTC, as the provider writes it.
    Utc,
}

/// Reads ISO 8601 and mail dates with a zone, and seconds or milliseconds since 1970.
#[must_use]
pub fn read(text: &str, zoneless: Zoneless) -> Option<DateTime<Utc>> {
    let text = text.trim();
    if text.len() > 40 {
        return None;
    }
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return since_1970(text);
    }
    let zoned = DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z"))
        .or_else(|_| DateTime::parse_from_rfc2822(text));
    if let Ok(at) = zoned {
        return Some(at.to_utc());
    }
    let (text, zoneless) = text.strip_suffix(" UTC").map_or((text, zoneless), |bare| (bare, Zoneless::Utc));
    match zoneless {
        Zoneless::Unknown => None,
        Zoneless::Utc => {
            let forms = ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y-%m-%d %I:%M %p"];
            forms.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok()).map(|at| at.and_utc())
        }
    }
}

/// Ten digits are seconds and thirteen are milliseconds, from 2001 to 2286; anything else is some other number.
fn since_1970(text: &str) -> Option<DateTime<Utc>> {
    let count: i64 = text.parse().ok()?;
    match text.len() {
        10 => DateTime::from_timestamp(count, 0),
        13 => DateTime::from_timestamp_millis(count),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_only_when_it_is_one_instant() {
        let at = |text: &str| read(text, Zoneless::Unknown).map(|t| t.to_rfc3339());
        for text in [
            "2026-09-14T09:26:40Z",
            "2026-09-14T11:26:40.000+02:00",
            "2026-09-14T09:26:40+0000",
            "Mon, 14 Sep 2026 18:26:40 +0900",
            "1789378000",
            "1789378000000",
        ] {
            assert_eq!(at(text).as_deref(), Some("2026-09-14T09:26:40+00:00"), "{text}");
        }
        for text in ["September 14, 2026 9:26 AM", "2026-09-14 09:26:40", "14/09/2026", "42", ""] {
            assert_eq!(at(text), None, "{text}");
        }
        assert!(read("2026-09-14 09:26:40", Zoneless::Utc).is_some());
        assert_eq!(at("2026-09-14 09:26 PM UTC").as_deref(), Some("2026-09-14T21:26:00+00:00"));
    }
}
