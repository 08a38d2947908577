//! Ends work on a lead: what each reason asks, and what it makes of the lead.

use chrono::{DateTime, Duration, Utc};

use super::clocks::Clock;
use super::customers;
use super::deals;
use super::deciders;
use super::draft::Draft;
use super::fact::Fact;
use super::ids::{LeadId, PersonId, ReasonKey};
use super::lead::Exit;
use super::merge;
use super::money::Money;
use super::promises;
use super::repair;
use super::reply::{ReasonNeed, Reply};
use super::sequences;
use super::submission::Contact;
use crate::playbook::{Asks, Becomes, Reason, StageKind, Tried, TurnBack};

/// What came with the reason.
pub(super) struct Given {
    pub(super) detail: Option<String>,
    pub(super) until: Option<DateTime<Utc>>,
    pub(super) original: Option<LeadId>,
    pub(super) decider: Option<Contact>,
}

/// Ends work on the lead for `reason`, or says what the reason still needs.
pub(super) fn dispose(draft: &mut Draft<'_>, reason: &Reason, given: Given, owner: Option<PersonId>) -> Reply {
    if let Some(need) = missing(draft, reason, &given) {
        return Reply::ReasonNeeds(need);
    }
    if given.decider.as_ref().is_some_and(|who| deciders::is_left_alone(draft, who)) {
        return Reply::DeciderLeftAlone;
    }
    draft.words = given.detail;
    if let (Becomes::Closed(Exit::Merged), Some(original)) = (&reason.becomes, given.original) {
        return merge::into_other(draft, Some(reason), original);
    }
    if let (Becomes::Repair { within }, Some(owner)) = (&reason.becomes, owner) {
        return repair::send(draft, reason, owner, *within);
    }
    return_turn(draft, reason, owner);
    match &reason.becomes {
        Becomes::PooledUntil => {
            let until = given.until.unwrap_or(draft.now);
            pool(draft, reason, owner, Sleep { until, once: false })
        }
        Becomes::PooledOnce { sleep, .. } if draft.course().work.single_sleeps == 0 => {
            let until = draft.now + *sleep;
            pool(draft, reason, owner, Sleep { until, once: true })
        }
        Becomes::PooledOnce { .. } => close(draft, reason, Exit::Unqualified),
        Becomes::KeptWith { task } => {
            let at = promises::hours(draft).add(draft.now + Duration::days(1), Duration::zero());
            draft.words = Some(match draft.words.as_deref().map(str::trim).filter(|said| !said.is_empty()) {
                Some(said) => format!("{task}: {said}"),
                None => task.clone(),
            });
            draft.record(Fact::FollowUpSet { at });
            promises::keep_going(draft);
            let who = given.decider.as_ref().zip(owner);
            match who.and_then(|(who, owner)| deciders::link(draft, who, owner)) {
                Some(by) => Reply::Decided { task: task.clone(), at, by },
                None => Reply::KeptWith { task: task.clone(), at },
            }
        }
        Becomes::Closed(exit) => close(draft, reason, *exit),
        Becomes::Repair { .. } => close(draft, reason, Exit::Unqualified),
    }
}

/// A reason that the playbook does not have any more, as far as its key tells.
pub(super) fn forgotten(key: ReasonKey) -> Reason {
    let becomes = Becomes::Closed(Exit::Unqualified);
    Reason { name: key.to_string(), key, asks: Asks::Nothing, becomes, turn_back: TurnBack::No }
}

#[derive(Clone, Copy)]
struct Sleep {
    until: DateTime<Utc>,
    once: bool,
}

fn pool(draft: &mut Draft<'_>, reason: &Reason, owner: Option<PersonId>, sleep: Sleep) -> Reply {
    let until = promises::hours(draft).next_open(sleep.until);
    draft.record(Fact::Pooled { owner, reason: reason.key.clone(), until, once: sleep.once });
    draft.set(Clock::Return, until);
    sequences::begin(draft);
    Reply::Pooled { until }
}

pub(super) fn close(draft: &mut Draft<'_>, reason: &Reason, exit: Exit) -> Reply {
    if exit == Exit::Converted {
        return convert(draft, Some(reason), None);
    }
    if let Some(stage) = draft.playbook().stage_of_kind(StageKind::Unqualified) {
        draft.record(Fact::StageSet { to: stage.key.clone() });
    }
    deals::lose(draft);
    draft.record(Fact::Closed { exit, reason: Some(reason.key.clone()), original: None });
    Reply::Closed { exit }
}

/// They bought: their deal is won, and from then on they are not lost sight of.
pub(super) fn convert(draft: &mut Draft<'_>, reason: Option<&Reason>, value: Option<Money>) -> Reply {
    if let Some(stage) = draft.playbook().stage_of_kind(StageKind::Customer) {
        draft.record(Fact::StageSet { to: stage.key.clone() });
    }
    deals::win(draft, value);
    draft.record(Fact::Closed { exit: Exit::Converted, reason: reason.map(|reason| reason.key.clone()), original: None });
    customers::watch(draft);
    Reply::Closed { exit: Exit::Converted }
}

pub(super) fn return_turn(draft: &mut Draft<'_>, reason: &Reason, owner: Option<PersonId>) {
    let is_theirs = draft.course().turn_of.as_ref().is_some_and(|(of, _)| owner == Some(*of));
    if reason.turn_back == TurnBack::Yes && is_theirs {
        draft.return_turn();
    }
}

fn missing(draft: &Draft<'_>, reason: &Reason, given: &Given) -> Option<ReasonNeed> {
    match &reason.asks {
        Asks::Nothing => {}
        Asks::When { .. } if given.until.is_none_or(|until| !is_plannable(draft.now, until)) => return Some(ReasonNeed::Date),
        Asks::When { .. } => {}
        Asks::Text { question, min } => {
            let length = given.detail.as_deref().map_or(0, |d| d.trim().chars().count());
            if length < usize::from(*min) {
                return Some(ReasonNeed::Text { question: question.clone(), min: *min });
            }
        }
        Asks::Lead if given.original.is_none_or(|original| original == draft.lead.id) => return Some(ReasonNeed::Original),
        Asks::Lead | Asks::Who => {}
    }
    let Becomes::PooledOnce { needs, .. } = reason.becomes else { return None };
    let tried = tried(draft);
    let enough = tried.attempts >= needs.attempts && tried.days >= needs.days && tried.channels >= needs.channels;
    (!enough).then_some(ReasonNeed::MoreTries { tried, needs })
}

fn tried(draft: &Draft<'_>) -> Tried {
    let work = &draft.course().work;
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Tried { attempts: work.tries(), days: count(work.days.len()), channels: count(work.attempts.len()) }
}

/// A plan lies in the future, and within two years: further away it is a slip of the finger.
pub(super) fn is_plannable(now: DateTime<Utc>, at: DateTime<Utc>) -> bool {
    at > now && at <= now + Duration::days(731)
}
