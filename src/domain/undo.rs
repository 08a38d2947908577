//! Takes back what somebody has just done to a lead, for a short while: state, clocks and turns are as they were.
//! Claims, gifts, deals, dispositions and merges can be taken back, by whoever did it, while nobody has gone on from there.
//! Invariant: what is taken back leaves the course exactly as it was, but for the epoch, so that older buttons and notices stay stale.

use chrono::{DateTime, Utc};

use super::clocks::Clock;
use super::decision::{Decision, News, Recipient};
use super::draft::Draft;
use super::fact::Fact;
use super::ids::{LeadId, PersonId};
use super::lead::{Channel, Course, Exit, Outcome, State};
use super::merge::{self, Line, UNDO_WITHIN};
use super::person::Person;
use super::reply::{NoUndo, Reply};
use super::snapshot::Snapshot;
use super::{help, ladder, standstill, trade};

/// Takes back what `by` did to the lead last.
pub(super) fn undo(draft: &mut Draft<'_>, by: &Person) -> Reply {
    let beside = &draft.snapshot.beside;
    if let Some(other) = &beside.other {
        let is_closed = draft.course().state.is_closed();
        if !is_closed && trade::traded_for(&beside.log) == Some(other.id) {
            return trade::take_back(draft, by);
        }
        if is_closed {
            return merge::undo(draft, by);
        }
    }
    match last_of(&beside.log, by.id, draft.now) {
        Ok((line, was)) => {
            let line = line.clone();
            go_back(draft, Some(by.id), &line, was);
            merge::rejoin(draft);
            // The other lead of a trade heard that this one had gone.
            trade::forget(draft);
            Reply::Undone
        }
        Err(why) => Reply::NotUndone(why),
    }
}

/// The lead in which this one had ended before what was done last: whoever reopened it has parted the two.
#[must_use]
pub fn parted_from(log: &[Line]) -> Option<LeadId> {
    let at = log.iter().rposition(can_be_taken_back)?;
    let was = Course::replay(log[..at].iter().flat_map(|line| line.facts.iter().map(|fact| (line.at, fact))))?;
    match was.state {
        State::Closed { original, .. } => original,
        State::Waiting { .. }
        | State::Offered { .. }
        | State::Owned { .. }
        | State::Pooled { .. }
        | State::Triage { .. }
        | State::Repair { .. } => None,
    }
}

/// What they did last, and the course before it; or why it stays.
pub(super) fn last_of(log: &[Line], by: PersonId, now: DateTime<Utc>) -> Result<(&Line, Course), NoUndo> {
    last_like(log, by, now, can_be_taken_back)
}

fn last_like(log: &[Line], by: PersonId, now: DateTime<Utc>, is_it: impl Fn(&Line) -> bool) -> Result<(&Line, Course), NoUndo> {
    let at = log.iter().rposition(is_it).ok_or(NoUndo::Nothing)?;
    let (before, line, since) = (&log[..at], &log[at], &log[at + 1..]);
    // Whoever did none of it, or has taken it back, has nothing to take back.
    let is_done_with =
        line.by == Some(by) && since.iter().any(|line| line.facts.iter().any(|fact| matches!(fact, Fact::Undone { .. })));
    if is_done_with || (line.by != Some(by) && since.iter().any(|line| merge::acted(line).is_some())) {
        return Err(NoUndo::Nothing);
    }
    if let Some(who) = since.iter().find_map(merge::acted) {
        return Err(NoUndo::ActedSince { by: who });
    }
    let by_itself = |line: &Line| line.by.is_none() && line.facts.iter().any(|fact| !matches!(fact, Fact::Scored { .. }));
    if now - line.at > UNDO_WITHIN || since.iter().any(by_itself) {
        return Err(NoUndo::TooLate);
    }
    if line.by != Some(by) {
        return Err(NoUndo::Theirs { by: line.by });
    }
    let was = Course::replay(before.iter().flat_map(|line| line.facts.iter().map(|fact| (line.at, fact))));
    was.map(|was| (line, was)).ok_or(NoUndo::Nothing)
}

/// Takes back an attempt that somebody logged by a slip, if it is the last thing that was done to the lead.
pub(super) fn unlog(draft: &mut Draft<'_>, by: &Person, (channel, outcome): (Channel, Outcome)) -> Reply {
    let attempt = Fact::Attempted { by: by.id, channel, outcome };
    match last_like(&draft.snapshot.beside.log, by.id, draft.now, |line| line.facts.contains(&attempt)) {
        Ok((line, was)) => {
            let line = line.clone();
            go_back(draft, Some(by.id), &line, was);
            Reply::Undone
        }
        Err(why) => Reply::NotUndone(why),
    }
}

