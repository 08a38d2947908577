//! E-mails to leads, as rows that wait to be sent. A row is written together with the attempt that it is, and is marked before the mail is
//! handed over: what a process was handing over when it died is never handed over again.
//! Invariant: address and words are kept only until the row ends.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use futures_util::FutureExt as _;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::cards::{done, nonce};
use super::time::{instant, millis};
use super::{Store, StoreError};
use crate::domain::ids::{LeadId, PersonId, SequenceKey};
use crate::domain::lead::Lead;
use crate::domain::outgoing::Unsent;

const ADD: &str = "-- mail::add
INSERT INTO mail (lead, person, template, recipient, subject, text, message_id, made_at, due_at, sequence, epoch, state)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, $10, 'pending')";
const DUE: &str = "-- mail::due
SELECT id, lead, person, template, recipient, subject, text, message_id, made_at, tries, sequence, epoch, state FROM mail
WHERE state IN ('pending', 'sending') AND due_at <= $1 ORDER BY due_at, id LIMIT $2";
const NEXT_DUE: &str = "-- mail::next_due\nSELECT min(due_at) AS at FROM mail WHERE state IN ('pending', 'sending')";
const BEGIN: &str = "-- mail::begin\nUPDATE mail SET state = 'sending', tries = tries + 1 WHERE id = $1 AND state = 'pending'";
const LATER: &str = "-- mail::later\nUPDATE mail SET state = 'pending', due_at = $2 WHERE id = $1 AND state = 'sending'";
const END: &str = "-- mail::end
UPDATE mail SET state = $2, recipient = NULL, subject = NULL, text = NULL WHERE id = $1 AND state IN ('pending', 'sending')";

const BY_SEQUENCE: &str = "-- mail::by_sequence
SELECT sequence, count(*) AS n FROM mail WHERE sequence IS NOT NULL AND state = 'sent' GROUP BY sequence";

/// An e-mail that somebody sends to a lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMail {
    /// Who sends it.
    pub by: PersonId,
    /// The name of the template, for what is told of it.
    pub template: String,
    /// The lead's address.
    pub to: String,
    /// On one line.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// Which sequence wrote it; a person did, when `None`.
    pub sequence: Option<SequenceKey>,
}

/// A mail that waits, or was being handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailRow {
    /// Its row.
    pub id: i64,
    /// To which lead.
    pub lead: LeadId,
    /// What it says, and who sent it.
    pub mail: NewMail,
    /// The same for every try.
    pub message_id: String,
    /// When it was written.
    pub made_at: DateTime<Utc>,
    /// The epoch of the lead's sleep in which a sequence wrote it.
    pub epoch: Option<u32>,
    /// How often it was tried.
    pub tries: u32,
    /// A process was handing it over and did not say what came of it.
    pub is_under_way: bool,
}

/// How a mail ended, where nobody has to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailEnd {
    /// The mail server has it.
    Sent,
    /// They are not to be contacted any more.
    Void,
}

pub(super) async fn add(conn: &mut SqliteConnection, lead: &Lead, mail: &NewMail, now: DateTime<Utc>) -> Result<(), StoreError> {
    let message_id = nonce("mail", lead.id, &mail.to, lead.rev);
    let query = sqlx::query(ADD).bind(lead.id.0).bind(mail.by.0).bind(&mail.template).bind(&mail.to);
    let query = query.bind(&mail.subject).bind(&mail.text).bind(message_id.0).bind(millis(now));
    let epoch = mail.sequence.as_ref().map(|_| i64::from(lead.course.epoch));
    done(query.bind(mail.sequence.as_ref().map(|key| key.as_str())).bind(epoch).execute(conn).await)
}

/// Ends a row because the mail will not go out; false when it has ended before.
pub(super) async fn fail(conn: &mut SqliteConnection, id: i64, unsent: &Unsent) -> Result<bool, StoreError> {
    let state = match unsent {
        Unsent::Refused { .. } => "refused",
        Unsent::GivenUp => "dead",
        Unsent::Unsure => "unsure",
    };
    Ok(sqlx::query(END).bind(id).bind(state).execute(conn).await?.rows_affected() == 1)
}

fn read(row: &SqliteRow) -> Result<MailRow, StoreError> {
    let state: String = row.try_get("state")?;
    Ok(MailRow {
        id: row.try_get("id")?,
        lead: LeadId(row.try_get("lead")?),
        mail: NewMail {
            by: PersonId(row.try_get("person")?),
            template: row.try_get("template")?,
            to: row.try_get("recipient")?,
            subject: row.try_get("subject")?,
            text: row.try_get("text")?,
            sequence: row.try_get::<Option<String>, _>("sequence")?.map(SequenceKey),
        },
        epoch: row.try_get("epoch")?,
        message_id: row.try_get("message_id")?,
        made_at: instant(row.try_get("made_at")?),
        tries: row.try_get("tries")?,
        is_under_way: state == "sending",
    })
}

impl Store {
    /// How many mails of each sequence went out.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn sequence_mails(&self) -> Result<BTreeMap<SequenceKey, u64>, StoreError> {
        let count = |row: &SqliteRow| {
            let many = u64::try_from(row.try_get::<i64, _>("n")?).unwrap_or_default();
            Ok((SequenceKey(row.try_get("sequence")?), many))
        };
        sqlx::query(BY_SEQUENCE).fetch_all(self.readers()).await?.iter().map(count).collect()
    }

    /// Mails that are due by `now`, and those that were being handed over; oldest first, at most `limit`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn due_mails(&self, now: DateTime<Utc>, limit: u32) -> Result<Vec<MailRow>, StoreError> {
        let rows = sqlx::query(DUE).bind(millis(now)).bind(limit).fetch_all(self.readers()).await?;
        rows.iter().map(read).collect()
    }

    /// When the next mail is due, if any is.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn next_mail_due(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let row = sqlx::query(NEXT_DUE).fetch_one(self.readers()).await?;
        Ok(row.try_get::<Option<i64>, _>("at")?.map(instant))
    }

    /// Marks a mail as being handed over; false when somebody else has it.
    ///
    /// # Errors
    /// When the store cannot be written: then it must not be handed over.
    pub async fn mail_begins(&self, id: i64) -> Result<bool, StoreError> {
        self.write(move |tx| {
            async move { Ok(sqlx::query(BEGIN).bind(id).execute(&mut tx.conn).await?.rows_affected() == 1) }.boxed()
        })
        .await
    }

    /// It did not go out: again at `at`.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn mail_later(&self, id: i64, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(move |tx| {
            async move { done(sqlx::query(LATER).bind(id).bind(millis(at)).execute(&mut tx.conn).await) }.boxed()
        })
        .await
    }

    /// It is done with.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn mail_ended(&self, id: i64, end: MailEnd) -> Result<(), StoreError> {
        let state = match end {
            MailEnd::Sent => "sent",
            MailEnd::Void => "void",
        };
        self.write(move |tx| async move { done(sqlx::query(END).bind(id).bind(state).execute(&mut tx.conn).await) }.boxed()).await
    }
}
