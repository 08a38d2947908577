//! Which team gets a lead: rules in order, then what the sources say, then a rule that always holds.
//! Invariant: the last rule has no condition, so no lead is without a team.

use super::defaults;
use super::model::{CustomField, Route, Skill, Team};
use super::read::Keys;
use super::rule::Rule;
use super::scores::{RULES_MAX, rule};
use super::skills::{self, Wanted};
use crate::document::{Given, Mistakes, Table};
use crate::domain::ids::TeamKey;
use crate::domain::portrait;
use crate::problem::Problem;

/// Most sources that are sent somewhere.
const SOURCES_MAX: usize = 500;

/// What routes may speak of.
pub(super) struct Known<'a> {
    pub(super) teams: &'a [Team],
    pub(super) skills: &'a [Skill],
    pub(super) fields: &'a [CustomField],
}

pub(super) fn read(root: &Table<'_>, mistakes: &Mistakes, known: &Known<'_>) -> Vec<Route> {
    let Known { teams, skills, fields } = *known;
    let example = portrait::with_score(portrait::example(fields), 50, "warm");
    let mut routes = Vec::new();
    let tables = root.tables("route", "this route");
    if tables.len() > RULES_MAX {
        root.note(format!("there are {} routes", tables.len()), format!("use at most {RULES_MAX}"));
    }
    for (nth, table) in tables.iter().take(RULES_MAX).enumerate() {
        let name = table.needed_text("name", "add name = \"DE demo\"");
        let team = team_named(table, mistakes, teams);
        let when = table.text("when");
        let Wanted { require, prefer } = skills::wanted(table, skills, mistakes);
        table.finish();
        if when.is_none() && !table.has("when") && nth + 1 < tables.len() {
            table.note("no lead would come to the routes after this one", "give it a `when`, or put it last");
        }
        let judged = when.as_ref().map(|when| rule(when, &example, mistakes));
        if let (Some(name), Some(team)) = (name, team)
            && judged != Some(None)
        {
            routes.push(Route { name: name.value, when: judged.flatten(), team, require, prefer });
        }
    }
    let sources = sources(root, mistakes, teams);
    if routes.last().is_some_and(|last| last.when.is_none()) {
        if let (Some(first), false) = (root.tables("source", "this source").first(), sources.is_empty()) {
            first.note("a route without `when` gets its leads before", "give that route a condition on lead.source instead");
        }
        return routes;
    }
    routes.extend(sources);
    routes.extend(teams.first().map(|team| plain(defaults::CATCH_ALL.to_owned(), None, team.key.clone())));
    routes
}

/// The short way to say that a source belongs to a team.
fn sources(root: &Table<'_>, mistakes: &Mistakes, teams: &[Team]) -> Vec<Route> {
    let mut keys = Keys::new("source");
    let example = portrait::example(&[]);
    let mut routes = Vec::new();
    for table in root.tables("source", "this source").iter().take(SOURCES_MAX) {
        let key = keys.read(table, mistakes, "demo");
        let team = team_named(table, mistakes, teams);
        table.finish();
        let when = Rule::compile(&format!("lead.source == \"{key}\""), &example);
        if let (Some(team), Ok(when)) = (team, when) {
            routes.push(plain(format!("source {key}"), Some(when), team));
        }
    }
    routes
}

/// A route that asks for no skill.
fn plain(name: String, when: Option<Rule>, team: TeamKey) -> Route {
    Route { name, when, team, require: Vec::new(), prefer: Vec::new() }
}

fn team_named(table: &Table<'_>, mistakes: &Mistakes, teams: &[Team]) -> Option<TeamKey> {
    let Given { value, place } = table.needed_text("team", "name the team that gets its leads")?;
    let known = teams.iter().map(|team| team.key.as_str());
    if known.clone().any(|known| known == value) {
        return Some(TeamKey(value));
    }
    mistakes.note(Problem::at(place, format!("there is no team \"{value}\"")).nearest(&value, known));
    None
}
