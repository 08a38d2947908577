//! The buttons of a card in each state, pressed by whoever reads it: they do what they say for those who may, and tell the others why not.

use chrono::Duration;
use sandbox::{Ordered, RestFault};

use crate::bed::{Bed, Seen};

/// Everybody is known, and Dana asks.
async fn asked() -> Bed {
    let bed = Bed::new().await;
    for who in ["ben", "may", "cleo"] {
        bed.somebody(who).command("help", &[]).await;
    }
    bed.lead("Dana Keller", "Need it").await;
    bed
}

async fn claimed() -> Bed {
    let bed = asked().await;
    bed.somebody("ann").press(&card(&bed), "Claim").await;
    bed
}

fn card(bed: &Bed) -> Seen {
    bed.card("leads", "Dana")
}

/// What only they read when they press it.
async fn told(bed: &Bed, who: &str, button: &str) -> String {
    bed.somebody(who).press(&card(bed), button).await.private().plain()
}

/// Ends it for a reason, as its owner does.
async fn ends(bed: &Bed, reason: &[(&str, &str)]) {
    let reason = [&[("lead", "L-1001")], reason].concat();
    bed.somebody("ann").command("lead dq", &reason).await;
}

/// What they were told directly, that says this.
fn heard(bed: &Bed, who: &str, says: &str) -> Vec<String> {
    bed.somebody(who).direct().iter().map(Seen::plain).filter(|told| told.contains(says)).collect()
}

#[tokio::test]
async fn a_lead_that_waits_is_for_its_team_alone() {
    let bed = asked().await;
    let details = told(&bed, "ben", "Details").await;
    assert!(details.contains("Need it") && !details.contains("dana.keller@"), "nobody has it yet: {details}");
    let details = told(&bed, "may", "Details").await;
    assert!(details.contains("dana.keller@example.com"), "managers see all: {details}");
    for button in ["Claim", "Not for us"] {
        let refused = told(&bed, "cleo", button).await;
        assert!(refused.contains("for DACH, and you are not in that team"), "before anything is asked: {button}: {refused}");
    }
    assert!(told(&bed, "gus", "Details").await.contains("not in a sales team"));
    assert_eq!(card(&bed).buttons(), ["Claim", "Not for us", "Details"]);
    bed.ends_clean().await;
}

#[tokio::test]
async fn what_is_not_for_a_team_is_routed_by_a_manager_only() {
    let bed = asked().await;
    let ben = bed.somebody("ben");
    let form = ben.press(&card(&bed), "Not for us").await;
    let said = ben.send(&form, &[("text", "they are in Boston")]).await.private().plain();
    assert!(said.contains("goes to the managers"), "{said}");
    assert_eq!(card(&bed).buttons(), ["Route", "Details"]);
    let refused = told(&bed, "ben", "Route").await;
    assert!(refused.contains("A manager has to route this one first"), "{refused}");
    let may = bed.somebody("may");
    let teams = may.press(&card(&bed), "Route").await;
    may.choose(&teams.private(), "World").await;
    assert!(card(&bed).plain().contains("MOVED"), "{}", card(&bed).plain());
    let cleo = bed.somebody("cleo");
    cleo.press(&bed.card("world", "Dana"), "Claim").await;
    assert!(bed.card("world", "Dana").plain().contains("Cleo Laurent"));
    bed.ends_clean().await;
}

