//! The same person again is not a second lead.

use chrono::Duration;
use serde_json::{Value, json};

use crate::bed::{Bed, PLAYBOOK, Seen};

fn dana(need: &str) -> Value {
    json!({"name": "Dana Keller", "email": "dana@acme-robotics.de", "company": "Acme Robotics GmbH", "message": need})
}

fn card(bed: &Bed) -> Seen {
    bed.card("leads", "L-1001  ")
}

async fn owned(bed: &Bed) {
    bed.form("website", dana("A demo, please")).await;
    bed.somebody("ann").press(&card(bed), "Claim").await;
}

async fn disqualify(bed: &Bed, reason: &str) {
    let ann = bed.somebody("ann");
    let reasons = ann.press(&card(bed), "Disqualify").await;
    let answer = ann.choose(&reasons.private(), reason).await;
    if answer.kind() == "modal" {
        let field = answer.form()["components"][0]["components"][0]["custom_id"].as_str().expect("an input has a key").to_owned();
        let said = if reason == "Not ready" { "in 30 days" } else { "they make bicycles" };
        ann.send(&answer, &[(&field, said)]).await;
    }
}

#[tokio::test]
async fn a_second_request_joins_the_lead_bumps_its_card_and_tells_its_owner() {
    let bed = Bed::new().await;
    owned(&bed).await;
    let before = card(&bed);
    bed.forward(Duration::minutes(2)).await;
    let phone = json!({"name": "Dana Keller", "email": "Dana@Acme-Robotics.de", "phone": "+49 30 23125 014", "message": "What does it cost?"});
    bed.form("fair", phone).await;
    assert_eq!(bed.leads().await, 1);
    let now = card(&bed);
    assert_ne!(before.id(), now.id(), "the card is posted anew");
    assert!(
        now.text().contains("What does it cost?") && now.text().contains("2nd request from acme-robotics.de"),
        "{}",
        now.text()
    );
    assert!(bed.channel("world").is_empty(), "it stays with the team that has it");
    let told = bed.somebody("ann").last_direct().text();
    assert!(told.contains("asked again: 2nd request in") && told.contains("What does it cost?"), "{told}");
    let lead =
        bed.core.store.find_leads(&leadbell::store::LeadFilter { limit: 9, ..Default::default() }).await.unwrap().remove(0);
    assert_eq!(lead.profile.contact.phone_e164.as_deref(), Some("+493023125014"), "what was empty is filled");
    let shown = bed.somebody("ann").press(&now, "Details").await.private().text();
    assert!(shown.contains("Requests") && shown.contains("A demo, please"), "the first request can be read: {shown}");
    bed.ends_clean().await;
}

