//! A mapping: which places of a payload are which fields, said by a person rather than found by guessing.
//! Paths are JSONPath (RFC 9535). The presets that we ship are written in the same way, so that a user can begin with one and change it.
//! Invariant: a mapping that was read has only paths that parse; running one always ends.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json_path::{JsonPath, NormalizedPath, PathElement};

use super::answers::step;
use super::cleaning::clean;
use super::field::Field;
use super::json::{Tree, text_of};
use super::labels::plain;
use super::transform::Transform;

/// A mapping as it is written, in TOML or JSON.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct MappingText {
    /// Splits one payload into several leads: all other paths then begin at each of these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub items: Option<String>,
    /// Where the answers stand, when not everywhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<String>,
    /// Places that are neither shown nor kept with the lead.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drop: Vec<String>,
    /// The payload is a test when this holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_if: Option<ConditionText>,
    /// Answers that are shown under a name of our choosing.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub extras: BTreeMap<String, RuleText>,
    /// Fields by name.
    #[serde(flatten)]
    pub fields: BTreeMap<Field, RuleText>,
}

/// Where a field stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum RuleText {
    /// At this path.
    Path(String),
    /// At the first of these paths where something stands.
    Any(Vec<String>),
    /// The same, with more to say.
    Rule(FullRule),
}

/// Where a field stands, and what is done to it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FullRule {
    /// The first of these where something stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<Paths>,
    /// All of these together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub all: Option<Vec<String>>,
    /// What is done, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub then: Vec<Transform>,
    /// When nothing stands there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
}

/// One path or several.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Paths {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

impl Paths {
    pub(super) fn as_slice(&self) -> &[String] {
        match self {
            Paths::One(one) => std::slice::from_ref(one),
            Paths::Many(many) => many,
        }
    }
}

/// Something that holds for a payload or does not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConditionText {
    /// The place, or several of which the first counts where something stands.
    pub path: Paths,
    /// Holds when any value there is this; without it, `one_of` and `not_in`, when something stands there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub equals: Option<Value>,
    /// Holds when any value there is one of these, whatever its punctuation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub one_of: Option<Vec<String>>,
    /// Holds when something else than these stands there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_in: Option<Vec<Value>>,
}

/// What is wrong with a mapping.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MappingFault {
    /// It cannot be read at all.
    #[error("{0}")]
    Unreadable(String),
    /// A path does not parse.
    #[error("`{key}`: the path `{path}` stops making sense at character {position}: {what}")]
    Path {
        /// Which entry.
        key: String,
        /// The path as written.
        path: String,
        /// In characters, from 1.
        position: usize,
        /// What was expected.
        what: String,
    },
    /// A rule without a path.
    #[error("`{key}`: say where it stands, with `path`, `all` or `default`")]
    NoPath {
        /// Which entry.
        key: String,
    },
}

/// A mapping, ready to run.
#[derive(Debug, Clone, Default)]
pub struct Mapping {
    pub(super) items: Option<JsonPath>,
    pub(super) answers: Vec<JsonPath>,
    drop: Vec<JsonPath>,
    test_if: Option<Condition>,
    fields: Vec<(Field, Rule)>,
    extras: Vec<(String, Rule)>,
}

/// Where something stands, ready to look.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    paths: Vec<JsonPath>,
    all: bool,
    then: Vec<Transform>,
    default: Option<String>,
}

/// Something that holds for a payload or does not, ready to ask.
#[derive(Debug, Clone)]
pub(super) struct Condition {
    paths: Vec<JsonPath>,
    equals: Option<Value>,
    /// As labels are compared.
    one_of: Option<Vec<String>>,
    not_in: Option<Vec<Value>>,
}

/// What a mapping found for a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) field: Field,
    pub(super) texts: Vec<String>,
    /// Where it stands; empty for a default.
    pub(super) paths: Vec<String>,
}

impl Mapping {
    /// Reads a mapping from TOML.
    ///
    /// # Errors
    /// The first fault, with the entry and the place.
    pub fn from_toml(text: &str) -> Result<Self, MappingFault> {
        let text: MappingText = toml::from_str(text).map_err(|e| MappingFault::Unreadable(e.to_string()))?;
        Self::new(&text)
    }

