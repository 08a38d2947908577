//! Who is never contacted again, known by hashes alone: it holds for every source, and after the lead itself is gone.
//! The hashes are made with a key that only this database has, so that nobody who comes upon the list can try addresses on it.
//! Invariant: whoever asked to be left alone is on the list from the transaction on that closes their lead, until the one in which they
//! come back by their own request, or the closing is taken back.

use chrono::{DateTime, Utc};
use futures_util::FutureExt as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::time::{instant, millis};
use super::writer::Tx;
use super::{AuditEntry, Store, StoreError, left_alone, people};
use crate::domain::fact::Fact;
use crate::domain::ids::LeadId;
use crate::domain::lead::{Exit, Lead, State};
use crate::domain::submission::Contact;

/// Bytes of the key.
const KEY_LEN: usize = 32;

const KEY: &str = "-- suppression::key\nSELECT bytes FROM suppression_key";
const ADD: &str = "-- suppression::add
INSERT INTO suppression (hash, kind, lead, since) VALUES ($1, $2, $3, $4) 
ON CONFLICT (hash) DO UPDATE SET lead = coalesce(suppression.lead, excluded.lead)";
const FIND: &str =
    "-- suppression::find\nSELECT hash, lead, since, along FROM suppression WHERE hash IN (SELECT value FROM json_each($1))";
const LIFT: &str =
    "-- suppression::lift\nDELETE FROM suppression WHERE hash = $1 AND (kind = 'email' OR lead IS NULL OR lead = $2)";
const OTHERS: &str = "-- suppression::others
SELECT id FROM lead WHERE phone_e164 = $1 AND exit = 'suppressed' AND id <> $2 AND email IS NOT $3 AND is_test = 0 LIMIT 1";
const TAKE_BACK: &str = "-- suppression::take_back\nDELETE FROM suppression WHERE lead = $1";
const REMOVE: &str = "-- suppression::remove\nDELETE FROM suppression WHERE hash = $1 AND lead IS NULL AND along = 0";
const FAMILY: &str = "-- suppression::family
SELECT email, phone_e164 FROM lead WHERE id = $1 UNION SELECT email, phone_e164 FROM lead WHERE original = $1";
const CLOSED: &str = "-- suppression::closed
SELECT id, email, phone_e164 FROM lead s WHERE exit = 'suppressed' AND is_test = 0 AND NOT EXISTS (SELECT 1 FROM lead l
  WHERE l.id <> s.id AND (l.email = s.email OR l.phone_e164 = s.phone_e164))";
const OPEN: &str = "-- suppression::open
SELECT id FROM lead WHERE (state <> 'closed' OR exit = 'converted') AND is_test = 0 AND (email = $1 OR phone_e164 = $1
  OR id IN (SELECT original FROM lead WHERE original IS NOT NULL AND (email = $1 OR phone_e164 = $1))) ORDER BY id";
const ENDED: &str = "-- suppression::ended
SELECT id FROM lead WHERE exit = 'suppressed' AND is_test = 0 AND (email = $1 OR phone_e164 = $1
  OR id IN (SELECT original FROM lead WHERE original IS NOT NULL AND (email = $1 OR phone_e164 = $1))) ORDER BY id";
const BY_HAND: &str = "-- suppression::by_hand
UPDATE suppression SET lead = NULL, along = CASE WHEN since = $2 AND hash <> $3 THEN 1 ELSE along END WHERE lead = $1";
const TYPED: &str = "-- suppression::typed\nUPDATE suppression SET along = 0 WHERE hash = $1";
const NOT_TYPED: &str = "-- suppression::not_typed\nUPDATE suppression SET along = 1 WHERE hash = $1";
const REMOVE_ALONG: &str = "-- suppression::remove_along\nDELETE FROM suppression WHERE hash = $1 AND lead IS NULL AND along = 1";
const OLDER: &str = "-- suppression::older\nUPDATE suppression SET lead = NULL WHERE lead = $1 AND since < $2";

