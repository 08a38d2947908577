//! What comes at the program while it is killed: deliveries, one in five of them twice, and reps who race for the same cards.
//! Nobody here waits for the program to be well: what it does not answer is noted as lost, and some of that is sent again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use leadbell::chat::action::{Action, Verb};
use rand::rngs::StdRng;
use rand::seq::{IndexedRandom as _, SliceRandom as _};
use rand::{Rng as _, SeedableRng as _};
use sandbox::{Act, Snowflake};
use serde_json::Value;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::company::Company;

/// Reps who press buttons.
pub(crate) const REPS: usize = 12;

/// Sources that send at the same time.
const SENDERS: u64 = 4;

/// One delivery in so many is one that was sent before.
const REPEATED: f64 = 0.2;

/// Reps race for the newest of so many cards.
const NEWEST: usize = 12;

/// Most presses that wait for an answer at a time.
const PRESSES_MAX: usize = 100;

/// What was sent, and what was answered.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// The number of the next lead.
    next: u64,
    /// Leads that were answered 2xx, and how often.
    pub(crate) accepted: BTreeMap<u64, u32>,
    /// Leads that were sent, answered or not.
    pub(crate) sent: BTreeSet<u64>,
    /// Deliveries that nobody answered.
    pub(crate) lost: u64,
    /// Deliveries that were a repeat.
    pub(crate) repeated: u64,
    /// Answers that were not 2xx.
    pub(crate) refused: BTreeMap<u16, u64>,
    /// Presses, and those that were answered.
    pub(crate) pressed: u64,
    pub(crate) answered: u64,
}

/// The load on one company.
pub(crate) struct Load {
    company: Arc<Company>,
    ledger: Arc<Mutex<Ledger>>,
    pressed: Arc<Notify>,
    stop: CancellationToken,
    tasks: JoinSet<()>,
}

impl Load {
    /// Starts it; the same seed sends the same.
    pub(crate) fn start(company: &Arc<Company>, seed: u64) -> Self {
        let ledger = Arc::new(Mutex::new(Ledger::default()));
        let (pressed, stop) = (Arc::default(), CancellationToken::new());
        let mut load = Self { company: Arc::clone(company), ledger, pressed, stop, tasks: JoinSet::new() };
        for sender in 0..SENDERS {
            let hand = load.hand(seed.wrapping_add(sender + 1));
            load.tasks.spawn(hand.send());
        }
        let hand = load.hand(seed.wrapping_add(SENDERS + 1));
        load.tasks.spawn(hand.press());
        load
    }

    /// Poked whenever somebody presses a button.
    pub(crate) fn pressed(&self) -> Arc<Notify> {
        Arc::clone(&self.pressed)
    }

    /// Ends it, and says what was sent.
    pub(crate) async fn stop(mut self) -> Ledger {
        self.stop.cancel();
        while let Some(ended) = self.tasks.join_next().await {
            ended.expect("the load does not panic");
        }
        std::mem::take(&mut *self.ledger.lock().expect("nothing panics while it is held"))
    }

    fn hand(&self, seed: u64) -> Hand {
        let (company, ledger, pressed) = (Arc::clone(&self.company), Arc::clone(&self.ledger), Arc::clone(&self.pressed));
        Hand { company, ledger, pressed, stop: self.stop.clone(), rng: StdRng::seed_from_u64(seed) }
    }
}

struct Hand {
    company: Arc<Company>,
    ledger: Arc<Mutex<Ledger>>,
    pressed: Arc<Notify>,
    stop: CancellationToken,
    rng: StdRng,
}

impl Hand {
    async fn send(mut self) {
        let mut in_a_second = 3.0;
        loop {
            if self.rng.random_bool(0.05) {
                in_a_second = self.rng.random_range(0.5..8.0);
            }
            let pause = self.rng.random_range(0.0..2.0) / in_a_second;
            if self.rest(Duration::from_secs_f64(pause)).await {
                return;
            }
            let number = self.choose();
            let answer = self.company.send(number).await;
            let mut ledger = self.ledger();
            match answer {
                Some(200..300) => *ledger.accepted.entry(number).or_default() += 1,
                Some(status) => *ledger.refused.entry(status).or_default() += 1,
                None => ledger.lost += 1,
            }
        }
    }

