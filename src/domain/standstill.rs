//! The chat was away: the clocks of promises run on with what was left of them.
//! Invariant: what was agreed with somebody outside of the team, a follow-up or the end of a sleep, is never moved.

use chrono::{DateTime, Duration, Utc};

use super::clocks::{Clock, Clocks};
use super::decision::Decision;
use super::draft::Draft;
use super::fact::Fact;
use super::promises;
use super::reply::Reply;
use super::snapshot::Snapshot;

/// Whether any clock stood still while the chat was away since then.
#[must_use]
pub fn is_held(clocks: &Clocks, since: DateTime<Utc>) -> bool {
    clocks.iter().any(|(clock, due)| stands(clock) && due > since)
}

/// A clock that measures what the team can only do in the chat.
fn stands(clock: Clock) -> bool {
    match clock {
        Clock::Step
        | Clock::FirstTouchWarning
        | Clock::FirstTouch
        | Clock::Release
        | Clock::StillYours
        | Clock::Triage
        | Clock::Repair
        | Clock::Help
        | Clock::Trade => true,
        Clock::NotReached
        | Clock::FollowUp
        | Clock::FollowUpOverdue
        | Clock::Stage
        | Clock::Return
        | Clock::CustomerQuiet
        | Clock::Sequence => crate::planted::is("plans-move-while-away"),
    }
}

/// It is back: each clock that stood gets what was left of it when the chat went, or when the clock began, in the hours that it counts.
pub(super) fn over(snapshot: &Snapshot, since: DateTime<Utc>, now: DateTime<Utc>) -> Decision {
    let Some(lead) = snapshot.lead.clone().filter(|lead| !lead.course.state.is_closed()) else {
        return Decision::only(Reply::NotNow);
    };
    let mut draft = Draft::new(snapshot, lead, None, now);
    run_on(&mut draft, since, Some(Fact::StoodStill { since }));
    draft.done(Reply::Nobody)
}

/// Each clock that stood gets what was left of it; `why` is said first, when any did.
pub(super) fn run_on(draft: &mut Draft<'_>, since: DateTime<Utc>, why: Option<Fact>) {
    let now = draft.now;
    let hours = promises::hours(draft);
    let began = since.max(draft.course().state.since());
    let due_again = |due: DateTime<Utc>| match hours.between(began, due) {
        left if left > Duration::zero() => hours.add(now, left),
        // It waits for an opening.
        _ => hours.next_open(due.max(now)),
    };
    let stood: Vec<(Clock, DateTime<Utc>)> = draft
        .course()
        .clocks
        .iter()
        .filter(|(clock, due)| stands(*clock) && *due > since)
        .map(|(clock, due)| (clock, due_again(due)))
        .filter(|(clock, due)| draft.course().clocks.due(*clock).is_some_and(|before| *due > before))
        .collect();
    if stood.is_empty() || crate::planted::is("nothing-left-after-away") {
        return;
    }
    let promised = draft.course().first_touch_promised.filter(|due| *due > since);
    if let Some(why) = why {
        draft.record(why);
    }
    if let Some(due) = promised {
        draft.record(Fact::FirstTouchPromised { due: due_again(due).max(due) });
    }
    for (clock, due) in stood {
        draft.set(clock, due);
    }
}
