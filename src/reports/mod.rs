//! How the pipeline stands, in figures: plain rows in; a text table, a picture and CSV out.
//! Folding rows here is many times faster than asking the database for figures, and it can estimate what SQL cannot: how long something
//! takes when some leads are still waiting.
//! Every figure comes with its definition, because a report that is read in two ways is worse than none.
//! Invariant: pure; time and names are arguments. Tests, spam and other removed leads are in no figure but those about sources.

pub mod aging;
pub mod chart;
pub mod coverage;
pub mod deals;
pub mod export;
pub mod fairness;
pub mod funnel;
pub mod interval;
pub mod lost;
pub mod opening;
pub mod period;
pub mod pipeline;
pub mod pool;
pub mod replay;
pub mod reps;
pub mod rows;
pub mod scores;
pub mod sla;
pub mod sources;
pub mod speed;
pub mod split;
pub mod stats;
pub mod survival;
pub mod table;
pub mod words;

use chrono::{DateTime, Duration, Utc};

use self::chart::Chart;
use self::period::Period;
use self::rows::{At, LeadRow, Names};
use self::table::Table;
use crate::domain::ids::TeamKey;

/// Business time of a team between two instants; `None` is the company's. Must be zero when the second is not after the first.
/// See `opening::OpenTime` for one that is fast enough for a million leads.
pub type BusinessTime<'a> = dyn Fn(Option<At<TeamKey>>, DateTime<Utc>, DateTime<Utc>) -> Duration + 'a;

/// What is asked of a report.
#[derive(Clone, Copy)]
pub struct Ask<'a> {
    /// The time of asking.
    pub now: DateTime<Utc>,
    /// Which days.
    pub period: &'a Period,
    /// The days to compare with.
    pub before: &'a Period,
    /// Only this team.
    pub team: Option<At<TeamKey>>,
    /// What the rows refer to.
    pub names: &'a Names,
    /// Business time.
    pub hours: &'a BusinessTime<'a>,
}

impl Ask<'_> {
    /// Whether a row is in any figure of this report.
    #[must_use]
    pub fn counts(&self, row: &LeadRow) -> bool {
        row.counts() && (self.team.is_none() || row.team == self.team)
    }

    /// Business time of the row's team.
    fn business(&self, row: &LeadRow, from: DateTime<Utc>, to: DateTime<Utc>) -> Duration {
        (self.hours)(row.team, from, to)
    }

    /// The team asked for, as the first figure.
    fn scope(&self) -> Vec<String> {
        self.team.iter().map(|team| format!("Only team {}", table::fit(self.names.teams.name(*team), 30))).collect()
    }
}

/// A report, ready to be shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// What it is about.
    pub title: &'static str,
    /// Its days, in words.
    pub period: String,
    /// The figures that come first, a line each; may contain names.
    pub figures: Vec<String>,
    /// The rest of the figures.
    pub table: Table,
    /// What the figures mean, a line each; our own words only.
    pub notes: Vec<String>,
    /// The picture, where one says more.
    pub chart: Option<Chart>,
}

/// A chat message holds 2,000; the rest is left to whoever sends it.
const TEXT_UNITS_MAX: usize = 1900;

impl Report {
    /// The report as one chat message of at most 1,900 UTF-16 units: a heading, a code block, the definitions.
    #[must_use]
    pub fn text(&self) -> String {
        let head = format!("**{}** · {}\n```\n", self.title, self.period);
        let notes: String = self.notes.iter().map(|line| format!("\n{line}")).collect();
        let frame: usize = [head.as_str(), "\n```", &notes].iter().map(|part| part.encode_utf16().count()).sum();
        format!("{head}{}\n```{notes}", self.figures_text(TEXT_UNITS_MAX.saturating_sub(frame)))
    }

    /// What stands in columns: the first figures and the table, in at most `most` UTF-16 units, as far as the first figures leave room.
    /// Holds no backtick.
    #[must_use]
    pub fn figures_text(&self, most: usize) -> String {
        let figures: String = self.figures.iter().map(|line| format!("{}\n", table::fit(line, FIGURE_CELLS_MAX))).collect();
        let gap = if figures.is_empty() { "" } else { "\n" };
        let frame = figures.encode_utf16().count() + gap.len();
        let table = match self.table.rows.is_empty() {
            true => "No leads here yet.".to_owned(),
            false => self.table.text(most.saturating_sub(frame)),
        };
        format!("{figures}{gap}{table}")
    }
}

