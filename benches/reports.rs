//! How long the reports take over 100,000 and 1,000,000 leads, as a ratio to a plain sum over the same rows.
//! The sum is what the machine needs to read the rows at all, so that the ratio means the same on every machine.

use std::hint::black_box;
use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDateTime, Utc};
use leadbell::domain::ids::{LeadId, PersonId};
use leadbell::domain::lead::Exit;
use leadbell::playbook::StageKind;
use leadbell::reports::funnel::{Funnel, Journeys};
use leadbell::reports::lost::{Loss, Losses, Lost};
use leadbell::reports::opening::OpenTime;
use leadbell::reports::period::{LocalTime, Period};
use leadbell::reports::rows::{LeadRow, Names, Standing};
use leadbell::reports::split::Split;
use leadbell::reports::{Ask, BusinessTime, Fold, Kind, Report, report};
use rand::{Rng, SeedableRng, rngs::StdRng};

const DAY: i64 = 86_400;
/// Rows are spread over so many days before `now`.
const DAYS: i64 = 365;
const ROUNDS: u32 = 7;

fn main() {
    let now: DateTime<Utc> = DateTime::from_timestamp(1_795_521_600, 0).expect("a valid instant");
    let zone = LocalTime { local: &|at| at.naive_utc(), instant: &|shown: NaiveDateTime| shown.and_utc() };
    for count in [100_000, 1_000_000] {
        let (names, rows) = rows(count, now);
        let told = Told::of(&names, &rows);
        let sum = fastest(|| {
            rows.iter().map(|row| row.received_at.timestamp_millis() + i64::from(row.tries)).fold(0i64, i64::wrapping_add)
        });
        println!("{count} rows of {} bytes: plain sum {:.2} ms", size_of::<LeadRow>(), millis(sum));
        for words in ["last 30 days", "last 365 days"] {
            let period = Period::read(words, now, zone).expect("a period");
            let before = period.before(zone);
            let open = fastest(|| OpenTime::new(before.from, now, &nine_to_five));
            let prepared = OpenTime::new(before.from, now, &nine_to_five);
            let hours: &BusinessTime<'_> = &|_, from, to| prepared.between(from, to);
            println!("  {words}: business time prepared in {:.2} ms", millis(open));
            // The others count turns and who is on, not leads.
            let beside = |kind: &Kind| matches!(kind, Kind::Fairness | Kind::Coverage);
            for kind in Kind::ALL.into_iter().filter(|kind| !beside(kind)) {
                let ask = Ask { now, period: &period, before: &before, team: None, names: &names, hours };
                let took = fastest(|| match kind {
                    Kind::Lost => told.fold(&rows, Lost::new(ask, &told.losses, &Split::Source)),
                    Kind::Funnel => told.fold(&rows, Funnel::new(ask, &told.journeys, &Split::Source)),
                    _ => report(kind, &rows, ask),
                });
                println!(
                    "    {:8} {:7.2} ms, {:5.1} x the sum",
                    kind.key(),
                    millis(took),
                    took.as_secs_f64() / sum.as_secs_f64()
                );
            }
        }
    }
}

fn millis(took: Duration) -> f64 {
    took.as_secs_f64() * 1000.0
}

/// The best of some rounds: noise only ever adds.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures the machine's own time")]
fn fastest<T>(mut work: impl FnMut() -> T) -> Duration {
    let round = |_| {
        let start = Instant::now();
        black_box(work());
        start.elapsed()
    };
    (0..ROUNDS).map(round).min().unwrap_or_default()
}

/// What the log says of the leads: which stages they came to, and why they were lost.
struct Told {
    losses: Losses,
    journeys: Journeys,
}

