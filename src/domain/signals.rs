//! What people do before they say anything: they open a message, follow a link, look at a page; or they answer.
//! Each signal is worth points that fade. Whoever turns hot by them, or answers, ends their lead's sleep at once.
//! Invariant: nothing is kept of, or done about, whoever asked to be left alone; a closed lead is never opened by a signal.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::decision::{Decision, News, Recipient, Ring};
use super::draft::Draft;
use super::fact::Fact;
use super::ids::{LeadId, PersonId, SignalKey};
use super::ladder;
use super::lead::{Course, Exit, State};
use super::reply::Reply;
use super::returns;
use super::scoring::{self, Part};
use super::sequences::{self, Ended};
use super::snapshot::Snapshot;
use super::submission::Contact;
use crate::playbook::{Playbook, SignalRule};

/// Newest signals that a lead carries: older ones have faded.
pub const KEPT_MAX: usize = 30;

/// So many times its points is the most that one kind of signal gives: who opens a message ten times is no customer yet.
const TIMES_MAX: f64 = 3.0;

/// What a rule sees as the days since the last signal where there was none.
pub const NEVER_DAYS: u32 = 9_999;

/// The kind that says that what was written to them came back.
pub const BOUNCED: &str = "bounced";

/// Longest name of a page, in characters.
const WHAT_MAX: usize = 40;

/// Digits from which a word is taken for a number of somebody's.
const DIGITS_MAX: usize = 5;

/// Something that they did. Stored with the log: fields are never renamed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signal {
    /// What kind, as the playbook names it.
    pub kind: SignalKey,
    /// When they did it.
    pub at: DateTime<Utc>,
    /// For so long, where that was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u32>,
    /// On what: the name of a page, and nothing by which somebody is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub what: Option<String>,
}

/// Whose signal it is.
#[derive(Debug, Clone, PartialEq)]
pub enum Whose {
    /// That of who has this lead.
    Lead(LeadId),
    /// That of who can be reached like this.
    Person(Box<Contact>),
}

/// `pricing`, of `https://acme.example/en/pricing/?utm_source=x`; nothing where it could name a person.
#[must_use]
pub fn page_name(what: &str) -> Option<String> {
    let path = what.split(['?', '#']).next().unwrap_or_default();
    let path = match path.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None => path,
    };
    let last = path.split('/').rfind(|part| !part.trim().is_empty())?;
    if last.contains(['@', '%']) || last.chars().filter(char::is_ascii_digit).count() >= DIGITS_MAX {
        return None;
    }
    let plain = |letter: char| if letter.is_alphanumeric() || matches!(letter, '-' | '.') { letter } else { ' ' };
    let words: String = last.chars().map(plain).collect();
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(words.chars().take(WHAT_MAX).collect::<String>()).filter(|words| !words.is_empty())
}

/// Takes a signal in, the newest first, and forgets what is too old to count.
pub(super) fn keep(signals: &mut Vec<Signal>, signal: &Signal) {
    let place = signals.partition_point(|known| known.at >= signal.at);
    signals.insert(place, signal.clone());
    signals.truncate(KEPT_MAX);
}

/// Somebody who has the lead that is looked at, if any has, did something.
pub(super) fn heard(snapshot: &Snapshot, signal: &Signal, now: DateTime<Utc>) -> Decision {
    let (Some(lead), Some(rule)) = (snapshot.lead.clone(), snapshot.playbook.signal(&signal.kind)) else {
        return Decision::only(Reply::Nobody);
    };
    let is_left_alone = is_out(&lead.course.state) || snapshot.beside.is_left_alone;
    if (is_left_alone && !crate::planted::is("signal-of-the-left-alone")) || is_too_short(rule, signal) {
        return Decision::only(Reply::Nobody);
    }
    let was_hot = lead.course.is_hot();
    let mut draft = Draft::new(snapshot, lead, None, now);
    // A clock that runs ahead of ours gives no points for the future.
    draft.record(Fact::Signalled { signal: Signal { at: signal.at.min(now), ..signal.clone() } });
    if !draft.course().state.is_closed() {
        scoring::renew(&mut draft);
    }
    let turned_hot = !was_hot && draft.course().is_hot();
    let why = Why::of(rule, turned_hot);
    if signal.kind.as_str() == BOUNCED {
        sequences::end(&mut draft, Ended::Refused);
        // Whoever wrote it waits for an answer that will not come.
        if let (State::Owned { by, .. }, None) = (draft.course().state.clone(), why) {
            tell(&mut draft, by, told(signal, None));
        }
    }
    if let Some(why) = why {
        follow(&mut draft, why, signal);
    }
    draft.done(Reply::Nobody)
}

/// Not to be contacted, or no lead at all.
fn is_out(state: &State) -> bool {
    matches!(state, State::Closed { exit: Exit::Suppressed | Exit::Removed | Exit::Merged, .. })
}

