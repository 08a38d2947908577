//! Whether the score is true: of leads that are over, how many were won, by what they were worth when they came in.
//! The first score counts and not the newest: what is learnt later raises a score because the lead goes well, and would prove itself.
//! Won is told among those that are over; a lead under way says nothing yet. Duplicates are left out.
//! Invariant: every lead with a score is in one band and one tier.

use super::chart::{Bars, Chart, Group, Layout, Series, Tone};
use super::interval::{trend, wilson};
use super::rows::LeadRow;
use super::table::{Cell, Column, Table};
use super::{Ask, Fold, Report, words};
use crate::domain::lead::Exit;
use crate::domain::scoring::Tier;

/// So many bands.
const BANDS: usize = 5;

/// Points of a band.
const WIDE: u8 = 20;

/// Fewer than this that are over prove nothing.
const ENOUGH: u64 = 30;

/// Beyond this a trend is no chance, 95 times in 100.
const SURE: f64 = 1.96;

/// The leads of a band or a tier.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    leads: u64,
    over: u64,
    won: u64,
}

impl Tally {
    fn see(&mut self, exit: Option<Exit>) {
        self.leads += 1;
        self.over += u64::from(exit.is_some());
        self.won += u64::from(exit == Some(Exit::Converted));
    }

    fn share(self) -> Cell {
        match wilson(self.won, self.over) {
            None => Cell::Share(None),
            some => Cell::Estimate(self.won as f64 / self.over as f64, some),
        }
    }

    fn words(self) -> String {
        format!("{} of {}", words::share(self.won as f64 / self.over.max(1) as f64), words::count(self.over))
    }
}

/// The fold.
pub struct Scores<'a> {
    ask: Ask<'a>,
    bands: [Tally; BANDS],
    /// Cold, warm, hot.
    tiers: [Tally; 3],
    unknown: u64,
}

impl<'a> Scores<'a> {
    /// Nothing counted yet.
    #[must_use]
    pub fn new(ask: Ask<'a>) -> Self {
        Self { ask, bands: Default::default(), tiers: Default::default(), unknown: 0 }
    }
}

impl Fold for Scores<'_> {
    fn add(&mut self, row: &LeadRow) {
        if !self.ask.counts(row) || !self.ask.period.contains(row.received_at) || row.exit == Some(Exit::Merged) {
            return;
        }
        let Some((points, tier)) = row.first_score else {
            self.unknown += 1;
            return;
        };
        self.bands[usize::from(points / WIDE).min(BANDS - 1)].see(row.exit);
        let tier = match tier {
            Tier::Cold => 0,
            Tier::Warm => 1,
            Tier::Hot => 2,
        };
        self.tiers[tier].see(row.exit);
    }

    fn report(self) -> Report {
        let all = self.bands.iter().fold(Tally::default(), |all, band| Tally {
            leads: all.leads + band.leads,
            over: all.over + band.over,
            won: all.won + band.won,
        });
        let mut figures = self.ask.scope();
        if all.leads > 0 {
            figures.extend(verdict(&self.bands));
        }
        if self.unknown > 0 {
            figures.push(format!("Without a score when they came in: {}, left out", words::leads(self.unknown)));
        }
        let bands = (0..BANDS).rev().map(|band| line(&name(band), self.bands[band]));
        let tiers = [("hot", 2), ("warm", 1), ("cold", 0)].map(|(word, tier)| line(word, self.tiers[tier]));
        let columns = [
            ("Score", "score"),
            ("Leads", "leads"),
            ("Over", "over"),
            ("Won", "won"),
            ("Won of over", "won of those that are over"),
            ("", "95% interval, low"),
            ("", "95% interval, high"),
        ];
        Report {
            title: "Scores",
            period: self.ask.period.words(),
            figures,
            table: Table {
                columns: columns.map(|(head, csv)| Column::new(head, csv)).to_vec(),
                rows: if all.leads == 0 { Vec::new() } else { bands.chain(tiers).collect() },
                total: (all.leads > 0).then(|| line("All", all)),
            },
            notes: vec![
                "Leads received in the period by their first score and tier, without duplicates; what came of them until now."
                    .to_owned(),
                "Won of over: with the range that 95 of 100 such shares lie in. Leads that are not over yet are in neither."
                    .to_owned(),
            ],
            chart: (all.over > 0).then(|| chart(&self.bands)),
        }
    }
}

/// Whether higher bands really win more.
fn verdict(bands: &[Tally; BANDS]) -> Vec<String> {
    let over: u64 = bands.iter().map(|band| band.over).sum();
    let ends = || {
        let mut some = (0..BANDS).filter(|band| bands[*band].over > 0);
        let (low, high) = (some.next()?, some.next_back()?);
        Some(format!("{}: {}; {}: {}", name(high), bands[high].words(), name(low), bands[low].words()))
    };
    let trend = trend(&bands.map(|band| (band.won, band.over)));
    let mut told = vec![match (trend, ends()) {
        (Some(z), Some(ends)) if over >= ENOUGH && z >= SURE => format!("True: higher scores win more ({ends})"),
        (Some(z), Some(ends)) if over >= ENOUGH && z <= -SURE => format!("False: higher scores win less ({ends})"),
        (Some(_), Some(ends)) if over >= ENOUGH => format!("Not shown: higher scores do not clearly win more ({ends})"),
        _ => format!(
            "Too early to say whether higher scores win more: {} over, {ENOUGH} in two bands are needed",
            words::leads(over)
        ),
    }];
    for low in 0..BANDS - 1 {
        let (below, above) = (bands[low], bands[low + 1]);
        let apart =
            wilson(above.won, above.over).zip(wilson(below.won, below.over)).is_some_and(|(above, below)| above.1 < below.0);
        if apart {
            told.push(format!("But {} wins less ({}) than {} ({})", name(low + 1), above.words(), name(low), below.words()));
        }
    }
    told
}

