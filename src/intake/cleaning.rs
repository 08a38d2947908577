//! Makes text from outside fit to keep: one Unicode form, no control characters, no blank ends.
//! Invariant: cleaning twice changes nothing; what is empty is absent.

use unicode_normalization::UnicodeNormalization as _;

/// Longest answer that is shown; the delivery keeps it whole.
const LONGEST: usize = 16 * 1024;

/// Cleaned text; `None` when nothing is left.
#[must_use]
pub fn clean(text: &str) -> Option<String> {
    let kept: String = text.nfc().filter(|&c| !c.is_control() || matches!(c, '\n' | '\r' | '\t')).collect();
    let kept = kept.trim().trim_matches('\u{FEFF}').trim();
    if kept.is_empty() {
        return None;
    }
    let end = kept.floor_char_boundary(LONGEST);
    if end == kept.len() { Some(kept.to_owned()) } else { Some(format!("{}…", kept[..end].trim_end())) }
}

/// Text of a provider that encodes HTML entities: `M&uuml;ller &amp; S&ouml;hne`. What is not known stays.
#[must_use]
pub fn decode_entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.char_indices().take(12).find(|&(_, c)| c == ';').map(|(i, _)| i);
        match end.and_then(|end| entity(&rest[1..end]).map(|c| (c, end))) {
            Some((c, end)) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code);
    }
    if let Some((_, c)) = NAMED.iter().find(|(n, _)| *n == name) {
        return Some(*c);
    }
    accented(name)
}

const NAMED: [(&str, char); 36] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", ' '),
    ("szlig", 'ß'),
    ("aelig", 'æ'),
    ("AElig", 'Æ'),
    ("oslash", 'ø'),
    ("Oslash", 'Ø'),
    ("eth", 'ð'),
    ("ETH", 'Ð'),
    ("thorn", 'þ'),
    ("THORN", 'Þ'),
    ("oelig", 'œ'),
    ("OElig", 'Œ'),
    ("euro", '€'),
    ("pound", '£'),
    ("yen", '¥'),
    ("cent", '¢'),
    ("copy", '©'),
    ("reg", '®'),
    ("trade", '™'),
    ("deg", '°'),
    ("hellip", '…'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("laquo", '«'),
    ("raquo", '»'),
    ("iquest", '¿'),
    ("iexcl", '¡'),
];

/// `uuml` is `u` and what two dots are called: all accented letters follow this rule.
fn accented(name: &str) -> Option<char> {
    let letter = name.chars().next().filter(char::is_ascii_alphabetic)?;
    let mark = match &name[1..] {
        "uml" => '\u{308}',
        "acute" => '\u{301}',
        "grave" => '\u{300}',
        "circ" => '\u{302}',
        "tilde" => '\u{303}',
        "ring" => '\u{30A}',
        "cedil" => '\u{327}',
        "caron" => '\u{30C}',
        _ => return None,
    };
    let mut composed = [letter, mark].into_iter().nfc();
    let first = composed.next()?;
    composed.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text_is_cleaned_and_emptiness_is_absence() {
        assert_eq!(clean("  Hu\u{31B}o\u{31B}ng\u{0} ").as_deref(), Some("H\u{1B0}\u{1A1}ng"));
        assert_eq!(clean("a\r\nb\u{7}").as_deref(), Some("a\r\nb"));
        assert_eq!(clean(" \u{0}\n"), None);
    }

    #[test]
    fn entities_become_letters_and_the_unknown_stays() {
        assert_eq!(decode_entities("M&uuml;ller &amp; S&ouml;hne &quot;x&quot; &#39;&#x20AC;"), "Müller & Söhne \"x\" '€");
        assert_eq!(decode_entities("R&D; AT&T &unknown; & &#xFFFFFFFF; ü&"), "R&D; AT&T &unknown; & &#xFFFFFFFF; ü&");
    }

    proptest! {
        #[test]
        fn cleaning_twice_changes_nothing(text in any::<String>()) {
            let once = clean(&text);
            prop_assert_eq!(once.as_deref().and_then(clean), once);
            let _ = decode_entities(&text);
        }
    }
}
