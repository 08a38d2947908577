//! Limits of components in messages: rows, buttons, selects and the parts of Components V2.

use serde_json::Value;

use super::fields::{Fields, length};
use crate::refusal::Problems;

/// Component types by Discord's numbers.
pub(crate) mod kind {
    pub(crate) const ROW: i64 = 1;
    pub(crate) const BUTTON: i64 = 2;
    pub(crate) const STRING_SELECT: i64 = 3;
    pub(crate) const TEXT_INPUT: i64 = 4;
    pub(crate) const USER_SELECT: i64 = 5;
    pub(crate) const CHANNEL_SELECT: i64 = 8;
    pub(crate) const SECTION: i64 = 9;
    pub(crate) const TEXT: i64 = 10;
    pub(crate) const THUMBNAIL: i64 = 11;
    pub(crate) const GALLERY: i64 = 12;
    pub(crate) const FILE: i64 = 13;
    pub(crate) const SEPARATOR: i64 = 14;
    pub(crate) const CONTAINER: i64 = 17;
    pub(crate) const LABEL: i64 = 18;
}

/// All components of a V2 message together.
const V2_TOTAL: usize = 40;
/// All text of a V2 message together.
const V2_TEXT: usize = 4000;

/// Which kinds may stand at a place.
const TOP_CLASSIC: &[i64] = &[kind::ROW];
const TOP_V2: &[i64] = &[kind::ROW, kind::SECTION, kind::TEXT, kind::GALLERY, kind::FILE, kind::SEPARATOR, kind::CONTAINER];
const IN_CONTAINER: &[i64] = &[kind::ROW, kind::SECTION, kind::TEXT, kind::GALLERY, kind::FILE, kind::SEPARATOR];
const IN_ROW: &[i64] = &[kind::BUTTON, kind::STRING_SELECT, 5, 6, 7, kind::CHANNEL_SELECT];

/// Every component inside these, itself included, parents first.
pub(crate) fn walk<'a>(list: &'a [Value], visit: &mut dyn FnMut(&'a Value)) {
    for component in list {
        visit(component);
        if let Some(inner) = component["components"].as_array() {
            walk(inner, visit);
        }
        for single in ["accessory", "component"] {
            if component[single].is_object() {
                walk(std::slice::from_ref(&component[single]), visit);
            }
        }
    }
}

/// The component with this custom id.
pub(crate) fn find<'a>(list: &'a [Value], custom_id: &str) -> Option<&'a Value> {
    let mut found = None;
    walk(list, &mut |component| {
        if component["custom_id"] == custom_id {
            found = Some(component);
        }
    });
    found
}

/// All custom ids inside these components.
pub(crate) fn custom_ids(list: &[Value]) -> Vec<String> {
    let mut ids = Vec::new();
    walk(list, &mut |component| ids.extend(component["custom_id"].as_str().map(ToOwned::to_owned)));
    ids
}

/// Checks the components of a message; `v2` says whether its flag is set.
pub(crate) fn components(list: &[Value], v2: bool, problems: &mut Problems) {
    let allowed = if v2 { TOP_V2 } else { TOP_CLASSIC };
    for (index, component) in list.iter().enumerate() {
        check(component, &format!("components.{index}"), allowed, problems);
    }
    unique_ids(list, problems);
    let (mut total, mut text) = (0, 0);
    walk(list, &mut |component| {
        total += 1;
        if component["type"] == kind::TEXT {
            text += component["content"].as_str().map_or(0, length);
        }
    });
    if total > V2_TOTAL {
        let message = format!("The total number of components must be {V2_TOTAL} or fewer.");
        problems.add("components", "MESSAGE_COMPONENTS_TOTAL_EXCEEDED", message);
    }
    if text > V2_TEXT {
        let message = format!("The total text must be {V2_TEXT} or fewer in length.");
        problems.add("components", "MAX_COMPONENTS_TEXT_SIZE_EXCEEDED", message);
    }
}

/// Notes custom ids that stand twice.
pub(crate) fn unique_ids(list: &[Value], problems: &mut Problems) {
    let mut seen: Vec<String> = Vec::new();
    for id in custom_ids(list) {
        if seen.contains(&id) {
            let message = "Component custom id cannot be duplicated";
            problems.add("components", "COMPONENT_CUSTOM_ID_DUPLICATED", message);
        } else {
            seen.push(id);
        }
    }
}

