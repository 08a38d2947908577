//! Further chat accounts from which somebody acts.

use std::io::Write as _;

use super::super::ending::{Ending, Misuse};
use super::super::shell::Shell;
use super::known;
use crate::domain::person::{Account, PLATFORM, Roster};
use crate::store::{Linked, Other};

/// Digits of an id, at most.
const DIGITS_MAX: usize = 20;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: leadbell person link ann 412345678901234567\n\
                  What is done from that account is done by them, with the rights of their main one; direct messages go to the main one. \
                  Without an id it says which accounts they have.")]
pub(crate) struct Link {
    /// What they are called in chat
    #[arg(value_name = "HANDLE")]
    handle: String,
    /// The chat's id of the other account: in Discord, Copy User ID
    #[arg(value_name = "CHAT_ID")]
    chat_id: Option<String>,
    /// Where the account is a person of its own until now, who owns nothing: they are marked as having left
    #[arg(long, requires = "chat_id")]
    retire: bool,
}

impl Link {
    pub(crate) async fn run(self, shell: &mut Shell) -> anyhow::Result<Ending> {
        let store = shell.store().await?;
        let roster = store.roster();
        let person = known(&roster, &self.handle)?;
        if let Some(typed) = &self.chat_id {
            let chat_id = chat_id(typed)?;
            let entry = shell.entry("person.link", format!("person {} {PLATFORM} {chat_id}", person.id.0));
            let other = if self.retire { Other::Leaves } else { Other::Stays };
            match store.link_account(person.id, chat_id.clone(), other, entry).await? {
                Linked::Now | Linked::Already => {}
                Linked::IsOf(who) => {
                    let who = handle(&roster, who);
                    return Err(Misuse::error(format!(
                        "that account is {who}'s already: take it away first with `leadbell person unlink {who} {chat_id}`"
                    )));
                }
                Linked::IsPerson { who, open: 0 } => {
                    let who = handle(&roster, who);
                    return Err(Misuse::error(format!(
                        "that account is {who}, a person of their own, who owns nothing now: if they are the same, say it with --retire"
                    )));
                }
                Linked::IsPerson { who, open } => {
                    let who = handle(&roster, who);
                    return Err(Misuse::error(format!(
                        "that account is {who}, a person of their own, who has {open} open leads: give those away with /lead assign, \
                         then say it again with --retire"
                    )));
                }
            }
        }
        let roster = store.roster();
        let person = known(&roster, &self.handle)?;
        let further = person.accounts.iter().map(|Account { platform, chat_id }| format!(", {platform} {chat_id}"));
        writeln!(shell.out, "{}: {PLATFORM} {} (main){}", person.handle, person.chat_id, further.collect::<String>())?;
        Ok(Ending::Well)
    }
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: leadbell person unlink ann 412345678901234567")]
pub(crate) struct Unlink {
    /// What they are called in chat
    #[arg(value_name = "HANDLE")]
    handle: String,
    /// The chat's id of the account
    #[arg(value_name = "CHAT_ID")]
    chat_id: String,
}

impl Unlink {
    pub(crate) async fn run(self, shell: &mut Shell) -> anyhow::Result<Ending> {
        let store = shell.store().await?;
        let roster = store.roster();
        let person = known(&roster, &self.handle)?;
        let chat_id = chat_id(&self.chat_id)?;
        if chat_id == person.chat_id {
            return Err(Misuse::error("that is their main account, by which they are known"));
        }
        let entry = shell.entry("person.unlink", format!("person {} {PLATFORM} {chat_id}", person.id.0));
        if !store.unlink_account(person.id, chat_id.clone(), entry).await? {
            let handle = &person.handle;
            return Err(Misuse::error(format!("that account is not {handle}'s: `leadbell person link {handle}` shows theirs")));
        }
        writeln!(shell.out, "{} no longer acts from {PLATFORM} {chat_id}", person.handle)?;
        Ok(Ending::Well)
    }
}

fn handle(roster: &Roster, who: crate::domain::ids::PersonId) -> String {
    roster.get(who).map_or_else(|| "somebody else".to_owned(), |person| person.handle.clone())
}

/// As copied from the chat, or as a mention.
fn chat_id(typed: &str) -> anyhow::Result<String> {
    let id = typed.trim().trim_start_matches("<@").trim_end_matches('>');
    if id.is_empty() || id.len() > DIGITS_MAX || !id.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Misuse::error(format!(
            "\"{typed}\" is no account's id: those are numbers, such as 412345678901234567; in Discord turn on developer mode, then \
             Copy User ID"
        )));
    }
    Ok(id.to_owned())
}
