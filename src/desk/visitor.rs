//! Who is this, and what may they do: from the chat's roles, every time, so that a role that is taken away counts at once.
//! Whoever acts from a further account is who they are by their main one.
//! Invariant: the store is written only when something differs from what it has.

use chrono::{DateTime, Utc};

use crate::chat::Visitor;
use crate::domain::ids::TeamKey;
use crate::domain::person::{Person, Rights};
use crate::playbook::Playbook;
use crate::store::{Store, StoreError};

/// The person, when they work leads; `None` for guests and for those who have left.
pub(super) async fn recognise(store: &Store, visitor: Visitor, now: DateTime<Utc>) -> Result<Option<Person>, StoreError> {
    let known = store.roster().by_chat_id(&visitor.chat_id).cloned();
    // Roles are known in the company's own server only, and those that count are the main account's.
    let is_further = known.as_ref().is_some_and(|person| person.chat_id != visitor.chat_id);
    if !visitor.in_guild || is_further {
        return Ok(known.filter(works));
    }
    let (rights, joins) = standing(&visitor, known.as_ref(), &store.playbook());
    match known {
        None if rights == Rights::Guest => Ok(None),
        Some(person) if is_as_known(&person, &visitor, rights, &joins) => Ok(Some(person).filter(works)),
        Some(_) | None => {
            let id = store.meet(visitor, rights, joins, now).await?;
            Ok(store.roster().get(id).cloned().filter(works))
        }
    }
}

fn works(person: &Person) -> bool {
    !person.left && person.rights >= Rights::Rep
}

fn is_as_known(person: &Person, visitor: &Visitor, rights: Rights, joins: &[TeamKey]) -> bool {
    person.handle == visitor.handle && person.name == visitor.name && person.rights == rights && joins.is_empty()
}

/// What their roles let them do, and the teams that those put them in and that they are not in yet.
fn standing(visitor: &Visitor, known: Option<&Person>, playbook: &Playbook) -> (Rights, Vec<TeamKey>) {
    let has = |role: &Option<String>| role.as_deref().is_some_and(|role| holds(visitor, role));
    let by_role: Vec<&TeamKey> = playbook.teams.iter().filter(|team| has(&team.role)).map(|team| &team.key).collect();
    let joins =
        by_role.iter().filter(|key| known.is_none_or(|p| p.membership(key).is_none())).map(|key| (*key).clone()).collect();
    // Where no role says who manages, a manager is who was made one by command.
    let is_made_manager = playbook.company.managers.is_none() && known.is_some_and(|p| p.rights == Rights::Manager);
    let is_member = !by_role.is_empty() || known.is_some_and(|p| !p.memberships.is_empty());
    let rights = if visitor.administers || has(&playbook.company.admins) {
        Rights::Admin
    } else if has(&playbook.company.managers) || is_made_manager {
        Rights::Manager
    } else if is_member {
        Rights::Rep
    } else {
        Rights::Guest
    };
    (rights, joins)
}

fn holds(visitor: &Visitor, role: &str) -> bool {
    let role = role.trim_start_matches('@');
    visitor.roles.iter().any(|held| held.trim_start_matches('@').eq_ignore_ascii_case(role))
}
