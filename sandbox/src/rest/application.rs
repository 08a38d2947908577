//! The application and its commands.

use serde_json::Value;

use super::call::{Call, Handled, Reply};
use crate::commands::Place;
use crate::refusal::{Reason, Refusal};
use crate::store::Store;

pub(super) fn get(store: &mut Store, _call: &Call) -> Handled {
    let bot = store.user(store.bot())?;
    let owner = store.user(store.guild.owner)?;
    Ok(Reply::ok(store.application.json(bot, owner)))
}

pub(super) fn edit(store: &mut Store, call: &Call) -> Handled {
    if let Some(text) = call.json()["description"].as_str() {
        text.clone_into(&mut store.application.description);
    }
    if let Some(url) = call.json().get("interactions_endpoint_url") {
        // The door has tried it before this.
        store.application.endpoint = url.as_str().filter(|url| !url.is_empty()).map(ToOwned::to_owned);
        store.reload_page();
    }
    get(store, call)
}

/// The place that a route speaks of, when application and guild are the ones that exist.
fn place(store: &Store, call: &Call, place: Place) -> Result<Place, Refusal> {
    if call.id("application")? != store.application.id {
        return Err(Reason::UnknownApplication.into());
    }
    if place == Place::Guild && call.id("guild")? != store.guild.id {
        return Err(Reason::MissingAccess.into());
    }
    Ok(place)
}

fn list(store: &Store, call: &Call, at: Place) -> Handled {
    let at = place(store, call, at)?;
    let localized = call.asked("with_localizations") == Some("true");
    let plain = |command: &Value| {
        let mut json = command.clone();
        if let Some(map) = json.as_object_mut().filter(|_| !localized) {
            map.remove("name_localizations");
            map.remove("description_localizations");
        }
        json
    };
    Ok(Reply::ok(store.commands_of(at).into_iter().map(|command| plain(command.json())).collect()))
}

fn replace(store: &mut Store, call: &Call, at: Place) -> Handled {
    let at = place(store, call, at)?;
    store.replace_commands(at, call.list()?).map(Reply::ok)
}

fn add(store: &mut Store, call: &Call, at: Place) -> Handled {
    let at = place(store, call, at)?;
    let (command, new) = store.add_command(at, call.json())?;
    Ok(if new { Reply::created(command) } else { Reply::ok(command) })
}

fn get_one(store: &Store, call: &Call, at: Place) -> Handled {
    let at = place(store, call, at)?;
    Ok(Reply::ok(store.command(at, call.id("command")?)?.json().clone()))
}

fn edit_one(store: &mut Store, call: &Call, at: Place) -> Handled {
    let at = place(store, call, at)?;
    store.change_command(at, call.id("command")?, call.json()).map(Reply::ok)
}

fn delete_one(store: &mut Store, call: &Call, at: Place) -> Handled {
    let at = place(store, call, at)?;
    store.remove_command(at, call.id("command")?)?;
    Ok(Reply::nothing())
}

pub(super) fn list_global(store: &mut Store, call: &Call) -> Handled {
    list(store, call, Place::Global)
}

pub(super) fn list_guild(store: &mut Store, call: &Call) -> Handled {
    list(store, call, Place::Guild)
}

pub(super) fn replace_global(store: &mut Store, call: &Call) -> Handled {
    replace(store, call, Place::Global)
}

pub(super) fn replace_guild(store: &mut Store, call: &Call) -> Handled {
    replace(store, call, Place::Guild)
}

pub(super) fn add_global(store: &mut Store, call: &Call) -> Handled {
    add(store, call, Place::Global)
}

pub(super) fn add_guild(store: &mut Store, call: &Call) -> Handled {
    add(store, call, Place::Guild)
}

pub(super) fn get_global(store: &mut Store, call: &Call) -> Handled {
    get_one(store, call, Place::Global)
}

pub(super) fn get_guild(store: &mut Store, call: &Call) -> Handled {
    get_one(store, call, Place::Guild)
}

pub(super) fn edit_global(store: &mut Store, call: &Call) -> Handled {
    edit_one(store, call, Place::Global)
}

pub(super) fn edit_guild(store: &mut Store, call: &Call) -> Handled {
    edit_one(store, call, Place::Guild)
}

pub(super) fn delete_global(store: &mut Store, call: &Call) -> Handled {
    delete_one(store, call, Place::Global)
}

pub(super) fn delete_guild(store: &mut Store, call: &Call) -> Handled {
    delete_one(store, call, Place::Guild)
}
