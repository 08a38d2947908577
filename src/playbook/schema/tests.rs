//! The description for editors beside the reader. What the reader asks for is found out by letting it read a document that has every
//! section and every combination of words, which is made from the description: a section that is new to either side shows.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::super::{FACTS, Playbook, defaults, read};
use crate::document;
use crate::document::outline::Wanted;
use crate::document::span::Counted;
use crate::domain::segment;

type Keys = BTreeMap<String, Value>;

fn schema() -> Value {
    serde_json::from_str(Playbook::schema()).unwrap()
}

/// What a key's description says, with what it refers to.
fn resolved(schema: &Value, property: &Value) -> Value {
    let Some(name) = property["$ref"].as_str() else { return property.clone() };
    let mut whole = schema["$defs"][name.trim_start_matches("#/$defs/")].clone();
    assert!(whole.is_object(), "{name} is not there");
    for (key, value) in property.as_object().unwrap() {
        whole[key] = value.clone();
    }
    whole
}

/// The table that a key holds, once or repeated.
fn table_of(property: &Value) -> Option<&Value> {
    [property, &property["items"]].into_iter().find(|table| table["properties"].is_object())
}

fn keys(table: &Value) -> Keys {
    table["properties"].as_object().unwrap().iter().map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// Every table of the description by its path.
fn tables(table: &Value, path: &str) -> Vec<(String, Value)> {
    let mut found = vec![(path.to_owned(), table.clone())];
    for (key, property) in keys(table) {
        if let Some(inner) = table_of(&property) {
            let path = if path.is_empty() { key } else { format!("{path}.{key}") };
            found.extend(tables(inner, &path));
        }
    }
    found
}

/// Inline tables with every combination of the words that a table's keys can have, and with the tables within.
fn combinations(table: &Value) -> Vec<String> {
    let mut written = vec![String::new()];
    for (key, property) in keys(table) {
        let words: Vec<String> = match (table_of(&property), property["enum"].as_array()) {
            (Some(inner), _) => vec![value(&property, inner)],
            (None, Some(words)) => words.iter().map(Value::to_string).collect(),
            (None, None) => continue,
        };
        let with = |word: &String| written.iter().map(|rest| format!("{rest}{key} = {word}, ")).collect::<Vec<_>>();
        written = words.iter().flat_map(with).collect();
    }
    written.push(String::new());
    written
}

fn value(property: &Value, table: &Value) -> String {
    let tables: Vec<String> = combinations(table).iter().map(|keys| format!("{{ {} }}", keys.trim_end_matches(", "))).collect();
    if property["type"] == "array" { format!("[{}]", tables.join(", ")) } else { tables[0].clone() }
}

/// A document in which every table of the description stands, in every way.
fn everything(schema: &Value) -> String {
    let tables = keys(schema).into_iter().filter_map(|(key, property)| {
        let table = table_of(&property)?;
        Some(format!("{key} = {}\n", value(&property, table)))
    });
    tables.collect()
}

/// What the reader wants of a key, in the words of the description.
fn says(property: &Value, schema: &Value) -> Wanted {
    let number = |key: &str| property[key].as_i64().unwrap_or_else(|| panic!("no {key}: {property}"));
    let words = |words: &[Value]| {
        let mut words: Vec<&'static str> =
            words.iter().map(|word| &*Box::leak(word.as_str().unwrap().to_owned().into_boxed_str())).collect();
        words.sort_unstable();
        Wanted::OneOf(words)
    };
    match property["$ref"].as_str() {
        Some("#/$defs/business_span") => return Wanted::Span(Counted::Business),
        Some("#/$defs/wall_span") => return Wanted::Span(Counted::Wall),
        _ => {}
    }
    let property = resolved(schema, property);
    match (property["type"].as_str().unwrap(), property["enum"].as_array()) {
        ("string", Some(list)) => words(list),
        ("string", None) => Wanted::Text,
        ("boolean", _) => Wanted::Flag,
        ("integer", _) => Wanted::Whole(number("minimum"), number("maximum")),
        ("number", _) => Wanted::Part,
        ("object", _) => Wanted::Table,
        ("array", _) if property["items"]["type"] == "object" => Wanted::Tables,
        ("array", _) => Wanted::Texts,
        other => panic!("the reader wants nothing like {other:?}"),
    }
}

fn sorted(wanted: &Wanted) -> Wanted {
    let Wanted::OneOf(words) = wanted else { return wanted.clone() };
    let mut words = words.clone();
    words.sort_unstable();
    Wanted::OneOf(words)
}

#[test]
fn the_schema_and_the_reader_know_the_same_keys_and_want_the_same_of_them() {
    let schema = schema();
    let asked = document::outline("playbook.toml", &everything(&schema), read::read).unwrap();
    let asked: BTreeMap<&str, _> = asked.tables().collect();
    let described = tables(&schema, "");
    let paths: BTreeSet<&str> = described.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, asked.keys().copied().collect(), "tables of the schema, and of the reader");
    for (path, table) in &described {
        let (keys, asked) = (keys(table), asked[path.as_str()]);
        let names: BTreeSet<&str> = keys.keys().map(String::as_str).collect();
        assert_eq!(names, asked.keys().copied().collect(), "keys of [{path}] in the schema, and in the reader");
        for (key, property) in &keys {
            let wanted: Vec<Wanted> =
                asked[key.as_str()].iter().filter(|wanted| **wanted != Wanted::Always).map(sorted).collect();
            assert_eq!(vec![says(property, &schema)], wanted, "what {path}.{key} holds, in the schema and in the reader");
            assert!(property["description"].as_str().is_some_and(|said| said.len() > 10), "{path}.{key} is not described");
        }
        assert_eq!(table["additionalProperties"], false, "[{path}] takes any key");
    }
}

