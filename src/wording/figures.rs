//! A report, as people read it: a heading, figures in columns, what they mean, a picture.

use super::parts::lines;
use super::remarks::words;
use crate::domain::message::{Attachment, View};
use crate::domain::text::{Span, Text};
use crate::reports::Report;
use crate::reports::period::PeriodError;

/// A chat message holds 2,000 UTF-16 units; some are kept back for what escaping adds.
const UNITS_MAX: usize = 1_880;

/// A report, beside the one before where that was asked for. The files are shown as they are.
#[must_use]
pub fn report(report: &Report, before: Option<&Report>, files: Vec<Attachment>) -> View {
    let mut told = vec![heading(report)];
    let notes: Vec<Text> = report.notes.iter().map(|note| Text::plain(note.clone())).collect();
    let spare: usize = std::iter::once(report).chain(before).map(|r| units(r.title) + units(&r.period) + FRAME).sum();
    let room = UNITS_MAX.saturating_sub(spare + report.notes.iter().map(|n| units(n) + 1).sum::<usize>());
    let each = if before.is_some() { room / 2 } else { room };
    told.push(block(report, each));
    if let Some(before) = before {
        told.push(heading(before));
        told.push(block(before, each));
    }
    told.extend(notes);
    View { files, ..lines(told) }
}

/// Signs around a heading and its block.
const FRAME: usize = 20;

fn heading(report: &Report) -> Text {
    Text::default().strong(report.title).and(format!(" · {}", report.period))
}

fn block(report: &Report, room: usize) -> Text {
    Text(vec![Span::Code(report.figures_text(room))])
}

fn units(words: &str) -> usize {
    words.encode_utf16().count()
}

/// The words for a period were not understood.
#[must_use]
pub fn no_period(error: &PeriodError) -> View {
    words(error.to_string())
}

/// Leads cannot be told apart by that.
#[must_use]
pub fn no_split(typed: &str, known: &[(String, String)]) -> View {
    let names: Vec<&str> = known.iter().map(|(_, key)| key.as_str()).collect();
    let typed = crate::domain::text::Untrusted::new(typed).one_line().cut(40);
    words(Text::plain("Leads cannot be told apart by \"").data(&typed).and(format!("\". Try one of: {}.", names.join(", "))))
}

/// The picture or the table could not be made; the figures stand.
#[must_use]
pub fn left_out(mut view: View, what: &'static str) -> View {
    view.lines.push(Text::plain(format!("The {what} could not be made this time; the figures above are whole.")));
    view
}
