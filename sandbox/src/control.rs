//! The handle on a running stand-in: start, look, act, make trouble, stop.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};
use tokio::net::{TcpListener, ToSocketAddrs};
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use crate::build::build;
use crate::faults::Ordered;
use crate::gateway::{GatewayFault, Lines};
use crate::journal::{Journal, Recorded};
use crate::limits::{Buckets, Limits};
use crate::page::set_endpoint;
use crate::people::{Act, Outcome, Trouble, perform};
use crate::server;
use crate::snowflake::Snowflake;
use crate::store::{Audience, Hub};
use crate::world::World;

/// Where the stand-in reads the time.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// How a stand-in runs.
pub struct SandboxOptions {
    /// The clock for ids, timestamps, deadlines and limits; the system's, unless a test brings its own.
    pub clock: Clock,
    /// How long a person waits for the bot, in real time.
    pub answer_within: Duration,
    /// Which rate limits hold.
    pub limits: Limits,
    /// The interval that the gateway asks for.
    pub heartbeat: Duration,
    /// A file that gets one line of JSON per REST request.
    pub request_log: Option<PathBuf>,
}

impl Default for SandboxOptions {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where the stand-in takes the system's clock, unless given another"
    )]
    fn default() -> Self {
        Self {
            clock: Arc::new(Utc::now),
            answer_within: Duration::from_secs(3),
            limits: Limits::discord(),
            heartbeat: Duration::from_millis(41_250),
            request_log: None,
        }
    }
}

/// A running stand-in. It stops when it is dropped, and orderly with `stop`.
pub struct Sandbox {
    hub: Hub,
    base_url: String,
    tracker: TaskTracker,
    shutdown: CancellationToken,
    _guard: DropGuard,
}

impl Sandbox {
    /// Starts on an address; port 0 takes a free one.
    pub async fn start(world: World, address: impl ToSocketAddrs, options: SandboxOptions) -> io::Result<Self> {
        Self::start_on(TcpListener::bind(address).await?, world, options)
    }

    /// Starts on a listener that is already bound.
    pub fn start_on(listener: TcpListener, world: World, options: SandboxOptions) -> io::Result<Self> {
        let base_url = format!("http://{}", listener.local_addr()?);
        let mut store = build(world, options.clock, base_url.clone());
        store.buckets = Buckets::new(options.limits);
        if let Some(path) = &options.request_log {
            store.journal = Journal::with_file(path)?;
        }
        let hub = Hub::new(store, options.answer_within);
        let (tracker, shutdown) = (TaskTracker::new(), CancellationToken::new());
        let lines =
            Lines { tracker: tracker.clone(), shutdown: shutdown.clone(), heartbeat: options.heartbeat, count: Arc::default() };
        tracker.spawn(server::serve(listener, hub.clone(), lines));
        let guard = shutdown.clone().drop_guard();
        Ok(Self { hub, base_url, tracker, shutdown, _guard: guard })
    }

    /// Ends all connections and waits for them.
    pub async fn stop(self) {
        self.shutdown.cancel();
        self.tracker.close();
        self.tracker.wait().await;
    }

    /// Where it is, such as `http://127.0.0.1:8080`; REST stands below `/api/v10`.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The bot's token.
    pub fn token(&self) -> String {
        self.hub.store().application.token.clone()
    }

    /// The application's id.
    pub fn application_id(&self) -> Snowflake {
        self.hub.store().application.id
    }

    /// The public half of the signing pair, in hex.
    pub fn public_key(&self) -> String {
        self.hub.store().application.verify_key.clone()
    }

    /// The bot's user id.
    pub fn bot_id(&self) -> Snowflake {
        self.hub.store().bot()
    }

    /// The guild's id.
    pub fn guild_id(&self) -> Snowflake {
        self.hub.store().guild.id
    }

    /// A channel or thread by its name.
    pub fn channel_by_name(&self, name: &str) -> Option<Snowflake> {
        self.hub.store().channels.values().find(|channel| channel.name == name).map(|channel| channel.id)
    }

    /// A person or the bot by user name.
    pub fn user_by_name(&self, name: &str) -> Option<Snowflake> {
        self.hub.store().users.values().find(|user| user.name == name).map(|user| user.id)
    }

    /// A role by its name.
    pub fn role_by_name(&self, name: &str) -> Option<Snowflake> {
        self.hub.store().roles.values().find(|role| role.name == name).map(|role| role.id)
    }

    /// A registered command by its name.
    pub fn command_by_name(&self, name: &str) -> Option<Snowflake> {
        self.hub.store().commands.values().find(|command| command.name == name).map(|command| command.id)
    }

    /// All registered commands as Discord writes them.
    pub fn commands(&self) -> Vec<Value> {
        self.hub.store().commands.values().map(|command| command.json().clone()).collect()
    }

    /// The direct channel between the bot and a person, made if need be.
    pub fn direct_channel(&self, person: Snowflake) -> Snowflake {
        self.hub.store().direct_channel(person)
    }

    /// The threads of a channel, as Discord writes them.
    pub fn threads(&self, parent: Snowflake) -> Vec<Value> {
        let store = self.hub.store();
        let threads = store.channels.values().filter(|channel| channel.parent == Some(parent));
        threads.map(|thread| store.channel_json(thread, store.bot())).collect()
    }

