//! What is wrong with a file that a person wrote, and how it is shown to them.
//! The same problems are shown twice: with the line and a pointer under it in a terminal, and as one sentence each in chat.
//! Invariant: a problem says what was expected, and the nearest known name where there is one.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

/// Most problems that one reading tells; those after are usually echoes of the first.
const PROBLEMS_MAX: usize = 50;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong.
    pub message: String,
    /// The bytes of the file that are wrong; none when it is something that is not in the file.
    pub at: Option<Range<usize>>,
    /// What was expected there.
    pub expected: Option<String>,
    /// What to do, as a sentence without a full stop.
    pub remedy: Option<String>,
}

/// Everything that is wrong with one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems {
    name: String,
    text: String,
    list: Vec<Problem>,
}

/// With colours or without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paint {
    /// For files, pipes and chat.
    Plain,
    /// For terminals.
    Colour,
}

impl Problem {
    /// Something wrong at a place in the file.
    #[must_use]
    pub fn at(place: Range<usize>, message: impl Into<String>) -> Self {
        Self { message: message.into(), at: Some(place), expected: None, remedy: None }
    }

    /// Something wrong that has no place in the file.
    #[must_use]
    pub fn anywhere(message: impl Into<String>) -> Self {
        Self { message: message.into(), at: None, expected: None, remedy: None }
    }

    /// What was expected there.
    #[must_use]
    pub fn expected(mut self, what: impl Into<String>) -> Self {
        self.expected = Some(what.into());
        self
    }

    /// What to do.
    #[must_use]
    pub fn remedy(mut self, what: impl Into<String>) -> Self {
        self.remedy = Some(what.into());
        self
    }

    /// The nearest of the known names; without one, all of them where they are few.
    #[must_use]
    pub fn nearest<'a>(mut self, word: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        const FEW: usize = 12;
        let known: Vec<&str> = known.into_iter().collect();
        match nearest(word, known.iter().copied()) {
            Some(near) => self.remedy = Some(format!("did you mean `{near}`?")),
            None if known.is_empty() || known.len() > FEW => {}
            None => self.expected = Some(format!("one of {}", known.join(", "))),
        }
        self
    }

    /// In one sentence, without its place.
    #[must_use]
    pub fn sentence(&self) -> String {
        let expected = self.expected.as_ref().map(|what| format!(", expected {what}")).unwrap_or_default();
        let remedy = self.remedy.as_ref().map(|what| format!("; {what}")).unwrap_or_default();
        format!("{}{expected}{remedy}", self.message)
    }
}

impl Problems {
    /// The problems of the file `name` that reads `text`, in the order of their places.
    #[must_use]
    pub fn new(name: impl Into<String>, text: impl Into<String>, mut list: Vec<Problem>) -> Self {
        list.sort_by_key(|problem| problem.at.as_ref().map_or(0, |place| place.start));
        list.dedup();
        list.truncate(PROBLEMS_MAX);
        Self { name: name.into(), text: text.into(), list }
    }

    /// The same under the name that the person knows the file by.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// The same, shown on another text of the same length: one without secrets.
    #[must_use]
    pub fn showing(mut self, text: impl Into<String>) -> Self {
        self.text = text.into();
        self
    }

    /// Each of them.
    #[must_use]
    pub fn list(&self) -> &[Problem] {
        &self.list
    }

    /// One line each, for chat and logs: `line 12, column 9: …`.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let line = |problem: &Problem| match &problem.at {
            Some(place) => {
                let (line, column) = self.line_and_column(place.start);
                format!("line {line}, column {column}: {}", problem.sentence())
            }
            None => problem.sentence(),
        };
        self.list.iter().map(line).collect()
    }

    /// With the lines that are wrong and a pointer under each, for terminals.
    #[must_use]
    pub fn render(&self, paint: Paint) -> String {
        let renderer = match paint {
            Paint::Plain => Renderer::plain(),
            Paint::Colour => Renderer::styled(),
        };
        let shown: Vec<String> = self.list.iter().map(|problem| self.render_one(problem, &renderer)).collect();
        shown.join("\n\n")
    }

    fn render_one(&self, problem: &Problem, renderer: &Renderer) -> String {
        let mut group = match &problem.at {
            Some(place) => {
                let pointer = AnnotationKind::Primary.span(self.inside(place));
                let pointer = pointer.label(problem.expected.as_ref().map(|what| format!("expected {what}")));
                let snippet = Snippet::source(self.text.as_str()).path(self.name.as_str()).annotation(pointer);
                Level::ERROR.primary_title(problem.message.as_str()).element(snippet)
            }
            None => {
                let expected = problem.expected.as_ref().map(|what| format!(", expected {what}")).unwrap_or_default();
                Group::with_title(Level::ERROR.primary_title(format!("{}{expected}", problem.message)))
            }
        };
        if let Some(remedy) = &problem.remedy {
            group = group.element(Level::HELP.message(remedy.as_str()));
        }
        renderer.render(&[group])
    }

    /// A place may end beyond the text, or inside a letter, when a parser counts differently.
    fn inside(&self, place: &Range<usize>) -> Range<usize> {
        let start = self.text.floor_char_boundary(place.start);
        start..self.text.ceil_char_boundary(place.end).max(start)
    }

    /// Both from 1; columns count letters.
    fn line_and_column(&self, byte: usize) -> (usize, usize) {
        let before = &self.text[..self.text.floor_char_boundary(byte)];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.lines().join("\n"))
    }
}

