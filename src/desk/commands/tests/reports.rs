//! `/report …`.

use insta::assert_snapshot;

use super::*;

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
    assert_snapshot!(seen(&answer), @r"
    Pipeline · 14–20 Sep 2026, so far
    `Open 4: 1 waiting, 0 triage, 1 untouched, 2 worked, 0 asleep
    New 4 (before 0)
    Closed 0 (before 0)
    Converted 0 (before 0)
    Nobody has had L-1004 for 0 s
    Ann has had L-1003 untouched for 4 min

    Team   Stage      Waiting  Triage  Untouched  Worked  Asleep  All
    DACH   Open             0       0          1       0       0    1
    DACH   Contacted        0       0          0       2       0    2
    World  Open             1       0          0       0       0    1
    All                     1       0          1       2       0    4`
    Open leads as they stand now. New, closed and converted: in the period, against 7–13 Sep 2026, up to the same point.
    Untouched: owned, but no attempt, follow-up or disposition yet. Asleep: in the pool.
    ");
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
    assert_snapshot!(seen(&bed.says(ann(), "report speed", [("period", text("fortnight"))]).await), @"“fortnight” is not a period I know. Try today, yesterday, this week, last week, last 7 days, this month, 2026-10, 2026-Q3 or 2026-10-01..2026-10-15.");
    assert_snapshot!(seen(&bed.says(ann(), "report reps", []).await), @"/report reps is for managers. Ask whoever runs this chat server for that role.");
}
