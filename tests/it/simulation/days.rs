//! What must hold of what comes by itself: nobody is told twice of a day, nor while they are away, and no report comes twice for one.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use leadbell::chat::Place;
use leadbell::domain::day::DayPart;
use leadbell::domain::decision::News;
use leadbell::domain::ids::PersonId;
use leadbell::domain::message::View;
use leadbell::domain::schedule::{Every, Rhythm};
use leadbell::reports::Kind;
use leadbell::store::{Schedule, Store};

use super::chat::words;
use super::eye::Eye;
use super::life::entry;
use super::world::World;

fn every_morning() -> Rhythm {
    Rhythm { every: Every::Day, at: NaiveTime::from_hms_opt(9, 0, 0).expect("is a time of the day") }
}

/// A report that comes every morning, in a channel of its own.
pub(super) async fn let_a_report_come(store: &Store, now: DateTime<Utc>) {
    let rhythm = every_morning();
    let next_at = rhythm.next(store.playbook().company.hours.zone(), now);
    let schedule = Schedule {
        id: 0,
        report: Kind::Fairness,
        rhythm,
        channel: Some(("c-reports".to_owned(), "reports".to_owned())),
        team: None,
        by: PersonId(1),
        next_at,
    };
    store.add_schedule(schedule, entry(now)).await.expect("the store takes it");
}

/// Asked when something is about to be posted: nobody who is away hears of their day.
pub(super) fn may_be_told(world: &World, store: &Store, to: &Place, view: &View) {
    let title = words(&view.title);
    if !title.starts_with("Your day begins") && !title.starts_with("Before you go") {
        return;
    }
    let Place::Direct(chat_id) = to else { return world.wrong(format!("\"{title}\" is about to be told in {to:?}")) };
    let (now, roster) = (world.now(), store.roster());
    match roster.by_chat_id(chat_id) {
        Some(person) if person.presence.is_away(now) || person.left => {
            world.wrong(format!("{} is away, and about to be told \"{title}\"", person.handle));
        }
        Some(_) => {}
        None => world.wrong(format!("nobody is {chat_id}, who is about to be told \"{title}\"")),
    }
}

/// Each part of each day was told once at most, and each report once for each time at which it was to come: what was missed comes late.
pub(super) async fn came_once(world: &World, store: &Store, eye: &Eye, wrong: &mut Vec<String>) {
    let mut days: BTreeMap<(String, DayPart, NaiveDate), usize> = BTreeMap::new();
    let mut reports: BTreeMap<(i64, DateTime<Utc>), usize> = BTreeMap::new();
    let playbook = store.playbook();
    let zone = playbook.company.hours.zone();
    for row in eye.notices().await {
        match serde_json::from_str::<News>(&row.news) {
            Ok(News::Day { part, day }) => *days.entry((format!("{:?}", row.recipient), part, day)).or_default() += 1,
            Ok(News::Digest { schedule, .. }) => {
                *reports.entry((schedule, every_morning().last(zone, row.made))).or_default() += 1
            }
            Ok(_) | Err(_) => {}
        }
    }
    wrong.extend(days.iter().filter(|(_, n)| **n > 1).map(|(which, n)| format!("{which:?} was told {n} times")));
    wrong.extend(reports.iter().filter(|(_, n)| **n > 1).map(|(which, n)| format!("the report {which:?} came {n} times")));
    if let Ok(Some(next)) = store.next_schedule().await
        && next <= world.now()
    {
        wrong.push(format!("a report was due at {next} and has not come"));
    }
}
