//! What leads bring: deals, and customers who are not lost sight of.

use chrono::Duration;

use crate::bed::{Bed, Seen};

async fn claimed(bed: &Bed) {
    bed.lead("Dana Keller", "Need it").await;
    bed.somebody("ann").press(&bed.card("leads", "Dana"), "Claim").await;
}

fn card(bed: &Bed) -> Seen {
    bed.card("leads", "Dana")
}

async fn figures(bed: &Bed, report: &str) -> String {
    bed.somebody("may").command(report, &[("period", "today")]).await.private().plain()
}

#[tokio::test]
async fn a_deal_is_made_valued_won_and_counted() {
    let bed = Bed::new().await;
    claimed(&bed).await;
    let ann = bed.somebody("ann");
    let refused = ann.command("lead convert", &[("lead", "L-1001"), ("value", "1.250k")]).await.private().plain();
    assert!(refused.contains("could be two amounts") && refused.contains("12k"), "{refused}");
    let made = ann.command("lead convert", &[("lead", "L-1001"), ("value", "12.500,00")]).await.private();
    assert!(made.plain().contains("is a deal of 12,500 EUR now"), "{}", made.plain());
    assert!(made.buttons().contains(&"Undo".to_owned()), "{:?}", made.buttons());
    let plain = card(&bed).plain();
    assert!(plain.contains("QUALIFIED") && plain.contains("Value 12,500 EUR"), "{plain}");
    let shown = ann.command("lead show", &[("lead", "L-1001")]).await.private().plain();
    assert!(shown.contains("Value 12,500 EUR") && shown.contains("made a deal of it"), "{shown}");
    let text = figures(&bed, "report pipeline").await;
    assert!(text.contains("Deals open 1 for 12,500 EUR"), "{text}");
    let more = ann.press(&card(&bed), "More").await.private();
    let said = ann.choose(&more, "Won").await.private().plain();
    assert!(said.contains("won: a customer now, for 12,500 EUR"), "one tap: {said}");
    let plain = card(&bed).plain();
    assert!(plain.contains("WON") && plain.contains("Value 12,500 EUR, won"), "{plain}");
    let text = figures(&bed, "report reps").await;
    assert!(text.contains("Ann Berg: won 1 for 12,500 EUR"), "{text}");
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_deal_that_is_won_by_mistake_is_open_again_once_that_is_taken_back() {
    let bed = Bed::new().await;
    claimed(&bed).await;
    let ann = bed.somebody("ann");
    ann.command("lead convert", &[("lead", "L-1001"), ("value", "900"), ("currency", "USD")]).await;
    let won = ann.command("lead won", &[("lead", "L-1001"), ("value", "1000 USD")]).await.private();
    assert!(won.plain().contains("for 1,000 USD"), "{}", won.plain());
    ann.press(&won, "Undo").await;
    let plain = card(&bed).plain();
    assert!(plain.contains("Value 900 USD") && !plain.contains("won"), "{plain}");
    let text = figures(&bed, "report pipeline").await;
    assert!(text.contains("Deals open 1 for 900 USD") && text.contains("Deals won 0"), "{text}");
    bed.ends_clean().await;
}

#[tokio::test]
async fn the_card_asks_what_a_deal_is_worth_and_a_lost_lead_loses_it() {
    let bed = Bed::new().await;
    claimed(&bed).await;
    let ann = bed.somebody("ann");
    let more = ann.press(&card(&bed), "More").await.private();
    let form = ann.choose(&more, "Convert").await;
    let again = ann.send(&form, &[("value", "a lot"), ("currency", "EUR")]).await.private();
    assert!(again.buttons().contains(&"Type it again".to_owned()), "{}", again.plain());
    let form = ann.press(&again, "Type it again").await;
    ann.send(&form, &[("value", "12k"), ("currency", "chf")]).await;
    assert!(card(&bed).plain().contains("Value 12,000 CHF"), "{}", card(&bed).plain());
    ann.command("lead dq", &[("lead", "L-1001"), ("reason", "not_a_fit"), ("note", "too small for us")]).await;
    assert!(card(&bed).plain().contains("Value 12,000 CHF, lost"), "{}", card(&bed).plain());
    let text = figures(&bed, "report pipeline").await;
    assert!(text.contains("Deals lost 1 for 12,000 CHF"), "{text}");
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_customer_who_falls_silent_is_called_again() {
    let bed = Bed::new().await;
    claimed(&bed).await;
    let ann = bed.somebody("ann");
    ann.command("lead won", &[("lead", "L-1001"), ("value", "12k")]).await;
    let before = ann.direct().len();
    bed.forward(Duration::days(183)).await;
    let told: Vec<Seen> = ann.direct().split_off(before);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].plain().contains("a customer, is quiet"), "{}", told[0].plain());
    assert!(card(&bed).plain().contains("INACTIVE CUSTOMER"), "{}", card(&bed).plain());
    let ben = bed.somebody("ben").command("lead log", &[("lead", "L-1001"), ("channel", "call"), ("outcome", "reached")]).await;
    assert!(ben.private().plain().contains("Only Ann Berg"), "{}", ben.private().plain());
    let times = ann.press(&told[0], "Plan a check-in").await.private();
    ann.choose(&times, "In 3 days").await;
    assert!(card(&bed).plain().contains("WON"), "they are a customer again: {}", card(&bed).plain());
    let agenda = ann.command("me agenda", &[]).await.private().plain();
    assert!(!agenda.contains("L-1001"), "not today: {agenda}");
    bed.forward(Duration::hours(3 * 24 + 2)).await;
    let due = ann.last_direct();
    assert!(due.plain().contains("the follow-up planned for"), "{}", due.plain());
    let agenda = ann.command("me agenda", &[]).await.private().plain();
    assert!(agenda.contains("L-1001"), "{agenda}");
    bed.ends_clean().await;
}