/// By what somebody is known who is never contacted again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// An address, in lower case.
    Email(String),
    /// A number, E.164.
    Phone(String),
}

impl Reach {
    fn kind(&self) -> &'static str {
        match self {
            Reach::Email(_) => "email",
            Reach::Phone(_) => "phone",
        }
    }

    fn text(&self) -> &str {
        match self {
            Reach::Email(text) | Reach::Phone(text) => text,
        }
    }

    /// Each by which somebody can be reached.
    fn all(email: Option<&str>, phone: Option<&str>) -> Vec<Self> {
        let email = email.map(|email| Reach::Email(email.trim().to_lowercase()));
        let phone = phone.map(|phone| Reach::Phone(phone.to_owned()));
        email.into_iter().chain(phone).collect()
    }

    fn of(who: &Contact) -> Vec<Self> {
        Self::all(who.email.as_ref().map(|email| email.raw()), who.phone_e164.as_deref())
    }
}

/// They asked to be left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeftAlone {
    /// The lead with which they asked; none, when a list said so that was brought along.
    pub lead: Option<LeadId>,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Not this was put on the list by hand, but another address or number of the same person.
    pub along: bool,
}

impl std::fmt::Display for LeftAlone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.lead {
            Some(lead) => lead.fmt(f),
            None => write!(f, "on the list since {}", self.since.date_naive()),
        }
    }
}

/// What came of putting somebody on the list, or of taking them off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Whether the list has changed.
    pub changed: bool,
    /// Who was on it before.
    pub before: Option<LeftAlone>,
    /// How many leads have ended with that, or go on.
    pub leads: usize,
}

/// What the hashes are made with. Never shown, and never logged.
struct Key([u8; KEY_LEN]);

impl Key {
    async fn load(conn: &mut SqliteConnection) -> Result<Self, StoreError> {
        let bytes: Vec<u8> = sqlx::query(KEY).fetch_one(conn).await?.try_get("bytes")?;
        let wrong = |_| StoreError::Other("the key of the suppression list is not of its length".to_owned());
        bytes.try_into().map(Self).map_err(wrong)
    }

    fn hash(&self, reach: &Reach) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("a key of any length");
        mac.update(format!("{}:{}", reach.kind(), reach.text()).as_bytes());
        hex::encode(mac.finalize().into_bytes())
    }
}

/// Which of these are on the list.
async fn find(conn: &mut SqliteConnection, key: &Key, reach: &[Reach]) -> Result<Vec<(Reach, LeftAlone)>, StoreError> {
    if reach.is_empty() {
        return Ok(Vec::new());
    }
    let hashes: Vec<String> = reach.iter().map(|reach| key.hash(reach)).collect();
    let rows = sqlx::query(FIND).bind(serde_json::to_string(&hashes)?).fetch_all(conn).await?;
    let mut found = Vec::new();
    for row in &rows {
        let hash: String = row.try_get("hash")?;
        if let Some(at) = hashes.iter().position(|one| *one == hash) {
            found.push((reach[at].clone(), read(row)?));
        }
    }
    Ok(found)
}

fn read(row: &SqliteRow) -> Result<LeftAlone, StoreError> {
    let lead = row.try_get::<Option<i64>, _>("lead")?.map(LeadId);
    Ok(LeftAlone { lead, since: instant(row.try_get("since")?), along: row.try_get::<i64, _>("along")? == 1 })
}

/// Whether somebody who comes in asked to be left alone. A number alone says it only of who gave no address: several may have one number.
pub(super) async fn comes_in(tx: &mut Tx, who: &Contact) -> Result<bool, StoreError> {
    let reach = Reach::of(who);
    let key = Key::load(&mut tx.conn).await?;
    let found = find(&mut tx.conn, &key, &reach).await?;
    Ok(found.iter().any(|(reach, _)| matches!(reach, Reach::Email(_)) || who.email.is_none()))
}

