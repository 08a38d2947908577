//! Two leads that are one person: one goes on, the other ends in it. Nothing of either is lost, and for a short while it can be undone.
//! Invariant: both leads change in one decision, or neither does.

use chrono::{DateTime, Duration, Utc};

use super::decision::{News, Recipient};
use super::draft::Draft;
use super::fact::Fact;
use super::ids::{LeadId, PersonId};
use super::lead::{Course, Exit, Lead, State};
use super::person::Person;
use super::reply::{Need, NoMerge, NoUndo, Reply, Unknown};
use crate::playbook::{Becomes, Reason, StageKind, TurnBack};

/// So long after a merge, or anything else that can be taken back, it can be; wall time.
pub const UNDO_WITHIN: Duration = Duration::seconds(30);

/// A line of a lead's log, as the rules read it.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// When.
    pub at: DateTime<Utc>,
    /// Who; the clock, when `None`.
    pub by: Option<PersonId>,
    /// What is true since.
    pub facts: Vec<Fact>,
}

/// Somebody says that this lead is the same person as another one, which goes on.
pub(super) fn ask(draft: &mut Draft<'_>, by: &Person, into: LeadId) -> Reply {
    let Some(kept) = &draft.snapshot.beside.other else { return Reply::Unknown(Unknown::Lead(into)) };
    let (owner, other) = (draft.course().state.keeper(), kept.course.state.keeper());
    let waits_for = if draft.course().state.is_closed() { None } else { draft.course().state.owner_or_last() };
    if !by.manages() && owner != Some(by.id) && other != Some(by.id) {
        return Reply::NotAllowed(Need::OwnerOrManager { owner });
    }
    let is_merging = |reason: &&Reason| reason.becomes == Becomes::Closed(Exit::Merged);
    let reason = draft.playbook().reasons.iter().find(is_merging);
    let reply = into_other(draft, reason, into);
    if let (Some(had), Reply::Merged { .. }) = (waits_for, &reply) {
        draft.tell(Recipient::Person(had), News::NoLongerYours { to: None });
    }
    reply
}

/// Ends the lead in the other one that the snapshot holds. Its owner is told by whoever calls this.
pub(super) fn into_other(draft: &mut Draft<'_>, reason: Option<&Reason>, into: LeadId) -> Reply {
    let Some(kept) = draft.snapshot.beside.other.clone() else { return Reply::Unknown(Unknown::Lead(into)) };
    if let Some(why) = against(&draft.lead, &kept) {
        return Reply::NotMerged(why);
    }
    let owner = draft.course().state.owner();
    let is_theirs = draft.course().turn_of.as_ref().is_some_and(|(of, _)| owner == Some(*of));
    if is_theirs && reason.map(|r| r.turn_back) == Some(TurnBack::Yes) {
        draft.return_turn();
    }
    if let Some(stage) = draft.playbook().stage_of_kind(StageKind::Unqualified) {
        draft.record(Fact::StageSet { to: stage.key.clone() });
    }
    let submissions = draft.course().work.submissions;
    draft.record(Fact::Closed { exit: Exit::Merged, reason: reason.map(|r| r.key.clone()), original: Some(kept.id) });
    let into = kept.id;
    let mut other = Draft::new(draft.snapshot, kept, draft.actor, draft.now);
    other.record(Fact::MergedFrom { lead: draft.lead.id, submissions });
    if let Some(owner) = other.course().state.keeper() {
        other.tell(Recipient::Person(owner), News::DuplicateOfYours { duplicate: draft.lead.id });
    }
    draft.also(other.done(Reply::Nobody));
    Reply::Merged { into }
}

fn against(dropped: &Lead, kept: &Lead) -> Option<NoMerge> {
    if dropped.id == kept.id {
        return Some(NoMerge::Itself);
    }
    if dropped.profile.is_test != kept.profile.is_test {
        return Some(NoMerge::TestAndReal);
    }
    if dropped.course.open_deal().is_some() {
        return Some(NoMerge::HasDeal);
    }
    if let Some(trade) = &dropped.course.trade {
        return Some(NoMerge::InTrade { with: trade.with });
    }
    match dropped.course.state {
        State::Closed { exit: Exit::Merged, .. } => Some(NoMerge::Already),
        // What they asked for must not be lost in a lead that goes on.
        State::Closed { exit: Exit::Suppressed, .. } => Some(NoMerge::LeftAlone),
        State::Closed { .. }
        | State::Waiting { .. }
        | State::Offered { .. }
        | State::Owned { .. }
        | State::Pooled { .. }
        | State::Triage { .. }
        | State::Repair { .. } => None,
    }
}

