//! Sleeping leads are written to on a rhythm, and whatever ends the sleep ends it too.

use chrono::Duration;

use crate::bed::{Bed, PLAYBOOK, Seen};

/// Ann's leads, asleep for two months under the usual sequence; no mail server is named, so she is told to write.
async fn asleep(names: &[&str]) -> Bed {
    let bed = Bed::with(&format!("{PLAYBOOK}\n[[sequence]]\nkey = \"nurture\"\n")).await;
    bed.somebody("ben").command("help", &[]).await;
    let ann = bed.somebody("ann");
    for (number, name) in (1001..).zip(names) {
        let filled = serde_json::json!({"name": name, "email": address(name), "message": "A demo"});
        bed.form("website", filled).await;
        ann.press(&bed.card("leads", first(name)), "Claim").await;
        let sleep = [("lead", &*format!("L-{number}")), ("reason", "not_ready"), ("when", "in 60 days")];
        ann.command("lead dq", &sleep).await;
        assert!(bed.card("leads", first(name)).plain().contains("ASLEEP"));
    }
    bed
}

fn first(name: &str) -> &str {
    name.split(' ').next().expect("a name")
}

fn address(name: &str) -> String {
    format!("{}@example.com", first(name).to_lowercase())
}

/// Whom Ann was told to write to.
fn due(bed: &Bed) -> Vec<Seen> {
    bed.somebody("ann").direct().into_iter().filter(|told| told.plain().contains("is due for")).collect()
}

#[tokio::test]
async fn a_step_is_handed_to_who_had_it_once_and_the_lead_sleeps_on() {
    let bed = asleep(&["Dana Keller"]).await;
    let ann = bed.somebody("ann");
    bed.forward(Duration::days(13)).await;
    assert!(due(&bed).is_empty());
    bed.forward(Duration::days(3)).await;
    let told = due(&bed);
    assert!(told.len() == 1 && told[0].plain().contains("\"Product news\" is due for L-1001"), "{told:#?}");
    let shown = ann.press(&told[0], "Show the message").await;
    assert!(shown.private().plain().contains("something new has come out"), "{}", shown.private().plain());
    let logged = ann.press(&shown.private(), "Log as sent").await.private().plain();
    assert!(logged.contains("Logged for L-1001"), "{logged}");
    assert!(bed.card("leads", "Dana").plain().contains("ASLEEP"), "{}", bed.card("leads", "Dana").plain());
    bed.forward(Duration::days(46)).await;
    assert_eq!(due(&bed).len(), 1, "one step, once");
    assert!(ann.direct().iter().any(|told| told.plain().contains("is back from its sleep")));
    bed.ends_clean().await;
}

#[tokio::test]
async fn who_slept_before_a_sequence_was_in_force_is_written_to_from_then_on() {
    let bed = Bed::new().await;
    let ann = bed.somebody("ann");
    bed.form("website", serde_json::json!({"name": "Dana Keller", "email": address("Dana"), "message": "A demo"})).await;
    ann.press(&bed.card("leads", "Dana"), "Claim").await;
    ann.command("lead dq", &[("lead", "L-1001"), ("reason", "not_ready"), ("when", "in 60 days")]).await;
    bed.forward(Duration::days(3)).await;
    let with_it = format!("{PLAYBOOK}\n[[sequence]]\nkey = \"nurture\"\n");
    bed.core.store.apply_playbook(with_it, bed.by("test")).await.expect("the playbook is in force");
    bed.forward(Duration::days(13)).await;
    assert!(due(&bed).is_empty());
    bed.forward(Duration::days(3)).await;
    assert_eq!(due(&bed).len(), 1);
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_reply_a_request_a_claim_a_rep_and_a_list_end_it() {
    let bed = asleep(&["Dana Keller", "Evan Moss", "Finn Ode", "Gil Orr", "Hana Suzuki", "Ida Lund"]).await;
    let (ann, ben) = (bed.somebody("ann"), bed.somebody("ben"));
    let signals = bed.hook("website").replace("/hooks/", "/signals/");
    assert_eq!(bed.post(&signals, "application/json", r#"{"lead":"L-1001","kind":"replied"}"#).await, 200);
    bed.form("website", serde_json::json!({"name": "Evan Moss", "email": address("Evan"), "message": "Prices?"})).await;
    ben.press(&bed.card("leads", "Finn"), "Reopen to me").await;
    let shown = ann.press(&bed.card("leads", "Gil"), "Details").await.private();
    let stopped = ann.press(&shown, "Stop the sequence").await.private().plain();
    assert!(stopped.contains("nothing more is written to L-1004"), "{stopped}");
    bed.program(&["suppress", "add", &address("Hana")], &[]).await;
    bed.rest().await;
    assert!(bed.card("leads", "Hana").plain().contains("DO NOT CONTACT"), "{}", bed.card("leads", "Hana").plain());
    bed.forward(Duration::days(20)).await;
    let told: Vec<String> = due(&bed).iter().map(Seen::plain).collect();
    assert!(told.len() == 1 && told[0].contains("L-1006"), "Ida alone is still asleep and willing: {told:#?}");
    bed.ends_clean().await;
}