    /// A new lead, or one that was sent before.
    fn choose(&mut self) -> u64 {
        let repeat = self.rng.random_bool(REPEATED);
        let mut ledger = self.ledger.lock().expect("nothing panics while it is held");
        if repeat && ledger.next > 0 {
            ledger.repeated += 1;
            // Mostly a recent one: sources repeat what was not answered just now.
            let back = self.rng.random_range(1..=10.min(ledger.next));
            return if self.rng.random_bool(0.8) { ledger.next - back } else { self.rng.random_range(0..ledger.next) };
        }
        let number = ledger.next;
        ledger.next += 1;
        ledger.sent.insert(number);
        number
    }

    async fn press(mut self) {
        let reps = (0..REPS).map(|n| self.company.sandbox.user_by_name(&format!("rep{n}")).expect("a rep"));
        let reps: Vec<Snowflake> = reps.collect();
        let mut presses = JoinSet::new();
        // A press on a card that shows what is over brings it up to date: half of them have to be right by themselves.
        let mut left_alone = BTreeSet::new();
        loop {
            let pause = Duration::from_millis(self.rng.random_range(20..150));
            if self.rest(pause).await {
                break;
            }
            while presses.try_join_next().is_some() {}
            let mut cards = open_cards(&self.company);
            cards.retain(|card| !left_alone.contains(&card.at.1));
            let newest = &cards[cards.len().saturating_sub(NEWEST)..];
            let Some(card) = newest.choose(&mut self.rng) else { continue };
            if self.rng.random_bool(0.5) {
                left_alone.insert(card.at.1);
            }
            let mut racers = reps.clone();
            racers.shuffle(&mut self.rng);
            racers.truncate(self.rng.random_range(1..=4));
            racers.truncate(PRESSES_MAX.saturating_sub(presses.len()));
            self.pressed.notify_waiters();
            for by in racers {
                let goes_on = self.rng.random_bool(0.5);
                let press = Press { company: Arc::clone(&self.company), ledger: Arc::clone(&self.ledger), by };
                presses.spawn(press.claim(card.clone(), goes_on));
            }
        }
        while presses.join_next().await.is_some() {}
    }

    /// True when it is over.
    async fn rest(&self, pause: Duration) -> bool {
        tokio::time::timeout(pause, self.stop.cancelled()).await.is_ok()
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().expect("nothing panics while it is held")
    }
}

/// A card that can be claimed.
#[derive(Debug, Clone)]
struct OpenCard {
    at: (Snowflake, Snowflake),
    claim: String,
}

fn open_cards(company: &Company) -> Vec<OpenCard> {
    let leads = company.sandbox.channel_by_name("leads").expect("a channel");
    let open = |message: &Value| {
        let claim = tokens(message).into_iter().find(|token| token.starts_with("lb1:claim:"))?;
        Some(OpenCard { at: (leads, id(message)), claim })
    };
    company.sandbox.messages(leads).iter().filter_map(open).collect()
}

struct Press {
    company: Arc<Company>,
    ledger: Arc<Mutex<Ledger>>,
    by: Snowflake,
}

impl Press {
    /// Claims, and, when they go on, says that they reached the lead; the program refuses those who do not have it.
    async fn claim(self, card: OpenCard, goes_on: bool) {
        if !self.click(card.at, &card.claim).await || !goes_on {
            return;
        }
        let Some(lead) = Action::read(&card.claim).map(|action| action.lead) else { return };
        let reached = self.company.sandbox.message(card.at.1).as_ref().map(tokens).unwrap_or_default();
        let reached = reached.into_iter().find(|token| token.starts_with(&Action::prefix(Verb::Reached, lead)));
        if let Some(token) = reached {
            self.click(card.at, &token).await;
        }
    }

    async fn click(&self, at: (Snowflake, Snowflake), token: &str) -> bool {
        let outcome = self.company.sandbox.act(Act::click(self.by, at, token)).await;
        let mut ledger = self.ledger.lock().expect("nothing panics while it is held");
        ledger.pressed += 1;
        ledger.answered += u64::from(outcome.ok);
        outcome.ok
    }
}

/// The tokens of a message's controls, in order.
pub(crate) fn tokens(message: &Value) -> Vec<String> {
    let rows = message["components"].as_array().into_iter().flatten();
    let controls = rows.flat_map(|row| row["components"].as_array().into_iter().flatten());
    controls.filter_map(|control| control["custom_id"].as_str().map(str::to_owned)).collect()
}

/// A message's id.
pub(crate) fn id(message: &Value) -> Snowflake {
    message["id"].as_str().and_then(|id| id.parse().ok()).expect("a message has an id")
}