/// It had ended because they were to be left alone, as was said elsewhere, and goes on since that was a mistake: with what was left of its
/// promises, where more than the while has passed in which it could have been taken back at once.
pub(super) fn goes_on_after_all(snapshot: &Snapshot, by: Option<PersonId>, since: DateTime<Utc>, now: DateTime<Utc>) -> Decision {
    let (Some(lead), log) = (snapshot.lead.clone(), &snapshot.beside.log) else { return Decision::only(Reply::NotNow) };
    let ends = |line: &Line| line.facts.iter().any(|fact| matches!(fact, Fact::Closed { .. }));
    let is_it = |line: &Line| line.by.is_none() && line.at.timestamp_millis() == since.timestamp_millis();
    let is_left_alone = matches!(lead.course.state, State::Closed { exit: Exit::Suppressed, .. });
    let Some(at) = log.iter().rposition(ends).filter(|at| is_left_alone && is_it(&log[*at])) else {
        return Decision::only(Reply::NotNow);
    };
    // What has been noted since stays noted.
    let others = log[..at].iter().chain(&log[at + 1..]);
    let Some(was) = Course::replay(others.flat_map(|line| line.facts.iter().map(|fact| (line.at, fact)))) else {
        return Decision::only(Reply::NotNow);
    };
    let mut draft = Draft::new(snapshot, lead, by, now);
    restore(&mut draft, &log[at], was);
    trade::forget(&mut draft);
    if now - since > UNDO_WITHIN {
        later(&mut draft, since);
    }
    tell_of_it(&mut draft, (None, by));
    draft.done(Reply::Undone)
}

/// Time has passed: what was promised gets what was left of it; who was asked is asked anew, and whoever has left has it no more.
fn later(draft: &mut Draft<'_>, since: DateTime<Utc>) {
    standstill::run_on(draft, since, None);
    let has_left = |who: PersonId| draft.snapshot.roster.get(who).is_none_or(|person| person.left);
    match &draft.course().state {
        State::Waiting { .. } | State::Offered { .. } => ladder::restart(draft),
        State::Owned { by, .. } | State::Repair { owner: by, .. } if has_left(*by) => ladder::restart(draft),
        State::Owned { .. } | State::Repair { .. } | State::Pooled { .. } | State::Triage { .. } | State::Closed { .. } => {}
    }
}

/// Somebody took it, gave it to somebody, or ended work on it. What came in with it cannot be sent back.
pub(super) fn can_be_taken_back(line: &Line) -> bool {
    let came_in =
        |fact: &Fact| matches!(fact, Fact::Received { .. } | Fact::CameAgain { .. } | Fact::Undone { .. } | Fact::Mended { .. });
    let moved = |fact: &Fact| {
        matches!(
            fact,
            Fact::Claimed { .. }
                | Fact::Assigned { by: Some(_), .. }
                | Fact::Pooled { .. }
                | Fact::SentToRepair { .. }
                | Fact::Closed { original: None, .. }
                | Fact::DealMade { .. }
                | Fact::DealValued { .. }
        )
    };
    line.by.is_some() && line.facts.iter().any(moved) && !line.facts.iter().any(came_in)
}

pub(super) fn go_back(draft: &mut Draft<'_>, by: Option<PersonId>, line: &Line, was: Course) {
    let gone = draft.course().state.owner();
    restore(draft, line, was);
    tell_of_it(draft, (gone, by));
}

/// It is as it was before that line.
pub(super) fn restore(draft: &mut Draft<'_>, line: &Line, was: Course) {
    if line.facts.iter().any(|fact| matches!(fact, Fact::TurnTaken { .. })) {
        draft.return_turn();
    }
    draft.record(Fact::Undone { to: Box::new(was) });
    // It has a card of its own by now.
    if draft.course().piled {
        draft.record(Fact::Unpiled);
    }
    if let Some(Fact::TurnReturned { to }) = line.facts.iter().find(|fact| matches!(fact, Fact::TurnReturned { .. })) {
        // The turn of the team in which it was taken, wherever the lead has gone since.
        match draft.course().turn_of.clone().filter(|(of, _)| of == to) {
            Some((of, team)) => draft.take_turn_of(team, of),
            None => draft.take_turn(*to),
        }
    }
}

/// Whose it was and whose it is hear of it; so do those who are asked again, and to whom it comes back.
pub(super) fn tell_of_it(draft: &mut Draft<'_>, (gone, by): (Option<PersonId>, Option<PersonId>)) {
    let state = draft.course().state.clone();
    // A ladder that began anew has told them itself.
    let is_told = draft.recorded(|fact| matches!(fact, Fact::Offered { .. }));
    if let (Some(asked), Some(until), false) = (state.asked(), draft.course().clocks.due(Clock::Step), is_told) {
        draft.tell(Recipient::Person(asked), News::Offered { until });
    }
    if draft.was.help.is_none() {
        help::ask_anew(draft);
    }
    // Who waited for it all the while hears nothing of what was none.
    let waits =
        |state: &State| [if state.is_closed() || state.owner().is_some() { None } else { state.owner_or_last() }, state.fixer()];
    let waited = waits(&draft.was.state);
    let told: Vec<PersonId> = waits(&state).into_iter().flatten().filter(|who| !waited.contains(&Some(*who))).collect();
    for who in &told {
        draft.tell(Recipient::Person(*who), News::AsBefore);
    }
    let back = state.owner();
    if gone == back {
        return;
    }
    if let Some(gone) = gone.filter(|gone| !told.contains(gone)) {
        draft.tell(Recipient::Person(gone), News::NoLongerYours { to: back });
    }
    if let Some(back) = back {
        let due = draft.course().clocks.due(Clock::FirstTouch);
        // Nobody gives it to them: it is theirs as before.
        draft.tell(Recipient::Person(back), by.map_or(News::Yours { from: None, due }, |_| News::AsBefore));
    }
}
