//! Several pieces of news for one person, in one message.

use chrono::{DateTime, Utc};

use super::title;
use crate::chat::action::{Action, Verb};
use crate::domain::decision::News;
use crate::domain::ids::LeadId;
use crate::domain::lead::Lead;
use crate::domain::message::{Choice, Row, Select, View};
use crate::domain::person::Roster;
use crate::domain::text::Text;
use crate::playbook::Playbook;
use crate::wording::World;
use crate::wording::parts::{count, lines};
use crate::wording::pickers::OPTIONS_MAX;

/// Most pieces of news that are told one by one.
const TOLD_MAX: usize = 20;

/// What there is to know, oldest first. What reads the same is told once: three reminders of one lead are one thing to do.
#[must_use]
pub fn bundle(news: &[(News, Option<Lead>)], playbook: &Playbook, roster: &Roster, now: DateTime<Utc>) -> View {
    let world = World { playbook, roster, now };
    let mut things: Vec<Text> = Vec::new();
    for (news, lead) in news {
        let thing = title(news, lead.as_ref(), world);
        if !things.contains(&thing) {
            things.push(thing);
        }
    }
    let all = u32::try_from(things.len()).unwrap_or(u32::MAX);
    let mut told: Vec<Text> = things.iter().take(TOLD_MAX).map(|thing| Text::plain("• ").then(thing.clone())).collect();
    if things.len() > TOLD_MAX {
        told.push(Text::plain(format!("and {} more: see /lead list.", things.len() - TOLD_MAX)));
    }
    View { title: Text::plain(format!("{} for you", count(all, "thing", "things"))), rows: leads(news), ..lines(told) }
}

/// The leads that it is about, to look at one of them.
fn leads(news: &[(News, Option<Lead>)]) -> Vec<Row> {
    let mut options: Vec<Choice> = Vec::new();
    for lead in news.iter().filter_map(|(_, lead)| lead.as_ref()) {
        let value = lead.id.to_string();
        if options.len() < OPTIONS_MAX && options.iter().all(|option| option.value != value) {
            let label = format!("{} {}", lead.id, lead.profile.contact.public_name().raw());
            options.push(Choice { label, value, hint: String::new() });
        }
    }
    if options.is_empty() {
        return Vec::new();
    }
    let action = Action::on(Verb::Details, LeadId(0), 0).to_string();
    vec![Row::Select(Select { action, placeholder: "Look at one of them".to_owned(), options })]
}
