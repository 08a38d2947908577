//! Rules tried on what came in before, beside what is decided when it really comes in.

use std::collections::BTreeMap;

use super::*;
use crate::domain::decide::decide;
use crate::domain::event::Event;
use crate::domain::person::Pause;
use crate::domain::text::Untrusted;

const PLAYBOOK: &str = r#"
[company]
name = "Acme"
timezone = "UTC"
hours = "Mo-Fr 09:00-17:00"

[promises]
first_touch = "30m"
first_touch_hot = "5m"

[[team]]
key = "dach"
channel = "leads"
captain = "p1"
ladder = [{ step = "offer", for = "5m", times = 2 }, { step = "assign", to = "captain" }]

[[team]]
key = "open"
channel = "open"
captain = "p1"
ladder = [{ step = "open", for = "10m" }, { step = "assign", to = "captain" }]

[[team]]
key = "given"
channel = "given"
captain = "p9"
ladder = [{ step = "assign", to = "captain" }]

[[score]]
when = 'lead.source == "demo"'
points = 80
why = "demo form"

[[route]]
name = "everywhere"
when = 'lead.country in ["DE", "AT"]'
team = "dach"

[[route]]
name = "Austria"
when = 'lead.country == "AT"'
team = "open"

[[route]]
name = "the moon"
when = 'lead.country == "XX"'
team = "open"

[[route]]
name = "letters"
when = 'lead.need.len() > 0 && lead.country == "CH"'
team = "open"

[[route]]
name = "open ones"
when = 'lead.country == "FR"'
team = "open"

[[route]]
name = "everything else"
team = "given"
"#;

/// A Monday, inside the hours.
const MONDAY: &str = "2026-09-14T09:00:00Z";

fn person(id: i64, team: &str, weight: u32) -> Person {
    let mut person = Person::rep(id, team);
    person.memberships[0].weight = weight;
    person
}

fn replay(people: Vec<Person>) -> Replay {
    Replay::new(Arc::new(Playbook::read(PLAYBOOK).unwrap()), &Roster::new(people), Ledger::default())
}

fn past(id: i64, country: &str, at: &str) -> Past {
    let mut profile = Profile::blank("website".into(), at.parse().unwrap());
    profile.contact.country = Some(country.to_owned());
    Past { id: LeadId(id), profile, then: Then::default(), owner: None, touched_at: None, turn_returned: false }
}

fn turn(person: i64) -> Hands {
    Hands::Turn(PersonId(person), "dach".into())
}

#[test]
fn turns_go_round_by_weight_and_what_was_none_costs_none() {
    let mut replay = replay(vec![person(1, "dach", 100), person(2, "dach", 200)]);
    let mut first = |id, returned| {
        let lead = Past { turn_returned: returned, ..past(id, "DE", MONDAY) };
        replay.judge(&lead).unwrap().hands
    };
    let six: Vec<Hands> = (0..6).map(|id| first(id, false)).collect();
    assert_eq!(six.iter().filter(|hands| **hands == turn(2)).count(), 4, "twice the weight, twice the leads: {six:?}");
    let next = first(6, true);
    assert_eq!(first(7, false), next, "it was none: whose turn it was keeps it");
}

#[test]
fn each_ladder_says_who_has_it_first() {
    let mut replay = replay(vec![person(1, "dach", 100), person(9, "given", 100)]);
    let mut hands = |lead: Past| replay.judge(&lead).unwrap().hands;
    assert_eq!(hands(past(1, "DE", MONDAY)), turn(1));
    assert_eq!(hands(past(2, "FR", MONDAY)), Hands::Anybody("open".into()));
    assert_eq!(hands(past(3, "US", MONDAY)), Hands::Given(PersonId(9), "given".into()));
    assert_eq!(hands(past(4, "DE", "2026-09-12T11:00:00Z")), turn(1), "on Saturday it waits for Monday");
    let kept = Then { kept: Some((PersonId(9), LeadId(7))), ..Then::default() };
    assert_eq!(hands(Past { then: kept, ..past(5, "DE", MONDAY) }), Hands::Account(PersonId(9)));
    let taken = Then { taken_by: Some(PersonId(9)), ..Then::default() };
    assert_eq!(hands(Past { then: taken, ..past(6, "DE", MONDAY) }), Hands::Taker(PersonId(9)));
}

#[test]
fn a_team_without_people_leaves_it_to_a_manager() {
    let seen = replay(Vec::new()).judge(&past(1, "DE", MONDAY)).unwrap();
    assert_eq!((seen.hands, seen.team.as_str()), (Hands::Nobody, "dach"));
}

