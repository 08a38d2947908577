//! Where the leads stand now, and what the period brought against the one before.
//! Invariant: each open lead is in exactly one cell of the table.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};

use super::chart::{Bars, Chart, Group, Layout, Series, Tone};
use super::deals::{self, DealRow};
use super::rows::{At, LeadRow, Standing};
use super::table::{Cell, Column, Table, fit};
use super::{Ask, Fold, Report, words};
use crate::domain::ids::{LeadId, PersonId, StageKey};
use crate::domain::lead::Exit;
use crate::playbook::StageKind;

/// How an open lead stands, in the order of the columns.
const COLUMNS: [(&str, &str, Tone); 6] = [
    ("Waiting", "waiting", Tone::Red),
    ("Triage", "triage", Tone::Violet),
    ("Untouched", "owned, untouched", Tone::Amber),
    ("Worked", "owned, worked", Tone::Blue),
    ("Asleep", "asleep", Tone::Grey),
    ("Repair", "in repair", Tone::Green),
];

type Counts = [u64; COLUMNS.len()];

/// The fold.
pub struct Pipeline<'a> {
    ask: Ask<'a>,
    deals: &'a [DealRow],
    /// By team (0 is none), then by stage.
    open: Vec<Vec<Counts>>,
    /// What each stage is.
    kinds: Vec<Option<StageKind>>,
    waits_longest: Longest,
    untouched_longest: Longest,
    follow_ups_due: u64,
    follow_up_oldest: Duration,
    /// How long each has slept, in milliseconds.
    asleep: Vec<i64>,
    asleep_of: BTreeMap<Option<PersonId>, u64>,
    now: Flow,
    before: Flow,
}

/// The lead that has been in a standing for longest.
#[derive(Default)]
struct Longest(Option<(DateTime<Utc>, LeadId, Option<PersonId>)>);

/// What came in and went out in a period.
#[derive(Default)]
struct Flow {
    new: u64,
    closed: u64,
    converted: u64,
}

impl Longest {
    fn see(&mut self, since: DateTime<Utc>, row: &LeadRow) {
        if self.0.is_none_or(|(longest, id, _)| (since, row.id) < (longest, id)) {
            self.0 = Some((since, row.id, row.owner));
        }
    }
}

impl Flow {
    fn see(&mut self, period: &super::period::Period, row: &LeadRow) {
        self.new += u64::from(period.contains(row.received_at));
        if row.standing == Standing::Closed && period.has(row.closed_at) {
            self.closed += 1;
            self.converted += u64::from(row.exit == Some(Exit::Converted));
        }
    }
}

impl<'a> Pipeline<'a> {
    /// Nothing counted yet.
    #[must_use]
    pub fn new(ask: Ask<'a>, deals: &'a [DealRow]) -> Self {
        let (teams, stages) = (ask.names.teams.len() + 1, ask.names.stages.len());
        Self {
            ask,
            deals,
            open: vec![vec![Counts::default(); stages]; teams],
            kinds: vec![None; stages],
            waits_longest: Longest::default(),
            untouched_longest: Longest::default(),
            follow_ups_due: 0,
            follow_up_oldest: Duration::zero(),
            asleep: Vec::new(),
            asleep_of: BTreeMap::new(),
            now: Flow::default(),
            before: Flow::default(),
        }
    }

    /// Which column an open lead is in, and what else it tells.
    fn column(&mut self, row: &LeadRow) -> Option<usize> {
        match row.standing {
            Standing::Waiting => {
                self.waits_longest.see(row.since, row);
                Some(0)
            }
            Standing::Triage => {
                self.waits_longest.see(row.since, row);
                Some(1)
            }
            Standing::Owned if row.touched => Some(3),
            Standing::Owned => {
                self.untouched_longest.see(row.since, row);
                Some(2)
            }
            Standing::Pooled => {
                self.asleep.push((self.ask.now - row.since).num_milliseconds());
                *self.asleep_of.entry(row.owner).or_default() += 1;
                Some(4)
            }
            Standing::Repair => Some(5),
            Standing::Closed => None,
        }
    }
}

