//! All that the stand-in remembers, and the one way in which changes are told to the bot and to the page.
//! It sits behind a single mutex (`Hub`) that is never held over an await.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::body::Bytes;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tokio::sync::{broadcast, watch};

use crate::commands::Command;
use crate::control::Clock;
use crate::faults::FaultQueue;
use crate::gateway::{Event, Sessions};
use crate::interactions::Ledger;
use crate::journal::Journal;
use crate::limits::Buckets;
use crate::model::{Application, Channel, Guild, Member, Message, Role, User};
use crate::nonces::Nonces;
use crate::permissions::{self, Permissions};
use crate::refusal::{Reason, Refusal};
use crate::snowflake::{Mint, Snowflake};
use crate::world::Panel;

/// How many events a slow page may fall behind before it must reload.
const LIVE_BACKLOG: usize = 1024;

/// The handle that everything shares.
#[derive(Clone)]
pub(crate) struct Hub(Arc<Inner>);

struct Inner {
    store: Mutex<Store>,
    changed: watch::Receiver<u64>,
    http: reqwest::Client,
    answer_within: Duration,
}

impl Hub {
    pub(crate) fn new(store: Store, answer_within: Duration) -> Self {
        let changed = store.changed.subscribe();
        let http = reqwest::Client::builder()
            .no_proxy()
            .timeout(answer_within.max(Duration::from_secs(1)))
            .build()
            .expect("a client without special settings can be built");
        Self(Arc::new(Inner { store: Mutex::new(store), changed, http, answer_within }))
    }

    /// The store, locked. A panic while it was held leaves it as it was: the next one goes on.
    pub(crate) fn store(&self) -> MutexGuard<'_, Store> {
        self.0.store.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Ticks with every change.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.0.changed.clone()
    }

    /// The client for interactions over HTTP and for panels.
    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.0.http
    }

    /// How long a person waits for the bot.
    pub(crate) fn answer_within(&self) -> Duration {
        self.0.answer_within
    }
}

/// Who may see an event on the page.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Audience {
    Everyone,
    Channel(Snowflake),
    Person(Snowflake),
}

/// An event on its way to the page.
#[derive(Clone, Debug)]
pub(crate) struct Live {
    pub(crate) audience: Audience,
    pub(crate) name: &'static str,
    pub(crate) data: Arc<Value>,
    /// Set for events that carry a message, which each viewer sees with their own eyes.
    pub(crate) message: Option<(Snowflake, Snowflake)>,
}

/// The bytes of an attachment.
pub(crate) struct Blob {
    pub(crate) content_type: String,
    pub(crate) bytes: Bytes,
}

/// All state.
pub(crate) struct Store {
    pub(crate) clock: Clock,
    pub(crate) mint: Mint,
    pub(crate) base_url: String,
    pub(crate) title: String,
    pub(crate) guild: Guild,
    pub(crate) application: Application,
    pub(crate) signing: ed25519_dalek::SigningKey,
    pub(crate) users: BTreeMap<Snowflake, User>,
    pub(crate) members: BTreeMap<Snowflake, Member>,
    pub(crate) roles: BTreeMap<Snowflake, Role>,
    pub(crate) channels: BTreeMap<Snowflake, Channel>,
    /// Keyed by channel, then message, so that a channel's messages stand together in order.
    pub(crate) messages: BTreeMap<(Snowflake, Snowflake), Message>,
    pub(crate) blobs: BTreeMap<Snowflake, Blob>,
    pub(crate) commands: BTreeMap<Snowflake, Command>,
    pub(crate) panels: Vec<Panel>,
    pub(crate) ledger: Ledger,
    pub(crate) nonces: Nonces,
    pub(crate) sessions: Sessions,
    pub(crate) buckets: Buckets,
    pub(crate) faults: FaultQueue,
    pub(crate) journal: Journal,
    pub(crate) live: broadcast::Sender<Live>,
    pub(crate) changed: watch::Sender<u64>,
}

/// The channel for page events, sized.
pub(crate) fn live_channel() -> broadcast::Sender<Live> {
    broadcast::channel(LIVE_BACKLOG).0
}

