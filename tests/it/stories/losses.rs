//! A manager asks why leads are lost, and how far they come.

use chrono::Duration;

use crate::bed::{Bed, PLAYBOOK};

/// The form asks for the product.
async fn bed() -> Bed {
    Bed::with(&format!("{PLAYBOOK}\n[[field]]\nkey = \"product\"\nquestions = [\"Product\"]\nkind = \"text\"\n")).await
}

async fn asks(bed: &Bed, name: &str, product: &str) {
    let email = format!("{}@example.com", name.to_lowercase().replace(' ', "."));
    bed.form("website", serde_json::json!({"name": name, "email": email, "Product": product, "message": "Hello"})).await;
    bed.somebody("ann").press(&bed.card("leads", name.split(' ').next().expect("a name")), "Claim").await;
}

async fn lose(bed: &Bed, lead: &str, reason: &str) {
    bed.somebody("ann").command("lead dq", &[("lead", lead), ("reason", reason), ("note", "they have five people")]).await;
    let lead = bed.core.store.lead(lead.parse().expect("a number")).await.expect("it can be read").expect("it is there");
    assert!(lead.course.state.is_closed(), "{:?}", lead.course.state);
}

#[tokio::test]
async fn each_loss_is_counted_with_its_reason_and_whether_they_came_back() {
    let bed = bed().await;
    let ann = bed.somebody("ann");
    asks(&bed, "Dana Keller", "Scheduling").await;
    asks(&bed, "Evan Moss", "scheduling").await;
    asks(&bed, "Finn Ode", "Picker").await;
    for lead in ["L-1001", "L-1002", "L-1003"] {
        lose(&bed, lead, "not_a_fit").await;
    }
    // A slip of the finger, taken back at once, is no loss.
    ann.command("lead undo", &[("lead", "L-1003")]).await;
    bed.forward(Duration::hours(2)).await;
    bed.form("website", serde_json::json!({"name": "Dana Keller", "email": "dana.keller@example.com", "message": "Again"})).await;
    let options = [("period", "today"), ("by", "product"), ("csv", "true")];
    let told = bed.somebody("may").command("report lost", &options).await.private();
    let text = told.plain();
    assert!(text.contains("Lost 2 (before 0)") && text.contains("Came back since: 1, 50%"), "{text}");
    let csv = String::from_utf8(told.file(&bed, "lost.csv")).expect("text");
    assert!(csv.contains("Not a fit,Scheduling,2,1.0000,0,2,1,1"), "{csv}");
    assert!(told.file(&bed, "lost.png").starts_with(b"\x89PNG"));
    let wrong = ann.command("report lost", &[("by", "weather")]).await.private().plain();
    assert!(wrong.contains("Try one of: source, team, product, country"), "{wrong}");
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_funnel_counts_who_reached_which_stage_and_forgets_what_was_taken_back() {
    let bed = bed().await;
    let ann = bed.somebody("ann");
    for (name, product) in [("Dana Keller", "Scheduling"), ("Evan Moss", "Picker"), ("Finn Ode", "Picker")] {
        asks(&bed, name, product).await;
    }
    ann.press(&bed.card("leads", "Dana"), "Reached").await;
    for lead in ["L-1002", "L-1003"] {
        ann.command("lead follow", &[("lead", lead), ("when", "in 2 days")]).await;
    }
    bed.forward(Duration::hours(1)).await;
    let details = ann.press(&bed.card("leads", "Dana"), "More").await.private();
    let stages = ann.choose(&details, "Stage").await.private();
    ann.choose(&stages, "Qualified").await;
    lose(&bed, "L-1002", "not_a_fit").await;
    ann.command("lead undo", &[("lead", "L-1002")]).await;
    let told = bed.somebody("may").command("report funnel", &[("csv", "true")]).await.private();
    let csv = String::from_utf8(told.file(&bed, "funnel.csv")).expect("text");
    for line in [
        "Open,3,1.0000,",
        "Contacted,1,0.3333,0.3333,",
        "Qualified,1,0.3333,1.0000,",
        "Negotiation,0,0.0000,0.0000,",
        "beside: Unqualified,0",
    ] {
        assert!(csv.contains(line), "{line:?} in {csv}");
    }
    let by = bed.somebody("ann").command("report funnel", &[("by", "product")]).await.private().plain();
    assert!(by.contains("Picker") && by.contains("Scheduling"), "{by}");
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_lost_lead_that_came_back_and_was_won_stays_back_whatever_is_taken_back_of_it() {
    let bed = bed().await;
    let ann = bed.somebody("ann");
    asks(&bed, "Dana Keller", "Picker").await;
    lose(&bed, "L-1001", "not_a_fit").await;
    bed.forward(Duration::hours(2)).await;
    bed.form("website", serde_json::json!({"name": "Dana Keller", "email": "dana.keller@example.com", "message": "Again"})).await;
    ann.command("lead won", &[("lead", "L-1001")]).await;
    bed.forward(Duration::hours(1)).await;
    ann.press(&bed.card("leads", "Dana"), "Reopen").await;
    ann.command("lead undo", &[("lead", "L-1001")]).await;
    let text = bed.somebody("may").command("report lost", &[("period", "today")]).await.private().plain();
    assert!(text.contains("Lost 1 (before 0)") && text.contains("Came back since: 1, 100%"), "{text}");
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_customer_who_fell_silent_is_counted_as_inactive_and_their_way_there_stays() {
    let bed = bed().await;
    let ann = bed.somebody("ann");
    asks(&bed, "Dana Keller", "Picker").await;
    ann.press(&bed.card("leads", "Dana"), "Reached").await;
    ann.command("lead won", &[("lead", "L-1001")]).await;
    bed.forward(Duration::days(183)).await;
    let options = [("csv", "true"), ("period", "last 365 days")];
    let told = bed.somebody("may").command("report funnel", &options).await.private();
    let csv = String::from_utf8(told.file(&bed, "funnel.csv")).expect("text");
    for line in ["Contacted,1,1.0000,", "Customer,1,1.0000,", "beside: Inactive,1"] {
        assert!(csv.contains(line), "{line:?} in {csv}");
    }
    bed.ends_clean().await;
}
