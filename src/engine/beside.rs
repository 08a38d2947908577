//! What reports count beside leads: what came in at the doors of sources, who is on, what turns were taken.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::report::Wanted;
use crate::domain::ids::{LeadId, PersonId, TeamKey};
use crate::domain::lead::Profile;
use crate::domain::{coverage, fairness, portrait};
use crate::intake::verify::Auth;
use crate::playbook::rule::Value;
use crate::playbook::{Playbook, Team};
use crate::reports::Kind;
use crate::reports::aging::Expected;
use crate::reports::coverage::Plan;
use crate::reports::deals::DealRow;
use crate::reports::fairness::Share;
use crate::reports::funnel::Journeys;
use crate::reports::lost::Losses;
use crate::reports::period::Period;
use crate::reports::rows::Names;
use crate::reports::sources::{Door, Inflow};
use crate::reports::split::{By, Split};
use crate::store::{ReportRows, SourceFeed, SourceRow, Store, StoreError};

/// What a report needs beside leads; of the period, and of the one before.
#[derive(Default)]
pub(super) struct Beside {
    pub(super) inflows: [Inflow; 2],
    pub(super) shares: [Vec<Share>; 2],
    pub(super) plans: Vec<Plan>,
    pub(super) expected: Expected,
    pub(super) deals: Vec<DealRow>,
    pub(super) losses: Losses,
    pub(super) journeys: Journeys,
    pub(super) split: Split,
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
            Kind::Lost => {
                let since = wanted.compare.as_ref().unwrap_or(&wanted.before).from;
                beside.losses = rows.losses(since, names).await?;
                let (from, to) = (DateTime::<Utc>::MIN_UTC, wanted.now);
                let is_lost = |lead: LeadId| beside.losses.contains_key(&lead);
                beside.split = split(rows, wanted, (from, to), is_lost).await?;
            }
            Kind::Funnel => {
                let from = wanted.compare.as_ref().unwrap_or(&wanted.before).from;
                let stages = wanted.playbook.stages.iter().map(|s| (names.stages.enrol(s.key.as_str()), s.kind)).collect();
                beside.journeys = Journeys { stages, moves: rows.moves((from, wanted.period.to), names).await? };
                beside.split = split(rows, wanted, (from, wanted.period.to), |_| true).await?;
            }
            Kind::Coverage => beside.plans = plans(store, wanted, names),
            Kind::Pipeline | Kind::Reps => beside.deals = rows.deals(names).await?,
            Kind::Speed | Kind::Sla | Kind::Scores | Kind::Pool => {}
        }
        Ok(beside)
    }
}

/// What leads are told apart by; what they answered is read of those only that are meant.
async fn split(
    rows: &mut ReportRows,
    wanted: &Wanted,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    is_meant: impl Fn(LeadId) -> bool,
) -> Result<Split, StoreError> {
    let mut split = Split::of(&wanted.by);
    if let (By::Answer { key, .. }, Split::Answer(answers)) = (&wanted.by, &mut split) {
        let take = |lead, profile: &Profile| answers.heard(lead, &said(profile, key, &wanted.playbook));
        rows.profiles((from, to), is_meant, take).await?;
    }
    Ok(split)
}

/// What a lead says there, in words; nothing, where it says nothing.
fn said(profile: &Profile, key: &str, playbook: &Playbook) -> String {
    let values = portrait::values(profile, 1, playbook);
    let found = match key.strip_prefix("utm_") {
        Some(part) => values.iter().find_map(|(name, value)| match value {
            Value::Group(group) if name == "utm" => group.iter().find(|(name, _)| name == part).map(|(_, value)| value.clone()),
            Value::Group(_) | Value::Text(_) | Value::Number(_) | Value::Flag(_) | Value::List(_) => None,
        }),
        None => values.into_iter().find(|(name, _)| name == key).map(|(_, value)| value),
    };
    match found {
        Some(Value::Text(text)) => text,
        Some(Value::Number(Some(number))) => number.to_string(),
        Some(Value::Number(None) | Value::Flag(_) | Value::List(_) | Value::Group(_)) | None => String::new(),
    }
}

/// Whether nothing but its address proves who sends.
pub fn is_unauthenticated(source: &SourceRow) -> bool {
    matches!(serde_json::from_str(&source.auth), Ok(Auth::UrlToken))
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
        let order = fairness::order(&ledger, team, (&roster, period.to), &BTreeMap::new());
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
