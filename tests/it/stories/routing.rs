//! Rules say what a lead is worth and which team gets it, and everybody can read why.

use crate::bed::{Bed, PLAYBOOK};

const RULES: &str = r#"
[[score]]
when = 'lead.need.has("technicians")'
points = 60
why = "technicians"

[[score]]
when = 'lead.source == "website"'
points = 10
why = "our own form"

[[route]]
name = "French fair"
when = 'lead.country == "FR" && lead.source == "fair"'
team = "dach"

[[route]]
name = "many people"
when = 'lead.score >= 60'
team = "dach"

[[route]]
name = "everything else"
team = "world"
"#;

async fn ruled() -> Bed {
    // What a source says is a rule as well, and would come too late here.
    let (teams, _) = PLAYBOOK.split_once("[[source]]").expect("the playbook sends a source somewhere");
    Bed::with(&format!("{teams}{RULES}")).await
}

#[tokio::test]
async fn the_card_shows_the_score_with_its_reasons_and_why_tells_each_rule() {
    let bed = ruled().await;
    bed.lead("Dana Keller", "Scheduling for 120 technicians").await;
    let card = bed.card("leads", "Dana").plain();
    assert!(card.contains("hot") && card.contains("+60 technicians") && card.contains("+10 our own form"), "{card}");
    let why = bed.somebody("ann").command("lead why", &[("lead", "L-1001")]).await.private().plain();
    for told in [r#"rule "many people" sent it to DACH"#, r#"not "French fair""#, r#"lead.country == "FR""#, "does not hold"] {
        assert!(why.contains(told), "{told:?} in {why}");
    }
    bed.lead("Evan Moss", "A question").await;
    assert!(bed.card("world", "Evan").plain().contains("+10 our own form"));
    bed.ends_clean().await;
}

#[tokio::test]
async fn hot_leads_come_first_among_those_that_wait() {
    let bed = ruled().await;
    bed.somebody("may").command("team add", &[("person", "ann"), ("team", "World")]).await;
    bed.lead("Evan Moss", "A question").await;
    bed.forward(chrono::Duration::minutes(1)).await;
    bed.lead("Dana Keller", "Scheduling for 120 technicians").await;
    let ann = bed.somebody("ann");
    let next = ann.command("lead next", &[]).await.private().plain();
    assert!(next.contains("L-1002"), "{next}");
    let list = ann.command("lead list", &[("which", "waiting")]).await.private().plain();
    assert!(list.find("L-1002").unwrap() < list.find("L-1001").unwrap(), "{list}");
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_manager_reads_the_rules_and_tries_a_lead_on_them_without_writing() {
    let bed = ruled().await;
    let may = bed.somebody("may");
    let rules = may.command("route list", &[]).await.private().plain();
    for told in
        [r#"1. "French fair" to DACH when"#, r#"3. "everything else" to World always"#, "+60", "Hot from 70, warm from 40"]
    {
        assert!(rules.contains(told), "{told:?} in {rules}");
    }
    let options = [("source", "fair"), ("country", "Germany"), ("message", "120 technicians")];
    let tried = may.command("route test", &options).await.private().plain();
    for told in [
        "made-up lead",
        "+60 technicians",
        r#"not "French fair""#,
        r#"Goes by "many people" to DACH"#,
        "Ann Berg",
        "Nothing was written",
    ] {
        assert!(tried.contains(told), "{told:?} in {tried}");
    }
    assert_eq!(bed.leads().await, 0);

    bed.lead("Dana Keller", "Scheduling for 120 technicians").await;
    let tried = may.command("route test", &[("lead", "L-1001")]).await.private().plain();
    assert!(tried.contains("L-1001 Dana K.") && tried.contains("many people"), "{tried}");
    assert_eq!(bed.core.store.lead("L-1001".parse().unwrap()).await.unwrap().unwrap().rev, 1);
    let refused = bed.somebody("ann").command("route test", &[("source", "fair")]).await.private().plain();
    assert!(!refused.contains("Goes by"), "reps read /lead why: {refused}");
    bed.ends_clean().await;
}
