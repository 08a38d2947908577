//! What a value looks like: the last resort when no label helps, and the check on every guess.
//! Invariant: a value that does not look like a field never becomes that field, whatever its label says.

use super::field::Field;
use super::{country, email, instant, labels, phone};

/// Longest name, title or company that is believed, in characters.
const LONGEST_NAME: usize = 120;

/// Whether a value can be what its label promises.
#[must_use]
pub fn fits(field: Field, text: &str) -> bool {
    match field {
        Field::Email => email::address(text).is_some_and(|a| !email::is_nobodys(&a)),
        Field::Phone => phone::looks_like_one(text.trim_start_matches("whatsapp:")),
        Field::Name | Field::FirstName | Field::LastName => is_name(text),
        Field::Company | Field::Title => {
            short(text) && !text.contains('@') && labels::truth(text).is_none() && !text.starts_with("http")
        }
        Field::Country => country::code(text).is_some(),
        Field::Zone => country::zone_named(text).is_some(),
        Field::Website => text.contains('.') && !text.contains('@') && !text.contains(char::is_whitespace),
        Field::Message => labels::truth(text).is_none(),
        Field::Consent | Field::Test => labels::truth(text).is_some(),
        Field::SubmittedAt => instant::read(text, instant::Zoneless::Unknown).is_some(),
        Field::SourceDetail | Field::Id | Field::Utm => short(text),
    }
}

fn is_name(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    letters > 0
        && digits <= letters
        && short(text)
        && !text.contains(['@', '<', '{'])
        && !text.contains("://")
        && labels::truth(text).is_none_or(|_| letters > 3)
}

fn short(text: &str) -> bool {
    text.chars().count() <= LONGEST_NAME && !text.contains('\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_must_look_like_what_its_label_promises() {
        for (field, text, fits_it) in [
            (Field::Name, "Aoife Ní Bhriain", true),
            (Field::Name, "佐藤 花子", true),
            (Field::Name, "https://example.com", false),
            (Field::Name, "dana@example.com", false),
            (Field::Name, "1234567", false),
            (Field::Phone, "8 (202) 555-01-29", true),
            (Field::Phone, "after 3 pm", false),
            (Field::Company, "true", false),
            (Field::Website, "example.com", true),
            (Field::Country, "Narnia", false),
            (Field::Consent, "tomorrow", false),
        ] {
            assert_eq!(fits(field, text), fits_it, "{field:?} {text}");
        }
    }
}
