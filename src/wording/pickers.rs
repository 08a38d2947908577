//! Pickers: private lists and buttons to choose from, before something is done.
//! Invariant: at most 25 options, and each says what choosing it does.

use chrono::{DateTime, Duration, Utc};

use super::World;
use super::forms::reason_part;
use super::parts::{city, count, lines, on, person, short_name, span, stage_name, team_name, zone};
use super::skills::names;
use crate::chat::action::Verb;
use crate::domain::hours::Zone;
use crate::domain::ids::PersonId;
use crate::domain::lead::{Channel, Exit, Lead, Outcome, State};
use crate::domain::message::{Button, Choice, Look, Row, Select, View};
use crate::domain::person::Person;
use crate::domain::reply::Refusal;
use crate::domain::text::{Text, cut};
use crate::playbook::{Asks, Becomes, Playbook, Reason, StageKind};

/// A list shows no more.
pub const OPTIONS_MAX: usize = 25;

/// The choice that asks for a date.
pub const PICK_A_DATE: &str = "date";

/// The zone that times about this lead are said in: theirs, else the company's.
#[must_use]
pub fn zone_of(lead: &Lead, playbook: &Playbook) -> Zone {
    zone(lead).or_else(|| Zone::parse(&playbook.company.zone).ok()).unwrap_or_else(Zone::utc)
}

/// Where those clocks stand: `New York`.
#[must_use]
pub fn place_of(lead: &Lead, playbook: &Playbook) -> String {
    city(&zone_of(lead, playbook))
}

/// The first tap of an attempt: over which channel.
#[must_use]
pub fn channels(lead: &Lead) -> View {
    let tap = |channel: &Channel| Button {
        label: channel.words().to_owned(),
        action: on(Verb::LogChannel, lead).with(channel.key()).to_string(),
        look: Look::Plain,
    };
    let buttons: Vec<Button> = Channel::ALL.iter().map(tap).collect();
    let rows = buttons.chunks(4).map(|four| Row::Buttons(four.to_vec())).collect();
    View { rows, ..lines(vec![Text::plain("How did you try to reach ").then(short_name(lead)).and("?")]) }
}

/// The second tap: with what result.
#[must_use]
pub fn outcomes(lead: &Lead, channel: Channel) -> View {
    let tap = |outcome: &Outcome| Button {
        label: outcome_words(channel, *outcome).to_owned(),
        action: on(Verb::LogOutcome, lead).with(&format!("{}.{}", channel.key(), outcome.key())).to_string(),
        look: if *outcome == Outcome::Reached { Look::Good } else { Look::Plain },
    };
    let buttons = Outcome::ALL.iter().filter(|outcome| can_be(channel, **outcome)).map(tap).collect();
    let question = Text::plain(format!("{}: how did it go with ", channel.words())).then(short_name(lead)).and("?");
    View { rows: vec![Row::Buttons(buttons)], ..lines(vec![question]) }
}

/// Reads what an outcome's button carries.
#[must_use]
pub fn read_attempt(extra: &str) -> Option<(Channel, Outcome)> {
    let (channel, outcome) = extra.split_once('.')?;
    Some((Channel::from_key(channel)?, Outcome::from_key(outcome)?))
}

/// Results that a channel can have.
fn can_be(channel: Channel, outcome: Outcome) -> bool {
    match outcome {
        Outcome::Reached => true,
        Outcome::LeftMessage => channel != Channel::Meeting,
        Outcome::NoAnswer => matches!(channel, Channel::Call | Channel::Meeting | Channel::Other),
        Outcome::WrongNumber => {
            matches!(channel, Channel::Call | Channel::Voicemail | Channel::Text | Channel::Whatsapp | Channel::Other)
        }
        Outcome::Bounced => matches!(channel, Channel::Email | Channel::Linkedin | Channel::Text | Channel::Other),
    }
}

/// What is written is sent, and whoever misses a meeting did not come.
pub(super) fn outcome_words(channel: Channel, outcome: Outcome) -> &'static str {
    match (channel, outcome) {
        (Channel::Email | Channel::Text | Channel::Whatsapp | Channel::Linkedin, Outcome::LeftMessage) => "Sent, no answer yet",
        (Channel::Meeting, Outcome::NoAnswer) => "Did not come",
        (_, outcome) => outcome.words(),
    }
}

