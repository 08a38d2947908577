//! How much anybody hears: one message for one thing, several at once as one, and nobody is rung who is not meant.

use chrono::Duration;

use crate::bed::{Bed, PLAYBOOK, Seen};

const FOUR: [&str; 4] = ["Dana Keller", "Evan Moss", "Finn Ode", "Gita Rao"];

/// Ann takes four leads at the same moment.
async fn four(bed: &Bed) {
    for name in FOUR {
        bed.lead(name, "Need it").await;
        bed.somebody("ann").press(&bed.card("leads", name.split(' ').next().expect("a name")), "Claim").await;
    }
}

#[tokio::test]
async fn more_than_three_things_at_once_are_one_message_from_which_each_can_be_seen() {
    let bed = Bed::new().await;
    four(&bed).await;
    let ann = bed.somebody("ann");
    bed.forward(Duration::minutes(8)).await;
    let told = ann.direct();
    assert_eq!(told.len(), 1, "{:#?}", told.iter().map(Seen::plain).collect::<Vec<_>>());
    assert!(told[0].plain().contains("4 things for you"), "{}", told[0].plain());
    assert_eq!(told[0].plain().matches("waits for your first touch").count(), 4, "{}", told[0].plain());
    assert!(!told[0].raw().contains("@example.com"));
    let shown = ann.choose(&told[0], "L-1003").await.private();
    assert!(shown.plain().contains("L-1003") && shown.plain().contains("finn.ode@example.com"), "it is hers: {}", shown.plain());
    ann.press(&shown, "Reached").await;
    assert!(bed.card("leads", "L-1003").plain().contains("WORKING"), "and it can be worked from there");
    bed.ends_clean().await;
}

#[tokio::test]
async fn three_things_at_once_are_three_messages_with_buttons() {
    let bed = Bed::new().await;
    let ann = bed.somebody("ann");
    four(&bed).await;
    ann.press(&bed.card("leads", "Dana"), "Reached").await;
    bed.forward(Duration::minutes(8)).await;
    let told = ann.direct();
    assert_eq!(told.len(), 3);
    assert!(told.iter().all(|one| one.buttons().contains(&"Log attempt".to_owned())), "{told:#?}");
    bed.ends_clean().await;
}

#[tokio::test]
async fn with_direct_messages_closed_each_is_told_in_the_thread_of_its_own_lead() {
    let bed = Bed::new().await;
    let ann = bed.somebody("ann");
    bed.sandbox.set_dms_open(ann.id(), false);
    four(&bed).await;
    bed.forward(Duration::minutes(9)).await;
    let threads = bed.threads("leads");
    assert_eq!(threads.len(), 4);
    for thread in threads {
        assert_eq!(thread.len(), 1, "{thread:#?}");
        assert!(
            thread[0].plain().contains("waits for your first touch") && thread[0].rings() == ["ann"],
            "{}",
            thread[0].plain()
        );
        assert!(!thread[0].raw().contains("@example.com") && thread[0].buttons().contains(&"Show contact".to_owned()));
    }
    bed.ends_clean().await;
}

