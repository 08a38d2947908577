//! When somebody who asks again is the same person, and which mail domains say nothing of a company.
//! The lists that are built in are sorted, a domain a line; the playbook adds to them and takes from them.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use chrono::Duration;

use super::groups;
use crate::document::span::Counted;
use crate::document::{Mistakes, Table};
use crate::problem::Problem;

/// Most domains that a playbook adds or takes away.
const MANY_MAX: usize = 1_000;

/// Domains under which anybody has an address.
static FREE: LazyLock<Vec<&'static str>> = LazyLock::new(|| include_str!("../intake/free_mail.txt").lines().collect());

/// Domains under which addresses are made to be thrown away, or that are kept for examples.
static DISPOSABLE: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| include_str!("../intake/disposable_mail.txt").lines().collect());

/// Companies that are one to us: a parent and its subsidiaries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// As cards call it.
    pub name: String,
    /// Their domains, as they were registered; at least two.
    pub domains: Vec<String>,
}

/// Who is the same person, and who of the same company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matching {
    /// So long after a lead was closed, the same person's next request reopens it; later it is a new lead. Wall time.
    pub reopen_within: Duration,
    /// Mail domains that say nothing of a company, besides those that are known.
    pub free_mail: BTreeSet<String>,
    /// Mail domains that are a company's own, whatever is known.
    pub company_mail: BTreeSet<String>,
    /// Who looks after a company already gets what comes from it next, before any rule is asked.
    pub account_owner: bool,
    /// Companies that are one to us, in the order written; a domain is in one at most.
    pub groups: Vec<Group>,
}

impl Default for Matching {
    fn default() -> Self {
        Self {
            reopen_within: Duration::days(90),
            free_mail: BTreeSet::new(),
            company_mail: BTreeSet::new(),
            account_owner: true,
            groups: Vec::new(),
        }
    }
}

impl Matching {
    /// Are these, one domain at several depths, a company's?
    #[must_use]
    pub fn is_of_a_company(&self, domains: &[&str]) -> bool {
        if domains.iter().any(|domain| self.company_mail.contains(*domain)) {
            return true;
        }
        let is_known = |domain: &&str| {
            self.free_mail.contains(*domain) || FREE.binary_search(domain).is_ok() || DISPOSABLE.binary_search(domain).is_ok()
        };
        !domains.iter().any(is_known)
    }

    /// The group that a company is of, by its domain.
    #[must_use]
    pub fn group(&self, domain: &str) -> Option<&Group> {
        self.groups.iter().find(|group| group.domains.iter().any(|theirs| theirs == domain))
    }

    /// All domains of the company that has this one: its group's, or only this.
    #[must_use]
    pub fn family_of<'a>(&'a self, domain: &'a str) -> Vec<&'a str> {
        self.group(domain).map_or_else(|| vec![domain], |group| group.domains.iter().map(String::as_str).collect())
    }
}

pub(super) fn read(root: &Table<'_>, mistakes: &Mistakes) -> Matching {
    let matching = settings(root, mistakes);
    Matching { groups: groups::read(root, mistakes, &matching), ..matching }
}

fn settings(root: &Table<'_>, mistakes: &Mistakes) -> Matching {
    let usual = Matching::default();
    let Some(table) = root.table("matching") else { return usual };
    let matching = Matching {
        reopen_within: table.span("reopen_within", Counted::Wall).map_or(usual.reopen_within, |given| given.value),
        free_mail: domains(&table, mistakes, "free_mail"),
        company_mail: domains(&table, mistakes, "company_mail"),
        account_owner: table.flag("account_owner").unwrap_or(usual.account_owner),
        groups: usual.groups,
    };
    table.finish();
    matching
}

fn domains(table: &Table<'_>, mistakes: &Mistakes, key: &'static str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for given in table.texts(key).into_iter().take(MANY_MAX) {
        let domain = given.value.trim().trim_start_matches('@').to_lowercase();
        if domain.contains('.') && !domain.contains(['@', ' ', '/']) {
            found.insert(domain);
        } else {
            let problem = Problem::at(given.place, format!("\"{}\" is not a domain", given.value));
            mistakes.note(problem.expected("a mail domain such as \"gmx.de\""));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted_and_without_repeats() {
        for list in [&*FREE, &*DISPOSABLE] {
            assert!(list.len() > 100 && list.is_sorted_by(|a, b| a < b));
            assert!(list.iter().all(|domain| domain.contains('.') && *domain == domain.to_lowercase()));
        }
    }
}
