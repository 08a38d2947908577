//! Whether a person may have a lead now, and if not, why.
//! One function for claims, assignments and returns alike: a rule that holds at one door holds at all.

use chrono::{DateTime, Utc};

use super::ids::TeamKey;
use super::lead::Lead;
use super::person::{Absence, Membership, Person};
use super::reply::Refusal;
use super::skills;
use super::snapshot::Snapshot;
use super::taken;

/// May `person` have `lead`, as a lead of `team`, now?
///
/// # Errors
/// The first reason against it, in the order in which a person would give them.
pub fn check(snapshot: &Snapshot, lead: &Lead, team: &TeamKey, person: &Person, now: DateTime<Utc>) -> Result<(), Refusal> {
    if person.left {
        return Err(Refusal::Left);
    }
    let membership = person.membership(team);
    if membership.is_none() && !person.manages() {
        return Err(Refusal::NotInTeam { team: team.clone() });
    }
    let skills = skills::lacking(lead, person, &snapshot.playbook);
    if !skills.is_empty() && !crate::planted::is("no-skills") {
        return Err(Refusal::Lacks { lead: lead.id, team: team.clone(), skills });
    }
    if let Some(Absence { until, cover }) = person.absence(now) {
        return Err(Refusal::Away { until, cover });
    }
    if let Some(pause) = membership.and_then(|m| m.paused.as_ref())
        && pause.until.is_none_or(|until| now < until)
    {
        return Err(Refusal::Paused { until: pause.until });
    }
    if let Some(until) = person.off_until(now) {
        return Err(Refusal::OffHours { until });
    }
    if let Some(&until) = lead.course.cooling.get(&person.id)
        && now < until
        && !crate::planted::is("no-cooling-off")
    {
        return Err(Refusal::CoolingOff { until });
    }
    // What they are asked about is as good as theirs; this one is not counted twice.
    let asked = snapshot.beside.asked.get(&person.id).copied().unwrap_or_default();
    let asked = asked.saturating_sub(u32::from(lead.course.state.asked() == Some(person.id)));
    let untouched = snapshot.untouched.get(&person.id).copied().unwrap_or_default() + asked;
    let cap = cap(snapshot, membership);
    if untouched >= cap && !crate::planted::is("no-cap") {
        return Err(Refusal::Full { untouched, cap });
    }
    // Today's are counted where the team works: its day ends at its own midnight.
    if let Some(most) = membership.and_then(|m| m.daily).or(snapshot.playbook.promises.daily_max) {
        let zone = snapshot.playbook.team(team).map_or(&snapshot.playbook.company.hours, |t| &t.hours).zone();
        let taken = snapshot.beside.taken.on_the_day_of(now, zone, (team, person.id)) + asked;
        if taken >= most {
            return Err(Refusal::FullToday { taken, most, until: taken::next_day(now, zone) });
        }
    }
    Ok(())
}

/// Most untouched leads at a time: the person's own in the team, else the playbook's.
fn cap(snapshot: &Snapshot, membership: Option<&Membership>) -> u32 {
    membership.and_then(|m| m.cap).unwrap_or(snapshot.playbook.promises.untouched_max)
}
