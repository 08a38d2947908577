//! What the fuzzer knows, kept: every input of its corpus goes through its door again, whole and in some changed forms.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use leadbell::foreign::DOORS;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

/// How often each input is changed, unless `LEADBELL_FUZZ_CHANGES` says it.
const CHANGES: usize = 12;

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus")
}

fn files(door: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = corpus().join(door);
    let listed = std::fs::read_dir(&folder).unwrap_or_else(|why| panic!("{} cannot be read: {why}", folder.display()));
    let mut files: Vec<PathBuf> = listed.map(|entry| entry.expect("the folder can be listed").path()).collect();
    files.sort();
    files.into_iter().map(|file| (file.clone(), std::fs::read(file).expect("a kept input can be read"))).collect()
}

#[test]
fn every_door_has_a_corpus_and_every_corpus_a_door() {
    let kept: BTreeSet<String> =
        std::fs::read_dir(corpus()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let doors: BTreeSet<String> = DOORS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(kept, doors);
    let bytes: usize = doors.iter().flat_map(|door| files(door)).map(|(_, bytes)| bytes.len()).sum();
    assert!(bytes < 1_000_000, "the corpus has {bytes} bytes: merge it, see fuzz/README.md");
}

#[test]
fn nothing_that_was_found_once_breaks_a_parser_again() {
    for (door, through) in DOORS {
        let inputs = files(door);
        assert!(inputs.len() >= 3, "{door} has {} inputs", inputs.len());
        for (file, bytes) in &inputs {
            println!("{}", file.display());
            through(bytes);
        }
    }
}

#[test]
fn what_is_nearly_right_breaks_no_parser() {
    let changes = std::env::var("LEADBELL_FUZZ_CHANGES").ok().and_then(|n| n.parse().ok()).unwrap_or(CHANGES);
    for (door, through) in DOORS {
        let inputs = files(door);
        for (at, (file, bytes)) in inputs.iter().enumerate().take(60) {
            for seed in 0..changes {
                println!("{}, change {seed}", file.display());
                let mut random = StdRng::seed_from_u64((at * 1_000_000 + seed) as u64);
                through(&changed(bytes, &inputs[random.random_range(0..inputs.len())].1, &mut random));
            }
        }
    }
}

/// One to four changes: bits turned, pieces taken out, doubled, swapped for those of another input, numbers blown up.
fn changed(bytes: &[u8], other: &[u8], random: &mut StdRng) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..random.random_range(1..5) {
        let piece = |of: &[u8], random: &mut StdRng| {
            let from = random.random_range(0..=of.len());
            (from, random.random_range(from..=of.len().min(from + 64)))
        };
        let (from, to) = piece(&bytes, random);
        match random.random_range(0..6) {
            0 if !bytes.is_empty() => {
                let at = random.random_range(0..bytes.len());
                bytes[at] ^= 1 << random.random_range(0..8);
            }
            1 => drop(bytes.drain(from..to)),
            2 => {
                let again = bytes[from..to].repeat(random.random_range(1..40));
                drop(bytes.splice(from..from, again));
            }
            3 => {
                let (f, t) = piece(other, random);
                drop(bytes.splice(from..to, other[f..t].iter().copied()));
            }
            4 => bytes.truncate(from),
            _ => {
                const WORDS: [&[u8]; 8] = [
                    b"\0",
                    b"\xff",
                    b"\xf0\x9f",
                    "\u{202e}".as_bytes(),
                    b"\r\n\r\n",
                    b"99999999999999999999",
                    b"[[[[[[[[",
                    b"\\ud800",
                ];
                let word = WORDS[random.random_range(0..WORDS.len())];
                drop(bytes.splice(from..from, word.iter().copied()));
            }
        }
    }
    bytes
}
