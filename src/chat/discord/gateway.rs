//! The gateway: the door that needs no public address.
//! The library's client runs in a runtime of its own. It can spin on a connection that was closed without a code, and its tasks outlive
//! the client that started them; a runtime can be dropped whole. It only hears; answering happens here.
//! Invariant: interactions are never recoverable, so nothing depends on hearing each; after every fresh session `Link::sessions` grows,
//! and cards are compared with their leads.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde::Deserialize as _;
use serde_json::Value;
use serenity::all::{
    ClientBuilder, ConnectionStage, Context, EventHandler, GatewayError, GatewayIntents, GuildChannel, GuildId, Message,
    Reaction, Ready, ResumedEvent, Role, RoleId, ShardManager,
};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::doctor::GRANT_CONTENT;
use super::failure::TOKEN_REFUSED;
use super::inbound::{Interaction, from_library};
use super::overhear;
use super::platform::Discord;
use super::rest::DISCORD;
use super::talk::Talk;
use super::watch::{BackOff, Sign, Watch};
use crate::chat::{Answering, Overheard, Remark};

/// How long things may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// After this an interaction is answered "one moment". Discord gives 3 s.
    pub answer: Duration,
    /// A connection without a sign of life for this long is rebuilt. Discord's heartbeat is 41 s.
    pub silence: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { answer: Duration::from_secs(2), silence: Duration::from_secs(65) }
    }
}

/// How the connection stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Link {
    /// Up and identified.
    pub connected: bool,
    /// Fresh sessions so far: what happened before each was lost.
    pub sessions: u64,
}

/// Why the gateway cannot go on by itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GatewayEnd {
    /// The token was refused.
    #[error("{TOKEN_REFUSED}")]
    Token,
    /// Discord does not allow what was asked for.
    #[error("Discord refuses the gateway's intents: {0}")]
    Intents(String),
}

/// See the module.
pub struct Gateway<A> {
    talk: Arc<Talk<A>>,
    patience: Patience,
    link: watch::Sender<Link>,
    /// Whether what is written in threads may be read; not any more, once Discord has said no.
    reads: AtomicBool,
}

/// Most things said beside the bot that wait to be taken in.
const SAID_MAX: usize = 1024;

enum Heard {
    Interaction(Value),
    Said(Overheard),
    Session,
    Resumed,
    PlacesChanged,
}

enum Over {
    Shutdown,
    Final(GatewayEnd),
    Again(String),
}

impl<A: Answering> Gateway<A> {
    /// A gateway that is not open yet, and where to see how it stands.
    #[must_use]
    pub fn new(discord: Discord, answering: Arc<A>, patience: Patience) -> (Self, watch::Receiver<Link>) {
        let (link, seen) = watch::channel(Link::default());
        (Self { talk: Arc::new(Talk::new(discord, answering)), patience, link, reads: AtomicBool::new(false) }, seen)
    }

    /// Reads what is written in threads too, where Discord grants the privileged intent for it.
    #[must_use]
    pub fn reading_threads(self) -> Self {
        Self { reads: AtomicBool::new(true), ..self }
    }

    /// Keeps the connection up until shutdown, then lets the answers under way finish.
    ///
    /// # Errors
    /// When trying again cannot help.
    pub async fn run(self, shutdown: CancellationToken) -> Result<(), GatewayEnd> {
        let mut back_off = BackOff::default();
        let (said, all_said) = mpsc::channel(SAID_MAX);
        let talk = Arc::clone(&self.talk);
        self.talk.tasks.spawn(async move { talk.overhear(all_said).await });
        let end = loop {
            let started = Instant::now();
            let over = Box::pin(self.connection(&shutdown, &said)).await;
            self.link.send_modify(|link| link.connected = false);
            let why = match over {
                Over::Shutdown => break Ok(()),
                Over::Final(end) => break Err(end),
                Over::Again(why) => why,
            };
            if self.talk.discord.is_halted() {
                break Err(GatewayEnd::Token);
            }
            let pause = back_off.after(started.elapsed());
            tracing::warn!(why, pause_s = pause.as_secs(), "the connection to Discord is built anew");
            tokio::select! {
                () = shutdown.cancelled() => break Ok(()),
                () = tokio::time::sleep(pause) => {}
            }
        };
        drop(said);
        self.talk.tasks.close();
        if tokio::time::timeout(Duration::from_secs(5), self.talk.tasks.wait()).await.is_err() {
            tracing::warn!("some answers were still under way at the end");
        }
        end
    }