/// Takes a merge back: both leads are as they were.
pub(super) fn undo(draft: &mut Draft<'_>, by: &Person) -> Reply {
    let beside = &draft.snapshot.beside;
    let (Some((last, before)), Some(kept)) = (beside.log.split_last(), beside.other.clone()) else {
        return Reply::NotUndone(NoUndo::Nothing);
    };
    if !last.facts.iter().any(|fact| matches!(fact, Fact::Closed { original: Some(of), .. } if *of == kept.id)) {
        return Reply::NotUndone(NoUndo::Nothing);
    }
    if last.by != Some(by.id) {
        return Reply::NotUndone(NoUndo::Theirs { by: last.by });
    }
    if draft.now - last.at > UNDO_WITHIN {
        return Reply::NotUndone(NoUndo::TooLate);
    }
    let (submissions, since) = match since_merged(draft.lead.id, &beside.other_log) {
        Some((submissions, since)) => (submissions, since),
        None => return Reply::NotUndone(NoUndo::Nothing),
    };
    if let Some(who) = since.iter().find_map(acted) {
        return Reply::NotUndone(NoUndo::ActedSince { by: who });
    }
    let Some(was) = Course::replay(before.iter().flat_map(|line| line.facts.iter().map(|fact| (line.at, fact)))) else {
        return Reply::NotUndone(NoUndo::Nothing);
    };
    let last = last.clone();
    super::undo::restore(draft, &last, was);
    super::undo::tell_of_it(draft, (None, Some(by.id)));
    let mut other = Draft::new(draft.snapshot, kept, draft.actor, draft.now);
    other.record(Fact::Unmerged { lead: draft.lead.id, submissions });
    if let Some(owner) = other.course().state.keeper() {
        other.tell(Recipient::Person(owner), News::MergeUndone { lead: draft.lead.id });
    }
    draft.also(other.done(Reply::Nobody));
    Reply::Undone
}

/// Whoever reopens a lead that has ended in another one parts the two.
pub(super) fn part(draft: &mut Draft<'_>, was: &State) {
    let State::Closed { original: Some(original), .. } = was else { return };
    let Some(kept) = draft.snapshot.beside.other.clone().filter(|other| other.id == *original) else { return };
    let mut other = Draft::new(draft.snapshot, kept, draft.actor, draft.now);
    other.record(Fact::Unmerged { lead: draft.lead.id, submissions: draft.course().work.submissions });
    draft.also(other.done(Reply::Nobody));
}

/// The reopening of a lead that had ended in another one was taken back: it has ended in it again.
pub(super) fn rejoin(draft: &mut Draft<'_>) {
    let State::Closed { original: Some(original), .. } = draft.course().state else { return };
    let Some(kept) = draft.snapshot.beside.other.clone().filter(|other| other.id == original) else { return };
    let mut other = Draft::new(draft.snapshot, kept, draft.actor, draft.now);
    other.record(Fact::MergedFrom { lead: draft.lead.id, submissions: draft.course().work.submissions });
    draft.also(other.done(Reply::Nobody));
}

/// How many submissions came with the lead, and what has happened to the other one since.
fn since_merged(dropped: LeadId, log: &[Line]) -> Option<(u32, &[Line])> {
    let merged = |line: &Line| {
        line.facts.iter().find_map(|fact| match fact {
            Fact::MergedFrom { lead, submissions } if *lead == dropped => Some(*submissions),
            _ => None,
        })
    };
    let at = log.iter().rposition(|line| merged(line).is_some())?;
    Some((merged(&log[at])?, &log[at + 1..]))
}

/// Who did something; looking is nothing.
pub(super) fn acted(line: &Line) -> Option<PersonId> {
    line.by.filter(|_| line.facts.iter().any(|fact| !matches!(fact, Fact::Revealed { .. })))
}
