//! Who works where: teams, shares, pauses, and who could take a lead now.

use chrono::{DateTime, Utc};

use super::parts::{count, lines, moment, person, short_name};
use super::remarks::words;
use super::{World, hours, skills};
use crate::domain::ids::PersonId;
use crate::domain::lead::Lead;
use crate::domain::message::View;
use crate::domain::person::{Absence, Leave, Membership, Person, Presence};
use crate::domain::reply::Refusal;
use crate::domain::text::{Text, Untrusted, When};
use crate::playbook::Team;
use crate::store::Load;

/// People listed per team.
const PEOPLE_MAX: usize = 25;

/// Somebody of a team.
#[derive(Debug, Clone, Copy)]
pub struct Member<'a> {
    /// Who.
    pub person: &'a Person,
    /// Their place.
    pub membership: &'a Membership,
    /// What they have, over all teams.
    pub load: Load,
}

/// Teams with their people.
#[must_use]
pub fn shown<'a>(teams: impl Iterator<Item = (&'a Team, Vec<Member<'a>>)>, world: World<'_>) -> View {
    let mut told = Vec::new();
    for (team, members) in teams {
        told.push(heading(team, world));
        if members.is_empty() {
            told.push("Nobody yet. A manager can add people with /team add.".into());
        }
        told.extend(members.iter().take(PEOPLE_MAX).map(|member| line(member, world)));
        if members.len() > PEOPLE_MAX {
            told.push(Text::plain(format!("and {} more", members.len() - PEOPLE_MAX)));
        }
    }
    lines(told)
}

fn heading(team: &Team, world: World<'_>) -> Text {
    let line = Text::default().strong(team.name.clone()).and(format!(" in #{}, {}", team.channel, team.hours));
    let line = open(line, team, world);
    match team.captain.as_deref().map(|handle| (handle, world.roster.by_handle(handle))) {
        Some((_, Some(captain))) => line.and(", captain ").person(captain.id, &captain.name),
        Some((handle, None)) => line.and(format!(", captain {handle} (not seen here yet)")),
        None => line,
    }
}

/// Open or closed, and until when.
fn open(line: Text, team: &Team, world: World<'_>) -> Text {
    match (team.hours.is_open(world.now), team.hours.ever_open()) {
        (true, _) => line.and(", open now"),
        (false, true) => line.and(", closed until ").at(team.hours.next_open(world.now), When::DateTime),
        (false, false) => line.and(", never open"),
    }
}

fn line(member: &Member<'_>, world: World<'_>) -> Text {
    let Member { person, membership, load } = *member;
    let cap = membership
        .cap
        .map_or_else(|| format!("cap {}", world.playbook.promises.untouched_max), |cap| format!("cap {cap} of their own"));
    let cap = match (membership.daily, world.playbook.promises.daily_max) {
        (Some(daily), _) => format!("{cap}, {daily} a day of their own"),
        (None, Some(daily)) => format!("{cap}, {daily} a day"),
        (None, None) => cap,
    };
    let line = Text::plain("• ")
        .person(person.id, &person.name)
        .and(format!("  weight {}, {cap}, {} untouched of {} owned", membership.weight, load.untouched, load.owned))
        .and(skills::had(person, world))
        .and(hours::kept(person));
    let line = match &membership.paused {
        Some(pause) if pause.until.is_none_or(|until| world.now < until) => since(line.and(", paused"), pause.until),
        Some(_) | None => line,
    };
    let line = match person.absence(world.now) {
        Some(Absence { until, cover: None }) => since(line.and(", away"), until),
        Some(Absence { until, cover: Some(cover) }) => {
            self::person(since(line.and(", away"), until).and(", covered by "), cover, world)
        }
        None => line,
    };
    match &person.leave {
        Some(leave) if world.now < leave.from => line.and(", on leave from ").at(leave.from, When::DateTime),
        Some(_) | None => line,
    }
}

fn since(line: Text, until: Option<DateTime<Utc>>) -> Text {
    until.map_or(line.clone(), |until| line.and(" until ").at(until, When::DateTime))
}

