//! The queue in words: what waits in each team, what a manager must route, and who would get what.

use std::collections::BTreeMap;

use super::World;
use super::parts::{button, count, lines, person, short_name, span, team_name};
use super::pickers::against;
use super::states::triage_words;
use crate::chat::action::{Action, Verb};
use crate::domain::ids::{LeadId, PersonId};
use crate::domain::lead::{Lead, State};
use crate::domain::message::{Button, Look, Row, View};
use crate::domain::reply::Refusal;
use crate::domain::text::{Text, When};
use crate::playbook::Team;

/// Leads named of each kind.
const NAMED_MAX: usize = 5;

/// Leads named in a preview.
const PLANNED_MAX: usize = 15;

/// What waits in a team, the oldest first.
#[derive(Debug)]
pub struct Waiting<'a> {
    /// Which team.
    pub team: &'a Team,
    /// For anybody to take.
    pub waits: Vec<Lead>,
    /// For somebody to answer.
    pub offered: Vec<Lead>,
}

/// Who would get a lead.
#[derive(Debug)]
pub struct Planned {
    /// Which lead.
    pub lead: Lead,
    /// Who; else why that one cannot have it, or nothing where nobody can.
    pub to: Result<PersonId, Option<Refusal>>,
}

/// What is given away: carried by the button that does it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drain {
    /// The team's place in the playbook.
    pub team: usize,
    /// To whom; to those next in turn, when `None`.
    pub to: Option<PersonId>,
    /// How many at most.
    pub most: usize,
    /// The playbook's version: in another one the place may be another team's.
    pub version: i64,
}

impl Drain {
    fn action(self) -> Action {
        let extra = format!("{}.{}.{}", self.team, self.to.map_or(0, |to| to.0), self.most);
        Action::on(Verb::Drain, LeadId(0), u32::try_from(self.version).unwrap_or_default()).with(&extra)
    }

    /// From what the button carries.
    #[must_use]
    pub fn read(action: &Action) -> Option<Self> {
        let mut parts = action.extra.as_deref()?.split('.');
        let (team, to, most) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let to = Some(PersonId(to)).filter(|to| to.0 > 0);
        Some(Self { team, to, most, version: i64::from(action.epoch) })
    }
}

