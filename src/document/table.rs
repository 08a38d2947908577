//! One table of a document, asked for its keys one by one.

use std::cell::RefCell;
use std::ops::{Range, RangeInclusive};

use chrono::Duration;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::outline::Wanted;
use super::{Mistakes, span};
use crate::problem::Problem;

/// Longest unknown key that is repeated in a message.
const KEY_SHOWN_MAX: usize = 32;

/// One table. Ask for every key that it may have, then `finish`.
pub struct Table<'d> {
    entries: &'d DeTable<'d>,
    /// The whole document, as written.
    source: &'d str,
    /// Where it begins, for what is missing.
    place: Range<usize>,
    /// As messages call it.
    name: String,
    /// The keys that lead to it from the top, joined by dots; empty for the top itself.
    path: String,
    asked: RefCell<Vec<&'static str>>,
    mistakes: &'d Mistakes,
}

/// A value, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given<T> {
    /// The value.
    pub value: T,
    /// Its bytes in the file.
    pub place: Range<usize>,
}

impl<T> Given<T> {
    /// The same place with another value.
    #[must_use]
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Given<U> {
        Given { value: change(self.value), place: self.place }
    }
}

impl Given<String> {
    /// A place inside a text: `inside` counts the bytes of the value, which stand after the opening quote.
    /// Where the file writes the text with escapes, the whole text is the place.
    #[must_use]
    pub fn place_inside(&self, inside: &Range<usize>) -> Range<usize> {
        const QUOTE: usize = 1;
        if self.place.len() != self.value.len() + 2 * QUOTE || inside.is_empty() {
            return self.place.clone();
        }
        let start = self.place.start + QUOTE;
        start + inside.start..start + inside.end
    }
}

impl<'d> Table<'d> {
    pub(super) fn root(entries: &'d DeTable<'d>, source: &'d str, mistakes: &'d Mistakes) -> Self {
        Self {
            entries,
            source,
            place: 0..0,
            name: "the file".to_owned(),
            path: String::new(),
            asked: RefCell::default(),
            mistakes,
        }
    }

    /// A place inside a text, of several lines too: `inside` counts the bytes of its value. Where the file writes it with escapes, the
    /// whole text is the place.
    #[must_use]
    pub fn place_inside(&self, text: &Given<String>, inside: &Range<usize>) -> Range<usize> {
        const QUOTES: [&str; 6] = ["\"\"\"\n", "\"\"\"", "'''\n", "'''", "\"", "'"];
        let written = self.source.get(text.place.clone()).unwrap_or_default();
        let opening = QUOTES.into_iter().find(|quotes| written.starts_with(quotes)).unwrap_or_default();
        if inside.is_empty() || !written[opening.len()..].starts_with(&text.value) {
            return text.place.clone();
        }
        let start = text.place.start + opening.len();
        start + inside.start..start + inside.end
    }

    /// Where it begins.
    #[must_use]
    pub fn place(&self) -> Range<usize> {
        self.place.clone()
    }

    /// A problem with this table as a whole.
    pub fn note(&self, message: impl Into<String>, remedy: impl Into<String>) {
        let problem = if self.place.is_empty() { Problem::anywhere(message) } else { Problem::at(self.place(), message) };
        self.mistakes.note(problem.remedy(remedy));
    }

    /// A text that is not empty.
    pub fn text(&self, key: &'static str) -> Option<Given<String>> {
        self.text_that_is(key, Wanted::Text)
    }

    fn text_that_is(&self, key: &'static str, wanted: Wanted) -> Option<Given<String>> {
        let (value, place) = self.find(key, wanted)?;
        match value.as_str() {
            Some(text) if text.trim().is_empty() => {
                self.mistakes.note(Problem::at(place, format!("`{key}` is empty")).expected("a text"));
                None
            }
            Some(text) => Some(Given { value: text.to_owned(), place }),
            None => self.wrong(key, "a text in quotes"),
        }
    }

    /// A list of texts, none of them empty; nothing when there is none.
    pub fn texts(&self, key: &'static str) -> Vec<Given<String>> {
        let Some((value, _)) = self.find(key, Wanted::Texts) else { return Vec::new() };
        let Some(list) = value.as_array() else {
            self.wrong::<()>(key, "a list of texts, such as [\"a\", \"b\"]");
            return Vec::new();
        };
        let mut texts = Vec::new();
        for item in list {
            match item.get_ref().as_str().filter(|text| !text.trim().is_empty()) {
                Some(text) => texts.push(Given { value: text.to_owned(), place: item.span() }),
                None => self.mistakes.note(
                    Problem::at(item.span(), format!("`{key}` holds {}", kind(item.get_ref()))).expected("a text in quotes"),
                ),
            }
        }
        texts
    }

