//! The one message of those that wait without cards of their own, while more wait than anybody can look at.
//! Invariant: its button is always there, by which the message is found again.

use super::parts::label;
use crate::chat::action::{Action, Verb};
use crate::domain::ids::LeadId;
use crate::domain::lead::Lead;
use crate::domain::message::{Button, Look, Row, Tone, View};
use crate::domain::scoring::Tier;
use crate::domain::text::{Text, When};

/// The message about these.
#[must_use]
pub fn pile(waiting: &[Lead]) -> View {
    let title = match waiting.len() {
        0 => "NOBODY WAITS WITHOUT A CARD".to_owned(),
        n => format!("{n} MORE WAITING"),
    };
    let next = Action::on(Verb::Next, LeadId(0), 0);
    View {
        title: Text::plain(title),
        tone: if waiting.is_empty() { Tone::Over } else { Tone::New },
        lines: lines(waiting),
        rows: vec![Row::Buttons(vec![Button {
            label: "Give me the next one".to_owned(),
            action: next.to_string(),
            look: if waiting.is_empty() { Look::Plain } else { Look::Primary },
        }])],
        ..View::default()
    }
}

fn lines(waiting: &[Lead]) -> Vec<Text> {
    let Some(oldest) = waiting.iter().map(|lead| lead.course.state.since()).min() else {
        return vec![Text::plain("Each that waits has a card of its own again.")];
    };
    let of = |tier| waiting.iter().filter(|lead| lead.course.score.as_ref().is_some_and(|score| score.tier == tier)).count();
    let tiers = [Tier::Warm, Tier::Cold].map(|tier| (of(tier), tier.word()));
    let counted = tiers.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect::<Vec<_>>().join(", ");
    vec![
        label("Waiting")
            .and(if counted.is_empty() { String::new() } else { format!("{counted}, ") })
            .and("the oldest came ")
            .at(oldest, When::Relative),
        Text::plain(
            "More came than anybody can look at one by one. The button gives you the one that is worth most, of these the oldest.",
        ),
    ]
}

/// Nothing is there that they could be given.
#[must_use]
pub fn nothing_left() -> View {
    View { lines: vec![Text::plain("Nothing waits here any more. /me agenda shows what is due for you.")], ..View::default() }
}

/// The same press came a second time.
#[must_use]
pub fn given_already() -> View {
    View { lines: vec![Text::plain("That was dealt with already: /lead list shows what you have.")], ..View::default() }
}
