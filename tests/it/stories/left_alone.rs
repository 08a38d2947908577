//! Who asks never to be contacted again is in nobody's way any more, until the day on which they ask for something themselves.

use chrono::Duration;
use serde_json::{Value, json};

use crate::bed::{Bed, PLAYBOOK, Seen};

const MORE: &str = r#"
[[sequence]]
key = "nurture"

[[segment]]
key = "everybody"
name = "Everybody"
when = 'lead.has_email'
"#;

fn dana(need: &str) -> Value {
    json!({"name": "Dana Keller", "email": "dana@acme.example", "phone": "+49 30 23125 014", "message": need})
}

fn card(bed: &Bed) -> Seen {
    bed.card("leads", "L-1001  ")
}

/// Ann has Dana, with a plan for tomorrow, and Evan, whom nobody ever asked to leave alone.
async fn planned() -> Bed {
    let bed = Bed::with(&format!("{PLAYBOOK}{MORE}")).await;
    let ann = bed.somebody("ann");
    bed.form("website", dana("A demo")).await;
    bed.form("website", json!({"name": "Evan Moss", "email": "evan@other.example", "message": "Prices"})).await;
    for (lead, when) in [("L-1001", "tomorrow 10:00"), ("L-1002", "in 200 days")] {
        ann.press(&bed.card("leads", &format!("{lead}  ")), "Claim").await;
        ann.command("lead follow", &[("lead", lead), ("when", when), ("note", "send the offer")]).await;
    }
    bed
}

/// They say no, and Ann writes it down.
async fn says_no(bed: &Bed) {
    let ann = bed.somebody("ann");
    let reasons = ann.press(&card(bed), "Disqualify").await;
    let form = ann.choose(&reasons.private(), "Not interested").await;
    let said = ann.send(&form, &[("text", "bought elsewhere")]).await.private().plain();
    assert!(said.contains("No more reminders; only their own new request reopens it."), "{said}");
}

/// Whom a manager finds in a segment of all, and an administrator in what is taken out.
async fn found(bed: &Bed) -> (String, String) {
    let run = bed.somebody("may").command("segment run", &[("segment", "everybody"), ("action", "csv")]).await.private();
    let segment = String::from_utf8(run.file(bed, "everybody.csv")).expect("text");
    (segment, bed.program(&["export", "leads"], &[]).await)
}

/// Everything by which somebody here might get in touch after all.
async fn nobody_gets_through(bed: &Bed) {
    let (ann, ben, may) = (bed.somebody("ann"), bed.somebody("ben"), bed.somebody("may"));
    let met = [("name", "Dana Keller"), ("email", "dana@acme.example")];
    let assigned = [("lead", "L-1001"), ("to", "ben"), ("reason", "try again")];
    for (who, words, options) in
        [(&ben, "lead add", &met[..]), (&may, "lead assign", &assigned[..]), (&may, "lead show", &[("lead", "L-1001")][..])]
    {
        let said = who.command(words, options).await.private();
        assert!(!said.raw().contains("dana@acme") && !said.raw().contains("23125"), "{words}: {}", said.plain());
        let is_refused = said.plain().contains("never to be contacted again") || words == "lead show";
        assert!(is_refused, "{words}: {}", said.plain());
    }
    let filled = ann.command("template use", &[("lead", "L-1001"), ("template", "introduction")]).await.private().plain();
    assert!(filled.contains("is not to be contacted"), "{filled}");
    let signals = bed.hook("website").replace("/hooks/", "/signals/");
    for kind in ["visited", "replied"] {
        let signal = json!({"email": "dana@acme.example", "kind": kind}).to_string();
        assert_eq!(bed.post(&signals, "application/json", signal).await, 200);
    }
    bed.rest().await;
    assert!(card(bed).plain().contains("DO NOT CONTACT") && card(bed).buttons() == ["Details"], "{}", card(bed).plain());
}

