//! What those who send leads are answered.

use leadbell::store::SourceChange;

use crate::bed::Bed;

const DANA: &str = r#"{"id":"form-77","name":"Dana Keller","email":"dana@example.com"}"#;

#[tokio::test]
async fn who_cannot_prove_themselves_is_refused_and_nothing_is_kept() {
    let bed = Bed::new().await;
    assert_eq!(bed.post(&format!("{}/hooks/nowhere", bed.http), "application/json", DANA).await, 404);
    assert_eq!(bed.post(&format!("{}/hooks/website/wrong", bed.http), "application/json", DANA).await, 401);
    assert_eq!(bed.post(&format!("{}/hooks/website", bed.http), "application/json", DANA).await, 401);
    let figures = bed.core.store.source_figures().await.unwrap();
    let website = figures.iter().find(|f| f.key.as_str() == "website").unwrap();
    assert_eq!((website.deliveries, website.forged), (0, 2));
    bed.ends_clean().await;
}

#[tokio::test]
async fn too_much_is_refused() {
    let bed = Bed::new().await;
    assert_eq!(bed.post(&bed.hook("website"), "application/json", vec![b'x'; 1024 * 1024 + 1]).await, 413);
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_paused_source_says_later() {
    let bed = Bed::new().await;
    bed.core.store.change_source("website".into(), SourceChange::Pause, bed.by("test")).await.unwrap();
    assert_eq!(bed.post(&bed.hook("website"), "application/json", DANA).await, 503);
    bed.core.store.change_source("website".into(), SourceChange::Resume, bed.by("test")).await.unwrap();
    assert_eq!(bed.post(&bed.hook("website"), "application/json", DANA).await, 200);
    bed.ends_clean().await;
}

#[tokio::test]
async fn the_same_submission_twice_makes_one_lead() {
    let bed = Bed::new().await;
    for _ in 0..3 {
        assert_eq!(bed.post(&bed.hook("website"), "application/json", DANA).await, 200);
        bed.rest().await;
    }
    assert_eq!(bed.core.store.counts().await.unwrap().leads, 1);
    bed.ends_clean().await;
}

#[tokio::test]
async fn what_cannot_be_read_is_answered_well_kept_and_reported_once() {
    let bed = Bed::new().await;
    for _ in 0..3 {
        assert_eq!(bed.post(&bed.hook("website"), "application/json", "{\"name\": ").await, 200);
    }
    assert_eq!(bed.post(&bed.hook("website"), "application/json", r#"{"colour":"green"}"#).await, 200);
    bed.rest().await;
    assert_eq!(bed.core.store.quarantined(10).await.unwrap().len(), 4);
    assert_eq!(bed.channel("bosses").len(), 1, "managers are told, once");
    assert!(bed.channel("bosses")[0].text().contains("website"), "{}", bed.channel("bosses")[0].text());
    bed.ends_clean().await;
}

#[tokio::test]
async fn too_many_are_told_when_to_come_again() {
    let bed = Bed::new().await;
    let mut refused = None;
    for n in 0..5_000 {
        let sent = reqwest::Client::new()
            .post(bed.hook("website"))
            .header("content-type", "application/json")
            .body(format!("{{\"id\":\"{n}\",\"name\":\"N\"}}"));
        let answer = sent.send().await.unwrap();
        if answer.status() == 429 {
            refused = answer.headers().get("retry-after").map(|v| v.to_str().unwrap().parse::<u64>().unwrap());
            break;
        }
    }
    assert!(refused.is_some_and(|seconds| (1..=120).contains(&seconds)), "{refused:?}");
    bed.ends_clean().await;
}