    async fn connection(&self, shutdown: &CancellationToken, said: &mpsc::Sender<Overheard>) -> Over {
        let Ok(enclosure) = Enclosure::new() else { return Over::Again("no threads can be had".to_owned()) };
        let http = match self.talk.discord.0.rest.http_for_gateway() {
            Ok(http) => http,
            Err(error) => return Over::Again(error.to_string()),
        };
        let (tell, mut heard) = mpsc::channel(1024);
        let (manager_tx, mut manager_rx) = oneshot::channel();
        let base = self.talk.discord.0.rest.base().to_owned();
        let ear = Ear { tell, guild: self.talk.discord.0.guild.get(), reads: self.reads.load(Ordering::Relaxed) };
        let mut client = enclosure.spawn(connect(http, ear, base, manager_tx));
        let mut watch = Watch::new(self.patience.silence, Instant::now());
        let mut looks = tokio::time::interval(Duration::from_millis(500).min(self.patience.silence / 2));
        let mut manager: Option<Arc<ShardManager>> = None;
        let mut events = 0;
        loop {
            tokio::select! {
                () = shutdown.cancelled() => {
                    if let Some(manager) = manager {
                        let goodbye = enclosure.spawn(async move { manager.shutdown_all().await });
                        let _ = tokio::time::timeout(Duration::from_secs(1), goodbye).await;
                    }
                    return Over::Shutdown;
                }
                ended = &mut client => return self.without_threads(ended.unwrap_or_else(|e| Over::Again(e.to_string()))),
                Some(event) = heard.recv() => {
                    events += 1;
                    self.hear(event, said);
                }
                built = &mut manager_rx, if manager.is_none() && !manager_rx.is_terminated() => manager = built.ok(),
                _ = looks.tick() => {
                    let sign = Sign { heard: events, ..look(manager.as_deref()).await };
                    if !sign.connected {
                        self.link.send_if_modified(|link| std::mem::replace(&mut link.connected, false));
                    }
                    if watch.is_stuck(sign, Instant::now()) {
                        return Over::Again("no sign of life".to_owned());
                    }
                }
            }
        }
    }

    /// Discord may not grant the intent by which threads are read: then everything else goes on without it.
    fn without_threads(&self, over: Over) -> Over {
        match over {
            Over::Final(GatewayEnd::Intents(why)) if self.reads.swap(false, Ordering::Relaxed) => {
                tracing::error!(
                    why,
                    "Discord does not let the bot read messages: what is written in threads is no note. {GRANT_CONTENT}"
                );
                Over::Again("it goes on without reading threads".to_owned())
            }
            over @ (Over::Shutdown | Over::Final(_) | Over::Again(_)) => over,
        }
    }

    fn hear(&self, heard: Heard, said: &mpsc::Sender<Overheard>) {
        match heard {
            Heard::Said(overheard) => {
                if said.try_send(overheard).is_err() {
                    tracing::warn!("more was said in threads than could be taken in, and a part of it is no note");
                }
            }
            Heard::Interaction(json) => match Interaction::deserialize(json) {
                Ok(interaction) => {
                    self.talk.tasks.spawn(self.talk.hold(interaction, self.patience.answer));
                }
                Err(error) => tracing::warn!(%error, "an interaction cannot be read"),
            },
            Heard::Session => {
                self.talk.discord.0.directory.touch();
                self.link.send_modify(|link| *link = Link { connected: true, sessions: link.sessions + 1 });
            }
            Heard::Resumed => self.link.send_modify(|link| link.connected = true),
            Heard::PlacesChanged => self.talk.discord.0.directory.touch(),
        }
    }
}

async fn look(manager: Option<&ShardManager>) -> Sign {
    let Some(manager) = manager else { return Sign::default() };
    let runners = manager.runners.lock().await;
    runners.values().next().map_or_else(Sign::default, |runner| Sign {
        latency: runner.latency,
        connected: runner.stage == ConnectionStage::Connected,
        heard: 0,
    })
}

/// Builds the library's client and runs it until it gives up.
async fn connect(http: serenity::http::Http, ear: Ear, base: String, manager: oneshot::Sender<Arc<ShardManager>>) -> Over {
    let content = if ear.reads { GatewayIntents::MESSAGE_CONTENT } else { GatewayIntents::empty() };
    let built = ClientBuilder::new_with_http(http, GatewayIntents::non_privileged() | content).event_handler(ear).await;
    let mut client = match built {
        Ok(client) => client,
        Err(error) => return Over::Again(error.to_string()),
    };
    let url = client.ws_url.lock().await.clone();
    if !is_allowed(&url, &base) {
        // The library falls back to the real Discord when the configured one does not answer.
        return Over::Again(format!("{base} did not name its gateway"));
    }
    let _ = manager.send(Arc::clone(&client.shard_manager));
    match client.start().await {
        Ok(()) => Over::Again("the connection ended".to_owned()),
        Err(serenity::Error::Gateway(GatewayError::InvalidAuthentication)) => Over::Final(GatewayEnd::Token),
        Err(serenity::Error::Gateway(e @ (GatewayError::InvalidGatewayIntents | GatewayError::DisallowedGatewayIntents))) => {
            Over::Final(GatewayEnd::Intents(e.to_string()))
        }
        Err(error) => Over::Again(error.to_string()),
    }
}

