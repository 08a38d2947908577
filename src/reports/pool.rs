//! The pool: leads that sleep, why, whose they were, and what comes back when. It is not where leads go to die.
//! It tells how things stand now, whatever the period. A return is overdue when the sleep was to end and nobody could be given the lead yet.
//! Invariant: each sleeping lead is in exactly one reason's line and in exactly one owner's.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};

use super::chart::{Bars, Chart, Group, Layout, Series, Tone};
use super::rows::{At, LeadRow, Standing};
use super::table::{Cell, Column, Table};
use super::{Ask, Fold, Report, words};
use crate::domain::ids::{LeadId, PersonId};

/// Signals of so many days count as lately.
const LATELY_DAYS: i64 = 30;

/// When they come back, with the names in chat and in CSV, and in the picture.
const RETURNS: [(&str, &str); 4] =
    [("Overdue", "overdue"), ("7 days", "within 7 days"), ("30 days", "within 30 days"), ("Later", "later")];

const TONES: [Tone; RETURNS.len()] = [Tone::Red, Tone::Amber, Tone::Blue, Tone::Grey];

/// So many overdue returns are named.
const NAMED: usize = 5;

/// The leads of one line.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    returns: [u64; RETURNS.len()],
    signalled: u64,
    written_to: u64,
}

impl Tally {
    fn all(&self) -> u64 {
        self.returns.iter().sum()
    }
}

/// The fold.
pub struct Pool<'a> {
    ask: Ask<'a>,
    all: Tally,
    /// By a reason's place among the names.
    reasons: BTreeMap<Option<usize>, (String, Tally)>,
    owners: BTreeMap<Option<PersonId>, Tally>,
    slept: Vec<Duration>,
    /// The overdue ones, the longest first; at most `NAMED`.
    overdue: Vec<(DateTime<Utc>, LeadId)>,
}

impl<'a> Pool<'a> {
    /// Nothing counted yet.
    #[must_use]
    pub fn new(ask: Ask<'a>) -> Self {
        let (reasons, owners) = (BTreeMap::new(), BTreeMap::new());
        Self { ask, all: Tally::default(), reasons, owners, slept: Vec::new(), overdue: Vec::new() }
    }
}

impl Fold for Pool<'_> {
    fn add(&mut self, row: &LeadRow) {
        if !self.ask.counts(row) || row.standing != Standing::Pooled {
            return;
        }
        let now = self.ask.now;
        let left = row.returns_at.map(|at| at - now);
        let returns = match left {
            Some(left) if left < Duration::zero() => 0,
            Some(left) if left <= Duration::days(7) => 1,
            Some(left) if left <= Duration::days(30) => 2,
            Some(_) | None => 3,
        };
        let lately = row.signalled_at.is_some_and(|at| now - at <= Duration::days(LATELY_DAYS));
        let names = self.ask.names;
        let named = || (row.reason.map_or("no reason", |key| names.reasons.name(key)).to_owned(), Tally::default());
        let reason = self.reasons.entry(row.reason.map(At::index)).or_insert_with(named);
        for tally in [&mut self.all, &mut reason.1, self.owners.entry(row.owner).or_default()] {
            tally.returns[returns] += 1;
            tally.signalled += u64::from(lately);
            tally.written_to += u64::from(row.in_sequence);
        }
        self.slept.push(now - row.since);
        if let (0, Some(at)) = (returns, row.returns_at) {
            let place = self.overdue.partition_point(|other| *other < (at, row.id));
            self.overdue.insert(place, (at, row.id));
            self.overdue.truncate(NAMED);
        }
    }

    fn report(mut self) -> Report {
        Report {
            title: "Pool",
            period: "sleeping leads as they stand now".to_owned(),
            figures: self.figures(),
            table: self.table(),
            notes: vec![
                "Overdue: the sleep was to end, and nobody could be given the lead yet. Owner: whose it was.".to_owned(),
                format!("Signals: did something in the last {LATELY_DAYS} days. Sequence: written to by one now."),
            ],
            chart: self.chart(),
        }
    }
}

impl Pool<'_> {
    fn figures(&mut self) -> Vec<String> {
        let mut lines = self.ask.scope();
        self.slept.sort_unstable();
        let Some(longest) = self.slept.last() else { return lines };
        lines.push(format!(
            "Asleep {}, half for {} or longer, the longest {}",
            words::count(self.slept.len() as u64),
            words::wall(self.slept[self.slept.len() / 2]),
            words::wall(*longest)
        ));
        let [overdue, week, month, _] = self.all.returns;
        lines.push(format!(
            "Return within 7 days {}, within 30 days {}, overdue {}",
            words::count(week),
            words::count(week + month),
            words::count(overdue)
        ));
        lines.push(format!(
            "With signals lately {}, in a sequence {}",
            words::count(self.all.signalled),
            words::count(self.all.written_to)
        ));
        if !self.overdue.is_empty() {
            let named = self.overdue.iter().map(|(at, id)| format!("{id} ({})", words::wall(self.ask.now - *at)));
            lines.push(format!("Overdue for longest: {}", named.collect::<Vec<_>>().join(", ")));
        }
        lines
    }

    fn table(&self) -> Table {
        let mut columns = vec![Column::new("", "by"), Column::new("Leads", "reason or owner"), Column::new("Asleep", "asleep")];
        columns.extend(RETURNS.map(|(head, csv)| Column::new(head, csv)));
        columns.extend([Column::new("Signals", "signals lately"), Column::new("Sequence", "in a sequence")]);
        let owner = |owner: &Option<PersonId>| match owner {
            Some(owner) => self.ask.names.person(*owner),
            None => "nobody's".to_owned(),
        };
        let mut rows = lines("reason", self.reasons.values().cloned().collect());
        rows.extend(lines("owner", self.owners.iter().map(|(key, tally)| (owner(key), *tally)).collect()));
        Table { columns, rows, total: (self.all.all() > 0).then(|| line(["all", "All asleep"], self.all)) }
    }

    fn chart(&self) -> Option<Chart> {
        let mut reasons: Vec<(String, Tally)> = self.reasons.values().cloned().collect();
        reasons.sort_by(|a, b| b.1.all().cmp(&a.1.all()).then_with(|| a.0.cmp(&b.0)));
        reasons.truncate(CHARTED);
        let group = |(name, tally): &(String, Tally)| Group {
            name: name.clone(),
            values: tally.returns.iter().map(|count| *count as f64).collect(),
        };
        (self.all.all() > 0).then(|| {
            Chart::Bars(Bars {
                title: "Sleeping leads by reason and return".to_owned(),
                subtitle: "as they stand now".to_owned(),
                unit: "leads",
                layout: Layout::Stacked,
                series: RETURNS.iter().zip(TONES).map(|((_, name), tone)| Series { name: (*name).to_owned(), tone }).collect(),
                groups: reasons.iter().map(group).collect(),
            })
        })
    }
}

