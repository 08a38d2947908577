//! What armed clocks cost: while they are not due, and when 512 come due at once.
//! Beside them: one look for the least time, and 512 rows updated in one commit, bare, on the same file.

use std::sync::Arc;

use anyhow::{Result, ensure};
use chrono::Duration;
use leadbell::clock::Clock;
use leadbell::engine::tick::Loop as _;
use sqlx::Connection as _;

use crate::bed::{self, Nobody, Size};
use crate::figures::{Line, Took, millis, now, times};
use crate::fill;

const DUE: i64 = 512;

pub(crate) async fn measure(size: Size) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for armed in size.pick(vec![3_000], vec![10_000, 100_000]) {
        lines.extend(with(armed).await?);
    }
    Ok(lines)
}

async fn with(armed: i64) -> Result<Vec<Line>> {
    let folder = bed::folder()?;
    let clock = Clock::manual(bed::monday());
    let core = bed::core(folder.path(), clock.clone()).await?;
    let soon = fill::arrive(&core, 1, clock.now()).await?;
    let later = fill::arrive(&core, 2, clock.now() + Duration::days(1)).await?;
    drop(core);
    let split = fill::FIRST + DUE - 1;
    fill::copy(folder.path(), &[(soon, (fill::FIRST, split)), (later, (split, fill::FIRST + armed))]).await?;
    let core = bed::core(folder.path(), clock.clone()).await?;
    let works = core.works(Arc::new(Nobody::default()));
    let mut looks = Took::default();
    for _ in 0..200 {
        let since = now();
        ensure!(core.store.due_leads(clock.now(), 64).await?.is_empty(), "nothing is due yet");
        core.store.next_wake().await?;
        looks.add(since);
    }
    clock.advance(Duration::minutes(10));
    let since = now();
    let mut fired = 0;
    loop {
        match works.pump.tick().await.done {
            0 => break,
            done => fired += done,
        }
    }
    let firing = since.elapsed();
    ensure!(i64::try_from(fired)? == DUE, "{fired} fired");
    drop((core, works));
    let mut conn = bed::plain(folder.path()).await?;
    let mut bare_looks = Took::default();
    for _ in 0..200 {
        let since = now();
        sqlx::query("SELECT min(wake_at) FROM lead WHERE wake_at IS NOT NULL").fetch_one(&mut conn).await?;
        bare_looks.add(since);
    }
    let since = now();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut conn).await?;
    for n in 0..DUE {
        let update = sqlx::query("UPDATE lead SET wake_at = wake_at + 1 WHERE id = $1").bind(fill::FIRST + n);
        update.execute(&mut conn).await?;
    }
    sqlx::query("COMMIT").execute(&mut conn).await?;
    let bare_firing = since.elapsed();
    conn.close().await?;
    Ok(vec![
        Line::new(
            format!("{armed} armed, none due: a look"),
            looks.told(),
            format!("p50 {}", times(looks.percentile(50), bare_looks.percentile(50), "one bare look")),
        ),
        Line::new(
            format!("{armed} armed, {DUE} due: all fired"),
            format!("{:.1} ms", millis(firing)),
            times(firing, bare_firing, "as many bare updates in one commit"),
        ),
    ])
}
