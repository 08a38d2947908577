//! Two leads that are one person become one, and for half a minute two again.

use chrono::Duration;
use serde_json::json;

use crate::bed::{Bed, Seen};

fn card(bed: &Bed, id: &str) -> Seen {
    bed.card("leads", id)
}

/// Ann has one, Ben the other.
async fn two(bed: &Bed) {
    bed.form("website", json!({"name": "Dana Keller", "email": "dana@acme-robotics.de", "message": "A demo"})).await;
    bed.form("website", json!({"name": "Dana Kellar", "email": "dk@acme-robotics.de", "message": "Prices"})).await;
    bed.somebody("ann").press(&card(bed, "L-1001  "), "Claim").await;
    bed.somebody("ben").press(&card(bed, "L-1002  "), "Claim").await;
}

#[tokio::test]
async fn who_looks_like_the_same_person_is_suggested_and_merged_with_one_press() {
    let bed = Bed::new().await;
    two(&bed).await;
    let ben = bed.somebody("ben");
    let hinted = ben.last_direct();
    assert!(hinted.text().contains("looks like L-1001") && hinted.buttons() == ["Merge into L-1001"], "{}", hinted.text());
    let shown = ben.press(&card(&bed, "L-1002  "), "Details").await.private();
    assert!(shown.text().contains("L-1001: the names and the companies are alike"), "{}", shown.text());
    let merged = ben.press(&shown, "Merge into L-1001").await.private();
    assert!(merged.text().contains("merged into L-1001") && merged.buttons() == ["Undo"], "{}", merged.text());
    let dropped = card(&bed, "DUPLICATE").text();
    assert!(dropped.contains("L-1002") && dropped.contains("into L-1001"), "{dropped}");
    assert!(card(&bed, "L-1001  ").text().contains("2nd request"));
    let ann = bed.somebody("ann");
    assert!(ann.last_direct().text().contains("L-1002"), "the owner of the one that goes on hears of it");
    let details = ann.press(&card(&bed, "2nd request"), "Details").await.private().text();
    assert!(details.contains("Merged from") && details.contains("Prices"), "nothing of it is lost: {details}");
    bed.form("website", json!({"name": "Dana Kellar", "email": "dk@acme-robotics.de", "message": "Any news?"})).await;
    assert_eq!(bed.leads().await, 2, "who writes from the old address is known");
    assert!(card(&bed, "Any news?").text().contains("3rd request"));
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_merge_can_be_taken_back_for_half_a_minute_by_the_one_who_did_it() {
    let bed = Bed::new().await;
    two(&bed).await;
    let may = bed.somebody("may");
    let merge = [("keep", "L-1001"), ("drop", "L-1002")];
    let merged = may.command("lead merge", &merge).await.private();
    bed.forward(Duration::seconds(20)).await;
    let undone = may.press(&merged, "Undo").await.private().text();
    assert!(undone.contains("Taken back"), "{undone}");
    assert!(card(&bed, "L-1002  ").text().contains("Ben Ruiz") && !card(&bed, "L-1001  ").text().contains("2nd request"));
    assert!(bed.somebody("ben").last_direct().text().contains("is yours"));
    let merged = may.command("lead merge", &merge).await.private();
    bed.forward(Duration::seconds(31)).await;
    let late = may.press(&merged, "Undo").await.private().text();
    assert!(late.contains("Too late"), "{late}");
    assert!(card(&bed, "DUPLICATE").text().contains("L-1002"));
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_merge_stays_when_somebody_has_gone_on_from_it() {
    let bed = Bed::new().await;
    two(&bed).await;
    let merged = bed.somebody("may").command("lead merge", &[("keep", "L-1001"), ("drop", "L-1002")]).await.private();
    bed.somebody("ann").press(&card(&bed, "2nd request"), "Reached").await;
    let refused = bed.somebody("may").press(&merged, "Undo").await.private().text();
    assert!(refused.contains("Ann Berg** has gone on from there since"), "{refused}");
    let same = bed.somebody("may").command("lead merge", &[("keep", "L-1002"), ("drop", "L-1001")]).await.private().text();
    assert!(same.contains("the same lead"), "a merged lead stands for the one it ended in: {same}");
    bed.ends_clean().await;
}