fn how_many(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn named(lead: &Lead) -> Text {
    Text::plain("• ").then(short_name(lead)).and(", ").at(lead.course.state.since(), When::Relative)
}

/// Each team's queue, and what a manager must route.
#[must_use]
pub fn show(waiting: &[Waiting<'_>], triage: &[Lead], world: World<'_>) -> View {
    let all: usize = waiting.iter().map(|team| team.waits.len() + team.offered.len()).sum::<usize>() + triage.len();
    if all == 0 {
        return lines(vec!["Nothing waits: every open lead has an owner, or sleeps.".into()]);
    }
    let mut told = Vec::new();
    for Waiting { team, waits, offered } in waiting {
        let oldest = waits.iter().chain(offered).map(|lead| lead.course.state.since()).min();
        let head = Text::default().strong(team_name(&team.key, world));
        let Some(oldest) = oldest else {
            told.push(head.and(": nothing waits"));
            continue;
        };
        let head = head.and(format!(
            ": {} waiting, {} offered, the oldest for {}",
            waits.len(),
            offered.len(),
            span(world.now - oldest)
        ));
        told.push(head);
        told.extend(waits.iter().take(NAMED_MAX).map(named));
        for lead in offered.iter().take(NAMED_MAX.saturating_sub(waits.len())) {
            let line = named(lead);
            told.push(lead.course.state.asked().map_or(line.clone(), |to| person(line.and(", offered to "), to, world)));
        }
        let more = (waits.len() + offered.len()).saturating_sub(NAMED_MAX);
        if more > 0 {
            told.push(Text::plain(format!("and {more} more: /lead list with which and team shows them")));
        }
    }
    if !triage.is_empty() {
        told.push(Text::default().strong("For a manager").and(format!(": {}. /queue triage routes them.", triage.len())));
    }
    View { title: Text::plain(format!("What waits: {all}")), ..lines(told) }
}

/// What a manager must route, with a button for each of the first.
#[must_use]
pub fn triage(leads: &[Lead], world: World<'_>) -> View {
    if leads.is_empty() {
        return lines(vec!["Nothing waits for a manager.".into()]);
    }
    let line = |lead: &Lead| {
        let State::Triage { why, .. } = lead.course.state else { return named(lead) };
        named(lead).and(format!(": {}", triage_words(why)))
    };
    let mut told: Vec<Text> = leads.iter().take(NAMED_MAX).map(line).collect();
    if leads.len() > NAMED_MAX {
        told.push(Text::plain(format!("and {} more, once these are routed", leads.len() - NAMED_MAX)));
    }
    let oldest = leads.first().map_or(world.now, |lead| lead.course.state.since());
    told.insert(0, Text::plain(format!("The oldest has stood here for {}.", span(world.now - oldest))));
    let route = |lead: &Lead| button(&format!("Route {}", lead.id), Look::Primary, Verb::Route, lead);
    let buttons = leads.iter().take(NAMED_MAX).map(route).collect();
    View { title: Text::plain(format!("For a manager: {}", leads.len())), rows: vec![Row::Buttons(buttons)], ..lines(told) }
}

/// Who would get what of `all` that wait; with the button that does it.
#[must_use]
pub fn preview(planned: &[Planned], all: usize, drain: &Drain, world: World<'_>) -> View {
    let team = world.playbook.teams.get(drain.team).map_or_else(String::new, |team| team.name.clone());
    if planned.is_empty() {
        return lines(vec![Text::plain(format!("Nothing waits in {team}."))]);
    }
    let mut told: Vec<Text> = planned.iter().take(PLANNED_MAX).map(|planned| planned_line(planned, world)).collect();
    if planned.len() > PLANNED_MAX {
        told.push(Text::plain(format!("and {} more", planned.len() - PLANNED_MAX)));
    }
    let gets = planned.iter().filter(|planned| planned.to.is_ok()).count();
    let cost = if drain.to.is_some() { "It costs nobody a turn." } else { "Each costs its turn, as if they had taken it." };
    let left = all - planned.len();
    if left > 0 {
        told.push(Text::plain(format!("{} would not be looked at this time.", count(how_many(left), "lead", "leads"))));
    }
    let title = Text::plain(format!("{team}: {} of {all} would be given away", gets));
    if gets == 0 {
        return View { title, ..lines(told) };
    }
    told.push(Text::plain(format!("{cost} Nothing has moved yet.")));
    let action = drain.action().to_string();
    let give = Button { label: format!("Give {gets} away"), action, look: Look::Primary };
    View { title, rows: vec![Row::Buttons(vec![give])], ..lines(told) }
}

fn planned_line(planned: &Planned, world: World<'_>) -> Text {
    let line = Text::plain("• ").then(short_name(&planned.lead));
    match &planned.to {
        Ok(who) => person(line.and(" to "), *who, world),
        Err(Some(why)) => line.and(format!(" stays: {}", lower_first(&against(why, world)))),
        Err(None) => line.and(" stays: nobody of the team may have it now"),
    }
}

/// Within a sentence: a name keeps its capitals.
fn lower_first(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// Who got how much, and what stays.
#[must_use]
pub fn given(given: &BTreeMap<PersonId, u32>, stayed: &[(LeadId, View)], team: &Team, world: World<'_>) -> View {
    let sum: u32 = given.values().sum();
    let mut line = Text::plain(format!("Given away from {}: {}.", team.name, count(sum, "lead", "leads")));
    for (who, n) in given {
        line = person(line.and(" "), *who, world).and(format!(" has {n} more."));
    }
    let mut told = vec![line];
    for (lead, why) in stayed.iter().take(NAMED_MAX) {
        let why = why.lines.first().cloned().unwrap_or_else(|| Text::plain(format!("{lead} stays.")));
        told.push(Text::plain("• ").then(why));
    }
    if stayed.len() > NAMED_MAX {
        told.push(Text::plain(format!("and {} more stay", stayed.len() - NAMED_MAX)));
    }
    if sum > 0 {
        told.push("They have been told.".into());
    }
    lines(told)
}
