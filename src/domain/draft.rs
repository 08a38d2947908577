//! A decision in the making: each fact is folded in at once, so that the next rule sees what the last one did.

use chrono::{DateTime, Utc};

use super::clocks::Clock;
use super::decision::{Decision, News, Notice, Recipient, Ring};
use super::fact::Fact;
use super::fairness::{self, Entry};
use super::help::Help;
use super::ids::{PersonId, TeamKey};
use super::lead::{Course, Exit, Lead, State};
use super::outgoing::Outgoing;
use super::reply::Reply;
use super::snapshot::Snapshot;
use crate::playbook::{Playbook, Team};

/// What a lead was before the decision.
pub(super) struct Was {
    pub(super) state: State,
    pub(super) help: Option<Help>,
}

/// A decision in the making.
pub(super) struct Draft<'a> {
    pub(super) now: DateTime<Utc>,
    pub(super) snapshot: &'a Snapshot,
    pub(super) lead: Lead,
    pub(super) actor: Option<PersonId>,
    pub(super) words: Option<String>,
    /// What it was before anything was recorded.
    pub(super) was: Was,
    facts: Vec<Fact>,
    ring: Option<Ring>,
    notices: Vec<Notice>,
    turns: Vec<Entry>,
    mail: Option<Outgoing>,
    also: Option<Box<Decision>>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(snapshot: &'a Snapshot, lead: Lead, actor: Option<PersonId>, now: DateTime<Utc>) -> Self {
        Self {
            was: Was { state: lead.course.state.clone(), help: lead.course.help.clone() },
            now,
            snapshot,
            lead,
            actor,
            words: None,
            facts: Vec::new(),
            ring: None,
            notices: Vec::new(),
            turns: Vec::new(),
            mail: None,
            also: None,
        }
    }

    pub(super) fn playbook(&self) -> &'a Playbook {
        &self.snapshot.playbook
    }

    pub(super) fn course(&self) -> &Course {
        &self.lead.course
    }

    /// The team that it was routed to last, if the playbook still has it.
    pub(super) fn team(&self) -> Option<&'a Team> {
        self.lead.course.team.as_ref().and_then(|key| self.snapshot.playbook.team(key))
    }

    /// Takes a fact in. What was to be told of the state before, and is no longer true, is not told.
    pub(super) fn record(&mut self, fact: Fact) {
        let epoch = self.lead.course.epoch;
        self.lead.course.evolve(&fact, self.now);
        if self.lead.course.epoch != epoch && !crate::planted::is("reminded-of-what-is-gone") {
            self.notices.retain(|notice| !notice.news.holds_while_state_lasts());
        }
        self.facts.push(fact);
    }

    pub(super) fn set(&mut self, clock: Clock, due: DateTime<Utc>) {
        self.record(Fact::ClockSet { clock, due });
    }

    /// Stops a clock, if it runs.
    pub(super) fn stop(&mut self, clock: Clock) {
        if self.lead.course.clocks.due(clock).is_some() {
            self.record(Fact::ClockStopped { clock });
        }
    }

    /// Tells somebody once; nobody is told of their own act.
    pub(super) fn tell(&mut self, to: Recipient, news: News) {
        if let (Recipient::Person(person), Some(actor)) = (&to, self.actor)
            && *person == actor
        {
            return;
        }
        self.inform(to, news);
    }

    /// Tells somebody once what they cannot know, whoever acted.
    pub(super) fn inform(&mut self, to: Recipient, news: News) {
        let not_before = self.quiet_until(&to, &news);
        self.notices.push(Notice { to, news, not_before });
    }

    /// Whose it is hears this, and not besides that it is theirs.
    pub(super) fn instead_of_yours(&mut self, news: News) {
        let is_yours = |notice: &&mut Notice| matches!(notice.news, News::Yours { .. });
        if let Some(notice) = self.notices.iter_mut().find(is_yours) {
            notice.news = news;
        }
    }

    /// When somebody's own hours begin, for what can wait for them. Whoever acts is there.
    fn quiet_until(&self, to: &Recipient, news: &News) -> Option<DateTime<Utc>> {
        let Recipient::Person(who) = to else { return None };
        let person = self.snapshot.roster.get(*who).filter(|person| person.notify.quiet && self.actor != Some(*who))?;
        person.off_until(self.now).filter(|opening| news.may_wait_until(*opening))
    }

    /// It costs somebody a turn of the lead's team.
    pub(super) fn take_turn(&mut self, by: PersonId) {
        if let Some(team) = self.lead.course.team.clone() {
            self.take_turn_of(team, by);
        }
    }

    /// It costs somebody a turn of that team.
    pub(super) fn take_turn_of(&mut self, team: TeamKey, by: PersonId) {
        let entries = fairness::taken(&self.snapshot.roster, &team, by, self.now);
        if !entries.is_empty() {
            self.record(Fact::TurnTaken { by, team });
            if !crate::planted::is("turn-not-written") {
                self.turns.extend(entries);
            }
        }
    }

    /// The turn that it cost is given back, once.
    pub(super) fn return_turn(&mut self) {
        let Some((to, team)) = self.lead.course.turn_of.clone().filter(|_| !self.lead.course.turn_returned) else { return };
        let entries = fairness::returned(&self.snapshot.roster, &team, to, self.now);
        // Who has no place in the team any more begins level with the others when they come back.
        if !entries.is_empty() {
            self.record(Fact::TurnReturned { to });
            self.turns.extend(entries);
        }
    }

    pub(super) fn ring(&mut self, whom: Ring) {
        self.ring = Some(whom);
    }

    /// A message goes out to them with what is decided.
    pub(super) fn write(&mut self, mail: Outgoing) {
        if !crate::planted::is("sequence-not-written") {
            self.mail = Some(mail);
        }
    }

    /// What follows for another lead.
    pub(super) fn also(&mut self, other: Decision) {
        self.also = Some(Box::new(other));
    }

    /// Something follows for another lead already.
    pub(super) fn has_another(&self) -> bool {
        self.also.is_some()
    }

    /// Something of this kind is true since now.
    pub(super) fn recorded(&self, kind: impl Fn(&Fact) -> bool) -> bool {
        self.facts.iter().any(kind)
    }

    /// Something is true that was not before.
    pub(super) fn has_changed(&self) -> bool {
        !self.facts.is_empty()
    }

    /// What follows. Without a fact nothing changed, and only the answer goes out.
    pub(super) fn done(mut self, reply: Reply) -> Decision {
        if !self.has_changed() {
            return Decision::only(reply);
        }
        self.lead.rev += 1;
        Decision {
            lead: Some(Box::new(self.lead)),
            actor: self.actor,
            facts: self.facts,
            words: self.words,
            ring: self.ring,
            notices: self.notices,
            turns: self.turns,
            mail: self.mail,
            reply,
            also: self.also,
        }
    }
}

impl Decision {
    /// Whether it ends what else is under way with the same person: who asks to be left alone does not mean one lead only.
    #[must_use]
    pub fn ends_others(&self) -> bool {
        let asked = |fact: &Fact| matches!(fact, Fact::Closed { exit: Exit::Suppressed, .. });
        let is_asked = self.lead.as_ref().is_some_and(|lead| !lead.profile.is_test) && self.facts.iter().any(asked);
        is_asked && !crate::planted::is("others-of-theirs-go-on")
    }

    /// When the lead had ended, of somebody who was to be left alone, if that is taken back.
    #[must_use]
    pub fn goes_on_after(&self, was: Option<&Lead>) -> Option<DateTime<Utc>> {
        let is_taken_back = self.facts.iter().any(|fact| matches!(fact, Fact::Undone { .. }));
        was.filter(|lead| is_taken_back && !lead.profile.is_test)?.course.state.left_alone_since()
    }

    /// Nothing changes; this is the answer.
    #[must_use]
    pub fn only(reply: Reply) -> Self {
        Self {
            lead: None,
            actor: None,
            facts: Vec::new(),
            words: None,
            ring: None,
            notices: Vec::new(),
            turns: Vec::new(),
            mail: None,
            reply,
            also: None,
        }
    }
}