#[test]
fn whoever_is_away_or_paused_today_is_taken_to_be_there() {
    let mut away = person(1, "dach", 100);
    away.presence = Presence::Away { until: None };
    away.memberships[0].paused = Some(Pause { until: None });
    assert_eq!(replay(vec![away]).judge(&past(1, "DE", MONDAY)).unwrap().hands, turn(1));
}

#[test]
fn what_a_route_asks_for_is_asked_of_the_people_as_they_are() {
    let asks = "name = \"everywhere\"\nrequire = [\"german\"]\nprefer = [\"large\"]";
    let skills = "[[skill]]\nkey = \"german\"\n\n[[skill]]\nkey = \"large\"\n\n[[score]]";
    let text = PLAYBOOK.replacen("name = \"everywhere\"", asks, 1).replacen("[[score]]", skills, 1);
    let playbook = Arc::new(Playbook::read(&text).unwrap());
    let can =
        |id, skills: &[&str]| Person { skills: skills.iter().map(|skill| (*skill).into()).collect(), ..person(id, "dach", 100) };
    let first = |people: Vec<Person>| {
        let mut replay = Replay::new(playbook.clone(), &Roster::new(people), Ledger::default());
        replay.judge(&past(1, "DE", MONDAY)).unwrap().hands
    };
    assert_eq!(first(vec![can(1, &[]), can(2, &["german"])]), turn(2));
    assert_eq!(first(vec![can(1, &["german"]), can(2, &["german", "large"])]), turn(2));
    assert_eq!(first(vec![can(1, &["large"]), can(2, &[])]), Hands::Nobody);
}

#[test]
fn a_rule_that_an_earlier_one_always_forestalls_is_told_from_one_that_never_holds() {
    let mut replay = replay(vec![person(1, "dach", 100)]);
    let routes: Vec<usize> = ["AT", "DE", "US"].map(|country| replay.judge(&past(1, country, MONDAY)).unwrap().route).to_vec();
    assert_eq!(routes, [0, 0, 5]);
    assert_eq!((0..6).map(|route| replay.ever_held(route)).collect::<Vec<_>>(), [true, true, false, false, false, true]);
}

#[test]
fn a_rule_that_cannot_be_judged_is_told() {
    let mut lead = past(1, "CH", MONDAY);
    // Longer than anything that a rule may look at together with something else.
    lead.profile.need = Some(Untrusted::new(&"x".repeat(5_000)));
    let broken = PLAYBOOK.replace("lead.need.len() > 0", "(lead.need + lead.need).len() > 0");
    let mut replay = Replay::new(Arc::new(Playbook::read(&broken).unwrap()), &Roster::default(), Ledger::default());
    let seen = replay.judge(&lead).unwrap();
    let told: Vec<_> = seen.broken.iter().map(|tried| (tried.rule.as_str(), tried.broken.as_deref())).collect();
    assert_eq!((told, seen.route), (vec![("letters", Some("it makes something too large"))], 5));
}

#[test]
fn what_it_tells_is_what_is_decided_when_it_really_comes_in() {
    let people = vec![person(1, "dach", 100), person(9, "given", 100)];
    let mut replay = replay(people.clone());
    let playbook = Arc::new(Playbook::read(PLAYBOOK).unwrap());
    for (nth, (country, source)) in [("DE", "demo"), ("AT", "fair"), ("FR", "demo"), ("US", "fair")].into_iter().enumerate() {
        let id = LeadId(i64::try_from(nth).unwrap() + 1);
        let mut lead = past(id.0, country, MONDAY);
        lead.profile.source = source.into();
        let snapshot = Snapshot {
            id,
            lead: None,
            roster: Arc::new(Roster::new(people.clone())),
            untouched: BTreeMap::new(),
            playbook: playbook.clone(),
            beside: Beside::default(),
        };
        let event = Event::Arrived { profile: Box::new(lead.profile.clone()), taken_by: None };
        let facts = decide(&snapshot, &event, lead.profile.received_at).facts;
        let then = Then::of(facts.clone());
        let seen = replay.judge(&lead).unwrap();
        let rule = replay.playbook().routes[seen.route].name.clone();
        assert_eq!(then.score, Some((seen.score.points, seen.score.tier)));
        assert_eq!(then.routed, Some((rule, seen.team.clone())));
        assert_eq!(then.due, Some(seen.due));
        assert_eq!(hands(&facts).person(), seen.hands.person(), "{country}");
    }
}
