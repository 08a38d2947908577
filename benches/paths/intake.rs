//! How many webhooks become durable in a second, over loopback HTTP: checked, committed, answered.
//! Beside it: the same rows in the same table, row by row through the same SQLite, committed in batches of the same mean size.
//! Ours and the bare ones take turns, because a disk that others use as well is quick in one second and slow in the next.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use leadbell::app::{Core, Running};
use leadbell::clock::Clock;
use leadbell::web::server;
use sqlx::{Connection as _, Row as _};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::bed::{self, Nobody, Size};
use crate::client::{Provider, request};
use crate::figures::{Line, Took, now, rate, resident_mb};

/// Turns that ours and the bare ones take.
const ROUNDS: usize = 8;

pub(crate) async fn measure(size: Size) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for (connections, requests) in [(1, size.pick(200, 4_000)), (16, size.pick(800, 24_000)), (64, size.pick(1_600, 48_000))] {
        lines.push(doors(connections, requests).await?);
    }
    lines.push(all_of_it(64, size.pick(1_600, 24_000)).await?);
    lines.push(Line::new("memory held at the end", format!("{} MB, the providers' included", resident_mb()), ""));
    Ok(lines)
}

/// The door alone.
async fn doors(connections: usize, requests: usize) -> Result<Line> {
    let folder = bed::folder()?;
    let core = bed::core(folder.path(), Clock::system()).await?;
    bed::add_source(&core).await?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let to = listener.local_addr()?;
    let stop = CancellationToken::new();
    let serving = tokio::spawn(server::serve(listener, core.router(), stop.clone()));
    ring(&core, to, connections, connections * 20).await?;
    let (mut took, mut bare_took, mut each, mut batch) = (Duration::ZERO, Duration::ZERO, Took::default(), 0);
    for _ in 0..ROUNDS {
        let before = core.store.commits();
        let (round, answers) = ring(&core, to, connections, requests / ROUNDS).await?;
        took += round;
        each.join(answers);
        batch = (requests / ROUNDS).div_ceil(usize::try_from(core.store.commits() - before)?.max(1));
        bare_took += bare(folder.path(), batch, requests / ROUNDS).await?;
    }
    stop.cancel();
    serving.await?;
    drop(core);
    Ok(line(format!("{connections} connections, {requests} webhooks"), &each.told(), (requests, batch), (took, bare_took)))
}

fn line(what: String, told: &str, (requests, batch): (usize, usize), (ours, bare): (Duration, Duration)) -> Line {
    let (ours, bare) = (rate(requests, ours), rate(requests, bare));
    Line::new(
        what,
        format!("{ours:.0} a second, {told}"),
        format!("{:.0} % of bare inserts {batch} a commit ({bare:.0} a second)", 100.0 * ours / bare),
    )
}

/// The door, and all that follows: leads matched and routed, cards posted to a chat that says yes at once. Until nothing waits.
async fn all_of_it(connections: usize, requests: usize) -> Result<Line> {
    let folder = bed::folder()?;
    let core = bed::core(folder.path(), Clock::system()).await?;
    bed::add_source(&core).await?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let to = listener.local_addr()?;
    let stop = CancellationToken::new();
    let running =
        Running { works: core.works(Arc::new(Nobody::default())), listener, router: core.router(), others: JoinSet::new() };
    let (runs, token) = (core.clone(), stop.clone());
    let serving = tokio::spawn(async move { runs.run(running, token).await });
    let since = now();
    let before = core.store.commits();
    let (_, mut each) = ring(&core, to, connections, requests).await?;
    let left = core.store.counts().await?.deliveries_new;
    while core.store.counts().await?.deliveries_new > 0 || core.store.next_card_due().await?.is_some() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let took = since.elapsed();
    let batch = requests.div_ceil(usize::try_from(core.store.commits() - before)?.max(1));
    stop.cancel();
    serving.await??;
    drop(core);
    let bare = bare(folder.path(), batch, requests).await?;
    Ok(line(
        format!("{connections} connections, {requests} webhooks to cards"),
        &format!("{}, {left} behind when the last was answered", each.told()),
        (requests, batch),
        (took, bare),
    ))
}

/// So many webhooks over so many connections, each sending its next when the last is answered.
async fn ring(core: &Core, to: SocketAddr, connections: usize, requests: usize) -> Result<(Duration, Took)> {
    let mut ready = Vec::new();
    let at = core.clock.now();
    let run = core.store.commits();
    for connection in 0..connections {
        let each = (0..requests / connections).map(|n| request(&format!("q{run}-{connection}-{n}"), at));
        ready.push((Provider::new(to).await?, each.collect::<Result<Vec<_>>>()?));
    }
    let since = now();
    let mut under_way = JoinSet::new();
    for (mut provider, requests) in ready {
        under_way.spawn(async move {
            let mut each = Took::default();
            for request in requests {
                let since = now();
                provider.send(&request).await?;
                each.add(since);
            }
            anyhow::Ok(each)
        });
    }
    let mut all = Took::default();
    while let Some(each) = under_way.join_next().await {
        all.join(each??);
    }
    Ok((since.elapsed(), all))
}

/// The same rows once more, bare.
async fn bare(folder: &Path, batch: usize, rows: usize) -> Result<Duration> {
    let mut conn = bed::plain(folder).await?;
    let row = sqlx::query("SELECT source, received_at, content_type, headers, body, proof FROM delivery LIMIT 1");
    let row = row.fetch_one(&mut conn).await?;
    let (source, at, kind): (String, i64, String) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
    let (headers, body, proof): (String, Vec<u8>, String) = (row.try_get(3)?, row.try_get(4)?, row.try_get(5)?);
    let sql = "INSERT INTO delivery (source, received_at, content_type, headers, body, proof, state) VALUES ($1, $2, $3, $4, $5, $6, 'new')";
    let since = now();
    let mut done = 0;
    while done < rows {
        sqlx::query("BEGIN IMMEDIATE").execute(&mut conn).await?;
        for _ in 0..batch.min(rows - done) {
            let insert = sqlx::query(sql).bind(&source).bind(at).bind(&kind).bind(&headers);
            insert.bind(&body).bind(&proof).execute(&mut conn).await?;
        }
        sqlx::query("COMMIT").execute(&mut conn).await?;
        done += batch;
    }
    let took = since.elapsed();
    conn.close().await?;
    Ok(took)
}
