//! When more come than anybody can look at, those that are not hot share one message, and its button gives the next one.

use chrono::Duration;

use crate::bed::{Bed, PLAYBOOK, Seen};

const RULES: &str = r#"
[[score]]
when = 'lead.need.has("technicians")'
points = 80
why = "technicians"

[[score]]
when = 'lead.need.has("quote")'
points = 40
why = "wants a quote"

[card]
pile_from = 2
"#;

async fn surge() -> Bed {
    let bed = Bed::with(&format!("{PLAYBOOK}{RULES}")).await;
    bed.somebody("ben").command("help", &[]).await;
    for (name, need) in [
        ("Ada First", "A question"),
        ("Bo Second", "A question"),
        ("Cy Third", "A question"),
        ("Di Fourth", "A quote"),
        ("Ed Fifth", "120 technicians"),
        ("Flo Sixth", "A question"),
    ] {
        bed.lead(name, need).await;
        bed.forward(Duration::seconds(5)).await;
    }
    bed
}

fn pile(bed: &Bed) -> Seen {
    bed.card("leads", "MORE WAITING")
}

fn has_card(bed: &Bed, name: &str) -> bool {
    bed.channel("leads").iter().any(|message| message.plain().contains(name))
}

#[tokio::test]
async fn beyond_a_few_that_wait_only_hot_ones_have_cards_and_the_others_share_one_message() {
    let bed = surge().await;
    let pile = pile(&bed).plain();
    assert!(pile.contains("3 MORE WAITING") && pile.contains("1 warm, 2 cold"), "{pile}");
    for (name, shown) in
        [("Ada F.", true), ("Bo S.", true), ("Cy T.", false), ("Di F.", false), ("Ed F.", true), ("Flo S.", false)]
    {
        assert_eq!(has_card(&bed, name), shown, "{name}");
    }
    let why = bed.somebody("ann").command("lead why", &[("lead", "L-1003")]).await.private().plain();
    assert!(why.contains("shown with others in one message"), "{why}");
    bed.ends_clean().await;
}

#[tokio::test]
async fn its_button_gives_what_is_worth_most_and_of_these_the_oldest() {
    let bed = surge().await;
    let (ann, ben) = (bed.somebody("ann"), bed.somebody("ben"));
    let told = ann.press(&pile(&bed), "Give me the next one").await.private().plain();
    assert!(told.contains("L-1005") && told.contains("is yours"), "the hot one: {told}");
    let told = ben.press(&pile(&bed), "Give me the next one").await.private().plain();
    assert!(told.contains("L-1004") && told.contains("is yours"), "then the warm one: {told}");
    bed.rest().await;
    assert!(pile(&bed).plain().contains("2 MORE WAITING"), "{}", pile(&bed).plain());
    let card = bed.card("leads", "Di F.").plain();
    assert!(card.contains("CLAIMED") && card.contains("Ben Ruiz"), "what somebody has is shown: {card}");
    for _ in 0..2 {
        ann.press(&pile(&bed), "Give me the next one").await;
        ben.press(&pile(&bed), "Give me the next one").await;
    }
    let empty = bed.card("leads", "NOBODY WAITS WITHOUT A CARD");
    let told = ann.press(&empty, "Give me the next one").await.private().plain();
    assert!(told.contains("Nothing waits here any more"), "{told}");
    bed.ends_clean().await;
}

#[tokio::test]
async fn the_one_message_is_rung_with_and_when_it_calms_down_each_has_its_own_card() {
    let bed = surge().await;
    let before = pile(&bed);
    bed.forward(Duration::minutes(10)).await;
    let rung = pile(&bed);
    assert_ne!(before.id(), rung.id(), "the next rung rings the team once more");
    assert!(!rung.rings().is_empty(), "{}", rung.raw());
    for name in ["Ada F.", "Bo S.", "Ed F."] {
        bed.somebody("ann").press(&bed.card("leads", name), "Claim").await;
    }
    bed.somebody("ben").press(&pile(&bed), "Give me the next one").await;
    bed.forward(Duration::minutes(10)).await;
    assert!(
        has_card(&bed, "Flo S.") && has_card(&bed, "Cy T."),
        "{:?}",
        bed.channel("leads").iter().map(Seen::plain).collect::<Vec<_>>()
    );
    bed.card("leads", "NOBODY WAITS WITHOUT A CARD");
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_deed_that_comes_twice_gives_one_lead_and_guests_get_none() {
    let bed = surge().await;
    let told = bed.somebody("cleo").press(&pile(&bed), "Give me the next one").await.private().plain();
    assert!(told.contains("not in"), "of another team: {told}");
    bed.somebody("gus").press(&pile(&bed), "Give me the next one").await;
    assert!(pile(&bed).plain().contains("3 MORE"), "{}", pile(&bed).plain());
    bed.ends_clean().await;
}
