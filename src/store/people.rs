//! People and where they belong.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use futures_util::FutureExt as _;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::time::millis;
use super::writer::Tx;
use super::{Store, StoreError, accounts, choices, ledger, skills};
use crate::chat::Visitor;
use crate::domain::fairness::{self, Entry};
use crate::domain::ids::{PersonId, TeamKey};
use crate::domain::person::{Leave, Membership, Pause, Person, Presence, Rights, Roster};

const PEOPLE: &str =
    "-- person::all\nSELECT id, chat_id, handle, name, rights, presence, leave, hours, notify, departed FROM person ORDER BY id";
const ONE: &str = "-- person::one\nSELECT id, chat_id, handle, name, rights, presence, leave, hours, notify, departed FROM person WHERE id = $1";
const PLACES: &str =
    "-- membership::of\nSELECT person, team, weight, cap, daily, paused FROM membership WHERE person = $1 ORDER BY team";
const MEMBERSHIPS: &str =
    "-- membership::all\nSELECT person, team, weight, cap, daily, paused FROM membership ORDER BY person, team";
const FREE_HANDLE: &str =
    "-- person::free_handle\nUPDATE person SET handle = handle || '~' || id WHERE handle = $1 AND chat_id <> $2";
const PUT: &str = "-- person::put
INSERT INTO person (chat_id, handle, name, rights, presence) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (chat_id) DO UPDATE SET handle = excluded.handle, name = excluded.name, rights = excluded.rights RETURNING id";
const RIGHTS: &str = "-- person::rights\nUPDATE person SET rights = $2 WHERE id = $1";
const JOIN: &str = "-- membership::join
INSERT INTO membership (person, team, weight) VALUES ($1, $2, 100) ON CONFLICT (person, team) DO NOTHING";
const LEAVE: &str = "-- membership::leave\nDELETE FROM membership WHERE person = $1 AND team = $2";
const WEIGHT: &str = "-- membership::weight\nUPDATE membership SET weight = $3 WHERE person = $1 AND team = $2";
const CAP: &str = "-- membership::cap\nUPDATE membership SET cap = $3 WHERE person = $1 AND team = $2";
const DAILY: &str = "-- membership::daily\nUPDATE membership SET daily = $3 WHERE person = $1 AND team = $2";
const PAUSE: &str = "-- membership::pause\nUPDATE membership SET paused = $3 WHERE person = $1 AND team = $2";
const PRESENCE: &str = "-- person::presence\nUPDATE person SET presence = $2 WHERE id = $1";
const LEAVE_OF: &str = "-- person::leave\nUPDATE person SET leave = $2 WHERE id = $1";
const AUDIT: &str = "-- audit::add\nINSERT INTO audit (at, actor, deed, about) VALUES ($1, $2, $3, $4)";

/// A change to a person's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlaceChange {
    /// Works in the team from now on.
    Join,
    /// No longer does.
    Leave,
    /// Their share against the others'.
    Weight(u32),
    /// Most untouched leads; the playbook's, when `None`.
    Cap(Option<u32>),
    /// Most leads taken in a day; the playbook's, when `None`.
    Daily(Option<u32>),
    /// Nothing new for a while, or again.
    Pause(Option<Pause>),
}

pub(super) async fn load(conn: &mut SqliteConnection) -> Result<Roster, StoreError> {
    let mut memberships: BTreeMap<i64, Vec<Membership>> = BTreeMap::new();
    for row in sqlx::query(MEMBERSHIPS).fetch_all(&mut *conn).await? {
        memberships.entry(row.try_get("person")?).or_default().push(membership(&row)?);
    }
    let mut skills = skills::load(&mut *conn).await?;
    let mut accounts = accounts::load(&mut *conn).await?;
    let mut people = Vec::new();
    for row in sqlx::query(PEOPLE).fetch_all(&mut *conn).await? {
        let id: i64 = row.try_get("id")?;
        people.push(Person {
            accounts: accounts.remove(&id).unwrap_or_default(),
            memberships: memberships.remove(&id).unwrap_or_default(),
            skills: skills.remove(&id).unwrap_or_default(),
            ..person(&row)?
        });
    }
    Ok(Roster::new(people))
}

/// Adds somebody who was just met to the people who are known already: a whole team may come in at once, and is not read anew for each.
async fn add_to(before: &Roster, tx: &mut Tx, id: PersonId) -> Result<(), StoreError> {
    let mut newcomer = person(&sqlx::query(ONE).bind(id.0).fetch_one(&mut tx.conn).await?)?;
    let places = sqlx::query(PLACES).bind(id.0).fetch_all(&mut tx.conn).await?;
    newcomer.memberships = places.iter().map(membership).collect::<Result<_, _>>()?;
    tx.roster = Some(Arc::new(Roster::new(before.iter().cloned().chain([newcomer]).collect())));
    Ok(())
}

