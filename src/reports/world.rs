//! A small world of leads in which every figure can be counted by hand, and large ones at random, for the tests of all reports.

use chrono::{DateTime, Duration, Utc};
use rand::{Rng, SeedableRng, rngs::StdRng};

use super::opening::Between;
use super::period::{LocalTime, Period};
use super::rows::{At, LeadRow, Names, Standing};
use super::{Ask, BusinessTime};
use crate::domain::ids::{LeadId, PersonId, StageKey, TeamKey};
use crate::domain::lead::Exit;
use crate::playbook::StageKind;

pub(super) struct World {
    pub(super) names: Names,
    pub(super) rows: Vec<LeadRow>,
    pub(super) period: Period,
    pub(super) before: Period,
    pub(super) world_team: At<TeamKey>,
}

/// Tuesday, 24 November 2026, 12:00 UTC, which is also the company's zone.
pub(super) const NOW: &str = "2026-11-24T12:00:00Z";

pub(super) fn at(text: &str) -> DateTime<Utc> {
    format!("2026-11-{text}:00Z").parse().unwrap()
}

/// Open from 09:00 to 17:00 on every day.
pub(super) fn nine_to_five(from: DateTime<Utc>, to: DateTime<Utc>) -> Duration {
    let open = |at: DateTime<Utc>| {
        let (day, second) = (at.timestamp().div_euclid(86_400), at.timestamp().rem_euclid(86_400));
        day * 28_800 + (second - 32_400).clamp(0, 28_800)
    };
    Duration::seconds((open(to) - open(from)).max(0))
}

const ANN: PersonId = PersonId(1);
const BEN: PersonId = PersonId(2);
const CLEO: PersonId = PersonId(3);

const HOURS: &Between<'static> = &nine_to_five;

impl World {
    /// Two teams, three reps, and twelve leads around "this week".
    pub(super) fn new() -> Self {
        let mut names = Names::default();
        let dach = names.teams.enrol_as("dach", "DACH");
        let world_team = names.teams.enrol_as("world", "World");
        names.sources.enrol("demo");
        let open = names.stages.enrol_as("open", "Open");
        let contacted = names.stages.enrol_as("contacted", "Contacted");
        let customer = names.stages.enrol_as("customer", "Customer");
        names.people.extend([(ANN, "Ann".to_owned()), (BEN, "Ben".to_owned()), (CLEO, "Клео".to_owned())]);

        let mut rows = this_week(&[open, contacted, customer], &[dach, world_team]);
        rows.extend(older(open, dach));
        let now = NOW.parse().unwrap();
        let zone = LocalTime { local: &|at| at.naive_utc(), instant: &|shown| shown.and_utc() };
        let period = Period::read("this week", now, zone).unwrap();
        let before = period.before(zone);
        Self { names, rows, period, before, world_team }
    }

    pub(super) fn ask(&self) -> Ask<'_> {
        const BUSINESS: &BusinessTime<'static> = &|_, from, to| HOURS(from, to);
        Ask {
            now: NOW.parse().unwrap(),
            period: &self.period,
            before: &self.before,
            team: None,
            names: &self.names,
            hours: BUSINESS,
        }
    }
}

fn lead(id: i64, stage: At<StageKey>, team: At<TeamKey>, received: &str) -> LeadRow {
    LeadRow { stage, team: Some(team), ..LeadRow::blank(LeadId(id), at(received)) }
}

fn claimed(row: LeadRow, by: PersonId, when: &str) -> LeadRow {
    LeadRow { owner: Some(by), claimed_at: Some(at(when)), since: at(when), ..row }
}

fn tried(row: LeadRow, when: &str, tries: u32) -> LeadRow {
    LeadRow { touched: true, first_attempt_at: Some(at(when)), last_activity_at: Some(at(when)), tries, ..row }
}

fn due(row: LeadRow, when: &str) -> LeadRow {
    LeadRow { first_touch_due: Some(at(when)), ..row }
}

fn closed(row: LeadRow, when: &str, exit: Exit) -> LeadRow {
    LeadRow { standing: Standing::Closed, since: at(when), closed_at: Some(at(when)), exit: Some(exit), ..row }
}

