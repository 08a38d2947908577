//! A manager tries a draft on what came in before it is put in force.

use chrono::Duration;

use crate::bed::{Bed, PLAYBOOK};

/// Asks in turn in DACH; what mentions technicians goes to World.
fn draft() -> String {
    let (teams, _) = PLAYBOOK.split_once("[[source]]").expect("the playbook sends a source somewhere");
    let asked = teams.replacen(
        "captain = \"ann\"",
        "captain = \"ann\"\nladder = [{ step = \"offer\", for = \"5m\", times = 2 }, { step = \"assign\", to = \"captain\" }]",
        1,
    );
    let rules = r#"
[[route]]
name = "technicians"
when = 'lead.need.has("technicians")'
team = "world"

[[route]]
name = "the moon"
when = 'lead.country == "XX"'
team = "world"

[[route]]
name = "everything else"
team = "dach"
"#;
    format!("{asked}{rules}")
}

#[tokio::test]
async fn a_draft_is_tried_on_the_leads_of_the_last_days_and_everything_stays_as_it_is() {
    let bed = Bed::new().await;
    for name in ["ann", "ben"] {
        bed.somebody(name).command("fairness", &[]).await;
    }
    bed.lead("Dana Keller", "Scheduling for 120 technicians").await;
    bed.lead("Evan Moss", "A question").await;
    bed.forward(Duration::minutes(3)).await;
    bed.somebody("ann").press(&bed.card("leads", "Evan"), "Claim").await;
    // She asks again, now about technicians: rules see what came in first.
    bed.lead("Evan Moss", "Also for 40 technicians").await;
    bed.lead("Finn Ode", "A question, too").await;
    let may = bed.somebody("may");
    let seen = may.command_with_file("route replay", &[("days", "7")], ("draft.toml", &draft())).await.private();
    let told = seen.plain();
    for said in [
        "The draft on the past · 3 leads of the last 7 days",
        "Another team: 1 (33%)",
        "Never held: \"the moon\"",
        "Only the catch-all held for 2 leads: L-1002, L-1003",
        "Nothing was written",
    ] {
        assert!(told.contains(said), "{said:?} in {told}");
    }
    let line = |name: &str| told.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("{name} in {told}"));
    assert_eq!(line("World").split_whitespace().collect::<Vec<_>>(), ["World", "0", "1", "1", "0"]);
    assert_eq!(line("Ben").split_whitespace().collect::<Vec<_>>(), ["Ben", "Ruiz", "DACH", "0", "1", "+1"], "turns go round");
    let list = String::from_utf8(seen.file(&bed, "replay.csv")).expect("text");
    assert!(list.contains("L-1001") && list.contains(",technicians,DACH,World,yes,"), "{list}");
    assert_eq!(bed.core.store.playbook().version, 1);
    assert_eq!(bed.core.store.lead("L-1001".parse().unwrap()).await.unwrap().unwrap().rev, 1);

    let refused = bed.somebody("ann").command_with_file("route replay", &[], ("draft.toml", &draft())).await.private().plain();
    assert!(refused.contains("is for managers"), "{refused}");
    let broken = may.command_with_file("route replay", &[], ("draft.toml", "[company]\nnam = \"Acme\"")).await.private().plain();
    assert!(broken.contains("did you mean `name`?"), "{broken}");
    bed.ends_clean().await;
}
