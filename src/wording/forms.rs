//! Forms: what is asked in words before something is done.
//! Invariant: labels have at most 45 characters and a form at most five inputs, whatever the playbook asks.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::helping::MANAGERS;
use super::parts::on;
use super::repair;
use crate::chat::action::{Action, Verb};
use crate::domain::ids::{LeadId, PersonId, ReasonKey};
use crate::domain::lead::Lead;
use crate::domain::message::{Form, Input, InputSize};
use crate::domain::money::Currency;
use crate::domain::text::cut;
use crate::playbook::{Asks, Reason};

/// The key of a text.
pub const TEXT: &str = "text";
/// The key of a time.
pub const WHEN: &str = "when";
/// The key of a lead's number.
pub const ORIGINAL: &str = "original";

/// The key of an amount.
pub const VALUE: &str = "value";
/// The key of a currency.
pub const CURRENCY: &str = "currency";

/// Longest title and label.
const LABEL_MAX: usize = 45;
/// Longest text.
const TEXT_MAX: u16 = 1_000;
/// Longest note.
const NOTE_MAX: u16 = 4_000;
/// Longest time, as somebody types it.
const WHEN_MAX: u16 = 60;
/// Longest part that an action can carry.
const EXTRA_MAX: usize = 24;

/// Why is it not for us?
#[must_use]
pub fn wrong_team(lead: &Lead) -> Form {
    form(lead, &on(Verb::NotForUs, lead), "Not for us", vec![reason_input("Why is it another team's?", "They are in Austria")])
}

/// Why not you?
#[must_use]
pub fn pass(lead: &Lead) -> Form {
    let why = Input { example: "On the road until two".to_owned(), ..text_input("Why not? You need not say", 0) };
    form(lead, &on(Verb::Pass, lead), "Pass", vec![why])
}

/// Why give it back?
#[must_use]
pub fn release(lead: &Lead) -> Form {
    form(lead, &on(Verb::Release, lead), "Release", vec![reason_input("Why do you give it back?", "In meetings all day")])
}

/// Why give it to them?
#[must_use]
pub fn assign(lead: &Lead, to: PersonId, name: &str) -> Form {
    let action = on(Verb::AssignTo, lead).with(&to.0.to_string());
    form(lead, &action, &format!("Hand over to {name}"), vec![reason_input("Why them?", "Knows the industry")])
}

/// What happened?
#[must_use]
pub fn note(lead: &Lead) -> Form {
    let text = Input { size: InputSize::Paragraph, max: NOTE_MAX, ..text_input("What should the next one know?", 1) };
    form(lead, &on(Verb::Note, lead), "Note", vec![text])
}

/// On which lead is this to be noted?
#[must_use]
pub fn note_on(text: &str) -> Form {
    let value = cut(text, usize::from(NOTE_MAX));
    let note = Input { size: InputSize::Paragraph, max: NOTE_MAX, value, ..text_input("What should the next one know?", 1) };
    let inputs = vec![original_input("On which lead?"), note];
    Form { action: Action::on(Verb::NoteOn, LeadId(0), 0).to_string(), title: "Log on a lead".to_owned(), inputs }
}

/// How did it go?
#[must_use]
pub fn result(lead: &Lead, result: &str) -> Form {
    let (title, asked, example) = match result {
        "reached" => ("Reached", "What came of it?", "Wants two offers by Friday"),
        "no_answer" => ("No answer", "Anything to note?", "Try after three"),
        _ => ("Done", "What came of it?", "Wants two offers by Friday"),
    };
    let text = Input { size: InputSize::Paragraph, example: example.to_owned(), ..text_input(asked, 0) };
    form(lead, &on(Verb::Result, lead).with(result), title, vec![text])
}

/// When next, and what for? `note` is what was noted for the plan that there is.
#[must_use]
pub fn follow_up(lead: &Lead, zone: &str, note: &str) -> Form {
    let when = when_input(&cut(&format!("When? Time in {zone}"), LABEL_MAX), "tomorrow 9, fri 14:30, in 3 days, 9 my time");
    let note = cut(note, usize::from(TEXT_MAX));
    let text = Input { example: "Send the offer first".to_owned(), value: note, ..text_input("What for?", 0) };
    form(lead, &on(Verb::FollowDate, lead), "Follow up", vec![when, text])
}

/// What may it bring?
#[must_use]
pub fn deal(lead: &Lead, usual: Currency) -> Form {
    form(lead, &on(Verb::Deal, lead), "Convert to a deal", amount_inputs("What is it worth, if you know?", lead, usual))
}

/// What did it bring?
#[must_use]
pub fn won(lead: &Lead, usual: Currency) -> Form {
    form(lead, &on(Verb::WonFor, lead), "Won", amount_inputs("For how much, if you know?", lead, usual))
}

