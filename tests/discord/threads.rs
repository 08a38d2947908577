//! What is said and shown beside the bot, and the mark that it puts there.

use std::sync::{Arc, Mutex};

use leadbell::chat::discord::{Gateway, Patience};
use leadbell::chat::{Answer, Answering, Inbound, Mark, Overheard, Remark, Sign};
use sandbox::{Act, Deed, For, GatewayFault, Limits, Permissions, SandboxOptions, Snowflake, TextChannel};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::bed::{Bed, SOON, acme, words};

/// Keeps what it hears, and has everything marked.
#[derive(Default)]
struct Ear(Mutex<Vec<Overheard>>);

impl Answering for Ear {
    async fn answer(&self, _: Inbound) -> Answer {
        Answer::Private(words("Here."))
    }

    async fn overheard(&self, heard: Overheard) -> Mark {
        self.0.lock().unwrap().push(heard);
        Mark::Put
    }
}

impl Ear {
    fn remarks(&self) -> Vec<Remark> {
        self.0.lock().unwrap().iter().map(|heard| heard.what.clone()).collect()
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Reads {
    Threads,
    Nothing,
}

struct Open {
    bed: Bed,
    ear: Arc<Ear>,
    shutdown: CancellationToken,
    running: tokio::task::JoinHandle<()>,
}

impl Open {
    async fn of(world: sandbox::World, reads: Reads) -> Self {
        let bed = Bed::of(world, SandboxOptions { limits: Limits::off(), ..SandboxOptions::default() }).await;
        let ear = Arc::new(Ear::default());
        let (gateway, mut link) = Gateway::new(bed.discord.clone(), Arc::clone(&ear), Patience::default());
        let gateway = if reads == Reads::Threads { gateway.reading_threads() } else { gateway };
        let shutdown = CancellationToken::new();
        let token = shutdown.clone();
        let running = tokio::spawn(async move { gateway.run(token).await.unwrap() });
        tokio::time::timeout(SOON, link.wait_for(|l| l.connected)).await.expect("connects").unwrap();
        Self { bed, ear, shutdown, running }
    }

    async fn writes(&self, channel: &str, text: &str) -> (Snowflake, Snowflake) {
        let channel = self.bed.channel(channel);
        let outcome = self.bed.sandbox.act(Act::write(self.bed.person("ann"), channel, text)).await;
        let id = outcome.message.as_ref().and_then(|m| m["id"].as_str()).and_then(|id| id.parse().ok());
        (channel, id.unwrap_or_else(|| panic!("{outcome:?}")))
    }

    async fn reacts(&self, (channel, message): (Snowflake, Snowflake), emoji: &str) {
        let deed = Deed::React { channel, message, emoji: emoji.to_owned(), remove: false };
        assert!(self.bed.sandbox.act(Act::new(self.bed.person("ann"), deed)).await.ok);
    }

    async fn until_marked(&self, (_, message): (Snowflake, Snowflake)) {
        let seen = self.bed.sandbox.wait_for(SOON, |s| is_marked(&s.message(message)?).then_some(())).await;
        assert!(seen.is_some(), "{:?}", self.bed.sandbox.message(message));
    }

    async fn close(self) {
        self.shutdown.cancel();
        tokio::time::timeout(SOON, self.running).await.expect("ends soon").unwrap();
    }
}

fn is_marked(message: &Value) -> bool {
    message["reactions"].as_array().into_iter().flatten().any(|r| r["emoji"]["name"] == "📝" && r["me"] == true)
}

fn wrote(text: &str) -> Remark {
    Remark::Wrote { text: text.to_owned() }
}

#[tokio::test]
async fn what_is_written_is_heard_where_that_was_asked_for_and_marked() {
    let open = Open::of(acme(), Reads::Threads).await;
    let said = open.writes("leads", "Lee decides").await;
    open.until_marked(said).await;
    assert_eq!(open.ear.remarks(), [wrote("Lee decides")], "the bot's own mark is not heard");
    let heard = open.ear.0.lock().unwrap()[0].clone();
    assert_eq!((heard.by, heard.on.message), (open.bed.person("ann").to_string(), said.1.to_string()));
    open.bed.ends_clean();
    open.close().await;
}

#[tokio::test]
async fn signs_are_heard_without_any_privileged_intent_and_words_are_not() {
    for reads in [Reads::Nothing, Reads::Threads] {
        let open = Open::of(acme().without_privileged_intents(), reads).await;
        let said = open.writes("leads", "Lee decides").await;
        open.reacts(said, "👍").await;
        open.reacts(said, "✅").await;
        open.until_marked(said).await;
        assert_eq!(open.ear.remarks(), [Remark::Signed(Sign::Tick)], "what the chat refuses stops nothing else");
        open.close().await;
    }
}

#[tokio::test]
async fn a_mark_that_cannot_be_put_harms_nothing() {
    let quiet = TextChannel::new("quiet").overwrite(For::Everyone, Permissions::NONE, Permissions::ADD_REACTIONS);
    let open = Open::of(acme().channel(quiet), Reads::Threads).await;
    open.writes("quiet", "50013: no reactions here").await;
    let (channel, message) = open.writes("leads", "10008: gone at once").await;
    open.bed.sandbox.delete_message_as_human(channel, message);
    let crowded = open.bed.card().await;
    let crowded = (crowded.channel.parse().unwrap(), crowded.message.parse().unwrap());
    for emoji in "🍇 🍈 🍉 🍊 🍋 🍌 🍍 🥭 🍎 🍏 🍐 🍑 🍒 🍓 🥝 🍅 🥥 🥑 🍆 ✅".split(' ') {
        open.reacts(crowded, emoji).await;
    }
    let next = open.writes("leads", "and the next one").await;
    open.until_marked(next).await;
    let codes = || -> Vec<u16> {
        open.bed.sandbox.requests().iter().filter(|r| r.path.contains("/reactions/")).map(|r| r.status).collect()
    };
    let both = async {
        while !(codes().contains(&403) && codes().contains(&400)) {
            tokio::task::yield_now().await;
        }
    };
    assert!(tokio::time::timeout(SOON, both).await.is_ok(), "both are refused by the chat: {:?}", codes());
    open.close().await;
}

#[tokio::test]
async fn what_was_heard_before_a_connection_broke_is_not_heard_again() {
    let open = Open::of(acme(), Reads::Threads).await;
    let first = open.writes("leads", "first").await;
    open.until_marked(first).await;
    open.bed.sandbox.faults().gateway(GatewayFault::Reconnect);
    let second = open.writes("leads", "second").await;
    open.until_marked(second).await;
    assert_eq!(open.ear.remarks(), [wrote("first"), wrote("second")]);
    open.close().await;
}
