//! A desk with a real store, people with roles, and what they see.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::sync::Notify;

use crate::chat::action::{Action, Verb};
use crate::chat::{Answer, Answering as _, Deed, Inbound, Receipt, Visitor};
use crate::clock::Clock;
use crate::delivery::Chance;
use crate::desk::Desk;
use crate::domain::decide::decide;
use crate::domain::event::Event;
use crate::domain::ids::LeadId;
use crate::domain::lead::Lead;
use crate::playbook::Playbook;
use crate::store::{Applied, Cause, Options, Posted, Store, Target};
use crate::wording::plain::{print, print_form};
use crate::wording::samples::dana;

/// A Monday, at eleven in Berlin.
pub(super) const MONDAY: &str = "2026-09-14T09:00:00Z";

pub(super) struct Bed {
    pub(super) desk: Desk,
    deeds: AtomicU32,
    _folder: tempfile::TempDir,
}

/// `ann`, with these roles.
pub(super) fn visitor(handle: &str, roles: &[&str]) -> Visitor {
    let mut name = handle.to_owned();
    name[..1].make_ascii_uppercase();
    Visitor {
        chat_id: format!("chat-{handle}"),
        handle: handle.to_owned(),
        name,
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        administers: false,
        locale: "en-GB".to_owned(),
        in_guild: true,
    }
}

pub(super) fn ann() -> Visitor {
    visitor("ann", &["sales-dach"])
}

pub(super) fn ben() -> Visitor {
    visitor("ben", &["sales-dach"])
}

pub(super) fn may() -> Visitor {
    visitor("may", &["sales-managers"])
}

impl Bed {
    pub(super) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::manual(MONDAY.parse().unwrap());
        let options = Options { path: folder.path().join("leadbell.db"), seed: Playbook::example().to_owned() };
        let store = Store::open(&options, clock.now()).await.unwrap();
        let desk = Desk {
            store,
            clock,
            nudge: Arc::new(Notify::new()),
            public_url: "https://leads.example.com".to_owned(),
            chance: Chance::seeded(1),
            fetch: crate::desk::commands::Fetch::default(),
            drafts: crate::desk::commands::Drafts::default(),
            mailer: crate::mailer::Mailer::default(),
        };
        Self { desk, deeds: AtomicU32::new(0), _folder: folder }
    }

    /// Dana asks, and her card is posted.
    pub(super) async fn lead(&self) -> LeadId {
        let now = self.desk.clock.now();
        let arrived = Event::Arrived { profile: Box::new(dana(now)), taken_by: None };
        let cause = Cause::Deed(self.next_deed());
        let applied = self.desk.store.apply(cause, Target::New, now, move |s| decide(s, &arrived, now)).await.unwrap();
        let Applied::Done { lead: Some(lead), .. } = applied else { panic!("no lead came of it") };
        for work in self.desk.store.due_cards(now, 100).await.unwrap() {
            let at = card_of(work.lead);
            let posted = Posted { copy: work.copy_wanted, at, shown: work.wanted, rang: work.rings, posted_at: now };
            self.desk.store.card_posted(work.id, posted).await.unwrap();
        }
        lead.id
    }

    pub(super) async fn now(&self, id: LeadId) -> Lead {
        self.desk.store.lead(id).await.unwrap().unwrap()
    }

    pub(super) fn next_deed(&self) -> String {
        format!("deed-{}", self.deeds.fetch_add(1, Ordering::SeqCst))
    }

    pub(super) async fn does(&self, by: Visitor, deed: Deed) -> Answer {
        let answer = self.desk.answer(Inbound { id: self.next_deed(), by, channel: "c-1".to_owned(), deed }).await;
        // The chat takes it, as it does on a good day.
        if let Some(shown) = answer.shows() {
            self.desk.shown(shown).await;
        }
        answer
    }

    /// Presses a control of the lead's card, as it was drawn at that epoch.
    pub(super) async fn presses(&self, by: Visitor, verb: Verb, on: (LeadId, u32)) -> Answer {
        let deed = Deed::Pressed { action: Action::on(verb, on.0, on.1).to_string(), values: vec![], on: card_of(on.0) };
        self.does(by, deed).await
    }

    /// Uses a control of a private message, choosing something or nothing.
    pub(super) async fn chooses(&self, by: Visitor, action: Action, value: &str) -> Answer {
        let on = Receipt { channel: "c-1".to_owned(), message: "private".to_owned() };
        let values = if value.is_empty() { vec![] } else { vec![value.to_owned()] };
        self.does(by, Deed::Pressed { action: action.to_string(), values, on }).await
    }

    pub(super) async fn sends(&self, by: Visitor, action: Action, values: &[(&str, &str)]) -> Answer {
        let values = values.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        self.does(by, Deed::Sent { action: action.to_string(), values }).await
    }
}

pub(super) fn card_of(lead: LeadId) -> Receipt {
    Receipt { channel: "c-1".to_owned(), message: format!("card-{}", lead.0) }
}

pub(super) fn on(verb: Verb, lead: LeadId) -> Action {
    Action::on(verb, lead, 1)
}

pub(super) fn seen(answer: &Answer) -> String {
    match answer {
        Answer::Private(view) => format!("only they see:\n{}", print(view)),
        Answer::Replace(view) => format!("in its place they see:\n{}", print(view)),
        Answer::Update { view, private: None, .. } => format!("the card becomes:\n{}", print(view)),
        Answer::Update { view, private: Some(private), .. } => {
            format!("the card becomes:\n{}only they see:\n{}", print(view), print(private))
        }
        Answer::Public(view) => format!("everybody sees:\n{}", print(view)),
        Answer::Form(form) => format!("a form opens:\n{}", print_form(form)),
        Answer::Choices(choices) => choices.iter().map(|(label, value)| format!("{label} = {value}\n")).collect(),
    }
}
