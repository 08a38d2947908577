//! Words that do not belong: places on somebody's machine, and papers that only their writers have.

use std::path::Path;

use super::none;
use super::tree::{texts, top};

/// This file has to name them.
fn found(words: &[&str], folder: &str) -> Vec<String> {
    let exempt = |path: &str| path.starts_with(".ci/") || path == "tests/it/tidy/words.rs";
    let files = texts().into_iter().filter(|(path, _)| path.starts_with(folder) && !exempt(path));
    let lines = |(path, text): (String, String)| {
        let hits = (1..).zip(text.lines()).filter(|(_, line)| words.iter().any(|word| line.contains(word)));
        hits.map(|(number, line)| format!("{path}:{number}: {}", line.trim().chars().take(100).collect::<String>()))
            .collect::<Vec<_>>()
    };
    files.flat_map(lines).collect()
}

#[test]
fn no_file_names_a_place_on_one_machine() {
    none(
        &found(&["/home/", "/root/", "/Users/"], ""),
        "Others do not have this folder: take a path relative to the project, or an argument.",
    );
}

#[test]
fn nothing_shipped_writes_to_the_common_temporary_folder() {
    none(&found(&["\"/tmp"], "src/"), "Anybody on the machine can be there first: take the folder from the settings.");
}

/// `.ci` knows where the neighbours are, and samples are as their providers wrote them.
#[test]
fn every_paper_that_is_named_is_in_the_project() {
    let project = top().canonicalize().expect("the project is there");
    let is_there = |folder: &Path, paper: &str| {
        let places = [project.join(folder).join(paper), project.join(paper)];
        places.iter().any(|place| place.canonicalize().is_ok_and(|place| place.starts_with(&project)))
    };
    let mut strangers = Vec::new();
    for (path, text) in texts() {
        if [".ci/", "tests/fixtures/"].iter().any(|folder| path.starts_with(folder)) {
            continue;
        }
        let folder = Path::new(&path).parent().unwrap_or(Path::new(""));
        for (number, line) in (1..).zip(text.lines()) {
            let words = line.split(|c: char| !(c.is_ascii_alphanumeric() || "._-/".contains(c))).map(|w| w.trim_end_matches('.'));
            let papers = words.filter(|word| word.strip_suffix(".md").is_some_and(|stem| !stem.is_empty()));
            strangers.extend(papers.filter(|paper| !is_there(folder, paper)).map(|paper| format!("{path}:{number}: {paper}")));
        }
    }
    none(&strangers, "Readers have only this project: say here what they need to know.");
}
