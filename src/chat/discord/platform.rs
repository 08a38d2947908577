//! Carries views to Discord: posts, edits, deletes, opens threads, and looks for what may have been posted.

use std::collections::HashMap;
use std::fmt;
use std::num::NonZeroU64;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use serenity::http::Route;
use serenity::model::id::{ChannelId, GuildId, MessageId};
use tokio::sync::OnceCell;
use tokio::time::Instant;

use super::directory::{Directory, Known};
use super::escape::fit_words;
use super::render::{self, Addresses};
use super::rest::{Access, AccessError, Call, Rest};
use super::wire;
use crate::chat::{Nonce, Place, Platform, Receipt, SendError};
use crate::domain::ids::PersonId;
use crate::domain::message::{Mention, View};

/// Finds the chat's id of a person.
pub type ChatIds = Arc<dyn Fn(PersonId) -> Option<String> + Send + Sync>;

const TO_POST: &str = "View Channel, Send Messages, Send Messages in Threads, Embed Links, Attach Files, Read Message History";
const TO_OPEN: &str = "View Channel, Create Public Threads, Send Messages in Threads";
const TO_FIND: &str = "View Channel, Read Message History";
const PAGES: usize = 3;
const PAGE: usize = 100;
/// Threads are put away after a week without a message.
const THREAD_MINUTES: u32 = 10_080;
/// So long nobody is tried again whose direct messages were found closed: a request that is forbidden again and again holds up what
/// else is to be told to them.
const CLOSED_FOR: Duration = Duration::from_secs(120);

/// Discord, for those who post. Cheap to clone.
#[derive(Clone)]
pub struct Discord(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub(super) rest: Arc<Rest>,
    pub(super) directory: Directory,
    pub(super) guild: GuildId,
    chat_ids: ChatIds,
    /// Direct channels by person.
    direct: Mutex<HashMap<String, String>>,
    /// Whose direct messages were found closed, and when.
    closed: Mutex<HashMap<String, Instant>>,
    me: OnceCell<String>,
}

impl fmt::Debug for Discord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Discord").field("guild", &self.0.guild).field("base", &self.0.rest.base()).finish_non_exhaustive()
    }
}

impl Discord {
    /// Reaches Discord as `access` says; asks nothing yet.
    ///
    /// # Errors
    /// When the settings cannot lead to Discord.
    pub fn new(access: &Access, chat_ids: ChatIds) -> Result<Self, AccessError> {
        let guild = NonZeroU64::new(access.guild).map(|id| GuildId::new(id.get())).ok_or(AccessError::Guild)?;
        let rest = Arc::new(Rest::new(access)?);
        let directory = Directory::new(Arc::clone(&rest), guild);
        Ok(Self(Arc::new(Inner {
            rest,
            directory,
            guild,
            chat_ids,
            direct: Mutex::default(),
            closed: Mutex::default(),
            me: OnceCell::new(),
        })))
    }

    /// Whether Discord has refused the token; then nothing is sent any more.
    #[must_use]
    pub fn is_halted(&self) -> bool {
        self.0.rest.is_halted()
    }

    /// A view as a message, with roles looked up.
    pub(super) async fn rendered(&self, view: &View) -> Result<wire::Message, SendError> {
        let roles = || view.mentions.iter().filter_map(|m| if let Mention::Role(name) = m { Some(name) } else { None });
        let known = if roles().next().is_none() {
            self.0.directory.known()
        } else {
            self.0.directory.knowing(|k| roles().all(|r| k.role(r).is_some())).await.map_err(|f| f.told(TO_POST))?
        };
        for role in roles().filter(|r| known.role(r).is_none()) {
            tracing::warn!(role, "a role to be rung does not exist on the server; nobody is notified");
        }
        Ok(render::message(view, &Here { known: &known, chat_ids: &self.0.chat_ids }))
    }

    /// The same with the roles that are known already, for when there is no time to ask.
    pub(super) fn rendered_as_known(&self, view: &View) -> wire::Message {
        render::message(view, &Here { known: &self.0.directory.known(), chat_ids: &self.0.chat_ids })
    }

    /// Our own user id.
    pub(super) async fn me(&self) -> Result<&str, SendError> {
        let ask = async || {
            let me = self.0.rest.call(Call::get(Route::UserMe)).await.map_err(|f| f.told("a valid token"))?;
            id_of(&me)
        };
        self.0.me.get_or_try_init(ask).await.map(String::as_str)
    }

