//! What somebody can do that not everybody can.

use std::io::Write as _;

use super::super::ending::{Ending, Misuse};
use super::super::shell::Shell;
use super::known;
use crate::domain::ids::SkillKey;
use crate::domain::person::Person;
use crate::playbook::Playbook;
use crate::problem::Problem;
use crate::store::Grant;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: leadbell person skill ann --add german --remove enterprise\n\
                  Without --add and --remove it says what they can do.")]
pub(crate) struct Skill {
    /// What they are called in chat
    #[arg(value_name = "HANDLE")]
    handle: String,
    /// A skill that they have, by its key in the playbook; may be repeated
    #[arg(long, value_name = "SKILL")]
    add: Vec<String>,
    /// A skill that they do not have any more
    #[arg(long, value_name = "SKILL")]
    remove: Vec<String>,
}

impl Skill {
    pub(crate) async fn run(self, shell: &mut Shell) -> anyhow::Result<Ending> {
        let store = shell.store().await?;
        let (roster, playbook) = (store.roster(), store.playbook());
        let person = known(&roster, &self.handle)?;
        // All are read before one is kept.
        let add = self.add.iter().map(|typed| named(typed, person, &playbook).map(|skill| (skill, Grant::Given)));
        let remove = self.remove.iter().map(|typed| named(typed, person, &playbook).map(|skill| (skill, Grant::Taken)));
        let changes = add.chain(remove).collect::<anyhow::Result<Vec<_>>>()?;
        for (skill, grant) in changes {
            let sign = if grant == Grant::Given { '+' } else { '-' };
            let entry = shell.entry("person.skill", format!("person {} {sign}{skill}", person.id.0));
            store.set_skill(person.id, skill, grant, entry).await?;
        }
        let roster = store.roster();
        let skills: Vec<&str> = known(&roster, &self.handle)?.skills.iter().map(SkillKey::as_str).collect();
        let skills = if skills.is_empty() { "no skill that is noted".to_owned() } else { skills.join(", ") };
        writeln!(shell.out, "{}: {skills}", person.handle)?;
        Ok(Ending::Well)
    }
}

/// By its key; what somebody has is known as well, so that it can be taken away when the playbook has forgotten it.
fn named(typed: &str, person: &Person, playbook: &Playbook) -> anyhow::Result<SkillKey> {
    let skill = SkillKey(typed.to_owned());
    if playbook.skill(&skill).is_some() || person.skills.contains(&skill) {
        return Ok(skill);
    }
    let problem = Problem::anywhere(format!("the playbook names no skill \"{typed}\""));
    let problem = if playbook.skills.is_empty() {
        problem.remedy(format!("add a section [[skill]] with key = \"{typed}\" to it"))
    } else {
        problem.nearest(typed, playbook.skills.iter().map(|known| known.key.as_str()))
    };
    Err(Misuse::error(problem.sentence()))
}
