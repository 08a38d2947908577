//! Every reason for ending work asks what it needs, and has its consequence.

use chrono::Duration;

use crate::bed::{Answered, Bed, Seen};

async fn claimed(bed: &Bed) -> Seen {
    bed.lead("Dana Keller", "Need it").await;
    bed.somebody("ann").press(&bed.card("leads", "Dana"), "Claim").await;
    bed.card("leads", "Dana")
}

async fn disqualify(bed: &Bed, reason: &str) -> Answered {
    let ann = bed.somebody("ann");
    let reasons = ann.press(&bed.card("leads", "Dana"), "Disqualify").await;
    ann.choose(&reasons.private(), reason).await
}

#[tokio::test]
async fn spam_needs_nothing_and_is_over() {
    let bed = Bed::new().await;
    claimed(&bed).await;
    disqualify(&bed, "Spam").await;
    let card = bed.card("leads", "Dana");
    assert_eq!(card.buttons(), ["Reopen", "Details"]);
    bed.ends_clean().await;
}

#[tokio::test]
async fn not_ready_asks_when_sleeps_and_comes_back_to_the_same_rep() {
    let bed = Bed::new().await;
    claimed(&bed).await;
    let form = disqualify(&bed, "Not ready").await;
    let field = form.form()["components"][0]["components"][0]["custom_id"].as_str().unwrap().to_owned();
    let ann = bed.somebody("ann");
    let refused = ann.send(&form, &[(&field, "the day after whenever")]).await;
    assert!(
        refused.private().text().contains("tomorrow"),
        "an unreadable date is answered with examples: {}",
        refused.private().text()
    );
    let form = disqualify(&bed, "Not ready").await;
    ann.send(&form, &[(&field, "in 30 days")]).await;
    let card = bed.card("leads", "Dana");
    assert_eq!(card.buttons(), ["Reopen to me", "Details"]);
    bed.forward(Duration::days(33)).await;
    assert!(ann.direct().iter().any(|m| m.text().contains("L-1001")), "{:?}", ann.direct());
    bed.ends_clean().await;
}

#[tokio::test]
async fn unreachable_says_what_is_missing() {
    let bed = Bed::new().await;
    claimed(&bed).await;
    let said = disqualify(&bed, "Unreachable").await.private().text();
    assert!(said.contains('5') && said.contains('2'), "{said}");
    assert!(bed.card("leads", "Dana").text().contains("Ann Berg"));
    bed.ends_clean().await;
}

#[tokio::test]
async fn other_wants_words() {
    let bed = Bed::new().await;
    claimed(&bed).await;
    let form = disqualify(&bed, "Other").await;
    let input = &form.form()["components"][0]["components"][0];
    assert_eq!(input["min_length"], 10);
    let field = input["custom_id"].as_str().unwrap().to_owned();
    bed.somebody("ann").send(&form, &[(&field, "their plant burnt down")]).await;
    assert_eq!(bed.card("leads", "Dana").buttons(), ["Reopen", "Details"]);
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_closed_lead_is_reopened_by_its_owner_but_not_when_they_asked_never_to_be_contacted() {
    let bed = Bed::new().await;
    claimed(&bed).await;
    disqualify(&bed, "Spam").await;
    let ann = bed.somebody("ann");
    let denied = bed.somebody("ben").press(&bed.card("leads", "Dana"), "Reopen").await;
    assert!(!denied.private().text().is_empty());
    ann.press(&bed.card("leads", "Dana"), "Reopen").await;
    assert!(bed.card("leads", "Dana").buttons().contains(&"Log attempt".to_owned()));
    let answer = disqualify(&bed, "Not interested").await;
    if answer.kind() == "modal" {
        ann.send(&answer, &[]).await;
    }
    let card = bed.card("leads", "Dana");
    assert!(card.text().contains("DO NOT CONTACT"), "{}", card.text());
    assert_eq!(card.buttons(), ["Details"], "only their own new request reopens it");
    bed.ends_clean().await;
}
