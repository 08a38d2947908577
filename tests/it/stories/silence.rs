//! A source that goes quiet is told of once.

use chrono::{DateTime, Duration, Utc};
use leadbell::store::{Holds, NewDelivery, Proof, SourceChange, Watch};

use crate::bed::Bed;

const DANA: &str = r#"{"id":"1","name":"Dana Keller","email":"dana@example.com"}"#;

/// The same delivery every hour from 9 to 17 on each weekday, for three weeks; ends on a Friday at 16:00 in Berlin.
async fn three_weeks(bed: &Bed) {
    let friday: DateTime<Utc> = "2026-10-02T14:00:00Z".parse().expect("a time");
    let mut at = bed.clock.now();
    while at <= friday {
        bed.clock.advance(at - bed.clock.now());
        // Past the door, which counts how often it rings by the time of the machine.
        let request = NewDelivery {
            source: "website".into(),
            received_at: at,
            content_type: "application/json".to_owned(),
            headers: Vec::new(),
            body: DANA.as_bytes().to_vec(),
            proof: Proof::Url,
            holds: Holds::Leads,
        };
        bed.core.store.accept(request).await.expect("it is kept");
        let evening = (at + Duration::hours(1)).format("%H").to_string() == "15";
        let weekend = at.format("%u").to_string() == "5";
        at += match (evening, weekend) {
            (false, _) => Duration::hours(1),
            (true, false) => Duration::hours(17),
            (true, true) => Duration::hours(65),
        };
    }
    bed.rest().await;
}

fn told(bed: &Bed) -> Vec<String> {
    bed.channel("bosses").iter().map(crate::bed::Seen::text).filter(|text| text.contains("website is")).collect()
}

#[tokio::test]
async fn a_source_that_goes_quiet_is_told_of_once_and_again_when_it_speaks() {
    let bed = Bed::new().await;
    three_weeks(&bed).await;
    // Friday's last hour and four on Monday make five.
    bed.forward(Duration::hours(68)).await;
    assert!(told(&bed).is_empty(), "the weekend adds nothing: {:?}", told(&bed));
    bed.forward(Duration::hours(2)).await;
    let alarm = told(&bed);
    assert_eq!(alarm.len(), 1, "{alarm:?}");
    for words in ["website is quiet", "last heard Fri 16:00; usually 5 by now", "leadbell source send website"] {
        assert!(alarm[0].contains(words), "{words:?} in {}", alarm[0]);
    }
    let sources = bed.somebody("may").command("intake sources", &[]).await.private().text();
    assert!(sources.contains("longer than usual"), "{sources}");
    let bed = bed.restart().await;
    bed.forward(Duration::days(10)).await;
    assert_eq!(told(&bed).len(), 1, "told once, whatever comes between");
    assert_eq!(
        bed.post(&bed.hook("website"), "application/json", r#"{"id":"9","name":"Dana","email":"d@example.com"}"#).await,
        200
    );
    bed.rest().await;
    assert!(told(&bed)[1].contains("website is heard again"), "{:?}", told(&bed));
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_source_that_is_paused_or_not_watched_is_not_told_of() {
    let bed = Bed::new().await;
    three_weeks(&bed).await;
    bed.core.store.change_source("website".into(), SourceChange::Pause, bed.by("test")).await.unwrap();
    bed.forward(Duration::days(5)).await;
    bed.core.store.change_source("website".into(), SourceChange::Resume, bed.by("test")).await.unwrap();
    bed.forward(Duration::hours(2)).await;
    assert!(told(&bed).is_empty(), "it could not be heard: {:?}", told(&bed));
    bed.core.store.change_source("website".into(), SourceChange::Watch(Watch::Off), bed.by("test")).await.unwrap();
    bed.forward(Duration::days(5)).await;
    assert!(told(&bed).is_empty(), "nobody wants to know: {:?}", told(&bed));
    bed.core.store.change_source("website".into(), SourceChange::Watch(Watch::On), bed.by("test")).await.unwrap();
    bed.forward(Duration::minutes(11)).await;
    assert_eq!(told(&bed).len(), 1);
    bed.ends_clean().await;
}
