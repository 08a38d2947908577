//! A lead as a row, and back.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};
use std::collections::BTreeMap;

use super::StoreError;
use super::time::{instant, millis};
use crate::domain::company;
use crate::domain::ids::{LeadId, SourceKey};
use crate::domain::lead::{Course, Exit, Lead, Profile, State};
use crate::domain::submission::Contact;
use crate::domain::text::Untrusted;

pub(super) const ONE: &str = "-- lead::one
SELECT id, rev, course, received_at, source, source_detail, is_test, unauthenticated, contact, need, answers FROM lead WHERE id = $1";

const WAITING: &str = "-- lead::waiting\nSELECT course FROM lead WHERE state = 'waiting'";

const PUT: &str = "-- lead::put
INSERT INTO lead (id, rev, epoch, state, owner, touched, team, stage, wake_at, course, received_at, source, source_detail, is_test,
  unauthenticated, name, email, phone_e164, company, contact, need, answers, claimed_at, first_attempt_at, touched_at, reached_at, closed_at, exit,
  reason, tries, last_activity_at, first_touch_due, since, follow_up_at, last_owner, domain, company_key, original, offered_to, piled, signalled_at,
  sequence, returns_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43)
ON CONFLICT (id) DO UPDATE SET rev = excluded.rev, epoch = excluded.epoch, state = excluded.state, owner = excluded.owner,
  touched = excluded.touched, team = excluded.team, stage = excluded.stage, wake_at = excluded.wake_at, course = excluded.course,
  claimed_at = excluded.claimed_at, first_attempt_at = excluded.first_attempt_at, touched_at = excluded.touched_at, reached_at = excluded.reached_at,
  closed_at = excluded.closed_at, exit = excluded.exit, reason = excluded.reason, tries = excluded.tries,
  last_activity_at = excluded.last_activity_at, first_touch_due = excluded.first_touch_due,
  since = excluded.since, follow_up_at = excluded.follow_up_at, last_owner = coalesce(excluded.last_owner, lead.last_owner),
  original = excluded.original, offered_to = excluded.offered_to, piled = excluded.piled,
  signalled_at = excluded.signalled_at, sequence = excluded.sequence,
  returns_at = excluded.returns_at";

const PROFILE: &str = "-- lead::profile
UPDATE lead SET name = $2, email = $3, phone_e164 = $4, company = $5, contact = $6, need = $7, answers = $8, unauthenticated = $9,
  domain = $10, company_key = $11 WHERE id = $1";

#[derive(Serialize, Deserialize)]
struct Answers {
    extras: Vec<(Untrusted, Untrusted)>,
    utm: BTreeMap<String, Untrusted>,
}

/// Reads one lead.
pub(super) async fn load(conn: &mut SqliteConnection, id: LeadId) -> Result<Option<Lead>, StoreError> {
    sqlx::query(ONE).bind(id.0).fetch_optional(conn).await?.map(|row| read(&row)).transpose()
}

/// What has become of each lead that waits for somebody to take it.
pub(super) async fn waiting(conn: &mut SqliteConnection) -> Result<Vec<Course>, StoreError> {
    let rows = sqlx::query(WAITING).fetch_all(conn).await?;
    rows.iter().map(|row| Ok(serde_json::from_str(row.try_get("course")?)?)).collect()
}

/// Reads a row with the columns of `ONE`.
pub(super) fn read(row: &SqliteRow) -> Result<Lead, StoreError> {
    let course: Course = serde_json::from_str(row.try_get("course")?)?;
    Ok(Lead { id: LeadId(row.try_get("id")?), rev: row.try_get("rev")?, profile: profile(row)?, course })
}

/// Reads who they are and what they want, out of a row that has the columns of `ONE` for it.
pub(super) fn profile(row: &SqliteRow) -> Result<Profile, StoreError> {
    let answers: Answers = serde_json::from_str(row.try_get("answers")?)?;
    let contact: Contact = serde_json::from_str(row.try_get("contact")?)?;
    Ok(Profile {
        received_at: instant(row.try_get("received_at")?),
        source: SourceKey(row.try_get("source")?),
        source_detail: text(row, "source_detail")?,
        contact,
        need: text(row, "need")?,
        extras: answers.extras,
        utm: answers.utm,
        is_test: row.try_get("is_test")?,
        unauthenticated: row.try_get("unauthenticated")?,
    })
}

fn text(row: &SqliteRow, column: &str) -> Result<Option<Untrusted>, StoreError> {
    let text: Option<String> = row.try_get(column)?;
    Ok(text.map(|t| Untrusted::new(&t)))
}

