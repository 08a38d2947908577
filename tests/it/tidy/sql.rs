//! SQL statements: named, unique, in the store, and one that writes a lead.

use std::collections::BTreeMap;

use super::none;
use super::rust::Literal;
use super::tree::{Source, below};

/// What a statement begins with.
const VERBS: [&str; 16] = [
    "SELECT ",
    "INSERT ",
    "UPDATE ",
    "DELETE ",
    "REPLACE ",
    "WITH ",
    "PRAGMA ",
    "BEGIN",
    "COMMIT",
    "ROLLBACK",
    "SAVEPOINT ",
    "RELEASE ",
    "CREATE ",
    "DROP ",
    "ALTER ",
    "VACUUM",
];

/// The name on a statement's first line, e.g. `lead::due`.
fn name(literal: &Literal) -> Option<&str> {
    let (first, _) =
        literal.text.strip_prefix("-- ")?.split_once("\\n").or_else(|| literal.text.strip_prefix("-- ")?.split_once('\n'))?;
    let first = first.lines().next()?;
    let (table, use_case) = first.split_once("::")?;
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    (plain(table) && plain(use_case)).then_some(first)
}

fn is_statement(literal: &Literal) -> bool {
    literal.text.starts_with("-- ") || VERBS.iter().any(|verb| literal.text.starts_with(verb))
}

fn place(source: &Source, literal: &Literal) -> String {
    let start: String = literal.text.chars().take(60).collect();
    format!("{}:{}: {}", source.path, literal.line, start.replace('\n', " "))
}

#[test]
fn every_statement_begins_with_its_name() {
    let unnamed = |s: &Source| {
        let statements = s.literals.iter().filter(|l| is_statement(l) && name(l).is_none());
        statements.map(|l| place(s, l)).collect::<Vec<_>>()
    };
    let found: Vec<_> = below("src/store/").flat_map(|s| unnamed(&s)).collect();
    none(&found, "Begin it with `-- table::use_case` and a line break: a slow query is then found by its name.");
}

#[test]
fn every_statement_is_a_constant() {
    let loose = |s: &Source| {
        let code: Vec<_> = s.code.lines().collect();
        let is_constant = |l: &Literal| code[..l.line].iter().rev().take(2).any(|line| line.contains("const "));
        let statements = s.literals.iter().filter(|l| name(l).is_some() && !is_constant(l));
        statements.map(|l| place(s, l)).collect::<Vec<_>>()
    };
    let found: Vec<_> = below("src/store/").flat_map(|s| loose(&s)).collect();
    none(&found, "Make it a constant at the top of the file, where it can be read and prepared by itself.");
}

#[test]
fn no_two_statements_share_a_name() {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for source in below("src/store/") {
        for literal in &source.literals {
            if let Some(name) = name(literal) {
                places.entry(name.to_owned()).or_default().push(format!("{}:{}", source.path, literal.line));
            }
        }
    }
    assert!(places.len() > 20, "only {} statements found: the rules would hold for nothing", places.len());
    let found: Vec<_> =
        places.iter().filter(|(_, at)| at.len() > 1).map(|(name, at)| format!("{name}: {}", at.join(", "))).collect();
    none(&found, "Name each for what it is used for, or use the same constant.");
}

#[test]
fn statements_stand_only_in_the_store() {
    let elsewhere = below("src/").filter(|s| !s.path.starts_with("src/store/"));
    let shouted = |l: &Literal| VERBS[..6].iter().any(|verb| l.text.starts_with(verb)) || name(l).is_some();
    let found: Vec<_> =
        elsewhere.flat_map(|s| s.literals.iter().filter(|l| shouted(l)).map(|l| place(&s, l)).collect::<Vec<_>>()).collect();
    none(&found, "Move it to src/store behind a method named for its use.");
}

#[test]
fn a_lead_is_written_in_one_place() {
    let writers = |phrases: &[&str]| {
        let writes = |s: &Source| s.literals.iter().filter(|l| writes(&l.text, phrases)).map(|l| place(s, l)).collect::<Vec<_>>();
        below("src/").flat_map(|s| writes(&s)).collect::<Vec<_>>()
    };
    let mut elsewhere = writers(&["INTO lead", "UPDATE lead", "DELETE FROM lead"]);
    elsewhere.retain(|w| !w.starts_with("src/store/lead_row.rs:"));
    none(
        &elsewhere,
        "Decide a fact about the lead and let `store.apply` write it: only so do card, activity and alarm agree with it.",
    );
    let puts = writers(&["INTO lead"]);
    assert_eq!(puts.len(), 1, "src/store/lead_row.rs holds the one statement that puts a lead: {puts:?}");
}

/// Whether one of these phrases stands there, about the table itself and not one whose name only begins alike.
fn writes(text: &str, phrases: &[&str]) -> bool {
    let ends = |at: usize| !text[at..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
    phrases.iter().any(|phrase| text.match_indices(phrase).any(|(at, _)| ends(at + phrase.len())))
}
