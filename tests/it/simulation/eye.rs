//! Looks into the database from outside, on a connection of its own that outlives every process.

use chrono::{DateTime, Utc};
use leadbell::chat::{Nonce, Place};
use leadbell::domain::customers::is_customer;
use leadbell::domain::decision::Recipient;
use leadbell::domain::ids::{LeadId, PersonId};
use leadbell::domain::lead::{Course, Exit, State};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Row as _, SqliteConnection};
use tokio::sync::Mutex;

use super::world::World;

const NOTICE: &str = "SELECT n.id, n.state, n.epoch, n.reminder, n.made_at, n.recipient, l.epoch AS now, l.course FROM notice n LEFT JOIN lead l ON l.id = n.lead WHERE n.nonce = $1 AND n.bundle IS NULL OR n.bundle = $1 ORDER BY n.state <> 'pending' LIMIT 1";

/// A connection that only looks.
#[derive(Debug)]
pub(super) struct Eye(Mutex<SqliteConnection>);

/// A card as the database has it.
#[derive(Debug)]
pub(super) struct CardRow {
    pub(super) lead: LeadId,
    pub(super) channel: String,
    pub(super) shown: i64,
    pub(super) wanted: i64,
    pub(super) message: Option<String>,
    pub(super) dead: Option<String>,
    /// The newest copy that is wanted is there.
    pub(super) is_posted: bool,
}

/// A notice as the database has it.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) id: i64,
    pub(super) lead: Option<LeadId>,
    pub(super) recipient: Recipient,
    pub(super) news: String,
    pub(super) state: String,
    pub(super) made: DateTime<Utc>,
}

/// A delivery as the database has it, and what came of it.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) id: i64,
    pub(super) body: Vec<u8>,
    pub(super) state: String,
    pub(super) submissions: i64,
}

/// A submission as the database has it.
#[derive(Debug)]
pub(super) struct Joined {
    /// Whose it is.
    pub(super) email: String,
    /// The request that held it.
    pub(super) body: Vec<u8>,
    pub(super) at: DateTime<Utc>,
    /// The lead that it belongs to.
    pub(super) lead: LeadId,
    /// That lead's address.
    pub(super) of: String,
}

/// Whose lead it is, or who sold to them.
fn looked_after_by(course: &Course) -> Option<PersonId> {
    match course.state {
        State::Closed { exit: Exit::Converted, owner, .. } => owner,
        _ => course.state.owner(),
    }
}

impl Eye {
    pub(super) async fn open(database: &std::path::Path) -> Self {
        let options = SqliteConnectOptions::new().filename(database).read_only(true);
        Self(Mutex::new(options.connect().await.expect("a database that is there can be looked at")))
    }

    async fn rows(&self, sql: &str) -> Vec<sqlx::sqlite::SqliteRow> {
        let mut conn = self.0.lock().await;
        sqlx::query(AssertSqlSafe(sql)).fetch_all(&mut *conn).await.expect("the statement is right")
    }

    /// Asked when a notice is about to be sent: its reason must hold.
    pub(super) async fn notice_may_go(&self, world: &World, to: &Place, nonce: &Nonce) {
        let row = {
            let mut conn = self.0.lock().await;
            sqlx::query(NOTICE).bind(&nonce.0).fetch_optional(&mut *conn).await.expect("the statement is right")
        };
        let Some(row) = row else {
            return world.wrong(format!("something is told to {to:?} under nonce {} that no row has", nonce.0));
        };
        let (id, state): (i64, String) = (row.get("id"), row.get("state"));
        let (epoch, now): (Option<i64>, Option<i64>) = (row.get("epoch"), row.get("now"));
        if state != "pending" {
            world.wrong(format!("notice {id} is about to be sent although it is {state}"));
        }
        if let (Some(epoch), Some(now)) = (epoch, now)
            && epoch < now
        {
            world.wrong(format!("notice {id} is about epoch {epoch} and is about to be sent in epoch {now}"));
        }
        let made: i64 = row.get("made_at");
        let course: Option<String> = row.get("course");
        let course = course.and_then(|c| serde_json::from_str::<Course>(&c).ok());
        let attempt = course.as_ref().and_then(|c| c.work.last_attempt_at);
        let set_back = world.state().set_back;
        let to: Recipient = serde_json::from_str(row.get("recipient")).expect("a recipient reads back");
        let of = course.as_ref().and_then(looked_after_by);
        if let (1, Recipient::Person(person)) = (row.get::<i64, _>("reminder"), to)
            && of != Some(person)
            && !(course.as_ref().is_some_and(is_customer) && self.has_left(of).await)
        {
            world.wrong(format!("notice {id} reminds {person:?} of what is not theirs"));
        }
        if row.get::<i64, _>("reminder") == 1 && !set_back && attempt.is_some_and(|at| at.timestamp_millis() > made) {
            world.wrong(format!("notice {id} reminds of what was done meanwhile"));
        }
    }

    /// Whoever sold to a customer is not with the company any more: then somebody else hears of them.
    async fn has_left(&self, who: Option<PersonId>) -> bool {
        let Some(who) = who else { return true };
        let sql = format!("SELECT departed FROM person WHERE id = {}", who.0);
        self.rows(&sql).await.iter().any(|row| row.get::<i64, _>(0) == 1)
    }

    /// Each lead with its revision.
    pub(super) async fn leads(&self) -> Vec<(LeadId, i64)> {
        self.rows("SELECT id, rev FROM lead ORDER BY id").await.iter().map(|r| (LeadId(r.get(0)), r.get(1))).collect()
    }

