//! What other rules would have changed: leads that came in before, as they were handled and as the rules that are tried see them.
//! Another team, tier or due time is told against what was written when the lead came in. Turns are told against what the same leads
//! really cost; those of the rules are simulated, and a team whose ladder begins open to all has none to tell.
//! Invariant: memory grows with teams, people and rules, never with leads.

pub mod sheet;
mod tables;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, Utc};

use crate::domain::ids::{LeadId, PersonId, TeamKey};
use crate::domain::portrait;
use crate::domain::replay::{Hands, Past, Replay, Seen};
use crate::domain::scoring::Tier;
use crate::playbook::ScoreRule;

/// Leads that are named beside a count.
const NAMED_MAX: usize = 5;

/// Some leads: how many, and the first of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Which {
    /// How many.
    pub count: u64,
    /// The first five.
    pub first: Vec<LeadId>,
}

impl Which {
    fn add(&mut self, lead: LeadId) {
        self.count += 1;
        if self.first.len() < NAMED_MAX {
            self.first.push(lead);
        }
    }
}

/// Leads of a team.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flow {
    /// That it got then.
    pub then: u64,
    /// That it would have got.
    pub tried: u64,
    /// That it would have got and another team had.
    pub came: u64,
    /// That it had and another team would have got.
    pub went: u64,
}

/// Leads before and after.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Shift {
    /// As it was.
    pub then: u64,
    /// As it would have been.
    pub tried: u64,
}

/// Turns of somebody.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Turns {
    /// That the leads really cost.
    pub really: i64,
    /// That they would have cost.
    pub tried: i64,
}

/// When first touches would be due.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Due {
    /// Leads whose first touch would be due earlier.
    pub earlier: u64,
    /// By so much, all together; wall time.
    pub earlier_by: Duration,
    /// Leads whose first touch would be due later.
    pub later: u64,
    /// By so much, all together; wall time.
    pub later_by: Duration,
    /// Leads of which it is known whether they were touched in time, by either due time.
    pub known: u64,
    /// Of those, the ones that were.
    pub kept: u64,
    /// Of those, the ones that would have been, had they been worked as they were.
    pub would_keep: u64,
}

/// A rule that could not be judged for some leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unjudged {
    /// Which leads.
    pub leads: Which,
    /// The part that could not be judged, as written.
    pub clause: String,
    /// Why, for the first of them.
    pub why: String,
}

/// A route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteUse {
    /// As the playbook calls it.
    pub name: String,
    /// Leads that it would have sent.
    pub leads: u64,
    /// It held for some lead, though an earlier one may have taken it.
    pub ever_held: bool,
}

/// What other rules would have changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replayed {
    /// Leads that they were tried on.
    pub leads: u64,
    /// Of those, the ones that another team would have got.
    pub moved: u64,
    /// Of those, the ones that would have had another tier.
    pub retiered: u64,
    /// Of those, the ones that would have had another score.
    pub rescored: u64,
    /// By team.
    pub teams: BTreeMap<TeamKey, Flow>,
    /// Cold, warm, hot.
    pub tiers: BTreeMap<Tier, Shift>,
    /// The routes, in order.
    pub routes: Vec<RouteUse>,
    /// Reasons of the score for which nobody got or lost points.
    pub idle_points: Vec<String>,
    /// Leads for which only the rule without a condition held.
    pub catch_all: Which,
    /// Leads for which some rule could not be judged.
    pub unjudged: Which,
    /// Those rules, by name.
    pub broken: BTreeMap<String, Unjudged>,
    /// What is promised.
    pub due: Due,
    /// Turns by team and person.
    pub turns: BTreeMap<(TeamKey, PersonId), Turns>,
    /// Teams whose leads are open to whoever takes them, and how many leads.
    pub anybody: BTreeMap<TeamKey, u64>,
    /// Leads that nobody could have been asked or given.
    pub nobody: Which,
    /// Leads that whoever looks after the company would have kept.
    pub accounts: u64,
}

/// Counts one lead after the other.
#[derive(Debug, Clone)]
pub struct Tally {
    now: DateTime<Utc>,
    replayed: Replayed,
    points: BTreeSet<String>,
}

impl Tally {
    /// Nothing counted yet; `really` is what the leads cost until now.
    #[must_use]
    pub fn new(now: DateTime<Utc>, really: impl IntoIterator<Item = (TeamKey, PersonId, i64)>) -> Self {
        let turns = really.into_iter().map(|(team, person, really)| ((team, person), Turns { really, tried: 0 })).collect();
        let tiers = [Tier::Cold, Tier::Warm, Tier::Hot].map(|tier| (tier, Shift::default())).into();
        Self { now, replayed: Replayed { turns, tiers, ..Replayed::default() }, points: BTreeSet::new() }
    }

