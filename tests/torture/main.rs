//! The real program under load, killed at random, over and over; then everything is compared with what the world was told.
//!
//! `LEADBELL_TORTURE_CYCLES` says how often (5), `LEADBELL_TORTURE_SEED` repeats what is drawn: how long each life lasts, how it
//! ends, what is sent. What the machine makes of it differs each time, as it must in a test that kills.
//! `LEADBELL_TORTURE_BINARY` names another program to be killed than the one that was just built.

mod company;
mod load;
mod program;
mod verdict;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use leadbell::clock::Clock;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use tokio::sync::Notify;
use tokio::time::Instant;

use company::{Company, Pace};
use load::{Ledger, Load, REPS};
use program::Program;
use verdict::Verdict;

/// How long a press of a button is waited for before a life ends.
const AIM_WITHIN: Duration = Duration::from_millis(300);

/// How one life of the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// Killed.
    Killed,
    /// Killed before it was ready.
    KilledAtBirth,
    /// Asked to end.
    Asked,
    /// It does not end: it only stands still for a while.
    Frozen,
}

/// One life of the program.
#[derive(Debug, Clone, Copy)]
struct Life {
    /// From ready to the end; of one that is killed at birth, from the start.
    lasts: Duration,
    end: End,
    /// How long it stands still, when that is its end.
    stands: Duration,
    /// Its end comes so soon after the next press of a button, so that it often falls between a deed and its answer.
    aimed: Option<Duration>,
}

impl Life {
    fn draw(rng: &mut StdRng) -> Self {
        let end = match rng.random_range(0..100) {
            0..72 => End::Killed,
            72..80 => End::KilledAtBirth,
            80..95 => End::Asked,
            _ => End::Frozen,
        };
        let lasts = if end == End::KilledAtBirth { rng.random_range(5..150) } else { rng.random_range(50..1_500) };
        let stands = Duration::from_millis(rng.random_range(100..1_500));
        let aimed = rng.random_bool(0.5).then(|| Duration::from_micros(rng.random_range(0..12_000)));
        Self { lasts: Duration::from_millis(lasts), end, stands, aimed }
    }
}

