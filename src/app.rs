//! The composition root: the only file that sees everything. Builds the parts, starts the loops, watches over them, stops them in order.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::chat::Platform;
use crate::clock::Clock;
use crate::delivery::{Cards, Chance, Delivery, Digests, Mails, Notices};
use crate::desk::Desk;
use crate::desk::commands::{Drafts, Fetch};
use crate::engine::day::{Days, Plan};
use crate::engine::fetch::Fetches;
use crate::engine::pump::Pump;
use crate::engine::scores::{Scores, Walk};
use crate::engine::silence::{Next, Silence};
use crate::engine::standstill::Standstill;
use crate::engine::tick::{self, Loop as _, Ticked};
use crate::intake::spool::Spool;
use crate::mailer::Mailer;
use crate::providers::Providers;
use crate::settings;
use crate::store::{Options, Store, StoreError};
use crate::web::greetings;
use crate::web::hooks::{self, Hooks};
use crate::web::limits::Limits;
use crate::web::metrics::Metrics;
use crate::web::probes::{self, Health};
use crate::web::server;

/// Passes after which a world that never rests is called broken.
const SETTLE_PASSES: usize = 10_000;

/// Things under way at a time, in each loop.
const WIDTH: usize = 32;

/// Requests to providers under way at a time: they count them.
const FETCH_WIDTH: usize = 16;

/// How often what other programs wrote is looked for.
const HOUSEKEEPING: Duration = Duration::from_secs(2);

/// Every so many rounds of housekeeping, old marks are forgotten: about once an hour.
const FORGET_EVERY: u32 = 1_800;

/// What the parts are built from.
#[derive(Debug, Clone)]
pub struct Start {
    /// The database file.
    pub database: PathBuf,
    /// The playbook that an empty database starts with.
    pub seed: String,
    /// Where requests go that the database refuses.
    pub spool: PathBuf,
    /// What the world calls this server.
    pub public_url: String,
    /// How much is taken.
    pub limits: settings::Limits,
    /// Where providers are asked.
    pub providers: settings::ProviderUrls,
}

/// Everything but the chat.
#[derive(Debug, Clone)]
pub struct Core {
    /// All that is kept.
    pub store: Store,
    /// Tells the time.
    pub clock: Clock,
    /// Poked after every change.
    pub nudge: Arc<Notify>,
    /// Requests that the database refused.
    pub spool: Arc<Spool>,
    /// The figures.
    pub metrics: Arc<Metrics>,
    /// The one source of chance.
    pub chance: Chance,
    /// Answers what people do.
    pub desk: Arc<Desk>,
    /// Whether the chat can be reached.
    pub standstill: Standstill,
    providers: Providers,
    limits: Arc<Limits>,
    taken: settings::Limits,
    public_url: String,
}

impl Core {
    /// Opens the database and builds the parts.
    ///
    /// # Errors
    /// What is wrong with the database.
    pub async fn open(start: &Start, clock: Clock, chance: Chance) -> Result<Self, StoreError> {
        let options = Options { path: start.database.clone(), seed: start.seed.clone() };
        let store = Store::open(&options, clock.now()).await?;
        let providers = Providers::new(&start.providers).map_err(|e| StoreError::Other(format!("outgoing HTTP: {e}")))?;
        let nudge = Arc::new(Notify::new());
        let desk = Desk {
            store: store.clone(),
            clock: clock.clone(),
            nudge: nudge.clone(),
            public_url: start.public_url.clone(),
            chance: chance.clone(),
            fetch: Fetch::default(),
            drafts: Drafts::default(),
            mailer: Mailer::default(),
        };
        Ok(Self {
            store,
            nudge,
            spool: Arc::new(Spool::new(&start.spool, start.limits.spool_bytes)),
            metrics: Arc::default(),
            desk: Arc::new(desk),
            standstill: Standstill::default(),
            providers,
            limits: Arc::new(Limits::new(start.limits.per_minute, start.limits.burst)),
            taken: start.limits.clone(),
            public_url: start.public_url.clone(),
            clock,
            chance,
        })
    }

