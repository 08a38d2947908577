//! What the stories share: a small company on the stand-in, the adapter pointed at it, and somebody who answers.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use leadbell::chat::discord::{Access, Discord, Gateway, GatewayEnd, Link, Patience};
use leadbell::chat::{Answer, Answering, Inbound, Nonce, Place, Platform, Receipt};
use leadbell::domain::ids::PersonId;
use leadbell::domain::message::{Button, Look, Row, View};
use leadbell::domain::text::Text;
use sandbox::{Limits, Permissions, Person, Role, Sandbox, SandboxOptions, Snowflake, TextChannel, World};
use serde_json::Value;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// Ann, as the company knows her.
pub(crate) const ANN: PersonId = PersonId(7);
/// A token of a control.
pub(crate) const CLAIM: &str = "lb1:claim:sy:1";
/// How long anything may take that happens by itself.
pub(crate) const SOON: Duration = Duration::from_secs(20);

pub(crate) fn acme() -> World {
    World::new("Acme")
        .role(Role::new("sales"))
        .person(Person::new("ann").display("Ann").role("sales"))
        .person(Person::new("ben").display("Ben"))
        .channel(TextChannel::new("leads"))
        .channel(TextChannel::new("locked").overwrite(sandbox::For::Everyone, Permissions::NONE, Permissions::VIEW_CHANNEL))
}

/// Where the requests of this test are kept to be judged, when somebody wants to judge them.
fn traffic() -> Option<std::path::PathBuf> {
    static COUNT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let count = COUNT.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
    std::env::var_os("LEADBELL_TRAFFIC_DIR")
        .map(|dir| std::path::PathBuf::from(dir).join(format!("discord-{}-{count}.jsonl", std::process::id())))
}

pub(crate) struct Bed {
    pub(crate) sandbox: Sandbox,
    pub(crate) discord: Discord,
}

impl Bed {
    pub(crate) async fn new() -> Self {
        Self::of(acme(), SandboxOptions { limits: Limits::off(), ..SandboxOptions::default() }).await
    }

    pub(crate) async fn of(world: World, options: SandboxOptions) -> Self {
        let options = SandboxOptions { request_log: traffic(), ..options };
        let sandbox = Sandbox::start(world, "127.0.0.1:0", options).await.unwrap();
        let token = sandbox.token();
        let discord = discord(&sandbox, &token);
        Self { sandbox, discord }
    }

    pub(crate) fn person(&self, name: &str) -> Snowflake {
        self.sandbox.user_by_name(name).unwrap()
    }

    pub(crate) fn channel(&self, name: &str) -> Snowflake {
        self.sandbox.channel_by_name(name).unwrap()
    }

    /// What stands in `#leads`.
    pub(crate) fn leads(&self) -> Vec<Value> {
        self.sandbox.messages(self.channel("leads"))
    }

    pub(crate) fn message(&self, at: &Receipt) -> Option<Value> {
        self.sandbox.message(at.message.parse().unwrap())
    }

    /// A card with one button, in `#leads`.
    pub(crate) async fn card(&self) -> Receipt {
        self.discord.post(&leads(), &card("NEW L-1042"), &Nonce("card-1".into())).await.unwrap()
    }

    /// Opens the gateway for somebody who answers so.
    pub(crate) async fn answered_by(&self, desk: &Arc<Desk>, patience: Patience) -> Live {
        let (gateway, mut link) = Gateway::new(self.discord.clone(), Arc::clone(desk), patience);
        let shutdown = CancellationToken::new();
        let running = tokio::spawn(gateway.run(shutdown.clone()));
        tokio::time::timeout(SOON, link.wait_for(|l| l.connected)).await.expect("connects").unwrap();
        Live { link, shutdown, running }
    }

    /// Nothing that was sent was refused as malformed.
    pub(crate) fn ends_clean(&self) {
        let wrong: Vec<_> = self.sandbox.requests().into_iter().filter(|r| r.status == 400 || r.status == 401).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}

pub(crate) fn discord(sandbox: &Sandbox, token: &str) -> Discord {
    let access =
        Access { token: token.to_owned().into(), guild: sandbox.guild_id().get(), api_url: sandbox.base_url().to_owned() };
    let ann = sandbox.user_by_name("ann").map(|id| id.to_string());
    Discord::new(&access, Arc::new(move |id| if id == ANN { ann.clone() } else { None })).unwrap()
}

/// A gateway that is open.
pub(crate) struct Live {
    pub(crate) link: watch::Receiver<Link>,
    pub(crate) shutdown: CancellationToken,
    pub(crate) running: tokio::task::JoinHandle<Result<(), GatewayEnd>>,
}

impl Live {
    pub(crate) async fn until(&mut self, holds: impl FnMut(&Link) -> bool) -> Link {
        *tokio::time::timeout(SOON, self.link.wait_for(holds)).await.expect("happens soon").unwrap()
    }

    pub(crate) async fn close(self) {
        self.shutdown.cancel();
        tokio::time::timeout(SOON, self.running).await.expect("ends soon").unwrap().unwrap();
    }
}

/// Answers, and keeps what was asked.
pub(crate) struct Desk {
    reply: Box<dyn Fn(&Inbound) -> Answer + Send + Sync>,
    pub(crate) asked: Mutex<Vec<Inbound>>,
    /// Closed: answers wait until it opens.
    gate: watch::Sender<bool>,
}

impl Desk {
    pub(crate) fn saying(reply: impl Fn(&Inbound) -> Answer + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self { reply: Box::new(reply), asked: Mutex::default(), gate: watch::Sender::new(true) })
    }

    pub(crate) fn close(&self) {
        self.gate.send_replace(false);
    }

    pub(crate) fn open(&self) {
        self.gate.send_replace(true);
    }

    pub(crate) fn last(&self) -> Inbound {
        self.asked.lock().unwrap().last().unwrap().clone()
    }
}

impl Answering for Desk {
    async fn answer(&self, inbound: Inbound) -> Answer {
        let answer = (self.reply)(&inbound);
        self.asked.lock().unwrap().push(inbound);
        self.gate.subscribe().wait_for(|open| *open).await.unwrap();
        answer
    }
}

pub(crate) fn leads() -> Place {
    Place::Channel("leads".into())
}

pub(crate) fn card(title: &'static str) -> View {
    let claim = Button { label: "Claim".into(), action: CLAIM.into(), look: Look::Primary };
    View {
        title: title.into(),
        lines: vec!["Dana, Acme Robotics".into()],
        rows: vec![Row::Buttons(vec![claim])],
        ..View::default()
    }
}

pub(crate) fn words(text: &'static str) -> View {
    View { lines: vec![Text::plain(text)], ..View::default() }
}
