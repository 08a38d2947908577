//! Tables as CSV (RFC 4180, UTF-8 with a byte-order mark, because spreadsheets take it for something else without one).
//! Invariant: no cell of text begins a formula; numbers are numbers, in base units, without grouping.

use super::table::{Cell, Table};
use crate::domain::fairness::TURN_MICRO;

/// Why a table cannot be written: only memory or a row of the wrong length.
#[derive(Debug, thiserror::Error)]
#[error("the CSV could not be written: {0}")]
pub struct CsvError(String);

impl Table {
    /// The whole table as CSV: heads, all rows, no total. Spans are whole seconds; shares have four decimals; what is not known is empty.
    ///
    /// # Errors
    /// When a row is not as long as the heads.
    pub fn csv(&self) -> Result<Vec<u8>, CsvError> {
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer("\u{FEFF}".as_bytes().to_vec());
        let failed = |error: csv::Error| CsvError(error.to_string());
        writer.write_record(self.columns.iter().map(|column| column.csv)).map_err(failed)?;
        for row in &self.rows {
            writer.write_record(row.iter().map(field)).map_err(failed)?;
        }
        writer.into_inner().map_err(|error| CsvError(error.to_string()))
    }
}

fn field(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => harmless(text),
        Cell::Count(number) => number.to_string(),
        Cell::Change(by) | Cell::Number(by) => by.to_string(),
        Cell::Rate(rate) => format!("{rate:.2}"),
        Cell::Turns(micro) => format!("{:.2}", *micro as f64 / TURN_MICRO as f64),
        Cell::Share(share) => share.map(|share| format!("{share:.4}")).unwrap_or_default(),
        Cell::Estimate(share, _) => format!("{share:.4}"),
        Cell::Wall(span) | Cell::Business(span) => span.map(|span| span.num_seconds().to_string()).unwrap_or_default(),
        Cell::Empty => String::new(),
    }
}

/// The text with a quote before it, where a spreadsheet would take it for a formula; blanks before the formula do not hide it.
#[must_use]
pub fn harmless(text: &str) -> String {
    let formula = text.starts_with(['\t', '\r', '\n'])
        || text.trim_start().starts_with([
            '=', '+', '-', '@', '\u{FF1D}', '\u{FF0B}', '\u{FF0D}', '\u{FF20}', '\u{2212}', '\u{FE62}', '\u{FE63}', '\u{FE66}',
            '\u{FE6B}',
        ]);
    if formula { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::*;
    use crate::reports::table::Column;

    #[test]
    fn text_never_starts_a_formula() {
        for evil in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x", "  =1", "−1"] {
            assert_eq!(harmless(evil), format!("'{evil}"));
        }
        for plain in ["Ann", "a=b", "'tis", "1-2", ""] {
            assert_eq!(harmless(plain), plain);
        }
    }

    #[test]
    fn a_table_is_written_in_base_units() {
        let table = Table {
            columns: vec![
                Column::new("Rep", "rep"),
                Column::new("Kept", "kept"),
                Column::new("p50", "p50 (seconds)"),
                Column::new("n", "n"),
            ],
            rows: vec![
                vec![
                    Cell::text("=HYPERLINK(\"x\"), Ann"),
                    Cell::Share(Some(0.5)),
                    Cell::Wall(Some(Duration::minutes(2))),
                    Cell::Count(1200),
                ],
                vec![Cell::text("Ben"), Cell::Share(None), Cell::Business(None), Cell::Count(0)],
            ],
            total: Some(vec![Cell::text("All"), Cell::Empty, Cell::Empty, Cell::Count(1200)]),
        };
        let expected = "\u{FEFF}rep,kept,p50 (seconds),n\r\n\"'=HYPERLINK(\"\"x\"\"), Ann\",0.5000,120,1200\r\nBen,,,0\r\n";
        assert_eq!(String::from_utf8(table.csv().unwrap()).unwrap(), expected);
    }
}
