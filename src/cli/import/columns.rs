//! What each column becomes, told before anything comes in: a column that is misunderstood is seen here, not in a thousand leads.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::super::print;
use super::super::source::{field_word, sure};
use super::rows::{Reader, path};
use crate::intake::field::{Certainty, Field};
use crate::intake::read::Lead;

/// What the columns became in the rows that were looked at.
#[derive(Debug)]
pub(super) struct Columns {
    heads: Vec<String>,
    /// Place in the row, field, how sure it was at its least, and how often.
    seen: BTreeMap<String, BTreeMap<Field, (Certainty, u64)>>,
    rows: u64,
    bytes: u64,
    read: u64,
}

impl Columns {
    /// Of a sheet with these heads.
    pub(super) fn new(heads: &[String]) -> Self {
        Self { heads: heads.to_vec(), seen: BTreeMap::new(), rows: 0, bytes: 0, read: 0 }
    }

    /// Looks at one row.
    pub(super) fn see(&mut self, lead: &Result<Lead, String>) {
        self.rows += 1;
        let Ok(lead) = lead else { return };
        for trace in &lead.traces {
            let field = self.seen.entry(trace.path.clone()).or_default().entry(trace.field).or_insert((trace.certainty, 0));
            field.0 = field.0.min(trace.certainty);
            field.1 += 1;
        }
    }

    /// The size of the file, and how much of it was looked at.
    pub(super) fn bytes(&mut self, all: u64, read: u64) {
        (self.bytes, self.read) = (all, read);
    }

    /// About how many rows there are.
    pub(super) fn estimate(&self) -> u64 {
        if self.read >= self.bytes { self.rows } else { self.rows.saturating_mul(self.bytes) / self.read.max(1) }
    }

    /// For people.
    pub(super) fn tell(&self, out: &mut impl Write, reader: &Reader) -> io::Result<()> {
        let mut columns = print::Columns::new(&["COLUMN", "BECOMES", "SURE"]);
        for head in &self.heads {
            let most = self.seen.get(&path(head)).and_then(|fields| fields.iter().max_by_key(|(_, (_, count))| *count));
            match most {
                Some((field, (certainty, _))) => columns.row([head.clone(), field_word(*field), sure(*certainty).to_owned()]),
                None if reader.is_left_out(head) => columns.row([head.clone(), "left out".to_owned(), String::new()]),
                None => columns.row([head.clone(), "kept with the lead".to_owned(), String::new()]),
            }
        }
        columns.print(out)?;
        writeln!(out)
    }
}