/// A team, its people, and what stands against each having a lead now.
pub type Checked<'a> = (&'a Team, Vec<(Member<'a>, Option<Refusal>)>);

/// Who could take a lead now.
#[must_use]
pub fn who_is_on(teams: &[Checked<'_>], world: World<'_>) -> View {
    let mut told = Vec::new();
    for (team, people) in teams {
        let free = people.iter().filter(|(_, refusal)| refusal.is_none()).count();
        let line = Text::default().strong(team.name.clone()).and(format!(": {free} of {} may take a lead", people.len()));
        told.push(open(line, team, world));
        for (member, refusal) in people.iter().take(PEOPLE_MAX) {
            let name = Text::plain(if refusal.is_none() { "• " } else { "– " }).person(member.person.id, &member.person.name);
            told.push(
                match refusal {
                    None => name.and(format!("  {}", count(member.load.untouched, "untouched lead", "untouched leads"))),
                    Some(refusal) => name.and("  ").then(against(refusal, world)),
                }
                .and(skills::had(member.person, world))
                .and(hours::kept(member.person)),
            );
        }
    }
    lines(told)
}

pub(super) fn against(refusal: &Refusal, world: World<'_>) -> Text {
    match refusal {
        Refusal::NotInTeam { .. } => Text::plain("not in this team"),
        Refusal::Lacks { skills, .. } => Text::plain(format!("does not have {}", skills::names(skills, world))),
        Refusal::Away { until, cover: None } => since(Text::plain("away"), *until),
        Refusal::Away { until, cover: Some(cover) } => {
            person(since(Text::plain("away"), *until).and(", covered by "), *cover, world)
        }
        Refusal::Paused { until } => since(Text::plain("paused"), *until),
        Refusal::OffHours { until } => Text::plain("outside their hours until ").at(*until, When::DateTime),
        Refusal::Full { untouched, cap } => {
            Text::plain(format!("has {}, {cap} is the most", count(*untouched, "untouched lead", "untouched leads")))
        }
        Refusal::FullToday { taken, most, .. } => Text::plain(format!("has taken {taken} today, {most} a day is the most")),
        Refusal::CoolingOff { until } => Text::plain("cooling off until ").at(*until, When::Time),
        Refusal::Left => Text::plain("no longer with the company"),
    }
}

/// Works there from now on.
#[must_use]
pub fn added(who: PersonId, team: &Team, world: World<'_>) -> View {
    let text = person(Text::default(), who, world).and(format!(" works in {} now and may claim its leads", team.name));
    let share = membership(who, team, world).map_or(100, |m| m.weight);
    let text = text.and(format!(", with a share of {share}."));
    let sees = Text::plain(format!("They must be able to see #{}; check that in the channel's settings.", team.channel));
    lines(vec![text, sees])
}

/// Worked there already; share and cap may have changed.
#[must_use]
pub fn there_already(who: PersonId, team: &Team, world: World<'_>) -> View {
    let text = person(Text::default(), who, world).and(format!(" is in {} already", team.name));
    words(match membership(who, team, world) {
        Some(place) => {
            let cap = place.cap.map_or_else(|| "the playbook's cap".to_owned(), |cap| format!("a cap of {cap}"));
            text.and(format!(", now with a share of {} and {cap}.", place.weight))
        }
        None => text.and("."),
    })
}

fn membership<'a>(who: PersonId, team: &Team, world: World<'a>) -> Option<&'a Membership> {
    world.roster.get(who).and_then(|p| p.membership(&team.key))
}

/// What stays with somebody who leaves a team.
#[derive(Debug, Clone, Copy)]
pub struct Keeps<'a> {
    /// Leads that they own, over all teams.
    pub owned: u32,
    /// The team's chat role, where they still have it.
    pub role: Option<&'a str>,
}

/// No longer works there.
#[must_use]
pub fn removed(who: PersonId, team: &Team, keeps: Keeps<'_>, world: World<'_>) -> View {
    let mut told =
        vec![person(Text::default(), who, world).and(format!(" is no longer in {} and gets nothing new from it.", team.name))];
    if keeps.owned > 0 {
        told.push(Text::plain(format!("They keep {}; give those away with /lead assign.", count(keeps.owned, "lead", "leads"))));
    }
    if let Some(role) = keeps.role {
        told.push(Text::plain(format!(
            "They still have the role {role}, which puts them back with their next click: take that role away too."
        )));
    }
    lines(told)
}

/// Their share.
#[must_use]
pub fn weighs(who: PersonId, team: &Team, weight: u32, world: World<'_>) -> View {
    words(
        person(Text::default(), who, world)
            .and(format!(" has a share of {weight} in {} now; 100 is an ordinary one.", team.name)),
    )
}

/// Their most untouched leads.
#[must_use]
pub fn capped(who: PersonId, team: &Team, cap: Option<u32>, world: World<'_>) -> View {
    let text = person(Text::default(), who, world);
    words(match cap {
        Some(cap) => {
            text.and(format!(" may have {} at a time in {} now.", count(cap, "untouched lead", "untouched leads"), team.name))
        }
        None => text.and(format!(
            " has the playbook's cap in {} again: {} at a time.",
            team.name,
            count(world.playbook.promises.untouched_max, "untouched lead", "untouched leads")
        )),
    })
}

/// Their most leads in a day.
#[must_use]
pub fn limited(who: PersonId, team: &Team, daily: Option<u32>, world: World<'_>) -> View {
    let text = person(Text::default(), who, world);
    let usual = world.playbook.promises.daily_max;
    words(match (daily, usual) {
        (Some(daily), _) => text.and(format!(" may take {} a day of {} now.", count(daily, "lead", "leads"), team.name)),
        (None, Some(usual)) => {
            text.and(format!(" has the playbook's limit in {} again: {} a day.", team.name, count(usual, "lead", "leads")))
        }
        (None, None) => text.and(format!(" may take as many leads of {} a day as come.", team.name)),
    })
}

