//! One form fill, message or call, cleaned: what intake hands to the rules.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::ids::SourceKey;
use super::text::Untrusted;

/// The source of leads that somebody added by hand. No source of the company's own can have this key: it has an underscore.
pub const BY_HAND: &str = "by_hand";

/// A cleaned submission. Every text is the sender's own and stays `Untrusted` until shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submission {
    /// Where it came in.
    pub source: SourceKey,
    /// The form, campaign or number that made it, for people: `Talk to sales`.
    pub source_detail: Option<Untrusted>,
    /// What makes two deliveries the same submission: the provider's id, or a hash of the sender's fields.
    pub dedupe_key: DedupeKey,
    /// When the sender says it was made; when we received it, where the sender does not say.
    pub submitted_at: Option<DateTime<Utc>>,
    /// The provider's test button made it.
    pub is_test: bool,
    /// Who it is.
    pub person: Contact,
    /// What they want, in their words.
    pub message: Option<Untrusted>,
    /// `utm_source` and its kin.
    pub utm: BTreeMap<String, Untrusted>,
    /// Question and answer for consent.
    pub consent: BTreeMap<String, bool>,
    /// Everything else that was answered, in the order asked: question, answer.
    pub extras: Vec<(Untrusted, Untrusted)>,
}

/// What makes two deliveries the same submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum DedupeKey {
    /// The provider's own id: for ever.
    Provider(String),
    /// A hash of the user's fields: within ten minutes.
    Hash(String),
}

/// What is known of a person who may buy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// The whole name.
    pub name: Option<Untrusted>,
    /// The given name, where asked apart.
    pub first_name: Option<Untrusted>,
    /// The family name, where asked apart.
    pub last_name: Option<Untrusted>,
    /// Lower-cased and checked.
    pub email: Option<Untrusted>,
    /// As written.
    pub phone: Option<Untrusted>,
    /// `+442079460123`, where the country is certain enough.
    pub phone_e164: Option<String>,
    /// The company.
    pub company: Option<Untrusted>,
    /// The job title.
    pub title: Option<Untrusted>,
    /// ISO 3166 alpha-2, from a field or the phone.
    pub country: Option<String>,
    /// IANA zone, from a field, the phone or the country.
    pub zone: Option<String>,
    /// Website or page.
    pub website: Option<Untrusted>,
    /// The company's own domain, by the address; none where anybody can have such an address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
}

impl Contact {
    /// The name as a team may read it in public: `Dana K.`; the company, when there is no name.
    #[must_use]
    pub fn public_name(&self) -> Untrusted {
        let full = match (&self.name, &self.first_name, &self.last_name) {
            (Some(name), ..) => name.one_line(),
            (None, Some(first), Some(last)) => Untrusted::new(&format!("{} {}", first.raw(), last.raw())),
            (None, Some(one), None) | (None, None, Some(one)) => one.one_line(),
            (None, None, None) => return Untrusted::new("Someone"),
        };
        let words: Vec<&str> = full.raw().split_whitespace().collect();
        match words.as_slice() {
            [first, .., last] => {
                let initial: String = last.chars().take(1).collect();
                Untrusted::new(&format!("{first} {initial}."))
            }
            [only] if !only.contains('@') => Untrusted::new(only),
            _ => Untrusted::new("Someone"),
        }
    }

    /// The whole name, for those who may see it.
    #[must_use]
    pub fn full_name(&self) -> Option<Untrusted> {
        match (&self.name, &self.first_name, &self.last_name) {
            (Some(name), ..) => Some(name.one_line()),
            (None, Some(first), Some(last)) => Some(Untrusted::new(&format!("{} {}", first.raw(), last.raw()))),
            (None, one, other) => one.clone().or_else(|| other.clone()),
        }
    }

    /// Something by which the person can be found again.
    #[must_use]
    pub fn identifies_somebody(&self) -> bool {
        self.email.is_some() || self.phone.is_some() || self.full_name().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_name_keeps_the_initial_only() {
        let named = |name: &str| Contact { name: Some(Untrusted::new(name)), ..Contact::default() }.public_name();
        assert_eq!(named("Dana Keller").raw(), "Dana K.");
        assert_eq!(named("Aoife Ní Bhriain").raw(), "Aoife B.");
        assert_eq!(named("Cher").raw(), "Cher");
        assert_eq!(named("dana@example.com").raw(), "Someone");
        assert_eq!(Contact::default().public_name().raw(), "Someone");
    }
}
