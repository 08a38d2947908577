//! Customers, after they bought: who hears of it when nothing happens for long, and what counts as something.
//! Invariant: every customer whose lead is closed has a running clock, so that none falls silent unnoticed.

use chrono::{DateTime, Utc};

use super::clocks::Clock;
use super::decision::{Decision, News, Recipient};
use super::draft::Draft;
use super::fact::Fact;
use super::ids::PersonId;
use super::lead::{Course, Exit, Lead, State};
use super::person::{Person, Roster};
use super::promises;
use super::reply::Reply;
use super::snapshot::Snapshot;
use crate::playbook::{Playbook, StageKind};

/// Whether the lead is closed because they bought.
#[must_use]
pub fn is_customer(course: &Course) -> bool {
    matches!(course.state, State::Closed { exit: Exit::Converted, .. })
}

/// Who looks after a customer: who sold to them, or covers for that one; the team's captain once they have left. `None` for anybody else's
/// lead, and where there is nobody.
#[must_use]
pub fn keeper(lead: &Lead, (playbook, roster): (&Playbook, &Roster), now: DateTime<Utc>) -> Option<PersonId> {
    let State::Closed { exit: Exit::Converted, owner, .. } = lead.course.state else { return None };
    let is_here = |id: &PersonId| roster.get(*id).is_some_and(|person| !person.left);
    let owner = owner.filter(is_here).map(|owner| roster.keeper(owner, now));
    let captain = || {
        let team = lead.course.team.as_ref().and_then(|key| playbook.team(key))?;
        let captain = roster.by_handle(team.captain.as_deref()?)?;
        (!captain.left).then(|| roster.keeper(captain.id, now))
    };
    owner.or_else(captain)
}

/// May this person log attempts on a customer and plan to get in touch? Whoever looks after them, who sold to them, and managers.
#[must_use]
pub fn may_contact(by: &Person, lead: &Lead, (playbook, roster): (&Playbook, &Roster), now: DateTime<Utc>) -> bool {
    let sold = matches!(lead.course.state, State::Closed { owner: Some(owner), .. } if owner == by.id);
    is_customer(&lead.course) && (by.manages() || sold || keeper(lead, (playbook, roster), now) == Some(by.id))
}

/// Waits until nothing has happened for long.
pub(super) fn watch(draft: &mut Draft<'_>) {
    if is_customer(draft.course()) && !crate::planted::is("customer-never-quiet") {
        let since = draft.course().work.last_activity_at.unwrap_or(draft.now);
        ring_after(draft, since);
    }
}

fn ring_after(draft: &mut Draft<'_>, since: DateTime<Utc>) {
    let due = since + draft.playbook().promises.customer_quiet;
    let opening = promises::hours(draft).next_open(due.max(draft.now));
    draft.set(Clock::CustomerQuiet, opening);
}

/// Something was done about a customer: they are one again, and what was planned is waited for.
pub(super) fn active(draft: &mut Draft<'_>) {
    if !is_customer(draft.course()) {
        return;
    }
    back_from_inactive(draft);
    draft.stop(Clock::FollowUp);
    if let Some(plan) = draft.course().follow_up.clone().filter(|plan| !plan.reminded) {
        draft.set(Clock::FollowUp, plan.at);
    }
    watch(draft);
}

/// Who was inactive is a customer again.
pub(super) fn back_from_inactive(draft: &mut Draft<'_>) {
    let is_inactive = stage_kind(draft) == Some(StageKind::Inactive);
    if let (true, Some(stage)) = (is_inactive, draft.playbook().stage_of_kind(StageKind::Customer)) {
        draft.record(Fact::StageSet { to: stage.key.clone() });
    }
}

/// One clock came due after they bought.
pub(super) fn due(draft: &mut Draft<'_>, clock: Clock, at: DateTime<Utc>) {
    draft.stop(clock);
    match clock {
        Clock::CustomerQuiet => fall_quiet(draft),
        Clock::FollowUp => {
            draft.record(Fact::FollowUpReminded);
            remind(draft, clock, News::FollowUpDue { at });
        }
        Clock::Step
        | Clock::FirstTouchWarning
        | Clock::FirstTouch
        | Clock::Release
        | Clock::NotReached
        | Clock::FollowUpOverdue
        | Clock::StillYours
        | Clock::Stage
        | Clock::Return
        | Clock::Triage
        | Clock::Repair
        | Clock::Help
        | Clock::Trade
        | Clock::Sequence => {}
    }
}

fn fall_quiet(draft: &mut Draft<'_>) {
    let quiet = draft.playbook().promises.customer_quiet;
    let last = draft.course().work.last_activity_at.unwrap_or(draft.now);
    // A note was written meanwhile, or a plan for later was made.
    let planned = draft.course().follow_up.as_ref().filter(|plan| !plan.reminded).map(|plan| plan.at);
    let since = last.max(planned.unwrap_or(last));
    if since + quiet > draft.now {
        return ring_after(draft, since);
    }
    if let (true, Some(stage)) =
        (stage_kind(draft) != Some(StageKind::Inactive), draft.playbook().stage_of_kind(StageKind::Inactive))
    {
        draft.record(Fact::WentQuiet { stage: stage.key.clone() });
    }
    ring_after(draft, draft.now);
    remind(draft, Clock::CustomerQuiet, News::CustomerQuiet { since: last });
}

/// Tells whoever looks after them; nobody, where they asked to be left alone with another lead.
fn remind(draft: &mut Draft<'_>, of: Clock, news: News) {
    if draft.snapshot.beside.is_left_alone {
        return;
    }
    let keeper = keeper(&draft.lead, (draft.playbook(), &draft.snapshot.roster), draft.now);
    draft.record(Fact::Reminded { of });
    draft.tell(keeper.map_or(Recipient::Managers, Recipient::Person), news);
}

/// They asked to be left alone with another lead, or are on the list: they stay a customer, and nothing that was planned with them is done.
pub(super) fn left_alone(draft: &mut Draft<'_>) {
    let is_planned = draft.course().follow_up.as_ref().is_some_and(|plan| !plan.reminded);
    if draft.course().follow_up.is_some() {
        draft.record(Fact::FollowUpCleared);
    }
    draft.stop(Clock::FollowUp);
    let keeper = keeper(&draft.lead, (draft.playbook(), &draft.snapshot.roster), draft.now);
    if let Some(keeper) = keeper.filter(|_| is_planned) {
        draft.tell(Recipient::Person(keeper), News::PlanIsOff);
    }
}

/// A day went by: a customer who is not waited for is waited for from now on.
pub(super) fn aged(snapshot: &Snapshot, lead: Lead, now: DateTime<Utc>) -> Decision {
    let mut draft = Draft::new(snapshot, lead, None, now);
    if draft.course().clocks.due(Clock::CustomerQuiet).is_none() {
        watch(&mut draft);
    }
    draft.done(Reply::Nobody)
}

fn stage_kind(draft: &Draft<'_>) -> Option<StageKind> {
    draft.playbook().stage(&draft.course().stage).map(|stage| stage.kind)
}
