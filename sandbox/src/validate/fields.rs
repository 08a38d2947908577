//! Reading fields of a JSON object while noting what is wrong with them, in Discord's words.

use std::ops::RangeInclusive;

use serde_json::Value;

use crate::refusal::Problems;
use crate::snowflake::{Snowflake, from_json};

/// How Discord counts text: by characters.
pub(crate) fn length(text: &str) -> usize {
    text.chars().count()
}

/// One object being read, and where it stands.
pub(crate) struct Fields<'a> {
    object: &'a Value,
    at: String,
}

impl<'a> Fields<'a> {
    /// Reads an object; anything else is noted and read as empty.
    pub(crate) fn of(object: &'a Value, at: &str, problems: &mut Problems) -> Self {
        if !object.is_object() {
            problems.add(at, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType.");
        }
        Self { object, at: at.to_owned() }
    }

    /// The path of a field.
    pub(crate) fn path(&self, key: &str) -> String {
        if self.at.is_empty() { key.to_owned() } else { format!("{}.{key}", self.at) }
    }

    /// The raw value; `None` when absent or null.
    pub(crate) fn get(&self, key: &str) -> Option<&'a Value> {
        self.object.get(key).filter(|value| !value.is_null())
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Notes a missing field.
    pub(crate) fn require(&self, key: &str, problems: &mut Problems) -> bool {
        let present = self.has(key);
        if !present {
            problems.add(&self.path(key), "BASE_TYPE_REQUIRED", "This field is required");
        }
        present
    }

    /// A text of a length within bounds.
    pub(crate) fn text(&self, key: &str, bounds: RangeInclusive<usize>, problems: &mut Problems) -> Option<&'a str> {
        let value = self.get(key)?;
        let Some(text) = value.as_str() else {
            let message = format!("Could not interpret \"{value}\" as string.");
            problems.add(&self.path(key), "STRING_TYPE_CONVERT", message);
            return None;
        };
        self.check_length(key, length(text), bounds, problems);
        Some(text)
    }

    /// A text that must be there.
    pub(crate) fn required_text(&self, key: &str, bounds: RangeInclusive<usize>, problems: &mut Problems) -> Option<&'a str> {
        if self.require(key, problems) { self.text(key, bounds, problems) } else { None }
    }

    /// A list of a length within bounds.
    pub(crate) fn list(&self, key: &str, bounds: RangeInclusive<usize>, problems: &mut Problems) -> &'a [Value] {
        match self.get(key) {
            None => &[],
            Some(Value::Array(list)) => {
                self.check_length(key, list.len(), bounds, problems);
                list
            }
            Some(_) => {
                problems.add(&self.path(key), "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType");
                &[]
            }
        }
    }

    fn check_length(&self, key: &str, length: usize, bounds: RangeInclusive<usize>, problems: &mut Problems) {
        let (low, high) = bounds.into_inner();
        if (low..=high).contains(&length) {
            return;
        }
        let path = self.path(key);
        if low == 0 {
            problems.add(&path, "BASE_TYPE_MAX_LENGTH", format!("Must be {high} or fewer in length."));
        } else if length == 0 {
            problems.add(&path, "BASE_TYPE_REQUIRED", "This field is required");
        } else {
            problems.add(&path, "BASE_TYPE_BAD_LENGTH", format!("Must be between {low} and {high} in length."));
        }
    }

    /// A whole number within bounds; text that holds one is taken too, as Discord does.
    pub(crate) fn number(&self, key: &str, bounds: RangeInclusive<i64>, problems: &mut Problems) -> Option<i64> {
        let value = self.get(key)?;
        let number = value.as_i64().or_else(|| value.as_str().and_then(|text| text.parse().ok()));
        let path = self.path(key);
        let Some(number) = number else {
            problems.add(&path, "NUMBER_TYPE_COERCE", format!("Value \"{}\" is not int.", plain(value)));
            return None;
        };
        let (low, high) = bounds.into_inner();
        if number < low {
            problems.add(&path, "NUMBER_TYPE_MIN", format!("int value should be greater than or equal to {low}."));
        } else if number > high {
            problems.add(&path, "NUMBER_TYPE_MAX", format!("int value should be less than or equal to {high}."));
        }
        Some(number)
    }

    /// One of a few numbers.
    pub(crate) fn choice(&self, key: &str, allowed: &[i64], problems: &mut Problems) -> Option<i64> {
        let number = self.number(key, i64::MIN..=i64::MAX, problems)?;
        if !allowed.contains(&number) {
            let list = allowed.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            let message = format!("Value must be one of {{{list}}}.");
            problems.add(&self.path(key), "BASE_TYPE_CHOICES", message);
        }
        Some(number)
    }

    /// True or false.
    pub(crate) fn flag(&self, key: &str, problems: &mut Problems) -> Option<bool> {
        let value = self.get(key)?;
        if value.as_bool().is_none() {
            problems.add(&self.path(key), "BOOLEAN_TYPE_CONVERT", "Must be either true or false.");
        }
        value.as_bool()
    }

    /// An id.
    pub(crate) fn snowflake(&self, key: &str, problems: &mut Problems) -> Option<Snowflake> {
        let value = self.get(key)?;
        let id = from_json(value);
        if id.is_none() {
            let message = format!("Value \"{}\" is not snowflake.", plain(value));
            problems.add(&self.path(key), "NUMBER_TYPE_COERCE", message);
        }
        id
    }

    /// A link; `schemes` are those allowed here.
    pub(crate) fn url(&self, key: &str, schemes: &[&str], problems: &mut Problems) -> Option<&'a str> {
        let text = self.text(key, 0..=2048, problems)?;
        match text.split_once("://") {
            Some((scheme, rest)) if !rest.is_empty() && !rest.contains(char::is_whitespace) => {
                if !schemes.contains(&scheme) {
                    let list = schemes.iter().map(|s| format!("'{s}'")).collect::<Vec<_>>().join(", ");
                    let message = format!("Scheme \"{scheme}\" is not supported. Scheme must be one of ({list}).");
                    problems.add(&self.path(key), "URL_TYPE_INVALID_SCHEME", message);
                }
            }
            _ => problems.add(&self.path(key), "URL_TYPE_INVALID_URL", "Not a well formed URL."),
        }
        Some(text)
    }
}

/// A value without the quotes of JSON.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}
