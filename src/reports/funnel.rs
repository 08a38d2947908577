//! How far leads come: of those received in the period, how many reached each stage, and how long it took.
//! Reached: it stood in that stage, or in a later one of the track, at any time; whoever skips a stage has passed it. Nurture, inactive
//! and unqualified stand beside the track: a lead may go there from anywhere and come back.
//! A cohort is told by the day on which its leads came in, so the newest have had less time; that is said, and not corrected for.
//! Invariant: along the track, no stage is reached by more leads than the one before it.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Duration, Utc};

use super::chart::{Bars, Chart, Group, Layout, Series, Tone};
use super::lost::estimate;
use super::rows::{At, LeadRow};
use super::split::Split;
use super::table::{Cell, Column, Table};
use super::{Ask, Fold, Report, words};
use crate::domain::ids::{LeadId, StageKey};
use crate::domain::lead::Exit;
use crate::playbook::StageKind;

/// How leads went from stage to stage.
#[derive(Debug, Clone, Default)]
pub struct Journeys {
    /// The company's stages, in its order.
    pub stages: Vec<(At<StageKey>, StageKind)>,
    /// Each stage that each lead came to, oldest first; moves that were taken back are left out.
    pub moves: HashMap<LeadId, Moves>,
}

/// The stages that one lead came to, and when.
pub type Moves = Vec<(At<StageKey>, DateTime<Utc>)>;

impl Journeys {
    fn of_kinds(&self, is_one: fn(StageKind) -> bool) -> Vec<(At<StageKey>, StageKind)> {
        self.stages.iter().filter(|(_, kind)| is_one(*kind)).copied().collect()
    }
}

/// On the way to a sale.
fn is_on_track(kind: StageKind) -> bool {
    match kind {
        StageKind::Open | StageKind::Contacted | StageKind::Qualified | StageKind::Negotiation | StageKind::Customer => true,
        StageKind::Nurture | StageKind::Inactive | StageKind::Unqualified => false,
    }
}

/// How many of some leads reached what.
#[derive(Debug, Clone, Default)]
struct Tally {
    received: u64,
    /// By place on the track.
    reached: Vec<u64>,
    /// Since received, by place on the track.
    took: Vec<Vec<Duration>>,
    /// Since the stage before, by place on the track.
    step: Vec<Vec<Duration>>,
    /// By place among those beside the track.
    aside: Vec<u64>,
}

/// The fold.
pub struct Funnel<'a> {
    ask: Ask<'a>,
    journeys: &'a Journeys,
    split: &'a Split,
    track: Vec<(At<StageKey>, StageKind)>,
    aside: Vec<(At<StageKey>, StageKind)>,
    all: Tally,
    before: Tally,
    groups: BTreeMap<usize, Tally>,
    open: u64,
}

impl<'a> Funnel<'a> {
    /// Nothing counted yet.
    #[must_use]
    pub fn new(ask: Ask<'a>, journeys: &'a Journeys, split: &'a Split) -> Self {
        let track = journeys.of_kinds(is_on_track);
        let aside = journeys.of_kinds(|kind| !is_on_track(kind));
        let tally = Tally {
            received: 0,
            reached: vec![0; track.len()],
            took: vec![Vec::new(); track.len()],
            step: vec![Vec::new(); track.len()],
            aside: vec![0; aside.len()],
        };
        let (all, before, groups) = (tally.clone(), tally, BTreeMap::new());
        Self { ask, journeys, split, track, aside, all, before, groups, open: 0 }
    }

    /// When a lead reached each place of the track: its own first time there, or the first time further on.
    fn reached(&self, row: &LeadRow) -> Vec<Option<DateTime<Utc>>> {
        let mut times = vec![None; self.track.len()];
        let moves = self.journeys.moves.get(&row.id).into_iter().flatten();
        for (stage, at) in moves.filter(|(_, at)| *at <= self.ask.now) {
            if let Some(place) = self.track.iter().position(|(one, _)| one == stage) {
                keep_first(&mut times[place], *at);
            }
        }
        // One that was won has come to the end, whatever its stages are called.
        if let (Some(last), Some(Exit::Converted), Some(at)) = (times.last_mut(), row.exit, row.closed_at) {
            keep_first(last, at);
        }
        for place in (1..times.len()).rev() {
            if let Some(at) = times[place] {
                keep_first(&mut times[place - 1], at);
            }
        }
        if let Some(first) = times.first_mut() {
            *first = Some(row.received_at);
        }
        times
    }

