//! Help with a lead, in words: whom to ask, what was asked, and what came of it.
//! Invariant: whoever is asked sees contact data only if they may.

use chrono::{DateTime, Utc};

use super::World;
use super::notices::Beside;
use super::packet::{need, story};
use super::parts::{button, contact_lines, label, lines, may_be_contacted, on, person, short_name};
use super::pickers::{OPTIONS_MAX, choice, select};
use super::replies::ReplyFacts;
use super::why::Told;
use crate::chat::action::Verb;
use crate::domain::decision::News;
use crate::domain::fact::Fact;
use crate::domain::help::may_answer;
use crate::domain::ids::PersonId;
use crate::domain::lead::Lead;
use crate::domain::message::{Button, Choice, Look, Row, View};
use crate::domain::person::Person;
use crate::domain::reply::NoHelp;
use crate::domain::text::{Text, Untrusted, When};

/// The choice that asks the managers.
pub const MANAGERS: &str = "managers";

/// Longest question and answer told.
const WORDS_MAX: usize = 1_000;

/// Whom shall somebody ask?
#[must_use]
pub fn whom(lead: &Lead, mut others: Vec<&Person>, world: World<'_>) -> View {
    others.sort_by_key(|person| (person.absence(world.now).is_some(), person.name.to_lowercase()));
    let hint = |person: &Person| match person.absence(world.now) {
        Some(absence) => match absence.cover {
            Some(cover) => format!("Away; {} is asked instead", world.roster.name(cover)),
            None => "Away".to_owned(),
        },
        None if person.off_until(world.now).is_some() => "Outside their hours: they are asked when those begin".to_owned(),
        None => String::new(),
    };
    let mut options: Vec<Choice> = vec![choice("The managers", MANAGERS, "Whoever of them answers first")];
    options.extend(others.iter().map(|person| choice(&person.name, &person.id.0.to_string(), &hint(person))));
    options.truncate(OPTIONS_MAX);
    let question =
        Text::plain("Who shall help you with ").then(short_name(lead)).and("? It stays yours, and its promises run on.");
    View { rows: vec![select(lead, Verb::HelpOf, "Choose whom to ask", options)], ..lines(vec![question]) }
}

/// Somebody was asked before.
#[must_use]
pub fn asked_already(lead: &Lead, log: &[Told], reader: PersonId, world: World<'_>) -> View {
    let mut told: Vec<Text> = open_line(lead, reader, world).into_iter().collect();
    told.extend(question(log));
    told.push("One question is open at a time. Take it back to ask another.".into());
    View { rows: vec![Row::Buttons(vec![button("Take it back", Look::Plain, Verb::HelpDrop, lead)])], ..lines(told) }
}

/// That a question is open, and of whom.
fn open_line(lead: &Lead, reader: PersonId, world: World<'_>) -> Option<Text> {
    let help = lead.course.help.as_ref()?;
    let by = if help.by == reader { label("Help").and("you") } else { person(label("Help"), help.by, world) };
    Some(asked_whom(by, help.of, reader, world).and(" ").at(help.since, When::Relative))
}

/// `… asked you`, `… asked @Ben`, `… asked the managers`.
fn asked_whom(by: Text, of: Option<PersonId>, reader: PersonId, world: World<'_>) -> Text {
    let text = by.and(" asked ");
    if of == Some(reader) { text.and("you") } else { whom_words(text, of, world) }
}

/// A question is open, and one is open at a time.
pub(super) fn is_open((of, since): (Option<PersonId>, DateTime<Utc>), facts: &ReplyFacts<'_>) -> View {
    let world = facts.world();
    let by = facts.lead.and_then(|lead| lead.course.help.as_ref()).map(|help| help.by).filter(|by| *by != facts.by.id);
    let by = by.map_or_else(|| Text::plain("You have"), |by| person(Text::default(), by, world).and(" has"));
    let text = asked_whom(by, of, facts.by.id, world).and(" ").at(since, When::Relative);
    let text = text.and(", and nobody has answered yet. Take that back to ask something else.");
    View { rows: facts.lead.map(take_back).into_iter().collect(), ..lines(vec![text]) }
}