#[tokio::test]
async fn who_presses_on_the_lead_of_somebody_else_hears_whose_it_is() {
    let bed = claimed().await;
    for button in ["Log attempt", "Reached", "Follow up", "Disqualify"] {
        let refused = told(&bed, "ben", button).await;
        assert!(refused.contains("Only Ann Berg or a manager can do that"), "{button}: {refused}");
    }
    let ben = bed.somebody("ben");
    let more = ben.press(&card(&bed), "More").await.private();
    assert!(more.plain().contains("is with Ann Berg: look at it, or add what you know"), "{}", more.plain());
    let may_do: Vec<String> = more.select().1.into_iter().map(|(label, _)| label).collect();
    assert_eq!(may_do, ["Details", "Add a note", "Why?"], "what a colleague may do");
    let form = ben.choose(&more, "Add a note").await;
    let noted = ben.send(&form, &[("text", "they know our Boston office")]).await.private().plain();
    assert!(noted.contains("Noted on L-1001"), "{noted}");
    let details = told(&bed, "ben", "Details").await;
    assert!(details.contains("they know our Boston office"), "{details}");
    assert!(details.contains("Ann Berg") && !details.contains("dana.keller@"), "{details}");
    assert!(card(&bed).plain().contains("CLAIMED") && bed.somebody("ann").direct().is_empty());
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_manager_may_do_all_of_it_for_the_owner_who_hears_of_the_end_alone() {
    let bed = claimed().await;
    let (ann, may) = (bed.somebody("ann"), bed.somebody("may"));
    let channels = may.press(&card(&bed), "Log attempt").await;
    let outcomes = may.press(&channels.private(), "E-mail").await;
    let said = may.press(&outcomes.private(), "Sent, no answer yet").await.private().plain();
    assert!(said.contains("That was the first touch."), "{said}");
    let times = may.press(&card(&bed), "Follow up").await;
    may.choose(&times.private(), "Tomorrow").await;
    assert!(
        card(&bed).plain().contains("Owner Ann Berg") && card(&bed).plain().contains("Due follow-up"),
        "{}",
        card(&bed).plain()
    );
    told(&bed, "may", "Reached").await;
    assert!(ann.direct().is_empty(), "{:?}", heard(&bed, "ann", ""));
    let reasons = may.press(&card(&bed), "Disqualify").await;
    let said = may.choose(&reasons.private(), "Spam").await.private().plain();
    assert!(said.contains("removed: it never was a lead"), "{said}");
    assert_eq!(heard(&bed, "ann", "").len(), 1, "{:?}", heard(&bed, "ann", ""));
    assert!(heard(&bed, "ann", "is no longer yours").len() == 1 && may.direct().is_empty());
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_follow_up_is_chosen_from_the_card_or_typed() {
    let bed = claimed().await;
    let ann = bed.somebody("ann");
    let times = ann.press(&card(&bed), "Follow up").await;
    let form = ann.choose(&times.private(), "Another time").await;
    let refused = ann.send(&form, &[("when", "the day after whenever"), ("text", "")]).await.private();
    assert!(refused.plain().contains("is not a time that can be read here"), "{}", refused.plain());
    let form = ann.press(&refused, "Type it again").await;
    let said = ann.send(&form, &[("when", "fri 14:30"), ("text", "send the offer")]).await.private().plain();
    assert!(said.contains("Planned for L-1001"), "{said}");
    bed.forward(Duration::days(4) + Duration::hours(6)).await;
    assert!(ann.last_direct().plain().contains("send the offer"), "{}", ann.last_direct().plain());
    bed.ends_clean().await;
}

#[tokio::test]
async fn what_sleeps_may_be_taken_by_the_team_and_whose_it_was_hears_of_it() {
    let bed = claimed().await;
    ends(&bed, &[("reason", "not_ready"), ("when", "in 30 days")]).await;
    assert_eq!(card(&bed).buttons(), ["Reopen to me", "Details"]);
    let refused = told(&bed, "cleo", "Reopen to me").await;
    assert!(refused.contains("you are not in that team"), "{refused}");
    let said = told(&bed, "ben", "Reopen to me").await;
    assert!(said.contains("is open again, and yours") && said.contains("dana.keller@example.com"), "{said}");
    assert!(card(&bed).plain().contains("Owner Ben Ruiz"), "{}", card(&bed).plain());
    assert_eq!(heard(&bed, "ann", "is no longer yours: it is with Ben Ruiz").len(), 1, "it would have come back to her");
    bed.ends_clean().await;
}

#[tokio::test]
async fn what_is_closed_is_opened_by_whose_it_was_and_by_managers() {
    let bed = claimed().await;
    ends(&bed, &[("reason", "not_a_fit"), ("note", "wants hardware")]).await;
    assert_eq!(card(&bed).buttons(), ["Reopen", "Details"]);
    let refused = told(&bed, "ben", "Reopen").await;
    assert!(refused.contains("Only Ann Berg or a manager can do that"), "{refused}");
    assert!(told(&bed, "ann", "Reopen").await.contains("is open again, and yours"));
    ends(&bed, &[("reason", "not_a_fit"), ("note", "wants hardware")]).await;
    assert!(told(&bed, "may", "Reopen").await.contains("is open again, and yours"));
    assert!(card(&bed).plain().contains("Owner May Okafor"), "{}", card(&bed).plain());
    bed.ends_clean().await;
}

#[tokio::test]
async fn who_covers_for_somebody_on_leave_works_their_lead_from_its_card() {
    let bed = claimed().await;
    let (ann, ben) = (bed.somebody("ann"), bed.somebody("ben"));
    told(&bed, "ann", "Reached").await;
    ann.command("me leave", &[("to", "in 3 days"), ("cover", "ben")]).await;
    let channels = ben.press(&card(&bed), "Log attempt").await;
    let outcomes = ben.press(&channels.private(), "Call").await;
    let said = ben.press(&outcomes.private(), "No answer").await.private().plain();
    assert!(said.contains("2 tries so far"), "{said}");
    let times = ben.press(&card(&bed), "Follow up").await;
    ben.choose(&times.private(), "Tomorrow").await;
    let more = ben.press(&card(&bed), "More").await;
    let contact = ben.choose(&more.private(), "Show contact").await.private().plain();
    assert!(contact.contains("dana.keller@example.com"), "{contact}");
    let more = ben.press(&card(&bed), "More").await;
    let people = ben.choose(&more.private(), "Hand over").await;
    let form = ben.choose(&people.private(), "May Okafor").await;
    ben.send(&form, &[("text", "a large one")]).await;
    assert!(card(&bed).plain().contains("Owner May Okafor"), "{}", card(&bed).plain());
    assert_eq!(heard(&bed, "ann", "it is with May Okafor").len(), 1);
    bed.ends_clean().await;
}

/// Somebody claims while the chat takes no edits: the card stands there as it was.
async fn stale(bed: &Bed, of: &str) -> Seen {
    let ann = bed.somebody("ann");
    let next = ann.command("lead next", &[]).await.private();
    bed.sandbox.faults().rest(Ordered::next(RestFault::ErrorBefore(503)).method("PATCH").path("/messages/").times(9));
    ann.press(&next, "Claim").await;
    bed.sandbox.faults().clear();
    let card = bed.card("leads", of);
    assert_eq!(card.buttons(), ["Claim", "Not for us", "Details"], "nobody has drawn it yet");
    card
}

#[tokio::test]
async fn a_stale_button_says_what_is_so_and_draws_the_card_again() {
    for (button, says) in [("Claim", "Ann Berg claimed this"), ("Not for us", "Only Ann Berg or a manager can do that")] {
        let bed = asked().await;
        let old = stale(&bed, "Dana").await;
        let said = bed.somebody("ben").press(&old, button).await;
        assert_eq!(said.kind(), "update", "{button}");
        assert!(said.private().plain().contains(says), "{button}: {}", said.private().plain());
        assert!(card(&bed).plain().contains("Owner Ann Berg") && card(&bed).buttons()[0] == "Log attempt", "{button}");
        bed.ends_clean().await;
    }
}

#[tokio::test]
async fn a_question_that_was_open_when_the_lead_went_elsewhere_is_answered_with_whose_it_is() {
    let bed = claimed().await;
    let (ann, may) = (bed.somebody("ann"), bed.somebody("may"));
    let reasons = ann.press(&card(&bed), "Disqualify").await.private();
    let channels = ann.press(&card(&bed), "Log attempt").await.private();
    may.command("lead assign", &[("lead", "L-1001"), ("to", "ben"), ("reason", "knows them")]).await;
    let said = ann.choose(&reasons, "Spam").await.private().plain();
    assert!(said.contains("Only Ben Ruiz or a manager can do that"), "{said}");
    let said = ann.press(&channels, "Call").await.private().plain();
    assert!(said.contains("Only Ben Ruiz or a manager can do that"), "{said}");
    assert!(card(&bed).plain().contains("Owner Ben Ruiz"));
    bed.ends_clean().await;
}

#[tokio::test]
async fn what_was_asked_privately_before_a_restart_is_answered_after_it() {
    let bed = claimed().await;
    let channels = bed.somebody("ann").press(&card(&bed), "Log attempt").await.private();
    let reasons = bed.somebody("ann").press(&card(&bed), "Disqualify").await.private();
    let bed = bed.restart().await;
    let ann = bed.somebody("ann");
    let outcomes = ann.press(&channels, "Call").await;
    let said = ann.press(&outcomes.private(), "No answer").await.private().plain();
    assert!(said.contains("That was the first touch."), "{said}");
    let form = ann.choose(&reasons, "Not ready").await;
    ann.send(&form, &[("when", "in 30 days"), ("text", "")]).await;
    assert!(card(&bed).plain().contains("ASLEEP"), "{}", card(&bed).plain());
    bed.forward(Duration::days(300)).await;
    let bed = bed.restart().await;
    assert!(!bed.somebody("ann").press(&card(&bed), "Details").await.private().plain().is_empty(), "and years later");
    bed.ends_clean().await;
}