const FIGURE_CELLS_MAX: usize = 110;

/// Which report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Where the leads stand.
    Pipeline,
    /// How soon they are tried.
    Speed,
    /// Whether promises are kept.
    Sla,
    /// Who does what.
    Reps,
    /// What each source brings.
    Sources,
    /// Whether the score is true.
    Scores,
    /// Who got how much, against their share.
    Fairness,
    /// Whether somebody is on when leads come in.
    Coverage,
    /// How long nobody has done anything with them.
    Aging,
    /// What sleeps, and when it comes back.
    Pool,
    /// Why they are lost.
    Lost,
    /// How far they come.
    Funnel,
}

impl Kind {
    /// Every one, in the order in which people are offered them.
    pub const ALL: [Self; 12] = [
        Self::Pipeline,
        Self::Speed,
        Self::Sla,
        Self::Reps,
        Self::Sources,
        Self::Scores,
        Self::Fairness,
        Self::Coverage,
        Self::Aging,
        Self::Pool,
        Self::Lost,
        Self::Funnel,
    ];

    /// As commands write it.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Pipeline => "pipeline",
            Self::Speed => "speed",
            Self::Sla => "sla",
            Self::Reps => "reps",
            Self::Sources => "sources",
            Self::Scores => "scores",
            Self::Fairness => "fairness",
            Self::Coverage => "coverage",
            Self::Aging => "aging",
            Self::Pool => "pool",
            Self::Lost => "lost",
            Self::Funnel => "funnel",
        }
    }

    /// The days that it is about when nobody says which: a week is too short for what must end first, or come again.
    #[must_use]
    pub fn usual_period(self) -> &'static str {
        match self {
            Self::Pipeline | Self::Speed | Self::Sla | Self::Reps | Self::Sources | Self::Fairness | Self::Aging | Self::Pool => {
                "this week"
            }
            Self::Lost => "this month",
            Self::Scores | Self::Funnel => "last 90 days",
            Self::Coverage => "last 8 weeks",
        }
    }

    /// Whether a second table of the period before says anything: some tell how it stands now, whatever the period.
    #[must_use]
    pub fn compares(self) -> bool {
        match self {
            Self::Speed | Self::Sla | Self::Reps | Self::Sources | Self::Scores | Self::Fairness | Self::Lost | Self::Funnel => {
                true
            }
            Self::Pipeline | Self::Coverage | Self::Aging | Self::Pool => false,
        }
    }

    /// From what commands write.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }
}

/// Makes a report out of rows, one at a time, so that a million need never be held at once.
pub trait Fold {
    /// Takes one lead into account.
    fn add(&mut self, row: &LeadRow);
    /// The report over all that was added.
    fn report(self) -> Report;
}

/// One report over rows that are at hand. All leads must be among them, those received before the period too.
pub fn report<'r>(kind: Kind, rows: impl IntoIterator<Item = &'r LeadRow>, ask: Ask<'_>) -> Report {
    match kind {
        Kind::Pipeline => fold(pipeline::Pipeline::new(ask, &[]), rows),
        Kind::Speed => fold(speed::Speed::new(ask), rows),
        Kind::Sla => fold(sla::Sla::new(ask), rows),
        Kind::Reps => fold(reps::Reps::new(ask, &[]), rows),
        Kind::Sources => fold(sources::Sources::new(ask, &sources::Inflow::default()), rows),
        Kind::Scores => fold(scores::Scores::new(ask), rows),
        Kind::Fairness => fairness::fairness(ask, &[]),
        Kind::Coverage => fold(coverage::Coverage::new(ask, &[]), rows),
        Kind::Pool => fold(pool::Pool::new(ask), rows),
        Kind::Aging => fold(aging::Aging::new(ask, &aging::Expected::default()), rows),
        Kind::Lost => fold(lost::Lost::new(ask, &lost::Losses::default(), &split::Split::default()), rows),
        Kind::Funnel => fold(funnel::Funnel::new(ask, &funnel::Journeys::default(), &split::Split::default()), rows),
    }
}

fn fold<'r>(mut fold: impl Fold, rows: impl IntoIterator<Item = &'r LeadRow>) -> Report {
    rows.into_iter().for_each(|row| fold.add(row));
    fold.report()
}

#[cfg(test)]
mod world;
