//! Finds a person of the server by what they are called, before they have ever said a word to the bot.

use serde::Deserialize as _;
use serenity::http::Route;

use super::inbound::{Member, User, visitor};
use super::platform::Discord;
use super::rest::Call;
use crate::chat::{SendError, Visitor};

const NEEDS: &str = "to be installed on this server";

/// People that Discord is asked for at once; names that merely begin alike come along.
const LIKELY: u64 = 50;

impl Discord {
    /// Somebody of the server by their user name; `None` when nobody is called so.
    ///
    /// # Errors
    /// When Discord cannot be asked.
    pub async fn look_up(&self, handle: &str) -> Result<Option<Visitor>, SendError> {
        let known =
            self.0.directory.knowing(|known| known.role("@everyone").is_some()).await.map_err(|failure| failure.told(NEEDS))?;
        let call = Call::get(Route::GuildMembersSearch { guild_id: self.0.guild }).words("query", handle).query("limit", LIKELY);
        let found = self.0.rest.call(call).await.map_err(|failure| failure.told(NEEDS))?;
        let people = found.as_array().into_iter().flatten().filter_map(|member| {
            let user = User::deserialize(&member["user"]).ok()?;
            Some((user, Member::deserialize(member).ok()?))
        });
        Ok(people
            .map(|(user, member)| Visitor { in_guild: true, ..visitor(&user, Some(&member), &known) })
            .find(|person| person.handle == handle.to_lowercase()))
    }
}