/// Most reasons in the picture.
const CHARTED: usize = 8;

/// The largest first.
fn lines(by: &str, mut tallies: Vec<(String, Tally)>) -> Vec<Vec<Cell>> {
    tallies.sort_by(|a, b| b.1.all().cmp(&a.1.all()).then_with(|| a.0.cmp(&b.0)));
    tallies.iter().map(|(name, tally)| line([by, name], *tally)).collect()
}

fn line(names: [&str; 2], tally: Tally) -> Vec<Cell> {
    let counts = [tally.all()].into_iter().chain(tally.returns).chain([tally.signalled, tally.written_to]);
    names.map(Cell::text).into_iter().chain(counts.map(Cell::Count)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::reports::world::{World, any_rows, at};
    use crate::reports::{Kind, report};

    fn asleep(world: &World, id: i64, days: i64) -> LeadRow {
        let now = world.ask().now;
        LeadRow {
            standing: Standing::Pooled,
            since: now - Duration::days(20 + id),
            returns_at: Some(now + Duration::days(days)),
            owner: Some(PersonId(1)),
            ..LeadRow::blank(LeadId(id), at("01T00:00"))
        }
    }

    #[test]
    fn a_small_pool_counted_by_hand() {
        let mut world = World::new();
        let (late, early) =
            (world.names.reasons.enrol_as("not_ready", "Not ready"), world.names.reasons.enrol_as("no_budget", "No budget"));
        let now = world.ask().now;
        let rows = [
            LeadRow { reason: Some(late), signalled_at: Some(now - Duration::days(2)), ..asleep(&world, 1, -3) },
            LeadRow { reason: Some(late), in_sequence: true, ..asleep(&world, 2, 6) },
            LeadRow { reason: Some(late), in_sequence: true, owner: None, ..asleep(&world, 3, 29) },
            LeadRow { reason: Some(early), signalled_at: Some(now - Duration::days(40)), ..asleep(&world, 4, 90) },
            LeadRow { is_test: true, ..asleep(&world, 5, 1) },
            LeadRow::blank(LeadId(6), at("01T00:00")),
        ];
        let report = report(Kind::Pool, &rows, world.ask());
        insta::assert_snapshot!(report.text(), @r"
        **Pool** · sleeping leads as they stand now
        ```
        Asleep 4, half for 23 d or longer, the longest 24 d
        Return within 7 days 1, within 30 days 2, overdue 1
        With signals lately 1, in a sequence 2
        Overdue for longest: L-1 (3 d)

        Leads       Asleep  Overdue  7 days  30 days  Later  Signals  Sequence
        Not ready        3        1       1        1      0        1         2
        No budget        1        0       0        0      1        0         0
        Ann              3        1       1        0      1        1         1
        nobody's         1        0       0        1      0        0         1
        All asleep       4        1       1        1      1        1         2
        ```
        Overdue: the sleep was to end, and nobody could be given the lead yet. Owner: whose it was.
        Signals: did something in the last 30 days. Sequence: written to by one now.
        ");
        assert_eq!(
            String::from_utf8(report.table.csv().unwrap()).unwrap().lines().nth(1).unwrap(),
            "reason,Not ready,3,1,1,1,0,1,2"
        );
    }

    #[test]
    fn an_empty_pool_is_not_an_error() {
        let world = World::new();
        let report = report(Kind::Pool, &[], world.ask());
        assert!(report.text().contains("No leads here yet."));
        assert_eq!(report.chart, None);
    }

    proptest! {
        #[test]
        fn every_sleeping_lead_is_in_one_line_of_a_reason_and_of_an_owner(seed in any::<u64>()) {
            let (world, rows) = any_rows(seed, 200);
            let report = report(Kind::Pool, &rows, world.ask());
            let asleep = rows.iter().filter(|row| row.counts() && row.standing == Standing::Pooled).count() as u64;
            for by in ["reason", "owner"] {
                let lines = report.table.rows.iter().filter(|row| row[0] == Cell::text(by));
                let sum: u64 = lines.map(|row| if let Cell::Count(n) = row[2] { n } else { 0 }).sum();
                prop_assert_eq!(sum, asleep);
            }
            prop_assert!(report.text().encode_utf16().count() <= 1900);
        }
    }
}
