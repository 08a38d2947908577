//! What it takes to find out where one lead goes: all rules judged, and everybody of the team put in order of turn.
//! Beside it: the same lead read and written bare, in a commit of its own, which every lead costs anyway.

use std::fmt::Write as _;
use std::hint::black_box;

use anyhow::{Context as _, Result, ensure};
use leadbell::clock::Clock;
use leadbell::domain::decide::decide;
use leadbell::domain::event::Event;
use leadbell::domain::fact::Fact;
use leadbell::domain::{fairness, portrait, routing, scoring};
use leadbell::store::AuditEntry;
use sqlx::Connection as _;

use crate::bed::{self, Size};
use crate::figures::{Line, Took, now, times};
use crate::fill;

/// Leads in each measurement.
const ROUNDS: usize = 200;

pub(crate) async fn measure(size: Size) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for (rules, people) in size.pick(vec![(50, 20)], vec![(20, 20), (500, 1_000)]) {
        lines.extend(with(rules, people).await?);
    }
    Ok(lines)
}

/// Each rule but the last asks for another source, so that all of them are judged.
fn playbook(rules: usize) -> Result<String> {
    let mut text = "[company]\nname = \"Acme\"\ntimezone = \"UTC\"\nhours = \"24/7\"\n\n[promises]\nuntouched_max = 1000\n\n\
        [[team]]\nkey = \"sales\"\nchannel = \"leads\"\ncaptain = \"rep0\"\n\
        ladder = [{ step = \"offer\", for = \"5m\", times = 2 }, { step = \"assign\", to = \"captain\" }]\n"
        .to_owned();
    for rule in 1..rules {
        let when = format!("lead.source == \"source-{rule}\" && lead.score >= {}", rule % 100);
        write!(text, "\n[[route]]\nname = \"rule {rule}\"\nwhen = '{when}'\nteam = \"sales\"\n")?;
    }
    write!(text, "\n[[route]]\nname = \"everything else\"\nteam = \"sales\"\n")?;
    Ok(text)
}

async fn with(rules: usize, people: usize) -> Result<Vec<Line>> {
    let folder = bed::folder()?;
    let clock = Clock::manual(bed::monday());
    let core = bed::core(folder.path(), clock.clone()).await?;
    let by = AuditEntry { at: clock.now(), actor: "bench".to_owned(), deed: "playbook.apply".to_owned(), about: String::new() };
    core.store.apply_playbook(playbook(rules)?, by).await?;
    for number in 0..people {
        bed::rep(&core, number).await?;
    }
    let arrived = fill::arrive(&core, 0, clock.now()).await?;
    let lead = core.store.lead(arrived).await?.context("it is there")?;
    let snapshot = core.store.glance(clock.now()).await?;
    let event = Event::Arrived { profile: Box::new(lead.profile.clone()), taken_by: None };
    let (mut decided, mut judged, mut ordered) = (Took::default(), Took::default(), Took::default());
    for _ in 0..ROUNDS {
        let since = now();
        let decision = black_box(decide(&snapshot, &event, clock.now()));
        decided.add(since);
        ensure!(decision.facts.iter().any(|fact| matches!(fact, Fact::Offered { .. })), "somebody is asked");
        let since = now();
        let values = portrait::values(&lead.profile, 1, &snapshot.playbook);
        let (score, _) = scoring::score(&lead.profile, &values, &snapshot.playbook);
        let routed = black_box(routing::route(&values, &score, &snapshot.playbook)).context("the last rule holds")?;
        judged.add(since);
        let since = now();
        let order = black_box(fairness::order(
            &snapshot.beside.ledger,
            &routed.team,
            (&snapshot.roster, clock.now()),
            &snapshot.beside.asked,
        ));
        ordered.add(since);
        ensure!(order.len() == people, "{} are in turn", order.len());
    }
    let mut through = Took::default();
    for nth in 1..=ROUNDS {
        let since = now();
        fill::arrive(&core, nth, clock.now()).await?;
        through.add(since);
    }
    drop(core);
    let mut bare = bare(&folder, arrived.0).await?;
    let mut line = |what: &str, took: &mut Took| {
        let beside = times(took.percentile(50), bare.percentile(50), "the lead read and written bare");
        Line::new(format!("{rules} rules, {people} people: {what}"), took.told(), format!("p50 {beside}"))
    };
    Ok(vec![
        line("decided", &mut decided),
        line("of that, rules judged", &mut judged),
        line("of that, people put in order once", &mut ordered),
        line("come in and committed", &mut through),
    ])
}

async fn bare(folder: &tempfile::TempDir, lead: i64) -> Result<Took> {
    let mut conn = bed::plain(folder.path()).await?;
    let mut took = Took::default();
    for _ in 0..ROUNDS {
        let since = now();
        sqlx::query("BEGIN IMMEDIATE").execute(&mut conn).await?;
        sqlx::query("SELECT id, rev, course, received_at, source, contact, need, answers FROM lead WHERE id = $1")
            .bind(lead)
            .fetch_one(&mut conn)
            .await?;
        sqlx::query("UPDATE lead SET course = course, wake_at = wake_at + 1 WHERE id = $1").bind(lead).execute(&mut conn).await?;
        sqlx::query("COMMIT").execute(&mut conn).await?;
        took.add(since);
    }
    conn.close().await?;
    Ok(took)
}
