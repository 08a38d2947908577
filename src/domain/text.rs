//! Words that people read, as plain values: what is ours, what came from outside, what the client renders.
//! Text from outside is a type of its own, so that it cannot reach a reader without being escaped for where it goes.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation as _;

use super::ids::PersonId;

/// Text from outside: shown only through a renderer that escapes it. Has no `Display` on purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Untrusted(String);

impl Untrusted {
    /// Keeps what can be read: control, bidirectional and zero-width characters go, line ends become `\n`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.replace("\r\n", "\n").chars().filter(|&c| !is_hidden(c)).collect())
    }

    /// The text, for those who escape it.
    #[must_use]
    pub fn raw(&self) -> &str {
        &self.0
    }

    /// The first `most` characters as people count them, with an ellipsis where something was cut.
    #[must_use]
    pub fn cut(&self, most: usize) -> Self {
        Self(cut(&self.0, most))
    }

    /// On one line.
    #[must_use]
    pub fn one_line(&self) -> Self {
        Self(self.0.split_whitespace().collect::<Vec<_>>().join(" "))
    }
}

/// The first `most` characters as people count them, with an ellipsis where something was cut.
#[must_use]
pub fn cut(text: &str, most: usize) -> String {
    let mut seen = text.graphemes(true);
    let head: String = seen.by_ref().take(most).collect();
    if seen.next().is_none() {
        return head;
    }
    let mut shorter: String = text.graphemes(true).take(most.saturating_sub(1)).collect();
    shorter.push('…');
    shorter
}

/// A whole number with commas between thousands.
#[must_use]
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut words = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            words.push(',');
        }
        words.push(digit);
    }
    words
}

fn is_hidden(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c, '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206F}' | '\u{FEFF}' | '\u{E0000}'..='\u{E007F}')
}

/// How the reader's own client shows an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum When {
    /// `in 5 minutes`, counting.
    Relative,
    /// `14:05`.
    Time,
    /// `3 February 2026 14:05`.
    DateTime,
    /// `3 February 2026`.
    Date,
}

/// A piece of text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Span {
    /// Our own words.
    Plain(Cow<'static, str>),
    /// Our own words, standing out.
    Strong(Cow<'static, str>),
    /// Our own words, in fixed width; a block of its own when it has several lines, which is never cut: it is shown whole or not at all.
    Code(String),
    /// Somebody else's words.
    Data(Untrusted),
    /// An address of our own making, percent-encoded: opened by a click where the chat can, and copied where it cannot.
    Link(String),
    /// An instant.
    Instant(DateTime<Utc>, When),
    /// A person, by name; never notifies by itself (see `View::mentions`).
    Person(PersonId, String),
}

/// A line of text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Text(pub Vec<Span>);

impl Text {
    /// Our own words.
    pub fn plain(words: impl Into<Cow<'static, str>>) -> Self {
        Self(vec![Span::Plain(words.into())])
    }

    /// Adds our own words. After somebody else's that end with a full stop, such as `Dana K.`, a second one is left out.
    #[must_use]
    pub fn and(mut self, words: impl Into<Cow<'static, str>>) -> Self {
        let mut words = words.into();
        let is_stopped = matches!(self.0.last(), Some(Span::Data(before)) if before.raw().ends_with('.'));
        if is_stopped && words.starts_with('.') && !words.starts_with("..") {
            words = words[1..].to_owned().into();
        }
        self.0.push(Span::Plain(words));
        self
    }

    /// Adds our own words, standing out.
    #[must_use]
    pub fn strong(mut self, words: impl Into<Cow<'static, str>>) -> Self {
        self.0.push(Span::Strong(words.into()));
        self
    }

    /// Adds somebody else's words.
    #[must_use]
    pub fn data(mut self, words: &Untrusted) -> Self {
        self.0.push(Span::Data(words.clone()));
        self
    }

    /// Adds an instant.
    #[must_use]
    pub fn at(mut self, at: DateTime<Utc>, when: When) -> Self {
        self.0.push(Span::Instant(at, when));
        self
    }

    /// Adds a person.
    #[must_use]
    pub fn person(mut self, id: PersonId, name: &str) -> Self {
        self.0.push(Span::Person(id, name.to_owned()));
        self
    }

    /// Adds all of another line.
    #[must_use]
    pub fn then(mut self, more: Text) -> Self {
        self.0.extend(more.0);
        self
    }

    /// Nothing to read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<&'static str> for Text {
    fn from(words: &'static str) -> Self {
        Self::plain(words)
    }
}

impl From<String> for Text {
    fn from(words: String) -> Self {
        Self::plain(words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_go_and_letters_stay() {
        assert_eq!(Untrusted::new("a\u{202E}b\u{0}c\r\nd").raw(), "abc\nd");
        assert_eq!(Untrusted::new("Ní Bhriain 🙂").raw(), "Ní Bhriain 🙂");
    }

    #[test]
    fn a_name_that_ends_with_a_full_stop_ends_the_sentence() {
        let done = |name: &str| Text::plain("Done: ").data(&Untrusted::new(name)).and(". What comes next?");
        let words = |text: &Text| match text.0.last() {
            Some(Span::Plain(words)) => words.to_string(),
            _ => String::new(),
        };
        assert_eq!(words(&done("Dana K.")), " What comes next?");
        assert_eq!(words(&done("Cher")), ". What comes next?");
    }

    #[test]
    fn cutting_counts_what_people_see() {
        let family = "👩‍👩‍👧‍👦";
        assert_eq!(cut(&family.repeat(3), 2), format!("{family}…"));
        assert_eq!(cut("abc", 3), "abc");
    }
}
