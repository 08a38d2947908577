//! Who may see and do what; commands, notes, typing; what is answered when nothing works.

use std::collections::BTreeMap;

use insta::assert_snapshot;

use super::bed::{Bed, ann, ben, card_of, may, on, seen, visitor};
use crate::chat::action::Verb;
use crate::chat::{Answer, Deed, OptionValue, Receipt};
use crate::domain::ids::LeadId;

#[tokio::test]
async fn guests_are_shown_nothing_and_not_remembered() {
    let bed = Bed::new().await;
    let lead = bed.lead().await;
    let guest = || visitor("gus", &["interns"]);
    for verb in [Verb::Claim, Verb::Details, Verb::Why] {
        assert!(seen(&bed.presses(guest(), verb, (lead, 1)).await).contains("You are not in a sales team yet"), "{verb:?}");
    }
    let typing = Deed::Completing { path: vec![], options: BTreeMap::new(), option: "lead".to_owned(), typed: "dana".to_owned() };
    assert_eq!(bed.does(guest(), typing).await, Answer::Choices(vec![]));
    assert!(bed.desk.store.roster().by_handle("gus").is_none());
}

#[tokio::test]
async fn a_role_that_is_taken_away_counts_at_once() {
    let bed = Bed::new().await;
    let lead = bed.lead().await;
    bed.presses(may(), Verb::Details, (lead, 1)).await;
    let demoted = seen(&bed.presses(visitor("may", &[]), Verb::Route, (lead, 1)).await);
    assert!(demoted.contains("You are not in a sales team yet"), "{demoted}");
    let mut boss = visitor("bo", &[]);
    boss.administers = true;
    assert!(seen(&bed.presses(boss, Verb::Route, (lead, 1)).await).contains("Which team shall have"));
}

#[tokio::test]
async fn in_direct_messages_a_person_is_who_they_were() {
    let bed = Bed::new().await;
    let lead = bed.lead().await;
    bed.presses(ann(), Verb::Claim, (lead, 1)).await;
    let mut direct = visitor("ann", &[]);
    direct.in_guild = false;
    let shown = seen(&bed.chooses(direct, on(Verb::Log, lead), "").await);
    assert!(shown.contains("How did you try to reach"), "{shown}");
    let mut stranger = visitor("sam", &["sales-dach"]);
    stranger.in_guild = false;
    assert!(seen(&bed.chooses(stranger, on(Verb::Log, lead), "").await).contains("You are not in a sales team yet"));
}

#[tokio::test]
async fn contact_data_is_for_the_owner_and_managers_and_who_looked_is_kept() {
    let bed = Bed::new().await;
    let lead = bed.lead().await;
    bed.presses(ann(), Verb::Claim, (lead, 1)).await;
    for verb in [Verb::Details, Verb::Reveal] {
        assert!(!seen(&bed.presses(ben(), verb, (lead, 2)).await).contains("dana@"), "{verb:?}");
    }
    for _ in 0..2 {
        assert!(seen(&bed.presses(may(), Verb::Details, (lead, 2)).await).contains("dana@"));
    }
    let log = bed.desk.store.log(lead).await.unwrap();
    assert_eq!(log.iter().filter(|row| row.kind == "revealed").count(), 1, "kept once");
    let why = seen(&bed.presses(ben(), Verb::Why, (lead, 2)).await);
    assert!(why.contains("@May looked at the contact data"), "{why}");
}

