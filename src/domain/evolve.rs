//! Folds facts into a course.
//! The activity log is the truth and the lead's row its fold: replaying the log gives the row, and a test proves it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::clocks::Clocks;
use super::deciders::{LINKS_MAX, Link};
use super::fact::Fact;
use super::help::Help;
use super::ids::{PersonId, StageKey};
use super::lead::{Course, FollowUp, Outcome, State, TriageWhy, Work};
use super::trade::Trade;
use super::{sequences, signals};

impl Course {
    /// Before its first fact: nobody's, and no promise runs.
    #[must_use]
    pub fn new(stage: StageKey, at: DateTime<Utc>) -> Self {
        Self {
            state: State::Triage { why: TriageWhy::NoTeam, since: at },
            epoch: 0,
            stage,
            team: None,
            clocks: Clocks::default(),
            score: None,
            routed_by: None,
            require: Vec::new(),
            prefer: Vec::new(),
            first_touch_promised: None,
            work: Work { submissions: 1, ..Work::default() },
            follow_up: None,
            automatic_moves: 0,
            cooling: std::collections::BTreeMap::new(),
            turn_returned: false,
            turn_of: None,
            asked: std::collections::BTreeSet::new(),
            kin: Vec::new(),
            kin_count: 0,
            looks_like: Vec::new(),
            piled: false,
            tags: BTreeSet::new(),
            links: Vec::new(),
            came_back: None,
            deals: Vec::new(),
            help: None,
            trade: None,
            signals: Vec::new(),
            signal_count: 0,
            turned_hot: false,
            sequence: None,
            sequences: BTreeMap::new(),
        }
    }

