//! What rules would have made of leads that came in before: each as it came in, in order, with a ledger of turns of its own.
//! The same scores, routes, account owners and ladders are asked as when a lead really comes in. What nobody can know of other rules is
//! taken to be kind: everybody of the teams as they are now is there in the hours that they keep, nobody is full of untouched leads, and
//! whoever is asked accepts.
//! Invariant: nothing is written, and leads must be given in the order in which they came in.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::company;
use super::decide;
use super::draft::Draft;
use super::fact::Fact;
use super::fairness::{self, Entry, Ledger};
use super::ids::{LeadId, PersonId, TeamKey};
use super::lead::{Course, Lead, Profile};
use super::matching::{Account, KinKind};
use super::person::{Person, Presence, Roster};
use super::portrait;
use super::promises;
use super::reply::Reply;
use super::routing::{self, Routed, Tried};
use super::scoring::{self, Score, Tier};
use super::snapshot::{Beside, Snapshot};
use crate::playbook::rule::Verdict;
use crate::playbook::{Playbook, Route, StageKind};

/// A lead as it came in, and what was made of it then.
#[derive(Debug, Clone, PartialEq)]
pub struct Past {
    /// Which.
    pub id: LeadId,
    /// As it was first sent.
    pub profile: Profile,
    /// What was made of it when it came in.
    pub then: Then,
    /// Whose it is; when nobody's, whose it was last.
    pub owner: Option<PersonId>,
    /// When its owner first did something about it.
    pub touched_at: Option<DateTime<Utc>>,
    /// It was none after all, and the turn that it had cost was given back.
    pub turn_returned: bool,
}

/// What was made of a lead when it came in.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Then {
    /// What it was worth, and the tier.
    pub score: Option<(u8, Tier)>,
    /// The rule that sent it to a team, and the team.
    pub routed: Option<(String, TeamKey)>,
    /// Until when a first touch was promised.
    pub due: Option<DateTime<Utc>>,
    /// Who looked after the company already and kept it, by which lead.
    pub kept: Option<(PersonId, LeadId)>,
    /// Who entered it and took it.
    pub taken_by: Option<PersonId>,
}

impl Then {
    /// Out of the first line of a lead's log.
    #[must_use]
    pub fn of(facts: Vec<Fact>) -> Self {
        let mut then = Self::default();
        for fact in facts {
            match fact {
                Fact::Scored { score } => then.score = Some((score.points, score.tier)),
                Fact::RoutedBy { routed } => then.routed = Some((routed.rule, routed.team)),
                Fact::FirstTouchPromised { due } => then.due = Some(due),
                Fact::AccountKept { owner, lead } => then.kept = Some((owner, lead)),
                Fact::Claimed { by } => then.taken_by = Some(by),
                _ => {}
            }
        }
        then
    }
}

/// What would have been made of a lead.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// What it would be worth.
    pub score: Score,
    /// The place of the rule that holds among the playbook's routes.
    pub route: usize,
    /// The team that the rule names.
    pub team: TeamKey,
    /// Rules of the score and routes that could not be judged, and why.
    pub broken: Vec<Tried>,
    /// Until when a first touch would be promised.
    pub due: DateTime<Utc>,
    /// Who would have it first.
    pub hands: Hands,
}

/// Who would have a lead first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hands {
    /// Whose turn it is, in this team.
    Turn(PersonId, TeamKey),
    /// It is given to this person without asking; that costs them a turn of this team.
    Given(PersonId, TeamKey),
    /// Who looks after the company already.
    Account(PersonId),
    /// Who entered it.
    Taker(PersonId),
    /// Whoever of this team takes it: the ladder begins with it open to all.
    Anybody(TeamKey),
    /// A person must route it: the ladder finds nobody.
    Nobody,
}

impl Hands {
    /// The person, where it is one.
    #[must_use]
    pub fn person(&self) -> Option<PersonId> {
        match self {
            Hands::Turn(person, _) | Hands::Given(person, _) | Hands::Account(person) | Hands::Taker(person) => Some(*person),
            Hands::Anybody(_) | Hands::Nobody => None,
        }
    }
}

/// Rules that are tried on what came in before.
#[derive(Debug, Clone)]
pub struct Replay {
    snapshot: Snapshot,
    /// Which routes held for some lead, whether or not an earlier one took it.
    ever_held: Vec<bool>,
}

impl Replay {
    /// With the people as they are, and the ledger as it stood before the first lead.
    #[must_use]
    pub fn new(playbook: Arc<Playbook>, roster: &Roster, ledger: Ledger) -> Self {
        let here = |person: &Person| {
            let memberships = person.memberships.iter().cloned().map(|place| super::person::Membership { paused: None, ..place });
            Person { presence: Presence::Available, leave: None, memberships: memberships.collect(), ..person.clone() }
        };
        let snapshot = Snapshot {
            id: LeadId(0),
            lead: None,
            roster: Arc::new(Roster::new(roster.iter().map(here).collect())),
            untouched: std::collections::BTreeMap::new(),
            beside: Beside { ledger: Arc::new(ledger), ..Beside::default() },
            playbook,
        };
        Self { ever_held: vec![false; snapshot.playbook.routes.len()], snapshot }
    }

