//! What goes out.

use std::time::Duration;

use leadbell::chat::{Nonce, Place, Platform, Receipt, SendError};
use leadbell::domain::message::{Attachment, Mention, View};
use sandbox::{Ordered, RestFault, Scope};
use serde_json::json;

use crate::bed::{ANN, Bed, CLAIM, card, discord, leads, words};

fn nonce(text: &str) -> Nonce {
    Nonce(text.to_owned())
}

#[tokio::test]
async fn a_card_that_is_sent_twice_stands_there_once() {
    let bed = Bed::new().await;
    let first = bed.card().await;
    assert_eq!(bed.card().await, first);
    let messages = bed.leads();
    assert_eq!(messages.len(), 1);
    assert_eq!(messages[0]["embeds"][0]["title"], "NEW L-1042");
    assert_eq!(messages[0]["components"][0]["components"][0]["custom_id"], CLAIM);
    bed.ends_clean();
}

#[tokio::test]
async fn an_edit_replaces_everything_and_a_deleted_message_is_gone() {
    let bed = Bed::new().await;
    let at = bed.card().await;
    bed.discord.edit(&at, &words("Closed.")).await.unwrap();
    let message = bed.message(&at).unwrap();
    assert_eq!((&message["content"], &message["embeds"], &message["components"]), (&json!("Closed."), &json!([]), &json!([])));
    bed.discord.delete(&at).await.unwrap();
    bed.discord.delete(&at).await.unwrap();
    assert_eq!(bed.discord.edit(&at, &words("?")).await, Err(SendError::Gone));
    bed.ends_clean();
}

#[tokio::test]
async fn a_mention_reaches_those_who_are_meant_and_nobody_else() {
    let bed = Bed::new().await;
    let view =
        View { mentions: vec![Mention::Person(ANN), Mention::Role("Sales".into())], quiet: true, ..card("OFFERED L-1042") };
    bed.discord.post(&leads(), &view, &nonce("m")).await.unwrap();
    let (ann, sales) = (bed.person("ann"), bed.sandbox.role_by_name("sales").unwrap());
    let message = &bed.leads()[0];
    assert_eq!(message["content"], format!("<@{ann}> <@&{sales}>"));
    assert_eq!(message["mentions"][0]["id"], ann.to_string());
    assert_eq!(message["mention_roles"], json!([sales.to_string()]));
    assert_eq!(message["flags"], 4096, "without a sound");
    bed.ends_clean();
}

#[tokio::test]
async fn pictures_and_tables_arrive_with_their_bytes() {
    let bed = Bed::new().await;
    let file = |name: &str, bytes: &[u8]| Attachment { name: name.into(), bytes: bytes.to_vec(), alt: String::new() };
    let view =
        View { title: "Speed".into(), files: vec![file("speed.png", b"png"), file("speed.csv", b"a,b")], ..View::default() };
    let at = bed.discord.post(&leads(), &view, &nonce("f")).await.unwrap();
    let message = bed.message(&at).unwrap();
    let attachments = message["attachments"].as_array().unwrap();
    // The picture stands in the embed; what is left beside it is the table.
    let table = attachments.iter().find(|a| a["filename"] == "speed.csv").unwrap();
    let bytes = bed.sandbox.attachment(table["id"].as_str().unwrap().parse().unwrap());
    assert_eq!(bytes.as_deref(), Some(b"a,b".as_slice()));
    assert!(message["embeds"][0]["image"]["url"].as_str().unwrap().contains("speed.png"));
    bed.discord.edit(&at, &card("No picture")).await.unwrap();
    assert_eq!(bed.message(&at).unwrap()["attachments"], json!([]), "an edit without files takes the old ones away");
    bed.ends_clean();
}

#[tokio::test]
async fn a_thread_is_opened_once() {
    let bed = Bed::new().await;
    let at = bed.card().await;
    let thread = bed.discord.open_thread(&at, &"L-1042 Acme ".repeat(20)).await.unwrap();
    let found = bed.discord.open_thread(&at, "again").await;
    assert_eq!(found.as_ref(), Ok(&thread));
    bed.discord.post(&thread, &words("Handed over."), &nonce("t")).await.unwrap();
    let Place::Thread(id) = &thread else { panic!("a thread") };
    assert_eq!(bed.sandbox.messages(id.parse().unwrap()).last().unwrap()["content"], "Handed over.");
}

