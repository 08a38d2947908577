//! Why leads are lost: by reason and source (or team, or an answer), against the period before; and whether they came back.
//! Counted by the day on which they were lost. A lead that came back since was lost all the same: it is told besides, because a reason
//! after which they come back is another one than a reason after which they never do.
//! Invariant: in each line, those that came back and those that did not add up to those lost.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};

use super::chart::{Bars, Chart, Group, Layout, Series, Tone};
use super::interval::wilson;
use super::rows::{At, LeadRow};
use super::split::Split;
use super::table::{Cell, Column, Table, fit};
use super::{Ask, Fold, Report, words};
use crate::domain::ids::{LeadId, ReasonKey};

/// A share among fewer leads is told with its interval.
const ENOUGH: u64 = 30;

/// Reasons named in a sentence.
const NAMED: usize = 3;

/// Widest name in a sentence.
const NAME_CELLS: usize = 24;

/// Groups that have a colour of their own in the picture; the rest share one.
const COLOURS: [Tone; 4] = [Tone::Blue, Tone::Amber, Tone::Green, Tone::Violet];

/// One time that a lead was lost: closed as unqualified, or because they asked not to be contacted. What was taken back is none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Loss {
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub reason: Option<At<ReasonKey>>,
    /// When it was worked again, whoever began it.
    pub back_at: Option<DateTime<Utc>>,
}

/// Each time that each lead was lost, oldest first.
pub type Losses = HashMap<LeadId, Vec<Loss>>;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Tally {
    lost: u64,
    back: u64,
    before: u64,
}

impl Tally {
    fn absorb(&mut self, more: Self) {
        self.lost += more.lost;
        self.back += more.back;
        self.before += more.before;
    }

    fn change(self) -> i64 {
        i64::try_from(self.lost).unwrap_or(i64::MAX).saturating_sub_unsigned(self.before)
    }
}

/// The fold.
pub struct Lost<'a> {
    ask: Ask<'a>,
    losses: &'a Losses,
    split: &'a Split,
    /// By reason (0 is none given) and group.
    tallies: BTreeMap<(usize, usize), Tally>,
}

impl<'a> Lost<'a> {
    /// Nothing counted yet.
    #[must_use]
    pub fn new(ask: Ask<'a>, losses: &'a Losses, split: &'a Split) -> Self {
        Self { ask, losses, split, tallies: BTreeMap::new() }
    }
}

impl Fold for Lost<'_> {
    fn add(&mut self, row: &LeadRow) {
        let Some(losses) = self.losses.get(&row.id).filter(|_| self.ask.counts(row)) else { return };
        for loss in losses {
            let (now, before) = (self.ask.period.contains(loss.at), self.ask.before.contains(loss.at));
            if !now && !before {
                continue;
            }
            let place = (loss.reason.map_or(0, |reason| reason.index() + 1), self.split.group(row));
            let is_back = now && loss.back_at.is_some_and(|at| at <= self.ask.now);
            let tally = Tally { lost: u64::from(now), back: u64::from(is_back), before: u64::from(before) };
            self.tallies.entry(place).or_default().absorb(tally);
        }
    }

    fn report(self) -> Report {
        let lines = self.lines();
        let all = lines.iter().fold(Tally::default(), |mut all, (_, tally, _)| {
            all.absorb(*tally);
            all
        });
        let mut notes = vec![
            "Lost: closed without a sale in the period, by the reason given; each time counts. Duplicates, spam and what was taken back do not."
                .to_owned(),
            "Back: worked again since, because they came back or somebody reopened it. Change: against the period before.".to_owned(),
        ];
        if all.lost < ENOUGH {
            notes.push(format!("Among fewer than {ENOUGH}, a share is told with the range that 95 of 100 such shares lie in."));
        }
        Report {
            title: "Lost",
            period: self.ask.period.words(),
            figures: self.figures(&lines, all),
            table: self.table(&lines, all),
            notes,
            chart: (all.lost > 0).then(|| self.chart(&lines)),
        }
    }
}

