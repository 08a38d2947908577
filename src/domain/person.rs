//! People, where they belong, and what they may do.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::hours::Hours;
use super::ids::{PersonId, SkillKey, TeamKey};
use super::notify::Notify;

/// A person of the company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Ours.
    pub id: PersonId,
    /// The chat platform's id of them: of their main account, to which direct messages go.
    pub chat_id: String,
    /// Further accounts from which they act.
    pub accounts: Vec<Account>,
    /// What they are called in chat, without the at sign; unique, lower case.
    pub handle: String,
    /// The name shown.
    pub name: String,
    /// What they may do.
    pub rights: Rights,
    /// The teams they work in.
    pub memberships: Vec<Membership>,
    /// What they can do that not everybody can; more than the playbook names, when it named more before.
    pub skills: BTreeSet<SkillKey>,
    /// The hours that they keep; their teams', when they keep none of their own.
    pub hours: Option<Hours>,
    /// How they hear of things.
    pub notify: Notify,
    /// What they said of themselves with `/me status`.
    pub presence: Presence,
    /// The leave that they planned, or are on.
    pub leave: Option<Leave>,
    /// No longer with the company; keeps their history.
    pub left: bool,
}

impl Person {
    /// Their place in a team, when they have one.
    #[must_use]
    pub fn membership(&self, team: &TeamKey) -> Option<&Membership> {
        self.memberships.iter().find(|m| &m.team == team)
    }

    /// May they say what a team's leads need: its members, and managers.
    #[must_use]
    pub fn speaks_for(&self, team: &TeamKey) -> bool {
        self.manages() || self.membership(team).is_some()
    }

    /// Why they are not here at `now`, if they are not; a leave says more than a status.
    #[must_use]
    pub fn absence(&self, now: DateTime<Utc>) -> Option<Absence> {
        let leave = self.leave.as_ref().filter(|leave| leave.from <= now && now < leave.until);
        let on_leave = leave.map(|leave| Absence { until: Some(leave.until), cover: leave.cover });
        on_leave.or_else(|| match &self.presence {
            Presence::Away { until } if self.presence.is_away(now) => Some(Absence { until: *until, cover: None }),
            Presence::Away { .. } | Presence::Available => None,
        })
    }

    /// Until when they are outside their own hours, if they are at `now`.
    #[must_use]
    pub fn off_until(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.hours.as_ref().filter(|hours| !hours.is_open(now)).map(|hours| hours.next_open(now))
    }

    /// Manager or administrator.
    #[must_use]
    pub fn manages(&self) -> bool {
        self.rights >= Rights::Manager
    }
}

/// An account in a chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Which chat.
    pub platform: String,
    /// The chat's id of it.
    pub chat_id: String,
}

/// The chat whose ids stand with people.
pub const PLATFORM: &str = "discord";

#[cfg(test)]
impl Person {
    /// A rep as tests begin with: of this team, with an ordinary share, and there.
    pub(crate) fn rep(id: i64, team: &str) -> Self {
        Self {
            id: PersonId(id),
            chat_id: id.to_string(),
            accounts: Vec::new(),
            handle: format!("p{id}"),
            name: format!("P{id}"),
            rights: Rights::Rep,
            memberships: vec![Membership { team: team.into(), weight: 100, cap: None, daily: None, paused: None }],
            skills: BTreeSet::new(),
            hours: None,
            notify: Notify::default(),
            presence: Presence::Available,
            leave: None,
            left: false,
        }
    }
}

/// What somebody may do; each includes those before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rights {
    /// May look at nothing and do nothing: a guest of the chat server.
    Guest,
    /// Claims and works leads.
    Rep,
    /// Assigns, changes teams, reads all reports.
    Manager,
    /// Installs, changes sources and the playbook.
    Admin,
}

