//! Sales in figures: open, won and lost, how many and for how much.
//! Invariant: amounts of different currencies are never added; a deal whose value is not known is counted and said to be so.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::period::Period;
use super::rows::At;
use super::table::fit;
use super::{Ask, words};
use crate::domain::ids::{PersonId, TeamKey};
use crate::domain::money::{Currency, Money};

/// One deal, as reports see it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DealRow {
    /// The team of its lead.
    pub team: Option<At<TeamKey>>,
    /// Whose it is, or was when it ended.
    pub person: Option<PersonId>,
    /// What it is worth, if that is known.
    pub value: Option<Money>,
    /// How it stands.
    pub stands: Stands,
    /// Since when there is one.
    pub since: DateTime<Utc>,
}

/// How a deal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// Somebody works on it.
    Open,
    /// Open, and its lead sleeps.
    Asleep,
    /// They bought then.
    Won(DateTime<Utc>),
    /// They did not, since then.
    Lost(DateTime<Utc>),
}

/// How many deals, and what they are worth together in each currency.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sum {
    /// How many.
    pub count: u64,
    /// Of those, the ones whose value is not known.
    pub unknown: u64,
    amounts: BTreeMap<Currency, i64>,
}

impl Sum {
    /// One more.
    pub(super) fn add(&mut self, value: Option<Money>) {
        self.count += 1;
        match value {
            Some(money) => {
                let sum = self.amounts.entry(money.currency).or_default();
                *sum = sum.saturating_add(money.minor);
            }
            None => self.unknown += 1,
        }
    }

    /// The amounts, the most common first in the order of their letters: `12,500 EUR + 900 USD`; nothing when none is known.
    #[must_use]
    pub fn amounts(&self) -> String {
        let each = self.amounts.iter().map(|(currency, minor)| Money { minor: *minor, currency: *currency }.to_string());
        each.collect::<Vec<_>>().join(" + ")
    }

    /// `3 for 12,500 EUR + 900 USD, 1 of unknown value`.
    #[must_use]
    pub fn words(&self) -> String {
        let mut said = words::count(self.count);
        if !self.amounts.is_empty() {
            said.push_str(" for ");
            said.push_str(&self.amounts());
        }
        if self.unknown > 0 {
            said.push_str(&format!(", {} of unknown value", words::count(self.unknown)));
        }
        said
    }
}

/// Deals of a team or a person: open now, and those that ended in a period.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sales {
    /// Open now, those asleep too.
    pub open: Sum,
    /// Of those, the ones that sleep.
    pub asleep: Sum,
    /// Won in the period.
    pub won: Sum,
    /// Lost in the period.
    pub lost: Sum,
}

impl Sales {
    fn see(&mut self, deal: &DealRow, period: &Period) {
        match deal.stands {
            Stands::Open => self.open.add(deal.value),
            Stands::Asleep => {
                self.open.add(deal.value);
                self.asleep.add(deal.value);
            }
            Stands::Won(at) if period.contains(at) => self.won.add(deal.value),
            Stands::Lost(at) if period.contains(at) => self.lost.add(deal.value),
            Stands::Won(_) | Stands::Lost(_) => {}
        }
    }

    /// Nothing to say.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.open.count + self.won.count + self.lost.count == 0
    }
}

/// Those of the team that is asked for, in the period that is asked for.
#[must_use]
pub fn sales(deals: &[DealRow], ask: &Ask<'_>, period: &Period) -> Sales {
    let mut sales = Sales::default();
    deals.iter().filter(|deal| counts(deal, ask)).for_each(|deal| sales.see(deal, period));
    sales
}

/// The same for each person who has or had one.
#[must_use]
pub fn by_person(deals: &[DealRow], ask: &Ask<'_>) -> BTreeMap<PersonId, Sales> {
    let mut all: BTreeMap<PersonId, Sales> = BTreeMap::new();
    for deal in deals.iter().filter(|deal| counts(deal, ask)) {
        if let Some(person) = deal.person {
            all.entry(person).or_default().see(deal, ask.period);
        }
    }
    all.retain(|_, sales| !sales.is_empty());
    all
}

fn counts(deal: &DealRow, ask: &Ask<'_>) -> bool {
    ask.team.is_none() || deal.team == ask.team
}

