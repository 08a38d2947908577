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

/// The names of the inputs of a form, and what stands in them.
fn inputs(form: &Answered) -> Vec<(String, String)> {
    let rows = form.form()["components"].as_array().expect("a form has rows");
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    rows.iter().map(|row| &row["components"][0]).map(|input| (text(&input["custom_id"]), text(&input["value"]))).collect()
}

/// A lead's story, as Ann reads it.
async fn story(bed: &Bed, lead: &str) -> String {
    bed.somebody("ann").command("lead why", &[("lead", lead)]).await.private().text()
}

#[tokio::test]
async fn no_budget_sleeps_until_the_next_quarter_and_comes_back_to_the_same_rep() {
    let bed = Bed::new().await;
    claimed(&bed).await;
    let form = disqualify(&bed, "No budget").await;
    let fields = inputs(&form);
    assert_eq!(fields[0].1, "2026-12-13", "ninety days are proposed");
    let ann = bed.somebody("ann");
    ann.send(&form, &[(&fields[0].0, &fields[0].1), (&fields[1].0, "ask again in the new year")]).await;
    let card = bed.card("leads", "ASLEEP");
    assert!(card.text().contains("No budget") && card.text().contains("Ann Berg"), "{}", card.text());
    bed.forward(Duration::days(92)).await;
    assert!(ann.direct().iter().any(|told| told.text().contains("back from its sleep")), "{:?}", ann.last_direct().text());
    assert!(!story(&bed, "L-1001").await.contains("turn was given back"));
    bed.ends_clean().await;
}

#[tokio::test]
async fn no_authority_keeps_it_with_a_task_and_makes_a_lead_of_who_decides() {
    let bed = Bed::new().await;
    claimed(&bed).await;
    let form = disqualify(&bed, "No authority").await;
    let fields = inputs(&form);
    let keys: Vec<&str> = fields.iter().map(|(key, _)| key.as_str()).collect();
    let ann = bed.somebody("ann");
    let wrong = ann.send(&form, &[(keys[0], "Max Keller, their CTO"), (keys[1], "max at acme"), (keys[2], "")]).await.private();
    assert!(wrong.text().contains("is no e-mail address"), "{}", wrong.text());
    let again = ann.press(&wrong, "Type it again").await;
    assert_eq!(inputs(&again)[0].1, "Max Keller, their CTO", "what was typed is still there");
    let typed = [(keys[0], "Max Keller, their CTO"), (keys[1], "Max@Acme-Robotics.de"), (keys[2], "")];
    let said = ann.send(&again, &typed).await.private().text();
    assert!(said.contains("Find the decision-maker") && said.contains("Who decides is L-1002"), "{said}");
    let card = bed.card("leads", "L-1001  ").text();
    assert!(card.contains("Ann Berg") && card.contains("L-1002 decides") && !card.contains("max@"), "{card}");
    let theirs = bed.card("leads", "L-1002  ").text();
    assert!(theirs.contains("Ann Berg") && theirs.contains("decides for L-1001") && !theirs.contains("max@"), "{theirs}");
    assert!(
        theirs.contains("named as who decides") && theirs.contains("Max K. (CTO)"),
        "no source of the company's gets the credit: {theirs}"
    );
    let details = ann.press(&bed.card("leads", "L-1002  "), "Details").await.private().text();
    assert!(details.contains("max@acme-robotics.de") && details.contains("decides for L-1001"), "{details}");
    ann.press(&bed.card("leads", "L-1002  "), "Reached").await;
    bed.forward(Duration::hours(26)).await;
    assert!(
        ann.direct().iter().any(|m| m.text().contains("L-1001") && m.text().contains("follow-up")),
        "{:?}",
        ann.last_direct().text()
    );
    bed.ends_clean().await;
}

#[tokio::test]
async fn who_decides_and_is_known_already_is_linked_with_the_lead_that_they_have() {
    let bed = Bed::new().await;
    bed.form("website", serde_json::json!({"name": "Max Keller", "email": "max@acme.example", "message": "Prices"})).await;
    bed.somebody("ben").press(&bed.card("leads", "Max"), "Claim").await;
    claimed(&bed).await;
    let form = disqualify(&bed, "No authority").await;
    let fields = inputs(&form);
    bed.somebody("ann").send(&form, &[(&fields[0].0, "Max"), (&fields[1].0, "max@acme.example"), (&fields[2].0, "")]).await;
    assert_eq!(bed.leads().await, 2, "no third lead");
    assert!(bed.card("leads", "L-1001  ").text().contains("decides for L-1002"));
    let told = bed.somebody("ben").last_direct().text();
    assert!(told.contains("decides for L-1002") && told.contains("Ann Berg"), "{told}");
    bed.ends_clean().await;
}

