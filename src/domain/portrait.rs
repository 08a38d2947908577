//! A lead as the rules of the playbook see it: named values and nothing else.
//! Rules never see who somebody is: no name, no address, no number; only whether they are known.
//! Invariant: every value that a rule may ask for is in `example`, by which the playbook is checked.

use chrono::{DateTime, Utc};

use super::lead::{Lead, Profile};
use super::signals::{self, NEVER_DAYS};
use super::text::Untrusted;
use crate::playbook::rule::{Subject, Value};
use crate::playbook::{CustomField, FieldKind, Playbook};

/// Named values.
pub type Values = Vec<(String, Value)>;

/// The names that every lead has.
pub const BUILT_IN: [&str; 23] = [
    "source",
    "source_detail",
    "country",
    "zone",
    "company",
    "domain",
    "title",
    "need",
    "website",
    "has_email",
    "has_phone",
    "has_company",
    "is_test",
    "requests",
    "age_days",
    "quiet_days",
    "tries",
    "reached",
    "value",
    "currency",
    "signals",
    "signal_days",
    "utm",
];

/// What changes with time and with what is done.
pub const LIVED: [&str; 8] = ["age_days", "quiet_days", "tries", "reached", "value", "currency", "signals", "signal_days"];

/// The parameters of a campaign that rules know.
const UTM: [&str; 5] = ["source", "medium", "campaign", "term", "content"];

/// What a lead is asked to be known of, for its completeness.
const KNOWN_OF: usize = 8;

