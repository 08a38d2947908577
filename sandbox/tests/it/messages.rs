//! Messages, reactions, threads and nonces.

use chrono::TimeDelta;
use sandbox::Act;
use serde_json::{Value, json};

use crate::bed::{Bed, id, text};

#[tokio::test]
async fn a_message_is_posted_read_edited_and_deleted() {
    let bed = Bed::new().await;
    let posted = bed.post("general", json!({"content": "  hello  "})).await;
    assert_eq!(posted["content"], "hello");
    assert_eq!(posted["author"]["username"], "robot");
    let path = format!("/channels/{}/messages/{}", bed.channel("general"), id(&posted));
    let edited = bed.call("PATCH", &path, json!({"content": "bye"})).await;
    assert_eq!((edited.status, &edited.body["content"]), (200, &json!("bye")));
    assert!(edited.body["edited_timestamp"].is_string());
    assert_eq!(bed.get(&path).await.body["content"], "bye");
    assert_eq!(bed.call("DELETE", &path, Value::Null).await.status, 204);
    let gone = bed.get(&path).await;
    assert_eq!((gone.status, gone.code()), (404, 10008));
}

#[tokio::test]
async fn ids_grow_while_the_clock_stands_still() {
    let bed = Bed::new().await;
    let mut last = id(&bed.post("general", json!({"content": "0"})).await);
    for n in 1..20 {
        let next = id(&bed.post("general", json!({"content": n.to_string()})).await);
        assert!(next > last);
        last = next;
    }
}

#[tokio::test]
async fn a_channel_is_read_in_pages() {
    let bed = Bed::new().await;
    let mut ids = Vec::new();
    for n in 0..6 {
        ids.push(id(&bed.post("general", json!({"content": n.to_string()})).await));
    }
    let list = async |query: String| -> Vec<String> {
        let answer = bed.get(&format!("/channels/{}/messages?{query}", bed.channel("general"))).await;
        answer.body.as_array().unwrap().iter().map(|m| text(&m["content"]).to_owned()).collect()
    };
    assert_eq!(list("limit=2".to_owned()).await, ["5", "4"]);
    assert_eq!(list(format!("limit=2&before={}", ids[4])).await, ["3", "2"]);
    assert_eq!(list(format!("limit=2&after={}", ids[1])).await, ["3", "2"]);
    assert_eq!(list(format!("limit=3&around={}", ids[2])).await, ["3", "2", "1"]);
    let refused = bed.get(&format!("/channels/{}/messages?limit=101", bed.channel("general"))).await;
    assert_eq!(refused.errors("limit"), ["NUMBER_TYPE_MAX"]);
}

#[tokio::test]
async fn a_bot_edits_only_its_own_messages() {
    let bed = Bed::new().await;
    let (ada, general) = (bed.user("ada"), bed.channel("general"));
    let written = bed.sandbox.act(Act::write(ada, general, "mine")).await.message.unwrap();
    let path = format!("/channels/{general}/messages/{}", id(&written));
    assert_eq!(bed.call("PATCH", &path, json!({"content": "yours"})).await.code(), 50005);
    assert_eq!(bed.call("DELETE", &path, Value::Null).await.status, 204);
}

#[tokio::test]
async fn an_enforced_nonce_makes_one_message() {
    let bed = Bed::new().await;
    let body = json!({"content": "once", "nonce": "job-1", "enforce_nonce": true});
    let first = bed.post("general", body.clone()).await;
    let again = bed.post("general", body.clone()).await;
    assert_eq!(id(&first), id(&again));
    assert_eq!(bed.sandbox.messages(bed.channel("general")).len(), 1);

    bed.forward(TimeDelta::minutes(4));
    let later = bed.post("general", body.clone()).await;
    assert_ne!(id(&first), id(&later));

    assert!(bed.sandbox.delete_message_as_human(bed.channel("general"), id(&later)));
    let lost = bed.call("POST", &format!("/channels/{}/messages", bed.channel("general")), body).await;
    assert_eq!((lost.status, lost.code()), (404, 10008));
}

#[tokio::test]
async fn a_message_has_one_thread_of_the_same_id() {
    let bed = Bed::new().await;
    let message = bed.post("general", json!({"content": "topic"})).await;
    let path = format!("/channels/{}/messages/{}/threads", bed.channel("general"), id(&message));
    let thread = bed.call("POST", &path, json!({"name": "aside"})).await;
    assert_eq!((thread.status, id(&thread.body)), (201, id(&message)));
    assert_eq!(bed.call("POST", &path, json!({"name": "again"})).await.code(), 160_004);
    assert_eq!(bed.sandbox.message(id(&message)).unwrap()["thread"]["name"], "aside");

    let thread_path = format!("/channels/{}", id(&thread.body));
    let archived = bed.call("PATCH", &thread_path, json!({"archived": true})).await;
    assert_eq!(archived.body["thread_metadata"]["archived"], true);
    let inside = bed.call("POST", &format!("{thread_path}/messages"), json!({"content": "awake"})).await;
    assert_eq!(inside.status, 200);
    let woken = bed.get(&thread_path).await;
    assert_eq!(woken.body["thread_metadata"]["archived"], false);
    assert_eq!(woken.body["message_count"], 1);
}

