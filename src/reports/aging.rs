//! How long nobody has done anything with the open leads: by days since the last activity, by state and by owner.
//! The last activity is the newest thing that a person did; where there is none, the lead's arrival. Days are whole days of wall time.
//! Overdue: awake, and without activity for longer than its stage expects; a stage that expects nothing is never overdue.
//! The pool sleeps on purpose: it is told by its size, its age and what returns next, and is in no owner's line.
//! Invariant: each open lead is in exactly one state's line, and each that is awake in exactly one owner's.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};

use super::chart::{Bars, Chart, Group, Layout, Series, Tone};
use super::rows::{At, LeadRow, Standing};
use super::table::{Cell, Column, Table};
use super::{Ask, Fold, Report, words};
use crate::domain::ids::{LeadId, PersonId, StageKey};

/// The last day of each span of days, with its name in chat and in CSV; the last span has no end.
const SPANS: [(i64, &str, &str); 6] = [
    (1, "0–1", "0 to 1 days"),
    (3, "2–3", "2 to 3 days"),
    (7, "4–7", "4 to 7 days"),
    (14, "8–14", "8 to 14 days"),
    (30, "15–30", "15 to 30 days"),
    (i64::MAX, ">30", "over 30 days"),
];

const STATES: [(&str, Tone); 6] = [
    ("waiting", Tone::Red),
    ("triage", Tone::Violet),
    ("owned, untouched", Tone::Amber),
    ("owned, worked", Tone::Blue),
    ("asleep", Tone::Grey),
    ("in repair", Tone::Green),
];

const ASLEEP: usize = 4;

/// So many are named.
const OLDEST: usize = 5;

/// So many returns are named.
const RETURNS: usize = 3;

/// How many days a stage may last without activity.
#[derive(Debug, Clone, Default)]
pub struct Expected(BTreeMap<usize, u32>);

impl Expected {
    /// Of one stage; none, where nothing is expected.
    pub fn set(&mut self, stage: At<StageKey>, days: Option<u32>) {
        match days {
            Some(days) => _ = self.0.insert(stage.index(), days),
            None => _ = self.0.remove(&stage.index()),
        }
    }

    fn of(&self, stage: At<StageKey>) -> Option<Duration> {
        self.0.get(&stage.index()).map(|days| Duration::days(i64::from(*days)))
    }
}

/// The leads of one line.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    spans: [u64; SPANS.len()],
    overdue: u64,
}

impl Tally {
    fn see(&mut self, age: Duration, overdue: u64) {
        let days = age.num_days();
        let span = SPANS.iter().position(|(last, ..)| days <= *last).unwrap_or(SPANS.len() - 1);
        self.spans[span] += 1;
        self.overdue += overdue;
    }

    fn all(&self) -> u64 {
        self.spans.iter().sum()
    }
}

/// The fold.
pub struct Aging<'a> {
    ask: Ask<'a>,
    expected: &'a Expected,
    states: [Tally; STATES.len()],
    owners: BTreeMap<Option<PersonId>, Tally>,
    /// Awake, without activity for longest, the oldest first; at most `OLDEST`.
    oldest: Vec<(DateTime<Utc>, LeadId)>,
    /// How long each has slept.
    slept: Vec<Duration>,
    /// What wakes next, the soonest first; at most `RETURNS`.
    returns: Vec<(DateTime<Utc>, LeadId)>,
}

impl<'a> Aging<'a> {
    /// Nothing counted yet.
    #[must_use]
    pub fn new(ask: Ask<'a>, expected: &'a Expected) -> Self {
        Self {
            ask,
            expected,
            states: Default::default(),
            owners: BTreeMap::new(),
            oldest: Vec::new(),
            slept: Vec::new(),
            returns: Vec::new(),
        }
    }

    fn sleeps(&mut self, row: &LeadRow) {
        self.slept.push(self.ask.now - row.since);
        if let Some(at) = row.returns_at {
            keep(&mut self.returns, (at, row.id), RETURNS);
        }
    }
}

/// Keeps the `most` smallest, in order.
fn keep(kept: &mut Vec<(DateTime<Utc>, LeadId)>, one: (DateTime<Utc>, LeadId), most: usize) {
    let place = kept.partition_point(|other| *other < one);
    if place < most {
        kept.insert(place, one);
        kept.truncate(most);
    }
}