/// A lead as rules see it, before it has a score.
#[must_use]
pub fn values(profile: &Profile, requests: u32, playbook: &Playbook) -> Values {
    let contact = &profile.contact;
    let text = |value: &Option<Untrusted>| Value::Text(value.as_ref().map(|t| t.one_line().raw().to_owned()).unwrap_or_default());
    let plain = |value: &Option<String>| Value::Text(value.clone().unwrap_or_default());
    let utm = UTM.map(|name| {
        let said = profile.utm.get(&format!("utm_{name}")).or_else(|| profile.utm.get(name));
        (name.to_owned(), text(&said.cloned()))
    });
    let mut values: Values = [
        ("source", Value::Text(profile.source.to_string())),
        ("source_detail", text(&profile.source_detail)),
        ("country", plain(&contact.country)),
        ("zone", plain(&contact.zone)),
        ("company", text(&contact.company)),
        ("domain", plain(&contact.domain)),
        ("title", text(&contact.title)),
        ("need", text(&profile.need)),
        ("website", text(&contact.website)),
        ("has_email", Value::Flag(contact.email.is_some())),
        ("has_phone", Value::Flag(contact.phone.is_some())),
        ("has_company", Value::Flag(contact.company.is_some())),
        ("is_test", Value::Flag(profile.is_test)),
        ("requests", Value::Number(Some(f64::from(requests)))),
        ("age_days", Value::Number(Some(0.0))),
        ("quiet_days", Value::Number(Some(0.0))),
        ("tries", Value::Number(Some(0.0))),
        ("reached", Value::Flag(false)),
        ("value", Value::Number(None)),
        ("currency", Value::Text(String::new())),
        ("signals", Value::Number(Some(0.0))),
        ("signal_days", Value::Number(Some(f64::from(NEVER_DAYS)))),
        ("utm", Value::Group(utm.into())),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    values.extend(playbook.fields.iter().map(|field| (field.key.clone(), answer(profile, field))));
    values
}

/// Knows what has become of a lead by `now`: `age_days` since it came in, `quiet_days` since anybody did anything, both by the company's
/// calendar, so that they change at its midnight only; what was tried; what its newest deal is worth, in whole units of its currency; and
/// what they did themselves.
#[must_use]
pub fn lived(mut values: Values, lead: &Lead, playbook: &Playbook, now: DateTime<Utc>) -> Values {
    let (zone, work, received_at) = (playbook.company.hours.zone(), &lead.course.work, lead.profile.received_at);
    let days = |since: DateTime<Utc>| {
        let days = (zone.local(now).date() - zone.local(since).date()).num_days();
        Value::Number(Some(f64::from(i32::try_from(days.max(0)).unwrap_or(i32::MAX))))
    };
    let deal = lead.course.deals.last().and_then(|deal| deal.value);
    for (name, value) in &mut values {
        match name.as_str() {
            "age_days" => *value = days(received_at),
            "quiet_days" => *value = days(work.last_activity_at.map_or(received_at, |at| at.max(received_at))),
            "tries" => *value = Value::Number(Some(f64::from(work.tries()))),
            "reached" => *value = Value::Flag(work.reached_at.is_some()),
            "value" => *value = Value::Number(deal.map(|deal| deal.rough())),
            "currency" => *value = Value::Text(deal.map(|deal| deal.currency.to_string()).unwrap_or_default()),
            "signals" => *value = Value::Number(Some(f64::from(lead.course.signal_count))),
            "signal_days" => {
                let last = lead.course.signals.first().map(|last| signals::days_since(last.at, playbook, now));
                *value = Value::Number(Some(f64::from(last.unwrap_or(NEVER_DAYS))));
            }
            _ => {}
        }
    }
    values
}

/// Knows what a score and a tier are, too.
#[must_use]
pub fn with_score(mut values: Values, score: u8, tier: &str) -> Values {
    values.push(("score".to_owned(), Value::Number(Some(f64::from(score)))));
    values.push(("tier".to_owned(), Value::Text(tier.to_owned())));
    values
}

/// Ready to be judged.
#[must_use]
pub fn subject(values: Values) -> Subject {
    Subject::new(values)
}

/// An invented lead with a value in every place.
#[must_use]
pub fn example(fields: &[CustomField]) -> Values {
    let text = |value: &str| Value::Text(value.to_owned());
    let utm = UTM.map(|name| (name.to_owned(), text("spring")));
    let mut values: Values = [
        ("source", text("website")),
        ("source_detail", text("Talk to sales")),
        ("country", text("DE")),
        ("zone", text("Europe/Berlin")),
        ("company", text("Acme Robotics")),
        ("domain", text("acme.example")),
        ("title", text("VP Operations")),
        ("need", text("Scheduling for 120 technicians")),
        ("website", text("https://acme.example")),
        ("has_email", Value::Flag(true)),
        ("has_phone", Value::Flag(true)),
        ("has_company", Value::Flag(true)),
        ("is_test", Value::Flag(false)),
        ("requests", Value::Number(Some(1.0))),
        ("age_days", Value::Number(Some(3.0))),
        ("quiet_days", Value::Number(Some(2.0))),
        ("tries", Value::Number(Some(2.0))),
        ("reached", Value::Flag(false)),
        ("value", Value::Number(Some(12_500.0))),
        ("currency", text("EUR")),
        ("signals", Value::Number(Some(2.0))),
        ("signal_days", Value::Number(Some(1.0))),
        ("utm", Value::Group(utm.into())),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    values.extend(fields.iter().map(|field| {
        let value = match field.kind {
            FieldKind::Text => text("an answer"),
            FieldKind::Number => Value::Number(Some(100.0)),
        };
        (field.key.clone(), value)
    }));
    values
}

/// How much is known of what a rep would like to know, from 0 to 1.
#[must_use]
pub fn completeness(profile: &Profile) -> f64 {
    let contact = &profile.contact;
    let known = [
        contact.full_name().is_some(),
        contact.email.is_some(),
        contact.phone_e164.is_some(),
        contact.company.is_some(),
        contact.title.is_some(),
        contact.country.is_some(),
        profile.need.is_some(),
        !profile.extras.is_empty(),
    ];
    let known_of: [bool; KNOWN_OF] = known;
    let count = u32::try_from(known_of.iter().filter(|is| **is).count()).unwrap_or_default();
    f64::from(count) / f64::from(u32::try_from(KNOWN_OF).unwrap_or(1))
}

fn answer(profile: &Profile, field: &CustomField) -> Value {
    let asked = |question: &str| field.questions.iter().any(|wanted| bare(wanted) == bare(question));
    let said = profile.extras.iter().find(|(question, _)| asked(question.raw())).map(|(_, answer)| answer.one_line());
    match field.kind {
        FieldKind::Text => Value::Text(said.map(|text| text.raw().to_owned()).unwrap_or_default()),
        FieldKind::Number => Value::Number(said.and_then(|text| number(text.raw()))),
    }
}

/// Letters and digits, in small letters.
fn bare(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The first number in an answer: of `50-100 people` 50, of `1,200` 1200.
fn number(text: &str) -> Option<f64> {
    let from = text.find(|letter: char| letter.is_ascii_digit())?;
    let rest = &text[from..];
    let end =
        rest.find(|letter: char| !letter.is_ascii_digit() && !matches!(letter, ',' | '.' | '\'' | ' ')).unwrap_or(rest.len());
    let written = rest[..end].trim_end_matches([',', '.', ' ', '\'']);
    let groups = written.split([',', '.', '\'', ' ']).skip(1).all(|group| group.len() == 3);
    let digits: String = written.chars().filter(char::is_ascii_digit).collect();
    if groups { digits.parse().ok() } else { written.replace(',', ".").split(' ').next()?.parse().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_in_what_people_answer() {
        for (text, wanted) in [
            ("200", Some(200.0)),
            ("50-100 people", Some(50.0)),
            ("about 1,200", Some(1200.0)),
            ("1.200", Some(1200.0)),
            ("2.5 million", Some(2.5)),
            ("12 000 €", Some(12_000.0)),
            ("more than 1'000'000", Some(1_000_000.0)),
            ("none", None),
        ] {
            assert_eq!(number(text), wanted, "{text}");
        }
    }
}