/// A time that is offered for a follow-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offered {
    /// As the list carries it.
    pub key: &'static str,
    /// As people read it.
    pub words: &'static str,
    /// When that is.
    pub at: DateTime<Utc>,
}

/// The times that are offered for a follow-up, on the clocks of where they are.
#[must_use]
pub fn follow_up_times(zone: &Zone, now: DateTime<Utc>) -> Vec<Offered> {
    let local = zone.local(now);
    let today = local.date();
    let at = |day: chrono::NaiveDate, hour| zone.instant(day.and_hms_opt(hour, 0, 0).expect("an hour of the day"));
    let monday = today + Duration::days(7 - i64::from(chrono::Datelike::weekday(&today).num_days_from_monday()));
    let afternoon = Offered { key: "afternoon", words: "This afternoon, 15:00", at: at(today, 15) };
    let mut times = vec![Offered { key: "hour", words: "In an hour", at: now + Duration::hours(1) }];
    if afternoon.at > now + Duration::minutes(30) {
        times.push(afternoon);
    }
    times.push(Offered { key: "tomorrow", words: "Tomorrow, 09:00", at: at(today + Duration::days(1), 9) });
    times.push(Offered { key: "3days", words: "In 3 days, 09:00", at: at(today + Duration::days(3), 9) });
    times.push(Offered { key: "week", words: "Next week, Monday 09:00", at: at(monday, 9) });
    times.sort_by_key(|time| time.at);
    // On a Sunday, tomorrow is Monday.
    times.dedup_by_key(|time| time.at);
    times
}

/// When shall they be contacted next?
#[must_use]
pub fn follow_up(lead: &Lead, world: World<'_>) -> View {
    let zone = zone_of(lead, world.playbook);
    let mut options: Vec<Choice> = follow_up_times(&zone, world.now)
        .into_iter()
        .map(|offered| {
            let there = zone.local(offered.at).format("%a %d %b, %H:%M");
            choice(offered.words, offered.key, &format!("{there} in {}", city(&zone)))
        })
        .collect();
    options.push(choice("Another time", PICK_A_DATE, "You type it, with a note if you like"));
    let question = Text::plain("When shall ").then(short_name(lead)).and(" be contacted next?");
    View { rows: vec![select(lead, Verb::FollowAt, "Choose a time", options)], ..lines(vec![question]) }
}

/// Why is it over, or over for now?
#[must_use]
pub fn reasons(lead: &Lead, playbook: &Playbook) -> View {
    let question = Text::plain("Why does work on ").then(short_name(lead)).and(" end?");
    of_reasons(lead, question, playbook.reasons.iter())
}

/// Why does it sleep? The reasons after which it comes back on a day that is named.
#[must_use]
pub fn sleeps(lead: &Lead, playbook: &Playbook) -> View {
    let sleeping: Vec<&Reason> = playbook.reasons.iter().filter(|reason| reason.becomes == Becomes::PooledUntil).collect();
    if sleeping.is_empty() {
        return lines(vec!["The playbook has no reason for which a lead sleeps. Disqualify lists those there are.".into()]);
    }
    let question = Text::plain("Why shall ").then(short_name(lead)).and(" sleep?");
    of_reasons(lead, question, sleeping.into_iter())
}

fn of_reasons<'a>(lead: &Lead, question: Text, reasons: impl Iterator<Item = &'a Reason>) -> View {
    let option = |reason: &Reason| choice(&reason.name, &reason_part(&reason.key), &consequence(reason));
    let options = reasons.map(option).collect();
    View { rows: vec![select(lead, Verb::DisqualifyFor, "Choose a reason", options)], ..lines(vec![question]) }
}

/// The reason that a control names.
#[must_use]
pub fn reason_of<'a>(part: &str, playbook: &'a Playbook) -> Option<&'a Reason> {
    let whole = playbook.reasons.iter().find(|reason| reason.key.as_str() == part);
    whole.or_else(|| playbook.reasons.iter().find(|reason| reason_part(&reason.key) == part))
}