impl Fold for Aging<'_> {
    fn add(&mut self, row: &LeadRow) {
        if !self.ask.counts(row) {
            return;
        }
        let (state, owner) = match row.standing {
            Standing::Waiting => (0, None),
            Standing::Triage => (1, None),
            Standing::Owned => (if row.touched { 3 } else { 2 }, row.owner),
            Standing::Pooled => (ASLEEP, None),
            Standing::Repair => (5, row.owner),
            Standing::Closed => return,
        };
        let last = row.last_activity_at.unwrap_or(row.received_at);
        let age = self.ask.now - last;
        if state == ASLEEP {
            self.states[state].see(age, 0);
            return self.sleeps(row);
        }
        let overdue = u64::from(self.expected.of(row.stage).is_some_and(|days| age > days));
        self.states[state].see(age, overdue);
        self.owners.entry(owner).or_default().see(age, overdue);
        keep(&mut self.oldest, (last, row.id), OLDEST);
    }

    fn report(mut self) -> Report {
        let all = self.states.iter().fold(Tally::default(), |mut all, more| {
            all.spans.iter_mut().zip(more.spans).for_each(|(all, more)| *all += more);
            all.overdue += more.overdue;
            all
        });
        Report {
            title: "Aging",
            period: "open leads as they stand now".to_owned(),
            figures: self.figures(&all),
            table: self.table(all),
            notes: vec![
                "Whole days since the newest thing that a person did; since it came in, where there is none.".to_owned(),
                "Overdue: awake, and longer without activity than the stage expects. Owners: of leads that are awake.".to_owned(),
            ],
            chart: self.chart(&all),
        }
    }
}

impl Aging<'_> {
    fn figures(&mut self, all: &Tally) -> Vec<String> {
        let mut lines = self.ask.scope();
        if all.all() == 0 {
            return lines;
        }
        lines.push(format!("Open {}, overdue {}", words::count(all.all()), words::count(all.overdue)));
        if !self.oldest.is_empty() {
            let now = self.ask.now;
            let named = self.oldest.iter().map(|(last, id)| format!("{id} ({})", lain(now - *last)));
            lines.push(format!("Idle for longest: {}", named.collect::<Vec<_>>().join(", ")));
        }
        self.slept.sort_unstable();
        if let Some(longest) = self.slept.last() {
            lines.push(format!(
                "Asleep {}, half for {} or longer, the longest {}",
                words::count(self.slept.len() as u64),
                words::wall(self.slept[self.slept.len() / 2]),
                words::wall(*longest)
            ));
        }
        if !self.returns.is_empty() {
            lines.push(format!("Next to return: {}", self.returns_words().join(", ")));
        }
        lines
    }

    fn returns_words(&self) -> Vec<String> {
        let when = |at: DateTime<Utc>| match at - self.ask.now {
            left if left > Duration::zero() => format!("in {}", words::wall(left)),
            _ => "due".to_owned(),
        };
        self.returns.iter().map(|(at, id)| format!("{id} ({})", when(*at))).collect()
    }

    fn table(&self, all: Tally) -> Table {
        let mut columns = vec![Column::new("", "by"), Column::new("Leads", "state or owner")];
        columns.extend(SPANS.map(|(_, head, csv)| Column::new(head, csv)));
        columns.extend([Column::new("All", "all"), Column::new("Overdue", "overdue")]);
        let states = STATES.iter().zip(&self.states).filter(|(_, tally)| tally.all() > 0);
        let mut rows: Vec<Vec<Cell>> = states.map(|((name, _), tally)| line(["state", name], *tally)).collect();
        let name = |owner: &Option<PersonId>| match owner {
            Some(owner) => self.ask.names.person(*owner),
            None => "nobody's".to_owned(),
        };
        let mut owners: Vec<(String, Tally)> = self.owners.iter().map(|(owner, tally)| (name(owner), *tally)).collect();
        owners.sort_by(|a, b| (b.1.overdue, b.1.all()).cmp(&(a.1.overdue, a.1.all())).then_with(|| a.0.cmp(&b.0)));
        rows.extend(owners.iter().map(|(name, tally)| line(["owner", name], *tally)));
        Table { columns, rows, total: (all.all() > 0).then(|| line(["all", "All open"], all)) }
    }

    fn chart(&self, all: &Tally) -> Option<Chart> {
        let group = |(span, (_, name, _)): (usize, &(i64, &str, &str))| Group {
            name: format!("{name} days"),
            values: self.states.iter().map(|tally| tally.spans[span] as f64).collect(),
        };
        (all.all() > 0).then(|| {
            Chart::Bars(Bars {
                title: "Open leads by days since the last activity".to_owned(),
                subtitle: "as they stand now".to_owned(),
                unit: "leads",
                layout: Layout::Stacked,
                series: STATES.map(|(name, tone)| Series { name: name.to_owned(), tone }).to_vec(),
                groups: SPANS.iter().enumerate().map(group).collect(),
            })
        })
    }
}

/// Whole days; less than two in hours.
fn lain(span: Duration) -> String {
    if span < Duration::days(2) { words::wall(span) } else { format!("{} d", span.num_days()) }
}

