//! Stories of routes that ask for skills.

use chrono::Duration;

use super::tests::{ANN, BEN, MAY, Story};
use crate::domain::decision::{News, Recipient};
use crate::domain::event::{Ask, Event};
use crate::domain::fact::Fact;
use crate::domain::ids::{LeadId, PersonId, SkillKey};
use crate::domain::lead::{Course, State, TriageWhy};
use crate::domain::matching::{Account, KinKind};
use crate::domain::person::Presence;
use crate::domain::reply::{Refusal, Reply};

/// Whoever gets a lead must have German; who has Enterprise too is asked first.
const SKILLED: &str = r#"
[company]
name = "Acme"
timezone = "UTC"
managers = "bosses"

[[team]]
key = "dach"
channel = "leads"
captain = "ann"
ladder = [
  { step = "offer", for = "5m", times = 2 },
  { step = "open", for = "10m" },
  { step = "assign", to = "captain" },
]

[[skill]]
key = "german"
name = "German"

[[skill]]
key = "enterprise"

[[route]]
name = "everybody"
team = "dach"
require = ["german"]
prefer = ["enterprise"]
"#;

fn team(skills: &[(PersonId, &[&str])]) -> Story {
    let mut story = Story::under(SKILLED);
    for (who, has) in skills {
        story.person(*who).skills = has.iter().map(|skill| SkillKey::from(*skill)).collect();
    }
    story
}

fn lacks() -> Refusal {
    Refusal::Lacks { lead: LeadId(1001), team: "dach".into(), skills: vec!["german".into()] }
}

fn offered(story: &Story) -> Option<PersonId> {
    story.state().asked()
}

#[test]
fn only_who_has_what_is_required_is_asked_or_may_have_it() {
    let mut story = team(&[(BEN, &["german"])]).with_a_lead();
    assert_eq!(offered(&story), Some(BEN), "Ann is first in turn, and cannot");
    story.after(Duration::minutes(5));
    assert!(matches!(story.state(), State::Waiting { step: 1, .. }), "nobody else can be asked: {:?}", story.state());
    assert_eq!(story.ask(ANN, Ask::Claim), Reply::NotEligible(lacks()));
    let give = Ask::Assign { to: ANN, reason: "hers".to_owned() };
    assert_eq!(story.ask(MAY, give), Reply::TheyAreNotEligible { who: ANN, why: lacks() });
    assert_eq!(story.ask(MAY, Ask::Claim), Reply::NotEligible(lacks()), "a manager is asked for it too");
    assert!(matches!(story.ask(BEN, Ask::Claim), Reply::Claimed { .. }));
}

#[test]
fn who_has_more_of_what_is_preferred_is_asked_before_whose_turn_it_is() {
    let mut story = team(&[(ANN, &["german"]), (BEN, &["german", "enterprise"])]);
    story = story.with_a_lead();
    assert_eq!(offered(&story), Some(BEN));
    let next = story.tell(&Event::Asked { by: BEN, ask: Ask::Pass { reason: None } });
    assert_eq!(offered(&story), Some(ANN), "then whose turn it is");
    assert!(!next.facts.iter().any(|fact| matches!(fact, Fact::ChosenFor { .. })), "{:?}", next.facts);
}

#[test]
fn the_trace_says_for_what_somebody_came_first() {
    let mut story = team(&[(ANN, &["german"]), (BEN, &["german", "enterprise"])]);
    let profile = Box::new(story.clone().with_a_lead().lead.unwrap().profile);
    let arrived = story.tell(&Event::Arrived { profile, taken_by: None });
    let chosen = Fact::ChosenFor { who: BEN, skills: vec!["enterprise".into()] };
    assert!(arrived.facts.contains(&chosen), "{:?}", arrived.facts);
    let replayed = Course::replay(arrived.facts.iter().map(|fact| (story.now, fact)));
    assert_eq!(replayed, story.lead.map(|lead| lead.course), "the log has what the route asked for");
}

#[test]
fn where_nobody_can_do_it_the_lead_goes_to_the_managers_with_the_reason() {
    let mut story = team(&[]).with_a_lead();
    assert!(matches!(story.state(), State::Waiting { step: 1, .. }), "no offer is waited for: {:?}", story.state());
    let ended = story.after(Duration::minutes(10));
    let why = TriageWhy::NobodySkilled;
    assert!(matches!(story.state(), State::Triage { why: TriageWhy::NobodySkilled, .. }), "{:?}", story.state());
    assert!(ended.notices.iter().any(|n| n.to == Recipient::Managers && n.news == News::NeedsRouting { why }));
    story.person(BEN).skills.insert("german".into());
    assert!(matches!(story.ask(MAY, Ask::Assign { to: BEN, reason: "hers".to_owned() }), Reply::Assigned { .. }));

    let mut away = team(&[(ANN, &["german"])]);
    away.person(ANN).presence = Presence::Away { until: None };
    let mut away = away.with_a_lead();
    away.after(Duration::minutes(10));
    assert!(matches!(away.state(), State::Triage { why: TriageWhy::LadderEnded, .. }), "she can, and is away");
}

#[test]
fn who_looks_after_the_company_and_cannot_do_it_does_not_get_it() {
    let mut story = team(&[(BEN, &["german"])]);
    story.beside.account = Some(Account { owner: ANN, lead: LeadId(900), kind: KinKind::Customer });
    let story = story.with_a_lead();
    assert_eq!((story.state().owner(), offered(&story)), (None, Some(BEN)));
    let mut story = team(&[(ANN, &["german"]), (BEN, &["german"])]);
    story.beside.account = Some(Account { owner: ANN, lead: LeadId(900), kind: KinKind::Customer });
    assert_eq!(story.with_a_lead().state().owner(), Some(ANN));
}

#[test]
fn a_lead_that_comes_back_asks_for_the_same_again() {
    let mut story = team(&[(ANN, &["german"]), (BEN, &["german"])]).with_a_lead();
    assert!(matches!(story.ask(ANN, Ask::Claim), Reply::Claimed { .. }));
    let back = story.now + Duration::days(30);
    let ask = Ask::Disqualify { reason: "not_ready".into(), detail: None, until: Some(back), original: None };
    assert!(matches!(story.ask(ANN, ask), Reply::Pooled { .. }));
    story.person(ANN).skills.clear();
    story.after(Duration::days(30));
    assert_eq!(offered(&story), Some(BEN), "the old owner cannot any more");
}

#[test]
fn a_skill_that_the_playbook_has_forgotten_is_asked_of_nobody() {
    let lead = team(&[]).with_a_lead().lead;
    let without = SKILLED.replace(r#"require = ["german"]"#, "").replace("[[skill]]\nkey = \"german\"\nname = \"German\"\n", "");
    let mut story = Story::under(&without);
    story.lead = lead;
    assert!(matches!(story.ask(ANN, Ask::Claim), Reply::Claimed { .. }));
}
