//! What each source brings: how much came in at its door, how much of that was any good, and what became of it.
//! Leads that were removed as spam count here, unlike in every other report: their share is what is asked.
//! Invariant: won, qualified, the rest and invalid, as the picture shows them, add up to the leads of a source.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::chart::{Bars, Chart, Group, Layout, Series, Tone};
use super::interval::wilson;
use super::rows::{At, LeadRow};
use super::table::{Cell, Column, Table, fit};
use super::{Ask, Fold, Report, words};
use crate::domain::ids::{ReasonKey, SourceKey};
use crate::domain::lead::Exit;
use crate::playbook::StageKind;

/// A share among fewer leads is told with its interval.
const ENOUGH: u64 = 30;

/// The reason for an address or a number that leads nowhere.
const INVALID: &str = "invalid_data";

/// Widest name in a sentence.
const NAME_CELLS: usize = 22;

/// A source is called low when it brought less than half of what is usual, and that is no fewer than this.
const USUAL_MIN: f64 = 4.0;

/// What came in at the doors, which no lead tells.
#[derive(Debug, Clone, Default)]
pub struct Inflow {
    /// Each source that has a door.
    pub doors: Vec<Door>,
    /// The same span in earlier weeks, each its first instant and the first after it.
    pub weeks: Vec<(DateTime<Utc>, DateTime<Utc>)>,
}

/// What came in at the door of a source.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Door {
    /// Which source.
    pub source: At<SourceKey>,
    /// Since when it is there.
    pub since: DateTime<Utc>,
    /// Deliveries in the period.
    pub sent: u64,
    /// Of those, the ones that brought nothing new.
    pub repeats: u64,
    /// Of those, the ones that still cannot be read.
    pub unread: u64,
    /// Requests in the period that proved nothing, and are not among the deliveries.
    pub refused: u64,
    /// The newest delivery of all.
    pub last_at: Option<DateTime<Utc>>,
    /// Reported as quiet, since then.
    pub quiet_since: Option<DateTime<Utc>>,
    /// Nothing but its address proves who sends.
    pub unauthenticated: bool,
}

/// The leads of one source.
#[derive(Debug, Clone, Default)]
struct Tally {
    leads: u64,
    invalid: u64,
    tests: u64,
    duplicates: u64,
    qualified: u64,
    won: u64,
    /// The oldest lead of all.
    first: Option<DateTime<Utc>>,
    /// Leads in each of the earlier weeks.
    weeks: Vec<u64>,
}

/// The fold.
pub struct Sources<'a> {
    ask: Ask<'a>,
    inflow: &'a Inflow,
    invalid: Option<At<ReasonKey>>,
    by_source: BTreeMap<usize, Tally>,
}

impl<'a> Sources<'a> {
    /// Nothing counted yet.
    #[must_use]
    pub fn new(ask: Ask<'a>, inflow: &'a Inflow) -> Self {
        Self { ask, inflow, invalid: ask.names.reasons.find(INVALID), by_source: BTreeMap::new() }
    }
}

impl Fold for Sources<'_> {
    fn add(&mut self, row: &LeadRow) {
        let weeks = &self.inflow.weeks;
        let tally = self.by_source.entry(row.source.index()).or_default();
        tally.first = Some(tally.first.map_or(row.received_at, |first| first.min(row.received_at)));
        let within = self.ask.period.contains(row.received_at);
        if row.is_test {
            tally.tests += u64::from(within);
            return;
        }
        if row.exit == Some(Exit::Merged) {
            tally.duplicates += u64::from(within);
            return;
        }
        tally.weeks.resize(weeks.len(), 0);
        for ((from, to), n) in weeks.iter().zip(&mut tally.weeks) {
            *n += u64::from(*from <= row.received_at && row.received_at < *to);
        }
        if !within {
            return;
        }
        let invalid = match row.exit {
            Some(Exit::Removed) => true,
            Some(Exit::Unqualified) => row.reason.is_some() && row.reason == self.invalid,
            Some(Exit::Converted | Exit::Suppressed | Exit::Merged) | None => false,
        };
        tally.leads += 1;
        tally.invalid += u64::from(invalid);
        tally.won += u64::from(row.exit == Some(Exit::Converted));
        tally.qualified += u64::from(!invalid && is_qualified(row));
    }

    fn report(self) -> Report {
        let mut lines: Vec<Line<'_>> = self.lines();
        lines.sort_by(|a, b| (b.tally.leads, b.sent()).cmp(&(a.tally.leads, a.sent())).then_with(|| a.name.cmp(b.name)));
        Report {
            title: "Sources",
            period: self.ask.period.words(),
            figures: figures(&lines),
            table: table(&lines, self.ask.now),
            notes: notes(&lines),
            chart: chart(&lines),
        }
    }
}

