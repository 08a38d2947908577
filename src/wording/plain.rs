//! Prints a view as somebody sees it, so that tests read like the chat.
//! Words from outside stand in ‹ ›, instants in < >, names of people after an @; a button that comes first is marked with a star.

use std::fmt::Write as _;

use crate::domain::message::{Form, Look, Mention, Row, Tone, View};
use crate::domain::text::{Span, Text, When};

pub(crate) fn print(view: &View) -> String {
    let mut out = String::new();
    if !view.title.is_empty() {
        let tone = if view.tone == Tone::Plain { String::new() } else { format!("{:?}: ", view.tone) };
        writeln!(out, "# {tone}{}", words(&view.title)).unwrap();
    }
    for line in &view.lines {
        writeln!(out, "{}", words(line)).unwrap();
    }
    for row in &view.rows {
        writeln!(out, "{}", controls(row)).unwrap();
    }
    for mention in &view.mentions {
        match mention {
            Mention::Person(id) => writeln!(out, "(rings person {})", id.0).unwrap(),
            Mention::Role(role) => writeln!(out, "(rings {role})").unwrap(),
        }
    }
    if view.quiet {
        writeln!(out, "(without a sound)").unwrap();
    }
    out
}

pub(crate) fn print_form(form: &Form) -> String {
    let mut out = format!("# {}\n", form.title);
    for input in &form.inputs {
        let filled = if input.value.is_empty() { format!("e.g. {}", input.example) } else { input.value.clone() };
        let needed = if input.min > 0 { "*" } else { "" };
        writeln!(out, "{}{needed} [{filled}]", input.label).unwrap();
    }
    out
}

fn controls(row: &Row) -> String {
    match row {
        Row::Buttons(buttons) => {
            let one = |b: &crate::domain::message::Button| {
                assert!(crate::chat::action::Action::read(&b.action).is_some(), "{} is no token of ours", b.action);
                if b.look == Look::Primary { format!("[*{}]", b.label) } else { format!("[{}]", b.label) }
            };
            buttons.iter().map(one).collect::<Vec<_>>().join(" ")
        }
        Row::Select(select) => {
            assert!(crate::chat::action::Action::read(&select.action).is_some(), "{} is no token of ours", select.action);
            let mut out = format!("v {}", select.placeholder);
            for choice in &select.options {
                let hint = if choice.hint.is_empty() { String::new() } else { format!("  ({})", choice.hint) };
                write!(out, "\n  {}{hint}", choice.label).unwrap();
            }
            out
        }
    }
}

fn words(text: &Text) -> String {
    let word = |span: &Span| match span {
        Span::Plain(words) | Span::Strong(words) => words.to_string(),
        Span::Code(words) => format!("`{words}`"),
        Span::Link(address) => format!("<{address}>"),
        Span::Data(words) => format!("‹{}›", words.raw()),
        Span::Instant(at, When::Relative) => format!("<~{}>", at.format("%d %H:%M")),
        Span::Instant(at, When::Time) => format!("<{}>", at.format("%H:%M")),
        Span::Instant(at, When::DateTime) => format!("<{}>", at.format("%d %b %H:%M")),
        Span::Instant(at, When::Date) => format!("<{}>", at.format("%d %b %Y")),
        Span::Person(_, name) => format!("@{name}"),
    };
    text.0.iter().map(word).collect()
}
