//! Standing bars, beside or on top of each other.

use super::ink::{AXIS, Anchor, Area, BRIGHT, GRID, HEIGHT, PAPER, QUIET, SMALL, Sheet};
use super::{Bars, Group, Layout, scale};
use crate::reports::words;

/// More groups than these lie down instead.
pub(super) const GROUPS_MAX: usize = 9;
const BAR_WIDTH_MAX: f32 = 64.0;
/// What is there is seen, however little it is.
pub(super) const THINNEST: f32 = 1.5;

/// A sheet headed for bars, and what is left of it.
pub(super) fn sheet(bars: &Bars, height: f32) -> (Sheet, Area) {
    let legend: Vec<_> = bars.series.iter().map(|series| (series.name.as_str(), series.tone)).collect();
    Sheet::of_height(height, &bars.title, &format!("{}, {}", bars.unit, bars.subtitle), &legend)
}

/// The values of a group, one per series, none below 0.
pub(super) fn values(bars: &Bars, group: &Group) -> Vec<f64> {
    let value = |i| group.values.get(i).copied().filter(|value: &f64| value.is_finite()).map_or(0.0, |value| value.max(0.0));
    (0..bars.series.len()).map(value).collect()
}

pub(super) fn draw(bars: &Bars) -> Sheet {
    let (mut sheet, mut area) = sheet(bars, HEIGHT);
    // Room for the figure over the highest bar.
    area.top += 10.0;
    let heights = bars.groups.iter().map(|group| {
        let values = values(bars, group);
        if bars.layout == Layout::Grouped { values.iter().copied().fold(0.0, f64::max) } else { values.iter().sum() }
    });
    let most = heights.fold(0.0, f64::max);
    if most <= 0.0 {
        sheet.nothing(area);
        return sheet;
    }
    let ticks = scale::counts(most);
    let top = ticks.last().copied().unwrap_or(1.0);
    area.left += sheet.width(&scale::short(top), SMALL).max(16.0) + 10.0;
    let y = move |value: f64| area.bottom - (value / top) as f32 * (area.bottom - area.top);
    for tick in &ticks {
        let ink = if *tick == 0.0 { AXIS } else { GRID };
        sheet.line((area.left, y(*tick)), (area.right, y(*tick)), ink);
        sheet.words(&scale::short(*tick), (area.left - 10.0, y(*tick) + 4.0), (SMALL, QUIET), Anchor::End);
    }
    let slot = (area.right - area.left) / bars.groups.len() as f32;
    for (i, group) in bars.groups.iter().enumerate() {
        let middle = area.left + slot * (i as f32 + 0.5);
        let name = sheet.fit(&group.name, SMALL + 1.0, slot - 8.0);
        sheet.words(&name, (middle, area.bottom + 20.0), (SMALL + 1.0, BRIGHT), Anchor::Middle);
        let values = values(bars, group);
        if bars.layout == Layout::Grouped {
            beside(&mut sheet, bars, &values, (middle, slot), &y);
        } else {
            stacked(&mut sheet, bars, &values, (middle, slot), &y);
        }
    }
    sheet
}

fn stacked(sheet: &mut Sheet, bars: &Bars, values: &[f64], (middle, slot): (f32, f32), y: &dyn Fn(f64) -> f32) {
    let half = (slot * 0.58).min(BAR_WIDTH_MAX) / 2.0;
    let mut below = 0.0;
    for (value, series) in values.iter().zip(&bars.series).filter(|(value, _)| **value > 0.0) {
        let (bottom, top) = (y(below), y(below + value).min(y(below) - THINNEST));
        below += value;
        // A thin gap keeps neighbours apart, where there is room for one.
        let gap = if bottom - top > 4.0 { 1.0 } else { 0.0 };
        sheet.block(Area { left: middle - half, top, right: middle + half, bottom: bottom - gap }, series.tone.ink(), 2.0);
        let inside = words::count(value.round() as u64);
        if bottom - top >= 16.0 && sheet.width(&inside, SMALL) + 6.0 <= half * 2.0 {
            sheet.words(&inside, (middle, (bottom + top) / 2.0 + 4.0), (SMALL, PAPER), Anchor::Middle);
        }
    }
    let total = words::count(below.round() as u64);
    sheet.figure(&total, (middle, y(below) - 7.0), Anchor::Middle);
}

fn beside(sheet: &mut Sheet, bars: &Bars, values: &[f64], (middle, slot): (f32, f32), y: &dyn Fn(f64) -> f32) {
    let width = (slot * 0.8 / values.len() as f32).min(BAR_WIDTH_MAX);
    let start = middle - width * values.len() as f32 / 2.0;
    for (i, (value, series)) in values.iter().zip(&bars.series).enumerate() {
        let left = start + width * i as f32;
        sheet.block(
            Area {
                left: left + 1.0,
                top: if *value > 0.0 { y(*value).min(y(0.0) - THINNEST) } else { y(0.0) },
                right: left + width - 1.0,
                bottom: y(0.0),
            },
            series.tone.ink(),
            2.0,
        );
        let above = scale::figure(*value);
        if *value > 0.0 && sheet.width(&above, SMALL) + 2.0 <= width {
            sheet.words(&above, (left + width / 2.0, y(*value) - 5.0), (SMALL, QUIET), Anchor::Middle);
        }
    }
}
