//! What comes in by signed HTTP requests.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use leadbell::chat::Answer;
use leadbell::chat::discord::{HttpDoor, Signature};
use leadbell::clock::Clock;
use leadbell::domain::message::{Attachment, View};
use sandbox::Act;

use crate::bed::{Bed, CLAIM, Desk, SOON, card, words};

/// Serves the door on loopback and gives its URL.
async fn serve(door: Arc<HttpDoor<Desk>>) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/interactions", listener.local_addr().unwrap());
    let router = axum::Router::new().route("/interactions", axum::routing::post(receive)).with_state(door);
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

async fn receive(State(door): State<Arc<HttpDoor<Desk>>>, headers: HeaderMap, body: Bytes) -> Response {
    let header = |name| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let signature = Signature { signature: header("x-signature-ed25519"), timestamp: header("x-signature-timestamp") };
    let reply = door.receive(signature, &body).await;
    let status = StatusCode::from_u16(reply.status).unwrap();
    match reply.body {
        Some(json) => (status, axum::Json(json)).into_response(),
        None => status.into_response(),
    }
}

/// A bed whose bot has no gateway, only the door.
async fn bed_with_door(desk: &Arc<Desk>) -> (Bed, Arc<HttpDoor<Desk>>) {
    let bed = Bed::new().await;
    let key = bed.sandbox.public_key();
    let door = Arc::new(HttpDoor::new(bed.discord.clone(), Arc::clone(desk), &key, Clock::system()).unwrap());
    let url = serve(Arc::clone(&door)).await;
    bed.sandbox
        .set_interactions_endpoint(Some(&url))
        .await
        .expect("the probes with bad signatures are refused, the ping is answered");
    (bed, door)
}

#[tokio::test]
async fn a_press_is_answered_in_the_response() {
    let desk = Desk::saying(|_| Answer::Update { view: card("YOURS L-1042"), private: Some(words("It is yours.")), shows: None });
    let (bed, door) = bed_with_door(&desk).await;
    let at = bed.card().await;
    let ann = bed.person("ann");
    let outcome = bed.sandbox.act(Act::click(ann, (at.channel.parse().unwrap(), at.message.parse().unwrap()), CLAIM)).await;
    assert_eq!((outcome.ok, outcome.kind()), (true, "update"), "{outcome:?}");
    assert_eq!(bed.message(&at).unwrap()["embeds"][0]["title"], "YOURS L-1042");
    let told = bed.sandbox.wait_for(SOON, |s| s.ephemeral_for(ann).pop()).await.unwrap();
    assert_eq!(told["content"], "It is yours.");
    assert!(bed.sandbox.requests().iter().all(|r| !r.path.ends_with("/callback")), "no callback is needed");
    assert!(desk.last().by.roles.contains(&"sales".to_owned()));
    door.finish().await;
    bed.ends_clean();
}

#[tokio::test]
async fn an_answer_with_a_file_goes_by_callback_and_a_slow_one_follows() {
    let desk = Desk::saying(|asked| {
        let file = Attachment { name: "speed.csv".into(), bytes: b"a,b".to_vec(), alt: String::new() };
        if asked.by.handle == "ann" {
            Answer::Private(View { files: vec![file], ..words("Speed") })
        } else {
            Answer::Private(words("Slow."))
        }
    });
    let (bed, door) = bed_with_door(&desk).await;
    let at = bed.card().await;
    let at = (at.channel.parse().unwrap(), at.message.parse().unwrap());
    let outcome = bed.sandbox.act(Act::click(bed.person("ann"), at, CLAIM)).await;
    assert_eq!(outcome.answer_message().unwrap()["attachments"][0]["filename"], "speed.csv", "{outcome:?}");
    desk.close();
    let ben = bed.person("ben");
    let outcome = bed.sandbox.act(Act::click(ben, at, CLAIM)).await;
    assert_eq!(outcome.kind(), "deferred_update", "{outcome:?}");
    desk.open();
    let told = bed.sandbox.wait_for(SOON, |s| s.ephemeral_for(ben).pop()).await.unwrap();
    assert_eq!(told["content"], "Slow.");
    door.finish().await;
    bed.ends_clean();
}

#[tokio::test]
async fn what_is_not_signed_by_discord_just_now_is_refused() {
    let bed = Bed::new().await;
    let desk = Desk::saying(|_| Answer::Private(words("Here.")));
    let door = HttpDoor::new(bed.discord.clone(), desk, &bed.sandbox.public_key(), Clock::system()).unwrap();
    let now = Clock::system().now().timestamp().to_string();
    let nought = "00".repeat(64);
    for (signature, timestamp) in [("", ""), ("zz", now.as_str()), (nought.as_str(), now.as_str()), (nought.as_str(), "soon")] {
        let reply = door.receive(Signature { signature, timestamp }, br#"{"type":1}"#).await;
        assert_eq!(reply.status, 401, "{timestamp}");
    }
    assert!(
        HttpDoor::new(bed.discord.clone(), Desk::saying(|_| Answer::Private(words("Here."))), "not a key", Clock::system())
            .is_err()
    );
}

/// The stand-in signs by the machine's clock; the door's own stands somewhere else.
#[tokio::test]
async fn a_signature_older_than_five_minutes_is_refused() {
    let desk = Desk::saying(|_| Answer::Private(words("Here.")));
    for (minutes, accepted) in [(4, true), (6, false), (-6, false)] {
        let bed = Bed::new().await;
        let clock = Clock::shifted();
        clock.advance(chrono::TimeDelta::minutes(minutes));
        let door = HttpDoor::new(bed.discord.clone(), Arc::clone(&desk), &bed.sandbox.public_key(), clock).unwrap();
        let url = serve(Arc::new(door)).await;
        let set = bed.sandbox.set_interactions_endpoint(Some(&url)).await;
        assert_eq!(set.is_ok(), accepted, "{minutes} min: {set:?}");
    }
}