fn membership(row: &SqliteRow) -> Result<Membership, StoreError> {
    let paused: Option<String> = row.try_get("paused")?;
    Ok(Membership {
        team: TeamKey(row.try_get("team")?),
        weight: u32::try_from(row.try_get::<i64, _>("weight")?).unwrap_or(100),
        cap: row.try_get::<Option<i64>, _>("cap")?.and_then(|c| u32::try_from(c).ok()),
        daily: row.try_get::<Option<i64>, _>("daily")?.and_then(|c| u32::try_from(c).ok()),
        paused: paused.map(|p| serde_json::from_str(&p)).transpose()?,
    })
}

/// What stands in their own row.
fn person(row: &SqliteRow) -> Result<Person, StoreError> {
    let id: i64 = row.try_get("id")?;
    let (leave, hours): (Option<&str>, Option<&str>) = (row.try_get("leave")?, row.try_get("hours")?);
    Ok(Person {
        id: PersonId(id),
        chat_id: row.try_get("chat_id")?,
        accounts: Vec::default(),
        handle: row.try_get("handle")?,
        name: row.try_get("name")?,
        rights: read_rights(row.try_get("rights")?),
        memberships: Vec::default(),
        skills: BTreeSet::default(),
        hours: hours.map(|text| choices::read_hours(id, text)).transpose()?,
        notify: serde_json::from_str(row.try_get("notify")?)?,
        presence: serde_json::from_str(row.try_get("presence")?)?,
        leave: leave.map(serde_json::from_str).transpose()?,
        left: row.try_get("departed")?,
    })
}

/// Who acts from a further account is who they are: what that account is called says nothing of them.
async fn put(tx: &mut Tx, visitor: &Visitor, rights: Rights) -> Result<PersonId, StoreError> {
    if let Some(person) = accounts::whose(&mut tx.conn, &visitor.chat_id).await? {
        sqlx::query(RIGHTS).bind(person.0).bind(rights_word(rights)).execute(&mut tx.conn).await?;
        return Ok(person);
    }
    sqlx::query(FREE_HANDLE).bind(&visitor.handle).bind(&visitor.chat_id).execute(&mut tx.conn).await?;
    let row = sqlx::query(PUT)
        .bind(&visitor.chat_id)
        .bind(&visitor.handle)
        .bind(&visitor.name)
        .bind(rights_word(rights))
        .bind(serde_json::to_string(&Presence::Available)?)
        .fetch_one(&mut tx.conn)
        .await?;
    Ok(PersonId(row.try_get("id")?))
}

fn read_rights(word: &str) -> Rights {
    match word {
        "admin" => Rights::Admin,
        "manager" => Rights::Manager,
        "rep" => Rights::Rep,
        _ => Rights::Guest,
    }
}

fn rights_word(rights: Rights) -> &'static str {
    match rights {
        Rights::Guest => "guest",
        Rights::Rep => "rep",
        Rights::Manager => "manager",
        Rights::Admin => "admin",
    }
}

