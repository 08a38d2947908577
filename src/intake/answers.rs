//! Walks a tree and finds the answers in it: question, answer, place.
//! Senders write the same thing in a few ways (a flat map, a list of questions, an object per field, a name in two parts); each is known here once,
//! so that a provider needs no code of its own.
//! Invariant: answers come in the order sent, each leaf at most once, and empty ones not at all.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::cleaning::clean;
use super::field::Field;
use super::json::{Tree, text_of};
use super::labels::{self, Meaning};

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Where its value stands.
    pub path: String,
    /// What was asked, for people.
    pub label: String,
    /// The sender's own name of the field, where it is another one.
    pub key: Option<String>,
    /// The sender's own name of its type.
    pub hint: Option<String>,
    /// What was answered: at least one, cleaned.
    pub texts: Vec<String>,
    /// What it stands beside.
    pub group: String,
    /// Where it stands.
    pub branch: Branch,
    /// A part of a name that the sender asked apart.
    pub part: Option<Field>,
}

/// What the branch of a tree is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Branch {
    /// Not known.
    Open,
    /// The person.
    Person,
    /// Something technical.
    Technical,
}

impl Answer {
    /// All that was answered.
    #[must_use]
    pub fn joined(&self) -> String {
        self.texts.join(", ")
    }
}

/// Which parts of a tree are asked, and what questions are called.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Names of questions by their id, where they stand apart from the answers.
    pub titles: BTreeMap<String, String>,
    /// Where in a question its id for `titles` stands: `field.ref`.
    pub title_id: Option<String>,
    /// What separates several choices in one text.
    pub split: Option<String>,
    /// Groups of ticks come once as a list and once more tick by tick, under keys that begin with the group's.
    pub skip_ticks: bool,
}

const LABEL_KEYS: [&str; 9] = ["label", "title", "question", "column_name", "name", "field", "column_id", "checkbox_key", "key"];
const VALUE_KEYS: [&str; 7] = ["value", "values", "answer", "string_value", "userData", "is_checked", "raw_value"];
const ID_KEYS: [&str; 7] = ["ref", "column_id", "custom_key", "key", "item_id", "name", "id"];
const HINT_KEYS: [&str; 4] = ["type", "column_id", "fieldType", "predefinedField"];
const PLACE_KEYS: [&str; 8] = ["work", "home", "mobile", "main", "primary", "other", "your_name", "email_address"];

/// The answers under a branch; `path` is where the branch stands.
#[must_use]
pub fn find(tree: &Tree, path: &str, asked: &Asked) -> Vec<Answer> {
    let mut walk = Walk { asked, found: Vec::new() };
    let at = Place { path: path.to_owned(), key: last_key(path), group: path.to_owned(), branch: Branch::Open };
    walk.value(tree, &at);
    walk.found
}

/// One step down a path.
#[must_use]
pub fn step(path: &str, key: &str) -> String {
    format!("{path}['{}']", key.replace('\\', "\\\\").replace('\'', "\\'"))
}

fn last_key(path: &str) -> String {
    path.rsplit_once("['").and_then(|(_, rest)| rest.split("']").next()).unwrap_or_default().to_owned()
}

#[derive(Clone)]
struct Place {
    path: String,
    key: String,
    group: String,
    branch: Branch,
}

struct Walk<'a> {
    asked: &'a Asked,
    found: Vec<Answer>,
}

