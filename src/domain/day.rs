//! The working day of one person: when it begins and ends, what is to be done on it, and what is still loose before it ends.
//! It is the day of their own hours, else of their teams'. Where a team is open round the clock, nobody works round the clock: their day
//! is taken to be the usual one, so that nobody is told anything at night.
//! Invariant: each lead is on a list once, under the most urgent that is due.

use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};

use super::clocks::Clock;
use super::hours::Hours;
use super::lead::{Lead, State};
use super::person::{Person, Rights};
use crate::playbook::Playbook;

/// The day of whoever works where it is never closed.
const USUAL: (NaiveTime, NaiveTime) = (at_hour(8), at_hour(18));

const fn at_hour(hour: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, 0, 0).expect("an hour of the day")
}

/// So long after its begin a day is no longer new: what was not told by then is not told.
pub const MORNING: Duration = Duration::hours(3);

/// Whoever works on something so long before their day has begun it early.
const EARLY: Duration = Duration::hours(4);

/// What a person is told about their day. Stored: never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayPart {
    /// What is to be done, when it begins.
    Agenda,
    /// What is loose, before it ends.
    Sweep,
}

impl DayPart {
    /// As rows write it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Agenda => "agenda",
            Self::Sweep => "sweep",
        }
    }
}

/// One working day of one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shift {
    /// The day on which it begins, on their clocks.
    pub day: NaiveDate,
    /// When it begins.
    pub from: DateTime<Utc>,
    /// When it ends.
    pub to: DateTime<Utc>,
}

/// The working day that begins on the day of `now` on somebody's clocks; none, where they do not work on it.
#[must_use]
pub fn shift(person: &Person, playbook: &Playbook, now: DateTime<Utc>) -> Option<Shift> {
    let each = hours(person, playbook).into_iter().filter_map(|hours| of_hours(hours, now));
    each.reduce(|one, other| Shift { day: one.day, from: one.from.min(other.from), to: one.to.max(other.to) })
}

/// The working days of somebody that can be under way at `now`: the one that began the day before, into the night, and this day's.
#[must_use]
pub fn shifts(person: &Person, playbook: &Playbook, now: DateTime<Utc>) -> [Option<Shift>; 2] {
    [now - Duration::days(1), now].map(|at| shift(person, playbook, at))
}

/// Their own, else those of each of their teams, else the company's.
#[must_use]
pub fn hours<'a>(person: &'a Person, playbook: &'a Playbook) -> Vec<&'a Hours> {
    if let Some(own) = &person.hours {
        return vec![own];
    }
    let mut all: Vec<&Hours> = Vec::new();
    for team in playbook.teams.iter().filter(|team| person.membership(&team.key).is_some()) {
        if !all.contains(&&team.hours) {
            all.push(&team.hours);
        }
    }
    if all.is_empty() { vec![&playbook.company.hours] } else { all }
}

fn of_hours(hours: &Hours, now: DateTime<Utc>) -> Option<Shift> {
    let zone = hours.zone();
    let day = zone.local(now).date();
    let clock = |day: NaiveDate, time| zone.instant(day.and_time(time));
    let (midnight, tomorrow) = (clock(day, NaiveTime::MIN), clock(day + Duration::days(1), NaiveTime::MIN));
    let usual = Shift { day, from: clock(day, USUAL.0), to: clock(day, USUAL.1) };
    // What runs on from the day before is that day's.
    let runs_on = hours.is_open(midnight - Duration::minutes(1)) && hours.is_open(midnight);
    let begins =
        if runs_on { hours.closes_at(midnight).map(|end| hours.next_open(end)) } else { Some(hours.next_open(midnight)) };
    let from = match begins {
        Some(from) if from < tomorrow => from,
        // Open all day long.
        None => return Some(usual),
        Some(_) => return (runs_on && hours.closes_at(midnight).is_some_and(|end| end >= tomorrow)).then_some(usual),
    };
    if from == midnight && hours.closes_at(from).is_none_or(|end| end >= tomorrow) {
        return Some(usual);
    }
    let mut to = hours.closes_at(from)?;
    // A break is no end.
    while to < tomorrow {
        let next = hours.next_open(to);
        match hours.closes_at(next) {
            Some(end) if next < tomorrow => to = end,
            Some(_) | None => break,
        }
    }
    Some(Shift { day, from, to })
}

