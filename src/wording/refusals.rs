//! Why somebody may not have a lead now, told to them or about them, with what to do about it.

use super::World;
use super::parts::{count, lines, moment, team_name};
use super::skills::{names, who_can};
use crate::domain::clocks::Clock;
use crate::domain::ids::{LeadId, PersonId};
use crate::domain::lead::Lead;
use crate::domain::message::View;
use crate::domain::reply::Refusal;
use crate::domain::text::{Text, When};

/// Untouched leads named in a refusal.
const NAMED_MAX: usize = 5;

/// Told to the one who is refused. `untouched` are the leads that they have not touched yet.
pub(super) fn to_you(refusal: &Refusal, untouched: &[Lead], world: World<'_>) -> View {
    match refusal {
        Refusal::NotInTeam { team } => {
            let team = team_name(team, world);
            lines(vec![Text::plain(format!(
                "This one is for {team}, and you are not in that team. A manager can add you with /team add."
            ))])
        }
        Refusal::Lacks { lead, team, skills } => {
            let needs = Text::plain(format!("{} needs {}, which is not among your skills. ", this(*lead), names(skills, world)));
            lines(vec![needs.then(who_can(team, skills, world))])
        }
        Refusal::Away { until, cover } => {
            let away = match until {
                Some(until) => moment(Text::plain("You are away until "), *until).and("."),
                None => Text::plain("You are away."),
            };
            let away = match cover {
                Some(cover) => away.and(" ").person(*cover, &world.roster.name(*cover)).and(" covers for you."),
                None => away,
            };
            lines(vec![away.and(" Say /me status with Here first.")])
        }
        Refusal::Paused { until } => {
            let paused = match until {
                Some(until) => moment(Text::plain("You are paused in this team until "), *until).and("."),
                None => Text::plain("You are paused in this team."),
            };
            lines(vec![paused.and(" A manager can end that with /team pause.")])
        }
        Refusal::OffHours { until } => {
            let off = moment(Text::plain("You are outside your own hours until "), *until);
            lines(vec![off.and(". /me hours changes them.")])
        }
        Refusal::Full { untouched: have, cap } => {
            let mut told = vec![Text::plain(format!(
                "You have {}; {cap} is the most. Work one of them first:",
                count(*have, "untouched lead", "untouched leads")
            ))];
            told.extend(untouched.iter().take(NAMED_MAX).map(untouched_line));
            lines(told)
        }
        Refusal::FullToday { taken, most, until } => {
            let told = Text::plain(format!("You have taken {} of this team's leads today; {most} a day is the most. ", taken));
            lines(vec![told.and("The next day begins ").at(*until, When::Relative).and(".")])
        }
        Refusal::CoolingOff { until } => lines(vec![
            Text::plain("You had this one and it went back to the team. Leave it to the others until ")
                .at(*until, When::Time)
                .and(" (")
                .at(*until, When::Relative)
                .and("); then you may claim it again."),
        ]),
        Refusal::Left => lines(vec!["You are marked as no longer with the company. A manager can change that.".into()]),
    }
}

/// `L-1042`, or what stands for one that is not there.
fn this(lead: LeadId) -> String {
    if lead == LeadId(0) { "It".to_owned() } else { lead.to_string() }
}

fn untouched_line(lead: &Lead) -> Text {
    let line = Text::plain("• ").then(super::parts::short_name(lead));
    match (lead.course.clocks.due(Clock::FirstTouch), lead.course.clocks.due(Clock::Release)) {
        (Some(due), _) => line.and(", first touch ").at(due, When::Relative),
        (None, Some(release)) => line.and(", late; goes back to the team ").at(release, When::Relative),
        (None, None) => line,
    }
}

/// Told about somebody else.
pub(super) fn about(who: PersonId, refusal: &Refusal, world: World<'_>) -> View {
    let name = Text::default().person(who, &world.roster.name(who));
    let text = match refusal {
        Refusal::NotInTeam { team } => name.and(format!(
            " is not in {}. Choose somebody who is; a manager can add them with /team add.",
            team_name(team, world)
        )),
        Refusal::Lacks { lead, team, skills } => name
            .and(format!(" does not have {}, which {} needs. ", names(skills, world), this(*lead)))
            .then(who_can(team, skills, world)),
        Refusal::Away { until, cover } => {
            let away = match until {
                Some(until) => moment(name.and(" is away until "), *until),
                None => name.and(" is away"),
            };
            match cover {
                Some(cover) => away.and("; ").person(*cover, &world.roster.name(*cover)).and(" covers for them."),
                None => away.and(". Choose somebody else."),
            }
        }
        Refusal::Paused { until: Some(until) } => {
            moment(name.and(" is paused in this team until "), *until).and(". Choose somebody else.")
        }
        Refusal::Paused { until: None } => name.and(" is paused in this team. Choose somebody else."),
        Refusal::OffHours { until } => {
            moment(name.and(" is outside their own hours until "), *until).and(". Choose somebody else.")
        }
        Refusal::Full { untouched, cap } => name.and(format!(
            " has {}; {cap} is the most. Choose somebody else.",
            count(*untouched, "untouched lead", "untouched leads")
        )),
        Refusal::FullToday { taken, most, until: _ } => {
            name.and(format!(" has taken {taken} of this team's leads today; {most} a day is the most. Choose somebody else."))
        }
        Refusal::CoolingOff { until } => {
            name.and(" had this one and it went back to the team. They may have it again ").at(*until, When::Relative).and(".")
        }
        Refusal::Left => name.and(" is no longer with the company. Choose somebody else."),
    };
    lines(vec![text])
}
