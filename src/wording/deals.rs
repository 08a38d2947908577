//! Deals in words: what a lead is worth, and why an amount could not be read.

use super::parts::{button, label, lines, short_name};
use crate::chat::action::Verb;
use crate::domain::deals::DealResult;
use crate::domain::lead::Lead;
use crate::domain::message::{Look, Row, View};
use crate::domain::money::{Currency, Money, NoMoney};
use crate::domain::text::{Text, Untrusted, When};

/// What it may bring, or brought; nothing while there is no deal.
pub(super) fn value_line(lead: &Lead) -> Option<Text> {
    // Of one that is over, and for how much nobody knows, there is nothing to say that the card does not say already.
    let deal = lead.course.deals.last().filter(|deal| deal.value.is_some() || deal.end.is_none())?;
    let line = label("Value").and(deal.value.map_or_else(|| "not known yet".to_owned(), |value| value.to_string()));
    let line = match deal.end.as_ref().map(|end| end.how) {
        None => line,
        Some(DealResult::Won) => line.and(", won"),
        Some(DealResult::Lost) => line.and(", lost"),
    };
    let before = lead.course.deals.len() - 1;
    Some(match before {
        0 => line,
        1 => line.and(", after 1 deal before"),
        n => line.and(format!(", after {n} deals before")),
    })
}

/// Each deal of one that had several, the newest last.
pub(super) fn history(lead: &Lead) -> Vec<Text> {
    if lead.course.deals.len() < 2 {
        return Vec::new();
    }
    let line = |deal: &crate::domain::deals::Deal| {
        let value = deal.value.map_or_else(|| "no value named".to_owned(), |value| value.to_string());
        let text = Text::plain(format!("• {value}, {} ", deal.word()));
        deal.end
            .as_ref()
            .map_or_else(|| text.clone().and("since ").at(deal.since, When::Date), |end| text.clone().at(end.at, When::Date))
    };
    let mut told = vec![Text::default().strong("Deals")];
    told.extend(lead.course.deals.iter().map(line));
    told
}

/// A deal came of it: what is expected next.
pub(super) fn made(value: Option<Money>, lead: Option<&Lead>) -> View {
    let Some(lead) = lead else { return lines(vec!["There is a deal now.".into()]) };
    let worth = match value {
        Some(value) => short_name(lead).and(format!(" is a deal of {value} now. Plan the next step.")),
        None => short_name(lead).and(" is a deal now, of a value that is not known yet. Plan the next step."),
    };
    with_steps(worth, lead)
}

/// Its deal is worth something else.
pub(super) fn valued(value: Money, lead: Option<&Lead>) -> View {
    match lead {
        Some(lead) => with_steps(Text::plain("The deal of ").then(short_name(lead)).and(format!(" is worth {value} now.")), lead),
        None => lines(vec![Text::plain(format!("The deal is worth {value} now."))]),
    }
}

/// It is so already.
pub(super) fn already(value: Option<Money>, lead: Option<&Lead>) -> View {
    let worth = value.map_or_else(|| "of a value that is not known yet".to_owned(), |value| format!("of {value}"));
    match lead {
        Some(lead) => with_steps(short_name(lead).and(format!(" is a deal {worth} already. Nothing has changed.")), lead),
        None => lines(vec![Text::plain(format!("It is a deal {worth} already. Nothing has changed."))]),
    }
}

fn with_steps(text: Text, lead: &Lead) -> View {
    let steps = vec![
        button("Follow up", Look::Primary, Verb::Follow, lead),
        button("Stage", Look::Plain, Verb::Stage, lead),
        button("Won", Look::Good, Verb::Convert, lead),
    ];
    View { rows: vec![Row::Buttons(steps)], ..lines(vec![text]) }
}

/// An amount cannot be read: why, and how to write it.
#[must_use]
pub fn unreadable(typed: &str, why: &NoMoney, usual: Currency) -> View {
    let said = Text::plain("\"").data(&Untrusted::new(typed).one_line().cut(40)).and("\" ");
    let reason = match why {
        NoMoney::NoNumber => said.and("is not one amount."),
        NoMoney::TwoWays => said.and("could be two amounts: write it without a mark between thousands."),
        NoMoney::TooFine(currency) => {
            said.and(format!("has more digits after the point than {currency}, which has {}.", currency.decimals()))
        }
        NoMoney::Nothing => said.and("is not more than nothing. Leave the value out while it is not known."),
        NoMoney::TooMuch => said.and("is more than can be kept."),
        NoMoney::NoCurrency(letters) => Text::plain("\"")
            .data(&Untrusted::new(letters).cut(20))
            .and("\" is not the three letters of a currency, such as EUR or USD."),
        NoMoney::Differs(named, besides) => said.and(format!("says {named}, and the currency beside it says {besides}.")),
    };
    lines(vec![
        reason,
        Text::plain(format!("Write it like: 12500, 12.500,00, 12,500, 12k, 900 USD. Without a currency it is {usual}.")),
    ])
}
