//! Companies that are one to us: a subsidiary's leads follow its parent.
//! Invariant: a domain is in one group at most, and none that anybody can have an address under.

use super::matching::{Group, Matching};
use crate::document::{Given, Mistakes, Table};
use crate::domain::company;
use crate::problem::Problem;

/// Most groups.
const GROUPS_MAX: usize = 500;

/// Most domains of one; each is looked for when somebody of the group comes in.
const DOMAINS_MAX: usize = 100;

/// Longest name, for cards.
const NAME_MAX: usize = 60;

pub(super) fn read(root: &Table<'_>, mistakes: &Mistakes, matching: &Matching) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let tables = root.tables("group", "this group");
    if tables.len() > GROUPS_MAX {
        root.note(format!("there are {} groups", tables.len()), format!("use at most {GROUPS_MAX}"));
    }
    for table in tables.iter().take(GROUPS_MAX) {
        let name = table.needed_text("name", "add name = \"Acme Holding\"").map(|given| given.value.trim().to_owned());
        if name.as_ref().is_some_and(|name| name.chars().count() > NAME_MAX) {
            table.note("the name is too long for a card", format!("keep it to {NAME_MAX} letters"));
        }
        table.need("domains", "add domains = [\"acme.com\", \"acme-robotics.de\"]");
        let written = table.texts("domains");
        if written.len() == 1 {
            table.note("a group of one domain holds nothing together", "name the other companies' domains too, or leave it out");
        }
        if written.len() > DOMAINS_MAX {
            table.note(format!("this group has {} domains", written.len()), format!("use at most {DOMAINS_MAX}"));
        }
        table.finish();
        let mut group = Group { name: name.unwrap_or_default(), domains: Vec::new() };
        for given in written.into_iter().take(DOMAINS_MAX) {
            match domain(&given, matching, groups.iter().chain([&group])) {
                Ok(domain) => group.domains.push(domain),
                Err(problem) => mistakes.note(problem),
            }
        }
        groups.push(group);
    }
    groups
}

/// A company's own domain that is in no group yet.
fn domain<'a>(
    given: &Given<String>,
    matching: &Matching,
    mut before: impl Iterator<Item = &'a Group>,
) -> Result<String, Problem> {
    let written = given.value.trim().trim_start_matches('@').to_lowercase();
    let registered = company::registered(&written).filter(|_| !written.contains(['@', ' ', '/']));
    let wrong = |why: &str| Problem::at(given.place.clone(), format!("\"{}\" {why}", given.value));
    match registered {
        None => Err(wrong("is not a domain").expected("a company's domain such as \"acme.com\"")),
        Some(registered) if registered != written => {
            Err(wrong("is only a part of a domain").remedy(format!("write \"{registered}\": all below it is of the company")))
        }
        Some(_) if !matching.is_of_a_company(&[&written]) => {
            Err(wrong("says nothing of a company: anybody can have an address there")
                .remedy("leave it out, or name it under `company_mail` of [matching]"))
        }
        Some(_) => match before.find(|group| group.domains.contains(&written)) {
            Some(group) => Err(wrong(&format!("is in the group \"{}\" already", group.name)).remedy("name each domain once")),
            None => Ok(written),
        },
    }
}
