//! Leads are offered to whose turn it is.

use chrono::Duration;
use leadbell::domain::ids::PersonId;
use leadbell::domain::lead::State;

use crate::bed::{Bed, PLAYBOOK, Seen};

/// Two are asked, for five minutes each; then everybody; then the captain.
const OFFERS: &str = r#"ladder = [
  { step = "offer", for = "5m", times = 2 },
  { step = "open", for = "10m" },
  { step = "assign", to = "captain" },
]"#;

/// Whose turn it is gets it at once.
const IN_TURN: &str = r#"ladder = [{ step = "assign", to = "next" }]"#;

/// Ann and Ben are the team, and Ann is first: she is known for longer.
async fn team(ladder: &str) -> Bed {
    let bed = Bed::with(&PLAYBOOK.replace(r#"captain = "ann""#, &format!("captain = \"ann\"\n{ladder}"))).await;
    bed.somebody("ben").command("help", &[]).await;
    bed
}

fn person(bed: &Bed, handle: &str) -> PersonId {
    bed.core.store.roster().by_handle(handle).unwrap_or_else(|| panic!("{handle} is known")).id
}

async fn state(bed: &Bed, lead: &str) -> State {
    let found = bed.core.store.lead(lead.parse().expect("a lead's number")).await.expect("the store is read");
    found.expect("the lead is there").course.state
}

/// Whom it is offered to or who has it.
async fn with(bed: &Bed, lead: &str) -> String {
    let state = state(bed, lead).await;
    let person = state.asked().or(state.owner()).unwrap_or_else(|| panic!("{lead} is with nobody: {state:?}"));
    bed.core.store.roster().get(person).expect("somebody known").handle.clone()
}

async fn turns(bed: &Bed, handle: &str) -> i64 {
    let turns = bed.core.store.turns(bed.clock.now()).await.expect("the store is read");
    turns.ledger.standing(&"dach".into(), person(bed, handle)).turns
}

fn card(bed: &Bed) -> Seen {
    bed.card("leads", "Dana")
}

#[tokio::test]
async fn a_lead_is_offered_directly_to_whose_turn_it_is_and_accepted_there() {
    let bed = team(OFFERS).await;
    bed.lead("Dana Keller", "Need it").await;
    let (ann, ben) = (bed.somebody("ann"), bed.somebody("ben"));
    let offer = ann.last_direct();
    assert!(offer.plain().contains("L-1001") && offer.plain().contains("is offered to you, answer due"), "{}", offer.plain());
    assert!(!offer.raw().contains("dana.keller@"), "nobody reads how to reach them before they have it");
    assert_eq!(offer.buttons()[..2], ["Accept", "Pass"]);
    assert!(ben.direct().is_empty(), "{:?}", ben.direct());
    assert!(
        card(&bed).plain().contains("OFFERED") && card(&bed).plain().contains("offered to Ann Berg"),
        "{}",
        card(&bed).plain()
    );
    let accepted = ann.press(&offer, "Accept").await.private().plain();
    assert!(accepted.contains("dana.keller@example.com"), "{accepted}");
    assert!(card(&bed).buttons().contains(&"Log attempt".to_owned()));

    bed.lead("Evan Moss", "Need it too").await;
    ben.press(&bed.card("leads", "Evan"), "Accept").await;
    assert_eq!(with(&bed, "L-1002").await, "ben");
    assert_eq!((turns(&bed, "ann").await, turns(&bed, "ben").await), (1, 1));
    bed.ends_clean().await;
}

#[tokio::test]
async fn whoever_was_asked_hears_that_it_was_settled_without_them() {
    let bed = team(OFFERS).await;
    let (ann, ben, may) = (bed.somebody("ann"), bed.somebody("ben"), bed.somebody("may"));
    bed.lead("Dana Keller", "Need it").await;
    may.command("lead assign", &[("lead", "L-1001"), ("to", "ben"), ("reason", "speaks French")]).await;
    bed.forward(Duration::seconds(30)).await;
    let told = ann.last_direct().plain();
    assert!(told.contains("L-1001 Dana K. is no longer offered to you: it is with Ben Ruiz"), "given: {told}");
    assert!(told.contains("Your turn is kept."), "{told}");

    bed.lead("Evan Moss", "Need it too").await;
    may.command("lead merge", &[("keep", "L-1001"), ("drop", "L-1002")]).await;
    bed.forward(Duration::seconds(30)).await;
    let told = ann.last_direct().plain();
    assert!(
        told.contains("L-1002 Evan M. is no longer offered to you") && told.contains("is merged into L-1001"),
        "merged: {told}"
    );
    assert!(ben.direct().iter().all(|seen| !seen.plain().contains("no longer")), "it is Ben's");
    bed.ends_clean().await;
}

#[tokio::test]
async fn somebody_else_who_presses_hears_who_is_asked_first_and_until_when() {
    let bed = team(OFFERS).await;
    bed.lead("Dana Keller", "Need it").await;
    for button in ["Accept", "Pass"] {
        let said = bed.somebody("ben").press(&card(&bed), button).await.private().plain();
        assert!(said.contains("is offered to Ann Berg first, until"), "{button}: {said}");
    }
    assert_eq!(state(&bed, "L-1001").await.asked(), Some(person(&bed, "ann")));
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_pass_with_a_reason_asks_the_next_and_keeps_the_turn() {
    let bed = team(OFFERS).await;
    bed.lead("Dana Keller", "Need it").await;
    let (ann, ben) = (bed.somebody("ann"), bed.somebody("ben"));
    let form = ann.press(&card(&bed), "Pass").await;
    let field = form.form()["components"][0]["components"][0]["custom_id"].as_str().unwrap().to_owned();
    let said = ann.send(&form, &[(&field, "On the road until two")]).await.private().plain();
    assert!(said.contains("Your turn is kept") && said.contains("Ben Ruiz"), "{said}");
    ben.press(&ben.last_direct(), "Accept").await;
    bed.lead("Evan Moss", "Need it").await;
    assert_eq!(with(&bed, "L-1002").await, "ann", "her turn is kept");

    let why = ann.command("lead why", &[("lead", "L-1001")]).await.private().plain();
    for told in ["offered to Ann Berg", "Ann Berg passed", "On the road until two", "offered to Ben Ruiz", "Ben Ruiz claimed it"]
    {
        assert!(why.contains(told), "{told:?} in {why}");
    }
    bed.ends_clean().await;
}

#[tokio::test]
async fn without_an_answer_the_next_is_asked_and_then_everybody() {
    let bed = team(OFFERS).await;
    bed.lead("Dana Keller", "Need it").await;
    let (ann, ben) = (bed.somebody("ann"), bed.somebody("ben"));
    let asked = ann.last_direct();
    bed.forward(Duration::minutes(5)).await;
    assert!(ben.last_direct().plain().contains("L-1001"));
    let late = ann.press(&asked, "Accept").await.private().plain();
    assert!(late.contains("Ben Ruiz"), "it is too late: {late}");
    bed.forward(Duration::minutes(5)).await;
    assert_eq!(card(&bed).buttons(), ["Claim", "Not for us", "Details"]);
    let why = ann.command("lead why", &[("lead", "L-1001")]).await.private().plain();
    assert!(why.contains("Ann Berg did not answer") && why.contains("Ben Ruiz did not answer"), "{why}");
    ann.press(&card(&bed), "Claim").await;
    assert_eq!(with(&bed, "L-1001").await, "ann");
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_manager_may_take_what_somebody_is_asked_about() {
    let bed = team(OFFERS).await;
    bed.lead("Dana Keller", "Need it").await;
    bed.somebody("may").press(&card(&bed), "Accept").await;
    assert_eq!(with(&bed, "L-1001").await, "may");
    let told = bed.somebody("ann").last_direct().plain();
    assert!(told.contains("May Okafor"), "who was asked hears of it: {told}");
    assert_eq!(turns(&bed, "ann").await, 0);
    bed.ends_clean().await;
}

#[tokio::test]
async fn at_night_nobody_is_asked_until_the_team_is_there() {
    let bed = team(OFFERS).await;
    bed.forward(Duration::hours(13)).await;
    bed.lead("Dana Keller", "Late").await;
    assert_eq!(card(&bed).buttons(), ["Claim", "Not for us", "Details"], "whoever is up may have it");
    bed.forward(Duration::hours(10)).await;
    assert!(bed.somebody("ann").direct().is_empty());
    bed.forward(Duration::hours(1)).await;
    assert!(bed.somebody("ann").last_direct().plain().contains("is offered to you"));
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_restart_keeps_the_order_of_turns() {
    let bed = team(OFFERS).await;
    bed.lead("Dana Keller", "Need it").await;
    bed.somebody("ann").press(&card(&bed), "Accept").await;
    bed.lead("Evan Moss", "Need it").await;
    let bed = bed.restart().await;
    bed.rest().await;
    assert_eq!(bed.somebody("ben").direct().len(), 1, "not asked again");
    assert_eq!(with(&bed, "L-1002").await, "ben");
    bed.forward(Duration::minutes(1)).await;
    bed.lead("Finn Ode", "Need it").await;
    assert_eq!(with(&bed, "L-1003").await, "ann", "Ben is asked about one already");
    bed.ends_clean().await;
}

#[tokio::test]
async fn three_leads_at_once_go_to_three_people() {
    let bed = team(OFFERS).await;
    bed.somebody("may").command("team add", &[("person", "cleo"), ("team", "DACH")]).await;
    for name in ["Dana Keller", "Evan Moss", "Finn Ode"] {
        bed.lead(name, "Need it").await;
    }
    let mut asked = Vec::new();
    for lead in ["L-1001", "L-1002", "L-1003"] {
        asked.push(with(&bed, lead).await);
    }
    asked.sort();
    assert_eq!(asked, ["ann", "ben", "cleo"], "what somebody is asked about counts as theirs");
    bed.ends_clean().await;
}

#[tokio::test]
async fn what_is_offered_comes_first_in_ones_own_lists() {
    let bed = team(OFFERS).await;
    bed.lead("Dana Keller", "Need it").await;
    let ann = bed.somebody("ann");
    ann.press(&card(&bed), "Accept").await;
    bed.forward(Duration::minutes(1)).await;
    bed.lead("Evan Moss", "Need it").await;
    bed.lead("Finn Ode", "Need it").await;
    assert_eq!(with(&bed, "L-1003").await, "ann");
    let list = ann.command("lead list", &[]).await.private().plain();
    assert!(list.find("L-1003").unwrap() < list.find("L-1001").unwrap() && !list.contains("L-1002"), "{list}");
    let agenda = ann.command("me agenda", &[]).await.private();
    assert!(agenda.plain().contains("Offered to you"), "{}", agenda.plain());
    assert_eq!(agenda.buttons(), ["Accept L-1003", "Log L-1001"]);
    let away = ann.command("me status", &[("is", "away")]).await.private().plain();
    assert!(away.contains("1 lead is offered to you still") && away.contains("L-1003"), "{away}");
    ann.command("me status", &[("is", "available")]).await;
    let next = ann.command("lead next", &[]).await.private();
    assert!(next.plain().contains("L-1003") && next.plain().contains("It is your turn"), "{}", next.plain());
    ann.press(&next, "Accept").await;
    assert_eq!(state(&bed, "L-1003").await.owner(), Some(person(&bed, "ann")));
    bed.ends_clean().await;
}

#[tokio::test]
async fn given_in_turn_everybody_gets_one_after_the_other_and_gifts_move_no_turn() {
    let bed = team(IN_TURN).await;
    for (name, lead, wanted) in [("Dana Keller", "L-1001", "ann"), ("Evan Moss", "L-1002", "ben"), ("Finn Ode", "L-1003", "ann")]
    {
        bed.lead(name, "Need it").await;
        assert_eq!(with(&bed, lead).await, wanted, "{lead}");
        bed.forward(Duration::minutes(1)).await;
    }
    let before = (turns(&bed, "ann").await, turns(&bed, "ben").await);
    bed.somebody("may").command("lead assign", &[("lead", "L-1003"), ("to", "ben"), ("reason", "knows them")]).await;
    assert_eq!(with(&bed, "L-1003").await, "ben");
    assert_eq!((turns(&bed, "ann").await, turns(&bed, "ben").await), before);
    bed.lead("Gita Rao", "Need it").await;
    assert_eq!(with(&bed, "L-1004").await, "ben", "the gift was no turn");
    bed.ends_clean().await;
}

#[tokio::test]
async fn spam_gives_the_turn_back() {
    let bed = team(IN_TURN).await;
    bed.lead("Dana Keller", "Buy pills").await;
    assert_eq!(turns(&bed, "ann").await, 1);
    let ann = bed.somebody("ann");
    let reasons = ann.press(&card(&bed), "Disqualify").await;
    ann.choose(&reasons.private(), "Spam").await;
    assert_eq!(turns(&bed, "ann").await, 0);
    let why = ann.command("lead why", &[("lead", "L-1001")]).await.private().plain();
    assert!(why.contains("it went to Ann Berg") && why.contains("the turn was given back to Ann Berg"), "{why}");
    bed.ends_clean().await;
}

#[tokio::test]
async fn everybody_who_works_leads_reads_whose_turn_it_is() {
    let bed = team(OFFERS).await;
    bed.lead("Dana Keller", "Need it").await;
    bed.somebody("ann").press(&card(&bed), "Accept").await;
    bed.lead("Evan Moss", "Need it").await;
    let read = bed.somebody("ben").command("fairness", &[]).await.private().plain();
    let rows: Vec<&str> = read.lines().filter(|line| line.contains("Ann Berg") || line.contains("Ben Ruiz")).collect();
    assert_eq!(rows.len(), 2, "{read}");
    assert!(read.contains("Turns of DACH") && read.contains("cost no turn"), "{read}");
    let guest = bed.somebody("gus").command("fairness", &[]).await.private().plain();
    assert!(!guest.contains("Ann Berg"), "{guest}");
    bed.ends_clean().await;
}