/// A reason, all of it, and its groups, the largest first.
type Line = (String, Tally, Vec<(usize, Tally)>);

impl Lost<'_> {
    fn lines(&self) -> Vec<Line> {
        let mut reasons: BTreeMap<usize, Vec<(usize, Tally)>> = BTreeMap::new();
        for ((reason, group), tally) in &self.tallies {
            reasons.entry(*reason).or_default().push((*group, *tally));
        }
        let line = |(reason, mut groups): (usize, Vec<(usize, Tally)>)| {
            groups.sort_by_key(|(group, tally)| (std::cmp::Reverse((tally.lost, tally.before)), *group));
            let mut all = Tally::default();
            groups.iter().for_each(|(_, tally)| all.absorb(*tally));
            let name = match reason.checked_sub(1) {
                Some(at) => self.ask.names.reasons.iter().nth(at).map(|(_, name)| name.to_owned()).unwrap_or_default(),
                None => "no reason given".to_owned(),
            };
            (name, all, groups)
        };
        let mut lines: Vec<Line> = reasons.into_iter().map(line).collect();
        lines.sort_by(|a, b| (b.1.lost, b.1.before).cmp(&(a.1.lost, a.1.before)).then_with(|| a.0.cmp(&b.0)));
        lines
    }

    fn figures(&self, lines: &[Line], all: Tally) -> Vec<String> {
        let mut told = self.ask.scope();
        if lines.is_empty() {
            return told;
        }
        told.push(format!("Lost {}", words::against(all.lost, all.before)));
        if all.lost > 0 {
            told.push(format!("Came back since: {}, {}", words::count(all.back), estimate(all.back, all.lost).words()));
        }
        let mut grown: Vec<&Line> = lines.iter().filter(|(_, tally, _)| tally.change() > 0).collect();
        grown.sort_by_key(|(_, tally, _)| -tally.change());
        if all.before > 0 && !grown.is_empty() {
            let named = grown
                .iter()
                .take(NAMED)
                .map(|(name, tally, _)| format!("{} {}", fit(name, NAME_CELLS), words::change(tally.change())));
            told.push(format!("Grew most: {}", named.collect::<Vec<_>>().join(", ")));
        }
        told
    }

    fn table(&self, lines: &[Line], all: Tally) -> Table {
        let columns = vec![
            Column::new("Reason", "reason"),
            Column::new(self.split.head(), "group"),
            Column::new("Lost", "lost"),
            Column::new("Share", "share of all lost"),
            Column::new("Before", "lost in the period before"),
            Column::new("Change", "change"),
            Column::new("Back", "came back since"),
            Column::new("Still", "still lost"),
        ];
        let cells = |reason: &str, group: &str, tally: Tally| {
            vec![
                Cell::text(reason),
                Cell::text(group),
                Cell::Count(tally.lost),
                Cell::Share((all.lost > 0).then(|| tally.lost as f64 / all.lost as f64)),
                Cell::Count(tally.before),
                Cell::Change(tally.change()),
                Cell::Count(tally.back),
                Cell::Count(tally.lost - tally.back),
            ]
        };
        let rows = lines.iter().flat_map(|(reason, _, groups)| {
            groups.iter().map(move |(group, tally)| cells(reason, &self.split.name(*group, self.ask.names), *tally))
        });
        Table { columns, rows: rows.collect(), total: (!lines.is_empty()).then(|| cells("All", "", all)) }
    }

    fn chart(&self, lines: &[Line]) -> Chart {
        let mut sums: BTreeMap<usize, u64> = BTreeMap::new();
        for (group, tally) in lines.iter().flat_map(|(_, _, groups)| groups) {
            *sums.entry(*group).or_default() += tally.lost;
        }
        let mut largest: Vec<usize> = sums.keys().copied().collect();
        largest.sort_by_key(|group| (std::cmp::Reverse(sums[group]), *group));
        let named = &largest[..largest.len().min(COLOURS.len())];
        let mut series: Vec<Series> = named
            .iter()
            .zip(COLOURS)
            .map(|(group, tone)| Series { name: self.split.name(*group, self.ask.names), tone })
            .collect();
        if largest.len() > named.len() {
            series.push(Series { name: "others".to_owned(), tone: Tone::Grey });
        }
        let bar = |(name, _, groups): &Line| {
            let mut values = vec![0.0; series.len()];
            for (group, tally) in groups {
                let place = named.iter().position(|one| one == group).unwrap_or(named.len());
                values[place] += tally.lost as f64;
            }
            Group { name: name.clone(), values }
        };
        Chart::Bars(Bars {
            title: "Why leads were lost".to_owned(),
            subtitle: format!("closed without a sale in the period, by reason and {}", self.split.words()),
            unit: "leads",
            layout: Layout::Lying,
            groups: lines.iter().filter(|(_, tally, _)| tally.lost > 0).map(bar).collect(),
            series,
        })
    }
}

