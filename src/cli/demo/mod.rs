//! `leadbell demo`: the product against a local stand-in for the chat. No account, no network, nothing kept.

mod history;
mod rush;
mod world;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use chrono::{DateTime, Utc};
use sandbox::{Limits, Sandbox, SandboxOptions};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use self::world::Doors;
use super::serve::with_discord;
use crate::app::{Core, Start};
use crate::chat::Visitor;
use crate::clock::Clock;
use crate::delivery::Chance;
use crate::domain::day;
use crate::intake::sources;
use crate::intake::verify::token_hash;
use crate::settings::{Discord, Ingress, ProviderUrls, Settings};
use crate::store::{AuditEntry, SourceRow};

/// Most stops on the way when the clock is moved on.
const STOPS_MAX: usize = 500;

/// How long the loops get at each stop.
const STOP: Duration = Duration::from_millis(20);

/// How the demo starts.
#[derive(Debug, Clone)]
pub struct Demo {
    /// The page's port; another one is taken when it is in use.
    pub port: u16,
    /// Whether a week of history are told first.
    pub history: History,
    /// One line of JSON per request to the stand-in, for whoever wants to check them.
    pub request_log: Option<PathBuf>,
    /// Where e-mail templates are sent; they are links only when `None`.
    pub mail: Option<String>,
}

/// Whether a week of history are told first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum History {
    /// Yes.
    Told,
    /// No: an empty pipeline.
    None,
}

/// Runs until told to stop. `say` is given what the person at the terminal reads.
///
/// # Errors
/// What keeps it from running.
pub async fn demo(demo: &Demo, say: impl Fn(&str), stop: CancellationToken) -> Result<()> {
    let settings = settings(demo.mail.as_deref())?;
    let folder = Folder::new()?;
    let clock = Clock::shifted();
    let page = listen(demo.port).await?;
    let hooks = TcpListener::bind("127.0.0.1:0").await.context("a port for the hooks")?;
    let base = format!("http://{}", hooks.local_addr()?);
    let chance = Chance::of_the_machine();
    let doors = doors(&base, &chance);
    let sandbox =
        Sandbox::start_on(page, world::world(&doors.urls), sandbox_options(&clock, demo)).context("the stand-in for the chat")?;
    let core = Core::open(&start(&folder, &base, &settings), clock, chance).await.context("the demo's database")?;
    if let Some(smtp) = settings.smtp {
        core.desk.mailer.connect(smtp);
    }
    doors.add_sources(&core).await?;
    let sandbox = Arc::new(sandbox);
    let mut running = with_discord(&core, &chat(&sandbox), hooks, &stop).await?;
    running.router = running.router.merge(clock_route(&core, &sandbox)).merge(rush::route(&core));
    if demo.history == History::Told {
        say("Telling a week of history first; a few seconds ...");
        history::tell(&core, &running.works, &visitors(&sandbox)).await?;
        sandbox.clock_moved();
    }
    say(&format!(
        "\n  Open {}/\n\n  The page is the chat: switch between people, press buttons, type /help.\n  Or ring the bell from here:\n\n  curl {} -H 'Content-Type: application/json' \\\n    -d '{{\"name\":\"Iris Novak\",\"email\":\"iris@novak.example\",\"company\":\"Novak Labs\",\"message\":\"Can you show us the picker?\"}}'\n\n  Ctrl-C ends it; nothing is kept.\n",
        sandbox.base_url(),
        doors.urls.form
    ));
    core.run(running, stop).await?;
    Ok(())
}

/// The wished port, or any.
async fn listen(port: u16) -> Result<TcpListener> {
    match TcpListener::bind(("127.0.0.1", port)).await {
        Ok(listener) => Ok(listener),
        Err(_) => TcpListener::bind("127.0.0.1:0").await.context("a port for the page"),
    }
}

struct DoorKeys {
    urls: Doors,
    tokens: [(&'static str, &'static str, String); 3],
}

fn doors(base: &str, chance: &Chance) -> DoorKeys {
    let token = || hex::encode(chance.bytes::<12>());
    let (website, fair, webinar) = (token(), token(), token());
    let urls = Doors {
        form: format!("{base}/hooks/website/{website}"),
        fair: format!("{base}/hooks/trade-fair/{fair}"),
        clock: format!("{base}/demo/clock"),
        rush: format!("{base}/demo/rush"),
    };
    DoorKeys {
        urls,
        tokens: [
            ("website", "Website form", website),
            ("trade-fair", "Trade fair", fair),
            ("webinar", "Webinar sign-up", webinar),
        ],
    }
}

impl DoorKeys {
    async fn add_sources(&self, core: &Core) -> Result<()> {
        let now = core.clock.now();
        let preset = sources::preset("generic").context("the generic preset is built in")?;
        for (key, title, token) in &self.tokens {
            let source = SourceRow {
                key: (*key).into(),
                preset: preset.key.clone(),
                title: (*title).to_owned(),
                auth: serde_json::to_string(&crate::intake::verify::Auth::UrlToken)?,
                secret: SecretString::from(token_hash(token)),
                secret_before: None,
                before_until: None,
                region: Some("DE".to_owned()),
                mapping: None,
                paused: false,
                created_at: now,
            };
            let by = AuditEntry { at: now, actor: "demo".to_owned(), deed: "source.add".to_owned(), about: (*key).to_owned() };
            core.store.add_source(source, by).await?;
        }
        Ok(())
    }
}

