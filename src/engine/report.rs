//! Counts a report over all leads, as they are read, off the threads that answer people: for whoever asks, and for digests.
//! Invariant: nothing is written, and no more than one lead is held at a time.

use std::cell::OnceCell;
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};

use super::beside::Beside;
use crate::domain::hours::{Hours, Zone};
use crate::domain::ids::TeamKey;
use crate::playbook::Playbook;
use crate::reports::opening::{Between, OpenTime};
use crate::reports::period::{LocalTime, Period, PeriodError};
use crate::reports::rows::{At, LeadRow};
use crate::reports::split::By;
use crate::reports::{
    Ask, Fold as _, Kind, Report, aging, coverage, fairness, funnel, lost, pipeline, pool, reps, scores, sla, sources, speed,
};
use crate::store::{Detail, Store, StoreError};

/// Business time is prepared for so long before now; what is older is worked out one by one.
const PREPARED_DAYS: i64 = 400;

/// A report that was asked for.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Which.
    pub kind: Kind,
    /// Only this team.
    pub team: Option<TeamKey>,
    /// The time of asking.
    pub now: DateTime<Utc>,
    /// Which days.
    pub period: Period,
    /// The days before them.
    pub before: Period,
    /// The period before that one, where the one before is told too.
    pub compare: Option<Period>,
    /// The same span in earlier weeks, of the period and of the one before it; only sources are held against them.
    pub weeks: [Vec<(DateTime<Utc>, DateTime<Utc>)>; 2],
    /// What leads are told apart by, in reports that do so.
    pub by: By,
    /// How the company works.
    pub playbook: Arc<Playbook>,
}

/// Counted and drawn.
#[derive(Debug)]
pub struct Counted {
    /// The report.
    pub report: Report,
    /// The one of the period before, where that was asked for.
    pub before: Option<Report>,
    /// The picture as PNG, where there is one; or why it could not be drawn.
    pub picture: Option<Result<Vec<u8>, String>>,
}

/// Whether the period before is told in a table of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// Yes, where that says anything.
    Before,
    /// No.
    Nothing,
}

impl Wanted {
    /// A report over the days that `said` names, on the company's clocks.
    ///
    /// # Errors
    /// When the words are no period.
    pub fn new(
        kind: Kind,
        said: &str,
        (playbook, now): (Arc<Playbook>, DateTime<Utc>),
        against: Against,
    ) -> Result<Self, PeriodError> {
        let zone = playbook.company.hours.zone();
        let period = with_zone(zone, |zone| Period::read(said, now, zone))?;
        let before = with_zone(zone, |zone| period.before(zone));
        let compares = against == Against::Before && kind.compares();
        let compare = compares.then(|| with_zone(zone, |zone| before.before(zone)));
        let weeks = [&period, &before].map(|period| match kind {
            Kind::Sources => with_zone(zone, |zone| period.weeks_before(zone)),
            Kind::Pipeline
            | Kind::Speed
            | Kind::Sla
            | Kind::Reps
            | Kind::Scores
            | Kind::Fairness
            | Kind::Coverage
            | Kind::Aging
            | Kind::Lost
            | Kind::Funnel
            | Kind::Pool => Vec::new(),
        });
        Ok(Self { kind, team: None, now, period, before, compare, weeks, by: By::Usual, playbook })
    }

    /// Counts it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn count(self, store: &Store) -> Result<Counted, StoreError> {
        let store = store.clone();
        let runtime = tokio::runtime::Handle::current();
        // Rows are read and folded on one thread of their own: a fold borrows what it looks at, and a picture takes a while.
        let counting = tokio::task::spawn_blocking(move || runtime.block_on(count(&store, &self)));
        counting.await.map_err(|gone| StoreError::Other(format!("the report: {gone}")))?
    }
}

