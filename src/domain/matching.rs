//! Who is known already: the same person, the same company, somebody who looks like the same person.
//! The same person is the same address, or the same number; one number with two names and two addresses is a switchboard, not a person.
//! Invariant: a test never matches a real lead, and who is only similar is suggested to people, never joined by itself.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::company;
use super::ids::{LeadId, PersonId};
use super::lead::Exit;
use super::submission::Contact;
use crate::playbook::Matching;

/// From this likeness of their names on, two people of one company may be the same, from 0 to 1.
const ALIKE_NAMES: f64 = 0.9;

/// The same for companies that have no domain in common.
const ALIKE_COMPANIES: f64 = 0.9;

/// Most leads of the same company that a card names.
pub const KIN_MAX: usize = 3;

/// Most that are called alike.
const LIKE_MAX: usize = 2;

/// A lead that is there, as far as it takes to recognise somebody.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    /// Which.
    pub id: LeadId,
    /// Whether it goes on.
    pub standing: Standing,
    /// Whose it is, or was last.
    pub owner: Option<PersonId>,
    /// The whole name.
    pub name: Option<String>,
    /// Lower case.
    pub email: Option<String>,
    /// E.164.
    pub phone: Option<String>,
    /// The company's own domain.
    pub domain: Option<String>,
    /// The company's name, to compare by.
    pub company: Option<String>,
}

/// Whether a lead goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It does.
    Open,
    /// It is over.
    Closed {
        /// How it ended.
        exit: Exit,
        /// When.
        at: DateTime<Utc>,
        /// The lead that it is the same as.
        original: Option<LeadId>,
    },
}

/// Where a submission belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Belongs {
    /// To a new lead.
    New,
    /// To this one.
    To(LeadId),
    /// To the one that this one was merged into, as far as that one takes it.
    Follow(LeadId),
}

/// Another lead of the same company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kin {
    /// Which.
    pub lead: LeadId,
    /// Whose it is, or was last.
    pub owner: Option<PersonId>,
    /// What they are to us.
    pub kind: KinKind,
}

/// What somebody of the same company is to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KinKind {
    /// A customer.
    Customer,
    /// A lead under way.
    Open,
    /// A lead that is over.
    Closed,
}

/// Who looks after a company already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    /// Who.
    pub owner: PersonId,
    /// By which lead.
    pub lead: LeadId,
    /// What that lead is.
    pub kind: KinKind,
}

/// Who else is of the company, and who looks like the same person, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Relations {
    /// The company's own domain.
    pub domain: Option<String>,
    /// Others of the same company.
    pub kin: Vec<Kin>,
    /// Open leads that look like the same person.
    pub alike: Vec<Kin>,
}

impl Relations {
    /// Sorts out who is what to the one who comes in.
    #[must_use]
    pub fn sort(who: &Contact, domain: Option<String>, known: &[Known], matching: &Matching) -> Self {
        let company = who.company.as_ref().and_then(|c| company::company_key(c.raw()));
        let name = who.full_name().and_then(|n| company::name_key(n.raw()));
        let mut relations = Self { domain, ..Self::default() };
        let family = relations.domain.as_deref().map(|domain| matching.family_of(domain));
        // Of a group, those of the same house come first.
        let mut known: Vec<&Known> = known.iter().collect();
        known.sort_by_key(|other| family.is_some() && other.domain.is_some() && other.domain != relations.domain);
        for other in known {
            let same_company = is_same_company(family.as_deref(), company.as_deref(), other);
            let same_name = name.as_deref().zip(other.name.as_deref().and_then(company::name_key));
            let alike_name = same_name.is_some_and(|(a, b)| strsim::jaro_winkler(a, &b) >= ALIKE_NAMES);
            let alike_company = same_company || {
                let both = company.as_deref().zip(other.company.as_deref());
                both.is_some_and(|(a, b)| strsim::jaro_winkler(a, b) >= ALIKE_COMPANIES)
            };
            if same_company {
                relations.kin.push(other.as_kin());
            }
            if alike_name && alike_company && other.standing == Standing::Open && relations.alike.len() < LIKE_MAX {
                relations.alike.push(other.as_kin());
            }
        }
        // Who has something to say comes first: customers and leads under way before those that are over.
        relations.kin.sort_by_key(|kin| kin.kind == KinKind::Closed);
        relations
    }

