//! Bodies that Discord refuses, and the paths by which it names what is wrong.

use serde_json::{Value, json};

use crate::bed::{Answer, Bed, button};

async fn refused(bed: &Bed, body: Value) -> Answer {
    let answer = bed.call("POST", &format!("/channels/{}/messages", bed.channel("general")), body).await;
    assert_eq!(answer.status, 400, "{:?}", answer.body);
    answer
}

#[tokio::test]
async fn messages_have_limits() {
    let bed = Bed::new().await;
    let long = "x".repeat(2001);
    let answer = refused(&bed, json!({"content": long})).await;
    assert_eq!((answer.code(), answer.errors("content")), (50035, vec!["BASE_TYPE_MAX_LENGTH"]));
    assert_eq!(refused(&bed, json!({"content": "  "})).await.code(), 50006);
    assert_eq!(refused(&bed, json!({"content": 5})).await.errors("content"), ["STRING_TYPE_CONVERT"]);
    let nonce = "n".repeat(26);
    assert_eq!(refused(&bed, json!({"content": "x", "nonce": nonce})).await.errors("nonce"), ["BASE_TYPE_MAX_LENGTH"]);
    let both = json!({"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}});
    assert_eq!(refused(&bed, both).await.errors("allowed_mentions"), ["MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE"]);
}

#[tokio::test]
async fn embeds_have_limits_alone_and_together() {
    let bed = Bed::new().await;
    let answer = refused(&bed, json!({"embeds": [{"title": "ok"}, {"title": "x".repeat(257)}]})).await;
    assert_eq!(answer.errors("embeds.1.title"), ["BASE_TYPE_MAX_LENGTH"]);
    let fields = vec![json!({"name": "n", "value": "v"}); 26];
    assert_eq!(refused(&bed, json!({"embeds": [{"fields": fields}]})).await.errors("embeds.0.fields"), ["BASE_TYPE_MAX_LENGTH"]);
    let answer = refused(&bed, json!({"embeds": [{"title": "t", "fields": [{"name": "n"}]}]})).await;
    assert_eq!(answer.errors("embeds.0.fields.0.value"), ["BASE_TYPE_REQUIRED"]);
    let big = json!({"description": "x".repeat(4000)});
    assert_eq!(refused(&bed, json!({"embeds": [big, big]})).await.errors("embeds"), ["MAX_EMBED_SIZE_EXCEEDED"]);
    let link = json!({"embeds": [{"title": "t", "url": "ftp://x.example"}]});
    assert_eq!(refused(&bed, link).await.errors("embeds.0.url"), ["URL_TYPE_INVALID_SCHEME"]);
}

#[tokio::test]
async fn components_have_limits() {
    let bed = Bed::new().await;
    let one = |component: Value| json!({"content": "x", "components": [{"type": 1, "components": [component]}]});
    let at = "components.0.components.0";
    let button = |key: &str, value: Value| {
        let mut button = json!({"type": 2, "style": 1, "label": "Go", "custom_id": "go"});
        button[key] = value;
        button
    };
    let answer = refused(&bed, one(button("label", json!("x".repeat(81))))).await;
    assert_eq!(answer.errors(&format!("{at}.label")), ["BASE_TYPE_MAX_LENGTH"]);
    let answer = refused(&bed, one(button("custom_id", json!("x".repeat(101))))).await;
    assert_eq!(answer.errors(&format!("{at}.custom_id")), ["BASE_TYPE_BAD_LENGTH"]);
    let answer = refused(&bed, one(button("style", json!(9)))).await;
    assert_eq!(answer.errors(&format!("{at}.style")), ["BASE_TYPE_CHOICES"]);
    let answer = refused(&bed, one(json!({"type": 2, "style": 5, "label": "l"}))).await;
    assert_eq!(answer.errors(&format!("{at}.url")), ["BASE_TYPE_REQUIRED"]);
    let options = vec![json!({"label": "l", "value": "v"}); 26];
    let answer = refused(&bed, one(json!({"type": 3, "custom_id": "s", "options": options}))).await;
    assert_eq!(answer.errors(&format!("{at}.options")), ["BASE_TYPE_BAD_LENGTH"]);
    let naked = json!({"content": "x", "components": [{"type": 2, "style": 1, "label": "Go", "custom_id": "go"}]});
    assert_eq!(refused(&bed, naked).await.errors("components.0.type"), ["BASE_TYPE_CHOICES"]);
}

#[tokio::test]
async fn rows_and_ids_are_counted() {
    let bed = Bed::new().await;
    let rows: Vec<_> = (0..6).map(|n| button(&n.to_string())).collect();
    assert_eq!(refused(&bed, json!({"content": "x", "components": rows})).await.errors("components"), ["BASE_TYPE_MAX_LENGTH"]);
    let twice = json!({"content": "x", "components": [button("a"), button("a")]});
    assert_eq!(refused(&bed, twice).await.errors("components"), ["COMPONENT_CUSTOM_ID_DUPLICATED"]);
    let six: Vec<_> = (0..6).map(|n| json!({"type": 2, "style": 1, "label": "x", "custom_id": n.to_string()})).collect();
    let answer = refused(&bed, json!({"content": "x", "components": [{"type": 1, "components": six}]})).await;
    assert_eq!(answer.errors("components.0.components"), ["BASE_TYPE_BAD_LENGTH"]);
}

#[tokio::test]
async fn components_v2_replace_the_classic_parts() {
    let bed = Bed::new().await;
    let text = json!({"type": 10, "content": "**Hello**"});
    let container = json!({"type": 17, "accent_color": 255, "components": [
        {"type": 9, "components": [text], "accessory": {"type": 2, "style": 1, "label": "Go", "custom_id": "go"}},
        {"type": 14}, text,
    ]});
    let fine = bed.post("general", json!({"flags": 32768, "components": [container]})).await;
    assert_eq!(fine["flags"], 32768);
    let answer = refused(&bed, json!({"flags": 32768, "content": "x", "components": [text]})).await;
    assert_eq!(answer.errors("content"), ["MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"]);
    let answer = refused(&bed, json!({"content": "x", "components": [container]})).await;
    assert_eq!(answer.errors("components.0.type"), ["BASE_TYPE_CHOICES"]);
    let path = format!("/channels/{}/messages/{}", bed.channel("general"), crate::bed::id(&fine));
    let answer = bed.call("PATCH", &path, json!({"content": "back"})).await;
    assert_eq!(answer.errors("content"), ["MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"]);
}

#[tokio::test]
async fn commands_have_rules() {
    let bed = Bed::new().await;
    let path = format!("/applications/{}/commands", bed.sandbox.application_id());
    let refused = async |body: Value| {
        let answer = bed.call("POST", &path, body).await;
        assert_eq!((answer.status, answer.code()), (400, 50035), "{:?}", answer.body);
        answer
    };
    let name = refused(json!({"name": "Deploy Now", "description": "d"})).await;
    assert_eq!(name.errors("name"), ["APPLICATION_COMMAND_INVALID_NAME"]);
    assert_eq!(refused(json!({"name": "deploy"})).await.errors("description"), ["BASE_TYPE_REQUIRED"]);
    let order = refused(json!({"name": "a", "description": "d", "options": [
        {"type": 3, "name": "one", "description": "d"},
        {"type": 3, "name": "two", "description": "d", "required": true},
    ]}));
    assert_eq!(order.await.errors("options.1"), ["APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID"]);
    let option = refused(json!({"name": "a", "description": "d", "options": [{"type": 99, "name": "s", "description": "d"}]}));
    assert_eq!(option.await.errors("options.0.type"), ["BASE_TYPE_CHOICES"]);
    let twins = json!([{"name": "a", "description": "d"}, {"name": "a", "description": "e"}]);
    let answer = bed.call("PUT", &path, twins).await;
    assert_eq!(answer.errors("1"), ["APPLICATION_COMMANDS_DUPLICATE_NAME"]);
}
