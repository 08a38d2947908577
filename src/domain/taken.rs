//! What everybody took of each team in a day, by the calendar where the team works.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, NaiveTime, Utc};

use super::fairness::{Entry, EntryWhy};
use super::hours::Zone;
use super::ids::{PersonId, TeamKey};
use super::merge::UNDO_WITHIN;

/// So far back it is known: longer than the longest day, which has an hour twice.
pub const KNOWN_HOURS: i64 = 26;

/// When everybody took leads lately, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Taken(BTreeMap<(TeamKey, PersonId), Vec<DateTime<Utc>>>);

impl Taken {
    /// Somebody took one; what is too old to count is forgotten.
    pub fn add(&mut self, team: TeamKey, person: PersonId, at: DateTime<Utc>) {
        let theirs = self.0.entry((team, person)).or_default();
        theirs.retain(|before| *before > at - Duration::hours(KNOWN_HOURS));
        theirs.push(at);
    }

    /// Takes a line of the ledger in.
    pub fn enter(&mut self, entry: &Entry) {
        match entry.why {
            EntryWhy::Taken => self.add(entry.team.clone(), entry.person, entry.at),
            EntryWhy::Returned => self.take_back(entry.team.clone(), entry.person, entry.at),
            EntryWhy::Away | EntryWhy::Levelled => {}
        }
    }

    /// A turn was given back: what was taken by a slip, and taken back at once, counts for nothing.
    pub fn take_back(&mut self, team: TeamKey, person: PersonId, at: DateTime<Utc>) {
        if let Some(theirs) = self.0.get_mut(&(team, person))
            && theirs.last().is_some_and(|last| at - *last <= UNDO_WITHIN)
        {
            theirs.pop();
        }
    }

    /// How many somebody took of a team on the local day of `now`.
    #[must_use]
    pub fn on_the_day_of(&self, now: DateTime<Utc>, zone: &Zone, whose: (&TeamKey, PersonId)) -> u32 {
        let today = zone.local(now).date();
        let theirs = self.0.get(&(whose.0.clone(), whose.1)).into_iter().flatten();
        u32::try_from(theirs.filter(|at| zone.local(**at).date() == today).count()).unwrap_or(u32::MAX)
    }
}

/// When the next local day begins.
#[must_use]
pub fn next_day(now: DateTime<Utc>, zone: &Zone) -> DateTime<Utc> {
    zone.instant((zone.local(now).date() + Duration::days(1)).and_time(NaiveTime::MIN))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_the_teams_own_whatever_its_length() {
        let mut taken = Taken::default();
        let utc = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let team = TeamKey::from("dach");
        let berlin = Zone::parse("Europe/Berlin").unwrap();
        // The clocks go back at 03:00: the day has 25 hours.
        for at in ["2026-10-24T21:59:00Z", "2026-10-24T22:00:00Z", "2026-10-25T22:59:00Z"] {
            taken.add(team.clone(), PersonId(1), utc(at));
        }
        let count = |at: &str, zone: &Zone, person| taken.on_the_day_of(utc(at), zone, (&team, PersonId(person)));
        assert_eq!(count("2026-10-25T12:00:00Z", &berlin, 1), 2, "what was taken before midnight is yesterday's");
        assert_eq!(count("2026-10-25T23:00:00Z", &berlin, 1), 0, "midnight begins a new count");
        assert_eq!(count("2026-10-25T12:00:00Z", &Zone::utc(), 1), 1, "another zone, another day");
        assert_eq!(count("2026-10-25T12:00:00Z", &berlin, 2), 0);
        assert_eq!(next_day(utc("2026-10-25T12:00:00Z"), &berlin), utc("2026-10-25T23:00:00Z"));
    }

    #[test]
    fn a_claim_that_was_taken_back_at_once_counts_for_nothing() {
        let mut taken = Taken::default();
        let (team, start) = (TeamKey::from("dach"), "2026-09-14T09:00:00Z".parse::<DateTime<Utc>>().unwrap());
        let mut enter = |why, after: i64| {
            let at = start + Duration::seconds(after);
            taken.enter(&Entry { team: team.clone(), person: PersonId(1), why, turns: 0, credit_micro: 0, at });
            taken.on_the_day_of(start, &Zone::utc(), (&team, PersonId(1)))
        };
        assert_eq!(enter(EntryWhy::Taken, 0), 1);
        assert_eq!(enter(EntryWhy::Taken, 60), 2);
        assert_eq!(enter(EntryWhy::Returned, 90), 1, "by a slip");
        assert_eq!(enter(EntryWhy::Returned, 3600), 1, "what turned out to be spam was taken, and worked");
    }

    #[test]
    fn what_is_too_old_to_count_is_forgotten() {
        let mut taken = Taken::default();
        let start: DateTime<Utc> = "2026-09-14T09:00:00Z".parse().unwrap();
        for hour in 0..200 {
            taken.add("dach".into(), PersonId(1), start + Duration::hours(hour));
        }
        assert_eq!(taken.0.values().map(Vec::len).sum::<usize>(), usize::try_from(KNOWN_HOURS).unwrap());
    }
}
