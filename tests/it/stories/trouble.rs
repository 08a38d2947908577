//! The chat refuses, loses and delays; each lead still has exactly one card, with its latest state.

use chrono::Duration;
use leadbell::domain::clocks::Clock;
use leadbell::domain::ids::LeadId;
use sandbox::{Act, Ordered, RestFault, Scope};

use crate::bed::{Bed, PLAYBOOK, SOON};

#[tokio::test]
async fn a_post_whose_answer_was_lost_makes_no_second_card() {
    let bed = Bed::new().await;
    bed.sandbox.faults().rest(Ordered::next(RestFault::CutAfter).method("POST").path("/messages"));
    bed.lead("Dana Keller", "Need it").await;
    bed.forward(Duration::seconds(30)).await;
    bed.card("leads", "Dana");
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_card_that_an_answer_should_have_redrawn_is_redrawn_when_the_answer_is_lost() {
    let bed = Bed::new().await;
    bed.lead("Dana Keller", "Need it").await;
    bed.sandbox.faults().rest(Ordered::next(RestFault::ErrorBefore(500)).path("/callback"));
    let card = bed.card("leads", "Dana");
    let press = Act::click(bed.somebody("ann").id(), (card.channel(), card.id()), &card.button("Claim"));
    let lost = async {
        while bed.sandbox.faults().pending() > 0 {
            tokio::task::yield_now().await;
        }
    };
    // Nobody waits for the answer that never comes.
    tokio::select! {
        outcome = bed.sandbox.act(press) => panic!("{outcome:?}"),
        lost = tokio::time::timeout(SOON, lost) => lost.expect("the answer is lost"),
    }
    bed.rest().await;
    assert!(bed.card("leads", "Dana").text().contains("Ann Berg"));
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_lost_answer_is_looked_up_when_the_nonce_is_no_longer_known() {
    let bed = Bed::new().await;
    bed.sandbox.faults().rest(Ordered::next(RestFault::ErrorAfter(500)).method("POST").path("/messages"));
    bed.sandbox.faults().rest(Ordered::next(RestFault::ErrorBefore(502)).path("/messages").times(12));
    bed.lead("Dana Keller", "Need it").await;
    bed.forward(Duration::minutes(9)).await;
    bed.sandbox.faults().clear();
    bed.forward(Duration::minutes(1)).await;
    assert_eq!(
        bed.channel("leads").len(),
        1,
        "{:?}",
        bed.channel("leads").iter().map(crate::bed::Seen::text).collect::<Vec<_>>()
    );
    bed.ends_clean().await;
}

#[tokio::test]
async fn while_the_chat_is_away_leads_are_taken_and_posted_when_it_is_back() {
    let bed = Bed::new().await;
    bed.sandbox.faults().rest(Ordered::next(RestFault::ErrorBefore(503)).path("/messages").times(1_000));
    bed.lead("Dana Keller", "Need it").await;
    bed.lead("Emil Holm", "Need it too").await;
    assert!(bed.channel("leads").is_empty());
    bed.forward(Duration::minutes(3)).await;
    bed.sandbox.faults().clear();
    bed.forward(Duration::minutes(5)).await;
    bed.card("leads", "Dana");
    bed.card("leads", "Emil");
    bed.ends_clean().await;
}

#[tokio::test]
async fn what_came_due_while_the_chat_was_away_is_told_in_one_message_and_what_is_over_is_not() {
    let bed = Bed::new().await;
    let ann = bed.somebody("ann");
    for name in ["Dana Keller", "Evan Moss", "Finn Ode", "Gita Rao", "Hana Suzuki"] {
        bed.lead(name, "Need it").await;
        ann.press(&bed.card("leads", name.split(' ').next().expect("a name")), "Claim").await;
    }
    bed.sandbox.faults().rest(Ordered::next(RestFault::ErrorBefore(503)).path("/messages").times(10_000));
    bed.forward(Duration::minutes(9)).await;
    assert!(ann.direct().is_empty());
    ann.command("lead log", &[("lead", "L-1005"), ("channel", "call"), ("outcome", "reached")]).await;
    bed.sandbox.faults().clear();
    bed.forward(Duration::minutes(5)).await;
    let told: Vec<String> = ann.direct().iter().map(crate::bed::Seen::plain).collect();
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].contains("4 things for you") && !told[0].contains("L-1005"), "Hana was reached meanwhile: {told:#?}");
    bed.ends_clean().await;
}