#[test]
fn the_schema_requires_what_the_reader_always_needs() {
    let schema = schema();
    // Read without a word in it: a key that a table needs only beside others is not missed yet.
    let empty: String = keys(&schema)
        .into_iter()
        .filter_map(|(key, property)| {
            table_of(&property)?;
            let empty = if property["type"] == "array" { "[{ ladder = [{}], steps = [{}] }]" } else { "{}" };
            Some(format!("{key} = {empty}\n"))
        })
        .collect();
    let asked = document::outline("playbook.toml", &empty, read::read).unwrap();
    let needed: BTreeMap<&str, BTreeSet<&str>> = asked
        .tables()
        .map(|(path, keys)| {
            (path, keys.iter().filter(|(_, wanted)| wanted.contains(&Wanted::Always)).map(|(key, _)| *key).collect())
        })
        .collect();
    for (path, table) in tables(&schema, "").iter().filter(|(path, _)| !path.is_empty()) {
        let required: BTreeSet<&str> =
            table["required"].as_array().into_iter().flatten().map(|key| key.as_str().unwrap()).collect();
        assert_eq!(required, needed[path.as_str()], "what [{path}] must have, in the schema and in the reader");
    }
    assert_eq!(schema["required"], serde_json::json!(["company", "team"]));
    let nothing = Playbook::read("").unwrap_err().to_string();
    assert!(nothing.contains("[company]") && nothing.contains("no team"), "{nothing}");
}

#[test]
fn the_schema_names_the_usual_stages_reasons_templates_and_segments() {
    let schema = schema();
    let stage = &schema["properties"]["stage"]["items"];
    let stages: Vec<String> = defaults::stages().iter().map(|stage| stage.key.to_string()).collect();
    assert_eq!(stage["allOf"][0]["if"]["properties"]["key"]["enum"], serde_json::json!(stages));
    let reasons: Vec<String> = defaults::reasons().iter().map(|reason| reason.key.to_string()).collect();
    assert_eq!(schema["properties"]["reason"]["items"]["properties"]["key"]["examples"], serde_json::json!(reasons));
    let template = &schema["properties"]["template"]["items"];
    let templates: Vec<String> = defaults::templates().into_iter().map(|template| template.key).collect();
    assert_eq!(template["properties"]["key"]["examples"], serde_json::json!(templates));
    assert_eq!(template["allOf"][0]["if"]["properties"]["key"]["enum"], serde_json::json!(templates));
    let said = template["properties"]["text"]["description"].as_str().unwrap();
    let segment = &schema["properties"]["segment"]["items"]["properties"];
    let segments: Vec<String> = defaults::segments().into_iter().map(|segment| segment.key).collect();
    assert_eq!(segment["key"]["examples"], serde_json::json!(segments));
    let told = segment["when"]["description"].as_str().unwrap();
    assert!(segment::NAMES.iter().all(|name| told.contains(name)), "{told} names all of {:?}", segment::NAMES);
    assert!(FACTS.iter().all(|(name, _)| said.contains(name)), "{said} names all of {FACTS:?}");
}

#[test]
fn what_the_schema_says_is_usual_is_what_holds_when_it_is_not_written() {
    let schema = schema();
    let bare = "[company]\nname = \"Acme\"\ntimezone = \"UTC\"\n[[team]]\nkey = \"a\"\nchannel = \"leads\"\ncaptain = \"ann\"\n";
    let usual = Playbook::read(bare).unwrap();
    for (path, table) in
        tables(&schema, "").iter().filter(|(path, _)| ["promises", "scoring", "matching", "card"].contains(&path.as_str()))
    {
        let defaults: String =
            keys(table).iter().filter_map(|(key, property)| Some(format!("{key} = {}\n", property.get("default")?))).collect();
        assert!(!defaults.is_empty(), "[{path}] names nothing usual");
        let written = Playbook::read(&format!("{bare}[{path}]\n{defaults}")).unwrap_or_else(|problems| panic!("{problems}"));
        assert_eq!(written, usual, "[{path}]\n{defaults}");
    }
}

#[test]
fn every_example_begins_with_where_its_schema_is() {
    let deploy = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy");
    let more = std::fs::read_dir(deploy.join("playbooks")).unwrap().map(|file| file.unwrap().path());
    for file in more.chain([deploy.join("playbook.toml")]) {
        let text = std::fs::read_to_string(&file).unwrap();
        let named = text.lines().next().and_then(|line| line.strip_prefix("#:schema ")).unwrap_or_else(|| panic!("{file:?}"));
        let found = file.parent().unwrap().join(named);
        assert_eq!(std::fs::read_to_string(&found).unwrap(), Playbook::schema(), "{found:?}");
    }
}
