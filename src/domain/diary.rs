//! Whether a time suits that somebody plans for a lead, and which next one would.
//! Invariant: a clash is said, and nothing is ever moved for it.

use chrono::{DateTime, Duration, NaiveTime, Timelike as _, Utc};

use super::hours::{Hours, Zone, is_holiday};
use super::ids::LeadId;
use super::person::Person;

/// When people can be called, on the clocks of where they are: from, and until before.
pub const CALLABLE: (NaiveTime, NaiveTime) = (at_hour(9), at_hour(18));

const fn at_hour(hour: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, 0, 0).expect("an hour of the day")
}

/// Two plans nearer to each other than this are in each other's way.
const APART: Duration = Duration::minutes(30);

/// So far ahead is looked for a free time.
const AHEAD_DAYS: i64 = 28;

/// What stands against a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clash {
    /// They are on leave then.
    OnLeave {
        /// Until when.
        until: DateTime<Utc>,
    },
    /// A public holiday where they work.
    Holiday,
    /// Outside the hours that they keep.
    OffHours,
    /// A public holiday where the lead is.
    HolidayThere {
        /// By its two letters.
        country: String,
    },
    /// Too early or too late to call, where the lead is.
    NotCallable {
        /// What their clocks show then.
        there: NaiveTime,
    },
    /// Something else is planned about then.
    Another {
        /// With which lead.
        lead: LeadId,
        /// When.
        at: DateTime<Utc>,
    },
}

/// What a time is held against.
#[derive(Debug, Clone)]
pub struct Diary<'a> {
    /// Who plans.
    pub person: &'a Person,
    /// The hours that they keep: their own, else their team's.
    pub hours: &'a Hours,
    /// Where the lead is, if that is known.
    pub there: Option<Zone>,
    /// In which country, if that is known.
    pub country: Option<String>,
    /// What else they have planned.
    pub others: Vec<(LeadId, DateTime<Utc>)>,
}

impl Diary<'_> {
    /// Everything that stands against a time; nothing when it suits.
    #[must_use]
    pub fn clashes(&self, at: DateTime<Utc>) -> Vec<Clash> {
        let mut clashes = Vec::new();
        if let Some(leave) = self.person.leave.as_ref().filter(|leave| leave.from <= at && at < leave.until) {
            clashes.push(Clash::OnLeave { until: leave.until });
        }
        let here = self.hours.zone().local(at);
        if self.hours.holidays().is_some_and(|country| is_holiday(country, here.date())) {
            clashes.push(Clash::Holiday);
        } else if !self.hours.is_open(at) {
            clashes.push(Clash::OffHours);
        }
        let there = self.there.as_ref().map(|zone| zone.local(at));
        let date = there.map_or(here.date(), |there| there.date());
        if let Some(country) = self.country.as_ref().filter(|country| is_holiday(country, date)) {
            clashes.push(Clash::HolidayThere { country: country.clone() });
        }
        if let Some(time) = there.map(|there| there.time()).filter(|time| !(CALLABLE.0..CALLABLE.1).contains(time)) {
            clashes.push(Clash::NotCallable { there: time });
        }
        let near = self.others.iter().find(|(_, other)| (*other - at).abs() < APART);
        clashes.extend(near.map(|(lead, at)| Clash::Another { lead: *lead, at: *at }));
        clashes
    }

    /// The next full or half hour after a time against which nothing stands; `None` when there is none within four weeks.
    #[must_use]
    pub fn next_free(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        // Where nobody knows where they are, and somebody works around the clock, nobody is called at midnight.
        let by_day =
            |at: DateTime<Utc>| self.there.is_some() || (CALLABLE.0..CALLABLE.1).contains(&self.hours.zone().local(at).time());
        self.next_that(after, by_day).or_else(|| self.next_that(after, |_| true))
    }

    fn next_that(&self, after: DateTime<Utc>, suits: impl Fn(DateTime<Utc>) -> bool) -> Option<DateTime<Utc>> {
        let end = after + Duration::days(AHEAD_DAYS);
        let mut at = next_half(after);
        while at < end {
            if suits(at) && self.clashes(at).is_empty() {
                return Some(at);
            }
            // Nights and week-ends are passed in one step.
            let opening = self.hours.next_open(at);
            at = if opening > at { half_at_or_after(opening) } else { next_half(at) };
        }
        None
    }
}

