//! Whose turn it is: who would be furthest below their share without the next lead gets it.
//! The ledger holds what everybody got. Who is away, or outside their own hours, while a lead is given is credited with the part of it that would have been theirs, so
//! that their place in the order is the same when they come back; who joins begins level with the others. Counted in millionths of a
//! turn, so that the same moves always give the same order.
//! Invariant: an entry is written in the transaction that moves the lead, and a turn that is given back was taken before.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::ids::{PersonId, TeamKey};
use super::person::{Membership, Person, Roster};

/// One turn.
pub const TURN_MICRO: i64 = 1_000_000;

/// What somebody got in a team.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// Leads that they got, less those that were given back.
    pub turns: i64,
    /// What they are credited with besides, in millionths of a turn.
    pub credit_micro: i64,
    /// When they got the newest.
    pub last: Option<DateTime<Utc>>,
}

impl Standing {
    fn total_micro(self) -> i64 {
        self.turns * TURN_MICRO + self.credit_micro
    }
}

/// What everybody got, in each team.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger(BTreeMap<(TeamKey, PersonId), Standing>);

/// A line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// In which team.
    pub team: TeamKey,
    /// Whose.
    pub person: PersonId,
    /// Why.
    pub why: EntryWhy,
    /// Turns.
    pub turns: i64,
    /// Credit, in millionths of a turn.
    pub credit_micro: i64,
    /// When.
    pub at: DateTime<Utc>,
}

/// Why a line stands in the ledger. Stored: never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryWhy {
    /// They got a lead.
    Taken,
    /// The lead was none: the turn is given back.
    Returned,
    /// Somebody else got one while they were away.
    Away,
    /// They joined, and begin level with the others; or their weight was changed.
    Levelled,
}

impl EntryWhy {
    /// As the database writes it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            EntryWhy::Taken => "taken",
            EntryWhy::Returned => "returned",
            EntryWhy::Away => "away",
            EntryWhy::Levelled => "levelled",
        }
    }
}

impl Ledger {
    /// What somebody got in a team.
    #[must_use]
    pub fn standing(&self, team: &TeamKey, person: PersonId) -> Standing {
        self.0.get(&(team.clone(), person)).copied().unwrap_or_default()
    }

    /// Sets what somebody got in a team, as it was added up.
    pub fn set(&mut self, team: TeamKey, person: PersonId, standing: Standing) {
        self.0.insert((team, person), standing);
    }

    /// Takes a line in.
    pub fn enter(&mut self, entry: &Entry) {
        let standing = self.0.entry((entry.team.clone(), entry.person)).or_default();
        standing.turns += entry.turns;
        standing.credit_micro += entry.credit_micro;
        if entry.why == EntryWhy::Taken {
            standing.last = Some(entry.at);
        }
    }
}

/// Somebody's place in a team's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// Who.
    pub person: PersonId,
    /// Their share against the others'.
    pub weight: u32,
    /// What they got.
    pub standing: Standing,
    /// Leads that they are asked about now: as good as theirs until they say no.
    pub asked: u32,
    /// How far they are below their share, in millionths of a turn; negative when they had more.
    pub shortfall_micro: i64,
}

/// A team's members, whose turn it is now first. Who has no weight is never in turn.
#[must_use]
pub fn order(
    ledger: &Ledger,
    team: &TeamKey,
    (roster, now): (&Roster, DateTime<Utc>),
    asked: &BTreeMap<PersonId, u32>,
) -> Vec<Turn> {
    let mut turns: Vec<Turn> = roster
        .members(team)
        .filter(|(_, member)| member.weight > 0)
        .map(|(person, member)| Turn {
            person: person.id,
            weight: member.weight,
            standing: ledger.standing(team, person.id),
            asked: asked.get(&person.id).copied().unwrap_or_default(),
            shortfall_micro: 0,
        })
        .collect();
    let own = |turn: &Turn| i128::from(turn.standing.total_micro() + i64::from(turn.asked) * TURN_MICRO);
    let sum: i128 = turns.iter().map(own).sum();
    let weights: i128 = turns.iter().map(|turn| i128::from(turn.weight)).sum();
    for turn in &mut turns {
        let share = sum * i128::from(turn.weight) / weights.max(1);
        turn.shortfall_micro = i64::try_from(share - own(turn)).unwrap_or(i64::MAX);
    }
    // With their part of the lead that is to be given, among those who are here: without it, a small share among large ones is passed
    // over for too long.
    let here: i128 = roster.members(team).filter(|(p, m)| !is_away(p, m, now)).map(|(_, member)| i128::from(member.weight)).sum();
    let missed = |turn: &Turn| i128::from(turn.shortfall_micro) + i128::from(TURN_MICRO) * i128::from(turn.weight) / here.max(1);
    // Of equals, who is asked about something now comes later: that is their newest turn.
    turns.sort_by_key(|turn| (std::cmp::Reverse(missed(turn)), turn.asked, turn.standing.last, turn.person));
    turns
}