/// Whether anybody who can be reached like this asked to be left alone.
pub(super) async fn is_listed(tx: &mut Tx, who: &Contact) -> Result<bool, StoreError> {
    let key = Key::load(&mut tx.conn).await?;
    Ok(!find(&mut tx.conn, &key, &Reach::of(who)).await?.is_empty())
}

/// The leads of whoever has this one with which something is under way, be it with a customer. A number alone does not tell who they are: several may have it.
pub(super) async fn under_way(tx: &mut Tx, lead: LeadId) -> Result<Vec<LeadId>, StoreError> {
    theirs(tx, lead, OPEN).await
}

/// The leads of whoever has this one that ended so that nobody is contacted again.
pub(super) async fn ended_with(tx: &mut Tx, lead: LeadId) -> Result<Vec<LeadId>, StoreError> {
    theirs(tx, lead, ENDED).await
}

async fn theirs(tx: &mut Tx, lead: LeadId, sql: &'static str) -> Result<Vec<LeadId>, StoreError> {
    let mut all = Vec::new();
    for reach in family(tx, lead).await?.into_iter().filter(|reach| matches!(reach, Reach::Email(_))) {
        all.extend(ids(&sqlx::query(sql).bind(reach.text()).fetch_all(&mut tx.conn).await?)?);
    }
    Ok(all)
}

/// Whether nothing keeps it on the list but what came along with what was put on by hand, and has been taken off again.
pub(super) async fn may_go_on(tx: &mut Tx, lead: LeadId) -> Result<bool, StoreError> {
    let reach = family(tx, lead).await?;
    let key = Key::load(&mut tx.conn).await?;
    let found = find(&mut tx.conn, &key, &reach).await?;
    Ok(found.iter().all(|(_, left)| left.lead.is_none() && left.along))
}

fn ids(rows: &[SqliteRow]) -> Result<Vec<LeadId>, StoreError> {
    rows.iter().map(|row| Ok(LeadId(row.try_get("id")?))).collect()
}

/// Keeps the list as a decision has it: what is closed so that nobody is contacted again goes on it, what comes back goes off.
pub(super) async fn follow(
    tx: &mut Tx,
    (lead, was): (&Lead, Option<&Lead>),
    facts: &[Fact],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let is_left_alone = |lead: &Lead| matches!(lead.course.state, State::Closed { exit: Exit::Suppressed, .. });
    let joins = |fact: &Fact| matches!(fact, Fact::Closed { exit: Exit::Suppressed, .. } | Fact::MergedFrom { .. });
    let parts = |fact: &Fact| matches!(fact, Fact::Unmerged { .. });
    let comes_back = |fact: &Fact| matches!(fact, Fact::CameBack { after: Exit::Suppressed, themselves: true });
    if lead.profile.is_test {
        return Ok(());
    }
    if is_left_alone(lead) && facts.iter().any(joins) && !crate::planted::is("left-alone-unlisted") {
        return add_family(tx, lead.id, now).await;
    }
    if is_left_alone(lead) && facts.iter().any(parts) {
        sqlx::query(TAKE_BACK).bind(lead.id.0).execute(&mut tx.conn).await?;
        return add_family(tx, lead.id, now).await;
    }
    if facts.iter().any(comes_back) && !crate::planted::is("left-alone-for-ever") {
        return lift(tx, lead, now).await;
    }
    let ended = was.and_then(|was| was.course.state.left_alone_since());
    if let Some(at) = ended.filter(|_| !is_left_alone(lead) && facts.iter().any(|fact| matches!(fact, Fact::Undone { .. }))) {
        // What stood there before stays.
        sqlx::query(OLDER).bind(lead.id.0).bind(millis(at)).execute(&mut tx.conn).await?;
        sqlx::query(TAKE_BACK).bind(lead.id.0).execute(&mut tx.conn).await?;
    }
    Ok(())
}

