//! What is said while a teammate looks for what is right about a person: the question, the form, and what came of it.
//! Invariant: what is wrong may name an address or a number, so it is told privately, like those.

use chrono::{DateTime, Utc};

use super::World;
use super::forms::{form, text_input};
use super::parts::{button, label, lines, moment, person, reason_name, short_name};
use super::replies::ReplyFacts;
use crate::chat::action::{Action, Verb};
use crate::domain::decision::News;
use crate::domain::ids::{LeadId, PersonId};
use crate::domain::lead::{Lead, State};
use crate::domain::message::{Button, Form, Input, Look, Row, View};
use crate::domain::reply::NoMending;
use crate::domain::submission::Contact;
use crate::domain::text::{Text, Untrusted, When, cut};

/// The key of the name.
pub const NAME: &str = "name";
/// The key of the e-mail address.
pub const EMAIL: &str = "email";
/// The key of the phone number.
pub const PHONE: &str = "phone";
/// The key of the company.
pub const COMPANY: &str = "company";

/// Longest of each input, as the form takes it.
const INPUT_MAX: u16 = 254;

/// The news in one line.
pub(super) fn title(news: &News, who: Text, world: World<'_>) -> Text {
    match news {
        News::MendAsked { owner, .. } => person(who.and(" needs mending: "), *owner, world).and(" asks for your help"),
        News::Mended { by: Some(by), .. } => person(who.and(" is mended by "), *by, world).and(", and yours again"),
        News::Mended { by: None, .. } => who.and(" asked again with other data, and is yours again"),
        News::NotMended { by: Some(by) } => person(who.and(" cannot be mended: "), *by, world).and(" closed it"),
        News::NotMended { by: None } => who.and(" was not mended in time, and is closed"),
        News::Decides { lead, owner } => person(who.and(format!(" decides for {lead}, which is with ")), *owner, world),
        _ => who.and(" needs no mending any more"),
    }
}

/// What follows from it.
pub(super) fn body(news: &News) -> Vec<Text> {
    match news {
        News::MendAsked { until, .. } => {
            let due = label("Due").at(*until, When::Relative).and("; then it is closed");
            vec![due, "Look it up, then mend it: it goes back to its owner. It costs you no turn.".into()]
        }
        News::Mended { due, .. } => {
            due.map(|due| label("Promised").and("first touch ").at(due, When::Relative)).into_iter().collect()
        }
        News::NotMended { .. } => vec!["Your turn is given back, if it cost one. It can be reopened from its card.".into()],
        News::Decides { .. } => vec!["Speak with each other before one of you calls: it is one sale.".into()],
        _ => vec!["It was settled without you. There is nothing left for you to do.".into()],
    }
}

/// What is wrong, for whoever is asked to mend it.
pub(super) fn wrong(news: &News) -> Option<Text> {
    let News::MendAsked { what, .. } = news else { return None };
    Some(label("Wrong").and("\"").data(&Untrusted::new(what).one_line().cut(400)).and("\""))
}

/// What whoever is asked can do.
pub(super) fn buttons(lead: &Lead) -> Vec<Button> {
    vec![
        button("Mend the data", Look::Primary, Verb::Mend, lead),
        button("Cannot be mended", Look::Danger, Verb::CannotMend, lead),
    ]
}

/// Its details, as a control by which no card is found.
pub(super) fn details_button(lead: &Lead) -> Button {
    let action = Action::on(Verb::Details, LeadId(0), 0).with(&lead.id.to_string());
    Button { label: "Details".to_owned(), action: action.to_string(), look: Look::Plain }
}

/// Who mends it, as what, for whom.
pub(super) fn holder(lead: &Lead, world: World<'_>) -> Option<Text> {
    let State::Repair { owner, fixer, reason, .. } = &lead.course.state else { return None };
    let line = label("In repair").and(format!("{}, ", reason_name(reason, world)));
    let line = match fixer {
        Some(fixer) => person(line.and("with "), *fixer, world),
        None => line.and("anybody of the team may mend it"),
    };
    Some(person(line.and(", then back to "), *owner, world))
}

