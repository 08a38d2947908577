//! What was given up or could not be read: cards and notices that the chat did not take, deliveries that nobody understood.

use std::io::Write as _;

use clap::Subcommand;
use serde_json::json;

use super::ending::{Ending, Misuse};
use super::print::{self, Columns};
use super::shell::Shell;
use crate::domain::ids::{DeliveryId, SourceKey};
use crate::store::{Asker, GivenUp, QuarantinedRow, Replay, Undelivered};

/// Most of each kind that are listed.
const LISTED_MAX: u32 = 1_000;

#[derive(Debug, Subcommand)]
pub(crate) enum Dead {
    /// List it, with the reason for each
    #[command(after_help = "Example: leadbell dead list\nMend the reason first, then: leadbell dead replay")]
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Try it again: all of it, or deliveries only
    #[command(after_help = "Example, after the mapping of a source was mended: leadbell dead replay --source website-demo")]
    Replay {
        /// Only the unreadable deliveries of this source
        #[arg(long, value_name = "KEY")]
        source: Option<String>,
        /// Only this unreadable delivery
        #[arg(long, value_name = "NUMBER", conflicts_with = "source")]
        delivery: Option<i64>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

impl Dead {
    pub(crate) async fn run(self, shell: &mut Shell) -> anyhow::Result<Ending> {
        match self {
            Dead::List { json } => list(shell, json).await,
            Dead::Replay { source, delivery, json } => {
                let which = match (source, delivery) {
                    (_, Some(number)) => Some(Replay::One(DeliveryId(number))),
                    (Some(key), None) => Some(Replay::Source(SourceKey(key))),
                    (None, None) => None,
                };
                replay(shell, which, json).await
            }
        }
    }
}

async fn list(shell: &mut Shell, json: bool) -> anyhow::Result<Ending> {
    let store = shell.store().await?;
    let (given_up, unreadable) = (store.given_up(LISTED_MAX).await?, store.quarantined(LISTED_MAX).await?);
    if json {
        let chat = |g: &GivenUp| json!({"what": word(g.what), "lead": g.lead.map(|l| l.to_string()), "to": g.to, "why": g.why});
        let delivery = |d: &QuarantinedRow| json!({"what": "delivery", "delivery": d.id, "source": d.source, "received_at": d.received_at, "why": d.why});
        let all: Vec<_> = given_up.iter().map(chat).chain(unreadable.iter().map(delivery)).collect();
        print::json(&mut shell.out, &all)?;
        return Ok(Ending::Well);
    }
    let mut columns = Columns::new(&["WHAT", "OF", "TO OR FROM", "WHY"]);
    for one in given_up {
        let lead = one.lead.map(|lead| lead.to_string()).unwrap_or_default();
        columns.row([word(one.what).to_owned(), lead, one.to, one.why]);
    }
    for one in unreadable {
        columns.row(["delivery".to_owned(), one.id.0.to_string(), one.source.to_string(), one.why]);
    }
    if columns.is_empty() {
        writeln!(shell.out, "Nothing was given up, and everything could be read.")?;
    } else {
        columns.print(&mut shell.out)?;
    }
    Ok(Ending::Well)
}

async fn replay(shell: &mut Shell, which: Option<Replay>, json: bool) -> anyhow::Result<Ending> {
    let store = shell.store().await?;
    let now = shell.clock.now();
    if let Some(Replay::Source(key)) = &which
        && !store.sources().iter().any(|source| source.key == *key)
    {
        return Err(Misuse::error(format!("there is no source {key}: `leadbell source list` shows them all")));
    }
    let (cards, notices) =
        if which.is_none() { (store.revive_cards(now).await?, store.revive_notices(now).await?) } else { (0, 0) };
    let deliveries = store.replay(which.unwrap_or(Replay::All), Asker { person: None, at: now }).await?.many;
    store.note_deed(shell.entry("dead.replay", format!("{cards} cards, {notices} notices, {deliveries} deliveries"))).await?;
    if json {
        print::json(&mut shell.out, &json!({"cards": cards, "notices": notices, "deliveries": deliveries}))?;
    } else {
        writeln!(
            shell.out,
            "Tried again: {cards} cards, {notices} notices, {deliveries} deliveries. A running server begins within two seconds."
        )?;
    }
    Ok(Ending::Well)
}

fn word(what: Undelivered) -> &'static str {
    match what {
        Undelivered::Card => "card",
        Undelivered::Notice => "notice",
    }
}