/// When somebody is told a part of their day, and until when it may still be told; none, where the company does not want it.
#[must_use]
pub fn told_at(part: DayPart, shift: Shift, playbook: &Playbook) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let day = &playbook.day;
    match part {
        DayPart::Agenda => day.agenda.then(|| (shift.from, (shift.from + MORNING).min(shift.to))),
        DayPart::Sweep => day.sweep.then(|| ((shift.to - day.sweep_before).max(shift.from), shift.to)),
    }
}

/// Whether somebody may be told of their day at `now`: they work leads, are here, and did not say that they do not want it.
#[must_use]
pub fn hears(person: &Person, part: DayPart, now: DateTime<Utc>) -> bool {
    let wants = match part {
        DayPart::Agenda => person.notify.agenda,
        DayPart::Sweep => person.notify.sweep,
    };
    let is_away = person.absence(now).is_some() && !crate::planted::is("agenda-on-leave");
    wants && !person.left && person.rights >= Rights::Rep && !is_away
}

/// One thing of the day.
#[derive(Debug, Clone, Copy)]
pub struct Due<'a> {
    /// Which lead.
    pub lead: &'a Lead,
    /// Why it is on the list.
    pub what: What,
    /// When it is or was due.
    pub at: DateTime<Utc>,
}

/// What is to be done, the most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// It is their turn, and they have not answered yet.
    Offer,
    /// Something that the owner planned.
    FollowUp,
    /// Nothing was done with it yet.
    FirstTouch,
    /// Nobody was reached yet.
    NotReached,
    /// Nothing has happened for longer than its stage expects.
    Quiet,
    /// They are asked to put right what is known of somebody.
    Mend,
    /// Its sleep ends.
    Returns,
}

/// What is to be done about these leads of one person until `until`, in the order to do it; and how much more comes later.
#[must_use]
pub fn agenda<'a>(leads: &'a [Lead], until: DateTime<Utc>, playbook: &Playbook) -> (Vec<Due<'a>>, usize) {
    let all: Vec<Due<'a>> = leads.iter().filter_map(|lead| duty(lead, until, playbook)).collect();
    let is_now = |due: &Due<'_>| due.at < until || matches!(due.what, What::Offer | What::FirstTouch);
    let (mut now, later): (Vec<Due<'a>>, Vec<Due<'a>>) = all.into_iter().partition(is_now);
    now.sort_by_key(|due| (due.what, due.at, due.lead.id));
    (now, later.iter().filter(|due| due.what != What::Returns).count())
}

/// Those of them that somebody planned.
pub fn planned<'a>(due: &[Due<'a>]) -> impl Iterator<Item = &'a Lead> {
    due.iter().filter(|due| due.what == What::FollowUp).map(|due| due.lead)
}