    fn see(&mut self, row: &LeadRow) {
        let times = self.reached(row);
        let been = |stage: &At<StageKey>| {
            let moves = self.journeys.moves.get(&row.id).into_iter().flatten();
            moves.clone().any(|(one, at)| one == stage && *at <= self.ask.now)
        };
        let aside: Vec<bool> = self.aside.iter().map(|(stage, _)| been(stage)).collect();
        if self.ask.before.contains(row.received_at) {
            self.before.see(row, &times, &aside);
        }
        if self.ask.period.contains(row.received_at) {
            self.open += u64::from(row.closed_at.is_none());
            self.all.see(row, &times, &aside);
            let blank = Tally { reached: vec![0; times.len()], aside: vec![0; aside.len()], ..Tally::default() };
            let group = self.groups.entry(self.split.group(row)).or_insert(blank);
            group.see(row, &times, &aside);
        }
    }
}

fn keep_first(kept: &mut Option<DateTime<Utc>>, at: DateTime<Utc>) {
    *kept = Some(kept.map_or(at, |kept| kept.min(at)));
}

impl Tally {
    fn see(&mut self, row: &LeadRow, times: &[Option<DateTime<Utc>>], aside: &[bool]) {
        self.received += 1;
        for (place, at) in times.iter().enumerate() {
            let Some(at) = at else { continue };
            self.reached[place] += 1;
            if let Some(took) = self.took.get_mut(place) {
                took.push((*at - row.received_at).max(Duration::zero()));
            }
            // Whoever skips a stage has passed it at the same instant, and came from one before that.
            let from = times[..place].iter().flatten().filter(|from| *from < at).max();
            let is_skipped = times[place + 1..].iter().flatten().any(|next| next == at);
            if let (Some(step), Some(from), false) = (self.step.get_mut(place), from, is_skipped) {
                step.push(*at - *from);
            }
        }
        for (count, been) in self.aside.iter_mut().zip(aside) {
            *count += u64::from(*been);
        }
    }
}

impl Fold for Funnel<'_> {
    fn add(&mut self, row: &LeadRow) {
        if self.ask.counts(row) && row.exit != Some(Exit::Merged) {
            self.see(row);
        }
    }

    fn report(mut self) -> Report {
        let mut notes = vec![
            "Of leads received in the period, without tests, spam and duplicates. Reached: stood there, or further on, at any time.".to_owned(),
        ];
        let is_split = !matches!(self.split, Split::Usual);
        notes.push(if is_split {
            "Won: of those received. Among fewer than 30, with the range that 95 of 100 such shares lie in.".to_owned()
        } else {
            "Step: of those that reached the stage before; among fewer than 30 with the range that 95 of 100 such shares lie in."
                .to_owned()
        });
        if !is_split {
            notes.push("After: half of them by then, since they were received. Took: the same since the last stage before it, of those that came from there.".to_owned());
        }
        if self.open > 0 {
            notes.push("Those that are still open may come further: the newest have had the least time.".to_owned());
        }
        let table = if is_split { self.by_group() } else { self.by_stage() };
        Report {
            title: "Funnel",
            period: self.ask.period.words(),
            figures: self.figures(),
            table,
            notes,
            chart: (self.all.received > 0 && !self.track.is_empty()).then(|| self.chart()),
        }
    }
}

