//! Data that is wrong goes to a teammate for a day, and the lead back to the one whose it was.

use chrono::Duration;
use serde_json::json;

use crate::bed::{Answered, Bed, Seen};

const WRONG: &str = "The address bounced";

/// Ben is there, and Ann has given up Dana, whose address bounced.
async fn given_up(bed: &Bed) -> Seen {
    bed.somebody("ben").command("lead list", &[]).await;
    let filled =
        json!({"name": "Dana Keller", "email": "dana@acme-robotics.de", "phone": "+49 30 23125 014", "message": "A demo"});
    bed.form("website", filled).await;
    let ann = bed.somebody("ann");
    ann.press(&bed.card("leads", "Dana"), "Claim").await;
    let reasons = ann.press(&bed.card("leads", "Dana"), "Disqualify").await;
    let form = ann.choose(&reasons.private(), "Invalid data").await;
    ann.send(&form, &[(&fields(&form)[0].0, WRONG)]).await.private()
}

/// The name and the value of each input.
fn fields(form: &Answered) -> Vec<(String, String)> {
    let inputs = form.form()["components"].as_array().expect("a form has rows");
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    inputs.iter().map(|row| &row["components"][0]).map(|input| (text(&input["custom_id"]), text(&input["value"]))).collect()
}

/// The values of the form, with another address.
fn with_address<'a>(fields: &'a [(String, String)], address: &'a str) -> Vec<(&'a str, &'a str)> {
    let typed = |(key, value): &'a (String, String)| (key.as_str(), if key == "email" { address } else { value.as_str() });
    fields.iter().map(typed).collect()
}

#[tokio::test]
async fn a_teammate_mends_it_and_it_is_back_with_its_owner() {
    let bed = Bed::new().await;
    let said = given_up(&bed).await;
    assert!(said.text().contains("Ben Ruiz") && said.text().contains("comes back to you"), "{}", said.text());
    assert!(said.buttons().contains(&"Undo".to_owned()), "{:?}", said.buttons());
    let card = bed.card("leads", "IN REPAIR");
    assert!(card.text().contains("Ben Ruiz") && card.text().contains("Ann Berg"), "{}", card.text());
    for secret in ["dana@", "23125", WRONG] {
        assert!(!card.text().contains(secret), "{secret} is read by nobody else: {}", card.text());
    }
    assert_eq!(card.buttons(), ["Mend the data", "Cannot be mended", "Reopen to me", "Details"]);
    let ben = bed.somebody("ben");
    let asked = ben.last_direct();
    assert!(asked.text().contains(WRONG) && asked.text().contains("dana@acme-robotics.de"), "{}", asked.text());
    assert_eq!(asked.buttons(), ["Mend the data", "Cannot be mended", "Details"]);
    let details = ben.press(&asked, "Details").await.private().text();
    assert!(details.contains("dana@acme-robotics.de"), "{details}");
    let form = ben.press(&asked, "Mend the data").await;
    let known = fields(&form);
    let values: Vec<&str> = known.iter().map(|(_, value)| value.as_str()).collect();
    assert_eq!(values, ["Dana Keller", "dana@acme-robotics.de", "+493023125014", ""]);
    let refused = ben.send(&form, &with_address(&known, "dana at acme")).await.private();
    assert!(refused.text().contains("is no e-mail address"), "{}", refused.text());
    let again = ben.press(&refused, "Type it again").await;
    assert_eq!(fields(&again)[1].1, "dana at acme", "what was typed is still there");
    let same = ben.send(&again, &with_address(&known, "dana@acme-robotics.de")).await.private();
    assert!(same.text().contains("Nothing was changed"), "{}", same.text());
    let again = ben.press(&same, "Type it again").await;
    let mended = ben.send(&again, &with_address(&known, " Dana.Keller@Acme-Robotics.de ")).await.private();
    assert!(mended.text().contains("is mended"), "{}", mended.text());
    let ann = bed.somebody("ann");
    let told = ann.last_direct().text();
    assert!(told.contains("is mended by") && told.contains("dana.keller@acme-robotics.de"), "{told}");
    assert!(bed.card("leads", "CLAIMED").text().contains("Ann Berg"));
    let story = ann.command("lead why", &[("lead", "L-1001")]).await.private().text();
    assert!(story.contains("was asked to mend it") && story.contains("mended it"), "{story}");
    bed.form("website", json!({"name": "Dana Keller", "email": "dana.keller@acme-robotics.de", "message": "Any news?"})).await;
    assert_eq!(bed.leads().await, 1, "who writes from the right address is known");
    bed.ends_clean().await;
}

#[tokio::test]
async fn what_nobody_mends_in_a_working_day_is_closed_and_counts_against_its_source() {
    let bed = Bed::new().await;
    given_up(&bed).await;
    let ben = bed.somebody("ben");
    let list = ben.command("lead list", &[("which", "repair")]).await.private().text();
    assert!(list.contains("L-1001") && list.contains("IN REPAIR"), "{list}");
    assert!(ben.command("me agenda", &[]).await.private().text().contains("To be mended"));
    bed.forward(Duration::hours(8) + Duration::minutes(1)).await;
    let card = bed.card("leads", "CLOSED");
    assert!(card.text().contains("Invalid data") && card.text().contains("Ann Berg"), "{}", card.text());
    assert!(bed.somebody("ann").last_direct().text().contains("was not mended in time"));
    assert!(ben.last_direct().text().contains("needs no mending any more"));
    let report = bed.somebody("may").reads("report sources", "Website form").await;
    let line = report.lines().find(|line| line.contains("Website form")).unwrap_or_default().to_owned();
    assert!(line.contains("100"), "one of one is invalid: {report}");
    bed.ends_clean().await;
}

