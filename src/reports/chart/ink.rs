//! The sheet that pictures are drawn on: its colours, its letters, the frame that all of them share.

use std::cell::Cell;

use charts_rs::{Canvas, Circle, Color, DEFAULT_FONT_FAMILY, Polyline, Rect, Text};
use unicode_normalization::UnicodeNormalization as _;

use super::{ChartError, Tone};
use crate::domain::text::Untrusted;

pub(super) const WIDTH: f32 = 800.0;
pub(super) const HEIGHT: f32 = 420.0;
pub(super) const EDGE: f32 = 28.0;
/// Taken by title, subtitle and legend.
pub(super) const HEAD: f32 = 112.0;
/// Taken by the axis and what stands below it.
pub(super) const FOOT: f32 = 50.0;
/// Pixels per unit: sharp on phones.
const SCALE: f32 = 2.0;

pub(super) const SMALL: f32 = 12.0;
const LEGEND: f32 = 13.0;
const TITLE: f32 = 20.0;

pub(super) const PAPER: &str = "#1e1f22";
pub(super) const BRIGHT: &str = "#f2f3f5";
pub(super) const QUIET: &str = "#b5bac1";
pub(super) const GRID: &str = "#35373c";
pub(super) const AXIS: &str = "#5c5f66";

/// Where a text stands relative to its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// Where things are drawn: the part of the sheet under the heading.
#[derive(Debug, Clone, Copy)]
pub(super) struct Area {
    pub(super) left: f32,
    pub(super) top: f32,
    pub(super) right: f32,
    pub(super) bottom: f32,
}

/// A picture in the making.
pub(super) struct Sheet {
    canvas: Canvas,
    height: f32,
    /// A letter was met that the font lacks.
    lacks: Cell<bool>,
}

impl Tone {
    pub(super) fn ink(self) -> &'static str {
        match self {
            Tone::Green => "#4cc38a",
            Tone::Blue => "#5b9df5",
            Tone::Amber => "#f5c04a",
            Tone::Red => "#e5545f",
            Tone::Violet => "#b58cf2",
            Tone::Grey => "#868b94",
        }
    }
}

pub(super) fn colour(ink: &str) -> Color {
    Color::parse(ink).unwrap_or_else(Color::white)
}

impl Sheet {
    /// A sheet with title, subtitle and legend; also gives what is left of it.
    pub(super) fn new(title: &str, subtitle: &str, legend: &[(&str, Tone)]) -> (Self, Area) {
        Self::of_height(HEIGHT, title, subtitle, legend)
    }

    /// The same, lower: for what would leave most of a sheet empty.
    pub(super) fn of_height(height: f32, title: &str, subtitle: &str, legend: &[(&str, Tone)]) -> (Self, Area) {
        let mut sheet = Self { canvas: Canvas::new(WIDTH, height), height, lacks: Cell::new(false) };
        sheet.block(Area { left: 0.0, top: 0.0, right: WIDTH, bottom: height }, PAPER, 10.0);
        let room = WIDTH - EDGE * 2.0;
        let title = sheet.fit(title, TITLE, room);
        sheet.words(&title, (EDGE, 40.0), (TITLE, BRIGHT), Anchor::Start);
        let subtitle = sheet.fit(subtitle, LEGEND, room);
        sheet.words(&subtitle, (EDGE, 61.0), (LEGEND, QUIET), Anchor::Start);
        sheet.legend(legend, room);
        (sheet, Area { left: EDGE, top: HEAD, right: WIDTH - EDGE, bottom: height - FOOT })
    }

    /// One line of names; each gets an equal share of the room when they are too long together.
    fn legend(&mut self, legend: &[(&str, Tone)], room: f32) {
        const SWATCH: f32 = 16.0;
        const GAP: f32 = 22.0;
        let each = room / legend.len().max(1) as f32 - SWATCH - GAP;
        let whole: f32 = legend.iter().map(|(name, _)| self.width(name, LEGEND) + SWATCH + GAP).sum();
        let mut x = EDGE;
        for (name, tone) in legend {
            let name = if whole > room { self.fit(name, LEGEND, each) } else { self.drawable(name) };
            self.block(Area { left: x, top: 77.0, right: x + 10.0, bottom: 87.0 }, tone.ink(), 2.0);
            self.words(&name, (x + SWATCH, 86.5), (LEGEND, QUIET), Anchor::Start);
            x += SWATCH + self.width(&name, LEGEND) + GAP;
        }
    }

    /// Says that there is nothing to draw.
    pub(super) fn nothing(&mut self, area: Area) {
        let middle = ((area.left + area.right) / 2.0, (area.top + area.bottom) / 2.0);
        self.words("Nothing in this period yet.", middle, (16.0, QUIET), Anchor::Middle);
    }

    /// A word at the foot of the sheet: what was left out.
    pub(super) fn foot(&mut self, words: &str) {
        let words = self.fit(words, SMALL, WIDTH / 2.0);
        self.words(&words, (WIDTH - EDGE, self.height - 13.0), (SMALL, QUIET), Anchor::End);
    }

    /// A filled rectangle.
    pub(super) fn block(&mut self, area: Area, ink: &str, round: f32) {
        self.canvas.rect(Rect {
            fill: Some(colour(ink).into()),
            left: area.left,
            top: area.top,
            width: (area.right - area.left).max(0.0),
            height: (area.bottom - area.top).max(0.0),
            rx: Some(round),
            ry: Some(round),
            ..Rect::default()
        });
    }

