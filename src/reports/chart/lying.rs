//! Bars that lie, stacked from left to right: for names and for many groups.

use super::Bars;
use super::bars::{THINNEST, sheet, values};
use super::ink::{AXIS, Anchor, Area, BRIGHT, FOOT, GRID, HEAD, HEIGHT, PAPER, QUIET, SMALL, Sheet};
use super::scale;
use crate::reports::words;

/// More than these are counted at the foot.
const ROWS_MAX: usize = 14;
const NAME_ROOM: f32 = 190.0;
const ROW_MAX: f32 = 62.0;

pub(super) fn draw(bars: &Bars) -> Sheet {
    let shown = &bars.groups[..bars.groups.len().min(ROWS_MAX)];
    let height = (HEAD + ROW_MAX * shown.len().max(2) as f32 + FOOT).min(HEIGHT);
    let (mut sheet, mut area) = sheet(bars, height);
    let most = shown.iter().map(|group| values(bars, group).iter().sum()).fold(0.0, f64::max);
    if most <= 0.0 {
        sheet.nothing(area);
        return sheet;
    }
    let names: Vec<String> = shown.iter().map(|group| sheet.fit(&group.name, SMALL + 1.0, NAME_ROOM)).collect();
    let name_room = names.iter().map(|name| sheet.width(name, SMALL + 1.0)).fold(40.0, f32::max);
    let ticks = scale::counts(most);
    let end = ticks.last().copied().unwrap_or(1.0);
    area.left += name_room + 12.0;
    area.right -= sheet.width(&words::count(most.round() as u64), SMALL + 1.0) + 8.0;
    let x = move |value: f64| area.left + (value / end) as f32 * (area.right - area.left);
    let row = ((area.bottom - area.top) / shown.len() as f32).min(ROW_MAX);
    let bottom = area.top + row * shown.len() as f32;
    for tick in &ticks {
        let ink = if *tick == 0.0 { AXIS } else { GRID };
        sheet.line((x(*tick), area.top - 4.0), (x(*tick), bottom), ink);
        sheet.words(&scale::short(*tick), (x(*tick), bottom + 16.0), (SMALL, QUIET), Anchor::Middle);
    }
    for (i, (group, name)) in shown.iter().zip(&names).enumerate() {
        let middle = area.top + row * (i as f32 + 0.5);
        sheet.words(name, (area.left - 10.0, middle + 4.5), (SMALL + 1.0, BRIGHT), Anchor::End);
        let end = parts(&mut sheet, bars, &values(bars, group), (middle, row), &x);
        let total: f64 = values(bars, group).iter().sum();
        sheet.figure(&words::count(total.round() as u64), (end + 7.0, middle + 4.5), Anchor::Start);
    }
    let beyond = bars.groups.len() - shown.len();
    if beyond > 0 {
        sheet.foot(&format!("and {beyond} more, in the table"));
    }
    sheet
}

/// The parts of one bar; gives where it ends.
fn parts(sheet: &mut Sheet, bars: &Bars, values: &[f64], (middle, row): (f32, f32), x: &dyn Fn(f64) -> f32) -> f32 {
    let half = (row * 0.36).min(18.0);
    let mut before = 0.0;
    for (value, series) in values.iter().zip(&bars.series).filter(|(value, _)| **value > 0.0) {
        let (left, right) = (x(before), x(before + value).max(x(before) + THINNEST));
        before += value;
        let gap = if right - left > 4.0 { 1.0 } else { 0.0 };
        sheet.block(Area { left, top: middle - half, right: right - gap, bottom: middle + half }, series.tone.ink(), 2.0);
        let inside = words::count(value.round() as u64);
        if sheet.width(&inside, SMALL) + 8.0 <= right - left {
            sheet.words(&inside, ((left + right) / 2.0, middle + 4.0), (SMALL, PAPER), Anchor::Middle);
        }
    }
    x(before)
}
