//! One process after the other on the same file. Each has its own runtime; when it ends, everything that it had under way is dropped,
//! and what it had not committed has not happened.

use std::future::Future;
use std::path::Path;
use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::task::Poll;

use leadbell::delivery::{Cards, Delivery, Digests, Notices};
use leadbell::domain::ids::TeamKey;
use leadbell::domain::person::Rights;
use leadbell::engine::day::{Days, Plan};
use leadbell::engine::pump::Pump;
use leadbell::engine::scores::{Scores, Walk};
use leadbell::engine::tick::{Loop as _, Ticked};
use leadbell::mailer::Mailer;
use leadbell::playbook::Playbook;
use leadbell::settings::{Smtp, Transport};
use leadbell::store::{AuditEntry, Grant, Options, SourceRow, Store};
use tokio::runtime::{Builder, Runtime};

use super::days;
use super::eye::Eye;
use super::link::Link;
use super::world::{At, World};

/// A process.
pub(super) struct Life {
    // Fields are dropped in this order: the store and its connections before the runtime.
    pub(super) store: Store,
    scores: Scores,
    days: Days,
    digests: Digests,
    world: Arc<World>,
    eye: Arc<Eye>,
    runtime: Runtime,
}

/// Where a process ends that ends at a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Last {
    /// Once it is made, and before anybody hears of it.
    Commit(u64),
    /// Once its answer was heard, and what follows was begun and has not come to a commit.
    Answer(u64),
}

/// What came of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// It ran to its end.
    Well,
    /// The process ended in the middle.
    Crashed,
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime can be made")
}

fn database(folder: &Path) -> std::path::PathBuf {
    folder.join("leadbell.db")
}

async fn open(folder: &Path, now: chrono::DateTime<chrono::Utc>) -> Store {
    let options = Options { path: database(folder), seed: Playbook::example().to_owned() };
    Store::open(&options, now).await.expect("the database opens")
}

impl Life {
    /// The first process of a world: people and sources are there, and this seed's playbook is put in force.
    pub(super) fn first(world: &Arc<World>) -> Self {
        std::fs::write(database(&world.folder), template()).expect("the folder takes a file");
        let life = Self::begin(world.clone(), None);
        let by =
            AuditEntry { at: world.now(), actor: "shell".to_owned(), deed: "playbook.apply".to_owned(), about: String::new() };
        let text = world.state().plan.playbook.clone();
        life.runtime.block_on(life.store.apply_playbook(text, by)).expect("the playbook is right");
        if world.state().plan.report {
            life.runtime.block_on(days::let_a_report_come(&life.store, world.now()));
        }
        life
    }

    fn begin(world: Arc<World>, eye: Option<Arc<Eye>>) -> Self {
        let runtime = runtime();
        let now = world.now();
        let store = runtime.block_on(open(&world.folder, now));
        let eye = eye.unwrap_or_else(|| Arc::new(runtime.block_on(Eye::open(&database(&world.folder)))));
        world.rise();
        let scores = Scores { store: store.clone(), clock: world.clock.clone(), nudge: Arc::default(), walk: Walk::default() };
        let again = || (store.clone(), world.clock.clone(), Arc::default());
        let (of, clock, nudge) = again();
        let days = Days { store: of, clock, nudge, plan: Plan::default() };
        let (of, clock, nudge) = again();
        let digests = Digests { store: of, clock, nudge };
        Self { store, scores, days, digests, world, eye, runtime }
    }

    /// This process ends as it stands, and another begins.
    pub(super) fn again(self) -> Self {
        let Self { store, scores, days, digests, world, eye, runtime } = self;
        drop((store, scores, days, digests));
        drop(runtime);
        world.state().crashes += 1;
        world.say("a new process begins");
        Self::begin(world, Some(eye))
    }

    /// Does something until it is done or the process ends: by itself in a call to the chat, or once so many commits more were made.
    pub(super) fn run<F: Future>(&self, last: Option<Last>, work: F) -> Ended {
        let end = last.map(|(Last::Commit(more) | Last::Answer(more))| self.store.commits() + more);
        let hears = matches!(last, Some(Last::Answer(_)));
        self.runtime.block_on(async {
            let mut work = pin!(work);
            std::future::poll_fn(|cx| {
                // Asked before the work goes on, so that it does not depend on how often and why this is polled.
                let ends = end.is_some_and(|end| self.store.commits() >= end);
                let heard = if ends && !hears { Poll::Pending } else { work.as_mut().poll(cx) };
                if ends {
                    self.world.crash("between two commits");
                    return Poll::Ready(Ended::Crashed);
                }
                match heard {
                    Poll::Ready(_) if !self.world.is_crashed() => Poll::Ready(Ended::Well),
                    Poll::Ready(_) => Poll::Ready(Ended::Crashed),
                    Poll::Pending if self.world.is_crashed() => Poll::Ready(Ended::Crashed),
                    Poll::Pending => Poll::Pending,
                }
            })
            .await
        })
    }

    /// Does something that cannot end the process, and says what came of it.
    pub(super) fn see<F: Future>(&self, work: F) -> F::Output {
        self.runtime.block_on(work)
    }

    pub(super) fn eye(&self) -> &Arc<Eye> {
        &self.eye
    }

