//! A table of figures, as monospace text that fits into one chat message and as CSV that is safe to open.
//! Invariant: text from people never closes the code block, never becomes a formula, and never pushes a column out of line.

use chrono::Duration;
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

use super::words;
use crate::domain::text::Untrusted;

/// Rows of figures under heads.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, most important first; each as long as `columns`.
    pub rows: Vec<Vec<Cell>>,
    /// Shown last, whatever had to be left out.
    pub total: Option<Vec<Cell>>,
}

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its head in chat; empty for what stands in CSV only.
    pub head: &'static str,
    /// Its head in CSV: long, with the unit.
    pub csv: &'static str,
}

/// A figure or a name.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Words, perhaps somebody else's.
    Text(String),
    /// How many.
    Count(u64),
    /// A number that may be below 0.
    Number(i64),
    /// How many more, or less.
    Change(i64),
    /// How many in a mean.
    Rate(f64),
    /// Turns, in millionths.
    Turns(i64),
    /// A share, 0 to 1; `None` when it cannot be told yet.
    Share(Option<f64>),
    /// A share that was counted among so few that it is told with its interval, which is empty where they were enough.
    Estimate(f64, Option<(f64, f64)>),
    /// Wall time; `None` when it is not reached yet.
    Wall(Option<Duration>),
    /// Business time; `None` when it is not reached yet.
    Business(Option<Duration>),
    /// Nothing to say.
    Empty,
}

/// Widest that a text may be in chat, in character cells.
const TEXT_CELLS_MAX: usize = 26;
const GAP: &str = "  ";

impl Column {
    /// A column with its head in chat and in CSV.
    #[must_use]
    pub fn new(head: &'static str, csv: &'static str) -> Self {
        Self { head, csv }
    }
}

impl Cell {
    /// Words.
    #[must_use]
    pub fn text(words: &str) -> Self {
        Self::Text(words.to_owned())
    }

    /// As people read it in chat.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Cell::Text(text) => fit(text, TEXT_CELLS_MAX),
            Cell::Count(number) => words::count(*number),
            Cell::Number(number) => {
                format!("{}{}", if *number < 0 { "-" } else { "" }, words::count(number.unsigned_abs()))
            }
            Cell::Rate(rate) => words::rate(*rate),
            Cell::Change(by) => words::change(*by),
            Cell::Turns(micro) => words::turns(*micro),
            Cell::Share(share) => share.map_or_else(|| "–".to_owned(), words::share),
            Cell::Estimate(share, None) => words::share(*share),
            Cell::Estimate(share, Some((low, high))) => {
                format!("{} ({:.0}–{:.0})", words::share(*share), low * 100.0, high * 100.0)
            }
            Cell::Wall(span) => span.map_or_else(|| "not yet".to_owned(), words::wall),
            Cell::Business(span) => span.map_or_else(|| "not yet".to_owned(), words::business),
            Cell::Empty => String::new(),
        }
    }

    fn is_text(&self) -> bool {
        matches!(self, Cell::Text(_))
    }
}

impl Table {
    /// The table as lines of equal columns in at most `most` UTF-16 units; rows that do not fit are counted.
    #[must_use]
    pub fn text(&self, most: usize) -> String {
        let shown = |row: &[Cell]| self.in_chat(row).map(Cell::words).collect::<Vec<_>>();
        let heads: Vec<String> = self.columns.iter().map(|c| c.head.to_owned()).filter(|head| !head.is_empty()).collect();
        let rows: Vec<Vec<String>> = self.rows.iter().map(|row| shown(row)).collect();
        let total: Option<Vec<String>> = self.total.as_ref().map(|row| shown(row));
        let widths: Vec<usize> = (0..heads.len())
            .map(|c| {
                [&heads]
                    .into_iter()
                    .chain(&rows)
                    .chain(&total)
                    .filter_map(|row| row.get(c))
                    .map(|cell| cell.width())
                    .max()
                    .unwrap_or(0)
            })
            .collect();
        let first: Vec<&Cell> = self.rows.first().into_iter().flat_map(|row| self.in_chat(row)).collect();
        let left: Vec<bool> = (0..heads.len()).map(|c| first.get(c).is_none_or(|cell| cell.is_text())).collect();
        let line = |row: &[String]| lay(row, &widths, &left);
        let foot = total.as_deref().map(line);
        let mut shown = vec![line(&heads)];
        let mut room = most.saturating_sub(units(&shown[0]) + foot.as_deref().map_or(0, units) + units(&beyond(rows.len())));
        for (i, row) in rows.iter().enumerate() {
            let line = line(row);
            if units(&line) > room {
                shown.push(beyond(rows.len() - i));
                break;
            }
            room -= units(&line);
            shown.push(line);
        }
        shown.extend(foot);
        shown.join("\n")
    }

