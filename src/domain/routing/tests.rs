//! Leads that come in where the playbook has rules: what they are worth, where they go, and what is promised.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};

use super::*;
use crate::domain::clocks::Clock;
use crate::domain::decide::decide;
use crate::domain::event::{Ask, Event};
use crate::domain::fact::Fact;
use crate::domain::ids::{LeadId, PersonId};
use crate::domain::lead::{Lead, State};
use crate::domain::matching::KinKind;
use crate::domain::person::{Person, Roster};
use crate::domain::scoring::Tier;
use crate::domain::snapshot::{Beside, Snapshot};
use crate::domain::submission::Contact;
use crate::domain::text::Untrusted;

const PLAYBOOK: &str = r#"
[company]
name = "Acme"
timezone = "UTC"

[[team]]
key = "dach"
channel = "leads-dach"
captain = "ann"

[[team]]
key = "world"
channel = "leads-world"
captain = "ann"

[[field]]
key = "employees"
questions = ["Company size"]
kind = "number"

[[score]]
when = "lead.employees >= 200"
points = 40
why = "200+ people"

[[score]]
when = 'lead.source == "demo"'
points = 30
why = "demo form"

[[score]]
when = 'lead.title.has("student")'
points = -50
why = "student"

[[route]]
name = "big fish"
when = 'lead.tier == "hot" && lead.employees * 2 > 1000'
team = "world"

[[route]]
name = "DE demo"
when = 'lead.country in ["DE", "AT"] && lead.source == "demo"'
team = "dach"

[[route]]
name = "everything else"
team = "world"
"#;

fn now() -> DateTime<Utc> {
    "2026-09-14T09:00:00Z".parse().unwrap()
}

fn profile(source: &str, country: &str, answers: &[(&str, &str)]) -> Profile {
    Profile {
        contact: Contact {
            country: Some(country.to_owned()),
            email: Some(Untrusted::new("a@acme.example")),
            ..Contact::default()
        },
        extras: answers.iter().map(|(q, a)| (Untrusted::new(q), Untrusted::new(a))).collect(),
        ..Profile::blank(source.into(), now())
    }
}

fn snapshot(lead: Option<Lead>) -> Snapshot {
    let world = Person::rep(1, "world").memberships.remove(0);
    let mut ann = Person { handle: "ann".to_owned(), name: "Ann".to_owned(), ..Person::rep(1, "dach") };
    ann.memberships.push(world);
    Snapshot {
        id: LeadId(1001),
        lead,
        roster: Arc::new(Roster::new(vec![ann])),
        untouched: BTreeMap::new(),
        playbook: Arc::new(Playbook::read(PLAYBOOK).unwrap()),
        beside: Beside::default(),
    }
}

fn arrives(profile: Profile) -> (Lead, Routed) {
    let decision = decide(&snapshot(None), &Event::Arrived { profile: Box::new(profile), taken_by: None }, now());
    let routed = decision.facts.iter().find_map(|fact| match fact {
        Fact::RoutedBy { routed } => Some(routed.clone()),
        _ => None,
    });
    (*decision.lead.unwrap(), routed.unwrap())
}

fn tried(routed: &Routed) -> Vec<(&str, &str)> {
    routed.tried.iter().map(|tried| (tried.rule.as_str(), tried.clause.as_str())).collect()
}

