//! Whether the chat lets Leadbell work: the clock that both go by, and everything that the playbook names there.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use chrono::DateTime;

use super::super::serve::database_path;
use super::{Finding, bad, good};
use crate::chat::discord::{Access, Discord, Expected, examine};
use crate::clock::Clock;
use crate::playbook::Playbook;
use crate::settings::{self, Settings};
use crate::store::Store;

/// Clocks further apart than this break signatures and reminders.
const CLOCK_OFF_MAX_S: i64 = 30;

/// Longest wait for the time of somebody else.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Compares our clock with Discord's, to the second.
pub(super) async fn time(api_url: &str, clock: &Clock) -> Option<Finding> {
    let client = reqwest::Client::builder().timeout(TIMEOUT).redirect(reqwest::redirect::Policy::none()).build().ok()?;
    let answer = client.get(format!("{api_url}/api/v10/gateway")).send().await.ok()?;
    let theirs = answer.headers().get(reqwest::header::DATE)?.to_str().ok()?;
    let theirs = DateTime::parse_from_rfc2822(theirs).ok()?.to_utc();
    let off = (clock.now() - theirs).num_seconds();
    if off.abs() <= CLOCK_OFF_MAX_S {
        return Some(good("the clock agrees with Discord's"));
    }
    let which = if off > 0 { "ahead of" } else { "behind" };
    let what = format!("the clock is {} s {which} Discord's", off.abs());
    Some(bad(
        what,
        "Let the machine set its clock by the network (chrony, systemd-timesyncd): signatures and reminders depend on it.",
    ))
}

/// Whether Discord lets the bot do all that the playbook counts on.
pub(super) async fn discord(settings: &Settings, chat: &settings::Discord) -> Vec<Finding> {
    let discord = match reach(chat) {
        Ok(discord) => discord,
        Err(why) => return vec![bad(why, "")],
    };
    let playbook = in_force(settings).await;
    let application = chat.application_id.map(|id| id.to_string());
    let mut expected = Expected { application, thread_notes: chat.thread_notes, ..Expected::default() };
    for team in playbook.iter().flat_map(|playbook| &playbook.teams) {
        expected.channels.push(team.channel.clone());
        expected.roles.extend(team.role.clone());
    }
    if let Some(playbook) = &playbook {
        expected.channels.extend(playbook.company.managers_channel.clone());
        expected.roles.extend(playbook.company.managers.clone());
    }
    for list in [&mut expected.channels, &mut expected.roles] {
        let mut seen = BTreeSet::new();
        list.retain(|name| seen.insert(name.clone()));
    }
    let found = examine(&discord, &expected).await;
    let found = found.into_iter().map(|f| if f.ok { good(f.what) } else { bad(f.what, f.remedy) });
    found.chain(unheard(chat)).collect()
}

/// What is said in threads comes by the gateway only.
fn unheard(chat: &settings::Discord) -> Option<Finding> {
    let by_requests = matches!(chat.ingress, settings::Ingress::Http { .. });
    (by_requests && chat.thread_notes).then(|| {
        let what =
            "[discord] thread_notes is on, but with ingress = \"http\" nothing that is said in threads is heard".to_owned();
        bad(what, "Set ingress = \"gateway\", or thread_notes = false and use the Note button.")
    })
}

/// The playbook that a server would follow: the one in the database, or else the file.
async fn in_force(settings: &Settings) -> Option<Playbook> {
    let path = database_path(&settings.database_url).ok()?;
    if path.exists() {
        let copy = Store::open_copy(&path).await.ok()?;
        return Some((*copy.playbook()).clone());
    }
    Playbook::read(&std::fs::read_to_string(&settings.playbook_file).ok()?).ok()
}

/// Discord, as the settings name it; people are not looked up.
pub(in super::super) fn reach(chat: &settings::Discord) -> Result<Discord, String> {
    let access = Access { token: chat.token.clone(), guild: chat.guild, api_url: chat.api_url.clone() };
    Discord::new(&access, Arc::new(|_| None)).map_err(|why| why.to_string())
}
