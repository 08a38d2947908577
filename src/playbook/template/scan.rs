//! Looks through a template before the engine does: which names, filters and statements stand in it, and where.
//! The engine would find an unknown name only on the way that a lead happens to take, and knows statements that could run long.
//! Invariant: what passes has no loop, no assignment and no arithmetic, so that filling takes no longer than it is written.

use std::ops::Range;

use super::TemplateFault;

/// Statements that may be written.
const STATEMENTS: [&str; 4] = ["if", "elif", "else", "endif"];

/// Words that are neither names nor filters.
const WORDS: [&str; 8] = ["if", "else", "and", "or", "not", "in", "true", "false"];

/// Signs that may stand in a gap; all others do something that no message needs.
const SIGNS: &str = "|(),=!<>-";

/// Longest gap, in bytes: how deep it can be is limited with it.
const GAP_MAX: usize = 200;

/// Checks every gap and every statement of a template.
pub(super) fn check(text: &str, names: &[&str], filters: &[&str]) -> Result<(), TemplateFault> {
    let mut at = 0;
    while let Some(start) = text[at..].find('{').map(|found| at + found) {
        let (is_statement, close) = match text[start..].get(..2) {
            Some("{{") => (false, "}}"),
            Some("{%") => (true, "%}"),
            Some("{#") => {
                let end = text[start..].find("#}").ok_or_else(|| fault("this comment is not closed", start..start + 2))?;
                at = start + end + 2;
                continue;
            }
            Some(_) | None => {
                at = start + 1;
                continue;
            }
        };
        let inside = start + 2;
        let end = closing(&text[inside..], close).ok_or_else(|| fault(&format!("there is no {close} to this"), start..inside))?;
        let code = &text[inside..inside + end];
        if code.len() > GAP_MAX {
            return Err(fault(&format!("this is longer than {GAP_MAX} characters"), start..inside + end));
        }
        Gap { code, at: inside, names, filters }.check(is_statement)?;
        at = inside + end + close.len();
    }
    Ok(())
}

fn fault(message: &str, at: Range<usize>) -> TemplateFault {
    TemplateFault { message: message.to_owned(), at, unknown: None }
}

/// Where the code ends: at the first closing sign that stands in no text in quotes.
fn closing(code: &str, close: &str) -> Option<usize> {
    let mut at = 0;
    while at < code.len() {
        if code[at..].starts_with(close) {
            return Some(at);
        }
        at += match token(&code[at..])? {
            Token::Quoted(length) | Token::Word(length) | Token::Sign(length) => length,
        };
    }
    None
}

/// What stands next, and its length.
enum Token {
    Quoted(usize),
    Word(usize),
    Sign(usize),
}

/// Nothing where a text in quotes does not end.
fn token(code: &str) -> Option<Token> {
    let first = code.chars().next()?;
    if first == '"' || first == '\'' {
        let mut signs = code.char_indices().skip(1);
        while let Some((at, sign)) = signs.next() {
            if sign == '\\' {
                signs.next();
            } else if sign == first {
                return Some(Token::Quoted(at + 1));
            }
        }
        return None;
    }
    if is_of_a_word(first) {
        return Some(Token::Word(code.find(|sign| !is_of_a_word(sign)).unwrap_or(code.len())));
    }
    Some(Token::Sign(first.len_utf8()))
}

fn is_of_a_word(sign: char) -> bool {
    sign.is_alphanumeric() || sign == '_'
}

/// What stands between two brackets.
struct Gap<'a> {
    code: &'a str,
    /// Where it begins in the text.
    at: usize,
    names: &'a [&'a str],
    filters: &'a [&'a str],
}

impl Gap<'_> {
    fn check(&self, is_statement: bool) -> Result<(), TemplateFault> {
        let (mut at, mut before, mut is_first) = (0, ' ', is_statement);
        while let Some(token) = token(&self.code[at..]) {
            let (Token::Quoted(length) | Token::Word(length) | Token::Sign(length)) = token;
            let place = self.at + at..self.at + at + length;
            let written = &self.code[at..at + length];
            match token {
                Token::Quoted(_) => before = '"',
                Token::Word(_) if is_first => {
                    self.one_of(written, &STATEMENTS, place, "is no statement that can be used here")?;
                    is_first = false;
                }
                Token::Word(_) => {
                    self.word(written, before, place)?;
                    before = 'a';
                }
                Token::Sign(_) if written.trim().is_empty() => {}
                Token::Sign(_) if !SIGNS.contains(written) => {
                    return Err(fault(&format!("\"{written}\" cannot be used here"), place));
                }
                Token::Sign(_) => before = written.chars().next().unwrap_or(' '),
            }
            at += length;
        }
        if is_first { Err(fault("this statement says nothing", self.at..self.at + self.code.len())) } else { Ok(()) }
    }

    fn word(&self, word: &str, before: char, place: Range<usize>) -> Result<(), TemplateFault> {
        if before == '|' {
            return self.one_of(word, self.filters, place, "is no filter");
        }
        if WORDS.contains(&word) || word.chars().all(|sign| sign.is_ascii_digit()) {
            return Ok(());
        }
        self.one_of(word, self.names, place, "is nothing that is known of a lead")
    }

    fn one_of(&self, word: &str, known: &[&str], at: Range<usize>, why: &str) -> Result<(), TemplateFault> {
        if known.contains(&word) {
            return Ok(());
        }
        let known = known.iter().map(|name| (*name).to_owned()).collect();
        Err(TemplateFault { message: format!("\"{word}\" {why}"), at, unknown: Some((word.to_owned(), known)) })
    }
}
