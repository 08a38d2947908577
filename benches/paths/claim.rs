//! How long a claim takes, from the desk's question to the committed answer, and how that grows with the leads.
//! Beside it: one row updated and committed, bare, on the same file.

use anyhow::Result;
use futures_util::future::try_join_all;
use leadbell::clock::Clock;
use leadbell::domain::event::Ask;
use leadbell::domain::ids::LeadId;
use sqlx::Connection as _;

use crate::bed::{self, Size};
use crate::figures::{Line, Took, millis, now, times};
use crate::fill;

const REPS: usize = 20;
const AT_ONCE: i64 = 200;

pub(crate) async fn measure(size: Size) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for leads in size.pick(vec![3_000], vec![10_000, 100_000]) {
        lines.extend(with(leads, size.pick(50, 500)).await?);
    }
    Ok(lines)
}

async fn with(leads: i64, alone: i64) -> Result<Vec<Line>> {
    let folder = bed::folder()?;
    let clock = Clock::manual(bed::monday());
    let waiting = fill::past(bed::core(folder.path(), clock.clone()).await?, folder.path(), leads).await?;
    let core = bed::core(folder.path(), clock).await?;
    let mut reps = Vec::new();
    for number in 0..REPS {
        reps.push(bed::rep(&core, number).await?);
    }
    let claim = |n: i64| {
        let by = reps[usize::try_from(n).unwrap_or_default() % REPS];
        fill::ask(&core, LeadId(waiting.0 + n), by, Ask::Claim)
    };
    let mut each = Took::default();
    for n in 0..alone {
        let since = now();
        claim(n).await?;
        each.add(since);
    }
    let since = now();
    try_join_all((alone..alone + AT_ONCE).map(claim)).await?;
    let rush = since.elapsed();
    drop(core);
    let mut conn = bed::plain(folder.path()).await?;
    let mut bare = Took::default();
    for n in 0..alone {
        let since = now();
        touch(&mut conn, waiting.0 + n).await?;
        bare.add(since);
    }
    let since = now();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut conn).await?;
    for n in 0..AT_ONCE {
        touch(&mut conn, waiting.0 + n).await?;
    }
    sqlx::query("COMMIT").execute(&mut conn).await?;
    let bare_rush = since.elapsed();
    conn.close().await?;
    Ok(vec![
        Line::new(
            format!("{leads} leads, {alone} claims one after the other"),
            each.told(),
            format!("p50 {}", times(each.percentile(50), bare.percentile(50), "a bare update")),
        ),
        Line::new(
            format!("{leads} leads, {AT_ONCE} claims at once"),
            format!("all answered in {:.1} ms", millis(rush)),
            times(rush, bare_rush, "as many bare updates in one commit"),
        ),
    ])
}

async fn touch(conn: &mut sqlx::SqliteConnection, lead: i64) -> Result<()> {
    sqlx::query("UPDATE lead SET last_activity_at = 1 + last_activity_at, tries = tries WHERE id = $1")
        .bind(lead)
        .execute(conn)
        .await?;
    Ok(())
}