/// Works out days on that clock.
pub(crate) fn with_zone<T>(zone: &Zone, work: impl FnOnce(LocalTime<'_>) -> T) -> T {
    let (local, instant) = (|at| zone.local(at), |shown| zone.instant(shown));
    work(LocalTime { local: &local, instant: &instant })
}

async fn count(store: &Store, wanted: &Wanted) -> Result<Counted, StoreError> {
    let mut rows = store.report_rows().await?;
    let mut names = rows.names();
    let beside = Beside::gather(store, &mut rows, wanted, &mut names).await?;
    let team = wanted.team.as_ref().map(|key| names.teams.enrol(key.as_str()));
    let earliest = wanted.compare.as_ref().unwrap_or(&wanted.before).from;
    let open = Opening::of(&wanted.playbook);
    let between = open.between();
    let prepared = Prepared::new(&open, &between, earliest.max(wanted.now - Duration::days(PREPARED_DAYS)), wanted.now);
    let hours = |team: Option<At<TeamKey>>, from, to| prepared.between(team, from, to);
    let ask = Ask { now: wanted.now, period: &wanted.period, before: &wanted.before, team, names: &names, hours: &hours };
    let mut fold = Folding::new(wanted.kind, ask, (&beside, 0));
    let before = |before| Folding::new(wanted.kind, Ask { period: &wanted.before, before, ..ask }, (&beside, 1));
    let mut other = wanted.compare.as_ref().map(before);
    if let Some(detail) = detail(wanted.kind) {
        rows.each(detail, |row| {
            fold.add(row);
            if let Some(other) = &mut other {
                other.add(row);
            }
        })
        .await?;
    }
    let report = fold.report();
    let picture = report.chart.as_ref().map(|chart| chart.png().map_err(|error| error.to_string()));
    Ok(Counted { report, before: other.map(Folding::report), picture })
}

/// What is read of leads; nothing, where none is counted.
fn detail(kind: Kind) -> Option<Detail> {
    match kind {
        Kind::Pipeline
        | Kind::Speed
        | Kind::Sla
        | Kind::Reps
        | Kind::Sources
        | Kind::Coverage
        | Kind::Aging
        | Kind::Lost
        | Kind::Funnel
        | Kind::Pool => Some(Detail::Plain),
        Kind::Scores => Some(Detail::FirstScore),
        Kind::Fairness => None,
    }
}

/// One of the folds.
enum Folding<'a> {
    Pipeline(Box<pipeline::Pipeline<'a>>),
    Speed(Box<speed::Speed<'a>>),
    Sla(Box<sla::Sla<'a>>),
    Reps(Box<reps::Reps<'a>>),
    Sources(Box<sources::Sources<'a>>),
    Scores(Box<scores::Scores<'a>>),
    Coverage(Box<coverage::Coverage<'a>>),
    Aging(Box<aging::Aging<'a>>),
    Pool(Box<pool::Pool<'a>>),
    Lost(Box<lost::Lost<'a>>),
    Funnel(Box<funnel::Funnel<'a>>),
    /// It counts no leads.
    Fairness(Box<Report>),
}

impl<'a> Folding<'a> {
    fn new(kind: Kind, ask: Ask<'a>, (beside, which): (&'a Beside, usize)) -> Self {
        match kind {
            Kind::Pipeline => Self::Pipeline(Box::new(pipeline::Pipeline::new(ask, &beside.deals))),
            Kind::Speed => Self::Speed(Box::new(speed::Speed::new(ask))),
            Kind::Sla => Self::Sla(Box::new(sla::Sla::new(ask))),
            Kind::Reps => Self::Reps(Box::new(reps::Reps::new(ask, &beside.deals))),
            Kind::Sources => Self::Sources(Box::new(sources::Sources::new(ask, &beside.inflows[which]))),
            Kind::Scores => Self::Scores(Box::new(scores::Scores::new(ask))),
            Kind::Coverage => Self::Coverage(Box::new(coverage::Coverage::new(ask, &beside.plans))),
            Kind::Pool => Self::Pool(Box::new(pool::Pool::new(ask))),
            Kind::Aging => Self::Aging(Box::new(aging::Aging::new(ask, &beside.expected))),
            Kind::Lost => Self::Lost(Box::new(lost::Lost::new(ask, &beside.losses, &beside.split))),
            Kind::Funnel => Self::Funnel(Box::new(funnel::Funnel::new(ask, &beside.journeys, &beside.split))),
            Kind::Fairness => Self::Fairness(Box::new(fairness::fairness(ask, &beside.shares[which]))),
        }
    }

    fn add(&mut self, row: &LeadRow) {
        match self {
            Self::Pipeline(fold) => fold.add(row),
            Self::Speed(fold) => fold.add(row),
            Self::Sla(fold) => fold.add(row),
            Self::Reps(fold) => fold.add(row),
            Self::Sources(fold) => fold.add(row),
            Self::Scores(fold) => fold.add(row),
            Self::Coverage(fold) => fold.add(row),
            Self::Aging(fold) => fold.add(row),
            Self::Pool(fold) => fold.add(row),
            Self::Lost(fold) => fold.add(row),
            Self::Funnel(fold) => fold.add(row),
            Self::Fairness(_) => {}
        }
    }

    fn report(self) -> Report {
        match self {
            Self::Pipeline(fold) => fold.report(),
            Self::Speed(fold) => fold.report(),
            Self::Sla(fold) => fold.report(),
            Self::Reps(fold) => fold.report(),
            Self::Sources(fold) => fold.report(),
            Self::Scores(fold) => fold.report(),
            Self::Coverage(fold) => fold.report(),
            Self::Aging(fold) => fold.report(),
            Self::Pool(fold) => fold.report(),
            Self::Lost(fold) => fold.report(),
            Self::Funnel(fold) => fold.report(),
            Self::Fairness(report) => *report,
        }
    }
}

/// The different opening hours of a playbook, and whose is which: most teams share the company's.
struct Opening {
    hours: Vec<Hours>,
    /// By a team's place in the playbook.
    of_team: Vec<usize>,
}

impl Opening {
    /// The company's first.
    fn of(playbook: &Playbook) -> Self {
        let mut hours = vec![playbook.company.hours.clone()];
        let place = |team: &crate::playbook::Team| {
            hours.iter().position(|h| *h == team.hours).unwrap_or_else(|| {
                hours.push(team.hours.clone());
                hours.len() - 1
            })
        };
        let of_team = playbook.teams.iter().map(place).collect();
        Self { hours, of_team }
    }

    fn between(&self) -> Vec<Box<Between<'static>>> {
        let each = self.hours.iter().cloned();
        each.map(|hours| Box::new(move |from, to| hours.between(from, to)) as Box<Between<'static>>).collect()
    }
}

/// Business time, prepared for each of the opening hours when it is first asked for.
struct Prepared<'a> {
    open: &'a Opening,
    between: &'a [Box<Between<'static>>],
    tables: Vec<OnceCell<OpenTime<'a>>>,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
}

impl<'a> Prepared<'a> {
    fn new(open: &'a Opening, between: &'a [Box<Between<'static>>], from: DateTime<Utc>, to: DateTime<Utc>) -> Self {
        let tables = between.iter().map(|_| OnceCell::new()).collect();
        Self { open, between, tables, from, to }
    }

    /// Teams that the playbook has no more have the company's hours.
    fn between(&self, team: Option<At<TeamKey>>, from: DateTime<Utc>, to: DateTime<Utc>) -> Duration {
        let place = team.and_then(|team| self.open.of_team.get(team.index()).copied()).unwrap_or(0);
        let table = self.tables[place].get_or_init(|| OpenTime::new(self.from, self.to, &*self.between[place]));
        table.between(from, to)
    }
}