/// What a reason makes of a lead.
fn consequence(reason: &Reason) -> String {
    match &reason.becomes {
        Becomes::PooledUntil => match reason.asks {
            Asks::When { usual } => format!("Sleeps until a day you name, usually {}; then back to its owner", span(usual)),
            Asks::Nothing | Asks::Text { .. } | Asks::Lead | Asks::Who => {
                "Sleeps until a day you name; then back to its owner".to_owned()
            }
        },
        Becomes::PooledOnce { sleep, needs } => {
            format!("After {} attempts on {} days: sleeps {}, then one more try", needs.attempts, needs.days, span(*sleep))
        }
        Becomes::KeptWith { task } => format!("Stays with its owner, with a task: {task}"),
        Becomes::Closed(exit) => match exit {
            Exit::Converted => "Won".to_owned(),
            Exit::Unqualified => "Closed; can be reopened".to_owned(),
            Exit::Suppressed => "Closed; never contacted again".to_owned(),
            Exit::Merged => "Closed; you name the lead that goes on".to_owned(),
            Exit::Removed => "Removed; counts in no figure".to_owned(),
        },
        Becomes::Repair { within } => {
            format!("A teammate mends it within {} h of work; then back to its owner", within.num_hours().max(1))
        }
    }
}

/// Everything that the card's row has no room for.
#[must_use]
pub fn more(lead: &Lead) -> View {
    let mut options = vec![choice("Details", "details", "Everything that is known about it")];
    if matches!(lead.course.state, State::Owned { .. }) {
        options.extend([
            choice("Show contact", "reveal", "E-mail and phone; who looked is kept"),
            choice("Template", "tpl", "A message with what is known filled in"),
            choice("Add a note", "note", "For whoever works it next"),
            choice("Stage", "stage", "Where the sale stands"),
            choice("Help", "help", "Ask a colleague or the managers; it stays where it is"),
            choice("Hand over", "assign", "Give it to somebody, with a reason"),
            choice("Trade", "trade", "Exchange it for a lead of somebody else's"),
            choice("Release", "release", "Back to the team, with a reason"),
            choice("Let it sleep", "pool", "Until a day that you name; then it comes back to its owner"),
            choice("Wrong team", "notus", "Managers route it anew"),
            choice("Merge", "merge", "It is the same person as another lead"),
            choice("Convert", "deal", "A deal comes of it: it stays where it is, with a value"),
            choice("Won", "convert", "They became a customer"),
            choice("Undo", "undo", "Takes back what you did to it within the last half minute"),
        ]);
    }
    options.push(choice("Why?", "why", "Its story so far: who, when, and by which rule"));
    let question = Text::plain("What about ").then(short_name(lead)).and("?");
    View { rows: vec![select(lead, Verb::MoreDo, "Choose what to do", options)], ..lines(vec![question]) }
}

/// What those can do whose lead it is not: look, and add what they know.
#[must_use]
pub fn more_of_anothers(lead: &Lead, owner: PersonId, world: World<'_>) -> View {
    let options = vec![
        choice("Details", "details", "What a colleague may see of it"),
        choice("Add a note", "note", "For whoever works it next"),
        choice("Why?", "why", "Its story so far: who, when, and by which rule"),
    ];
    let question = person(short_name(lead).and(" is with "), owner, world);
    let question = question.and(": look at it, or add what you know. The rest is theirs and the managers'.");
    View { rows: vec![select(lead, Verb::MoreDo, "Choose what to do", options)], ..lines(vec![question]) }
}

/// What a choice of More does.
#[must_use]
pub fn read_more(value: &str) -> Option<Verb> {
    [
        Verb::Details,
        Verb::Reveal,
        Verb::Template,
        Verb::Note,
        Verb::Stage,
        Verb::Help,
        Verb::Assign,
        Verb::Trade,
        Verb::Release,
        Verb::NotForUs,
        Verb::Merge,
        Verb::Convert,
        Verb::Deal,
        Verb::Pool,
        Verb::Undo,
        Verb::Why,
    ]
    .into_iter()
    .find(|verb| verb.word() == value)
}

