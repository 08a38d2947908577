//! What people can do that not everybody can, and what leads need of it.

use super::World;
use super::parts::{lines, person, team_name};
use super::remarks::words;
use crate::domain::ids::{PersonId, SkillKey, TeamKey};
use crate::domain::lead::Lead;
use crate::domain::message::View;
use crate::domain::person::Person;
use crate::domain::skills;
use crate::domain::text::{Text, Untrusted};

/// People named who can do something.
const NAMED_MAX: usize = 5;

/// `German`, as the playbook calls it.
fn name(skill: &SkillKey, world: World<'_>) -> String {
    world.playbook.skill(skill).map_or_else(|| skill.to_string(), |known| known.name.clone())
}

/// `German, Polish and Enterprise`.
pub(super) fn names<'a>(skills: impl IntoIterator<Item = &'a SkillKey>, world: World<'_>) -> String {
    let names: Vec<String> = skills.into_iter().map(|skill| name(skill, world)).collect();
    match names.as_slice() {
        [] => "nothing in particular".to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// `needs German`, while the lead is nobody's; nothing for one that anybody may have.
pub(super) fn needs(lead: &Lead, world: World<'_>) -> Option<String> {
    let needed = skills::needed(lead, world.playbook);
    (!needed.is_empty()).then(|| format!("needs {}", names(&needed, world)))
}

/// What a route asks of whoever gets its leads: `, needs German, prefers Enterprise`.
pub(super) fn asked(require: &[SkillKey], prefer: &[SkillKey], world: World<'_>) -> String {
    let said = |verb: &str, skills: &[SkillKey]| match skills {
        [] => String::new(),
        skills => format!(", {verb} {}", names(skills, world)),
    };
    format!("{}{}", said("needs", require), said("prefers", prefer))
}

/// `, skills: German and Enterprise`: what of the playbook's skills somebody has, at the end of a line about them.
pub(super) fn had(person: &Person, world: World<'_>) -> String {
    let known: Vec<&SkillKey> = person.skills.iter().filter(|skill| world.playbook.skill(skill).is_some()).collect();
    if known.is_empty() { String::new() } else { format!(", skills: {}", names(known, world)) }
}

/// Who of a team can do all of this: `Those of DACH who have it: @Ann, @Cy.`
pub(super) fn who_can(team: &TeamKey, skills: &[SkillKey], world: World<'_>) -> Text {
    let team_name = team_name(team, world);
    let can = |person: &&Person| skills.iter().all(|skill| person.skills.contains(skill));
    let able: Vec<&Person> = world.roster.members(team).map(|(person, _)| person).filter(can).collect();
    if able.is_empty() {
        return Text::plain(format!("Nobody of {team_name} has it: a manager can say who does with /team skill."));
    }
    let mut text = Text::plain(format!("Those of {team_name} who have it: "));
    for (nth, somebody) in able.iter().take(NAMED_MAX).enumerate() {
        text = person(text.and(if nth == 0 { "" } else { ", " }), somebody.id, world);
    }
    let left = able.len().saturating_sub(NAMED_MAX);
    if left > 0 { text.and(format!(" and {left} more.")) } else { text.and(".") }
}

/// They can do it since now; or could before.
#[must_use]
pub fn given(who: PersonId, skill: &SkillKey, world: World<'_>) -> View {
    let has = person(Text::default(), who, world).and(format!(" has {} now", name(skill, world)));
    let routes = world.playbook.routes.iter().filter(|route| route.require.contains(skill) || route.prefer.contains(skill));
    words(match routes.count() {
        0 => has.and(". No route asks for it yet: see `require` and `prefer` in the playbook."),
        1 => has.and(", and gets leads of the route that asks for it."),
        n => has.and(format!(", and gets leads of the {n} routes that ask for it.")),
    })
}

/// They cannot do it any more.
#[must_use]
pub fn taken(who: PersonId, skill: &SkillKey, world: World<'_>) -> View {
    let text = person(Text::default(), who, world).and(format!(" no longer has {}.", name(skill, world)));
    words(text.and(" They keep what they own."))
}

/// That was so already.
#[must_use]
pub fn as_before(who: PersonId, skill: &SkillKey, world: World<'_>) -> View {
    let has = world.roster.get(who).is_some_and(|person| person.skills.contains(skill));
    let said = if has { " has" } else { " does not have" };
    words(person(Text::default(), who, world).and(format!("{said} {} anyway: nothing changed.", name(skill, world))))
}

/// The playbook names no such skill.
#[must_use]
pub fn unknown(typed: &str, world: World<'_>) -> View {
    let typed = Untrusted::new(typed).one_line().cut(40);
    let text = Text::plain("There is no skill \"").data(&typed).and("\".");
    let known: Vec<&SkillKey> = world.playbook.skills.iter().map(|skill| &skill.key).collect();
    lines(vec![text.and(if known.is_empty() {
        " The playbook names none yet: add [[skill]] key = \"german\" to it.".to_owned()
    } else {
        format!(" The playbook names {}.", names(known, world))
    })])
}

/// Not known here.
#[must_use]
pub fn unknown_person(name: &str) -> View {
    let name = Untrusted::new(name).one_line().cut(60);
    words(Text::default().data(&name).and(" is not known here yet. Add them to a team with /team add."))
}