    /// What answers over HTTP, the chat's own door excepted.
    pub fn router(&self) -> Router {
        let hooks = Hooks {
            store: self.store.clone(),
            spool: self.spool.clone(),
            limits: self.limits.clone(),
            metrics: self.metrics.clone(),
            clock: self.clock.clone(),
            nudge: self.nudge.clone(),
            public_url: self.public_url.clone(),
            body_max: self.taken.body_bytes,
            body_within: self.taken.body_time,
        };
        let health = Health { store: self.store.clone(), metrics: self.metrics.clone() };
        let probes = Router::new()
            .route("/healthz", get(probes::healthz))
            .route("/readyz", get(probes::readyz))
            .route("/metrics", get(probes::metrics))
            .with_state(health);
        Router::new()
            .route("/hooks/{source}", post(hooks::by_source).get(greetings::by_source))
            .route("/hooks/{source}/{token}", post(hooks::by_token).get(greetings::by_token))
            .route("/signals/{source}", post(hooks::signals_by_source).get(greetings::by_source))
            .route("/signals/{source}/{token}", post(hooks::signals_by_token).get(greetings::by_token))
            .with_state(hooks)
            .merge(probes)
    }

    /// The loops, for this chat.
    pub fn works<P: Platform>(&self, platform: Arc<P>) -> Works<P> {
        let delivery = Delivery {
            store: self.store.clone(),
            platform,
            clock: self.clock.clone(),
            chance: self.chance.clone(),
            width: WIDTH,
            born: self.clock.now(),
        };
        let pump = Pump {
            store: self.store.clone(),
            spool: self.spool.clone(),
            clock: self.clock.clone(),
            nudge: self.nudge.clone(),
            mailer: self.desk.mailer.clone(),
            standstill: self.standstill.clone(),
            width: WIDTH,
        };
        let fetches = Fetches {
            store: self.store.clone(),
            providers: self.providers.clone(),
            clock: self.clock.clone(),
            chance: self.chance.clone(),
            nudge: self.nudge.clone(),
            width: FETCH_WIDTH,
        };
        let silence =
            Silence { store: self.store.clone(), clock: self.clock.clone(), nudge: self.nudge.clone(), next: Next::default() };
        let scores =
            Scores { store: self.store.clone(), clock: self.clock.clone(), nudge: self.nudge.clone(), walk: Walk::default() };
        let mails = Mails {
            store: self.store.clone(),
            mailer: self.desk.mailer.clone(),
            clock: self.clock.clone(),
            chance: self.chance.clone(),
            nudge: self.nudge.clone(),
        };
        let digests = Digests { store: self.store.clone(), clock: self.clock.clone(), nudge: self.nudge.clone() };
        let days =
            Days { store: self.store.clone(), clock: self.clock.clone(), nudge: self.nudge.clone(), plan: Plan::default() };
        Works { pump, fetches, silence, scores, mails, digests, days, cards: Cards(delivery.clone()), notices: Notices(delivery) }
    }

    /// Starts the loops and the HTTP server; runs until told to stop or until one of them ends by itself, which is an error.
    ///
    /// # Errors
    /// The name of what ended early.
    pub async fn run<P: Platform>(&self, running: Running<P>, stop: CancellationToken) -> Result<(), Ended> {
        let Running {
            works: Works { pump, fetches, silence, scores, mails, digests, days, cards, notices },
            listener,
            router,
            others,
        } = running;
        let mut tasks = others;
        let again = || (self.clock.clone(), self.nudge.clone(), stop.clone());
        let (clock, nudge, token) = again();
        tasks.spawn(async move { named("pump", tick::run(pump, clock, nudge, token)).await });
        let (clock, nudge, token) = again();
        tasks.spawn(async move { named("fetches", tick::run(fetches, clock, nudge, token)).await });
        let (clock, nudge, token) = again();
        tasks.spawn(async move { named("silence", tick::run(silence, clock, nudge, token)).await });
        let (clock, nudge, token) = again();
        tasks.spawn(async move { named("scores", tick::run(scores, clock, nudge, token)).await });
        let (clock, nudge, token) = again();
        tasks.spawn(async move { Box::pin(named("mails", tick::run(mails, clock, nudge, token))).await });
        let (clock, nudge, token) = again();
        tasks.spawn(async move { Box::pin(named("digests", tick::run(digests, clock, nudge, token))).await });
        let (clock, nudge, token) = again();
        tasks.spawn(async move { named("days", tick::run(days, clock, nudge, token)).await });
        let (clock, nudge, token) = again();
        tasks.spawn(async move { named("cards", tick::run(cards, clock, nudge, token)).await });
        let (clock, nudge, token) = again();
        tasks.spawn(async move { named("notices", tick::run(notices, clock, nudge, token)).await });
        let token = stop.clone();
        tasks.spawn(async move { named("http", server::serve(listener, router, token)).await });
        let (keep, token) = (self.clone(), stop.clone());
        tasks.spawn(async move { named("housekeeping", keep.keep_house(token)).await });
        supervise(tasks, stop).await
    }

