//! A replay counted by hand.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::sheet::Sheet;
use super::*;
use crate::domain::fairness::Ledger;
use crate::domain::lead::Profile;
use crate::domain::person::{Person, Roster};
use crate::domain::replay::Then;
use crate::playbook::Playbook;

const DRAFT: &str = r#"
[company]
name = "Acme"
timezone = "UTC"
hours = "24/7"

[promises]
first_touch = "10m"
first_touch_hot = "5m"

[[team]]
key = "dach"
name = "DACH"
channel = "leads"
captain = "p1"
ladder = [{ step = "offer", for = "5m", times = 2 }, { step = "assign", to = "captain" }]

[[team]]
key = "world"
name = "World 世界"
channel = "world"
captain = "p1"
ladder = [{ step = "open", for = "10m" }, { step = "assign", to = "captain" }]

[[score]]
when = 'lead.country == "DE"'
points = 80
why = "Germany"

[[score]]
when = 'lead.country == "XX"'
points = 10
why = "the moon"

[[score]]
when = 'lead.quiet_days > 7'
points = -20
why = "quiet for a week"

[[route]]
name = "=Germany"
when = 'lead.country == "DE"'
team = "dach"

[[route]]
name = "Germany again"
when = 'lead.country == "DE"'
team = "world"

[[route]]
name = "the moon"
when = 'lead.country == "XX"'
team = "world"

[[route]]
name = "everything else"
team = "world"
"#;

pub(crate) fn at(minute: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_789_378_000 + minute * 60, 0).unwrap()
}

fn person(id: i64, name: &str) -> Person {
    Person { name: name.to_owned(), ..Person::rep(id, "dach") }
}

/// Five leads of a week in which everything went to `world`, and the one German one in three was hot.
pub(crate) fn week() -> (Replayed, Arc<Playbook>, Roster, String) {
    let playbook = Arc::new(Playbook::read(DRAFT).unwrap());
    let roster = Roster::new(vec![person(1, "Ann"), person(2, "=Bén 田中")]);
    let mut replay = Replay::new(playbook.clone(), &roster, Ledger::default());
    let mut tally = Tally::new(at(60), [("dach".into(), PersonId(1), 0), ("world".into(), PersonId(1), 4)]);
    let mut sheet = Sheet::new(Vec::new(), 1_000).unwrap();
    for (nth, country) in ["DE", "DE", "DE", "FR", "US"].into_iter().enumerate() {
        let nth = i64::try_from(nth).unwrap();
        let mut profile = Profile::blank("web".into(), at(nth));
        profile.contact.country = Some(country.to_owned());
        let then = Then {
            score: Some((3, Tier::Cold)),
            routed: Some(("old rule".to_owned(), "world".into())),
            due: Some(at(nth) + Duration::minutes(if country == "FR" { 4 } else { 10 })),
            ..Then::default()
        };
        let past = Past {
            id: LeadId(1001 + nth),
            profile,
            then,
            owner: Some(PersonId(1)),
            touched_at: (nth < 4).then(|| at(nth) + Duration::minutes(6)),
            turn_returned: nth == 2,
        };
        let seen = replay.judge(&past).unwrap();
        tally.add(&past, &seen, &replay);
        sheet.add(&past, &seen, (&playbook, &roster));
    }
    let (bytes, left_out) = sheet.done().unwrap();
    assert_eq!(left_out, 0);
    (tally.done(&replay), playbook, roster, String::from_utf8(bytes).unwrap())
}