impl Walk<'_> {
    fn value(&mut self, value: &Value, at: &Place) {
        match value {
            Value::Null => {}
            Value::Bool(_) | Value::Number(_) | Value::String(_) => self.leaf(value, at),
            Value::Array(list) => self.list(list, at),
            Value::Object(map) => self.object(map, at),
        }
    }

    fn leaf(&mut self, value: &Value, at: &Place) {
        let texts = texts(value);
        if let Some(lines) = texts.first().and_then(|text| letter(text)) {
            for (label, answer) in lines {
                let path = step(&at.path, &label);
                self.push(
                    &Place { path, group: at.path.clone(), ..at.clone() },
                    Question { label, ..Question::default() },
                    vec![answer],
                );
            }
            return;
        }
        self.push(at, Question { label: at.key.clone(), ..Question::default() }, texts);
    }

    fn list(&mut self, list: &[Value], at: &Place) {
        if list.iter().all(|v| !v.is_object() && !v.is_array()) {
            let texts = list.iter().flat_map(texts).collect();
            self.push(at, Question { label: at.key.clone(), ..Question::default() }, texts);
            return;
        }
        for (i, value) in list.iter().enumerate() {
            let path = format!("{}[{i}]", at.path);
            self.value(value, &Place { path, group: at.path.clone(), ..at.clone() });
        }
    }

    fn object(&mut self, map: &Map<String, Value>, at: &Place) {
        if self.question(map, at) || at.path != "$" && self.composite(map, &at.key, at) {
            return;
        }
        for (key, value) in map {
            let branch = if at.branch == Branch::Technical
                || (value.is_object() || value.is_array()) && labels::is_technical_branch(key)
            {
                Branch::Technical
            } else if labels::is_personal_branch(key) {
                Branch::Person
            } else {
                at.branch
            };
            // A parameter under `utm` is called by its whole name, and the fourth of the fields `field 4`.
            let numbered = !at.key.is_empty() && key.bytes().all(|b| b.is_ascii_digit());
            let key_name = match labels::plain(&at.key).as_str() {
                "utm" => format!("utm_{key}"),
                _ if numbered => format!("{} {key}", at.key.trim_end_matches('s')),
                _ => key.clone(),
            };
            self.value(value, &Place { path: step(&at.path, key), key: key_name, group: at.path.clone(), branch });
        }
    }

    /// An object that is one question with its answer.
    fn question(&mut self, map: &Map<String, Value>, at: &Place) -> bool {
        let Some((value_key, value)) = value_of(map) else { return false };
        // A key of its own, rather than a number in a list. A person's record may have a `value` too: that of the deal.
        let own_label = at.path.ends_with("']");
        let record = map.keys().any(|k| {
            k != value_key
                && matches!(
                    labels::meaning(k),
                    Meaning::Whole(Field::Email | Field::Phone) | Meaning::Within(Field::Email | Field::Phone)
                )
        });
        if record || at.path == "$" || own_label && value.is_null() || is_branch(value) {
            return false;
        }
        let text = |key: &&str| map.get(*key).and_then(Value::as_str).and_then(clean);
        let title =
            self.asked.title_id.as_ref().and_then(|id| dotted(map, id)).and_then(|id| self.asked.titles.get(&id).cloned());
        let named = title.or_else(|| LABEL_KEYS.iter().find_map(text)).or_else(|| dotted(map, "field.ref"));
        let label = named.filter(|l| !PLACE_KEYS.contains(&l.to_lowercase().as_str()));
        let primary = map.contains_key("primary");
        let label = match label {
            Some(label) => label,
            None if own_label || primary => at.key.clone(),
            None => return false,
        };
        let key =
            ID_KEYS.iter().find_map(text).or_else(|| dotted(map, "field.ref")).or_else(|| own_label.then(|| at.key.clone()));
        let hint = HINT_KEYS.iter().find_map(text);
        if self.asked.skip_ticks && key.as_ref().is_some_and(|k| self.repeats(k)) {
            return true;
        }
        let path = step(&at.path, value_key);
        // One of several numbers or addresses of a person stands beside what stands beside the list.
        let group = if primary {
            at.group.rsplit_once('[').map_or(at.group.as_str(), |(above, _)| above).to_owned()
        } else {
            at.group.clone()
        };
        if let Value::Object(inner) = value
            && self.composite(inner, &label, &Place { path: path.clone(), ..at.clone() })
        {
            return true;
        }
        let texts = chosen(map, value);
        let question = Question { label, key, hint, part: None };
        self.push(&Place { path, group, ..at.clone() }, question, texts);
        true
    }

    fn repeats(&self, key: &str) -> bool {
        self.found
            .iter()
            .filter_map(|a| a.key.as_deref())
            .any(|before| key.strip_prefix(before).is_some_and(|rest| rest.starts_with('_')))
    }

    /// A name, a number or a date in parts.
    fn composite(&mut self, map: &Map<String, Value>, label: &str, at: &Place) -> bool {
        let get = |names: &[&str]| {
            map.iter()
                .find(|(k, _)| names.contains(&labels::plain(k).as_str()))
                .and_then(|(k, v)| Some((k, text_of(v).as_deref().and_then(clean)?)))
        };
        let only = |names: &[&str]| map.keys().all(|k| names.contains(&labels::plain(k).as_str()));
        if only(&["first", "last", "middle", "prefix", "suffix", "first and last", "given", "family", "full"]) && !map.is_empty()
        {
            let parts = [(Field::FirstName, get(&["first", "given"])), (Field::LastName, get(&["last", "family"]))];
            let mut named = false;
            for (field, found) in parts {
                let Some((key, text)) = found else { continue };
                named = true;
                let question = Question { label: format!("{label} ({key})"), part: Some(field), ..Question::default() };
                self.push(&Place { path: step(&at.path, key), ..at.clone() }, question, vec![text]);
            }
            if !named && let Some((key, text)) = get(&["full", "first and last"]) {
                self.push(
                    &Place { path: step(&at.path, key), ..at.clone() },
                    Question { label: label.to_owned(), ..Question::default() },
                    vec![text],
                );
            }
            return true;
        }
        let joined = |names: &[&str], between: &str| {
            let parts: Vec<String> = names.iter().filter_map(|n| get(&[*n]).map(|(_, text)| text)).collect();
            parts.join(between)
        };
        let text = if only(&["month", "day", "year"]) && map.len() == 3 {
            joined(&["year", "month", "day"], "-")
        } else if only(&["country", "area", "area code", "prefix", "line", "phone", "full"]) && is_phone(label) {
            let plus = if map.contains_key("country") { "+" } else { "" };
            format!("{plus}{}", joined(&["country", "area", "area code", "prefix", "phone", "line"], " "))
        } else {
            return false;
        };
        self.push(at, Question { label: label.to_owned(), ..Question::default() }, clean(&text).into_iter().collect());
        true
    }

    fn push(&mut self, at: &Place, question: Question, texts: Vec<String>) {
        if texts.is_empty() {
            return;
        }
        let Question { label, key, hint, part } = question;
        let label = unnumbered(&label).to_owned();
        let texts = match &self.asked.split {
            Some(sep) => texts.iter().flat_map(|t| t.split(sep.as_str())).filter_map(clean).collect(),
            None => texts,
        };
        self.found.push(Answer {
            path: at.path.clone(),
            label,
            key,
            hint,
            texts,
            group: at.group.clone(),
            branch: at.branch,
            part,
        });
    }
}

