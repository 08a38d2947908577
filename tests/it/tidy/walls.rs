//! The walls between the layers: which names may stand where.

use super::none;
use super::rust::{Token, lines_with, tokens};
use super::tree::{Source, below, declared, is_root, parents, read, sources, texts};

/// Crates that reach outside of the process, or tell its time.
const OUTSIDE: [&str; 6] = ["sqlx", "axum", "tokio", "serenity", "reqwest", "tracing"];
/// Our own modules that do so.
const OUTER: [&str; 10] = ["store", "intake", "engine", "delivery", "chat", "web", "commands", "reports", "cli", "app"];

#[test]
fn the_domain_reaches_for_nothing_outside() {
    let found: Vec<_> = below("src/domain/").flat_map(|s| [named(&s, &OUTSIDE), reached(&s, &OUTER)].concat()).collect();
    none(&found, "The domain is pure: let the caller fetch it and pass the value, or move the rule's type into src/domain.");
}

#[test]
fn only_the_store_speaks_sql() {
    let elsewhere = below("src/").filter(|s| !s.path.starts_with("src/store/"));
    let found: Vec<_> = elsewhere.flat_map(|s| named(&s, &["sqlx"])).collect();
    none(&found, "Add a method named for its use to src/store and call that.");
}

#[test]
fn only_the_discord_adapter_names_its_library() {
    let elsewhere = below("src/").filter(|s| !s.path.starts_with("src/chat/discord/") && s.path != "src/chat/discord.rs");
    let found: Vec<_> = elsewhere.flat_map(|s| named(&s, &["serenity"])).collect();
    none(&found, "Say it in the plain values of src/chat; src/chat/discord renders and carries them.");
}

/// Variables that say where something lies on this machine are the project's, and so the stand-in's tests may read them.
#[test]
fn the_stand_in_knows_nothing_of_the_product() {
    let ours = texts().into_iter().filter(|(path, _)| path.starts_with("sandbox/"));
    let found: Vec<_> = ours
        .filter(|(_, text)| text.replace("LEADBELL_", "").to_lowercase().contains("leadbell"))
        .map(|(path, _)| path)
        .collect();
    none(&found, "Any bot can use the stand-in: let the product give it the name, panel or world when it starts it.");
}

#[test]
fn the_time_is_taken_in_one_place() {
    let takes = |s: &Source| {
        let clocks = ["Utc", "Local", "Instant", "SystemTime", "Zoned", "Timestamp"];
        clocks.iter().flat_map(|clock| lines_with(&s.shipped, &[clock, ":", ":", "now"])).collect::<Vec<_>>()
    };
    // The adapter waits in real time for a real server: it measures how long, and never what time it is.
    let waits = |s: &Source| s.path.starts_with("src/chat/discord/") && s.text.contains("use tokio::time::Instant;");
    let product = below("src/").filter(|s| s.path != "src/clock.rs" && !waits(s));
    let found: Vec<_> = product.flat_map(|s| at(&s, &takes(&s), "takes the time")).collect();
    none(&found, "Time is an argument: take it from `clock::Clock` at the edge and pass it down.");
    let stand_in: Vec<_> = below("sandbox/src/").filter(|s| !takes(s).is_empty()).map(|s| s.path).collect();
    assert!(stand_in.len() <= 1, "the stand-in takes the time in {stand_in:?}: leave one clock and let the others ask it");
}

#[test]
fn every_file_hangs_on_a_mod() {
    let sources = sources();
    let found = sources.iter().filter(|s| !is_root(&s.path)).filter_map(|s| {
        let (parents, name) = parents(&s.path);
        let hangs = sources.iter().any(|p| parents.contains(&p.path) && declared(&p.code).contains(&name));
        (!hangs).then(|| format!("{} (no `mod {name};` in {})", s.path, parents.join(" or ")))
    });
    none(&found.collect::<Vec<_>>(), "Declare the module, or delete the file: nothing compiles it.");
}

#[test]
fn every_command_file_is_built_in() {
    let built_in: Vec<_> = below("src/").flat_map(|s| s.literals).map(|l| l.text).collect();
    let commands = texts().into_iter().map(|(path, _)| path).filter(|p| p.starts_with("commands/") && p.ends_with(".toml"));
    let found: Vec<_> = commands.filter(|path| !built_in.iter().any(|l| l.ends_with(path.as_str()))).collect();
    none(&found, "Name it with include_str! in the catalogue, or people will never see the command.");
}

#[test]
fn every_dependency_says_what_it_is_for() {
    let mut found = Vec::new();
    for path in ["Cargo.toml", "sandbox/Cargo.toml"] {
        let (mut inside, mut said) = (false, false);
        for (number, line) in (1..).zip(read(path).lines()) {
            match line.chars().next() {
                Some('[') => (inside, said) = (line.ends_with("dependencies]") && line != "[workspace.dependencies]", false),
                None => said = false,
                Some('#') => said = true,
                Some(_) if inside && !said => found.push(format!("{path}:{number}: {line}")),
                Some(_) => {}
            }
        }
    }
    none(&found, "Put a comment above it: what we need it for. If that is hard to say, we do not need it.");
}

fn named(source: &Source, names: &[&str]) -> Vec<String> {
    names.iter().flat_map(|name| at(source, &lines_with(&source.code, &[name]), name)).collect()
}

/// Where a path from the top of the crate, or from above, leads into one of these modules.
fn reached(source: &Source, modules: &[&str]) -> Vec<String> {
    let tokens = tokens(&source.code);
    let heads = (0..tokens.len()).filter(|&i| ["crate", "super"].contains(&tokens[i].text));
    let targets = heads.flat_map(|i| targets(&tokens[i + 1..]));
    targets.filter(|t| modules.contains(&t.text)).map(|t| format!("{}:{}: {}", source.path, t.line, t.text)).collect()
}

/// What follows `crate` or `super`: one name, or the first names inside braces.
fn targets<'a>(after: &[Token<'a>]) -> Vec<Token<'a>> {
    let [first, second, third, rest @ ..] = after else { return Vec::new() };
    if (first.text, second.text) != (":", ":") {
        return Vec::new();
    }
    if third.text != "{" {
        return vec![*third];
    }
    let (mut depth, mut fresh, mut names) = (1, true, Vec::new());
    for token in rest {
        match token.text {
            "{" => depth += 1,
            "}" => depth -= 1,
            "," => fresh = depth == 1,
            _ if fresh && depth == 1 => {
                names.push(*token);
                fresh = false;
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    names
}

fn at(source: &Source, lines: &[usize], what: &str) -> Vec<String> {
    lines.iter().map(|line| format!("{}:{line}: {what}", source.path)).collect()
}