    /// Takes one lead into account.
    pub fn add(&mut self, past: &Past, seen: &Seen, replay: &Replay) {
        let all = &mut self.replayed;
        all.leads += 1;
        let then = past.then.routed.as_ref().map(|(_, team)| team);
        let moved = then != Some(&seen.team);
        all.moved += u64::from(moved);
        let flow = all.teams.entry(seen.team.clone()).or_default();
        flow.tried += 1;
        flow.came += u64::from(moved);
        if let Some(team) = then {
            let flow = all.teams.entry(team.clone()).or_default();
            flow.then += 1;
            flow.went += u64::from(moved);
        }
        all.tiers.entry(seen.score.tier).or_default().tried += 1;
        if let Some((points, tier)) = past.then.score {
            all.tiers.entry(tier).or_default().then += 1;
            all.retiered += u64::from(tier != seen.score.tier);
            all.rescored += u64::from(points != seen.score.points);
        }
        for part in &seen.score.parts {
            if !self.points.contains(&part.why) {
                self.points.insert(part.why.clone());
            }
        }
        self.rules(past, seen, replay);
        self.hands(past, seen);
    }

    fn rules(&mut self, past: &Past, seen: &Seen, replay: &Replay) {
        let all = &mut self.replayed;
        let routes = &replay.playbook().routes;
        if all.routes.is_empty() {
            all.routes = routes.iter().map(|route| RouteUse { name: route.name.clone(), leads: 0, ever_held: false }).collect();
        }
        if let Some(route) = all.routes.get_mut(seen.route) {
            route.leads += 1;
        }
        if routes.get(seen.route).is_some_and(|route| route.when.is_none()) {
            all.catch_all.add(past.id);
        }
        if !seen.broken.is_empty() {
            all.unjudged.add(past.id);
        }
        for tried in &seen.broken {
            let new = || Unjudged {
                leads: Which::default(),
                clause: tried.clause.clone(),
                why: tried.broken.clone().unwrap_or_default(),
            };
            all.broken.entry(tried.rule.clone()).or_insert_with(new).leads.add(past.id);
        }
    }

    fn hands(&mut self, past: &Past, seen: &Seen) {
        let all = &mut self.replayed;
        if let Some(then) = past.then.due {
            let kept = |due: DateTime<Utc>| past.touched_at.is_some_and(|at| at <= due);
            if past.touched_at.is_some() || then.max(seen.due) < self.now {
                all.due.known += 1;
                all.due.kept += u64::from(kept(then));
                all.due.would_keep += u64::from(kept(seen.due));
            }
            let by = seen.due - then;
            let (count, span) = match () {
                () if by < Duration::zero() => (&mut all.due.earlier, &mut all.due.earlier_by),
                () if by > Duration::zero() => (&mut all.due.later, &mut all.due.later_by),
                () => (&mut 0, &mut Duration::zero()),
            };
            *count += 1;
            *span += by.abs();
        }
        match &seen.hands {
            Hands::Turn(person, team) | Hands::Given(person, team) => {
                all.turns.entry((team.clone(), *person)).or_default().tried += i64::from(!past.turn_returned);
            }
            Hands::Anybody(team) => *all.anybody.entry(team.clone()).or_default() += 1,
            Hands::Nobody => all.nobody.add(past.id),
            Hands::Account(_) => all.accounts += 1,
            Hands::Taker(_) => {}
        }
    }

    /// What all of them came to.
    #[must_use]
    pub fn done(self, replay: &Replay) -> Replayed {
        let mut all = self.replayed;
        for (nth, route) in all.routes.iter_mut().enumerate() {
            route.ever_held = replay.ever_held(nth);
        }
        // What asks what has become of a lead says nothing yet of one that comes in.
        let begins = |rule: &&ScoreRule| !portrait::LIVED.iter().any(|name| rule.when.mentions(name));
        let rules = replay.playbook().scoring.rules.iter().filter(begins).map(|rule| &rule.why);
        all.idle_points = rules.filter(|why| all.leads > 0 && !self.points.contains(*why)).cloned().collect();
        all
    }
}

impl Replayed {
    /// Routes with a condition that would have sent no lead, in order.
    pub fn idle_routes(&self) -> impl Iterator<Item = &RouteUse> {
        let last = self.routes.len().saturating_sub(1);
        self.routes.iter().take(last).filter(|route| route.leads == 0)
    }
}

#[cfg(test)]
pub(crate) mod tests;