#[tokio::test]
async fn who_asks_to_be_left_alone_is_in_no_reminder_sequence_segment_or_export_until_they_ask_themselves() {
    let bed = planned().await;
    let ann = bed.somebody("ann");
    says_no(&bed).await;
    assert!(card(&bed).plain().contains("DO NOT CONTACT") && card(&bed).buttons() == ["Details"], "{}", card(&bed).plain());
    bed.somebody("ben").command("help", &[]).await;
    nobody_gets_through(&bed).await;
    bed.forward(Duration::days(100)).await;
    let told: Vec<String> = ann.direct().iter().map(Seen::plain).filter(|told| told.contains("L-1001")).collect();
    assert!(told.is_empty(), "neither the plan nor a sequence: {told:#?}");
    assert!(!ann.command("me agenda", &[]).await.private().plain().contains("L-1001"));
    let (segment, export) = found(&bed).await;
    assert!(segment.contains("L-1002") && !segment.contains("L-1001"), "{segment}");
    assert!(export.contains("evan@other.example") && !export.contains("dana@acme.example"), "{export}");

    bed.form("website", dana("We changed our minds")).await;
    assert_eq!(bed.leads().await, 2);
    let text = card(&bed).plain();
    assert!(text.contains("CAME BACK") && text.contains("They came back themselves, after \"not interested\""), "{text}");
    let told = ann.last_direct().plain();
    assert!(told.contains("We changed our minds") && told.contains("dana@acme.example"), "{told}");
    let (segment, export) = found(&bed).await;
    assert!(segment.contains("L-1001") && export.contains("dana@acme.example"), "{segment}\n{export}");
    ann.command("lead dq", &[("lead", "L-1001"), ("reason", "not_ready"), ("when", "in 60 days")]).await;
    bed.forward(Duration::days(20)).await;
    let due = ann.direct().iter().any(|told| told.plain().contains("\"Product news\" is due for L-1001"));
    assert!(due, "they may be written to again: {:#?}", ann.direct().iter().map(Seen::plain).collect::<Vec<_>>());
    bed.ends_clean().await;
}

async fn adds(bed: &Bed, options: &[(&str, &str)]) -> String {
    bed.somebody("ben").command("lead add", options).await.private().plain()
}

#[tokio::test]
async fn whoever_shares_a_number_with_them_is_somebody_else_and_the_number_alone_is_left_alone() {
    let bed = planned().await;
    bed.somebody("ben").command("help", &[]).await;
    says_no(&bed).await;
    let phone = ("phone", "+49 30 23125 014");
    let said = adds(&bed, &[("name", "Finn Ode"), ("email", "finn@other.example"), phone]).await;
    assert!(said.contains("is yours"), "he has an address of his own: {said}");
    let refused = adds(&bed, &[("name", "Somebody"), phone]).await;
    assert!(refused.contains("never to be contacted again"), "{refused}");
    let finn = [("lead", "L-1003"), ("reason", "not_interested")];
    bed.somebody("ben").command("lead dq", &finn).await;
    bed.form("website", dana("We changed our minds")).await;
    assert!(card(&bed).plain().contains("CAME BACK"), "{}", card(&bed).plain());
    let refused = adds(&bed, &[("name", "Somebody"), phone]).await;
    assert!(refused.contains("never to be contacted again"), "Finn still wants to be left alone: {refused}");
    bed.ends_clean().await;
}

#[tokio::test]
async fn what_ended_in_their_lead_is_left_alone_with_them_and_no_longer_when_that_is_taken_back() {
    let bed = planned().await;
    let (ben, may) = (bed.somebody("ben"), bed.somebody("may"));
    ben.command("help", &[]).await;
    says_no(&bed).await;
    let merged = may.command("lead merge", &[("keep", "L-1001"), ("drop", "L-1002")]).await.private();
    assert!(merged.plain().contains("is merged into L-1001"), "{}", merged.plain());
    let evan = [("name", "Evan Moss"), ("email", "evan@other.example")];
    let refused = adds(&bed, &evan).await;
    assert!(refused.contains("never to be contacted again"), "{refused}");
    may.press(&merged, "Undo").await;
    let (segment, _) = found(&bed).await;
    assert!(segment.contains("L-1002") && !segment.contains("L-1001"), "{segment}");
    let known = adds(&bed, &evan).await;
    assert!(known.contains("is known already"), "{known}");
    bed.ends_clean().await;
}

