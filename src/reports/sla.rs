//! Promises of a first touch: kept, broken, running, and why they were broken.
//! A promise belongs to the day on which it falls due, so that yesterday's report holds what broke yesterday.
//! Invariant: kept, broken and running add up to the promises; a promise still running is neither kept nor broken.

use chrono::{DateTime, Utc};

use super::chart::{Bars, Chart, Group, Layout, Series, Tone};
use super::rows::{Cause, LeadRow, Promise, Standing};
use super::survival::Sample;
use super::table::{Cell, Column, Table};
use super::{Ask, Fold, Report, words};
use crate::domain::ids::LeadId;

/// The promises of one team.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    kept: u64,
    /// By cause, in the order of `Cause::ALL`.
    broken: [u64; 3],
    running: u64,
}

impl Tally {
    fn see(&mut self, promise: Promise) {
        match promise {
            Promise::Kept => self.kept += 1,
            Promise::Running => self.running += 1,
            Promise::Broken(Cause::ClaimedIdle) => self.broken[0] += 1,
            Promise::Broken(Cause::WaitedUnclaimed) => self.broken[1] += 1,
            Promise::Broken(Cause::GivenBack) => self.broken[2] += 1,
        }
    }

    fn broken(&self) -> u64 {
        self.broken.iter().sum()
    }

    fn all(&self) -> u64 {
        self.kept + self.broken() + self.running
    }

    /// Of those that are decided.
    fn share_kept(&self) -> Option<f64> {
        let decided = self.kept + self.broken();
        (decided > 0).then(|| self.kept as f64 / decided as f64)
    }

    /// The causes that occurred, most frequent first.
    fn causes(&self) -> Vec<(Cause, u64)> {
        let mut causes: Vec<_> = Cause::ALL.into_iter().zip(self.broken).filter(|(_, n)| *n > 0).collect();
        causes.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
        causes
    }
}

/// The fold.
pub struct Sla<'a> {
    ask: Ask<'a>,
    /// By team (0 is none).
    by_team: Vec<Tally>,
    before: Tally,
    /// How late the broken ones were, in business time.
    lateness: Sample,
    /// Of the broken ones, not touched to this day.
    still_untouched: u64,
    /// Received in the period, waiting, nothing promised yet.
    unpromised: u64,
    unpromised_longest: Option<(DateTime<Utc>, LeadId)>,
}

impl<'a> Sla<'a> {
    /// Nothing counted yet.
    #[must_use]
    pub fn new(ask: Ask<'a>) -> Self {
        Self {
            ask,
            by_team: vec![Tally::default(); ask.names.teams.len() + 1],
            before: Tally::default(),
            lateness: Sample::default(),
            still_untouched: 0,
            unpromised: 0,
            unpromised_longest: None,
        }
    }

    fn see_lateness(&mut self, row: &LeadRow, due: DateTime<Utc>) {
        match row.first_touch_at().filter(|at| *at <= self.ask.now) {
            Some(at) => self.lateness.happened(self.ask.business(row, due, at)),
            None => {
                self.still_untouched += 1;
                self.lateness.not_yet(self.ask.business(row, due, self.ask.now));
            }
        }
    }

    fn see_unpromised(&mut self, row: &LeadRow) {
        let waits = matches!(row.standing, Standing::Waiting | Standing::Triage);
        if waits && row.first_attempt_at.is_none() && self.ask.period.contains(row.received_at) {
            self.unpromised += 1;
            let this = (row.received_at, row.id);
            self.unpromised_longest = Some(self.unpromised_longest.map_or(this, |longest| longest.min(this)));
        }
    }
}

impl Fold for Sla<'_> {
    fn add(&mut self, row: &LeadRow) {
        if !self.ask.counts(row) {
            return;
        }
        let (Some(due), Some(promise)) = (row.first_touch_due, row.promise(self.ask.now)) else {
            self.see_unpromised(row);
            return;
        };
        if self.ask.before.contains(due) {
            self.before.see(promise);
        }
        if self.ask.period.contains(due) {
            self.by_team[row.team.map_or(0, |team| team.index() + 1)].see(promise);
            if matches!(promise, Promise::Broken(_)) {
                self.see_lateness(row, due);
            }
        }
    }

    fn report(self) -> Report {
        let teams = self.ask.names.teams.iter().map(|(at, _)| Some(at));
        let places = [None].into_iter().chain(teams);
        let mut by_team: Vec<_> = places.zip(&self.by_team).map(|(team, tally)| (self.ask.names.team(team), *tally)).collect();
        by_team.retain(|(_, tally)| tally.all() > 0);
        by_team.sort_by_key(|(_, tally)| std::cmp::Reverse((tally.broken(), tally.all())));
        let all = by_team.iter().fold(Tally::default(), |sum, (_, tally)| sum.and(tally));
        let columns = [
            ("Team", "team"),
            ("Promised", "promised"),
            ("Kept", "kept"),
            ("Broken", "broken"),
            ("Running", "running"),
            ("Kept%", "share kept of decided"),
            ("Top cause", "top cause"),
        ];
        Report {
            title: "Promises",
            period: self.ask.period.words(),
            table: Table {
                columns: columns.map(|(head, csv)| Column::new(head, csv)).to_vec(),
                rows: by_team.iter().map(|(team, tally)| line(team, tally)).collect(),
                total: Some(line("All", &all)),
            },
            chart: (all.all() > 0).then(|| chart(&by_team)),
            notes: vec![
                "Promises of a first touch that fall due in the period. Touch: an attempt, a follow-up set or a disposition."
                    .to_owned(),
                format!("Kept%: of those kept or broken; running ones are neither. Before: {}.", self.ask.before.words()),
            ],
            figures: self.figures(&all),
        }
    }
}