impl Funnel<'_> {
    fn stage(&self, stage: At<StageKey>) -> &str {
        self.ask.names.stages.name(stage)
    }

    fn figures(&self) -> Vec<String> {
        let mut told = self.ask.scope();
        if self.all.received == 0 {
            return told;
        }
        told.push(format!(
            "Received {}, of which {} are still open",
            words::against(self.all.received, self.before.received),
            words::count(self.open)
        ));
        if let (Some(won), Some(before)) = (self.all.reached.last(), self.before.reached.last()) {
            let share = |won: u64, of: u64| estimate(won, of).words();
            told.push(format!(
                "Came to the end {}: {} (before {})",
                words::count(*won),
                share(*won, self.all.received),
                share(*before, self.before.received)
            ));
        }
        told
    }

    fn by_stage(&mut self) -> Table {
        let columns = vec![
            Column::new("Stage", "stage"),
            Column::new("Reached", "reached"),
            Column::new("Of all", "share of those received"),
            Column::new("Step", "share of those that reached the stage before"),
            Column::new("Before", "the same share, of those received in the period before"),
            Column::new("After", "half of them reached it so long after they were received (seconds)"),
            Column::new("Took", "half of them reached it so long after the last stage before it (seconds)"),
        ];
        let mut rows = Vec::new();
        for (place, (stage, _)) in self.track.iter().enumerate() {
            let step = |tally: &Tally| match place.checked_sub(1) {
                Some(from) => estimate(tally.reached[place], tally.reached[from]),
                None => Cell::Empty,
            };
            rows.push(vec![
                Cell::text(self.stage(*stage)),
                Cell::Count(self.all.reached[place]),
                share(self.all.reached[place], self.all.received),
                step(&self.all),
                step(&self.before),
                if place == 0 { Cell::Empty } else { median(&self.all.took[place]) },
                if place == 0 { Cell::Empty } else { median(&self.all.step[place]) },
            ]);
        }
        for (count, (stage, _)) in self.all.aside.iter().zip(&self.aside) {
            let name = format!("beside: {}", self.stage(*stage));
            let cells = [Cell::Text(name), Cell::Count(*count), share(*count, self.all.received)];
            rows.push(cells.into_iter().chain(std::iter::repeat_n(Cell::Empty, 4)).collect());
        }
        if self.all.received == 0 {
            rows.clear();
        }
        Table { columns, rows, total: None }
    }

    /// A line per group; stages of one kind are one column.
    fn by_group(&self) -> Table {
        let kinds = [
            (StageKind::Contacted, "Contacted"),
            (StageKind::Qualified, "Qualified"),
            (StageKind::Negotiation, "Negot."),
            (StageKind::Customer, "Customer"),
        ];
        let mut columns = vec![Column::new(self.split.head(), "group"), Column::new("Received", "received")];
        columns.extend(kinds.map(|(_, name)| Column::new(name, name)));
        columns.push(Column::new("Won", "share that came to the end"));
        let of_kind = |tally: &Tally, kind| {
            let place = self.track.iter().position(|(_, one)| *one == kind);
            place.map_or(Cell::Empty, |place| Cell::Count(tally.reached[place]))
        };
        let line = |name: String, tally: &Tally| {
            let mut cells = vec![Cell::Text(name), Cell::Count(tally.received)];
            cells.extend(kinds.map(|(kind, _)| of_kind(tally, kind)));
            cells.push(estimate(tally.reached.last().copied().unwrap_or_default(), tally.received));
            cells
        };
        let mut groups: Vec<(&usize, &Tally)> = self.groups.iter().collect();
        groups.sort_by_key(|(group, tally)| (std::cmp::Reverse(tally.received), **group));
        let rows = groups.iter().map(|(group, tally)| line(self.split.name(**group, self.ask.names), tally)).collect();
        let total = (self.all.received > 0).then(|| line("All".to_owned(), &self.all));
        Table { columns, rows, total }
    }

    fn chart(&self) -> Chart {
        let part = |tally: &Tally, place: usize| match tally.received {
            0 => 0.0,
            received => tally.reached[place] as f64 * 100.0 / received as f64,
        };
        // Without a period before there is nothing beside.
        let tallies =
            [(&self.all, "received in the period", Tone::Blue), (&self.before, "received in the period before", Tone::Grey)];
        let shown = if self.before.received == 0 { &tallies[..1] } else { &tallies[..] };
        let group = |(place, (stage, _)): (usize, &(At<StageKey>, StageKind))| Group {
            name: self.stage(*stage).to_owned(),
            values: shown.iter().map(|(tally, ..)| part(tally, place).round()).collect(),
        };
        Chart::Bars(Bars {
            title: "How far leads come".to_owned(),
            subtitle: "so many reached the stage".to_owned(),
            unit: "of 100 received",
            layout: Layout::Grouped,
            series: shown.iter().map(|(_, name, tone)| Series { name: (*name).to_owned(), tone: *tone }).collect(),
            groups: self.track.iter().enumerate().map(group).collect(),
        })
    }
}

