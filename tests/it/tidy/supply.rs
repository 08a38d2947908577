//! What we build upon: licences, places and crates that `deny.toml` lets in, judged offline by what cargo has locked.
//! `cargo deny check` says the same and more where its list of advisories can be reached.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;
use toml::Table;

use super::none;
use super::tree::{read, top};

const TARGET: &str = "x86_64-unknown-linux-gnu";

fn toml(path: &str) -> Table {
    read(path).parse().unwrap_or_else(|e| panic!("{path} cannot be understood: {e}"))
}

/// A list in `deny.toml`, e.g. `licenses.allow`.
fn list(section: &str, key: &str) -> Vec<toml::Value> {
    let rules = toml("deny.toml");
    rules[section][key].as_array().unwrap_or_else(|| panic!("deny.toml has no list {section}.{key}")).clone()
}

fn words(section: &str, key: &str) -> BTreeSet<String> {
    list(section, key).iter().map(|word| word.as_str().expect("a word").to_owned()).collect()
}

/// Locked packages: name, version, source (none for our own).
fn locked() -> Vec<(String, String, Option<String>)> {
    let text = |package: &toml::Value, key: &str| package.get(key).and_then(toml::Value::as_str).map(str::to_owned);
    let packages = toml("Cargo.lock")["package"].as_array().expect("a list of packages").clone();
    let row = |p: &toml::Value| (text(p, "name").expect("a name"), text(p, "version").expect("a version"), text(p, "source"));
    packages.iter().map(row).collect()
}

#[test]
fn every_licence_is_one_that_we_may_ship() {
    let allowed = words("licenses", "allow");
    let arguments = ["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", TARGET];
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let metadata = Command::new(cargo).args(arguments).current_dir(top()).output().expect("cargo runs");
    assert!(metadata.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&metadata.stderr));
    let metadata: Value = serde_json::from_slice(&metadata.stdout).expect("cargo writes JSON");
    let packages = metadata["packages"].as_array().expect("a list of packages");
    let refused = packages.iter().filter(|p| !p["license"].as_str().is_some_and(|licence| may_ship(licence, &allowed)));
    let found: Vec<_> = refused.map(|p| format!("{} {}: {}", p["name"], p["version"], p["license"])).collect();
    none(&found, "Take another crate; or, if the licence asks nothing of who ships the binary, allow it in deny.toml.");
}

/// Whether an SPDX expression can be met by these licences. The old `/` means OR; AND binds tighter.
fn may_ship(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ").replace(" WITH ", "+WITH+");
    let words: Vec<_> = spaced.split_whitespace().collect();
    either(&mut words.iter().copied().peekable(), allowed)
}

type Words<'a, 'w> = std::iter::Peekable<std::iter::Copied<std::slice::Iter<'a, &'w str>>>;

fn either(words: &mut Words<'_, '_>, allowed: &BTreeSet<String>) -> bool {
    let mut met = both(words, allowed);
    while words.next_if_eq(&"OR").is_some() {
        met |= both(words, allowed);
    }
    met
}

fn both(words: &mut Words<'_, '_>, allowed: &BTreeSet<String>) -> bool {
    let mut met = licence(words, allowed);
    while words.next_if_eq(&"AND").is_some() {
        met &= licence(words, allowed);
    }
    met
}

fn licence(words: &mut Words<'_, '_>, allowed: &BTreeSet<String>) -> bool {
    if words.next_if_eq(&"(").is_none() {
        return words.next().is_some_and(|word| allowed.contains(&word.replace("+WITH+", " WITH ")));
    }
    let met = either(words, allowed);
    words.next_if_eq(&")").is_some() && met
}

#[test]
fn licence_expressions_are_read_as_spdx_has_them() {
    let allowed = ["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"].map(str::to_owned).into();
    let cases = [
        ("MIT", true),
        ("GPL-3.0", false),
        ("GPL-3.0 OR MIT", true),
        ("GPL-3.0/MIT", true),
        ("MIT AND GPL-3.0", false),
        ("MIT AND (GPL-3.0 OR ISC)", true),
        ("(MIT OR ISC) AND GPL-3.0", false),
        ("GPL-3.0 AND ISC OR MIT", true),
        ("Apache-2.0", false),
        ("Apache-2.0 WITH LLVM-exception", true),
        ("", false),
    ];
    for (expression, met) in cases {
        assert_eq!(may_ship(expression, &allowed), met, "for {expression}");
    }
}

#[test]
fn no_banned_crate_is_locked() {
    let bans = list("bans", "deny");
    let once = |ban: &toml::Value| ban.get("deny-multiple-versions").and_then(toml::Value::as_bool) == Some(true);
    let (single, never): (Vec<_>, Vec<_>) = bans.iter().partition(|ban| once(ban));
    let mut locked_as: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, version, _) in locked() {
        locked_as.entry(name).or_default().push(version);
    }
    let versions =
        |ban: &toml::Value| locked_as.get(ban["crate"].as_str().expect("a crate's name")).map_or(&[][..], Vec::as_slice);
    let never = never.iter().filter(|ban| !versions(ban).is_empty());
    let twice = single.iter().filter(|ban| versions(ban).len() > 1);
    let found: Vec<_> = never
        .chain(twice)
        .map(|ban| format!("{}: {}, because {}", ban["crate"], versions(ban).join(", "), ban["reason"]))
        .collect();
    none(&found, "`cargo tree -i CRATE` shows who brings it: turn off that feature, or take another crate.");
}

#[test]
fn every_crate_comes_from_the_registry() {
    let known = words("sources", "allow-registry");
    let strangers = locked().into_iter().filter_map(|(name, version, source)| Some((name, version, source?)));
    let found: Vec<_> = strangers
        .filter(|(_, _, source)| !source.strip_prefix("registry+").is_some_and(|s| known.contains(s)))
        .map(|(name, version, source)| format!("{name} {version} from {source}"))
        .collect();
    none(&found, "Publish it, or take a released version: a branch of somebody's repository can change or vanish.");
}

#[test]
fn every_exception_says_why() {
    let ignored = list("advisories", "ignore");
    let said = |entry: &toml::Value| entry.get("reason").and_then(toml::Value::as_str).is_some_and(|why| why.len() > 20);
    let found: Vec<_> =
        ignored.iter().chain(&list("bans", "deny")).filter(|entry| !said(entry)).map(ToString::to_string).collect();
    none(&found, "Give it a `reason` in deny.toml that somebody can judge in a year.");
}

#[test]
fn the_container_builds_with_the_toolchain_of_the_project() {
    let channel = toml("rust-toolchain.toml")["toolchain"]["channel"].as_str().expect("a version").to_owned();
    let stage = format!("FROM rust:{channel}-");
    assert!(
        read("deploy/Dockerfile").contains(&stage),
        "deploy/Dockerfile does not say `{stage}…`: bring it and rust-toolchain.toml together"
    );
}