#[tokio::test]
async fn managers_hear_once_a_day_of_a_channel_that_takes_no_cards() {
    let bed = Bed::with(&PLAYBOOK.replace(r#"channel = "world""#, r#"channel = "nowhere""#)).await;
    for name in ["Dana Keller", "Evan Moss"] {
        let email = format!("{}@example.com", name.to_lowercase().replace(' ', "."));
        bed.form("fair", serde_json::json!({"name": name, "email": email, "message": "Prices"})).await;
        bed.forward(Duration::minutes(5)).await;
    }
    let told: Vec<String> = bed.channel("bosses").iter().map(crate::bed::Seen::plain).collect();
    let told: Vec<&String> = told.iter().filter(|one| one.contains("cannot be shown in #nowhere")).collect();
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].contains("there is no text channel #nowhere that the bot can see"), "{told:#?}");
    assert!(told[0].contains("correct the channel in the playbook"), "{told:#?}");
}

#[tokio::test]
async fn promises_stand_still_while_the_chat_is_away_and_run_on_with_what_was_left() {
    let bed = Bed::new().await;
    let ann = bed.somebody("ann");
    bed.lead("Dana Keller", "Need it").await;
    ann.press(&bed.card("leads", "Dana"), "Claim").await;
    let due = |bed: &Bed| {
        let store = bed.core.store.clone();
        async move {
            let lead = store.lead(LeadId(1001)).await.expect("it can be read").expect("it is there");
            (lead.course.state.owner().is_some(), lead.course.clocks.due(Clock::FirstTouch).expect("it is untouched"))
        }
    };
    let (_, promised) = due(&bed).await;
    bed.chat_goes().await;
    bed.forward(Duration::hours(2)).await;
    assert_eq!(due(&bed).await, (true, promised), "nobody could answer for it, and nobody takes it away");
    bed.chat_comes_back().await;
    assert_eq!(due(&bed).await, (true, promised + Duration::hours(2)), "what was left is left");
    assert!(ann.direct().is_empty(), "{:?}", ann.direct().iter().map(crate::bed::Seen::text).collect::<Vec<_>>());
    let why = bed.somebody("ann").command("lead why", &[("lead", "L-1001")]).await.private().plain();
    assert!(why.contains("its clocks stood still since"), "{why}");
    bed.forward(Duration::hours(3)).await;
    assert!(!ann.direct().is_empty(), "and then it runs out as ever");
    bed.ends_clean().await;
}

#[tokio::test]
async fn patience_that_the_chat_asks_for_is_given() {
    let bed = Bed::new().await;
    bed.sandbox
        .faults()
        .rest(Ordered::next(RestFault::RateLimited { retry_after: 0.3, scope: Scope::User }).method("POST").path("/messages"));
    bed.lead("Dana Keller", "Need it").await;
    assert_eq!(bed.sandbox.faults().pending(), 0, "the chat asked for patience once");
    bed.card("leads", "Dana");
    bed.ends_clean().await;
}

#[tokio::test]
async fn the_same_click_delivered_twice_counts_once() {
    let bed = Bed::new().await;
    bed.lead("Dana Keller", "Need it").await;
    let ann = bed.somebody("ann");
    ann.press(&bed.card("leads", "Dana"), "Claim").await;
    bed.sandbox.faults().gateway(sandbox::GatewayFault::DuplicateInteraction);
    ann.press(&bed.card("leads", "Dana"), "Reached").await;
    bed.forward(Duration::seconds(1)).await;
    let lead = bed.core.store.lead("1001".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(lead.course.work.tries(), 1);
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_reminder_tried_in_one_thread_is_not_told_again_in_the_next_one() {
    let bed = Bed::new().await;
    bed.lead("Dana Keller", "Need it").await;
    let ann = bed.somebody("ann");
    bed.sandbox.set_dms_open(ann.id(), false);
    ann.press(&bed.card("leads", "Dana"), "Claim").await;
    let leads = bed.sandbox.channel_by_name("leads").unwrap();
    let threads = || -> Vec<sandbox::Snowflake> {
        bed.sandbox.threads(leads).iter().map(|thread| thread["id"].as_str().unwrap().parse().unwrap()).collect()
    };
    // The reminder arrives in the thread, nobody hears that it did, and the next try comes to nothing.
    let path = format!("/channels/{}/messages", threads()[0]);
    bed.sandbox.faults().rest(Ordered::next(RestFault::ErrorAfter(500)).method("POST").path(&path));
    bed.sandbox.faults().rest(Ordered::next(RestFault::ErrorBefore(502)).method("POST").path(&path));
    bed.forward(Duration::seconds(7 * 60 + 31)).await;
    assert_eq!(bed.sandbox.faults().pending(), 0);
    // The card goes, and with the next one comes another thread.
    assert!(bed.sandbox.delete_message_as_human(leads, bed.card("leads", "Dana").id()));
    bed.somebody("ben").command("lead note", &[("lead", "L-1001"), ("text", "prefers mornings")]).await;
    assert_eq!(threads().len(), 2);
    bed.forward(Duration::minutes(2)).await;
    let told: usize = threads()
        .into_iter()
        .flat_map(|thread| bed.sandbox.messages(thread))
        .filter(|message| message.to_string().contains("waits for your first touch"))
        .count();
    assert_eq!(told, 1);
    bed.ends_clean().await;
}
