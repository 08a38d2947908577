//! The promises made while somebody owns a lead, and what happens when they come due.

use chrono::{DateTime, Duration, Utc};

use super::clocks::Clock;
use super::decision::{News, Recipient};
use super::draft::Draft;
use super::eligibility;
use super::fact::Fact;
use super::hours::Hours;
use super::ids::PersonId;
use super::ladder;
use super::lead::{State, TriageWhy};
use super::reply::Refusal;

/// Days without anything happening after which the owner of a lead is reminded, in a stage that expects no number of days.
const QUIET_DAYS: u32 = 30;

/// So long does a lead that wakes outside its old owner's hours wait for them: over a long week-end.
const AWAITED_DAYS: i64 = 4;

/// Gives the lead to somebody and starts what is promised of them. `fact` says how they came by it.
pub(super) fn own(draft: &mut Draft<'_>, owner: PersonId, fact: Fact) {
    let from = draft.course().state.owner();
    let given_by = match &fact {
        Fact::Assigned { by, .. } => *by,
        _ => None,
    };
    let was_worked = draft.course().work.claimed_at.is_some() || draft.course().work.tries() > 0;
    draft.record(fact);
    let promises = &draft.playbook().promises;
    let hours = hours(draft);
    let first_touch = first_touch(draft);
    let due = hours.add(draft.now, first_touch);
    draft.set(Clock::FirstTouchWarning, hours.add(draft.now, scaled(first_touch, promises.warn_at)));
    draft.set(Clock::FirstTouch, due);
    draft.set(Clock::Release, hours.add(draft.now, promises.release_after));
    draft.tell(Recipient::Person(owner), News::Yours { from: given_by, due: Some(due) });
    super::returns::hint(draft, owner);
    if was_worked {
        draft.tell(Recipient::Thread, News::Handoff { from, to: owner });
    }
}

/// From claim to first touch, for this lead.
pub(super) fn first_touch(draft: &Draft<'_>) -> Duration {
    let promises = &draft.playbook().promises;
    if draft.course().is_hot() { promises.first_touch_hot } else { promises.first_touch }
}

/// After something that the owner did: the first-touch promise is kept, and the next one starts.
pub(super) fn keep_going(draft: &mut Draft<'_>) {
    let &State::Owned { touched, .. } = &draft.course().state else { return };
    if !touched {
        return;
    }
    for clock in [Clock::FirstTouchWarning, Clock::FirstTouch, Clock::Release, Clock::NotReached, Clock::Stage] {
        if !(clock == Clock::Release && crate::planted::is("release-runs-on")) {
            draft.stop(clock);
        }
    }
    for clock in [Clock::FollowUp, Clock::FollowUpOverdue, Clock::StillYours] {
        draft.stop(clock);
    }
    match draft.course().follow_up.clone() {
        Some(plan) if !plan.reminded => draft.set(Clock::FollowUp, plan.at),
        Some(plan) => {
            let due = hours(draft).add(plan.at.max(draft.now), draft.playbook().promises.follow_up_overdue);
            draft.set(Clock::FollowUpOverdue, due);
        }
        // Who made a deal has talked with them, logged or not.
        None if draft.course().work.reached_at.is_none() && draft.course().open_deal().is_none() => {
            let due = hours(draft).add(draft.now, draft.playbook().promises.not_reached);
            draft.set(Clock::NotReached, due);
        }
        None => draft.set(Clock::Stage, draft.now + Duration::days(i64::from(stage_days(draft)))),
    }
}

/// One clock came due while somebody owns the lead.
pub(super) fn due(draft: &mut Draft<'_>, clock: Clock, at: DateTime<Utc>, owner: PersonId) {
    draft.stop(clock);
    let promises = &draft.playbook().promises;
    let to = Recipient::Person(draft.snapshot.roster.keeper(owner, draft.now));
    match clock {
        Clock::FirstTouchWarning | Clock::FirstTouch => {
            let release_at = draft.course().clocks.due(Clock::Release).unwrap_or(draft.now);
            let news = match draft.course().clocks.due(Clock::FirstTouch) {
                Some(due) => News::FirstTouchSoon { due, release_at },
                None => News::FirstTouchLate { release_at },
            };
            remind(draft, clock, to, news);
        }
        Clock::Release => {
            released(draft, owner);
        }
        Clock::NotReached => {
            let tries = draft.course().work.tries();
            draft.set(Clock::NotReached, hours(draft).add(draft.now, promises.not_reached));
            remind(draft, clock, to, News::NotReached { tries });
        }
        Clock::FollowUp => {
            draft.record(Fact::FollowUpReminded);
            draft.set(Clock::FollowUpOverdue, hours(draft).add(draft.now, promises.follow_up_overdue));
            remind(draft, clock, to, News::FollowUpDue { at });
        }
        Clock::FollowUpOverdue => {
            let release_at = hours(draft).add(draft.now, promises.still_yours);
            draft.set(Clock::StillYours, release_at);
            remind(draft, clock, to, News::StillYours { release_at });
        }
        Clock::StillYours => {
            released(draft, owner);
        }
        Clock::Stage => {
            let days = stage_days(draft);
            draft.set(Clock::Stage, draft.now + Duration::days(i64::from(days)));
            let idle = draft.course().work.last_activity_at.map_or(0, |last| (draft.now - last).num_days());
            let days = u32::try_from(idle).unwrap_or(u32::MAX).max(days);
            remind(draft, clock, to, News::StageOverdue { days });
        }
        Clock::Help => super::help::due(draft),
        Clock::Trade => super::trade::end(draft, super::trade::TradeEnd::Lapsed),
        Clock::Step | Clock::Return | Clock::Triage | Clock::CustomerQuiet | Clock::Repair | Clock::Sequence => {}
    }
}

