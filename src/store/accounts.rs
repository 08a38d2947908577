//! Further chat accounts from which somebody acts.
//! Invariant: an account is one person's, as their main one or as a further one.

use std::collections::BTreeMap;

use futures_util::FutureExt as _;
use sqlx::{Row as _, SqliteConnection};

use super::people::{AuditEntry, audit};
use super::writer::Tx;
use super::{Store, StoreError};
use crate::domain::ids::PersonId;
use crate::domain::person::{Account, PLATFORM};

const ALL: &str = "-- account::all\nSELECT person, platform, chat_id FROM account ORDER BY person, platform, chat_id";
const WHOSE: &str = "-- account::whose\nSELECT person FROM account WHERE platform = $1 AND chat_id = $2";
const MAIN: &str = "-- account::main\nSELECT id FROM person WHERE chat_id = $1";
const OPEN: &str = "-- account::open\nSELECT count(*) AS n FROM lead WHERE owner = $1 OR offered_to = $1";
const RETIRE: &str = "-- account::retire\nUPDATE person SET chat_id = chat_id || '~' || id, departed = 1 WHERE id = $1";
const LEAVE_ALL: &str = "-- account::leave_all\nDELETE FROM membership WHERE person = $1";
const LINK: &str = "-- account::link\nINSERT INTO account (platform, chat_id, person) VALUES ($1, $2, $3)";
const UNLINK: &str = "-- account::unlink\nDELETE FROM account WHERE platform = $1 AND chat_id = $2 AND person = $3";

/// What becomes of a person of their own who has the account until now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Other {
    /// They stay who they are, and the account is theirs.
    Stays,
    /// They have left the company, if they own nothing.
    Leaves,
}

/// What came of linking an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Linked {
    /// It is theirs since now.
    Now,
    /// It was.
    Already,
    /// It is a further account of somebody else.
    IsOf(PersonId),
    /// It is the main account of somebody who is a person of their own.
    IsPerson {
        /// Who.
        who: PersonId,
        /// Leads that they own or are asked about.
        open: i64,
    },
}

pub(super) async fn load(conn: &mut SqliteConnection) -> Result<BTreeMap<i64, Vec<Account>>, StoreError> {
    let mut accounts: BTreeMap<i64, Vec<Account>> = BTreeMap::new();
    for row in sqlx::query(ALL).fetch_all(conn).await? {
        let account = Account { platform: row.try_get("platform")?, chat_id: row.try_get("chat_id")? };
        accounts.entry(row.try_get("person")?).or_default().push(account);
    }
    Ok(accounts)
}

/// Whose further account it is.
pub(super) async fn whose(conn: &mut SqliteConnection, chat_id: &str) -> Result<Option<PersonId>, StoreError> {
    let row = sqlx::query(WHOSE).bind(PLATFORM).bind(chat_id).fetch_optional(conn).await?;
    Ok(row.map(|row| row.try_get("person")).transpose()?.map(PersonId))
}

async fn link(tx: &mut Tx, person: PersonId, chat_id: &str, other: Other) -> Result<Linked, StoreError> {
    match whose(&mut tx.conn, chat_id).await? {
        Some(who) if who == person => return Ok(Linked::Already),
        Some(who) => return Ok(Linked::IsOf(who)),
        None => {}
    }
    let main = sqlx::query(MAIN).bind(chat_id).fetch_optional(&mut tx.conn).await?;
    if let Some(who) = main.map(|row| row.try_get("id")).transpose()?.map(PersonId) {
        if who == person {
            return Ok(Linked::Already);
        }
        let open: i64 = sqlx::query(OPEN).bind(who.0).fetch_one(&mut tx.conn).await?.try_get("n")?;
        if other == Other::Stays || open > 0 {
            return Ok(Linked::IsPerson { who, open });
        }
        sqlx::query(RETIRE).bind(who.0).execute(&mut tx.conn).await?;
        sqlx::query(LEAVE_ALL).bind(who.0).execute(&mut tx.conn).await?;
    }
    sqlx::query(LINK).bind(PLATFORM).bind(chat_id).bind(person.0).execute(&mut tx.conn).await?;
    Ok(Linked::Now)
}

impl Store {
    /// From now on a person acts from this account too.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn link_account(
        &self,
        person: PersonId,
        chat_id: String,
        other: Other,
        by: AuditEntry,
    ) -> Result<Linked, StoreError> {
        self.write(move |tx| {
            async move {
                let linked = link(tx, person, &chat_id, other).await?;
                if linked == Linked::Now {
                    audit(&mut tx.conn, &by).await?;
                    tx.people_changed();
                }
                Ok(linked)
            }
            .boxed()
        })
        .await
    }

    /// An account is a person's no more; false when it was not. Their main account stays.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn unlink_account(&self, person: PersonId, chat_id: String, by: AuditEntry) -> Result<bool, StoreError> {
        self.write(move |tx| {
            async move {
                let query = sqlx::query(UNLINK).bind(PLATFORM).bind(&chat_id).bind(person.0);
                let was_theirs = query.execute(&mut tx.conn).await?.rows_affected() > 0;
                if was_theirs {
                    audit(&mut tx.conn, &by).await?;
                    tx.people_changed();
                }
                Ok(was_theirs)
            }
            .boxed()
        })
        .await
    }
}