/// What is right? What was typed before stands there again.
#[must_use]
pub fn mend(lead: &Lead, typed: Option<&std::collections::BTreeMap<String, String>>) -> Form {
    let known = known(&lead.profile.contact);
    let inputs = [
        (NAME, "Name", "Dana Keller"),
        (EMAIL, "E-mail", "dana@example.com"),
        (PHONE, "Phone", "+49 30 …"),
        (COMPANY, "Company", ""),
    ]
    .into_iter()
    .zip(known)
    .map(|((key, label, example), known)| {
        let value = typed.map_or(known, |typed| typed.get(key).cloned().unwrap_or_default());
        let value = cut(&value, usize::from(INPUT_MAX));
        Input { key: key.to_owned(), max: INPUT_MAX, value, example: example.to_owned(), ..text_input(label, 0) }
    })
    .collect();
    form(lead, &Action::on(Verb::Mend, lead.id, lead.course.epoch), "Mend the data", inputs)
}

/// What is known, as the form shows it: name, e-mail, phone, company.
#[must_use]
pub fn known(contact: &Contact) -> [String; 4] {
    let raw = |text: Option<&Untrusted>| text.map(|text| text.one_line().raw().to_owned()).unwrap_or_default();
    let phone = contact.phone_e164.clone().unwrap_or_else(|| raw(contact.phone.as_ref()));
    [raw(contact.full_name().as_ref()), raw(contact.email.as_ref()), phone, raw(contact.company.as_ref())]
}

/// A teammate is asked.
pub(super) fn asked(fixer: Option<PersonId>, until: DateTime<Utc>, facts: &ReplyFacts<'_>) -> Text {
    let world = World { playbook: facts.playbook, roster: facts.roster, now: facts.now };
    let lead = facts.lead.map_or_else(|| Text::plain("The lead"), short_name);
    let text = match fixer {
        Some(fixer) => person(lead.and(" goes to "), fixer, world).and(", who can mend it until "),
        None => lead.and(" can be mended by anybody of the team, from its card, until "),
    };
    let text = moment(text, until);
    match facts.lead.and_then(|lead| lead.course.state.keeper()) {
        Some(owner) if owner == facts.by.id => text.and(". Then it comes back to you; if nobody can, it is closed."),
        Some(owner) => person(text.and(". Then it comes back to "), owner, world).and("; if nobody can, it is closed."),
        None => text.and("."),
    }
}

/// It is mended.
pub(super) fn done(same: Option<LeadId>, now: Text, facts: &ReplyFacts<'_>) -> View {
    let Some(lead) = facts.lead else { return lines(vec!["Mended. Thank you.".into()]) };
    let mut told = vec![short_name(lead).and(" is mended, thank you. ").then(now)];
    let mut rows = Vec::new();
    if let Some(same) = same {
        told.push(Text::plain(format!(
            "{same} has the same address or number: it may be the same person. If it is, merge them."
        )));
        rows.push(Row::Buttons(vec![super::parts::merge_button(lead, same)]));
    }
    View { rows, ..lines(told) }
}

/// Why it is not mended like this.
pub(super) fn not_done(why: NoMending) -> Text {
    match why {
        NoMending::Same => "Nothing was changed. Correct what is wrong, or press \"Cannot be mended\".".into(),
        NoMending::Unreachable => {
            "Without e-mail and phone nobody can get in touch. Give one of them, or press \"Cannot be mended\".".into()
        }
        NoMending::LeftAlone => Text::plain(
            "Whoever has that address or number asked never to be contacted again. Press \"Cannot be mended\", unless it is somebody else's.",
        ),
    }
}

/// Who may.
pub(super) fn not_yours(fixer: Option<PersonId>, world: World<'_>) -> Text {
    match fixer {
        Some(fixer) => {
            person(Text::plain("Only "), fixer, world).and(", who is asked to mend it, its owner or a manager can do that.")
        }
        None => "Only the lead's team or a manager can do that.".into(),
    }
}
