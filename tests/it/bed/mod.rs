//! The whole app against the stand-in for the chat, with a clock that moves when told: what every story is told with.
//! Real router, real database file, real chat library over loopback; only time is ours.

mod person;
pub(crate) mod provider;
mod sight;

pub(crate) use person::{Answered, Somebody};
pub(crate) use sight::Seen;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration as Wait;

use chrono::{DateTime, Duration, Utc};
use leadbell::app::{Core, Running, Start, Works};
use leadbell::chat::discord::Discord;
use leadbell::cli::serve::with_discord;
use leadbell::clock::Clock;
use leadbell::delivery::Chance;
use leadbell::intake::sources;
use leadbell::intake::verify::{Auth, token_hash};
use leadbell::settings::{self, Ingress, ProviderUrl, ProviderUrls, Settings};
use leadbell::store::{AuditEntry, SourceRow};
use leadbell::web::server;
use sandbox::{GatewayFault, Limits, Permissions, Person, Role, Sandbox, SandboxOptions, TextChannel, World};
use secrecy::SecretString;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// How long anything may take that happens by itself, in real time.
pub(crate) const SOON: Wait = Wait::from_secs(20);

/// The unguessable part of the website's URL.
const TOKEN: &str = "0123456789abcdef01234567";

pub(crate) const PLAYBOOK: &str = r#"
[company]
name = "Acme"
timezone = "Europe/Berlin"
hours = "Mo-Fr 09:00-18:00; PH off"
holidays = "DE"
managers = "managers"
managers_channel = "bosses"

[[team]]
key = "dach"
name = "DACH"
channel = "leads"
role = "sales"
captain = "ann"

[[team]]
key = "world"
name = "World"
channel = "world"
role = "sales-world"
captain = "cleo"

[[source]]
key = "fair"
team = "world"

[day]
agenda = false
sweep = false
"#;

pub(crate) struct Bed {
    pub(crate) sandbox: Arc<Sandbox>,
    pub(crate) core: Core,
    pub(crate) works: Works<Discord>,
    pub(crate) clock: Clock,
    pub(crate) http: String,
    place: Place,
    stop: CancellationToken,
    tasks: JoinSet<()>,
}

/// What outlives a process.
#[derive(Clone)]
struct Place {
    folder: Arc<TempDir>,
    providers: ProviderUrls,
}

impl Place {
    fn database(&self) -> PathBuf {
        self.folder.path().join("leadbell.db")
    }
}

/// Monday 14 September 2026, nine o'clock in Berlin.
pub(crate) fn monday() -> DateTime<Utc> {
    "2026-09-14T07:00:00Z".parse().expect("a time")
}

fn acme() -> World {
    let everyone = [
        ("ann", "Ann Berg", "sales"),
        ("ben", "Ben Ruiz", "sales"),
        ("cleo", "Cleo Laurent", "sales-world"),
        ("may", "May Okafor", "managers"),
        ("ada", "Ada Lind", "admins"),
        ("gus", "Gus Patel", ""),
    ];
    let mut world = World::new("Acme").bot("Leadbell");
    for role in ["sales", "sales-world", "managers"] {
        world = world.role(Role::new(role));
    }
    world = world.role(Role::new("admins").permissions(Permissions::ADMINISTRATOR));
    for (handle, name, role) in everyone {
        let person = Person::new(handle).display(name);
        world = world.person(if role.is_empty() { person } else { person.role(role) });
    }
    ["leads", "world", "bosses", "general"].into_iter().fold(world, |world, channel| world.channel(TextChannel::new(channel)))
}

impl Bed {
    pub(crate) async fn new() -> Self {
        Self::asking(BTreeMap::new()).await
    }

    /// With another playbook in force.
    pub(crate) async fn with(playbook: &str) -> Self {
        let bed = Self::new().await;
        bed.core.store.apply_playbook(playbook.to_owned(), bed.by("test")).await.expect("the playbook is in force");
        bed
    }

    /// With providers that are asked there, by their names.
    pub(crate) async fn asking(providers: BTreeMap<String, ProviderUrl>) -> Self {
        let clock = Clock::manual(monday());
        let telling = clock.clone();
        let options = SandboxOptions {
            clock: Arc::new(move || telling.now()),
            answer_within: SOON,
            limits: Limits::off(),
            request_log: traffic(),
            ..SandboxOptions::default()
        };
        let sandbox = Sandbox::start(acme(), "127.0.0.1:0", options).await.expect("the stand-in starts");
        let folder = tempfile::tempdir().expect("a folder");
        let place = Place { folder: Arc::new(folder), providers: ProviderUrls(providers) };
        Self::start(Arc::new(sandbox), clock, place, Door::Gateway).await
    }

    /// The same, with interactions as signed requests.
    pub(crate) async fn over_http() -> Self {
        let bed = Self::new().await;
        let (sandbox, clock, place) = bed.leave().await;
        Self::start(sandbox, clock, place, Door::Http).await
    }

