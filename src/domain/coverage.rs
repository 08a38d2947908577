//! Who is on, hour by hour, in the seven days that come: the team's hours, less those who are on leave, away, paused or keep other hours.
//! Invariant: it tells the week that comes, not the one that is usual, so that planned leave is seen before it begins.

use chrono::{DateTime, Datelike as _, Duration, NaiveDateTime, Timelike as _, Utc};

use super::hours::{Hours, Zone};
use super::ids::TeamKey;
use super::person::{Membership, Person, Roster};
use crate::playbook::Team;

/// Hours of a week, from Monday at midnight.
pub const HOURS: usize = 168;

/// Who is on in one week, by the clocks of where the team works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Week {
    /// Which team.
    pub team: TeamKey,
    /// Where it works.
    pub zone: Zone,
    /// People who are on, by the hour of the week.
    pub on: Vec<u32>,
}

/// The hour of the week that clocks show, from 0 on Monday at midnight to 167.
#[must_use]
pub fn hour_of_week(shown: NaiveDateTime) -> usize {
    (shown.weekday().num_days_from_monday() * 24 + shown.hour()) as usize
}

/// Who of a team is on in each hour of the seven days that begin now. An hour counts when the team is open in the middle of it.
#[must_use]
pub fn week(team: &Team, roster: &Roster, now: DateTime<Utc>) -> Week {
    let zone = team.hours.zone().clone();
    let mut on = vec![0; HOURS];
    let first = zone.local(now);
    let start = now - Duration::minutes(i64::from(first.minute())) - Duration::seconds(i64::from(first.second()));
    for hour in 0..168 {
        let middle = start + Duration::hours(hour) + Duration::minutes(30);
        on[hour_of_week(zone.local(middle))] = people(&team.hours, &team.key, (roster, middle));
    }
    Week { team: team.key.clone(), zone, on }
}

fn people(hours: &Hours, team: &TeamKey, (roster, at): (&Roster, DateTime<Utc>)) -> u32 {
    if !hours.is_open(at) {
        return 0;
    }
    let is_on = |(person, place): &(&Person, &Membership)| {
        let is_paused = place.paused.as_ref().is_some_and(|pause| pause.until.is_none_or(|until| at < until));
        place.weight > 0 && person.absence(at).is_none() && person.off_until(at).is_none() && !is_paused
    };
    u32::try_from(roster.members(team).filter(is_on).count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {

    use super::*;

    use crate::domain::person::{Leave, Pause, Presence};
    use crate::playbook::Playbook;

    fn person(id: i64, weight: u32) -> Person {
        let mut person = Person::rep(id, "dach");
        person.memberships[0].weight = weight;
        person
    }

    #[test]
    fn hours_leave_pauses_and_weight_say_who_is_on() {
        let playbook = "[company]\nname = \"A\"\ntimezone = \"Europe/Berlin\"\nhours = \"Mo-Fr 09:30-18:00\"\n[[team]]\nkey = \"dach\"\nchannel = \"c\"\ncaptain = \"p1\"\n";
        let playbook = Playbook::read(playbook).unwrap();
        // Wednesday, 11:20 in Berlin.
        let now: DateTime<Utc> = "2026-09-16T09:20:00Z".parse().unwrap();
        let at = |text: &str| text.parse().unwrap();
        let mut on_leave = person(2, 100);
        on_leave.leave = Some(Leave { from: at("2026-09-20T22:00:00Z"), until: at("2026-09-21T22:00:00Z"), cover: None });
        let mut paused = person(3, 100);
        paused.memberships[0].paused = Some(Pause { until: Some(at("2026-09-17T10:00:00Z")) });
        let mut away = person(4, 100);
        away.presence = Presence::Away { until: None };
        let roster = Roster::new(vec![person(1, 100), on_leave, paused, away, person(5, 0)]);
        let week = week(&playbook.teams[0], &roster, now);
        let hour = |day: usize, hour: usize| week.on[day * 24 + hour];
        assert_eq!(hour(0, 10), 2, "on Monday one is on leave, and the one who is away does not say until when");
        assert_eq!(hour(1, 10), 3);
        assert_eq!((hour(2, 11), hour(3, 11), hour(3, 12)), (2, 2, 3), "paused until Thursday noon");
        assert_eq!((hour(1, 8), hour(1, 9), hour(1, 17), hour(1, 18)), (0, 3, 3, 0));
        assert_eq!((hour(5, 10), hour(6, 10)), (0, 0), "closed at the week-end");
    }

    #[test]
    fn whoever_keeps_their_own_hours_is_on_in_those() {
        let playbook =
            "[company]\nname = \"A\"\ntimezone = \"UTC\"\n[[team]]\nkey = \"dach\"\nchannel = \"c\"\ncaptain = \"p1\"\n";
        let playbook = Playbook::read(playbook).unwrap();
        let mut mornings = person(2, 100);
        mornings.hours = Some(Hours::parse("Mo-Fr 08:00-12:00", "UTC", None).unwrap());
        let roster = Roster::new(vec![person(1, 100), mornings]);
        let week = week(&playbook.teams[0], &roster, "2026-09-16T09:20:00Z".parse().unwrap());
        assert_eq!([7, 8, 11, 12].map(|hour| week.on[hour]), [1, 2, 2, 1]);
    }
}
