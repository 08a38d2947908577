//! What a lead is worth changes with time and with what is done, and its card says so.

use chrono::Duration;

use crate::bed::{Bed, PLAYBOOK};

const RULES: &str = r#"
[[score]]
when = 'lead.source == "website"'
points = 20
why = "our own form"

[[score]]
when = "lead.age_days < 2"
points = 15
why = "fresh"

[[score]]
when = "lead.reached"
points = 25
why = "we talked"

[[score]]
when = "lead.quiet_days >= 3"
points = -10
why = "quiet"
"#;

async fn ruled() -> Bed {
    let (teams, _) = PLAYBOOK.split_once("[[source]]").expect("the playbook sends a source somewhere");
    Bed::with(&format!("{teams}{RULES}")).await
}

async fn told(bed: &Bed) -> String {
    let shown = bed.somebody("ann").command("lead show", &[("lead", "L-1001")]).await.private().plain();
    shown.lines().find(|line| line.starts_with("Score")).expect("it has a score").to_owned()
}

#[tokio::test]
async fn a_lead_is_worth_what_time_and_work_make_of_it() {
    let bed = ruled().await;
    bed.lead("Dana Keller", "A demo").await;
    assert!(bed.card("leads", "Dana").plain().contains("+15 fresh"), "{}", bed.card("leads", "Dana").plain());
    bed.somebody("ann").press(&bed.card("leads", "Dana"), "Claim").await;
    bed.somebody("ann").press(&bed.card("leads", "Dana"), "Reached").await;
    let now = told(&bed).await;
    assert!(now.contains("+25 we talked") && now.contains("+15 fresh"), "{now}");
    bed.forward(Duration::days(2)).await;
    let now = told(&bed).await;
    assert!(!now.contains("fresh") && !now.contains("quiet"), "nobody did anything, the day did: {now}");
    bed.forward(Duration::days(1)).await;
    let now = told(&bed).await;
    assert!(now.contains("-10 quiet"), "{now}");
    bed.somebody("ann").command("lead note", &[("lead", "L-1001"), ("text", "They call back")]).await;
    let now = told(&bed).await;
    assert!(!now.contains("quiet"), "{now}");
    bed.ends_clean().await;
}

#[tokio::test]
async fn leads_under_way_are_worth_what_a_new_playbook_says() {
    let bed = Bed::new().await;
    bed.lead("Dana Keller", "A demo").await;
    assert!(!bed.card("leads", "Dana").plain().contains("our own form"));
    let (teams, _) = PLAYBOOK.split_once("[[source]]").expect("the playbook sends a source somewhere");
    bed.core.store.apply_playbook(format!("{teams}{RULES}"), bed.by("test")).await.expect("the playbook is in force");
    bed.rest().await;
    assert!(bed.card("leads", "Dana").plain().contains("+20 our own form"), "{}", bed.card("leads", "Dana").plain());
    let rev = bed.core.store.lead(leadbell::domain::ids::LeadId(1001)).await.expect("it can be read").expect("it is there").rev;
    let bed = bed.restart().await;
    bed.rest().await;
    let now = bed.core.store.lead(leadbell::domain::ids::LeadId(1001)).await.expect("it can be read").expect("it is there").rev;
    assert_eq!(rev, now, "another process finds nothing to change");
    bed.ends_clean().await;
}