fn amount_inputs(question: &str, lead: &Lead, usual: Currency) -> Vec<Input> {
    let known = lead.course.open_deal().and_then(|deal| deal.value);
    let value = known.map(|known| known.plain()).unwrap_or_default();
    let currency = known.map_or(usual, |known| known.currency);
    vec![
        Input { key: VALUE.to_owned(), max: 40, value, example: "12500 or 12k".to_owned(), ..text_input(question, 0) },
        Input { key: CURRENCY.to_owned(), max: 3, value: currency.to_string(), ..text_input("In which currency?", 0) },
    ]
}

/// What does the colleague, or do the managers, have to know?
#[must_use]
pub fn help(lead: &Lead, of: Option<(PersonId, &str)>) -> Form {
    let (extra, whom) = of.map_or((MANAGERS.to_owned(), "the managers"), |(id, name)| (id.0.to_string(), name));
    let example = "They ask for a discount of 20 %. What may I say?".to_owned();
    let text = Input { size: InputSize::Paragraph, example, ..text_input("What do you ask?", 2) };
    form(lead, &on(Verb::HelpOf, lead).with(&extra), &format!("Ask {whom}"), vec![text])
}

/// What do you say?
#[must_use]
pub fn help_answer(lead: &Lead) -> Form {
    let text = Input { size: InputSize::Paragraph, ..text_input("Your answer; it goes into the lead's thread", 2) };
    form(lead, &on(Verb::HelpAnswer, lead), "Answer", vec![text])
}

/// For which lead, and why?
#[must_use]
pub fn trade(lead: &Lead) -> Form {
    let inputs = vec![original_input("Which lead would you have for it?"), reason_input("Why?", "Yours is in my city")];
    form(lead, &on(Verb::Trade, lead), "Trade", inputs)
}

/// Which lead is it the same as?
#[must_use]
pub fn merge(lead: &Lead) -> Form {
    form(lead, &on(Verb::Merge, lead), "Merge", vec![original_input("Which lead goes on? This one ends in it.")])
}

/// What the reason needs; `None` when it needs nothing. `usual` is the day that is offered first.
#[must_use]
pub fn disqualify(lead: &Lead, reason: &Reason, usual: Option<NaiveDate>) -> Option<Form> {
    let inputs = match &reason.asks {
        Asks::Nothing => return None,
        Asks::When { .. } => {
            let value = usual.map(|day| day.format("%Y-%m-%d").to_string()).unwrap_or_default();
            let when = Input { value, ..when_input("When shall it come back?", "in 3 weeks, next quarter, 2027-02-03") };
            vec![
                when,
                Input { example: "Asked to call again after the trade fair".to_owned(), ..text_input("What did they say?", 0) },
            ]
        }
        Asks::Text { question, min } => vec![Input { size: InputSize::Paragraph, ..text_input(&cut(question, LABEL_MAX), *min) }],
        Asks::Lead => vec![original_input("Which lead is it the same as?")],
        Asks::Who => vec![
            Input { example: "Max Keller, their CTO".to_owned(), ..text_input("Who decides, if you know?", 0) },
            Input { key: repair::EMAIL.to_owned(), max: 254, ..text_input("Their e-mail, if you know", 0) },
            Input { key: repair::PHONE.to_owned(), max: 60, ..text_input("Their phone, if you know", 0) },
        ],
    };
    let action = on(Verb::DisqualifyWith, lead).with(&reason_part(&reason.key));
    Some(form(lead, &action, &reason.name, inputs))
}

/// The same form with what was typed into it before.
#[must_use]
pub fn as_typed(mut form: Form, typed: Option<&BTreeMap<String, String>>) -> Form {
    for input in &mut form.inputs {
        if let Some(typed) = typed.and_then(|typed| typed.get(&input.key)) {
            input.value = cut(typed, usize::from(input.max));
        }
    }
    form
}

/// As much of a reason's key as an action can carry; `pickers::reason_of` finds the reason again.
pub(super) fn reason_part(key: &ReasonKey) -> String {
    key.as_str().chars().take(EXTRA_MAX).collect()
}

pub(super) fn form(lead: &Lead, action: &Action, title: &str, inputs: Vec<Input>) -> Form {
    Form { action: action.to_string(), title: cut(&format!("{} {title}", lead.id), LABEL_MAX), inputs }
}

pub(super) fn text_input(label: &str, min: u16) -> Input {
    Input {
        key: TEXT.to_owned(),
        label: label.to_owned(),
        size: InputSize::Line,
        min,
        max: TEXT_MAX,
        value: String::new(),
        example: String::new(),
    }
}

fn reason_input(label: &str, example: &str) -> Input {
    Input { max: 200, example: example.to_owned(), ..text_input(label, 2) }
}

fn original_input(label: &str) -> Input {
    Input { key: ORIGINAL.to_owned(), max: 20, example: "L-1042".to_owned(), ..text_input(label, 1) }
}

fn when_input(label: &str, example: &str) -> Input {
    Input { key: WHEN.to_owned(), max: WHEN_MAX, example: example.to_owned(), ..text_input(label, 1) }
}
