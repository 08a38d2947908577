//! One door for each parser of foreign bytes, for those who try to break them: `fuzz/` and the tests that replay its corpus.
//! The program itself never comes through here. Each door takes any bytes, reads them as the program would, and checks what always holds.
//! Invariant: no bytes make a door panic, wait, or take more than a bounded multiple of their size.

mod people;
mod senders;

/// Reads any bytes as the program would, and panics when something does not hold that always does.
pub type Door = fn(&[u8]);

/// What can be fuzzed: a name for ever, since corpora are kept under it, and the door.
pub const DOORS: &[(&str, Door)] = &[
    ("body", senders::body),
    ("mail", senders::mail),
    ("signature", senders::signature),
    ("mapping", senders::mapping),
    ("typeform", senders::typeform),
    ("sheet", senders::sheet),
    ("cleaning", senders::cleaning),
    ("interaction", people::interaction),
    ("token", people::token),
    ("when", people::when),
    ("playbook", people::playbook),
    ("escape", people::escape),
];

/// The door of this name.
#[must_use]
pub fn door(name: &str) -> Option<Door> {
    DOORS.iter().find(|(known, _)| *known == name).map(|(_, door)| *door)
}

/// The first byte as a choice among so many, and the rest.
fn choice(bytes: &[u8], among: usize) -> (usize, &[u8]) {
    bytes.split_first().map_or((0, bytes), |(first, rest)| (usize::from(*first) % among.max(1), rest))
}

/// What stands before and after the first line of dashes.
fn halves(bytes: &[u8]) -> (&[u8], &[u8]) {
    const LINE: &[u8] = b"\n---\n";
    let at = bytes.windows(LINE.len()).position(|w| w == LINE);
    at.map_or((bytes, &[]), |at| (&bytes[..at], &bytes[at + LINE.len()..]))
}
