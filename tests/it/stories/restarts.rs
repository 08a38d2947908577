//! The process dies; nobody notices.

use chrono::Duration;

use crate::bed::Bed;

#[tokio::test]
async fn after_a_restart_the_clocks_run_on_as_if_nothing_had_happened() {
    let bed = Bed::new().await;
    bed.lead("Dana Keller", "Need it").await;
    bed.somebody("ann").press(&bed.card("leads", "Dana"), "Claim").await;
    let bed = bed.restart().await;
    bed.rest().await;
    assert_eq!(bed.channel("leads").len(), 1, "no second card");
    bed.forward(Duration::minutes(30)).await;
    assert_eq!(bed.card("leads", "Dana").buttons(), ["Claim", "Not for us", "Details"]);
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_button_drawn_before_the_restart_still_works() {
    let bed = Bed::new().await;
    bed.lead("Dana Keller", "Need it").await;
    let card = bed.card("leads", "Dana");
    let bed = bed.restart().await;
    bed.somebody("ben").press(&card, "Claim").await;
    assert!(bed.card("leads", "Dana").text().contains("Ben Ruiz"));
    bed.ends_clean().await;
}

#[tokio::test]
async fn what_was_accepted_but_not_worked_is_worked_after_the_restart() {
    let bed = Bed::new().await;
    assert_eq!(
        bed.post(&bed.hook("website"), "application/json", r#"{"name":"Dana Keller","email":"dana@example.com"}"#).await,
        200
    );
    let bed = bed.restart().await;
    bed.rest().await;
    bed.card("leads", "Dana K.");
    bed.ends_clean().await;
}