/// Somebody who could be given a lead, and why they cannot have it now.
#[derive(Debug, Clone)]
pub struct Candidate<'a> {
    /// Who.
    pub person: &'a Person,
    /// What stands against it, in words; nothing when they may have it.
    pub against: Option<String>,
}

/// What stands against somebody, in a few words.
#[must_use]
pub fn against(refusal: &Refusal, world: World<'_>) -> String {
    match refusal {
        Refusal::NotInTeam { team } => format!("Not in {}", team_name(team, world)),
        Refusal::Lacks { skills, .. } => format!("Does not have {}", names(skills, world)),
        Refusal::Away { .. } => "Away".to_owned(),
        Refusal::Paused { .. } => "Paused in this team".to_owned(),
        Refusal::OffHours { .. } => "Outside their hours".to_owned(),
        Refusal::Full { untouched, .. } => format!("Has {}", count(*untouched, "untouched lead", "untouched leads")),
        Refusal::FullToday { taken, .. } => format!("Has taken {taken} today"),
        Refusal::CoolingOff { .. } => "Had it a short while ago".to_owned(),
        Refusal::Left => "No longer with the company".to_owned(),
    }
}

/// Who shall have it? Those who may have it first.
#[must_use]
pub fn people(lead: &Lead, candidates: &[Candidate<'_>]) -> View {
    let mut sorted: Vec<&Candidate<'_>> = candidates.iter().collect();
    sorted.sort_by_key(|candidate| (candidate.against.is_some(), candidate.person.name.to_lowercase()));
    let option = |c: &&Candidate<'_>| {
        choice(&c.person.name, &c.person.id.0.to_string(), c.against.as_deref().unwrap_or("Can have it now"))
    };
    let options = sorted.iter().take(OPTIONS_MAX).map(option).collect();
    let question = Text::plain("Who shall have ").then(short_name(lead)).and("? They will be told.");
    View { rows: vec![select(lead, Verb::AssignTo, "Choose a person", options)], ..lines(vec![question]) }
}

/// Where does the sale stand?
#[must_use]
pub fn stages(lead: &Lead, world: World<'_>) -> View {
    // Won and lost have doors of their own, with questions of their own.
    let open = |kind| !matches!(kind, StageKind::Customer | StageKind::Inactive | StageKind::Unqualified);
    let options = world.playbook.stages.iter().filter(|stage| open(stage.kind)).take(OPTIONS_MAX);
    let hint = |days: Option<u32>| {
        days.map_or_else(String::new, |days| format!("A next step is expected within {}", count(days, "day", "days")))
    };
    let options = options.map(|stage| choice(&stage.name, stage.key.as_str(), &hint(stage.days))).collect();
    let now = stage_name(&lead.course.stage, world);
    let question = Text::plain("Where does ").then(short_name(lead)).and(format!(" stand? Now: {now}."));
    View { rows: vec![select(lead, Verb::StageTo, "Choose a stage", options)], ..lines(vec![question]) }
}

/// Whose is it?
#[must_use]
pub fn teams(lead: &Lead, playbook: &Playbook) -> View {
    let options = playbook.teams.iter().take(OPTIONS_MAX);
    let options = options.map(|team| choice(&team.name, team.key.as_str(), &format!("#{}", team.channel))).collect();
    let question = Text::plain("Which team shall have ").then(short_name(lead)).and("?");
    View { rows: vec![select(lead, Verb::RouteTo, "Choose a team", options)], ..lines(vec![question]) }
}

pub(super) fn select(lead: &Lead, verb: Verb, placeholder: &str, options: Vec<Choice>) -> Row {
    Row::Select(Select { action: on(verb, lead).to_string(), placeholder: placeholder.to_owned(), options })
}

pub(super) fn choice(label: &str, value: &str, hint: &str) -> Choice {
    Choice { label: cut(label, 100), value: value.to_owned(), hint: cut(hint, 100) }
}

#[cfg(test)]
mod tests;
