//! Shares that grow with time, as steps over a logarithmic time axis.

use super::ink::{AXIS, Anchor, Area, GRID, QUIET, SMALL, Sheet};
use super::scale::Times;
use super::{Line, Lines};

pub(super) fn draw(lines: &Lines) -> Sheet {
    let legend: Vec<_> = lines.lines.iter().rev().map(|line| (line.name.as_str(), line.tone)).collect();
    let (mut sheet, mut area) = Sheet::new(&lines.title, &lines.subtitle, &legend);
    let ends = lines.lines.iter().filter_map(|line| line.points.last());
    let Some(most) = ends.map(|(seconds, _)| *seconds).reduce(f64::max) else {
        sheet.nothing(area);
        return sheet;
    };
    let times = Times::new(most);
    area.left += sheet.width("100%", SMALL) + 10.0;
    frame(&mut sheet, area, &times);
    for line in &lines.lines {
        steps(&mut sheet, area, &times, line);
    }
    sheet
}

fn height(area: Area, share: f64) -> f32 {
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    area.bottom - share as f32 * (area.bottom - area.top)
}

fn frame(sheet: &mut Sheet, area: Area, times: &Times) {
    for percent in [0, 25, 50, 75, 100] {
        let y = height(area, f64::from(percent) / 100.0);
        sheet.line((area.left, y), (area.right, y), if percent == 0 { AXIS } else { GRID });
        sheet.words(&format!("{percent}%"), (area.left - 10.0, y + 4.0), (SMALL, QUIET), Anchor::End);
    }
    let mut free_from = area.left - 30.0;
    for (place, words) in times.ticks() {
        let x = area.left + place * (area.right - area.left);
        sheet.line((x, area.top), (x, area.bottom), GRID);
        let half = sheet.width(words, SMALL) / 2.0;
        if x - half >= free_from + 8.0 && x + half <= area.right + 20.0 {
            sheet.words(words, (x, area.bottom + 18.0), (SMALL, QUIET), Anchor::Middle);
            free_from = x + half;
        }
    }
}

fn steps(sheet: &mut Sheet, area: Area, times: &Times, line: &Line) {
    let x = |seconds: f64| area.left + times.place(seconds) * (area.right - area.left);
    let mut path: Vec<(f32, f32)> = Vec::with_capacity(line.points.len() * 2);
    for (seconds, share) in &line.points {
        let point = (x(*seconds), height(area, *share));
        if let Some((_, before)) = path.last().copied() {
            path.push((point.0, before));
        }
        path.push(point);
    }
    for open in &line.open {
        let share = line.points.iter().take_while(|(seconds, _)| seconds <= open).last().map_or(0.0, |(_, share)| *share);
        let y = height(area, share);
        sheet.line((x(*open), y - 5.0), (x(*open), y + 5.0), line.tone.ink());
    }
    sheet.path(&path, line.tone.ink(), 2.5);
    if let Some((seconds, _)) = line.points.iter().find(|(_, share)| *share >= 0.5 - 1e-9) {
        sheet.dot((x(*seconds), height(area, 0.5)), line.tone.ink());
    }
}
