//! The gateway's address, the bot itself, other users, direct messages.

use serde_json::json;

use super::call::{Call, Handled, Reply};
use crate::gateway::gateway_url;
use crate::refusal::{Reason, Refusal};
use crate::snowflake::from_json;
use crate::store::Store;

pub(super) fn gateway(store: &mut Store, _call: &Call) -> Handled {
    Ok(Reply::ok(json!({"url": gateway_url(store)})))
}

pub(super) fn gateway_bot(store: &mut Store, _call: &Call) -> Handled {
    let start = json!({"total": 1000, "remaining": 999, "reset_after": 14_400_000, "max_concurrency": 1});
    Ok(Reply::ok(json!({"url": gateway_url(store), "shards": 1, "session_start_limit": start})))
}

pub(super) fn me(store: &mut Store, _call: &Call) -> Handled {
    Ok(Reply::ok(store.user(store.bot())?.own_json()))
}

pub(super) fn my_guilds(store: &mut Store, _call: &Call) -> Handled {
    let permissions = crate::permissions::in_guild(store, store.bot()).bits().to_string();
    Ok(Reply::ok(json!([{
        "id": store.guild.id, "name": store.guild.name, "icon": null, "banner": null, "owner": false,
        "permissions": permissions, "features": [],
    }])))
}

pub(super) fn user(store: &mut Store, call: &Call) -> Handled {
    let id = call.id("user")?;
    Ok(Reply::ok(store.user(id)?.json()))
}

/// Opens the direct channel with a person; asked again, it is the same one.
pub(super) fn open_direct(store: &mut Store, call: &Call) -> Handled {
    let missing = || Refusal::field("recipient_id", "BASE_TYPE_REQUIRED", "This field is required");
    let person = from_json(&call.json()["recipient_id"]).ok_or_else(missing)?;
    if store.user(person)?.bot {
        return Err(Reason::ClosedDirectMessages.into());
    }
    let id = store.direct_channel(person);
    let channel = store.channel(id)?;
    Ok(Reply::ok(store.channel_json(channel, store.bot())))
}
