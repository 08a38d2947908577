//! The bot's gateway sessions: what each was sent, what it missed, and the troubles ordered for it.

use std::collections::VecDeque;

use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::intents::Intents;
use super::op;
use crate::snowflake::Snowflake;

/// How many dispatches a session keeps for RESUME.
const REPLAY: usize = 1000;
/// How many frames may wait for a slow connection before it is cut.
pub(crate) const LINE_BACKLOG: usize = 4096;

/// Something to be put on a connection.
#[derive(Debug)]
pub(crate) enum Push {
    Text(String),
    /// A close frame, with or without a code.
    Close(Option<u16>),
    /// The end of the TCP stream, without a word.
    Cut,
    /// From now on nothing is sent and nothing is answered.
    FallSilent,
}

/// An event for the sessions that want it.
pub(crate) struct Event {
    pub(crate) name: &'static str,
    pub(crate) direct: bool,
    pub(crate) guild: Snowflake,
    pub(crate) bot: Snowflake,
    pub(crate) data: Value,
}

/// Trouble on the gateway, on demand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GatewayFault {
    /// Closes every connection with this code.
    Close(u16),
    /// Closes every connection with a frame that has no code.
    CloseWithoutCode,
    /// Drops every connection without a close frame.
    Cut,
    /// Drops every connection, and takes no new one until `Up`.
    Down,
    /// Takes connections again.
    Up,
    /// Leaves connections open but sends nothing any more, not even the answers to heartbeats.
    Zombie,
    /// Sends op 7.
    Reconnect,
    /// Sends op 9; the session is forgotten unless it is resumable.
    InvalidSession {
        /// The `d` of the frame.
        resumable: bool,
    },
    /// Forgets the sessions and closes with 4000, so that the RESUME that follows is refused.
    DropSession,
    /// Sends the next interaction twice.
    DuplicateInteraction,
    /// Holds the next interaction back until the one after it was sent.
    ReorderInteractions,
    /// Sends an event that nobody knows.
    UnknownEvent,
}

/// One session.
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) intents: Intents,
    shard: (u64, u64),
    seq: u64,
    replay: VecDeque<(u64, String)>,
    line: Option<(u64, mpsc::Sender<Push>)>,
}

impl Session {
    /// Whether events of this place come to this shard.
    fn serves(&self, event: &Event) -> bool {
        let (index, count) = self.shard;
        index == if event.direct { 0 } else { (event.guild.get() >> 22) % count.max(1) }
    }

    fn send(&mut self, name: &str, data: &Value) {
        self.seq += 1;
        let frame = json!({"op": op::DISPATCH, "s": self.seq, "t": name, "d": data}).to_string();
        if self.replay.len() == REPLAY {
            self.replay.pop_front();
        }
        self.replay.push_back((self.seq, frame.clone()));
        self.push(Push::Text(frame));
    }

    fn push(&mut self, push: Push) {
        if let Some((_, line)) = &self.line
            && line.try_send(push).is_err()
        {
            self.line = None;
        }
    }
}

/// All sessions.
#[derive(Default)]
pub(crate) struct Sessions {
    list: Vec<Session>,
    made: u64,
    /// Connections are refused.
    pub(crate) is_down: bool,
    duplicate_next: bool,
    reorder_next: bool,
    held_back: Option<Event>,
}

impl Sessions {
    /// Whether a bot is on the line right now.
    pub(crate) fn connected(&self) -> bool {
        self.list.iter().any(|session| session.line.as_ref().is_some_and(|(_, line)| !line.is_closed()))
    }

    /// Whether an interaction would be kept for somebody, if only for a RESUME.
    pub(crate) fn any(&self) -> bool {
        !self.list.is_empty()
    }

    /// Whether this session exists.
    pub(crate) fn knows(&self, id: &str) -> bool {
        self.list.iter().any(|session| session.id == id)
    }