/// `80–100`.
fn name(band: usize) -> String {
    let wide = usize::from(WIDE);
    let last = if band + 1 == BANDS { 100 } else { (band + 1) * wide - 1 };
    format!("{}–{last}", band * wide)
}

fn line(score: &str, tally: Tally) -> Vec<Cell> {
    let (low, high) = wilson(tally.won, tally.over).unzip();
    let mut cells = vec![Cell::text(score)];
    cells.extend([tally.leads, tally.over, tally.won].map(Cell::Count));
    cells.extend([tally.share(), Cell::Share(low), Cell::Share(high)]);
    cells
}

fn chart(bands: &[Tally; BANDS]) -> Chart {
    let group = |(band, tally): (usize, &Tally)| {
        let parts = [tally.won, tally.over - tally.won, tally.leads - tally.over];
        Group { name: name(band), values: parts.map(|n| n as f64).to_vec() }
    };
    let parts = [("won", Tone::Green), ("over, not won", Tone::Grey), ("under way", Tone::Blue)];
    Chart::Bars(Bars {
        title: "What became of leads by their first score".to_owned(),
        subtitle: "received in the period".to_owned(),
        unit: "leads",
        layout: Layout::Stacked,
        series: parts.map(|(name, tone)| Series { name: name.to_owned(), tone }).to_vec(),
        groups: bands.iter().enumerate().map(group).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::LeadId;
    use crate::reports::world::{World, at};
    use crate::reports::{Kind, report};

    /// So many leads of a score, of which some are over and some of those won.
    fn leads(score: u8, [all, over, won]: [usize; 3]) -> Vec<LeadRow> {
        let tier = if score >= 70 {
            Tier::Hot
        } else if score >= 40 {
            Tier::Warm
        } else {
            Tier::Cold
        };
        let exit = |nth| (nth < over).then_some(if nth < won { Exit::Converted } else { Exit::Unqualified });
        let row =
            |nth| LeadRow { first_score: Some((score, tier)), exit: exit(nth), ..LeadRow::blank(LeadId(1), at("23T10:00")) };
        (0..all).map(row).collect()
    }

    fn first_figure(bands: &[(u8, [usize; 3])]) -> String {
        let world = World::new();
        let rows: Vec<LeadRow> = bands.iter().flat_map(|(score, counts)| leads(*score, *counts)).collect();
        report(Kind::Scores, &rows, world.ask()).figures.join(" | ")
    }

    #[test]
    fn scores_that_are_true_say_so_with_their_intervals() {
        let world = World::new();
        let mut rows = leads(100, [10, 8, 6]);
        rows.extend(leads(80, [4, 4, 2]));
        rows.extend(leads(45, [20, 20, 6]));
        rows.extend(leads(0, [60, 50, 2]));
        rows.push(LeadRow { exit: Some(Exit::Merged), ..rows[0] });
        rows.push(LeadRow { first_score: None, ..rows[0] });
        insta::assert_snapshot!(report(Kind::Scores, &rows, world.ask()).text(), @"
        **Scores** · 23–29 Nov 2026, so far
        ```
        True: higher scores win more (80–100: 67% of 12; 0–19: 4% of 50)
        Without a score when they came in: 1 lead, left out

        Score   Leads  Over  Won  Won of over
        80–100     14    12    8  67% (39–86)
        60–79       0     0    0            –
        40–59      20    20    6  30% (15–52)
        20–39       0     0    0            –
        0–19       60    50    2    4% (1–13)
        hot        14    12    8  67% (39–86)
        warm       20    20    6  30% (15–52)
        cold       60    50    2    4% (1–13)
        All        94    82   16  20% (12–29)
        ```
        Leads received in the period by their first score and tier, without duplicates; what came of them until now.
        Won of over: with the range that 95 of 100 such shares lie in. Leads that are not over yet are in neither.
        ");
    }

    #[test]
    fn a_sentence_says_whether_higher_scores_win_more() {
        for (bands, said) in [
            (vec![(90, [20, 20, 1]), (10, [20, 20, 15])], "False: higher scores win less (80–100: 5% of 20; 0–19: 75% of 20) | "),
            (vec![(90, [40, 40, 11]), (10, [40, 40, 10])], "Not shown: higher scores do not clearly win more"),
            (vec![(90, [40, 12, 11]), (10, [40, 12, 1])], "Too early to say whether higher scores win more: 24 leads over"),
            (vec![(90, [40, 40, 11])], "Too early to say"),
            (vec![(90, [40, 40, 0]), (10, [40, 40, 0])], "Too early to say"),
        ] {
            let told = first_figure(&bands);
            assert!(told.starts_with(said.trim_end_matches(" | ")), "{said:?}: {told}");
        }
    }

    #[test]
    fn a_band_that_wins_less_than_the_one_below_is_named() {
        let told = first_figure(&[(90, [60, 60, 50]), (70, [60, 60, 3]), (50, [60, 60, 30]), (5, [60, 60, 1])]);
        assert_eq!(
            told,
            "True: higher scores win more (80–100: 83% of 60; 0–19: 2% of 60) | But 60–79 wins less (5% of 60) than 40–59 (50% of 60)"
        );
    }

    #[test]
    fn a_period_without_leads_is_not_an_error() {
        let world = World::new();
        let report = report(Kind::Scores, &[], world.ask());
        assert!(report.text().contains("No leads here yet."));
        assert_eq!(report.chart, None);
    }
}
