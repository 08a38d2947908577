//! Why opening hours cannot be read, in words that say what to write instead.

use std::fmt::Display;
use std::ops::Range;

use opening_hours::localization::Country;

use super::zone::UnknownZone;

/// Why hours cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    /// The expression is not understood.
    #[error("{message}")]
    Expression {
        /// What is wrong and what to write.
        message: String,
        /// The bytes of the expression that are wrong.
        at: Range<usize>,
    },
    /// There is no such zone.
    #[error(transparent)]
    Zone(#[from] UnknownZone),
    /// There are no holidays for this country.
    #[error("{message}")]
    Country {
        /// What is wrong and what to write.
        message: String,
    },
}

/// Finds a country by its two letters.
pub(super) fn country(code: &str) -> Result<Country, HoursError> {
    let code = code.trim();
    if let Ok(country) = code.to_uppercase().parse() {
        return Ok(country);
    }
    const ALIKE: f64 = 0.85;
    let wanted = code.to_lowercase();
    let by_name = Country::ALL.iter().map(|country| (strsim::jaro_winkler(&wanted, &country.name().to_lowercase()), country));
    let near = by_name.filter(|(alike, _)| *alike >= ALIKE).max_by(|a, b| a.0.total_cmp(&b.0));
    let message = match near {
        Some((_, country)) => {
            format!("no holidays are known for \"{code}\"; did you mean \"{}\" ({})?", country.iso_code(), country.name())
        }
        None => format!("no holidays are known for \"{code}\"; it is the two letters of a country, like \"DE\""),
    };
    Err(HoursError::Country { message })
}

/// The parser's message names its own grammar, which helps nobody; only the place is taken from it.
pub(super) fn unreadable(expression: &str, why: &impl Display) -> HoursError {
    let place = why.to_string();
    let column =
        place.split("-->").nth(1).and_then(|rest| rest.trim().split(':').nth(1)?.split_whitespace().next()?.parse().ok());
    let Some(column) = column.map(|column: usize| column.saturating_sub(1)) else {
        let message = format!("these hours cannot be read: {}", place.lines().next().unwrap_or_default());
        return HoursError::Expression { message, at: 0..expression.len() };
    };
    let start = expression.char_indices().nth(column).map_or(expression.len(), |(start, _)| start);
    let rest = expression.get(start..).unwrap_or_default();
    let message = match rest {
        "" => "these hours end too early; write them like \"Mo-Fr 09:00-18:00; PH off\"".to_owned(),
        rest => format!("these hours cannot be read from \"{rest}\" on; write them like \"Mo-Fr 09:00-18:00; PH off\""),
    };
    HoursError::Expression { message, at: start..expression.len() }
}

/// Refuses words that would be read, and then silently never match or be guessed.
pub(super) fn refuse_what_cannot_be_meant(expression: &str, country: Option<Country>) -> Result<(), HoursError> {
    for at in words(expression) {
        let word = &expression[at.clone()];
        let message = match word.to_lowercase().as_str() {
            "ph" | "sh" if country.is_none() => {
                format!(
                    "\"{word}\" means holidays, and no country is named: add holidays = \"DE\", or another country's two letters"
                )
            }
            "sh" if country.is_some_and(|country| *country.holidays().get_school() == Default::default()) => {
                format!(
                    "no school holidays are known for {}; name the days instead",
                    country.map_or("this country", Country::name)
                )
            }
            "sunrise" | "sunset" | "dawn" | "dusk" => {
                format!("\"{word}\" depends on the place; write a time, like 07:00")
            }
            _ => continue,
        };
        return Err(HoursError::Expression { message, at });
    }
    refuse_lost_shifts(expression)
}

/// In `Mo-Fr 09:00-12:00; Mo-Fr 13:00-18:00` the second rule replaces the first, and the morning would be lost.
fn refuse_lost_shifts(expression: &str) -> Result<(), HoursError> {
    let mut seen: Vec<(&str, &str)> = Vec::new();
    let mut start = 0;
    for rule in expression.split(';') {
        let text = rule.trim();
        let colon = text.find(':').unwrap_or(0);
        let (days, times) = text.split_at(text[..colon].rfind(' ').map_or(0, |space| space + 1));
        if let Some((_, earlier)) = seen.iter().find(|(same, _)| *same == days.trim() && colon > 0) {
            let both = format!("{days}{earlier},{times}");
            let message = format!("this replaces the earlier hours of the same days; write both shifts as \"{both}\"");
            let from = start + (rule.len() - rule.trim_start().len());
            return Err(HoursError::Expression { message, at: from..from + text.len() });
        }
        if colon > 0 {
            seen.push((days.trim(), times));
        }
        start += rule.len() + 1;
    }
    Ok(())
}

/// The places of the words of an expression, its comments left out.
fn words(expression: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = None;
    let mut quoted = false;
    for (at, letter) in expression.char_indices().chain([(expression.len(), ' ')]) {
        quoted ^= letter == '"';
        match (start, letter.is_alphabetic() && !quoted) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                found.push(from..at);
                start = None;
            }
            (None, false) | (Some(_), true) => {}
        }
    }
    found
}