impl Store {
    /// Keeps who somebody is, what they may do and the teams that their roles put them in; their id.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn meet(
        &self,
        visitor: Visitor,
        rights: Rights,
        teams: Vec<TeamKey>,
        now: DateTime<Utc>,
    ) -> Result<PersonId, StoreError> {
        self.write(move |tx| {
            async move {
                let before = tx.roster().await?;
                let is_new = !before.iter().any(|p| p.handle == visitor.handle) && before.by_chat_id(&visitor.chat_id).is_none();
                let id = put(tx, &visitor, rights).await?.0;
                tx.people_changed();
                for team in teams {
                    let joined = sqlx::query(JOIN).bind(id).bind(team.as_str()).execute(&mut tx.conn).await?.rows_affected();
                    tx.people_changed();
                    if is_new {
                        add_to(&before, tx, PersonId(id)).await?;
                    }
                    if joined > 0 {
                        level(tx, (&team, PersonId(id)), 0, now).await?;
                    }
                }
                Ok(PersonId(id))
            }
            .boxed()
        })
        .await
    }

    /// Changes a person's place in a team; false when they have none there.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn change_place(
        &self,
        person: PersonId,
        team: TeamKey,
        change: PlaceChange,
        by: AuditEntry,
    ) -> Result<bool, StoreError> {
        self.write(move |tx| {
            async move {
                let before = shortfall(tx, &team, (person, by.at)).await?;
                let query = match &change {
                    PlaceChange::Join => sqlx::query(JOIN).bind(person.0).bind(team.as_str()),
                    PlaceChange::Leave => sqlx::query(LEAVE).bind(person.0).bind(team.as_str()),
                    PlaceChange::Weight(weight) => {
                        sqlx::query(WEIGHT).bind(person.0).bind(team.as_str()).bind(i64::from(*weight))
                    }
                    PlaceChange::Cap(cap) => sqlx::query(CAP).bind(person.0).bind(team.as_str()).bind(cap.map(i64::from)),
                    PlaceChange::Daily(most) => sqlx::query(DAILY).bind(person.0).bind(team.as_str()).bind(most.map(i64::from)),
                    PlaceChange::Pause(pause) => {
                        let pause = pause.as_ref().map(serde_json::to_string).transpose()?;
                        sqlx::query(PAUSE).bind(person.0).bind(team.as_str()).bind(pause)
                    }
                };
                let there = query.execute(&mut tx.conn).await?.rows_affected() > 0;
                audit(&mut tx.conn, &by).await?;
                tx.people_changed();
                match change {
                    PlaceChange::Join if there => level(tx, (&team, person), 0, by.at).await?,
                    // Another weight counts from now on; what they had under the one before stays settled.
                    PlaceChange::Weight(_) if there => level(tx, (&team, person), before, by.at).await?,
                    PlaceChange::Join
                    | PlaceChange::Leave
                    | PlaceChange::Weight(_)
                    | PlaceChange::Cap(_)
                    | PlaceChange::Daily(_)
                    | PlaceChange::Pause(_) => {}
                }
                Ok(there)
            }
            .boxed()
        })
        .await
    }

    /// Keeps what a person said of themselves.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn set_presence(&self, person: PersonId, presence: Presence) -> Result<(), StoreError> {
        self.write(move |tx| {
            async move {
                sqlx::query(PRESENCE).bind(person.0).bind(serde_json::to_string(&presence)?).execute(&mut tx.conn).await?;
                tx.people_changed();
                Ok(())
            }
            .boxed()
        })
        .await
    }

    /// Keeps when a person is on leave and who covers; nothing, when it is over or called off.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn set_leave(&self, person: PersonId, leave: Option<Leave>) -> Result<(), StoreError> {
        self.write(move |tx| {
            async move {
                let leave = leave.as_ref().map(serde_json::to_string).transpose()?;
                sqlx::query(LEAVE_OF).bind(person.0).bind(leave).execute(&mut tx.conn).await?;
                tx.people_changed();
                Ok(())
            }
            .boxed()
        })
        .await
    }

    /// Keeps that somebody did something that is about no lead.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn note_deed(&self, entry: AuditEntry) -> Result<(), StoreError> {
        self.write(move |tx| async move { audit(&mut tx.conn, &entry).await }.boxed()).await
    }
}

/// How far somebody is below their share; level, when they have no place in the team.
async fn shortfall(tx: &mut Tx, team: &TeamKey, (person, now): (PersonId, DateTime<Utc>)) -> Result<i64, StoreError> {
    let (ledger, roster) = (tx.ledger().await?, tx.roster().await?);
    let order = fairness::order(&ledger, team, (&roster, now), &BTreeMap::new());
    Ok(order.iter().find(|turn| turn.person == person).map_or(0, |turn| turn.shortfall_micro))
}

/// Puts somebody where they shall be in the order of a team, now that they are in it or weigh something else.
async fn level(tx: &mut Tx, place: (&TeamKey, PersonId), wanted_micro: i64, now: DateTime<Utc>) -> Result<(), StoreError> {
    let (sums, roster) = (tx.ledger().await?, tx.roster().await?);
    let entries: Vec<Entry> = fairness::levelled(&sums, &roster, place, wanted_micro, now).into_iter().collect();
    ledger::add_all(&mut tx.conn, None, &entries).await?;
    tx.turns_entered(&entries);
    Ok(())
}

/// Who did what to anything that is not a lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// When.
    pub at: DateTime<Utc>,
    /// Who: a handle, or `shell`.
    pub actor: String,
    /// What: `team.weight`.
    pub deed: String,
    /// To what, with the new value.
    pub about: String,
}

pub(super) async fn audit(conn: &mut SqliteConnection, entry: &AuditEntry) -> Result<(), StoreError> {
    sqlx::query(AUDIT).bind(millis(entry.at)).bind(&entry.actor).bind(&entry.deed).bind(&entry.about).execute(conn).await?;
    Ok(())
}