    /// Who looks after the company already: the owner of its newest lead under way, else of its customer.
    #[must_use]
    pub fn account(&self) -> Option<Account> {
        let of = |kind| self.kin.iter().filter(move |kin| kin.kind == kind);
        of(KinKind::Open)
            .chain(of(KinKind::Customer))
            .find_map(|kin| Some(Account { owner: kin.owner?, lead: kin.lead, kind: kin.kind }))
    }
}

impl Known {
    fn as_kin(&self) -> Kin {
        let kind = match self.standing {
            Standing::Open => KinKind::Open,
            Standing::Closed { exit: Exit::Converted, .. } => KinKind::Customer,
            Standing::Closed { .. } => KinKind::Closed,
        };
        Kin { lead: self.id, owner: self.owner, kind }
    }
}

/// Where a submission belongs, among the leads that have its address or number, newest first.
#[must_use]
pub fn belongs(who: &Contact, known: &[Known], matching: &Matching, now: DateTime<Utc>) -> Belongs {
    let mut same = known.iter().filter(|known| is_same_person(who, known));
    let Some(newest) = same.clone().next() else { return Belongs::New };
    let open = same.find(|known| known.standing == Standing::Open);
    takes(open.unwrap_or(newest), matching, now)
}

/// The newest lead of the same person among those that have their address or number, newest first.
#[must_use]
pub fn same(who: &Contact, known: &[Known]) -> Option<LeadId> {
    known.iter().find(|known| is_same_person(who, known)).map(|known| known.id)
}

/// Does this lead take another submission of the same person?
#[must_use]
pub fn takes(known: &Known, matching: &Matching, now: DateTime<Utc>) -> Belongs {
    match known.standing {
        Standing::Open => Belongs::To(known.id),
        Standing::Closed { exit: Exit::Suppressed, .. } => Belongs::To(known.id),
        Standing::Closed { exit: Exit::Merged, original, .. } => original.map_or(Belongs::New, Belongs::Follow),
        Standing::Closed { exit: Exit::Removed, .. } => Belongs::New,
        Standing::Closed { exit: Exit::Converted | Exit::Unqualified, at, .. } => {
            if now - at <= matching.reopen_within {
                Belongs::To(known.id)
            } else {
                Belongs::New
            }
        }
    }
}

fn is_same_person(who: &Contact, known: &Known) -> bool {
    let email = who.email.as_ref().map(|e| e.raw()).zip(known.email.as_deref());
    if email.is_some_and(|(a, b)| a == b) {
        return true;
    }
    if who.phone_e164.is_none() || who.phone_e164 != known.phone {
        return false;
    }
    let names = who.full_name().and_then(|n| company::name_key(n.raw())).zip(known.name.as_deref().and_then(company::name_key));
    !(names.is_some_and(|(a, b)| !is_same_name(&a, &b)) && email.is_some())
}

/// `dana keller`, `dana` and `d keller` may be one; `dana keller` and `max keller` are two.
fn is_same_name(a: &str, b: &str) -> bool {
    let (a, b): (Vec<&str>, Vec<&str>) = (a.split(' ').collect(), b.split(' ').collect());
    let (fewer, more) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let is_initial =
        |short: &str, long: &str| short.chars().count() == 1 && short.chars().all(char::is_alphabetic) && long.starts_with(short);
    let stands_for = |word: &str, other: &str| word == other || is_initial(word, other) || is_initial(other, word);
    fewer.iter().all(|word| more.iter().any(|other| stands_for(word, other)))
}

/// By the domain, or another one of its group; by the name where one of the two has none.
fn is_same_company(family: Option<&[&str]>, company: Option<&str>, other: &Known) -> bool {
    match (family, other.domain.as_deref()) {
        (Some(ours), Some(theirs)) => ours.contains(&theirs),
        (None, _) | (_, None) => company.is_some() && company == other.company.as_deref(),
    }
}

#[cfg(test)]
mod tests;
