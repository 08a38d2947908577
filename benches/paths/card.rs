//! How long it takes from a webhook to the card in the chat, at a steady rate, against the local stand-in.
//! Up to 40 a second through the real adapter; above, without its limit, since no Discord takes more than 50 a second from one bot.
//! Beside it: the same message posted bare to the same stand-in.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use leadbell::app::Running;
use leadbell::chat::discord::{Access, Discord};
use leadbell::chat::{Nonce, Place, Platform, Receipt, SendError};
use leadbell::clock::Clock;
use leadbell::domain::message::View;
use sandbox::{Limits, Sandbox, SandboxOptions, TextChannel, World};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::bed::{self, Size};
use crate::client::{Provider, request};
use crate::figures::{Line, Took, now, times};

/// Providers that ring in turn.
const PROVIDERS: usize = 16;

pub(crate) async fn measure(size: Size) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for rate in [20, 40, 100] {
        lines.push(at(rate, size.pick(2, 15)).await?);
    }
    Ok(lines)
}

async fn at(rate: u32, seconds: u32) -> Result<Line> {
    let chat = chat().await?;
    let folder = bed::folder()?;
    let core = bed::core(folder.path(), Clock::system()).await?;
    bed::add_source(&core).await?;
    let access = Access { token: chat.token().into(), guild: chat.guild_id().get(), api_url: chat.base_url().to_owned() };
    let discord = Discord::new(&access, Arc::new(|_| None))?;
    let plain = (rate > 40).then(|| Plain::new(&chat)).transpose()?;
    let seen = Arc::new(Watched { discord, plain, posted: Mutex::default() });
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let to = listener.local_addr()?;
    let stop = CancellationToken::new();
    let running = Running { works: core.works(seen.clone()), listener, router: core.router(), others: JoinSet::new() };
    let (runs, token) = (core.clone(), stop.clone());
    let serving = tokio::spawn(async move { runs.run(running, token).await });
    ring(to, "w", rate, rate).await?;
    let sent = ring(to, "q", rate, rate * seconds).await?;
    let count = sent.len();
    tokio::time::timeout(Duration::from_secs(30), seen.has(count + rate as usize)).await.context("all cards are posted")?;
    stop.cancel();
    serving.await??;
    let posted = seen.posted.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let mut took: Took = sent.iter().filter_map(|(id, since)| Some(posted.get(id)?.duration_since(*since))).collect();
    let mut bare = bare(&chat, count.min(300)).await?;
    chat.stop().await;
    let how = if rate > 40 { "without the adapter's limit" } else { "through the adapter" };
    Ok(Line::new(
        format!("{rate} a second for {seconds} s, {how}"),
        took.told(),
        format!(
            "p50 {}, p99 {}",
            times(took.percentile(50), bare.percentile(50), "a bare post"),
            times(took.percentile(99), bare.percentile(99), "its p99")
        ),
    ))
}

async fn chat() -> Result<Sandbox> {
    let world = World::new("Acme").channel(TextChannel::new("leads"));
    let options = SandboxOptions { limits: Limits::off(), ..SandboxOptions::default() };
    Ok(Sandbox::start(world, "127.0.0.1:0", options).await?)
}

/// Rings at a steady rate whether or not the one before was answered; when each was sent.
async fn ring(to: std::net::SocketAddr, prefix: &str, rate: u32, count: u32) -> Result<Vec<(String, Instant)>> {
    let start = tokio::time::Instant::from_std(now()) + Duration::from_millis(20);
    let mut under_way = JoinSet::new();
    for first in 0..PROVIDERS {
        let mut provider = Provider::new(to).await?;
        let numbers = (0..count).skip(first).step_by(PROVIDERS);
        let ids: Vec<_> = numbers.map(|n| (n, format!("{prefix}{n:06}z"))).collect();
        under_way.spawn(async move {
            let mut sent = Vec::new();
            for (n, id) in ids {
                let request = request(&id, Clock::system().now())?;
                tokio::time::sleep_until(start + Duration::from_secs(1) * n / rate).await;
                sent.push((id, now()));
                provider.send(&request).await?;
            }
            anyhow::Ok(sent)
        });
    }
    let mut all = Vec::new();
    while let Some(sent) = under_way.join_next().await {
        all.extend(sent??);
    }
    Ok(all)
}