impl Fold for Pipeline<'_> {
    fn add(&mut self, row: &LeadRow) {
        if !self.ask.counts(row) {
            return;
        }
        self.now.see(self.ask.period, row);
        self.before.see(self.ask.before, row);
        let Some(column) = self.column(row) else { return };
        if let Some(late) = row.follow_up_at.map(|at| self.ask.now - at).filter(|late| *late >= Duration::zero()) {
            self.follow_ups_due += 1;
            self.follow_up_oldest = self.follow_up_oldest.max(late);
        }
        self.kinds[row.stage.index()] = Some(row.kind);
        self.open[row.team.map_or(0, |team| team.index() + 1)][row.stage.index()][column] += 1;
    }

    fn report(mut self) -> Report {
        let stages = self.stages();
        let table = self.table(&stages);
        let chart = self.chart(&stages);
        Report {
            title: "Pipeline",
            period: self.ask.period.words(),
            figures: self.figures(),
            table,
            notes: vec![
                format!(
                    "Open leads as they stand now. New, closed and converted: in the period, against {}.",
                    self.ask.before.words()
                ),
                "Untouched: owned, but no attempt, follow-up or disposition yet. Asleep: in the pool.".to_owned(),
            ],
            chart,
        }
    }
}

impl Pipeline<'_> {
    /// Stages with open leads, by what they are, then as enrolled.
    fn stages(&self) -> Vec<At<StageKey>> {
        let mut stages: Vec<_> = self.ask.names.stages.iter().filter_map(|(at, _)| Some((self.kinds[at.index()]?, at))).collect();
        stages.sort_by_key(|(kind, at)| (*kind, at.index()));
        stages.into_iter().map(|(_, at)| at).collect()
    }

    fn table(&self, stages: &[At<StageKey>]) -> Table {
        let mut columns = vec![Column::new("Team", "team"), Column::new("Stage", "stage")];
        columns.extend(COLUMNS.map(|(head, csv, _)| Column::new(head, csv)));
        columns.push(Column::new("All", "all"));
        let teams = self.ask.names.teams.iter().map(|(at, _)| Some(at)).chain([None]);
        let mut rows = Vec::new();
        for team in teams {
            let of_team = &self.open[team.map_or(0, |team| team.index() + 1)];
            for stage in stages {
                let counts = of_team[stage.index()];
                if counts != Counts::default() {
                    let names = [self.ask.names.team(team), self.ask.names.stages.name(*stage)];
                    rows.push(line(names, counts));
                }
            }
        }
        let all = self.open.iter().flatten().fold(Counts::default(), add);
        Table { columns, rows, total: Some(line(["All", ""], all)) }
    }

    fn chart(&self, stages: &[At<StageKey>]) -> Option<Chart> {
        let group = |stage: &At<StageKey>| {
            let counts =
                self.open.iter().map(|of_team| of_team[stage.index()]).fold(Counts::default(), |sum, more| add(sum, &more));
            Group { name: self.ask.names.stages.name(*stage).to_owned(), values: counts.iter().map(|n| *n as f64).collect() }
        };
        (!stages.is_empty()).then(|| {
            Chart::Bars(Bars {
                title: "Open leads by stage".to_owned(),
                subtitle: "as they stand now".to_owned(),
                unit: "leads",
                layout: Layout::Stacked,
                series: COLUMNS.map(|(name, _, tone)| Series { name: name.to_owned(), tone }).to_vec(),
                groups: stages.iter().map(group).collect(),
            })
        })
    }

    fn figures(&mut self) -> Vec<String> {
        let mut lines = self.ask.scope();
        let all = self.open.iter().flatten().fold(Counts::default(), add);
        let each: Vec<String> =
            COLUMNS.iter().zip(all).map(|((head, ..), n)| format!("{} {}", words::count(n), head.to_lowercase())).collect();
        lines.push(format!("Open {}: {}", words::count(all.iter().sum()), each.join(", ")));
        lines.push(format!("New {}", words::against(self.now.new, self.before.new)));
        lines.push(format!("Closed {}", words::against(self.now.closed, self.before.closed)));
        lines.push(format!("Converted {}", words::against(self.now.converted, self.before.converted)));
        if let Some((since, id, _)) = self.waits_longest.0 {
            lines.push(format!("Nobody has had {id} for {}", words::wall(self.ask.now - since)));
        }
        if let Some((since, id, Some(owner))) = self.untouched_longest.0 {
            let owner = fit(&self.ask.names.person(owner), 20);
            lines.push(format!("{owner} has had {id} untouched for {}", words::wall(self.ask.now - since)));
        }
        if self.follow_ups_due > 0 {
            lines.push(format!(
                "Follow-ups due: {}, the oldest {} ago",
                words::count(self.follow_ups_due),
                words::wall(self.follow_up_oldest)
            ));
        }
        lines.extend(deals::figures(self.deals, &self.ask));
        lines.extend(self.pool());
        lines
    }

    /// The pool's age and owners.
    fn pool(&mut self) -> Option<String> {
        if self.asleep.is_empty() {
            return None;
        }
        self.asleep.sort_unstable();
        let middle = Duration::milliseconds(self.asleep[self.asleep.len() / 2]);
        let mut owners: Vec<(u64, String)> = self
            .asleep_of
            .iter()
            .map(|(owner, n)| (*n, owner.map_or_else(|| "nobody".to_owned(), |owner| fit(&self.ask.names.person(owner), 16))))
            .collect();
        owners.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        let mut of: Vec<String> = owners.iter().take(3).map(|(n, owner)| format!("{owner} {n}")).collect();
        let others: u64 = owners.iter().skip(3).map(|(n, _)| n).sum();
        if others > 0 {
            of.push(format!("others {others}"));
        }
        Some(format!(
            "Asleep {}, half for {} or longer; of {}",
            words::count(self.asleep.len() as u64),
            words::wall(middle),
            of.join(", ")
        ))
    }
}

