//! A plan carries its note, clashes are said, and how it went is a tap.

use chrono::Duration;

use crate::bed::{Answered, Bed, Seen};

async fn planned(bed: &Bed, when: &str) -> Answered {
    bed.lead("Dana Keller", "Need it").await;
    let ann = bed.somebody("ann");
    ann.press(&bed.card("leads", "Dana"), "Claim").await;
    ann.command("lead follow", &[("lead", "L-1001"), ("when", when), ("note", "send the offer first")]).await
}

async fn reminded(bed: &Bed) -> Seen {
    planned(bed, "tomorrow 10:00").await;
    bed.forward(Duration::hours(25)).await;
    bed.somebody("ann").last_direct()
}

async fn lead(bed: &Bed) -> leadbell::domain::lead::Lead {
    let lead = bed.core.store.lead("L-1001".parse().expect("a number")).await.expect("it can be read");
    lead.expect("it is there")
}

#[tokio::test]
async fn what_was_noted_for_a_plan_stands_in_its_reminder_the_details_and_the_agenda() {
    let bed = Bed::new().await;
    let said = planned(&bed, "tomorrow 10:00").await.private();
    assert!(!said.buttons().contains(&"Keep it anyway".to_owned()), "nothing stands against it: {}", said.plain());
    let ann = bed.somebody("ann");
    bed.forward(Duration::hours(25)).await;
    let reminder = ann.last_direct();
    assert!(reminder.plain().contains("Plan send the offer first"), "{}", reminder.plain());
    assert_eq!(reminder.buttons(), ["Done", "Reached", "No answer", "Move", "Release"]);
    let shown = ann.command("lead show", &[("lead", "L-1001")]).await.private().plain();
    assert!(shown.contains("Plan send the offer first"), "{shown}");
    let agenda = ann.command("me agenda", &[]).await.private().plain();
    assert!(agenda.contains("\"send the offer first\""), "{agenda}");
    bed.ends_clean().await;
}

#[tokio::test]
async fn how_it_went_is_a_tap_and_a_note() {
    let bed = Bed::new().await;
    let reminder = reminded(&bed).await;
    let ann = bed.somebody("ann");
    let form = ann.press(&reminder, "No answer").await;
    let said = ann.send(&form, &[("text", "rang twice")]).await.private().plain();
    assert!(said.contains("call, no answer"), "{said}");
    assert!(lead(&bed).await.course.follow_up.is_none(), "the plan is done with");
    let shown = ann.command("lead show", &[("lead", "L-1001")]).await.private().plain();
    assert!(shown.contains("rang twice"), "{shown}");
    let again = ann.press(&reminder, "Done").await;
    let said = ann.send(&again, &[("text", "")]).await.private().plain();
    assert!(said.contains("Nothing is planned"), "{said}");
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_plan_that_is_moved_keeps_its_note() {
    let bed = Bed::new().await;
    let reminder = reminded(&bed).await;
    let ann = bed.somebody("ann");
    let form = ann.press(&reminder, "Move").await;
    let note = form.form()["components"].to_string();
    assert!(note.contains("send the offer first"), "{note}");
    ann.send(&form, &[("when", "tomorrow 11"), ("text", "send the offer first")]).await;
    bed.forward(Duration::days(1)).await;
    assert!(ann.last_direct().plain().contains("Plan send the offer first"), "{}", ann.last_direct().plain());
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_clash_is_said_and_nothing_is_moved_until_somebody_says_so() {
    let bed = Bed::new().await;
    let said = planned(&bed, "sat 10:00").await.private();
    assert!(said.plain().contains("it is outside your hours"), "{}", said.plain());
    assert_eq!(lead(&bed).await.course.follow_up.unwrap().at.to_rfc3339(), "2026-09-19T08:00:00+00:00", "as it was said");
    let ann = bed.somebody("ann");
    let kept = ann.press(&said, "Keep it anyway").await.private().plain();
    assert!(kept.contains("Kept"), "{kept}");
    let said = ann.command("lead follow", &[("lead", "L-1001"), ("when", "sat 10:00"), ("note", "the offer")]).await.private();
    ann.command("lead follow", &[("lead", "L-1001"), ("when", "fri 10:00")]).await;
    let late = ann.press(&said, "Next free time").await.private().plain();
    assert!(late.contains("planned anew since"), "{late}");
    let said = ann.command("lead follow", &[("lead", "L-1001"), ("when", "sat 10:00"), ("note", "the offer")]).await.private();
    ann.press(&said, "Next free time").await;
    assert_eq!(lead(&bed).await.course.follow_up.unwrap().at.to_rfc3339(), "2026-09-21T07:00:00+00:00", "on Monday at nine");
    let shown = ann.command("lead show", &[("lead", "L-1001")]).await.private().plain();
    assert!(shown.contains("Plan the offer"), "{shown}");
    bed.ends_clean().await;
}

#[tokio::test]
async fn two_plans_about_the_same_time_are_told_of_each_other() {
    let bed = Bed::new().await;
    planned(&bed, "tomorrow 10:00").await;
    bed.lead("Evan Moss", "Another").await;
    let ann = bed.somebody("ann");
    ann.press(&bed.card("leads", "Evan"), "Claim").await;
    let said = ann.command("lead follow", &[("lead", "L-1002"), ("when", "tomorrow 10:15")]).await.private().plain();
    assert!(said.contains("you have planned L-1001 for"), "{said}");
    bed.ends_clean().await;
}

#[tokio::test]
async fn still_yours_is_answered_with_a_new_time_or_given_back_and_is_not_without_consequence() {
    let bed = Bed::new().await;
    planned(&bed, "tomorrow 10:00").await;
    let ann = bed.somebody("ann");
    bed.forward(Duration::days(4)).await;
    let question = ann.last_direct();
    assert_eq!(question.buttons(), ["Yes, still mine", "Done", "Give it back"]);
    let form = ann.press(&question, "Yes, still mine").await;
    ann.send(&form, &[("when", "in 3 hours"), ("text", "")]).await;
    bed.forward(Duration::hours(2)).await;
    assert!(lead(&bed).await.course.state.owner().is_some(), "it stays theirs");
    bed.forward(Duration::days(7)).await;
    assert!(
        lead(&bed).await.course.cooling.len() == 1,
        "and goes when that is not kept either: {:?}",
        lead(&bed).await.course.state
    );
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_plan_that_was_made_in_time_keeps_the_promise_whatever_is_tried_later() {
    let bed = Bed::new().await;
    planned(&bed, "in 3 hours").await;
    bed.forward(Duration::hours(1)).await;
    let ann = bed.somebody("ann");
    let tried = [("lead", "L-1001"), ("channel", "call"), ("outcome", "no_answer")];
    let said = ann.command("lead log", &tried).await.private().plain();
    assert!(!said.contains("first touch"), "{said}");
    let shown = ann.command("lead show", &[("lead", "L-1001")]).await.private().plain();
    assert!(shown.lines().any(|line| line.starts_with("First touch") && line.ends_with("in time")), "{shown}");
    let sla = bed.somebody("may").command("report sla", &[("period", "today")]).await.private().plain();
    assert!(sla.contains("100%"), "{sla}");
    bed.ends_clean().await;
}
