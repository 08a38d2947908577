//! Stories of people who type commands, with a real store: what each of them sees.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{DateTime, Duration, Utc};

use crate::chat::action::Action;
use crate::chat::{Answer, Answering as _, Deed, Inbound, OptionValue, Receipt, Visitor};
use crate::clock::Clock;
use crate::delivery::Chance;
use crate::desk::Desk;
use crate::desk::commands::{Drafts, Fetch};
use crate::domain::decide::decide;
use crate::domain::event::Event;
use crate::domain::ids::LeadId;
use crate::domain::lead::Profile;
use crate::domain::message::{Row, View};
use crate::domain::submission::Contact;
use crate::domain::text::Untrusted;
use crate::playbook::Playbook;
use crate::store::{Applied, Cause, Options, Store, Target};
use crate::wording::plain::print;

mod day;
mod figures;
mod finding;
mod intake;
mod mails;
mod playbooks;
mod replays;
mod reports;
mod segments;
mod sequences;
mod teams;
mod templates;
mod work;

/// A Monday, at eleven in Berlin.
const MONDAY: &str = "2026-09-14T09:00:00Z";

struct Bed {
    desk: Desk,
    deeds: AtomicU32,
    _folder: tempfile::TempDir,
}

fn visitor(handle: &str, roles: &[&str]) -> Visitor {
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

fn ann() -> Visitor {
    visitor("ann", &["sales-dach"])
}

fn ben() -> Visitor {
    visitor("ben", &["sales-dach"])
}

fn cy() -> Visitor {
    visitor("cy", &[])
}

fn may() -> Visitor {
    visitor("may", &["sales-managers"])
}

fn ada() -> Visitor {
    Visitor { administers: true, ..visitor("ada", &[]) }
}

fn text(words: &str) -> OptionValue {
    OptionValue::Text(words.to_owned())
}

impl Bed {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::manual(MONDAY.parse().unwrap());
        let options = Options { path: folder.path().join("leadbell.db"), seed: Playbook::example().to_owned() };
        let store = Store::open(&options, clock.now()).await.unwrap();
        let desk = Desk {
            store,
            clock,
            nudge: Arc::new(tokio::sync::Notify::new()),
            public_url: "https://leads.example.com".to_owned(),
            chance: Chance::seeded(1),
            fetch: Fetch::default(),
            drafts: Drafts::default(),
            mailer: crate::mailer::Mailer::default(),
        };
        Self { desk, deeds: AtomicU32::new(0), _folder: folder }
    }

    /// Somebody asks through the demo form.
    async fn lead(&self, name: &str, company: &str) -> LeadId {
        self.lead_from("demo", name, company).await
    }

    async fn lead_from(&self, source: &str, name: &str, company: &str) -> LeadId {
        let now = self.desk.clock.now();
        let email = format!("{}@example.com", name.split(' ').next().unwrap().to_lowercase());
        let profile = Profile {
            contact: Contact {
                name: Some(Untrusted::new(name)),
                email: Some(Untrusted::new(&email)),
                company: Some(Untrusted::new(company)),
                ..Contact::default()
            },
            need: Some(Untrusted::new("Could you call me about a quote?")),
            ..Profile::blank(source.into(), now)
        };
        let event = Event::Arrived { profile: Box::new(profile), taken_by: None };
        let applied = self
            .desk
            .store
            .apply(Cause::Deed(self.next_deed()), Target::New, now, move |s| decide(s, &event, now))
            .await
            .unwrap();
        let Applied::Done { lead: Some(lead), .. } = applied else { panic!("no lead came of it") };
        lead.id
    }

    fn next_deed(&self) -> String {
        format!("deed-{}", self.deeds.fetch_add(1, Ordering::SeqCst))
    }

    fn passes(&self, span: Duration) {
        self.desk.clock.advance(span);
    }

    fn now(&self) -> DateTime<Utc> {
        self.desk.clock.now()
    }

    async fn does(&self, by: Visitor, deed: Deed) -> Answer {
        self.desk.answer(Inbound { id: self.next_deed(), by, channel: "c-1".to_owned(), deed }).await
    }

    /// `bed.says(ann(), "lead log", [("lead", text("L-1001")), …])`
    async fn says<const N: usize>(&self, by: Visitor, path: &str, options: [(&str, OptionValue); N]) -> Answer {
        let options = options.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        self.does(by, Deed::Commanded { path: path.split(' ').map(str::to_owned).collect(), options }).await
    }

    /// Presses the button of that name under an answer.
    async fn presses(&self, by: Visitor, label: &str, under: &View) -> Answer {
        let buttons = under.rows.iter().flat_map(|row| match row {
            Row::Buttons(buttons) => buttons.as_slice(),
            Row::Select(_) => &[],
        });
        let action = buttons.into_iter().find(|b| b.label == label).map(|b| b.action.clone()).expect("there is such a button");
        self.presses_token(by, &action).await
    }

    /// Presses a button by its token.
    async fn presses_token(&self, by: Visitor, action: &str) -> Answer {
        self.uses(by, action, Vec::new()).await
    }

    /// Chooses an option of the select under an answer, by what it says.
    async fn chooses(&self, by: Visitor, option: &str, under: &View) -> Answer {
        let selects = under.rows.iter().filter_map(|row| match row {
            Row::Select(select) => Some(select),
            Row::Buttons(_) => None,
        });
        let found = selects.flat_map(|s| s.options.iter().map(|o| (&s.action, o))).find(|(_, o)| o.label == option);
        let (action, option) = found.expect("there is such an option");
        self.uses(by, action, vec![option.value.clone()]).await
    }

    async fn uses(&self, by: Visitor, action: &str, values: Vec<String>) -> Answer {
        assert!(Action::read(action).is_some(), "{action} is one of ours");
        let on = Receipt { channel: "c-1".to_owned(), message: "private".to_owned() };
        self.does(by, Deed::Pressed { action: action.to_owned(), values, on }).await
    }
}

fn view(answer: &Answer) -> &View {
    match answer {
        Answer::Private(view) | Answer::Replace(view) | Answer::Public(view) | Answer::Update { view, .. } => view,
        Answer::Form(_) | Answer::Choices(_) => panic!("neither a form nor choices: {answer:?}"),
    }
}

/// What only the person sees who gave the command.
fn seen(answer: &Answer) -> String {
    assert!(matches!(answer, Answer::Private(_) | Answer::Replace(_)), "private unless asked otherwise: {answer:?}");
    print(view(answer))
}
