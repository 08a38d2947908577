//! Reads a time as people type it: `tomorrow 9`, `in 3 days`, `next tue 14:30`, `2026-12-01 10:00`.
//! Read on the clocks of a zone. A day without a time means nine in the morning. Dates with slashes are not read, because half of the
//! world means the other order.

use chrono::{DateTime, Datelike as _, Duration, Months, NaiveDate, NaiveTime, Utc, Weekday};

use crate::domain::hours::Zone;

/// When the day begins for those who name no time.
const MORNING: NaiveTime = NaiveTime::from_hms_opt(9, 0, 0).expect("a time of the day");

/// Longest span that is read, in units: longer is a slip of the finger.
const SPAN_MAX: i64 = 10_000;

/// Whose clocks a time may be said on.
#[derive(Debug, Clone)]
pub struct Clocks {
    /// The lead's: meant unless another is said.
    pub theirs: Zone,
    /// Of who says it.
    pub own: Zone,
}

/// Says whose clocks are meant, after the time.
const THEIRS: [&str; 4] = [" their time", " their zone", " there", " lead's time"];
const OWN: [&str; 4] = [" my time", " our time", " my zone", " here"];

/// As `read`, on the clocks that are said: `tomorrow 9 their time`, `fri 14:30 my time`.
#[must_use]
pub fn read_on(typed: &str, clocks: &Clocks, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let typed = typed.trim().to_lowercase();
    let said = |words: &[&str]| words.iter().find_map(|words| typed.strip_suffix(words)).map(str::to_owned);
    match (said(&THEIRS), said(&OWN)) {
        (Some(time), _) => read(&time, &clocks.theirs, now),
        (None, Some(time)) => read(&time, &clocks.own, now),
        (None, None) => read(&typed, &clocks.theirs, now),
    }
}

/// The instant that is meant; `None` when it cannot be read. It may lie in the past: the rules say what that means.
#[must_use]
pub fn read(typed: &str, zone: &Zone, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let words = words(typed);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    if let Some(at) = after_a_span(&words, zone, now) {
        return Some(at);
    }
    let here = zone.local(now);
    let (day, rest) = day(&words, here.date())?;
    let time = match (day, rest) {
        (_, []) => MORNING,
        (_, rest) => time(rest)?,
    };
    let at = match day {
        Day::On(date) => zone.instant(date.and_time(time)),
        // A time alone is the next one.
        Day::Next if time > here.time() => zone.instant(here.date().and_time(time)),
        Day::Next => zone.instant((here.date() + Duration::days(1)).and_time(time)),
    };
    Some(at)
}

#[derive(Clone, Copy)]
enum Day {
    On(NaiveDate),
    Next,
}

/// Small letters, without commas, `at` and `on`; a date and a time joined by a T come apart.
fn words(typed: &str) -> Vec<String> {
    let typed = typed.trim().to_lowercase().replace(',', " ");
    let split = |word: &str| match word.split_once('t') {
        Some((date, time)) if date.parse::<NaiveDate>().is_ok() => vec![date.to_owned(), time.trim_end_matches('z').to_owned()],
        _ => vec![word.to_owned()],
    };
    typed.split_whitespace().filter(|word| !matches!(*word, "at" | "on" | "the")).flat_map(split).collect()
}