/// Writes a lead as it is now.
pub(super) async fn put(conn: &mut SqliteConnection, lead: &Lead) -> Result<(), StoreError> {
    let (profile, course) = (&lead.profile, &lead.course);
    let (closed_at, exit, reason) = ending(&course.state);
    let answers = serde_json::to_string(&Answers { extras: profile.extras.clone(), utm: profile.utm.clone() })?;
    let raw = |text: &Option<Untrusted>| text.as_ref().map(|t| t.raw().to_owned());
    let touched = matches!(course.state, State::Owned { touched: true, .. });
    sqlx::query(PUT)
        .bind(lead.id.0)
        .bind(lead.rev)
        .bind(i64::from(course.epoch))
        .bind(course.state.word())
        .bind(course.state.owner().map(|o| o.0))
        .bind(touched)
        .bind(course.team.as_ref().map(|t| t.as_str().to_owned()))
        .bind(course.stage.as_str())
        .bind(course.clocks.wake_at().map(millis))
        .bind(serde_json::to_string(course)?)
        .bind(millis(profile.received_at))
        .bind(profile.source.as_str())
        .bind(raw(&profile.source_detail))
        .bind(profile.is_test)
        .bind(profile.unauthenticated)
        .bind(profile.contact.full_name().map(|n| n.raw().to_owned()))
        .bind(raw(&profile.contact.email))
        .bind(&profile.contact.phone_e164)
        .bind(raw(&profile.contact.company))
        .bind(serde_json::to_string(&profile.contact)?)
        .bind(raw(&profile.need))
        .bind(answers)
        .bind(course.work.claimed_at.map(millis))
        .bind(course.work.first_attempt_at.map(millis))
        .bind(course.work.touched_at.map(millis))
        .bind(course.work.reached_at.map(millis))
        .bind(closed_at.map(millis))
        .bind(exit.map(exit_word))
        .bind(reason)
        .bind(i64::from(course.work.tries()))
        .bind(course.work.last_activity_at.map(millis))
        .bind(course.first_touch_promised.map(millis))
        .bind(millis(course.state.since()))
        .bind(course.follow_up.as_ref().map(|f| millis(f.at)))
        .bind(course.state.owner_or_last().map(|o| o.0))
        .bind(&profile.contact.domain)
        .bind(company_key(lead))
        .bind(original(&course.state))
        .bind(course.state.asked().map(|a| a.0))
        .bind(course.piled)
        .bind(course.signals.first().map(|signal| millis(signal.at)))
        .bind(course.sequence.as_ref().map(|enrolled| enrolled.sequence.as_str().to_owned()))
        .bind(returns_at(&course.state).map(millis))
        .execute(conn)
        .await?;
    Ok(())
}

/// Writes what is known of the person, after more has come in.
pub(super) async fn put_profile(conn: &mut SqliteConnection, lead: &Lead) -> Result<(), StoreError> {
    let profile = &lead.profile;
    let raw = |text: &Option<Untrusted>| text.as_ref().map(|t| t.raw().to_owned());
    let answers = serde_json::to_string(&Answers { extras: profile.extras.clone(), utm: profile.utm.clone() })?;
    sqlx::query(PROFILE)
        .bind(lead.id.0)
        .bind(profile.contact.full_name().map(|n| n.raw().to_owned()))
        .bind(raw(&profile.contact.email))
        .bind(&profile.contact.phone_e164)
        .bind(raw(&profile.contact.company))
        .bind(serde_json::to_string(&profile.contact)?)
        .bind(raw(&profile.need))
        .bind(answers)
        .bind(profile.unauthenticated)
        .bind(&profile.contact.domain)
        .bind(company_key(lead))
        .execute(conn)
        .await?;
    Ok(())
}

fn company_key(lead: &Lead) -> Option<String> {
    lead.profile.contact.company.as_ref().and_then(|name| company::company_key(name.raw()))
}

fn original(state: &State) -> Option<i64> {
    match state {
        State::Closed { original, .. } => original.map(|id| id.0),
        State::Waiting { .. }
        | State::Offered { .. }
        | State::Owned { .. }
        | State::Pooled { .. }
        | State::Triage { .. }
        | State::Repair { .. } => None,
    }
}

fn returns_at(state: &State) -> Option<DateTime<Utc>> {
    match state {
        State::Pooled { until, .. } => Some(*until),
        State::Waiting { .. }
        | State::Offered { .. }
        | State::Owned { .. }
        | State::Triage { .. }
        | State::Repair { .. }
        | State::Closed { .. } => None,
    }
}

fn ending(state: &State) -> (Option<DateTime<Utc>>, Option<Exit>, Option<String>) {
    match state {
        State::Closed { exit, reason, at, .. } => (Some(*at), Some(*exit), reason.as_ref().map(ToString::to_string)),
        State::Pooled { reason, .. } | State::Repair { reason, .. } => (None, None, Some(reason.to_string())),
        State::Waiting { .. } | State::Offered { .. } | State::Owned { .. } | State::Triage { .. } => (None, None, None),
    }
}

/// The word for an exit in the database and in reports.
pub(super) fn exit_word(exit: Exit) -> &'static str {
    match exit {
        Exit::Converted => "converted",
        Exit::Unqualified => "unqualified",
        Exit::Suppressed => "suppressed",
        Exit::Merged => "merged",
        Exit::Removed => "removed",
    }
}

/// Back from the word.
pub(super) fn read_exit(word: &str) -> Exit {
    match word {
        "converted" => Exit::Converted,
        "suppressed" => Exit::Suppressed,
        "merged" => Exit::Merged,
        "removed" => Exit::Removed,
        _ => Exit::Unqualified,
    }
}
