//! The headers of a request as they came: in order, doubled ones kept, so that a check can refuse what is ambiguous.

use serde::{Deserialize, Serialize};

/// Header names and values in the order received; names compare without case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Headers(Vec<(String, String)>);

/// How often a header came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found<'a> {
    /// Not at all.
    Missing,
    /// Once.
    Once(&'a str),
    /// More than once: which one counts would be a guess.
    Doubled,
}

impl Headers {
    /// From pairs of name and value.
    pub fn new<N: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }

    /// A header by name.
    #[must_use]
    pub fn find(&self, name: &str) -> Found<'_> {
        let mut values = self.0.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str());
        match (values.next(), values.next()) {
            (None, _) => Found::Missing,
            (Some(one), None) => Found::Once(one),
            (Some(_), Some(_)) => Found::Doubled,
        }
    }

    /// A header that came exactly once.
    #[must_use]
    pub fn once(&self, name: &str) -> Option<&str> {
        match self.find(name) {
            Found::Once(value) => Some(value),
            Found::Missing | Found::Doubled => None,
        }
    }

    /// Adds a header at the end; one of the same name stays.
    pub fn push(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.push((name.into(), value.into()));
    }

    /// Takes away all headers of a name.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(n, _)| !n.eq_ignore_ascii_case(name));
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_that_came_twice_is_not_guessed_at() {
        let headers = Headers::new([("X-Sign", "a"), ("x-sign", "b"), ("Other", "c")]);
        assert_eq!(headers.find("X-SIGN"), Found::Doubled);
        assert_eq!(headers.find("other"), Found::Once("c"));
        assert_eq!(headers.once("absent"), None);
    }
}