/// First figures about deals; none where there are none.
#[must_use]
pub fn figures(deals: &[DealRow], ask: &Ask<'_>) -> Vec<String> {
    let (now, before) = (sales(deals, ask, ask.period), sales(deals, ask, ask.before));
    if now.is_empty() && before.won.count + before.lost.count == 0 {
        return Vec::new();
    }
    let asleep = if now.asleep.count > 0 { format!(" ({} asleep)", words::count(now.asleep.count)) } else { String::new() };
    vec![
        format!("Deals open {}{asleep}", now.open.words()),
        format!("Deals won {} (before {})", now.won.words(), before.won.words()),
        format!("Deals lost {} (before {})", now.lost.words(), before.lost.words()),
    ]
}

/// A line for each person who has or had deals, those who sold most often first.
#[must_use]
pub fn lines(deals: &[DealRow], ask: &Ask<'_>) -> Vec<String> {
    const NAME_CELLS_MAX: usize = 16;
    const PEOPLE_MAX: usize = 8;
    let mut people: Vec<(String, Sales)> =
        by_person(deals, ask).into_iter().map(|(person, sales)| (ask.names.person(person), sales)).collect();
    people.sort_by(|(a, x), (b, y)| (y.won.count, y.open.count).cmp(&(x.won.count, x.open.count)).then_with(|| a.cmp(b)));
    let line = |(name, sales): &(String, Sales)| {
        let parts = [("won", &sales.won), ("open", &sales.open), ("lost", &sales.lost)];
        let parts = parts.iter().filter(|(_, sum)| sum.count > 0).map(|(word, sum)| format!("{word} {}", sum.words()));
        format!("{}: {}", fit(name, NAME_CELLS_MAX), parts.collect::<Vec<_>>().join("; "))
    };
    people.iter().take(PEOPLE_MAX).map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::read;
    use crate::reports::pipeline::Pipeline;
    use crate::reports::reps::Reps;
    use crate::reports::world::World;
    use crate::reports::{Fold as _, rows::LeadRow};

    fn deal(world: &World, person: i64, value: &str, stands: Stands) -> DealRow {
        let value = read(value, None, Currency::read("EUR").unwrap()).ok();
        let team = if person == 1 { world.names.teams.find("dach") } else { Some(world.world_team) };
        DealRow { team, person: Some(PersonId(person)), value, stands, since: world.ask().now }
    }

    fn deals(world: &World) -> Vec<DealRow> {
        let (now, before) = (world.ask().now - chrono::Duration::hours(1), world.ask().before.from);
        vec![
            deal(world, 1, "12.500,00", Stands::Open),
            deal(world, 1, "900 USD", Stands::Open),
            deal(world, 1, "4k", Stands::Asleep),
            deal(world, 1, "", Stands::Open),
            deal(world, 1, "7.000", Stands::Won(now)),
            deal(world, 2, "8.000", Stands::Won(before)),
            deal(world, 2, "300", Stands::Lost(now)),
        ]
    }

    #[test]
    fn currencies_are_counted_apart_and_what_is_unknown_is_said() {
        let world = World::new();
        let deals = deals(&world);
        assert_eq!(
            figures(&deals, &world.ask()),
            [
                "Deals open 4 for 16,500 EUR + 900 USD, 1 of unknown value (1 asleep)",
                "Deals won 1 for 7,000 EUR (before 1 for 8,000 EUR)",
                "Deals lost 1 for 300 EUR (before 0)"
            ]
        );
        assert_eq!(
            lines(&deals, &world.ask()),
            ["Ann: won 1 for 7,000 EUR; open 4 for 16,500 EUR + 900 USD, 1 of unknown value", "Ben: lost 1 for 300 EUR"]
        );
        let of_one = Ask { team: Some(world.world_team), ..world.ask() };
        assert_eq!(figures(&deals, &of_one)[0], "Deals open 0");
        assert!(figures(&[], &world.ask()).is_empty(), "who sells nothing reads nothing about it");
    }

    #[test]
    fn pipeline_and_reps_tell_them() {
        let world = World::new();
        let deals = deals(&world);
        let no_leads: [LeadRow; 0] = [];
        let mut pipeline = Pipeline::new(world.ask(), &deals);
        no_leads.iter().for_each(|row| pipeline.add(row));
        assert!(pipeline.report().text().contains("Deals won 1 for 7,000 EUR"));
        assert!(Reps::new(world.ask(), &deals).report().text().contains("Ben: lost 1 for 300 EUR"));
    }
}