    /// One pass of each loop, in this order.
    pub(super) async fn pass(&self) -> Ticked {
        let pumped = self.pump_once().await;
        let scored = self.scores_once().await;
        let told = self.days.tick().await.and(self.digests.tick().await);
        pumped.and(scored).and(told).and(self.cards_once().await).and(self.notices_once().await)
    }

    pub(super) async fn pump_once(&self) -> Ticked {
        self.at_work(At::Elsewhere);
        pumped(&self.world, &self.store).await
    }

    /// Looks what leads are worth by now.
    async fn scores_once(&self) -> Ticked {
        self.at_work(At::Elsewhere);
        let ticked = self.scores.tick().await;
        self.world.say(format!("{} scores are looked at", ticked.done));
        ticked
    }

    pub(super) async fn cards_once(&self) -> Ticked {
        self.at_work(At::Cards);
        Cards(self.delivery()).tick().await
    }

    pub(super) async fn notices_once(&self) -> Ticked {
        self.at_work(At::Notices);
        Notices(self.delivery()).tick().await
    }

    fn at_work(&self, at: At) {
        self.world.state().at_work = at;
    }

    fn delivery(&self) -> Delivery<Link> {
        let link = Link { world: self.world.clone(), store: self.store.clone(), eye: self.eye.clone() };
        delivery(&self.world, &self.store, Arc::new(link))
    }
}

/// A mail server is named, so that sequences write; nobody sends here what they have written.
fn post() -> Mailer {
    let mailer = Mailer::default();
    let from = "Acme <sales@acme.example>".parse().expect("is an address");
    mailer.connect(Smtp { host: "127.0.0.1".to_owned(), port: 25, transport: Transport::Local, from, login: None });
    mailer
}

/// Works what waits, one thing at a time.
pub(super) async fn pumped(world: &World, store: &Store) -> Ticked {
    let (spool, standstill) = {
        let state = world.state();
        (state.spool.clone(), state.standstill.clone())
    };
    let pump = Pump {
        store: store.clone(),
        spool,
        clock: world.clock.clone(),
        nudge: Arc::default(),
        mailer: post(),
        standstill,
        width: 1,
    };
    let ticked = pump.tick().await;
    world.say(format!("the pump does {}", ticked.done));
    ticked
}

/// Brings things to the chat, one at a time.
pub(super) fn delivery(world: &World, store: &Store, platform: Arc<Link>) -> Delivery<Link> {
    let state = world.state();
    let born = store.born();
    Delivery { store: store.clone(), platform, clock: world.clock.clone(), chance: state.chance.clone(), width: 1, born }
}

/// A database with people and sources, made once.
fn template() -> &'static [u8] {
    static TEMPLATE: OnceLock<Vec<u8>> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let start = "2026-09-01T00:00:00Z".parse().expect("is a time");
        let runtime = runtime();
        let store = runtime.block_on(async {
            let store = open(folder.path(), start).await;
            for key in ["demo", "abroad"] {
                assert!(store.add_source(source(key, start), entry(start)).await.expect("the store takes a source"));
            }
            for (handle, rights, teams) in PEOPLE {
                let teams = teams.iter().map(|t| TeamKey::from(*t)).collect();
                let person = store.meet(visitor(handle), *rights, teams, start).await.expect("the store takes a person");
                if *handle == "ann" {
                    let set = store.set_skill(person, "german".into(), Grant::Given, entry(start)).await;
                    assert_eq!(set, Ok(true), "the store takes a skill");
                }
            }
            store
        });
        drop(store);
        drop(runtime);
        checkpointed(&database(folder.path()))
    })
}

fn checkpointed(database: &Path) -> Vec<u8> {
    use sqlx::{ConnectOptions as _, Connection as _};
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(database);
    runtime().block_on(async {
        let mut conn = options.connect().await.expect("the database opens");
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut conn).await.expect("the log is folded in");
        conn.close().await.expect("the database closes");
    });
    std::fs::read(database).expect("the database can be read")
}

/// Handle, rights, teams.
const PEOPLE: &[(&str, Rights, &[&str])] = &[
    ("ann", Rights::Rep, &["dach"]),
    ("ben", Rights::Rep, &["dach", "world"]),
    ("cid", Rights::Rep, &["world"]),
    ("may", Rights::Manager, &[]),
    ("gus", Rights::Guest, &[]),
];

fn visitor(handle: &str) -> leadbell::chat::Visitor {
    leadbell::chat::Visitor {
        chat_id: format!("u-{handle}"),
        handle: handle.to_owned(),
        name: handle.to_uppercase(),
        roles: Vec::new(),
        administers: false,
        locale: "en".to_owned(),
        in_guild: true,
    }
}

fn source(key: &str, at: chrono::DateTime<chrono::Utc>) -> SourceRow {
    SourceRow {
        key: key.into(),
        preset: "generic".to_owned(),
        title: key.to_owned(),
        auth: r#"{"scheme":"bearer"}"#.to_owned(),
        secret: "s".to_owned().into(),
        secret_before: None,
        before_until: None,
        region: None,
        mapping: None,
        paused: false,
        created_at: at,
    }
}

/// The record of something done from a shell.
pub(super) fn entry(at: chrono::DateTime<chrono::Utc>) -> AuditEntry {
    AuditEntry { at, actor: "shell".to_owned(), deed: "test".to_owned(), about: String::new() }
}
