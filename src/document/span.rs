//! Spans of time as people write them (`1h30m`) and as they read them (`1 h 30 min`).

use chrono::Duration;

/// How a span is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Counted {
    /// In opening hours. Days are refused: one could mean eight hours as well as twenty-four.
    Business,
    /// On the wall.
    Wall,
}

/// Longest span that anybody promises.
const DAYS_MAX: i64 = 730;

/// Reads a span: numbers, each with `s`, `m`, `h`, `d` or `w`.
///
/// # Errors
/// What to write instead, in words.
pub fn parse(text: &str, counted: Counted) -> Result<Duration, String> {
    let usual = "write it like \"15m\", \"1h30m\" or \"2d\"";
    let mut total = Duration::zero();
    let mut rest = text.trim();
    if rest.starts_with('-') {
        return Err(format!("it cannot be negative; {usual}"));
    }
    while !rest.is_empty() {
        let digits = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
        let number: i64 = rest[..digits].parse().map_err(|_| usual.to_owned())?;
        let unit = rest[digits..].trim_start();
        let letters = unit.find(|letter: char| !letter.is_alphabetic()).unwrap_or(unit.len());
        let seconds = match &unit[..letters] {
            "s" | "sec" => 1,
            "m" | "min" => 60,
            "h" => 3600,
            "d" | "w" if counted == Counted::Business => {
                return Err(
                    "it runs only in opening hours, where a day could be 8 hours or 24; write hours, like \"24h\"".to_owned()
                );
            }
            "d" => 86_400,
            "w" => 7 * 86_400,
            "" => return Err(format!("the unit is missing; {usual}")),
            unit => return Err(format!("\"{unit}\" is no unit, expected s, m, h, d or w; {usual}")),
        };
        let part = number.checked_mul(seconds).and_then(Duration::try_seconds);
        total = part
            .and_then(|part| total.checked_add(&part))
            .filter(|total| *total <= Duration::days(DAYS_MAX))
            .ok_or("it is longer than two years")?;
        rest = unit[letters..].trim_start();
    }
    if total.is_zero() { Err(format!("it is empty; {usual}")) } else { Ok(total) }
}

/// A span as people read it, in at most two units: `1 h 30 min`. Days only where they come out even, since a day of business time is
/// not a day.
#[must_use]
pub fn spell(span: Duration, counted: Counted) -> String {
    let seconds = span.num_seconds();
    let days = match counted {
        Counted::Wall if seconds % 86_400 == 0 => seconds / 86_400,
        Counted::Wall | Counted::Business => 0,
    };
    let left = seconds - days * 86_400;
    let parts = [(days, "d"), (left / 3600, "h"), (left / 60 % 60, "min"), (left % 60, "s")];
    let said: Vec<String> =
        parts.iter().filter(|(number, _)| *number != 0).map(|(number, unit)| format!("{number} {unit}")).collect();
    if said.is_empty() { "0 s".to_owned() } else { said.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_read_as_people_write_it() {
        for (text, minutes, said) in [
            ("15m", 15, "15 min"),
            ("1h30m", 90, "1 h 30 min"),
            (" 1h 30 min ", 90, "1 h 30 min"),
            ("90m", 90, "1 h 30 min"),
            ("2d", 2880, "2 d"),
            ("1w", 7 * 1440, "7 d"),
            ("36h", 2160, "36 h"),
        ] {
            let span = parse(text, Counted::Wall).unwrap();
            assert_eq!(span, Duration::minutes(minutes), "{text}");
            assert_eq!(spell(span, Counted::Wall), said, "{text}");
        }
        assert_eq!(spell(Duration::hours(24), Counted::Business), "24 h");
        assert_eq!(parse("45s", Counted::Business), Ok(Duration::seconds(45)));
    }

    #[test]
    fn what_is_not_a_span_says_what_to_write() {
        for (text, words) in [
            ("", "empty"),
            ("0m", "empty"),
            ("-5m", "negative"),
            ("15", "unit is missing"),
            ("15 minutes", "\"minutes\" is no unit"),
            ("m", "\"15m\""),
            ("1.5h", "is missing"),
            ("99999999999999999h", "two years"),
            ("9999999999999999999999h", "\"15m\""),
            ("3y", "no unit"),
            ("1000d", "two years"),
        ] {
            let why = parse(text, Counted::Wall).unwrap_err();
            assert!(why.contains(words), "{text}: {why}");
        }
        assert!(parse("2d", Counted::Business).unwrap_err().contains("\"24h\""));
    }
}
