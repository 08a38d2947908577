//! What the page asks and hears.

use sandbox::{Act, Limits, Panel, Snowflake};
use serde_json::{Value, json};

use crate::bed::{Bed, answer, button, text, world};

async fn state(bed: &Bed, who: Snowflake) -> Value {
    answer(bed.http.get(format!("{}/sandbox/state?as={who}", bed.sandbox.base_url())).send().await.unwrap()).await.body
}

#[tokio::test]
async fn each_person_sees_their_own_channels_and_commands() {
    let bed = Bed::new().await;
    bed.register(json!({"name": "admin", "description": "d", "default_member_permissions": "8"})).await;
    let ben = state(&bed, bed.user("ben")).await;
    let names: Vec<_> = ben["channels"].as_array().unwrap().iter().map(|c| text(&c["name"]).to_owned()).collect();
    assert_eq!((names, ben["commands"].as_array().unwrap().len()), (vec!["general".to_owned()], 0));
    let cleo = state(&bed, bed.user("cleo")).await;
    assert_eq!((cleo["channels"].as_array().unwrap().len(), cleo["commands"].as_array().unwrap().len()), (3, 1));
    assert_eq!((&cleo["connected"], &cleo["now"]), (&json!(false), &json!("2026-03-02T09:00:00.000Z")));
}

#[tokio::test]
async fn events_go_to_those_who_may_see_them() {
    let bed = Bed::new().await;
    let (ada, ben) = (bed.user("ada"), bed.user("ben"));
    let live = |who| bed.http.get(format!("{}/sandbox/live?as={who}", bed.sandbox.base_url())).send();
    let (mut of_ada, mut of_ben) = (live(ada).await.unwrap(), live(ben).await.unwrap());
    bed.sandbox.act(Act::write(ada, bed.channel("team"), "among us")).await;
    bed.sandbox.act(Act::write(ada, bed.channel("general"), "for all")).await;
    let mut heard = String::new();
    while !heard.contains("for all") {
        heard += std::str::from_utf8(&of_ben.chunk().await.unwrap().unwrap()).unwrap();
    }
    assert!(heard.starts_with("event: MESSAGE_CREATE\ndata: {"), "{heard}");
    assert!(!heard.contains("among us"));
    let first = of_ada.chunk().await.unwrap().unwrap();
    assert!(std::str::from_utf8(&first).unwrap().contains("among us"));
}

#[tokio::test]
async fn acts_over_http_answer_in_words() {
    let bed = Bed::new().await;
    let url = format!("{}/sandbox/act", bed.sandbox.base_url());
    let (ada, general) = (bed.user("ada"), bed.channel("general"));
    let write = json!({"as": ada, "do": "message", "channel": general, "content": "hi"});
    let written = answer(bed.http.post(&url).json(&write).send().await.unwrap()).await;
    assert_eq!((written.status, &written.body["ok"], &written.body["message"]["content"]), (200, &json!(true), &json!("hi")));
    let message = bed.post("general", json!({"content": "x", "components": [button("go")]})).await;
    let click = json!({"as": ada, "do": "click", "channel": general, "message": message["id"], "custom_id": "go"});
    let alone = answer(bed.http.post(&url).json(&click).send().await.unwrap()).await;
    assert_eq!((alone.status, alone.body), (200, json!({"ok": false, "error": "The application did not respond"})));
    let nonsense = bed.http.post(&url).json(&json!({"as": ada, "do": "dance"})).send().await.unwrap();
    assert_eq!(nonsense.status(), 400);
    let opened = answer(bed.http.post(&url).json(&json!({"as": ada, "do": "open_dm"})).send().await.unwrap()).await;
    assert_eq!(opened.body["channel"]["recipients"][0]["username"], "robot");
}

#[tokio::test]
async fn a_panel_sends_its_form_on() {
    let target = Bed::new().await;
    let panel = Panel {
        id: "form".to_owned(),
        title: "Form".to_owned(),
        post: format!("{}/sandbox/act", target.sandbox.base_url()),
        ..Panel::default()
    };
    let bed = Bed::with(world().panel(panel), Limits::off()).await;
    let shown = state(&bed, bed.user("ada")).await;
    assert_eq!((&shown["panels"][0]["title"], &shown["panels"][0]["post"]), (&json!("Form"), &Value::Null));
    let body = json!({"as": target.user("ben"), "do": "message", "channel": target.channel("general"), "content": "sent"});
    let url = format!("{}/sandbox/panel/form", bed.sandbox.base_url());
    let sent = answer(bed.http.post(url).json(&body).send().await.unwrap()).await;
    assert_eq!(sent.body["status"], 200, "{:?}", sent.body);
    assert_eq!(target.sandbox.messages(target.channel("general"))[0]["content"], "sent");
}

#[tokio::test]
async fn it_stops_with_open_connections() {
    let bed = Bed::new().await;
    let _bot = crate::bed::Bot::online(&bed).await;
    let _live = bed.http.get(format!("{}/sandbox/live?as={}", bed.sandbox.base_url(), bed.user("ada"))).send().await.unwrap();
    tokio::time::timeout(crate::bed::PATIENCE, bed.sandbox.stop()).await.unwrap();
}
