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

#[test]
fn a_lead_is_tried_on_a_draft_before_it_is_in_force() {
    let bed = Bed::new();
    bed.run(&["source", "add", "website"]).well();
    bed.write("lead.json", r#"{"name": "Dana Keller", "email": "dana@acme.example", "message": "120 technicians"}"#);
    let trial = ["playbook", "route", "--source", "website", "--payload", "lead.json"];
    let now = bed.run(&trial).well();
    assert!(now.starts_with("A made-up lead on the rules in force") && now.contains("Nothing was written."), "{now}");
    let rule = "[[score]]\nwhen = 'lead.need.has(\"technicians\")'\npoints = 60\nwhy = \"technicians\"\n";
    bed.write("draft.toml", &format!("{}\n{rule}", Playbook::example()));
    let draft = bed.run(&[&trial[..], &["--draft", "draft.toml"]].concat()).well();
    assert!(draft.contains("on the draft") && draft.contains("+60 technicians"), "{draft}");
    let json = bed.run(&[&trial[..], &["--draft", "draft.toml", "--json"]].concat()).json();
    assert_eq!(json[0]["score"]["parts"][0]["points"], 60, "{json}");
    assert!(json[0]["routed"]["team"].is_string() && json[0]["lead"].is_null(), "{json}");
    assert!(bed.run(&["playbook", "route", "--lead", "L-9999"]).refused(2).contains("no lead L-9999"));
    assert!(bed.run(&["playbook", "route"]).code != 0);
}

#[test]
fn a_draft_is_tried_on_the_leads_of_the_last_days() {
    let bed = Bed::new();
    bed.run(&["source", "add", "fair"]).well();
    bed.write("leads.csv", "Name,E-mail,Note\nDana,dana@acme.example,120 technicians\n=Ben,ben@example.com,hello\n");
    bed.run(&["import", "leads.csv", "--source", "fair"]).well();
    let rules = "[[route]]\nname = \"technicians\"\nwhen = 'lead.need.has(\"technicians\")'\nteam = \"world\"\n\n\
        [[route]]\nname = \"the moon\"\nwhen = 'lead.country == \"XX\"'\nteam = \"world\"\n\n[[route]]\nname = \"rest\"\nteam = \"dach\"\n";
    let example = Playbook::example().replace("[[source]]\nkey = \"world-demo\"\nteam = \"world\"\n", "");
    bed.write("draft.toml", &format!("{example}\n{rules}"));
    let told = bed.run(&["playbook", "replay", "draft.toml", "--csv", "list.csv"]).well();
    for said in [
        "The draft on the past · 2 leads of the last 30 days",
        "World",
        "Another team: 1 (50%)",
        "Never held: \"the moon\".",
        "L-1002",
    ] {
        assert!(told.contains(said), "{said:?} in {told}");
    }
    let list = bed.read("list.csv");
    assert!(list.contains("L-1001") && list.contains(",technicians,DACH,World,yes,"), "{list}");
    assert!(bed.run(&["playbook", "replay", "draft.toml", "--csv", "list.csv"]).refused(2).contains("there already"));
    let json = bed.run(&["playbook", "replay", "draft.toml", "--json"]).json();
    assert_eq!((&json["leads"], &json["another_team"], &json["catch_all"]["first"][0]), (&2.into(), &1.into(), &"L-1002".into()));
    assert_eq!(json["routes"][1]["ever_held"], false);
    let same = bed.run(&["playbook", "replay", "--json"]).json();
    assert_eq!((&same["leads"], &same["another_team"], &same["another_score"]), (&2.into(), &0.into(), &0.into()), "{same}");
    assert_eq!(bed.run(&["playbook", "replay", "--days", "366"]).code, 2);
    assert!(bed.run(&["playbook", "show"]).well().starts_with("Version 1,"), "nothing is put in force");
}

#[test]
fn the_schema_of_a_playbook_is_printed_for_editors() {
    let bed = Bed::new();
    let schema = bed.run(&["playbook", "schema"]).json();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert_eq!(schema["properties"]["team"]["items"]["required"], serde_json::json!(["key", "channel", "captain"]));
}