#[tokio::test]
async fn who_finds_nothing_closes_it_and_may_think_again() {
    let bed = Bed::new().await;
    given_up(&bed).await;
    let ben = bed.somebody("ben");
    let closed = ben.press(&bed.card("leads", "IN REPAIR"), "Cannot be mended").await.private();
    assert!(closed.text().contains("closed as unqualified"), "{}", closed.text());
    assert!(bed.somebody("ann").last_direct().text().contains("cannot be mended"));
    ben.press(&closed, "Undo").await;
    assert!(bed.card("leads", "IN REPAIR").text().contains("Ben Ruiz"));
    bed.ends_clean().await;
}

#[tokio::test]
async fn whoever_gave_it_up_may_take_it_back_for_half_a_minute() {
    let bed = Bed::new().await;
    let said = given_up(&bed).await;
    let undone = bed.somebody("ann").press(&said, "Undo").await.private().text();
    assert!(undone.contains("Taken back"), "{undone}");
    assert!(bed.card("leads", "CLAIMED").text().contains("Ann Berg"));
    assert!(bed.somebody("ben").last_direct().text().contains("needs no mending any more"));
    bed.ends_clean().await;
}

#[tokio::test]
async fn the_same_person_asking_again_with_another_number_mends_it_themselves() {
    let bed = Bed::new().await;
    given_up(&bed).await;
    let filled =
        json!({"name": "Dana Keller", "email": "dana@acme-robotics.de", "phone": "+49 30 23125 099", "message": "Hello?"});
    bed.form("website", filled).await;
    let told = bed.somebody("ann").last_direct().text();
    assert!(told.contains("asked again with other data") && told.contains("+493023125099"), "{told}");
    assert!(bed.somebody("ben").last_direct().text().contains("needs no mending any more"));
    assert!(bed.card("leads", "CLAIMED").text().contains("2nd request"));
    bed.ends_clean().await;
}

#[tokio::test]
async fn with_nobody_else_there_any_member_mends_it_from_the_card_and_nobody_of_another_team() {
    let bed = Bed::new().await;
    let filled = json!({"name": "Dana Keller", "email": "dana@acme-robotics.de", "message": "A demo"});
    bed.form("website", filled).await;
    let ann = bed.somebody("ann");
    ann.press(&bed.card("leads", "Dana"), "Claim").await;
    let reason = [("lead", "L-1001"), ("reason", "invalid_data"), ("note", WRONG)];
    let said = ann.command("lead dq", &reason).await.private().text();
    assert!(said.contains("anybody of the team"), "{said}");
    let refused = bed.somebody("cleo").press(&bed.card("leads", "IN REPAIR"), "Mend the data").await.private().text();
    assert!(refused.contains("Only the lead's team"), "{refused}");
    let ben = bed.somebody("ben");
    let form = ben.press(&bed.card("leads", "IN REPAIR"), "Mend the data").await;
    let known = fields(&form);
    ben.send(&form, &with_address(&known, "dana.keller@acme-robotics.de")).await;
    let story = ann.command("lead why", &[("lead", "L-1001")]).await.private().text();
    assert!(story.contains("looked at the contact data"), "who opened the form saw it, which is kept: {story}");
    assert!(bed.card("leads", "CLAIMED").text().contains("Ann Berg"));
    bed.ends_clean().await;
}

#[tokio::test]
async fn an_address_that_somebody_else_has_is_suggested_to_be_merged() {
    let bed = Bed::new().await;
    bed.form("website", json!({"name": "D. Keller", "email": "dk@acme-robotics.de", "message": "Prices"})).await;
    bed.somebody("ben").press(&bed.card("leads", "D. K"), "Claim").await;
    bed.form("website", json!({"name": "Dana Keller", "email": "dana@elsewhere.example", "message": "A demo"})).await;
    let ann = bed.somebody("ann");
    let reason = [("lead", "L-1002"), ("reason", "invalid_data"), ("note", WRONG)];
    ann.press(&bed.card("leads", "L-1002  "), "Claim").await;
    ann.command("lead dq", &reason).await;
    let ben = bed.somebody("ben");
    let form = ben.press(&bed.card("leads", "IN REPAIR"), "Mend the data").await;
    let known = fields(&form);
    let mended = ben.send(&form, &with_address(&known, "dk@acme-robotics.de")).await.private();
    assert!(mended.text().contains("L-1001 has the same address"), "{}", mended.text());
    assert!(ann.last_direct().text().contains("looks like L-1001"), "{}", ann.last_direct().text());
    ben.press(&mended, "Merge into L-1001").await;
    assert!(bed.card("leads", "DUPLICATE").text().contains("L-1002"));
    bed.ends_clean().await;
}
