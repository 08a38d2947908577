//! How results are printed: columns for people, JSON for programs.

use std::io::{self, Write};

use chrono::{DateTime, Utc};
use serde::Serialize;
use unicode_width::UnicodeWidthStr as _;

use crate::domain::text::{Span, Text};

/// Between two columns.
const GAP: &str = "  ";

/// Rows under heads, each column as wide as it needs to be.
#[derive(Debug)]
pub(crate) struct Columns {
    heads: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Columns {
    /// With these heads.
    pub(crate) fn new(heads: &[&'static str]) -> Self {
        Self { heads: heads.to_vec(), rows: Vec::new() }
    }

    /// One more row, as long as the heads.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().map(|cell| one_line(&cell)).collect());
    }

    /// Nothing under the heads.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Prints them, without blanks at the ends of lines.
    pub(crate) fn print(&self, out: &mut impl Write) -> io::Result<()> {
        let heads: Vec<String> = self.heads.iter().map(|head| (*head).to_owned()).collect();
        let all = || std::iter::once(&heads).chain(&self.rows);
        let width = |column: usize| all().filter_map(|row| row.get(column)).map(|cell| cell.width()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..heads.len()).map(width).collect();
        for row in all() {
            let cells =
                row.iter().zip(&widths).map(|(cell, width)| format!("{cell}{}", " ".repeat(width.saturating_sub(cell.width()))));
            writeln!(out, "{}", cells.collect::<Vec<_>>().join(GAP).trim_end())?;
        }
        Ok(())
    }
}

/// Text as it is, with a line end.
pub(crate) fn text(out: &mut impl Write, text: &str) -> io::Result<()> {
    writeln!(out, "{}", text.trim_end())
}

/// Beside the results: on standard error, and no matter when nobody reads it.
pub(crate) fn aside(text: &str) {
    drop(writeln!(io::stderr(), "{text}"));
}

/// One value as JSON, laid out for eyes as well.
pub(crate) fn json(out: &mut impl Write, value: &impl Serialize) -> anyhow::Result<()> {
    writeln!(out, "{}", serde_json::to_string_pretty(value)?)?;
    Ok(())
}

/// Without line ends and other control characters: what came from outside must not steer a terminal.
pub(crate) fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim_end().to_owned()
}

/// What people read in the chat, on one line.
pub(crate) fn words(text: &Text) -> String {
    let word = |span: &Span| match span {
        Span::Plain(words) | Span::Strong(words) => words.to_string(),
        Span::Code(words) | Span::Link(words) => words.clone(),
        Span::Data(words) => words.raw().to_owned(),
        Span::Instant(at, _) => when(*at),
        Span::Person(_, name) => name.clone(),
    };
    one_line(&text.0.iter().map(word).collect::<String>())
}

/// The same, where a table stands in it: each of its lines by itself.
pub(crate) fn paragraphs(text: &Text) -> Vec<String> {
    match text.0.as_slice() {
        [Span::Code(table)] => table.lines().map(one_line).collect(),
        _ => vec![words(text)],
    }
}

/// `2026-05-04 09:30 UTC`.
pub(crate) fn when(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M UTC").to_string()
}

/// `3.4 MiB`.
pub(crate) fn size(bytes: u64) -> String {
    let units = ["KiB", "MiB", "GiB", "TiB"];
    if bytes < 1024 {
        return format!("{bytes} bytes");
    }
    let mut tenths = u128::from(bytes) * 10 / 1024;
    let mut unit = 0;
    while tenths >= 10_240 && unit + 1 < units.len() {
        tenths /= 1024;
        unit += 1;
    }
    format!("{}.{} {}", tenths / 10, tenths % 10, units[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_whatever_script_they_are_in() {
        let mut columns = Columns::new(&["name", "state"]);
        columns.row(["東京".to_owned(), "live".to_owned()]);
        columns.row(["a\u{1b}[31m\nb".to_owned(), "paused".to_owned()]);
        let mut out = Vec::new();
        columns.print(&mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "name      state\n東京      live\na [31m b  paused\n");
    }

    #[test]
    fn sizes_are_read_at_a_glance() {
        for (bytes, words) in [
            (0, "0 bytes"),
            (1_023, "1023 bytes"),
            (1_536, "1.5 KiB"),
            (5 * 1024 * 1024, "5.0 MiB"),
            (u64::MAX, "16777215.9 TiB"),
        ] {
            assert_eq!(size(bytes), words, "{bytes}");
        }
    }
}
