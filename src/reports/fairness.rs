//! Who got how much of each team in the period, against the share that their weight says.
//! Counted from the ledger of turns, where every turn, every one given back and every credit stands, and not from leads: a lead may have
//! cost two people a turn. Passes and offers that nobody answered cost none, and are told because they move leads to others.
//! Invariant: the turns of a team's people add up to its turns.

use super::chart::{Bars, Chart, Group, Layout, Series, Tone};
use super::rows::At;
use super::table::{Cell, Column, Table, fit};
use super::{Ask, Report, words};
use crate::domain::fairness::TURN_MICRO;
use crate::domain::ids::{PersonId, TeamKey};

/// Teams that are told in a sentence.
const TEAMS_NAMED: usize = 4;

/// More people than this make no picture that can be compared.
const DRAWN_MAX: usize = 9;

/// Widest name in a sentence.
const NAME_CELLS: usize = 22;

/// What one person had of one team.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// Which team.
    pub team: At<TeamKey>,
    /// Who.
    pub person: PersonId,
    /// Their share against the others', as it is now; none when they have no place in it any more.
    pub weight: u32,
    /// Turns that leads cost them in the period.
    pub taken: u64,
    /// Turns that were given back in the period, because the lead was none.
    pub returned: u64,
    /// Credits of the period, in millionths of a turn.
    pub credit_micro: i64,
    /// How far they were below their share at the end of the period, in millionths of a turn.
    pub behind_micro: i64,
    /// Offers that they passed on.
    pub passed: u64,
    /// Offers that they did not answer.
    pub lapsed: u64,
}

impl Share {
    fn net(&self) -> i64 {
        i64::try_from(self.taken).unwrap_or(i64::MAX) - i64::try_from(self.returned).unwrap_or(i64::MAX)
    }

    fn is_empty(&self) -> bool {
        self.weight == 0 && self.taken + self.returned + self.passed + self.lapsed == 0 && self.credit_micro == 0
    }
}

/// The report over what everybody had.
#[must_use]
pub fn fairness(ask: Ask<'_>, shares: &[Share]) -> Report {
    let mut shares: Vec<Share> =
        shares.iter().filter(|share| !share.is_empty() && ask.team.is_none_or(|team| team == share.team)).copied().collect();
    let name = |share: &Share| ask.names.person(share.person);
    shares.sort_by(|a, b| {
        (a.team.index(), std::cmp::Reverse(a.net()))
            .cmp(&(b.team.index(), std::cmp::Reverse(b.net())))
            .then_with(|| name(a).cmp(&name(b)))
    });
    let mut teams: Vec<At<TeamKey>> = shares.iter().map(|share| share.team).collect();
    teams.dedup();
    let of = |team: At<TeamKey>| shares.iter().filter(move |share| share.team == team).copied().collect::<Vec<_>>();
    let mut figures = ask.scope();
    figures.extend(teams.iter().take(TEAMS_NAMED).map(|team| verdict(&ask, *team, &of(*team))));
    let columns = [
        (if teams.len() > 1 { "Team" } else { "" }, "team"),
        ("Rep", "rep"),
        ("Due", "share by weight"),
        ("Got", "share of the turns"),
        ("Turns", "turns, without those given back"),
        ("Credit", "credit (turns)"),
        ("Behind", "below their share at the end (turns)"),
        ("Passed", "offers passed on"),
        ("Lapsed", "offers not answered"),
        ("Back", "turns given back"),
    ];
    let rows: Vec<Vec<Cell>> = teams.iter().flat_map(|team| lines(&ask, &of(*team))).collect();
    let total = shares.iter().map(Share::net).sum::<i64>();
    Report {
        title: "Fairness",
        period: ask.period.words(),
        figures,
        table: Table { columns: columns.map(|(head, csv)| Column::new(head, csv)).to_vec(), rows, total: None },
        notes: vec![
            "Due: by the weights of now. Got: of the team's turns in the period. Credit: for leads that came while they were away, and for joining late.".to_owned(),
            "Behind: below their share of all turns and credits so far, at the end of the period; who is furthest behind is asked first.".to_owned(),
            "Passed and lapsed: offers, by the team that the lead is in now. Back: turns given back, because the lead was none.".to_owned(),
        ],
        chart: (total > 0 && shares.len() <= DRAWN_MAX).then(|| chart(&ask, &teams, &shares)),
    }
}

/// Turns of a team, and what is due to one of its people by weight.
fn sums(shares: &[Share]) -> (i64, u64) {
    (shares.iter().map(Share::net).sum(), shares.iter().map(|share| u64::from(share.weight)).sum())
}

fn due(share: &Share, weights: u64) -> f64 {
    f64::from(share.weight) / weights.max(1) as f64
}

/// How even it is, in a sentence.
fn verdict(ask: &Ask<'_>, team: At<TeamKey>, shares: &[Share]) -> String {
    let team = fit(ask.names.teams.name(team), NAME_CELLS);
    let members = || shares.iter().filter(|share| share.weight > 0);
    let furthest = members().max_by_key(|share| share.behind_micro.abs());
    match furthest {
        None => format!("{team}: nobody is in turn there any more"),
        Some(_) if members().count() == 1 => format!("{team}: only one is in turn there"),
        Some(share) if share.behind_micro.abs() <= TURN_MICRO => format!("{team}: everybody is within one turn of their share"),
        Some(share) => {
            let by = words::turns(share.behind_micro.abs()).replace('+', "");
            let where_to = if share.behind_micro > 0 { "behind" } else { "ahead of" };
            format!("{team}: {} is {by} turns {where_to} their share", fit(&ask.names.person(share.person), NAME_CELLS))
        }
    }
}

