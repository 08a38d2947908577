//! Ids as Discord makes them: 64 bits, ordered by time, written as strings in JSON.
//! Invariant: an id minted later is greater, even when the clock stands still or goes back.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Milliseconds from 1970 to the first second of 2015, where Discord's ids begin.
const EPOCH_MS: i64 = 1_420_070_400_000;

/// The id of anything: user, role, channel, message, command, interaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Snowflake(u64);

impl Snowflake {
    /// Takes a number as an id.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The id as a number.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The first id that could be minted at this instant.
    pub(crate) fn at(when: DateTime<Utc>) -> Self {
        let ms = u64::try_from(when.timestamp_millis() - EPOCH_MS).unwrap_or(0);
        Self(ms << 22)
    }
}

impl From<u64> for Snowflake {
    fn from(number: u64) -> Self {
        Self(number)
    }
}

impl fmt::Display for Snowflake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Snowflake {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

impl Serialize for Snowflake {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Snowflake {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        from_json(&value).ok_or_else(|| serde::de::Error::custom(format!("{value} is not a snowflake")))
    }
}

/// Reads an id from JSON, which may be a string or, as some libraries send it, a number.
pub(crate) fn from_json(value: &serde_json::Value) -> Option<Snowflake> {
    match value {
        serde_json::Value::String(text) => text.parse().ok(),
        serde_json::Value::Number(number) => number.as_u64().map(Snowflake),
        _ => None,
    }
}

/// Makes ids, each greater than the one before.
#[derive(Debug, Default)]
pub(crate) struct Mint {
    last: u64,
}

impl Mint {
    /// The next id at `now`.
    pub(crate) fn next(&mut self, now: DateTime<Utc>) -> Snowflake {
        self.last = Snowflake::at(now).0.max(self.last + 1);
        Snowflake(self.last)
    }
}