    /// A text that must be there; `remedy` says how to write it.
    pub fn needed_text(&self, key: &'static str, remedy: &str) -> Option<Given<String>> {
        self.need(key, remedy);
        self.text(key)
    }

    /// Tells when a key is missing; `remedy` says how to write it.
    pub fn need(&self, key: &'static str, remedy: &str) {
        self.mistakes.outline(&self.path, key, Wanted::Always);
        if !self.has(key) {
            self.note(format!("{} has no `{key}`", self.name), remedy);
        }
    }

    /// Whole numbers, and texts that are to be read as something else: for settings, where people write both.
    pub fn written(&self, key: &'static str) -> Option<Given<String>> {
        let (value, place) = self.find(key, Wanted::Text)?;
        let written = match value {
            DeValue::Integer(number) => number.to_string(),
            DeValue::Boolean(flag) => flag.to_string(),
            _ => return self.text(key),
        };
        Some(Given { value: written, place })
    }

    /// A whole number within `range`.
    pub fn whole(&self, key: &'static str, range: &RangeInclusive<u32>) -> Option<Given<u32>> {
        let wanted = Wanted::Whole(i64::from(*range.start()), i64::from(*range.end()));
        let (value, place) = self.find(key, wanted)?;
        let expected = format!("a whole number from {} to {}", range.start(), range.end());
        let number = value.as_integer().and_then(|number| u32::from_str_radix(number.as_str(), number.radix()).ok());
        match number.filter(|number| range.contains(number)) {
            Some(value) => Some(Given { value, place }),
            None => self.wrong(key, &expected),
        }
    }

    /// A whole number within `range`, which may begin below zero.
    pub fn signed(&self, key: &'static str, range: &RangeInclusive<i64>) -> Option<Given<i64>> {
        let (value, place) = self.find(key, Wanted::Whole(*range.start(), *range.end()))?;
        let expected = format!("a whole number from {} to {}", range.start(), range.end());
        let number = value.as_integer().and_then(|number| i64::from_str_radix(number.as_str(), number.radix()).ok());
        match number.filter(|number| range.contains(number)) {
            Some(value) => Some(Given { value, place }),
            None => self.wrong(key, &expected),
        }
    }

    /// A part of the whole: more than 0, at most 1.
    pub fn part(&self, key: &'static str) -> Option<f64> {
        let (value, _) = self.find(key, Wanted::Part)?;
        let whole = value.as_integer().and_then(|number| number.as_str().parse::<f64>().ok());
        let number = value.as_float().and_then(|number| number.as_str().parse::<f64>().ok()).or(whole);
        match number.filter(|number| *number > 0.0 && *number <= 1.0) {
            Some(number) => Some(number),
            None => self.wrong(key, "a number above 0, at most 1, such as 0.5"),
        }
    }

    /// Yes or no.
    pub fn flag(&self, key: &'static str) -> Option<bool> {
        let (value, _) = self.find(key, Wanted::Flag)?;
        match value.as_bool() {
            Some(flag) => Some(flag),
            None => self.wrong(key, "true or false"),
        }
    }

    /// A span such as `1h30m`, longer than nothing.
    pub fn span(&self, key: &'static str, counted: span::Counted) -> Option<Given<Duration>> {
        let (value, place) = self.find(key, Wanted::Span(counted))?;
        let Some(text) = value.as_str() else {
            return self.wrong(key, "a span in quotes, such as \"15m\", \"1h30m\" or \"2d\"");
        };
        match span::parse(text, counted) {
            Ok(value) => Some(Given { value, place }),
            Err(why) => {
                self.mistakes.note(Problem::at(place, format!("`{key}` is not a span: {why}")));
                None
            }
        }
    }

