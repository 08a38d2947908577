//! Two reps exchange their leads, or do not.

use chrono::Duration;

use crate::bed::{Answered, Bed};

/// Ann has L-1001 and Ben L-1002.
async fn two() -> Bed {
    let bed = Bed::new().await;
    bed.lead("Dana Keller", "Need it in Berlin").await;
    bed.lead("Evan Moss", "Need it in Hamburg").await;
    bed.somebody("ann").press(&bed.card("leads", "Dana"), "Claim").await;
    bed.somebody("ben").press(&bed.card("leads", "Evan"), "Claim").await;
    bed
}

async fn offers(bed: &Bed) -> Answered {
    let ann = bed.somebody("ann");
    let more = ann.press(&bed.card("leads", "Dana"), "More").await;
    let form = ann.choose(&more.private(), "Trade").await;
    ann.send(&form, &[("original", "L-1002"), ("text", "Evan is in my city")]).await
}

#[tokio::test]
async fn a_yes_exchanges_both_and_each_reads_what_is_known() {
    let bed = two().await;
    let (ann, ben) = (bed.somebody("ann"), bed.somebody("ben"));
    ann.command("lead note", &[("lead", "L-1001"), ("text", "Lee decides")]).await;
    let said = offers(&bed).await.private().plain();
    assert!(said.contains("L-1001") && said.contains("is offered for L-1002") && said.contains("Ben Ruiz"), "{said}");
    let asked = ben.last_direct();
    let told = asked.plain();
    assert!(told.contains("Ann Berg would trade L-1001 for L-1002") && told.contains("Evan is in my city"), "{told}");
    assert!(told.contains("Need it in Berlin") && !asked.raw().contains("dana.keller@"), "{told}");
    let done = ben.press(&asked, "Trade").await.private();
    assert!(
        done.plain().contains("Traded: L-1001 for L-1002") && done.buttons().contains(&"Undo".to_owned()),
        "{}",
        done.plain()
    );
    assert!(bed.card("leads", "Dana").text().contains("Ben Ruiz") && bed.card("leads", "Evan").text().contains("Ann Berg"));
    assert!(ann.last_direct().plain().contains("L-1002"), "{}", ann.last_direct().plain());
    assert!(ben.last_direct().raw().contains("dana.keller@"), "he can reach her now: {}", ben.last_direct().plain());
    let packets: Vec<String> = bed.threads("leads").into_iter().filter_map(|mut t| t.pop()).map(|m| m.plain()).collect();
    assert!(packets.iter().any(|p| p.contains("Lee decides") && p.contains("traded for L-1002")), "{packets:#?}");
    assert!(packets.iter().any(|p| p.contains("is now with Ann Berg")), "{packets:#?}");
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_yes_is_taken_back_within_half_a_minute() {
    let bed = two().await;
    let ben = bed.somebody("ben");
    offers(&bed).await;
    let done = ben.press(&ben.last_direct(), "Trade").await.private();
    bed.forward(Duration::seconds(20)).await;
    ben.press(&done, "Undo").await;
    assert!(bed.card("leads", "Dana").text().contains("Ann Berg") && bed.card("leads", "Evan").text().contains("Ben Ruiz"));
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_no_and_no_answer_at_all_are_told_to_whoever_offered() {
    let bed = two().await;
    let (ann, ben) = (bed.somebody("ann"), bed.somebody("ben"));
    for lead in ["L-1001", "L-1002"] {
        let who = if lead == "L-1001" { &ann } else { &ben };
        who.command("lead log", &[("lead", lead), ("channel", "call"), ("outcome", "reached")]).await;
    }
    offers(&bed).await;
    ben.press(&ben.last_direct(), "No, thanks").await;
    assert!(ann.last_direct().plain().contains("the trade for L-1002 was refused"), "{}", ann.last_direct().plain());
    ann.command("lead trade", &[("lead", "L-1001"), ("with", "L-1002"), ("reason", "once more")]).await;
    bed.forward(Duration::hours(4)).await;
    assert!(ann.last_direct().plain().contains("was not answered in time"), "{}", ann.last_direct().plain());
    let said = ben.press(&ben.last_direct(), "Trade").await.private().text();
    assert!(said.contains("no longer open"), "{said}");
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_trade_is_off_when_one_of_the_two_goes_elsewhere() {
    let bed = two().await;
    let (ann, ben) = (bed.somebody("ann"), bed.somebody("ben"));
    offers(&bed).await;
    let asked = ben.last_direct();
    ann.command("lead release", &[("lead", "L-1001"), ("reason", "on the road")]).await;
    assert!(ben.last_direct().plain().contains("one of the two went elsewhere"), "{}", ben.last_direct().plain());
    let said = ben.press(&asked, "Trade").await.private().text();
    assert!(said.contains("no longer open"), "{said}");
    assert!(bed.card("leads", "Evan").text().contains("Ben Ruiz"));
    bed.ends_clean().await;
}
