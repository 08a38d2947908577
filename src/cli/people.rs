//! The people whom Leadbell has met in chat, what they can do, and the teams that they work in.

mod accounts;
mod hours;
mod skill;

use std::io::Write as _;

use clap::Subcommand;
use serde_json::json;

use super::ending::{Ending, Misuse};
use super::print::{self, Columns};
use super::shell::Shell;
use crate::domain::ids::SkillKey;
use crate::domain::person::{Absence, Person, Rights, Roster};
use crate::playbook::Team;
use crate::problem::nearest;
use crate::wording::hours as words;

#[derive(Debug, Subcommand)]
pub(crate) enum PersonCommand {
    /// List people: what they may do, where they work, whether they are away
    List(List),
    /// Say what somebody can do that not everybody can, by the playbook's [[skill]] sections
    Skill(skill::Skill),
    /// Set the hours that somebody keeps, or say that their team's count
    Hours(hours::OwnHours),
    /// Let somebody act from another chat account too
    Link(accounts::Link),
    /// Take such an account away again
    Unlink(accounts::Unlink),
}

impl PersonCommand {
    pub(crate) async fn run(self, shell: &mut Shell) -> anyhow::Result<Ending> {
        match self {
            PersonCommand::List(list) => list.run(shell).await,
            PersonCommand::Skill(skill) => skill.run(shell).await,
            PersonCommand::Hours(hours) => hours.run(shell).await,
            PersonCommand::Link(link) => link.run(shell).await,
            PersonCommand::Unlink(unlink) => unlink.run(shell).await,
        }
    }
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: leadbell person list --json\nPeople are met when they first act in chat.")]
pub(crate) struct List {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl List {
    async fn run(self, shell: &mut Shell) -> anyhow::Result<Ending> {
        let (roster, now) = (shell.store().await?.roster(), shell.clock.now());
        if self.json {
            let one = |p: &Person| {
                let teams: Vec<_> = p
                    .memberships
                    .iter()
                    .map(|m| json!({"team": m.team, "weight": m.weight, "cap": m.cap, "paused": m.paused}))
                    .collect();
                json!({"id": p.id, "handle": p.handle, "name": p.name, "chat_id": p.chat_id, "rights": p.rights, "presence": p.presence,
                       "away": p.absence(now).is_some(), "leave": p.leave, "left": p.left, "teams": teams, "skills": p.skills,
                       "hours": p.hours.as_ref().map(words::written), "notify": p.notify, "accounts": p.accounts})
            };
            print::json(&mut shell.out, &roster.iter().map(one).collect::<Vec<_>>())?;
            return Ok(Ending::Well);
        }
        let mut columns = Columns::new(&["HANDLE", "NAME", "RIGHTS", "TEAMS", "SKILLS", "STATE"]);
        for person in roster.iter() {
            let teams: Vec<&str> = person.memberships.iter().map(|m| m.team.as_str()).collect();
            let state = match (person.absence(now), person.off_until(now)) {
                _ if person.left => "left the company".to_owned(),
                (None, None) => "available".to_owned(),
                (None, Some(until)) => format!("outside their hours until {}", print::when(until)),
                (Some(Absence { until: None, .. }), _) => "away".to_owned(),
                (Some(Absence { until: Some(until), .. }), _) => format!("away until {}", print::when(until)),
            };
            let skills: Vec<&str> = person.skills.iter().map(SkillKey::as_str).collect();
            let (rights, teams, skills) = (rights(person.rights).to_owned(), teams.join(", "), skills.join(", "));
            columns.row([person.handle.clone(), person.name.clone(), rights, teams, skills, state]);
        }
        if columns.is_empty() {
            writeln!(
                shell.out,
                "Nobody has been met yet: people are met when they first press a button or type a command in chat."
            )?;
        } else {
            columns.print(&mut shell.out)?;
        }
        Ok(Ending::Well)
    }
}

/// Somebody whom Leadbell has met, by what they are called in chat.
fn known<'a>(roster: &'a Roster, handle: &str) -> anyhow::Result<&'a Person> {
    roster.by_handle(handle).ok_or_else(|| {
        let near = nearest(handle.trim_start_matches('@'), roster.iter().map(|person| person.handle.as_str()));
        let near = near.map_or_else(|| "`leadbell person list` shows them".to_owned(), |near| format!("did you mean {near}?"));
        Misuse::error(format!("nobody called \"{handle}\" has been met; {near}"))
    })
}

fn rights(rights: Rights) -> &'static str {
    match rights {
        Rights::Guest => "guest",
        Rights::Rep => "rep",
        Rights::Manager => "manager",
        Rights::Admin => "admin",
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum TeamCommand {
    /// List teams: channel, role, captain, who works there
    #[command(
        after_help = "Example: leadbell team list --json\nTeams are made in the playbook; who is in one is said by chat roles and `/team add`."
    )]
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

impl TeamCommand {
    pub(crate) async fn run(self, shell: &mut Shell) -> anyhow::Result<Ending> {
        let TeamCommand::List { json } = self;
        let store = shell.store().await?;
        let (playbook, roster) = (store.playbook(), store.roster());
        let members = |team: &Team| roster.members(&team.key).map(|(p, m)| (p.handle.clone(), m.clone())).collect::<Vec<_>>();
        if json {
            let one = |team: &Team| {
                let people: Vec<_> = members(team)
                    .iter()
                    .map(|(handle, m)| json!({"handle": handle, "weight": m.weight, "cap": m.cap, "paused": m.paused}))
                    .collect();
                json!({"key": team.key, "name": team.name, "channel": team.channel, "role": team.role, "captain": team.captain, "members": people})
            };
            print::json(&mut shell.out, &playbook.teams.iter().map(one).collect::<Vec<_>>())?;
            return Ok(Ending::Well);
        }
        let mut columns = Columns::new(&["TEAM", "NAME", "CHANNEL", "ROLE", "CAPTAIN", "PEOPLE"]);
        for team in &playbook.teams {
            let people: Vec<String> = members(team)
                .into_iter()
                .map(|(handle, m)| match (m.weight, m.paused) {
                    (_, Some(_)) => format!("{handle} (paused)"),
                    (100, None) => handle,
                    (weight, None) => format!("{handle} ({weight}%)"),
                })
                .collect();
            let word = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".to_owned());
            let people = if people.is_empty() { "nobody yet".to_owned() } else { people.join(", ") };
            columns.row([
                team.key.to_string(),
                team.name.clone(),
                team.channel.clone(),
                word(&team.role),
                word(&team.captain),
                people,
            ]);
        }
        columns.print(&mut shell.out)?;
        Ok(Ending::Well)
    }
}
