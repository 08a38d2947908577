//! A file of leads: the real program brings it in, beside the same rows written bare, lead by lead, in commits of the same size.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use leadbell::clock::Clock;
use sqlx::{AssertSqlSafe, Connection as _, Row as _};

use crate::bed::{self, Size};
use crate::figures::{Line, now, rate};

/// What the program brings in at once.
const WAVE: usize = 128;

/// The tables of a lead, and how each calls it.
const TABLES: [(&str, &str); 4] = [("lead", "id"), ("activity", "lead"), ("card", "lead"), ("submission", "lead")];

pub(crate) async fn measure(size: Size) -> Result<Vec<Line>> {
    let rows = size.pick(2_000, 100_000);
    let folder = bed::folder()?;
    let core = bed::core(folder.path(), Clock::system()).await?;
    bed::add_source(&core).await?;
    drop(core);
    write(folder.path(), rows)?;
    let (first, most) = import(folder.path()).await?;
    let bare = bare(folder.path(), rows).await?;
    let (again, _) = import(folder.path()).await?;
    let line = |what: String, took: Duration, beside: String| {
        Line::new(what, format!("{:.0} a second, {:.1} s", rate(rows, took), took.as_secs_f64()), beside)
    };
    let share = 100.0 * rate(rows, first) / rate(rows, bare);
    Ok(vec![
        line(format!("{rows} rows come in"), first, format!("{share:.0} % of bare inserts ({:.0} a second)", rate(rows, bare))),
        line(format!("{rows} rows that came in before"), again, String::new()),
        Line::new("most memory", format!("{most} MB"), ""),
    ])
}

fn write(folder: &Path, rows: usize) -> Result<()> {
    let mut file = "Full name,E-mail,Phone,Company,Notes\n".to_owned();
    for n in 0..rows {
        writeln!(file, "Person {n},person.{n}@example.com,+1 202 555 {:04},Studio {n},\"Seats, {n}\"", n % 10_000)?;
    }
    std::fs::write(folder.join("leads.csv"), file)?;
    let settings = format!("[http]\npublic_url = \"{}\"\n", bed::PUBLIC_URL);
    std::fs::write(folder.join("leadbell.toml"), settings)?;
    Ok(())
}

/// How long the program takes, and the most memory that it held, in MB.
async fn import(folder: &Path) -> Result<(Duration, u64)> {
    bed::program(folder, &["import", "leads.csv", "--source", bed::SOURCE, "--yes"]).await
}

/// The same rows into a second file with the same tables.
async fn bare(folder: &Path, rows: usize) -> Result<Duration> {
    let second = bed::folder()?;
    drop(bed::core(second.path(), Clock::system()).await?);
    let mut conn = bed::plain(second.path()).await?;
    sqlx::query("PRAGMA foreign_keys = OFF").execute(&mut conn).await?;
    let from = folder.join("leadbell.db");
    sqlx::query("ATTACH $1 AS imported").bind(from.to_str().context("a path of letters")?.to_owned()).execute(&mut conn).await?;
    let ids: Vec<i64> =
        sqlx::query("SELECT id FROM imported.lead").fetch_all(&mut conn).await?.iter().map(|row| row.get(0)).collect();
    ensure!(ids.len() == rows, "{} of {rows} rows came in", ids.len());
    let copies = TABLES.map(|(table, lead)| format!("INSERT INTO main.{table} SELECT * FROM imported.{table} WHERE {lead} = $1"));
    let since = now();
    for wave in ids.chunks(WAVE) {
        sqlx::query("BEGIN IMMEDIATE").execute(&mut conn).await?;
        for id in wave {
            for copy in &copies {
                sqlx::query(AssertSqlSafe(copy.clone())).bind(id).execute(&mut conn).await?;
            }
        }
        sqlx::query("COMMIT").execute(&mut conn).await?;
    }
    let took = since.elapsed();
    conn.close().await?;
    Ok(took)
}
