//! The shape of files: short, opened by their purpose, with nothing in them that hides trouble.

use super::none;
use super::rust::{lines_with, tokens};
use super::tree::{below, sources, texts};

/// Past this a file holds a second thing.
const LINES_MAX: usize = 500;
/// Half of the files are no longer than this.
const MEDIAN_MAX: usize = 150;

#[test]
fn no_file_is_too_long_to_hold_one_thing() {
    let rust = texts().into_iter().filter(|(path, _)| path.ends_with(".rs"));
    let long = rust.map(|(path, text)| (path, text.lines().count())).filter(|(_, lines)| *lines > LINES_MAX);
    let found: Vec<_> = long.map(|(path, lines)| format!("{path}: {lines} lines")).collect();
    none(&found, "Find the second thing in it and give that a file of its own.");
}

#[test]
fn most_files_are_short() {
    let mut lines: Vec<_> = sources().iter().map(|s| s.text.lines().count()).collect();
    lines.sort_unstable();
    let median = lines[lines.len() / 2];
    assert!(
        median <= MEDIAN_MAX,
        "half of the files have {median} lines or more, {MEDIAN_MAX} is the most: divide the longest by what they do"
    );
}

#[test]
fn every_file_opens_with_its_purpose() {
    let found: Vec<_> = sources().into_iter().filter(|s| !s.text.starts_with("//! ")).map(|s| s.path).collect();
    none(&found, "Begin with `//!` and one sentence: what this file is for.");
}

#[test]
fn nothing_shipped_unwraps() {
    let unwraps = |code: &str| lines_with(code, &[".", "unwrap", "(", ")"]);
    let found: Vec<_> =
        sources().iter().flat_map(|s| unwraps(&s.shipped).into_iter().map(|line| format!("{}:{line}", s.path))).collect();
    none(&found, "Answer with an error, or `expect(\"why this cannot be\")`.");
}

#[test]
fn no_lint_is_silenced_without_a_reason() {
    let silenced = |code: &str| {
        let tokens = tokens(code);
        let hits = tokens.windows(3).filter(|w| "[,(".contains(w[0].text) && w[1].text == "allow" && w[2].text == "(");
        hits.map(|w| w[1].line).collect::<Vec<_>>()
    };
    let found: Vec<_> =
        sources().iter().flat_map(|s| silenced(&s.code).into_iter().map(|line| format!("{}:{line}", s.path))).collect();
    none(&found, "Mend what the lint says, or `#[expect(lint, reason = \"…\")]`, which falls away with its cause.");
}

#[test]
fn nothing_is_left_for_later() {
    let marks = ["TODO", "FIXME", "XXX", "HACK"];
    let left = |line: &str| line.split(|c: char| !c.is_alphanumeric()).any(|word| marks.contains(&word));
    let found = sources().into_iter().flat_map(|s| {
        let lines: Vec<_> = (1..).zip(s.text.lines()).filter(|(_, line)| left(line)).map(|(number, _)| number).collect();
        lines.into_iter().map(move |number| format!("{}:{number}", s.path))
    });
    none(&found.collect::<Vec<_>>(), "Do it now, or open an issue and say in the code what holds today.");
}

#[test]
fn nothing_shipped_is_a_stub() {
    let stubs = |code: &str| ["todo", "unimplemented"].iter().flat_map(|m| lines_with(code, &[m, "!"])).collect::<Vec<_>>();
    let found: Vec<_> =
        below("").flat_map(|s| stubs(&s.shipped).into_iter().map(move |line| format!("{}:{line}", s.path))).collect();
    none(&found, "Finish it, or take away what leads to it.");
}
