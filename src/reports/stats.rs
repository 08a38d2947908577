//! One person's own figures in a period, from what they did.
//! Invariant: what was taken back counts for nothing.

use chrono::{DateTime, Utc};

use super::deals::Sum;
use super::period::Period;
use crate::domain::fact::Fact;
use crate::domain::ids::LeadId;
use crate::domain::lead::{Exit, Outcome};

/// One thing that they did.
#[derive(Debug, Clone, PartialEq)]
pub struct Deed {
    /// To which lead.
    pub lead: LeadId,
    /// When.
    pub at: DateTime<Utc>,
    /// What is true since.
    pub facts: Vec<Fact>,
}

/// What somebody did in a period.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stats {
    /// Leads taken.
    pub taken: u64,
    /// Attempts.
    pub tries: u64,
    /// Of those, the ones that reached somebody.
    pub reached: u64,
    /// Follow-ups planned.
    pub planned: u64,
    /// Plans said to be done.
    pub done: u64,
    /// Deals made.
    pub deals: u64,
    /// Deals won.
    pub won: Sum,
    /// Leads ended otherwise, or put to sleep.
    pub ended: u64,
    /// Leads given back, and offers passed.
    pub given_back: u64,
}

impl Stats {
    /// Of what they did, oldest first, in that period.
    #[must_use]
    pub fn of(deeds: &[Deed], period: &Period) -> Self {
        let mut kept: Vec<&Deed> = Vec::new();
        for deed in deeds {
            if deed.facts.iter().any(|fact| matches!(fact, Fact::Undone { .. })) {
                if let Some(at) = kept.iter().rposition(|before| before.lead == deed.lead) {
                    kept.remove(at);
                }
                continue;
            }
            kept.push(deed);
        }
        let mut stats = Self::default();
        let in_period = kept.iter().filter(|deed| period.contains(deed.at));
        in_period.flat_map(|deed| &deed.facts).for_each(|fact| stats.see(fact));
        stats
    }

    fn see(&mut self, fact: &Fact) {
        match fact {
            Fact::Claimed { .. } => self.taken += 1,
            Fact::Attempted { outcome, .. } => {
                self.tries += 1;
                self.reached += u64::from(*outcome == Outcome::Reached);
            }
            Fact::FollowUpSet { .. } => self.planned += 1,
            Fact::FollowUpDone { .. } => self.done += 1,
            Fact::DealMade { .. } => self.deals += 1,
            Fact::DealWon { value } => self.won.add(*value),
            Fact::Closed { exit, .. } => self.ended += u64::from(*exit != Exit::Converted),
            Fact::Pooled { .. } => self.ended += 1,
            Fact::Released { .. } | Fact::Passed { .. } => self.given_back += 1,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::PersonId;
    use crate::domain::lead::{Channel, Course};
    use crate::reports::world::World;

    #[test]
    fn what_was_done_in_the_period_is_counted_and_what_was_taken_back_is_not() {
        let world = World::new();
        let now = world.ask().now - chrono::Duration::hours(1);
        let deed = |lead: i64, at, fact| Deed { lead: LeadId(lead), at, facts: vec![fact] };
        let by = PersonId(1);
        let claim = || Fact::Claimed { by };
        let call = |outcome| Fact::Attempted { by, channel: Channel::Call, outcome };
        let undone = Fact::Undone { to: Box::new(Course::new("open".into(), now)) };
        let deeds = [
            deed(1, world.before.from, claim()),
            deed(2, now, claim()),
            deed(3, now, claim()),
            deed(2, now, call(Outcome::NoAnswer)),
            deed(2, now, call(Outcome::Reached)),
            deed(3, now, undone),
            deed(2, now, Fact::DealWon { value: None }),
        ];
        let stats = Stats::of(&deeds, &world.period);
        assert_eq!((stats.taken, stats.tries, stats.reached, stats.won.count), (1, 2, 1, 1));
        assert_eq!(Stats::of(&deeds, &world.before).taken, 1);
    }
}