impl std::error::Error for Problems {}

/// The known name that was probably meant.
#[must_use]
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const ALIKE: f64 = 0.8;
    let wanted = word.to_lowercase();
    let likeness = |name: &str| {
        let name = name.to_lowercase();
        let begins = !wanted.is_empty() && (name.starts_with(&wanted) || wanted.starts_with(&name));
        let swapped = 1.0 - 0.1 * as_fraction(strsim::damerau_levenshtein(&wanted, &name));
        let short = if wanted.chars().count() > 3 { swapped } else { 0.0 };
        strsim::jaro_winkler(&wanted, &name).max(if begins { ALIKE } else { short.min(0.9) })
    };
    let best = known.into_iter().map(|name| (likeness(name), name)).max_by(|a, b| a.0.total_cmp(&b.0));
    best.filter(|(alike, _)| *alike >= ALIKE).map(|(_, name)| name)
}

fn as_fraction(edits: usize) -> f64 {
    u32::try_from(edits).map_or(f64::MAX, f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "[company]\nnäme = \"Acme\"\nchanel = 5\n";

    fn problems() -> Problems {
        let key = TEXT.find("chanel").unwrap();
        let unknown = Problem::at(key..key + 6, "unknown key `chanel`").nearest("chanel", ["channel", "name"]);
        let number = Problem::at(key + 9..key + 10, "`chanel` is a number").expected("a text in quotes");
        let missing = Problem::anywhere("no team").remedy("add one");
        Problems::new("playbook.toml", TEXT, vec![number, unknown, missing])
    }

    #[test]
    fn a_problem_is_one_sentence_for_chat() {
        assert_eq!(
            problems().lines(),
            [
                "no team; add one",
                "line 3, column 1: unknown key `chanel`; did you mean `channel`?",
                "line 3, column 10: `chanel` is a number, expected a text in quotes",
            ]
        );
    }

    #[test]
    fn a_problem_points_at_its_place_in_a_terminal() {
        let shown = problems().render(Paint::Plain);
        insta::assert_snapshot!(shown, @r"
        error: no team
         |
         = help: add one

        error: unknown key `chanel`
         --> playbook.toml:3:1
          |
        3 | chanel = 5
          | ^^^^^^
          |
          = help: did you mean `channel`?

        error: `chanel` is a number
         --> playbook.toml:3:10
          |
        3 | chanel = 5
          |          ^ expected a text in quotes
        ");
        assert!(problems().render(Paint::Colour).contains("\u{1b}["));
        assert!(!shown.contains('\u{1b}'));
    }

    #[test]
    fn columns_count_letters_and_places_may_lie_outside() {
        let after_umlaut = Problem::at(TEXT.find('=').unwrap()..TEXT.find('=').unwrap(), "here");
        let outside = Problem::at(TEXT.len() + 5..TEXT.len() + 9, "there");
        let inside_a_letter = Problem::at(12..12, "between");
        let problems = Problems::new("x", TEXT, vec![after_umlaut, outside, inside_a_letter]);
        assert_eq!(problems.lines(), ["line 2, column 2: between", "line 2, column 6: here", "line 4, column 1: there"]);
        assert!(problems.render(Paint::Plain).contains("there"));
    }

    #[test]
    fn the_nearest_name_is_one_that_could_have_been_meant() {
        let known = ["channel", "captain", "role", "first_touch", "release_after"];
        for (word, near) in [
            ("chanel", Some("channel")),
            ("Captain", Some("captain")),
            ("capitan", Some("captain")),
            ("firsttouch", Some("first_touch")),
            ("release", Some("release_after")),
            ("colour", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, known), near, "{word}");
        }
    }
}