#[test]
fn the_first_rule_that_holds_sends_it_and_those_before_say_what_did_not() {
    let (lead, routed) = arrives(profile("demo", "DE", &[("Company size:", "50-100 people")]));
    assert_eq!((routed.rule.as_str(), routed.team.as_str()), ("DE demo", "dach"));
    assert_eq!(tried(&routed), [("big fish", r#"lead.tier == "hot""#)]);
    assert!(matches!(&lead.course.state, State::Waiting { team, .. } if team.as_str() == "dach"));
    let (_, routed) = arrives(profile("demo", "FR", &[]));
    assert_eq!((routed.rule.as_str(), routed.team.as_str()), ("everything else", "world"));
    assert_eq!(tried(&routed)[1], ("DE demo", r#"lead.country in ["DE", "AT"]"#));
}

#[test]
fn a_score_says_why_and_what_is_known_adds_to_it() {
    let (lead, routed) = arrives(profile("demo", "DE", &[("company size", "1,200")]));
    let score = lead.course.score.unwrap();
    let parts: Vec<(i16, &str)> = score.parts.iter().map(|part| (part.points, part.why.as_str())).collect();
    assert_eq!(parts, [(40, "200+ people"), (30, "demo form"), (8, "much is known")]);
    assert_eq!((score.points, score.tier), (78, Tier::Hot));
    assert_eq!(routed.rule, "big fish", "a rule may ask for the score");
    let mut student = profile("demo", "DE", &[]);
    student.contact.title = Some(Untrusted::new("PhD Student"));
    assert_eq!(arrives(student).0.course.score.unwrap().points, 0, "never below nothing");
}

#[test]
fn a_hot_lead_is_promised_an_earlier_first_touch() {
    for (size, minutes) in [("1200", 5), ("20", 15)] {
        let (lead, _) = arrives(profile("demo", "DE", &[("Company size", size)]));
        assert_eq!(lead.course.first_touch_promised, Some(now() + Duration::minutes(minutes)), "{size}");
        let claim = Event::Asked { by: PersonId(1), ask: Ask::Claim };
        let claimed = decide(&snapshot(Some(lead)), &claim, now()).lead.unwrap();
        assert_eq!(claimed.course.clocks.due(Clock::FirstTouch), Some(now() + Duration::minutes(minutes)), "{size}");
    }
}

#[test]
fn a_rule_that_breaks_on_a_lead_does_not_hold_for_it_and_says_so() {
    let text = PLAYBOOK.replace(r#"lead.tier == "hot" && "#, "");
    let playbook = Playbook::read(&text).unwrap();
    let profile = profile("demo", "DE", &[]);
    let values = portrait::values(&profile, 1, &playbook);
    let (score, _) = scoring::score(&profile, &values, &playbook);
    let routed = route(&values, &score, &playbook).unwrap();
    assert_eq!(routed.rule, "DE demo");
    assert!(routed.tried[0].broken.is_some(), "{:?}", routed.tried);
}

#[test]
fn a_source_says_where_its_leads_usually_go() {
    let playbook = Playbook::read(PLAYBOOK).unwrap();
    assert_eq!(usual_team(&"demo".into(), &playbook).unwrap().as_str(), "world", "no country is known of it");
}

#[test]
fn who_looks_after_a_company_already_gets_what_comes_from_it() {
    let account = Account { owner: PersonId(1), lead: LeadId(900), kind: KinKind::Customer };
    let arrives = |snapshot: &Snapshot| {
        let profile = Box::new(profile("demo", "FR", &[]));
        decide(snapshot, &Event::Arrived { profile, taken_by: None }, now())
    };
    let mut known = snapshot(None);
    known.beside.account = Some(account);
    let decision = arrives(&known);
    assert!(decision.facts.contains(&Fact::AccountKept { owner: PersonId(1), lead: LeadId(900) }), "{:?}", decision.facts);
    assert!(matches!(decision.lead.unwrap().course.state, State::Owned { by: PersonId(1), .. }));
    known.untouched.insert(PersonId(1), 5);
    assert!(matches!(arrives(&known).lead.unwrap().course.state, State::Waiting { .. }), "they have their hands full");
    known.untouched.clear();
    let mut playbook = (*known.playbook).clone();
    playbook.matching.account_owner = false;
    known.playbook = Arc::new(playbook);
    assert!(matches!(arrives(&known).lead.unwrap().course.state, State::Waiting { .. }), "the playbook says otherwise");
}

#[test]
fn what_was_kept_before_routes_asked_for_skills_reads_as_asking_for_none() {
    let old = r#"{"rule":"DE demo","team":"dach","tried":[]}"#;
    let routed: Routed = serde_json::from_str(old).unwrap();
    assert_eq!((routed.require.len(), routed.prefer.len()), (0, 0));
    assert_eq!(serde_json::to_string(&routed).unwrap(), old, "and is written as it was");
}
