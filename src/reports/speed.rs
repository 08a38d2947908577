//! Speed to lead: how long until somebody tries to reach them.
//! Measured for all leads received in the period. Those not tried yet are counted as "longer than until now" and never dropped
//! (Kaplan–Meier), in wall time, which the lead feels, and in business time, which the team can be asked for.

use chrono::{DateTime, Duration, Utc};

use super::chart::{Chart, Line, Lines, Tone};
use super::rows::LeadRow;
use super::survival::{Curve, Sample};
use super::table::{Cell, Column, Table};
use super::{Ask, Fold, Report, words};

/// One span in both clocks.
#[derive(Default)]
struct Both {
    wall: Sample,
    business: Sample,
}

/// The spans of all leads that are not wanted by team.
#[derive(Default)]
struct Spans {
    to_claim: Both,
    claim_to_attempt: Both,
}

/// The fold.
pub struct Speed<'a> {
    ask: Ask<'a>,
    all: Spans,
    /// Until the first attempt, by team (0 is none).
    by_team: Vec<Both>,
    before: Both,
}

impl Both {
    /// From `start` until `end`, or still open when last looked at.
    fn see(&mut self, ask: &Ask<'_>, row: &LeadRow, start: DateTime<Utc>, end: Option<DateTime<Utc>>) {
        match end.filter(|end| *end <= ask.now) {
            Some(end) => {
                self.wall.happened(end - start);
                self.business.happened(ask.business(row, start, end));
            }
            None => {
                let looked = row.watched_until(ask.now);
                self.wall.not_yet(looked - start);
                self.business.not_yet(ask.business(row, start, looked));
            }
        }
    }

    fn absorb(&mut self, more: &Self) {
        self.wall.absorb(&more.wall);
        self.business.absorb(&more.business);
    }

    fn curves(self) -> [Curve; 2] {
        [self.wall.curve(), self.business.curve()]
    }
}

impl<'a> Speed<'a> {
    /// Nothing counted yet.
    #[must_use]
    pub fn new(ask: Ask<'a>) -> Self {
        let by_team = (0..=ask.names.teams.len()).map(|_| Both::default()).collect();
        Self { ask, all: Spans::default(), by_team, before: Both::default() }
    }
}

impl Fold for Speed<'_> {
    fn add(&mut self, row: &LeadRow) {
        let ask = &self.ask;
        if ask.before.contains(row.received_at) && ask.counts(row) {
            self.before.see(ask, row, row.received_at, row.first_attempt_at);
        }
        if !ask.period.contains(row.received_at) || !ask.counts(row) {
            return;
        }
        self.by_team[row.team.map_or(0, |team| team.index() + 1)].see(ask, row, row.received_at, row.first_attempt_at);
        self.all.to_claim.see(ask, row, row.received_at, row.claimed_at);
        if let Some(claimed) = row.claimed_at {
            self.all.claim_to_attempt.see(ask, row, claimed, row.first_attempt_at);
        }
    }

    fn report(self) -> Report {
        let mut to_attempt = Both::default();
        self.by_team.iter().for_each(|both| to_attempt.absorb(both));
        let [wall, business] = to_attempt.curves();
        let [before, _] = self.before.curves();
        let mut figures = self.ask.scope();
        figures.push(format!("First attempt, wall time: {}", median(&wall, words::wall)));
        figures.push(format!("First attempt, business time: {}", median(&business, words::business)));
        figures.push(format!("Before, wall time: {}", median(&before, words::wall)));
        let chart = (wall.n > 0).then(|| chart(&wall, &business, &before));
        let mut rows = lines("received → attempt", &[wall.clone(), business]).to_vec();
        rows.extend(lines("received → claim", &self.all.to_claim.curves()));
        rows.extend(lines("claim → attempt", &self.all.claim_to_attempt.curves()));
        let teams = [None].into_iter().chain(self.ask.names.teams.iter().map(|(at, _)| Some(at)));
        let mut by_team: Vec<_> =
            teams.zip(self.by_team).map(|(team, both)| (self.ask.names.team(team), both.curves())).collect();
        by_team.retain(|(_, curves)| curves[0].n > 0);
        if by_team.len() > 1 {
            by_team.iter().for_each(|(team, curves)| rows.extend(lines(team, curves)));
        }
        if wall.n == 0 {
            rows.clear();
        }
        Report {
            title: "Speed to lead",
            period: self.ask.period.words(),
            figures,
            table: Table { columns: columns(), rows, total: None },
            notes: notes(&self.ask, &wall),
            chart,
        }
    }
}

fn columns() -> Vec<Column> {
    vec![
        Column::new("Span", "span"),
        Column::new("clock", "clock"),
        Column::new("p50", "p50 (seconds)"),
        Column::new("p90", "p90 (seconds)"),
        Column::new("≤5min", "share within 5 minutes"),
        Column::new("≤1h", "share within 1 hour"),
        Column::new("n", "n"),
        Column::new("open", "not yet"),
    ]
}

/// The lines of one span: wall time, then business time.
fn lines(name: &str, [wall, business]: &[Curve; 2]) -> [Vec<Cell>; 2] {
    let line = |clock: &str, curve: &Curve, span: fn(Option<Duration>) -> Cell| {
        vec![
            Cell::text(name),
            Cell::text(clock),
            if curve.n == 0 { Cell::Empty } else { span(curve.quantile(0.5)) },
            if curve.n == 0 { Cell::Empty } else { span(curve.quantile(0.9)) },
            Cell::Share(curve.within(Duration::minutes(5))),
            Cell::Share(curve.within(Duration::hours(1))),
            Cell::Count(curve.n as u64),
            Cell::Count(curve.not_yet as u64),
        ]
    };
    [line("wall", wall, Cell::Wall), line("business", business, Cell::Business)]
}