fn line(names: [&str; 2], tally: Tally) -> Vec<Cell> {
    let counts = tally.spans.into_iter().chain([tally.all(), tally.overdue]);
    names.map(Cell::text).into_iter().chain(counts.map(Cell::Count)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::reports::world::{World, any_rows, at};
    use crate::reports::{Kind, fold, report};

    /// The stage "Open" may last two days; the others for ever.
    fn expected(world: &World) -> Expected {
        let mut expected = Expected::default();
        expected.set(world.names.stages.find("open").unwrap(), Some(2));
        expected
    }

    #[test]
    fn a_small_world_counted_by_hand() {
        let mut world = World::new();
        for row in &mut world.rows {
            if row.standing == Standing::Pooled {
                row.returns_at = Some(at(if row.id == LeadId(8) { "26T12:00" } else { "24T10:00" }));
            }
        }
        let expected = expected(&world);
        let report = fold(Aging::new(world.ask(), &expected), &world.rows);
        insta::assert_snapshot!(report.text(), @"
        **Aging** · open leads as they stand now
        ```
        Open 8, overdue 1
        Idle for longest: L-10 (10 d), L-1 (25 h 56), L-3 (16 h), L-5 (2 h), L-6 (2 h)
        Asleep 2, half for 23 d or longer, the longest 23 d
        Next to return: L-9 (due), L-8 (in 2 d)

        Leads             0–1  2–3  4–7  8–14  15–30  >30  All  Overdue
        waiting             1    0    0     0      0    0    1        0
        triage              0    0    0     1      0    0    1        1
        owned, untouched    2    0    0     0      0    0    2        0
        owned, worked       2    0    0     0      0    0    2        0
        asleep              0    0    1     0      1    0    2        0
        nobody's            1    0    0     1      0    0    2        1
        Ann                 3    0    0     0      0    0    3        0
        Клео                1    0    0     0      0    0    1        0
        All open            5    0    1     1      1    0    8        1
        ```
        Whole days since the newest thing that a person did; since it came in, where there is none.
        Overdue: awake, and longer without activity than the stage expects. Owners: of leads that are awake.
        ");
        assert_eq!(
            String::from_utf8(report.table.csv().unwrap()).unwrap().lines().nth(2).unwrap(),
            "state,triage,0,0,0,1,0,0,1,1"
        );
    }

    #[test]
    fn a_day_is_over_after_24_hours_and_overdue_is_later_than_expected() {
        let world = World::new();
        let expected = expected(&world);
        let now = world.ask().now;
        for (hours, span, overdue) in
            [(0, 0, 0), (47, 0, 0), (48, 1, 0), (49, 1, 1), (95, 1, 1), (96, 2, 1), (192, 3, 1), (360, 4, 1), (744, 5, 1)]
        {
            let row =
                LeadRow { last_activity_at: Some(now - Duration::hours(hours)), ..LeadRow::blank(LeadId(1), at("01T00:00")) };
            let report = fold(Aging::new(world.ask(), &expected), &[row]);
            let cells = report.table.total.unwrap();
            assert_eq!(cells[2 + span], Cell::Count(1), "{hours} hours");
            assert_eq!(cells[9], Cell::Count(overdue), "{hours} hours");
        }
    }

    #[test]
    fn five_are_named_however_many_there_are() {
        let world = World::new();
        let rows: Vec<LeadRow> = (1..=7).map(|id| LeadRow::blank(LeadId(id), at(&format!("{:02}T12:00", 20 - id)))).collect();
        let told = report(Kind::Aging, &rows, world.ask()).figures.join("\n");
        assert!(told.contains("longest: L-7 (11 d), L-6 (10 d), L-5 (9 d), L-4 (8 d), L-3 (7 d)"), "{told}");
        assert!(!told.contains("L-2"), "{told}");
    }

    #[test]
    fn nothing_open_is_not_an_error() {
        let world = World::new();
        let report = report(Kind::Aging, &[], world.ask());
        assert!(report.text().contains("No leads here yet."));
        assert_eq!(report.chart, None);
    }

    proptest! {
        #[test]
        fn every_open_lead_is_in_one_line_of_its_state(seed in any::<u64>()) {
            let (world, rows) = any_rows(seed, 200);
            let report = report(Kind::Aging, &rows, world.ask());
            let open = |awake: fn(Standing) -> bool| rows.iter().filter(|row| row.counts() && awake(row.standing)).count() as u64;
            let sum = |by: &str| -> u64 {
                let lines = report.table.rows.iter().filter(|row| row[0] == Cell::text(by));
                lines.flat_map(|row| &row[2..8]).map(|cell| if let Cell::Count(n) = cell { *n } else { 0 }).sum()
            };
            prop_assert_eq!(sum("state"), open(|standing| standing != Standing::Closed));
            prop_assert_eq!(sum("owner"), open(|standing| !matches!(standing, Standing::Closed | Standing::Pooled)));
            prop_assert!(report.text().encode_utf16().count() <= 1900);
        }
    }
}
