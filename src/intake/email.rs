//! E-mail addresses: read out of what people type, lower-cased, checked.
//! Invariant: what is returned can stand in a `mailto:` link as it is; anything doubtful is `None`, and stays with the lead as it was written.

use email_address::{EmailAddress, Options};

/// Longest text that is looked at.
const LONGEST: usize = 512;

/// The address in a field: ` Dana@Example.com `, `mailto:dana@example.com`, `"Dana K" <dana@example.com>`.
#[must_use]
pub fn address(text: &str) -> Option<String> {
    let text = text.trim();
    if text.len() > LONGEST {
        return None;
    }
    let inner = text.rsplit_once('<').and_then(|(_, rest)| rest.strip_suffix('>')).unwrap_or(text);
    let bare = inner.trim().strip_prefix("mailto:").unwrap_or(inner.trim()).to_lowercase();
    if bare.contains(['"', ' ', '\\', '<', '>', '/', '\u{FFFD}']) || bare.chars().any(char::is_control) {
        return None;
    }
    let options = Options::default().with_required_tld().without_domain_literal().without_display_text();
    EmailAddress::parse_with_options(&bare, options).ok().map(|_| bare)
}

/// An address at which nobody reads: a machine wrote, for somebody else.
#[must_use]
pub fn is_nobodys(address: &str) -> bool {
    const MACHINES: [&str; 9] = [
        "noreply",
        "donotreply",
        "mailerdaemon",
        "postmaster",
        "bounce",
        "bounces",
        "notifications",
        "notification",
        "wordpress",
    ];
    let local: String =
        address.split(['@', '+']).next().unwrap_or_default().chars().filter(char::is_ascii_alphanumeric).collect();
    MACHINES.contains(&local.to_lowercase().as_str())
}

/// The name beside an address: `"Dana K" <dana@example.com>`.
#[must_use]
pub fn display_name(text: &str) -> Option<String> {
    let (name, _) = text.trim().strip_suffix('>')?.rsplit_once('<')?;
    let name = name.trim().trim_matches('"').trim();
    (!name.is_empty() && !name.contains('@')).then(|| name.to_owned())
}

/// The one address in running text; `None` when there are several.
#[must_use]
pub fn only_one_in(text: &str) -> Option<String> {
    let edges = |c: char| matches!(c, '(' | ')' | '[' | ']' | ',' | ';' | ':' | '.' | '!' | '?' | '\'' | '"');
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '(' | ')' | ',' | ';'));
    let mut found: Vec<String> = words.filter(|w| w.contains('@')).filter_map(|w| address(w.trim_matches(edges))).collect();
    found.dedup();
    match found.as_slice() {
        [one] => Some(one.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_people_write_it() {
        for (text, read) in [
            (" Nadia.Rahman@Example.com ", Some("nadia.rahman@example.com")),
            ("mailto:dana@example.com", Some("dana@example.com")),
            ("\"Peter Hale\" <peter.hale@example.com>", Some("peter.hale@example.com")),
            ("ü@exämple.de", Some("ü@exämple.de")),
            ("dana", None),
            ("dana@localhost", None),
            ("user@[127.0.0.1]", None),
            ("\"q\"@example.org", None),
            ("a b@example.org", None),
            ("dana@example.com, ben@example.com", None),
            ("", None),
        ] {
            assert_eq!(address(text).as_deref(), read, "{text}");
        }
        assert!(is_nobodys("no-reply@example.com") && is_nobodys("bounce+1@example.com") && !is_nobodys("nora@example.com"));
        assert_eq!(display_name("\"Peter Hale\" <peter.hale@example.com>").as_deref(), Some("Peter Hale"));
    }

    #[test]
    fn running_text_gives_an_address_only_when_there_is_one() {
        assert_eq!(only_one_in("a quote – Sam (sam.okoro@example.com).").as_deref(), Some("sam.okoro@example.com"));
        assert_eq!(only_one_in("a@example.com or b@example.com"), None);
        assert_eq!(only_one_in("meet @ noon"), None);
    }
}