/// The lead's addresses and numbers, and those of leads that ended in it.
async fn family(tx: &mut Tx, lead: LeadId) -> Result<Vec<Reach>, StoreError> {
    let mut all = Vec::new();
    for row in sqlx::query(FAMILY).bind(lead.0).fetch_all(&mut tx.conn).await? {
        let (email, phone): (Option<String>, Option<String>) = (row.try_get("email")?, row.try_get("phone_e164")?);
        all.extend(Reach::all(email.as_deref(), phone.as_deref()));
    }
    Ok(all)
}

async fn add_family(tx: &mut Tx, lead: LeadId, now: DateTime<Utc>) -> Result<(), StoreError> {
    let key = Key::load(&mut tx.conn).await?;
    for reach in family(tx, lead).await? {
        put(&mut tx.conn, &key, (&reach, Some(lead)), now).await?;
    }
    Ok(())
}

/// Who is on it already stays on it since then; with which lead they asked for it is noted all the same.
async fn put(
    conn: &mut SqliteConnection,
    key: &Key,
    (reach, lead): (&Reach, Option<LeadId>),
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let query = sqlx::query(ADD).bind(key.hash(reach)).bind(reach.kind()).bind(lead.map(|lead| lead.0)).bind(millis(now));
    query.execute(conn).await?;
    Ok(())
}

async fn lift(tx: &mut Tx, lead: &Lead, now: DateTime<Utc>) -> Result<(), StoreError> {
    let key = Key::load(&mut tx.conn).await?;
    for reach in Reach::of(&lead.profile.contact) {
        sqlx::query(LIFT).bind(key.hash(&reach)).bind(lead.id.0).execute(&mut tx.conn).await?;
    }
    sqlx::query(TAKE_BACK).bind(lead.id.0).execute(&mut tx.conn).await?;
    // Somebody else who has the same number may have asked for the same.
    let contact = &lead.profile.contact;
    let Some(phone) = contact.phone_e164.clone() else { return Ok(()) };
    let email = contact.email.as_ref().map(|email| email.raw().to_owned());
    let other = sqlx::query(OTHERS).bind(&phone).bind(lead.id.0).bind(email).fetch_optional(&mut tx.conn).await?;
    if let Some(other) = other {
        let other = LeadId(other.try_get("id")?);
        put(&mut tx.conn, &key, (&Reach::Phone(phone), Some(other)), now).await?;
    }
    Ok(())
}

