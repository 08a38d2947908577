//! One more reason, written at the end of a playbook as somebody says it in a form.
//! Invariant: the text before it stays as it is; whether the whole still checks is for whoever reads it.

use crate::document::span::{self, Counted};

use super::model::Playbook;

/// Longest key.
const KEY_MAX: usize = 32;

/// Fewest characters of an answer: less tells nothing.
const ANSWER_MIN: u16 = 2;

/// A reason as somebody says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReason {
    /// What commands and figures call it.
    pub key: String,
    name: String,
    question: Option<String>,
    becomes: Becoming,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Becoming {
    Closed(&'static str),
    Asleep(String),
    Kept(String),
}

/// Why there is no such reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoReason {
    /// One of that name is there.
    Known,
    /// Nobody knows what becomes of the lead.
    Consequence,
    /// A lead that sleeps asks for a day, and for nothing else.
    AsksForADay,
}

impl NewReason {
    /// From what was typed.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(name: &str, question: &str, becomes: &str, playbook: &Playbook) -> Result<Self, NoReason> {
        let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let (name, question) = (one_line(name), one_line(question));
        if playbook.reasons.iter().any(|reason| reason.name.eq_ignore_ascii_case(&name)) {
            return Err(NoReason::Known);
        }
        let becomes = becoming(&one_line(becomes)).ok_or(NoReason::Consequence)?;
        if !question.is_empty() && matches!(becomes, Becoming::Asleep(_)) {
            return Err(NoReason::AsksForADay);
        }
        Ok(Self { key: key(&name, playbook), name, question: Some(question).filter(|asked| !asked.is_empty()), becomes })
    }

    /// The playbook with it at the end.
    #[must_use]
    pub fn added_to(&self, text: &str) -> String {
        let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
        let mut lines =
            vec!["[[reason]]".to_owned(), format!("key = {}", quoted(&self.key)), format!("name = {}", quoted(&self.name))];
        if let Some(question) = &self.question {
            lines.push(format!("asks = \"text\"\nquestion = {}\nmin = {ANSWER_MIN}", quoted(question)));
        }
        lines.push(match &self.becomes {
            Becoming::Closed(exit) => format!("becomes = \"closed\"\nexit = \"{exit}\""),
            Becoming::Asleep(usual) => format!("asks = \"when\"\nusual = {}\nbecomes = \"pooled_until\"", quoted(usual)),
            Becoming::Kept(task) => format!("becomes = \"kept\"\ntask = {}", quoted(task)),
        });
        format!("{}\n\n{}\n", text.trim_end(), lines.join("\n"))
    }
}

fn becoming(typed: &str) -> Option<Becoming> {
    let small = typed.to_lowercase();
    match small.as_str() {
        "closed" | "lost" | "unqualified" => return Some(Becoming::Closed("unqualified")),
        "not contacted" | "never contacted" | "suppressed" => return Some(Becoming::Closed("suppressed")),
        "spam" | "removed" => return Some(Becoming::Closed("removed")),
        _ => {}
    }
    if let Some(spanned) = small.strip_prefix("asleep").or_else(|| small.strip_prefix("sleep")) {
        let usual =
            spanned.trim_start_matches([':', ' ']).trim_start_matches("for ").replace(" days", "d").replace(" weeks", "w");
        return span::parse(&usual, Counted::Wall).is_ok().then_some(Becoming::Asleep(usual));
    }
    let task = small.starts_with("kept").then(|| typed[4..].trim_start_matches([':', ' ', ',']))?;
    (!task.is_empty()).then(|| Becoming::Kept(task.to_owned()))
}

/// Small letters and digits of the name, with a number where it is taken.
fn key(name: &str, playbook: &Playbook) -> String {
    let mut plain = String::new();
    for letter in name.to_lowercase().chars() {
        if letter.is_ascii_alphanumeric() {
            plain.push(letter);
        } else if !plain.is_empty() && !plain.ends_with('_') {
            plain.push('_');
        }
    }
    plain.truncate(KEY_MAX - 3);
    let plain = plain.trim_end_matches('_');
    let plain = if plain.is_empty() { "reason" } else { plain };
    let is_free = |key: &String| !playbook.reasons.iter().any(|reason| reason.key.as_str() == key);
    let numbered = (2..).map(|n| format!("{plain}_{n}"));
    std::iter::once(plain.to_owned()).chain(numbered).find(is_free).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::playbook::{Asks, Becomes};

    fn playbook() -> Playbook {
        Playbook::read(Playbook::example()).unwrap()
    }

    #[test]
    fn a_reason_is_written_at_the_end_and_the_rest_stays() {
        for (name, question, becomes, key) in [
            ("Bought \"elsewhere\" \\ today", "From whom?", "closed", "bought_elsewhere_today"),
            ("Größe", "", "asleep 90d", "gr_e"),
            ("田中", "", "Kept: find the budget", "reason"),
            ("No budget!", "", "Not contacted", "no_budget_2"),
        ] {
            let new = NewReason::read(name, question, becomes, &playbook()).unwrap();
            assert_eq!(new.key, key);
            let text = new.added_to(Playbook::example());
            assert!(text.starts_with(Playbook::example().trim_end()));
            let read = Playbook::read(&text).unwrap_or_else(|problems| panic!("{problems}\n{text}"));
            let reason = read.reasons.iter().find(|reason| reason.key.as_str() == key).unwrap();
            assert_eq!(reason.name, name);
            assert_eq!(matches!(reason.asks, Asks::Text { .. }), !question.is_empty());
            assert_eq!(
                matches!(&reason.becomes, Becomes::KeptWith { task } if task == "find the budget"),
                becomes.starts_with("Kept")
            );
            assert_eq!(read.reasons.last().map(|reason| reason.key.as_str()), Some("other"), "other stays the last");
        }
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let read = |name, question, becomes| NewReason::read(name, question, becomes, &playbook());
        assert_eq!(read("not ready", "", "closed"), Err(NoReason::Known));
        assert_eq!(read("Later", "When?", "asleep for 30 days"), Err(NoReason::AsksForADay));
        for becomes in ["", "gone", "asleep", "asleep soon", "kept"] {
            assert_eq!(read("Later", "", becomes), Err(NoReason::Consequence), "{becomes}");
        }
    }
}