/// With another base than Discord's, nothing may go to Discord.
fn is_allowed(gateway: &str, base: &str) -> bool {
    let Ok(url) = url::Url::parse(gateway) else { return false };
    let host = url.host_str().unwrap_or_default();
    let is_discord = ["discord.com", "discord.gg"].iter().any(|d| host == *d || host.ends_with(&format!(".{d}")));
    base == DISCORD || !is_discord
}

/// Passes on what the library hears.
struct Ear {
    tell: mpsc::Sender<Heard>,
    guild: u64,
    reads: bool,
}

impl Ear {
    fn pass(&self, heard: Heard) {
        if self.tell.try_send(heard).is_err() {
            tracing::warn!("an event of Discord's came faster than it could be taken, and is dropped");
        }
    }
}

#[serenity::async_trait]
impl EventHandler for Ear {
    async fn interaction_create(&self, _: Context, interaction: serenity::all::Interaction) {
        match from_library(&interaction) {
            Some(json) => self.pass(Heard::Interaction(json)),
            None => tracing::warn!("an interaction cannot be read"),
        }
    }

    async fn message(&self, _: Context, message: Message) {
        if self.reads
            && let Some(said) = overhear::written(&message, self.guild)
        {
            self.pass(Heard::Said(said));
        }
    }

    async fn reaction_add(&self, _: Context, reaction: Reaction) {
        if let Some(said) = overhear::signed(&reaction, self.guild, Remark::Signed) {
            self.pass(Heard::Said(said));
        }
    }

    async fn reaction_remove(&self, _: Context, reaction: Reaction) {
        if let Some(said) = overhear::signed(&reaction, self.guild, Remark::Unsigned) {
            self.pass(Heard::Said(said));
        }
    }

    async fn ready(&self, _: Context, _: Ready) {
        self.pass(Heard::Session);
    }

    async fn resume(&self, _: Context, _: ResumedEvent) {
        self.pass(Heard::Resumed);
    }

    async fn channel_create(&self, _: Context, _: GuildChannel) {
        self.pass(Heard::PlacesChanged);
    }

    async fn channel_update(&self, _: Context, _: Option<GuildChannel>, _: GuildChannel) {
        self.pass(Heard::PlacesChanged);
    }

    async fn channel_delete(&self, _: Context, _: GuildChannel, _: Option<Vec<Message>>) {
        self.pass(Heard::PlacesChanged);
    }

    async fn guild_role_create(&self, _: Context, _: Role) {
        self.pass(Heard::PlacesChanged);
    }

    async fn guild_role_update(&self, _: Context, _: Option<Role>, _: Role) {
        self.pass(Heard::PlacesChanged);
    }

    async fn guild_role_delete(&self, _: Context, _: GuildId, _: RoleId, _: Option<Role>) {
        self.pass(Heard::PlacesChanged);
    }
}

/// The runtime that the library's client lives in; dropped without waiting for what hangs in it.
struct Enclosure(Option<tokio::runtime::Runtime>);

impl Enclosure {
    fn new() -> std::io::Result<Self> {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).thread_name("discord-gateway").enable_all().build()?;
        Ok(Self(Some(runtime)))
    }

    fn spawn<F: Future<Output: Send> + Send + 'static>(&self, future: F) -> tokio::task::JoinHandle<F::Output> {
        self.0.as_ref().expect("it is taken only when this is dropped").spawn(future)
    }
}

impl Drop for Enclosure {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn with_another_base_nothing_goes_to_the_real_discord() {
        for (gateway, base, allowed) in [
            ("wss://gateway.discord.gg", DISCORD, true),
            ("wss://gateway.discord.gg", "http://127.0.0.1:7777", false),
            ("wss://gateway-us-east1-b.discord.gg", "http://127.0.0.1:7777", false),
            ("ws://127.0.0.1:7777/gateway", "http://127.0.0.1:7777", true),
            ("nonsense", "http://127.0.0.1:7777", false),
        ] {
            assert_eq!(is_allowed(gateway, base), allowed, "{gateway} with {base}");
        }
    }
}
