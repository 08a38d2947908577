//! `/route replay`.

use insta::assert_snapshot;

use super::playbooks::{attach, file};
use super::*;

/// Asks the next in turn in DACH, and sends what is urgent to World.
fn draft() -> String {
    let rules = "[[score]]\nwhen = 'lead.company == \"Acme\"'\npoints = 80\nwhy = \"Acme\"\n\n[[route]]\nname = \"hot ones\"\nwhen = 'lead.tier == \"hot\"'\nteam = \"world\"\n\n\
        [[route]]\nname = \"rest\"\nteam = \"dach\"\n";
    let written =
        Playbook::example().replacen("{ step = \"open\", for = \"10m\" }", "{ step = \"offer\", for = \"10m\", times = 2 }", 1);
    format!("{}\n{rules}", written.replace("[[source]]\nkey = \"world-demo\"\nteam = \"world\"\n", ""))
}

#[tokio::test]
async fn a_draft_is_tried_on_the_past_without_writing_anything() {
    let bed = Bed::new().await;
    bed.says(ben(), "fairness", []).await;
    let old = bed.lead("Olga Petrova", "Long Ago").await;
    bed.passes(Duration::days(40));
    for (name, company) in [("Dana Keller", "Acme"), ("Evan Moss", "Moss"), ("Finn Ode", "Ode")] {
        bed.lead(name, company).await;
        bed.passes(Duration::minutes(2));
    }
    let next = bed.says(ann(), "lead next", []).await;
    bed.presses(ann(), "Claim", view(&next)).await;
    attach(&bed, draft());
    let revs = |bed: &Bed| {
        let store = bed.desk.store.clone();
        async move {
            let mut revs = Vec::new();
            for id in 1001..=1004 {
                revs.push(store.lead(LeadId(id)).await.unwrap().unwrap().rev);
            }
            revs
        }
    };
    let before = revs(&bed).await;
    let answer = bed.says(may(), "route replay", file()).await;
    assert_snapshot!(seen(&answer), @"
    The draft on the past · 3 leads of the last 30 days
    `Team   Then  Draft  In  Out
    DACH      3      2   0    1
    World     0      1   1    0

    Tier  Then  Draft   ±
    hot      0      1  +1
    warm     0      0   0
    cold     3      2  -1

    Rep  Team  Got  Draft   ±
    Ben  DACH    0      1  +1
    Ann  DACH    0      1  +1`
    Another team: 1 (33%). Another tier: 1 (33%), another score: 1. First touch due: later for 1, by 3 h 50 on average.
    Without a turn: 1 lead open to whoever of the team takes them.
    Only the catch-all held for 2 leads: L-1003, L-1004.
    Turns: as if everybody of today's teams were there and took what they are asked about. Nothing was written.
    ");
    assert_eq!((revs(&bed).await, bed.desk.store.playbook().version), (before, 1), "nothing was written");
    let [list] = view(&answer).files.as_slice() else { panic!("one file") };
    let list = String::from_utf8(list.bytes.clone()).unwrap();
    assert_eq!(list.lines().count(), 4, "the old one came in before: {list}");
    assert!(!list.contains(&format!("{old},")), "{list}");
}

#[tokio::test]
async fn the_rules_in_force_are_tried_where_no_file_is_attached() {
    let bed = Bed::new().await;
    bed.lead("Dana Keller", "Acme").await;
    bed.passes(Duration::days(3));
    assert_snapshot!(seen(&bed.says(may(), "route replay", [("days", OptionValue::Integer(7))]).await), @r#"
    The rules in force on the past · 1 lead of the last 7 days
    `Team  Then  Now  In  Out
    DACH     1    1   0    0

    Tier  Then  Now  ±
    hot      0    0  0
    warm     0    0  0
    cold     1    1  0`
    Another team: 0 (0%). Another tier: 0 (0%), another score: 0. First touch due: as it was. In time: 0%.
    Without a turn: 1 lead open to whoever of the team takes them.
    Never held: "‹source world-demo›".
    Only the catch-all held for 1 lead: L-1001.
    Turns: as if everybody of today's teams were there and took what they are asked about. Nothing was written.
    "#);
    let shorter = seen(&bed.says(may(), "route replay", [("days", OptionValue::Integer(2))]).await);
    assert!(shorter.contains("there is nothing to try them on"), "{shorter}");
    assert_snapshot!(seen(&bed.says(may(), "route replay", [("days", OptionValue::Integer(400))]).await), @"Write how many days to look back: a whole number from 1 to 365.");
    assert!(seen(&bed.says(ann(), "route replay", []).await).contains("is for managers"));
}
