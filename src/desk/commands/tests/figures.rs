//! `/report scores`, `/report fairness`, `/report coverage`, `/report aging`.

use insta::assert_snapshot;

use super::playbooks::{attach, file};
use super::*;
use crate::chat::action::Verb;

/// Asks in turn, and gives points to the demo form.
async fn offering() -> Bed {
    let bed = Bed::new().await;
    let ladder = "ladder = [\n  { step = \"open\", for = \"10m\" },";
    let offered = "ladder = [\n  { step = \"offer\", for = \"5m\", times = 2 },\n  { step = \"open\", for = \"10m\" },";
    let written = Playbook::example().replacen(ladder, offered, 1);
    let points = "[[score]]\nwhen = 'lead.company == \"Acme\"'\npoints = 80\nwhy = \"Acme\"\n";
    attach(&bed, format!("{written}\n{points}"));
    let asked = bed.says(ada(), "playbook apply", file()).await;
    bed.presses(ada(), "Apply", view(&asked)).await;
    for rep in [ann(), ben()] {
        bed.says(rep, "fairness", []).await;
    }
    bed
}

async fn wakes(bed: &Bed) {
    let now = bed.now();
    for (id, _) in bed.desk.store.due_leads(now, 100).await.unwrap() {
        let cause = Cause::Deed(bed.next_deed());
        bed.desk.store.apply(cause, Target::Lead(id), now, move |s| decide(s, &Event::Woke, now)).await.unwrap();
    }
}