/// `@Ben`, or `the managers`.
pub(super) fn whom_words(text: Text, of: Option<PersonId>, world: World<'_>) -> Text {
    match of {
        Some(of) => person(text, of, world),
        None => text.and("the managers"),
    }
}

/// For a lead's details: the open question, with the buttons of whoever reads them.
#[must_use]
pub fn open(lead: &Lead, log: &[Told], reader: &Person, world: World<'_>) -> (Vec<Text>, Vec<Button>) {
    let Some(help) = &lead.course.help else { return (Vec::new(), Vec::new()) };
    let mut told: Vec<Text> = open_line(lead, reader.id, world).into_iter().collect();
    told.extend(question(log));
    let mut buttons = Vec::new();
    if may_answer(world.roster, help, reader, world.now) {
        buttons.push(button("Answer", Look::Primary, Verb::HelpAnswer, lead));
    }
    if help.by == reader.id {
        buttons.push(button("Take the question back", Look::Plain, Verb::HelpDrop, lead));
    }
    (told, buttons)
}

/// What was asked last.
fn question(log: &[Told]) -> Option<Text> {
    written(log, |fact| matches!(fact, Fact::HelpAsked { .. })).map(|words| label("Asks").and("\"").data(&words).and("\""))
}

fn answer(log: &[Told]) -> Option<Text> {
    written(log, |fact| matches!(fact, Fact::HelpAnswered { .. })).map(|words| label("Answer").and("\"").data(&words).and("\""))
}

/// What was written with the newest line of this kind.
pub(super) fn written(log: &[Told], kind: impl Fn(&Fact) -> bool) -> Option<Untrusted> {
    let told = log.iter().rfind(|told| told.facts.iter().any(&kind))?;
    told.words.as_deref().map(|words| Untrusted::new(words.trim()).cut(WORDS_MAX))
}

/// What follows from it, and what to do now.
pub(super) fn body(news: &News, lead: &Lead, beside: Beside<'_>, world: World<'_>) -> Vec<Text> {
    let log = beside.log;
    match news {
        News::HelpWanted { .. } => {
            let mut body: Vec<Text> = question(log).into_iter().collect();
            body.extend(need(lead));
            body.extend(story(lead, log, world));
            let sees = |reader: &PersonId| {
                world.roster.get(*reader).is_some_and(|p| p.manages() || lead.course.state.owner() == Some(p.id))
            };
            if beside.reader.as_ref().is_some_and(sees) && may_be_contacted(lead) {
                body.extend(contact_lines(lead));
            }
            body.push("It stays theirs. Your answer goes to them, and into the lead's thread.".into());
            body
        }
        News::HelpAnswered { .. } => question(log).into_iter().chain(answer(log)).collect(),
        _ => Vec::new(),
    }
}

/// What whoever is asked can press.
pub(super) fn buttons(lead: &Lead) -> Vec<Button> {
    let mut buttons = vec![button("Answer", Look::Primary, Verb::HelpAnswer, lead)];
    if lead.course.help.as_ref().is_some_and(|help| help.of.is_some()) {
        buttons.push(button("Cannot help", Look::Plain, Verb::HelpDecline, lead));
    }
    buttons
}

/// Why nothing came of it.
pub(super) fn none(why: NoHelp, world: World<'_>) -> Text {
    match why {
        NoHelp::Over => {
            "Nobody waits for an answer any more: it was answered or taken back, or the lead is with somebody else. A note on the lead is always read.".into()
        }
        NoHelp::WithoutQuestion => "Write what you ask. Nobody has been asked yet.".into(),
        NoHelp::WithoutAnswer => "Write your answer. Nothing has been sent yet.".into(),
        NoHelp::Nobody => "There is no other manager to ask. Ask a colleague: /lead help with who.".into(),
        NoHelp::WorksNoLeads { who } => person(Text::default(), who, world)
            .and(" works no leads. Ask somebody of a team, or leave out who: then the managers are asked."),
        NoHelp::Themselves => "You cannot ask yourself or the lead's owner. Ask somebody else.".into(),
    }
}

/// Takes a question back.
pub(super) fn take_back(lead: &Lead) -> Row {
    let drop = Button { label: "Take it back".to_owned(), action: on(Verb::HelpDrop, lead).to_string(), look: Look::Plain };
    Row::Buttons(vec![drop])
}

#[cfg(test)]
mod tests;
