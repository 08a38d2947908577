//! A filled-in modal is sent off.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::components::{check_values, resolved};
use super::outcome::{Trouble, malformed, told};
use crate::interactions::{Kind, Opening};
use crate::snowflake::Snowflake;
use crate::store::Store;
use crate::validate;

pub(super) fn submit(
    store: &Store,
    by: Snowflake,
    interaction: Snowflake,
    custom_id: Option<&str>,
    fields: &BTreeMap<String, Value>,
) -> Result<Opening, Trouble> {
    let opener = store.ledger.get(interaction).filter(|opener| opener.user == by);
    let Some((opener, modal)) = opener.and_then(|opener| Some((opener, opener.modal.as_ref()?))) else {
        return malformed("That interaction opened no modal for you.");
    };
    if custom_id.is_some_and(|id| modal["custom_id"] != id) {
        return malformed("The modal has another custom_id.");
    }
    let inputs = validate::inputs(modal);
    for name in fields.keys() {
        if !inputs.iter().any(|(input, _)| input["custom_id"] == name.as_str()) {
            return malformed(format!("The modal has no input {name:?}."));
        }
    }
    let mut chosen = Vec::new();
    for (input, label) in &inputs {
        check(store, input, label, fields)?;
        chosen.extend(values(input, fields));
    }
    let rows = modal["components"].as_array().map_or(&[][..], Vec::as_slice);
    let components: Vec<_> = rows.iter().map(|row| filled_row(row, fields)).collect();
    let mut data = json!({"custom_id": modal["custom_id"], "components": components});
    let behind = resolved(store, by, &chosen);
    if behind != json!({}) {
        data["resolved"] = behind;
    }
    // The message is only named when it is still there.
    let source = opener.source.filter(|id| store.messages.contains_key(&(opener.channel, *id)));
    let opened_by = Some(opener.metadata(store));
    Ok(Opening { kind: Kind::Modal, user: by, channel: opener.channel, data, source, opened_by })
}

/// The text that was put into an input, or what stood there before.
fn text(input: &Value, fields: &BTreeMap<String, Value>) -> String {
    let given = input["custom_id"].as_str().and_then(|id| fields.get(id));
    let text = given.and_then(Value::as_str).or(input["value"].as_str());
    text.unwrap_or_default().to_owned()
}

/// The values chosen in a select of a modal.
fn values(input: &Value, fields: &BTreeMap<String, Value>) -> Vec<String> {
    if input["type"] == 4 {
        return Vec::new();
    }
    match input["custom_id"].as_str().and_then(|id| fields.get(id)) {
        Some(Value::Array(list)) => list.iter().filter_map(|v| v.as_str().map(ToOwned::to_owned)).collect(),
        Some(Value::String(one)) if !one.is_empty() => vec![one.clone()],
        _ => Vec::new(),
    }
}

/// What the client checks before it sends.
fn check(store: &Store, input: &Value, label: &str, fields: &BTreeMap<String, Value>) -> Result<(), Trouble> {
    let required = input["required"].as_bool().unwrap_or(true);
    if input["type"] != 4 {
        let chosen = values(input, fields);
        return match (chosen.is_empty(), required) {
            (true, false) => Ok(()),
            (true, true) => told(format!("{label}: this field is required.")),
            (false, _) => check_values(store, input, &chosen),
        };
    }
    let count = u64::try_from(validate::length(&text(input, fields))).unwrap_or(u64::MAX);
    if count == 0 {
        return if required { told(format!("{label}: this field is required.")) } else { Ok(()) };
    }
    let (least, most) = (input["min_length"].as_u64().unwrap_or(0), input["max_length"].as_u64().unwrap_or(4000));
    if (least..=most).contains(&count) {
        Ok(())
    } else {
        told(format!("{label}: must be between {least} and {most} characters long."))
    }
}

/// A row or label of the modal, as it comes back filled in.
fn filled_row(row: &Value, fields: &BTreeMap<String, Value>) -> Value {
    let mut filled = json!({"type": row["type"], "id": row["id"]});
    if let Some(list) = row["components"].as_array() {
        filled["components"] = list.iter().map(|input| filled_input(input, fields)).collect();
    } else if row["component"].is_object() {
        filled["component"] = filled_input(&row["component"], fields);
    }
    filled
}

fn filled_input(input: &Value, fields: &BTreeMap<String, Value>) -> Value {
    let mut filled = json!({"type": input["type"], "id": input["id"], "custom_id": input["custom_id"]});
    if input["type"] == 4 {
        filled["value"] = json!(text(input, fields));
    } else {
        filled["values"] = json!(values(input, fields));
    }
    filled
}
