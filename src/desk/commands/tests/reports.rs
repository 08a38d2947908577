//! `/report …`.

use insta::assert_snapshot;

use super::*;
use crate::store::{Holds, NewDelivery, Outcome, Proof, Refusal};

async fn some_leads(bed: &Bed) {
    for (at, name) in ["Dana Keller", "Evan Moss", "Finn Ode"].into_iter().enumerate() {
        let id = bed.lead(name, "Acme").await;
        let next = bed.says(ann(), "lead next", []).await;
        bed.presses(ann(), "Claim", view(&next)).await;
        bed.passes(Duration::minutes(4));
        if at < 2 {
            let tried = [("lead", text(&id.to_string())), ("channel", text("call")), ("outcome", text("reached"))];
            bed.says(ann(), "lead log", tried).await;
        }
    }
    bed.lead_from("world-demo", "Gita Rao", "Rao Ltd").await;
}

#[tokio::test]
async fn a_report_is_figures_in_columns_with_a_picture() {
    let bed = Bed::new().await;
    some_leads(&bed).await;
    let answer = bed.says(ann(), "report pipeline", []).await;
    assert_snapshot!(seen(&answer), @r#"
    Pipeline · 14–20 Sep 2026, so far
    `Open 4: 1 waiting, 0 triage, 1 untouched, 2 worked, 0 asleep, 0 repair
    New 4 (before 0)
    Closed 0 (before 0)
    Converted 0 (before 0)
    Nobody has had L-1004 for 0 s
    Ann has had L-1003 untouched for 4 min

    Team   Stage      Waiting  Triage  Untouched  Worked  Asleep  Repair  All
    DACH   Open             0       0          1       0       0       0    1
    DACH   Contacted        0       0          0       2       0       0    2
    World  Open             1       0          0       0       0       0    1
    All                     1       0          1       2       0       0    4`
    Open leads as they stand now. New, closed and converted: in the period, against 7–13 Sep 2026, up to the same point.
    Untouched: owned, but no attempt, follow-up or disposition yet. Asleep: in the pool.
    "#);
    let files: Vec<_> =
        view(&answer).files.iter().map(|f| (f.name.as_str(), f.bytes.starts_with(b"\x89PNG"), f.alt.is_empty())).collect();
    assert_eq!(files, [("pipeline.png", true, false)]);
}

#[tokio::test]
async fn a_report_is_public_when_asked_for_and_comes_with_a_table() {
    let bed = Bed::new().await;
    some_leads(&bed).await;
    let options = [("period", text("today")), ("csv", OptionValue::Flag(true)), ("public", OptionValue::Flag(true))];
    let Answer::Public(view) = bed.says(may(), "report reps", options).await else { panic!("everybody should see it") };
    assert_snapshot!(print(&view), @r"
    Reps · Mon 14 Sep 2026, so far
    `Rep  Claimed  Tries  Reached  Won  Broken    p50  Open
    Ann        3      2        2    0       0  4 min     3
    All        3      2        2    0       0  4 min     3`
    Leads first claimed in the period, with all that happened since, for whoever has them now or had them last. Open: all theirs now.
    p50: claim to first attempt, business time; untouched leads count as longer than until now (Kaplan–Meier).
    ");
    let csv = view.files.iter().find(|f| f.name == "reps.csv").unwrap();
    assert!(String::from_utf8(csv.bytes.clone()).unwrap().lines().nth(1).unwrap().starts_with("Ann,"), "names are plain");
}

#[tokio::test]
async fn a_report_is_of_one_team_and_beside_the_period_before() {
    let bed = Bed::new().await;
    some_leads(&bed).await;
    bed.passes(Duration::days(1));
    let options = [("period", text("today")), ("team", text("World")), ("compare", OptionValue::Flag(true))];
    assert_snapshot!(seen(&bed.says(ann(), "report speed", options).await), @r"
    Speed to lead · Tue 15 Sep 2026, so far
    `Only team World
    First attempt, wall time: no leads
    First attempt, business time: no leads
    Before, wall time: no leads

    No leads here yet.`
    Speed to lead · Mon 14 Sep 2026, up to the same point
    `Only team World
    First attempt, wall time: no leads
    First attempt, business time: no leads
    Before, wall time: no leads

    No leads here yet.`
    All 0 leads received in the period; 0 leads not tried yet, counted as longer than until now (Kaplan–Meier), not dropped.
    A lead closed without an attempt counts until it was closed. Before: Mon 14 Sep 2026, up to the same point.
    p50, p90: by then half, nine in ten are done. – : cannot be told yet. open: not done yet.
    ");
    let sla = [("period", text("yesterday")), ("csv", OptionValue::Flag(true)), ("compare", OptionValue::Flag(true))];
    let answer = bed.says(ann(), "report sla", sla).await;
    let names: Vec<&str> = view(&answer).files.iter().map(|f| f.name.as_str()).collect();
    assert!(names.ends_with(&["sla.csv", "sla-before.csv"]), "{names:?}");
    assert!(seen(&answer).encode_utf16().count() < 2_000);
}

#[tokio::test]
async fn a_period_that_is_none_is_answered_with_those_that_are() {
    let bed = Bed::new().await;
    assert_snapshot!(seen(&bed.says(ann(), "report speed", [("period", text("fortnight"))]).await), @r#""fortnight" is not a period I know. Try today, yesterday, this week, last week, last 7 days, this month, 2026-10, 2026-Q3 or 2026-10-01..2026-10-15."#);
    assert_snapshot!(seen(&bed.says(ann(), "report reps", []).await), @"/report reps is for managers. Ask whoever runs this chat server for that role.");
}

/// A request at the door of a source, with what became of it.
async fn delivered(bed: &Bed, source: &str, became: Option<Outcome>) {
    let request = NewDelivery {
        source: source.into(),
        received_at: bed.now(),
        content_type: "application/json".to_owned(),
        headers: Vec::new(),
        body: b"{}".to_vec(),
        proof: Proof::Signed,
        holds: Holds::Leads,
    };
    bed.desk.store.accept(request).await.unwrap();
    if let Some(became) = became {
        let delivery = bed.desk.store.new_deliveries(9).await.unwrap().pop().unwrap();
        bed.desk.store.delivery_ended(delivery, became, bed.now()).await.unwrap();
    }
}

#[tokio::test]
async fn sources_are_told_with_what_came_in_at_their_doors() {
    let bed = Bed::new().await;
    let add = |key| [("key", text(key)), ("preset", text("typeform")), ("name", text("Demo form"))];
    bed.says(ada(), "intake add", add("demo")).await;
    bed.says(ada(), "intake add", [("key", text("pages")), ("preset", text("unbounce"))]).await;
    delivered(&bed, "demo", Some(Outcome::Quarantined("nothing in it says who it is".to_owned()))).await;
    delivered(&bed, "demo", Some(Outcome::Ignored("a ping".to_owned()))).await;
    let refusal = Refusal { source: "demo".into(), at: bed.now(), why: "the signature is wrong".to_owned() };
    bed.desk.store.count_refused(refusal.clone()).await.unwrap();
    bed.desk.store.count_refused(refusal).await.unwrap();
    some_leads(&bed).await;
    bed.passes(Duration::minutes(30));
    let options = [("period", text("today")), ("compare", OptionValue::Flag(true)), ("csv", OptionValue::Flag(true))];
    let answer = bed.says(may(), "report sources", options).await;
    assert_snapshot!(seen(&answer), @r"
    Sources · Mon 14 Sep 2026, so far
    `Leads 4

    Source      Sent  Leads    Invalid  Qual.  Won  Unread  Refused     Last  Proof
    Demo form      2      3  0% (0–56)      0    0       1        2   42 min  signed
    world-demo            1  0% (0–79)      0    0
    pages          0      0          –      0    0       0        0  not yet  none
    All            2      4  0% (0–49)      0    0       1        2`
    Sources · Sun 13 Sep 2026, up to the same point
    `Leads 0

    Source     Sent  Leads  Invalid  Qual.  Won     Last  Proof
    Demo form     0      0        –      0    0   42 min  signed
    pages         0      0        –      0    0  not yet  none
    All           0      0        –      0    0`
    Leads received in the period, without tests and duplicates. Usual: the middle of the same span in the 8 weeks before.
    Invalid: closed as spam or invalid data; among fewer than 30 leads with the range that 95 of 100 such shares lie in.
    Qualified, won: as they stand now. Sent: deliveries. Again: sent twice, or a duplicate. Columns with nothing in them are left out.
    Proof none: unauthenticated, nothing but its address proves who sends.
    ");
    let names: Vec<&str> = view(&answer).files.iter().map(|f| f.name.as_str()).collect();
    assert_eq!(names, ["sources.png", "sources.csv", "sources-before.csv"]);
    assert!(seen(&bed.says(ann(), "report sources", []).await).contains("is for managers"));
}
