//! Tells what a label means, in many languages, and what it cannot mean.
//! A missing field is harmless and a wrong one is not, so that a doubtful label means nothing, and technical fields never mean a person.

use unicode_normalization::UnicodeNormalization as _;

use super::field::Field;
use super::label_words::{has, tables};

/// What a label means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// A field, by the whole label.
    Whole(Field),
    /// A field, by a label so common that it needs company.
    Bare(Field),
    /// A field, by words within the label.
    Within(Field),
    /// Something technical.
    Technical,
    /// Some other question.
    Unknown,
}

/// A label in the one form in which labels are compared: `E-Mail_Adresse` is `e mail adresse`.
#[must_use]
pub fn plain(label: &str) -> String {
    let mut spaced = String::with_capacity(label.len() + 8);
    let mut low_before = false;
    for c in label.chars() {
        if c.is_uppercase() && low_before {
            spaced.push(' ');
        }
        low_before = c.is_lowercase();
        spaced.push(c);
    }
    let lower = spaced.to_lowercase();
    let bare = lower.nfkd().filter(|c| !('\u{300}'..='\u{36F}').contains(c)).nfc();
    let mut out = String::with_capacity(lower.len());
    for c in bare {
        match c {
            'ı' => out.push('i'),
            'ł' => out.push('l'),
            'ø' => out.push('o'),
            'ß' => out.push_str("ss"),
            'đ' => out.push('d'),
            c if c.is_alphanumeric() => out.push(c),
            _ => out.push(' '),
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a label means.
#[must_use]
pub fn meaning(label: &str) -> Meaning {
    let label = plain(label);
    let short = without_fillers(&label);
    if utm(&label).is_some() {
        return Meaning::Whole(Field::Utm);
    }
    let tables = tables();
    let of_the_form = [
        (&tables.submitted, Field::SubmittedAt),
        (&tables.detail, Field::SourceDetail),
        (&tables.id, Field::Id),
        (&tables.test, Field::Test),
    ];
    for (words, field) in of_the_form {
        if has(words, &label) {
            return Meaning::Whole(field);
        }
    }
    if has(&tables.technical, &label) {
        return Meaning::Technical;
    }
    for words in &tables.field {
        if has(&words.whole, &label) || has(&words.whole, short) {
            return if has(&tables.bare, &label) { Meaning::Bare(words.field) } else { Meaning::Whole(words.field) };
        }
    }
    let found = tables
        .field
        .iter()
        .find(|w| w.within.iter().any(|seed| contains(&label, seed)) && !w.unless.iter().any(|no| contains(&label, no)));
    found.map_or(Meaning::Unknown, |w| Meaning::Within(w.field))
}

/// A label whose words make it something else than this field, whatever its value looks like.
#[must_use]
pub fn rules_out(field: Field, label: &str) -> bool {
    let label = plain(label);
    tables().field.iter().filter(|w| w.field == field).any(|w| w.unless.iter().any(|no| contains(&label, no)))
}

/// What the type of a field says, as the sender names it: `INPUT_EMAIL`.
#[must_use]
pub fn hint(kind: &str) -> Option<Field> {
    let kind = plain(kind);
    tables().types.iter().find(|(_, names)| has(names, &kind)).map(|(field, _)| *field)
}

/// The type of a long answer.
#[must_use]
pub fn is_long(kind: &str) -> bool {
    has(&tables().long_types, &plain(kind))
}

/// A branch whose leaves are technical.
#[must_use]
pub fn is_technical_branch(key: &str) -> bool {
    has(&tables().technical_branches, &plain(key))
}

/// A branch that is about the person.
#[must_use]
pub fn is_personal_branch(key: &str) -> bool {
    has(&tables().personal_branches, &plain(key))
}

/// The name of a campaign parameter: `UTM Source` and `utmSource` are `utm_source`.
#[must_use]
pub fn utm(plain_label: &str) -> Option<&'static str> {
    const NAMES: [(&str, &str); 5] = [
        ("source", "utm_source"),
        ("medium", "utm_medium"),
        ("campaign", "utm_campaign"),
        ("term", "utm_term"),
        ("content", "utm_content"),
    ];
    let label = without_fillers(plain_label);
    let rest = label.strip_prefix("utm")?.trim_start();
    NAMES.iter().find(|(short, _)| *short == rest).map(|(_, name)| *name)
}

/// Yes or no, in many languages; `None` when it is some other answer.
#[must_use]
pub fn truth(answer: &str) -> Option<bool> {
    let plain = plain(answer);
    let word = if plain.is_empty() { answer.trim() } else { plain.as_str() };
    if has(&tables().yes, word) {
        return Some(true);
    }
    has(&tables().no, word).then_some(false)
}

fn without_fillers(label: &str) -> &str {
    let mut rest = label;
    if let Some((first, more)) = rest.split_once(' ')
        && first.strip_prefix('q').is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
    {
        rest = more;
    }
    while let Some(shorter) = tables().fillers.iter().find_map(|f| rest.strip_prefix(f.as_str())?.strip_prefix(' ')) {
        rest = shorter;
    }
    rest
}

/// Whole words; characters, where a script has no blanks between words, and stems, where it bends its words.
fn contains(label: &str, seed: &str) -> bool {
    if !seed.is_ascii() {
        return label.contains(seed);
    }
    let bounded = |at: usize| {
        let before = label[..at].chars().next_back().is_none_or(|c| c == ' ');
        let after = label[at + seed.len()..].chars().next().is_none_or(|c| c == ' ');
        before && after
    };
    label.match_indices(seed).any(|(at, _)| bounded(at))
}

#[cfg(test)]
mod tests {
    use super::Meaning::{Bare, Technical, Unknown, Whole, Within};
    use super::*;

    #[test]
    fn labels_are_understood_in_many_languages() {
        for (label, meant) in [
            ("E-Mail", Whole(Field::Email)),
            ("Work email", Within(Field::Email)),
            ("Correo electrónico", Within(Field::Email)),
            ("メールアドレス", Within(Field::Email)),
            ("eposta", Whole(Field::Email)),
            ("your-tel", Whole(Field::Phone)),
            ("Téléphone", Whole(Field::Phone)),
            ("q5_phoneNumber", Within(Field::Phone)),
            ("attendeePhoneNumber", Within(Field::Phone)),
            ("電話番号", Within(Field::Phone)),
            ("What's your first name?", Whole(Field::FirstName)),
            ("And your last name?", Whole(Field::LastName)),
            ("FNAME", Whole(Field::FirstName)),
            ("Nombre y apellidos", Whole(Field::Name)),
            ("q3_fullName", Whole(Field::Name)),
            ("Nome", Bare(Field::Name)),
            ("Société", Whole(Field::Company)),
            ("Organisation", Whole(Field::Company)),
            ("company_name", Within(Field::Company)),
            ("Anything else?", Whole(Field::Message)),
            ("Ho letto la privacy policy", Within(Field::Consent)),
            ("J'accepte d'être contacté", Within(Field::Consent)),
            ("kvkk_onay", Within(Field::Consent)),
            ("UTM Source", Whole(Field::Utm)),
            ("q10_utmSource", Whole(Field::Utm)),
        ] {
            assert_eq!(meaning(label), meant, "{label}");
        }
    }

    #[test]
    fn a_doubtful_label_means_nothing_and_a_technical_one_nobody() {
        for (label, meant) in [
            ("Company size", Unknown),
            ("How many employees does your company have?", Unknown),
            ("Best time to phone", Unknown),
            ("Domain name", Unknown),
            ("Event name", Unknown),
            ("Fax", Unknown),
            ("User Agent", Technical),
            ("Remote IP", Technical),
            ("sender", Technical),
        ] {
            assert_eq!(meaning(label), meant, "{label}");
        }
    }

    #[test]
    fn agreement_is_never_inferred() {
        for (answer, meant) in
            [("on", Some(true)), ("Sí", Some(true)), ("☑", Some(true)), ("False", Some(false)), ("maybe", None), ("", None)]
        {
            assert_eq!(truth(answer), meant, "{answer}");
        }
    }
}
