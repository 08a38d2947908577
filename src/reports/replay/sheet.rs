//! A replay lead by lead, as CSV, written while it runs.
//! Invariant: no cell of text begins a formula.

use std::io::{self, Write};

use chrono::{DateTime, SecondsFormat, Utc};

use super::tables::team_name;
use crate::domain::ids::PersonId;
use crate::domain::person::Roster;
use crate::domain::replay::{Hands, Past, Seen};
use crate::playbook::Playbook;
use crate::reports::export::harmless;

const HEADS: [&str; 17] = [
    "lead",
    "received",
    "source",
    "rule then",
    "rule tried",
    "team then",
    "team tried",
    "another team",
    "score then",
    "score tried",
    "tier then",
    "tier tried",
    "first touch due then",
    "first touch due tried",
    "owner",
    "first to have it",
    "not judged",
];

/// Writes rows until there is no more room; then counts them.
pub struct Sheet<W: Write> {
    rows: csv::Writer<Counted<W>>,
    room: u64,
    left_out: u64,
    failed: Option<io::Error>,
}

/// Knows how much went through it.
struct Counted<W> {
    out: W,
    bytes: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl<W: Write> Sheet<W> {
    /// With its heads; rows go in until about `room` bytes are written.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn new(mut out: W, room: u64) -> io::Result<Self> {
        // Spreadsheets take UTF-8 for something else without it.
        out.write_all("\u{FEFF}".as_bytes())?;
        let mut rows = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Counted { out, bytes: 0 });
        rows.write_record(HEADS)?;
        Ok(Self { rows, room, left_out: 0, failed: None })
    }

    /// One more lead. What cannot be written is told at the end.
    pub fn add(&mut self, past: &Past, seen: &Seen, (playbook, roster): (&Playbook, &Roster)) {
        if self.failed.is_some() || self.rows.get_ref().bytes >= self.room {
            self.left_out += 1;
            return;
        }
        self.failed = self.rows.write_record(cells(past, seen, (playbook, roster))).err().map(io::Error::from);
    }

    /// What it was written to, and how many rows there was no room for.
    ///
    /// # Errors
    /// When some row could not be written.
    pub fn done(self) -> io::Result<(W, u64)> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let counted = self.rows.into_inner().map_err(|error| io::Error::other(error.to_string()))?;
        Ok((counted.out, self.left_out))
    }
}

fn cells(past: &Past, seen: &Seen, (playbook, roster): (&Playbook, &Roster)) -> [String; 17] {
    let (rule, team) = past.then.routed.clone().unzip();
    let moved = team.as_ref() != Some(&seen.team);
    let (points, tier) = past.then.score.unzip();
    let person = |id: PersonId| harmless(&roster.name(id));
    let first = match &seen.hands {
        Hands::Turn(id, _) | Hands::Given(id, _) | Hands::Account(id) | Hands::Taker(id) => person(*id),
        Hands::Anybody(team) => format!("whoever of {} takes it", team_name(team, playbook)),
        Hands::Nobody => "nobody: a manager routes it".to_owned(),
    };
    let broken: Vec<&str> = seen.broken.iter().map(|tried| tried.rule.as_str()).collect();
    [
        past.id.to_string(),
        instant(past.profile.received_at),
        harmless(past.profile.source.as_str()),
        harmless(&rule.unwrap_or_default()),
        harmless(playbook.routes.get(seen.route).map_or("", |route| route.name.as_str())),
        team.map(|key| harmless(&team_name(&key, playbook))).unwrap_or_default(),
        harmless(&team_name(&seen.team, playbook)),
        if moved { "yes" } else { "" }.to_owned(),
        points.map(|points| points.to_string()).unwrap_or_default(),
        seen.score.points.to_string(),
        tier.map(|tier| tier.word().to_owned()).unwrap_or_default(),
        seen.score.tier.word().to_owned(),
        past.then.due.map(instant).unwrap_or_default(),
        instant(seen.due),
        past.owner.map(person).unwrap_or_default(),
        harmless(&first),
        harmless(&broken.join(", ")),
    ]
}

/// `2026-09-14T09:00:00Z`.
fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