/// Ready to buy, or further, as it stands now.
fn is_qualified(row: &LeadRow) -> bool {
    use StageKind::{Contacted, Customer, Inactive, Negotiation, Nurture, Open, Qualified, Unqualified};
    row.exit == Some(Exit::Converted)
        || match row.kind {
            Qualified | Negotiation | Customer | Inactive => true,
            Open | Contacted | Nurture | Unqualified => false,
        }
}

/// One source, counted.
struct Line<'a> {
    name: &'a str,
    tally: Tally,
    door: Option<Door>,
    /// Leads that are usual in such a span; `None` while there is no earlier week to tell it.
    usual: Option<f64>,
}

impl Line<'_> {
    fn sent(&self) -> u64 {
        self.door.map_or(0, |door| door.sent)
    }

    fn is_open(&self) -> bool {
        self.door.is_some_and(|door| door.unauthenticated)
    }

    /// Brought less than half of what is usual.
    fn is_low(&self) -> bool {
        self.usual.is_some_and(|usual| usual >= USUAL_MIN && (self.tally.leads as f64) < usual / 2.0)
    }
}

impl Sources<'_> {
    /// Every source that has a door or brought a lead.
    fn lines(&self) -> Vec<Line<'_>> {
        let line = |(at, name): (At<SourceKey>, _)| {
            let door = self.inflow.doors.iter().find(|door| door.source == at).copied();
            let tally = self.by_source.get(&at.index()).cloned();
            if door.is_none() && tally.as_ref().is_none_or(|t| t.leads + t.tests + t.duplicates == 0) {
                return None;
            }
            let tally = tally.unwrap_or_default();
            let since = [door.map(|door| door.since), tally.first].into_iter().flatten().min();
            let usual = since.and_then(|since| median(self.weeks_of(&tally, since)));
            Some(Line { name, tally, door, usual })
        };
        self.ask.names.sources.iter().filter_map(line).collect()
    }

    /// What it brought in the earlier weeks in which it was there from beginning to end.
    fn weeks_of(&self, tally: &Tally, since: DateTime<Utc>) -> Vec<u64> {
        let weeks = self.inflow.weeks.iter().enumerate().filter(|(_, (from, _))| since <= *from);
        weeks.map(|(at, _)| tally.weeks.get(at).copied().unwrap_or(0)).collect()
    }
}

fn median(mut counts: Vec<u64>) -> Option<f64> {
    counts.sort_unstable();
    let (lower, upper) = (counts.get(counts.len().checked_sub(1)? / 2)?, counts.get(counts.len() / 2)?);
    Some((lower + upper) as f64 / 2.0)
}

