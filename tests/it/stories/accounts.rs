//! People act from more than one chat account.

use chrono::Duration;
use leadbell::store::{Linked, Other};

use crate::bed::{Bed, Seen};

fn card(bed: &Bed) -> Seen {
    bed.card("leads", "Dana")
}

#[tokio::test]
async fn what_somebody_does_from_a_second_account_is_theirs() {
    let bed = Bed::new().await;
    let (ann, gus) = (bed.somebody("ann"), bed.somebody("gus"));
    bed.lead("Dana Keller", "Need it").await;
    let refused = gus.press(&card(&bed), "Claim").await.private().plain();
    assert!(refused.contains("not in a sales team"), "{refused}");
    let person = bed.core.store.roster().by_handle("ann").expect("Ann is known").id;
    let linked = bed.core.store.link_account(person, gus.id().to_string(), Other::Stays, bed.by("shell")).await;
    assert_eq!(linked, Ok(Linked::Now));
    let claimed = gus.press(&card(&bed), "Claim").await.private().plain();
    assert!(claimed.contains("is yours") && claimed.contains("dana.keller@example.com"), "{claimed}");
    assert!(card(&bed).plain().contains("Ann Berg"));
    let before = bed.core.store.roster();
    bed.forward(Duration::minutes(8)).await;
    assert!(ann.last_direct().plain().contains("waits for your first touch"), "warned on the main account");
    assert!(gus.direct().is_empty());
    assert_eq!(bed.core.store.roster(), before, "no second person came of it, and the name stays");
    let removed = bed.core.store.unlink_account(person, gus.id().to_string(), bed.by("shell")).await;
    assert_eq!(removed, Ok(true));
    let refused = gus.command("lead list", &[]).await.private().plain();
    assert!(refused.contains("not in a sales team"), "{refused}");
    bed.ends_clean().await;
}
