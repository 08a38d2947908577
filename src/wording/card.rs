//! The card: what the whole team reads about one lead, in at most eight lines.
//! It is edited only when the lead changes, so everything in it that moves with time is a timestamp that the reader's client draws.
//! Invariant: no contact data unless the playbook says `contact_in_public`.
//! Invariant: every face has a Details control, by which a card is found again.

use chrono::{DateTime, Utc};

use super::kinship::{came_back_line, kin_line, link_line};
use super::parts::{
    NEED_MAX, button, contact_lines, label, may_be_contacted, public_name, source_line, team_name, tries_line, where_line,
};
use super::states::{due_line, holder, word};
use super::traces::score_line;
use super::{World, deals, repair, tags};
use crate::chat::action::Verb;
use crate::domain::lead::{Exit, Lead, State};
use crate::domain::message::{Look, Row, Tone, View};
use crate::domain::person::Roster;
use crate::domain::text::Text;
use crate::playbook::{Playbook, Team};

/// Lines below the title.
const LINES_MAX: usize = 7;

/// What a card is drawn from.
#[derive(Debug, Clone, Copy)]
pub struct CardFacts<'a> {
    /// The lead as it is now.
    pub lead: &'a Lead,
    /// Names of teams, reasons and stages.
    pub playbook: &'a Playbook,
    /// Names of people.
    pub roster: &'a Roster,
    /// The channel that this card stands in, as the playbook has it.
    pub channel: &'a str,
    /// The time.
    pub now: DateTime<Utc>,
}

/// The card in that channel.
#[must_use]
pub fn card(facts: &CardFacts<'_>) -> View {
    let lead = facts.lead;
    let world = World { playbook: facts.playbook, roster: facts.roster, now: facts.now };
    let team = lead.course.team.as_ref().and_then(|key| facts.playbook.team(key));
    match team {
        Some(team) if team.channel != facts.channel => moved(lead, team, world),
        team => here(lead, team, world),
    }
}

fn here(lead: &Lead, team: Option<&Team>, world: World<'_>) -> View {
    let (word, tone) = word(lead, world);
    let hours = team.map_or(&world.playbook.company.hours, |team| &team.hours);
    View {
        title: title(lead, word),
        tone,
        lines: lines(lead, world),
        rows: rows(lead),
        quiet: !hours.is_open(world.now),
        ..View::default()
    }
}

/// It is another team's now: this card only says so.
fn moved(lead: &Lead, team: &Team, world: World<'_>) -> View {
    View {
        title: title(lead, "MOVED"),
        tone: Tone::Over,
        lines: vec![Text::plain(format!("Now with {}; its card is in their channel.", team_name(&team.key, world)))],
        rows: vec![Row::Buttons(vec![button("Details", Look::Plain, Verb::Details, lead)])],
        quiet: true,
        ..View::default()
    }
}

fn title(lead: &Lead, word: &'static str) -> Text {
    let mark = if lead.profile.is_test { "TEST  " } else { "" };
    Text::plain(format!("{mark}{word}  {}  ", lead.id)).then(public_name(lead))
}

fn lines(lead: &Lead, world: World<'_>) -> Vec<Text> {
    let mut lines = Vec::new();
    // What spam says is not repeated to the channel.
    let is_spam = matches!(lead.course.state, State::Closed { exit: Exit::Removed, .. });
    if let Some(need) = lead.profile.need.as_ref().filter(|_| !is_spam) {
        lines.push(Text::plain("\"").data(&need.one_line().cut(NEED_MAX)).and("\""));
    }
    // Once somebody works it, what was tried matters more than what it seemed to be worth.
    if !matches!(lead.course.state, State::Owned { touched: true, .. }) {
        lines.extend(score_line(lead, world));
    }
    lines.extend(deals::value_line(lead).filter(|_| !is_spam));
    lines.extend(came_back_line(lead));
    lines.extend(where_line(lead, world));
    lines.push(source_line(lead));
    lines.push(holder(lead, world));
    lines.extend(tries_line(lead));
    lines.extend(due_line(lead, world));
    if world.playbook.card.contact_in_public && may_be_contacted(lead) {
        lines.push(contact_in_one_line(lead));
    }
    lines.extend(link_line(lead).filter(|_| !is_spam));
    lines.extend(tags::line(lead));
    lines.extend(kin_line(lead, world).filter(|_| !is_spam));
    lines.truncate(LINES_MAX);
    lines
}

fn contact_in_one_line(lead: &Lead) -> Text {
    let mut line = label("Contact");
    for (nth, part) in contact_lines(lead).into_iter().enumerate() {
        line = if nth == 0 { line.then(part) } else { line.and(", ").then(part) };
    }
    line
}

/// What whoever has it, or is asked, can do next.
#[must_use]
pub fn steps(lead: &Lead) -> Option<Row> {
    match &lead.course.state {
        State::Owned { .. } => rows(lead).into_iter().next(),
        State::Offered { .. } => Some(Row::Buttons(vec![
            button("Accept", Look::Primary, Verb::Accept, lead),
            button("Pass", Look::Plain, Verb::Pass, lead),
        ])),
        State::Waiting { .. } | State::Pooled { .. } | State::Triage { .. } | State::Repair { .. } | State::Closed { .. } => None,
    }
}

/// What can be done to a lead in its state, the next thing first.
fn rows(lead: &Lead) -> Vec<Row> {
    let button = |label: &str, look, verb| button(label, look, verb, lead);
    let details = button("Details", Look::Plain, Verb::Details);
    let rows = match &lead.course.state {
        State::Waiting { .. } => {
            vec![vec![button("Claim", Look::Primary, Verb::Claim), button("Not for us", Look::Plain, Verb::NotForUs), details]]
        }
        State::Offered { .. } => {
            vec![vec![button("Accept", Look::Primary, Verb::Accept), button("Pass", Look::Plain, Verb::Pass), details]]
        }
        State::Owned { .. } => vec![
            vec![
                button("Log attempt", Look::Primary, Verb::Log),
                button("Reached", Look::Good, Verb::Reached),
                button("Follow up", Look::Plain, Verb::Follow),
                button("Disqualify", Look::Danger, Verb::Disqualify),
                button("More", Look::Plain, Verb::More),
            ],
            vec![details],
        ],
        State::Pooled { .. } => vec![vec![button("Reopen to me", Look::Primary, Verb::Reopen), details]],
        State::Repair { .. } => {
            let reopen = button("Reopen to me", Look::Plain, Verb::Reopen);
            vec![[repair::buttons(lead), vec![reopen, details]].concat()]
        }
        State::Triage { .. } => vec![vec![button("Route", Look::Primary, Verb::Route), details]],
        // Only their own new request reopens it, so the card does not offer it.
        State::Closed { exit: Exit::Suppressed, .. } => vec![vec![details]],
        State::Closed { .. } => vec![vec![button("Reopen", Look::Plain, Verb::Reopen), details]],
    };
    rows.into_iter().map(Row::Buttons).collect()
}

#[cfg(test)]
mod tests;
