//! What reports need of one lead, in few bytes: a row of a million is read once and folded.
//! Keys of teams, sources, stages and reasons are enrolled in `Names` once, so that a row carries two bytes in place of a text and a
//! fold indexes a list where it would otherwise hash.
//! Invariant: a row tells the lead as it stands now; what it was on an earlier day is not in it.

use std::collections::{BTreeMap, HashMap};
use std::marker::PhantomData;

use chrono::{DateTime, Utc};

use crate::domain::ids::{LeadId, PersonId, ReasonKey, SourceKey, StageKey, TeamKey};
use crate::domain::lead::Exit;
use crate::domain::scoring::Tier;
use crate::playbook::StageKind;

/// One lead, as reports see it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LeadRow {
    /// `L-1042`.
    pub id: LeadId,
    /// When the first submission was received.
    pub received_at: DateTime<Utc>,
    /// Where it came in.
    pub source: At<SourceKey>,
    /// The team it was routed to last.
    pub team: Option<At<TeamKey>>,
    /// Whose it is; when nobody's, whose it was last.
    pub owner: Option<PersonId>,
    /// Where the work stands.
    pub standing: Standing,
    /// In this standing since.
    pub since: DateTime<Utc>,
    /// Attempted, followed up or disposed of by its owner.
    pub touched: bool,
    /// Where the sale stands.
    pub stage: At<StageKey>,
    /// What that stage is.
    pub kind: StageKind,
    /// The first time that somebody took it or was given it.
    pub claimed_at: Option<DateTime<Utc>>,
    /// The first attempt.
    pub first_attempt_at: Option<DateTime<Utc>>,
    /// The first attempt, or the first follow-up that was set.
    pub touched_at: Option<DateTime<Utc>>,
    /// The first two-way contact.
    pub reached_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub closed_at: Option<DateTime<Utc>>,
    /// How it ended.
    pub exit: Option<Exit>,
    /// Why it ended or sleeps.
    pub reason: Option<At<ReasonKey>>,
    /// Attempts.
    pub tries: u32,
    /// The newest thing that a person did.
    pub last_activity_at: Option<DateTime<Utc>>,
    /// Until when the first touch was promised.
    pub first_touch_due: Option<DateTime<Utc>>,
    /// When the owner means to act next.
    pub follow_up_at: Option<DateTime<Utc>>,
    /// When its sleep was to end, while it sleeps.
    pub returns_at: Option<DateTime<Utc>>,
    /// The newest thing that they did besides asking.
    pub signalled_at: Option<DateTime<Utc>>,
    /// A sequence writes to them.
    pub in_sequence: bool,
    /// Made by a test button.
    pub is_test: bool,
    /// What it was worth when it came in; only read where a report asks for it.
    pub first_score: Option<(u8, Tier)>,
}

impl LeadRow {
    /// A lead of which nothing is known but that it came in: owned, by whom is left open, no team, in the first stage and of the first source.
    #[must_use]
    pub fn blank(id: LeadId, received_at: DateTime<Utc>) -> Self {
        Self {
            id,
            received_at,
            source: At(0, PhantomData),
            team: None,
            owner: None,
            standing: Standing::Owned,
            since: received_at,
            touched: false,
            stage: At(0, PhantomData),
            kind: StageKind::Open,
            claimed_at: None,
            first_attempt_at: None,
            touched_at: None,
            reached_at: None,
            closed_at: None,
            exit: None,
            reason: None,
            tries: 0,
            last_activity_at: None,
            first_touch_due: None,
            follow_up_at: None,
            returns_at: None,
            signalled_at: None,
            in_sequence: false,
            is_test: false,
            first_score: None,
        }
    }

    /// Whether it is in any figure at all: tests, and what never was a lead, are in none.
    #[must_use]
    pub fn counts(&self) -> bool {
        !self.is_test && self.exit != Some(Exit::Removed)
    }

    /// Until when nothing could be learnt about an untouched lead: its end, or `now`.
    #[must_use]
    pub fn watched_until(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        self.closed_at.map_or(now, |at| at.min(now))
    }

