//! Limits of modals: title, inputs, labels.

use serde_json::Value;

use super::components::{kind, select, unique_ids, walk};
use super::fields::{Fields, length};
use crate::refusal::Problems;

/// Checks the data of a modal callback.
pub(crate) fn modal(data: &Value, problems: &mut Problems) {
    let fields = Fields::of(data, "data", problems);
    fields.required_text("title", 1..=45, problems);
    fields.required_text("custom_id", 1..=100, problems);
    fields.require("components", problems);
    let list = fields.list("components", 1..=5, problems);
    for (index, component) in list.iter().enumerate() {
        let at = fields.path(&format!("components.{index}"));
        let row = Fields::of(component, &at, problems);
        row.require("type", problems);
        match row.choice("type", &[kind::ROW, kind::TEXT, kind::LABEL], problems) {
            Some(kind::ROW) => {
                row.require("components", problems);
                for (index, input) in row.list("components", 1..=1, problems).iter().enumerate() {
                    let input = Fields::of(input, &row.path(&format!("components.{index}")), problems);
                    input.choice("type", &[kind::TEXT_INPUT], problems);
                    input.required_text("label", 1..=45, problems);
                    text_input(&input, problems);
                }
            }
            Some(kind::LABEL) => label(&row, problems),
            Some(kind::TEXT) => drop(row.required_text("content", 1..=4000, problems)),
            _ => {}
        }
    }
    unique_ids(list, problems);
}

fn label(fields: &Fields<'_>, problems: &mut Problems) {
    fields.required_text("label", 1..=45, problems);
    fields.text("description", 0..=100, problems);
    if fields.require("component", problems)
        && let Some(inner) = fields.get("component")
    {
        let input = Fields::of(inner, &fields.path("component"), problems);
        input.require("type", problems);
        match input.choice("type", &[3, 4, 5, 6, 7, 8, 19, 21, 22, 23], problems) {
            Some(kind::TEXT_INPUT) => text_input(&input, problems),
            Some(chosen @ (kind::STRING_SELECT | kind::USER_SELECT..=kind::CHANNEL_SELECT)) => {
                select(&input, chosen, problems);
            }
            _ => drop(input.required_text("custom_id", 1..=100, problems)),
        }
    }
}

fn text_input(fields: &Fields<'_>, problems: &mut Problems) {
    fields.required_text("custom_id", 1..=100, problems);
    fields.require("style", problems);
    fields.choice("style", &[1, 2], problems);
    let least = fields.number("min_length", 0..=4000, problems).unwrap_or(0);
    let most = fields.number("max_length", 1..=4000, problems).unwrap_or(4000);
    if least > most {
        let message = "min_length cannot be greater than max_length";
        problems.add(&fields.path("min_length"), "BASE_TYPE_BAD_VALUE", message);
    }
    fields.text("placeholder", 0..=100, problems);
    if let Some(value) = fields.text("value", 0..=4000, problems)
        && !value.is_empty()
        && i64::try_from(length(value)).is_ok_and(|count| !(least..=most).contains(&count))
    {
        let message = format!("Must be between {least} and {most} in length.");
        problems.add(&fields.path("value"), "BASE_TYPE_BAD_LENGTH", message);
    }
}

/// The inputs of a modal with the words above them.
pub(crate) fn inputs(modal: &Value) -> Vec<(&Value, &str)> {
    let mut found = Vec::new();
    let list = modal["components"].as_array().map_or(&[][..], Vec::as_slice);
    walk(list, &mut |component| {
        if component["type"] == kind::LABEL {
            found.push((&component["component"], component["label"].as_str().unwrap_or_default()));
        } else if component["type"] == kind::TEXT_INPUT && component["label"].is_string() {
            found.push((component, component["label"].as_str().unwrap_or_default()));
        }
    });
    found
}
