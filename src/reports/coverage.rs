//! Whether somebody is on when leads come in: what came by hour of the week, against who is on in the week that comes.
//! Leads are held against the hours of the team that they went to, on its own clocks; leads of no team, or of one that is gone, against
//! the company's clocks and nobody. What came is a mean over the weeks of the period; who is on is the plan of the next seven days.
//! Invariant: the hours of a team add up to its leads.

use chrono::{DateTime, Duration, DurationRound as _, Utc};

use super::chart::{Bars, Chart, Group, Layout, Series, Tone};
use super::rows::{At, LeadRow};
use super::table::{Cell, Column, Table, fit};
use super::{Ask, Fold, Report, words};
use crate::domain::coverage::{HOURS, hour_of_week};
use crate::domain::hours::Zone;
use crate::domain::ids::TeamKey;

/// Gaps that are named.
const GAPS_NAMED: usize = 4;

/// Widest name in a sentence.
const NAME_CELLS: usize = 22;

/// Hours that stand together in the picture.
const BLOCK: usize = 3;

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// Who is on, which no lead tells.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Which team; those of none, when `None`.
    pub team: Option<At<TeamKey>>,
    /// On whose clocks.
    pub zone: Zone,
    /// People who are on, by hour of the week.
    pub on: Vec<u32>,
}

/// The leads of one team by hour of the week.
struct Came {
    plan: Plan,
    /// How often each hour was in the period so far.
    times: Vec<u32>,
    leads: Vec<u64>,
}

impl Came {
    /// A week's mean.
    fn weekly(&self, hour: usize) -> f64 {
        self.leads[hour] as f64 / f64::from(self.times[hour].max(1))
    }

    fn on(&self, hour: usize) -> u32 {
        self.plan.on.get(hour).copied().unwrap_or_default()
    }

    fn uncovered(&self, hour: usize) -> f64 {
        if self.on(hour) == 0 { self.weekly(hour) } else { 0.0 }
    }

    /// Leads for each who is on.
    fn load(&self, hour: usize) -> f64 {
        if self.on(hour) == 0 { 0.0 } else { self.weekly(hour) / f64::from(self.on(hour)) }
    }
}

/// The fold.
pub struct Coverage<'a> {
    ask: Ask<'a>,
    /// When the first lead of all came in: before then nothing could.
    first: Option<DateTime<Utc>>,
    /// The last one is of no team.
    teams: Vec<Came>,
}

impl<'a> Coverage<'a> {
    /// Nothing counted yet. `plans` has the teams of the playbook, and one of no team last.
    #[must_use]
    pub fn new(ask: Ask<'a>, plans: &[Plan]) -> Self {
        let came = |plan: &Plan| Came { plan: plan.clone(), times: vec![0; HOURS], leads: vec![0; HOURS] };
        Self { ask, first: None, teams: plans.iter().map(came).collect() }
    }

    /// Counts how often each hour was, now that it is known since when leads come in.
    fn count_hours(&mut self) {
        let from = self.first.map_or(self.ask.period.from, |first| first.max(self.ask.period.from));
        let until = self.ask.period.to.min(self.ask.now);
        for came in &mut self.teams {
            let mut at = from.duration_trunc(Duration::hours(1)).unwrap_or(from);
            while at < until {
                came.times[hour_of_week(came.plan.zone.local(at))] += 1;
                at += Duration::hours(1);
            }
        }
    }
}

impl Fold for Coverage<'_> {
    fn add(&mut self, row: &LeadRow) {
        if row.counts() {
            self.first = Some(self.first.map_or(row.received_at, |first| first.min(row.received_at)));
        }
        if !self.ask.counts(row) || !self.ask.period.contains(row.received_at) {
            return;
        }
        let last = self.teams.len().saturating_sub(1);
        let place = self.teams.iter().position(|came| came.plan.team.is_some() && came.plan.team == row.team).unwrap_or(last);
        if let Some(came) = self.teams.get_mut(place) {
            came.leads[hour_of_week(came.plan.zone.local(row.received_at))] += 1;
        }
    }

    fn report(mut self) -> Report {
        self.count_hours();
        let names = self.ask.names;
        let mut hours: Vec<(&Came, usize)> = self.hours().filter(|(came, hour)| came.leads[*hour] > 0).collect();
        // The worst first: nobody is on; then the most for each who is.
        let worst = |(came, hour): &(&Came, usize)| (came.uncovered(*hour), came.load(*hour));
        hours.sort_by(|a, b| {
            let ((x, y), (v, w)) = (worst(a), worst(b));
            v.total_cmp(&x).then(w.total_cmp(&y)).then(a.1.cmp(&b.1))
        });
        let line = |(came, hour): &(&Came, usize)| {
            let each = if came.on(*hour) == 0 { Cell::Empty } else { Cell::Rate(came.load(*hour)) };
            vec![
                Cell::text(names.team(came.plan.team)),
                Cell::text(DAYS[hour / 24]),
                Cell::Text(format!("{:02}:00", hour % 24)),
                Cell::Rate(came.weekly(*hour)),
                Cell::Count(u64::from(came.on(*hour))),
                each,
                Cell::Text(came.plan.zone.name().to_owned()),
            ]
        };
        let any = !hours.is_empty();
        let columns = [
            ("Team", "team"),
            ("Day", "day"),
            ("Hour", "hour"),
            ("A week", "leads a week, mean"),
            ("On", "people on in the next 7 days"),
            ("Each", "leads a week for each who is on"),
            ("", "time zone"),
        ];
        Report {
            title: "Coverage",
            period: self.ask.period.words(),
            figures: self.figures(),
            table: Table {
                columns: columns.map(|(head, csv)| Column::new(head, csv)).to_vec(),
                rows: hours.iter().map(line).collect(),
                total: None,
            },
            notes: vec![
                "Hours in which leads came, on the clocks of each team, as a mean of the period's weeks since the first lead; the worst first.".to_owned(),
                "On: members in their own hours and the team's, neither away, on leave nor paused, in the seven days from now.".to_owned(),
            ],
            chart: any.then(|| self.chart()),
        }
    }
}

