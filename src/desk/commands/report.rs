//! `/report …`: figures over all leads, counted as they are read, off the threads that answer people.

use std::cell::OnceCell;
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};

use super::beside::Beside;
use super::{Call, Stop};
use crate::chat::Answer;
use crate::domain::hours::{Hours, Zone};
use crate::domain::ids::TeamKey;
use crate::domain::message::{Attachment, View};
use crate::playbook::Playbook;
use crate::reports::opening::{Between, OpenTime};
use crate::reports::period::{LocalTime, Period};
use crate::reports::rows::{At, LeadRow};
use crate::reports::{Ask, Fold as _, Kind, Report, aging, coverage, fairness, pipeline, reps, scores, sla, sources, speed};
use crate::store::{Detail, Store, StoreError};
use crate::wording::{figures, remarks};

/// Business time is prepared for so long before now; what is older is worked out one by one.
const PREPARED_DAYS: i64 = 400;

/// A report that was asked for.
pub(super) struct Wanted {
    pub(super) kind: Kind,
    pub(super) team: Option<TeamKey>,
    pub(super) now: DateTime<Utc>,
    pub(super) period: Period,
    pub(super) before: Period,
    /// The period before that one, where the one before is told too.
    compare: Option<Period>,
    /// The same span in earlier weeks, of the period and of the one before it; only sources are held against them.
    pub(super) weeks: [Vec<(DateTime<Utc>, DateTime<Utc>)>; 2],
    pub(super) playbook: Arc<Playbook>,
}

/// Counted and drawn.
struct Counted {
    report: Report,
    before: Option<Report>,
    picture: Option<Result<Vec<u8>, String>>,
}

/// A report.
pub(super) async fn run(call: &Call<'_>, kind: &str) -> Result<Answer, Stop> {
    let kind = Kind::from_key(kind).ok_or_else(remarks::unknown_command)?;
    let wanted = wanted(call, kind)?;
    let store = call.desk.store.clone();
    let runtime = tokio::runtime::Handle::current();
    // Rows are read and folded on one thread of their own: a fold borrows what it looks at, and a picture takes a while.
    let counting = tokio::task::spawn_blocking(move || runtime.block_on(count(&store, &wanted)));
    let counted = counting.await.map_err(|gone| StoreError::Other(format!("the report: {gone}")))??;
    let view = view(call, kind, counted);
    Ok(if call.says("public") { Answer::Public(view) } else { Answer::Private(view) })
}

fn wanted(call: &Call<'_>, kind: Kind) -> Result<Wanted, Stop> {
    let said = call.text("period").filter(|said| !said.trim().is_empty()).unwrap_or_else(|| kind.usual_period());
    let period = with_zone(call.zone(), |zone| Period::read(said, call.now, zone));
    let period = period.map_err(|error| figures::no_period(&error))?;
    let before = with_zone(call.zone(), |zone| period.before(zone));
    let compares = call.says("compare") && kind.compares();
    let compare = compares.then(|| with_zone(call.zone(), |zone| before.before(zone)));
    let weeks = [&period, &before].map(|period| match kind {
        Kind::Sources => with_zone(call.zone(), |zone| period.weeks_before(zone)),
        Kind::Pipeline | Kind::Speed | Kind::Sla | Kind::Reps | Kind::Scores | Kind::Fairness | Kind::Coverage | Kind::Aging => {
            Vec::new()
        }
    });
    let team = call.team()?.map(|team| team.key.clone());
    Ok(Wanted { kind, team, now: call.now, period, before, compare, weeks, playbook: call.playbook.clone() })
}

/// Works out days on that clock.
pub(super) fn with_zone<T>(zone: &Zone, work: impl FnOnce(LocalTime<'_>) -> T) -> T {
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
        Kind::Pipeline | Kind::Speed | Kind::Sla | Kind::Reps | Kind::Sources | Kind::Coverage | Kind::Aging => {
            Some(Detail::Plain)
        }
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
            Kind::Aging => Self::Aging(Box::new(aging::Aging::new(ask, &beside.expected))),
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

fn view(call: &Call<'_>, kind: Kind, counted: Counted) -> View {
    let Counted { report, before, picture } = counted;
    let mut files = Vec::new();
    let mut missing = Vec::new();
    match picture {
        Some(Ok(bytes)) => {
            let alt = report.chart.as_ref().map(crate::reports::chart::Chart::alt).unwrap_or_default();
            files.push(Attachment { name: format!("{}.png", kind.key()), bytes, alt });
        }
        Some(Err(error)) => {
            tracing::error!(report = kind.key(), error, "a picture could not be drawn");
            missing.push("picture");
        }
        None => {}
    }
    if call.says("csv") {
        let tables = [(Some(&report), ""), (before.as_ref(), "-before")];
        for (report, which) in tables.into_iter().filter_map(|(report, which)| Some((report?, which))) {
            match report.table.csv() {
                Ok(bytes) => files.push(Attachment { name: format!("{}{which}.csv", kind.key()), bytes, alt: String::new() }),
                Err(error) => {
                    tracing::error!(report = kind.key(), %error, "a table could not be written");
                    missing.push("table to download");
                }
            }
        }
    }
    let view = figures::report(&report, before.as_ref(), files);
    missing.into_iter().fold(view, figures::left_out)
}