/// `in 3 days`, `in an hour`, `3d`, `90 min`.
fn after_a_span(words: &[&str], zone: &Zone, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let (is_said, words) = match words {
        ["in", rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    let (count, unit) = match words {
        // Without "in", "one day" is no time at all.
        ["a" | "an" | "one", unit] if is_said => (1, *unit),
        [count, unit] => (count.parse().ok()?, *unit),
        [joined] => {
            let at = joined.find(|c: char| !c.is_ascii_digit())?;
            (joined[..at].parse().ok()?, &joined[at..])
        }
        _ => return None,
    };
    // `9 am` is a time of the day, and `1 dec` a date: only spans have these units.
    let here = zone.local(now);
    let later = |days| {
        let date = here.date().checked_add_signed(Duration::days(days))?;
        Some(zone.instant(date.and_time(here.time())))
    };
    if !(0..=SPAN_MAX).contains(&count) {
        return None;
    }
    match unit {
        "m" | "min" | "mins" | "minute" | "minutes" => Some(now + Duration::minutes(count)),
        "h" | "hr" | "hrs" | "hour" | "hours" => Some(now + Duration::hours(count)),
        "d" | "day" | "days" => later(count),
        "w" | "week" | "weeks" => later(count * 7),
        "month" | "months" => {
            let months = Months::new(u32::try_from(count).ok()?);
            Some(zone.instant(here.date().checked_add_months(months)?.and_time(here.time())))
        }
        "y" | "year" | "years" if is_said => {
            let months = Months::new(u32::try_from(count).ok()?.checked_mul(12)?);
            Some(zone.instant(here.date().checked_add_months(months)?.and_time(here.time())))
        }
        _ => None,
    }
}

/// The day, and the words after it.
fn day<'w, 's>(words: &'w [&'s str], today: NaiveDate) -> Option<(Day, &'w [&'s str])> {
    let on = |date: Option<NaiveDate>| date.map(Day::On);
    let (day, used) = match words {
        [] => return None,
        ["today", ..] => (on(Some(today))?, 1),
        ["tomorrow" | "tmrw", ..] => (on(today.succ_opt())?, 1),
        ["this", ..] => (on(Some(today))?, 1),
        ["next", "week", ..] => (on(coming(today, Weekday::Mon))?, 2),
        ["next", "month", ..] => (on(month_from(today, 1))?, 2),
        ["next", "quarter", ..] => (on(month_from(today, 3 - today.month0() % 3))?, 2),
        ["next", "year", ..] => (on(NaiveDate::from_ymd_opt(today.year() + 1, 1, 1))?, 2),
        ["next", name, ..] => (on(coming(today, weekday(name)?))?, 2),
        [first, second, third, ..] if written_out([first, second], Some(third), today).is_some() => {
            (on(written_out([first, second], Some(third), today))?, 3)
        }
        [first, second, ..] if written_out([first, second], None, today).is_some() => {
            (on(written_out([first, second], None, today))?, 2)
        }
        [first, ..] => match (weekday(first), date(first, today)) {
            (Some(weekday), _) => (on(coming(today, weekday))?, 1),
            (None, Some(date)) => (Day::On(date), 1),
            (None, None) => (Day::Next, 0),
        },
    };
    Some((day, &words[used..]))
}

/// The next such day after today.
fn coming(today: NaiveDate, weekday: Weekday) -> Option<NaiveDate> {
    let ahead = (i64::from(weekday.num_days_from_monday()) - i64::from(today.weekday().num_days_from_monday())).rem_euclid(7);
    today.checked_add_signed(Duration::days(if ahead == 0 { 7 } else { ahead }))
}

/// The first day of a month.
fn month_from(today: NaiveDate, ahead: u32) -> Option<NaiveDate> {
    today.with_day(1)?.checked_add_months(Months::new(ahead))
}

fn weekday(name: &str) -> Option<Weekday> {
    // The library also reads `thu` and the like; shorter ones could be anything.
    (name.len() >= 3).then(|| name.parse().ok()).flatten().or(match name {
        "tues" => Some(Weekday::Tue),
        "thur" | "thurs" => Some(Weekday::Thu),
        _ => None,
    })
}

/// `2026-12-01`, `1.12.2026`, `1.12.`
fn date(word: &str, today: NaiveDate) -> Option<NaiveDate> {
    if let Ok(date) = word.parse::<NaiveDate>() {
        return Some(date);
    }
    let parts: Vec<&str> = word.split('.').collect();
    match parts.as_slice() {
        [day, month, ""] => coming_date(today, day.parse().ok()?, month.parse().ok()?),
        [day, month, year] if year.len() == 4 => {
            NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
        }
        _ => None,
    }
}