    /// Begins a session on a connection and returns its id.
    pub(crate) fn begin(&mut self, connection: u64, line: mpsc::Sender<Push>, intents: Intents, shard: (u64, u64)) -> String {
        self.made += 1;
        let id = format!("{:032x}", u128::from(self.made).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835));
        // A session nobody came back for is of no use once its shard identifies anew.
        self.list.retain(|old| old.shard != shard || old.line.as_ref().is_some_and(|(_, l)| !l.is_closed()));
        let line = Some((connection, line));
        self.list.push(Session { id: id.clone(), intents, shard, seq: 0, replay: VecDeque::new(), line });
        id
    }

    /// Takes a session up again on a new connection and replays what came after `seq`.
    pub(crate) fn resume(&mut self, id: &str, seq: u64, connection: u64, line: mpsc::Sender<Push>) -> Result<(), ()> {
        let session = self.list.iter_mut().find(|session| session.id == id).ok_or(())?;
        let oldest = session.replay.front().map_or(session.seq + 1, |(seq, _)| *seq);
        if seq > session.seq || seq + 1 < oldest {
            return Err(());
        }
        session.push(Push::Close(Some(4000)));
        session.line = Some((connection, line));
        let missed: Vec<_> = session.replay.iter().filter(|(s, _)| *s > seq).map(|(_, frame)| frame.clone()).collect();
        for frame in missed {
            session.push(Push::Text(frame));
        }
        session.send("RESUMED", &json!({}));
        Ok(())
    }

    /// Notes that a connection ended; when the bot said goodbye, its session ends too.
    pub(crate) fn leave(&mut self, id: &str, connection: u64, said_goodbye: bool) {
        let is_here = |s: &Session| s.id == id && s.line.as_ref().is_none_or(|(c, _)| *c == connection);
        if said_goodbye {
            self.list.retain(|session| !is_here(session));
        } else if let Some(session) = self.list.iter_mut().find(|session| is_here(session)) {
            session.line = None;
        }
    }

    /// Sends one session an event that is meant for it alone.
    pub(crate) fn send_to(&mut self, id: &str, name: &str, data: &Value) {
        if let Some(session) = self.list.iter_mut().find(|session| session.id == id) {
            session.send(name, data);
        }
    }

    /// Sends an event to every session that asked for its kind.
    pub(crate) fn dispatch(&mut self, event: &Event) {
        for session in &mut self.list {
            if session.serves(event) && session.intents.cover(event.name, event.direct) {
                let mut data = event.data.clone();
                session.intents.veil(event.name, event.direct, event.bot, &mut data);
                session.send(event.name, &data);
            }
        }
    }

    /// Sends an interaction, with the troubles that were ordered.
    pub(crate) fn dispatch_interaction(&mut self, event: Event) {
        if std::mem::take(&mut self.reorder_next) {
            self.held_back = Some(event);
            return;
        }
        self.dispatch(&event);
        if std::mem::take(&mut self.duplicate_next) {
            self.dispatch(&event);
        }
        if let Some(late) = self.held_back.take() {
            self.dispatch(&late);
        }
    }

    /// Makes trouble.
    pub(crate) fn fault(&mut self, fault: GatewayFault) {
        match fault {
            GatewayFault::Close(code) => self.push_all(|| Push::Close(Some(code))),
            GatewayFault::CloseWithoutCode => self.push_all(|| Push::Close(None)),
            GatewayFault::Cut => self.push_all(|| Push::Cut),
            GatewayFault::Down => {
                self.is_down = true;
                self.push_all(|| Push::Cut);
            }
            GatewayFault::Up => self.is_down = false,
            GatewayFault::Zombie => self.push_all(|| Push::FallSilent),
            GatewayFault::Reconnect => {
                self.push_all(|| Push::Text(json!({"op": op::RECONNECT, "d": null}).to_string()));
            }
            GatewayFault::InvalidSession { resumable } => {
                let frame = json!({"op": op::INVALID_SESSION, "d": resumable}).to_string();
                self.push_all(|| Push::Text(frame.clone()));
                if !resumable {
                    self.list.clear();
                }
            }
            GatewayFault::DropSession => {
                self.push_all(|| Push::Close(Some(4000)));
                self.list.clear();
            }
            GatewayFault::DuplicateInteraction => self.duplicate_next = true,
            GatewayFault::ReorderInteractions => self.reorder_next = true,
            GatewayFault::UnknownEvent => {
                for session in &mut self.list {
                    session.send("SOMETHING_NEW", &json!({"from": "the future"}));
                }
            }
        }
    }

    fn push_all(&mut self, push: impl Fn() -> Push) {
        for session in &mut self.list {
            session.push(push());
        }
    }
}