#[derive(Default)]
struct Question {
    label: String,
    key: Option<String>,
    hint: Option<String>,
    part: Option<Field>,
}

/// A label without the number that some forms put before it: `q7_interests`.
fn unnumbered(label: &str) -> &str {
    let rest = label.strip_prefix('q').and_then(|rest| rest.split_once('_'));
    rest.filter(|(number, name)| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) && !name.is_empty())
        .map_or(label, |(_, name)| name)
}

/// The fields of a form that was sent as a letter: lines of `Label: answer`, of which two at least name a person.
fn letter(text: &str) -> Option<Vec<(String, String)>> {
    let mut lines: Vec<(String, String)> = Vec::new();
    for line in text.lines().map(str::trim).filter(|l| !l.is_empty()) {
        match line.split_once(':').filter(|(label, _)| !label.is_empty() && label.chars().count() <= 40) {
            Some((label, answer)) => lines.push((label.trim().to_owned(), answer.trim().to_owned())),
            None => {
                let (_, last) = lines.last_mut()?;
                last.push('\n');
                last.push_str(line);
            }
        }
    }
    let personal = |label: &str| matches!(labels::meaning(label), Meaning::Whole(f) | Meaning::Bare(f) if f.is_personal());
    let named = lines.iter().filter(|(label, _)| personal(label)).count();
    lines.retain(|(_, answer)| !answer.is_empty());
    (named >= 2).then_some(lines)
}

/// Whether a text is the answers of a form that were sent as a letter.
pub(super) fn is_letter(text: &str) -> bool {
    letter(text).is_some()
}

