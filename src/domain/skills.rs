//! What a route asks of whoever gets its leads: skills that they must have, and skills that come first.
//! Invariant: a skill that the playbook no longer names is asked of nobody, so that no lead waits for what cannot be given.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::fairness::{self, Turn};
use super::ids::{PersonId, SkillKey, TeamKey};
use super::lead::Lead;
use super::person::Person;
use super::snapshot::Snapshot;
use crate::playbook::Playbook;

/// What the lead needs, in the order in which its route names it.
#[must_use]
pub fn needed(lead: &Lead, playbook: &Playbook) -> Vec<SkillKey> {
    known(&lead.course.require, playbook).cloned().collect()
}

/// What the lead needs and they cannot do.
#[must_use]
pub fn lacking(lead: &Lead, person: &Person, playbook: &Playbook) -> Vec<SkillKey> {
    known(&lead.course.require, playbook).filter(|skill| !person.skills.contains(*skill)).cloned().collect()
}

/// What the route prefers and they can do.
#[must_use]
pub fn preferred(lead: &Lead, person: &Person, playbook: &Playbook) -> Vec<SkillKey> {
    known(&lead.course.prefer, playbook).filter(|skill| person.skills.contains(*skill)).cloned().collect()
}

fn known<'a>(skills: &'a [SkillKey], playbook: &Playbook) -> impl Iterator<Item = &'a SkillKey> {
    skills.iter().filter(|skill| playbook.skill(skill).is_some())
}

/// A team's members in the order in which they are asked about the lead: who has more of what its route prefers comes first, and of
/// equals whose turn it is. `asked`: leads that each is asked about now.
#[must_use]
pub fn order(
    snapshot: &Snapshot,
    lead: &Lead,
    (team, now): (&TeamKey, DateTime<Utc>),
    asked: &BTreeMap<PersonId, u32>,
) -> Vec<Turn> {
    let mut order = fairness::order(&snapshot.beside.ledger, team, (&snapshot.roster, now), asked);
    let more = |person| preferred(lead, person, &snapshot.playbook).len();
    order.sort_by_key(|turn| Reverse(snapshot.roster.get(turn.person).map_or(0, more)));
    order
}

/// Can anybody of the team do all that the lead needs? One who is away can.
#[must_use]
pub fn is_among(snapshot: &Snapshot, lead: &Lead, team: &TeamKey) -> bool {
    snapshot.roster.members(team).any(|(person, _)| lacking(lead, person, &snapshot.playbook).is_empty())
}
