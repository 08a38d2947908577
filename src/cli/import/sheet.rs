//! A CSV file as rows, read step by step: finds what stands between cells, reads old Western encodings, and never takes in more than a row.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Context as _;
use csv::ByteRecord;

use super::super::ending::Misuse;
use super::rows::Row;
use crate::intake::charset;

/// What may stand between cells; the first wins where several do equally well.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Largest row: beyond it a quote was opened and never closed.
const ROW_MAX: u64 = 1024 * 1024;

/// Most columns.
const COLUMNS_MAX: usize = 500;

/// A file of rows.
pub(super) struct Sheet {
    file: PathBuf,
    heads: Vec<String>,
    raw_heads: ByteRecord,
    separator: u8,
    /// The reader counts a line when it meets its end; of `\r\n` it leaves the second half for the next row.
    behind: u64,
    reader: csv::Reader<Metered>,
    bytes: u64,
    /// What was read since the last row.
    meter: Arc<AtomicU64>,
}

/// A file that gives no more than a row may have until the meter is set back.
struct Metered {
    file: Box<dyn Read + Send>,
    meter: Arc<AtomicU64>,
}

impl Read for Metered {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.meter.load(Ordering::Relaxed) > ROW_MAX {
            return Err(io::Error::other("a row of more than 1 MiB: a quote is opened there and never closed"));
        }
        let read = self.file.read(buffer)?;
        self.meter.fetch_add(u64::try_from(read).unwrap_or(u64::MAX), Ordering::Relaxed);
        Ok(read)
    }
}

impl Sheet {
    /// Opens the file and reads the names of its columns.
    pub(super) fn open(path: &Path) -> anyhow::Result<Self> {
        let failed = || format!("{} cannot be read", path.display());
        let file = File::open(path).with_context(failed)?;
        let bytes = file.metadata().with_context(failed)?.len();
        Self::over(path, file, bytes)
    }

    /// The same over anything that gives bytes, so many of them.
    pub(super) fn over(path: &Path, mut from: impl Read + Seek + Send + 'static, bytes: u64) -> anyhow::Result<Self> {
        let failed = || format!("{} cannot be read", path.display());
        let first = first_line(&mut from).with_context(failed)?;
        from.rewind().with_context(failed)?;
        let separator = separator(&first);
        let meter = Arc::new(AtomicU64::new(0));
        let metered = Metered { file: Box::new(from), meter: meter.clone() };
        let mut reader = csv::ReaderBuilder::new().delimiter(separator).flexible(true).from_reader(metered);
        let raw_heads = reader.byte_headers().with_context(failed)?.clone();
        let heads = heads(&raw_heads);
        refuse_without_heads(path, &heads)?;
        let behind = u64::from(first.ends_with(b"\r\n"));
        Ok(Self { file: path.to_owned(), heads, raw_heads, separator, behind, reader, bytes, meter })
    }

    /// The names of the columns: none empty, none twice.
    pub(super) fn heads(&self) -> &[String] {
        &self.heads
    }

    /// The names as they stand there.
    pub(super) fn raw_heads(&self) -> &ByteRecord {
        &self.raw_heads
    }

    /// What stands between cells.
    pub(super) fn separator(&self) -> u8 {
        self.separator
    }

    /// The size of the file.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// How much of it was read.
    pub(super) fn read_so_far(&self) -> u64 {
        self.reader.position().byte()
    }

    /// The next rows, at most so many; none at the end. Rows without anything in them are passed over.
    pub(super) fn next_rows(&mut self, most: usize) -> anyhow::Result<Vec<Row>> {
        let mut rows = Vec::with_capacity(most.min(1024));
        let mut record = ByteRecord::new();
        while rows.len() < most {
            self.meter.store(0, Ordering::Relaxed);
            let more = self.reader.read_byte_record(&mut record);
            if !more
                .with_context(|| format!("{}, after line {}", self.file.display(), self.reader.position().line() + self.behind))?
            {
                break;
            }
            if record.iter().all(|cell| cell.iter().all(u8::is_ascii_whitespace)) {
                continue;
            }
            let line = record.position().map_or(0, csv::Position::line) + self.behind;
            rows.push(Row { line, cells: cells(&record, self.heads.len()), raw: record.clone() });
        }
        Ok(rows)
    }
}

/// As many cells as columns: missing ones at the end are empty, further ones must be.
fn cells(record: &ByteRecord, columns: usize) -> Result<Vec<String>, String> {
    let beyond = record.iter().skip(columns).filter(|cell| !cell.trim_ascii().is_empty()).count();
    if beyond > 0 {
        return Err(format!(
            "{} cells, but there are {columns} columns: is a quote missing, or a separator inside a cell?",
            record.len()
        ));
    }
    Ok(record.iter().take(columns).map(|cell| charset::text(cell, None)).collect())
}

