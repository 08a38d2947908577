//! What the desk says where no rule was asked: to guests, about what cannot be read, about what could not be saved.

use super::parts::lines;
use crate::chat::action::Action;
use crate::domain::message::{Button, Look, Row, View};
use crate::domain::text::{Text, Untrusted};

/// Whoever asked works no leads.
const GUEST: &str = "You are not in a sales team yet, so leads are not shown to you. Ask a manager for the team's role, or to be added with \
    /team add; then try again.";

/// One line of ours.
#[must_use]
pub fn words(words: impl Into<Text>) -> View {
    lines(vec![words.into()])
}

/// The store refused: nothing has changed.
#[must_use]
pub fn not_saved() -> View {
    words("That could not be saved, and nothing has changed. Please try again in a moment.")
}

/// Whoever asked works no leads.
#[must_use]
pub fn guest() -> View {
    words(GUEST)
}

/// A control that this version does not know.
#[must_use]
pub fn unknown_control() -> View {
    words("That control is not known any more. Use the lead's newest card, or /lead show.")
}

/// A choice that is not offered any more.
#[must_use]
pub fn unknown_choice() -> View {
    words("That choice is not offered any more. Press the button on the card again.")
}

/// A message without text.
#[must_use]
pub fn no_text() -> View {
    words("That message has no text to note. Use /lead note instead.")
}

/// A message command that is not there.
#[must_use]
pub fn unknown_command() -> View {
    words("That command is not known here. /help lists those that are.")
}

/// What was typed as a time cannot be read. Says what was typed, so that it need not be remembered.
#[must_use]
pub fn unreadable_time(typed: &str) -> View {
    let typed = Untrusted::new(typed).one_line().cut(60);
    let read = Text::plain("\"").data(&typed).and("\" is not a time that can be read here.");
    lines(vec![read, "Write it like: tomorrow 9, fri 14:30, in 3 days, next week, 2027-02-03 10:00.".into()])
}

/// What was typed as a lead's number cannot be read.
#[must_use]
pub fn unreadable_lead(typed: &str) -> View {
    let typed = Untrusted::new(typed).one_line().cut(60);
    words(Text::plain("\"").data(&typed).and("\" is no lead's number. Write it like L-1042."))
}

/// Nobody can be chosen.
#[must_use]
pub fn nobody_to_choose() -> View {
    words("There is nobody else who works in a team yet. Add people with /team add.")
}

/// With a button that asks again.
#[must_use]
pub fn again(mut view: View, label: &str, action: &Action) -> View {
    view.rows.push(Row::Buttons(vec![Button { label: label.to_owned(), action: action.to_string(), look: Look::Primary }]));
    view
}
