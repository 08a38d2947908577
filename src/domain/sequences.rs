//! Messages that go to sleeping leads by themselves, on a rhythm that the playbook says.
//! Whatever ends the sleep ends the sequence: an answer, a request, a claim, a return, not wanting to be contacted.
//! Invariant: no step of a sequence is written twice to the same lead, however often it sleeps; nothing is written while nobody could
//! answer, or while it is night where they are.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

use super::clocks::Clock;
use super::decision::{News, Recipient};
use super::diary::CALLABLE;
use super::draft::Draft;
use super::fact::Fact;
use super::hours::Zone;
use super::ids::{PersonId, SequenceKey};
use super::lead::{Course, Lead, State};
use super::outgoing::{self, Outgoing};
use super::person::{Person, Roster};
use super::promises;
use super::reply::{Need, Reply};
use super::segment;
use crate::playbook::{Playbook, Sequence};

/// So often a time is looked for that suits both sides; where there is none, the team's hours alone count.
const LOOKS_MAX: usize = 30;

/// Which sequence a lead is in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolled {
    /// Which.
    pub sequence: SequenceKey,
    /// The step that comes next, from 0.
    pub step: usize,
}

/// What has become of a lead in one sequence.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Past {
    /// Steps that are done with.
    pub steps: usize,
    /// How it ended, once it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Ended>,
}

/// How a sequence ended for a lead. Stored: variants are never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// All of it was written.
    Through,
    /// They answered, or asked again.
    Answered,
    /// Their sleep was over, or somebody took them.
    Returned,
    /// Somebody stopped it.
    Stopped,
    /// No e-mail address of theirs is known.
    NoAddress,
    /// What was written came back.
    Refused,
    /// The playbook has it no more.
    Dropped,
}

impl Ended {
    /// Nothing of any sequence is to be written to them any more.
    fn is_for_good(self) -> bool {
        match self {
            Ended::Stopped | Ended::Refused => true,
            Ended::Through | Ended::Answered | Ended::Returned | Ended::NoAddress | Ended::Dropped => false,
        }
    }
}

/// Who writes the messages that go out by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Post {
    /// We do: a mail server is named.
    Ours,
    /// Whoever had the lead: none is.
    Theirs,
}

/// The sequence that begins for a lead as it is now: the first whose condition holds, unless it was through with it before.
#[must_use]
pub fn fit<'p>(lead: &Lead, (playbook, roster): (&'p Playbook, &Roster), now: DateTime<Utc>) -> Option<&'p Sequence> {
    let course = &lead.course;
    let is_free = matches!(course.state, State::Pooled { .. }) && course.sequence.is_none();
    let is_closed_to_us = course.sequences.values().any(|past| past.ended.is_some_and(Ended::is_for_good));
    if !is_free || is_closed_to_us || playbook.sequences.is_empty() {
        return None;
    }
    let values = segment::values(lead, (playbook, roster), now);
    let first = playbook.sequences.iter().find(|sequence| segment::is_true(&sequence.when, values.clone()))?;
    let past = course.sequences.get(&first.key);
    let is_over = past.is_some_and(|past| past.steps >= first.steps.len() || past.ended == Some(Ended::NoAddress));
    (!is_over).then_some(first)
}

/// A lead sleeps, or something about it has changed: the sequence that fits it begins.
pub(super) fn begin(draft: &mut Draft<'_>) {
    let Some(sequence) = fit(&draft.lead, (draft.playbook(), &draft.snapshot.roster), draft.now) else { return };
    draft.record(Fact::SequenceBegun { sequence: sequence.key.clone() });
    let step = draft.course().sequence.as_ref().map_or(0, |enrolled| enrolled.step);
    if let Some(step) = sequence.steps.get(step) {
        let due = suitable(draft, draft.now + step.after);
        draft.set(Clock::Sequence, due);
    }
}

/// The sequence that the lead is in, if any, is over.
pub(super) fn end(draft: &mut Draft<'_>, why: Ended) {
    draft.stop(Clock::Sequence);
    if let Some(Enrolled { sequence, .. }) = draft.course().sequence.clone() {
        draft.record(Fact::SequenceEnded { sequence, why });
    }
}

/// Somebody wants nothing more to be written to them by itself.
pub(super) fn stop(draft: &mut Draft<'_>, by: &Person) -> Reply {
    if by.memberships.is_empty() && !by.manages() {
        return Reply::NotAllowed(Need::Rep);
    }
    if draft.course().sequence.is_none() {
        return Reply::NotNow;
    }
    end(draft, Ended::Stopped);
    Reply::SequenceStopped
}

