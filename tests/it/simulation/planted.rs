//! The test of the simulation itself: bugs put in on purpose, each of which it must find. `LEADBELL_BUGS` names those that are wanted by how
//! they begin, such as `sequence,signal`.

use std::fmt::Write as _;

use super::{Until, failures};

/// Seeds within which each must be found.
const SEEDS: u64 = 600;

/// Name, the seed that found it last, what is wrong. That seed is tried first; another change may let others find it.
const BUGS: &[(&str, u64, &str)] = &[
    ("fresh-nonce", 0, "a card that is posted again gets another nonce"),
    ("no-lookup", 0, "what may have been posted is not looked for"),
    ("shown-by-hope", 0, "a card is recorded as showing more than it does"),
    ("doubt-is-success", 8, "an edit that nobody answered counts as made"),
    ("gone-is-success", 5, "a card that somebody deleted is not posted again"),
    ("old-copy-stays", 10, "of three copies in a row, only one is taken away"),
    ("ring-forgotten", 19, "a ring that came while a copy was on its way is not rung"),
    ("card-not-raised", 3, "the card does not hear that its lead is closed"),
    ("pile-not-raised", 52, "the message of those that wait does not hear that somebody took one of them"),
    ("bundle-by-its-first", 8, "a message of several notices goes out under the nonce of the first"),
    ("second-owner", 1, "a claim does not look whether somebody has the lead"),
    ("clocks-outlive", 3, "the clocks of a closed lead run on"),
    ("release-runs-on", 5, "a lead that is worked is taken back all the same"),
    ("woken-for-anybody", 128, "a lead that wakes goes to its owner even when they may not have it"),
    ("taken-back-to-nowhere", 6, "a lead is taken back and the ladder does not begin again"),
    ("no-cooling-off", 9, "who was relieved of a lead may have it again at once"),
    ("no-skills", 0, "what a route requires is asked of nobody"),
    ("no-cap", 8, "there is no most of untouched leads"),
    ("offer-to-the-same-again", 6, "who has been asked is asked again"),
    ("offer-never-lapses", 0, "nobody hears that the time of an offer is over"),
    ("offer-to-anybody", 0, "a lead is offered to whose turn it is, whether they may have it or not"),
    ("asked-not-counted", 8, "what somebody is asked about does not count as theirs"),
    ("turn-not-written", 2, "the ledger misses a claim"),
    ("reminded-of-what-is-gone", 6, "a decision reminds of what it takes away"),
    ("scored-once", 14, "what a lead is worth is worked out once"),
    ("rung-without-end", 1, "a rung of the ladder has no end"),
    ("reasons-never-go", 1, "a notice stays when the lead has moved on"),
    ("holds-for-ever", 86, "nobody asks whether a notice's reason still holds"),
    ("signal-twice", 4, "a signal that comes twice counts twice"),
    ("signal-wakes-nobody", 18, "who turns hot or replies sleeps on"),
    ("signal-of-the-left-alone", 7, "what they do is noted of those who asked to be left alone"),
    ("sequence-not-written", 6, "a message of a sequence is said to be written, and is not there to be sent"),
    ("sequence-step-again", 519, "a step of a sequence does not count as done"),
    ("sequence-outlives-sleep", 6, "a sequence goes on when its lead sleeps no more"),
    ("deed-twice", 5, "a click that comes twice counts twice"),
    ("no-dedupe", 2, "a submission that comes twice is two leads"),
    ("second-lead-for-the-same-person", 4, "who asks again gets a second lead"),
    ("came-again-wakes-nobody", 122, "who asks again does not end their lead's sleep"),
    ("came-again-untold", 4, "the owner does not hear that somebody asked again"),
    ("merge-forgets-the-other", 2, "of two leads that are merged, only one is written"),
    ("help-outlives", 15, "a question stays open when the lead goes to somebody else"),
    ("undo-without-clocks", 2, "a merge that is taken back leaves a lead without promises"),
    ("undo-leaves-the-deal-rows", 218, "what is taken back is counted as it was before"),
    ("customer-never-quiet", 132, "nobody waits for a customer to fall silent"),
    ("answer-first", 6, "a request is answered before it is kept"),
    ("spool-emptied-first", 6, "a spooled request is removed before it is kept"),
    ("done-after-the-first", 70, "a delivery of several leads is done after the first"),
    ("repair-without-end", 4, "what nobody mends is never over"),
    ("mended-by-its-owner", 5, "who gave a lead up as wrong may be asked to mend it"),
    ("mended-for-the-fixer", 118, "who mends a lead gets it"),
    ("left-alone-unlisted", 12, "who asked to be left alone is not put on the list"),
    ("left-alone-for-ever", 2, "who came back by themselves stays on the list"),
    ("linked-one-way", 30, "who decides for a lead does not know of it"),
    ("unmended-turn-kept", 4, "a lead that nobody could mend costs its turn"),
    ("agenda-on-leave", 362, "who is away hears of their day"),
    ("day-twice", 6, "what was told of a day is told again by the next process"),
    ("trade-of-one", 12, "of two leads that are exchanged, only one is written"),
    ("digest-catches-up", 0, "after a standstill each report comes that was missed"),
    ("clocks-run-while-away", 20, "what comes due while nobody can reach the chat is due"),
    ("nothing-left-after-away", 20, "clocks do not run on once the chat is back"),
    ("plans-move-while-away", 93, "what was agreed with others is put off as well"),
    ("others-of-theirs-go-on", 12, "of two leads of whoever asks to be left alone, one goes on"),
    ("undo-leaves-others-of-theirs", 519, "when that is taken back, one of them stays closed"),
    ("listed-while-under-way", 3, "who is put on the list by hand keeps a lead that goes on"),
    ("taken-up-although-left-alone", 80, "who asked to be left alone is taken up again"),
    ("tag-kept-beside", 101, "a lead that has tags is not found by another one"),
];

#[test]
fn every_planted_bug_is_found() {
    let (mut report, mut missed) = (String::new(), Vec::new());
    let wanted = std::env::var("LEADBELL_BUGS").unwrap_or_default();
    let is_wanted = |bug: &str| wanted.is_empty() || wanted.split(',').any(|begin| bug.starts_with(begin));
    for (bug, last, what) in BUGS.iter().filter(|(bug, ..)| is_wanted(bug)) {
        leadbell::planted::plant(&[bug]);
        let at_once = failures(*last..last + 1, Until::OneFails);
        let found = if at_once.is_empty() { failures(0..SEEDS, Until::OneFails) } else { at_once };
        let line = match found.first_key_value() {
            Some((seed, left)) => {
                format!("seed {seed:3}: {}", left.wrong.as_deref().unwrap_or_default().chars().take(110).collect::<String>())
            }
            None => {
                missed.push(*bug);
                format!("not in {SEEDS} seeds ({what})")
            }
        };
        println!("{bug:32} {line}");
        writeln!(report, "{bug:32} {line}").expect("a string takes text");
    }
    leadbell::planted::plant(&[]);
    assert!(missed.is_empty(), "not found: {missed:?}\n{report}");
}
