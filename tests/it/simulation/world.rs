//! The world of one seed: what outlives the process. Time, chance, the chat, and what the outside was told.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Duration, Utc};
use leadbell::clock::Clock;
use leadbell::delivery::Chance;
use leadbell::domain::ids::{LeadId, PersonId};
use leadbell::domain::lead::Course;
use leadbell::engine::standstill::Standstill;
use leadbell::intake::spool::Spool;
use leadbell::store::Reach;

use super::apart::{self, Apart};
use super::chat::Chat;
use super::deeds::Given;
use super::hooks::Sent;
use super::lot::Lot;
use super::plan::Plan;

/// The world of one seed.
#[derive(Debug)]
pub(super) struct World {
    pub(super) clock: Clock,
    pub(super) folder: PathBuf,
    crashed: AtomicBool,
    state: Mutex<State>,
}

/// Which loop is at work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    Cards,
    Notices,
    Elsewhere,
}

/// All that changes.
#[derive(Debug)]
pub(super) struct State {
    pub(super) lot: Lot,
    pub(super) plan: Plan,
    pub(super) chat: Chat,
    /// The chat's own time; never goes back.
    pub(super) real: DateTime<Utc>,
    /// Faults are over.
    pub(super) healed: bool,
    pub(super) at_work: At,
    /// Something happens meanwhile already.
    pub(super) meanwhile: bool,
    /// Until when the chat is away, or refuses everything.
    pub(super) away: Option<DateTime<Utc>>,
    pub(super) refuses: Option<DateTime<Utc>>,
    /// Nobody can reach the chat at all.
    pub(super) apart: Option<Apart>,
    /// What this process knows of that.
    pub(super) standstill: Standstill,
    /// Addresses and numbers that somebody put on the list by hand.
    pub(super) listed: Vec<Reach>,
    /// Addresses of whoever has a lead that was thought to be nobody's.
    pub(super) nobodys: BTreeSet<String>,
    /// The clock was set back at least once.
    pub(super) set_back: bool,
    pub(super) sent: Vec<Sent>,
    pub(super) given: Vec<Given>,
    /// Leads that are known, with what the log said so far.
    pub(super) leads: BTreeMap<LeadId, (i64, Course)>,
    /// Who was told "it is yours", per lead and epoch.
    pub(super) told: BTreeMap<(LeadId, u32), BTreeSet<PersonId>>,
    pub(super) crashes: usize,
    /// Where this process keeps what the database refuses.
    pub(super) spool: Arc<Spool>,
    /// Spreads the retries.
    pub(super) chance: Chance,
    trace: Vec<String>,
    wrong: Vec<String>,
}

impl World {
    pub(super) fn new(seed: u64, folder: PathBuf) -> Self {
        let mut lot = Lot::new(seed);
        let plan = Plan::draw(&mut lot);
        let monday: DateTime<Utc> = "2026-09-14T07:00:00Z".parse().expect("is a time");
        let start = monday + Duration::hours(plan.start);
        let mut chat = Chat::new(plan.window);
        if plan.faults.unruly > 0.0 {
            for person in ["u-ann", "u-ben", "u-cid"] {
                if lot.roll(0.3) {
                    chat.closed.insert(person.to_owned());
                }
            }
        }
        let state = State {
            lot,
            plan,
            chat,
            real: start,
            healed: false,
            at_work: At::Elsewhere,
            meanwhile: false,
            away: None,
            refuses: None,
            apart: None,
            standstill: Standstill::default(),
            listed: Vec::new(),
            nobodys: BTreeSet::new(),
            set_back: false,
            sent: Vec::new(),
            given: Vec::new(),
            leads: BTreeMap::new(),
            told: BTreeMap::new(),
            crashes: 0,
            spool: spool(&folder),
            chance: Chance::seeded(seed),
            trace: Vec::new(),
            wrong: Vec::new(),
        };
        Self { clock: Clock::manual(start), folder, crashed: AtomicBool::new(false), state: Mutex::new(state) }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// A line of the trace.
    pub(super) fn say(&self, line: impl AsRef<str>) {
        let at = self.now().format("%m-%d %H:%M:%S%.3f");
        self.state().trace.push(format!("{at}  {}", line.as_ref()));
    }

    /// Something that must hold does not.
    pub(super) fn wrong(&self, what: impl Into<String>) {
        let what = what.into();
        self.say(format!("WRONG: {what}"));
        self.state().wrong.push(what);
    }

    pub(super) fn first_wrong(&self) -> Option<String> {
        self.state().wrong.first().cloned()
    }

    pub(super) fn trace(&self) -> Vec<String> {
        self.state().trace.clone()
    }

    /// Time passes, for everybody.
    pub(super) fn pass(&self, span: Duration) {
        self.clock.advance(span);
        let carried_out = {
            let mut state = self.state();
            state.real += span;
            let now = state.real;
            state.chat.catch_up(now)
        };
        self.say(format!("{} s pass", span.num_milliseconds() as f64 / 1_000.0));
        for line in carried_out {
            self.say(line);
        }
    }

    /// Our clock is set back; the world's goes on.
    pub(super) fn set_back(&self, span: Duration) {
        self.clock.advance(-span);
        self.state().set_back = true;
        self.say(format!("the clock is set back by {} s", span.num_seconds()));
    }

    /// The process ends: whoever drives it sees that before it does anything else.
    pub(super) fn crash(&self, why: &str) {
        self.say(format!("crash {why}"));
        self.crashed.store(true, Ordering::SeqCst);
    }

    pub(super) fn is_crashed(&self) -> bool {
        self.crashed.load(Ordering::SeqCst)
    }

    /// The next process begins. That takes longer than a request of the one before can be under way.
    pub(super) fn rise(&self) {
        self.crashed.store(false, Ordering::SeqCst);
        apart::goes_on(self);
        let mut state = self.state();
        let landed = state.real + Duration::seconds(10);
        state.chat.catch_up(landed);
        state.meanwhile = false;
        state.at_work = At::Elsewhere;
        state.spool = spool(&self.folder);
    }

    pub(super) fn is_apart(&self) -> bool {
        self.state().apart.is_some()
    }

    /// Chance decides; never once the faults are over.
    pub(super) fn fault(&self, rate: impl Fn(&super::plan::Faults) -> f64) -> bool {
        let mut state = self.state();
        if state.healed {
            return false;
        }
        let rate = rate(&state.plan.faults);
        state.lot.roll(rate)
    }

    pub(super) fn between(&self, least: i64, most: i64) -> i64 {
        self.state().lot.between(least, most)
    }

    pub(super) fn roll(&self, chance: f64) -> bool {
        self.state().lot.roll(chance)
    }
}

fn spool(folder: &Path) -> Arc<Spool> {
    Arc::new(Spool::new(&folder.join("spool"), 10_000_000))
}
