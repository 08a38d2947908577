//! The whole engine on a real database, against a chat in memory, people who click at the same instant, and everything that goes wrong.
//! Time and chance are drawn from one seed, so that a seed that fails fails again: `LEADBELL_SEED=7 cargo nextest run … --no-capture`.
//! `LEADBELL_SEEDS` says how many seeds are run.
//! Invariant: nothing here reads the machine's clock or chance; whatever differs between two runs of a seed is a mistake.

mod apart;
mod chat;
mod days;
mod deeds;
mod eye;
mod hooks;
mod laws;
mod life;
mod link;
mod listed;
mod lot;
mod people;
mod plan;
#[cfg(feature = "planted")]
mod planted;
mod rest;
mod signals;
mod steps;
mod trades;
mod world;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use life::Life;
use world::World;

/// Seeds of an ordinary run.
const SEEDS: u64 = 40;

/// One seed in so many is run twice.
const TWICE_EVERY: u64 = 50;

/// Lines of the trace that a failure shows.
const TRACE_SHOWN: usize = 60;

/// What a seed left behind.
#[derive(Debug, PartialEq, Eq)]
struct Left {
    wrong: Option<String>,
    trace: Vec<String>,
    everything: String,
}

/// Runs one seed from its first step to its rest.
fn live(seed: u64) -> Left {
    let folder = folder();
    let world = Arc::new(World::new(seed, folder.path().to_owned()));
    let steps = world.state().plan.steps;
    world.say(format!("{:?}", world.state().plan.faults));
    let lived = catch_unwind(AssertUnwindSafe(|| {
        let mut life = Life::first(&world);
        for _ in 0..steps {
            life = steps::step(life, &world);
            if world.first_wrong().is_some() {
                return String::new();
            }
        }
        rest::come_to_rest(&life, &world);
        life.see(life.eye().everything())
    }));
    let everything = lived.unwrap_or_else(|_| {
        world.wrong("it panics");
        String::new()
    });
    Left { wrong: world.first_wrong(), trace: world.trace(), everything }
}

/// In memory where the machine offers that: syncing a disk is not what is tested here.
fn folder() -> tempfile::TempDir {
    let memory = std::path::Path::new("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    made.expect("there is room for a folder")
}

/// When a run of many seeds is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Until {
    /// When one fails.
    OneFails,
    /// When all were run.
    AllAreRun,
}

/// Runs seeds on two threads; those that failed, in order.
fn failures(seeds: std::ops::Range<u64>, until: Until) -> BTreeMap<u64, Left> {
    let (next, failed) = (AtomicU64::new(seeds.start), Mutex::new(BTreeMap::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    let is_over = || {
                        until == Until::OneFails
                            && failed.lock().is_ok_and(|f: std::sync::MutexGuard<'_, BTreeMap<_, _>>| !f.is_empty())
                    };
                    if seed >= seeds.end || is_over() {
                        return;
                    }
                    let left = live(seed);
                    if left.wrong.is_some() {
                        failed.lock().expect("nothing panics while it is held").insert(seed, left);
                    }
                }
            });
        }
    });
    failed.into_inner().expect("nothing panics while it is held")
}

fn tell(seed: u64, left: &Left) -> String {
    let mut told = String::new();
    let from = left.trace.len().saturating_sub(TRACE_SHOWN);
    for line in &left.trace[from..] {
        writeln!(told, "{line}").expect("a string takes text");
    }
    let wrong = left.wrong.as_deref().unwrap_or("nothing");
    format!(
        "seed {seed}: {wrong}\n\n{told}\nOnce more, with the whole trace: LEADBELL_SEED={seed} cargo nextest run -p leadbell --test it -E 'test(promises_are_kept)' --no-capture"
    )
}

fn wanted() -> u64 {
    std::env::var("LEADBELL_SEEDS").ok().and_then(|n| n.parse().ok()).unwrap_or(SEEDS)
}

#[test]
fn promises_are_kept_whatever_happens() {
    if let Some(seed) = std::env::var("LEADBELL_SEED").ok().and_then(|n| n.parse().ok()) {
        let left = live(seed);
        println!("{}", left.trace.join("\n"));
        assert_eq!(left.wrong, None, "seed {seed}");
        return;
    }
    let failed = failures(0..wanted(), Until::AllAreRun);
    if let Some((seed, left)) = failed.first_key_value() {
        let each: Vec<String> =
            failed.iter().map(|(seed, left)| format!("seed {seed}: {}", left.wrong.as_deref().unwrap_or_default())).collect();
        panic!("{} of {} seeds fail:\n{}\n\n{}", failed.len(), wanted(), each.join("\n"), tell(*seed, left));
    }
}

#[test]
fn the_same_seed_gives_the_same_database() {
    for seed in 0..(wanted() / TWICE_EVERY).max(2) {
        let (one, other) = (live(seed), live(seed));
        for (nth, (a, b)) in one.trace.iter().zip(&other.trace).enumerate() {
            assert_eq!(a, b, "seed {seed}, line {nth} of the trace");
        }
        assert!(one == other, "seed {seed} ends with two databases");
    }
}