/// The next step of the sequence is due.
pub(super) fn due(draft: &mut Draft<'_>, post: Post) {
    draft.stop(Clock::Sequence);
    let Some(Enrolled { sequence: key, step: nth }) = draft.course().sequence.clone() else { return };
    let Some(sequence) = draft.playbook().sequence(&key) else { return end(draft, Ended::Dropped) };
    let Some(step) = sequence.steps.get(nth) else { return end(draft, Ended::Through) };
    // They may have asked for it with another lead, or are on a list that was brought along.
    if draft.snapshot.beside.is_left_alone {
        return end(draft, Ended::Stopped);
    }
    // The process was away, or the hours are others by now.
    let suits = suitable(draft, draft.now);
    if suits > draft.now {
        return draft.set(Clock::Sequence, suits);
    }
    let Some(to) = draft.lead.profile.contact.email.as_ref().map(|email| email.one_line().raw().to_owned()) else {
        return end(draft, Ended::NoAddress);
    };
    match (letter(draft, &step.template), post) {
        (None, _) => draft.record(Fact::SequenceSkipped { sequence: key, step: nth }),
        (Some(letter), Post::Ours) => {
            let (by, template) = (letter.by, step.template.clone());
            draft.record(Fact::SequenceWritten { sequence: key.clone(), step: nth, template, by });
            draft.write(Outgoing { to, sequence: key, ..letter });
        }
        (Some(letter), Post::Theirs) => {
            let (by, template) = (letter.by, step.template.clone());
            draft.record(Fact::SequenceHanded { sequence: key.clone(), step: nth, to: by });
            let keeper = draft.snapshot.roster.keeper(by, draft.now);
            draft.tell(Recipient::Person(keeper), News::SequenceStep { sequence: key, template });
        }
    }
    match sequence.steps.get(nth + 1) {
        Some(next) => {
            let due = suitable(draft, draft.now + next.after);
            draft.set(Clock::Sequence, due);
        }
        None => end(draft, Ended::Through),
    }
}

/// What the step says to them, from whoever had the lead; nothing where it cannot be written.
fn letter(draft: &Draft<'_>, template: &str) -> Option<Outgoing> {
    let (playbook, roster) = (draft.playbook(), &draft.snapshot.roster);
    let template = playbook.templates.iter().find(|known| known.key == template)?;
    let by = writer(draft)?;
    let facts = outgoing::facts(&draft.lead, (playbook, roster), Some(by));
    let filled = template.fill(&facts).ok()?;
    Some(Outgoing {
        by,
        template: template.name.clone(),
        to: String::new(),
        subject: filled.subject.unwrap_or_default(),
        text: filled.text,
        sequence: SequenceKey::from(""),
    })
}

/// Who had it, if they are still with us; else the team's captain.
fn writer(draft: &Draft<'_>) -> Option<PersonId> {
    let roster = &draft.snapshot.roster;
    let had = match draft.course().state {
        State::Pooled { owner, .. } => owner.and_then(|owner| roster.get(owner)).filter(|owner| !owner.left),
        State::Waiting { .. }
        | State::Offered { .. }
        | State::Owned { .. }
        | State::Triage { .. }
        | State::Repair { .. }
        | State::Closed { .. } => None,
    };
    let captain = || roster.by_handle(draft.team()?.captain.as_deref()?).filter(|captain| !captain.left);
    had.or_else(captain).map(|person| person.id)
}

/// The first time from `at` on that is in the team's hours, and at which they can be reached where they are.
fn suitable(draft: &Draft<'_>, at: DateTime<Utc>) -> DateTime<Utc> {
    let hours = promises::hours(draft);
    let zone = draft.lead.profile.contact.zone.as_deref().and_then(|name| Zone::parse(name).ok());
    let Some(zone) = zone else { return hours.next_open(at) };
    let mut next = at;
    for _ in 0..LOOKS_MAX {
        let open = hours.next_open(next);
        next = callable(&zone, open);
        if next == open {
            return open;
        }
    }
    hours.next_open(at)
}

fn callable(zone: &Zone, at: DateTime<Utc>) -> DateTime<Utc> {
    let local = zone.local(at);
    if (CALLABLE.0..CALLABLE.1).contains(&local.time()) {
        return at;
    }
    let day = if local.time() < CALLABLE.0 { local.date() } else { local.date() + Duration::days(1) };
    zone.instant(day.and_time(CALLABLE.0))
}

/// It begins where it ended the last time, so that nothing is written twice.
pub(super) fn begun(course: &mut Course, sequence: &SequenceKey) {
    let past = course.sequences.entry(sequence.clone()).or_default();
    past.ended = None;
    course.sequence = Some(Enrolled { sequence: sequence.clone(), step: past.steps });
}

/// One step is done with.
pub(super) fn stepped(course: &mut Course, sequence: &SequenceKey, step: usize) {
    let next = if crate::planted::is("sequence-step-again") { step } else { step + 1 };
    course.sequences.entry(sequence.clone()).or_default().steps = next;
    course.sequence = Some(Enrolled { sequence: sequence.clone(), step: next });
}

/// No more of it.
pub(super) fn ended(course: &mut Course, sequence: &SequenceKey, why: Ended) {
    course.sequences.entry(sequence.clone()).or_default().ended = Some(why);
    course.sequence = None;
}

/// The lead does not sleep any more: whatever it was in is over.
pub(super) fn leave(course: &mut Course) {
    if crate::planted::is("sequence-outlives-sleep") {
        return;
    }
    if let Some(Enrolled { sequence, .. }) = course.sequence.take() {
        course.sequences.entry(sequence).or_default().ended = Some(Ended::Returned);
    }
}