    /// The first touch: an attempt or a plan; else the end or the sleep that a disposition brought.
    #[must_use]
    pub fn first_touch_at(&self) -> Option<DateTime<Utc>> {
        let slept = matches!(self.standing, Standing::Pooled | Standing::Repair).then_some(self.since);
        [self.touched_at, self.first_attempt_at, self.closed_at, slept].into_iter().flatten().min()
    }

    /// What became of its promise of a first touch; `None` when none was made. Touched in the very millisecond it is due is in time.
    #[must_use]
    pub fn promise(&self, now: DateTime<Utc>) -> Option<Promise> {
        let due = self.first_touch_due?;
        let touched = self.first_touch_at().filter(|at| *at <= now);
        Some(match touched {
            Some(at) if at <= due => Promise::Kept,
            None if now <= due => Promise::Running,
            Some(_) | None if self.claimed_at.is_none_or(|claimed| claimed >= due) => Promise::Broken(Cause::WaitedUnclaimed),
            None if matches!(self.standing, Standing::Waiting | Standing::Triage) => Promise::Broken(Cause::GivenBack),
            Some(_) | None => Promise::Broken(Cause::ClaimedIdle),
        })
    }
}

/// What became of the promise of a first touch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Promise {
    /// Touched in time.
    Kept,
    /// Not touched in time.
    Broken(Cause),
    /// There is still time.
    Running,
}

/// Why a promise was broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// Somebody had it in time and did nothing with it.
    ClaimedIdle,
    /// Nobody had taken it yet when it was due.
    WaitedUnclaimed,
    /// Somebody had it, did nothing with it, and has it no more.
    GivenBack,
}

impl Cause {
    /// Every one, the most reproachable first; also the order of their figures.
    pub const ALL: [Self; 3] = [Self::ClaimedIdle, Self::WaitedUnclaimed, Self::GivenBack];

    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::ClaimedIdle => "claimed and idle",
            Self::WaitedUnclaimed => "waited unclaimed",
            Self::GivenBack => "given back untouched",
        }
    }
}

/// Where the work on a lead stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// On its team's ladder.
    Waiting,
    /// One rep's.
    Owned,
    /// Asleep.
    Pooled,
    /// A person must route it.
    Triage,
    /// Over.
    Closed,
    /// A teammate mends what is known of the person.
    Repair,
}

impl Standing {
    /// From the word that the database and filters use.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            // Who is asked does not have it yet.
            "waiting" | "offered" => Some(Self::Waiting),
            "owned" => Some(Self::Owned),
            "pooled" => Some(Self::Pooled),
            "triage" => Some(Self::Triage),
            "closed" => Some(Self::Closed),
            "repair" => Some(Self::Repair),
            _ => None,
        }
    }
}

/// The place of a key in its `Roll`.
pub struct At<K>(u16, PhantomData<fn() -> K>);

impl<K> At<K> {
    /// As an index.
    #[must_use]
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

impl<K> Clone for At<K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K> Copy for At<K> {}

impl<K> PartialEq for At<K> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<K> Eq for At<K> {}

impl<K> std::fmt::Debug for At<K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// Keys of one kind in the order in which they were enrolled; reports list them in this order.
#[derive(Debug, Clone)]
pub struct Roll<K> {
    names: Vec<String>,
    places: HashMap<String, u16>,
    of: PhantomData<fn() -> K>,
}

impl<K> Default for Roll<K> {
    fn default() -> Self {
        Self { names: Vec::new(), places: HashMap::new(), of: PhantomData }
    }
}

impl<K> Roll<K> {
    /// The place of a key; a new key goes to the end and is its own name. After 65 535 keys the rest share the last place.
    pub fn enrol(&mut self, key: &str) -> At<K> {
        if let Some(place) = self.places.get(key) {
            return At(*place, PhantomData);
        }
        let place = u16::try_from(self.names.len()).unwrap_or(u16::MAX);
        if self.names.len() <= usize::from(u16::MAX) {
            self.names.push(key.to_owned());
            self.places.insert(key.to_owned(), place);
        }
        At(place, PhantomData)
    }

    /// Enrols a key with the name that people know it by.
    pub fn enrol_as(&mut self, key: &str, name: &str) -> At<K> {
        let place = self.enrol(key);
        name.clone_into(&mut self.names[place.index()]);
        place
    }

