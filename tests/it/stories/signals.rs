//! What people do besides asking: sent by other tools, worth points, and the end of a sleep.

use chrono::Duration;
use leadbell::domain::ids::LeadId;
use leadbell::domain::lead::Lead;

use crate::bed::{Bed, PLAYBOOK};

impl Bed {
    async fn signal(&self, body: &str) -> u16 {
        let answered =
            self.post(&self.hook("website").replace("/hooks/", "/signals/"), "application/json", body.to_owned()).await;
        self.rest().await;
        answered
    }

    async fn first(&self) -> Lead {
        self.core.store.lead(LeadId(1001)).await.expect("it can be read").expect("it is there")
    }
}

async fn asleep() -> Bed {
    let bed = Bed::new().await;
    bed.lead("Dana Keller", "A demo").await;
    let ann = bed.somebody("ann");
    ann.press(&bed.card("leads", "Dana"), "Claim").await;
    ann.command("lead dq", &[("lead", "L-1001"), ("reason", "not_ready"), ("when", "in 60 days")]).await;
    assert!(bed.card("leads", "Dana").text().contains("ASLEEP"), "{}", bed.card("leads", "Dana").text());
    bed
}

#[tokio::test]
async fn a_visit_stands_on_the_card_and_an_answer_ends_the_sleep() {
    let bed = asleep().await;
    let visit = r#"{"email":"Dana.Keller@example.com","kind":"visited","page":"/pricing","seconds":80,"id":"v1"}"#;
    assert_eq!(bed.signal(visit).await, 200);
    assert_eq!(bed.signal(visit).await, 200);
    let card = bed.card("leads", "Dana").plain();
    assert!(card.contains("ASLEEP") && card.contains("+10 visited pricing, today"), "once, however often it is sent: {card}");
    bed.forward(Duration::days(2)).await;
    let card = bed.card("leads", "Dana").plain();
    assert!(card.contains("+8 visited pricing, 2 days ago"), "{card}");
    assert_eq!(bed.signal(r#"{"lead":"L-1001","kind":"replied"}"#).await, 200);
    let card = bed.card("leads", "Dana").text();
    assert!(card.contains("CLAIMED"), "{card}");
    let told: Vec<String> = bed.somebody("ann").direct().iter().map(|message| message.text()).collect();
    assert!(told.iter().any(|told| told.contains("replied") && told.contains("A good moment")), "{told:#?}");
    let why = bed.somebody("ann").command("lead why", &[("lead", "L-1001")]).await.private().plain();
    assert!(why.contains("they visited pricing") && why.contains("they replied, worth"), "{why}");
    bed.ends_clean().await;
}

#[tokio::test]
async fn who_turns_hot_in_their_sleep_is_with_the_old_owner_at_once_or_with_the_team_while_she_is_away() {
    let hot = "\n[[signal]]\nkey = \"visited\"\npoints = 85\n";
    let visit = r#"{"email":"dana.keller@example.com","kind":"visited","page":"/pricing","seconds":80}"#;
    for is_away in [false, true] {
        let bed = asleep().await;
        bed.core.store.apply_playbook(format!("{PLAYBOOK}{hot}"), bed.by("test")).await.expect("the playbook is in force");
        let ann = bed.somebody("ann");
        if is_away {
            ann.command("me status", &[("is", "away")]).await;
        }
        assert_eq!(bed.signal(visit).await, 200);
        let card = bed.card("leads", "Dana");
        let told: Vec<String> = ann.direct().iter().map(|message| message.plain()).collect();
        if is_away {
            assert!(card.plain().contains("OPEN AGAIN") && card.buttons()[0] == "Claim", "{}", card.plain());
            assert!(told.is_empty(), "{told:#?}");
        } else {
            assert!(card.plain().contains("CLAIMED") && card.plain().contains("Ann Berg"), "{}", card.plain());
            assert!(told.len() == 1 && told[0].contains("turned hot: they visited pricing"), "{told:#?}");
        }
        bed.ends_clean().await;
    }
}

#[tokio::test]
async fn a_stranger_is_counted_and_nothing_else_and_what_nobody_knows_waits_for_a_person() {
    let bed = Bed::new().await;
    assert_eq!(bed.signal(r#"{"email":"stranger@example.com","kind":"opened"}"#).await, 200);
    assert_eq!(bed.leads().await, 0);
    let figures =
        bed.core.store.signal_figures(&"website".into(), bed.clock.now() - Duration::days(1)).await.expect("it can be read");
    assert_eq!((figures.heard, figures.unknown), (1, 1));
    assert!(bed.core.store.quarantined(9).await.expect("it can be read").is_empty());
    bed.lead("Dana Keller", "A demo").await;
    assert_eq!(bed.signal(r#"{"email":"dana.keller@example.com","kind":"visted"}"#).await, 200);
    let kept = bed.core.store.quarantined(9).await.expect("it can be read");
    assert!(kept[0].why.contains("Did you mean visited?"), "{}", kept[0].why);
    let playbook = format!("{}\n[[signal]]\nkey = \"visted\"\npoints = 4\n", PLAYBOOK);
    bed.core.store.apply_playbook(playbook, bed.by("test")).await.expect("the playbook is in force");
    let asker = leadbell::store::Asker { person: None, at: bed.clock.now() };
    bed.core.store.replay(leadbell::store::Replay::All, asker).await.expect("it is read again");
    bed.rest().await;
    assert_eq!(bed.first().await.course.signal_count, 1);
    assert!(bed.core.store.quarantined(9).await.expect("it can be read").is_empty());
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_signal_proves_itself_as_a_lead_of_the_same_source_does() {
    let bed = asleep().await;
    let reply = r#"{"lead":"L-1001","kind":"replied"}"#;
    let to = |path: &str| format!("{}/signals/{path}", bed.http);
    assert_eq!(bed.post(&to("website"), "application/json", reply).await, 401);
    assert_eq!(bed.post(&to("website/wrong"), "application/json", reply).await, 401);
    assert_eq!(bed.post(&to("nothing/here"), "application/json", reply).await, 404);
    bed.rest().await;
    assert_eq!(bed.first().await.course.signal_count, 0);
    bed.ends_clean().await;
}

/// What a mail server reports: that nobody has this address.
fn report(address: &str) -> String {
    format!(
        "From: Mail Delivery System <MAILER-DAEMON@mx.example.org>\r\nTo: sales@acme.example\r\nMessage-ID: <b1@mx.example.org>\r\n\
        Subject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
        --b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n\
        --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\n\
        Final-Recipient: rfc822; {address}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
    )
}

#[tokio::test]
async fn a_mail_that_comes_back_is_told_to_whoever_wrote_it_and_is_no_lead() {
    let bed = Bed::new().await;
    bed.source("mail", "Inbox", "email_raw").await;
    bed.lead("Dana Keller", "A demo").await;
    let ann = bed.somebody("ann");
    ann.press(&bed.card("leads", "Dana"), "Claim").await;
    for _ in 0..2 {
        let sent = bed.post(&bed.hook("mail"), "message/rfc822", report("dana.keller@example.com")).await;
        assert_eq!(sent, 200);
        bed.rest().await;
    }
    let told: Vec<String> = ann.direct().iter().map(|message| message.text()).filter(|text| text.contains("came back")).collect();
    assert_eq!(told.len(), 1, "once, however often the server says it: {told:#?}");
    assert!(told[0].contains("The address may be wrong"), "{}", told[0]);
    assert_eq!(bed.leads().await, 1, "a report is nobody's request");
    let card = bed.card("leads", "Dana").plain();
    assert!(!card.contains("bounced"), "it is worth no points: {card}");
    bed.ends_clean().await;
}
