//! A lead and its people for the tests of words, moved by the real rules.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};

use super::World;
use super::why::Told;
use crate::domain::decide::decide;
use crate::domain::event::{Ask, Event};
use crate::domain::ids::{LeadId, PersonId};
use crate::domain::lead::{Lead, Profile};
use crate::domain::person::{Person, Rights, Roster};
use crate::domain::reply::Reply;
use crate::domain::snapshot::{Beside, Snapshot};
use crate::domain::submission::Contact;
use crate::domain::text::Untrusted;
use crate::playbook::Playbook;

pub(crate) const ANN: PersonId = PersonId(1);
pub(crate) const BEN: PersonId = PersonId(2);
pub(crate) const MAY: PersonId = PersonId(3);

pub(crate) struct Story {
    pub(crate) now: DateTime<Utc>,
    pub(crate) lead: Lead,
    pub(crate) log: Vec<Told>,
    pub(crate) roster: Arc<Roster>,
    pub(crate) playbook: Arc<Playbook>,
    untouched: BTreeMap<PersonId, u32>,
}

pub(crate) fn person(id: PersonId, name: &str, rights: Rights) -> Person {
    let rep = Person::rep(id.0, "dach");
    let memberships = if rights == Rights::Rep { rep.memberships.clone() } else { Vec::new() };
    Person { chat_id: format!("c{}", id.0), handle: name.to_lowercase(), name: name.to_owned(), rights, memberships, ..rep }
}

fn said(text: &str) -> Option<Untrusted> {
    Some(Untrusted::new(text))
}

pub(crate) fn dana(received_at: DateTime<Utc>) -> Profile {
    Profile {
        received_at,
        source: "typeform".into(),
        source_detail: said("Demo"),
        contact: Contact {
            name: said("Dana Keller"),
            email: said("dana@acme-robotics.example"),
            phone: said("+1 202 555 0123"),
            phone_e164: Some("+12025550123".to_owned()),
            company: said("Acme Robotics"),
            title: said("VP Ops"),
            country: Some("US".to_owned()),
            zone: Some("America/New_York".to_owned()),
            ..Contact::default()
        },
        need: said("We need scheduling for 120 technicians\nbefore March."),
        extras: vec![
            (Untrusted::new("How many technicians?"), Untrusted::new("120")),
            (Untrusted::new("A second number?"), Untrusted::new("(202) 555-0188")),
            (Untrusted::new("Whom shall we copy?"), Untrusted::new("lee@acme-robotics.example")),
        ],
        utm: BTreeMap::from([
            ("utm_source".to_owned(), Untrusted::new("google")),
            ("utm_medium".to_owned(), Untrusted::new("cpc")),
        ]),
        is_test: false,
        unauthenticated: true,
    }
}

impl Story {
    /// Dana asks on a Monday, at eleven in Berlin.
    pub(crate) fn arrives() -> Self {
        Self::arrives_at("2026-09-14T09:00:00Z")
    }

    pub(crate) fn arrives_at(now: &str) -> Self {
        let people = vec![person(ANN, "Ann", Rights::Rep), person(BEN, "Ben", Rights::Rep), person(MAY, "May", Rights::Manager)];
        let now: DateTime<Utc> = now.parse().unwrap();
        let playbook = Arc::new(Playbook::read(Playbook::example()).unwrap());
        let roster = Arc::new(Roster::new(people));
        let snapshot = Snapshot {
            id: LeadId(1042),
            lead: None,
            roster: roster.clone(),
            untouched: BTreeMap::new(),
            playbook: playbook.clone(),
            beside: Beside::default(),
        };
        let decision = decide(&snapshot, &Event::Arrived { profile: Box::new(dana(now)), taken_by: None }, now);
        let lead = *decision.lead.unwrap();
        let log = vec![Told { at: now, actor: None, facts: decision.facts, words: None }];
        Self { now, lead, log, roster, playbook, untouched: BTreeMap::new() }
    }

    pub(crate) fn world(&self) -> World<'_> {
        World { playbook: &self.playbook, roster: &self.roster, now: self.now }
    }

    pub(crate) fn ask(&mut self, by: PersonId, ask: Ask) -> Reply {
        self.tell(&Event::Asked { by, ask })
    }

    /// Time passes, and whatever comes due happens on its minute.
    pub(crate) fn after(&mut self, span: Duration) {
        let end = self.now + span;
        while let Some(due) = self.lead.course.clocks.wake_at().filter(|due| *due <= end) {
            self.now = due;
            self.tell(&Event::Woke);
        }
        self.now = end;
    }

    /// The same person once more, for what is done to two.
    pub(crate) fn another(&self) -> Lead {
        Lead { id: LeadId(1001), ..self.lead.clone() }
    }

    fn tell(&mut self, event: &Event) -> Reply {
        let snapshot = Snapshot {
            id: self.lead.id,
            lead: Some(self.lead.clone()),
            roster: self.roster.clone(),
            untouched: self.untouched.clone(),
            playbook: self.playbook.clone(),
            beside: Beside { other: Some(self.another()), ..Beside::default() },
        };
        let decision = decide(&snapshot, event, self.now);
        if let Some(lead) = decision.lead {
            self.lead = *lead;
            self.log.push(Told { at: self.now, actor: decision.actor, facts: decision.facts, words: decision.words });
        }
        decision.reply
    }
}