    /// The rules that are tried.
    #[must_use]
    pub fn playbook(&self) -> &Playbook {
        &self.snapshot.playbook
    }

    /// Whether a route held for some lead so far, even where an earlier one took them all.
    #[must_use]
    pub fn ever_held(&self, route: usize) -> bool {
        self.ever_held.get(route).copied().unwrap_or_default()
    }

    /// What would have been made of the next lead; `None` only for a playbook without teams.
    #[must_use]
    pub fn judge(&mut self, past: &Past) -> Option<Seen> {
        let playbook = self.snapshot.playbook.clone();
        let profile = known(&past.profile, &playbook);
        let values = portrait::values(&profile, 1, &playbook);
        let (score, mut broken) = scoring::score(&profile, &values, &playbook);
        let mut subject = routing::subject(&values, &score);
        let route = routing::first_that_holds(&mut subject, &playbook, |tried| {
            broken.extend(Some(tried).filter(|tried| tried.broken.is_some()));
        })?;
        self.ever_held[route] = true;
        for (later, held) in playbook.routes.iter().zip(&mut self.ever_held).skip(route + 1).filter(|(_, held)| !**held) {
            *held = later.judge(&mut subject) == Verdict::Holds;
        }
        let team = playbook.routes[route].team.clone();
        let hours = playbook.team(&team).map_or(&playbook.company.hours, |team| &team.hours);
        self.snapshot.beside.account = past
            .then
            .kept
            .map(|(owner, lead)| Account { owner, lead, kind: KinKind::Open })
            .filter(|_| past.then.taken_by.is_none());
        let received = past.profile.received_at;
        // Who is asked first is found out when the team is there.
        let opens = hours.next_open(received);
        let mut draft = self.draft((past.id, profile, past.then.taken_by), &score, opens);
        draft.record(Fact::RoutedBy { routed: routed(&playbook.routes[route]) });
        let due = hours.add(received, promises::first_touch(&draft));
        decide::settle(&mut draft, Some(team.clone()), past.then.taken_by);
        let hands = hands(&draft.done(Reply::Nobody).facts);
        if !past.turn_returned {
            self.take_turn(&hands, opens);
        }
        Some(Seen { score, route, team, broken, due, hands })
    }

    /// The lead as it stands when its rules are judged and nobody has it.
    fn draft(&self, new: (LeadId, Profile, Option<PersonId>), score: &Score, now: DateTime<Utc>) -> Draft<'_> {
        let (id, profile, taken_by) = new;
        let stage =
            self.snapshot.playbook.stage_of_kind(StageKind::Open).map_or_else(|| "open".into(), |stage| stage.key.clone());
        let course = Course::new(stage.clone(), now);
        let mut draft = Draft::new(&self.snapshot, Lead { id, rev: 0, profile, course }, taken_by, now);
        draft.record(Fact::Received { stage });
        draft.record(Fact::Scored { score: score.clone() });
        draft
    }

    /// Whoever would have it first keeps it.
    fn take_turn(&mut self, hands: &Hands, at: DateTime<Utc>) {
        let (Hands::Turn(person, team) | Hands::Given(person, team)) = hands else { return };
        let entries: Vec<Entry> = fairness::taken(&self.snapshot.roster, team, *person, at);
        let beside = &mut self.snapshot.beside;
        let (ledger, taken) = (Arc::make_mut(&mut beside.ledger), Arc::make_mut(&mut beside.taken));
        for entry in &entries {
            ledger.enter(entry);
            taken.enter(entry);
        }
    }
}

/// The rule that holds, with the skills that it asks for.
fn routed(route: &Route) -> Routed {
    let Route { name, team, require, prefer, when: _ } = route.clone();
    Routed { rule: name, team, require, prefer, tried: Vec::new(), more: 0 }
}

/// Which company somebody writes from is for the playbook to say.
fn known(profile: &Profile, playbook: &Playbook) -> Profile {
    let domain = profile.contact.email.as_ref().and_then(|email| company::domain(email.raw(), &playbook.matching));
    let mut known = profile.clone();
    known.contact.domain = domain.or(known.contact.domain);
    known
}

/// Who has it first, by what was decided.
fn hands(facts: &[Fact]) -> Hands {
    let mut waits: Option<TeamKey> = None;
    let mut account = None;
    for fact in facts {
        match fact {
            Fact::Waits { team, .. } => waits = Some(team.clone()),
            Fact::AccountKept { owner, .. } => account = Some(*owner),
            Fact::Claimed { by } => return Hands::Taker(*by),
            Fact::Offered { to, team, .. } => return Hands::Turn(*to, team.clone()),
            Fact::Assigned { to, .. } if account == Some(*to) => return Hands::Account(*to),
            Fact::Assigned { to, .. } => return waits.map_or(Hands::Nobody, |team| Hands::Given(*to, team)),
            Fact::ToTriage { .. } => return Hands::Nobody,
            _ => {}
        }
    }
    waits.map_or(Hands::Nobody, Hands::Anybody)
}

#[cfg(test)]
mod tests;
