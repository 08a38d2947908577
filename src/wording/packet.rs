//! The handoff packet: all that whoever gets a lead must know which somebody worked before.
//! It is told from the log, up to the moment at which the lead changed hands, so that it says the same however late it is read.
//! Invariant: no contact data of the lead's own; what colleagues wrote is quoted as they wrote it.

use chrono::{DateTime, Utc};

use super::World;
use super::parts::{NEED_MAX, label, moment, person, stage_name, tries_line};
use super::pickers::outcome_words;
use super::why::{Told, sentence};
use crate::domain::clocks::Clock;
use crate::domain::fact::Fact;
use crate::domain::ids::PersonId;
use crate::domain::lead::Lead;
use crate::domain::text::{Text, Untrusted, When};

/// Newest attempts told one by one.
const ATTEMPTS_MAX: usize = 6;

/// Newest notes told.
const NOTES_MAX: usize = 5;

/// Newest steps told of the way from one owner to the next.
const STEPS_MAX: usize = 4;

/// Longest quotation of a note.
const NOTE_MAX: usize = 300;

/// The packet for `to`; `log` oldest first.
pub(super) fn packet(lead: &Lead, log: &[Told], to: PersonId, world: World<'_>) -> Vec<Text> {
    let way = Way::of(log, to);
    let until_then = &log[..way.taken];
    let mut lines = Vec::new();
    lines.extend(way.before.map(|before| person(label("Before"), before, world)));
    lines.extend(list("Why", way.steps(log).filter_map(|told| sentence(told, world)).collect(), STEPS_MAX));
    lines.extend(need(lead));
    lines.extend(story(lead, until_then, world));
    if plan(until_then).is_some() {
        lines.push("What was planned is not in your plan: plan it anew, or let it go.".into());
    }
    let first_touch = lead.course.clocks.due(Clock::FirstTouch);
    lines.extend(first_touch.map(|at| label("Due").and("your first touch ").at(at, When::Relative)));
    lines
}

/// What they want, in their words.
pub(super) fn need(lead: &Lead) -> Option<Text> {
    lead.profile.need.as_ref().map(|need| label("Wants").and("\"").data(&need.one_line().cut(NEED_MAX)).and("\""))
}

/// What happened so far, in short: stage, attempts, notes, and what is planned.
pub(super) fn story(lead: &Lead, log: &[Told], world: World<'_>) -> Vec<Text> {
    let mut lines = vec![label("Stage").and(stage_name(&lead.course.stage, world))];
    lines.extend(tries_line(lead));
    lines.extend(attempts(log, world));
    lines.extend(list("Notes", notes(log, world), NOTES_MAX));
    lines.extend(planned(log, world));
    lines.extend(promised(lead, world.now));
    lines
}

/// From one owner to the next, as places in the log.
struct Way {
    before: Option<PersonId>,
    left: usize,
    taken: usize,
}

impl Way {
    fn of(log: &[Told], to: PersonId) -> Self {
        let takers = takers(log);
        let nth = takers.iter().rposition(|at| taker(&log[*at]) == Some(to));
        let taken = nth.map_or(log.len(), |nth| takers[nth]);
        let left = takers[..nth.unwrap_or(takers.len())].last().copied();
        Self { before: left.and_then(|at| taker(&log[at])), left: left.map_or(0, |at| at + 1), taken }
    }

    /// The lines that moved it, the last of them the one by which `to` got it.
    fn steps<'l>(&self, log: &'l [Told]) -> impl Iterator<Item = &'l Told> + use<'l> {
        let end = log.len().min(self.taken + 1);
        log[self.left.min(end)..end].iter().filter(|told| told.facts.iter().any(moves))
    }
}

/// The lines by which somebody got it, but for those that were taken back.
fn takers(log: &[Told]) -> Vec<usize> {
    let mut takers = Vec::new();
    for (at, told) in log.iter().enumerate() {
        if taker(told).is_some() {
            takers.push(at);
        }
        let undone =
            told.facts.iter().find_map(|fact| if let Fact::Undone { to } = fact { Some(to.state.keeper()) } else { None });
        if undone
            .is_some_and(|back| takers.last().is_some_and(|last| taker(&log[*last]) != back && log[*last].actor == told.actor))
        {
            takers.pop();
        }
    }
    takers
}