impl Told {
    fn of(names: &Names, rows: &[LeadRow]) -> Self {
        let stages: Vec<_> = names.stages.iter().map(|(stage, _)| stage).collect();
        let reasons: Vec<_> = names.reasons.iter().map(|(reason, _)| reason).collect();
        let kinds = [StageKind::Open, StageKind::Contacted, StageKind::Qualified, StageKind::Customer];
        let track: Vec<_> = stages.iter().copied().zip(kinds).collect();
        let moves = |row: &LeadRow| {
            let won = row.closed_at.filter(|_| row.exit == Some(Exit::Converted));
            let at = [Some(row.received_at), row.first_attempt_at, row.reached_at, won];
            track.iter().zip(at).filter_map(|((stage, _), at)| Some((*stage, at?))).collect()
        };
        let lost = rows.iter().filter(|row| row.exit == Some(Exit::Unqualified));
        let loss = |row: &LeadRow| {
            let reason = usize::try_from(row.id.0).map_or(0, |id| id % reasons.len());
            Some((row.id, vec![Loss { at: row.closed_at?, reason: Some(reasons[reason]), back_at: None }]))
        };
        Self {
            losses: lost.filter_map(loss).collect(),
            journeys: Journeys { moves: rows.iter().map(|row| (row.id, moves(row))).collect(), stages: track },
        }
    }

    fn fold(&self, rows: &[LeadRow], mut fold: impl Fold) -> Report {
        rows.iter().for_each(|row| fold.add(row));
        fold.report()
    }
}

/// Open from 09:00 to 17:00 UTC on every day.
fn nine_to_five(from: DateTime<Utc>, to: DateTime<Utc>) -> chrono::Duration {
    let open =
        |at: DateTime<Utc>| at.timestamp().div_euclid(DAY) * 28_800 + (at.timestamp().rem_euclid(DAY) - 32_400).clamp(0, 28_800);
    chrono::Duration::seconds((open(to) - open(from)).max(0))
}

/// Leads of twelve teams and sixty reps, four in five claimed, most of these tried.
fn rows(count: i64, now: DateTime<Utc>) -> (Names, Vec<LeadRow>) {
    let mut rng = StdRng::seed_from_u64(7);
    let mut names = Names::default();
    let teams: Vec<_> = (0..12).map(|i| names.teams.enrol(&format!("team-{i}"))).collect();
    let stages: Vec<_> = (0..8).map(|i| names.stages.enrol(&format!("stage-{i}"))).collect();
    for i in 0..12 {
        names.reasons.enrol(&format!("reason-{i}"));
    }
    let sources: Vec<_> = (0..20).map(|i| names.sources.enrol(&format!("source-{i}"))).collect();
    names.people.extend((0..60).map(|i| (PersonId(i), format!("Rep {i}"))));
    let row = |id| {
        let received = now - chrono::Duration::seconds(rng.random_range(0..DAYS * DAY));
        let mut later = |from: Option<DateTime<Utc>>, likely: f64, within: i64| {
            let at = from? + chrono::Duration::seconds(rng.random_range(0..within));
            (rng.random_bool(likely) && at < now).then_some(at)
        };
        let claimed_at = later(Some(received), 0.8, 7200);
        let first_attempt_at = later(claimed_at, 0.9, 7200);
        let reached_at = later(first_attempt_at, 0.5, 3 * DAY);
        let closed_at = later(reached_at, 0.9, 30 * DAY);
        let first_touch_due = later(claimed_at, 1.0, 1800);
        LeadRow {
            team: Some(teams[rng.random_range(0..teams.len())]),
            source: sources[rng.random_range(0..sources.len())],
            stage: stages[rng.random_range(0..stages.len())],
            owner: claimed_at.map(|_| PersonId(rng.random_range(0..60))),
            standing: match (closed_at, claimed_at) {
                (Some(_), _) => Standing::Closed,
                (None, Some(_)) if rng.random_bool(0.2) => Standing::Pooled,
                (None, Some(_)) => Standing::Owned,
                (None, None) => Standing::Waiting,
            },
            touched: first_attempt_at.is_some(),
            claimed_at,
            first_attempt_at,
            reached_at,
            closed_at,
            exit: closed_at.map(|_| if rng.random_bool(0.3) { Exit::Converted } else { Exit::Unqualified }),
            tries: rng.random_range(0..6),
            first_touch_due,
            ..LeadRow::blank(LeadId(id), received)
        }
    };
    let rows = (0..count).map(row).collect();
    (names, rows)
}