#[tokio::test]
async fn who_cannot_be_reached_sleeps_once_and_is_closed_the_second_time() {
    let bed = Bed::new().await;
    claimed(&bed).await;
    let ann = bed.somebody("ann");
    for channel in ["call", "email", "call", "email", "call"] {
        ann.command("lead log", &[("lead", "L-1001"), ("channel", channel), ("outcome", "no_answer")]).await;
        bed.forward(Duration::days(1)).await;
    }
    let said = disqualify(&bed, "Unreachable").await.private().text();
    assert!(said.contains("sleeps until"), "{said}");
    assert!(bed.card("leads", "ASLEEP").text().contains("Unreachable"));
    bed.forward(Duration::days(30) + Duration::minutes(1)).await;
    assert!(ann.last_direct().text().contains("back from its sleep"), "{}", ann.last_direct().text());
    let said = disqualify(&bed, "Unreachable").await.private().text();
    assert!(said.contains("closed as unqualified"), "one retry, then it is over: {said}");
    bed.ends_clean().await;
}

#[tokio::test]
async fn not_a_fit_says_what_does_not_fit_and_costs_the_turn_until_a_manager_agrees() {
    let bed = Bed::new().await;
    claimed(&bed).await;
    let form = disqualify(&bed, "Not a fit").await;
    let ann = bed.somebody("ann");
    ann.send(&form, &[(&inputs(&form)[0].0, "wants hardware")]).await;
    let card = bed.card("leads", "CLOSED");
    assert!(card.text().contains("Not a fit") && card.buttons() == ["Reopen", "Details"], "{}", card.text());
    let told = story(&bed, "L-1001").await;
    assert!(told.contains("wants hardware") && !told.contains("turn was given back"), "{told}");
    bed.ends_clean().await;
}

#[tokio::test]
async fn not_interested_is_left_alone_until_they_ask_themselves() {
    let bed = Bed::new().await;
    claimed(&bed).await;
    let form = disqualify(&bed, "Not interested").await;
    let ann = bed.somebody("ann");
    ann.send(&form, &[(&inputs(&form)[0].0, "bought elsewhere")]).await;
    let before = ann.direct().len();
    bed.forward(Duration::days(40)).await;
    assert_eq!(ann.direct().len(), before, "nobody is reminded of them");
    let met = [("name", "Dana Keller"), ("email", "dana.keller@example.com")];
    let refused = bed.somebody("ben").command("lead add", &met).await.private().text();
    assert!(refused.contains("asked never to be contacted again"), "{refused}");
    let told = story(&bed, "L-1001").await;
    assert!(!told.contains("turn was given back"), "{told}");
    bed.lead("Dana Keller", "We changed our minds").await;
    let card = bed.card("leads", "CAME BACK");
    assert!(card.text().contains("They came back themselves") && bed.leads().await == 1, "{}", card.text());
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_duplicate_ends_in_the_original_whose_owner_hears_of_it_and_gives_the_turn_back() {
    let bed = Bed::new().await;
    bed.form("website", serde_json::json!({"name": "D. Keller", "email": "dk@acme.example", "message": "Prices"})).await;
    let ben = bed.somebody("ben");
    ben.press(&bed.card("leads", "L-1001  "), "Claim").await;
    bed.form("website", serde_json::json!({"name": "Dana", "email": "dana@elsewhere.example", "message": "A demo"})).await;
    let ann = bed.somebody("ann");
    ann.press(&bed.card("leads", "L-1002  "), "Claim").await;
    let reasons = ann.press(&bed.card("leads", "L-1002  "), "Disqualify").await;
    let form = ann.choose(&reasons.private(), "Duplicate").await;
    ann.send(&form, &[(&inputs(&form)[0].0, "L-1001")]).await;
    assert!(bed.card("leads", "DUPLICATE").text().contains("into L-1001"));
    assert!(ben.last_direct().text().contains("L-1002"), "{}", ben.last_direct().text());
    assert!(story(&bed, "L-1002").await.contains("turn was given back"));
    bed.ends_clean().await;
}

#[tokio::test]
async fn spam_gives_the_turn_back_and_counts_against_its_source_alone() {
    let bed = Bed::new().await;
    claimed(&bed).await;
    disqualify(&bed, "Spam").await;
    assert!(story(&bed, "L-1001").await.contains("turn was given back"));
    let sources = bed.somebody("may").reads("report sources", "Website form").await;
    assert!(sources.lines().any(|line| line.contains("Website form") && line.contains("100")), "{sources}");
    bed.ends_clean().await;
}
