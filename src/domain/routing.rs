//! Which team gets a lead: the playbook's rules in order, the first that holds. What was tried is kept, so that it can be told.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::decision::{News, Recipient};
use super::draft::Draft;
use super::eligibility;
use super::fact::Fact;
use super::ids::{SkillKey, SourceKey, TeamKey};
use super::lead::{Lead, Profile};
use super::matching::Account;
use super::portrait::{self, Values};
use super::scoring::{self, Score};
use super::snapshot::Snapshot;
use crate::playbook::rule::{Subject, Verdict};
use crate::playbook::{Playbook, Route};

/// Most rules before the one that held that a lead's log keeps; those between are counted.
const KEPT_MAX: usize = 40;

/// Where a lead goes, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Routed {
    /// The rule that held.
    pub rule: String,
    /// Whose it is.
    pub team: TeamKey,
    /// What whoever gets it must be able to do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub require: Vec<SkillKey>,
    /// Who can do more of this is asked first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prefer: Vec<SkillKey>,
    /// The rules before it, in order.
    pub tried: Vec<Tried>,
    /// How many more were tried than are kept.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// A rule that did not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    /// The rule.
    pub rule: String,
    /// The part of it that did not hold, as written.
    pub clause: String,
    /// Why it could not be judged, if that was so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broken: Option<String>,
}

/// The first rule that holds. `None` only for a playbook without teams.
#[must_use]
pub fn route(values: &Values, score: &Score, playbook: &Playbook) -> Option<Routed> {
    let mut subject = subject(values, score);
    let mut tried = Vec::new();
    let nth = first_that_holds(&mut subject, playbook, |one| tried.push(one))?;
    let more = u32::try_from(tried.len().saturating_sub(KEPT_MAX)).unwrap_or(u32::MAX);
    tried.truncate(KEPT_MAX);
    let Route { name, team, require, prefer, when: _ } = playbook.routes.get(nth)?.clone();
    Some(Routed { rule: name, team, require, prefer, tried, more })
}

/// A lead as the routes see it: with its score.
pub(super) fn subject(values: &Values, score: &Score) -> Subject {
    portrait::subject(portrait::with_score(values.clone(), score.points, score.tier.word()))
}

/// The place of the first rule that holds; those before it are given to `before`.
pub(super) fn first_that_holds(subject: &mut Subject, playbook: &Playbook, mut before: impl FnMut(Tried)) -> Option<usize> {
    for (nth, route) in playbook.routes.iter().enumerate() {
        let (clause, broken) = match route.judge(subject) {
            Verdict::Holds => return Some(nth),
            Verdict::Fails { clause } => (clause, None),
            Verdict::Broken { clause, why } => (clause, Some(why)),
        };
        before(Tried { rule: route.name.clone(), clause, broken });
    }
    None
}

/// Sends a new lead to a team, and keeps why.
pub(super) fn to_a_team(draft: &mut Draft<'_>) -> Option<TeamKey> {
    let values = portrait::values(&draft.lead.profile, draft.course().work.submissions, draft.playbook());
    let routed = route(&values, draft.course().score.as_ref()?, draft.playbook())?;
    tell_of_broken(draft, &routed.tried);
    let team = routed.team.clone();
    draft.record(Fact::RoutedBy { routed });
    Some(team)
}

/// Managers hear of rules that could not be judged.
pub(super) fn tell_of_broken(draft: &mut Draft<'_>, tried: &[Tried]) {
    for Tried { rule, clause, broken } in tried {
        let Some(why) = broken.clone() else { continue };
        draft.tell(Recipient::Managers, News::RuleBroken { rule: rule.clone(), clause: clause.clone(), why });
    }
}

/// Who looks after the company already gets what comes from it, if they may have it: in the team that the rules name, else in one of
/// their own.
pub(super) fn account_owner(
    snapshot: &Snapshot,
    lead: &Lead,
    routed: &TeamKey,
    now: DateTime<Utc>,
) -> Option<(Account, TeamKey)> {
    let account = snapshot.beside.account.filter(|_| snapshot.playbook.matching.account_owner)?;
    let person = snapshot.roster.get(account.owner)?;
    let theirs = person.memberships.iter().map(|m| &m.team).filter(|team| *team != routed);
    let mut teams = std::iter::once(routed).filter(|team| person.membership(team).is_some()).chain(theirs);
    let team = teams.find(|team| eligibility::check(snapshot, lead, team, person, now).is_ok())?;
    Some((account, team.clone()))
}

/// Where a lead of this source goes of which nothing else is known.
#[must_use]
pub fn usual_team(source: &SourceKey, playbook: &Playbook) -> Option<TeamKey> {
    let profile = Profile::blank(source.clone(), DateTime::UNIX_EPOCH);
    let values = portrait::values(&profile, 1, playbook);
    let (score, _) = scoring::score(&profile, &values, playbook);
    route(&values, &score, playbook).map(|routed| routed.team)
}

#[cfg(test)]
mod tests;