/// Hours that follow each other and have nobody on.
struct Gap {
    day: usize,
    from: usize,
    to: usize,
    weekly: f64,
}

impl Coverage<'_> {
    fn hours(&self) -> impl Iterator<Item = (&Came, usize)> {
        self.teams.iter().flat_map(|came| (0..HOURS).map(move |hour| (came, hour)))
    }

    fn figures(&self) -> Vec<String> {
        let mut figures = self.ask.scope();
        let came = |(came, hour): (&Came, usize)| came.leads[hour];
        let all: u64 = self.hours().map(came).sum();
        if all == 0 {
            return figures;
        }
        let alone: u64 = self.hours().filter(|(came, hour)| came.on(*hour) == 0).map(came).sum();
        let weekly: f64 = self.hours().map(|(came, hour)| came.weekly(hour)).sum();
        let share = words::share(alone as f64 / all as f64);
        figures.push(format!("{} leads a week; {share} of them come when nobody is on", words::rate(weekly)));
        let on = || self.hours().filter(|(came, hour)| came.on(*hour) > 0);
        let quiet = on().filter(|(came, hour)| came.leads[*hour] == 0).count();
        if quiet > 0 {
            figures.push(format!("Somebody on and no lead: {quiet} of {} hours of the week", on().count()));
        }
        let mut gaps: Vec<(&Came, Gap)> =
            self.teams.iter().flat_map(|came| gaps(came).into_iter().map(move |gap| (came, gap))).collect();
        gaps.sort_by(|(_, a), (_, b)| b.weekly.total_cmp(&a.weekly));
        for (came, gap) in gaps.iter().take(GAPS_NAMED) {
            let team = fit(self.ask.names.team(came.plan.team), NAME_CELLS);
            let (day, weekly) = (DAYS[gap.day], words::rate(gap.weekly));
            figures.push(format!("Nobody on: {team}, {day} {:02}:00–{:02}:00, {weekly} a week", gap.from, gap.to));
        }
        if let Some((came, hour)) =
            self.hours().max_by(|a, b| a.0.load(a.1).total_cmp(&b.0.load(b.1))).filter(|(c, h)| c.load(*h) > 0.0)
        {
            let team = fit(self.ask.names.team(came.plan.team), NAME_CELLS);
            let (weekly, on) = (words::rate(came.weekly(hour)), came.on(hour));
            figures.push(format!(
                "Most for each who is on: {team}, {} {:02}:00, {weekly} a week for {on}",
                DAYS[hour / 24],
                hour % 24
            ));
        }
        figures
    }

    fn chart(&self) -> Chart {
        let block = |first: usize| {
            let hours = || (first..first + BLOCK).flat_map(|hour| (0..7).map(move |day| day * 24 + hour));
            let count = |covered: bool| -> u64 {
                let of = |came: &Came| {
                    hours().filter(|hour| (came.on(*hour) > 0) == covered).map(|hour| came.leads[hour]).sum::<u64>()
                };
                self.teams.iter().map(of).sum()
            };
            Group { name: format!("{first:02}–{:02}", first + BLOCK), values: vec![count(true) as f64, count(false) as f64] }
        };
        let parts = [("somebody on", Tone::Green), ("nobody on", Tone::Red)];
        Chart::Bars(Bars {
            title: "When leads come in".to_owned(),
            subtitle: "received in the period, by hour of the day on the clocks of each team".to_owned(),
            unit: "leads",
            layout: Layout::Stacked,
            series: parts.map(|(name, tone)| Series { name: name.to_owned(), tone }).to_vec(),
            groups: (0..24).step_by(BLOCK).map(block).collect(),
        })
    }
}

