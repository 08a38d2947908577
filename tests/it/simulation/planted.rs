//! The test of the simulation itself: bugs put in on purpose, each of which it must find. `LEADBELL_BUGS` names those that are wanted by how
//! they begin, such as `sequence,signal`.

use std::fmt::Write as _;

use super::{Until, failures};

/// Seeds within which each must be found.
const SEEDS: u64 = 600;

/// Names, with commas between, of those that are looked for alone: the others take long.

/// Name, what is wrong.
const BUGS: &[(&str, &str)] = &[
    ("fresh-nonce", "a card that is posted again gets another nonce"),
    ("no-lookup", "what may have been posted is not looked for"),
    ("shown-by-hope", "a card is recorded as showing more than it does"),
    ("doubt-is-success", "an edit that nobody answered counts as made"),
    ("gone-is-success", "a card that somebody deleted is not posted again"),
    ("old-copy-stays", "of three copies in a row, only one is taken away"),
    ("ring-forgotten", "a ring that came while a copy was on its way is not rung"),
    ("card-not-raised", "the card does not hear that its lead is closed"),
    ("pile-not-raised", "the message of those that wait does not hear that somebody took one of them"),
    ("bundle-by-its-first", "a message of several notices goes out under the nonce of the first"),
    ("second-owner", "a claim does not look whether somebody has the lead"),
    ("clocks-outlive", "the clocks of a closed lead run on"),
    ("release-runs-on", "a lead that is worked is taken back all the same"),
    ("woken-for-anybody", "a lead that wakes goes to its owner even when they may not have it"),
    ("taken-back-to-nowhere", "a lead is taken back and the ladder does not begin again"),
    ("no-cooling-off", "who was relieved of a lead may have it again at once"),
    ("no-skills", "what a route requires is asked of nobody"),
    ("no-cap", "there is no most of untouched leads"),
    ("offer-to-the-same-again", "who has been asked is asked again"),
    ("offer-never-lapses", "nobody hears that the time of an offer is over"),
    ("offer-to-anybody", "a lead is offered to whose turn it is, whether they may have it or not"),
    ("asked-not-counted", "what somebody is asked about does not count as theirs"),
    ("turn-not-written", "the ledger misses a claim"),
    ("reminded-of-what-is-gone", "a decision reminds of what it takes away"),
    ("scored-once", "what a lead is worth is worked out once"),
    ("rung-without-end", "a rung of the ladder has no end"),
    ("reasons-never-go", "a notice stays when the lead has moved on"),
    ("holds-for-ever", "nobody asks whether a notice's reason still holds"),
    ("signal-twice", "a signal that comes twice counts twice"),
    ("signal-wakes-nobody", "who turns hot or replies sleeps on"),
    ("signal-of-the-left-alone", "what they do is noted of those who asked to be left alone"),
    ("sequence-not-written", "a message of a sequence is said to be written, and is not there to be sent"),
    ("sequence-step-again", "a step of a sequence does not count as done"),
    ("sequence-outlives-sleep", "a sequence goes on when its lead sleeps no more"),
    ("deed-twice", "a click that comes twice counts twice"),
    ("no-dedupe", "a submission that comes twice is two leads"),
    ("second-lead-for-the-same-person", "who asks again gets a second lead"),
    ("came-again-wakes-nobody", "who asks again does not end their lead's sleep"),
    ("came-again-untold", "the owner does not hear that somebody asked again"),
    ("merge-forgets-the-other", "of two leads that are merged, only one is written"),
    ("help-outlives", "a question stays open when the lead goes to somebody else"),
    ("undo-without-clocks", "a merge that is taken back leaves a lead without promises"),
    ("undo-leaves-the-deal-rows", "what is taken back is counted as it was before"),
    ("customer-never-quiet", "nobody waits for a customer to fall silent"),
    ("answer-first", "a request is answered before it is kept"),
    ("spool-emptied-first", "a spooled request is removed before it is kept"),
    ("done-after-the-first", "a delivery of several leads is done after the first"),
    ("repair-without-end", "what nobody mends is never over"),
    ("mended-by-its-owner", "who gave a lead up as wrong may be asked to mend it"),
    ("mended-for-the-fixer", "who mends a lead gets it"),
    ("left-alone-unlisted", "who asked to be left alone is not put on the list"),
    ("left-alone-for-ever", "who came back by themselves stays on the list"),
    ("linked-one-way", "who decides for a lead does not know of it"),
    ("unmended-turn-kept", "a lead that nobody could mend costs its turn"),
    ("agenda-on-leave", "who is away hears of their day"),
    ("day-twice", "what was told of a day is told again by the next process"),
    ("digest-catches-up", "after a standstill each report comes that was missed"),
];

#[test]
fn every_planted_bug_is_found() {
    let (mut report, mut missed) = (String::new(), Vec::new());
    let wanted = std::env::var("LEADBELL_BUGS").unwrap_or_default();
    let is_wanted = |bug: &str| wanted.is_empty() || wanted.split(',').any(|begin| bug.starts_with(begin));
    for (bug, what) in BUGS.iter().filter(|(bug, _)| is_wanted(bug)) {
        leadbell::planted::plant(&[bug]);
        let found = failures(0..SEEDS, Until::OneFails);
        let line = match found.first_key_value() {
            Some((seed, left)) => {
                format!("seed {seed:3}: {}", left.wrong.as_deref().unwrap_or_default().chars().take(110).collect::<String>())
            }
            None => {
                missed.push(*bug);
                format!("not in {SEEDS} seeds ({what})")
            }
        };
        writeln!(report, "{bug:32} {line}").expect("a string takes text");
    }
    leadbell::planted::plant(&[]);
    println!("{report}");
    assert!(missed.is_empty(), "not found: {missed:?}\n{report}");
}
