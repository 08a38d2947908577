//! What becomes of a message that was to go to a lead.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::decision::{Decision, News, Recipient};
use super::draft::Draft;
use super::fact::Fact;
use super::ids::{PersonId, SequenceKey};
use super::lead::Lead;
use super::person::Roster;
use super::portrait;
use super::reply::Reply;
use super::sequences::{self, Ended};
use super::snapshot::Snapshot;
use super::text::Untrusted;
use crate::playbook::rule::Value;
use crate::playbook::{Facts, Playbook};

/// Why a message did not go out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Unsent {
    /// The server refused it for good.
    Refused {
        /// With this code, such as `550 5.1.1`.
        code: String,
    },
    /// It was tried for too long.
    GivenUp,
    /// It may have gone out: nobody said so, and it is not tried again.
    Unsure,
}

/// A message that goes out to a lead by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// In whose name.
    pub by: PersonId,
    /// The name of its template.
    pub template: String,
    /// The lead's address.
    pub to: String,
    /// On one line.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// Of which sequence.
    pub sequence: SequenceKey,
}

/// What a template may say of a lead that `writer` writes to; what is not known is empty.
#[must_use]
pub fn facts(lead: &Lead, (playbook, roster): (&Playbook, &Roster), writer: Option<PersonId>) -> Facts {
    let contact = &lead.profile.contact;
    let said = |text: Option<&Untrusted>| text.map(|text| text.one_line().raw().to_owned()).unwrap_or_default();
    let name = contact.full_name();
    let part = |known: &Option<Untrusted>, pick: fn(&str) -> Option<&str>| match (known, &name) {
        (Some(known), _) => known.one_line().raw().to_owned(),
        (None, Some(name)) => pick(name.raw()).unwrap_or_default().to_owned(),
        (None, None) => String::new(),
    };
    let owner = writer.and_then(|writer| roster.get(writer));
    let answers = portrait::values(&lead.profile, lead.course.work.submissions.max(1), playbook);
    let of_the_company = playbook.fields.iter().filter_map(|field| {
        let value = answers.iter().find(|(name, _)| *name == field.key).map(|(_, value)| match value {
            Value::Text(text) => text.clone(),
            Value::Number(number) => number.map(|number| number.to_string()).unwrap_or_default(),
            Value::Flag(flag) => flag.to_string(),
            Value::List(texts) => texts.join(", "),
            Value::Group(_) => String::new(),
        })?;
        Some((field.key.clone(), value))
    });
    let team = lead
        .course
        .team
        .as_ref()
        .map(|key| playbook.team(key).map_or_else(|| key.to_string(), |team| team.name.clone()))
        .unwrap_or_default();
    let built_in = [
        ("first_name", part(&contact.first_name, |name| name.split_whitespace().next())),
        ("last_name", part(&contact.last_name, |name| name.split_whitespace().skip(1).last())),
        ("name", said(name.as_ref())),
        ("company", said(contact.company.as_ref())),
        ("title", said(contact.title.as_ref())),
        ("need", said(lead.profile.need.as_ref())),
        ("country", contact.country.clone().unwrap_or_default()),
        ("website", said(contact.website.as_ref())),
        ("form", said(lead.profile.source_detail.as_ref())),
        ("source", lead.profile.source.to_string()),
        ("lead", lead.id.to_string()),
        ("owner", owner.map(|owner| owner.name.clone()).unwrap_or_default()),
        ("team", team),
        ("our_company", playbook.company.name.clone()),
    ];
    of_the_company.chain(built_in.map(|(name, value)| (name.to_owned(), value))).collect()
}

/// A message of `by` did not go out: it is noted, and they hear of it. No attempt is taken back, and none is added.
pub(super) fn unsent(snapshot: &Snapshot, by: PersonId, (template, unsent): (&str, &Unsent), now: DateTime<Utc>) -> Decision {
    let Some(lead) = snapshot.lead.clone() else { return Decision::only(Reply::Nobody) };
    let mut draft = Draft::new(snapshot, lead, None, now);
    draft.record(Fact::MailUnsent { by, unsent: unsent.clone() });
    if matches!(unsent, Unsent::Refused { .. }) {
        sequences::end(&mut draft, Ended::Refused);
    }
    draft.tell(Recipient::Person(by), News::MailUnsent { template: template.to_owned(), unsent: unsent.clone() });
    draft.done(Reply::Nobody)
}
