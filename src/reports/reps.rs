//! What each rep took on in the period and what became of it.
//! The leads are those first claimed in the period, and count for whoever has them now, or had them last: a row knows no earlier owner.
//! Invariant: converted, reached, tried and untouched, as the picture shows them, add up to what was claimed.

use std::collections::BTreeMap;

use super::chart::{Bars, Chart, Group, Layout, Series, Tone};
use super::deals::{self, DealRow};
use super::rows::{LeadRow, Promise, Standing};
use super::survival::Sample;
use super::table::{Cell, Column, Table};
use super::{Ask, Fold, Report};
use crate::domain::ids::PersonId;
use crate::domain::lead::Exit;

/// The work of one rep.
#[derive(Debug, Clone, Default)]
struct Tally {
    claimed: u64,
    tries: u64,
    reached: u64,
    converted: u64,
    /// Each lead once, at the furthest it got: converted, reached, tried, untouched.
    furthest: [u64; 4],
    broken: u64,
    open: u64,
    /// Claim to first attempt, in business time.
    speed: Sample,
}

/// The fold.
pub struct Reps<'a> {
    ask: Ask<'a>,
    deals: &'a [DealRow],
    by_rep: BTreeMap<PersonId, Tally>,
}

impl<'a> Reps<'a> {
    /// Nothing counted yet.
    #[must_use]
    pub fn new(ask: Ask<'a>, deals: &'a [DealRow]) -> Self {
        Self { ask, deals, by_rep: BTreeMap::new() }
    }
}

impl Tally {
    fn see(&mut self, ask: &Ask<'_>, row: &LeadRow) {
        self.open += u64::from(row.standing == Standing::Owned);
        let Some(claimed) = row.claimed_at.filter(|at| ask.period.contains(*at)) else { return };
        let (tried, reached) = (row.first_attempt_at.is_some(), row.reached_at.is_some());
        let converted = row.exit == Some(Exit::Converted);
        self.claimed += 1;
        self.tries += u64::from(row.tries);
        self.reached += u64::from(reached);
        self.converted += u64::from(converted);
        self.furthest[[converted, reached, tried].iter().position(|got| *got).unwrap_or(3)] += 1;
        self.broken += u64::from(matches!(row.promise(ask.now), Some(Promise::Broken(_))));
        match row.first_attempt_at.filter(|at| *at <= ask.now) {
            Some(at) => self.speed.happened(ask.business(row, claimed, at)),
            None => self.speed.not_yet(ask.business(row, claimed, row.watched_until(ask.now))),
        }
    }
}

impl Tally {
    /// Adds what is shown of another; what the picture is made of is not needed in sum.
    fn absorb(&mut self, more: &Self) {
        self.claimed += more.claimed;
        self.tries += more.tries;
        self.reached += more.reached;
        self.converted += more.converted;
        self.broken += more.broken;
        self.open += more.open;
        self.speed.absorb(&more.speed);
    }
}

impl Fold for Reps<'_> {
    fn add(&mut self, row: &LeadRow) {
        if let (true, Some(owner)) = (self.ask.counts(row), row.owner) {
            self.by_rep.entry(owner).or_default().see(&self.ask, row);
        }
    }

    fn report(self) -> Report {
        let mut all = Tally::default();
        self.by_rep.values().for_each(|tally| all.absorb(tally));
        let mut reps: Vec<(String, Tally)> = self
            .by_rep
            .into_iter()
            .map(|(rep, tally)| (self.ask.names.person(rep), tally))
            .filter(|(_, t)| t.claimed + t.open > 0)
            .collect();
        reps.sort_by(|(a, x), (b, y)| {
            (y.claimed, y.converted, y.open).cmp(&(x.claimed, x.converted, x.open)).then_with(|| a.cmp(b))
        });
        let columns = [
            ("Rep", "rep"),
            ("Claimed", "claimed"),
            ("Tries", "attempts"),
            ("Reached", "reached"),
            ("Won", "converted"),
            ("Broken", "promises broken"),
            ("p50", "claim to first attempt, p50 business time (seconds)"),
            ("Open", "open now"),
        ];
        let chart = reps.iter().any(|(_, tally)| tally.claimed > 0).then(|| chart(&reps));
        Report {
            title: "Reps",
            period: self.ask.period.words(),
            figures: self.ask.scope().into_iter().chain(deals::lines(self.deals, &self.ask)).collect(),
            table: Table {
                columns: columns.map(|(head, csv)| Column::new(head, csv)).to_vec(),
                rows: reps.into_iter().map(|(rep, tally)| line(&rep, tally)).collect(),
                total: Some(line("All", all)),
            },
            notes: vec![
                "Leads first claimed in the period, with all that happened since, for whoever has them now or had them last. Open: all theirs now.".to_owned(),
                "p50: claim to first attempt, business time; untouched leads count as longer than until now (Kaplan–Meier).".to_owned(),
            ],
            chart,
        }
    }
}