    /// Reads a mapping from JSON.
    ///
    /// # Errors
    /// The first fault, with the entry and the place.
    pub fn from_json(text: &str) -> Result<Self, MappingFault> {
        let text: MappingText = serde_json::from_str(text).map_err(|e| MappingFault::Unreadable(e.to_string()))?;
        Self::new(&text)
    }

    /// Makes a written mapping ready to run.
    ///
    /// # Errors
    /// The first path that does not parse.
    pub fn new(text: &MappingText) -> Result<Self, MappingFault> {
        let many = |key: &str, list: &[String]| list.iter().map(|p| path(key, p)).collect::<Result<Vec<_>, _>>();
        Ok(Self {
            items: text.items.as_ref().map(|p| path("items", p)).transpose()?,
            answers: many("answers", &text.answers)?,
            drop: many("drop", &text.drop)?,
            test_if: text.test_if.as_ref().map(|c| Condition::new("test_if", c)).transpose()?,
            fields: text
                .fields
                .iter()
                .map(|(field, rule)| Ok((*field, Rule::new(&name(*field), rule)?)))
                .collect::<Result<_, _>>()?,
            extras: text
                .extras
                .iter()
                .map(|(name, rule)| Ok((name.clone(), Rule::new(name, rule)?)))
                .collect::<Result<_, _>>()?,
        })
    }

    /// What it finds beside the fields: name, answer, places.
    pub(super) fn extras(&self, tree: &Tree) -> Vec<(String, String, Vec<String>)> {
        self.extras
            .iter()
            .filter_map(|(name, rule)| rule.select(tree).map(|(texts, paths)| (name.clone(), texts.join(", "), paths)))
            .collect()
    }

    /// What it finds.
    pub(super) fn run(&self, tree: &Tree) -> Vec<Hit> {
        self.fields
            .iter()
            .filter_map(|(field, rule)| rule.select(tree).map(|(texts, paths)| Hit { field: *field, texts, paths }))
            .collect()
    }

    /// Whether it says that this is a test; `None` when it says nothing of tests.
    pub(super) fn is_test(&self, tree: &Tree) -> Option<bool> {
        self.test_if.as_ref().map(|c| c.holds(tree))
    }

    /// The places that are dropped.
    pub(super) fn dropped(&self, tree: &Tree) -> Vec<String> {
        self.drop.iter().flat_map(|p| p.query_located(tree).locations().map(place).collect::<Vec<_>>()).collect()
    }
}

impl Rule {
    pub(super) fn new(key: &str, text: &RuleText) -> Result<Self, MappingFault> {
        let full = match text {
            RuleText::Path(one) => FullRule { path: Some(Paths::One(one.clone())), ..FullRule::default() },
            RuleText::Any(many) => FullRule { path: Some(Paths::Many(many.clone())), ..FullRule::default() },
            RuleText::Rule(full) => full.clone(),
        };
        let all = full.all.is_some();
        let texts = match (full.path, full.all) {
            (Some(Paths::One(one)), None) => vec![one],
            (Some(Paths::Many(many)), None) | (None, Some(many)) => many,
            (None, None) => Vec::new(),
            (Some(_), Some(_)) => return Err(MappingFault::NoPath { key: key.to_owned() }),
        };
        if texts.is_empty() && full.default.is_none() {
            return Err(MappingFault::NoPath { key: key.to_owned() });
        }
        let paths = texts.iter().map(|p| path(key, p)).collect::<Result<_, _>>()?;
        Ok(Self { paths, all, then: full.then, default: full.default })
    }

    /// What stands there, and the places.
    pub(super) fn select(&self, tree: &Tree) -> Option<(Vec<String>, Vec<String>)> {
        let mut texts = Vec::new();
        let mut paths = Vec::new();
        for path in &self.paths {
            for node in path.query_located(tree) {
                let found = leaves(node.node());
                if !found.is_empty() {
                    texts.extend(found);
                    paths.push(place(node.location()));
                }
            }
            if !self.all && !texts.is_empty() {
                break;
            }
        }
        let changed =
            if texts.is_empty() { texts } else { self.then.iter().fold(texts, |texts, transform| transform.apply(texts)) };
        let mut texts: Vec<String> = changed.iter().filter_map(|t| clean(t)).collect();
        if texts.is_empty() {
            paths.clear();
            texts.extend(self.default.clone());
        }
        (!texts.is_empty()).then_some((texts, paths))
    }
}