    /// What stands in a channel for everyone there to see, oldest first.
    pub fn messages(&self, channel: Snowflake) -> Vec<Value> {
        let store = self.hub.store();
        let public = store.messages_in(channel).filter(|message| message.only_for.is_none());
        public.map(|message| store.message_json(message, store.bot())).collect()
    }

    /// One message by its id, ephemeral ones too.
    pub fn message(&self, id: Snowflake) -> Option<Value> {
        let store = self.hub.store();
        store.find_message(id).map(|message| store.message_json(message, store.bot()))
    }

    /// What only this person sees, oldest first.
    pub fn ephemeral_for(&self, person: Snowflake) -> Vec<Value> {
        let store = self.hub.store();
        let own = store.messages.values().filter(|message| message.only_for == Some(person));
        let mut own: Vec<_> = own.collect();
        own.sort_by_key(|message| message.id);
        own.into_iter().map(|message| store.message_json(message, person)).collect()
    }

    /// What was attached to a message or command, by the attachment's id.
    pub fn attachment(&self, id: Snowflake) -> Option<Vec<u8>> {
        self.hub.store().blobs.get(&id).map(|blob| blob.bytes.to_vec())
    }

    /// A person does something; returns when the bot has answered, or too long has not.
    pub async fn act(&self, act: Act) -> Outcome {
        match perform(&self.hub, act).await {
            Ok(outcome) => outcome,
            Err(Trouble::Told(text) | Trouble::Malformed(text)) => Outcome::failed(text),
        }
    }

    /// Opens or closes a person's direct messages to the bot.
    pub fn set_dms_open(&self, person: Snowflake, open: bool) {
        self.hub.store().take_direct(person, open);
    }

    /// Gives a person exactly these roles.
    pub fn set_roles(&self, person: Snowflake, roles: &[Snowflake]) {
        self.hub.store().set_roles(person, roles.to_vec());
    }

    /// Someone with the right to do so deletes a message.
    pub fn delete_message_as_human(&self, channel: Snowflake, message: Snowflake) -> bool {
        self.hub.store().remove_message(channel, message).is_ok()
    }

    /// Someone deletes a whole channel or thread, with all that stands in it.
    pub fn delete_channel_as_human(&self, channel: Snowflake) -> bool {
        self.hub.store().remove_channel(channel).is_ok()
    }

    /// Whether a bot is on the gateway, or an interactions endpoint is set.
    pub fn connected(&self) -> bool {
        self.hub.store().connected()
    }

    /// Waits until a bot is connected; `false` when it took longer than this.
    pub async fn wait_connected(&self, within: Duration) -> bool {
        self.wait_for(within, |sandbox| sandbox.connected().then_some(())).await.is_some()
    }

    /// Looks after every change until there is something to see; `None` when it took longer than this (real time).
    pub async fn wait_for<T>(&self, within: Duration, mut look: impl FnMut(&Self) -> Option<T>) -> Option<T> {
        let mut changes = self.hub.changes();
        let seen = async {
            loop {
                changes.mark_unchanged();
                if let Some(found) = look(self) {
                    return Some(found);
                }
                changes.changed().await.ok()?;
            }
        };
        tokio::time::timeout(within, seen).await.ok().flatten()
    }

    /// Sets the interactions endpoint after trying it, or goes back to the gateway.
    pub async fn set_interactions_endpoint(&self, url: Option<&str>) -> Result<(), String> {
        set_endpoint(&self.hub, url.map(ToOwned::to_owned)).await
    }

    /// The trouble that can be ordered.
    pub fn faults(&self) -> Faults<'_> {
        Faults { hub: &self.hub }
    }

    /// Every REST request that came in, oldest first; only the last ten thousand are kept.
    pub fn requests(&self) -> Vec<Recorded> {
        self.hub.store().journal.requests()
    }

    /// Forgets the requests so far.
    pub fn clear_requests(&self) {
        self.hub.store().journal.clear();
    }

    /// How many 401, 403 and 429 the last ten minutes saw; at ten thousand Discord bans the address.
    pub fn invalid_requests(&self) -> usize {
        let mut store = self.hub.store();
        let now = store.now();
        store.journal.invalid_requests(now)
    }

    /// Tells the pages that the clock was moved.
    pub fn clock_moved(&self) {
        let mut store = self.hub.store();
        let now = store.now().to_rfc3339_opts(SecondsFormat::Millis, true);
        store.show(Audience::Everyone, "CLOCK", json!({"now": now}));
    }
}

/// Orders trouble.
pub struct Faults<'a> {
    hub: &'a Hub,
}

impl Faults<'_> {
    /// Lets coming REST requests suffer.
    pub fn rest(&self, ordered: Ordered) {
        self.hub.store().faults.add(ordered);
    }

    /// Makes trouble on the gateway, now or with the next interaction.
    pub fn gateway(&self, fault: GatewayFault) {
        self.hub.store().sessions.fault(fault);
    }

    /// How many REST requests are still going to suffer.
    pub fn pending(&self) -> u32 {
        self.hub.store().faults.pending()
    }

    /// Forgets what was ordered for REST.
    pub fn clear(&self) {
        self.hub.store().faults.clear();
    }
}
