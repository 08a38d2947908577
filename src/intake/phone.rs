//! Phone numbers: from what people type to one international form, where the country is certain enough.
//! Invariant: a number without country code is only read with a region that the source or the lead itself gave.

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat};

/// Longest text that is looked at.
const LONGEST: usize = 64;

/// A number that can be dialled from anywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone {
    /// `+442079460123`
    pub e164: String,
    /// ISO 3166 alpha-2, where the number tells.
    pub country: Option<String>,
}

/// Reads a number; `region` (ISO 3166 alpha-2) is where a number without country code belongs.
#[must_use]
pub fn read(text: &str, region: Option<&str>) -> Option<Phone> {
    let text = text.trim();
    let text = text.strip_prefix("tel:").or_else(|| text.strip_prefix("whatsapp:")).unwrap_or(text).trim();
    if !looks_like_one(text) {
        return None;
    }
    let international = text.starts_with('+') || text.starts_with("00");
    let text = text.strip_prefix("00").map_or_else(|| text.to_owned(), |rest| format!("+{rest}"));
    if !international && region.is_none() {
        return None;
    }
    let util = &*PHONE_NUMBER_UTIL;
    let number = util.parse(&text, region.and_then(|r| r.parse().ok())).ok()?;
    if !util.is_valid_number(&number) {
        return None;
    }
    let country = util.get_region_for_number(&number).map(|r| r.to_string()).filter(|r| r != "001");
    Some(Phone { e164: util.format(&number, PhoneNumberFormat::E164).into_owned(), country })
}

/// Reads a number whose plus was lost on the way, as senders lose it who keep numbers as numbers; 11 digits at least, as fewer may be a local one.
#[must_use]
pub fn read_without_plus(text: &str) -> Option<Phone> {
    let text = text.trim();
    let whole = text.len() >= 11 && !text.starts_with('0') && text.bytes().all(|b| b.is_ascii_digit());
    if whole { read(&format!("+{text}"), None) } else { None }
}

/// Digits and what stands between digits, 6 to 18 of them: so that a date, a price or a sentence is never taken for a number.
#[must_use]
pub fn looks_like_one(text: &str) -> bool {
    let text = text.trim();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let allowed =
        |c: char| c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '(' | ')' | '.' | '/' | '\u{A0}' | '\u{2011}' | '–');
    let (number, extension) = text.find(|c: char| c.is_alphabetic()).map_or((text, ""), |at| text.split_at(at));
    let extension_only =
        extension.is_empty() || ["x", "ext"].iter().any(|e| extension.to_lowercase().starts_with(e)) && extension.len() <= 12;
    text.len() <= LONGEST && (6..=18).contains(&digits) && number.chars().all(allowed) && extension_only
}

/// The one number in running text; `None` when there are several, or when it could be something else.
#[must_use]
pub fn only_one_in(text: &str) -> Option<String> {
    let part_of = |c: char| c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '(' | ')' | '/');
    let runs = text.split(|c: char| !part_of(c)).map(|r| r.trim_matches([' ', '-', '/']));
    let digits = |r: &str| r.chars().filter(char::is_ascii_digit).count();
    let mut found: Vec<&str> = runs
        .filter(|r| (9..=15).contains(&digits(r)) && (r.starts_with('+') || r.starts_with('0') || r.starts_with('(')))
        .collect();
    found.dedup();
    match found.as_slice() {
        [one] if looks_like_one(one) => Some((*one).to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_becomes_international_only_with_a_country() {
        for (text, region, e164) in [
            ("+44 20 7946 0123", None, Some("+442079460123")),
            ("0044 20 7946 0123", None, Some("+442079460123")),
            ("0207 946 0199", None, None),
            ("0207 946 0199", Some("GB"), Some("+442079460199")),
            ("(202) 555-0171", Some("US"), Some("+12025550171")),
            ("+1 202-555-0166 ext. 12", None, Some("+12025550166")),
            ("call me", Some("US"), None),
            ("1234", Some("US"), None),
            ("2026-09-14", None, None),
            ("whatsapp:+12025550151", None, Some("+12025550151")),
        ] {
            assert_eq!(read(text, region).map(|p| p.e164).as_deref(), e164, "{text}");
        }
    }

    #[test]
    fn a_number_tells_its_country() {
        assert_eq!(read("+442079460123", None).and_then(|p| p.country).as_deref(), Some("GB"));
        assert_eq!(read("+12025550166", None).and_then(|p| p.country).as_deref(), Some("US"));
    }

    #[test]
    fn running_text_gives_a_number_only_when_there_is_one() {
        assert_eq!(only_one_in("12 desks by October. Please call 020 7946 0101.").as_deref(), Some("020 7946 0101"));
        assert_eq!(only_one_in("order 4711 of 2026-09-14"), None);
    }
}
