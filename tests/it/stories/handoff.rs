//! A lead that somebody worked goes to somebody else, who reads all that they need in its thread.

use chrono::Duration;

use crate::bed::Bed;

/// Ann has it, has tried, and has written something down.
async fn worked() -> Bed {
    let bed = Bed::new().await;
    bed.lead("Dana Keller", "Need it").await;
    let ann = bed.somebody("ann");
    ann.press(&bed.card("leads", "Dana"), "Claim").await;
    ann.command("lead log", &[("lead", "L-1001"), ("channel", "call"), ("outcome", "no_answer"), ("note", "rings on")]).await;
    ann.command("lead note", &[("lead", "L-1001"), ("text", "Lee decides, **not** Dana @everyone")]).await;
    ann.command("lead follow", &[("lead", "L-1001"), ("when", "tomorrow 9:00"), ("note", "send the offer")]).await;
    bed
}

#[tokio::test]
async fn a_lead_that_is_given_to_somebody_comes_with_everything_that_is_known() {
    let bed = worked().await;
    bed.somebody("ben").command("help", &[]).await;
    let may = bed.somebody("may");
    may.command("lead assign", &[("lead", "L-1001"), ("to", "ben"), ("reason", "knows the industry")]).await;
    let packet = bed.thread("leads").pop().expect("a message in the thread");
    let told = packet.plain();
    for part in
        ["Ben Ruiz", "Ann Berg", "knows the industry", "call, no answer", "rings on", "Lee decides", "send the offer", "Stage"]
    {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(packet.rings().is_empty(), "what a note says rings nobody: {:?}", packet.rings());
    assert!(!packet.raw().contains("dana.keller@") && !packet.raw().contains("23125"), "no contact data: {}", packet.raw());
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_lead_that_was_given_back_untouched_still_says_why_to_whoever_claims_it() {
    let bed = Bed::new().await;
    bed.lead("Dana Keller", "Need it").await;
    let ann = bed.somebody("ann");
    let mine = ann.press(&bed.card("leads", "Dana"), "Claim").await;
    let form = ann.press(&mine.private(), "Release").await;
    ann.send(&form, &[("text", "on the road all week")]).await;
    assert!(bed.thread("leads").is_empty());
    bed.forward(Duration::minutes(1)).await;
    bed.somebody("ben").press(&bed.card("leads", "Dana"), "Claim").await;
    let told = bed.thread("leads").pop().expect("a message in the thread").plain();
    assert!(told.contains("on the road all week") && told.contains("Ann Berg"), "{told}");
    bed.ends_clean().await;
}

#[tokio::test]
async fn nobody_gives_a_lead_away_without_saying_why() {
    let bed = worked().await;
    let ann = bed.somebody("ann");
    let more = ann.press(&bed.card("leads", "Dana"), "More").await;
    let form = ann.choose(&more.private(), "Release").await;
    let said = ann.send(&form, &[("text", "   ")]).await.private().text();
    assert!(said.contains("Say why"), "{said}");
    assert!(bed.card("leads", "Dana").text().contains("Ann Berg"), "it stays hers");
    bed.ends_clean().await;
}
