//! Puts the commands into Discord's menu, and leaves them alone where they stand there already.

use serde_json::Value;
use serenity::http::Route;
use serenity::model::id::ApplicationId;

use super::platform::{Discord, number};
use super::rest::Call;
use crate::chat::SendError;

const NEEDS: &str = "to be installed on this server with the scopes bot and applications.commands";

/// What registering did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registered {
    /// They stood there as they should.
    Unchanged,
    /// They were replaced.
    Replaced,
}

/// Makes the server's commands exactly these, in Discord's own JSON.
///
/// # Errors
/// When Discord cannot be reached or refuses them.
pub async fn register(discord: &Discord, commands: &Value) -> Result<Registered, SendError> {
    let rest = &discord.0.rest;
    let application = rest.call(Call::get(Route::Oauth2ApplicationCurrent)).await.map_err(|f| f.told("a valid token"))?;
    let application_id = ApplicationId::new(number(application["id"].as_str().unwrap_or_default())?);
    let route = Route::GuildCommands { application_id, guild_id: discord.0.guild };
    let there = rest.call(Call::get(route)).await.map_err(|f| f.told(NEEDS))?;
    if are_same(commands, &there) {
        return Ok(Registered::Unchanged);
    }
    rest.call(Call::put(route).body(commands)).await.map_err(|f| f.told(NEEDS))?;
    Ok(Registered::Replaced)
}

/// Discord lists commands in no order, and an unchanged command with more keys than it was given.
fn are_same(ours: &Value, theirs: &Value) -> bool {
    let (Some(ours), Some(theirs)) = (ours.as_array(), theirs.as_array()) else { return false };
    let twin = |a: &&Value, b: &Value| a["name"] == b["name"] && kind(a) == kind(b);
    ours.len() == theirs.len() && ours.iter().all(|a| theirs.iter().find(|b| twin(b, a)).is_some_and(|b| covers(a, b)))
}

fn kind(command: &Value) -> u64 {
    command["type"].as_u64().unwrap_or(1)
}

/// All that `ours` says stands in `theirs`, and nothing beyond the empty and default.
fn covers(ours: &Value, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Value::Object(a), Value::Object(b)) => {
            a.iter().all(|(key, value)| b.get(key).map_or_else(|| is_default(value), |other| covers(value, other)))
                && b.iter().all(|(key, value)| a.contains_key(key) || !MEANINGFUL.contains(&key.as_str()) || is_default(value))
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| covers(a, b)),
        (a, b) => a == b || (is_default(a) && is_default(b)) || numbers_equal(a, b),
    }
}

/// Keys whose presence changes what people see; ids, versions and the like are Discord's own.
const MEANINGFUL: [&str; 10] = [
    "options",
    "choices",
    "required",
    "autocomplete",
    "min_value",
    "max_value",
    "min_length",
    "max_length",
    "channel_types",
    "description",
];

fn numbers_equal(a: &Value, b: &Value) -> bool {
    a.as_f64().is_some() && a.as_f64() == b.as_f64()
}

fn is_default(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Bool(true) | Value::Number(_) | Value::Object(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn commands_are_left_alone_when_only_discords_own_keys_differ() {
        let ours = json!([
            {"name": "help", "type": 1, "description": "How this works"},
            {"name": "me", "type": 1, "description": "You", "options": [{"type": 3, "name": "x", "description": "y", "required": false, "min_value": 1}]},
        ]);
        let theirs = json!([
            {"id": "1", "version": "2", "name": "me", "type": 1, "description": "You", "nsfw": false, "contexts": null,
             "options": [{"type": 3, "name": "x", "description": "y", "min_value": 1.0}]},
            {"id": "3", "version": "2", "name": "help", "type": 1, "description": "How this works", "options": []},
        ]);
        assert!(are_same(&ours, &theirs));
        for (path, value) in [
            ("/0/options/0/required", json!(true)),
            ("/0/options/0/description", json!("z")),
            ("/0/options/0/choices", json!([{"name": "a", "value": "a"}])),
            ("/1/name", json!("hilfe")),
        ] {
            let mut changed = theirs.clone();
            let (parent, key) = path.rsplit_once('/').unwrap();
            changed.pointer_mut(parent).unwrap().as_object_mut().unwrap().insert(key.to_owned(), value);
            assert!(!are_same(&ours, &changed), "{path}");
        }
    }
}
