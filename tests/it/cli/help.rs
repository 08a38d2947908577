//! What somebody sees who does not know the program yet.

use std::io::Read as _;

use super::bed::Bed;

/// Every command, as it is typed.
fn commands(bed: &Bed, path: &[&str]) -> Vec<Vec<String>> {
    let help = bed.run(&[path, &["--help"]].concat()).well();
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names =
        listed.filter_map(|line| line.strip_prefix("  ").filter(|l| !l.starts_with(' ')).and_then(|l| l.split(' ').next()));
    let paths = names.filter(|name| *name != "help").map(|name| path.iter().copied().chain([name]).map(str::to_owned).collect());
    paths.collect()
}

#[test]
fn without_arguments_the_commands_are_shown() {
    let out = Bed::empty().run(&[]).well();
    assert!(out.contains("Usage: leadbell") && out.contains("Begin with `leadbell setup`"), "{out}");
}

#[test]
fn every_command_shows_an_example_that_the_program_understands() {
    let bed = Bed::empty();
    let mut waiting = commands(&bed, &[]);
    assert!(waiting.len() > 12, "{waiting:?}");
    while let Some(path) = waiting.pop() {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let below = commands(&bed, &path);
        if below.is_empty() || path == ["backup"] {
            let help = bed.run(&[&path[..], &["--help"]].concat()).well();
            assert!(help.contains(&"Example".to_owned()), "{path:?}: no example in\n{help}");
            assert!(
                help.contains(&format!("leadbell {}", path.join(" "))) || path == ["serve"],
                "{path:?}: another command's example"
            );
        }
        waiting.extend(below);
    }
}

#[test]
fn a_word_that_is_no_command_ends_with_two() {
    let said = Bed::empty().run(&["sauce", "list"]).refused(2);
    assert!(said.contains("similar subcommand exists: 'source'"), "{said}");
}

#[test]
fn nobody_reading_any_more_is_no_error() {
    let bed = Bed::new();
    let mut child = bed.start(&["source", "presets", "--json"]);
    drop(child.stdout.take());
    let status = child.wait().unwrap();
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!((status.code(), said.as_str()), (Some(0), ""));
}

#[test]
fn what_is_wrong_with_the_settings_is_shown_where_it_stands_and_ends_with_two() {
    let bed = Bed::new();
    bed.write("leadbell.toml", "[http]\nlisten = \"8080\"\n\n[discord]\ntoken = \"hush-hush\"\nguld = \"1\"\n");
    for arguments in [&["source", "list"][..], &["--config", "leadbell.toml", "serve"]] {
        let said = bed.run(arguments).refused(2);
        assert!(said.contains("leadbell.toml:2:10") && said.contains("did you mean `guild`?"), "{said}");
        assert!(!said.contains("hush-hush"), "{said}");
    }
    assert!(bed.run(&["--config", "nowhere.toml", "check"]).out.contains("nowhere.toml"), "a named file must be there");
}