fn heads(record: &ByteRecord) -> Vec<String> {
    let mut heads: Vec<String> = Vec::with_capacity(record.len());
    for (nth, cell) in (1..).zip(record.iter()) {
        let text = charset::text(cell, None);
        let name = text.trim_start_matches('\u{FEFF}').trim();
        let name = if name.is_empty() { format!("column {nth}") } else { name.to_owned() };
        let taken = |name: &String| heads.contains(name);
        let free = if taken(&name) { (2..).map(|n| format!("{name} ({n})")).find(|n| !taken(n)).unwrap_or(name) } else { name };
        heads.push(free);
    }
    heads
}

fn refuse_without_heads(path: &Path, heads: &[String]) -> anyhow::Result<()> {
    let place = path.display();
    if heads.is_empty() {
        return Err(Misuse::error(format!("{place} is empty")));
    }
    if heads.len() > COLUMNS_MAX {
        return Err(Misuse::error(format!("{place} has {} columns; {COLUMNS_MAX} are the most", heads.len())));
    }
    if let Some(cell) = heads.iter().find(|head| crate::intake::email::address(head).is_some()) {
        let shown = super::super::print::one_line(cell);
        return Err(Misuse::error(format!(
            "{place} begins with a row of data (\"{shown}\"): put a row with the names of the columns before it"
        )));
    }
    Ok(())
}

fn first_line(from: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    BufReader::new(from.take(ROW_MAX)).read_until(b'\n', &mut line)?;
    Ok(line)
}

/// What stands most often in the first line, outside of quotes.
fn separator(line: &[u8]) -> u8 {
    let mut quoted = false;
    let mut counts = [0_usize; SEPARATORS.len()];
    for &byte in line {
        quoted ^= byte == b'"';
        if let (false, Some(which)) = (quoted, SEPARATORS.iter().position(|separator| *separator == byte)) {
            counts[which] += 1;
        }
    }
    let most = counts.iter().copied().max().unwrap_or(0);
    counts.iter().position(|count| *count == most).map_or(b',', |which| SEPARATORS[which])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(bytes: &[u8]) -> (tempfile::TempDir, anyhow::Result<Sheet>) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("leads.csv");
        std::fs::write(&file, bytes).unwrap();
        let sheet = Sheet::open(&file);
        (folder, sheet)
    }

    #[test]
    fn a_sheet_is_read_as_spreadsheets_write_it() {
        for (bytes, head, cell) in [
            (&b"Name,E-mail\nAda,ada@example.com\n"[..], "Name", "Ada"),
            ("\u{FEFF}Name;E-mail\r\n\"Ada; L.\";ada@example.com\r\n".as_bytes(), "Name", "Ada; L."),
            (b"Name\tE-mail\nAda\n", "Name", "Ada"),
            (b"\"Name, full\";E-mail\nAda;a@example.com\n", "Name, full", "Ada"),
            (b"Stra\xdfe;E-mail\nM\xfcnchen;a@example.com\n", "Straße", "München"),
        ] {
            let (_folder, sheet) = sheet(bytes);
            let mut sheet = sheet.unwrap();
            let rows = sheet.next_rows(10).unwrap();
            assert_eq!((sheet.heads()[0].as_str(), rows[0].cells.as_ref().unwrap()[0].as_str()), (head, cell));
            assert_eq!(rows[0].line, 2);
        }
    }

    #[test]
    fn columns_without_a_name_or_with_one_twice_get_their_own() {
        let (_folder, sheet) = sheet(b"E-mail,,E-mail\n");
        assert_eq!(sheet.unwrap().heads(), ["E-mail", "column 2", "E-mail (2)"]);
    }

    #[test]
    fn rows_that_are_too_long_are_refused_and_empty_ones_passed_over() {
        let (_folder, sheet) = sheet(b"a,b\n,\n1,2,3\n1,2,\n");
        let rows = sheet.unwrap().next_rows(10).unwrap();
        let told: Vec<_> = rows.iter().map(|row| (row.line, row.cells.is_ok())).collect();
        assert_eq!(told, [(3, false), (4, true)]);
    }

    #[test]
    fn a_quote_that_is_never_closed_does_not_take_in_the_whole_file() {
        let mut bytes = b"a,b\n1,\"2\n".to_vec();
        bytes.resize(4 * 1024 * 1024, b'x');
        let (_folder, sheet) = sheet(&bytes);
        let said = format!("{:#}", sheet.unwrap().next_rows(10).unwrap_err());
        assert!(said.contains("a quote is opened there and never closed"), "{said}");
    }

    #[test]
    fn a_file_without_names_of_columns_is_refused() {
        let (_folder, sheet) = sheet(b"Ada,ada@example.com\n");
        assert!(sheet.err().unwrap().to_string().contains("begins with a row of data"));
    }
}