    async fn keep_house(&self, stop: CancellationToken) {
        for round in (0..FORGET_EVERY).cycle() {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(HOUSEKEEPING) => {}
            }
            self.limits.forget_rested();
            let kept =
                if round == 0 { self.store.forget_consumed(self.clock.now()).await } else { self.store.notice_others().await };
            if let Err(error) = kept {
                tracing::warn!(%error, "housekeeping is put off");
            }
        }
    }
}

/// The loops that work what waits.
#[derive(Debug)]
pub struct Works<P> {
    /// Deliveries and clocks.
    pub pump: Pump,
    /// What providers are asked for.
    pub fetches: Fetches,
    /// Sources that have gone quiet.
    pub silence: Silence,
    /// What open leads are worth by now.
    pub scores: Scores,
    /// E-mails to leads.
    pub mails: Mails,
    /// Reports that come by themselves.
    pub digests: Digests,
    /// What people are told about their day.
    pub days: Days,
    /// Cards.
    pub cards: Cards<P>,
    /// Notices.
    pub notices: Notices<P>,
}

impl<P: Platform> Works<P> {
    /// Passes until nothing more is due now; how many things were done.
    ///
    /// # Panics
    /// When the world never comes to rest: a rule that feeds itself.
    pub async fn settle(&self) -> usize {
        let mut done = 0;
        for _ in 0..SETTLE_PASSES {
            let pass = self.pass().await;
            if pass.done == 0 {
                return done;
            }
            done += pass.done;
        }
        panic!("after {SETTLE_PASSES} passes there is still something due: a rule feeds itself");
    }

    /// When something will be due by itself, as far as is known.
    pub async fn next_due(&self) -> Option<chrono::DateTime<chrono::Utc>> {
        self.pass().await.next_due
    }

    async fn pass(&self) -> Ticked {
        let taken = self.pump.tick().await.and(self.fetches.tick().await).and(self.silence.tick().await);
        let taken = taken.and(self.scores.tick().await).and(self.mails.tick().await).and(self.digests.tick().await);
        let taken = taken.and(self.days.tick().await);
        taken.and(self.cards.tick().await).and(self.notices.tick().await)
    }
}

/// What runs side by side.
#[derive(Debug)]
pub struct Running<P> {
    /// The loops.
    pub works: Works<P>,
    /// Where HTTP comes in.
    pub listener: TcpListener,
    /// What answers there.
    pub router: Router,
    /// Anything else that must not end by itself: the chat's gateway.
    pub others: JoinSet<Named>,
}

/// The name of a task, and how it ended.
pub type Named = (&'static str, Result<(), String>);

/// Something that must not end has ended.
#[derive(Debug, thiserror::Error)]
#[error("{name} ended: {why}")]
pub struct Ended {
    /// What.
    pub name: &'static str,
    /// Why.
    pub why: String,
}

async fn named(name: &'static str, task: impl Future<Output = ()>) -> Named {
    task.await;
    (name, Ok(()))
}

/// Waits for all. The first that ends before it was told to stops the others.
async fn supervise(mut tasks: JoinSet<Named>, stop: CancellationToken) -> Result<(), Ended> {
    let mut early = None;
    while let Some(joined) = tasks.join_next().await {
        let told = stop.is_cancelled();
        let ended = match joined {
            Ok((_, Ok(()))) if told => continue,
            Ok((name, Ok(()))) => Ended { name, why: "nobody told it to".to_owned() },
            Ok((name, Err(why))) => Ended { name, why },
            Err(panic) => Ended { name: "a task", why: panic.to_string() },
        };
        tracing::error!(name = ended.name, why = ended.why, "a part ended by itself: stopping the others");
        stop.cancel();
        early.get_or_insert(ended);
    }
    early.map_or(Ok(()), Err)
}
