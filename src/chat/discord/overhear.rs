//! What people write in threads and which reactions they give, from Discord's events to `chat::Overheard`; and the bot's own mark.
//! One at a time, in the order in which it was heard: a reaction that is taken back must not overtake itself.
//! Invariant: bots, webhooks, other servers and direct messages are never heard.

use serenity::http::Route;
use serenity::model::channel::{Message, MessageType, Reaction, ReactionType};
use serenity::model::id::{ChannelId, MessageId};

use super::platform::{Discord, number};
use super::rest::Call;
use crate::chat::{Mark, Overheard, Receipt, Remark, SendError, Sign};

/// The mark, 📝, as addresses write it. No sign of ours, so that nobody who clicks it logs anything.
const NOTED: &str = "%F0%9F%93%9D";

/// What Discord must allow for it.
const TO_MARK: &str = "Add Reactions";

/// A message that a person wrote, as they read it; edits are other events, and are not heard.
pub(super) fn written(message: &Message, guild: u64) -> Option<Overheard> {
    let is_here = message.guild_id.is_some_and(|id| id.get() == guild);
    let is_a_persons = !message.author.bot && message.webhook_id.is_none();
    let is_said = matches!(message.kind, MessageType::Regular | MessageType::InlineReply);
    if !(is_here && is_a_persons && is_said) || message.content.trim().is_empty() {
        return None;
    }
    let mut text = message.content.clone();
    for person in &message.mentions {
        let name = format!("@{}", person.global_name.as_ref().unwrap_or(&person.name));
        for written in [format!("<@{}>", person.id), format!("<@!{}>", person.id)] {
            text = text.replace(&written, &name);
        }
    }
    let on = Receipt { channel: message.channel_id.to_string(), message: message.id.to_string() };
    Some(Overheard { by: message.author.id.to_string(), on, what: Remark::Wrote { text } })
}

/// A reaction that means something, given or taken back.
pub(super) fn signed(reaction: &Reaction, guild: u64, what: impl FnOnce(Sign) -> Remark) -> Option<Overheard> {
    let is_here = reaction.guild_id.is_some_and(|id| id.get() == guild);
    let is_bot = reaction.member.as_ref().is_some_and(|member| member.user.bot);
    let ReactionType::Unicode(emoji) = &reaction.emoji else { return None };
    let (by, sign) = (reaction.user_id.filter(|_| is_here && !is_bot)?, sign(emoji)?);
    let on = Receipt { channel: reaction.channel_id.to_string(), message: reaction.message_id.to_string() };
    Some(Overheard { by: by.to_string(), on, what: what(sign) })
}

/// Clients send an emoji with or without the selector that asks for colours.
fn sign(emoji: &str) -> Option<Sign> {
    let bare: String = emoji.chars().filter(|c| *c != '\u{FE0F}').collect();
    match bare.as_str() {
        "📞" | "☎" | "📱" | "📲" => Some(Sign::Phone),
        "✉" | "📧" | "📨" | "📩" => Some(Sign::Envelope),
        "✅" | "☑" | "✔" => Some(Sign::Tick),
        _ => None,
    }
}

impl Discord {
    /// Shows at the message what became of it. That it is missing is no harm: what was written down stays.
    pub(super) async fn mark(&self, at: &Receipt, mark: Mark) {
        let put = match mark {
            Mark::Put => true,
            Mark::Lifted => false,
            Mark::None => return,
        };
        let outcome = match reaction(at) {
            Ok(route) => {
                let call = if put { Call::put(route) } else { Call::delete(route) };
                self.0.rest.call(call).await.map(drop).map_err(|failure| failure.told(TO_MARK))
            }
            Err(error) => Err(error),
        };
        match outcome {
            // The message has gone meanwhile, or nobody had marked it.
            Ok(()) | Err(SendError::Gone) => {}
            Err(error) => tracing::warn!(message = at.message, %error, "a message that was written down could not be marked"),
        }
    }
}

fn reaction(at: &Receipt) -> Result<Route<'static>, SendError> {
    let (channel_id, message_id) = (ChannelId::new(number(&at.channel)?), MessageId::new(number(&at.message)?));
    Ok(Route::ChannelMessageReactionMe { channel_id, message_id, reaction: NOTED })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn message(change: impl FnOnce(&mut Value)) -> Message {
        let author = json!({"id": "5", "username": "ann", "discriminator": "0", "avatar": null, "bot": false});
        let mut message = json!({
            "id": "77", "channel_id": "66", "guild_id": "900", "author": author, "content": "Lee decides, says <@6>", "type": 0,
            "timestamp": "2026-09-14T09:00:00+00:00", "edited_timestamp": null, "tts": false, "mention_everyone": false,
            "mentions": [{"id": "6", "username": "ben", "global_name": "Ben Ruiz", "discriminator": "0", "avatar": null}],
            "mention_roles": [], "attachments": [], "embeds": [], "pinned": false,
        });
        change(&mut message);
        serde_json::from_value(message).unwrap()
    }

    #[test]
    fn what_a_person_writes_on_the_companys_server_is_heard_with_names_for_mentions() {
        let on = Receipt { channel: "66".to_owned(), message: "77".to_owned() };
        let what = Remark::Wrote { text: "Lee decides, says @Ben Ruiz".to_owned() };
        assert_eq!(written(&message(|_| {}), 900), Some(Overheard { by: "5".to_owned(), on, what }));
        assert!(written(&message(|m| m["type"] = json!(19)), 900).is_some(), "a reply is said too");
    }

    #[test]
    fn bots_webhooks_other_servers_and_what_cannot_be_read_are_not_heard() {
        let changes: [fn(&mut Value); 6] = [
            |m| m["author"]["bot"] = json!(true),
            |m| m["webhook_id"] = json!("8"),
            |m| m["guild_id"] = json!("901"),
            |m| drop(m.as_object_mut().unwrap().remove("guild_id")),
            |m| m["type"] = json!(6),
            |m| m["content"] = json!("  "),
        ];
        for change in changes {
            assert_eq!(written(&message(change), 900), None);
        }
    }

    #[test]
    fn emoji_mean_the_same_with_and_without_colours() {
        let all = ["📞", "☎️", "☎", "✉️", "📧", "✅", "✔️", "👍", "📝"].map(sign);
        let (phone, envelope, tick) = (Some(Sign::Phone), Some(Sign::Envelope), Some(Sign::Tick));
        assert_eq!(
            all,
            [phone, phone, phone, envelope, envelope, tick, tick, None, None],
            "and the bot's own mark means nothing"
        );
    }
}