impl Store {
    pub(crate) fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }

    /// A fresh id.
    pub(crate) fn id(&mut self) -> Snowflake {
        let now = self.now();
        self.mint.next(now)
    }

    pub(crate) fn bot(&self) -> Snowflake {
        self.application.bot
    }

    pub(crate) fn channel(&self, id: Snowflake) -> Result<&Channel, Refusal> {
        self.channels.get(&id).ok_or_else(|| Reason::UnknownChannel.into())
    }

    pub(crate) fn user(&self, id: Snowflake) -> Result<&User, Refusal> {
        self.users.get(&id).ok_or_else(|| Reason::UnknownUser.into())
    }

    pub(crate) fn message(&self, channel: Snowflake, id: Snowflake) -> Result<&Message, Refusal> {
        self.messages.get(&(channel, id)).ok_or_else(|| Reason::UnknownMessage.into())
    }

    /// A message by its id alone.
    pub(crate) fn find_message(&self, id: Snowflake) -> Option<&Message> {
        self.messages.values().find(|message| message.id == id)
    }

    /// The messages of one channel, oldest first.
    pub(crate) fn messages_in(&self, channel: Snowflake) -> impl DoubleEndedIterator<Item = &Message> {
        let all = (channel, Snowflake::new(0))..=(channel, Snowflake::new(u64::MAX));
        self.messages.range(all).map(|(_, message)| message)
    }

    pub(crate) fn permissions(&self, user: Snowflake, channel: &Channel) -> Permissions {
        permissions::in_channel(self, user, channel)
    }

    /// The channel, when this user sees it.
    pub(crate) fn channel_seen_by(&self, id: Snowflake, user: Snowflake) -> Result<&Channel, Refusal> {
        let channel = self.channel(id)?;
        let sees = self.permissions(user, channel).has(Permissions::VIEW_CHANNEL);
        if sees { Ok(channel) } else { Err(Reason::MissingAccess.into()) }
    }

    /// The channel, when the bot sees it and has these permissions there.
    pub(crate) fn channel_for_bot(&self, id: Snowflake, needed: Permissions) -> Result<&Channel, Refusal> {
        let channel = self.channel_seen_by(id, self.bot())?;
        let may = self.permissions(self.bot(), channel).has(needed);
        if may { Ok(channel) } else { Err(Reason::MissingPermissions.into()) }
    }

    /// Whether a viewer may see a page event.
    pub(crate) fn may_see(&self, viewer: Snowflake, audience: Audience) -> bool {
        match audience {
            Audience::Everyone => true,
            Audience::Person(person) => person == viewer,
            Audience::Channel(id) => self.channel_seen_by(id, viewer).is_ok(),
        }
    }

    /// Tells bot and page of something in a channel.
    pub(crate) fn tell(&mut self, name: &'static str, channel: Snowflake, data: Value) {
        self.dispatch(name, Some(channel), data.clone());
        self.show(Audience::Channel(channel), name, data);
    }

    /// Tells the page alone.
    pub(crate) fn show(&mut self, audience: Audience, name: &'static str, data: Value) {
        self.send_live(Live { audience, name, data: Arc::new(data), message: None });
    }

    /// Tells the page of a message, in the words fit for each viewer.
    pub(crate) fn show_message(&mut self, name: &'static str, message: &Message) {
        let audience = message.only_for.map_or(Audience::Channel(message.channel), Audience::Person);
        let key = Some((message.channel, message.id));
        self.send_live(Live { audience, name, data: Arc::new(Value::Null), message: key });
    }

    fn send_live(&mut self, live: Live) {
        // Nobody listening is fine: the page loads everything when it opens.
        drop(self.live.send(live));
        self.changed.send_modify(|tick| *tick += 1);
    }

    /// Tells the bot alone, when it sees the channel.
    pub(crate) fn dispatch(&mut self, name: &'static str, channel: Option<Snowflake>, data: Value) {
        let place = channel.and_then(|id| self.channels.get(&id));
        let sees = place.is_none_or(|c| self.permissions(self.bot(), c).has(Permissions::VIEW_CHANNEL));
        if !sees {
            return;
        }
        let direct = place.is_some_and(Channel::is_direct);
        let event = Event { name, direct, guild: self.guild.id, bot: self.application.bot, data };
        self.sessions.dispatch(&event);
        self.changed.send_modify(|tick| *tick += 1);
    }

    /// The page should load everything anew.
    pub(crate) fn reload_page(&mut self) {
        self.show(Audience::Everyone, "STATE", json!({}));
    }

    /// Whether anybody would receive an interaction.
    pub(crate) fn connected(&self) -> bool {
        self.application.endpoint.is_some() || self.sessions.connected()
    }
}