/// It was let lie: its owner and whoever covers for them hear that it goes back.
fn released(draft: &mut Draft<'_>, owner: PersonId) {
    let keeper = draft.snapshot.roster.keeper(owner, draft.now);
    draft.tell(Recipient::Person(keeper), News::Released);
    if keeper != owner {
        draft.tell(Recipient::Person(owner), News::Released);
    }
    take_back(draft, owner);
}

/// A sleep is over: the old owner first, if they may have it, or who covers for them; else the ladder.
pub(super) fn wake(draft: &mut Draft<'_>, owner: Option<PersonId>) {
    if let Some(opening) = owner.and_then(|owner| is_there_soon(draft, owner)) {
        draft.set(Clock::Return, opening);
        return;
    }
    draft.record(Fact::WokeUp);
    let back = match owner {
        Some(owner) if crate::planted::is("woken-for-anybody") => Some(owner),
        Some(owner) => owner_or_cover(draft, owner),
        None => None,
    };
    match back {
        Some(back) => {
            own(draft, back, Fact::Assigned { to: back, by: None });
            draft.instead_of_yours(News::BackFromPool);
        }
        None => ladder::restart(draft),
    }
}

/// When the hours of somebody begin who could have it but for those: what has slept for weeks sleeps on until then.
fn is_there_soon(draft: &Draft<'_>, owner: PersonId) -> Option<DateTime<Utc>> {
    let (person, team) = (draft.snapshot.roster.get(owner)?, draft.course().team.clone()?);
    match eligibility::check(draft.snapshot, &draft.lead, &team, person, draft.now) {
        Err(Refusal::OffHours { until }) if until - draft.now <= Duration::days(AWAITED_DAYS) => Some(until),
        _ => None,
    }
}

/// Who had it, or who covers for them, if they may have it now.
pub(super) fn owner_or_cover(draft: &Draft<'_>, owner: PersonId) -> Option<PersonId> {
    let (roster, team) = (&draft.snapshot.roster, draft.course().team.clone()?);
    let may_have = |who: &PersonId| {
        let check = |person| eligibility::check(draft.snapshot, &draft.lead, &team, person, draft.now);
        roster.get(*who).is_some_and(|person| check(person).is_ok())
    };
    [owner, roster.keeper(owner, draft.now)].into_iter().find(may_have)
}

/// Takes it from an owner who does not work it.
fn take_back(draft: &mut Draft<'_>, from: PersonId) {
    let promises = &draft.playbook().promises;
    let cooling_until = draft.now + promises.cooling_off;
    draft.record(Fact::TakenBack { from, cooling_until });
    draft.record(Fact::MovedByItself);
    if crate::planted::is("taken-back-to-nowhere") {
        return;
    }
    if draft.course().automatic_moves > promises.moves_max {
        ladder::to_triage(draft, TriageWhy::TooManyMoves);
    } else {
        ladder::restart(draft);
    }
}

fn remind(draft: &mut Draft<'_>, of: Clock, to: Recipient, news: News) {
    draft.record(Fact::Reminded { of });
    draft.tell(to, news);
}

fn stage_days(draft: &Draft<'_>) -> u32 {
    draft.playbook().stage(&draft.course().stage).and_then(|s| s.days).unwrap_or(QUIET_DAYS)
}

/// The hours that its promises run in: its owner's own, else its team's, else the company's.
pub(super) fn hours<'a>(draft: &Draft<'a>) -> &'a Hours {
    let owner = draft.course().state.owner().and_then(|owner| draft.snapshot.roster.get(owner));
    owner.and_then(|owner| owner.hours.as_ref()).unwrap_or_else(|| team_hours(draft))
}

/// The hours of its team, else the company's.
pub(super) fn team_hours<'a>(draft: &Draft<'a>) -> &'a Hours {
    draft.team().map_or(&draft.playbook().company.hours, |team| &team.hours)
}

fn scaled(span: Duration, by: f64) -> Duration {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "minutes to days in milliseconds are far below 2^52"
    )]
    Duration::milliseconds((span.num_milliseconds() as f64 * by.clamp(0.0, 1.0)) as i64)
}