/// Their leave, as it is kept now.
#[must_use]
pub fn leave(leave: &Leave, owned: usize, world: World<'_>) -> View {
    let text =
        Text::plain("You are on leave from ").at(leave.from, When::DateTime).and(" until ").at(leave.until, When::DateTime);
    let mut told = vec![text.and(". Nothing new comes to you then.")];
    match leave.cover {
        Some(cover) => told.push(
            person(Text::default(), cover, world)
                .and(" hears of what your leads need, may work them, and gets those that come back meanwhile."),
        ),
        None if owned > 0 => {
            let owned = count(u32::try_from(owned).unwrap_or(u32::MAX), "lead", "leads");
            told.push(Text::plain(format!("Nobody covers your {owned}: name somebody with cover, or ask a manager.")));
        }
        None => {}
    }
    lines(told)
}

/// It is called off; or there was none.
#[must_use]
pub fn no_leave(was_planned: bool) -> View {
    words(if was_planned {
        "Your leave is called off. /me leave with to, and from where it does not begin now, plans another."
    } else {
        "You have no leave planned. Say until when with to, such as \"in 2 weeks\", and from when with from."
    })
}

/// Somebody who covers, or a beginning, and no end.
#[must_use]
pub fn leave_without_end() -> View {
    words("Say until when you are on leave, with to, such as \"in 2 weeks\". Nothing has changed.")
}

/// It would end before it begins.
#[must_use]
pub fn leave_ends_first() -> View {
    words("That leave would end before it begins. Give a later to, or an earlier from.")
}

/// Whoever is here again has come back early.
#[must_use]
pub fn leave_is_over() -> Text {
    "Your leave is over with that, and nobody covers for you any more.".into()
}

/// Nobody is there when they are away themselves.
#[must_use]
pub fn not_oneself() -> View {
    words("You are away then: name a colleague who works leads, not yourself.")
}

/// A guest or somebody who left covers for nobody.
#[must_use]
pub fn cannot_cover(name: &str) -> View {
    let name = Untrusted::new(name).one_line().cut(60);
    words(Text::default().data(&name).and(" cannot cover for you. Name a colleague who works leads."))
}

/// Nothing new for a while.
#[must_use]
pub fn paused(who: PersonId, team: &Team, until: Option<DateTime<Utc>>, world: World<'_>) -> View {
    let text = person(Text::default(), who, world).and(format!(" gets nothing new from {}", team.name));
    words(match until {
        Some(until) => moment(text.and(" until "), until).and(". They keep what they own."),
        None => text.and(" until you end it with /team pause and resume. They keep what they own."),
    })
}

/// Again as before.
#[must_use]
pub fn resumed(who: PersonId, team: &Team, world: World<'_>) -> View {
    words(person(Text::default(), who, world).and(format!(" gets leads from {} again.", team.name)))
}

/// Has no place there that could be taken away.
#[must_use]
pub fn not_there_anyway(name: &str, team: &Team) -> View {
    let name = Untrusted::new(name).one_line().cut(60);
    words(Text::default().data(&name).and(format!(" is not in {}. /team show says who works where.", team.name)))
}

/// Has no place there.
#[must_use]
pub fn not_there(name: &str, team: &Team) -> View {
    let name = Untrusted::new(name).one_line().cut(60);
    words(Text::default().data(&name).and(format!(" is not in {}. Add them with /team add.", team.name)))
}

/// What they said of themselves; they own so many leads and are asked about these.
#[must_use]
pub fn presence(presence: &Presence, owned: usize, asked: &[Lead]) -> View {
    let text = match presence {
        Presence::Available => return words("You are here again: new leads come to you whenever your teams are open."),
        Presence::Away { until: Some(until) } => moment(Text::plain("You are away until "), *until),
        Presence::Away { until: None } => Text::plain("You are away until you say /me status with Here"),
    };
    let mut told = vec![text.and(". Nothing new comes to you.")];
    if let [first, ..] = asked {
        let asked = count(u32::try_from(asked.len()).unwrap_or(u32::MAX), "lead is", "leads are");
        let text = Text::plain(format!("{asked} offered to you still: pass, and the next one is asked at once. First "));
        told.push(text.then(short_name(first)).and("."));
    }
    if owned > 0 {
        let owned = count(
            u32::try_from(owned).unwrap_or(u32::MAX),
            "lead stays yours, and its promise runs",
            "leads stay yours, and their promises run",
        );
        told.push(Text::plain(format!("{owned} on: release what cannot wait, or ask a manager to hand it over.")));
    }
    lines(told)
}

/// The end lies in the past.
#[must_use]
pub fn back_in_the_past() -> View {
    words("That time has passed already. Give one that is still to come, such as tomorrow 9:00, or none at all.")
}
