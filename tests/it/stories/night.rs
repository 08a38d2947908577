//! What comes in while a team is closed waits for it, and is let go in the morning, one after the other.

use chrono::{DateTime, Duration, Utc};
use leadbell::domain::lead::State;

use crate::bed::{Bed, PLAYBOOK};

/// Whose turn it is is asked.
const OFFERS: &str = r#"ladder = [{ step = "offer", for = "20m", times = 2 }, { step = "assign", to = "captain" }]"#;

async fn team(ladder: &str) -> Bed {
    let bed = Bed::with(&PLAYBOOK.replace(r#"captain = "ann""#, &format!("captain = \"ann\"\n{ladder}"))).await;
    bed.somebody("ben").command("help", &[]).await;
    bed
}

/// Tuesday, nine o'clock in Berlin.
fn tuesday() -> DateTime<Utc> {
    "2026-09-15T07:00:00Z".parse().expect("a time")
}

/// Monday evening: three people write, and nobody is there.
async fn evening(bed: &Bed) {
    bed.forward(Duration::hours(12)).await;
    for name in ["Dana Keller", "Evan Moss", "Fay Ito"] {
        bed.lead(name, "Tomorrow is fine").await;
        bed.forward(Duration::minutes(10)).await;
    }
}

/// Since when each has been asked, in the order of the leads.
async fn asked(bed: &Bed) -> Vec<Option<Duration>> {
    let mut asked = Vec::new();
    for lead in ["L-1001", "L-1002", "L-1003"] {
        let found = bed.core.store.lead(lead.parse().expect("a number")).await.expect("it can be read").expect("it is there");
        asked.push(match found.course.state {
            State::Offered { since, .. } => Some(since - tuesday()),
            _ => None,
        });
    }
    asked
}

#[tokio::test]
async fn in_the_morning_leads_are_offered_in_the_order_in_which_they_came() {
    let bed = team(OFFERS).await;
    evening(&bed).await;
    let card = bed.card("leads", "Dana").plain();
    assert!(card.contains("until the team is there"), "{card}");
    bed.forward(tuesday() - Duration::seconds(1) - bed.clock.now()).await;
    assert_eq!(asked(&bed).await, [None, None, None], "nobody is asked in the night");
    bed.forward(Duration::minutes(2)).await;
    // Two reps, thirty seconds each: fifteen between two leads.
    let seconds = |n| Some(Duration::seconds(n));
    assert_eq!(asked(&bed).await, [seconds(0), seconds(15), seconds(30)]);
    bed.ends_clean().await;
}

#[tokio::test]
async fn who_is_up_takes_it_in_the_night_and_it_is_not_let_go_again() {
    let bed = team(OFFERS).await;
    evening(&bed).await;
    bed.somebody("ben").press(&bed.card("leads", "Evan"), "Claim").await;
    bed.forward(tuesday() + Duration::minutes(1) - bed.clock.now()).await;
    let now = asked(&bed).await;
    assert!(now[1].is_none() && now[0].is_some() && now[2].is_some(), "{now:?}");
    assert!(bed.card("leads", "Evan").plain().contains("CLAIMED"));
    bed.ends_clean().await;
}

#[tokio::test]
async fn an_open_lead_of_the_night_is_posted_anew_in_the_morning_where_it_can_be_heard() {
    let bed = team("").await;
    evening(&bed).await;
    let night = bed.card("leads", "Dana");
    assert!(night.raw().contains("\"flags\":4096"), "without a sound: {}", night.raw());
    bed.forward(tuesday() + Duration::seconds(1) - bed.clock.now()).await;
    let morning = bed.card("leads", "Dana");
    assert_ne!(night.id(), morning.id());
    assert!(bed.card("leads", "Evan").plain().contains("until the team is there"), "it comes after");
    bed.forward(Duration::seconds(40)).await;
    let order: Vec<String> = bed.channel("leads").iter().map(|m| m.plain().chars().take(30).collect()).collect();
    let place = |name: &str| order.iter().position(|title| title.contains(name)).unwrap_or_else(|| panic!("{name} in {order:?}"));
    assert!(place("Dana") < place("Evan") && place("Evan") < place("Fay"), "{order:?}");
    let why = bed.somebody("ann").command("lead why", &[("lead", "L-1001")]).await.private().plain();
    assert!(why.contains("it waits until DACH is there") && why.contains("it is open to DACH"), "{why}");
    bed.ends_clean().await;
}

#[tokio::test]
async fn another_process_keeps_the_order() {
    let bed = team(OFFERS).await;
    evening(&bed).await;
    let bed = bed.restart().await;
    bed.lead("Gil Sand", "Me too").await;
    bed.forward(tuesday() + Duration::minutes(2) - bed.clock.now()).await;
    let found = bed.core.store.lead("L-1004".parse().expect("a number")).await.expect("it can be read").expect("it is there");
    assert_eq!(found.course.state.since() - tuesday(), Duration::seconds(45), "after those of before: {:?}", found.course.state);
    bed.ends_clean().await;
}