/// Checks one component and what is inside it.
fn check(component: &Value, at: &str, allowed: &[i64], problems: &mut Problems) {
    let fields = Fields::of(component, at, problems);
    if !fields.require("type", problems) {
        return;
    }
    let Some(kind) = fields.choice("type", allowed, problems).filter(|kind| allowed.contains(kind)) else { return };
    match kind {
        kind::ROW => row(&fields, problems),
        kind::BUTTON => button(&fields, problems),
        kind::STRING_SELECT..=kind::CHANNEL_SELECT => select(&fields, kind, problems),
        kind::SECTION => section(&fields, problems),
        kind::TEXT => drop(fields.required_text("content", 1..=V2_TEXT, problems)),
        kind::THUMBNAIL => media(&fields, "media", problems),
        kind::FILE => media(&fields, "file", problems),
        kind::GALLERY => {
            fields.require("items", problems);
            for (index, item) in fields.list("items", 1..=10, problems).iter().enumerate() {
                media(&Fields::of(item, &fields.path(&format!("items.{index}")), problems), "media", problems);
            }
        }
        kind::CONTAINER => {
            fields.number("accent_color", 0..=0xff_ffff, problems);
            fields.require("components", problems);
            inner(&fields, IN_CONTAINER, 1..=V2_TOTAL, problems);
        }
        _ => drop(fields.choice("spacing", &[1, 2], problems)),
    }
}

fn inner(fields: &Fields<'_>, allowed: &[i64], bounds: std::ops::RangeInclusive<usize>, problems: &mut Problems) {
    for (index, component) in fields.list("components", bounds, problems).iter().enumerate() {
        check(component, &fields.path(&format!("components.{index}")), allowed, problems);
    }
}

fn row(fields: &Fields<'_>, problems: &mut Problems) {
    fields.require("components", problems);
    inner(fields, IN_ROW, 1..=5, problems);
    let list = fields.get("components").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let selects = list.iter().filter(|c| c["type"] != kind::BUTTON).count();
    if selects > 0 && list.len() > 1 {
        let message = "The specified component exceeds the maximum width";
        problems.add(&fields.path("components"), "COMPONENT_LAYOUT_WIDTH_EXCEEDED", message);
    }
}

fn section(fields: &Fields<'_>, problems: &mut Problems) {
    fields.require("components", problems);
    inner(fields, &[kind::TEXT], 1..=3, problems);
    if fields.require("accessory", problems)
        && let Some(accessory) = fields.get("accessory")
    {
        check(accessory, &fields.path("accessory"), &[kind::BUTTON, kind::THUMBNAIL], problems);
    }
}

fn media(fields: &Fields<'_>, key: &str, problems: &mut Problems) {
    if fields.require(key, problems)
        && let Some(value) = fields.get(key)
    {
        let item = Fields::of(value, &fields.path(key), problems);
        if item.require("url", problems) {
            item.url("url", &["http", "https", "attachment"], problems);
        }
    }
}

fn button(fields: &Fields<'_>, problems: &mut Problems) {
    fields.text("label", 0..=80, problems);
    fields.flag("disabled", problems);
    fields.require("style", problems);
    let style = fields.choice("style", &[1, 2, 3, 4, 5, 6], problems);
    match style {
        Some(5) => {
            if fields.require("url", problems) {
                fields.url("url", &["http", "https", "discord"], problems);
            }
            if fields.has("custom_id") {
                let message = "A custom id and url cannot both be specified";
                problems.add(&fields.path("custom_id"), "BUTTON_COMPONENT_CUSTOM_ID_AND_URL_MUTUALLY_EXCLUSIVE", message);
            }
        }
        Some(1..=4) => {
            fields.required_text("custom_id", 1..=100, problems);
        }
        _ => {}
    }
    let bare = fields.get("label").is_none_or(|label| label == "") && !fields.has("emoji");
    if bare && style != Some(6) {
        problems.add(&fields.path("label"), "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "A label or emoji is required");
    }
}

/// Checks a select; modals have them too.
pub(crate) fn select(fields: &Fields<'_>, kind: i64, problems: &mut Problems) {
    fields.required_text("custom_id", 1..=100, problems);
    fields.text("placeholder", 0..=150, problems);
    let least = fields.number("min_values", 0..=25, problems).unwrap_or(1);
    let most = fields.number("max_values", 1..=25, problems).unwrap_or(1);
    if least > most {
        let message = "min_values cannot be greater than max_values";
        problems.add(&fields.path("min_values"), "BASE_TYPE_BAD_VALUE", message);
    }
    if kind != kind::STRING_SELECT {
        fields.list("default_values", 0..=25, problems);
        return;
    }
    fields.require("options", problems);
    let mut values = Vec::new();
    let options = fields.list("options", 1..=25, problems);
    for (index, option) in options.iter().enumerate() {
        let option = Fields::of(option, &fields.path(&format!("options.{index}")), problems);
        option.required_text("label", 1..=100, problems);
        option.text("description", 0..=100, problems);
        if let Some(value) = option.required_text("value", 1..=100, problems) {
            if values.contains(&value) {
                let message = "The specified option value is already used";
                problems.add(&option.path("value"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", message);
            }
            values.push(value);
        }
    }
    if !options.is_empty() && usize::try_from(most).is_ok_and(|most| most > options.len()) {
        let message = "max_values cannot be greater than the number of options";
        problems.add(&fields.path("max_values"), "BASE_TYPE_BAD_VALUE", message);
    }
}
