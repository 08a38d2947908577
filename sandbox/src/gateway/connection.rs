//! One gateway connection, from HELLO to its end.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::intents::Intents;
use super::op;
use super::sessions::{LINE_BACKLOG, Push};
use super::wire::Wire;
use crate::snowflake::from_json;
use crate::store::{Hub, Store};

/// Discord's limit for one frame from a bot.
const FRAME_BYTES: usize = 4096;
/// How long a closing connection waits for the other side.
const FAREWELL: Duration = Duration::from_millis(250);

/// What connections need to be started and stopped.
#[derive(Clone)]
pub(crate) struct Lines {
    pub(crate) tracker: TaskTracker,
    pub(crate) shutdown: CancellationToken,
    pub(crate) heartbeat: Duration,
    pub(crate) count: Arc<AtomicU64>,
}

/// A connection and what it has become.
struct Connection {
    hub: Hub,
    number: u64,
    line: mpsc::Sender<Push>,
    session: Option<String>,
    wire: Wire,
    silent: bool,
}

/// The end of a connection, as a close code.
type Step = ControlFlow<u16>;

/// Talks over a fresh websocket until it ends.
pub(crate) async fn talk<S>(hub: Hub, lines: Lines, mut socket: WebSocketStream<S>, wire: Wire)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let number = lines.count.fetch_add(1, Ordering::Relaxed);
    let (line, mut pushes) = mpsc::channel(LINE_BACKLOG);
    let mut connection = Connection { hub, number, line, session: None, wire, silent: false };
    let beat = u64::try_from(lines.heartbeat.as_millis()).unwrap_or(u64::MAX);
    connection.push(&json!({"op": op::HELLO, "s": null, "t": null, "d": {"heartbeat_interval": beat, "_trace": []}}));
    let mut said_goodbye = false;
    loop {
        let step = tokio::select! {
            () = lines.shutdown.cancelled() => ControlFlow::Break(Some(1001)),
            push = pushes.recv() => match push {
                Some(push) => connection.carry(&mut socket, push).await,
                None => ControlFlow::Break(None),
            },
            frame = socket.next() => match frame {
                Some(Ok(frame)) => {
                    said_goodbye |= is_goodbye(&frame);
                    connection.hear(frame)
                }
                _ => ControlFlow::Break(None),
            },
        };
        if let ControlFlow::Break(code) = step {
            if let Some(code) = code {
                close(&mut socket, Some(CloseFrame { code: code.into(), reason: reason(code).into() })).await;
            }
            break;
        }
    }
    connection.end(said_goodbye);
}

/// Closes, and gives the other side a moment to say the same: hanging up at once could swallow our last frame.
async fn close<S>(socket: &mut WebSocketStream<S>, frame: Option<CloseFrame<'_>>)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let farewell = async {
        if socket.close(frame).await.is_ok() {
            while let Some(Ok(_)) = socket.next().await {}
        }
    };
    drop(tokio::time::timeout(FAREWELL, farewell).await);
}

/// A close with 1000 or 1001 tells Discord to forget the session.
fn is_goodbye(frame: &Message) -> bool {
    matches!(frame, Message::Close(Some(close)) if matches!(u16::from(close.code), 1000 | 1001))
}

const fn reason(code: u16) -> &'static str {
    match code {
        4001 => "Unknown opcode.",
        4002 => "Error while decoding payload.",
        4003 => "Not authenticated.",
        4004 => "Authentication failed.",
        4005 => "Already authenticated.",
        4010 => "Invalid shard.",
        4013 => "Invalid intent(s).",
        4014 => "Disallowed intent(s).",
        _ => "",
    }
}

impl Connection {
    fn push(&self, frame: &Value) {
        // The receiver lives as long as this connection; a full line means that nobody reads, and ends soon.
        drop(self.line.try_send(Push::Text(frame.to_string())));
    }