    /// One of a few words.
    pub fn choice<T: Copy>(&self, key: &'static str, choices: &[(&'static str, T)]) -> Option<Given<T>> {
        let words = Wanted::OneOf(choices.iter().map(|(name, _)| *name).collect());
        let word = self.text_that_is(key, words)?;
        let found = choices.iter().find(|(name, _)| *name == word.value);
        if found.is_none() {
            let message = format!("`{key}` cannot be \"{}\"", word.value);
            let names = choices.iter().map(|(name, _)| *name);
            let expected = names.clone().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(" or ");
            let mut problem = Problem::at(word.place.clone(), message).nearest(&word.value, names);
            problem.expected = Some(expected);
            self.mistakes.note(problem);
        }
        found.map(|(_, value)| Given { value: *value, place: word.place })
    }

    /// A table within.
    pub fn table(&self, key: &'static str) -> Option<Table<'d>> {
        let (value, place) = self.find(key, Wanted::Table)?;
        match value.as_table() {
            Some(entries) => Some(self.within(key, (entries, place), format!("[{key}]"))),
            None => self.wrong(key, &format!("a section [{key}]")),
        }
    }

    /// Tables that may be repeated, each called `name` in messages; none when there is none.
    pub fn tables(&self, key: &'static str, name: &str) -> Vec<Table<'d>> {
        let Some((value, _)) = self.find(key, Wanted::Tables) else { return Vec::new() };
        let Some(list) = value.as_array() else {
            self.wrong::<()>(key, &format!("sections [[{key}]], with two brackets"));
            return Vec::new();
        };
        let mut tables = Vec::new();
        for item in list {
            match item.get_ref().as_table() {
                Some(entries) => tables.push(self.within(key, (entries, item.span()), name.to_owned())),
                None => self
                    .mistakes
                    .note(Problem::at(item.span(), format!("`{key}` holds {}", kind(item.get_ref()))).expected("a table")),
            }
        }
        tables
    }

    /// Is the key written, right or wrong?
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.entry(key).is_some()
    }

    /// Keys that are known here, whatever they say: for where the key that decides about them is wrong.
    pub fn excuse(&self, keys: &[&'static str]) {
        self.asked.borrow_mut().extend_from_slice(keys);
    }

    /// A key that the next versions will know.
    pub fn later(&self, key: &'static str, remedy: &str) {
        if let Some((name, _)) = self.entry(key) {
            self.asked.borrow_mut().push(key);
            self.mistakes.note(Problem::at(name.span(), format!("`{key}` is not available in this version")).remedy(remedy));
        }
    }

    /// A key that makes no sense beside the others; `because` says why.
    pub fn refuse(&self, key: &'static str, because: &str) {
        self.asked.borrow_mut().push(key);
        if let Some((name, _)) = self.entry(key) {
            self.mistakes.note(Problem::at(name.span(), format!("`{key}` {because}")).remedy("leave it out"));
        }
    }

    /// Tells the keys that nobody asked for.
    pub fn finish(&self) {
        let mut known = self.asked.borrow().clone();
        known.sort_unstable();
        known.dedup();
        for (name, _) in self.entries.iter() {
            let key: &str = name.get_ref();
            if !known.contains(&key) {
                // What is longer is no key, but perhaps a secret in the wrong place.
                let shown = if key.len() > KEY_SHOWN_MAX { "like this".to_owned() } else { format!("`{key}`") };
                let problem = Problem::at(name.span(), format!("{} has no key {shown}", self.name));
                self.mistakes.note(problem.nearest(key, known.iter().copied()));
            }
        }
    }

    fn within(&self, key: &str, (entries, place): (&'d DeTable<'d>, Range<usize>), name: String) -> Table<'d> {
        let path = if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) };
        Table { entries, source: self.source, place, name, path, asked: RefCell::default(), mistakes: self.mistakes }
    }

    fn entry(&self, key: &str) -> Option<(&'d Spanned<std::borrow::Cow<'d, str>>, &'d Spanned<DeValue<'d>>)> {
        self.entries.iter().find(|(name, _)| name.get_ref() == key)
    }

    fn find(&self, key: &'static str, wanted: Wanted) -> Option<(&'d DeValue<'d>, Range<usize>)> {
        self.asked.borrow_mut().push(key);
        self.mistakes.outline(&self.path, key, wanted);
        let (_, value) = self.entry(key)?;
        Some((value.get_ref(), value.span()))
    }

    fn wrong<T>(&self, key: &'static str, expected: &str) -> Option<T> {
        let (_, value) = self.entry(key)?;
        let message = format!("`{key}` is {}", kind(value.get_ref()));
        self.mistakes.note(Problem::at(value.span(), message).expected(expected));
        None
    }
}

/// A value in words; texts are not repeated, because they may be secret.
fn kind(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(_) => "a text".to_owned(),
        DeValue::Integer(number) => format!("the number {number}"),
        DeValue::Float(number) => format!("the number {number}"),
        DeValue::Boolean(flag) => flag.to_string(),
        DeValue::Datetime(_) => "a date".to_owned(),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a section".to_owned(),
    }
}
