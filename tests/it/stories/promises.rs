//! Somebody has it: from then on it is not let go.

use chrono::Duration;

use crate::bed::Bed;

#[tokio::test]
async fn a_claim_that_is_never_worked_is_warned_about_and_goes_back_to_the_team() {
    let bed = Bed::new().await;
    bed.lead("Dana Keller", "Need it").await;
    let ann = bed.somebody("ann");
    ann.press(&bed.card("leads", "Dana"), "Claim").await;
    bed.forward(Duration::minutes(8)).await;
    assert_eq!(ann.direct().len(), 1, "warned at half the time");
    bed.forward(Duration::minutes(22)).await;
    let told = ann.last_direct().text();
    assert!(told.contains("L-1001"), "{told}");
    assert_eq!(bed.card("leads", "Dana").buttons(), ["Claim", "Not for us", "Details"]);
    let cooling = ann.press(&bed.card("leads", "Dana"), "Claim").await.private().text();
    assert!(cooling.contains("<t:"), "{cooling}");
    bed.ends_clean().await;
}

#[tokio::test]
async fn an_attempt_in_two_taps_keeps_the_promise() {
    let bed = Bed::new().await;
    bed.lead("Dana Keller", "Need it").await;
    let ann = bed.somebody("ann");
    ann.press(&bed.card("leads", "Dana"), "Claim").await;
    let channels = ann.press(&bed.card("leads", "Dana"), "Log attempt").await;
    let outcomes = ann.press(&channels.private(), "Call").await;
    ann.press(&outcomes.private(), "No answer").await;
    assert!(bed.card("leads", "Dana").text().to_lowercase().contains("call"), "{}", bed.card("leads", "Dana").text());
    let before = ann.direct().len();
    bed.forward(Duration::minutes(40)).await;
    assert_eq!(ann.direct().len(), before, "no warning, no release");
    assert!(bed.card("leads", "Dana").text().contains("Ann Berg"));
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_plan_is_reminded_of_at_its_time() {
    let bed = Bed::new().await;
    bed.lead("Dana Keller", "Need it").await;
    let ann = bed.somebody("ann");
    ann.press(&bed.card("leads", "Dana"), "Claim").await;
    ann.command("lead follow", &[("lead", "L-1001"), ("when", "tomorrow 9:00"), ("note", "send the offer")]).await;
    bed.forward(Duration::hours(23)).await;
    assert!(ann.direct().is_empty());
    bed.forward(Duration::hours(1)).await;
    assert!(ann.last_direct().text().contains("L-1001"), "{}", ann.last_direct().text());
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_plan_that_is_never_done_is_questioned_and_then_released() {
    let bed = Bed::new().await;
    bed.lead("Dana Keller", "Need it").await;
    let ann = bed.somebody("ann");
    ann.press(&bed.card("leads", "Dana"), "Claim").await;
    ann.command("lead follow", &[("lead", "L-1001"), ("when", "tomorrow 9:00")]).await;
    bed.forward(Duration::days(4)).await;
    let question = ann.last_direct();
    assert!(question.buttons().iter().any(|b| b.contains("still mine")), "{:?} {}", question.buttons(), question.text());
    bed.forward(Duration::days(1)).await;
    assert!(!bed.card("leads", "Dana").text().contains("yours"));
    let lead = bed.core.store.lead("1001".parse().unwrap()).await.unwrap().unwrap();
    assert!(lead.course.cooling.len() == 1, "it was taken back once: {:?}", lead.course.state);
    bed.ends_clean().await;
}

#[tokio::test]
async fn who_takes_no_direct_messages_is_told_in_the_thread_without_contact_data() {
    let bed = Bed::new().await;
    let ann = bed.somebody("ann");
    bed.sandbox.set_dms_open(ann.id(), false);
    bed.lead("Dana Keller", "Need it").await;
    ann.press(&bed.card("leads", "Dana"), "Claim").await;
    bed.forward(Duration::minutes(8)).await;
    let thread = bed.sandbox.threads(bed.sandbox.channel_by_name("leads").unwrap())[0]["id"].as_str().unwrap().parse().unwrap();
    let told: Vec<_> = bed.sandbox.messages(thread).into_iter().map(crate::bed::Seen).collect();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].rings(), ["ann"]);
    assert!(!told[0].raw().contains("dana.keller@"));
    bed.ends_clean().await;
}
