//! Leadbell posts every new lead to the team's chat, makes sure that exactly one rep owns it, and keeps the promises made about it.
//!
//! # The flow
//!
//! ```text
//!  forms, ads, scripts ──HTTP──▶ web ──▶ store: deliveries ─┐                                       ┌─▶ chat/discord
//!  people in the chat ──gateway or HTTP──▶ chat ──▶ desk ───┤                                       │
//!  due leads (wake_at) ─────────────────────────────────────┤                                       │
//!                                                           ▼                                       │
//!                        engine ──▶ store.apply { snapshot ▶ domain::decide ▶ rows } ──▶ delivery ──┘
//! ```
//!
//! Data moves right. A request is on the disk before it is answered; everything later can be done again from there. Every change to a
//! lead goes through one door, `Store::apply`: it loads a snapshot, asks the pure [`domain::decide::decide`], and writes the lead, its
//! line in the log, its clocks, cards and notices in one transaction, together with the mark that the cause is dealt with. Delivery
//! then brings each card to its lead's latest state and sends each notice once; what fails stays a row and is tried again.
//!
//! # What always holds, and what holds it
//!
//! - Nothing is answered 2xx before its bytes are committed, and nothing accepted is lost: `tests/torture`, `tests/it/durability.rs`.
//! - [`domain`] is pure, exactly one place writes a lead, no network is waited for in a transaction: `tests/it/tidy`.
//! - At most one owner, exactly one while owned; a race has one winner and every loser is told: the schema, `tests/it/race.rs`.
//! - Every lead that is not closed, and every customer, has a running clock: the schema, the random walks in `domain/decide`.
//! - One card per lead and channel, which shows the lead's latest state once delivery is idle; no notice twice, and none after its
//!   reason has gone; nobody ineligible is given a lead; no part of anybody's day and no digest comes twice, and no day to whoever is
//!   away; the same seed gives the same database: `tests/it/simulation`.
//! - The log replays to the lead, and the ledger of turns sums to the moves that made it: `leadbell audit`, run after every story.
//! - Tokens on buttons and stored kinds never change meaning: [`chat::action`], [`domain::fact`].
//!
//! # The modules in reading order
//!
//! [`domain`] is the product: values and rules. [`playbook`] says how a company handles leads. [`store`] keeps everything; [`engine`]
//! works what waits, and tries drafts on what came before; [`delivery`] shows it. [`mailer`] sends what reps write to leads. [`intake`]
//! reads untrusted bytes; [`web`] lets them in; [`providers`] asks for what they only name. [`chat`] is the port to the chat and holds
//! the adapter; [`wording`] is every sentence that people read; [`desk`] answers what they do; [`commands`] is what they can type.
//! [`reports`] turns rows into figures. [`app`] puts it together; [`cli`] is what administrators type. [`clock`] is the only place that
//! takes the time, [`settings`] says how this process runs, [`document`] and [`problem`] read files and point at mistakes in them,
//! [`telemetry`] writes the log, [`planted`] holds the bugs that the simulation must find, and [`foreign`] is where the fuzzer comes in.

pub mod app;
pub mod chat;
pub mod cli;
pub mod clock;
pub mod commands;
pub mod delivery;
pub mod desk;
pub mod document;
pub mod domain;
pub mod engine;
pub mod foreign;
pub mod intake;
pub mod mailer;
pub mod planted;
pub mod playbook;
pub mod problem;
pub mod providers;
pub mod reports;
pub mod settings;
pub mod store;
pub mod telemetry;
pub mod web;
pub mod wording;