/// Whoever is gone at once has seen nothing. Where nobody told for how long, it counts.
fn is_too_short(rule: &SignalRule, signal: &Signal) -> bool {
    signal.seconds.is_some_and(|seconds| seconds < rule.seconds)
}

/// Why a signal is more than points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    /// They answered, or did what the playbook says is as good.
    Wakes,
    /// They are hot since.
    Hot,
}

impl Why {
    fn of(rule: &SignalRule, turned_hot: bool) -> Option<Self> {
        match (rule.wakes, turned_hot) {
            (true, _) => Some(Why::Wakes),
            (false, true) => Some(Why::Hot),
            (false, false) => None,
        }
    }
}

fn told(signal: &Signal, why: Option<Why>) -> News {
    News::Signalled { kind: signal.kind.clone(), what: signal.what.clone(), hot: why == Some(Why::Hot), at: signal.at }
}

fn follow(draft: &mut Draft<'_>, why: Why, signal: &Signal) {
    let told = told(signal, Some(why));
    match draft.course().state.clone() {
        State::Pooled { .. } if crate::planted::is("signal-wakes-nobody") => {}
        State::Pooled { owner, .. } => {
            if why == Why::Wakes {
                sequences::end(draft, Ended::Answered);
            }
            draft.record(Fact::WokeUp);
            returns::wake(draft, owner);
            draft.instead_of_yours(told);
        }
        State::Owned { by, .. } if why == Why::Wakes => tell(draft, by, told),
        // Points come and go; of the first time that they made it hot, its owner hears once.
        State::Owned { .. } if draft.course().turned_hot => {}
        State::Owned { by, .. } => {
            draft.record(Fact::TurnedHot);
            tell(draft, by, told);
        }
        State::Waiting { team, step, .. } => {
            // What is hot is always seen.
            if draft.course().piled && draft.course().is_hot() {
                draft.record(Fact::Unpiled);
            }
            // Whoever was to be rung, and was not yet, still is.
            ladder::ring_again(draft, &team, step);
        }
        State::Triage { .. } => draft.ring(Ring::Card),
        State::Offered { to, .. } => tell(draft, to, told),
        State::Repair { owner, .. } | State::Closed { exit: Exit::Converted | Exit::Unqualified, owner: Some(owner), .. }
            if why == Why::Wakes =>
        {
            tell(draft, owner, told);
        }
        State::Repair { .. } | State::Closed { .. } => {}
    }
}

fn tell(draft: &mut Draft<'_>, owner: PersonId, told: News) {
    let keeper = draft.snapshot.roster.keeper(owner, draft.now);
    draft.tell(Recipient::Person(keeper), told);
}

/// What the signals of a lead are worth by now, one part for each kind. Days are the company's, so that points fade at its midnight only.
pub(super) fn parts(course: &Course, playbook: &Playbook, now: DateTime<Utc>) -> Vec<Part> {
    let days = |at: DateTime<Utc>| days_since(at, playbook, now);
    let part = |rule: &SignalRule| {
        let of_it: Vec<&Signal> = course.signals.iter().filter(|signal| signal.kind == rule.key).collect();
        let newest = of_it.first()?;
        let most = f64::from(rule.points) * TIMES_MAX;
        let fades_days = f64::from(i32::try_from(rule.fades.num_hours()).unwrap_or(i32::MAX)) / 24.0;
        let worth: f64 = of_it.iter().map(|s| f64::from(rule.points) * 0.5_f64.powf(f64::from(days(s.at)) / fades_days)).sum();
        let worth = if most < 0.0 { worth.max(most) } else { worth.min(most) };
        #[expect(clippy::cast_possible_truncation, reason = "at most three hundred")]
        let points = worth.round() as i16;
        let why = words(rule, newest, (of_it.len(), days(newest.at)));
        (points != 0).then_some(Part { points, why })
    };
    playbook.signals.iter().filter_map(part).collect()
}

/// `visited pricing, 2 days ago`.
fn words(rule: &SignalRule, newest: &Signal, (many, days): (usize, u32)) -> String {
    let what = newest.what.as_ref().map_or_else(String::new, |what| format!(" {what}"));
    let ago = match days {
        0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        days => format!("{days} days ago"),
    };
    let times = if many > 1 { format!(" ({many} times)") } else { String::new() };
    format!("{}{what}, {ago}{times}", rule.name)
}

/// Whole days by the company's calendar.
pub(super) fn days_since(at: DateTime<Utc>, playbook: &Playbook, now: DateTime<Utc>) -> u32 {
    let zone = playbook.company.hours.zone();
    let days = (zone.local(now).date() - zone.local(at).date()).num_days();
    u32::try_from(days.max(0)).unwrap_or(NEVER_DAYS)
}

#[cfg(test)]
mod tests;
