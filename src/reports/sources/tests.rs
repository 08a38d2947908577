//! Sources counted by hand.

use chrono::Duration;
use proptest::prelude::*;

use super::*;
use crate::domain::ids::LeadId;
use crate::reports::rows::Standing;
use crate::reports::world::{World, any_rows, at};
use crate::reports::{Kind, report};

/// From Monday to Tuesday noon, as the world has it, in each of the eight weeks before.
fn weeks() -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
    let (from, to) = (at("23T00:00"), at("24T12:00"));
    (1..=8).map(|nth| (from - Duration::weeks(nth), to - Duration::weeks(nth))).collect()
}

struct Counted {
    world: World,
    rows: Vec<LeadRow>,
    inflow: Inflow,
}

/// A website with a history of eight weeks, a fair that is new, and what is added by hand.
fn counted() -> Counted {
    let mut world = World::new();
    let website = world.names.sources.enrol_as("website", "Website form");
    let fair = world.names.sources.enrol_as("fair", "Trade fair `2026`");
    let by_hand = world.names.sources.enrol("by_hand");
    let invalid = world.names.reasons.enrol("invalid_data");
    let mut rows = Vec::new();
    let mut lead = |source, received, change: fn(LeadRow) -> LeadRow| {
        let id = LeadId(rows.len() as i64 + 1);
        rows.push(change(LeadRow { source, ..LeadRow::blank(id, received) }));
    };
    let plain = |row| row;
    let removed = |row| LeadRow { standing: Standing::Closed, exit: Some(Exit::Removed), ..row };
    let merged = |row| LeadRow { standing: Standing::Closed, exit: Some(Exit::Merged), ..row };
    let won = |row| LeadRow { standing: Standing::Closed, exit: Some(Exit::Converted), kind: StageKind::Customer, ..row };
    let qualified = |row| LeadRow { kind: StageKind::Qualified, ..row };
    let test = |row| LeadRow { is_test: true, ..row };
    // This week: two plain, one spam, one won, one qualified; a test and a duplicate are no leads.
    for change in [plain, plain, removed, won, qualified, test, merged] {
        lead(website, at("23T09:00"), change);
    }
    // Eight weeks of history: 10, 10, … and one week with a campaign of 60; what came after the span does not count.
    for week in 1..=8 {
        for _ in 0..if week == 3 { 60 } else { 10 } {
            lead(website, at("23T09:00") - Duration::weeks(week), plain);
        }
        lead(website, at("24T12:00") - Duration::weeks(week), plain);
    }
    // The fair began last week: nothing can be usual yet, and one lead says little.
    lead(fair, at("19T09:00"), plain);
    lead(fair, at("24T10:00"), plain);
    lead(by_hand, at("24T11:00"), plain);
    let bad = LeadRow {
        source: fair,
        reason: Some(invalid),
        standing: Standing::Closed,
        exit: Some(Exit::Unqualified),
        ..LeadRow::blank(LeadId(900), at("24T10:30"))
    };
    rows.push(bad);
    let door = |source, since, sent| Door {
        source,
        since,
        sent,
        repeats: 0,
        unread: 0,
        refused: 0,
        last_at: None,
        quiet_since: None,
        unauthenticated: false,
    };
    let doors = vec![
        Door {
            repeats: 2,
            unread: 1,
            refused: 4,
            last_at: Some(at("23T09:00")),
            quiet_since: Some(at("23T09:00")),
            ..door(website, at("01T00:00") - Duration::weeks(20), 11)
        },
        Door { unauthenticated: true, last_at: Some(at("24T10:30")), ..door(fair, at("19T08:00"), 2) },
    ];
    Counted { world, rows, inflow: Inflow { doors, weeks: weeks() } }
}

fn fold(counted: &Counted) -> Report {
    let mut fold = Sources::new(counted.world.ask(), &counted.inflow);
    counted.rows.iter().for_each(|row| fold.add(row));
    fold.report()
}

#[test]
fn sources_counted_by_hand() {
    insta::assert_snapshot!(fold(&counted()).text(), @r"
    **Sources** · 23–29 Nov 2026, so far
    ```
    Leads 8
    Quiet for longer than they ever are: Website form

    Source             Sent  Leads  Usual     Invalid  Qual.  Won  Again  Tests  Unread  Refused    Last  Proof
    Website form         11      5     10  20% (4–62)      2    1      3      1       1        4    27 h  signed
    Trade fair '2026'     2      2         50% (9–91)      0    0      0      0       0        0  1 h 30  none
    by_hand                      1          0% (0–79)      0    0      0      0
    All                  13      8         25% (7–59)      2    1      3      1       1        4
    ```
    Leads received in the period, without tests and duplicates. Usual: the middle of the same span in the 8 weeks before.
    Invalid: closed as spam or invalid data; among fewer than 30 leads with the range that 95 of 100 such shares lie in.
    Qualified, won: as they stand now. Sent: deliveries. Again: sent twice, or a duplicate. Columns with nothing in them are left out.
    Proof none: unauthenticated, nothing but its address proves who sends.
    ");
}

#[test]
fn what_a_spreadsheet_gets_has_every_column() {
    let csv = String::from_utf8(fold(&counted()).table.csv().unwrap()).unwrap();
    insta::assert_snapshot!(csv.replace('\r', ""), @r#"
    ﻿source,deliveries,leads,usual leads (median of the same span in the 8 weeks before),invalid share of leads,"invalid share, 95% interval from","invalid share, 95% interval to",qualified,won,repeats and duplicates,tests,could not be read,refused requests,since the last delivery (seconds),proof of who sends
    Website form,11,5,10,0.2000,0.0362,0.6245,2,1,3,1,1,4,97200,signed
    Trade fair `2026`,2,2,,0.5000,0.0945,0.9055,0,0,0,0,0,0,5400,none
    by_hand,,1,,0.0000,0.0000,0.7935,0,0,0,0,,,,
    "#);
}

#[test]
fn the_middle_of_an_even_number_is_between_the_two() {
    assert_eq!(median(vec![]), None);
    assert_eq!(median(vec![7]), Some(7.0));
    assert_eq!(median(vec![9, 1, 4]), Some(4.0));
    assert_eq!(median(vec![9, 1, 4, 5]), Some(4.5));
}

proptest! {
    #[test]
    fn the_parts_of_the_picture_add_up(seed in any::<u64>()) {
        let (world, rows) = any_rows(seed, 200);
        let report = report(Kind::Sources, &rows, world.ask());
        let leads = rows.iter().filter(|row| {
            world.period.contains(row.received_at) && !row.is_test && row.exit != Some(Exit::Merged)
        });
        let leads = leads.count();
        if let Some(Chart::Bars(bars)) = &report.chart {
            let sum: f64 = bars.groups.iter().flat_map(|group| &group.values).sum();
            prop_assert_eq!(sum as usize, leads);
        }
        prop_assert!(report.text().encode_utf16().count() <= 1900);
    }
}
