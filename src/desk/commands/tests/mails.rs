//! A template that is sent: from the button to the mail server, and what its sender hears when it does not go out.

use insta::assert_snapshot;

use super::*;
use crate::delivery::Mails;
use crate::domain::decision::{News, Recipient};
use crate::domain::lead::Channel;
use crate::domain::outgoing::Unsent;
use crate::engine::tick::Loop as _;
use crate::mailer::tests::Postman;

/// A lead of Ann's, the mail server, and the loop that hands mails to it.
async fn with_post(bed: &Bed) -> (LeadId, Postman, Mails) {
    let postman = Postman::default();
    bed.desk.mailer.connect(postman.opens().await);
    let id = bed.lead("Dana Keller", "Acme Robotics").await;
    let next = bed.says(ann(), "lead next", []).await;
    bed.presses(ann(), "Claim", view(&next)).await;
    let Desk { store, mailer, clock, chance, nudge, .. } = bed.desk.clone();
    (id, postman, Mails { store, mailer, clock, chance, nudge })
}

async fn introduction(bed: &Bed, id: LeadId) -> Answer {
    let filled = [("lead", text(&id.to_string())), ("template", text("introduction"))];
    bed.says(ann(), "template use", filled).await
}

async fn attempts(bed: &Bed, id: LeadId) -> Option<u32> {
    bed.desk.store.lead(id).await.unwrap().unwrap().course.work.attempts.get(&Channel::Email).copied()
}

/// What waits to be told about mails, to whom.
async fn told(bed: &Bed) -> Vec<(Recipient, Unsent)> {
    let waiting = bed.desk.store.due_notices(bed.now(), 100).await.unwrap();
    waiting
        .into_iter()
        .filter_map(|row| match row.news {
            News::MailUnsent { unsent, .. } => Some((row.to, unsent)),
            _ => None,
        })
        .collect()
}