#[test]
fn what_would_have_been_different_is_counted() {
    let (all, ..) = week();
    assert_eq!((all.leads, all.moved, all.retiered, all.rescored), (5, 3, 3, 3));
    assert_eq!(all.teams[&TeamKey::from("dach")], Flow { then: 0, tried: 3, came: 3, went: 0 });
    assert_eq!(all.teams[&TeamKey::from("world")], Flow { then: 5, tried: 2, came: 0, went: 3 });
    assert_eq!(all.tiers[&Tier::Hot], Shift { then: 0, tried: 3 });
    assert_eq!(all.tiers[&Tier::Cold], Shift { then: 5, tried: 2 });
    let due = Due {
        earlier: 3,
        earlier_by: Duration::minutes(15),
        later: 1,
        later_by: Duration::minutes(6),
        known: 5,
        kept: 3,
        would_keep: 1,
    };
    assert_eq!(
        all.due, due,
        "of three hot ones that were touched after six minutes none is in time, and the French one would be"
    );
    assert_eq!(all.turns[&("dach".into(), PersonId(1))], Turns { really: 0, tried: 1 }, "the third was none and costs none");
    assert_eq!(all.turns[&("dach".into(), PersonId(2))], Turns { really: 0, tried: 1 });
    assert_eq!(all.anybody, [("world".into(), 2)].into());
    assert_eq!(all.catch_all, Which { count: 2, first: vec![LeadId(1004), LeadId(1005)] });
}

#[test]
fn rules_that_did_nothing_are_told_apart() {
    let (all, ..) = week();
    let idle: Vec<_> = all.idle_routes().map(|route| (route.name.as_str(), route.ever_held)).collect();
    assert_eq!(idle, [("Germany again", true), ("the moon", false)]);
    assert_eq!(all.idle_points, ["the moon"], "what only a quiet lead gets says nothing when it comes in");
}

#[test]
fn nobody_tried_anything_on_nothing() {
    let playbook = Arc::new(Playbook::read(DRAFT).unwrap());
    let replay = Replay::new(playbook, &Roster::default(), Ledger::default());
    let all = Tally::new(at(0), []).done(&replay);
    assert_eq!((all.leads, all.idle_routes().count(), all.idle_points.len()), (0, 0, 0));
}

#[test]
fn columns_are_in_line_and_a_team_that_is_open_has_no_turns_to_tell() {
    let (all, playbook, roster, _) = week();
    insta::assert_snapshot!(all.teams_table(&playbook, "Draft").text(500), @"
    Team        Then  Draft  In  Out
    DACH           0      3   3    0
    World 世界     5      2   0    3
    ");
    insta::assert_snapshot!(all.tiers_table("Draft").text(500), @"
    Tier  Then  Draft   ±
    hot      0      3  +3
    warm     0      0   0
    cold     5      2  -3
    ");
    let (turns, more) = all.turns_table(&playbook, &roster, "Draft");
    assert_eq!(more, 0);
    insta::assert_snapshot!(turns.text(500), @"
    Rep        Team        Got  Draft   ±
    Ann        DACH          0      1  +1
    =Bén 田中  DACH          0      1  +1
    Ann        World 世界    4
    ");
}

#[test]
fn the_list_is_safe_to_open_and_stops_where_there_is_no_room() {
    let (_, playbook, roster, list) = week();
    let lines: Vec<&str> = list.lines().collect();
    assert_eq!(lines.len(), 6, "{list}");
    insta::assert_snapshot!(lines[1], @"L-1001,2026-09-14T09:26:40Z,web,old rule,'=Germany,World 世界,DACH,yes,3,83,cold,hot,2026-09-14T09:36:40Z,2026-09-14T09:31:40Z,Ann,Ann,");
    assert!(!list.contains(",="), "no cell begins a formula: {list}");

    let mut replay = Replay::new(playbook.clone(), &roster, Ledger::default());
    let mut sheet = Sheet::new(Vec::new(), 400).unwrap();
    for id in 1..=500 {
        let profile = Profile::blank("web".into(), at(0));
        let past = Past { id: LeadId(id), profile, then: Then::default(), owner: None, touched_at: None, turn_returned: false };
        let seen = replay.judge(&past).unwrap();
        sheet.add(&past, &seen, (&playbook, &roster));
    }
    let (bytes, left_out) = sheet.done().unwrap();
    let written = u64::try_from(String::from_utf8(bytes).unwrap().lines().count()).unwrap() - 1;
    assert!(written < 500, "{written}");
    assert_eq!(written + left_out, 500, "what is left out is counted");
}