fn figures(lines: &[Line<'_>]) -> Vec<String> {
    let leads: u64 = lines.iter().map(|line| line.tally.leads).sum();
    let mut told = vec![format!("Leads {}", words::count(leads))];
    let low: Vec<String> = lines.iter().filter(|line| line.is_low()).take(4).map(|line| fit(line.name, NAME_CELLS)).collect();
    if !low.is_empty() {
        told.push(format!("Less than half of the usual: {}", low.join(", ")));
    }
    let quiet = |line: &Line<'_>| line.door.and_then(|door| door.quiet_since).map(|_| fit(line.name, NAME_CELLS));
    let quiet: Vec<String> = lines.iter().filter_map(quiet).take(4).collect();
    if !quiet.is_empty() {
        told.push(format!("Quiet for longer than they ever are: {}", quiet.join(", ")));
    }
    told
}

/// A column's head is left empty where all in it are 0: then it stands in CSV only.
fn table(lines: &[Line<'_>], now: DateTime<Utc>) -> Table {
    let door = |pick: fn(&Door) -> u64| lines.iter().filter_map(|line| line.door.as_ref()).map(pick).sum::<u64>();
    let tally = |pick: fn(&Tally) -> u64| lines.iter().map(|line| pick(&line.tally)).sum::<u64>();
    let again = door(|d| d.repeats) + tally(|t| t.duplicates);
    let head = |head: &'static str, sum: u64| if sum > 0 { head } else { "" };
    let columns = vec![
        Column::new("Source", "source"),
        Column::new("Sent", "deliveries"),
        Column::new("Leads", "leads"),
        Column::new(
            if lines.iter().any(|line| line.usual.is_some()) { "Usual" } else { "" },
            "usual leads (median of the same span in the 8 weeks before)",
        ),
        Column::new("Invalid", "invalid share of leads"),
        Column::new("", "invalid share, 95% interval from"),
        Column::new("", "invalid share, 95% interval to"),
        Column::new("Qual.", "qualified"),
        Column::new("Won", "won"),
        Column::new(head("Again", again), "repeats and duplicates"),
        Column::new(head("Tests", tally(|t| t.tests)), "tests"),
        Column::new(head("Unread", door(|d| d.unread)), "could not be read"),
        Column::new(head("Refused", door(|d| d.refused)), "refused requests"),
        Column::new("Last", "since the last delivery (seconds)"),
        Column::new(if lines.iter().any(Line::is_open) { "Proof" } else { "" }, "proof of who sends"),
    ];
    let total = total(lines);
    Table { columns, rows: lines.iter().map(|line| cells(line, Some(now))).collect(), total: Some(cells(&total, None)) }
}

fn cells(line: &Line<'_>, now: Option<DateTime<Utc>>) -> Vec<Cell> {
    let Line { tally, door, .. } = line;
    let at_door = |pick: fn(&Door) -> u64| door.as_ref().map_or(Cell::Empty, |door| Cell::Count(pick(door)));
    let interval = wilson(tally.invalid, tally.leads);
    let invalid = match tally.leads {
        0 => Cell::Share(None),
        leads => Cell::Estimate(tally.invalid as f64 / leads as f64, interval.filter(|_| leads < ENOUGH)),
    };
    let last = match (door, now) {
        (Some(door), Some(now)) => Cell::Wall(door.last_at.map(|at| now - at)),
        (Some(_) | None, _) => Cell::Empty,
    };
    let proof = match (door, now) {
        (Some(_), Some(_)) => {
            if line.is_open() {
                "none"
            } else {
                "signed"
            }
        }
        (Some(_) | None, _) => "",
    };
    vec![
        Cell::text(line.name),
        at_door(|door| door.sent),
        Cell::Count(tally.leads),
        line.usual.map_or(Cell::Empty, |usual| Cell::Count(usual.round() as u64)),
        invalid,
        Cell::Share(interval.map(|(low, _)| low)),
        Cell::Share(interval.map(|(_, high)| high)),
        Cell::Count(tally.qualified),
        Cell::Count(tally.won),
        Cell::Count(tally.duplicates + door.map_or(0, |door| door.repeats)),
        Cell::Count(tally.tests),
        at_door(|door| door.unread),
        at_door(|door| door.refused),
        last,
        Cell::text(proof),
    ]
}

/// All sources as one; what is usual for each is not usual for all together, so that it is left out.
fn total<'a>(lines: &[Line<'_>]) -> Line<'a> {
    let mut all = Line { name: "All", tally: Tally::default(), door: None, usual: None };
    for line in lines {
        let (sum, more) = (&mut all.tally, &line.tally);
        sum.leads += more.leads;
        sum.invalid += more.invalid;
        sum.tests += more.tests;
        sum.duplicates += more.duplicates;
        sum.qualified += more.qualified;
        sum.won += more.won;
        let Some(door) = line.door else { continue };
        let sum = all.door.get_or_insert(Door { sent: 0, repeats: 0, unread: 0, refused: 0, unauthenticated: false, ..door });
        sum.sent += door.sent;
        sum.repeats += door.repeats;
        sum.unread += door.unread;
        sum.refused += door.refused;
    }
    all
}

fn notes(lines: &[Line<'_>]) -> Vec<String> {
    let mut notes = vec![
        "Leads received in the period, without tests and duplicates. Usual: the middle of the same span in the 8 weeks before.".to_owned(),
        format!(
            "Invalid: closed as spam or invalid data; among fewer than {ENOUGH} leads with the range that 95 of 100 such shares lie in."
        ),
        "Qualified, won: as they stand now. Sent: deliveries. Again: sent twice, or a duplicate. Columns with nothing in them are left out.".to_owned(),
    ];
    if lines.iter().any(Line::is_open) {
        notes.push("Proof none: unauthenticated, nothing but its address proves who sends.".to_owned());
    }
    notes
}

fn chart(lines: &[Line<'_>]) -> Option<Chart> {
    let parts = [("won", Tone::Green), ("qualified", Tone::Blue), ("other", Tone::Grey), ("invalid", Tone::Red)];
    let group = |line: &Line<'_>| {
        let Tally { leads, invalid, qualified, won, .. } = line.tally;
        let (won, invalid) = (won.min(leads), invalid.min(leads));
        let values = [won, qualified.saturating_sub(won), leads.saturating_sub(invalid + qualified), invalid];
        Group { name: line.name.to_owned(), values: values.map(|n| n as f64).to_vec() }
    };
    lines.iter().any(|line| line.tally.leads > 0).then(|| {
        Chart::Bars(Bars {
            title: "What each source brought".to_owned(),
            subtitle: "received in the period, by source; each lead counted once, as it stands now".to_owned(),
            unit: "leads",
            layout: Layout::Lying,
            series: parts.map(|(name, tone)| Series { name: name.to_owned(), tone }).to_vec(),
            groups: lines.iter().filter(|line| line.tally.leads > 0).map(group).collect(),
        })
    })
}

#[cfg(test)]
mod tests;
