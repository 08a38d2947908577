//! A lead as the segments of the playbook see it: what rules see of it, and besides where its work stands and how long ago things were.
//! Invariant: every value that a segment may ask for is in `example`; whoever is to be left alone is in no segment, whatever it asks.

use chrono::{DateTime, Utc};

use super::lead::{Exit, Lead, State};
use super::person::Roster;
use super::portrait::{self, Values};
use crate::playbook::rule::{Rule, Value, Verdict};
use crate::playbook::{CustomField, Playbook, Segment};

/// What a segment can ask besides what rules can; a field of the company's own with such a name goes before.
pub const NAMES: [&str; 10] = ["score", "tier", "state", "stage", "exit", "reason", "team", "owner", "tags", "contact_days"];

/// Is the lead in the segment? A rule that breaks on it does not hold.
#[must_use]
pub fn holds(segment: &Segment, lead: &Lead, values: Values) -> bool {
    let is_out = matches!(lead.course.state, State::Closed { exit: Exit::Suppressed | Exit::Removed | Exit::Merged, .. });
    !is_out && is_true(&segment.when, values)
}

/// Does a condition hold for a lead of these values? One that breaks on it does not.
#[must_use]
pub fn is_true(when: &Rule, values: Values) -> bool {
    when.judge(&mut portrait::subject(values)) == Verdict::Holds
}

/// A lead as segments see it; `contact_days` are those since the last attempt, or since it came in where there was none.
#[must_use]
pub fn values(lead: &Lead, (playbook, roster): (&Playbook, &Roster), now: DateTime<Utc>) -> Values {
    let (course, work) = (&lead.course, &lead.course.work);
    // By the company's calendar, as the other days that rules know.
    let zone = playbook.company.hours.zone();
    let tried_at = work.last_attempt_at.unwrap_or(lead.profile.received_at);
    let contact_days = (zone.local(now).date() - zone.local(tried_at).date()).num_days();
    let text = |text: Option<&str>| Value::Text(text.unwrap_or_default().to_owned());
    let (exit, reason) = match &course.state {
        State::Closed { exit, reason, .. } => (Some(exit.word()), reason.as_ref()),
        State::Pooled { reason, .. } | State::Repair { reason, .. } => (None, Some(reason)),
        State::Waiting { .. } | State::Offered { .. } | State::Owned { .. } | State::Triage { .. } => (None, None),
    };
    let owner = course.state.owner().and_then(|owner| roster.get(owner));
    let score = course.score.as_ref();
    let more = [
        Value::Number(score.map(|score| f64::from(score.points))),
        text(score.map(|score| score.tier.word())),
        text(Some(course.state.word())),
        text(Some(course.stage.as_str())),
        text(exit),
        text(reason.map(|reason| reason.as_str())),
        text(course.team.as_ref().map(|team| team.as_str())),
        text(owner.map(|owner| owner.handle.as_str())),
        Value::List(course.tags.iter().map(|tag| tag.as_str().to_owned()).collect()),
        Value::Number(Some(f64::from(i32::try_from(contact_days.max(0)).unwrap_or(i32::MAX)))),
    ];
    let known = portrait::values(&lead.profile, work.submissions.max(1), playbook);
    with(portrait::lived(known, lead, playbook, now), more)
}

/// An invented lead with a value in every place.
#[must_use]
pub fn example(fields: &[CustomField]) -> Values {
    let text = |text: &str| Value::Text(text.to_owned());
    let number = |number| Value::Number(Some(number));
    let more = [
        number(50.0),
        text("warm"),
        text("closed"),
        text("contacted"),
        text("unqualified"),
        text("not_a_fit"),
        text("dach"),
        text("ann"),
        Value::List(vec!["vip".to_owned()]),
        number(200.0),
    ];
    with(portrait::example(fields), more)
}

fn with(mut values: Values, more: [Value; NAMES.len()]) -> Values {
    for (name, value) in NAMES.into_iter().zip(more) {
        if !values.iter().any(|(known, _)| known == name) {
            values.push((name.to_owned(), value));
        }
    }
    values
}
