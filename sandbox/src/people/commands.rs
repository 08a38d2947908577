//! Commands are used, and typed.

use axum::body::Bytes;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};

use super::act::{Encoding, File, Use};
use super::components::resolved;
use super::outcome::{Trouble, malformed, told};
use crate::interactions::{Kind, Opening};
use crate::rest::content_type_of;
use crate::snowflake::Snowflake;
use crate::store::Store;

pub(super) fn open(store: &mut Store, by: Snowflake, used: &Use, kind: Kind) -> Result<Opening, Trouble> {
    let Some(command) = store.commands.get(&used.command).cloned() else {
        return malformed("There is no such command.");
    };
    let place = store.channel_seen_by(used.channel, by)?;
    if !store.may_use(by, &command, place.is_direct()) {
        return told("You do not have permission to use this command here.");
    }
    let channel = used.channel;
    let mut data = json!({"id": command.id, "name": command.name, "type": command.kind});
    if command.of_guild {
        data["guild_id"] = json!(store.guild.id);
    }
    if command.kind == 1 {
        let typed = kind == Kind::Autocomplete;
        let mut found = Found::default();
        let registered = command.json()["options"].as_array().cloned().unwrap_or_default();
        let options = options(&registered, &used.options, typed, &mut found)?;
        if !options.is_empty() {
            data["options"] = json!(options);
        }
        let mut behind = resolved(store, by, &found.ids);
        for name in &found.files {
            let Some(file) = used.files.get(name) else { return malformed(format!("The file {name:?} is missing.")) };
            let (id, json) = keep(store, channel, file)?;
            behind["attachments"][id.to_string()] = json;
            put_file(&mut data["options"], name, id);
        }
        if behind != json!({}) {
            data["resolved"] = behind;
        }
    } else {
        let Some(target) = used.target else { return malformed("A menu command needs its target.") };
        data["target_id"] = json!(target);
        data["resolved"] = if command.kind == 2 {
            resolved(store, by, &[target.to_string()])
        } else {
            let message = store.message(channel, target)?;
            json!({"messages": {target.to_string(): store.message_json(message, store.bot())}})
        };
    }
    Ok(Opening { kind, user: by, channel, data, source: None, opened_by: None })
}

/// What the options speak of.
#[derive(Default)]
struct Found {
    ids: Vec<String>,
    files: Vec<String>,
}

/// Checks given options against the registered ones and completes them.
fn options(registered: &[Value], given: &[Value], typed: bool, found: &mut Found) -> Result<Vec<Value>, Trouble> {
    let mut list = Vec::new();
    for option in given {
        let Some(known) = registered.iter().find(|known| known["name"] == option["name"]) else {
            return malformed(format!("The command has no option {}.", option["name"]));
        };
        list.push(completed(known, option, typed, found)?);
    }
    for known in registered {
        let missing = known["required"] == true && !list.iter().any(|option| option["name"] == known["name"]);
        // Someone who is still typing has not filled everything in.
        if missing && !typed {
            return told(format!("This option is required: {}.", known["name"].as_str().unwrap_or_default()));
        }
    }
    Ok(list)
}

fn completed(known: &Value, option: &Value, typed: bool, found: &mut Found) -> Result<Value, Trouble> {
    let kind = known["type"].as_i64().unwrap_or(3);
    let mut json = json!({"name": known["name"], "type": kind});
    if matches!(kind, 1 | 2) {
        let registered = known["options"].as_array().map_or(&[][..], Vec::as_slice);
        let given = option["options"].as_array().map_or(&[][..], Vec::as_slice);
        json["options"] = json!(options(registered, given, typed, found)?);
        return Ok(json);
    }
    let focused = option["focused"] == true;
    if focused {
        json["focused"] = json!(true);
    }
    if kind == 11 {
        found.files.extend(known["name"].as_str().map(ToOwned::to_owned));
        return Ok(json);
    }
    let value = value_of(kind, &option["value"], focused);
    let Some(value) = value else { return malformed(format!("{} does not fit {}.", option["value"], known["name"])) };
    check_value(known, &value, focused)?;
    if matches!(kind, 6..=9) {
        found.ids.extend(value.as_str().map(ToOwned::to_owned));
    }
    json["value"] = value;
    Ok(json)
}

/// The value in the type of its option; what is still being typed is text.
fn value_of(kind: i64, value: &Value, focused: bool) -> Option<Value> {
    let text = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
    if focused {
        return Some(json!(if value.is_null() { String::new() } else { text }));
    }
    match kind {
        4 => text.parse::<i64>().ok().map(Value::from),
        5 => value.as_bool().or_else(|| text.parse().ok()).map(Value::from),
        6..=9 => text.parse::<Snowflake>().ok().map(|id| json!(id)),
        10 => text.parse::<f64>().ok().map(Value::from),
        _ => (!value.is_null()).then(|| json!(text)),
    }
}

/// What the client checks: choices and bounds.
fn check_value(known: &Value, value: &Value, focused: bool) -> Result<(), Trouble> {
    let name = known["name"].as_str().unwrap_or_default();
    let choices = known["choices"].as_array().filter(|list| !list.is_empty() && !focused);
    if let Some(choices) = choices
        && !choices.iter().any(|choice| same(&choice["value"], value))
    {
        return told(format!("{name}: choose one of the offered values."));
    }
    let number = value.as_f64();
    let low = known["min_value"].as_f64().zip(number).is_some_and(|(bound, number)| number < bound);
    let high = known["max_value"].as_f64().zip(number).is_some_and(|(bound, number)| number > bound);
    let count = value.as_str().map(|text| text.chars().count() as u64).filter(|_| !focused);
    let short = known["min_length"].as_u64().zip(count).is_some_and(|(bound, count)| count < bound);
    let long = known["max_length"].as_u64().zip(count).is_some_and(|(bound, count)| count > bound);
    if low || high || short || long { told(format!("{name}: out of bounds.")) } else { Ok(()) }
}

/// Numbers are the same whether written 1 or 1.0.
fn same(a: &Value, b: &Value) -> bool {
    a == b || a.as_f64().zip(b.as_f64()).is_some_and(|(a, b)| a.total_cmp(&b).is_eq())
}

/// Keeps a file that came with a command.
fn keep(store: &mut Store, channel: Snowflake, file: &File) -> Result<(Snowflake, Value), Trouble> {
    let bytes = match file.encoding {
        Encoding::Text => Bytes::from(file.content.clone()),
        Encoding::Base64 => match BASE64.decode(&file.content) {
            Ok(bytes) => Bytes::from(bytes),
            Err(_) => return malformed("The file is not valid base64."),
        },
    };
    let attachment = store.keep_file(channel, &file.filename, content_type_of(&file.filename), bytes);
    let mut json = attachment.json();
    json["ephemeral"] = json!(true);
    Ok((attachment.id, json))
}

/// Writes the attachment's id as the value of its option, however deep that is.
fn put_file(options: &mut Value, name: &str, id: Snowflake) {
    for option in options.as_array_mut().into_iter().flatten() {
        if option["type"] == 11 && option["name"] == name {
            option["value"] = json!(id);
        } else if option.get("options").is_some() {
            put_file(&mut option["options"], name, id);
        }
    }
}