/// What whoever is asked, owns it or had it must do next, by the first of: an answer, the first touch, their own plan, a stage that lasts
/// too long, another try.
fn duty<'a>(lead: &'a Lead, until: DateTime<Utc>, playbook: &Playbook) -> Option<Due<'a>> {
    let clock = |clock| lead.course.clocks.due(clock);
    let due = |what, at| Some(Due { lead, what, at });
    match lead.course.state {
        State::Offered { since, .. } => return due(What::Offer, clock(Clock::Step).unwrap_or(since)),
        State::Pooled { until, .. } => return due(What::Returns, until),
        State::Repair { since, .. } => return due(What::Mend, clock(Clock::Repair).unwrap_or(since)),
        // A customer is not owned any more, and yet to be called when that was planned.
        State::Closed { .. } => return lead.course.follow_up.as_ref().and_then(|plan| due(What::FollowUp, plan.at)),
        State::Owned { .. } => {}
        State::Waiting { .. } | State::Triage { .. } => return None,
    }
    if let Some(plan) = &lead.course.follow_up {
        return due(What::FollowUp, plan.at);
    }
    if let State::Owned { touched: false, since, .. } = lead.course.state {
        return due(What::FirstTouch, clock(Clock::FirstTouch).or(clock(Clock::Release)).unwrap_or(since));
    }
    if let Some(at) = quiet_since(lead, playbook).filter(|at| *at < until) {
        return due(What::Quiet, at);
    }
    clock(Clock::NotReached).and_then(|at| due(What::NotReached, at))
}

/// When its stage had lasted for as long as is expected without anything happening.
fn quiet_since(lead: &Lead, playbook: &Playbook) -> Option<DateTime<Utc>> {
    let days = playbook.stage(&lead.course.stage)?.days?;
    Some(lead.course.work.last_activity_at.unwrap_or(lead.profile.received_at) + Duration::days(i64::from(days)))
}

/// Something that is loose before the day ends.
#[derive(Debug, Clone, Copy)]
pub struct Loose<'a> {
    /// Which lead.
    pub lead: &'a Lead,
    /// What is loose about it.
    pub why: Why,
    /// When it is or was due; since when it lies, where nothing is.
    pub at: DateTime<Utc>,
}

/// What is loose about a lead, the most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// Nothing was done with it yet.
    Untouched,
    /// A plan is overdue, or it is taken from them tomorrow morning if nothing happens.
    Breaks,
    /// It was worked today, and nobody knows what comes next.
    NoNextStep,
}

/// What is loose about these leads of one person before a day ends; `morning` is the end of the next morning on which they work.
#[must_use]
pub fn loose<'a>(leads: &'a [Lead], shift: Shift, (now, morning): (DateTime<Utc>, DateTime<Utc>)) -> Vec<Loose<'a>> {
    let mut all: Vec<Loose<'a>> = leads.iter().filter_map(|lead| loose_end(lead, shift, (now, morning))).collect();
    all.sort_by_key(|loose| (loose.why, loose.at, loose.lead.id));
    all
}

fn loose_end(lead: &Lead, shift: Shift, (now, morning): (DateTime<Utc>, DateTime<Utc>)) -> Option<Loose<'_>> {
    let State::Owned { touched, since, .. } = lead.course.state else { return None };
    let clock = |clock| lead.course.clocks.due(clock);
    let loose = |why, at| Some(Loose { lead, why, at });
    if !touched {
        return loose(Why::Untouched, clock(Clock::FirstTouch).or(clock(Clock::Release)).unwrap_or(since));
    }
    let asked = [Clock::StillYours, Clock::FollowUpOverdue].into_iter().filter_map(clock).min();
    if let Some(at) = asked.filter(|at| *at <= morning) {
        return loose(Why::Breaks, at);
    }
    match &lead.course.follow_up {
        Some(plan) if plan.at <= now => loose(Why::Breaks, plan.at),
        Some(_) => None,
        None => {
            let last = lead.course.work.last_activity_at?;
            (last >= shift.from - EARLY).then_some(Loose { lead, why: Why::NoNextStep, at: last })
        }
    }
}

/// The end of the morning of the next day on which somebody works.
#[must_use]
pub fn next_morning(person: &Person, playbook: &Playbook, shift: Shift) -> DateTime<Utc> {
    let days = (1..=14).map(|days| shift.to.max(shift.from) + Duration::days(days));
    let next = days.filter_map(|at| self::shift(person, playbook, at)).find(|next| next.from >= shift.to);
    next.map_or(shift.to + Duration::days(1), |next| next.from + MORNING)
}

#[cfg(test)]
mod tests;
