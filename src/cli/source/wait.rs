//! Waits for a source to be heard, and says what became of what came; or what to look at when nothing does.

use std::io::Write as _;
use std::time::Duration as Wait;

use chrono::Duration;
use serde_json::json;

use super::super::ending::Ending;
use super::super::print;
use super::super::shell::Shell;
use super::super::times;
use crate::domain::ids::SourceKey;
use crate::domain::text::Untrusted;
use crate::store::{Arrival, Became, SourceRow, Store};
use crate::wording::heard::{Facts, checks, findings};

/// How often it is looked for.
const EVERY: Wait = Wait::from_millis(500);

#[derive(Debug, clap::Args)]
#[command(after_help = "Example, while you send something from the form: leadbell source wait website-demo")]
pub(crate) struct WaitFor {
    /// The source
    key: String,
    /// How long to wait at most
    #[arg(long = "for", value_name = "SPAN", default_value = "10m", value_parser = times::span)]
    most: Duration,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl WaitFor {
    pub(crate) async fn run(self, shell: &mut Shell) -> anyhow::Result<Ending> {
        let store = shell.store().await?;
        let source = super::find(&store, &self.key)?;
        let heard = listen(shell, &store, &source.key, self.most).await?;
        if self.json {
            let (is, what) = heard.as_ref().map_or(("nothing", String::new()), |arrival| became(&arrival.became));
            print::json(&mut shell.out, &json!({"is": is, "what": what, "at": heard.as_ref().map(|arrival| arrival.at)}))?;
            return Ok(Ending::of(usize::from(heard.is_none())));
        }
        tell(shell, &store, &source, heard.as_ref()).await
    }
}

/// After a source was added: until it is heard, for ten minutes.
pub(super) async fn after_adding(shell: &mut Shell, store: &Store, key: &SourceKey) -> anyhow::Result<Ending> {
    let source = super::find(store, key.as_str())?;
    writeln!(shell.out, "\nWaiting for the first delivery, for ten minutes; Ctrl-C ends that, and the source stays ...")?;
    shell.out.flush()?;
    let heard = listen(shell, store, key, crate::wording::heard::PATIENCE).await?;
    tell(shell, store, &source, heard.as_ref()).await
}

/// The newest delivery, as soon as it was read.
async fn listen(shell: &Shell, store: &Store, key: &SourceKey, most: Duration) -> anyhow::Result<Option<Arrival>> {
    let until = shell.clock.now() + most;
    loop {
        let arrival = store.last_arrival(key).await?;
        let is_read = arrival.as_ref().is_some_and(|arrival| arrival.became != Became::Waiting);
        if is_read || shell.clock.now() >= until {
            return Ok(arrival);
        }
        tokio::time::sleep(EVERY).await;
    }
}

async fn tell(shell: &mut Shell, store: &Store, source: &SourceRow, heard: Option<&Arrival>) -> anyhow::Result<Ending> {
    if let Some(arrival) = heard {
        let (is, what) = became(&arrival.became);
        writeln!(shell.out, "Heard from {}, {}: {}", source.title, print::when(arrival.at), print::one_line(&what))?;
        return Ok(Ending::of(usize::from(is == "unreadable")));
    }
    let (settings, refusal) = (shell.settings()?, store.last_refusal(&source.key).await?);
    let public_url = settings.http.public_url.as_str();
    let facts = Facts { source, arrival: None, refusal: refusal.as_ref(), public_url, now: shell.clock.now() };
    writeln!(shell.out, "Nothing came from {} yet. What to look at:", source.title)?;
    for check in checks(&facts) {
        writeln!(shell.out, "  {}", print::one_line(&check))?;
    }
    Ok(Ending::Found)
}

/// In a word for programs, and in words for people.
fn became(became: &Became) -> (&'static str, String) {
    match became {
        Became::Lead(lead) => {
            let name: Untrusted = lead.profile.contact.public_name().one_line().cut(60);
            ("lead", format!("{}, {}: {}", lead.id, name.raw(), findings(lead)))
        }
        Became::Repeat => ("repeat", "the same as before, so that nothing new came of it".to_owned()),
        Became::Heard(what) => ("signals", what.clone()),
        Became::Ignored(why) => ("ignored", format!("no lead. {why}")),
        Became::Unread(why) => ("unreadable", format!("it could not be read. {why}")),
        Became::Waiting => ("waiting", "it is not read yet: is `leadbell serve` running?".to_owned()),
    }
}
