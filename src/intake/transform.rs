//! Small changes to what a mapping selects: a short closed list, so that a mapping always ends.

use chrono::SecondsFormat;
use serde::{Deserialize, Serialize};

use super::cleaning::decode_entities;
use super::email;
use super::instant::{self, Zoneless};

/// A change to the selected texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transform {
    /// Blank ends go.
    Trim,
    /// Lower case.
    Lower,
    /// Upper case.
    Upper,
    /// Only the digits stay.
    Digits,
    /// HTML entities become letters.
    HtmlDecode,
    /// Only the first text stays.
    First,
    /// Only the last text stays.
    Last,
    /// The first word, as a given name.
    FirstWord,
    /// All but the first word, as a family name.
    RestOfWords,
    /// All become one, with this between.
    Join(String),
    /// Each is cut at this.
    Split(String),
    /// This goes from the beginning, where it stands there.
    StripPrefix(String),
    /// A time becomes one in UTC, to the second; what is not a time stays.
    Instant,
    /// What follows this name and a colon, in a text of mail headers.
    Line(String),
    /// The name beside a mail address.
    DisplayName,
    /// This comes before, where it does not stand there already.
    Prefix(String),
}

impl Transform {
    /// Changes all texts.
    #[must_use]
    pub fn apply(&self, texts: Vec<String>) -> Vec<String> {
        let each = |f: &dyn Fn(&str) -> String| texts.iter().map(|t| f(t)).collect();
        match self {
            Transform::Trim => each(&|t| t.trim().to_owned()),
            Transform::Lower => each(&str::to_lowercase),
            Transform::Upper => each(&str::to_uppercase),
            Transform::Digits => each(&|t| t.chars().filter(char::is_ascii_digit).collect()),
            Transform::HtmlDecode => each(&decode_entities),
            Transform::First => texts.into_iter().take(1).collect(),
            Transform::Last => texts.into_iter().next_back().into_iter().collect(),
            Transform::FirstWord => each(&|t| t.split_whitespace().next().unwrap_or_default().to_owned()),
            Transform::RestOfWords => each(&|t| t.split_whitespace().skip(1).collect::<Vec<_>>().join(" ")),
            Transform::Join(between) => vec![texts.join(between)],
            Transform::Split(at) if at.is_empty() => texts,
            Transform::Split(at) => texts.iter().flat_map(|t| t.split(at.as_str()).map(|p| p.trim().to_owned())).collect(),
            Transform::StripPrefix(start) => each(&|t| t.strip_prefix(start.as_str()).unwrap_or(t).to_owned()),
            Transform::Instant => each(&|t| {
                instant::read(t, Zoneless::Unknown)
                    .map_or_else(|| t.to_owned(), |at| at.to_rfc3339_opts(SecondsFormat::Secs, true))
            }),
            Transform::Line(name) => each(&|t| line(t, name).to_owned()),
            Transform::DisplayName => each(&|t| email::display_name(t).unwrap_or_default()),
            Transform::Prefix(start) => {
                each(&|t| if t.is_empty() || t.starts_with(start.as_str()) { t.to_owned() } else { format!("{start}{t}") })
            }
        }
    }
}

fn line<'t>(text: &'t str, name: &str) -> &'t str {
    let mut lines = text.lines().filter_map(|line| line.split_once(':'));
    lines.find(|(key, _)| key.trim().eq_ignore_ascii_case(name)).map_or("", |(_, value)| value.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_change_does_what_it_says() {
        let apply = |transform: Transform, text: &str| transform.apply(vec![text.to_owned(), "z".to_owned()]).join("|");
        assert_eq!(apply(Transform::FirstWord, "Ana María Ruiz"), "Ana|z");
        assert_eq!(apply(Transform::RestOfWords, "Ana María Ruiz"), "María Ruiz|");
        assert_eq!(apply(Transform::Join(" ".to_owned()), "a"), "a z");
        assert_eq!(apply(Transform::Split("||".to_owned()), "a|| b"), "a|b|z");
        assert_eq!(apply(Transform::Split(String::new()), "a"), "a|z");
        assert_eq!(apply(Transform::Prefix("+".to_owned()), "+1"), "+1|+z");
        assert_eq!(apply(Transform::Line("reply-to".to_owned()), "Date: x\r\nReply-To: a@example.com\r\n"), "a@example.com|");
        assert_eq!(apply(Transform::DisplayName, "\"Peter Hale\" <a@example.com>"), "Peter Hale|");
        assert_eq!(apply(Transform::Digits, "(20) 7"), "207|");
    }
}