#[tokio::test]
async fn a_template_is_sent_once_per_press_and_is_the_attempt() {
    let bed = Bed::new().await;
    let (id, postman, mails) = with_post(&bed).await;
    let filled = introduction(&bed, id).await;
    let said = seen(&bed.presses(ann(), "Send", view(&filled)).await);
    assert_snapshot!(said, @r"
    On its way to ‹dana@example.com›. If it does not go out, you hear of it.
    Logged for L-1001 ‹Dana K.›: e-mail, sent, no answer yet. 1 try so far. That was the first touch.
    [Follow up] [Add a note]
    ");
    assert_eq!(attempts(&bed, id).await, Some(1));
    assert!(postman.taken.lock().unwrap().is_empty(), "nobody waits for a mail server");
    assert_eq!(mails.tick().await.done, 1);
    assert_eq!(mails.tick().await.done, 0, "and not twice");
    let taken = postman.taken.lock().unwrap().clone();
    assert_eq!(taken.len(), 1);
    assert!(taken[0].contains("To: dana@example.com") && taken[0].contains("thank you for getting in touch"), "{}", taken[0]);
    assert!(told(&bed).await.is_empty());
}

#[tokio::test]
async fn a_team_that_has_an_address_of_its_own_writes_from_it() {
    let bed = Bed::new().await;
    let (id, postman, mails) = with_post(&bed).await;
    let own =
        Playbook::example().replacen("captain = \"ann\"", "from = \"DACH Sales <dach@acme.example>\"\ncaptain = \"ann\"", 1);
    let entry =
        crate::store::AuditEntry { at: bed.now(), actor: "ada".into(), deed: "playbook.apply".into(), about: String::new() };
    bed.desk.store.apply_playbook(own, entry).await.unwrap();
    let filled = introduction(&bed, id).await;
    bed.presses(ann(), "Send", view(&filled)).await;
    mails.tick().await;
    let taken = postman.taken.lock().unwrap().clone();
    assert!(taken[0].contains("From: \"DACH Sales\" <dach@acme.example>"), "{}", taken[0]);
}

#[tokio::test]
async fn the_same_press_twice_sends_once() {
    let bed = Bed::new().await;
    let (id, postman, mails) = with_post(&bed).await;
    let filled = introduction(&bed, id).await;
    let Row::Buttons(buttons) = &view(&filled).rows[0] else { panic!("{filled:?}") };
    let press = || Inbound {
        id: "the-same-press".to_owned(),
        by: ann(),
        channel: "c-1".to_owned(),
        deed: Deed::Pressed {
            action: buttons[0].action.clone(),
            values: Vec::new(),
            on: Receipt { channel: "c-1".to_owned(), message: "private".to_owned() },
        },
    };
    bed.desk.answer(press()).await;
    bed.desk.answer(press()).await;
    assert_eq!(mails.tick().await.done, 1);
    assert_eq!(postman.taken.lock().unwrap().len(), 1);
    assert_eq!(attempts(&bed, id).await, Some(1));
}

#[tokio::test]
async fn what_is_refused_for_good_is_told_to_whoever_sent_it() {
    let bed = Bed::new().await;
    let (id, postman, mails) = with_post(&bed).await;
    postman.to_recipients.lock().unwrap().push("550 5.1.1 <dana@example.com> is unknown");
    let filled = introduction(&bed, id).await;
    bed.presses(ann(), "Send", view(&filled)).await;
    mails.tick().await;
    mails.tick().await;
    assert!(postman.taken.lock().unwrap().is_empty());
    let by = bed.desk.store.roster().by_chat_id("chat-ann").unwrap().id;
    assert_eq!(told(&bed).await, [(Recipient::Person(by), Unsent::Refused { code: "550 5.1.1".to_owned() })]);
    let why = seen(&bed.says(ann(), "lead why", [("lead", text(&id.to_string()))]).await);
    assert!(why.contains("@Ann's e-mail did not go out: the mail server refused it, with 550 5.1.1"), "{why}");
    assert_eq!(attempts(&bed, id).await, Some(1), "it was an attempt all the same");
}

#[tokio::test]
async fn a_server_that_puts_off_is_tried_again_and_given_up_in_the_end() {
    let bed = Bed::new().await;
    let (id, postman, mails) = with_post(&bed).await;
    postman.to_recipients.lock().unwrap().push("451 4.7.1 come back later");
    let filled = introduction(&bed, id).await;
    bed.presses(ann(), "Send", view(&filled)).await;
    mails.tick().await;
    assert_eq!(mails.tick().await.done, 0, "not at once");
    bed.passes(Duration::minutes(1));
    mails.tick().await;
    assert_eq!(postman.taken.lock().unwrap().len(), 1);
    let filled = introduction(&bed, id).await;
    bed.presses(ann(), "Send", view(&filled)).await;
    *postman.to_recipients.lock().unwrap() = vec!["421 busy"; 40];
    let mut tries = 0;
    while told(&bed).await.is_empty() {
        tries += mails.tick().await.done;
        bed.passes(Duration::minutes(6));
        assert!(tries < 40, "it is never given up");
    }
    assert_eq!((tries, told(&bed).await[0].1.clone()), (16, Unsent::GivenUp));
}

#[tokio::test]
async fn what_was_being_handed_over_when_the_process_died_is_not_handed_over_again() {
    let bed = Bed::new().await;
    let (id, postman, mails) = with_post(&bed).await;
    let filled = introduction(&bed, id).await;
    bed.presses(ann(), "Send", view(&filled)).await;
    let row = bed.desk.store.due_mails(bed.now(), 10).await.unwrap().remove(0);
    assert!(bed.desk.store.mail_begins(row.id).await.unwrap());
    mails.tick().await;
    assert!(postman.taken.lock().unwrap().is_empty());
    assert_eq!(told(&bed).await[0].1, Unsent::Unsure);
}

#[tokio::test]
async fn nobody_is_written_to_who_asked_to_be_left_alone_meanwhile() {
    let bed = Bed::new().await;
    let (id, postman, mails) = with_post(&bed).await;
    let filled = introduction(&bed, id).await;
    bed.presses(ann(), "Send", view(&filled)).await;
    let dq = [("lead", text(&id.to_string())), ("reason", text("not_interested"))];
    bed.says(ann(), "lead dq", dq).await;
    assert_eq!(mails.tick().await.done, 1);
    assert!(postman.taken.lock().unwrap().is_empty() && told(&bed).await.is_empty());
    assert_eq!(mails.tick().await.done, 0);
}