    /// The cells whose columns have a head.
    fn in_chat<'a>(&'a self, row: &'a [Cell]) -> impl Iterator<Item = &'a Cell> {
        self.columns.iter().zip(row).filter(|(column, _)| !column.head.is_empty()).map(|(_, cell)| cell)
    }
}

fn beyond(rows: usize) -> String {
    format!("… and {} more: take csv", words::count(rows as u64))
}

/// One line, each cell padded to its column; no blanks at the end.
fn lay(row: &[String], widths: &[usize], left: &[bool]) -> String {
    let mut line = String::new();
    for (c, cell) in row.iter().enumerate() {
        if c > 0 {
            line.push_str(GAP);
        }
        let padding = " ".repeat(widths[c].saturating_sub(cell.width()));
        if left[c] {
            line.push_str(cell);
            line.push_str(&padding);
        } else {
            line.push_str(&padding);
            line.push_str(cell);
        }
    }
    line.trim_end().to_owned()
}

/// A line's length as the chat counts it at worst, its line end included.
pub(super) fn units(line: &str) -> usize {
    line.encode_utf16().count() + 1
}

/// Text on one line in at most `cells` character cells, harmless inside a code block.
#[must_use]
pub fn fit(text: &str, cells: usize) -> String {
    let clean = Untrusted::new(text).one_line().raw().replace('`', "'");
    if clean.width() <= cells {
        return clean;
    }
    let mut cut = String::new();
    for grapheme in clean.graphemes(true) {
        if cut.width() + grapheme.width() + 1 > cells {
            break;
        }
        cut.push_str(grapheme);
    }
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people() -> Table {
        Table {
            columns: vec![Column::new("Rep", "rep"), Column::new("Leads", "leads"), Column::new("p50", "p50 (seconds)")],
            rows: vec![
                vec![Cell::text("Ann"), Cell::Count(1200), Cell::Wall(Some(Duration::minutes(12)))],
                vec![Cell::text("Юлия"), Cell::Count(3), Cell::Wall(None)],
                vec![Cell::text("田中"), Cell::Count(40), Cell::Business(Some(Duration::hours(50)))],
            ],
            total: Some(vec![Cell::text("All"), Cell::Count(1243), Cell::Empty]),
        }
    }

    #[test]
    fn columns_stand_in_line_in_every_script() {
        let expected = "Rep   Leads      p50\nAnn   1,200   12 min\nЮлия      3  not yet\n田中     40     50 h\nAll   1,243";
        assert_eq!(people().text(1000), expected);
    }

    #[test]
    fn a_column_without_a_head_stands_in_csv_only() {
        let mut table = people();
        table.columns[1].head = "";
        assert_eq!(table.text(1000), "Rep       p50\nAnn    12 min\nЮлия  not yet\n田中     50 h\nAll");
        assert!(String::from_utf8(table.csv().unwrap()).unwrap().contains("rep,leads,p50"));
    }

    #[test]
    fn rows_that_do_not_fit_are_counted_and_the_total_stays() {
        let mut table = people();
        table.rows = (0..40).map(|i| vec![Cell::Text(format!("Rep {i}")), Cell::Count(i), Cell::Empty]).collect();
        let text = table.text(120);
        assert!(text.encode_utf16().count() <= 120, "{text}");
        assert!(text.ends_with("… and 36 more: take csv\nAll     1,243"), "{text}");
    }

    #[test]
    fn a_name_cannot_break_out_of_the_code_block() {
        assert_eq!(fit("```\n@everyone", 30), "''' @everyone");
        assert_eq!(fit("\u{202E}evil\u{200B}", 30), "evil");
        assert_eq!(fit("Bartholomew Featherstone", 10), "Bartholom…");
        assert_eq!(fit("田中田中田中", 6), "田中…");
    }
}