impl Tally {
    fn and(mut self, more: &Self) -> Self {
        self.kept += more.kept;
        self.running += more.running;
        self.broken.iter_mut().zip(more.broken).for_each(|(sum, more)| *sum += more);
        self
    }
}

impl Sla<'_> {
    fn figures(self, all: &Tally) -> Vec<String> {
        let mut lines = self.ask.scope();
        let kept = |tally: &Tally| tally.share_kept().map_or_else(|| "nothing decided".to_owned(), words::share);
        lines.push(format!("Kept {} of {} (before {})", kept(all), words::count(all.kept + all.broken()), kept(&self.before)));
        let causes: Vec<String> =
            all.causes().iter().map(|(cause, n)| format!("{} {}", cause.words(), words::count(*n))).collect();
        if !causes.is_empty() {
            lines.push(format!("Why broken: {}", causes.join(", ")));
            let p50 = self.lateness.curve().quantile(0.5);
            let late = p50.map_or_else(|| "not reached yet".to_owned(), words::business);
            lines.push(format!("How late: p50 {late} of business time, {} still untouched", words::count(self.still_untouched)));
        }
        if let Some((since, id)) = self.unpromised_longest {
            let wait = words::wall(self.ask.now - since);
            lines.push(format!(
                "Nothing promised yet, nobody has them: {}, the oldest {id} for {wait}",
                words::count(self.unpromised)
            ));
        }
        lines
    }
}

fn line(team: &str, tally: &Tally) -> Vec<Cell> {
    vec![
        Cell::text(team),
        Cell::Count(tally.all()),
        Cell::Count(tally.kept),
        Cell::Count(tally.broken()),
        Cell::Count(tally.running),
        Cell::Share(tally.share_kept()),
        tally.causes().first().map_or(Cell::text(""), |(cause, _)| Cell::text(cause.words())),
    ]
}

fn chart(by_team: &[(&str, Tally)]) -> Chart {
    let series = [("kept", Tone::Green), ("running", Tone::Blue)].into_iter();
    let causes = Cause::ALL.into_iter().zip([Tone::Red, Tone::Amber, Tone::Violet]).map(|(cause, tone)| (cause.words(), tone));
    Chart::Bars(Bars {
        title: "Promises of a first touch".to_owned(),
        subtitle: "due in the period, by team; broken ones by cause".to_owned(),
        unit: "promises",
        layout: Layout::Stacked,
        series: series.chain(causes).map(|(name, tone)| Series { name: name.to_owned(), tone }).collect(),
        groups: by_team
            .iter()
            .map(|(team, tally)| Group {
                name: (*team).to_owned(),
                values: [tally.kept, tally.running].into_iter().chain(tally.broken).map(|n| n as f64).collect(),
            })
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::reports::world::{World, any_rows};
    use crate::reports::{Kind, report};

    #[test]
    fn promises_counted_by_hand() {
        let world = World::new();
        insta::assert_snapshot!(report(Kind::Sla, &world.rows, world.ask()).text(), @"
**Promises** · 23–29 Nov 2026, so far
```
Kept 25% of 4 (before 50%)
Why broken: claimed and idle 3
How late: p50 30 min of business time, 1 still untouched
Nothing promised yet, nobody has them: 1, the oldest L-5 for 2 h

Team   Promised  Kept  Broken  Running  Kept%  Top cause
DACH          4     1       2        1    33%  claimed and idle
World         1     0       1        0     0%  claimed and idle
All           5     1       3        1    25%  claimed and idle
```
Promises of a first touch that fall due in the period. Touch: an attempt, a follow-up set or a disposition.
Kept%: of those kept or broken; running ones are neither. Before: 16–22 Nov 2026, up to the same point.
");
    }

    #[test]
    fn what_still_runs_is_neither_kept_nor_broken() {
        let mut tally = Tally::default();
        tally.see(Promise::Running);
        assert_eq!((tally.share_kept(), tally.all()), (None, 1));
        tally.see(Promise::Kept);
        assert_eq!(tally.share_kept(), Some(1.0));
    }

    proptest! {
        #[test]
        fn kept_broken_and_running_add_up(seed in any::<u64>()) {
            let (world, rows) = any_rows(seed, 200);
            let report = report(Kind::Sla, &rows, world.ask());
            let promised = rows.iter().filter(|row| row.counts() && world.period.has(row.first_touch_due)).count() as u64;
            let n = |cell: &Cell| if let Cell::Count(n) = cell { *n } else { 0 };
            for row in report.table.rows.iter().chain(&report.table.total) {
                prop_assert_eq!(n(&row[1]), n(&row[2]) + n(&row[3]) + n(&row[4]));
                prop_assert!(!matches!(row[5], Cell::Share(Some(share)) if !(0.0..=1.0).contains(&share)));
            }
            prop_assert_eq!(report.table.total.as_ref().map(|row| n(&row[1])), Some(promised));
            prop_assert!(report.text().encode_utf16().count() <= 1900);
        }
    }
}
