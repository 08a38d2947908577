//! `leadbell serve`: runs for real, until it is told to stop.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::app::{Core, Named, Running, Start};
use crate::chat::discord::{Access, Attachments, Discord, Gateway, HttpDoor, Link, Patience, Registered, register};
use crate::clock::Clock;
use crate::commands::Catalogue;
use crate::delivery::Chance;
use crate::playbook::Playbook;
use crate::settings::{self, Ingress, Settings};
use crate::store::Lock;
use crate::web::interactions;

/// How often it is looked whether the playbook names other captains.
const CAPTAINS_AGAIN: std::time::Duration = std::time::Duration::from_secs(5);

/// Serves until the process is told to stop.
///
/// # Errors
/// What keeps it from starting, or what ended early, each with its remedy.
pub async fn serve(settings: &Settings, clock: Clock) -> Result<()> {
    let stop = CancellationToken::new();
    let told = stop.clone();
    tokio::spawn(async move {
        asked_to_stop().await;
        tracing::info!("told to stop: finishing what is under way");
        told.cancel();
    });
    serve_until(settings, clock, stop).await
}

/// Serves until `stop` is cancelled.
///
/// # Errors
/// As `serve`.
pub async fn serve_until(settings: &Settings, clock: Clock, stop: CancellationToken) -> Result<()> {
    let chat = settings.discord().map_err(|problems| anyhow::anyhow!("{problems}"))?.clone();
    let database = database_path(&settings.database_url)?;
    let _lock = Lock::take(&database)?;
    let start = Start {
        database,
        seed: seed(&settings.playbook_file)?,
        spool: settings.spool_dir.clone(),
        public_url: settings.http.public_url.clone(),
        limits: settings.limits.clone(),
        providers: settings.providers.clone(),
    };
    let core = Core::open(&start, clock, Chance::of_the_machine()).await.context("opening the database")?;
    if let Some(smtp) = &settings.smtp {
        core.desk.mailer.connect(smtp.clone());
    }
    let listener =
        TcpListener::bind(settings.http.listen).await.with_context(|| format!("[http] listen = \"{}\"", settings.http.listen))?;
    let running = with_discord(&core, &chat, listener, &stop).await?;
    tracing::info!(listen = %settings.http.listen, url = core_url(settings), "serving");
    core.run(running, stop).await?;
    Ok(())
}

fn core_url(settings: &Settings) -> &str {
    &settings.http.public_url
}

/// Connects a core to Discord: registers the commands, opens the door that the settings name.
///
/// # Errors
/// When the settings cannot lead to Discord. A Discord that is away is waited for.
pub async fn with_discord(
    core: &Core,
    chat: &settings::Discord,
    listener: TcpListener,
    stop: &CancellationToken,
) -> Result<Running<Discord>> {
    let store = core.store.clone();
    let chat_ids = Arc::new(move |person| store.roster().get(person).map(|p| p.chat_id.clone()));
    let access = Access { token: chat.token.clone(), guild: chat.guild, api_url: chat.api_url.clone() };
    let discord = Discord::new(&access, chat_ids)?;
    let attachments = Attachments::new(&access.api_url)?;
    core.desk.fetch.connect(move |url| {
        let attachments = attachments.clone();
        Box::pin(async move { attachments.fetch(url).await })
    });
    let mut others: JoinSet<Named> = JoinSet::new();
    let (registering, token) = (discord.clone(), stop.clone());
    others.spawn(async move { ("commands", keep_registered(registering, token).await) });
    let (meeting, discovering, token) = (core.clone(), discord.clone(), stop.clone());
    others.spawn(async move { ("captains", meet_captains(meeting, discovering, token).await) });
    let mut router = core.router();
    match &chat.ingress {
        Ingress::Gateway => {
            let (gateway, link) = Gateway::new(discord.clone(), core.desk.clone(), Patience::default());
            let gateway = if chat.thread_notes { gateway.reading_threads() } else { gateway };
            let token = stop.clone();
            others.spawn(async move { ("gateway", gateway.run(token).await.map_err(|end| end.to_string())) });
            let (watching, token) = (core.clone(), stop.clone());
            others.spawn(async move { ("reconciliation", reconcile(watching, link, token).await) });
        }
        Ingress::Http { public_key } => {
            let door = HttpDoor::new(discord.clone(), core.desk.clone(), public_key, core.clock.clone())?;
            router = router.merge(interactions::router(Arc::new(door)));
            core.metrics.chat_connected.set(1);
        }
    }
    Ok(Running { works: core.works(Arc::new(discord)), listener, router, others })
}

