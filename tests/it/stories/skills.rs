//! Routes ask for skills, and leads go only to those who have them.

use chrono::Duration;

use crate::bed::{Bed, PLAYBOOK};

const SKILLS: &str = r#"
[[skill]]
key = "german"
name = "German"

[[skill]]
key = "enterprise"
name = "Enterprise"

[[route]]
name = "everybody"
team = "dach"
require = ["german"]
prefer = ["enterprise"]
"#;

/// Ann and Ben are the team, Ann is first in turn, and each is asked for five minutes.
async fn team() -> Bed {
    let (teams, _) = PLAYBOOK.split_once("[[source]]").expect("the playbook sends a source somewhere");
    let ladder = r#"captain = "ann"
ladder = [
  { step = "offer", for = "5m", times = 2 },
  { step = "open", for = "10m" },
  { step = "assign", to = "captain" },
]"#;
    let bed = Bed::with(&format!("{}{SKILLS}", teams.replace(r#"captain = "ann""#, ladder))).await;
    bed.somebody("ben").command("help", &[]).await;
    bed
}

async fn skill(bed: &Bed, person: &str, skill: &str) -> String {
    let said = bed.somebody("may").command("team skill", &[("person", person), ("skill", skill)]).await;
    said.private().plain()
}

#[tokio::test]
async fn a_lead_is_offered_to_who_has_the_skill_and_nobody_else_may_claim_it() {
    let bed = team().await;
    let said = skill(&bed, "ben", "German").await;
    assert!(said.contains("Ben Ruiz has German now"), "{said}");
    bed.lead("Dana Keller", "Auf Deutsch, bitte").await;
    let (ann, ben) = (bed.somebody("ann"), bed.somebody("ben"));
    assert!(ben.last_direct().plain().contains("needs German, which you have"), "{}", ben.last_direct().plain());
    assert!(ann.direct().is_empty(), "Ann is first in turn, and cannot");
    assert!(bed.card("leads", "Dana").plain().contains("needs German, offered to Ben Ruiz"));
    bed.forward(Duration::minutes(5)).await;
    let card = bed.card("leads", "Dana");
    let refused = ann.press(&card, "Claim").await.private().plain();
    for told in ["L-1001 needs German, which is not among your skills", "Those of DACH who have it: Ben Ruiz"] {
        assert!(refused.contains(told), "{told:?} in {refused}");
    }
    ben.press(&card, "Claim").await;
    assert!(bed.card("leads", "Dana").plain().contains("Ben Ruiz"));
    bed.ends_clean().await;
}

#[tokio::test]
async fn who_has_what_is_preferred_is_asked_first_and_why_tells_it() {
    let bed = team().await;
    for (person, has) in [("ann", "german"), ("ben", "german"), ("ben", "enterprise")] {
        skill(&bed, person, has).await;
    }
    bed.lead("Dana Keller", "For 900 people").await;
    assert!(bed.card("leads", "Dana").plain().contains("offered to Ben Ruiz"));
    let why = bed.somebody("ann").command("lead why", &[("lead", "L-1001")]).await.private().plain();
    for told in ["sent it to DACH, needs German, prefers Enterprise", "offered to Ben Ruiz, chosen for Enterprise"] {
        assert!(why.contains(told), "{told:?} in {why}");
    }
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_lead_that_nobody_can_answer_comes_to_the_managers_with_the_reason() {
    let bed = team().await;
    bed.lead("Dana Keller", "Auf Deutsch, bitte").await;
    bed.forward(Duration::minutes(10)).await;
    let told = bed.channel("bosses").pop().expect("managers are told").plain();
    assert!(told.contains("nobody of the team can do what it needs") && told.contains("needs German"), "{told}");
    skill(&bed, "ann", "German").await;
    let given = bed.somebody("may").command("lead assign", &[("lead", "L-1001"), ("to", "ann"), ("reason", "yours")]).await;
    assert!(given.private().plain().contains("is now with Ann Berg"));
    bed.ends_clean().await;
}
