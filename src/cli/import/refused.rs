//! Rows that cannot come in, each with its line and its reason, kept as they stand so that they can be mended and imported again.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::super::ending::Misuse;
use super::super::files::{Same, private};
use super::super::print;
use super::rows::Row;
use super::sheet::Sheet;

/// What we add to each row; passed over when the file comes back.
pub(super) const OURS: [&str; 2] = ["leadbell_line", "leadbell_why"];

/// Rows that are named at the end.
const SHOWN_MAX: usize = 10;

/// The rows that were refused.
pub(super) struct Refused {
    file: Option<PathBuf>,
    writer: Option<csv::Writer<File>>,
    separator: u8,
    heads: csv::ByteRecord,
    first: Vec<(u64, String)>,
    count: u64,
}

impl Refused {
    /// For the rows of this sheet, kept in `file` where one is named; it is made with the first row.
    pub(super) fn new(file: Option<&Path>, sheet: &Sheet) -> anyhow::Result<Self> {
        if let Some(file) = file.filter(|file| file.exists()) {
            return Err(Misuse::error(format!("{} is there already: choose another name for the refused rows", file.display())));
        }
        let heads = sheet.raw_heads().clone();
        Ok(Self {
            file: file.map(Path::to_owned),
            writer: None,
            separator: sheet.separator(),
            heads,
            first: Vec::new(),
            count: 0,
        })
    }

    /// One more.
    pub(super) fn add(&mut self, row: &Row, why: &str) -> anyhow::Result<()> {
        self.count += 1;
        if self.first.len() < SHOWN_MAX {
            self.first.push((row.line, why.to_owned()));
        }
        let Some(file) = &self.file else { return Ok(()) };
        if self.writer.is_none() {
            let made = private(file, Same::Stays)?;
            let mut writer = csv::WriterBuilder::new().flexible(true).delimiter(self.separator).from_writer(made);
            let ours = OURS.iter().map(|name| name.as_bytes()).filter(|name| !self.heads.iter().any(|head| head == *name));
            writer.write_record(self.heads.iter().chain(ours))?;
            self.writer = Some(writer);
        }
        if let Some(writer) = &mut self.writer {
            // A row that was refused before has our cells at its end already.
            let given = self.heads.iter().position(|head| head == OURS[0].as_bytes()).unwrap_or(self.heads.len());
            let mut cells: Vec<&[u8]> = row.raw.iter().take(if row.cells.is_ok() { given } else { usize::MAX }).collect();
            cells.resize(cells.len().max(given), b"");
            let line = row.line.to_string();
            cells.extend([line.as_bytes(), why.as_bytes()]);
            writer.write_record(cells)?;
        }
        Ok(())
    }

    /// How many.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// The first of them: line, reason.
    pub(super) fn first(&self) -> &[(u64, String)] {
        &self.first
    }

    /// Brings them to the disk; the file, where there is one now.
    pub(super) fn finish(&mut self) -> anyhow::Result<Option<PathBuf>> {
        match &mut self.writer {
            Some(writer) => {
                writer.flush()?;
                Ok(self.file.clone())
            }
            None => Ok(None),
        }
    }

    /// For people.
    pub(super) fn tell(&self, out: &mut impl Write, file: Option<&Path>) -> io::Result<()> {
        for (line, why) in &self.first {
            writeln!(out, "  line {line}: {}", print::one_line(why))?;
        }
        let more = self.count.saturating_sub(u64::try_from(self.first.len()).unwrap_or(u64::MAX));
        if more > 0 {
            writeln!(out, "  and {more} more")?;
        }
        match file {
            Some(file) => {
                writeln!(out, "The refused rows are in {}, with reasons: mend them there and import that file.", file.display())
            }
            None if self.count > 0 && self.file.is_none() => {
                writeln!(out, "`--refused refused.csv` writes them to a file, with reasons.")
            }
            None => Ok(()),
        }
    }
}