#[tokio::test]
async fn fairness_is_told_from_the_ledger_with_passes_and_offers_that_nobody_answered() {
    let bed = offering().await;
    for (name, company) in [("Dana Keller", "Acme"), ("Evan Moss", "Moss"), ("Finn Ode", "Ode")] {
        bed.lead(name, company).await;
    }
    for (id, verb) in [(1001, Verb::Accept), (1002, Verb::Pass)] {
        let lead = bed.desk.store.lead(LeadId(id)).await.unwrap().unwrap();
        let asked = lead.course.state.asked().and_then(|id| bed.desk.store.roster().get(id).map(|person| person.handle.clone()));
        let by = if asked.as_deref() == Some("ann") { ann() } else { ben() };
        let action = Action::on(verb, lead.id, lead.course.epoch).to_string();
        if let Answer::Form(form) = bed.presses_token(by.clone(), &action).await {
            bed.does(by, Deed::Sent { action: form.action, values: BTreeMap::new() }).await;
        }
    }
    bed.passes(Duration::minutes(6));
    wakes(&bed).await;
    let options = [("period", text("today")), ("csv", OptionValue::Flag(true)), ("compare", OptionValue::Flag(true))];
    let answer = bed.says(may(), "report fairness", options).await;
    assert_snapshot!(seen(&answer), @"
    Fairness · Mon 14 Sep 2026, so far
    `DACH: everybody is within one turn of their share

    Rep  Due   Got  Turns  Credit  Behind  Passed  Lapsed  Back
    Ann  50%  100%      1       0    -0.5       0       2     0
    Ben  50%    0%      0       0    +0.5       1       0     0`
    Fairness · Sun 13 Sep 2026, up to the same point
    `DACH: everybody is within one turn of their share

    Rep  Due  Got  Turns  Credit  Behind  Passed  Lapsed  Back
    Ann  50%    –      0       0       0       0       0     0
    Ben  50%    –      0       0       0       0       0     0`
    Due: by the weights of now. Got: of the team's turns in the period. Credit: for leads that came while they were away, and for joining late.
    Behind: below their share of all turns and credits so far, at the end of the period; who is furthest behind is asked first.
    Passed and lapsed: offers, by the team that the lead is in now. Back: turns given back, because the lead was none.
    ");
    let names: Vec<&str> = view(&answer).files.iter().map(|f| f.name.as_str()).collect();
    assert_eq!(names, ["fairness.png", "fairness.csv", "fairness-before.csv"]);
    assert!(seen(&bed.says(ann(), "report fairness", []).await).contains("is for managers"));
}

#[tokio::test]
async fn scores_are_held_against_what_became_of_the_leads() {
    let bed = offering().await;
    bed.lead("Dana Keller", "Acme").await;
    bed.lead("Evan Moss", "Moss").await;
    for lead in ["L-1001", "L-1002"] {
        let assign = [("lead", text(lead)), ("to", OptionValue::Person(ann())), ("reason", text("hers"))];
        bed.says(may(), "lead assign", assign).await;
    }
    let unfit = [("lead", text("L-1002")), ("reason", text("not_a_fit")), ("note", text("too small for us"))];
    let told = seen(&bed.says(ann(), "lead dq", unfit).await);
    assert!(told.contains("L-1002"), "{told}");
    bed.passes(Duration::days(20));
    let answer = bed.says(may(), "report scores", [("csv", OptionValue::Flag(true))]).await;
    assert_snapshot!(seen(&answer), @"
    Scores · 7 Jul – 4 Oct 2026, so far
    `Too early to say whether higher scores win more: 1 lead over, 30 in two bands are needed

    Score   Leads  Over  Won  Won of over
    80–100      1     0    0            –
    60–79       0     0    0            –
    40–59       0     0    0            –
    20–39       0     0    0            –
    0–19        1     1    0    0% (0–79)
    hot         1     0    0            –
    warm        0     0    0            –
    cold        1     1    0    0% (0–79)
    All         2     1    0    0% (0–79)`
    Leads received in the period by their first score and tier, without duplicates; what came of them until now.
    Won of over: with the range that 95 of 100 such shares lie in. Leads that are not over yet are in neither.
    ");
    let csv = view(&answer).files.iter().find(|f| f.name == "scores.csv").unwrap();
    assert_snapshot!(String::from_utf8(csv.bytes.clone()).unwrap().lines().nth(5).unwrap(), @"0–19,1,1,0,0.0000,0.0000,0.7935");
}

#[tokio::test]
async fn coverage_names_the_hours_in_which_nobody_is_on() {
    let bed = offering().await;
    bed.lead("Dana Keller", "Acme").await;
    bed.passes(Duration::hours(13));
    for name in ["Evan Moss", "Finn Ode"] {
        bed.lead(name, "Moss").await;
    }
    bed.passes(Duration::days(14));
    let answer = bed.says(may(), "report coverage", [("team", text("DACH")), ("csv", OptionValue::Flag(true))]).await;
    assert_snapshot!(seen(&answer), @"
    Coverage · 5 Aug – 29 Sep 2026, so far
    `Only team DACH
    1.3 leads a week; 67% of them come when nobody is on
    Somebody on and no lead: 44 of 45 hours of the week
    Nobody on: DACH, Tue 00:00–01:00, 1.0 a week
    Most for each who is on: DACH, Mon 11:00, 0.3 a week for 2

    Team  Day  Hour   A week  On  Each
    DACH  Tue  00:00     1.0   0
    DACH  Mon  11:00     0.3   2   0.2`
    Hours in which leads came, on the clocks of each team, as a mean of the period's weeks since the first lead; the worst first.
    On: members in their own hours and the team's, neither away, on leave nor paused, in the seven days from now.
    ");
    let csv = view(&answer).files.iter().find(|f| f.name == "coverage.csv").unwrap();
    let csv = String::from_utf8(csv.bytes.clone()).unwrap();
    assert!(csv.lines().nth(1).unwrap().starts_with("DACH,Tue,00:00,1.00,0,,Europe/Berlin"), "{csv}");
    assert!(!csv.contains("World"), "{csv}");
}

#[tokio::test]
async fn aging_names_what_lies_longest_and_what_the_pool_returns_next() {
    let bed = offering().await;
    for (name, company) in [("Dana Keller", "Acme"), ("Evan Moss", "Moss"), ("Finn Ode", "Ode")] {
        bed.lead(name, company).await;
    }
    for lead in ["L-1001", "L-1002"] {
        let assign = [("lead", text(lead)), ("to", OptionValue::Person(ann())), ("reason", text("hers"))];
        bed.says(may(), "lead assign", assign).await;
    }
    let later = [("lead", text("L-1002")), ("reason", text("not_ready")), ("when", text("2026-12-01"))];
    bed.says(ann(), "lead dq", later).await;
    bed.passes(Duration::days(9));
    let answer = bed.says(may(), "report aging", [("csv", OptionValue::Flag(true))]).await;
    assert_snapshot!(seen(&answer), @"
    Aging · open leads as they stand now
    `Open 3, overdue 2
    Idle for longest: L-1001 (9 d), L-1003 (9 d)
    Asleep 1, half for 9 d or longer, the longest 9 d
    Next to return: L-1002 (in 68 d)

    Leads             0–1  2–3  4–7  8–14  15–30  >30  All  Overdue
    waiting             0    0    0     1      0    0    1        1
    owned, untouched    0    0    0     1      0    0    1        1
    asleep              0    0    0     1      0    0    1        0
    Ann                 0    0    0     1      0    0    1        1
    nobody's            0    0    0     1      0    0    1        1
    All open            0    0    0     3      0    0    3        2`
    Whole days since the newest thing that a person did; since it came in, where there is none.
    Overdue: awake, and longer without activity than the stage expects. Owners: of leads that are awake.
    ");
    let names: Vec<&str> = view(&answer).files.iter().map(|f| f.name.as_str()).collect();
    assert_eq!(names, ["aging.png", "aging.csv"]);
    assert!(seen(&bed.says(ann(), "report aging", []).await).contains("is for managers"));
}