fn next_half(at: DateTime<Utc>) -> DateTime<Utc> {
    half_at_or_after(at + Duration::seconds(1))
}

fn half_at_or_after(at: DateTime<Utc>) -> DateTime<Utc> {
    let into = i64::from(at.minute() % 30) * 60 + i64::from(at.second());
    let begin = at - Duration::seconds(into) - Duration::nanoseconds(i64::from(at.nanosecond()));
    if begin == at { at } else { begin + Duration::minutes(30) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::person::Leave;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// Somebody in Berlin, and a lead in New York.
    fn said(plan: &str, others: &[(i64, &str)]) -> (Vec<Clash>, Option<String>) {
        let hours = Hours::parse("Mo-Fr 09:00-18:00; PH off", "Europe/Berlin", Some("DE")).unwrap();
        let leave = Leave { from: at("2026-09-21T00:00:00Z"), until: at("2026-09-23T00:00:00Z"), cover: None };
        let person = Person { leave: Some(leave), ..Person::rep(1, "dach") };
        let others = others.iter().map(|(lead, when)| (LeadId(*lead), at(when))).collect();
        let there = Zone::parse("America/New_York").ok();
        let diary = Diary { person: &person, hours: &hours, there, country: Some("US".to_owned()), others };
        (diary.clashes(at(plan)), diary.next_free(at(plan)).map(|at| at.to_rfc3339()))
    }

    fn free(text: &str) -> Option<String> {
        Some(at(text).to_rfc3339())
    }

    #[test]
    fn nobody_is_called_at_midnight_where_it_is_unknown_where_they_are() {
        let hours = Hours::parse("24/7", "Europe/Berlin", None).unwrap();
        let person = Person::rep(1, "dach");
        let at_hours = |hours: &Hours| {
            let diary = Diary { person: &person, hours, there: None, country: None, others: Vec::new() };
            diary.next_free(at("2026-09-15T20:10:00Z")).map(|at| at.to_rfc3339())
        };
        assert_eq!(at_hours(&hours), free("2026-09-16T07:00:00Z"), "nine in Berlin");
        let evenings = Hours::parse("Mo-Su 20:00-23:00", "Europe/Berlin", None).unwrap();
        assert_eq!(at_hours(&evenings), free("2026-09-15T20:30:00Z"), "who works evenings only is not left without a time");
    }

    #[test]
    fn a_time_that_suits_has_nothing_against_it() {
        assert!(said("2026-09-15T14:00:00Z", &[]).0.is_empty());
    }

    #[test]
    fn whatever_stands_against_a_time_is_named_and_the_next_free_one_found() {
        let nine = |hour| Clash::NotCallable { there: at_hour(hour) };
        assert_eq!(said("2026-09-15T08:00:00Z", &[]), (vec![nine(4)], free("2026-09-15T13:00:00Z")));
        assert_eq!(said("2026-09-15T17:00:00Z", &[]), (vec![Clash::OffHours], free("2026-09-16T13:00:00Z")));
        let leave = Clash::OnLeave { until: at("2026-09-23T00:00:00Z") };
        assert_eq!(said("2026-09-21T14:00:00Z", &[]), (vec![leave], free("2026-09-23T13:00:00Z")));
        // German unity on a Saturday; an American holiday on a Monday.
        assert_eq!(said("2026-10-03T14:00:00Z", &[]), (vec![Clash::Holiday], free("2026-10-05T13:00:00Z")));
        let there = Clash::HolidayThere { country: "US".to_owned() };
        assert_eq!(said("2026-11-26T15:00:00Z", &[]), (vec![there], free("2026-11-27T14:00:00Z")));
        let their_evening = said("2026-11-27T00:30:00Z", &[]).0;
        assert!(their_evening.contains(&Clash::HolidayThere { country: "US".to_owned() }), "{their_evening:?}");
        let other = Clash::Another { lead: LeadId(7), at: at("2026-09-15T14:20:00Z") };
        let near = [(7, "2026-09-15T14:20:00Z")];
        assert_eq!(said("2026-09-15T14:00:00Z", &near), (vec![other], free("2026-09-15T15:00:00Z")));
        assert!(said("2026-09-15T14:00:00Z", &[(7, "2026-09-15T14:30:00Z")]).0.is_empty(), "half an hour apart is far enough");
    }
}