    async fn channel_of(&self, place: &Place) -> Result<ChannelId, SendError> {
        match place {
            Place::Thread(id) => channel_id(id),
            Place::Channel(wanted) => {
                let known =
                    self.0.directory.knowing(|k| k.channel(wanted).is_some()).await.map_err(|f| f.told("View Channel"))?;
                let missing = || SendError::Refused {
                    why: format!(
                        "there is no text channel #{} that the bot can see. Create it, give the bot View Channel there, or name another \
                         one in the playbook.",
                        wanted.trim_start_matches('#')
                    ),
                };
                channel_id(&known.channel(wanted).ok_or_else(missing)?.id)
            }
            Place::Direct(person) => self.direct_channel(person).await,
        }
    }

    async fn direct_channel(&self, person: &str) -> Result<ChannelId, SendError> {
        let cached = self.direct_channels().get(person).cloned();
        if let Some(id) = cached {
            return channel_id(&id);
        }
        number(person)?;
        let call = Call::post(Route::UserMeDmChannels).body(&json!({ "recipient_id": person }));
        let id = match self.0.rest.call(call).await {
            Ok(channel) => id_of(&channel)?,
            // Opening one twice is harmless, so an answer that was lost is no reason to look first.
            Err(failure) => match failure.told("to share a server with the person") {
                SendError::Uncertain { .. } => return Err(SendError::Retry { after: None }),
                other => return Err(other),
            },
        };
        self.direct_channels().insert(person.to_owned(), id.clone());
        channel_id(&id)
    }

    /// Found closed just now, or a short while ago: what is to be told to them is told elsewhere, without asking again.
    fn is_closed(&self, to: &Place) -> bool {
        let Place::Direct(person) = to else { return false };
        let mut closed = self.0.closed.lock().expect("nothing panics while it is held");
        closed.retain(|_, since| since.elapsed() < CLOSED_FOR);
        closed.contains_key(person)
    }

    fn found(&self, to: &Place, failure: SendError) -> SendError {
        if let (Place::Direct(person), SendError::Closed) = (to, &failure) {
            self.0.closed.lock().expect("nothing panics while it is held").insert(person.clone(), Instant::now());
        }
        failure
    }

    fn direct_channels(&self) -> std::sync::MutexGuard<'_, HashMap<String, String>> {
        self.0.direct.lock().expect("nothing panics while it is held")
    }
}

impl Platform for Discord {
    async fn post(&self, to: &Place, view: &View, nonce: &Nonce) -> Result<Receipt, SendError> {
        if self.is_closed(to) {
            return Err(SendError::Closed);
        }
        let channel = self.channel_of(to).await?;
        let message = wire::Message {
            flags: view.quiet.then_some(wire::SUPPRESS_NOTIFICATIONS),
            nonce: Some(nonce.0.clone()),
            enforce_nonce: Some(true),
            ..self.rendered(view).await?
        };
        let call = Call::post(Route::ChannelMessages { channel_id: channel }).body(&message).files(&view.files);
        let posted = self.0.rest.call(call).await.map_err(|f| self.found(to, f.told(TO_POST)))?;
        // It is there, so an answer that cannot be read is uncertain, not refused.
        let message = id_of(&posted).map_err(|_| SendError::Uncertain { why: "the answer names no message".to_owned() })?;
        Ok(Receipt { channel: channel.to_string(), message })
    }

    async fn edit(&self, at: &Receipt, view: &View) -> Result<(), SendError> {
        let route = message_route(at)?;
        let message = self.rendered(view).await?;
        self.0.rest.call(Call::patch(route).body(&message).files(&view.files)).await.map_err(|f| f.told(TO_POST))?;
        Ok(())
    }