/// With its interval, where they were few.
pub(super) fn estimate(hits: u64, of: u64) -> Cell {
    match of {
        0 => Cell::Share(None),
        of => Cell::Estimate(hits as f64 / of as f64, wilson(hits, of).filter(|_| of < ENOUGH)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reports::fold;
    use crate::reports::world::{World, at};

    fn loss(reason: Option<At<ReasonKey>>, when: &str) -> Loss {
        Loss { at: at(when), reason, back_at: None }
    }

    #[test]
    fn losses_counted_by_hand() {
        let mut world = World::new();
        world.names.sources.enrol_as("demo", "Demo form");
        let fair = world.names.sources.enrol_as("fair", "Trade fair");
        let small = Some(world.names.reasons.enrol_as("not_a_fit", "Not a fit"));
        let never = Some(world.names.reasons.enrol_as("not_interested", "Not interested"));
        world.rows[2].source = fair;
        let mut losses = Losses::new();
        // Twice this week, and back both times, the second time after the report.
        losses.insert(
            LeadId(1),
            vec![
                Loss { back_at: Some(at("23T12:00")), ..loss(small, "23T11:00") },
                Loss { back_at: Some(at("25T12:00")), ..loss(never, "24T10:00") },
            ],
        );
        losses.insert(LeadId(3), vec![loss(small, "24T09:30")]);
        losses.insert(LeadId(4), vec![loss(small, "24T11:55")]);
        losses.insert(LeadId(7), vec![loss(never, "16T15:00")]);
        losses.insert(LeadId(8), vec![loss(None, "01T15:00")]);
        // A test and spam are in no figure.
        losses.insert(LeadId(11), vec![loss(small, "24T09:05")]);
        losses.insert(LeadId(12), vec![loss(small, "24T09:05")]);
        let report = fold(Lost::new(world.ask(), &losses, &Split::Usual), &world.rows);
        insta::assert_snapshot!(report.text(), @"
        **Lost** · 23–29 Nov 2026, so far
        ```
        Lost 4 (before 1, +300%)
        Came back since: 1, 25% (5–70)
        Grew most: Not a fit +3

        Reason          Source      Lost  Share  Before  Change  Back  Still
        Not a fit       Demo form      2    50%       0      +2     1      1
        Not a fit       Trade fair     1    25%       0      +1     0      1
        Not interested  Demo form      1    25%       1       0     0      1
        All                            4   100%       1      +3     1      3
        ```
        Lost: closed without a sale in the period, by the reason given; each time counts. Duplicates, spam and what was taken back do not.
        Back: worked again since, because they came back or somebody reopened it. Change: against the period before.
        Among fewer than 30, a share is told with the range that 95 of 100 such shares lie in.
        ");
        let team = Ask { team: Some(world.world_team), ..world.ask() };
        assert!(fold(Lost::new(team, &losses, &Split::Team), &world.rows).table.rows.is_empty());
    }
}