    /// The place of a key, if it is enrolled.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<At<K>> {
        self.places.get(key).map(|place| At(*place, PhantomData))
    }

    /// The name for people.
    #[must_use]
    pub fn name(&self, place: At<K>) -> &str {
        self.names.get(place.index()).map_or("", String::as_str)
    }

    /// Each place with its name, in order.
    pub fn iter(&self) -> impl Iterator<Item = (At<K>, &str)> {
        self.names.iter().zip(0..).map(|(name, place)| (At(place, PhantomData), name.as_str()))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Nobody enrolled.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}

/// All names that rows refer to. Enrol the playbook's teams and stages first, in its order.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// Teams.
    pub teams: Roll<TeamKey>,
    /// Sources.
    pub sources: Roll<SourceKey>,
    /// Stages.
    pub stages: Roll<StageKey>,
    /// Reasons.
    pub reasons: Roll<ReasonKey>,
    /// People, those who left included.
    pub people: BTreeMap<PersonId, String>,
}

impl Names {
    /// A person's name; their number, when they are not known any more.
    #[must_use]
    pub fn person(&self, id: PersonId) -> String {
        self.people.get(&id).cloned().unwrap_or_else(|| format!("person {}", id.0))
    }

    /// A team's name; "no team" where none was found.
    #[must_use]
    pub fn team(&self, team: Option<At<TeamKey>>) -> &str {
        team.map_or("no team", |team| self.teams.name(team))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_keeps_its_place_and_may_get_a_better_name() {
        let mut teams = Roll::<TeamKey>::default();
        let dach = teams.enrol("dach");
        assert_eq!(teams.enrol("world").index(), 1);
        assert_eq!(teams.enrol_as("dach", "DACH"), dach);
        assert_eq!(teams.name(dach), "DACH");
        assert_eq!(teams.iter().map(|(_, name)| name).collect::<Vec<_>>(), ["DACH", "world"]);
    }

    #[test]
    fn a_promise_is_kept_broken_or_runs() {
        let at = |minutes: i64| DateTime::from_timestamp(1_795_000_000 + minutes * 60, 0);
        let row = LeadRow { first_touch_due: at(20), claimed_at: at(5), ..LeadRow::blank(LeadId(1), at(0).unwrap()) };
        let cases = [
            (row, 20, Some(Promise::Running)),
            (row, 21, Some(Promise::Broken(Cause::ClaimedIdle))),
            (LeadRow { first_attempt_at: at(20), ..row }, 60, Some(Promise::Kept)),
            (LeadRow { first_attempt_at: at(21), ..row }, 60, Some(Promise::Broken(Cause::ClaimedIdle))),
            (LeadRow { claimed_at: None, ..row }, 60, Some(Promise::Broken(Cause::WaitedUnclaimed))),
            (LeadRow { claimed_at: at(25), first_attempt_at: at(26), ..row }, 60, Some(Promise::Broken(Cause::WaitedUnclaimed))),
            (LeadRow { standing: Standing::Waiting, ..row }, 60, Some(Promise::Broken(Cause::GivenBack))),
            (LeadRow { standing: Standing::Closed, closed_at: at(10), ..row }, 60, Some(Promise::Kept)),
            (LeadRow { standing: Standing::Pooled, since: at(12).unwrap(), ..row }, 60, Some(Promise::Kept)),
            (LeadRow { touched: true, touched_at: at(15), last_activity_at: at(40), ..row }, 60, Some(Promise::Kept)),
            (LeadRow { first_touch_due: None, ..row }, 60, None),
        ];
        for (row, now, promise) in cases {
            assert_eq!(row.promise(at(now).unwrap()), promise, "{row:?}");
        }
    }

    #[test]
    fn a_standing_is_read_from_the_word_that_the_state_writes() {
        for (word, standing) in [
            ("waiting", Standing::Waiting),
            ("offered", Standing::Waiting),
            ("owned", Standing::Owned),
            ("pooled", Standing::Pooled),
            ("triage", Standing::Triage),
            ("closed", Standing::Closed),
        ] {
            assert_eq!(Standing::from_word(word), Some(standing), "{word}");
        }
        assert_eq!(Standing::from_word("Pooled"), None);
    }
}
