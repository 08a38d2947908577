//! Everything under More, chosen by the owner of a lead: what it asks, what follows, and who hears of it.

use chrono::Duration;
use serde_json::json;

use crate::bed::{Answered, Bed, Seen};

/// Ann has Dana's lead and has tried once; Ben and May are known.
async fn owned() -> Bed {
    let bed = Bed::new().await;
    for who in ["ben", "may"] {
        bed.somebody(who).command("help", &[]).await;
    }
    bed.lead("Dana Keller", "Need it").await;
    bed.somebody("ann").press(&card(&bed), "Claim").await;
    bed
}

fn card(bed: &Bed) -> Seen {
    bed.card("leads", "Dana")
}

/// What comes of an item of More.
async fn more(bed: &Bed, who: &str, item: &str) -> Answered {
    let who = bed.somebody(who);
    let more = who.press(&card(bed), "More").await;
    who.choose(&more.private(), item).await
}

fn heard(bed: &Bed, who: &str) -> Vec<String> {
    bed.somebody(who).direct().iter().map(Seen::plain).collect()
}

async fn story(bed: &Bed) -> String {
    bed.somebody("ann").command("lead why", &[("lead", "L-1001")]).await.private().plain()
}

#[tokio::test]
async fn whoever_looks_at_contact_data_that_is_not_theirs_stands_in_the_story() {
    let bed = owned().await;
    let shown = more(&bed, "may", "Show contact").await.private().plain();
    assert!(shown.contains("dana.keller@example.com") && shown.contains("+4930"), "{shown}");
    let told = more(&bed, "ann", "Why?").await.private().plain();
    assert!(told.contains("May Okafor looked at the contact data") && told.contains("Ann Berg claimed it"), "{told}");
    assert!(heard(&bed, "ann").is_empty() && !card(&bed).raw().contains("dana.keller@"));
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_note_is_read_by_whoever_works_it_and_by_nobody_who_passes_by() {
    let bed = owned().await;
    let ann = bed.somebody("ann");
    let form = more(&bed, "ann", "Add a note").await;
    let said = ann.send(&form, &[("text", "Lee decides, not Dana")]).await.private().plain();
    assert!(said.contains("Noted on L-1001"), "{said}");
    let details = more(&bed, "ann", "Details").await.private().plain();
    assert!(details.contains("Lee decides, not Dana"), "{details}");
    assert!(!card(&bed).plain().contains("Lee decides"), "{}", card(&bed).plain());
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_lead_is_put_to_sleep_with_the_reasons_after_which_it_comes_back() {
    let bed = owned().await;
    let ann = bed.somebody("ann");
    let reasons = more(&bed, "ann", "Let it sleep").await.private();
    let offered: Vec<String> = reasons.select().1.into_iter().map(|(label, _)| label).collect();
    assert_eq!(offered, ["Not ready", "No budget"]);
    let form = ann.choose(&reasons, "Not ready").await;
    let said = ann.send(&form, &[("when", "in 3 weeks"), ("text", "after the fair")]).await.private();
    assert!(said.plain().contains("Then it comes back to you") && said.buttons() == ["Undo"], "{}", said.plain());
    assert!(card(&bed).plain().contains("ASLEEP") && heard(&bed, "ann").is_empty());
    ann.press(&said, "Undo").await;
    assert!(card(&bed).plain().contains("CLAIMED"), "{}", card(&bed).plain());
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_lead_is_handed_over_and_for_half_a_minute_taken_back_with_its_promise() {
    let bed = owned().await;
    let ann = bed.somebody("ann");
    let promised = card(&bed).plain().lines().last().expect("a line").to_owned();
    let people = more(&bed, "ann", "Hand over").await.private();
    let options: Vec<String> = people.select().1.into_iter().map(|(label, _)| label).collect();
    assert_eq!(options, ["Ben Ruiz", "May Okafor", "Cleo Laurent"], "who can have it comes first, and not she herself");
    let refused = ann.choose(&people, "Cleo Laurent").await.private();
    assert!(refused.plain().contains("Cleo Laurent is not in DACH"), "before anybody asks why: {}", refused.plain());
    let form = ann.choose(&refused, "Ben Ruiz").await;
    bed.forward(Duration::minutes(3)).await;
    let said = ann.send(&form, &[("text", "speaks French")]).await.private();
    assert!(said.plain().contains("is now with Ben Ruiz") && said.buttons() == ["Undo"], "{}", said.plain());
    let told = heard(&bed, "ben");
    assert!(told.len() == 1 && told[0].contains("is yours: Ann Berg gave it to you"), "one message: {told:#?}");
    assert!(told[0].contains("dana.keller@example.com"), "{told:#?}");
    let packet = bed.thread("leads").pop().expect("a message in the thread").plain();
    assert!(packet.contains("is now with Ben Ruiz") && packet.contains("speaks French"), "{packet}");
    assert!(heard(&bed, "ann").is_empty(), "nobody is told of their own act");
    assert!(!card(&bed).plain().contains(&promised), "a promise of his own");
    bed.forward(Duration::seconds(20)).await;
    ann.press(&said, "Undo").await;
    assert!(card(&bed).plain().contains("Owner Ann Berg") && card(&bed).plain().contains(&promised), "{}", card(&bed).plain());
    assert!(heard(&bed, "ben").last().expect("a message").contains("no longer yours: it is with Ann Berg"));
    bed.ends_clean().await;
}

#[tokio::test]
async fn what_the_owner_sends_to_another_team_is_told_to_managers_and_to_nobody_else() {
    let bed = owned().await;
    let ann = bed.somebody("ann");
    let form = more(&bed, "ann", "Wrong team").await;
    ann.send(&form, &[("text", "they are in Boston")]).await;
    let notice = bed.channel("bosses").pop().expect("managers are told");
    assert!(notice.plain().contains("Ann Berg says that it is another team's: \"they are in Boston\""), "{}", notice.plain());
    assert!(!notice.raw().contains("dana.keller@"), "{}", notice.raw());
    let may = bed.somebody("may");
    let teams = may.press(&notice, "Route").await;
    may.choose(&teams.private(), "World").await;
    bed.somebody("cleo").press(&bed.card("world", "Dana"), "Claim").await;
    assert!(story(&bed).await.contains("they are in Boston"), "{}", story(&bed).await);
    assert!(heard(&bed, "ann").is_empty(), "{:?}", heard(&bed, "ann"));
    bed.ends_clean().await;
}

#[tokio::test]
async fn what_is_the_same_person_is_merged_by_its_number() {
    let bed = owned().await;
    bed.form("website", json!({"name": "Evan Moss", "email": "evan@acme.example", "message": "Prices"})).await;
    bed.somebody("ben").press(&bed.card("leads", "Evan"), "Claim").await;
    let ann = bed.somebody("ann");
    let form = more(&bed, "ann", "Merge").await;
    let wrong = ann.send(&form, &[("original", "the other one")]).await.private();
    assert!(wrong.plain().contains("is no lead's number"), "{}", wrong.plain());
    let form = ann.press(&wrong, "Type it again").await;
    let said = ann.send(&form, &[("original", "1002")]).await.private();
    assert!(said.plain().contains("is merged into L-1002") && said.buttons() == ["Undo"], "{}", said.plain());
    assert!(bed.card("leads", "DUPLICATE").plain().contains("into L-1002"));
    let told = heard(&bed, "ben");
    assert!(told.len() == 1 && told[0].contains("L-1001"), "{told:#?}");
    bed.ends_clean().await;
}

#[tokio::test]
async fn what_was_done_by_a_slip_is_taken_back_from_the_card_too() {
    let bed = owned().await;
    let said = more(&bed, "ann", "Undo").await.private().plain();
    assert!(said.contains("Taken back. It waits for somebody of DACH"), "{said}");
    assert_eq!(card(&bed).buttons(), ["Claim", "Not for us", "Details"]);
    bed.somebody("ben").press(&card(&bed), "Claim").await;
    bed.forward(Duration::seconds(31)).await;
    let late = more(&bed, "ben", "Undo").await.private().plain();
    assert!(late.contains("Too late: it could be taken back within 30 s"), "{late}");
    bed.ends_clean().await;
}
