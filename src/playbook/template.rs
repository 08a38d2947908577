//! Message templates: what a rep writes again and again, with gaps for what is known of the lead, such as
//! `Hello {{ first_name|default("there") }},`.
//! Checked when the playbook is read: names, filters and statements are looked up first, so that a slip is told with its place even where
//! it would seldom be reached; then the template is filled for an invented lead and for one of which nothing is known.
//! Invariant: filling ends soon and makes little, whatever was written; a template sees texts of the lead and of nothing else.

mod scan;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::sync::LazyLock;

use minijinja::{Environment, UndefinedBehavior};

use crate::domain::lead::Channel;
use crate::domain::text::cut;

/// Longest template, in bytes: the parser's work grows with it.
pub(super) const BYTES_MAX: usize = 4_000;

/// Longest message that comes of it, in characters: a private answer in the chat shows it whole.
const FILLED_MAX: usize = 2_000;

/// Longest subject that comes of it.
const SUBJECT_MAX: usize = 150;

/// Longest fact that is put in, in characters.
const FACT_MAX: usize = 500;

/// Most steps that filling takes.
const STEPS_MAX: u64 = 5_000;

/// Every fact that a template can name besides the playbook's own fields, with an invented lead's.
pub const FACTS: [(&str, &str); 14] = [
    ("first_name", "Dana"),
    ("last_name", "Keller"),
    ("name", "Dana Keller"),
    ("company", "Acme Robotics"),
    ("title", "VP Operations"),
    ("need", "Scheduling for 120 technicians"),
    ("country", "DE"),
    ("website", "https://acme.example"),
    ("form", "Talk to sales"),
    ("source", "website"),
    ("lead", "L-1042"),
    ("owner", "Ann Berg"),
    ("team", "DACH"),
    ("our_company", "Acme"),
];

/// What is known of a lead, by name; every name is there, and empty where nothing is known.
pub type Facts = BTreeMap<String, String>;

/// A message that is written again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// What commands and the playbook call it.
    pub key: String,
    /// As people read it.
    pub name: String,
    /// How it is sent.
    pub channel: Channel,
    /// The language that it is in, such as `de`, for people to choose by.
    pub language: Option<String>,
    /// Of an e-mail only.
    pub subject: Option<Fillable>,
    /// The message.
    pub text: Fillable,
}

/// A message for one lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// On one line; of an e-mail only.
    pub subject: Option<String>,
    /// The message.
    pub text: String,
}

impl Template {
    /// The message for the lead of which this is known.
    ///
    /// # Errors
    /// Why it cannot be made, in words.
    pub fn fill(&self, facts: &Facts) -> Result<Filled, String> {
        let subject = self.subject.as_ref().map(|subject| subject.fill(facts)).transpose()?;
        let subject = subject.map(|subject| subject.split_whitespace().collect::<Vec<_>>().join(" "));
        if subject.as_ref().is_some_and(|subject| subject.chars().count() > SUBJECT_MAX) {
            return Err(format!("its subject is longer than {SUBJECT_MAX} characters"));
        }
        Ok(Filled { subject, text: self.text.fill(facts)? })
    }
}

/// A text with gaps, ready to be filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fillable(String);

/// What is wrong with a text as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TemplateFault {
    /// In words.
    pub(super) message: String,
    /// Where in the text, in bytes.
    pub(super) at: Range<usize>,
    /// What was not known, and what is.
    pub(super) unknown: Option<(String, Vec<String>)>,
}

static ENGINE: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut engine = Environment::empty();
    engine.set_fuel(Some(STEPS_MAX));
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    engine.set_debug(false);
    // A statement on a line of its own leaves no empty line behind.
    engine.set_trim_blocks(true);
    engine.set_lstrip_blocks(true);
    engine.add_filter("upper", |text: String| text.to_uppercase());
    engine.add_filter("lower", |text: String| text.to_lowercase());
    engine.add_filter("trim", |text: String| text.trim().to_owned());
    engine.add_filter("default", |text: String, other: String| if text.trim().is_empty() { other } else { text });
    engine
});

/// The filters above.
const FILTERS: [&str; 4] = ["upper", "lower", "trim", "default"];

impl Fillable {
    /// Checks a text that may name these facts.
    pub(super) fn compile(text: &str, names: &[&str]) -> Result<Self, TemplateFault> {
        scan::check(text, names, &FILTERS)?;
        let whole = |message: String| TemplateFault { message, at: 0..text.len(), unknown: None };
        if let Err(error) = ENGINE.template_from_str(text) {
            let message = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
            return Err(TemplateFault { message, at: error.range().unwrap_or(0..text.len()), unknown: None });
        }
        let fillable = Self(text.to_owned());
        let example = |empty: bool| -> Facts {
            let invented = FACTS.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            let all = names.iter().map(|name| ((*name).to_owned(), "an answer".to_owned())).chain(invented);
            all.map(|(name, value)| (name, if empty { String::new() } else { value })).collect()
        };
        let filled = fillable.fill(&example(false)).map_err(&whole)?;
        fillable.fill(&example(true)).map_err(|why| whole(format!("{why}, for a lead of which nothing is known")))?;
        if filled.is_empty() {
            return Err(whole("nothing would be written".to_owned()));
        }
        Ok(fillable)
    }

    /// As written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }

    fn fill(&self, facts: &Facts) -> Result<String, String> {
        let facts: BTreeMap<&str, String> =
            facts.iter().map(|(name, value)| (name.as_str(), cut(value.trim(), FACT_MAX))).collect();
        let broken = |error: minijinja::Error| match error.detail() {
            Some(detail) => format!("it cannot be filled: {}: {detail}", error.kind()),
            None => format!("it cannot be filled: {}", error.kind()),
        };
        let long = || format!("it is longer than {FILLED_MAX} characters");
        let mut page = Page::default();
        let template = ENGINE.template_from_str(&self.0).map_err(broken)?;
        if let Err(error) = template.render_captured_to(facts, &mut page) {
            return Err(if page.is_full { long() } else { broken(error) });
        }
        let filled = String::from_utf8_lossy(&page.written).trim().to_owned();
        if filled.chars().count() > FILLED_MAX { Err(long()) } else { Ok(filled) }
    }
}

/// Takes no more than a message can hold.
#[derive(Default)]
struct Page {
    written: Vec<u8>,
    is_full: bool,
}

impl io::Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        /// The longest characters have so many bytes.
        const BYTES_OF_A_CHARACTER: usize = 4;
        self.is_full = self.written.len() + bytes.len() > FILLED_MAX * BYTES_OF_A_CHARACTER;
        if self.is_full {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.written.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
