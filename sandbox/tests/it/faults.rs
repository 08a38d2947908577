//! Trouble on demand for REST.

use std::time::{Duration, Instant};

use sandbox::{Ordered, RestFault, Scope};
use serde_json::json;

use crate::bed::Bed;

async fn try_post(bed: &Bed) -> Result<reqwest::Response, reqwest::Error> {
    let path = format!("/channels/{}/messages", bed.channel("general"));
    bed.request("POST", &path).json(&json!({"content": "x"})).send().await
}

fn posted(bed: &Bed) -> usize {
    bed.sandbox.messages(bed.channel("general")).len()
}

#[tokio::test]
async fn an_error_strikes_before_or_after_the_effect() {
    let bed = Bed::new().await;
    bed.sandbox.faults().rest(Ordered::next(RestFault::ErrorBefore(503)).method("post").path("/messages"));
    assert_eq!(bed.get("/users/@me").await.status, 200, "it was not meant");
    assert_eq!(try_post(&bed).await.unwrap().status(), 503);
    assert_eq!(posted(&bed), 0);
    bed.sandbox.faults().rest(Ordered::next(RestFault::ErrorAfter(502)));
    assert_eq!(try_post(&bed).await.unwrap().status(), 502);
    assert_eq!(posted(&bed), 1);
    assert_eq!(try_post(&bed).await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_connection_is_cut_before_or_after_the_effect() {
    let bed = Bed::new().await;
    bed.sandbox.faults().rest(Ordered::next(RestFault::CutBefore).path("/messages"));
    assert!(try_post(&bed).await.is_err());
    assert_eq!(posted(&bed), 0);
    bed.sandbox.faults().rest(Ordered::next(RestFault::CutAfter).path("/messages"));
    assert!(try_post(&bed).await.is_err());
    assert_eq!(posted(&bed), 1);
    let fates: Vec<_> = bed.sandbox.requests().iter().map(|request| request.status).collect();
    assert_eq!(fates, [0, 0]);
}

#[tokio::test]
async fn a_429_comes_as_often_as_ordered() {
    let bed = Bed::new().await;
    let fault = RestFault::RateLimited { retry_after: 1.5, scope: Scope::Shared };
    bed.sandbox.faults().rest(Ordered::next(fault).times(2));
    for _ in 0..2 {
        let answer = bed.get("/users/@me").await;
        assert_eq!((answer.status, &answer.body["retry_after"]), (429, &json!(1.5)));
        assert_eq!(answer.headers["x-ratelimit-scope"], "shared");
    }
    assert_eq!(bed.get("/users/@me").await.status, 200);
    assert_eq!(bed.sandbox.invalid_requests(), 0, "shared limits do not count against the caller");
}

#[tokio::test]
async fn a_delay_delays() {
    let bed = Bed::new().await;
    bed.sandbox.faults().rest(Ordered::next(RestFault::Delay(Duration::from_millis(120))));
    #[expect(clippy::disallowed_methods, reason = "the delay is real time")]
    let before = Instant::now();
    assert_eq!(bed.get("/users/@me").await.status, 200);
    assert!(before.elapsed() >= Duration::from_millis(120));
}

#[tokio::test]
async fn faults_are_ordered_over_http_too() {
    let bed = Bed::new().await;
    let url = format!("{}/sandbox/faults", bed.sandbox.base_url());
    let orders = json!([
        {"fault": "error_before", "status": 500, "path": "/messages"},
        {"fault": "rate_limited", "retry_after": 2, "scope": "global", "times": 1},
        {"fault": "zombie"},
    ]);
    let answer = crate::bed::answer(bed.http.post(&url).json(&orders).send().await.unwrap()).await;
    assert_eq!(answer.body, json!({"ok": true, "pending": 2}));
    assert_eq!(try_post(&bed).await.unwrap().status(), 500);
    assert_eq!(try_post(&bed).await.unwrap().headers()["x-ratelimit-global"], "true");
    let wrong = bed.http.post(&url).json(&json!({"fault": "earthquake"})).send().await.unwrap();
    assert_eq!(wrong.status(), 400);
}
