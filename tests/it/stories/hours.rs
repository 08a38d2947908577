//! People keep their own hours, and choose how they hear of things.

use chrono::Duration;

use crate::bed::{Bed, PLAYBOOK, Seen};

/// Each is asked for five minutes; then everybody.
const OFFERS: &str = r#"captain = "ann"
ladder = [
  { step = "offer", for = "5m", times = 2 },
  { step = "open", for = "60m" },
  { step = "assign", to = "captain" },
]"#;

/// Monday, nine o'clock in Berlin; Ann is first in turn.
async fn team() -> Bed {
    let bed = Bed::with(&PLAYBOOK.replace(r#"captain = "ann""#, OFFERS)).await;
    bed.somebody("ben").command("help", &[]).await;
    bed
}

fn card(bed: &Bed) -> Seen {
    bed.card("leads", "Dana")
}

#[tokio::test]
async fn outside_their_own_hours_nobody_is_asked_and_a_claim_says_until_when() {
    let bed = team().await;
    let (ann, ben) = (bed.somebody("ann"), bed.somebody("ben"));
    let said = ann.command("me hours", &[("hours", "Mo-Fr 13:00-17:00")]).await.private().plain();
    assert!(said.contains("Mo-Fr 13:00-17:00 (Europe/Berlin)"), "{said}");
    bed.lead("Dana Keller", "Need it").await;
    assert!(card(&bed).plain().contains("offered to Ben Ruiz"), "{}", card(&bed).plain());
    ben.press(&ben.last_direct(), "Pass").await;
    bed.forward(Duration::minutes(5)).await;
    let refused = ann.press(&card(&bed), "Claim").await.private().plain();
    assert!(refused.contains("outside your own hours until"), "{refused}");
    ann.command("me hours", &[]).await;
    let claimed = ann.press(&card(&bed), "Claim").await.private().plain();
    assert!(claimed.contains("is yours"), "{claimed}");
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_reminder_waits_until_the_owner_is_there_again() {
    let bed = team().await;
    let ann = bed.somebody("ann");
    bed.lead("Dana Keller", "Need it").await;
    ann.press(&card(&bed), "Accept").await;
    ann.press(&card(&bed), "Reached").await;
    ann.command("me hours", &[("hours", "Mo-Fr 09:00-12:00")]).await;
    bed.forward(Duration::hours(4)).await;
    let before = ann.direct().len();
    bed.form(
        "website",
        serde_json::json!({"name": "Dana Keller", "email": "dana.keller@example.com", "message": "And the price?"}),
    )
    .await;
    assert_eq!(ann.direct().len(), before, "it is one o'clock, and she is off");
    bed.forward(Duration::hours(20)).await;
    assert!(ann.last_direct().plain().contains("asked again"), "{}", ann.last_direct().plain());
    assert_eq!(ann.direct().len(), before + 1);
    bed.ends_clean().await;
}

#[tokio::test]
async fn who_chose_the_thread_is_warned_there_and_not_directly() {
    let bed = team().await;
    let ann = bed.somebody("ann");
    let chosen = ann.command("me notify", &[("what", "warnings"), ("by", "thread")]).await.private().plain();
    assert!(chosen.contains("cannot be switched off"), "{chosen}");
    bed.lead("Dana Keller", "Need it").await;
    assert!(ann.last_direct().plain().contains("is offered to you"), "offers still come directly");
    ann.press(&card(&bed), "Accept").await;
    let before = ann.direct().len();
    bed.forward(Duration::minutes(8)).await;
    assert_eq!(ann.direct().len(), before);
    let threads = bed.sandbox.threads(card(&bed).channel());
    let ids = threads.iter().map(|thread| thread["id"].as_str().expect("an id").parse().expect("a number"));
    let told: Vec<String> = ids.flat_map(|id| bed.sandbox.messages(id)).map(|message| Seen(message).plain()).collect();
    assert!(told.iter().any(|text| text.contains("waits for your first touch")), "{told:#?}");
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_warning_that_protects_a_promise_does_not_wait_behind_what_can() {
    let bed = Bed::new().await;
    let ann = bed.somebody("ann");
    bed.lead("Dana Keller", "Need it").await;
    ann.press(&card(&bed), "Claim").await;
    ann.command("me hours", &[("hours", "Mo-Fr 13:00-17:00")]).await;
    let again = serde_json::json!({"name": "Dana Keller", "email": "dana.keller@example.com", "message": "And the price?"});
    bed.form("website", again).await;
    assert!(ann.direct().is_empty(), "that can wait until one");
    bed.forward(Duration::minutes(8)).await;
    let warned = ann.last_direct().plain();
    assert!(warned.contains("waits for your first touch"), "it was promised before, and would be broken by one: {warned}");
    bed.forward(Duration::minutes(22)).await;
    let told: Vec<String> = ann.direct().iter().map(Seen::plain).collect();
    assert!(told.iter().all(|text| !text.contains("asked again")), "it is nobody's now: {told:#?}");
    bed.ends_clean().await;
}

#[tokio::test]
async fn who_chose_so_is_asked_in_the_channel_while_a_lead_has_no_thread() {
    let bed = team().await;
    let ann = bed.somebody("ann");
    ann.command("me notify", &[("what", "offers"), ("by", "thread")]).await;
    bed.lead("Dana Keller", "Need it").await;
    assert!(ann.direct().is_empty(), "{:?}", ann.direct());
    let asked: Vec<Seen> = bed.channel("leads").into_iter().filter(|seen| seen.plain().contains("is offered to you")).collect();
    assert_eq!(asked.len(), 1);
    assert!(asked[0].raw().contains(&ann.id().to_string()) && !asked[0].raw().contains("dana.keller@"), "{}", asked[0].raw());
    let accepted = ann.press(&asked[0], "Accept").await.private().plain();
    assert!(accepted.contains("dana.keller@example.com"), "{accepted}");
    bed.ends_clean().await;
}

#[tokio::test]
async fn what_would_have_been_said_again_and_again_meanwhile_is_said_once() {
    let bed = Bed::with(&format!("{PLAYBOOK}\n[promises]\nnot_reached = \"8h\"\n")).await;
    let (ann, ben) = (bed.somebody("ann"), bed.somebody("ben"));
    bed.lead("Dana Keller", "Need it").await;
    ann.press(&card(&bed), "Claim").await;
    ann.command("lead log", &[("lead", "L-1001"), ("channel", "call"), ("outcome", "no_answer")]).await;
    ben.command("me hours", &[("hours", "Mo 09:00-12:00")]).await;
    ann.command("me leave", &[("to", "in 20 days"), ("cover", "ben")]).await;
    bed.forward(Duration::days(6)).await;
    assert!(ben.direct().is_empty(), "he is off: {:#?}", ben.direct().iter().map(Seen::plain).collect::<Vec<_>>());
    bed.forward(Duration::days(1) + Duration::minutes(1)).await;
    let told: Vec<Seen> = ben.direct().into_iter().filter(|one| one.plain().contains("was not reached yet")).collect();
    assert_eq!(told.len(), 1, "{:#?}", told.iter().map(Seen::plain).collect::<Vec<_>>());
    assert!(!told[0].plain().contains("for you") && told[0].plain().contains("You cover for Ann Berg"), "{}", told[0].plain());
    assert!(told[0].buttons().contains(&"Log attempt".to_owned()), "{:?}", told[0].buttons());
    bed.ends_clean().await;
}

#[tokio::test]
async fn who_never_heard_of_a_question_does_not_hear_that_it_is_over() {
    let bed = team().await;
    let (ann, ben) = (bed.somebody("ann"), bed.somebody("ben"));
    bed.lead("Dana Keller", "Need it").await;
    ann.press(&card(&bed), "Accept").await;
    ben.command("me hours", &[("hours", "Tu-Fr 09:00-17:00")]).await;
    let asked = [("lead", "L-1001"), ("who", "ben"), ("question", "May I give a discount?")];
    let said = ann.command("lead help", &asked).await.private();
    ann.press(&said, "Take it back").await;
    bed.forward(Duration::days(1)).await;
    let told: Vec<String> = ben.direct().iter().map(Seen::plain).collect();
    assert!(told.iter().all(|one| !one.contains("help")), "{told:#?}");
    bed.ends_clean().await;
}
