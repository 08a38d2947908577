//! Limits of embeds: each part, and all of a message together.

use serde_json::Value;

use super::fields::{Fields, length};
use crate::refusal::Problems;

/// Characters in all embeds of a message together.
const SUM: usize = 6000;
const LINKS: [&str; 2] = ["http", "https"];
const PICTURES: [&str; 3] = ["http", "https", "attachment"];

/// Checks the embeds of a message.
pub(crate) fn embeds(list: &[Value], problems: &mut Problems) {
    let mut sum = 0;
    for (index, embed) in list.iter().enumerate() {
        sum += check(&Fields::of(embed, &format!("embeds.{index}"), problems), problems);
    }
    if sum > SUM {
        problems.add("embeds", "MAX_EMBED_SIZE_EXCEEDED", format!("Embed size exceeds maximum size of {SUM}"));
    }
}

/// Checks one embed and returns how many characters count.
fn check(embed: &Fields<'_>, problems: &mut Problems) -> usize {
    let mut sum = 0;
    let mut count = |text: Option<&str>| sum += text.map_or(0, length);
    count(embed.text("title", 0..=256, problems));
    count(embed.text("description", 0..=4096, problems));
    embed.url("url", &LINKS, problems);
    embed.number("color", 0..=16_777_215, problems);
    if let Some(timestamp) = embed.text("timestamp", 0..=64, problems)
        && chrono::DateTime::parse_from_rfc3339(timestamp).is_err()
    {
        let message = format!("Could not parse {timestamp}. Should be ISO8601.");
        problems.add(&embed.path("timestamp"), "DATE_TIME_TYPE_PARSE", message);
    }
    for (part, key, limit) in [("footer", "text", 2048), ("author", "name", 256)] {
        if let Some(value) = embed.get(part) {
            let inner = Fields::of(value, &embed.path(part), problems);
            count(inner.required_text(key, 1..=limit, problems));
            inner.url("icon_url", &PICTURES, problems);
        }
    }
    for part in ["image", "thumbnail"] {
        if let Some(value) = embed.get(part) {
            let inner = Fields::of(value, &embed.path(part), problems);
            if inner.require("url", problems) {
                inner.url("url", &PICTURES, problems);
            }
        }
    }
    for (index, field) in embed.list("fields", 0..=25, problems).iter().enumerate() {
        let inner = Fields::of(field, &embed.path(&format!("fields.{index}")), problems);
        count(inner.required_text("name", 1..=256, problems));
        count(inner.required_text("value", 1..=1024, problems));
        inner.flag("inline", problems);
    }
    sum
}