fn sandbox_options(clock: &Clock, demo: &Demo) -> SandboxOptions {
    let clock = clock.clone();
    SandboxOptions {
        clock: Arc::new(move || clock.now()),
        limits: Limits::off(),
        request_log: demo.request_log.clone(),
        ..SandboxOptions::default()
    }
}

/// The usual settings; with a mail server, if one is named.
fn settings(mail: Option<&str>) -> Result<Settings> {
    let text = mail.map_or_else(String::new, |url| {
        format!("[smtp]\nurl = {}\nfrom = \"Acme Robotics <sales@acme.example>\"\n", toml::Value::from(url))
    });
    Settings::read("--mail", &text, &|_| None).map_err(|problems| anyhow::anyhow!("{problems}"))
}

fn start(folder: &Folder, base: &str, settings: &Settings) -> Start {
    Start {
        database: folder.0.join("demo.db"),
        seed: world::PLAYBOOK.to_owned(),
        spool: folder.0.join("spool"),
        public_url: base.to_owned(),
        limits: settings.limits.clone(),
        // The demo needs no network: nobody is asked.
        providers: ProviderUrls(BTreeMap::new()),
    }
}

fn chat(sandbox: &Sandbox) -> Discord {
    Discord {
        token: SecretString::from(sandbox.token()),
        guild: sandbox.guild_id().get(),
        api_url: sandbox.base_url().to_owned(),
        ingress: Ingress::Gateway,
        application_id: None,
        thread_notes: true,
    }
}

fn visitors(sandbox: &Sandbox) -> Vec<Visitor> {
    let person = |handle: &str, name: &str, roles: &[&str], administers: bool| Visitor {
        chat_id: sandbox.user_by_name(handle).map(|id| id.to_string()).unwrap_or_default(),
        handle: handle.to_owned(),
        name: name.to_owned(),
        roles: roles.iter().map(|r| (*r).to_owned()).collect(),
        administers,
        locale: "en-US".to_owned(),
        in_guild: true,
    };
    vec![
        person("ann", "Ann Berg", &["sales-dach"], false),
        person("ben", "Ben Ruiz", &["sales-dach"], false),
        person("cleo", "Cleo Laurent", &["sales-world"], false),
        person("eve", "Eve Tanaka", &["sales-world"], false),
        person("may", "May Okafor", &["sales-managers"], false),
        person("ada", "Ada Lind", &["admins", "sales-managers"], true),
    ]
}

#[derive(Clone)]
struct Hand {
    core: Core,
    sandbox: Arc<Sandbox>,
}

#[derive(Deserialize)]
struct Move {
    #[serde(default)]
    minutes: i64,
    /// To the next morning, however long that takes.
    #[serde(default)]
    morning: bool,
}

fn clock_route(core: &Core, sandbox: &Arc<Sandbox>) -> Router {
    let hand = Hand { core: core.clone(), sandbox: sandbox.clone() };
    Router::new().route("/demo/clock", post(move_on)).with_state(hand)
}

/// Moves the clock on, stopping at everything that comes due on the way, as it would have been in real time.
async fn move_on(State(hand): State<Hand>, Json(ask): Json<Move>) -> Json<Value> {
    let clock = &hand.core.clock;
    let until = match ask.morning {
        true => morning(&hand.core),
        false => clock.now() + chrono::Duration::minutes(ask.minutes.clamp(1, 60 * 24 * 366)),
    };
    for _ in 0..STOPS_MAX {
        let Ok(Some(due)) = hand.core.store.next_wake().await else { break };
        if due > until {
            break;
        }
        clock.advance((due - clock.now()).max(chrono::Duration::milliseconds(1)));
        hand.core.nudge.notify_waiters();
        tokio::time::sleep(STOP).await;
    }
    clock.advance((until - clock.now()).max(chrono::Duration::zero()));
    hand.core.nudge.notify_waiters();
    hand.sandbox.clock_moved();
    Json(json!({"now": clock.now().to_rfc3339()}))
}

/// A minute after the next working day of somebody begins: then they have been told what is to be done.
fn morning(core: &Core) -> DateTime<Utc> {
    let (now, roster, playbook) = (core.clock.now(), core.store.roster(), core.store.playbook());
    let days = (0..=4).map(|days| now + chrono::Duration::days(days));
    let shifts = days.flat_map(|at| roster.iter().filter_map(|person| day::shift(person, &playbook, at)).collect::<Vec<_>>());
    let next = shifts.map(|shift| shift.from).filter(|from| *from > now).min();
    next.unwrap_or(now + chrono::Duration::days(1)) + chrono::Duration::minutes(1)
}

/// A folder that goes when the demo ends.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self> {
        let path = std::env::temp_dir().join(format!("leadbell-demo-{}", std::process::id()));
        std::fs::create_dir_all(&path).with_context(|| path.display().to_string())?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::debug!(%error, folder = %self.0.display(), "the demo's folder stays");
        }
    }
}
