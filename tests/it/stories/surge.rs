//! When more come than anybody can look at, those that are not hot share one message, and its button gives the next one.

use chrono::Duration;
use leadbell::chat::{Answering as _, Deed, Inbound, Receipt, Visitor};
use leadbell::domain::decide::decide;
use leadbell::domain::event::{Ask, Event};
use leadbell::store::{Applied, Cause, Changed, LeadFilter, Target};

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
async fn who_is_of_another_team_or_of_none_gets_nothing() {
    let bed = surge().await;
    let told = bed.somebody("cleo").press(&pile(&bed), "Give me the next one").await.private().plain();
    assert!(told.contains("not in"), "of another team: {told}");
    bed.somebody("gus").press(&pile(&bed), "Give me the next one").await;
    assert!(pile(&bed).plain().contains("3 MORE"), "{}", pile(&bed).plain());
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_press_that_is_delivered_twice_gives_one_lead() {
    let bed = surge().await;
    let (ben, shown) = (bed.somebody("ben"), pile(&bed));
    let press = || Inbound {
        id: "twice".to_owned(),
        by: Visitor {
            chat_id: ben.id().to_string(),
            handle: "ben".to_owned(),
            name: "Ben Ruiz".to_owned(),
            roles: vec!["sales".to_owned()],
            administers: false,
            locale: "en-US".to_owned(),
            in_guild: true,
        },
        channel: shown.channel().to_string(),
        deed: Deed::Pressed {
            action: shown.button("Give me the next one"),
            values: Vec::new(),
            on: Receipt { channel: shown.channel().to_string(), message: shown.id().to_string() },
        },
    };
    let first = format!("{:?}", bed.core.desk.answer(press()).await);
    assert!(first.contains("is yours"), "{first}");
    let second = format!("{:?}", bed.core.desk.answer(press()).await);
    assert!(second.contains("That was dealt with already"), "{second}");
    let filter = LeadFilter { state: Some("owned".to_owned()), limit: 9, ..LeadFilter::default() };
    assert_eq!(bed.core.store.find_leads(&filter).await.expect("the store can be read").len(), 1);
    bed.ends_clean().await;
}

/// May sends a lead to another team, as from Details.
async fn routed(bed: &Bed, lead: &str, team: &str) {
    let may = bed.core.store.roster().by_handle("may").expect("May is known").id;
    let (lead, now) = (lead.parse().expect("a number"), bed.clock.now());
    let event = Event::Asked { by: may, ask: Ask::Route { team: team.into() } };
    let cause = Cause::Deed(format!("route-{lead}"));
    let done = bed.core.store.apply(cause, Target::Lead(lead), now, move |snapshot| decide(snapshot, &event, now)).await;
    assert!(matches!(done, Ok(Applied::Done { changed: Changed::Yes, .. })), "{done:?}");
    bed.rest().await;
}

#[tokio::test]
async fn who_goes_to_another_team_is_counted_there_and_no_longer_here() {
    let bed = surge().await;
    bed.somebody("may").command("help", &[]).await;
    routed(&bed, "L-1003", "world").await;
    assert!(pile(&bed).plain().contains("2 MORE WAITING"), "{}", pile(&bed).plain());
    assert!(bed.card("world", "Cy T.").plain().contains("NEW"), "World has room: it has a card there");
    bed.ends_clean().await;
}

#[tokio::test]
async fn under_another_playbook_they_are_told_where_their_team_is() {
    let bed = surge().await;
    let moved = format!("{PLAYBOOK}{RULES}").replace(r#"channel = "leads""#, r#"channel = "general""#);
    bed.core.store.apply_playbook(moved, bed.by("test")).await.expect("the playbook is in force");
    bed.rest().await;
    bed.card("leads", "NOBODY WAITS WITHOUT A CARD");
    assert!(bed.card("general", "MORE WAITING").plain().contains("3 MORE WAITING"));
    bed.ends_clean().await;
}
