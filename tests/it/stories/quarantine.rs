//! What could not be read is looked at, its mapping mended, and read again: whoever asked is told what became of it.

use leadbell::store::SourceChange;

use crate::bed::Bed;

#[tokio::test]
async fn what_could_not_be_read_becomes_leads_once_the_mapping_is_mended() {
    let bed = Bed::new().await;
    for who in ["dana", "evan"] {
        let body = format!(r#"{{"w":{{"x":"{who} at home"}},"n":"{who}"}}"#);
        assert_eq!(bed.post(&bed.hook("website"), "application/json", body).await, 200);
    }
    assert_eq!(bed.post(&bed.hook("website"), "application/json", r#"{"colour":"green"}"#).await, 200);
    bed.rest().await;
    let may = bed.somebody("may");
    let listed = may.command("intake quarantine", &[]).await.private();
    assert!(listed.text().contains("2 from website") && listed.text().contains("1 from website"), "{}", listed.text());
    let shown = may.choose(&listed, "2 from website").await.private();
    assert!(shown.text().contains("$.w.x") && !shown.text().contains("evan"), "{}", shown.text());
    assert_eq!(shown.buttons(), ["Replay", "Replay all of website", "All reasons"]);

    // Too early: nothing has changed, and managers are not told once more of what they know.
    let told_before = bed.channel("bosses").len();
    may.press(&shown, "Replay").await;
    assert!(may.last_direct().text().contains("1 still cannot be read"), "{}", may.last_direct().text());
    assert_eq!(bed.channel("bosses").len(), told_before);

    let mapping = r#"{"name":"$.n"}"#.to_owned();
    bed.core.store.change_source("website".into(), SourceChange::Mapping(Some(mapping)), bed.by("test")).await.unwrap();
    let listed = may.command("intake quarantine", &[("source", "website")]).await.private();
    let shown = may.choose(&listed, "2 from website").await.private();
    may.press(&shown, "Replay all of website").await;
    let told = may.last_direct().text();
    assert!(told.contains("Read again from website: 2 became leads, 1 still cannot be read"), "{told}");
    assert!(told.contains("colour"), "why the third cannot: {told}");
    assert_eq!(bed.core.store.counts().await.unwrap().leads, 2);
    assert_eq!(may.direct().len(), 2, "told once each time");
    bed.ends_clean().await;
}
