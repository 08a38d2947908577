//! One lead, one owner.

use chrono::Duration;
use leadbell::domain::lead::State;

use crate::bed::Bed;

#[tokio::test]
async fn the_first_to_claim_has_it_and_reads_privately_how_to_reach_them() {
    let bed = Bed::new().await;
    bed.lead("Dana Keller", "Need it").await;
    let answer = bed.somebody("ann").press(&bed.card("leads", "Dana"), "Claim").await;
    let private = answer.private().text();
    assert!(private.contains("dana.keller@example.com") && private.contains("+49"), "{private}");
    let card = bed.card("leads", "Dana");
    assert!(card.text().contains("Ann Berg"), "{}", card.text());
    assert_eq!(card.buttons(), ["Log attempt", "Reached", "Follow up", "Disqualify", "More", "Details"]);
    assert!(bed.somebody("ann").direct().is_empty(), "nobody is told of their own act");
    bed.ends_clean().await;
}

#[tokio::test]
async fn the_second_to_claim_is_told_who_was_first_and_that_it_costs_nothing() {
    let bed = Bed::new().await;
    bed.lead("Dana Keller", "Need it").await;
    // Ben still has the answer to `/lead next` before him when Ann claims.
    let ben = bed.somebody("ben");
    let next = ben.command("lead next", &[]).await.private();
    bed.somebody("ann").press(&bed.card("leads", "Dana"), "Claim").await;
    bed.clock.advance(Duration::milliseconds(400));
    let said = ben.press(&next, "Claim").await.private().text();
    assert!(said.contains("Ann Berg") && said.contains("0.4 s") && said.contains("turn"), "{said}");
    assert!(!said.contains("dana.keller@"), "{said}");
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_claim_opens_a_thread_named_after_the_lead() {
    let bed = Bed::new().await;
    bed.lead("Dana Keller", "Need it").await;
    bed.somebody("ann").press(&bed.card("leads", "Dana"), "Claim").await;
    let threads = bed.sandbox.threads(bed.sandbox.channel_by_name("leads").unwrap());
    assert_eq!(threads.iter().map(|t| t["name"].as_str().unwrap()).collect::<Vec<_>>(), ["L-1001 Dana Keller Works"]);
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_guest_and_another_team_are_refused_with_the_reason() {
    let bed = Bed::new().await;
    bed.lead("Dana Keller", "Need it").await;
    let card = bed.card("leads", "Dana");
    let guest = bed.somebody("gus").press(&card, "Claim").await.private().text();
    let other = bed.somebody("cleo").press(&card, "Claim").await.private().text();
    assert!(!guest.is_empty() && other.contains("DACH"), "{guest}\n{other}");
    let lead = bed.core.store.lead("1001".parse().unwrap()).await.unwrap().unwrap();
    assert!(matches!(lead.course.state, State::Waiting { .. }));
    bed.ends_clean().await;
}

#[tokio::test]
async fn somebody_with_five_untouched_leads_works_one_first() {
    let bed = Bed::new().await;
    for n in 0..6 {
        bed.lead(&format!("Lead{n} Person"), "Need it").await;
    }
    let ann = bed.somebody("ann");
    for n in 0..5 {
        ann.press(&bed.card("leads", &format!("Lead{n}")), "Claim").await;
    }
    let refused = ann.press(&bed.card("leads", "Lead5"), "Claim").await.private().text();
    assert!(refused.contains('5'), "{refused}");
    ann.press(&bed.card("leads", "Lead0"), "Reached").await;
    ann.press(&bed.card("leads", "Lead5"), "Claim").await;
    assert!(bed.card("leads", "Lead5").text().contains("Ann Berg"));
    bed.ends_clean().await;
}

#[tokio::test]
async fn the_same_over_signed_requests_without_a_gateway() {
    let bed = Bed::over_http().await;
    bed.lead("Dana Keller", "Need it").await;
    let answer = bed.somebody("ann").press(&bed.card("leads", "Dana"), "Claim").await;
    assert!(answer.private().text().contains("dana.keller@example.com"));
    assert!(bed.card("leads", "Dana").text().contains("Ann Berg"));
    bed.ends_clean().await;
}

#[tokio::test]
async fn who_claimed_by_mistake_takes_it_back_and_the_team_may_have_it_again() {
    let bed = Bed::new().await;
    bed.lead("Dana Keller", "Need it").await;
    let (ann, ben) = (bed.somebody("ann"), bed.somebody("ben"));
    let told = ann.press(&bed.card("leads", "Dana"), "Claim").await.private();
    assert!(told.buttons().contains(&"Undo".to_owned()), "{}", told.raw());
    let undone = ann.press(&told, "Undo").await.private().plain();
    assert!(undone.contains("Taken back"), "{undone}");
    bed.rest().await;
    let card = bed.card("leads", "Dana");
    assert!(card.plain().contains("NEW") && card.buttons().contains(&"Claim".to_owned()), "{}", card.plain());
    ben.press(&card, "Claim").await;
    assert!(bed.card("leads", "Dana").plain().contains("Ben Ruiz"));
    let late = ann.command("lead undo", &[("lead", "L-1001")]).await.private().plain();
    assert!(late.contains("Only") && late.contains("Ben"), "{late}");
    bed.ends_clean().await;
}