/// Registers the commands, and tries again while Discord is away; then rests until the end.
async fn keep_registered(discord: Discord, stop: CancellationToken) -> Result<(), String> {
    let mut wait = std::time::Duration::from_secs(1);
    loop {
        match register(&discord, Catalogue::built_in().registration()).await {
            Ok(Registered::Unchanged) => tracing::debug!("the commands are registered as they should be"),
            Ok(Registered::Replaced) => tracing::info!("the commands were registered"),
            Err(error) => {
                tracing::warn!(%error, again_in_s = wait.as_secs(), "the commands could not be registered");
                tokio::select! {
                    () = stop.cancelled() => return Ok(()),
                    () = tokio::time::sleep(wait) => {}
                }
                wait = (wait * 2).min(std::time::Duration::from_secs(300));
                continue;
            }
        }
        stop.cancelled().await;
        return Ok(());
    }
}

/// A captain may be given a lead before they have ever used the bot: whom the playbook names and nobody knows yet is looked up.
async fn meet_captains(core: Core, discord: Discord, stop: CancellationToken) -> Result<(), String> {
    let mut met = None;
    loop {
        let playbook = core.store.playbook();
        if met != Some(playbook.version) {
            let mut all_met = true;
            for captain in playbook.teams.iter().filter_map(|team| team.captain.as_deref()) {
                all_met &= meet(&core, &discord, captain).await;
            }
            met = all_met.then_some(playbook.version);
        }
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            () = tokio::time::sleep(CAPTAINS_AGAIN) => {}
        }
    }
}

/// False when it has to be tried again.
async fn meet(core: &Core, discord: &Discord, captain: &str) -> bool {
    if core.store.roster().by_handle(captain).is_some() {
        return true;
    }
    let met = match discord.look_up(captain).await {
        Ok(Some(visitor)) => core.desk.meet(visitor).await.map_err(|error| error.to_string()),
        Ok(None) => {
            tracing::warn!(
                captain,
                "the playbook names a captain whom nobody on the server is called: unclaimed leads go to triage"
            );
            return true;
        }
        Err(error) => Err(error.to_string()),
    };
    if let Err(error) = &met {
        tracing::warn!(captain, error, "a captain could not be looked up; trying again");
    }
    met.is_ok()
}

/// After a fresh session something may have been missed: every open lead's card is drawn again.
async fn reconcile(core: Core, mut link: tokio::sync::watch::Receiver<Link>, stop: CancellationToken) -> Result<(), String> {
    let mut sessions = 0;
    loop {
        let now = *link.borrow_and_update();
        if now.connected {
            run_on(&core, &stop).await;
        } else {
            core.standstill.begins(core.clock.now());
        }
        core.metrics.chat_connected.set(i64::from(now.connected));
        if now.sessions > sessions.max(1) {
            match core.store.refresh_cards().await {
                Ok(cards) => tracing::info!(cards, "a fresh session with the chat: cards are drawn again"),
                Err(error) => tracing::warn!(%error, "cards could not be marked to be drawn again"),
            }
            core.nudge.notify_waiters();
        }
        sessions = now.sessions.max(sessions);
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            changed = link.changed() => if changed.is_err() {
                stop.cancelled().await;
                return Ok(());
            }
        }
    }
}

/// The chat can be reached again: what stood still runs on.
async fn run_on(core: &Core, stop: &CancellationToken) {
    loop {
        match core.standstill.ends(&core.store, core.clock.now()).await {
            Ok(0) => return,
            Ok(leads) => {
                tracing::info!(leads, "the chat was away: the clocks of promises run on with what was left of them");
                return core.nudge.notify_waiters();
            }
            Err(error) => tracing::warn!(%error, "clocks stand still although the chat is back; trying again"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(std::time::Duration::from_secs(1)) => {}
        }
    }
}

/// The file behind `sqlite://path`.
///
/// # Errors
/// For any other kind of database.
pub fn database_path(url: &str) -> Result<PathBuf> {
    match url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")) {
        Some(path) if !path.is_empty() => Ok(PathBuf::from(path)),
        _ => bail!("[database] url = \"{url}\": this version keeps its data in SQLite, such as sqlite://leadbell.db"),
    }
}

/// The playbook for an empty database: the file if it is there, else the example.
fn seed(file: &Path) -> Result<String> {
    match std::fs::read_to_string(file) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Playbook::example().to_owned()),
        Err(error) => Err(error).with_context(|| file.display().to_string()),
    }
}

async fn asked_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = match signal(SignalKind::terminate()) {
        Ok(terminate) => terminate,
        Err(error) => {
            tracing::error!(%error, "the signal to stop cannot be heard; only Ctrl-C stops this process");
            drop(tokio::signal::ctrl_c().await);
            return;
        }
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