    /// A straight line.
    pub(super) fn line(&mut self, from: (f32, f32), to: (f32, f32), ink: &str) {
        let ends = charts_rs::Line {
            color: Some(colour(ink)),
            left: from.0,
            top: from.1,
            right: to.0,
            bottom: to.1,
            ..Default::default()
        };
        self.canvas.line(ends);
    }

    /// A line through points.
    pub(super) fn path(&mut self, points: &[(f32, f32)], ink: &str, width: f32) {
        let points = points.iter().map(|point| (point.0, point.1).into()).collect();
        self.canvas.polyline(Polyline { color: Some(colour(ink)), stroke_width: width, points });
    }

    /// A dot with the paper's colour around it.
    pub(super) fn dot(&mut self, at: (f32, f32), ink: &str) {
        let ring = Some(colour(PAPER));
        self.canvas.circle(Circle {
            fill: Some(colour(ink)),
            stroke_color: ring,
            stroke_width: 2.0,
            cx: at.0,
            cy: at.1,
            r: 5.0,
            ..Default::default()
        });
    }

    /// A text with its base line at a point; not cut.
    pub(super) fn words(&mut self, words: &str, at: (f32, f32), (size, ink): (f32, &str), anchor: Anchor) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        self.canvas.text(Text {
            text: self.drawable(words),
            font_family: Some(DEFAULT_FONT_FAMILY.to_owned()),
            font_size: Some(size),
            font_color: Some(colour(ink)),
            x: Some(at.0),
            y: Some(at.1),
            text_anchor: Some(anchor.to_owned()),
            ..Text::default()
        });
    }

    /// A figure beside a bar, on paper of its own, so that no grid line runs through it.
    pub(super) fn figure(&mut self, figure: &str, at: (f32, f32), anchor: Anchor) {
        let size = SMALL + 1.0;
        let width = self.width(figure, size);
        let left = if anchor == Anchor::Middle { at.0 - width / 2.0 } else { at.0 };
        self.block(Area { left: left - 2.0, top: at.1 - size + 1.0, right: left + width + 2.0, bottom: at.1 + 3.0 }, PAPER, 0.0);
        self.words(figure, at, (size, BRIGHT), anchor);
    }

    /// How wide a text comes out.
    pub(super) fn width(&self, words: &str, size: f32) -> f32 {
        let guess = words.chars().count() as f32 * size * 0.6;
        charts_rs::measure_text_width_family(DEFAULT_FONT_FAMILY, size, words).map_or(guess, |measured| measured.width())
    }

    /// The text, cut where it is wider than the room.
    pub(super) fn fit(&self, words: &str, size: f32, room: f32) -> String {
        let whole = self.drawable(words);
        if self.width(&whole, size) <= room {
            return whole;
        }
        let mut cut: Vec<char> = whole.chars().take(200).collect();
        while !cut.is_empty() {
            cut.pop();
            let shorter: String = cut.iter().collect::<String>().trim_end().to_owned() + "…";
            if self.width(&shorter, size) <= room {
                return shorter;
            }
        }
        String::new()
    }

    /// The text in letters that the font has.
    fn drawable(&self, words: &str) -> String {
        let clean = Untrusted::new(words).one_line();
        let draw = |c: char| {
            let known = is_in_font(c);
            self.lacks.set(self.lacks.get() || !known && c != '◊');
            if known { c } else { '◊' }
        };
        clean.raw().nfc().map(draw).collect()
    }

    /// The picture.
    pub(super) fn png(mut self) -> Result<Vec<u8>, ChartError> {
        if self.lacks.get() {
            self.words(
                "◊: a letter that this picture cannot show; the table has it",
                (EDGE, self.height - 13.0),
                (SMALL, QUIET),
                Anchor::Start,
            );
        }
        let svg = self.canvas.svg().map_err(|error| ChartError(error.to_string()))?;
        let width = (WIDTH * SCALE) as u32;
        charts_rs::svg_to_png_with_size(&svg, Some(width), None).map_err(|error| ChartError(error.to_string()))
    }
}

/// Whether the embedded font has the letter: Latin, Greek, Cyrillic, Vietnamese, common signs.
fn is_in_font(c: char) -> bool {
    matches!(c,
        ' '..='~' | '\u{A0}'..='\u{17F}' | '\u{218}'..='\u{21B}' | '\u{384}'..='\u{38A}' | '\u{38C}' | '\u{38E}'..='\u{3A1}'
        | '\u{3A3}'..='\u{3CE}' | '\u{400}'..='\u{486}' | '\u{488}'..='\u{513}' | '\u{1E80}'..='\u{1E85}' | '\u{1EA0}'..='\u{1EF9}'
        | '–' | '—' | '‘'..='‚' | '“'..='„' | '…' | '•' | '€' | '™' | '≤' | '≥' | '≠' | '◊')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_that_the_font_lacks_is_marked_and_explained() {
        let (sheet, _) = Sheet::new("Łódź, Ελένη, Юлия, Nguyễn", "", &[]);
        assert!(!sheet.lacks.get());
        assert_eq!(sheet.drawable("田中 e\u{301}\n🙂"), "◊◊ é ◊");
        assert!(sheet.lacks.get());
    }

    #[test]
    fn a_cut_text_fits_its_room() {
        let (sheet, _) = Sheet::new("", "", &[]);
        let cut = sheet.fit("Bartholomew Featherstonehaugh the Elder", SMALL, 90.0);
        assert!(cut.ends_with('…') && sheet.width(&cut, SMALL) <= 90.0, "{cut}");
        assert_eq!(sheet.fit("Ann", SMALL, 90.0), "Ann");
        assert_eq!(sheet.fit("Ann", SMALL, 1.0), "");
    }
}