#[tokio::test]
async fn reactions_are_counted_by_emoji() {
    let bed = Bed::new().await;
    let (ada, general) = (bed.user("ada"), bed.channel("general"));
    let message = id(&bed.post("general", json!({"content": "vote"})).await);
    let path = format!("/channels/{general}/messages/{message}/reactions/%F0%9F%91%8D");
    assert_eq!(bed.call("PUT", &format!("{path}/@me"), Value::Null).await.status, 204);
    let react = json!({"as": ada, "do": "react", "channel": general, "message": message, "emoji": "👍"});
    assert!(bed.sandbox.act(serde_json::from_value(react).unwrap()).await.ok);
    let shown = bed.sandbox.message(message).unwrap();
    assert_eq!((&shown["reactions"][0]["count"], &shown["reactions"][0]["me"]), (&json!(2), &json!(true)));
    assert_eq!(bed.get(&path).await.body.as_array().unwrap().len(), 2);
    assert_eq!(bed.call("DELETE", &format!("{path}/@me"), Value::Null).await.status, 204);
    assert_eq!(bed.sandbox.message(message).unwrap()["reactions"][0]["me"], false);
    let nonsense = format!("/channels/{general}/messages/{message}/reactions/thumbs/@me");
    assert_eq!(bed.call("PUT", &nonsense, Value::Null).await.code(), 10014);
}

#[tokio::test]
async fn mentions_count_only_when_allowed() {
    let bed = Bed::new().await;
    let ada = bed.user("ada");
    let content = format!("<@{ada}> look, @everyone");
    let loud = bed.post("general", json!({"content": content})).await;
    assert_eq!((id(&loud["mentions"][0]), &loud["mention_everyone"]), (ada, &json!(true)));
    let quiet = bed.post("general", json!({"content": content, "allowed_mentions": {"parse": []}})).await;
    assert_eq!((&quiet["mentions"], &quiet["mention_everyone"]), (&json!([]), &json!(false)));
    let picked = bed.post("general", json!({"content": content, "allowed_mentions": {"users": [ada]}})).await;
    assert_eq!((id(&picked["mentions"][0]), &picked["mention_everyone"]), (ada, &json!(false)));
}

#[tokio::test]
async fn attached_files_can_be_fetched_and_shown_in_embeds() {
    let bed = Bed::new().await;
    let payload = json!({
        "embeds": [{"title": "chart", "image": {"url": "attachment://chart.png"}}],
        "attachments": [{"id": 0, "description": "a chart"}],
    });
    let part = reqwest::multipart::Part::bytes(vec![7; 3 << 20]).file_name("chart.png");
    let form = reqwest::multipart::Form::new().text("payload_json", payload.to_string()).part("files[0]", part);
    let path = format!("/channels/{}/messages", bed.channel("general"));
    let answer = crate::bed::answer(bed.request("POST", &path).multipart(form).send().await.unwrap()).await;
    let attachment = &answer.body["attachments"][0];
    assert_eq!((&attachment["filename"], &attachment["description"]), (&json!("chart.png"), &json!("a chart")));
    assert_eq!(answer.body["embeds"][0]["image"]["url"], attachment["url"]);
    let bytes = bed.http.get(text(&attachment["url"])).send().await.unwrap().bytes().await.unwrap();
    assert_eq!(bytes.len(), 3 << 20);
    assert_eq!(bed.sandbox.requests().last().unwrap().body, payload);
}

#[tokio::test]
async fn a_reply_names_its_original_or_is_refused() {
    let bed = Bed::new().await;
    let original = id(&bed.post("general", json!({"content": "?"})).await);
    let reply = bed.post("general", json!({"content": "!", "message_reference": {"message_id": original}})).await;
    assert_eq!((&reply["type"], id(&reply["referenced_message"])), (&json!(19), original));
    let lost = json!({"content": "!", "message_reference": {"message_id": "1"}});
    let refused = bed.call("POST", &format!("/channels/{}/messages", bed.channel("general")), lost).await;
    assert_eq!(refused.errors("message_reference"), ["REPLIES_UNKNOWN_MESSAGE"]);
}
