//! How exported rows are written: as they come, so that none is kept.

use std::io::Write;

use serde_json::Value;

use super::Format;

/// Spreadsheets take the text for something else without one.
const BYTE_ORDER_MARK: &[u8] = "\u{FEFF}".as_bytes();

/// Where rows go, as they come.
pub(super) enum Rows<W: Write> {
    /// As a sheet, and how many there were.
    Csv(Box<csv::Writer<W>>, u64),
    /// One JSON value a line, and how many there were.
    Jsonl(W, u64),
}

impl<W: Write> Rows<W> {
    /// Under these heads, where the form has any.
    pub(super) fn new(format: Format, mut out: W, heads: Vec<&'static str>) -> anyhow::Result<Self> {
        if format == Format::Jsonl {
            return Ok(Rows::Jsonl(out, 0));
        }
        out.write_all(BYTE_ORDER_MARK)?;
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
        writer.write_record(heads)?;
        Ok(Rows::Csv(Box::new(writer), 0))
    }

    /// One more row, in whichever form is written.
    pub(super) fn row(&mut self, cells: &[String], json: impl FnOnce() -> Value) -> anyhow::Result<()> {
        match self {
            Rows::Csv(writer, count) => {
                writer.write_record(cells)?;
                *count += 1;
            }
            Rows::Jsonl(out, count) => {
                serde_json::to_writer(&mut *out, &json())?;
                out.write_all(b"\n")?;
                *count += 1;
            }
        }
        Ok(())
    }

    /// Brings them out; how many there were.
    pub(super) fn finish(self) -> anyhow::Result<u64> {
        match self {
            Rows::Csv(mut writer, count) => writer.flush().map(|()| count).map_err(Into::into),
            Rows::Jsonl(mut out, count) => out.flush().map(|()| count).map_err(Into::into),
        }
    }
}
