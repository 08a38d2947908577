//! A company for the real program: its chat server in this process, so that it outlives the program, and a folder for the rest.

use std::path::PathBuf;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use leadbell::clock::Clock;
use leadbell::intake::sources;
use leadbell::store::{AuditEntry, Options, SourceRow, Store};
use sandbox::{Limits, Person, Role, Sandbox, SandboxOptions, TextChannel, World};
use secrecy::SecretString;
use sha2::Sha256;
use tempfile::TempDir;

/// Where leads come in, and what signs them.
const SOURCE: &str = "site";
const KEY: &[u8] = b"this key signs nothing but tests";

/// Ports that no outgoing connection is given, so that the program finds its own again after each start.
const PORTS: std::ops::Range<u16> = 20_000..30_000;

/// How soon promises come due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pace {
    /// Not while a test runs: whatever is shown wrongly stays so.
    Calm,
    /// Within seconds: reminders are sent, teams are rung and cards posted anew all the while. After the last of it nothing moves
    /// for a day.
    Hasty,
}

impl Pace {
    fn playbook(self) -> String {
        let (open, touch) = match self {
            Pace::Calm => ("20h", "20h"),
            Pace::Hasty => ("6s", "8s"),
        };
        format!(
            r#"
[company]
name = "Acme"
timezone = "Europe/Berlin"
hours = "24/7"
managers_channel = "bosses"

[[team]]
key = "sales"
channel = "leads"
role = "sales"
captain = "rep0"
ladder = [
  {{ step = "open", for = "{open}" }},
  {{ step = "mention", whom = "team", for = "20h" }},
  {{ step = "assign", to = "captain" }},
]

[promises]
first_touch = "{touch}"
release_after = "40h"
not_reached = "20h"
untouched_max = 1000

[card]
pile_from = 100000
"#
        )
    }
}

/// See the module.
pub(crate) struct Company {
    pub(crate) sandbox: Arc<Sandbox>,
    pub(crate) clock: Clock,
    folder: TempDir,
    port: u16,
    pace: Pace,
    http: reqwest::Client,
}

impl Company {
    /// With so many reps, `rep0` and on; its database has one source, and no program runs yet.
    pub(crate) async fn new(reps: usize, pace: Pace) -> Self {
        let options = SandboxOptions { limits: Limits::off(), ..SandboxOptions::default() };
        let sandbox = Sandbox::start(world(reps), "127.0.0.1:0", options).await.expect("the stand-in starts");
        let http = reqwest::Client::builder().timeout(std::time::Duration::from_secs(10)).build().expect("a client");
        let folder = tempfile::Builder::new().prefix("leadbell-").tempdir().expect("a folder");
        let company = Self { sandbox: Arc::new(sandbox), clock: Clock::system(), folder, port: free_port(), pace, http };
        company.write("leadbell.toml", &company.settings());
        company.write("playbook.toml", &pace.playbook());
        std::fs::create_dir(company.path("data")).expect("a folder");
        company.add_source().await;
        company
    }

    /// A file of the company.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// An address of the running program.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// The database, seen from beside the program.
    pub(crate) async fn store(&self) -> Store {
        let options = Options { path: self.path("data/leadbell.db"), seed: self.pace.playbook() };
        Store::open(&options, self.clock.now()).await.expect("the database opens")
    }

    /// Sends the lead of this number as its source would: the same number is the same submission. `None`: no answer came.
    pub(crate) async fn send(&self, number: u64) -> Option<u16> {
        let id = submission(number);
        let body = serde_json::json!({"type": "lead.created", "data": {
            "id": id, "full_name": format!("Visitor {number}"), "email": address(number),
            "message": format!("{id}: please call me. {}", "Thank you. ".repeat(usize::try_from(number % 50).unwrap_or(0))),
        }});
        let (body, at) = (body.to_string(), self.clock.now().timestamp());
        let mut mac = Hmac::<Sha256>::new_from_slice(KEY).expect("a key of any length");
        mac.update(format!("{id}.{at}.{body}").as_bytes());
        let signature = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        let request = self.http.post(self.url(&format!("/hooks/{SOURCE}"))).header("content-type", "application/json");
        let request = request.header("webhook-id", id).header("webhook-timestamp", at).header("webhook-signature", signature);
        request.body(body).send().await.ok().map(|answer| answer.status().as_u16())
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).expect("the folder takes a file");
    }

    fn settings(&self) -> String {
        let (port, token) = (self.port, self.sandbox.token());
        let (guild, chat, folder) = (self.sandbox.guild_id(), self.sandbox.base_url(), self.folder.path().display());
        format!(
            r#"
[http]
listen = "127.0.0.1:{port}"
[database]
url = "sqlite://{folder}/data/leadbell.db"
[playbook]
file = "{folder}/playbook.toml"
[spool]
dir = "{folder}/spool"
[discord]
token = "{token}"
guild = {guild}
api_url = "{chat}"
[limits]
per_minute = 100000
burst = 100000
"#
        )
    }

    async fn add_source(&self) {
        let preset = sources::preset("standard_webhooks").expect("it is built in");
        let now = self.clock.now();
        let source = SourceRow {
            key: SOURCE.into(),
            preset: preset.key.clone(),
            title: "The website".to_owned(),
            auth: serde_json::to_string(&preset.auth).expect("it is JSON"),
            secret: SecretString::from(format!("whsec_{}", STANDARD.encode(KEY))),
            secret_before: None,
            before_until: None,
            region: None,
            mapping: None,
            paused: false,
            created_at: now,
        };
        let by = AuditEntry { at: now, actor: "test".to_owned(), deed: "source.add".to_owned(), about: SOURCE.to_owned() };
        self.store().await.add_source(source, by).await.expect("the database takes a source");
    }
}

/// The provider's id of the submission of this number.
pub(crate) fn submission(number: u64) -> String {
    format!("submission-{number:06}-")
}

/// The e-mail address of the lead of this number; nobody else has it.
pub(crate) fn address(number: u64) -> String {
    format!("visitor{number}@example.com")
}

fn world(reps: usize) -> World {
    let mut world = World::new("Acme").bot("Leadbell").role(Role::new("sales"));
    for channel in ["leads", "bosses"] {
        world = world.channel(TextChannel::new(channel));
    }
    (0..reps).fold(world, |world, n| world.person(Person::new(&format!("rep{n}")).display(&format!("Rep No {n}")).role("sales")))
}

fn free_port() -> u16 {
    let free = |port: &u16| std::net::TcpListener::bind(("127.0.0.1", *port)).is_ok();
    let start = u16::try_from(std::process::id() % 9_973).expect("it is small");
    let ports = (PORTS.start + start..PORTS.end).chain(PORTS.start..PORTS.start + start);
    ports.into_iter().find(free).expect("one of ten thousand ports is free")
}