/// Dana has two leads: May has the older one, and Ben the newer one.
async fn twice() -> Bed {
    let bed = Bed::new().await;
    let (ann, ben, may) = (bed.somebody("ann"), bed.somebody("ben"), bed.somebody("may"));
    bed.form("website", dana("A demo")).await;
    ann.press(&card(&bed), "Claim").await;
    ann.command("lead dq", &[("lead", "L-1001"), ("reason", "not_a_fit"), ("note", "wants hardware")]).await;
    // So long after, it is another story; and then the first one is taken up again as well.
    bed.forward(Duration::days(120)).await;
    bed.form("website", dana("A quote")).await;
    ben.press(&bed.card("leads", "L-1002  "), "Claim").await;
    may.press(&card(&bed), "Reopen").await;
    assert!(card(&bed).text().contains("CLAIMED"), "{}", card(&bed).text());
    bed
}

const NO: &[(&str, &str)] = &[("lead", "L-1002"), ("reason", "not_interested"), ("note", "leave me alone")];

#[tokio::test]
async fn who_asks_with_one_lead_is_left_alone_with_every_other_one() {
    let bed = twice().await;
    bed.somebody("ben").command("lead dq", NO).await;
    bed.rest().await;
    assert!(card(&bed).text().contains("DO NOT CONTACT"), "{}", card(&bed).text());
    bed.ends_clean().await;
}

#[tokio::test]
async fn who_takes_that_back_takes_it_back_for_all_of_their_leads() {
    let bed = twice().await;
    let (ben, may) = (bed.somebody("ben"), bed.somebody("may"));
    let cards = || ["L-1001  ", "L-1002  "].map(|lead| bed.card("leads", lead).text());
    let before = cards();
    let said = ben.command("lead dq", NO).await.private();
    ben.press(&said, "Undo").await;
    bed.rest().await;
    assert_eq!(cards(), before);
    let told = may.last_direct().plain();
    assert!(told.contains("L-1001") && told.contains("is yours"), "{told}");
    let found = bed.program(&["suppress", "check", "dana@acme.example"], &[]).await;
    assert_eq!(found.trim(), "not on the list");
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_customer_who_asks_it_too_stays_a_customer_of_whom_nobody_is_reminded() {
    let bed = planned().await;
    let (ann, may) = (bed.somebody("ann"), bed.somebody("may"));
    ann.command("lead won", &[("lead", "L-1001"), ("value", "12k")]).await;
    let planned = ann.command("lead follow", &[("lead", "L-1001"), ("when", "in 3 days"), ("note", "check in")]).await.private();
    assert!(planned.plain().contains("Planned for L-1001"), "{}", planned.plain());
    let dana = leadbell::store::Reach::Email("dana@acme.example".to_owned());
    bed.core.store.leave_alone(dana, bed.by("ada")).await.expect("the list is kept");
    bed.forward(Duration::minutes(1)).await;
    assert!(
        ann.last_direct().plain().contains("asked to be left alone: what was planned is off"),
        "{}",
        ann.last_direct().plain()
    );
    let told = ann.direct().len();
    bed.forward(Duration::days(400)).await;
    let after: Vec<String> = ann.direct().iter().skip(told).chain(&may.direct()).map(Seen::plain).collect();
    assert!(after.iter().all(|one| !one.contains("Dana")), "{after:#?}");
    assert!(bed.channel("bosses").iter().all(|one| !one.plain().contains("Dana")));
    let refused = ann.command("lead follow", &[("lead", "L-1001"), ("when", "in 3 days")]).await.private().plain();
    assert!(refused.contains("asked never to be contacted again"), "{refused}");
    assert!(card(&bed).plain().contains("Won by Ann Berg"), "{}", card(&bed).plain());
    bed.ends_clean().await;
}