/// Somebody of the team got a lead: the lines that this costs. Who has no place in it, a manager who helped out, costs nothing.
#[must_use]
pub fn taken(roster: &Roster, team: &TeamKey, by: PersonId, now: DateTime<Utc>) -> Vec<Entry> {
    moved(roster, team, by, (EntryWhy::Taken, 1, now))
}

/// The lead was none: the lines that give the turn back.
#[must_use]
pub fn returned(roster: &Roster, team: &TeamKey, to: PersonId, now: DateTime<Utc>) -> Vec<Entry> {
    moved(roster, team, to, (EntryWhy::Returned, -1, now))
}

fn moved(roster: &Roster, team: &TeamKey, whose: PersonId, (why, turns, at): (EntryWhy, i64, DateTime<Utc>)) -> Vec<Entry> {
    let is_member = roster.get(whose).and_then(|person| person.membership(team)).is_some_and(|member| member.weight > 0);
    if !is_member {
        return Vec::new();
    }
    let entry = |person, why, turns, credit_micro| Entry { team: team.clone(), person, why, turns, credit_micro, at };
    let mut entries = vec![entry(whose, why, turns, 0)];
    let is_away = |person: &Person, member: &Membership| person.id != whose && is_away(person, member, at);
    let weight_here: i64 = roster.members(team).filter(|(p, m)| !is_away(p, m)).map(|(_, member)| i64::from(member.weight)).sum();
    for (person, member) in roster.members(team).filter(|(person, member)| member.weight > 0 && is_away(person, member)) {
        let credit = turns * i64::from(member.weight) * TURN_MICRO / weight_here.max(1);
        entries.push(entry(person.id, EntryWhy::Away, 0, credit));
    }
    entries
}

fn is_away(person: &Person, member: &Membership, now: DateTime<Utc>) -> bool {
    let is_paused = member.paused.as_ref().is_some_and(|pause| pause.until.is_none_or(|until| now < until));
    person.absence(now).is_some() || person.off_until(now).is_some() || is_paused
}

/// Somebody joined or has another weight now: the line that puts them level with the others, or where they were before.
/// `roster` is as it is since; `wanted_micro` is the shortfall that they shall have.
#[must_use]
pub fn levelled(
    ledger: &Ledger,
    roster: &Roster,
    place: (&TeamKey, PersonId),
    wanted_micro: i64,
    now: DateTime<Utc>,
) -> Option<Entry> {
    let (team, person) = place;
    let turns = order(ledger, team, (roster, now), &BTreeMap::new());
    let mine = turns.iter().find(|turn| turn.person == person)?;
    let others: i128 = turns.iter().filter(|turn| turn.person != person).map(|turn| i128::from(turn.weight)).sum();
    if others == 0 {
        return None;
    }
    // A credit raises the sum as well, so that only the others' part of it counts.
    let weights = others + i128::from(mine.weight);
    let credit = i128::from(mine.shortfall_micro - wanted_micro) * weights / others;
    let credit_micro = i64::try_from(credit).ok().filter(|credit| *credit != 0)?;
    Some(Entry { team: team.clone(), person, why: EntryWhy::Levelled, turns: 0, credit_micro, at: now })
}

#[cfg(test)]
mod tests;
