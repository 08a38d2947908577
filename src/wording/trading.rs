//! Trades of leads, in words.

use super::World;
use super::helping::written;
use super::notices::Beside;
use super::packet::need;
use super::parts::{label, lines, on, public_name, short_name, stage_name, tries_line};
use super::traces::score_line;
use crate::chat::action::Verb;
use crate::domain::fact::Fact;
use crate::domain::ids::LeadId;
use crate::domain::lead::Lead;
use crate::domain::message::{Button, Look, Row, View};
use crate::domain::reply::NoTrade;
use crate::domain::text::{Text, When};
use crate::domain::trade::{Side, TradeEnd};

/// The trade that the lead is in, with the buttons of whoever has it; nothing when it is in none.
#[must_use]
pub fn open(lead: &Lead) -> Option<View> {
    let trade = lead.course.trade.as_ref()?;
    let (words, buttons) = match trade.side {
        Side::Offered => (" is offered for ", vec![withdraw(lead, trade.with)]),
        Side::Wanted => (" is wanted, for ", answers(lead, trade.with)),
    };
    let mut text = short_name(lead).and(format!("{words}{}", trade.with));
    if let Some(until) = lead.course.clocks.due(crate::domain::clocks::Clock::Trade) {
        text = text.and("; the offer lapses ").at(until, When::Relative);
    }
    let told = vec![text.and("."), "A lead is in one trade at a time.".into()];
    Some(View { rows: vec![Row::Buttons(buttons)], ..lines(told) })
}

/// Yes or no, of whoever has the lead that is wanted.
pub(super) fn answers(lead: &Lead, with: LeadId) -> Vec<Button> {
    vec![
        named(lead, with, ("Trade", Look::Primary, Verb::TradeAccept)),
        named(lead, with, ("No, thanks", Look::Plain, Verb::TradeRefuse)),
    ]
}

/// Not any more, of whoever offers.
pub(super) fn withdraw(lead: &Lead, with: LeadId) -> Button {
    named(lead, with, ("Take the offer back", Look::Plain, Verb::TradeWithdraw))
}

fn named(lead: &Lead, with: LeadId, (label, look, verb): (&str, Look, Verb)) -> Button {
    Button { label: label.to_owned(), action: on(verb, lead).with(&with.0.to_string()).to_string(), look }
}

/// What is offered, and why.
pub(super) fn offer(lead: &Lead, with: LeadId, beside: Beside<'_>, world: World<'_>) -> Vec<Text> {
    let why = written(beside.log, |fact| matches!(fact, Fact::TradeOffered { side: Side::Wanted, .. }));
    let mut body: Vec<Text> = why.map(|why| label("Why").and("\"").data(&why).and("\"")).into_iter().collect();
    body.push(label("You give").then(short_name(lead)));
    match beside.other {
        Some(other) => {
            body.push(label("You get").strong(other.id.to_string()).and(" ").then(public_name(other)));
            body.extend(need(other));
            body.extend(score_line(other, world));
            body.push(label("Stage").and(stage_name(&other.course.stage, world)));
            body.extend(tries_line(other));
        }
        None => body.push(label("You get").and(with.to_string())),
    }
    body.push("Nobody's turn changes. Both get the whole story of what they get.".into());
    body
}

/// What a trade came to that did not come about, as the end of a sentence.
pub(super) fn over_words(how: TradeEnd) -> &'static str {
    match how {
        TradeEnd::Refused => "was refused",
        TradeEnd::Withdrawn => "was taken back",
        TradeEnd::Lapsed => "was not answered in time",
        TradeEnd::MovedOn => "is off: one of the two went elsewhere",
    }
}

/// Why the two cannot be exchanged.
pub(super) fn none(why: NoTrade) -> Text {
    match why {
        NoTrade::Itself => "That is the same lead. Name the one that you would have for it.".into(),
        NoTrade::Nobodys { with } => {
            Text::plain(format!("{with} is with nobody now. /lead show says where it is; perhaps you can claim it."))
        }
        NoTrade::BothTheirs { with } => {
            Text::plain(format!("{with} is with the same rep already. Name a lead of somebody else's."))
        }
        NoTrade::Open { lead, with } => Text::plain(format!(
            "{lead} is in a trade for {with} already, and that is still open. Whose it is can end that under More, Trade."
        )),
        NoTrade::Over { with } => Text::plain(format!(
            "That trade for {with} is no longer open: it was answered, taken back or not answered in time, or one of the two went elsewhere."
        )),
    }
}

/// An offer that was made, with a button that takes it back.
pub(super) fn offered(text: Text, lead: Option<&Lead>, with: LeadId) -> View {
    let rows = lead.map(|lead| vec![Row::Buttons(vec![withdraw(lead, with)])]).unwrap_or_default();
    View { rows, ..lines(vec![text]) }
}

#[cfg(test)]
mod tests;