/// Notes when the stand-in has each card.
struct Watched {
    discord: Discord,
    plain: Option<Plain>,
    posted: Mutex<HashMap<String, Instant>>,
}

impl Watched {
    async fn has(&self, count: usize) {
        while self.posted.lock().unwrap_or_else(PoisonError::into_inner).len() < count {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Platform for Watched {
    async fn post(&self, to: &Place, view: &View, nonce: &Nonce) -> Result<Receipt, SendError> {
        let receipt = match &self.plain {
            Some(plain) => plain.post(nonce).await,
            None => self.discord.post(to, view, nonce).await,
        }?;
        let at = now();
        let shown = format!("{:?}", view.lines);
        let id = shown.split(|c: char| !c.is_ascii_alphanumeric()).find(|w| w.len() == 8 && w.ends_with('z'));
        let id = id.unwrap_or_default().to_owned();
        self.posted.lock().unwrap_or_else(PoisonError::into_inner).insert(id, at);
        Ok(receipt)
    }

    async fn edit(&self, at: &Receipt, view: &View) -> Result<(), SendError> {
        self.discord.edit(at, view).await
    }

    async fn delete(&self, at: &Receipt) -> Result<(), SendError> {
        self.discord.delete(at).await
    }

    async fn open_thread(&self, at: &Receipt, name: &str) -> Result<Place, SendError> {
        self.discord.open_thread(at, name).await
    }

    async fn find(&self, at: &Place, tag: &str, since: chrono::DateTime<chrono::Utc>) -> Result<Vec<Receipt>, SendError> {
        self.discord.find(at, tag, since).await
    }
}

/// Posts a card's message and does nothing else.
struct Plain {
    client: reqwest::Client,
    url: String,
    token: String,
}

impl Plain {
    fn new(chat: &Sandbox) -> Result<Self> {
        let channel = chat.channel_by_name("leads").context("it is in the world")?;
        Ok(Self {
            client: reqwest::Client::builder().no_proxy().build()?,
            url: format!("{}/api/v10/channels/{channel}/messages", chat.base_url()),
            token: format!("Bot {}", chat.token()),
        })
    }

    async fn post(&self, nonce: &Nonce) -> Result<Receipt, SendError> {
        let lost = |e: reqwest::Error| SendError::Uncertain { why: e.to_string() };
        let message = message(&nonce.0);
        let answer =
            self.client.post(&self.url).header("Authorization", &self.token).json(&message).send().await.map_err(lost)?;
        let answer: Value = answer.error_for_status().map_err(lost)?.json().await.map_err(lost)?;
        let text = |key: &str| answer[key].as_str().unwrap_or_default().to_owned();
        Ok(Receipt { channel: text("channel_id"), message: text("id") })
    }
}

/// What a card looks like on the wire.
fn message(nonce: &str) -> Value {
    let button =
        |label: &str, style: u8| json!({"type": 2, "style": style, "label": label, "custom_id": format!("lb1:{label}:sy:1")});
    json!({
        "nonce": nonce, "enforce_nonce": true, "allowed_mentions": {"parse": []},
        "embeds": [{"title": "NEW  L-1042  Dana W.", "color": 5_793_266,
            "description": "\"We need scheduling for 120 technicians in two countries before March.\"\nWhitlock Studio, US\nFrom website\nWaits for somebody of Sales"}],
        "components": [{"type": 1, "components": [button("claim", 1), button("not", 2), button("details", 2)]}],
    })
}

async fn bare(chat: &Sandbox, count: usize) -> Result<Took> {
    let plain = Plain::new(chat)?;
    let mut took = Took::default();
    for n in 0..count {
        let since = now();
        let posted = plain.post(&Nonce(format!("bare-{n}"))).await;
        took.add(since);
        ensure!(posted.is_ok(), "a bare post failed: {posted:?}");
    }
    Ok(took)
}
