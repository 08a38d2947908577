//! Words that do not belong: places on somebody's machine, and papers that only their writers have.

use super::none;
use super::tree::texts;

/// This file has to name them, `.ci` knows where the neighbours are.
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
        &found(&["/work/", "/root/", "/Users/"], ""),
        "Others do not have this folder: take a path relative to the project, or an argument.",
    );
}

#[test]
fn nothing_shipped_writes_to_the_common_temporary_folder() {
    none(&found(&["\"/tmp"], "src/"), "Anybody on the machine can be there first: take the folder from the settings.");
}

#[test]
fn no_file_points_outside_of_the_project() {
    let outside = ["../shared", ".library/", "before-stop", "PRODUCT.md", "DESIGN.md", "STYLE.md", "FIELD.md", "MEASURED.md"];
    none(&found(&outside, ""), "Readers have only this project: say here what they need to know.");
}