/// `1 dec`, `december 1st`, with or without a year.
fn written_out(words: [&str; 2], year: Option<&str>, today: NaiveDate) -> Option<NaiveDate> {
    let month =
        |word: &str| (word.len() >= 3).then(|| word.parse::<chrono::Month>().ok()).flatten().map(|m| m.number_from_month());
    let number = |word: &str| word.trim_end_matches(|c: char| !c.is_ascii_digit()).parse::<u32>().ok();
    let (day, month) = match (month(words[0]), month(words[1])) {
        (Some(month), None) => (number(words[1])?, month),
        (None, Some(month)) => (number(words[0])?, month),
        (Some(_), Some(_)) | (None, None) => return None,
    };
    match year {
        Some(year) if year.len() == 4 => NaiveDate::from_ymd_opt(year.parse().ok()?, month, day),
        Some(_) => None,
        None => coming_date(today, day, month),
    }
}

/// The next such date, today included.
fn coming_date(today: NaiveDate, day: u32, month: u32) -> Option<NaiveDate> {
    let this_year = NaiveDate::from_ymd_opt(today.year(), month, day).filter(|date| *date >= today);
    this_year.or_else(|| NaiveDate::from_ymd_opt(today.year() + 1, month, day))
}

/// `9`, `9:30`, `14.30`, `9am`, `2:30 pm`, `noon`, `morning`.
fn time(words: &[&str]) -> Option<NaiveTime> {
    let joined = words.concat();
    let hour = |hour| NaiveTime::from_hms_opt(hour, 0, 0);
    match joined.as_str() {
        "morning" => return Some(MORNING),
        "noon" | "lunch" => return hour(12),
        "afternoon" => return hour(15),
        "evening" => return hour(18),
        _ => {}
    }
    let (digits, half) = match joined.as_str() {
        text if text.ends_with("am") => (text.trim_end_matches("am"), Some(0)),
        text if text.ends_with("pm") => (text.trim_end_matches("pm"), Some(12)),
        text => (text.trim_end_matches("h").trim_end_matches("uhr"), None),
    };
    let mut parts = digits.split([':', '.']);
    let hours: u32 = parts.next()?.parse().ok()?;
    let minutes: u32 = parts.next().map_or(Some(0), |minutes| (minutes.len() == 2).then(|| minutes.parse().ok()).flatten())?;
    let seconds: u32 = parts.next().map_or(Some(0), |seconds| (seconds.len() == 2).then(|| seconds.parse().ok()).flatten())?;
    if parts.next().is_some() {
        return None;
    }
    let hours = match half {
        Some(_) if !(1..=12).contains(&hours) => return None,
        Some(half) => hours % 12 + half,
        None => hours,
    };
    NaiveTime::from_hms_opt(hours, minutes, seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A Monday, at eleven in Berlin.
    const NOW: &str = "2026-09-14T09:00:00Z";

    fn in_berlin(typed: &str) -> String {
        let zone = Zone::parse("Europe/Berlin").unwrap();
        match read(typed, &zone, NOW.parse().unwrap()) {
            Some(at) => zone.local(at).format("%a %Y-%m-%d %H:%M").to_string(),
            None => "?".to_owned(),
        }
    }

    #[test]
    fn times_are_read_as_people_type_them() {
        for (typed, meant) in [
            ("in 1 h", "Mon 2026-09-14 12:00"),
            ("in an hour", "Mon 2026-09-14 12:00"),
            ("90 min", "Mon 2026-09-14 12:30"),
            ("2h", "Mon 2026-09-14 13:00"),
            ("in 3 days", "Thu 2026-09-17 11:00"),
            ("3d", "Thu 2026-09-17 11:00"),
            ("in 2 weeks", "Mon 2026-09-28 11:00"),
            ("in 1 month", "Wed 2026-10-14 11:00"),
            ("in 6 months", "Sun 2027-03-14 11:00"),
            ("today 15:00", "Mon 2026-09-14 15:00"),
            ("this afternoon", "Mon 2026-09-14 15:00"),
            ("15:30", "Mon 2026-09-14 15:30"),
            ("9", "Tue 2026-09-15 09:00"),
            ("9 am", "Tue 2026-09-15 09:00"),
            ("tomorrow", "Tue 2026-09-15 09:00"),
            ("Tomorrow 9", "Tue 2026-09-15 09:00"),
            ("tomorrow at 9:15", "Tue 2026-09-15 09:15"),
            ("tomorrow, 2:30 pm", "Tue 2026-09-15 14:30"),
            ("tomorrow 12pm", "Tue 2026-09-15 12:00"),
            ("tomorrow 12am", "Tue 2026-09-15 00:00"),
            ("tomorrow afternoon", "Tue 2026-09-15 15:00"),
            ("fri 14:30", "Fri 2026-09-18 14:30"),
            ("next tue", "Tue 2026-09-15 09:00"),
            ("on thursday", "Thu 2026-09-17 09:00"),
            ("thurs 10", "Thu 2026-09-17 10:00"),
            ("monday", "Mon 2026-09-21 09:00"),
            ("next week", "Mon 2026-09-21 09:00"),
            ("next month", "Thu 2026-10-01 09:00"),
            ("next quarter", "Thu 2026-10-01 09:00"),
            ("next year", "Fri 2027-01-01 09:00"),
            ("2026-12-01", "Tue 2026-12-01 09:00"),
            ("2026-12-01 10:00", "Tue 2026-12-01 10:00"),
            ("2026-12-01T10:00", "Tue 2026-12-01 10:00"),
            ("1.12.2026 10.30", "Tue 2026-12-01 10:30"),
            ("1.12.", "Tue 2026-12-01 09:00"),
            ("1.2.", "Mon 2027-02-01 09:00"),
            ("3 feb", "Wed 2027-02-03 09:00"),
            ("Feb 3rd, 2027 at 14:00", "Wed 2027-02-03 14:00"),
            ("3 February 16:00", "Wed 2027-02-03 16:00"),
            ("14 sep", "Mon 2026-09-14 09:00"),
        ] {
            assert_eq!(in_berlin(typed), meant, "{typed}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_not_guessed() {
        for typed in [
            "",
            "  ",
            "soon",
            "one day",
            "12/01",
            "12/01/2026",
            "25:00",
            "tomorrow 25",
            "31 feb 2027",
            "in days",
            "in -3 days",
            "99999d",
            "next",
            "13 pm",
            "2026-13-01",
            "tomorrow sometime",
            "9:5",
            "🙂",
        ] {
            assert_eq!(in_berlin(typed), "?", "{typed}");
        }
    }

    #[test]
    fn whose_clocks_are_meant_can_be_said() {
        let zone = |name| Zone::parse(name).unwrap();
        let clocks = Clocks { theirs: zone("America/New_York"), own: zone("Europe/Berlin") };
        let now = NOW.parse().unwrap();
        for (typed, meant) in [
            ("tomorrow 9", "2026-09-15T13:00:00+00:00"),
            ("tomorrow 9 their time", "2026-09-15T13:00:00+00:00"),
            ("Tomorrow 9 there", "2026-09-15T13:00:00+00:00"),
            ("tomorrow 9 my time", "2026-09-15T07:00:00+00:00"),
            ("3.12. 14:00 here", "2026-12-03T13:00:00+00:00"),
            ("next Tue their time", "2026-09-15T13:00:00+00:00"),
        ] {
            assert_eq!(read_on(typed, &clocks, now).unwrap().to_rfc3339(), meant, "{typed}");
        }
        assert_eq!(read_on("my time", &clocks, now), None);
    }

    #[test]
    fn days_are_counted_on_the_clocks_there_across_the_change_to_winter_time() {
        let zone = Zone::parse("Europe/Berlin").unwrap();
        let before = "2026-10-24T07:00:00Z".parse().unwrap();
        assert_eq!(read("in 2 days", &zone, before).unwrap().to_rfc3339(), "2026-10-26T08:00:00+00:00");
    }
}
