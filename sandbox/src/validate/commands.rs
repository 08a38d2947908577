//! Limits of application commands: names, descriptions, options, choices.

use serde_json::Value;

use super::fields::{Fields, length};
use crate::refusal::{Problems, Refusal};

/// All names, descriptions and choices of one command together.
const TOTAL: usize = 8000;
const SUB_COMMAND: i64 = 1;
const SUB_COMMAND_GROUP: i64 = 2;
const OPTION_TYPES: &[i64] = &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

/// Checks a new command; `at` is its place in a list, or empty.
pub(crate) fn command(body: &Value, at: &str) -> Result<(), Refusal> {
    let mut problems = Problems::default();
    let fields = Fields::of(body, at, &mut problems);
    fields.require("name", &mut problems);
    check(&fields, &mut problems);
    problems.settle()
}

fn check(fields: &Fields<'_>, problems: &mut Problems) {
    let kind = fields.choice("type", &[1, 2, 3, 4], problems).unwrap_or(1);
    let chat = kind == 1;
    if let Some(name) = fields.text("name", 1..=32, problems)
        && chat
    {
        check_name(name, &fields.path("name"), problems);
    }
    if chat {
        fields.required_text("description", 1..=100, problems);
        options(fields, 0, problems);
    } else if fields.get("description").is_some_and(|text| text != "") {
        let message = "Context menu commands cannot have description";
        problems.add(&fields.path("description"), "APPLICATION_COMMANDS_CONTEXT_MENU_DESCRIPTION", message);
    }
    fields.number("default_member_permissions", 0..=i64::MAX, problems);
    for (index, context) in fields.list("contexts", 1..=3, problems).iter().enumerate() {
        if !matches!(context.as_i64(), Some(0..=2)) {
            let at = fields.path(&format!("contexts.{index}"));
            problems.add(&at, "BASE_TYPE_CHOICES", "Value must be one of {0, 1, 2}.");
        }
    }
    localizations(fields, chat, problems);
    if total(fields.get("options"), fields) > TOTAL {
        let message = format!("Command exceeds maximum size ({TOTAL})");
        problems.add(&fields.path(""), "APPLICATION_COMMAND_TOO_LARGE", message);
    }
}

/// Lower case letters, digits, dashes, underscores and apostrophes of any script.
fn check_name(name: &str, at: &str, problems: &mut Problems) {
    let fits = |c: char| matches!(c, '-' | '_' | '\'') || c.is_alphanumeric();
    let lower = name.chars().all(|c| !c.is_uppercase());
    if !lower || !name.chars().all(fits) {
        problems.add(at, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid");
    }
}

fn localizations(fields: &Fields<'_>, is_name: bool, problems: &mut Problems) {
    for (key, limit) in [("name_localizations", 32), ("description_localizations", 100)] {
        let Some(Value::Object(map)) = fields.get(key) else { continue };
        for (locale, value) in map {
            let at = fields.path(&format!("{key}.{locale}"));
            match value.as_str() {
                Some(text) if (1..=limit).contains(&length(text)) => {
                    if is_name && key == "name_localizations" {
                        check_name(text, &at, problems);
                    }
                }
                Some(_) => {
                    problems.add(&at, "BASE_TYPE_BAD_LENGTH", format!("Must be between 1 and {limit} in length."));
                }
                None if value.is_null() => {}
                None => problems.add(&at, "STRING_TYPE_CONVERT", "Could not interpret this as string."),
            }
        }
    }
}

fn options(parent: &Fields<'_>, depth: u8, problems: &mut Problems) {
    let (mut names, mut optional_seen) = (Vec::new(), false);
    for (index, option) in parent.list("options", 0..=25, problems).iter().enumerate() {
        let option = Fields::of(option, &parent.path(&format!("options.{index}")), problems);
        option.require("type", problems);
        let kind = option.choice("type", OPTION_TYPES, problems).unwrap_or(3);
        if let Some(name) = option.required_text("name", 1..=32, problems) {
            check_name(name, &option.path("name"), problems);
            if names.contains(&name) {
                let message = "Option names must be unique";
                problems.add(&parent.path("options"), "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", message);
            }
            names.push(name);
        }
        option.required_text("description", 1..=100, problems);
        localizations(&option, true, problems);
        let required = option.flag("required", problems).unwrap_or(false);
        if required && optional_seen {
            let message = "Required options must be placed before non-required options";
            problems.add(&option.path(""), "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message);
        }
        optional_seen |= !required;
        nested(&option, kind, depth, problems);
    }
}

/// What depends on the kind of an option.
fn nested(option: &Fields<'_>, kind: i64, depth: u8, problems: &mut Problems) {
    let group_too_deep = kind == SUB_COMMAND_GROUP && depth > 0;
    let sub_too_deep = kind == SUB_COMMAND && depth > 1;
    if group_too_deep || sub_too_deep {
        let message = "Sub-command groups cannot be nested this deep";
        problems.add(&option.path("type"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message);
    }
    match kind {
        SUB_COMMAND => options(option, 2, problems),
        SUB_COMMAND_GROUP => options(option, 1, problems),
        3 | 4 | 10 => choices(option, kind, problems),
        _ => {}
    }
    if kind == 3 {
        option.number("min_length", 0..=6000, problems);
        option.number("max_length", 1..=6000, problems);
    }
}

fn choices(option: &Fields<'_>, kind: i64, problems: &mut Problems) {
    let list = option.list("choices", 0..=25, problems);
    if !list.is_empty() && option.flag("autocomplete", problems) == Some(true) {
        let message = "Autocomplete and choices cannot both be set";
        problems.add(&option.path("autocomplete"), "APPLICATION_COMMAND_OPTIONS_CHOICES_AND_AUTOCOMPLETE", message);
    }
    check_choices(option, list, kind, problems);
}

/// Checks the choices of an option; answers to autocomplete are checked by the same rules.
fn check_choices(parent: &Fields<'_>, list: &[Value], kind: i64, problems: &mut Problems) {
    for (index, choice) in list.iter().enumerate() {
        let choice = Fields::of(choice, &parent.path(&format!("choices.{index}")), problems);
        choice.required_text("name", 1..=100, problems);
        if !choice.require("value", problems) {
            continue;
        }
        if kind == 3 {
            choice.text("value", 0..=100, problems);
        } else if choice.get("value").is_some_and(|value| !value.is_number()) {
            problems.add(&choice.path("value"), "NUMBER_TYPE_COERCE", "Value is not a number.");
        }
    }
}

/// Checks the data of an answer to autocomplete; `kind` is the type of the option being typed.
pub(crate) fn autocomplete(data: &Value, kind: i64) -> Result<(), Refusal> {
    let mut problems = Problems::default();
    let fields = Fields::of(data, "data", &mut problems);
    let list = fields.list("choices", 0..=25, &mut problems);
    check_choices(&fields, list, kind, &mut problems);
    problems.settle()
}

/// The characters that count towards the size of a command.
fn total(options: Option<&Value>, own: &Fields<'_>) -> usize {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map_or(0, length);
    text(own.get("name")) + text(own.get("description")) + total_of_options(options)
}

fn total_of_options(options: Option<&Value>) -> usize {
    let text = |value: &Value| value.as_str().map_or(0, length);
    let list = options.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    list.iter()
        .map(|option| {
            let choices = option["choices"].as_array().map_or(&[][..], Vec::as_slice);
            let chosen: usize = choices.iter().map(|c| text(&c["name"]) + text(&c["value"])).sum();
            text(&option["name"]) + text(&option["description"]) + chosen + total_of_options(option.get("options"))
        })
        .sum()
}
