//! A replay in columns: teams, tiers, turns.

use std::cmp::Reverse;

use crate::domain::ids::TeamKey;
use crate::domain::person::Roster;
use crate::domain::scoring::Tier;
use crate::playbook::Playbook;

use super::Replayed;
use crate::reports::table::{Cell, Column, Table};

/// People of one message.
const PEOPLE_MAX: usize = 6;

impl Replayed {
    /// Teams in the order of the playbook that is tried, with what each had and would have had.
    #[must_use]
    pub fn teams_table(&self, playbook: &Playbook, tried: &'static str) -> Table {
        let heads = [("Team", "team"), ("Then", "leads then"), (tried, "leads tried"), ("In", "came"), ("Out", "went")];
        let place = |key: &TeamKey| playbook.teams.iter().position(|team| &team.key == key).unwrap_or(usize::MAX);
        let mut teams: Vec<_> = self.teams.iter().collect();
        teams.sort_by_key(|(key, _)| place(key));
        let row = |(key, flow): (&TeamKey, &super::Flow)| {
            let counts = [flow.then, flow.tried, flow.came, flow.went].map(Cell::Count);
            [Cell::Text(team_name(key, playbook))].into_iter().chain(counts).collect()
        };
        Table { columns: columns(heads), rows: teams.into_iter().map(row).collect(), total: None }
    }

    /// Hot, warm and cold.
    #[must_use]
    pub fn tiers_table(&self, tried: &'static str) -> Table {
        let heads = [("Tier", "tier"), ("Then", "leads then"), (tried, "leads tried"), ("±", "change")];
        let row = |tier: Tier| {
            let shift = self.tiers.get(&tier).copied().unwrap_or_default();
            let change = signed(shift.tried) - signed(shift.then);
            vec![Cell::text(tier.word()), Cell::Count(shift.then), Cell::Count(shift.tried), Cell::Change(change)]
        };
        Table { columns: columns(heads), rows: [Tier::Hot, Tier::Warm, Tier::Cold].map(row).to_vec(), total: None }
    }

    /// Turns by person, the most changed first; at most six, and how many more there are.
    #[must_use]
    pub fn turns_table(&self, playbook: &Playbook, roster: &Roster, tried: &'static str) -> (Table, usize) {
        let heads = [("Rep", "rep"), ("Team", "team"), ("Got", "turns"), (tried, "turns tried"), ("±", "change")];
        let mut people: Vec<_> = self.turns.iter().filter(|(_, turns)| turns.really != 0 || turns.tried != 0).collect();
        let is_open = |team: &TeamKey, turns: &super::Turns| self.anybody.contains_key(team) && turns.tried == 0;
        people.sort_by_key(|((team, person), turns)| {
            let changed = if is_open(team, turns) { 0 } else { (turns.tried - turns.really).abs() };
            (Reverse(changed), team.clone(), *person)
        });
        let row = |((team, person), turns): &(&(TeamKey, crate::domain::ids::PersonId), &super::Turns)| {
            let (tried, change) = match is_open(team, turns) {
                true => (Cell::Empty, Cell::Empty),
                false => (Cell::Count(count(turns.tried)), Cell::Change(turns.tried - turns.really)),
            };
            vec![
                Cell::Text(roster.name(*person)),
                Cell::Text(team_name(team, playbook)),
                Cell::Count(count(turns.really)),
                tried,
                change,
            ]
        };
        let rows = people.iter().take(PEOPLE_MAX).map(row).collect();
        (Table { columns: columns(heads), rows, total: None }, people.len().saturating_sub(PEOPLE_MAX))
    }
}

/// As the playbook that is tried calls it; the key, where that has no such team.
pub(super) fn team_name(key: &TeamKey, playbook: &Playbook) -> String {
    playbook.team(key).map_or_else(|| format!("{key} (gone)"), |team| team.name.clone())
}

fn columns<const N: usize>(heads: [(&'static str, &'static str); N]) -> Vec<Column> {
    heads.map(|(head, csv)| Column::new(head, csv)).to_vec()
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn count(turns: i64) -> u64 {
    u64::try_from(turns).unwrap_or_default()
}