fn this_week(stages: &[At<StageKey>; 3], teams: &[At<TeamKey>; 2]) -> Vec<LeadRow> {
    let [open, contacted, customer] = *stages;
    let [dach, world] = *teams;
    let lead = |id, received| lead(id, open, dach, received);
    vec![
        // This week, DACH: tried after 4 min (2 after the claim), reached; its follow-up is an hour late.
        LeadRow {
            reached_at: Some(at("23T10:04")),
            stage: contacted,
            kind: StageKind::Contacted,
            follow_up_at: Some(at("24T11:00")),
            ..tried(due(claimed(lead(1, "23T10:00"), ANN, "23T10:02"), "23T10:17"), "23T10:04", 3)
        },
        // Tried after 30 min, 25 after the claim: 10 min late. Converted a day later.
        LeadRow {
            stage: customer,
            kind: StageKind::Customer,
            reached_at: Some(at("23T12:00")),
            ..closed(
                tried(due(claimed(lead(2, "23T11:00"), BEN, "23T11:05"), "23T11:20"), "23T11:30", 2),
                "24T11:00",
                Exit::Converted,
            )
        },
        // Owned by Ann since 09:00 today, untouched, due at 09:15: broken.
        due(claimed(lead(3, "23T20:00"), ANN, "24T09:00"), "24T09:15"),
        // Owned by Ann since 11:55, untouched, due at 12:10: running.
        due(claimed(lead(4, "24T11:50"), ANN, "24T11:55"), "24T12:10"),
        // World: waits since 10:00 today; nothing promised.
        LeadRow { team: Some(world), standing: Standing::Waiting, ..lead(5, "24T10:00") },
        // World: tried after 16 h of wall time, 1 h of business time, by Клео.
        LeadRow { team: Some(world), ..tried(due(claimed(lead(6, "23T17:30"), CLEO, "24T09:00"), "24T09:30"), "24T10:00", 1) },
    ]
}

fn older(open: At<StageKey>, dach: At<TeamKey>) -> Vec<LeadRow> {
    let lead = |id, received| lead(id, open, dach, received);
    vec![
        // Last week, before this point: two new, one of them lost, one asleep.
        closed(
            tried(due(claimed(lead(7, "16T10:00"), BEN, "16T10:00"), "16T10:15"), "16T10:10", 1),
            "16T15:00",
            Exit::Unqualified,
        ),
        LeadRow {
            standing: Standing::Pooled,
            since: at("17T09:00"),
            ..tried(due(claimed(lead(8, "16T12:00"), BEN, "16T12:00"), "16T12:15"), "16T12:20", 5)
        },
        // Older: asleep without an owner; in triage without a team.
        LeadRow { standing: Standing::Pooled, since: at("01T12:00"), ..lead(9, "01T12:00") },
        LeadRow { team: None, standing: Standing::Triage, ..lead(10, "14T12:00") },
        // In no figure: a test, and spam.
        LeadRow { is_test: true, standing: Standing::Waiting, ..lead(11, "24T09:00") },
        closed(lead(12, "24T09:00"), "24T09:05", Exit::Removed),
    ]
}

/// Leads at random, and a world with nasty names that they refer to.
pub(super) fn any_rows(seed: u64, most: usize) -> (World, Vec<LeadRow>) {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut world = World::new();
    let stages: Vec<_> =
        (0..12).map(|i| world.names.stages.enrol_as(&format!("s{i}"), &"``` 田中 @everyone ".repeat(i))).collect();
    let teams: Vec<_> = (0..rng.random_range(1..40))
        .map(|i| world.names.teams.enrol_as(&format!("t{i}"), &format!("=Team\n`{i}` ещё одна длинная команда")))
        .collect();
    (10..60).for_each(|i| drop(world.names.people.insert(PersonId(i), format!("Bartholomew \u{202E}the {i}th of Łódź"))));
    let now: DateTime<Utc> = NOW.parse().unwrap();
    let rows = (0..rng.random_range(0..=most)).map(|i| {
        let received = now - Duration::seconds(rng.random_range(0..30 * 86_400));
        let mut later = |from: DateTime<Utc>, likely: f64| {
            rng.random_bool(likely).then(|| (from + Duration::seconds(rng.random_range(0..200_000))).min(now))
        };
        let claimed_at = later(received, 0.8);
        let first_attempt_at = claimed_at.and_then(|at| later(at, 0.7));
        let reached_at = first_attempt_at.and_then(|at| later(at, 0.5));
        let closed_at = later(received, 0.3);
        let first_touch_due = later(received, 0.8);
        LeadRow {
            team: rng.random_bool(0.9).then(|| teams[rng.random_range(0..teams.len())]),
            owner: claimed_at.map(|_| PersonId(rng.random_range(1..70))),
            standing: if closed_at.is_some() {
                Standing::Closed
            } else {
                [Standing::Waiting, Standing::Owned, Standing::Pooled, Standing::Triage, Standing::Repair][rng.random_range(0..5)]
            },
            touched: first_attempt_at.is_some(),
            stage: stages[rng.random_range(0..stages.len())],
            claimed_at,
            first_attempt_at,
            reached_at,
            closed_at,
            exit: closed_at.map(|_| {
                [Exit::Converted, Exit::Unqualified, Exit::Suppressed, Exit::Merged, Exit::Removed][rng.random_range(0..5)]
            }),
            tries: rng.random_range(0..6),
            first_touch_due,
            is_test: rng.random_bool(0.05),
            ..LeadRow::blank(LeadId(i as i64 + 100), received)
        }
    });
    let rows = rows.collect();
    (world, rows)
}