/// What is told at the end.
#[derive(Debug, Default)]
struct Told {
    killed: u32,
    killed_at_birth: u32,
    asked: u32,
    frozen: u32,
    starts: Vec<Duration>,
    ends: Vec<Duration>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_random_under_load_it_loses_nothing_and_does_nothing_twice() {
    let cycles = from_env("LEADBELL_TORTURE_CYCLES").unwrap_or(5);
    let seed = from_env("LEADBELL_TORTURE_SEED").unwrap_or_else(|| Clock::system().now().timestamp_millis().unsigned_abs());
    println!("torture: {cycles} cycles, LEADBELL_TORTURE_SEED={seed}");
    let calm = cycles.div_ceil(2);
    torture(Pace::Calm, (calm, seed)).await;
    torture(Pace::Hasty, (cycles - calm, seed)).await;
}

async fn torture(pace: Pace, (cycles, seed): (u64, u64)) {
    let company = Arc::new(Company::new(REPS, pace).await);
    let binary = own_copy(&company);
    let began = Instant::now();
    let load = Load::start(&company, seed);
    let told = lives(&company, &binary, &load.pressed(), (cycles, seed)).await;
    let ledger = load.stop().await;
    let lived = began.elapsed();

    let mut program = Program::start(&binary, &company, &[]);
    program.ready(&company).await;
    verdict::rest(&company).await;
    end_orderly(program, &company).await;
    let verdict = verdict::judge(&company, &ledger).await;
    println!("{pace:?}, {cycles} cycles:\n{}", summary(&told, &ledger, &verdict));
    println!("  {} s of lives, {} s in all", lived.as_secs(), began.elapsed().as_secs());
    if !verdict.wrong.is_empty() {
        let kept = keep(&company);
        let shown = verdict.wrong.iter().take(40).map(String::as_str).collect::<Vec<_>>().join("\n  ");
        panic!("{} things are wrong; database and log are kept in {}:\n  {shown}", verdict.wrong.len(), kept.display());
    }
}

/// Starts the program and ends it again, as often as asked.
async fn lives(company: &Company, binary: &Path, pressed: &Notify, (cycles, seed): (u64, u64)) -> Told {
    let (mut rng, mut told) = (StdRng::seed_from_u64(seed), Told::default());
    let mut running: Option<Program> = None;
    for _ in 0..cycles {
        let life = Life::draw(&mut rng);
        let started = Instant::now();
        let mut program = running.take().unwrap_or_else(|| Program::start(binary, company, &[]));
        if life.end != End::KilledAtBirth {
            program.ready(company).await;
            told.starts.push(started.elapsed());
        }
        tokio::time::sleep(life.lasts).await;
        if let Some(after) = life.aimed {
            drop(tokio::time::timeout(AIM_WITHIN, pressed.notified()).await);
            tokio::time::sleep(after).await;
        }
        assert!(program.ended().is_none(), "it ended by itself; see {}", keep(company).join("log").display());
        match life.end {
            End::Killed | End::KilledAtBirth => {
                program.signal("KILL").await;
                program.wait().await;
                *(if life.end == End::Killed { &mut told.killed } else { &mut told.killed_at_birth }) += 1;
            }
            End::Asked => {
                let asked = Instant::now();
                end_orderly(program, company).await;
                told.ends.push(asked.elapsed());
                told.asked += 1;
            }
            End::Frozen => {
                program.signal("STOP").await;
                tokio::time::sleep(life.stands).await;
                program.signal("CONT").await;
                told.frozen += 1;
                running = Some(program);
            }
        }
    }
    told
}

async fn end_orderly(program: Program, company: &Company) {
    program.signal("TERM").await;
    let status = program.wait().await;
    assert!(status.success(), "asked to end, it ended with {status}; see {}", keep(company).join("log").display());
}

/// A copy of the program, so that a build meanwhile changes nothing.
fn own_copy(company: &Company) -> PathBuf {
    let given = std::env::var_os("LEADBELL_TORTURE_BINARY").map(PathBuf::from);
    let copy = company.path("leadbell");
    std::fs::copy(given.unwrap_or_else(|| env!("CARGO_BIN_EXE_leadbell").into()), &copy).expect("the program can be copied");
    copy
}

/// Keeps what is needed to find out what happened.
fn keep(company: &Company) -> PathBuf {
    let kept = std::env::temp_dir().join(format!("leadbell-torture-{}", std::process::id()));
    std::fs::create_dir_all(&kept).expect("a folder");
    for name in ["log", "data/leadbell.db", "data/leadbell.db-wal"] {
        let to = kept.join(Path::new(name).file_name().expect("a file"));
        drop(std::fs::copy(company.path(name), to));
    }
    kept
}

fn summary(told: &Told, ledger: &Ledger, verdict: &Verdict) -> String {
    let milliseconds = |spans: &[Duration]| {
        let mut spans: Vec<_> = spans.iter().map(Duration::as_millis).collect();
        spans.sort_unstable();
        let at = |part: usize| spans.get((spans.len() * part / 100).min(spans.len().saturating_sub(1))).copied().unwrap_or(0);
        format!("{} ms (median), {} ms (longest)", at(50), at(100))
    };
    format!(
        "  {} killed, {} killed while they started, {} asked to end, {} frozen; starts {}; orderly ends {}\n\
         \u{20} {} leads sent, {} of them accepted; {} deliveries repeated, {} unanswered, refused {:?}\n\
         \u{20} {} leads kept, {} owned; {} presses, {} answered, {} told \"yours\"; {} notices; {} things wrong",
        told.killed,
        told.killed_at_birth,
        told.asked,
        told.frozen,
        milliseconds(&told.starts),
        milliseconds(&told.ends),
        ledger.sent.len(),
        ledger.accepted.len(),
        ledger.repeated,
        ledger.lost,
        ledger.refused,
        verdict.leads,
        verdict.owned,
        ledger.pressed,
        ledger.answered,
        verdict.yours,
        verdict.notices,
        verdict.wrong.len(),
    )
}

fn from_env(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is a whole number, not {text:?}")))
}