#[tokio::test]
async fn whose_turn_it_is_and_who_takes_no_direct_messages_is_asked_in_the_channel() {
    let ladder = "captain = \"ann\"\nladder = [{ step = \"offer\", for = \"5m\" }, { step = \"assign\", to = \"captain\" }]";
    let bed = Bed::with(&PLAYBOOK.replace(r#"captain = "ann""#, ladder)).await;
    let ann = bed.somebody("ann");
    bed.sandbox.set_dms_open(ann.id(), false);
    bed.lead("Dana Keller", "Need it").await;
    let asked: Vec<Seen> = bed.channel("leads").into_iter().filter(|seen| seen.plain().contains("is offered to you")).collect();
    assert!(asked.len() == 1 && asked[0].rings() == ["ann"], "{asked:#?}");
    assert!(!asked[0].raw().contains("dana.keller@"), "{}", asked[0].raw());
    let taken = ann.press(&asked[0], "Accept").await.private().plain();
    assert!(taken.contains("dana.keller@example.com"), "{taken}");
    bed.ends_clean().await;
}

#[tokio::test]
async fn whoever_takes_no_direct_messages_is_asked_in_the_channel_as_soon_the_fifth_time_as_the_first() {
    let ladder = "captain = \"ann\"\nladder = [{ step = \"offer\", for = \"5m\" }, { step = \"assign\", to = \"captain\" }]";
    let bed = Bed::with(&PLAYBOOK.replace(r#"captain = "ann""#, ladder)).await;
    for who in ["ann", "ben"] {
        bed.sandbox.set_dms_open(bed.somebody(who).id(), false);
        bed.somebody(who).command("help", &[]).await;
    }
    let names = [
        "Dana Keller",
        "Evan Moss",
        "Finn Ode",
        "Gita Rao",
        "Hana Sato",
        "Ivo Lind",
        "Jan Roth",
        "Kim Lee",
        "Lea Voss",
        "Mia Berg",
    ];
    for name in names {
        bed.lead(name, "Need it").await;
        let asked = bed.channel("leads").into_iter().rfind(|seen| seen.plain().contains("is offered to you")).expect("asked");
        let first = name.split(' ').next().expect("a name");
        assert!(asked.plain().contains(first), "{first} is not offered to anybody yet: {}", asked.plain());
        let who = bed.somebody(&asked.rings()[0]);
        who.press(&asked, "Accept").await;
        who.press(&bed.card("leads", &format!("  {first}")), "Reached").await;
    }
    bed.ends_clean().await;
}

/// Ann's lead sleeps for a month.
async fn asleep() -> Bed {
    let bed = Bed::new().await;
    bed.lead("Dana Keller", "A demo").await;
    let ann = bed.somebody("ann");
    ann.press(&bed.card("leads", "Dana"), "Claim").await;
    ann.command("lead dq", &[("lead", "L-1001"), ("reason", "not_ready"), ("when", "in 30 days")]).await;
    assert!(ann.direct().is_empty(), "nobody is told of their own act");
    bed
}

/// The one message that Ann got.
fn the_one_message(bed: &Bed) -> Seen {
    let told = bed.somebody("ann").direct();
    assert_eq!(told.len(), 1, "one message for one thing: {:#?}", told.iter().map(Seen::plain).collect::<Vec<_>>());
    told[0].clone()
}

#[tokio::test]
async fn who_gets_their_lead_back_hears_once_why_how_to_reach_them_and_until_when() {
    let bed = asleep().await;
    bed.forward(Duration::days(30) + Duration::minutes(1)).await;
    let told = the_one_message(&bed);
    assert!(told.plain().contains("is back from its sleep, and yours"), "{}", told.plain());
    for part in ["dana.keller@example.com", "a first touch is promised"] {
        assert!(told.plain().contains(part), "{part}: {}", told.plain());
    }
    bed.ends_clean().await;

    let bed = asleep().await;
    bed.lead("Dana Keller", "Now we are ready").await;
    let told = the_one_message(&bed);
    assert!(told.plain().contains("asked again") && told.plain().contains("Now we are ready"), "{}", told.plain());
    assert!(told.plain().contains("dana.keller@example.com") && told.plain().contains("a first touch is promised"));
    bed.ends_clean().await;

    let bed = asleep().await;
    let signals = bed.hook("website").replace("/hooks/", "/signals/");
    assert_eq!(bed.post(&signals, "application/json", r#"{"lead":"L-1001","kind":"replied"}"#).await, 200);
    bed.rest().await;
    let told = the_one_message(&bed);
    assert!(told.plain().contains("replied") && told.plain().contains("a first touch is promised"), "{}", told.plain());
    bed.ends_clean().await;
}

#[tokio::test]
async fn every_message_says_whom_it_may_ring_and_it_is_never_everybody() {
    let bed = Bed::new().await;
    bed.lead("Mallory <@everyone>", "@here <@&1> now").await;
    let ann = bed.somebody("ann");
    ann.press(&bed.card("leads", "L-1001"), "Claim").await;
    ann.command("lead note", &[("lead", "L-1001"), ("text", "@everyone look")]).await;
    bed.forward(Duration::hours(2)).await;
    let mut seen = 0;
    for request in bed.sandbox.requests() {
        let message = if request.path.ends_with("/callback") { &request.body["data"] } else { &request.body };
        let is_message = ["content", "embeds", "components"].iter().any(|part| message.get(part).is_some());
        let is_form = message.get("title").is_some();
        if is_message && !is_form && (request.method == "POST" || request.method == "PATCH") {
            assert_eq!(message["allowed_mentions"]["parse"], serde_json::json!([]), "{} {}", request.path, message);
            seen += 1;
        }
    }
    assert!(seen > 5, "{seen}");
    bed.ends_clean().await;
}