#[tokio::test]
async fn a_post_whose_answer_was_lost_is_found_again_and_one_that_never_was_is_not() {
    let bed = Bed::new().await;
    let since = chrono::DateTime::UNIX_EPOCH + chrono::TimeDelta::days(20_000);
    for (fault, there) in [(RestFault::ErrorAfter(502), true), (RestFault::CutAfter, true), (RestFault::ErrorBefore(503), false)]
    {
        bed.sandbox.faults().rest(Ordered::next(fault.clone()).method("POST").path("/messages"));
        let tag = format!("n-{}", bed.leads().len());
        let view = View { footer: tag.clone().into(), ..card("NEW L-1042") };
        let outcome = bed.discord.post(&leads(), &view, &nonce(&tag)).await;
        assert!(matches!(outcome, Err(SendError::Uncertain { .. })), "{fault:?}: {outcome:?}");
        let found = bed.discord.find(&leads(), &tag, since).await.unwrap();
        assert_eq!(!found.is_empty(), there, "{fault:?}");
    }
    let cards = bed.discord.find(&leads(), CLAIM, since).await.unwrap();
    assert!(!cards.is_empty() && cards.iter().all(|card| card.channel == bed.channel("leads").to_string()), "{cards:?}");
    assert_eq!(bed.discord.find(&leads(), "n-9", since).await.unwrap(), []);
}

#[tokio::test]
async fn a_short_limit_is_waited_out_and_a_long_one_is_handed_back() {
    let bed = Bed::new().await;
    let limited = |retry_after| Ordered::next(RestFault::RateLimited { retry_after, scope: Scope::User }).path("/messages");
    bed.sandbox.faults().rest(limited(0.2));
    bed.discord.post(&leads(), &card("one"), &nonce("1")).await.unwrap();
    bed.sandbox.faults().rest(limited(30.0));
    let later = bed.discord.post(&leads(), &card("two"), &nonce("2")).await;
    assert_eq!(later, Err(SendError::Retry { after: Some(Duration::from_secs(30)) }));
    bed.sandbox.clear_requests();
    let still = bed.discord.post(&leads(), &card("two"), &nonce("2")).await;
    assert!(matches!(still, Err(SendError::Retry { after: Some(after) }) if after > Duration::from_secs(25)), "{still:?}");
    assert_eq!(bed.sandbox.requests().len(), 0, "nothing leaves while Discord asked for quiet");
}

#[tokio::test]
async fn discords_own_limits_are_kept_without_a_single_429() {
    let bed = Bed::of(crate::bed::acme(), sandbox::SandboxOptions::default()).await;
    let mut waited = 0;
    for n in 0..7 {
        match bed.discord.post(&leads(), &card("x"), &nonce(&n.to_string())).await {
            Ok(_) => {}
            Err(SendError::Retry { after: Some(_) }) => waited += 1,
            Err(error) => panic!("{error}"),
        }
    }
    assert!(waited > 0, "five in five seconds are allowed");
    assert!(bed.sandbox.requests().iter().all(|r| r.status != 429));
}

#[tokio::test]
async fn each_refusal_says_what_can_be_done() {
    let bed = Bed::new().await;
    let post = async |place: Place| bed.discord.post(&place, &card("x"), &nonce("r")).await;
    let why = |outcome| match outcome {
        Err(SendError::Refused { why }) => why,
        other => panic!("{other:?}"),
    };
    let missing = why(post(Place::Channel("nowhere".into())).await);
    assert!(missing.starts_with("there is no text channel #nowhere that the bot can see. Create it"), "{missing}");
    let locked = why(post(Place::Channel("locked".into())).await);
    assert!(locked.contains("There the bot needs: View Channel"), "{locked}");
    let ben = bed.person("ben");
    let direct = post(Place::Direct(ben.to_string())).await.unwrap();
    assert_eq!(direct.channel, bed.sandbox.direct_channel(ben).to_string());
    bed.sandbox.set_dms_open(ben, false);
    assert_eq!(post(Place::Direct(ben.to_string())).await, Err(SendError::Closed));
    let asked = bed.sandbox.requests().len();
    assert_eq!(post(Place::Direct(ben.to_string())).await, Err(SendError::Closed));
    assert_eq!(bed.sandbox.requests().len(), asked, "it was known already");
    let at = bed.card().await;
    bed.sandbox.delete_channel_as_human(bed.channel("leads"));
    assert_eq!(bed.discord.edit(&at, &card("x")).await, Err(SendError::Gone));
    let nonsense = Receipt { channel: "leads".into(), message: "1".into() };
    assert!(why(bed.discord.edit(&nonsense, &card("x")).await.map(|()| nonsense)).contains("no id"));
}

#[tokio::test]
async fn after_the_token_was_refused_nothing_leaves_any_more() {
    let bed = Bed::new().await;
    let wrong = discord(&bed.sandbox, "not-the-token");
    for _ in 0..3 {
        let outcome = wrong.post(&leads(), &card("x"), &nonce("w")).await;
        assert!(matches!(outcome, Err(SendError::Refused { why }) if why.contains("does not accept the bot token")));
    }
    assert!(wrong.is_halted() && !bed.discord.is_halted());
    assert_eq!(bed.sandbox.requests().iter().filter(|r| r.status == 401).count(), 1);
}
