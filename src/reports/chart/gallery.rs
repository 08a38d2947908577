//! Every kind of picture, empty, small and crowded. With `LEADBELL_PICTURES` naming a directory they are kept for people to look at.

use super::*;
use crate::reports::world::any_rows;
use crate::reports::{Kind, report};

fn bars(layout: Layout, groups: &[(&str, &[f64])]) -> Chart {
    let series = [("converted", Tone::Green), ("reached", Tone::Blue), ("tried", Tone::Amber), ("untouched", Tone::Red)];
    Chart::Bars(Bars {
        title: "What became of claimed leads".to_owned(),
        subtitle: "claimed in the period, by rep".to_owned(),
        unit: "leads",
        layout,
        series: series.map(|(name, tone)| Series { name: name.to_owned(), tone }).to_vec(),
        groups: groups.iter().map(|(name, values)| Group { name: (*name).to_owned(), values: values.to_vec() }).collect(),
    })
}

fn curve(name: &str, tone: Tone, span: f64, n: usize, done: usize) -> Line {
    let at = |i: usize| span * (i as f64 / n as f64).powi(3) + 20.0;
    let mut points = vec![(0.0, 0.0)];
    points.extend((1..=done).map(|i| (at(i), i as f64 / n as f64)));
    points.push(((span * 1.4).max(at(done)), done as f64 / n as f64));
    Line { name: name.to_owned(), tone, points, open: vec![span * 0.3, span * 0.6, span * 1.4] }
}

fn lines(lines: Vec<Line>) -> Chart {
    let subtitle = "share of 48 leads that somebody tried to reach, by time since received; ticks: still untouched".to_owned();
    Chart::Lines(Lines { title: "Speed to lead".to_owned(), subtitle, lines })
}

fn all() -> Vec<(&'static str, Chart)> {
    let few: [(&str, &[f64]); 4] = [
        ("Ann", &[4.0, 11.0, 6.0, 1.0]),
        ("Юлия Шевченко", &[2.0, 9.0, 8.0, 0.0]),
        ("Ελένη Παπαδοπούλου", &[0.0, 5.0, 2.0, 7.0]),
        ("田中 Łucja 🙂", &[1.0, 0.0, 0.0, 0.0]),
    ];
    let names: Vec<String> =
        (1..=40).map(|i| if i % 3 == 0 { format!("Bartholomew Featherstonehaugh {i}") } else { format!("Rep {i}") }).collect();
    let values: Vec<[f64; 4]> = (0..40).map(|i| [f64::from(40 - i), f64::from(i % 7) * 20.0, 35.0, f64::from(i % 4)]).collect();
    let many: Vec<(&str, &[f64])> = names.iter().zip(&values).map(|(name, values)| (name.as_str(), values.as_slice())).collect();
    let stages: Vec<(&str, &[f64])> =
        ["Open", "Contacted", "Nurture", "Qualified", "Negotiation", "Customer", "Inactive", "Unqualified and never to return"]
            .into_iter()
            .zip(
                [
                    [812.0, 1204.0, 40.0, 3.0],
                    [300.0, 205.0, 0.0, 0.0],
                    [80.0, 90.0, 30.0, 11.0],
                    [60.0, 0.0, 0.0, 4.0],
                    [20.0, 9.0, 1.0, 1.0],
                    [9.0, 0.0, 0.0, 0.0],
                    [1.0, 1.0, 1.0, 1.0],
                    [0.0; 4],
                ]
                .each_ref()
                .map(|v| v.as_slice()),
            )
            .collect();
    let week = 7.0 * 86_400.0;
    vec![
        ("stacked-empty", bars(Layout::Stacked, &[])),
        ("stacked-one", bars(Layout::Stacked, &few[..1])),
        ("stacked-few", bars(Layout::Stacked, &few)),
        ("stacked-stages", bars(Layout::Stacked, &stages)),
        ("stacked-many", bars(Layout::Stacked, &many)),
        ("grouped-few", bars(Layout::Grouped, &few)),
        ("grouped-stages", bars(Layout::Grouped, &stages)),
        ("lying-one", bars(Layout::Lying, &few[..1])),
        ("lying-few", bars(Layout::Lying, &few)),
        ("lying-many", bars(Layout::Lying, &many)),
        ("lying-nonsense", bars(Layout::Lying, &[("NaN", &[f64::NAN, -3.0, 2.0, f64::INFINITY]), ("short", &[1.0])])),
        ("lines-empty", lines(Vec::new())),
        ("lines-one", lines(vec![curve("wall time, p50 20 s", Tone::Blue, 30.0, 1, 1)])),
        (
            "lines-three",
            lines(vec![
                curve("wall time before, p50 4 h 20", Tone::Grey, 90_000.0, 40, 36),
                curve("business time, p50 12 min", Tone::Green, 9_000.0, 48, 44),
                curve("wall time, p50 1 h 05", Tone::Blue, 60_000.0, 48, 44),
            ]),
        ),
        ("lines-slow", lines(vec![curve("wall time, p50 not reached yet", Tone::Blue, week * 60.0, 48, 20)])),
    ]
}

/// The pictures of the reports themselves, over a crowd of leads.
fn of_reports() -> impl Iterator<Item = (&'static str, Chart)> {
    let (world, rows) = any_rows(7, 4000);
    let chart = move |kind: Kind| Some((kind.key(), report(kind, &rows, world.ask()).chart?));
    Kind::ALL.into_iter().filter_map(chart)
}

#[test]
fn every_picture_is_drawn_whatever_is_in_it() {
    let keep = std::env::var_os("LEADBELL_PICTURES");
    for (name, chart) in all().into_iter().chain(of_reports()) {
        let png = chart.png().unwrap();
        assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n", "{name}");
        let side = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
        assert!(side(16) == 1600 && (500..=840).contains(&side(20)), "{name}");
        if let Some(directory) = &keep {
            std::fs::write(std::path::Path::new(directory).join(format!("{name}.png")), png).unwrap();
        }
    }
}
