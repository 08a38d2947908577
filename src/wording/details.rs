//! Everything about one lead, for those who may see it.
//! Looking is never a touch: it stops no clock and counts as nothing.

use chrono::{DateTime, Utc};

use super::kinship::{came_back_line, link_line};
use super::parts::{
    NEED_MAX, button, contact_lines, label, local_time_line, may_be_contacted, public_name, short, source_line, stage_name,
    tries_line, where_line,
};
use super::states::{due_line, holder, word};
use super::traces::score_line;
use super::why::{Told, sentence};
use super::{World, deals, plans, sequences, tags};
use crate::chat::action::Verb;
use crate::domain::customers;
use crate::domain::fact::Fact;
use crate::domain::lead::Lead;
use crate::domain::message::{Look, Row, View};
use crate::domain::person::Person;
use crate::domain::text::{Text, Untrusted, When};

/// Most answers shown.
const ANSWERS_MAX: usize = 15;
/// Newest attempts and notes shown.
const DEEDS_MAX: usize = 8;

/// What the reader may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// Contact data too.
    Whole,
    /// All but contact data, and answers that look like some.
    Public,
}

impl Sight {
    /// The owner and managers see all, and so does whoever is asked to mend it, or looks after the customer that it has become.
    #[must_use]
    pub fn of(person: &Person, lead: &Lead, world: World<'_>) -> Self {
        let state = &lead.course.state;
        let covers = state.owner().is_some_and(|owner| world.roster.keeper(owner, world.now) == person.id);
        let is_asked = state.keeper() == Some(person.id) || state.fixer() == Some(person.id) || covers;
        if person.manages() || is_asked || customers::may_contact(person, lead, (world.playbook, world.roster), world.now) {
            Sight::Whole
        } else {
            Sight::Public
        }
    }
}

/// Everything about the lead; `log` oldest first.
#[must_use]
pub fn details(lead: &Lead, log: &[Told], sight: Sight, world: World<'_>) -> View {
    let (state, tone) = word(lead, world);
    let mark = if lead.profile.is_test { "TEST  " } else { "" };
    let mut lines = Vec::new();
    if let Some(need) = &lead.profile.need {
        lines.push(Text::plain("\"").data(&need.cut(NEED_MAX * 4)).and("\""));
    }
    match sight {
        Sight::Whole if may_be_contacted(lead) => {
            lines.extend(contact_lines(lead));
            lines.extend(local_time_line(lead, world));
        }
        Sight::Whole | Sight::Public => lines.extend(where_line(lead, world)),
    }
    lines.extend(score_line(lead, world));
    lines.extend(deals::value_line(lead));
    lines.extend(tags::line(lead));
    lines.extend(came_back_line(lead));
    lines.extend(link_line(lead));
    lines.push(source_line(lead));
    lines.push(label("Came in").at(lead.profile.received_at, When::DateTime));
    lines.push(holder(lead, world));
    if lead.course.state.owner().is_none() {
        lines.push(label("Stage").and(stage_name(&lead.course.stage, world)));
    }
    lines.extend(tries_line(lead));
    lines.extend(due_line(lead, world));
    lines.extend(sequences::line(lead, world));
    lines.extend(plans::note_of(lead, log).map(|note| label("Plan").data(&Untrusted::new(note).one_line().cut(300))));
    lines.extend(promised(lead.course.first_touch_promised, lead));
    lines.extend(deals::history(lead));
    lines.extend(answers(lead, sight));
    lines.extend(deeds(log, world));
    if sight == Sight::Public {
        lines.push("E-mail and phone are shown to its owner and to managers.".into());
    }
    let mut buttons = vec![button("Why?", Look::Plain, Verb::Why, lead)];
    if lead.course.sequence.is_some() {
        buttons.push(button("Stop the sequence", Look::Plain, Verb::SequenceStop, lead));
    }
    let why = Row::Buttons(buttons);
    View {
        title: Text::plain(format!("{mark}{state}  {}  ", lead.id)).then(public_name(lead)),
        tone,
        lines,
        rows: vec![why],
        ..View::default()
    }
}

/// Was the first touch in time?
fn promised(due: Option<DateTime<Utc>>, lead: &Lead) -> Option<Text> {
    let due = due?;
    let first = lead.course.work.touched_at?;
    let kept = if first <= due { "in time" } else { "late" };
    Some(label("First touch").at(first, When::DateTime).and(format!(", {kept}")))
}

fn answers(lead: &Lead, sight: Sight) -> Vec<Text> {
    let hides = |answer: &Untrusted| looks_like_contact(answer) && (sight == Sight::Public || !may_be_contacted(lead));
    let answered = lead.profile.extras.iter().take(ANSWERS_MAX).map(|(question, answer)| {
        let line = Text::plain("• ").data(&short(&as_asked(question))).and(": ");
        if hides(answer) { line.and("(for its owner)") } else { line.data(&answer.one_line().cut(300)) }
    });
    let mut lines: Vec<Text> = answered.collect();
    let left = lead.profile.extras.len().saturating_sub(ANSWERS_MAX);
    if left > 0 {
        lines.push(Text::plain(format!("• and {left} more answers")));
    }
    if !lines.is_empty() {
        lines.insert(0, Text::default().strong("Answers"));
    }
    lines
}

/// A form's own name for a question, such as `company_size`, as people read it.
fn as_asked(question: &Untrusted) -> Untrusted {
    let raw = question.raw();
    let is_name = raw.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if is_name { Untrusted::new(raw.replace('_', " ").trim()) } else { question.clone() }
}

/// An address or a number by which somebody could be reached may stand in any answer.
fn looks_like_contact(answer: &Untrusted) -> bool {
    const DIGITS_OF_A_NUMBER: usize = 7;
    let raw = answer.raw();
    raw.contains('@') || raw.contains("://") || raw.chars().filter(char::is_ascii_digit).count() >= DIGITS_OF_A_NUMBER
}

/// Attempts, plans, notes and hand-overs: the newest, oldest first.
fn deeds(log: &[Told], world: World<'_>) -> Vec<Text> {
    let told: Vec<&Told> = log.iter().filter(|told| told.words.is_some() || told.facts.iter().any(is_deed)).collect();
    let skipped = told.len().saturating_sub(DEEDS_MAX);
    let mut lines: Vec<Text> = told[skipped..]
        .iter()
        .filter_map(|told| Some(Text::plain("• ").at(told.at, When::DateTime).and(" ").then(sentence(told, world)?)))
        .collect();
    if !lines.is_empty() {
        let all = Text::default().strong("So far");
        let heading = if skipped == 0 { all } else { all.and(format!(" (the last {DEEDS_MAX}; all under Why?)")) };
        lines.insert(0, heading);
    }
    lines
}

fn is_deed(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::DealMade { .. }
            | Fact::DealValued { .. }
            | Fact::DealWon { .. }
            | Fact::DealLost
            | Fact::FollowUpDone { .. }
            | Fact::Attempted { .. }
            | Fact::FollowUpSet { .. }
            | Fact::Noted { .. }
            | Fact::Assigned { .. }
            | Fact::Claimed { .. }
    )
}

#[cfg(test)]
mod tests;
