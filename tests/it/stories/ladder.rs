//! Nobody has it yet.

use chrono::Duration;

use crate::bed::Bed;

#[tokio::test]
async fn unclaimed_it_rings_the_team_then_the_managers_then_goes_to_the_captain() {
    let bed = Bed::new().await;
    bed.lead("Dana Keller", "Need it").await;
    let first = bed.card("leads", "Dana");
    assert!(first.rings().is_empty());

    bed.forward(Duration::minutes(10)).await;
    let team = bed.card("leads", "Dana");
    assert_ne!(team.id(), first.id(), "posted anew: edits do not notify");
    assert_eq!(team.rings(), [bed.sandbox.role_by_name("sales").unwrap().to_string()]);

    bed.forward(Duration::minutes(10)).await;
    assert_eq!(bed.card("leads", "Dana").rings(), [bed.sandbox.role_by_name("managers").unwrap().to_string()]);

    bed.forward(Duration::minutes(10)).await;
    assert!(bed.card("leads", "Dana").text().contains("Ann Berg"));
    let told = bed.somebody("ann").last_direct().text();
    assert!(told.contains("L-1001") && told.contains("dana.keller@example.com"), "{told}");
    bed.ends_clean().await;
}

#[tokio::test]
async fn without_a_captain_at_hand_managers_route_it() {
    let bed = Bed::new().await;
    bed.lead("Dana Keller", "Need it").await;
    bed.somebody("ann").command("me status", &[("is", "away")]).await;
    bed.forward(Duration::minutes(30)).await;
    let notice = bed.channel("bosses").pop().expect("managers are told");
    assert!(notice.text().contains("L-1001"), "{}", notice.text());

    bed.forward(Duration::hours(1)).await;
    assert_eq!(bed.channel("bosses").len(), 2, "and told again while it stands there");

    let may = bed.somebody("may");
    let picker = may.press(&bed.channel("bosses").pop().unwrap(), "Route").await;
    may.choose(&picker.private(), "World").await;
    bed.card("world", "Dana K.");
    bed.ends_clean().await;
}
