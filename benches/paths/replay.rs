//! A draft tried on past leads by the real program: leads a second, and the most memory that it held.
//! Beside it: the same rows read bare, in one question, each column taken out.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use anyhow::{Result, ensure};
use futures_util::TryStreamExt as _;
use leadbell::clock::Clock;
use sqlx::{Connection as _, Row as _};

use crate::bed::{self, Size};
use crate::figures::{Line, now, rate};
use crate::fill;

/// Rules of the draft.
const RULES: usize = 20;

/// People of the team.
const PEOPLE: usize = 20;

/// Past leads are so far apart: 100 000 of them fill 29 days.
const APART_MS: i64 = 25_000;

pub(crate) async fn measure(size: Size) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for leads in size.pick(vec![2_000], vec![10_000, 100_000]) {
        lines.extend(with(leads).await?);
    }
    Ok(lines)
}

async fn with(leads: i64) -> Result<Vec<Line>> {
    let folder = bed::folder()?;
    let core = bed::core(folder.path(), Clock::system()).await?;
    for number in 0..PEOPLE {
        bed::rep(&core, number).await?;
    }
    fill::past(core, folder.path(), leads).await?;
    spread(folder.path()).await?;
    std::fs::write(folder.path().join("draft.toml"), draft()?)?;
    std::fs::write(folder.path().join("leadbell.toml"), format!("[http]\npublic_url = \"{}\"\n", bed::PUBLIC_URL))?;
    let (bare, read) = read(folder.path()).await?;
    let count = usize::try_from(leads)?;
    ensure!(read >= count, "{read} of {leads} rows were read");
    let (plain, _) = replay(folder.path(), &[]).await?;
    let (listed, most) = replay(folder.path(), &["--csv", "list.csv"]).await?;
    let list = std::fs::read_to_string(folder.path().join("list.csv"))?;
    ensure!(list.lines().count() > count, "the list has every lead");
    let line = |what: &str, took: Duration| {
        let figures = format!("{:.0} a second, {:.2} s", rate(count, took), took.as_secs_f64());
        let beside = format!("{:.1} x the rows read bare ({:.2} s)", took.as_secs_f64() / bare.as_secs_f64(), bare.as_secs_f64());
        Line::new(format!("{leads} leads, {RULES} rules, {PEOPLE} people: {what}"), figures, beside)
    };
    Ok(vec![
        line("tried", plain),
        line("tried and listed", listed),
        Line::new(format!("{leads} leads: most memory"), format!("{most} MB"), ""),
    ])
}

/// Leads that came in one after the other, from twenty sources.
async fn spread(folder: &Path) -> Result<()> {
    let mut conn = bed::plain(folder).await?;
    let newest = Clock::system().now().timestamp_millis() - 60_000;
    let sql = "UPDATE lead SET received_at = $1 - ((SELECT max(id) FROM lead) - id) * $2, source = 'source-' || (id % 20)";
    sqlx::query(sql).bind(newest).bind(APART_MS).execute(&mut conn).await?;
    conn.close().await?;
    Ok(())
}

fn draft() -> Result<String> {
    let mut text =
        "[company]\nname = \"Acme\"\ntimezone = \"Europe/Berlin\"\nhours = \"Mo-Fr 09:00-18:00; PH off\"\nholidays = \"DE\"\n\n\
        [[team]]\nkey = \"sales\"\nchannel = \"leads\"\ncaptain = \"rep0\"\n\
        ladder = [{ step = \"offer\", for = \"5m\", times = 2 }, { step = \"assign\", to = \"captain\" }]\n"
            .to_owned();
    write!(text, "\n[[score]]\nwhen = 'lead.need.has(\"technicians\")'\npoints = 60\nwhy = \"technicians\"\n")?;
    for rule in 1..RULES {
        let when = format!("lead.source == \"source-{rule}\" && lead.score >= 10");
        write!(text, "\n[[route]]\nname = \"rule {rule}\"\nwhen = '{when}'\nteam = \"sales\"\n")?;
    }
    write!(text, "\n[[route]]\nname = \"everything else\"\nteam = \"sales\"\n")?;
    Ok(text)
}

/// How long the program takes, and the most memory that it held, in MB.
async fn replay(folder: &Path, more: &[&str]) -> Result<(Duration, u64)> {
    bed::program(folder, &[&["playbook", "replay", "draft.toml", "--days", "60"], more].concat()).await
}

/// The rows that a replay needs, and nothing made of them; how many there were.
async fn read(folder: &Path) -> Result<(Duration, usize)> {
    let mut conn = bed::plain(folder).await?;
    let sql = "SELECT l.id, l.received_at, l.source, l.contact, l.need, l.answers, l.last_owner, a.facts
        FROM lead l JOIN activity a ON a.lead = l.id AND a.rev = 1 ORDER BY l.received_at, l.id";
    let since = now();
    let (mut count, mut bytes) = (0, 0);
    let mut rows = sqlx::query(sql).fetch(&mut conn);
    while let Some(row) = rows.try_next().await? {
        count += 1;
        for column in ["source", "contact", "answers", "facts"] {
            bytes += row.try_get::<&str, _>(column)?.len();
        }
    }
    drop(rows);
    let took = since.elapsed();
    ensure!(bytes > count, "the rows hold something");
    conn.close().await?;
    Ok((took, count))
}