    /// Puts something on the socket.
    async fn carry<S>(&mut self, socket: &mut WebSocketStream<S>, push: Push) -> ControlFlow<Option<u16>>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        if self.silent {
            return ControlFlow::Continue(());
        }
        match push {
            Push::Text(text) => match socket.send(self.wire.encode(text)).await {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(None),
            },
            Push::Close(Some(code)) => ControlFlow::Break(Some(code)),
            Push::Close(None) => {
                close(socket, None).await;
                ControlFlow::Break(None)
            }
            Push::Cut => ControlFlow::Break(None),
            Push::FallSilent => {
                self.silent = true;
                ControlFlow::Continue(())
            }
        }
    }

    /// Takes a frame from the bot.
    fn hear(&mut self, frame: Message) -> ControlFlow<Option<u16>> {
        let text = match frame {
            Message::Text(text) => text.into_bytes(),
            Message::Binary(bytes) => bytes,
            // A close is answered by reading on, which then ends.
            _ => return ControlFlow::Continue(()),
        };
        if self.silent {
            return ControlFlow::Continue(());
        }
        let payload = serde_json::from_slice::<Value>(&text).ok().filter(|_| text.len() <= FRAME_BYTES);
        let step = match payload {
            Some(payload) => self.obey(&payload),
            None => ControlFlow::Break(4002),
        };
        step.map_break(Some)
    }

    fn obey(&mut self, payload: &Value) -> Step {
        let data = &payload["d"];
        match payload["op"].as_u64() {
            Some(op::HEARTBEAT) => {
                self.push(&json!({"op": op::HEARTBEAT_ACK}));
                ControlFlow::Continue(())
            }
            Some(op::IDENTIFY | op::RESUME) if self.has_session() => ControlFlow::Break(4005),
            Some(op::IDENTIFY) => self.identify(data),
            Some(op::RESUME) => self.resume(data),
            Some(op::PRESENCE | op::VOICE | op::MEMBERS | op::SOUNDBOARD) if self.session.is_none() => ControlFlow::Break(4003),
            Some(op::MEMBERS) => {
                self.send_members(data);
                ControlFlow::Continue(())
            }
            Some(op::PRESENCE | op::VOICE | op::SOUNDBOARD) => ControlFlow::Continue(()),
            _ => ControlFlow::Break(4001),
        }
    }

    /// Whether this connection carries a session that is still known; after op 9 it may identify anew.
    fn has_session(&self) -> bool {
        self.session.as_ref().is_some_and(|id| self.hub.store().sessions.knows(id))
    }

    fn identify(&mut self, data: &Value) -> Step {
        let hub = self.hub.clone();
        let mut store = hub.store();
        if !token_is_right(&store, data) {
            return ControlFlow::Break(4004);
        }
        let Some(intents) = data["intents"].as_u64().map(Intents::from_bits).filter(|i| i.known()) else {
            return ControlFlow::Break(4013);
        };
        if intents.privileged() && !store.application.privileged_intents {
            return ControlFlow::Break(4014);
        }
        let shard = (data["shard"][0].as_u64().unwrap_or(0), data["shard"][1].as_u64().unwrap_or(1));
        if shard.0 >= shard.1 {
            return ControlFlow::Break(4010);
        }
        if data["compress"] == true {
            self.wire.compress_payloads();
        }
        let session = store.sessions.begin(self.number, self.line.clone(), intents, shard);
        let ready = ready(&store, &session, shard);
        store.sessions.send_to(&session, "READY", &ready);
        let serves_guild = (store.guild.id.get() >> 22) % shard.1 == shard.0;
        if intents.guilds() && serves_guild {
            let guild = store.guild_create_json();
            store.sessions.send_to(&session, "GUILD_CREATE", &guild);
        }
        self.session = Some(session);
        store.reload_page();
        ControlFlow::Continue(())
    }

    fn resume(&mut self, data: &Value) -> Step {
        let hub = self.hub.clone();
        let mut store = hub.store();
        if !token_is_right(&store, data) {
            return ControlFlow::Break(4004);
        }
        let id = data["session_id"].as_str().unwrap_or_default();
        let seq = data["seq"].as_u64().unwrap_or(0);
        match store.sessions.resume(id, seq, self.number, self.line.clone()) {
            Ok(()) => self.session = Some(id.to_owned()),
            Err(()) => self.push(&json!({"op": op::INVALID_SESSION, "d": false})),
        }
        store.reload_page();
        ControlFlow::Continue(())
    }

    /// Answers op 8 with every member that matches.
    fn send_members(&self, data: &Value) {
        let Some(session) = &self.session else { return };
        let mut store = self.hub.store();
        let ids = &data["user_ids"];
        let wanted: Option<Vec<_>> = match ids {
            Value::Array(list) => Some(list.iter().filter_map(from_json).collect()),
            Value::Null => None,
            one => Some(from_json(one).into_iter().collect()),
        };
        let prefix = data["query"].as_str().unwrap_or_default().to_lowercase();
        let matching = |id| match &wanted {
            Some(wanted) => wanted.contains(&id),
            None => store.users.get(&id).is_some_and(|user| user.name.to_lowercase().starts_with(&prefix)),
        };
        let chosen = store.members.keys().copied().filter(|id| matching(*id));
        let members: Vec<_> = chosen.filter_map(|id| store.member_json(id)).collect();
        let not_found: Vec<_> = wanted.iter().flatten().filter(|id| !store.members.contains_key(id)).copied().collect();
        let chunk = json!({
            "guild_id": store.guild.id, "members": members, "chunk_index": 0, "chunk_count": 1,
            "not_found": not_found, "presences": [], "nonce": data["nonce"],
        });
        store.sessions.send_to(session, "GUILD_MEMBERS_CHUNK", &chunk);
    }

    fn end(self, said_goodbye: bool) {
        if let Some(session) = &self.session {
            let mut store = self.hub.store();
            store.sessions.leave(session, self.number, said_goodbye);
            store.reload_page();
        }
    }
}

/// Tokens come with and without the prefix.
fn token_is_right(store: &Store, data: &Value) -> bool {
    let token = data["token"].as_str().unwrap_or_default();
    token.strip_prefix("Bot ").unwrap_or(token) == store.application.token
}

fn ready(store: &Store, session: &str, shard: (u64, u64)) -> Value {
    let bot = store.users.get(&store.bot()).map(|user| user.own_json());
    json!({
        "v": 10, "user": bot, "user_settings": {}, "relationships": [], "private_channels": [], "presences": [],
        "guilds": [{"id": store.guild.id, "unavailable": true}], "guild_join_requests": [],
        "session_id": session, "session_type": "normal", "resume_gateway_url": gateway_url(store),
        "shard": [shard.0, shard.1], "geo_ordered_rtc_regions": [], "_trace": [],
        "application": {"id": store.application.id, "flags": (1 << 13) | (1 << 15) | (1 << 19)},
    })
}

/// Where the websocket is.
pub(crate) fn gateway_url(store: &Store) -> String {
    format!("{}/gateway", store.base_url.replacen("http", "ws", 1))
}
