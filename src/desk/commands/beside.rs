//! What reports count beside leads: what came in at the doors of sources, who is on, what turns were taken.

use std::collections::{BTreeMap, BTreeSet};

use super::intake::is_unauthenticated;
use super::report::Wanted;
use crate::domain::ids::{PersonId, TeamKey};
use crate::domain::{coverage, fairness};
use crate::playbook::Team;
use crate::reports::Kind;
use crate::reports::aging::Expected;
use crate::reports::coverage::Plan;
use crate::reports::deals::DealRow;
use crate::reports::fairness::Share;
use crate::reports::period::Period;
use crate::reports::rows::Names;
use crate::reports::sources::{Door, Inflow};
use crate::store::{ReportRows, SourceFeed, Store, StoreError};

/// What a report needs beside leads; of the period, and of the one before.
#[derive(Default)]
pub(super) struct Beside {
    pub(super) inflows: [Inflow; 2],
    pub(super) shares: [Vec<Share>; 2],
    pub(super) plans: Vec<Plan>,
    pub(super) expected: Expected,
    pub(super) deals: Vec<DealRow>,
}

impl Beside {
    /// Reads what this report needs, and nothing else.
    pub(super) async fn gather(
        store: &Store,
        rows: &mut ReportRows,
        wanted: &Wanted,
        names: &mut Names,
    ) -> Result<Self, StoreError> {
        let mut beside = Self::default();
        let periods = [&wanted.period, &wanted.before];
        match wanted.kind {
            Kind::Sources => {
                for (inflow, (period, weeks)) in beside.inflows.iter_mut().zip(periods.into_iter().zip(&wanted.weeks)) {
                    let feeds = rows.feeds(period.from, period.to).await?;
                    *inflow = Inflow { doors: doors(store, feeds, names), weeks: weeks.clone() };
                }
            }
            Kind::Fairness => {
                for (shares, period) in beside.shares.iter_mut().zip(periods) {
                    *shares = turns(store, rows, (period, wanted), names).await?;
                }
            }
            Kind::Aging => {
                for stage in &wanted.playbook.stages {
                    beside.expected.set(names.stages.enrol(stage.key.as_str()), stage.days);
                }
            }
            Kind::Coverage => beside.plans = plans(store, wanted, names),
            Kind::Pipeline | Kind::Reps => beside.deals = rows.deals(names).await?,
            Kind::Speed | Kind::Sla | Kind::Scores | Kind::Pool => {}
        }
        Ok(beside)
    }
}

/// What came in at each source, as its report takes it.
fn doors(store: &Store, feeds: Vec<SourceFeed>, names: &mut Names) -> Vec<Door> {
    let sources = store.sources();
    let door = |feed: SourceFeed| {
        let source = sources.iter().find(|source| source.key == feed.key)?;
        Some(Door {
            source: names.sources.enrol(feed.key.as_str()),
            since: source.created_at,
            sent: feed.sent,
            repeats: feed.repeats,
            unread: feed.quarantined,
            refused: feed.refused,
            last_at: feed.last_at,
            quiet_since: feed.quiet_since,
            unauthenticated: is_unauthenticated(source),
        })
    };
    feeds.into_iter().filter_map(door).collect()
}

/// What everybody who has a place in a team, or had something of it in the period, got of it.
async fn turns(
    store: &Store,
    rows: &mut ReportRows,
    (period, wanted): (&Period, &Wanted),
    names: &mut Names,
) -> Result<Vec<Share>, StoreError> {
    let moved = rows.moved(period.from, period.to).await?;
    let ledger = rows.ledger_until(period.to).await?;
    let roster = store.roster();
    let mut teams: BTreeSet<TeamKey> = wanted.playbook.teams.iter().map(|team| team.key.clone()).collect();
    teams.extend(moved.keys().map(|(team, _)| team.clone()));
    let mut shares = Vec::new();
    for team in &teams {
        let order = fairness::order(&ledger, team, &roster, &BTreeMap::new());
        let mut people: BTreeMap<PersonId, (u32, i64)> =
            order.iter().map(|turn| (turn.person, (turn.weight, turn.shortfall_micro))).collect();
        for (_, person) in moved.keys().filter(|(of, _)| of == team) {
            people.entry(*person).or_default();
        }
        let at = names.teams.enrol(team.as_str());
        shares.extend(people.into_iter().map(|(person, (weight, behind_micro))| {
            let moved = moved.get(&(team.clone(), person)).copied().unwrap_or_default();
            Share {
                team: at,
                person,
                weight,
                taken: moved.taken,
                returned: moved.returned,
                credit_micro: moved.credit_micro,
                behind_micro,
                passed: moved.passed,
                lapsed: moved.lapsed,
            }
        }));
    }
    Ok(shares)
}

/// Who is on in the seven days from now; the last plan is of leads without a team, for which nobody is.
fn plans(store: &Store, wanted: &Wanted, names: &mut Names) -> Vec<Plan> {
    let roster = store.roster();
    let mut plans = Vec::new();
    let asked = |team: &&Team| wanted.team.as_ref().is_none_or(|key| *key == team.key);
    for team in wanted.playbook.teams.iter().filter(asked) {
        let coverage::Week { zone, on, .. } = coverage::week(team, &roster, wanted.now);
        plans.push(Plan { team: Some(names.teams.enrol(team.key.as_str())), zone, on });
    }
    let zone = wanted.playbook.company.hours.zone().clone();
    plans.push(Plan { team: None, zone, on: vec![0; coverage::HOURS] });
    plans
}