/// Stretches of a day in which leads come and nobody is on; they begin and end with an hour in which some came.
fn gaps(came: &Came) -> Vec<Gap> {
    let mut gaps: Vec<Gap> = Vec::new();
    for hour in 0..HOURS {
        let weekly = came.uncovered(hour);
        if weekly <= 0.0 {
            continue;
        }
        let (day, of_day) = (hour / 24, hour % 24);
        match gaps.last_mut().filter(|gap| gap.day == day && (gap.to..of_day).all(|quiet| came.on(day * 24 + quiet) == 0)) {
            Some(gap) => {
                gap.to = of_day + 1;
                gap.weekly += weekly;
            }
            None => gaps.push(Gap { day, from: of_day, to: of_day + 1, weekly }),
        }
    }
    gaps
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::ids::LeadId;
    use crate::reports::world::{World, any_rows, at};

    /// DACH has two from nine to five on weekdays, World nobody.
    fn plans(world: &World) -> Vec<Plan> {
        let on =
            |people: u32| (0..HOURS).map(|hour| if hour < 120 && (9..17).contains(&(hour % 24)) { people } else { 0 }).collect();
        let teams = world.names.teams.iter().map(|(team, name)| (Some(team), if name == "DACH" { 2 } else { 0 }));
        teams.chain([(None, 0)]).map(|(team, people)| Plan { team, zone: Zone::utc(), on: on(people) }).collect()
    }

    fn report(world: &World, rows: &[LeadRow]) -> Report {
        let mut fold = Coverage::new(world.ask(), &plans(world));
        rows.iter().for_each(|row| fold.add(row));
        fold.report()
    }

    #[test]
    fn hours_with_nobody_on_are_named_and_the_worst_come_first() {
        let world = World::new();
        insta::assert_snapshot!(report(&world, &world.rows).text(), @"
        **Coverage** · 23–29 Nov 2026, so far
        ```
        6.0 leads a week; 50% of them come when nobody is on
        Somebody on and no lead: 37 of 40 hours of the week
        Nobody on: DACH, Mon 20:00–21:00, 1.0 a week
        Nobody on: World, Mon 17:00–18:00, 1.0 a week
        Nobody on: World, Tue 10:00–11:00, 1.0 a week
        Most for each who is on: DACH, Tue 11:00, 1.0 a week for 2

        Team   Day  Hour   A week  On  Each
        World  Mon  17:00     1.0   0
        DACH   Mon  20:00     1.0   0
        World  Tue  10:00     1.0   0
        DACH   Mon  10:00     1.0   2   0.5
        DACH   Mon  11:00     1.0   2   0.5
        DACH   Tue  11:00     1.0   2   0.5
        ```
        Hours in which leads came, on the clocks of each team, as a mean of the period's weeks since the first lead; the worst first.
        On: members in their own hours and the team's, neither away, on leave nor paused, in the seven days from now.
        ");
    }

    #[test]
    fn a_mean_is_over_the_weeks_that_were() {
        let mut world = World::new();
        let zone = crate::reports::period::LocalTime { local: &|at| at.naive_utc(), instant: &|shown| shown.and_utc() };
        let now = crate::reports::world::NOW.parse().unwrap();
        world.period = crate::reports::period::Period::read("last 4 weeks", now, zone).unwrap();
        // On Mondays at six in the evening nobody is on. There were four of them, and three since the first lead.
        let dach = world.names.teams.find("dach");
        let row = |id, received| LeadRow { team: dach, ..LeadRow::blank(LeadId(id), at(received)) };
        let weekly = |rows: &[LeadRow]| report(&world, rows).figures[2].clone();
        assert_eq!(weekly(&[row(1, "09T18:05"), row(2, "16T18:50")]), "Nobody on: DACH, Mon 18:00–19:00, 0.7 a week");
        let tested = LeadRow { is_test: true, ..row(3, "01T12:00") };
        assert_eq!(weekly(&[row(1, "09T18:05"), row(2, "16T18:50"), tested]), "Nobody on: DACH, Mon 18:00–19:00, 0.7 a week");
        let older = LeadRow { team: None, ..row(3, "01T12:00") };
        let report = report(&world, &[row(1, "09T18:05"), row(2, "16T18:50"), older]);
        assert_eq!(report.figures[2], "Nobody on: DACH, Mon 18:00–19:00, 0.5 a week");
        assert_eq!(report.figures[3], "Nobody on: no team, Sun 12:00–13:00, 0.2 a week");
        assert_eq!(report.figures[0], "0.8 leads a week; 100% of them come when nobody is on");
    }

    #[test]
    fn a_period_without_leads_is_not_an_error() {
        let world = World::new();
        let report = report(&world, &[]);
        assert!(report.text().contains("No leads here yet."));
        assert_eq!(report.chart, None);
    }

    proptest! {
        #[test]
        fn the_picture_has_every_lead_once(seed in any::<u64>()) {
            let (world, rows) = any_rows(seed, 200);
            let report = report(&world, &rows);
            let counted = rows.iter().filter(|row| row.counts() && world.period.contains(row.received_at)).count();
            let drawn: f64 = match &report.chart {
                Some(Chart::Bars(bars)) => bars.groups.iter().flat_map(|group| &group.values).sum(),
                _ => 0.0,
            };
            prop_assert_eq!(drawn as usize, counted);
            prop_assert!(report.text().encode_utf16().count() <= 1900);
        }
    }
}