    /// The course of a lead whose whole log is `facts`, each with its time; `None` when there are none.
    pub fn replay<'a>(facts: impl IntoIterator<Item = (DateTime<Utc>, &'a Fact)>) -> Option<Self> {
        let mut course = None;
        for (at, fact) in facts {
            let stage = match fact {
                Fact::Received { stage } => stage.clone(),
                _ => StageKey::from(""),
            };
            course.get_or_insert_with(|| Self::new(stage, at)).evolve(fact, at);
        }
        course
    }

    /// Takes one fact in.
    pub fn evolve(&mut self, fact: &Fact, at: DateTime<Utc>) {
        match fact {
            Fact::Received { stage } => self.stage = stage.clone(),
            Fact::Scored { score } => self.score = Some(score.clone()),
            Fact::RoutedBy { routed } => {
                self.routed_by = Some(routed.rule.clone());
                (self.require, self.prefer) = (routed.require.clone(), routed.prefer.clone());
            }
            Fact::FirstTouchPromised { due } => self.first_touch_promised = Some(*due),
            Fact::Waits { team, step, until_open } => {
                let since = match &self.state {
                    State::Waiting { team: now, since, .. } if now == team => *since,
                    _ => at,
                };
                self.team = Some(team.clone());
                self.enter(State::Waiting { team: team.clone(), step: *step, since, until_open: *until_open });
            }
            Fact::Piled => self.piled = true,
            Fact::Unpiled => self.piled = false,
            Fact::Offered { team, step, nth, to } => {
                self.team = Some(team.clone());
                self.asked.insert(*to);
                self.enter(State::Offered { team: team.clone(), step: *step, nth: *nth, to: *to, since: at });
            }
            Fact::OfferLapsed { .. } => {}
            Fact::Passed { .. } => self.work.last_activity_at = Some(at),
            Fact::TurnTaken { by, team } => {
                self.turn_of = Some((*by, team.clone()));
                self.turn_returned = false;
            }
            Fact::Claimed { by } => self.take(*by, at),
            Fact::Assigned { to, .. } => self.take(*to, at),
            Fact::Released { by, cooling_until } => self.cool(*by, *cooling_until, at),
            Fact::TakenBack { from, cooling_until } => {
                self.cooling.insert(*from, *cooling_until);
                self.follow_up = None;
            }
            Fact::ToTriage { why } => self.enter(State::Triage { why: *why, since: at }),
            Fact::MovedByItself => self.automatic_moves = self.automatic_moves.saturating_add(1),
            Fact::Attempted { channel, outcome, .. } => {
                *self.work.attempts.entry(*channel).or_default() += 1;
                self.work.days.insert(at.date_naive());
                self.work.first_attempt_at.get_or_insert(at);
                self.work.last_attempt_at = Some(at);
                if *outcome == Outcome::Reached {
                    self.work.reached_at.get_or_insert(at);
                }
                self.automatic_moves = 0;
                self.touch(at);
            }
            Fact::FollowUpSet { at: due } => {
                self.follow_up = Some(FollowUp { at: *due, reminded: false });
                self.touch(at);
            }
            Fact::FollowUpCleared => self.follow_up = None,
            Fact::FollowUpReminded => {
                if let Some(follow_up) = &mut self.follow_up {
                    follow_up.reminded = true;
                }
            }
            Fact::Noted { .. } | Fact::StillMine | Fact::Reopened { .. } => self.work.last_activity_at = Some(at),
            Fact::StageSet { to } => {
                self.stage = to.clone();
                self.work.last_activity_at = Some(at);
            }
            Fact::Pooled { owner, reason, until, once } => {
                self.work.single_sleeps += u32::from(*once);
                self.work.last_activity_at = Some(at);
                self.follow_up = None;
                self.enter(State::Pooled { owner: *owner, reason: reason.clone(), since: at, until: *until });
            }
            Fact::Closed { exit, reason, original } => {
                self.work.last_activity_at = Some(at);
                self.follow_up = None;
                let owner = self.state.keeper();
                self.came_back = None;
                self.enter(State::Closed { exit: *exit, reason: reason.clone(), owner, at, original: *original });
            }
            Fact::TurnReturned { .. } => self.turn_returned = true,
            Fact::AccountKept { .. }
            | Fact::ChosenFor { .. }
            | Fact::WokeUp
            | Fact::StoodStill { .. }
            | Fact::Revealed { .. }
            | Fact::Reminded { .. }
            | Fact::MailUnsent { .. } => {}
            Fact::ClockSet { clock, due } => self.clocks.set(*clock, *due),
            Fact::ClockStopped { clock } => self.clocks.stop(*clock),
            Fact::CompanyKnown { count, leads } => (self.kin_count, self.kin) = (*count, leads.clone()),
            Fact::Tagged { tag } => drop(self.tags.insert(tag.clone())),
            Fact::Untagged { tag } => drop(self.tags.remove(tag)),
            Fact::LooksLike { lead } => self.looks_like.push(*lead),
            Fact::CameAgain { .. } => self.work.submissions = self.work.submissions.saturating_add(1),
            Fact::CameBack { after, themselves } => {
                // A new chapter: what went wrong in the one before is not held against it.
                self.automatic_moves = 0;
                self.came_back = themselves.then_some(*after);
            }
            Fact::MergedFrom { submissions, .. } => {
                self.work.submissions = self.work.submissions.saturating_add(*submissions);
            }
            Fact::Unmerged { submissions, .. } => {
                self.work.submissions = self.work.submissions.saturating_sub(*submissions);
            }
            Fact::Signalled { signal } => {
                signals::keep(&mut self.signals, signal);
                self.signal_count = self.signal_count.saturating_add(1);
            }
            Fact::TurnedHot => self.turned_hot = true,
            Fact::SequenceBegun { sequence } => sequences::begun(self, sequence),
            Fact::SequenceWritten { sequence, step, .. }
            | Fact::SequenceHanded { sequence, step, .. }
            | Fact::SequenceSkipped { sequence, step } => sequences::stepped(self, sequence, *step),
            Fact::SequenceEnded { sequence, why } => sequences::ended(self, sequence, *why),
            Fact::Undone { to } => self.go_back(to),
            Fact::DealMade { .. } | Fact::DealValued { .. } | Fact::DealWon { .. } => {
                self.deal(fact, at);
                self.touch(at);
            }
            Fact::DealLost => self.deal(fact, at),
            Fact::FollowUpDone { .. } => {
                self.follow_up = None;
                self.touch(at);
            }
            Fact::WentQuiet { stage } => self.stage = stage.clone(),
            Fact::SentToRepair { team, owner, fixer, reason } => {
                self.work.last_activity_at = Some(at);
                self.follow_up = None;
                let (team, reason) = (team.clone(), reason.clone());
                self.enter(State::Repair { team, owner: *owner, fixer: *fixer, reason, since: at });
            }
            Fact::Mended { .. } | Fact::NotMended { by: Some(_) } => self.work.last_activity_at = Some(at),
            Fact::NotMended { by: None } => {}
            Fact::HelpAsked { by, of } => {
                self.work.last_activity_at = Some(at);
                self.help = Some(Help { by: *by, of: *of, first: *of, since: at, times: 1 });
            }
            Fact::HelpAskedAgain { of } => {
                if let Some(help) = &mut self.help {
                    help.times = if help.of == *of { help.times.saturating_add(1) } else { 1 };
                    help.of = *of;
                }
            }
            Fact::HelpAnswered { .. } | Fact::HelpDropped { .. } => {
                self.work.last_activity_at = Some(at);
                self.help = None;
            }
            Fact::TradeOffered { by, with, side } => self.trade = Some(Trade { with: *with, by: *by, side: *side }),
            Fact::TradeEnded { .. } => self.trade = None,
            Fact::HelpDeclined { .. } | Fact::Traded { .. } => {}
            Fact::Linked { lead, role } => {
                let link = Link { lead: *lead, role: *role };
                if !self.links.contains(&link) && self.links.len() < LINKS_MAX {
                    self.links.push(link);
                }
            }
        }
    }

    /// A new state starts without promises: those of the old one are over.
    fn enter(&mut self, state: State) {
        if !matches!(state, State::Waiting { .. } | State::Offered { .. }) {
            self.asked.clear();
        }
        if !crate::planted::is("help-outlives") {
            self.help = None;
        }
        self.trade = None;
        self.piled &= matches!(state, State::Waiting { .. });
        self.turned_hot = false;
        sequences::leave(self);
        self.state = state;
        self.epoch += 1;
        if !(self.state.is_closed() && crate::planted::is("clocks-outlive")) {
            self.clocks.clear();
        }
    }

    /// As it was; but buttons and notices of the time between are not those of the time before.
    fn go_back(&mut self, to: &Self) {
        let epoch = self.epoch + 1;
        *self = Self { epoch, ..to.clone() };
        if crate::planted::is("undo-without-clocks") {
            self.clocks.clear();
        }
    }

    fn take(&mut self, by: PersonId, at: DateTime<Utc>) {
        self.work.claimed_at.get_or_insert(at);
        self.work.last_activity_at = Some(at);
        self.follow_up = None;
        self.enter(State::Owned { by, since: at, touched: false });
    }

    fn cool(&mut self, who: PersonId, until: DateTime<Utc>, at: DateTime<Utc>) {
        self.cooling.insert(who, until);
        self.follow_up = None;
        self.work.last_activity_at = Some(at);
    }

    fn touch(&mut self, at: DateTime<Utc>) {
        self.work.last_activity_at = Some(at);
        self.work.touched_at.get_or_insert(at);
        if let State::Owned { touched, .. } = &mut self.state {
            *touched = true;
        }
    }
}