fn line(rep: &str, tally: Tally) -> Vec<Cell> {
    let counts = [tally.claimed, tally.tries, tally.reached, tally.converted, tally.broken].map(Cell::Count);
    let speed = if tally.claimed == 0 { Cell::Empty } else { Cell::Business(tally.speed.curve().quantile(0.5)) };
    [Cell::text(rep)].into_iter().chain(counts).chain([speed, Cell::Count(tally.open)]).collect()
}

fn chart(reps: &[(String, Tally)]) -> Chart {
    let parts = [("converted", Tone::Green), ("reached", Tone::Blue), ("tried", Tone::Amber), ("untouched", Tone::Red)];
    let group = |(rep, tally): &(String, Tally)| Group { name: rep.clone(), values: tally.furthest.map(|n| n as f64).to_vec() };
    Chart::Bars(Bars {
        title: "What became of claimed leads".to_owned(),
        subtitle: "first claimed in the period, by rep; each lead counted once, at the furthest it got".to_owned(),
        unit: "leads",
        layout: Layout::Lying,
        series: parts.map(|(name, tone)| Series { name: name.to_owned(), tone }).to_vec(),
        groups: reps.iter().filter(|(_, tally)| tally.claimed > 0).map(group).collect(),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::reports::world::{World, any_rows};
    use crate::reports::{Kind, report};

    #[test]
    fn reps_counted_by_hand() {
        let world = World::new();
        insta::assert_snapshot!(report(Kind::Reps, &world.rows, world.ask()).text(), @"
**Reps** · 23–29 Nov 2026, so far
```
Rep   Claimed  Tries  Reached  Won  Broken      p50  Open
Ann         3      3        1    0       1  not yet     3
Ben         1      2        1    1       1   25 min     0
Клео        1      1        0    0       1      1 h     1
All         5      6        2    1       3      1 h     4
```
Leads first claimed in the period, with all that happened since, for whoever has them now or had them last. Open: all theirs now.
p50: claim to first attempt, business time; untouched leads count as longer than until now (Kaplan–Meier).
");
    }

    proptest! {
        #[test]
        fn the_parts_of_the_picture_add_up(seed in any::<u64>()) {
            let (world, rows) = any_rows(seed, 200);
            let report = report(Kind::Reps, &rows, world.ask());
            let claimed = rows.iter().filter(|row| row.counts() && row.owner.is_some() && world.period.has(row.claimed_at)).count();
            if let Some(Chart::Bars(bars)) = &report.chart {
                let sum: f64 = bars.groups.iter().flat_map(|group| &group.values).sum();
                prop_assert_eq!(sum as usize, claimed);
            }
            let n = |cell: &Cell| if let Cell::Count(n) = cell { *n } else { 0 };
            let total = report.table.total.as_ref().unwrap();
            for column in [1, 2, 3, 4, 5, 7] {
                prop_assert_eq!(n(&total[column]), report.table.rows.iter().map(|row| n(&row[column])).sum::<u64>());
            }
            prop_assert!(report.text().encode_utf16().count() <= 1900);
        }
    }
}
