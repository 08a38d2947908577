//! What people can do that not everybody can: named once, and then asked for by routes.

use super::model::Skill;
use super::read::Keys;
use crate::document::{Mistakes, Table};
use crate::domain::ids::SkillKey;
use crate::problem::Problem;

/// Most skills; each is a question that somebody has to answer for everybody.
const SKILLS_MAX: usize = 100;

/// Longest name, for cards.
const NAME_MAX: usize = 40;

/// Most that one route asks for: who can do all of it?
const ASKED_MAX: usize = 10;

pub(super) fn read(root: &Table<'_>, mistakes: &Mistakes) -> Vec<Skill> {
    let mut keys = Keys::new("skill");
    let mut skills = Vec::new();
    let tables = root.tables("skill", "this skill");
    if tables.len() > SKILLS_MAX {
        root.note(format!("there are {} skills", tables.len()), format!("use at most {SKILLS_MAX}"));
    }
    for table in tables.iter().take(SKILLS_MAX) {
        let key = keys.read(table, mistakes, "german");
        let name = table.text("name").map_or_else(|| key.clone(), |given| given.value.trim().to_owned());
        if name.chars().count() > NAME_MAX {
            table.note("the name is too long for a card", format!("keep it to {NAME_MAX} letters"));
        }
        table.finish();
        skills.push(Skill { key: SkillKey(key), name });
    }
    skills
}

/// What a route asks of whoever gets its leads.
pub(super) struct Wanted {
    pub(super) require: Vec<SkillKey>,
    pub(super) prefer: Vec<SkillKey>,
}

pub(super) fn wanted(route: &Table<'_>, skills: &[Skill], mistakes: &Mistakes) -> Wanted {
    let require = named(route, "require", (skills, &[]), mistakes);
    let prefer = named(route, "prefer", (skills, &require), mistakes);
    Wanted { require, prefer }
}

/// The skills that stand under a key, each known and asked for once.
fn named(route: &Table<'_>, key: &'static str, (skills, before): (&[Skill], &[SkillKey]), mistakes: &Mistakes) -> Vec<SkillKey> {
    let mut found: Vec<SkillKey> = Vec::new();
    let given = route.texts(key);
    if given.len() > ASKED_MAX {
        route.note(format!("`{key}` asks for {} skills", given.len()), format!("ask for at most {ASKED_MAX}"));
    }
    for given in given.into_iter().take(ASKED_MAX) {
        let skill = SkillKey(given.value.clone());
        if !skills.iter().any(|known| known.key == skill) {
            let problem = Problem::at(given.place, format!("there is no skill \"{}\"", given.value));
            mistakes.note(if skills.is_empty() {
                problem.remedy(format!("add a section [[skill]] with key = \"{}\"", given.value))
            } else {
                problem.nearest(&given.value, skills.iter().map(|known| known.key.as_str()))
            });
        } else if before.contains(&skill) || found.contains(&skill) {
            let problem = Problem::at(given.place, format!("\"{skill}\" is asked for already"));
            mistakes.note(problem.remedy("name it once: what is required need not be preferred"));
        } else {
            found.push(skill);
        }
    }
    found
}
