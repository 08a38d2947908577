//! Whose turn it is, in figures that can be counted again by hand.

use chrono::{DateTime, Utc};

use super::World;
use super::parts::lines;
use crate::domain::fairness::Turn;
use crate::domain::message::View;
use crate::domain::person::{Membership, Person};
use crate::domain::text::{Span, Text};
use crate::playbook::Team;
use crate::reports::table::{Cell, Column, Table};
use crate::reports::words::turns as in_turns;

/// People of one message, which holds 2,000 UTF-16 units with the words around them.
const PEOPLE_MAX: usize = 14;

/// How it is counted.
const HOW: &str = "Whoever is furthest behind their share is next, if they may have the lead then. Behind is their share of all turns and \
    credits of the team, less their own, with what they are asked about now. A credit makes level: for leads that others got while they \
    were away, and for joining late.";

/// What moves nothing.
const FREE: &str = "Passing, losing a race and leads given by hand cost no turn; spam, duplicates and invalid data give it back.";

/// Teams with their members in order of turn.
#[must_use]
pub fn shown(teams: &[(&Team, Vec<Turn>)], world: World<'_>) -> View {
    let most = (PEOPLE_MAX / teams.len().max(1)).max(1);
    let mut told = Vec::new();
    for (team, turns) in teams {
        told.push(Text::plain("Turns of ").strong(team.name.clone()));
        told.push(match turns.as_slice() {
            [] => "Nobody works there yet. A manager can add people with /team add.".into(),
            turns => Text(vec![Span::Code(table(team, turns, most, world))]),
        });
        if turns.len() > most {
            told.push(Text::plain(format!(
                "and {} more: /fairness with this team alone shows up to {PEOPLE_MAX}",
                turns.len() - most
            )));
        }
    }
    told.push(HOW.into());
    told.push(FREE.into());
    lines(told)
}

fn table(team: &Team, turns: &[Turn], most: usize, world: World<'_>) -> String {
    let column = |head| Column::new(head, head);
    let weights: u64 = turns.iter().map(|turn| u64::from(turn.weight)).sum();
    let row = |turn: &Turn| {
        vec![
            Cell::Text(name(team, turn, world)),
            Cell::Count(u64::from(turn.weight)),
            Cell::Share(Some(f64::from(turn.weight) / to_f64(weights.max(1)))),
            Cell::Text(turn.standing.turns.to_string()),
            Cell::Text(in_turns(turn.standing.credit_micro)),
            Cell::Count(u64::from(turn.asked)),
            Cell::Text(in_turns(turn.shortfall_micro)),
            Cell::Text(turn.standing.last.map_or_else(|| "never".to_owned(), |at| day(team, at))),
        ]
    };
    let columns = ["rep", "weight", "share", "got", "credit", "asked", "behind", "last turn"].map(column).into();
    Table { columns, rows: turns.iter().take(most).map(row).collect(), total: None }.text(usize::MAX)
}

/// With a mark for those who get nothing now.
fn name(team: &Team, turn: &Turn, world: World<'_>) -> String {
    let name = world.roster.name(turn.person);
    let person = world.roster.get(turn.person);
    let is_away = person.is_some_and(|person: &Person| person.presence.is_away(world.now));
    let pause = person.and_then(|person| person.membership(&team.key)).and_then(|place: &Membership| place.paused.as_ref());
    let is_off = person.is_some_and(|person| person.off_until(world.now).is_some());
    match (is_away, pause.is_some_and(|pause| pause.until.is_none_or(|until| world.now < until)), is_off) {
        (true, _, _) => format!("{name} (away)"),
        (false, true, _) => format!("{name} (paused)"),
        (false, false, true) => format!("{name} (off)"),
        (false, false, false) => name,
    }
}

/// On the team's clock.
fn day(team: &Team, at: DateTime<Utc>) -> String {
    team.hours.zone().local(at).format("%d %b %H:%M").to_string()
}

#[expect(clippy::cast_precision_loss, reason = "weights are small")]
fn to_f64(number: u64) -> f64 {
    number as f64
}