#[tokio::test]
async fn a_message_in_the_thread_becomes_a_note() {
    let bed = Bed::new().await;
    let lead = bed.lead().await;
    bed.presses(ann(), Verb::Claim, (lead, 1)).await;
    let card = bed.desk.store.due_cards(bed.desk.clock.now(), 1).await.unwrap()[0].id;
    bed.desk.store.card_thread(card, "thread-1".to_owned()).await.unwrap();
    let message = |channel: &str, content: &str| Deed::OnMessage {
        command: "Log on lead".to_owned(),
        on: Receipt { channel: channel.to_owned(), message: "m-1".to_owned() },
        content: content.to_owned(),
    };
    let mut shown = seen(&bed.does(ben(), message("thread-1", "They want two sites")).await);
    shown += &seen(&bed.does(ben(), message("thread-1", "  ")).await);
    shown += &seen(&bed.does(ben(), message("c-9", "They want two sites")).await);
    assert_snapshot!(shown, @r#"
    only they see:
    Noted on L-1001 ‹Dana K.›
    only they see:
    That message has no text to note. Use /lead note instead.
    a form opens:
    # Log on a lead
    On which lead?* [e.g. L-1042]
    What should the next one know?* [They want two sites]
    "#);
    let log = bed.desk.store.log(lead).await.unwrap();
    assert_eq!(log.last().unwrap().words.as_deref(), Some("They want two sites"));
}

#[tokio::test]
async fn leads_are_found_while_typing() {
    let bed = Bed::new().await;
    bed.lead().await;
    let typing = |option: &str, typed: &str| Deed::Completing {
        path: vec!["lead".to_owned(), "show".to_owned()],
        options: BTreeMap::new(),
        option: option.to_owned(),
        typed: typed.to_owned(),
    };
    let mut shown = String::new();
    for (option, typed) in [
        ("lead", "100"),
        ("lead", "acme"),
        ("lead", "nobody"),
        ("team", "da"),
        ("reason", "bud"),
        ("when", "fri 9"),
        ("whom", "a"),
    ] {
        shown += &format!("{option} {typed}: {}\n", seen(&bed.does(ann(), typing(option, typed)).await).trim_end());
    }
    assert_snapshot!(shown, @r#"
    lead 100: L-1001 Dana K., Acme Robotics (new) = L-1001
    lead acme: L-1001 Dana K., Acme Robotics (new) = L-1001
    lead nobody: 
    team da: DACH = dach
    reason bud: No budget = no_budget
    when fri 9: fri 9: Fri 18 Sep 2026, 09:00 (Europe/Berlin) = fri 9
    whom a:
    "#);
}

#[tokio::test]
async fn a_command_shows_a_lead_and_an_unknown_one_says_so() {
    let bed = Bed::new().await;
    let lead = bed.lead().await;
    let show = |typed: &str| Deed::Commanded {
        path: vec!["lead".to_owned(), "show".to_owned()],
        options: BTreeMap::from([("lead".to_owned(), OptionValue::Text(typed.to_owned()))]),
    };
    assert!(seen(&bed.does(ann(), show(&lead.to_string())).await).starts_with("only they see:\n# New: NEW  L-1001"));
    assert!(seen(&bed.does(ann(), show("7")).await).contains("There is no lead L-7."));
    assert!(seen(&bed.does(ann(), show("Nobody")).await).contains("No lead fits \"‹Nobody›\""));
}

#[test]
fn when_nothing_can_be_saved_people_are_told_that_nothing_changed() {
    let runtime = || tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let first = runtime();
    let (bed, lead) = first.block_on(async {
        let bed = Bed::new().await;
        let lead = bed.lead().await;
        bed.presses(ann(), Verb::Details, (lead, 1)).await;
        (bed, lead)
    });
    // The writer ends with the runtime that it was started on; reading goes on.
    first.shutdown_timeout(std::time::Duration::from_secs(5));
    let shown = runtime().block_on(async { seen(&bed.presses(ann(), Verb::Claim, (lead, 1)).await) });
    assert_eq!(shown, "only they see:\nThat could not be saved, and nothing has changed. Please try again in a moment.\n");
}

#[tokio::test]
async fn whatever_is_pressed_by_whomever_is_answered() {
    let bed = Bed::new().await;
    let lead = bed.lead().await;
    let nowhere = LeadId(999);
    for by in [ann(), ben(), may(), visitor("gus", &[])] {
        for &verb in Verb::ALL {
            for target in [lead, nowhere, LeadId(0)] {
                let pressed = bed.presses(by.clone(), verb, (target, 0)).await;
                let sent = bed.sends(by.clone(), on(verb, target).with("nonsense"), &[]).await;
                for answer in [pressed, sent] {
                    assert!(seen(&answer).lines().count() >= 2, "{verb:?} on {target}: {answer:?}");
                }
            }
        }
    }
    let garbage = Deed::Pressed { action: "lb9:claim".to_owned(), values: vec![], on: card_of(lead) };
    assert!(seen(&bed.does(ann(), garbage).await).contains("not known any more"));
}