/// The median in words, honest when it is not reached.
fn median(curve: &Curve, span: fn(Duration) -> String) -> String {
    match curve.quantile(0.5) {
        _ if curve.n == 0 => "no leads".to_owned(),
        Some(p50) => format!("half within {} (n {}, {} still untouched)", span(p50), curve.n, curve.not_yet),
        None => format!("not reached yet ({} of {} still untouched)", curve.not_yet, curve.n),
    }
}

fn notes(ask: &Ask<'_>, wall: &Curve) -> Vec<String> {
    let untried = format!("{} not tried yet", words::leads(wall.not_yet as u64));
    vec![
        format!(
            "All {} received in the period; {untried}, counted as longer than until now (Kaplan–Meier), not dropped.",
            words::leads(wall.n as u64)
        ),
        format!("A lead closed without an attempt counts until it was closed. Before: {}.", ask.before.words()),
        "p50, p90: by then half, nine in ten are done. – : cannot be told yet. open: not done yet.".to_owned(),
    ]
}

fn chart(wall: &Curve, business: &Curve, before: &Curve) -> Chart {
    let line = |name: &str, tone, curve: &Curve, span: fn(Duration) -> String| {
        let p50 = curve.quantile(0.5).map_or_else(|| "not reached yet".to_owned(), span);
        Line { name: format!("{name}, p50 {p50}"), tone, points: curve.line(400), open: curve.last_looks(60) }
    };
    let mut lines =
        vec![line("business time", Tone::Green, business, words::business), line("wall time", Tone::Blue, wall, words::wall)];
    if before.n > 0 {
        lines.insert(0, Line { open: Vec::new(), ..line("wall time before", Tone::Grey, before, words::wall) });
    }
    Chart::Lines(Lines {
        title: "Speed to lead".to_owned(),
        subtitle: format!(
            "share of {} that somebody tried to reach, by time since received; ticks: still untouched",
            words::leads(wall.n as u64)
        ),
        lines,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::reports::world::{World, any_rows};
    use crate::reports::{Kind, report};

    #[test]
    fn a_small_world_timed_by_hand() {
        let world = World::new();
        insta::assert_snapshot!(report(Kind::Speed, &world.rows, world.ask()).text(), @"
**Speed to lead** · 23–29 Nov 2026, so far
```
First attempt, wall time: half within 16 h 30 (n 6, 3 still untouched)
First attempt, business time: half within 1 h (n 6, 3 still untouched)
Before, wall time: half within 10 min (n 2, 0 still untouched)

Span                clock         p50      p90  ≤5min  ≤1h  n  open
received → attempt  wall      16 h 30  16 h 30    17%  38%  6     3
received → attempt  business      1 h  not yet    17%  58%  6     3
received → claim    wall        5 min  15 h 30    50%  50%  6     1
received → claim    business    2 min  not yet    83%  83%  6     1
claim → attempt     wall          1 h  not yet    20%  73%  5     2
claim → attempt     business      1 h  not yet    20%  73%  5     2
DACH                wall       30 min  not yet    25%  63%  4     2
DACH                business   30 min  not yet    25%  63%  4     2
World               wall      16 h 30  16 h 30     0%   0%  2     1
World               business      1 h  not yet     0%  50%  2     1
```
All 6 leads received in the period; 3 leads not tried yet, counted as longer than until now (Kaplan–Meier), not dropped.
A lead closed without an attempt counts until it was closed. Before: 16–22 Nov 2026, up to the same point.
p50, p90: by then half, nine in ten are done. – : cannot be told yet. open: not done yet.
");
    }

    #[test]
    fn a_median_that_is_not_reached_says_so() {
        let world = World::new();
        let rows: Vec<LeadRow> = world.rows.iter().map(|row| LeadRow { first_attempt_at: None, ..*row }).collect();
        let report = report(Kind::Speed, &rows, world.ask());
        assert_eq!(report.figures[0], "First attempt, wall time: not reached yet (6 of 6 still untouched)");
        assert!(report.text().contains("not yet"));
    }

    #[test]
    fn a_period_without_leads_is_not_an_error() {
        let world = World::new();
        let report = report(Kind::Speed, &[], world.ask());
        assert!(report.text().contains("No leads here yet."));
        assert_eq!(report.chart, None);
    }

    proptest! {
        #[test]
        fn shares_are_shares_and_counts_add_up(seed in any::<u64>()) {
            let (world, rows) = any_rows(seed, 200);
            let report = report(Kind::Speed, &rows, world.ask());
            let received = rows.iter().filter(|row| row.counts() && world.period.contains(row.received_at)).count() as u64;
            for cell in report.table.rows.iter().flatten() {
                if let Cell::Share(Some(share)) = cell {
                    prop_assert!((0.0..=1.0).contains(share));
                }
            }
            let n = |row: &Vec<Cell>| if let Cell::Count(n) = row[6] { n } else { 0 };
            prop_assert_eq!(report.table.rows.first().map_or(0, n), received);
            prop_assert_eq!(report.table.rows.iter().skip(6).step_by(2).map(n).sum::<u64>() % received.max(1), 0);
            prop_assert!(report.text().encode_utf16().count() <= 1900);
        }
    }
}