fn lines(ask: &Ask<'_>, shares: &[Share]) -> Vec<Vec<Cell>> {
    let (turns, weights) = sums(shares);
    let line = |share: &Share| {
        let got = (turns > 0).then(|| (share.net() as f64 / turns as f64).max(0.0));
        vec![
            Cell::text(ask.names.teams.name(share.team)),
            Cell::Text(ask.names.person(share.person)),
            Cell::Share((share.weight > 0).then(|| due(share, weights))),
            Cell::Share(got),
            Cell::Number(share.net()),
            Cell::Turns(share.credit_micro),
            if share.weight > 0 { Cell::Turns(share.behind_micro) } else { Cell::Empty },
            Cell::Count(share.passed),
            Cell::Count(share.lapsed),
            Cell::Count(share.returned),
        ]
    };
    shares.iter().map(line).collect()
}

/// `Cleo L.`, from `Cleo Laurent`.
fn initialled(name: &str) -> String {
    match name.split_once(' ') {
        Some((first, rest)) => rest.chars().next().map_or_else(|| first.to_owned(), |initial| format!("{first} {initial}.")),
        None => name.to_owned(),
    }
}

fn chart(ask: &Ask<'_>, teams: &[At<TeamKey>], shares: &[Share]) -> Chart {
    let group = |share: &Share| {
        let (turns, weights) = sums(&shares.iter().filter(|other| other.team == share.team).copied().collect::<Vec<_>>());
        let name = ask.names.person(share.person);
        // Both must be told apart in a narrow column.
        let name = if teams.len() > 1 { format!("{}, {}", initialled(&name), ask.names.teams.name(share.team)) } else { name };
        Group { name, values: vec![share.net() as f64, turns as f64 * due(share, weights)] }
    };
    let parts = [("got", Tone::Blue), ("due by weight", Tone::Grey)];
    Chart::Bars(Bars {
        title: "Turns against what the weights say".to_owned(),
        subtitle: "in the period, without those given back; due: of the turns of the team".to_owned(),
        unit: "turns",
        layout: Layout::Grouped,
        series: parts.map(|(name, tone)| Series { name: name.to_owned(), tone }).to_vec(),
        groups: shares.iter().map(group).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reports::world::World;

    fn share(team: At<TeamKey>, person: i64, weight: u32, taken: u64) -> Share {
        Share {
            team,
            person: PersonId(person),
            weight,
            taken,
            returned: 0,
            credit_micro: 0,
            behind_micro: 0,
            passed: 0,
            lapsed: 0,
        }
    }

    #[test]
    fn turns_counted_by_hand() {
        let world = World::new();
        let dach = world.names.teams.find("dach").unwrap();
        let shares = [
            Share { returned: 1, behind_micro: -2_300_000, ..share(dach, 1, 100, 6) },
            Share { credit_micro: 500_000, behind_micro: 2_300_000, passed: 2, lapsed: 1, ..share(dach, 2, 200, 3) },
            share(dach, 9, 0, 0),
            Share { behind_micro: 0, ..share(world.world_team, 3, 100, 4) },
            share(world.world_team, 8, 0, 2),
        ];
        insta::assert_snapshot!(fairness(world.ask(), &shares).text(), @"
        **Fairness** · 23–29 Nov 2026, so far
        ```
        DACH: Ben is 2.3 turns behind their share
        World: only one is in turn there

        Team   Rep        Due  Got  Turns  Credit  Behind  Passed  Lapsed  Back
        DACH   Ann        33%  63%      5       0    -2.3       0       0     1
        DACH   Ben        67%  38%      3    +0.5    +2.3       2       1     0
        World  Клео      100%  67%      4       0       0       0       0     0
        World  person 8     –  33%      2       0               0       0     0
        ```
        Due: by the weights of now. Got: of the team's turns in the period. Credit: for leads that came while they were away, and for joining late.
        Behind: below their share of all turns and credits so far, at the end of the period; who is furthest behind is asked first.
        Passed and lapsed: offers, by the team that the lead is in now. Back: turns given back, because the lead was none.
        ");
        let only = fairness(Ask { team: Some(world.world_team), ..world.ask() }, &shares);
        assert_eq!(only.table.rows.len(), 2);
        assert_eq!(only.figures, ["Only team World", "World: only one is in turn there"]);
    }

    #[test]
    fn a_team_that_is_even_is_told_so() {
        let world = World::new();
        let dach = world.names.teams.find("dach").unwrap();
        let shares = [Share { behind_micro: 900_000, ..share(dach, 1, 100, 1) }, share(dach, 2, 100, 2)];
        assert_eq!(fairness(world.ask(), &shares).figures, ["DACH: everybody is within one turn of their share"]);
    }

    #[test]
    fn nothing_at_all_is_not_an_error() {
        let report = fairness(World::new().ask(), &[]);
        assert_eq!((report.table.rows.len(), report.chart.is_none()), (0, true));
    }

    #[test]
    fn a_crowd_is_cut_and_its_names_are_harmless() {
        let world = World::new();
        let dach = world.names.teams.find("dach").unwrap();
        let shares: Vec<Share> = (10..300).map(|person| share(dach, person, 100, 3)).collect();
        let report = fairness(world.ask(), &shares);
        assert!(report.text().encode_utf16().count() <= 1900);
        assert_eq!((report.table.rows.len(), report.chart.is_none()), (290, true));
    }
}
