//! Whom a message pings: what its text names, as far as `allowed_mentions` lets it.

use serde_json::Value;

use crate::permissions::Permissions;
use crate::snowflake::{Snowflake, from_json};
use crate::store::Store;

/// The pings of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mentions {
    pub(crate) users: Vec<Snowflake>,
    pub(crate) roles: Vec<Snowflake>,
    pub(crate) everyone: bool,
}

/// The ids that stand in the text as `<` + sigil + id + `>`.
fn named(text: &str, sigil: &str) -> Vec<Snowflake> {
    let mut found = Vec::new();
    let open = format!("<{sigil}");
    for part in text.split(open.as_str()).skip(1) {
        let id = part.split_once('>').and_then(|(inside, _)| inside.parse().ok());
        if let Some(id) = id
            && !found.contains(&id)
        {
            found.push(id);
        }
    }
    found
}

/// Whether a kind of mention is allowed for an id: by `parse`, by the list, or because nothing was said.
fn allowed(rule: &Value, key: &str, id: Snowflake) -> bool {
    if !rule.is_object() {
        return true;
    }
    let parsed = rule["parse"].as_array().is_some_and(|list| list.iter().any(|word| word == key));
    parsed || rule[key].as_array().is_some_and(|list| list.iter().any(|one| from_json(one) == Some(id)))
}

/// Reads the mentions of a text. `power` is what the author may do in the channel.
pub(crate) fn read(store: &Store, text: &str, rule: &Value, power: Permissions) -> Mentions {
    let mut users = named(text, "@");
    users.extend(named(text, "@!"));
    users.dedup();
    users.retain(|id| store.users.contains_key(id) && allowed(rule, "users", *id));
    let may_ping =
        |id: &Snowflake| store.roles.get(id).is_some_and(|role| role.mentionable || power.has(Permissions::MENTION_EVERYONE));
    let mut roles = named(text, "@&");
    roles.retain(|id| may_ping(id) && allowed(rule, "roles", *id));
    let loud = text.contains("@everyone") || text.contains("@here");
    let parse = rule["parse"].as_array().is_some_and(|list| list.iter().any(|word| word == "everyone"));
    let may_shout = power.has(Permissions::MENTION_EVERYONE) && (!rule.is_object() || parse);
    Mentions { users, roles, everyone: loud && may_shout }
}

/// Whether a reply pings the author of the message it answers.
pub(crate) fn pings_author(rule: &Value) -> bool {
    rule["replied_user"].as_bool().unwrap_or(!rule.is_object())
}
