//! Rate limits by the stand-in's own clock.

use std::time::Duration;

use chrono::TimeDelta;
use sandbox::Limits;
use serde_json::json;

use crate::bed::{Bed, world};

#[tokio::test]
async fn a_channel_takes_five_messages_in_five_seconds() {
    let bed = Bed::with(world(), Limits::discord()).await;
    let path = format!("/channels/{}/messages", bed.channel("general"));
    for left in (0..5).rev() {
        let answer = bed.call("POST", &path, json!({"content": "x"})).await;
        assert_eq!(answer.headers["x-ratelimit-remaining"], left.to_string().as_str());
        assert_eq!(answer.headers["x-ratelimit-limit"], "5");
    }
    let refused = bed.call("POST", &path, json!({"content": "x"})).await;
    assert_eq!((refused.status, refused.headers["retry-after"].to_str().unwrap()), (429, "5"));
    assert_eq!(refused.headers["x-ratelimit-scope"], "user");
    assert_eq!((&refused.body["retry_after"], &refused.body["global"]), (&json!(5.0), &json!(false)));
    bed.post("team", json!({"content": "another channel, another bucket"})).await;
    bed.forward(TimeDelta::seconds(5));
    assert_eq!(bed.call("POST", &path, json!({"content": "x"})).await.status, 200);
}

#[tokio::test]
async fn a_bot_sends_fifty_requests_in_a_second() {
    let limits = Limits::off().global_per_second(Some(50));
    let bed = Bed::with(world(), limits).await;
    for _ in 0..50 {
        assert_eq!(bed.get("/users/@me").await.status, 200);
    }
    let refused = bed.get("/users/@me").await;
    assert_eq!((refused.status, &refused.body["global"]), (429, &json!(true)));
    assert_eq!(refused.headers["x-ratelimit-global"], "true");
    assert_eq!(refused.headers["x-ratelimit-scope"], "global");
    assert_eq!(bed.get("/gateway").await.status, 200, "what needs no token is not counted");
}

#[tokio::test]
async fn one_route_can_have_a_limit_of_its_own() {
    let limits = Limits::off().route("GET users/@me", 1, Duration::from_secs(1));
    let bed = Bed::with(world(), limits).await;
    assert_eq!(bed.get("/users/@me").await.status, 200);
    assert_eq!(bed.get("/users/@me").await.status, 429);
    assert_eq!(bed.get(&format!("/channels/{}", bed.channel("general"))).await.status, 200);
}
