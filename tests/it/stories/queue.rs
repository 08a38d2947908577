//! A manager looks at what waits, and gives it away; a rep looks at their own week.

use chrono::Duration;

use crate::bed::Bed;

async fn waiting(bed: &Bed) {
    for name in ["ann", "ben"] {
        bed.somebody(name).command("fairness", &[]).await;
    }
    for name in ["Dana Keller", "Evan Moss", "Finn Ode"] {
        bed.lead(name, "Need it").await;
        bed.forward(Duration::minutes(1)).await;
    }
}

#[tokio::test]
async fn a_manager_sees_what_waits_and_gives_it_to_those_next_in_turn() {
    let bed = Bed::new().await;
    waiting(&bed).await;
    let may = bed.somebody("may");
    let shown = may.command("queue show", &[]).await.private().plain();
    assert!(shown.contains("DACH: 3 waiting, 0 offered") && shown.contains("World: nothing waits"), "{shown}");
    let preview = may.command("queue drain", &[("team", "dach"), ("most", "2")]).await.private();
    let text = preview.plain();
    assert!(text.contains("2 of 3 would be given away") && text.contains("Nothing has moved yet"), "{text}");
    assert!(bed.card("leads", "Dana").buttons().contains(&"Claim".to_owned()));
    let given = may.press(&preview, "Give 2 away").await.private().plain();
    assert!(
        given.contains("2 leads") && given.contains("Ann Berg has 1 more") && given.contains("Ben Ruiz has 1 more"),
        "{given}"
    );
    assert!(bed.card("leads", "Finn").buttons().contains(&"Claim".to_owned()), "the newest stays");
    assert_eq!(bed.somebody("ben").direct().len(), 1, "who got one is told");
    bed.ends_clean().await;
}

#[tokio::test]
async fn what_one_person_cannot_have_stays_and_is_said() {
    let bed = Bed::new().await;
    waiting(&bed).await;
    bed.somebody("cleo").command("fairness", &[]).await;
    let may = bed.somebody("may");
    let refused = may.command("queue drain", &[("team", "dach"), ("to", "cleo")]).await.private();
    assert!(refused.plain().contains("stays: not in DACH") && refused.buttons().is_empty(), "{}", refused.plain());
    let preview = may.command("queue drain", &[("team", "dach"), ("to", "ben")]).await.private();
    may.press(&preview, "Give 3 away").await;
    for name in ["Dana", "Evan", "Finn"] {
        assert!(bed.card("leads", name).plain().contains("Ben Ruiz"), "{}", bed.card("leads", name).plain());
    }
    bed.ends_clean().await;
}

#[tokio::test]
async fn what_a_manager_must_route_stands_in_triage() {
    let bed = Bed::new().await;
    bed.lead("Dana Keller", "Need it").await;
    let ann = bed.somebody("ann");
    let form = ann.press(&bed.card("leads", "Dana"), "Not for us").await;
    ann.send(&form, &[("text", "they are in Boston")]).await;
    let may = bed.somebody("may");
    let shown = may.command("queue triage", &[]).await.private();
    assert!(shown.plain().contains("a rep says that it is another team's"), "{}", shown.plain());
    let teams = may.press(&shown, "Route L-1001").await.private();
    may.choose(&teams, "World").await;
    assert!(may.command("queue triage", &[]).await.private().plain().contains("Nothing waits for a manager"));
    let denied = ann.command("queue show", &[]).await.private().plain();
    assert!(denied.contains("manager"), "{denied}");
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_rep_sees_their_own_week_and_says_where_a_sale_stands() {
    let bed = Bed::new().await;
    waiting(&bed).await;
    let ann = bed.somebody("ann");
    ann.press(&bed.card("leads", "Dana"), "Claim").await;
    ann.command("lead log", &[("lead", "L-1001"), ("channel", "call"), ("outcome", "reached")]).await;
    let said = ann.command("lead stage", &[("lead", "L-1001"), ("stage", "Negotiation")]).await.private().plain();
    assert!(said.contains("is in stage Negotiation now"), "{said}");
    let said = ann.command("lead stage", &[("lead", "L-1001"), ("stage", "customer")]).await.private().plain();
    assert!(said.contains("/lead won"), "{said}");
    ann.command("lead won", &[("lead", "L-1001"), ("value", "12k")]).await;
    let stats = ann.command("me stats", &[]).await.private().plain();
    for line in ["Taken 1 (before 0)", "Reached 1 (before 0)", "Won 1 for 12,000 EUR (before 0)", "Now: 0 leads"] {
        assert!(stats.contains(line), "{line} in {stats}");
    }
    bed.ends_clean().await;
}