impl Store {
    /// Whether this person asked not to be contacted, going by address or number, and has not come back by themselves since.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn asked_to_be_left_alone(&self, person: &Contact) -> Result<Option<LeftAlone>, StoreError> {
        Ok(self.found(Reach::of(person)).await?.first().map(|(_, left)| *left))
    }

    /// Whether nobody is to be contacted at this address or number.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn is_left_alone_at(&self, reach: Reach) -> Result<Option<LeftAlone>, StoreError> {
        Ok(self.found(vec![reach]).await?.first().map(|(_, left)| *left))
    }

    async fn found(&self, reach: Vec<Reach>) -> Result<Vec<(Reach, LeftAlone)>, StoreError> {
        let mut conn = self.readers().acquire().await?;
        let key = Key::load(&mut conn).await?;
        find(&mut conn, &key, &reach).await
    }

    /// Of these leads, those of people who did not ask to be left alone.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(super) async fn without_those_left_alone(&self, mut leads: Vec<Lead>) -> Result<Vec<Lead>, StoreError> {
        let reach: Vec<Reach> = leads.iter().flat_map(|lead| Reach::of(&lead.profile.contact)).collect();
        let found = self.found(reach).await?;
        let is_listed =
            |lead: &Lead| Reach::of(&lead.profile.contact).iter().any(|reach| found.iter().any(|(one, _)| one == reach));
        leads.retain(|lead| !is_listed(lead));
        Ok(leads)
    }

    /// Puts an address or number on the list, for good reason that lies outside of any lead here, and ends what is under way with whoever
    /// has it.
    ///
    /// # Errors
    /// When the store cannot be written: then nothing has changed.
    pub async fn leave_alone(&self, reach: Reach, by: AuditEntry) -> Result<Listed, StoreError> {
        self.write(move |tx| {
            async move {
                let key = Key::load(&mut tx.conn).await?;
                let before = find(&mut tx.conn, &key, std::slice::from_ref(&reach)).await?.first().map(|(_, left)| *left);
                if before.is_none() {
                    put(&mut tx.conn, &key, (&reach, None), by.at).await?;
                }
                sqlx::query(TYPED).bind(key.hash(&reach)).execute(&mut tx.conn).await?;
                let open = ids(&sqlx::query(OPEN).bind(reach.text()).fetch_all(&mut tx.conn).await?)?;
                let open = if crate::planted::is("listed-while-under-way") { Vec::new() } else { open };
                let ended = left_alone::end(tx, open, by.at).await?;
                for lead in &ended {
                    // It was not they who asked.
                    let query = sqlx::query(BY_HAND).bind(lead.0).bind(millis(by.at)).bind(key.hash(&reach));
                    query.execute(&mut tx.conn).await?;
                }
                if before.is_none() || !ended.is_empty() {
                    people::audit(&mut tx.conn, &by).await?;
                }
                Ok(Listed { changed: before.is_none(), before, leads: ended.len() })
            }
            .boxed()
        })
        .await
    }

    /// Takes an address or number off that was put on the list by hand, and lets go on what ended with that; what somebody asked for
    /// themselves stays.
    ///
    /// # Errors
    /// When the store cannot be written: then nothing has changed.
    pub async fn no_longer_leave_alone(&self, reach: Reach, by: AuditEntry) -> Result<Listed, StoreError> {
        self.write(move |tx| {
            async move {
                let key = Key::load(&mut tx.conn).await?;
                let before = find(&mut tx.conn, &key, std::slice::from_ref(&reach)).await?.first().map(|(_, left)| *left);
                let removed = sqlx::query(REMOVE).bind(key.hash(&reach)).execute(&mut tx.conn).await?.rows_affected() == 1;
                if !removed {
                    return Ok(Listed { changed: false, before, leads: 0 });
                }
                let ended = ids(&sqlx::query(ENDED).bind(reach.text()).fetch_all(&mut tx.conn).await?)?;
                let going = left_alone::go_on_by_hand(tx, ended.clone(), by.at).await?;
                if let (Some(left), true) = (before, going.is_empty() && !ended.is_empty()) {
                    // Another address of theirs keeps it there.
                    put(&mut tx.conn, &key, (&reach, None), left.since).await?;
                    sqlx::query(NOT_TYPED).bind(key.hash(&reach)).execute(&mut tx.conn).await?;
                    return Ok(Listed { changed: false, before: Some(LeftAlone { along: true, ..left }), leads: 0 });
                }
                people::audit(&mut tx.conn, &by).await?;
                for lead in &going {
                    for reach in family(tx, *lead).await? {
                        let others = sqlx::query(ENDED).bind(reach.text()).fetch_all(&mut tx.conn).await?;
                        if others.is_empty() {
                            sqlx::query(REMOVE_ALONG).bind(key.hash(&reach)).execute(&mut tx.conn).await?;
                        }
                    }
                }
                Ok(Listed { changed: true, before, leads: going.len() })
            }
            .boxed()
        })
        .await
    }

    /// Leads that were closed so that nobody is contacted again, of people who are not on the list: there must be none.
    pub(super) async fn unlisted(&self) -> Result<Vec<String>, StoreError> {
        let mut conn = self.readers().acquire().await?;
        let key = Key::load(&mut conn).await?;
        let mut broken = Vec::new();
        for row in sqlx::query(CLOSED).fetch_all(&mut *conn).await? {
            let (email, phone): (Option<String>, Option<String>) = (row.try_get("email")?, row.try_get("phone_e164")?);
            let reach = Reach::all(email.as_deref(), phone.as_deref());
            if find(&mut conn, &key, &reach).await?.len() != reach.len() {
                broken.push(LeadId(row.try_get("id")?).to_string());
            }
        }
        Ok(broken)
    }
}
