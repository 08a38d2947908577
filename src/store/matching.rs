//! Finds the lead that a person has already, others of the same company, and what belongs together since a merge.
//! Every search walks an index and is bounded; who is the same as whom is decided elsewhere.

use chrono::{DateTime, Utc};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::time::instant;
use super::writer::Tx;
use super::{Store, StoreError, lead_row};
use crate::domain::company;
use crate::domain::ids::{LeadId, PersonId};
use crate::domain::lead::{Exit, Lead, State};
use crate::domain::matching::{self, Belongs, Known, Relations, Standing};
use crate::domain::submission::{Contact, Submission};

/// States in which a lead is with nobody.
const NOBODYS: [&str; 3] = ["waiting", "offered", "triage"];

/// Most merges that are followed one after the other.
const HOPS_MAX: usize = 8;

const PERSON: &str = "-- matching::person
SELECT id, state, last_owner, exit, closed_at, original, name, email, phone_e164, domain, company_key FROM lead WHERE id IN (
  SELECT id FROM (SELECT id FROM lead WHERE email = $1 AND is_test = $3 ORDER BY id DESC LIMIT 25)
  UNION SELECT id FROM (SELECT id FROM lead WHERE phone_e164 = $2 AND is_test = $3 ORDER BY id DESC LIMIT 25)) ORDER BY id DESC";
const KIN: &str = "-- matching::kin
SELECT id, state, last_owner, exit, closed_at, original, name, email, phone_e164, domain, company_key FROM lead WHERE id IN (
  SELECT id FROM (SELECT id FROM lead WHERE domain IN (SELECT value FROM json_each($1)) AND is_test = $5 ORDER BY id DESC LIMIT 25)
  UNION SELECT id FROM (SELECT id FROM lead WHERE company_key = $2 AND is_test = $5 ORDER BY id DESC LIMIT 25)
  UNION SELECT id FROM (SELECT id FROM lead WHERE company_key > $3 AND company_key < $4 AND is_test = $5 ORDER BY company_key LIMIT 25))
ORDER BY id DESC LIMIT 50";
const ONE: &str = "-- matching::one
SELECT id, state, last_owner, exit, closed_at, original, name, email, phone_e164, domain, company_key FROM lead WHERE id = $1";
const MERGED: &str = "-- matching::merged
SELECT id, rev, course, received_at, source, source_detail, is_test, unauthenticated, contact, need, answers FROM lead
WHERE original = $1 ORDER BY id LIMIT 20";
const REQUESTS: &str = "-- matching::requests
SELECT s.lead, s.received_at, s.source, s.body FROM submission s JOIN lead l ON l.id = s.lead
WHERE l.id = $1 OR l.original = $1 ORDER BY s.id DESC LIMIT 20";

/// What a submission meets.
pub(super) struct Found {
    /// The lead that it joins; a new one, when `None`.
    pub(super) lead: Option<LeadId>,
    /// Who else is of the company.
    pub(super) relations: Relations,
}

/// What belongs to a lead besides its own row.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Family {
    /// Leads that ended in it.
    pub merged: Vec<Lead>,
    /// Others of the same company, as they are now.
    pub relations: Relations,
    /// Its submissions and theirs, newest first.
    pub requests: Vec<Request>,
}

/// One submission.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// Of which lead.
    pub lead: LeadId,
    /// When it came in.
    pub at: DateTime<Utc>,
    /// What it said.
    pub submission: Submission,
}

/// What a submission meets.
pub(super) async fn find(tx: &mut Tx, submission: &Submission, now: DateTime<Utc>) -> Result<Found, StoreError> {
    let playbook = tx.playbook().await?;
    let who = &submission.person;
    let domain = who.email.as_ref().and_then(|email| company::domain(email.raw(), &playbook.matching));
    let known = person(&mut tx.conn, who, submission.is_test).await?;
    let mut belongs = matching::belongs(who, &known, &playbook.matching, now);
    for _ in 0..HOPS_MAX {
        let Belongs::Follow(original) = belongs else { break };
        belongs = match one(&mut tx.conn, original).await? {
            Some(known) => matching::takes(&known, &playbook.matching, now),
            None => Belongs::New,
        };
    }
    let lead = match belongs {
        Belongs::To(_) if crate::planted::is("second-lead-for-the-same-person") => None,
        Belongs::To(lead) => Some(lead),
        Belongs::New | Belongs::Follow(_) => None,
    };
    let family = domain.as_deref().map(|domain| playbook.matching.family_of(domain));
    let mut kin = kin(&mut tx.conn, who, family, submission.is_test).await?;
    kin.retain(|kin| !known.iter().any(|same| same.id == kin.id));
    Ok(Found { lead, relations: Relations::sort(who, domain, &kin, &playbook.matching) })
}

/// Another lead of whoever can be reached like this: one that goes on, else the newest that was one at all.
pub(super) async fn other(tx: &mut Tx, lead: &Lead, who: &Contact) -> Result<Option<Lead>, StoreError> {
    let known = person(&mut tx.conn, who, lead.profile.is_test).await?;
    let is_over = |known: &Known| known.standing != Standing::Open;
    let was_none = |known: &Known| matches!(known.standing, Standing::Closed { exit: Exit::Removed | Exit::Merged, .. });
    let mut others: Vec<Known> = known.into_iter().filter(|known| known.id != lead.id && !was_none(known)).collect();
    others.sort_by_key(is_over);
    match matching::same(who, &others) {
        Some(id) => lead_row::load(&mut tx.conn, id).await,
        None => Ok(None),
    }
}

