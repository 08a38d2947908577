//! Habits of many kinds, and when each is broken.

use super::*;
use crate::domain::hours::Zone;

fn hours() -> Hours {
    Hours::parse("Mo-Fr 09:00-18:00; PH off", "Europe/Berlin", Some("DE")).unwrap()
}

/// A time on the clocks of Berlin.
fn berlin(local: &str) -> DateTime<Utc> {
    Zone::parse("Europe/Berlin").unwrap().instant(format!("{local}:00").parse().unwrap())
}

/// On each day from the first to before the second, so many in each of these hours of these weekdays (Monday is 0).
fn heard(days: (&str, &str), weekdays: std::ops::Range<u32>, of_day: std::ops::Range<u32>, each: u32) -> Heard {
    let zone = Zone::parse("Europe/Berlin").unwrap();
    let (mut day, end): (chrono::NaiveDate, chrono::NaiveDate) = (days.0.parse().unwrap(), days.1.parse().unwrap());
    let (mut by_hour, mut last) = (BTreeMap::new(), berlin(&format!("{}T00:00", days.0)));
    while day < end {
        for hour in of_day.clone().filter(|_| weekdays.contains(&day.weekday().num_days_from_monday())) {
            let at = zone.instant(day.and_hms_opt(hour, 0, 0).unwrap());
            by_hour.insert(hour_of(at), each);
            last = last.max(at);
        }
        day += Duration::days(1);
    }
    let since = berlin(&format!("{}T00:00", days.0));
    Heard { since, last, listened_from: since, by_hour }
}

#[test]
fn what_is_usual_decides_how_long_a_silence_may_last() {
    let none = |heard: Heard| assert_eq!(heard.quiet_at(&hours()), None);
    let at = |heard: Heard, local: &str| {
        let found = heard.quiet_at(&hours()).unwrap();
        assert!((found - berlin(local)).abs() < Duration::minutes(2), "{found} is not {local}");
        let missed = heard.missed_by(found, &hours());
        assert!((5.0..5.1).contains(&missed), "{missed} are missed by then");
    };
    // Two an hour on weekdays from 9 to 17. Friday's last came at 16:00: two more are missed by 17:00, and the weekend adds nothing;
    // the others by half past ten on Monday.
    let office = || heard(("2026-04-06", "2026-06-06"), 0..5, 9..17, 2);
    at(office(), "2026-06-08T10:30");
    // Round the clock, one an hour: five hours.
    at(heard(("2026-04-06", "2026-06-04"), 0..7, 0..24, 1), "2026-06-04T04:00");
    // One on each weekday, the last on Friday at ten: that hour and four more days. A holiday (Whit Monday, 25 May) is no such day.
    at(heard(("2026-03-16", "2026-05-16"), 0..5, 10..11, 1), "2026-05-21T11:00");
    at(heard(("2026-03-23", "2026-05-23"), 0..5, 10..11, 1), "2026-05-29T11:00");
    // Three on each Monday and nothing else: it may be quiet for two weeks.
    at(heard(("2026-04-06", "2026-06-02"), 0..1, 9..12, 1), "2026-06-15T10:00");
    // Nineteen are too few.
    none(heard(("2026-05-18", "2026-06-06"), 0..7, 9..10, 1));
    // Much, but for less than two weeks.
    none(heard(("2026-05-25", "2026-06-06"), 0..7, 0..24, 9));
    // Nobody was ever heard.
    none(Heard { by_hour: BTreeMap::new(), ..office() });
}

#[test]
fn one_campaign_is_no_habit() {
    let mut campaign = heard(("2026-04-06", "2026-06-06"), 0..5, 9..10, 0);
    campaign.by_hour.insert(hour_of(berlin("2026-05-12T10:00")), 400);
    campaign.by_hour.insert(hour_of(berlin("2026-06-05T09:00")), 1);
    campaign.last = berlin("2026-06-05T09:00");
    assert!(campaign.missed_by(berlin("2026-06-09T12:00"), &hours()) > 40.0, "the average alone would raise the alarm");
    assert_eq!(campaign.quiet_at(&hours()), None);
}

#[test]
fn a_habit_keeps_to_the_clock_on_the_wall_when_the_clocks_change() {
    // Three at ten in the morning, every day, up to the day before the clocks change; then far over it.
    for (from, to, quiet) in [
        ("2026-02-01", "2026-03-29", "2026-03-29T10:40"),
        ("2026-08-30", "2026-10-25", "2026-10-25T10:40"),
        ("2026-02-20", "2026-04-20", "2026-04-20T10:40"),
    ] {
        assert_eq!(heard((from, to), 0..7, 10..11, 3).quiet_at(&hours()), Some(berlin(quiet)), "until {to}");
    }
}

#[test]
fn the_time_in_which_it_was_paused_is_not_held_against_it() {
    let office = heard(("2026-04-06", "2026-06-06"), 0..5, 9..17, 2);
    let resumed = Heard { listened_from: berlin("2026-06-10T12:00"), ..office };
    assert_eq!(resumed.quiet_at(&hours()), Some(berlin("2026-06-10T14:30")));
}
