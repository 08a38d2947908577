//! Which answer claims to be which field, and whose claim is best.
//! Invariant: technical answers claim nothing personal, and a common word such as `name` claims only beside other answers of a person.

use std::collections::BTreeSet;

use super::answers::{Answer, Branch};
use super::field::{Certainty, Field, Origin};
use super::labels::{self, Meaning};
use super::{email, phone, shape};

/// A claim of one answer to one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Claim {
    pub(super) answer: usize,
    pub(super) field: Field,
    pub(super) origin: Origin,
    pub(super) certainty: Certainty,
    /// More is better, among claims of one origin.
    weight: u8,
    bare: bool,
}

/// All sound claims, best first for each field.
pub(super) fn claims(answers: &[Answer]) -> Vec<Claim> {
    let mut all: Vec<Claim> = answers.iter().enumerate().filter_map(|(i, answer)| claim(i, answer)).collect();
    let near_person: BTreeSet<&str> = all
        .iter()
        .filter(|c| !c.bare && c.field.is_personal() && answers[c.answer].branch != Branch::Technical)
        .map(|c| answers[c.answer].group.as_str())
        .collect();
    for c in &mut all {
        let answer = &answers[c.answer];
        c.weight += u8::from(near_person.contains(answer.group.as_str())) + u8::from(answer.branch == Branch::Person);
    }
    let anchor = anchor(answers, &all);
    let names = all.iter().filter(|c| c.bare && c.field == Field::Name).count();
    let nobody_else = near_person.is_empty() && names == 1;
    all.retain(|c| {
        let answer = &answers[c.answer];
        let personal = answer.branch == Branch::Person && c.field == Field::Name;
        let beside = anchor.map_or_else(|| near_person.contains(answer.group.as_str()), |group| group == answer.group);
        !c.bare || beside || personal || nobody_else && c.field == Field::Name
    });
    long_answer(answers, &mut all);
    all.sort_by_key(|c| (c.field, c.origin, std::cmp::Reverse(c.weight), c.answer));
    all
}

/// Where the address or the number of the person stands: what is beside it is about the same person.
fn anchor<'a>(answers: &'a [Answer], all: &[Claim]) -> Option<&'a str> {
    let best =
        |field: Field| all.iter().filter(|c| c.field == field).min_by_key(|c| (c.origin, std::cmp::Reverse(c.weight), c.answer));
    best(Field::Email).or_else(|| best(Field::Phone)).map(|c| answers[c.answer].group.as_str())
}

fn claim(at: usize, answer: &Answer) -> Option<Claim> {
    let value = answer.texts.first()?;
    let made = |field, origin, certainty, weight| Claim { answer: at, field, origin, certainty, weight, bare: false };
    if let Some(field) = answer.part {
        return Some(made(field, Origin::TypeHint, Certainty::Sure, 40));
    }
    if answer.branch == Branch::Technical {
        let named = [&answer.label].into_iter().chain(&answer.key).map(|l| labels::meaning(l));
        let field =
            named.filter_map(|m| if let Meaning::Whole(f @ (Field::Utm | Field::Test)) = m { Some(f) } else { None }).next()?;
        return shape::fits(field, value).then(|| made(field, Origin::Label, Certainty::Likely, 10));
    }
    if let Some(field) = answer.hint.as_deref().and_then(labels::hint)
        && shape::fits(field, value)
    {
        return Some(made(field, Origin::TypeHint, Certainty::Sure, 40));
    }
    let meanings = [Some(answer.label.as_str()), answer.key.as_deref()];
    meanings.into_iter().flatten().find_map(|label| by_label(at, label, value))
}

fn by_label(at: usize, label: &str, value: &str) -> Option<Claim> {
    let (field, certainty, weight, bare) = match labels::meaning(label) {
        Meaning::Whole(field) => (field, Certainty::Likely, 30, false),
        Meaning::Within(field) => (field, Certainty::Guess, 20, false),
        Meaning::Bare(field) => (field, Certainty::Likely, 25, true),
        Meaning::Technical => return None,
        Meaning::Unknown => return from_sender(at, label, value),
    };
    shape::fits(field, value).then_some(Claim { answer: at, field, origin: Origin::Label, certainty, weight, bare })
}

/// `from` is a person when it holds a number, or a name with an address.
fn from_sender(at: usize, label: &str, value: &str) -> Option<Claim> {
    if !matches!(labels::plain(label).as_str(), "from" | "reply to") {
        return None;
    }
    let field = [Field::Phone, Field::Email].into_iter().find(|f| shape::fits(*f, value))?;
    Some(Claim { answer: at, field, origin: Origin::Label, certainty: Certainty::Guess, weight: 5, bare: false })
}

/// The only long answer is the message, when no other answer is.
fn long_answer(answers: &[Answer], all: &mut Vec<Claim>) {
    if all.iter().any(|c| c.field == Field::Message) {
        return;
    }
    let free = |i: &usize| !all.iter().any(|c| c.answer == *i);
    let long: Vec<usize> =
        (0..answers.len()).filter(|&i| answers[i].hint.as_deref().is_some_and(labels::is_long)).filter(free).collect();
    if let [one] = long.as_slice() {
        all.push(Claim {
            answer: *one,
            field: Field::Message,
            origin: Origin::TypeHint,
            certainty: Certainty::Likely,
            weight: 10,
            bare: false,
        });
    }
}

/// The one answer that looks like this field, when no label said so.
pub(super) fn by_shape(field: Field, answers: &[Answer], free: impl Fn(usize) -> bool) -> Option<usize> {
    let candidate = |i: &usize| {
        let answer = &answers[*i];
        let technical = answer.branch == Branch::Technical || labels::meaning(&answer.label) == Meaning::Technical;
        !technical
            && !labels::rules_out(field, &answer.label)
            && free(*i)
            && answer.texts.len() == 1
            && shape::fits(field, &answer.texts[0])
    };
    let sure = |i: &usize| match field {
        Field::Phone => phone_shaped(&answers[*i]),
        _ => true,
    };
    let found: Vec<usize> = (0..answers.len()).filter(candidate).filter(sure).collect();
    let mut distinct: Vec<&str> = found.iter().map(|&i| answers[i].texts[0].as_str()).collect();
    distinct.dedup();
    if distinct.len() == 1 { found.first().copied() } else { None }
}

/// A bare row of digits is more often an id than a phone number.
fn phone_shaped(answer: &Answer) -> bool {
    let text = answer.texts[0].trim();
    let apart = text.contains([' ', '-', '(', '/']) && text.starts_with(['0', '(']);
    text.starts_with('+') || apart && phone::only_one_in(text).is_some()
}

/// An e-mail or a phone number in running text.
pub(super) fn in_text(field: Field, text: &str) -> Option<String> {
    match field {
        Field::Email => email::only_one_in(text),
        Field::Phone => phone::only_one_in(text),
        _ => None,
    }
}
