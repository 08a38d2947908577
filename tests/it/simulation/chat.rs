//! A chat in memory: messages, threads, direct messages, and a nonce that counts only for a while.
//! It carries out what it is told and remembers everything; who calls it and what goes wrong on the way is decided elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, Utc};
use leadbell::chat::action::{Action, Verb};
use leadbell::chat::{Nonce, Place, Receipt, SendError};
use leadbell::domain::ids::LeadId;
use leadbell::domain::message::{Mention, Row, View};
use leadbell::domain::text::{Span, Text};

/// Something that the chat is told to do.
#[derive(Debug, Clone)]
pub(super) enum Op {
    Post { to: Place, view: Box<View>, nonce: Nonce },
    Edit { at: Receipt, view: Box<View> },
    Delete { at: Receipt },
    Thread { at: Receipt },
    Find { at: Place, tag: String, since: DateTime<Utc> },
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Done {
    At(Receipt),
    Found(Vec<Receipt>),
    Open(Place),
    Nothing,
}

/// A message that is or was there.
#[derive(Debug, Clone)]
pub(super) struct Message {
    pub(super) place: Place,
    pub(super) at: Receipt,
    pub(super) view: View,
    pub(super) posted: DateTime<Utc>,
    /// Whom it rang when it was posted.
    pub(super) rang: Vec<Mention>,
    pub(super) gone: bool,
    /// A person took it away, not we, when the lead had this revision.
    pub(super) by_hand: Option<i64>,
}

/// The chat as it is.
#[derive(Debug, Default)]
pub(super) struct Chat {
    pub(super) messages: Vec<Message>,
    /// People whose direct messages are closed.
    pub(super) closed: BTreeSet<String>,
    /// What will be carried out although nobody was told so.
    pub(super) late: Vec<(DateTime<Utc>, Op)>,
    /// Seconds for which a nonce counts.
    window: i64,
    nonces: BTreeMap<(String, String), (usize, DateTime<Utc>)>,
    threads: BTreeSet<String>,
}

impl Chat {
    /// One that remembers a nonce for so many seconds.
    pub(super) fn new(window: i64) -> Self {
        Self { window, ..Self::default() }
    }

    /// Does it, at this time of the chat's own.
    pub(super) fn carry_out(&mut self, op: &Op, now: DateTime<Utc>) -> Result<Done, SendError> {
        match op {
            Op::Post { to, view, nonce } => self.post(to, view, nonce, now).map(Done::At),
            Op::Edit { at, view } => {
                let message = self.there(at)?;
                message.view = (**view).clone();
                Ok(Done::Nothing)
            }
            Op::Delete { at } => {
                if let Ok(message) = self.there(at) {
                    message.gone = true;
                }
                Ok(Done::Nothing)
            }
            Op::Thread { at } => {
                self.there(at)?;
                self.threads.insert(at.message.clone());
                Ok(Done::Open(Place::Thread(at.message.clone())))
            }
            Op::Find { at, tag, since } => {
                let since = *since - Duration::seconds(5);
                let found =
                    self.messages.iter().filter(|m| !m.gone && m.place == *at && m.posted >= since && holds(&m.view, tag));
                Ok(Done::Found(found.map(|m| m.at.clone()).collect()))
            }
        }
    }

    fn post(&mut self, to: &Place, view: &View, nonce: &Nonce, now: DateTime<Utc>) -> Result<Receipt, SendError> {
        if let Place::Direct(person) = to
            && self.closed.contains(person)
        {
            return Err(SendError::Closed);
        }
        if let Place::Thread(thread) = to
            && !self.threads.contains(thread)
        {
            return Err(SendError::Gone);
        }
        let channel = match to {
            Place::Channel(name) => format!("c-{name}"),
            Place::Thread(id) => id.clone(),
            Place::Direct(person) => format!("d-{person}"),
        };
        let key = (channel.clone(), nonce.0.clone());
        if let Some((nth, at)) = self.nonces.get(&key)
            && now - *at <= Duration::seconds(self.window)
        {
            let message = &self.messages[*nth];
            return if message.gone { Err(SendError::Gone) } else { Ok(message.at.clone()) };
        }
        let at = Receipt { channel, message: format!("m{}", self.messages.len() + 1) };
        self.nonces.insert(key, (self.messages.len(), now));
        self.messages.push(Message {
            place: to.clone(),
            at: at.clone(),
            view: view.clone(),
            posted: now,
            rang: view.mentions.clone(),
            gone: false,
            by_hand: None,
        });
        Ok(at)
    }

    fn there(&mut self, at: &Receipt) -> Result<&mut Message, SendError> {
        self.messages.iter_mut().find(|m| m.at == *at && !m.gone).ok_or(SendError::Gone)
    }

    /// Carries out what was due by then.
    pub(super) fn catch_up(&mut self, now: DateTime<Utc>) -> Vec<String> {
        let (due, later) = std::mem::take(&mut self.late).into_iter().partition::<Vec<_>, _>(|(at, _)| *at <= now);
        self.late = later;
        due.into_iter().map(|(at, op)| format!("late: {} -> {:?}", brief(&op), self.carry_out(&op, at))).collect()
    }

    /// Every copy of the lead's card that can be seen in a channel.
    pub(super) fn cards(&self, lead: LeadId, channel: &str) -> Vec<&Message> {
        let here = |m: &&Message| !m.gone && m.place == Place::Channel(channel.to_owned());
        self.messages.iter().filter(here).filter(|m| card_of(&m.view) == Some(lead)).collect()
    }
}

/// The lead whose card this is, by its Details control; 0 for the message of those that wait without cards of their own.
pub(super) fn card_of(view: &View) -> Option<LeadId> {
    let marks = |a: &Action| (a.verb == Verb::Details && a.lead.0 > 0) || a.verb == Verb::Next;
    tokens(view).iter().filter_map(|t| Action::read(t)).find(marks).map(|a| a.lead)
}

fn tokens(view: &View) -> Vec<String> {
    let mut tokens = Vec::new();
    for row in &view.rows {
        match row {
            Row::Buttons(buttons) => tokens.extend(buttons.iter().map(|b| b.action.clone())),
            Row::Select(select) => tokens.push(select.action.clone()),
        }
    }
    tokens
}

/// In a control's token, or as a word of the small print.
fn holds(view: &View, tag: &str) -> bool {
    tokens(view).iter().any(|t| t.starts_with(tag)) || words(&view.footer).split(' ').any(|word| word == tag)
}

/// A line as letters, with its instants.
pub(super) fn words(text: &Text) -> String {
    let piece = |span: &Span| match span {
        Span::Plain(words) | Span::Strong(words) => words.to_string(),
        Span::Code(words) | Span::Link(words) => words.clone(),
        Span::Data(words) => words.raw().to_owned(),
        Span::Instant(at, _) => at.format("%d %H:%M:%S").to_string(),
        Span::Person(_, name) => name.clone(),
    };
    text.0.iter().map(piece).collect()
}

/// What it is, in a line of the trace.
pub(super) fn brief(op: &Op) -> String {
    match op {
        Op::Post { to, view, nonce } => {
            format!("post {to:?} \"{}\" [{}] nonce {}", words(&view.title), words(&view.footer), nonce.0)
        }
        Op::Edit { at, view } => format!("edit {} \"{}\"", at.message, words(&view.title)),
        Op::Delete { at } => format!("delete {}", at.message),
        Op::Thread { at } => format!("thread on {}", at.message),
        Op::Find { at, tag, since } => format!("find {tag} in {at:?} since {}", since.format("%H:%M:%S")),
    }
}
