//! A store with many leads: a few that went through the door as all do, copied in SQL with all that belongs to them.

use std::path::Path;

use anyhow::{Context as _, Result};
use chrono::{DateTime, Utc};
use leadbell::app::Core;
use leadbell::domain::decide::decide;
use leadbell::domain::event::{Ask, Event};
use leadbell::domain::ids::{LeadId, PersonId};
use leadbell::domain::lead::{Channel, Outcome, Profile};
use leadbell::domain::submission::{Contact, DedupeKey, Submission};
use leadbell::domain::text::Untrusted;
use leadbell::store::{Applied, Cause, Changed, Target};
use sqlx::{AssertSqlSafe, Connection as _, Row as _, SqliteConnection};

use crate::bed;

/// Copies are counted from here.
pub(crate) const FIRST: i64 = 10_001;

/// A lead comes in.
pub(crate) async fn arrive(core: &Core, nth: usize, now: DateTime<Utc>) -> Result<LeadId> {
    let person = Contact {
        name: Some(Untrusted::new("Dana Whitlock")),
        // The same person twice would be one lead.
        email: Some(Untrusted::new(&format!("dana.whitlock.{nth}@example.com"))),
        // Whoever looks after a company is given the next lead of it.
        company: Some(Untrusted::new(&format!("Whitlock Studio {nth}"))),
        ..Contact::default()
    };
    let submission = Submission {
        source: bed::SOURCE.into(),
        source_detail: None,
        dedupe_key: DedupeKey::Provider(format!("fill-{nth}")),
        submitted_at: Some(now),
        is_test: false,
        person: person.clone(),
        message: Some(Untrusted::new("We need scheduling for 120 technicians before March.")),
        utm: std::collections::BTreeMap::new(),
        consent: std::collections::BTreeMap::new(),
        extras: Vec::new(),
    };
    let profile = Profile {
        received_at: now,
        source: submission.source.clone(),
        source_detail: None,
        contact: person,
        need: submission.message.clone(),
        extras: Vec::new(),
        utm: submission.utm.clone(),
        is_test: false,
        unauthenticated: false,
    };
    let event = Event::Arrived { profile: Box::new(profile), taken_by: None };
    let cause = Cause::Submitted { part: None, submission: Box::new(submission) };
    let applied = core.store.apply(cause, Target::New, now, move |snapshot| decide(snapshot, &event, now)).await?;
    applied.lead().map(|lead| lead.id).context("the lead did not arrive")
}

/// A person asks; it must change something.
pub(crate) async fn ask(core: &Core, lead: LeadId, by: PersonId, ask: Ask) -> Result<()> {
    let now = core.clock.now();
    let cause = Cause::Deed(format!("bench-{lead}-{ask:?}"));
    let event = Event::Asked { by, ask };
    let applied = core.store.apply(cause, Target::Lead(lead), now, move |snapshot| decide(snapshot, &event, now)).await?;
    match applied {
        Applied::Done { changed: Changed::Yes, .. } => Ok(()),
        other => anyhow::bail!("nothing came of it: {other:?}"),
    }
}

/// A small company's past: of ten leads six are closed, three are worked, one waits. The waiting ones are the last; the first of them.
pub(crate) async fn past(core: Core, folder: &Path, count: i64) -> Result<LeadId> {
    let now = core.clock.now();
    let by = bed::rep(&core, 0).await?;
    let mut kinds = Vec::new();
    for kind in 0..3 {
        let lead = arrive(&core, kind, now).await?;
        if kind < 2 {
            ask(&core, lead, by, Ask::Claim).await?;
            ask(&core, lead, by, Ask::Log { channel: Channel::Call, outcome: Outcome::Reached, note: None }).await?;
        }
        if kind == 0 {
            ask(&core, lead, by, Ask::Won { value: None }).await?;
        }
        kinds.push(lead);
    }
    drop(core);
    let waiting = FIRST + count - count / 10;
    let parts = [(FIRST, FIRST + count * 6 / 10), (FIRST + count * 6 / 10, waiting), (waiting, FIRST + count)];
    copy(folder, &kinds.into_iter().zip(parts).collect::<Vec<_>>()).await?;
    Ok(LeadId(waiting))
}

/// Copies each lead to the ids from one number up to, and without, another. Cards and notices of all are done.
pub(crate) async fn copy(folder: &Path, plan: &[(LeadId, (i64, i64))]) -> Result<()> {
    let mut conn = bed::plain(folder).await?;
    let done = "UPDATE card SET shown = wanted, copy_shown = copy_wanted, at_channel = '1', at_message = '1',
        thread = CASE WHEN thread_wanted = 1 THEN '1' END; UPDATE notice SET state = 'sent'";
    sqlx::raw_sql(done).execute(&mut conn).await?;
    sqlx::query("BEGIN IMMEDIATE").execute(&mut conn).await?;
    for &(lead, (from, to)) in plan {
        let range =
            format!("WITH RECURSIVE n(to_id) AS (SELECT {from} UNION ALL SELECT to_id + 1 FROM n WHERE to_id + 1 < {to})");
        for (table, own, made) in
            [("activity", "lead", ""), ("lead", "id", ""), ("card", "lead", "id"), ("submission", "lead", "id provider_key")]
        {
            let columns = columns(&mut conn, table).await?;
            let columns: Vec<&str> = columns.iter().map(String::as_str).filter(|c| !made.split(' ').any(|m| m == *c)).collect();
            let mut values: Vec<&str> = columns.iter().map(|c| if *c == own { "to_id" } else { c }).collect();
            let mut names = columns.clone();
            if made.contains("provider_key") {
                names.push("provider_key");
                values.push("'copy-' || to_id");
            }
            let (names, values) = (names.join(", "), values.join(", "));
            let order = if table == "activity" { "to_id, rev" } else { "to_id" };
            let sql = format!(
                "{range} INSERT INTO {table} ({names}) SELECT {values} FROM n CROSS JOIN {table} WHERE {own} = {} ORDER BY {order}",
                lead.0
            );
            sqlx::query(AssertSqlSafe(sql)).execute(&mut conn).await?;
        }
    }
    sqlx::query("COMMIT").execute(&mut conn).await?;
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut conn).await?;
    conn.close().await?;
    Ok(())
}

async fn columns(conn: &mut SqliteConnection, table: &str) -> Result<Vec<String>> {
    let rows = sqlx::query("SELECT name FROM pragma_table_info($1)").bind(table.to_owned()).fetch_all(conn).await?;
    Ok(rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?)
}
