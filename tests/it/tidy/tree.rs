//! The project's files: those that git keeps or would keep.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::Command;

use super::rust::{Literal, Token, mask, tokens, without_tests};

/// A Rust file of the product or of the stand-in.
pub(super) struct Source {
    /// From the project's top, e.g. `src/domain/lead.rs`.
    pub(super) path: String,
    pub(super) text: String,
    /// The text with comments and literals blanked.
    pub(super) code: String,
    /// The code that is there outside of tests.
    pub(super) shipped: String,
    /// The string literals outside of tests.
    pub(super) literals: Vec<Literal>,
}

/// The project's top. Asked for when the tests run, so that a built binary can look at another checkout.
pub(super) fn top() -> PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo and nextest say where the package is").into()
}

/// Reads a file that has to be there.
pub(super) fn read(path: &str) -> String {
    std::fs::read_to_string(top().join(path)).unwrap_or_else(|e| panic!("{path} cannot be read: {e}"))
}

/// Every file that is text, with its path: kept by git, or new and not ignored.
pub(super) fn texts() -> Vec<(String, String)> {
    let listing = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let listed =
        Command::new("git").args(listing).current_dir(top()).output().expect("git lists the project's files: install it");
    assert!(listed.status.success(), "git cannot list the files: {}", String::from_utf8_lossy(&listed.stderr));
    let listed = String::from_utf8(listed.stdout).expect("paths are UTF-8");
    let paths = listed.split_terminator('\0');
    paths.filter_map(|path| Some((path.to_owned(), std::fs::read_to_string(top().join(path)).ok()?))).collect()
}

/// The Rust files of the product and of the stand-in, tests beside the code included.
pub(super) fn sources() -> Vec<Source> {
    let rust = texts().into_iter().filter(|(path, _)| path.ends_with(".rs"));
    let mut sources: Vec<_> =
        rust.filter(|(path, _)| path.starts_with("src/") || path.starts_with("sandbox/src/")).map(source).collect();
    assert!(sources.len() > 20, "only {} files found: the rules would hold for nothing", sources.len());
    let declared: Vec<_> = sources.iter().map(|s| (declared(&s.code), declared(&s.shipped))).collect();
    let places: BTreeMap<String, usize> = sources.iter().enumerate().map(|(at, s)| (s.path.clone(), at)).collect();
    // A file that hangs on a test file is a test file too, wherever it stands in the list.
    while let Some(test) = (0..sources.len()).find(|&at| {
        !sources[at].shipped.is_empty() && {
            let (parents, name) = parents(&sources[at].path);
            let mut declaring =
                parents.iter().filter_map(|path| places.get(path)).filter(|&&p| declared[p].0.contains(&name)).peekable();
            let ships = |p: &usize| !sources[*p].shipped.is_empty() && declared[*p].1.contains(&name);
            !is_root(&sources[at].path) && declaring.peek().is_some() && !declaring.any(ships)
        }
    }) {
        sources[test].shipped.clear();
        sources[test].literals.clear();
    }
    sources
}

/// The names of which this code says `mod name;`.
pub(super) fn declared(code: &str) -> BTreeSet<String> {
    let tokens = tokens(code);
    let of = |w: &[Token<'_>]| (w[0].text == "mod" && w[2].text == ";").then(|| w[1].text.to_owned());
    tokens.windows(3).filter_map(of).collect()
}

/// The crate roots hang on Cargo.toml.
pub(super) fn is_root(path: &str) -> bool {
    ["src/lib.rs", "src/main.rs", "sandbox/src/lib.rs", "sandbox/src/main.rs"].contains(&path) || path.contains("src/bin/")
}

/// The files that may declare this one, and its module's name.
pub(super) fn parents(path: &str) -> (Vec<String>, String) {
    let path = path.strip_suffix("/mod.rs").or(path.strip_suffix(".rs")).expect("a Rust file");
    let (folder, name) = path.rsplit_once('/').expect("a file in a folder");
    let parents = if folder.ends_with("src") {
        vec![format!("{folder}/lib.rs"), format!("{folder}/main.rs")]
    } else {
        vec![format!("{folder}/mod.rs"), format!("{folder}.rs")]
    };
    (parents, name.to_owned())
}

/// The sources below a folder, e.g. `src/store/`.
pub(super) fn below(folder: &str) -> impl Iterator<Item = Source> {
    sources().into_iter().filter(move |s| s.path.starts_with(folder))
}

fn source((path, text): (String, String)) -> Source {
    let (code, mut literals) = mask(&text);
    let shipped = without_tests(&code);
    let shipped_lines: Vec<bool> = shipped.lines().map(|line| !line.trim().is_empty()).collect();
    literals.retain(|l| shipped_lines.get(l.line - 1) == Some(&true));
    Source { path, text, code, shipped, literals }
}