fn share(hits: u64, of: u64) -> Cell {
    Cell::Share((of > 0).then(|| hits as f64 / of as f64))
}

/// By when half of them were there.
fn median(spans: &[Duration]) -> Cell {
    let mut spans = spans.to_vec();
    spans.sort_unstable();
    match spans.get(spans.len().saturating_sub(1) / 2) {
        Some(middle) => Cell::Wall(Some(*middle)),
        None => Cell::Text("–".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reports::fold;
    use crate::reports::world::{World, at};

    const KINDS: [(&str, &str, StageKind); 6] = [
        ("open", "Open", StageKind::Open),
        ("contacted", "Contacted", StageKind::Contacted),
        ("nurture", "Nurture", StageKind::Nurture),
        ("qualified", "Qualified", StageKind::Qualified),
        ("customer", "Customer", StageKind::Customer),
        ("unqualified", "Unqualified", StageKind::Unqualified),
    ];

    fn journeys(world: &mut World) -> Journeys {
        let stages = KINDS.map(|(key, name, kind)| (world.names.stages.enrol_as(key, name), kind)).to_vec();
        let stage = |key: &str| world.names.stages.find(key).unwrap();
        let moves = |all: &[(&str, &str)]| all.iter().map(|(key, when)| (stage(key), at(when))).collect::<Vec<_>>();
        let moves = [
            (1, moves(&[("open", "23T10:00"), ("contacted", "23T10:04"), ("qualified", "24T10:04")])),
            // Skips a stage, and sleeps in between.
            (2, moves(&[("open", "23T11:00"), ("nurture", "23T12:00"), ("contacted", "23T13:00"), ("customer", "24T11:00")])),
            (3, moves(&[("open", "23T20:00")])),
            // Goes back: it was there all the same.
            (4, moves(&[("open", "24T11:50"), ("contacted", "24T11:55"), ("open", "24T11:56")])),
            (7, moves(&[("open", "16T10:00"), ("contacted", "16T10:10"), ("unqualified", "16T15:00")])),
        ];
        Journeys { stages, moves: moves.into_iter().map(|(id, moves)| (LeadId(id), moves)).collect() }
    }

    #[test]
    fn a_small_cohort_counted_by_hand() {
        let mut world = World::new();
        let journeys = journeys(&mut world);
        let report = fold(Funnel::new(world.ask(), &journeys, &Split::Usual), &world.rows);
        insta::assert_snapshot!(report.text(), @"
        **Funnel** · 23–29 Nov 2026, so far
        ```
        Received 6 (before 2, +200%), of which 5 are still open
        Came to the end 1: 17% (3–56) (before 0% (0–66))

        Stage                Reached  Of all         Step      Before  After   Took
        Open                       6    100%
        Contacted                  3     50%  50% (19–81)  50% (9–91)  5 min  5 min
        Qualified                  2     33%  67% (21–94)   0% (0–79)   24 h   24 h
        Customer                   1     17%   50% (9–91)           –   24 h   22 h
        beside: Nurture            1     17%
        beside: Unqualified        0      0%
        ```
        Of leads received in the period, without tests, spam and duplicates. Reached: stood there, or further on, at any time.
        Step: of those that reached the stage before; among fewer than 30 with the range that 95 of 100 such shares lie in.
        After: half of them by then, since they were received. Took: the same since the last stage before it, of those that came from there.
        Those that are still open may come further: the newest have had the least time.
        ");
        let by_team = fold(Funnel::new(world.ask(), &journeys, &Split::Team), &world.rows);
        let csv = String::from_utf8(by_team.table.csv().unwrap()).unwrap();
        assert!(csv.contains("DACH,4,3,2,,1,0.2500") && csv.contains("World,2,0,0,,0,0.0000"), "{csv}");
        assert!(String::from_utf8(report.table.csv().unwrap()).unwrap().contains("Contacted,3,0.5000,0.5000,0.5000,300,300"));
    }

    #[test]
    fn nothing_at_all_is_not_an_error() {
        let world = World::new();
        let report = fold(Funnel::new(world.ask(), &Journeys::default(), &Split::Usual), &[]);
        assert_eq!((report.table.rows.len(), report.chart.is_none()), (0, true));
    }
}