impl Condition {
    pub(super) fn new(key: &str, text: &ConditionText) -> Result<Self, MappingFault> {
        let paths = text.path.as_slice().iter().map(|p| path(key, p)).collect::<Result<_, _>>()?;
        let one_of = text.one_of.as_ref().map(|words| words.iter().map(|w| plain(w)).collect());
        Ok(Self { paths, equals: text.equals.clone(), one_of, not_in: text.not_in.clone() })
    }

    /// Compares as text, because senders write `true` and `"true"` alike.
    pub(super) fn holds(&self, tree: &Tree) -> bool {
        let at = |path: &JsonPath| path.query(tree).all().into_iter().filter_map(text_of).collect::<Vec<String>>();
        let said = |found: &Vec<String>| found.iter().any(|f| !f.trim().is_empty());
        let found = self.paths.iter().map(at).find(said).unwrap_or_default();
        let same = |a: &String, b: &Value| text_of(b).is_some_and(|b| a.trim().eq_ignore_ascii_case(&b));
        match (&self.equals, &self.one_of, &self.not_in) {
            (Some(wanted), ..) => found.iter().any(|f| same(f, wanted)),
            (None, Some(words), _) => found.iter().any(|f| words.contains(&plain(f))),
            (None, None, Some(known)) => found.iter().any(|f| !known.iter().any(|k| same(f, k))),
            (None, None, None) => !found.is_empty(),
        }
    }
}

/// A place as answers name theirs, so that the two can be compared; the library leaves quotes in names as they are.
pub(super) fn place(location: &NormalizedPath<'_>) -> String {
    location.iter().fold("$".to_owned(), |path, element| match element {
        PathElement::Name(name) => step(&path, name),
        PathElement::Index(nth) => format!("{path}[{nth}]"),
    })
}

/// A path, or where it stops making sense.
pub(super) fn path(key: &str, text: &str) -> Result<JsonPath, MappingFault> {
    JsonPath::parse(text).map_err(|fault| MappingFault::Path {
        key: key.to_owned(),
        path: text.to_owned(),
        position: fault.position(),
        what: fault.message().to_owned(),
    })
}

fn name(field: Field) -> String {
    serde_json::to_value(field).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

fn leaves(value: &Value) -> Vec<String> {
    match value {
        Value::Array(list) => list.iter().flat_map(leaves).collect(),
        Value::Object(map) => map.values().flat_map(leaves).collect(),
        leaf => text_of(leaf).as_deref().and_then(clean).into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_mapping_selects_and_changes() {
        let mapping = Mapping::from_toml(
            r#"
            email = ["$.contact.mail", "$.mail"]
            name = { all = ["$.fn", "$.ln"], then = [{ join = " " }] }
            phone = { path = "$.tel", then = ["digits", { prefix = "+" }] }
            source_detail = { default = "Trade fair" }
            test_if = { path = "$.demo", equals = true }
            drop = ["$.secret"]
            "#,
        )
        .unwrap();
        let tree = json!({"mail": "a@example.com", "fn": "Ana", "ln": "Ruiz", "tel": "44 (20) 7946 0123", "demo": "True", "secret": "x"});
        let found: Vec<(Field, String)> = mapping.run(&tree).into_iter().map(|h| (h.field, h.texts.join("|"))).collect();
        let wanted = [
            (Field::Name, "Ana Ruiz"),
            (Field::Email, "a@example.com"),
            (Field::Phone, "+442079460123"),
            (Field::SourceDetail, "Trade fair"),
        ];
        assert_eq!(found, wanted.map(|(f, t)| (f, t.to_owned())));
        assert_eq!(mapping.is_test(&tree), Some(true));
        assert_eq!(mapping.dropped(&tree), ["$['secret']"]);
    }

    #[test]
    fn a_fault_names_the_entry_and_the_place() {
        let said = |text: &str| Mapping::from_toml(text).unwrap_err().to_string();
        assert!(
            said("email = '$.a[?'").starts_with("`email`: the path `$.a[?` stops making sense at character "),
            "{}",
            said("email = '$.a[?'")
        );
        assert!(said("emial = '$.a'").contains("emial"), "{}", said("emial = '$.a'"));
        assert_eq!(said("phone = { then = ['trim'] }"), "`phone`: say where it stands, with `path`, `all` or `default`");
        assert!(said("phone = { path = '$.a', then = ['dial'] }").contains("line 1"));
    }
}