    /// Untouched leads per owner.
    pub(super) async fn untouched(&self) -> Vec<(i64, i64)> {
        let sql = "SELECT owner, count(*) FROM lead WHERE owner IS NOT NULL AND touched = 0 GROUP BY owner";
        self.rows(sql).await.iter().map(|r| (r.get(0), r.get(1))).collect()
    }

    /// Leads that each is asked about.
    pub(super) async fn asked(&self) -> Vec<(i64, i64)> {
        let sql = "SELECT offered_to, count(*) FROM lead WHERE offered_to IS NOT NULL GROUP BY offered_to";
        self.rows(sql).await.iter().map(|r| (r.get(0), r.get(1))).collect()
    }

    /// Whose turns a lead has cost, as the ledger has it.
    pub(super) async fn turns(&self, lead: LeadId) -> Vec<PersonId> {
        let sql = format!("SELECT person FROM turn WHERE lead = {} AND why = 'taken' ORDER BY id", lead.0);
        self.rows(&sql).await.iter().map(|r| PersonId(r.get(0))).collect()
    }

    /// Signals that were heard of whoever has a lead.
    pub(super) async fn signals(&self, lead: LeadId) -> usize {
        self.rows(&format!("SELECT id FROM signal WHERE lead = {}", lead.0)).await.len()
    }

    /// Messages that sequences have written to whoever has a lead.
    pub(super) async fn sequence_mails(&self, lead: LeadId) -> usize {
        self.rows(&format!("SELECT id FROM mail WHERE sequence IS NOT NULL AND lead = {}", lead.0)).await.len()
    }

    pub(super) async fn cards(&self) -> Vec<CardRow> {
        let read = |r: &sqlx::sqlite::SqliteRow| CardRow {
            lead: LeadId(r.get(0)),
            channel: r.get(1),
            shown: r.get(2),
            wanted: r.get(3),
            message: r.get(4),
            dead: r.get(5),
            is_posted: r.get(6),
        };
        self.rows("SELECT coalesce(lead, 0), channel, shown, wanted, at_message, dead, copy_shown = copy_wanted AND at_message IS NOT NULL FROM card ORDER BY id").await.iter().map(read).collect()
    }

    pub(super) async fn notices(&self) -> Vec<Told> {
        let read = |r: &sqlx::sqlite::SqliteRow| Told {
            id: r.get(0),
            lead: r.get::<Option<i64>, _>(1).map(LeadId),
            recipient: serde_json::from_str(r.get(2)).expect("a recipient reads back"),
            news: r.get(3),
            state: r.get(4),
            made: DateTime::from_timestamp_millis(r.get(5)).unwrap_or_default(),
        };
        self.rows("SELECT id, lead, recipient, news, state, made_at FROM notice ORDER BY id").await.iter().map(read).collect()
    }

    pub(super) async fn deliveries(&self) -> Vec<Kept> {
        let read = |r: &sqlx::sqlite::SqliteRow| Kept { id: r.get(0), body: r.get(1), state: r.get(2), submissions: r.get(3) };
        let sql = "SELECT d.id, d.body, d.state, (SELECT count(*) FROM submission s WHERE s.delivery = d.id) FROM delivery d ORDER BY d.id";
        self.rows(sql).await.iter().map(read).collect()
    }

    /// Each submission, with the request that held it.
    pub(super) async fn submissions(&self) -> Vec<Joined> {
        let sql = "SELECT s.body ->> '$.person.email', d.body, s.received_at, s.lead, l.email FROM submission s JOIN delivery d ON d.id = s.delivery JOIN lead l ON l.id = s.lead ORDER BY s.id";
        let read = |r: &sqlx::sqlite::SqliteRow| Joined {
            email: r.get::<Option<String>, _>(0).unwrap_or_default(),
            body: r.get(1),
            at: DateTime::from_timestamp_millis(r.get(2)).unwrap_or_default(),
            lead: LeadId(r.get(3)),
            of: r.get::<Option<String>, _>(4).unwrap_or_default(),
        };
        self.rows(sql).await.iter().map(read).collect()
    }

    /// The lead of each person on the list of those who are left alone, once for each address or number.
    pub(super) async fn left_alone(&self) -> Vec<Option<LeadId>> {
        let sql = "SELECT lead FROM suppression ORDER BY lead, kind";
        self.rows(sql).await.iter().map(|r| r.get::<Option<i64>, _>(0).map(LeadId)).collect()
    }

    /// The tags by which a lead is found.
    pub(super) async fn tags(&self, lead: LeadId) -> Vec<String> {
        self.rows(&format!("SELECT tag FROM tag WHERE lead = {} ORDER BY tag", lead.0)).await.iter().map(|r| r.get(0)).collect()
    }

    /// All that is in the database, as text; what only tells when the schema was made is left out, and what no two databases share.
    pub(super) async fn everything(&self) -> String {
        let mut all = String::new();
        let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_sqlx%' ESCAPE '\\' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'suppression%' ORDER BY name";
        for table in self.rows(tables).await {
            let table: String = table.get(0);
            let columns = self.rows(&format!("SELECT name FROM pragma_table_info('{table}')")).await;
            let quoted: Vec<String> = columns.iter().map(|c| format!("quote(\"{}\")", c.get::<String, _>(0))).collect();
            let sql = format!("SELECT {} FROM \"{table}\" ORDER BY 1", quoted.join(" || ',' || "));
            for row in self.rows(&sql).await {
                all.push_str(&format!("{table}: {}\n", row.get::<String, _>(0)));
            }
        }
        all
    }
}