/// A person's place in a team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// The team.
    pub team: TeamKey,
    /// Their share against the others', 100 by default.
    pub weight: u32,
    /// Most untouched leads at a time; the playbook's, when none is set.
    pub cap: Option<u32>,
    /// Most leads taken in a day; the playbook's, when none is set.
    pub daily: Option<u32>,
    /// Gets nothing new until then; `None` when not paused.
    pub paused: Option<Pause>,
}

/// Nothing new for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// Until when; for ever when `None`.
    pub until: Option<DateTime<Utc>>,
}

/// A planned absence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leave {
    /// Since when.
    pub from: DateTime<Utc>,
    /// When they are back.
    pub until: DateTime<Utc>,
    /// Who looks after their leads meanwhile.
    pub cover: Option<PersonId>,
}

/// Not here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Absence {
    /// When they are back; until they say so, when `None`.
    pub until: Option<DateTime<Utc>>,
    /// Who looks after their leads meanwhile.
    pub cover: Option<PersonId>,
}

/// What a person said of themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Presence {
    /// At work whenever the hours say so.
    #[default]
    Available,
    /// Away until then; until they say otherwise, when `None`.
    Away {
        /// When they are back.
        until: Option<DateTime<Utc>>,
    },
}

impl Presence {
    /// Away at `now`?
    #[must_use]
    pub fn is_away(&self, now: DateTime<Utc>) -> bool {
        match self {
            Presence::Available => false,
            Presence::Away { until } => until.is_none_or(|back| now < back),
        }
    }
}

/// All people, as one decision sees them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roster {
    people: Vec<Person>,
}

impl Roster {
    /// Of these people.
    #[must_use]
    pub fn new(mut people: Vec<Person>) -> Self {
        people.sort_by_key(|p| p.id);
        Self { people }
    }

    /// By our id.
    #[must_use]
    pub fn get(&self, id: PersonId) -> Option<&Person> {
        self.people.binary_search_by_key(&id, |p| p.id).ok().map(|at| &self.people[at])
    }

    /// By the chat platform's id of any of their accounts.
    #[must_use]
    pub fn by_chat_id(&self, chat_id: &str) -> Option<&Person> {
        let is_theirs = |account: &Account| account.platform == PLATFORM && account.chat_id == chat_id;
        self.people.iter().find(|p| p.chat_id == chat_id || p.accounts.iter().any(is_theirs))
    }

    /// By what they are called in chat, with or without the at sign.
    #[must_use]
    pub fn by_handle(&self, handle: &str) -> Option<&Person> {
        let handle = handle.trim_start_matches('@').to_lowercase();
        self.people.iter().find(|p| p.handle == handle)
    }

    /// Everybody, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Person> {
        self.people.iter()
    }

    /// Those who work in a team and are still with the company.
    pub fn members<'a>(&'a self, team: &'a TeamKey) -> impl Iterator<Item = (&'a Person, &'a Membership)> {
        self.people.iter().filter(|p| !p.left).filter_map(move |p| p.membership(team).map(|m| (p, m)))
    }

    /// Those who manage and are still with the company.
    pub fn managers(&self) -> impl Iterator<Item = &Person> {
        self.people.iter().filter(|p| !p.left && p.manages())
    }

    /// Who looks after what somebody owns: who covers for them while they are away and can do so, else they themselves.
    #[must_use]
    pub fn keeper(&self, owner: PersonId, now: DateTime<Utc>) -> PersonId {
        let cover = self.get(owner).and_then(|person| person.absence(now)).and_then(|absence| absence.cover);
        let is_here = |cover: &&Person| !cover.left && cover.rights >= Rights::Rep && cover.absence(now).is_none();
        cover.and_then(|cover| self.get(cover)).filter(is_here).map_or(owner, |cover| cover.id)
    }

    /// The name of a person, for texts.
    #[must_use]
    pub fn name(&self, id: PersonId) -> String {
        self.get(id).map_or_else(|| "somebody who left".to_owned(), |p| p.name.clone())
    }
}