    async fn delete(&self, at: &Receipt) -> Result<(), SendError> {
        match self.0.rest.call(Call::delete(message_route(at)?)).await.map_err(|f| f.told(TO_POST)) {
            Ok(_) | Err(SendError::Gone) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn open_thread(&self, at: &Receipt, name: &str) -> Result<Place, SendError> {
        let route = Route::ChannelMessageThreads {
            channel_id: channel_id(&at.channel)?,
            message_id: MessageId::new(number(&at.message)?),
        };
        let name = match fit_words(name, 100) {
            blank if blank.trim().is_empty() => "…".to_owned(),
            name => name,
        };
        let body = json!({ "name": name, "auto_archive_duration": THREAD_MINUTES });
        match self.0.rest.call(Call::post(route).body(&body)).await {
            Ok(thread) => Ok(Place::Thread(id_of(&thread)?)),
            // It has one already, and a message's thread has the message's id.
            Err(failure) if failure.code() == Some(160_004) => Ok(Place::Thread(at.message.clone())),
            Err(failure) => Err(failure.told(TO_OPEN)),
        }
    }

    async fn find(&self, at: &Place, tag: &str, since: DateTime<Utc>) -> Result<Vec<Receipt>, SendError> {
        let channel = self.channel_of(at).await?;
        let me = self.me().await?;
        let mut after = snowflake(since - TimeDelta::seconds(5));
        let mut found = Vec::new();
        for _ in 0..PAGES {
            let call =
                Call::get(Route::ChannelMessages { channel_id: channel }).query("after", after).query("limit", PAGE as u64);
            let page = self.0.rest.call(call).await.map_err(|f| f.told(TO_FIND))?;
            let messages = page.as_array().map(Vec::as_slice).unwrap_or_default();
            let ours = |m: &&Value| m["author"]["id"] == *me && holds(m, tag);
            for message in messages.iter().filter(ours) {
                let id = id_of(message)?;
                found.push((number(&id)?, Receipt { channel: channel.to_string(), message: id }));
            }
            let newest = messages.iter().filter_map(|m| m["id"].as_str()?.parse::<u64>().ok()).max();
            match newest {
                Some(newest) if messages.len() == PAGE => after = newest,
                _ => break,
            }
        }
        found.sort_by_key(|(id, _)| *id);
        Ok(found.into_iter().map(|(_, at)| at).collect())
    }
}

struct Here<'a> {
    known: &'a Known,
    chat_ids: &'a ChatIds,
}

impl Addresses for Here<'_> {
    fn person(&self, id: PersonId) -> Option<String> {
        (self.chat_ids)(id)
    }

    fn role(&self, name: &str) -> Option<String> {
        self.known.role(name).map(|r| r.id.clone())
    }
}

/// The tag stands in a control's token or in an embed, not as part of a longer word.
fn holds(message: &Value, tag: &str) -> bool {
    fn search(value: &Value, tag: &str) -> bool {
        match value {
            Value::String(text) => is_in(text, tag),
            Value::Array(items) => items.iter().any(|v| search(v, tag)),
            Value::Object(map) => map.values().any(|v| search(v, tag)),
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
        }
    }
    !tag.is_empty() && (search(&message["components"], tag) || search(&message["embeds"], tag))
}

fn is_in(text: &str, tag: &str) -> bool {
    text.match_indices(tag).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let behind = text[at + tag.len()..].chars().next();
        ![before, behind].into_iter().flatten().any(char::is_alphanumeric)
    })
}

/// The least id that a message of that time can have.
fn snowflake(at: DateTime<Utc>) -> u64 {
    u64::try_from(at.timestamp_millis() - 1_420_070_400_000).unwrap_or(0) << 22
}

fn message_route(at: &Receipt) -> Result<Route<'static>, SendError> {
    Ok(Route::ChannelMessage { channel_id: channel_id(&at.channel)?, message_id: MessageId::new(number(&at.message)?) })
}

fn channel_id(id: &str) -> Result<ChannelId, SendError> {
    number(id).map(ChannelId::new)
}

/// Never zero: the library's ids cannot be.
pub(super) fn number(id: &str) -> Result<u64, SendError> {
    id.parse().ok().filter(|n| *n != 0).ok_or_else(|| SendError::Refused { why: format!("{id:?} is no id of Discord's") })
}

fn id_of(object: &Value) -> Result<String, SendError> {
    object["id"]
        .as_str()
        .map(str::to_owned)
        .ok_or_else(|| SendError::Refused { why: "the answer is not Discord's: it has no id".to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_found_in_controls_and_footers_as_a_whole_word() {
        let card = json!({"components": [{"components": [{"custom_id": "lb1:claim:sy:1"}]}], "embeds": [{"footer": {"text": "n-77"}}], "content": "zz"});
        for (tag, found) in
            [("lb1:claim:sy:1", true), ("sy", true), ("n-77", true), ("n-7", false), ("s", false), ("zz", false), ("", false)]
        {
            assert_eq!(holds(&card, tag), found, "{tag}");
        }
    }

    #[test]
    fn an_id_is_never_zero_and_a_time_before_discord_is_its_beginning() {
        assert!(number("0").is_err() && number("-1").is_err() && number("x").is_err());
        assert_eq!(snowflake(DateTime::UNIX_EPOCH), 0);
        assert_eq!(snowflake(DateTime::from_timestamp_millis(1_420_070_400_001).unwrap()), 1 << 22);
    }
}
