//! How long a store with many leads takes to open and to know what is due, and how much memory it holds.
//! Beside it: the same file opened bare and asked for one row.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use leadbell::clock::Clock;
use leadbell::domain::event::Ask;
use leadbell::domain::ids::LeadId;
use sqlx::Connection as _;

use crate::bed::{self, Nobody, Size};
use crate::figures::{Line, Took, millis, now, resident_mb, times};
use crate::fill;

const ROUNDS: usize = 7;

pub(crate) async fn measure(size: Size) -> Result<Vec<Line>> {
    let leads = size.pick(3_000, 100_000);
    let claims = size.pick(50, 2_000);
    let folder = bed::folder()?;
    let clock = Clock::manual(bed::monday());
    let waiting = fill::past(bed::core(folder.path(), clock.clone()).await?, folder.path(), leads).await?;
    let filled = resident_mb();
    let (mut ours, mut bare) = (Took::default(), Took::default());
    for _ in 0..ROUNDS {
        let since = now();
        let core = bed::core(folder.path(), clock.clone()).await?;
        let works = core.works(Arc::new(Nobody::default()));
        works.settle().await;
        ours.add(since);
        drop((core, works));
        // The writer closes its file by itself; the next round must not find it busy.
        tokio::time::sleep(Duration::from_millis(50)).await;
        let since = now();
        let mut conn = bed::plain(folder.path()).await?;
        sqlx::query("SELECT 1").execute(&mut conn).await?;
        bare.add(since);
        conn.close().await?;
    }
    let core = bed::core(folder.path(), clock).await?;
    let rep = bed::rep(&core, 1).await?;
    let idle = resident_mb();
    for n in 0..claims {
        fill::ask(&core, LeadId(waiting.0 + n), rep, if n < 900 { Ask::Claim } else { Ask::Note { text: "called".to_owned() } })
            .await?;
    }
    Ok(vec![
        Line::new(
            format!("{leads} leads, opened and looked for what is due"),
            format!("p50 {:.1} ms", millis(ours.percentile(50))),
            times(ours.percentile(50), bare.percentile(50), "opened bare"),
        ),
        Line::new("memory held, idle", format!("{idle} MB"), format!("{filled} MB before it was opened")),
        Line::new(format!("memory held after {claims} changes"), format!("{} MB", resident_mb()), ""),
    ])
}
