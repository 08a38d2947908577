//! Completes what a bot sent as Discord completes it: no nulls, ids on components, defaults, real links to attached files.

use serde_json::{Value, json};

use crate::model::Attachment;

/// Completes the embeds and components of a message. They were checked before, so each is an object.
pub(crate) fn finish(embeds: &mut [Value], components: &mut [Value], attachments: &[Attachment]) {
    for embed in embeds {
        tidy(embed, attachments);
        embed["type"] = json!("rich");
        if let Some(fields) = embed.get_mut("fields").and_then(Value::as_array_mut) {
            fields.iter_mut().for_each(|field| default(field, "inline", json!(false)));
        }
    }
    let mut next = 1;
    for component in components {
        tidy(component, attachments);
        complete(component, &mut next);
    }
}

/// Drops nulls and turns `attachment://name` into the file's address.
fn tidy(value: &mut Value, attachments: &[Attachment]) {
    match value {
        Value::Object(map) => {
            map.retain(|_, inner| !inner.is_null());
            map.values_mut().for_each(|inner| tidy(inner, attachments));
        }
        Value::Array(list) => list.iter_mut().for_each(|inner| tidy(inner, attachments)),
        Value::String(text) => {
            let name = text.strip_prefix("attachment://");
            if let Some(file) = name.and_then(|name| attachments.iter().find(|a| a.filename == name)) {
                *text = file.url.clone();
            }
        }
        _ => {}
    }
}

/// Sets a field that is not there.
fn default(object: &mut Value, key: &str, value: Value) {
    if object.get(key).is_none_or(Value::is_null) {
        object[key] = value;
    }
}

/// Numbers a component and those inside it, unless the bot did, and sets what it left to the default.
pub(crate) fn complete(component: &mut Value, next: &mut u64) {
    if component["id"].as_u64().unwrap_or(0) == 0 {
        component["id"] = json!(*next);
    }
    *next += 1;
    match component["type"].as_i64() {
        Some(3 | 5..=8) => {
            default(component, "min_values", json!(1));
            default(component, "max_values", json!(1));
        }
        Some(11) => complete_media(component, "media"),
        Some(12) => {
            for item in component.get_mut("items").and_then(Value::as_array_mut).into_iter().flatten() {
                complete_media(item, "media");
            }
        }
        Some(13) => complete_media(component, "file"),
        Some(14) => {
            default(component, "divider", json!(true));
            default(component, "spacing", json!(1));
        }
        Some(17) => {
            default(component, "accent_color", Value::Null);
            default(component, "spoiler", json!(false));
        }
        _ => {}
    }
    for inner in component.get_mut("components").and_then(Value::as_array_mut).into_iter().flatten() {
        complete(inner, next);
    }
    for single in ["accessory", "component"] {
        match component.get_mut(single) {
            Some(inner) if inner.is_object() => complete(inner, next),
            _ => {}
        }
    }
}

/// Completes something with a picture or file.
fn complete_media(object: &mut Value, key: &str) {
    default(object, "spoiler", json!(false));
    default(object, "description", Value::Null);
    if let Some(media) = object.get_mut(key) {
        let url = media["url"].clone();
        default(media, "proxy_url", url);
        default(media, "id", json!("0"));
    }
}