fn add(mut sum: Counts, more: &Counts) -> Counts {
    sum.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
    sum
}

fn line(names: [&str; 2], counts: Counts) -> Vec<Cell> {
    names.map(Cell::text).into_iter().chain(counts.map(Cell::Count)).chain([Cell::Count(counts.iter().sum())]).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::reports::world::{World, any_rows};
    use crate::reports::{Kind, report};

    #[test]
    fn a_small_pipeline_counted_by_hand() {
        let world = World::new();
        let text = report(Kind::Pipeline, &world.rows, world.ask()).text();
        insta::assert_snapshot!(text, @r#"
        **Pipeline** · 23–29 Nov 2026, so far
        ```
        Open 8: 1 waiting, 1 triage, 2 untouched, 2 worked, 2 asleep, 0 repair
        New 6 (before 2, +200%)
        Closed 1 (before 1, the same)
        Converted 1 (before 0)
        Nobody has had L-10 for 10 d
        Ann has had L-3 untouched for 3 h
        Follow-ups due: 1, the oldest 1 h ago
        Asleep 2, half for 23 d or longer; of Ben 1, nobody 1

        Team     Stage      Waiting  Triage  Untouched  Worked  Asleep  Repair  All
        DACH     Open             0       0          2       0       2       0    4
        DACH     Contacted        0       0          0       1       0       0    1
        World    Open             1       0          0       1       0       0    2
        no team  Open             0       1          0       0       0       0    1
        All                       1       1          2       2       2       0    8
        ```
        Open leads as they stand now. New, closed and converted: in the period, against 16–22 Nov 2026, up to the same point.
        Untouched: owned, but no attempt, follow-up or disposition yet. Asleep: in the pool.
        "#);
    }

    #[test]
    fn one_team_sees_only_its_own() {
        let world = World::new();
        let report = report(Kind::Pipeline, &world.rows, Ask { team: Some(world.world_team), ..world.ask() });
        insta::assert_snapshot!(report.text(), @r#"
        **Pipeline** · 23–29 Nov 2026, so far
        ```
        Only team World
        Open 2: 1 waiting, 0 triage, 0 untouched, 1 worked, 0 asleep, 0 repair
        New 2 (before 0)
        Closed 0 (before 0)
        Converted 0 (before 0)
        Nobody has had L-5 for 2 h

        Team   Stage  Waiting  Triage  Untouched  Worked  Asleep  Repair  All
        World  Open         1       0          0       1       0       0    2
        All                 1       0          0       1       0       0    2
        ```
        Open leads as they stand now. New, closed and converted: in the period, against 16–22 Nov 2026, up to the same point.
        Untouched: owned, but no attempt, follow-up or disposition yet. Asleep: in the pool.
        "#);
    }

    proptest! {
        #[test]
        fn every_open_lead_is_in_one_cell(seed in any::<u64>()) {
            let (world, rows) = any_rows(seed, 200);
            let report = report(Kind::Pipeline, &rows, world.ask());
            let open = rows.iter().filter(|row| row.counts() && row.standing != Standing::Closed).count() as u64;
            let cells = report.table.rows.iter().flat_map(|row| &row[2..8]);
            let sum: u64 = cells.map(|cell| if let Cell::Count(n) = cell { *n } else { 0 }).sum();
            prop_assert_eq!(sum, open);
            prop_assert!(report.text().encode_utf16().count() <= 1900);
        }
    }
}
