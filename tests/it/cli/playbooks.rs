//! The playbook is shown, checked, changed and changed back.

use leadbell::playbook::Playbook;

use super::bed::Bed;

fn changed() -> String {
    Playbook::example().replace("untouched_max = 5 ", "untouched_max = 3 ")
}

#[test]
fn a_playbook_is_put_in_force_after_its_changes_were_shown_and_taken_back() {
    let bed = Bed::new();
    bed.run(&["source", "add", "website"]).well();
    bed.write("new.toml", &changed());
    let checked = bed.run(&["playbook", "check", "new.toml"]).well();
    assert!(checked.contains("nothing is wrong with it") && checked.contains("5 → 3"), "{checked}");
    let asked = bed.run(&["playbook", "apply", "new.toml"]);
    assert_eq!(asked.code, 2);
    assert!(asked.out.contains("5 → 3") && asked.err.contains("add --yes"), "{asked:?}");
    assert!(bed.run(&["playbook", "apply", "new.toml", "--yes"]).well().contains("Version 2 is in force"));
    assert!(bed.run(&["playbook", "apply", "new.toml", "--yes"]).well().contains("in force already, as version 2"));
    assert_eq!(bed.run(&["playbook", "show", "--text"]).well().trim_end(), changed().trim_end());
    let back = bed.run(&["playbook", "rollback", "1", "--yes"]).well();
    assert!(back.contains("3 → 5") && back.contains("Version 3 is in force"), "{back}");
    let history = bed.run(&["playbook", "history", "--json"]).json();
    let versions: Vec<_> =
        history.as_array().unwrap().iter().map(|v| (v["version"].as_u64().unwrap(), v["applied_by"].as_str().unwrap())).collect();
    assert_eq!(versions, [(3, "shell"), (2, "shell"), (1, "the first start")]);
    assert!(bed.run(&["playbook", "rollback", "9", "--yes"]).refused(2).contains("no version 9"));
}

#[test]
fn a_playbook_with_a_mistake_is_never_put_in_force() {
    let bed = Bed::new();
    bed.run(&["source", "add", "website"]).well();
    bed.write("broken.toml", &Playbook::example().replace("captain = \"ann\"", "capitan = \"ann\""));
    for arguments in [&["playbook", "check", "broken.toml"][..], &["playbook", "apply", "broken.toml", "--yes"]] {
        let said = bed.run(arguments).refused(2);
        assert!(said.contains("broken.toml:") && said.contains("did you mean `captain`?"), "{said}");
    }
    assert!(bed.run(&["playbook", "show"]).well().starts_with("Version 1,"));
}