async fn person(conn: &mut SqliteConnection, who: &Contact, is_test: bool) -> Result<Vec<Known>, StoreError> {
    let email = who.email.as_ref().map(|email| email.raw());
    if email.is_none() && who.phone_e164.is_none() {
        return Ok(Vec::new());
    }
    let query = sqlx::query(PERSON).bind(email).bind(who.phone_e164.as_deref()).bind(is_test);
    query.fetch_all(conn).await?.iter().map(read).collect()
}

/// The lead that they have: an open one before one that is over, and of these the newest. Tests answer only where nothing real does.
pub(super) async fn newest_of(conn: &mut SqliteConnection, who: &Contact) -> Result<Option<LeadId>, StoreError> {
    for is_test in [false, true] {
        let known = person(conn, who, is_test).await?;
        let open = known.iter().find(|known| known.standing == Standing::Open);
        if let Some(one) = open.or(known.first()) {
            return Ok(Some(one.id));
        }
    }
    Ok(None)
}

/// `family`: the company's domain, with those of its group.
async fn kin(
    conn: &mut SqliteConnection,
    who: &Contact,
    family: Option<Vec<&str>>,
    is_test: bool,
) -> Result<Vec<Known>, StoreError> {
    let Some(names) = Names::of(who, family.as_deref()) else { return Ok(Vec::new()) };
    let domains = serde_json::to_string(&family.unwrap_or_default())?;
    let query = sqlx::query(KIN).bind(domains).bind(names.key).bind(names.from).bind(names.to).bind(is_test);
    query.fetch_all(conn).await?.iter().map(read).collect()
}

/// What companies of the same or a similar name are looked for by.
struct Names {
    key: Option<String>,
    /// All that begin with the same word.
    from: Option<String>,
    to: Option<String>,
}

impl Names {
    /// Nothing when there is nothing to look for.
    fn of(who: &Contact, family: Option<&[&str]>) -> Option<Self> {
        const WORD_MIN: usize = 3;
        let key = who.company.as_ref().and_then(|name| company::company_key(name.raw()));
        if key.is_none() && family.is_none() {
            return None;
        }
        let first = key.as_deref().and_then(|key| key.split(' ').next()).filter(|word| word.chars().count() >= WORD_MIN);
        let (from, to) = (first.map(str::to_owned), first.map(|word| format!("{word}\u{10FFFF}")));
        Some(Self { key, from, to })
    }
}

async fn one(conn: &mut SqliteConnection, id: LeadId) -> Result<Option<Known>, StoreError> {
    sqlx::query(ONE).bind(id.0).fetch_optional(conn).await?.map(|row| read(&row)).transpose()
}

/// This lead, or the one in which it ended at last.
pub(super) async fn survivor(conn: &mut SqliteConnection, id: LeadId) -> Result<Option<Lead>, StoreError> {
    let mut lead = lead_row::load(conn, id).await?;
    for _ in 0..HOPS_MAX {
        let Some(State::Closed { original: Some(original), .. }) = lead.as_ref().map(|lead| &lead.course.state) else { break };
        lead = lead_row::load(conn, *original).await?;
    }
    Ok(lead)
}

fn read(row: &SqliteRow) -> Result<Known, StoreError> {
    let (state, exit): (&str, Option<&str>) = (row.try_get("state")?, row.try_get("exit")?);
    let at: Option<i64> = row.try_get("closed_at")?;
    let standing = match (state, exit, at) {
        ("closed", Some(exit), Some(at)) => {
            let original = row.try_get::<Option<i64>, _>("original")?.map(LeadId);
            Standing::Closed { exit: lead_row::read_exit(exit), at: instant(at), original }
        }
        _ => Standing::Open,
    };
    Ok(Known {
        id: LeadId(row.try_get("id")?),
        standing,
        // Whoever had it and gave it back looks after nobody.
        owner: row.try_get::<Option<i64>, _>("last_owner")?.map(PersonId).filter(|_| !NOBODYS.contains(&state)),
        name: row.try_get("name")?,
        email: row.try_get("email")?,
        phone: row.try_get("phone_e164")?,
        domain: row.try_get("domain")?,
        company: row.try_get("company_key")?,
    })
}

impl Store {
    /// What belongs to a lead besides its own row.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn family(&self, lead: &Lead) -> Result<Family, StoreError> {
        let merged = sqlx::query(MERGED).bind(lead.id.0).fetch_all(self.readers()).await?;
        let merged = merged.iter().map(lead_row::read).collect::<Result<Vec<Lead>, _>>()?;
        let requests = sqlx::query(REQUESTS).bind(lead.id.0).fetch_all(self.readers()).await?;
        let read_request = |row: &SqliteRow| {
            let submission = serde_json::from_str(row.try_get("body")?)?;
            Ok(Request { lead: LeadId(row.try_get("lead")?), at: instant(row.try_get("received_at")?), submission })
        };
        let requests = requests.iter().map(read_request).collect::<Result<Vec<Request>, StoreError>>()?;
        let (who, playbook) = (&lead.profile.contact, self.playbook());
        let family = who.domain.as_deref().map(|domain| playbook.matching.family_of(domain));
        let mut conn = self.readers().acquire().await?;
        let mut kin = kin(&mut conn, who, family, lead.profile.is_test).await?;
        kin.retain(|kin| kin.id != lead.id && !merged.iter().any(|lead| lead.id == kin.id));
        Ok(Family { merged, relations: Relations::sort(who, who.domain.clone(), &kin, &playbook.matching), requests })
    }
}
