//! What a report tells leads apart by: where they came in, their team, or what they say of themselves.
//! Invariant: each lead is in exactly one group.

use std::collections::HashMap;

use super::rows::{At, LeadRow, Names, Roll};
use super::table::fit;
use crate::domain::ids::LeadId;
use crate::domain::text::Untrusted;
use crate::playbook::Playbook;

/// What leads are told apart by, as somebody asks for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum By {
    /// As the report does it when nobody says.
    #[default]
    Usual,
    /// Where they came in.
    Source,
    /// Their team.
    Team,
    /// What they say of themselves.
    Answer {
        /// As rules call it: `country`, `utm_campaign`, or a field of the playbook.
        key: String,
    },
}

/// Beside the playbook's own fields.
const ANSWERS: [(&str, &str); 6] = [
    ("Country", "country"),
    ("Form or campaign", "source_detail"),
    ("utm_source", "utm_source"),
    ("utm_medium", "utm_medium"),
    ("utm_campaign", "utm_campaign"),
    ("Job title", "title"),
];

impl By {
    /// Everything that leads can be told apart by: its name and what commands call it.
    #[must_use]
    pub fn all(playbook: &Playbook) -> Vec<(String, String)> {
        let own = playbook.fields.iter().map(|field| (field.key.clone(), field.key.clone()));
        let answers = ANSWERS.iter().map(|(name, key)| ((*name).to_owned(), (*key).to_owned()));
        let first = [("Source", "source"), ("Team", "team")].map(|(name, key)| (name.to_owned(), key.to_owned()));
        first.into_iter().chain(own).chain(answers).collect()
    }

    /// From what somebody types; nothing, where leads cannot be told apart by that.
    #[must_use]
    pub fn read(typed: &str, playbook: &Playbook) -> Option<Self> {
        let typed = typed.trim().to_lowercase();
        let is_it = |(name, key): &(String, String)| name.to_lowercase() == typed || key.to_lowercase() == typed;
        let (_, key) = Self::all(playbook).into_iter().find(is_it)?;
        Some(match key.as_str() {
            "source" => Self::Source,
            "team" => Self::Team,
            _ => Self::Answer { key },
        })
    }
}

/// What leads are told apart by, with all that is needed to do so.
#[derive(Debug, Clone, Default)]
pub enum Split {
    /// As the report does it when nobody says.
    #[default]
    Usual,
    /// Where they came in.
    Source,
    /// Their team.
    Team,
    /// What they say of themselves.
    Answer(Answers),
}

/// What leads said.
#[derive(Debug, Clone)]
pub struct Answers {
    key: String,
    said: Roll<Said>,
    of: HashMap<LeadId, At<Said>>,
}

/// Something that leads said, in the same words but for case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said;

/// Longest answer that is told apart from others.
const ANSWER_CELLS: usize = 60;

impl Answers {
    /// A lead said this; nothing, where it is empty.
    pub fn heard(&mut self, lead: LeadId, words: &str) {
        let words = fit(Untrusted::new(words).one_line().raw(), ANSWER_CELLS);
        if words.is_empty() {
            return;
        }
        let key = words.to_lowercase();
        let at = match self.said.find(&key) {
            Some(at) => at,
            None => self.said.enrol_as(&key, &words),
        };
        self.of.insert(lead, at);
    }
}

impl Split {
    /// With no answers heard yet.
    #[must_use]
    pub fn of(by: &By) -> Self {
        match by {
            By::Usual => Self::Usual,
            By::Source => Self::Source,
            By::Team => Self::Team,
            By::Answer { key } => Self::Answer(Answers { key: key.clone(), said: Roll::default(), of: HashMap::new() }),
        }
    }

    /// The head of its column.
    #[must_use]
    pub fn head(&self) -> &'static str {
        match self {
            Self::Usual | Self::Source => "Source",
            Self::Team => "Team",
            Self::Answer(_) => "Answer",
        }
    }

    /// In words, within a sentence.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Usual | Self::Source => "source".to_owned(),
            Self::Team => "team".to_owned(),
            Self::Answer(answers) => answers.key.clone(),
        }
    }

    /// The group of a lead; by source, where nobody said otherwise.
    #[must_use]
    pub fn group(&self, row: &LeadRow) -> usize {
        match self {
            Self::Usual | Self::Source => row.source.index(),
            Self::Team => row.team.map_or(0, |team| team.index() + 1),
            Self::Answer(answers) => answers.of.get(&row.id).map_or(0, |said| said.index() + 1),
        }
    }

    /// The name of a group.
    #[must_use]
    pub fn name(&self, group: usize, names: &Names) -> String {
        match self {
            Self::Usual | Self::Source => nth(&names.sources, group),
            Self::Team if group == 0 => "no team".to_owned(),
            Self::Team => nth(&names.teams, group - 1),
            Self::Answer(_) if group == 0 => "no answer".to_owned(),
            Self::Answer(answers) => nth(&answers.said, group - 1),
        }
    }
}

fn nth<K>(roll: &Roll<K>, nth: usize) -> String {
    roll.iter().nth(nth).map(|(_, name)| name.to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reports::world::World;

    #[test]
    fn what_leads_are_told_apart_by_is_read_by_name_or_key() {
        let playbook = Playbook::read(Playbook::example()).unwrap();
        assert_eq!(By::read(" Team ", &playbook), Some(By::Team));
        assert_eq!(By::read("form or campaign", &playbook), Some(By::Answer { key: "source_detail".to_owned() }));
        assert_eq!(By::read("weather", &playbook), None);
    }

    #[test]
    fn the_same_answer_in_other_letters_is_one_group_and_silence_another() {
        let world = World::new();
        let mut split = Split::of(&By::Answer { key: "product".to_owned() });
        let Split::Answer(answers) = &mut split else { panic!("answers") };
        for (lead, words) in [(1, " Field  Service"), (2, "field service"), (3, ""), (4, "``` Picker")] {
            answers.heard(LeadId(lead), words);
        }
        let name = |nth: usize| split.name(split.group(&world.rows[nth]), &world.names);
        assert_eq!([0, 1, 2, 3].map(name), ["Field Service", "Field Service", "no answer", "''' Picker"]);
    }
}
