//! A manager asks whether leads are dealt out fairly, whether somebody is on when they come, whether the score is true, and what lies.

use chrono::Duration;

use crate::bed::{Bed, PLAYBOOK};

/// Asks in turn in DACH, and gives points for technicians.
async fn bed() -> Bed {
    let ladder =
        "captain = \"ann\"\nladder = [{ step = \"offer\", for = \"5m\", times = 2 }, { step = \"assign\", to = \"captain\" }]";
    let points = "[[score]]\nwhen = 'lead.need.has(\"technicians\")'\npoints = 60\nwhy = \"technicians\"\n";
    let bed = Bed::with(&format!("{}\n{points}", PLAYBOOK.replacen("captain = \"ann\"", ladder, 1))).await;
    for name in ["ann", "ben"] {
        bed.somebody(name).command("fairness", &[]).await;
    }
    bed
}

/// The words of the line that begins like this.
fn line(text: &str, start: &str) -> Vec<String> {
    let line = text.lines().find(|line| line.starts_with(start)).unwrap_or_else(|| panic!("{start} in {text}"));
    line.split_whitespace().map(str::to_owned).collect()
}

#[tokio::test]
async fn everybody_is_told_to_a_turn_what_they_got_and_what_they_let_go() {
    let bed = bed().await;
    bed.lead("Dana Keller", "Scheduling for 120 technicians").await;
    bed.forward(Duration::minutes(6)).await;
    let asked =
        bed.core.store.lead("L-1001".parse().unwrap()).await.unwrap().unwrap().course.state.asked().expect("the second is asked");
    let second = bed.core.store.roster().get(asked).expect("a person").handle.clone();
    bed.somebody(&second).press(&bed.card("leads", "Dana"), "Accept").await;
    let options = [("period", "today"), ("csv", "true")];
    let told = bed.somebody("may").command("report fairness", &options).await.private();
    let text = told.plain();
    let (first, second) = if second == "ben" { ("Ann", "Ben") } else { ("Ben", "Ann") };
    let words = line(&text, &format!("DACH   {second}"));
    assert_eq!(&words[3..6], ["50%", "100%", "1"], "{text}");
    let words = line(&text, &format!("DACH   {first}"));
    assert_eq!((&words[5], &words[9]), (&"0".to_owned(), &"1".to_owned()), "who did not answer: {text}");
    assert!(text.contains("DACH: everybody is within one turn of their share"), "{text}");
    let csv = String::from_utf8(told.file(&bed, "fairness.csv")).expect("text");
    assert!(csv.contains(&format!("DACH,{second}")), "{csv}");
    assert!(told.file(&bed, "fairness.png").starts_with(b"\x89PNG"));
    bed.ends_clean().await;
}

#[tokio::test]
async fn hours_in_which_leads_come_and_nobody_is_on_are_named_on_the_clocks_of_the_team() {
    let bed = bed().await;
    bed.forward(Duration::hours(11)).await;
    bed.lead("Dana Keller", "Scheduling for 120 technicians").await;
    bed.forward(Duration::hours(13)).await;
    bed.lead("Evan Moss", "A question").await;
    let told = bed.somebody("may").command("report coverage", &[("team", "DACH")]).await.private().plain();
    for said in
        ["50% of them come when nobody is on", "Nobody on: DACH, Mon 20:00–21:00", "Most for each who is on: DACH, Tue 09:00"]
    {
        assert!(told.contains(said), "{said:?} in {told}");
    }
    bed.ends_clean().await;
}

#[tokio::test]
async fn the_score_is_held_against_what_was_won_even_while_a_lead_is_offered() {
    let bed = bed().await;
    bed.lead("Dana Keller", "Scheduling for 120 technicians").await;
    bed.lead("Evan Moss", "A question").await;
    let told = bed.somebody("may").command("report scores", &[("period", "this week")]).await.private().plain();
    assert!(told.contains("Too early to say whether higher scores win more: 0 leads over"), "{told}");
    assert_eq!(line(&told, "hot")[1], "1", "{told}");
    assert_eq!(line(&told, "cold")[1], "1", "{told}");
    assert!(bed.somebody("ann").command("report scores", &[]).await.private().plain().contains("is for managers"));
    bed.ends_clean().await;
}

#[tokio::test]
async fn leads_that_lie_are_counted_by_the_days_and_named() {
    let bed = bed().await;
    bed.lead("Dana Keller", "Scheduling for 120 technicians").await;
    bed.forward(Duration::hours(73)).await;
    bed.lead("Evan Moss", "A question").await;
    let told = bed.somebody("may").command("report aging", &[("csv", "true")]).await.private();
    let text = told.plain();
    assert!(text.contains("Open 2"), "{text}");
    assert!(text.contains("Idle for longest: L-1001 (3 d), L-1002 (0 s)"), "{text}");
    assert_eq!(line(&text, "All open")[2..5], ["1", "1", "0"], "{text}");
    let csv = String::from_utf8(told.file(&bed, "aging.csv")).expect("text");
    assert!(csv.contains("owner,nobody's,1,1,0,0,0,0,2,1"), "{csv}");
    assert!(told.file(&bed, "aging.png").starts_with(b"\x89PNG"));
    bed.ends_clean().await;
}
