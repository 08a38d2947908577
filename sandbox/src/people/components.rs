//! Clicks and choices.

use serde_json::{Value, json};

use super::outcome::{Trouble, malformed, told};
use crate::interactions::{Kind, Opening};
use crate::snowflake::Snowflake;
use crate::store::Store;
use crate::validate;

/// The component of a message that this person sees.
fn component<'a>(
    store: &'a Store,
    by: Snowflake,
    (channel, id): (Snowflake, Snowflake),
    custom_id: &str,
) -> Result<&'a Value, Trouble> {
    store.channel_seen_by(channel, by)?;
    let message = store.message(channel, id)?;
    if message.only_for.is_some_and(|person| person != by) {
        return malformed("That message is for somebody else.");
    }
    let Some(component) = validate::find(&message.components, custom_id) else {
        let known = validate::custom_ids(&message.components).join(", ");
        return malformed(format!("The message has no component {custom_id:?}; it has: {known}."));
    };
    if component["disabled"] == true { told("This is disabled.") } else { Ok(component) }
}

fn opening(by: Snowflake, (channel, message): (Snowflake, Snowflake), data: Value) -> Opening {
    Opening { kind: Kind::Component, user: by, channel, data, source: Some(message), opened_by: None }
}

pub(super) fn click(store: &Store, by: Snowflake, at: (Snowflake, Snowflake), custom_id: &str) -> Result<Opening, Trouble> {
    let button = component(store, by, at, custom_id)?;
    if button["type"] != 2 {
        return malformed(format!("{custom_id:?} is not a button."));
    }
    let data = json!({"custom_id": custom_id, "component_type": 2, "id": button["id"]});
    Ok(opening(by, at, data))
}

pub(super) fn select(
    store: &Store,
    by: Snowflake,
    at: (Snowflake, Snowflake),
    custom_id: &str,
    values: &[String],
) -> Result<Opening, Trouble> {
    let select = component(store, by, at, custom_id)?;
    let kind = select["type"].as_i64().unwrap_or_default();
    if !matches!(kind, 3 | 5..=8) {
        return malformed(format!("{custom_id:?} is not a select."));
    }
    check_values(store, select, values)?;
    let mut data = json!({"custom_id": custom_id, "component_type": kind, "id": select["id"], "values": values});
    if kind != 3 {
        data["resolved"] = resolved(store, by, values);
    }
    Ok(opening(by, at, data))
}

/// Whether these values can be chosen in this select.
pub(super) fn check_values(store: &Store, select: &Value, values: &[String]) -> Result<(), Trouble> {
    let bound = |key: &str| usize::try_from(select[key].as_u64().unwrap_or(1)).unwrap_or(25);
    if !(bound("min_values")..=bound("max_values")).contains(&values.len()) {
        return told(format!("Choose between {} and {}.", bound("min_values"), bound("max_values")));
    }
    for value in values {
        let id: Option<Snowflake> = value.parse().ok();
        let known = match select["type"].as_i64() {
            Some(3) => select["options"].as_array().is_some_and(|list| list.iter().any(|o| o["value"] == value.as_str())),
            Some(5) => id.is_some_and(|id| store.users.contains_key(&id)),
            Some(6) => id.is_some_and(|id| store.roles.contains_key(&id)),
            Some(7) => id.is_some_and(|id| store.users.contains_key(&id) || store.roles.contains_key(&id)),
            _ => id.is_some_and(|id| store.channels.contains_key(&id)),
        };
        if !known {
            return malformed(format!("{value:?} cannot be chosen there."));
        }
    }
    Ok(())
}

/// What stands behind ids: users with their members, roles, channels.
pub(super) fn resolved(store: &Store, viewer: Snowflake, values: &[String]) -> Value {
    let mut resolved = json!({});
    for id in values.iter().filter_map(|value| value.parse::<Snowflake>().ok()) {
        let key = id.to_string();
        if let Some(user) = store.users.get(&id) {
            resolved["users"][&key] = user.json();
            if let Some(member) = store.members.get(&id) {
                let mut json = member.bare_json();
                json["permissions"] = json!(crate::permissions::in_guild(store, id).bits().to_string());
                // Discord leaves these two out of resolved members.
                for absent in ["mute", "deaf"] {
                    json.as_object_mut().expect("a member is an object").remove(absent);
                }
                resolved["members"][&key] = json;
            }
        } else if let Some(role) = store.roles.get(&id) {
            resolved["roles"][&key] = role.json();
        } else if let Some(channel) = store.channels.get(&id) {
            let mut json = store.channel_json(channel, viewer);
            json["permissions"] = json!(store.permissions(viewer, channel).bits().to_string());
            resolved["channels"][&key] = json;
        }
    }
    resolved
}
