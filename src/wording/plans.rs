//! Plans: what stands against the time of one, and what was noted for it.

use chrono::{DateTime, Utc};

use super::World;
use super::parts::{lines, moment, on, person, short_name};
use super::why::Told;
use crate::chat::action::Verb;
use crate::domain::diary::Clash;
use crate::domain::fact::Fact;
use crate::domain::ids::PersonId;
use crate::domain::lead::Lead;
use crate::domain::message::{Button, Look, Row, View};
use crate::domain::text::{Text, When};

/// What was noted for the plan that the lead has; `log` oldest first.
#[must_use]
pub fn note_of<'t>(lead: &Lead, log: &'t [Told]) -> Option<&'t str> {
    let plan = lead.course.follow_up.as_ref()?;
    let set = log.iter().rfind(|told| told.facts.contains(&Fact::FollowUpSet { at: plan.at }))?;
    set.words.as_deref().filter(|words| !words.trim().is_empty())
}

/// What stands against a time, for whom it was planned, and which one would suit.
#[derive(Debug)]
pub struct Against {
    /// Whose diary it is.
    pub person: PersonId,
    /// Who reads it.
    pub reader: PersonId,
    /// When it is planned for.
    pub at: DateTime<Utc>,
    /// What stands against it.
    pub clashes: Vec<Clash>,
    /// The next time that suits.
    pub free: Option<DateTime<Utc>>,
}

/// The answer, with what stands against the time and the choice to leave it or to move it.
#[must_use]
pub fn with_clashes(mut view: View, lead: &Lead, against: &Against, world: World<'_>) -> View {
    if against.clashes.is_empty() {
        return view;
    }
    view.lines.push(Text::default().strong("But mind:"));
    view.lines.extend(against.clashes.iter().map(|clash| Text::plain("• ").then(clash_words(clash, against, world))));
    let from = against.at.timestamp() / 60;
    let mut buttons = Vec::new();
    if let Some(free) = against.free {
        view.lines.push(moment(Text::plain("The next free time is "), free).and("."));
        let action = on(Verb::FollowMove, lead).with(&format!("{from}.{}", free.timestamp() / 60)).to_string();
        buttons.push(Button { label: "Next free time".to_owned(), action, look: Look::Primary });
    }
    let action = on(Verb::FollowKeep, lead).with(&from.to_string()).to_string();
    buttons.push(Button { label: "Keep it anyway".to_owned(), action, look: Look::Plain });
    view.rows.insert(0, Row::Buttons(buttons));
    view
}

/// The minutes that a button carries: when it is planned for, and where it moves to.
#[must_use]
pub fn read_move(extra: &str) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let (from, to) = extra.split_once('.')?;
    Some((minute(from)?, minute(to)?))
}

fn minute(text: &str) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(text.parse::<i64>().ok()?.checked_mul(60)?, 0)
}

fn clash_words(clash: &Clash, against: &Against, world: World<'_>) -> Text {
    let they = |you: &'static str, do_it: &'static str| match against.person == against.reader {
        true => Text::plain(you),
        false => person(Text::default(), against.person, world).and(do_it),
    };
    match clash {
        Clash::OnLeave { until } => they("you are", " is").and(" on leave then, until ").at(*until, When::Date),
        Clash::Holiday => they("you have", " has").and(" a public holiday then"),
        Clash::OffHours => Text::plain("it is outside ").then(they("your hours", "'s hours")),
        Clash::HolidayThere { country } => Text::plain(format!("it is a public holiday in {country}, where they are")),
        Clash::NotCallable { there } => {
            Text::plain(format!("it is {} where they are: too early or too late to call", there.format("%H:%M")))
        }
        Clash::Another { lead, at } => they("you have", " has").and(format!(" planned {lead} for ")).at(*at, When::DateTime),
    }
}

/// It stays where it is.
#[must_use]
pub fn kept(lead: &Lead) -> View {
    match &lead.course.follow_up {
        Some(plan) => lines(vec![moment(Text::plain("Kept: ").then(short_name(lead)).and(" is planned for "), plan.at).and(".")]),
        None => lines(vec![Text::plain("Nothing is planned for ").then(short_name(lead)).and(" any more.")]),
    }
}

/// Something else was planned since the button was drawn.
#[must_use]
pub fn planned_since(lead: &Lead) -> View {
    let view = kept(lead);
    View { lines: [vec!["It was planned anew since. Nothing was moved.".into()], view.lines].concat(), ..view }
}
