//! `/team skill`: what somebody can do that not everybody can. Skills themselves are named in the playbook.

use super::{Call, Stop};
use crate::chat::Answer;
use crate::domain::ids::SkillKey;
use crate::domain::person::Person;
use crate::store::Grant;
use crate::wording::{World, skills};

/// Notes that somebody can do something, or not any more.
pub(super) async fn run(call: &Call<'_>) -> Result<Answer, Stop> {
    let visitor = call.visitor("person")?;
    let person = call.roster.by_chat_id(&visitor.chat_id).ok_or_else(|| skills::unknown_person(&visitor.name))?;
    let typed = call.needed("skill")?;
    let skill = skill(call, person, typed).ok_or_else(|| skills::unknown(typed, call.world()))?;
    let grant = if call.says("remove") { Grant::Taken } else { Grant::Given };
    let sign = if grant == Grant::Given { '+' } else { '-' };
    let entry = call.deed("team.skill", format!("person {} {sign}{skill}", person.id.0));
    let is_new = call.desk.store.set_skill(person.id, skill.clone(), grant, entry).await?;
    let roster = call.desk.store.roster();
    let world = World { playbook: &call.playbook, roster: &roster, now: call.now };
    Ok(Answer::Private(match (is_new, grant) {
        (true, Grant::Given) => skills::given(person.id, &skill, world),
        (true, Grant::Taken) => skills::taken(person.id, &skill, world),
        (false, Grant::Given | Grant::Taken) => skills::as_before(person.id, &skill, world),
    }))
}

/// By key or name; what somebody has is known as well, so that it can be taken away when the playbook has forgotten it.
fn skill(call: &Call<'_>, person: &Person, typed: &str) -> Option<SkillKey> {
    let typed = typed.to_lowercase();
    let named = call.playbook.skills.iter().find(|s| s.key.as_str() == typed || s.name.to_lowercase() == typed);
    named.map(|skill| skill.key.clone()).or_else(|| person.skills.get(&SkillKey(typed)).cloned())
}
