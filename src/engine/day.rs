//! Tells people of their day: what is to be done when it begins, and what is loose before it ends.
//! Here it is only found out whose day it is and whether there is anything; what exactly is looked up once more when it is told.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};
use tokio::sync::Notify;

use super::tick::{Loop, Ticked, told};
use crate::clock::Clock;
use crate::domain::day::{self, DayPart, Shift};
use crate::domain::decision::News;
use crate::domain::hours::Zone;
use crate::domain::ids::PersonId;
use crate::domain::person::{Person, Rights, Roster};
use crate::playbook::Playbook;
use crate::store::{DayBegun, Store, StoreError};

/// The loop that tells them.
#[derive(Debug)]
pub struct Days {
    /// People and leads.
    pub store: Store,
    /// Tells the time.
    pub clock: Clock,
    /// Poked when somebody is to be told.
    pub nudge: Arc<Notify>,
    /// What is known to be done.
    pub plan: Plan,
}

/// What is known to be done; nothing, to begin with. It saves looking, and decides nothing: rows do.
#[derive(Debug, Default)]
pub struct Plan(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    /// Of whom, by which playbook and when the rest was found out.
    of: Option<(Arc<Roster>, Arc<Playbook>, DateTime<Utc>)>,
    /// Nothing is to be told before then.
    next: Option<DateTime<Utc>>,
    done: BTreeSet<(PersonId, NaiveDate, DayPart)>,
}

/// So far ahead is looked for the next day on which somebody works.
const DAYS_AHEAD: i64 = 8;

/// The longest that nothing is looked for: who is away may be back.
const EVERY: Duration = Duration::hours(1);

/// So long after the last look other people or rules are looked at: when a whole team comes in at once, not once for each of them.
const SOON: Duration = Duration::seconds(10);

impl Loop for Days {
    fn name(&self) -> &'static str {
        "days"
    }

    async fn tick(&self) -> Ticked {
        told(self.pass().await, &self.nudge, "whose day begins or ends")
    }
}

impl Days {
    async fn pass(&self) -> Result<Ticked, StoreError> {
        let (now, roster, playbook) = (self.clock.now(), self.store.roster(), self.store.playbook());
        if let Some(rest) = self.rest(now, (&roster, &playbook)) {
            return Ok(rest);
        }
        let mut ticked = Ticked::default();
        let mut shifts = Shifts { playbook: &playbook, now, known: BTreeMap::new() };
        for person in roster.iter().filter(|person| !person.left && person.rights >= Rights::Rep) {
            for part in [DayPart::Agenda, DayPart::Sweep] {
                ticked = ticked.and(Ticked { done: 0, next_due: shifts.next(part, person) });
                let Some(shift) = shifts.now_is(part, person).filter(|_| day::hears(person, part, now)) else {
                    continue;
                };
                let begun = DayBegun { person: person.id, day: shift.day, part };
                if !self.is_done(begun) {
                    ticked.done += usize::from(self.tell(person, shift, begun).await?);
                    self.done(begun);
                }
            }
        }
        drop(shifts);
        let mut known = self.plan.0.lock().unwrap_or_else(PoisonError::into_inner);
        (known.of, known.next) = (Some((roster, playbook, now)), ticked.next_due);
        Ok(ticked)
    }

    /// Whether they were told now.
    async fn tell(&self, person: &Person, shift: Shift, begun: DayBegun) -> Result<bool, StoreError> {
        let (now, playbook) = (self.clock.now(), self.store.playbook());
        let tonight = tonight(shift, playbook.company.hours.zone());
        let leads = self.store.leads_of(person.id, tonight).await?;
        let is_something = match begun.part {
            DayPart::Agenda => !day::agenda(&leads, tonight, &playbook).0.is_empty(),
            DayPart::Sweep => !day::loose(&leads, shift, (now, day::next_morning(person, &playbook, shift))).is_empty(),
        };
        let news = is_something.then_some(News::Day { part: begun.part, day: begun.day });
        let is_told = news.is_some();
        Ok(self.store.day_begun(begun, news, now).await? && is_told)
    }

    /// Nothing can have come since the last look.
    fn rest(&self, now: DateTime<Utc>, of: (&Arc<Roster>, &Arc<Playbook>)) -> Option<Ticked> {
        let known = self.plan.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (roster, playbook, looked) = known.of.as_ref()?;
        let is_same = Arc::ptr_eq(roster, of.0) && Arc::ptr_eq(playbook, of.1);
        if !is_same {
            let again = *looked + SOON;
            return (*looked <= now && now < again).then_some(Ticked { done: 0, next_due: Some(again) });
        }
        let is_early = *looked <= now && now < *looked + EVERY && known.next.is_none_or(|next| now < next);
        is_early.then_some(Ticked { done: 0, next_due: known.next })
    }

    fn is_done(&self, begun: DayBegun) -> bool {
        let known = self.plan.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.done.contains(&(begun.person, begun.day, begun.part))
    }

    fn done(&self, begun: DayBegun) {
        let mut known = self.plan.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.done.retain(|(_, day, _)| *day + Duration::days(2) > begun.day);
        known.done.insert((begun.person, begun.day, begun.part));
    }
}

/// Working days, each found out once for all who keep the same hours: most of a team do.
struct Shifts<'a> {
    playbook: &'a Playbook,
    now: DateTime<Utc>,
    /// By where their hours stand and how many days from now.
    known: BTreeMap<(Vec<usize>, i64), Option<Shift>>,
}

impl Shifts<'_> {
    fn of(&mut self, person: &Person, days: i64) -> Option<Shift> {
        let hours = day::hours(person, self.playbook).into_iter().map(|hours| std::ptr::from_ref(hours).addr()).collect();
        let at = self.now + Duration::days(days);
        *self.known.entry((hours, days)).or_insert_with(|| day::shift(person, self.playbook, at))
    }

    /// The day of somebody that part of which is now; it may have begun yesterday.
    fn now_is(&mut self, part: DayPart, person: &Person) -> Option<Shift> {
        [-1, 0].into_iter().filter_map(|days| self.of(person, days)).collect::<Vec<_>>().into_iter().find(|shift| {
            let told = day::told_at(part, *shift, self.playbook);
            told.is_some_and(|(from, until)| from <= self.now && self.now < until)
        })
    }

    /// When that part of somebody's day comes next, if they work within the days that are looked at.
    fn next(&mut self, part: DayPart, person: &Person) -> Option<DateTime<Utc>> {
        (-1..DAYS_AHEAD).find_map(|days| {
            let (from, _) = day::told_at(part, self.of(person, days)?, self.playbook)?;
            (from > self.now).then_some(from)
        })
    }
}

/// Midnight after the day begins, or the end of whoever works through the night.
#[must_use]
pub fn tonight(shift: Shift, zone: &Zone) -> DateTime<Utc> {
    let midnight = zone.instant((zone.local(shift.from).date() + Duration::days(1)).and_time(NaiveTime::MIN));
    midnight.max(shift.to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_lasts_until_midnight_and_a_night_until_its_end() {
        let zone = Zone::parse("Europe/Berlin").unwrap();
        let utc = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let shift = |from: &str, to: &str| Shift { day: utc(from).date_naive(), from: utc(from), to: utc(to) };
        let by_day = shift("2026-09-14T07:00:00Z", "2026-09-14T16:00:00Z");
        assert_eq!(tonight(by_day, &zone), utc("2026-09-14T22:00:00Z"));
        let by_night = shift("2026-09-14T20:00:00Z", "2026-09-15T04:00:00Z");
        assert_eq!(tonight(by_night, &zone), utc("2026-09-15T04:00:00Z"));
    }
}