#[tokio::test]
async fn the_same_delivery_twice_is_one_submission_and_another_source_is_a_second() {
    let bed = Bed::new().await;
    for _ in 0..3 {
        bed.form("website", json!({"id": "f-1", "name": "Dana", "email": "dana@acme-robotics.de"})).await;
    }
    bed.forward(Duration::days(8)).await;
    bed.form("website", json!({"id": "f-1", "name": "Dana", "email": "dana@acme-robotics.de"})).await;
    assert_eq!(bed.leads().await, 1);
    let log = bed.core.store.log(leadbell::domain::ids::LeadId(1001)).await.unwrap();
    assert!(log.iter().all(|line| line.kind != "came_again"), "a delivery that comes twice is no second request");
    bed.form("fair", json!({"id": "f-1", "name": "Dana", "email": "dana@acme-robotics.de"})).await;
    assert_eq!(bed.leads().await, 1);
    assert!(card(&bed).text().contains("2nd request"), "{}", card(&bed).text());
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_request_ends_a_sleep_at_once() {
    let bed = Bed::new().await;
    owned(&bed).await;
    disqualify(&bed, "Not ready").await;
    assert!(card(&bed).text().contains("ASLEEP"));
    bed.forward(Duration::hours(2)).await;
    bed.form("website", dana("Now we are ready")).await;
    assert!(card(&bed).text().contains("Owner") && card(&bed).text().contains("Ann Berg"), "{}", card(&bed).text());
    assert!(bed.somebody("ann").direct().iter().any(|m| m.text().contains("asked again")));
    bed.ends_clean().await;
}

#[tokio::test]
async fn who_was_not_interested_comes_back_only_by_themselves() {
    let bed = Bed::new().await;
    owned(&bed).await;
    disqualify(&bed, "Not interested").await;
    let by_hand = [("name", "Dana Keller"), ("email", "dana@acme-robotics.de")];
    let refused = bed.somebody("ben").command("lead add", &by_hand).await.private().text();
    assert!(refused.contains("asked never to be contacted again"), "{refused}");
    assert!(card(&bed).text().contains("DO NOT CONTACT"));
    bed.forward(Duration::days(200)).await;
    bed.form("website", dana("We need it after all")).await;
    assert_eq!(bed.leads().await, 1);
    let text = card(&bed).text();
    assert!(text.contains("CAME BACK") && text.contains("They came back themselves") && text.contains("Ann Berg"), "{text}");
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_closed_lead_is_reopened_within_the_window_and_spam_never() {
    let bed = Bed::new().await;
    owned(&bed).await;
    disqualify(&bed, "Not a fit").await;
    bed.forward(Duration::days(80)).await;
    bed.form("website", dana("We have trucks now")).await;
    assert_eq!(bed.leads().await, 1);
    assert!(card(&bed).buttons().contains(&"Log attempt".to_owned()));
    disqualify(&bed, "Not a fit").await;
    bed.forward(Duration::days(91)).await;
    bed.form("website", dana("And vans")).await;
    assert_eq!(bed.leads().await, 2, "after so long it is another need");
    let newer = bed.card("leads", "L-1002  ");
    let ann = bed.somebody("ann");
    ann.press(&newer, "Claim").await;
    let reasons = ann.press(&bed.card("leads", "L-1002  "), "Disqualify").await;
    ann.choose(&reasons.private(), "Spam").await;
    bed.form("website", dana("And bicycles")).await;
    assert_eq!(bed.leads().await, 3, "what was removed never was a lead");
    bed.ends_clean().await;
}

#[tokio::test]
async fn others_of_the_same_company_are_named_and_free_mail_is_no_company() {
    let bed = Bed::new().await;
    owned(&bed).await;
    bed.form("website", json!({"name": "Eve Adler", "email": "eve@mail.acme-robotics.de", "message": "Prices?"})).await;
    let text = bed.card("leads", "L-1002  ").text();
    assert!(text.contains("also from acme-robotics.de: L-1001 (**Ann Berg**)"), "{text}");
    bed.form("website", json!({"name": "Flo", "email": "flo@gmx.de", "message": "Hi"})).await;
    bed.form("website", json!({"name": "Gil", "email": "gil@gmx.de", "message": "Hi"})).await;
    assert!(!bed.card("leads", "L-1004").text().contains("also from"));
    bed.ends_clean().await;
}

#[tokio::test]
async fn what_comes_from_a_subsidiary_goes_to_who_looks_after_the_parent() {
    let group = "\n[[group]]\nname = \"Acme Holding\"\ndomains = [\"acme.com\", \"acme-robotics.de\"]\n";
    let bed = Bed::with(&format!("{PLAYBOOK}{group}")).await;
    owned(&bed).await;
    bed.form("website", json!({"name": "Eve Adler", "email": "eve@acme.com", "message": "Prices?"})).await;
    let text = bed.card("leads", "L-1002  ").text();
    assert!(text.contains("also from Acme Holding: L-1001 (**Ann Berg**)"), "{text}");
    assert!(text.contains("**Owner** **Ann Berg**"), "{text}");
    bed.form("website", json!({"name": "Flo", "email": "flo@acme-robots.de", "message": "Hi"})).await;
    assert!(!bed.card("leads", "L-1003  ").text().contains("also from"), "another company");
    bed.ends_clean().await;
}

#[tokio::test]
async fn who_gave_a_lead_back_does_not_get_the_next_one_of_its_company_for_it() {
    let bed = Bed::new().await;
    owned(&bed).await;
    bed.somebody("ann").command("lead undo", &[("lead", "L-1001")]).await;
    bed.form("website", json!({"name": "Evan Moss", "email": "evan@acme-robotics.de", "message": "Prices"})).await;
    let next = bed.card("leads", "L-1002  ").plain();
    assert!(next.contains("open to the team") && next.contains("L-1001"), "{next}");
    bed.somebody("ann").press(&card(&bed), "Claim").await;
    bed.form("website", json!({"name": "Fay Ode", "email": "fay@acme-robotics.de", "message": "Prices"})).await;
    assert!(bed.card("leads", "L-1003  ").plain().contains("Owner Ann Berg"), "she has one of theirs now");
    bed.ends_clean().await;
}