fn is_phone(label: &str) -> bool {
    matches!(labels::meaning(label), Meaning::Whole(Field::Phone) | Meaning::Within(Field::Phone))
}

/// Holds branches of its own, rather than one answer.
fn is_branch(value: &Value) -> bool {
    let Value::Object(map) = value else { return false };
    !map.contains_key("labels")
        && map.values().any(|v| v.is_object() || v.as_array().is_some_and(|l| l.iter().any(Value::is_object)))
}

/// The value of a question: under a usual key, or under the key that its type names.
fn value_of(map: &Map<String, Value>) -> Option<(&str, &Value)> {
    let named = map.get("type").and_then(Value::as_str).and_then(|kind| map.get_key_value(kind));
    let usual = || VALUE_KEYS.iter().find_map(|key| map.get_key_value(*key));
    named.or_else(usual).map(|(key, value)| (key.as_str(), value))
}

fn dotted(map: &Map<String, Value>, path: &str) -> Option<String> {
    let mut steps = path.split('.');
    let first = map.get(steps.next()?)?;
    text_of(steps.try_fold(first, |value, key| value.get(key))?)
}

/// What was chosen: ids become their texts where the question brings them.
fn chosen(question: &Map<String, Value>, value: &Value) -> Vec<String> {
    let texts = texts(value);
    let Some(Value::Array(options)) = question.get("options") else { return texts };
    let name = |id: &String| {
        let option = options.iter().find(|o| o.get("id").and_then(text_of).as_ref() == Some(id))?;
        ["text", "label", "name"].iter().find_map(|k| option.get(k).and_then(text_of)).as_deref().and_then(clean)
    };
    texts.into_iter().map(|id| name(&id).unwrap_or(id)).collect()
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(list) => list.iter().flat_map(texts).collect(),
        Value::Object(map) => match (map.get("labels"), map.get("label")) {
            (Some(labels), _) => texts(labels).into_iter().chain(map.get("other").map(texts).unwrap_or_default()).collect(),
            (None, Some(label)) => texts(label),
            (None, None) => map.values().flat_map(texts).collect(),
        },
        leaf => text_of(leaf).as_deref().and_then(clean).into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(tree: &Tree) -> Vec<(String, String)> {
        find(tree, "$", &Asked::default()).into_iter().map(|a| (a.label.clone(), a.joined())).collect()
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
    }

    #[test]
    fn the_same_answers_are_found_however_they_are_written() {
        let flat = json!({"Email": " a@example.com ", "Tags": ["x", "y"], "Empty": "", "Null": null});
        assert_eq!(said(&flat), pairs(&[("Email", "a@example.com"), ("Tags", "x, y")]));
        let list = json!({"fields": [{"label": "Email", "type": "EMAIL", "value": "a@example.com"}, {"label": "Size", "value": ["o2"], "options": [{"id": "o2", "text": "11-50"}]}]});
        assert_eq!(said(&list), pairs(&[("Email", "a@example.com"), ("Size", "11-50")]));
        let objects =
            json!({"firstname": {"value": "Dana", "versions": []}, "tel": {"title": "Telefono", "value": "1", "raw_value": "1"}});
        assert_eq!(said(&objects), pairs(&[("firstname", "Dana"), ("Telefono", "1")]));
        let columns = json!([{"column_id": "when?", "string_value": "soon"}, {"name": "full_name", "values": ["Dana"]}]);
        assert_eq!(said(&columns), pairs(&[("when?", "soon"), ("full_name", "Dana")]));
    }

    #[test]
    fn what_comes_in_parts_is_put_together() {
        let tree = json!({"Name": {"first": "Ruth", "last": "Adeyemi"}, "Phone": {"country": "1", "areaCode": "202", "prefix": "555", "line": "0108"}, "Day": {"month": "09", "day": "21", "year": "2026"}});
        assert_eq!(
            said(&tree),
            pairs(&[("Name (first)", "Ruth"), ("Name (last)", "Adeyemi"), ("Phone", "+1 202 555 0108"), ("Day", "2026-09-21")])
        );
    }
}
