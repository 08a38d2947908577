//! What could be typed: leads by number, name and company; teams and reasons by name; times as they would be read.
//! Only those who work leads get this far.

use std::collections::BTreeMap;

use super::commands::suggest;
use super::visit::Visit;
use super::when::{self, Clocks};
use crate::chat::{Answer, OptionValue};
use crate::domain::hours::Zone;
use crate::domain::lead::Lead;
use crate::domain::text::cut;
use crate::store::{LeadFilter, StoreError};
use crate::wording::{World, lists};

/// A chat shows no more.
const CHOICES_MAX: usize = 25;

/// What somebody is typing.
#[derive(Debug)]
pub(super) struct Typing {
    /// The option.
    pub(super) option: String,
    /// What stands there.
    pub(super) typed: String,
    /// What was given before.
    pub(super) options: BTreeMap<String, OptionValue>,
}

/// Answers somebody who is typing.
pub(super) async fn complete(visit: &Visit<'_>, typing: &Typing) -> Result<Answer, StoreError> {
    let typed = typing.typed.as_str();
    let playbook = visit.desk.store.playbook();
    let choices = match typing.option.as_str() {
        "lead" | "original" | "keep" | "drop" | "with" => leads(visit, typed).await?,
        "team" => named(typed, playbook.teams.iter().map(|team| (team.name.as_str(), team.key.as_str()))),
        "reason" => named(typed, playbook.reasons.iter().map(|reason| (reason.name.as_str(), reason.key.as_str()))),
        "stage" => named(typed, playbook.stages.iter().map(|stage| (stage.name.as_str(), stage.key.as_str()))),
        "skill" => named(typed, playbook.skills.iter().map(|skill| (skill.name.as_str(), skill.key.as_str()))),
        "template" => named(typed, playbook.templates.iter().map(|template| (template.name.as_str(), template.key.as_str()))),
        "segment" => named(typed, playbook.segments.iter().map(|segment| (segment.name.as_str(), segment.key.as_str()))),
        "when" | "until" | "from" | "to" => times(visit, typed, &clocks(visit, &typing.options).await?),
        other => suggest(visit, other, typed).await?,
    };
    Ok(Answer::Choices(choices))
}

async fn leads(visit: &Visit<'_>, typed: &str) -> Result<Vec<(String, String)>, StoreError> {
    let filter = LeadFilter { text: Some(typed.to_owned()), limit: 25, ..LeadFilter::default() };
    let found = visit.desk.store.find_leads(&filter).await?;
    let (roster, playbook) = (visit.desk.store.roster(), visit.desk.store.playbook());
    let world = World { playbook: &playbook, roster: &roster, now: visit.now };
    Ok(found.iter().map(|lead| (label(lead, world), lead.id.to_string())).collect())
}

/// `L-1042 Dana K., Acme Robotics (still open)`
fn label(lead: &Lead, world: World<'_>) -> String {
    let contact = &lead.profile.contact;
    let company = contact.company.as_ref().map_or_else(String::new, |company| format!(", {}", company.one_line().cut(40).raw()));
    let name = contact.public_name().cut(40);
    cut(&format!("{} {}{company} ({})", lead.id, name.raw(), lists::state_word(lead, world)), 100)
}

fn named<'a>(typed: &str, all: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<(String, String)> {
    let typed = typed.trim().to_lowercase();
    let fits = |(name, key): &(&str, &str)| name.to_lowercase().contains(&typed) || key.contains(&typed);
    all.filter(fits).take(CHOICES_MAX).map(|(name, key)| (name.to_owned(), key.to_owned())).collect()
}

/// The clocks that the command will read a time on: the lead's, where one is given already, unless others are said.
async fn clocks(visit: &Visit<'_>, given: &BTreeMap<String, OptionValue>) -> Result<Clocks, StoreError> {
    let playbook = visit.desk.store.playbook();
    let lead = match given.get("lead") {
        Some(OptionValue::Text(typed)) => typed.parse().ok(),
        Some(_) | None => None,
    };
    if let Some(id) = lead
        && let Some(lead) = visit.desk.store.lead(id).await?
    {
        return Ok(visit.clocks(&lead));
    }
    let company = Zone::parse(&playbook.company.zone).unwrap_or_else(|_| Zone::utc());
    Ok(Clocks { theirs: company.clone(), own: company })
}

/// As it would be read, so that nobody is surprised; the words themselves go back, and are read again when they are sent.
fn times(visit: &Visit<'_>, typed: &str, clocks: &Clocks) -> Vec<(String, String)> {
    let offered =
        if typed.trim().is_empty() { vec!["in 1 hour", "tomorrow 9", "in 3 days", "next week"] } else { vec![typed.trim()] };
    let read = |words: &str| {
        let zone = &clocks.theirs;
        let at = zone.local(when::read_on(words, clocks, visit.now)?);
        Some((cut(&format!("{words}: {} ({zone})", at.format("%a %d %b %Y, %H:%M")), 100), words.to_owned()))
    };
    offered.into_iter().filter_map(read).collect()
}