/// Who got it by this line.
fn taker(told: &Told) -> Option<PersonId> {
    told.facts.iter().rev().find_map(|fact| match fact {
        Fact::Claimed { by } => Some(*by),
        Fact::Assigned { to, .. } => Some(*to),
        _ => None,
    })
}

fn moves(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::Released { .. }
            | Fact::TakenBack { .. }
            | Fact::ToTriage { .. }
            | Fact::Pooled { .. }
            | Fact::WokeUp
            | Fact::Closed { .. }
            | Fact::Reopened { .. }
            | Fact::CameBack { .. }
            | Fact::Claimed { .. }
            | Fact::Assigned { .. }
    )
}

/// Each try: when, over which channel, with what result, by whom, and what they wrote.
fn attempts(log: &[Told], world: World<'_>) -> Vec<Text> {
    let each = log.iter().flat_map(|told| {
        let tries = told.facts.iter().filter_map(|fact| match fact {
            Fact::Attempted { by, channel, outcome } => Some((*by, *channel, *outcome)),
            _ => None,
        });
        tries.map(move |(by, channel, outcome)| {
            let how = format!(" {}, {}, ", channel.within(), outcome_words(channel, outcome).to_lowercase());
            quoted(person(Text::default().at(told.at, When::DateTime).and(how), by, world), told)
        })
    });
    list("Attempts", each.collect(), ATTEMPTS_MAX)
}

fn notes(log: &[Told], world: World<'_>) -> Vec<Text> {
    let is_result = |told: &Told, fact: &Fact| matches!(fact, Fact::FollowUpDone { .. }) && told.words.is_some();
    let is_note = |told: &&Told| told.facts.iter().any(|fact| matches!(fact, Fact::Noted { .. }) || is_result(told, fact));
    let begin = |told: &Told| {
        let begin = Text::default().at(told.at, When::DateTime).and(" ");
        told.actor.map_or(begin.clone(), |actor| person(begin, actor, world))
    };
    log.iter().filter(is_note).map(|told| quoted(begin(told), told)).collect()
}

/// What is planned and not done.
fn planned(log: &[Told], world: World<'_>) -> Option<Text> {
    let (told, at) = plan(log)?;
    let line = moment(label("Planned").and("follow-up "), at);
    let line = told.actor.map_or(line.clone(), |actor| person(line.and(", by "), actor, world));
    Some(quoted(line, told))
}

/// The plan that is open at the end of the log, and where it was made.
pub(super) fn plan(log: &[Told]) -> Option<(&Told, DateTime<Utc>)> {
    let mut open = None;
    for told in log {
        for fact in &told.facts {
            match fact {
                Fact::FollowUpSet { at } => open = Some((told, *at)),
                Fact::FollowUpDone { .. } | Fact::FollowUpCleared | Fact::Pooled { .. } | Fact::Closed { .. } => open = None,
                _ => {}
            }
        }
    }
    open
}

/// What they were promised when they came in, and whether it was kept.
fn promised(lead: &Lead, now: DateTime<Utc>) -> Option<Text> {
    let due = lead.course.first_touch_promised?;
    let line = label("Promised to them").and("a first touch by ").at(due, When::DateTime);
    Some(line.and(match lead.course.work.touched_at {
        Some(at) if at <= due => ": kept",
        Some(_) => ": it came late",
        None if now <= due => ": still open",
        None => ": nobody has got in touch yet",
    }))
}

fn quoted(text: Text, told: &Told) -> Text {
    match told.words.as_deref().filter(|words| !words.trim().is_empty()) {
        Some(words) => text.and(": \"").data(&Untrusted::new(words).one_line().cut(NOTE_MAX)).and("\""),
        None => text,
    }
}

/// A heading and the newest of them, oldest first; nothing when there are none.
fn list(heading: &'static str, each: Vec<Text>, most: usize) -> Vec<Text> {
    if each.is_empty() {
        return Vec::new();
    }
    let skipped = each.len().saturating_sub(most);
    let heading = Text::default().strong(heading);
    let heading = if skipped == 0 { heading } else { heading.and(format!(" (the last {most} of {})", each.len())) };
    std::iter::once(heading).chain(each.into_iter().skip(skipped).map(|text| Text::plain("• ").then(text))).collect()
}

#[cfg(test)]
mod tests;