    async fn start(sandbox: Arc<Sandbox>, clock: Clock, place: Place, door: Door) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let http = format!("http://{}", listener.local_addr().expect("an address"));
        let limits = Settings::read("test", "", &|_| None).expect("the usual settings").limits;
        let start = Start {
            database: place.database(),
            seed: PLAYBOOK.to_owned(),
            spool: place.folder.path().join("spool"),
            public_url: http.clone(),
            limits,
            providers: place.providers.clone(),
        };
        let core = Core::open(&start, clock.clone(), Chance::seeded(7)).await.expect("the database opens");
        let stop = CancellationToken::new();
        let ingress = match door {
            Door::Gateway => Ingress::Gateway,
            Door::Http => Ingress::Http { public_key: sandbox.public_key() },
        };
        let chat = settings::Discord {
            token: SecretString::from(sandbox.token()),
            guild: sandbox.guild_id().get(),
            api_url: sandbox.base_url().to_owned(),
            ingress,
            application_id: None,
            thread_notes: true,
        };
        let Running { works, listener, router, mut others } =
            with_discord(&core, &chat, listener, &stop).await.expect("the chat can be reached");
        let mut tasks = JoinSet::new();
        tasks.spawn(async move { while others.join_next().await.is_some() {} });
        tasks.spawn(server::serve(listener, router, stop.clone()));
        let bed = Self { sandbox, core, works, clock, http, place, stop, tasks };
        bed.settle_in(door).await;
        bed
    }

    async fn settle_in(&self, door: Door) {
        match door {
            Door::Gateway => {
                assert!(self.sandbox.wait_connected(SOON).await, "the gateway connects");
                // Until ours knows it as well, a clock that is moved on would tell it of a chat that was away for long.
                self.until_linked(1).await;
            }
            Door::Http => {
                let url = format!("{}/interactions/discord", self.http);
                self.sandbox.set_interactions_endpoint(Some(&url)).await.expect("the endpoint passes the probe");
            }
        }
        let registered = self.sandbox.wait_for(SOON, |s| (!s.commands().is_empty()).then_some(())).await;
        assert!(registered.is_some(), "the commands are registered");
        let captains = async {
            while ["ann", "cleo"].iter().any(|captain| self.core.store.roster().by_handle(captain).is_none()) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(SOON, captains).await.expect("the captains are looked up");
        self.source("website", "Website form", "generic").await;
        self.source("fair", "Trade fair", "generic").await;
    }

    /// Adds a source of which anybody proves themselves by the address alone.
    pub(crate) async fn source(&self, key: &str, title: &str, preset: &str) {
        let source = SourceRow {
            key: key.into(),
            preset: sources::preset(preset).expect("built in").key.clone(),
            title: title.to_owned(),
            auth: serde_json::to_string(&Auth::UrlToken).expect("JSON"),
            secret: SecretString::from(token_hash(TOKEN)),
            secret_before: None,
            before_until: None,
            region: Some("DE".to_owned()),
            mapping: None,
            paused: false,
            created_at: self.clock.now(),
        };
        self.core.store.add_source(source, self.by("test")).await.expect("the source is added");
    }

    /// Stops the app as if it had been killed and starts it again on the same database; the chat goes on.
    pub(crate) async fn restart(self) -> Self {
        let (sandbox, clock, place) = self.leave().await;
        Self::start(sandbox, clock, place, Door::Gateway).await
    }

    async fn leave(mut self) -> (Arc<Sandbox>, Clock, Place) {
        self.stop.cancel();
        while self.tasks.join_next().await.is_some() {}
        (self.sandbox, self.clock, self.place)
    }

    /// Runs the program on the same database, beside this one, to its end; what it printed.
    pub(crate) async fn program(&self, arguments: &[&str], env: &[(&str, &str)]) -> String {
        let database = format!("sqlite://{}", self.place.folder.path().join("leadbell.db").display());
        let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_leadbell"));
        command.args(arguments).current_dir(self.place.folder.path()).env_clear();
        let ran = command.env("LEADBELL_DATABASE_URL", database).envs(env.iter().copied()).output().await.expect("it runs");
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        String::from_utf8(ran.stdout).expect("text")
    }

    pub(crate) fn by(&self, actor: &str) -> AuditEntry {
        AuditEntry { at: self.clock.now(), actor: actor.to_owned(), deed: "test".to_owned(), about: String::new() }
    }

    /// The chat drops its connection and takes no new one; ours knows it.
    pub(crate) async fn chat_goes(&self) {
        self.sandbox.faults().gateway(GatewayFault::Down);
        self.until_linked(0).await;
    }

    /// The chat takes connections again, and one stands.
    pub(crate) async fn chat_comes_back(&self) {
        self.sandbox.faults().gateway(GatewayFault::Up);
        self.until_linked(1).await;
        self.rest().await;
    }

    async fn until_linked(&self, connected: i64) {
        let seen = async {
            while self.core.metrics.chat_connected.get() != connected {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(30), seen).await.expect("the connection changes");
    }

    /// The file of the database.
    pub(crate) fn database(&self) -> PathBuf {
        self.place.database()
    }

    /// Where the website's form posts to.
    pub(crate) fn hook(&self, source: &str) -> String {
        format!("{}/hooks/{source}/{TOKEN}", self.http)
    }

    /// Sends a lead by the form, and lets everything come to rest.
    pub(crate) async fn lead(&self, name: &str, need: &str) {
        let address = name.to_lowercase().replace(' ', ".");
        let body = serde_json::json!({"name": name, "email": format!("{address}@example.com"), "phone": "+49 30 23125 014", "company": format!("{name} Works"), "message": need});
        let status = self.post(&self.hook("website"), "application/json", body.to_string()).await;
        assert_eq!(status, 200);
        self.rest().await;
    }

    /// Sends a form as somebody filled it, and lets everything come to rest.
    pub(crate) async fn form(&self, source: &str, filled: serde_json::Value) {
        assert_eq!(self.post(&self.hook(source), "application/json", filled.to_string()).await, 200);
        self.rest().await;
    }

    /// How many leads there are.
    pub(crate) async fn leads(&self) -> i64 {
        self.core.store.counts().await.expect("the store can be read").leads
    }

    pub(crate) async fn post(&self, url: &str, content_type: &str, body: impl Into<reqwest::Body>) -> u16 {
        let sent = reqwest::Client::new().post(url).header("content-type", content_type).body(body).send().await;
        sent.expect("the server answers").status().as_u16()
    }

    /// Everything that is due now is done.
    pub(crate) async fn rest(&self) {
        self.works.settle().await;
    }

    /// Moves the clock on, stopping at everything that comes due on the way.
    pub(crate) async fn forward(&self, span: Duration) {
        let until = self.clock.now() + span;
        self.rest().await;
        while let Some(due) = self.works.next_due().await.filter(|due| *due <= until) {
            self.clock.advance((due - self.clock.now()).max(Duration::milliseconds(1)));
            self.rest().await;
        }
        self.clock.advance((until - self.clock.now()).max(Duration::zero()));
        self.rest().await;
    }

    pub(crate) fn somebody(&self, handle: &str) -> Somebody<'_> {
        Somebody::new(self, handle)
    }

    /// What stands in a channel for everybody, oldest first.
    pub(crate) fn channel(&self, name: &str) -> Vec<Seen> {
        let id = self.sandbox.channel_by_name(name).unwrap_or_else(|| panic!("a channel {name}"));
        self.sandbox.messages(id).into_iter().filter(|m| m["flags"].as_u64().unwrap_or(0) & 64 == 0).map(Seen).collect()
    }

    /// What stands in the newest thread of a channel, oldest first.
    pub(crate) fn thread(&self, channel: &str) -> Vec<Seen> {
        self.threads(channel).pop().expect("a thread")
    }

    /// What stands in each thread of a channel, oldest first.
    pub(crate) fn threads(&self, channel: &str) -> Vec<Vec<Seen>> {
        let id = self.sandbox.channel_by_name(channel).unwrap_or_else(|| panic!("a channel {channel}"));
        let mut threads: Vec<_> = self.sandbox.threads(id).iter().map(|thread| sight::snowflake(&thread["id"])).collect();
        threads.sort_unstable();
        threads.into_iter().map(|thread| self.sandbox.messages(thread).into_iter().map(Seen).collect()).collect()
    }

    /// The one card in a channel that says this.
    pub(crate) fn card(&self, channel: &str, says: &str) -> Seen {
        let mut cards: Vec<Seen> = self.channel(channel).into_iter().filter(|m| m.text().contains(says)).collect();
        assert_eq!(
            cards.len(),
            1,
            "one card with {says:?} in #{channel}, found {:#?}",
            self.channel(channel).iter().map(Seen::text).collect::<Vec<_>>()
        );
        cards.remove(0)
    }

    /// Nothing is due, and everything holds that must.
    pub(crate) async fn ends_clean(self) {
        self.rest().await;
        let findings = self.core.store.audit(self.clock.now()).await.expect("the audit runs");
        let broken: Vec<_> = findings.into_iter().filter(|f| !f.broken.is_empty()).collect();
        assert!(broken.is_empty(), "{broken:#?}");
        self.leave().await;
    }
}

#[derive(Clone, Copy)]
enum Door {
    Gateway,
    Http,
}

/// Where the requests of this test are kept to be judged, when somebody wants to judge them.
fn traffic() -> Option<PathBuf> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::SeqCst);
    std::env::var_os("LEADBELL_TRAFFIC_DIR")
        .map(|dir| PathBuf::from(dir).join(format!("it-{}-{count}.jsonl", std::process::id())))
}
