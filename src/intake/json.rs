//! Reads JSON as senders write it, without losing anything and without being hurt.
//! A reader of our own, because numbers must keep every digit (ids beyond 2^53 come as numbers), half a surrogate pair must not cost a lead,
//! and a fault must say its place to a person who can mend the sender.
//! Invariant: any bytes give a tree or a fault; the depth of the tree is bounded.

use serde_json::{Map, Value};

/// Deepest nesting.
const DEPTH_MAX: usize = 32;
/// Most values in one body.
const VALUES_MAX: usize = 20_000;
/// Most keys in one object.
const KEYS_MAX: usize = 500;
/// Longest text or number, in bytes.
const TEXT_MAX: usize = 512 * 1024;

/// A tree of what was sent, in the order sent. A number that a machine would round is kept as text.
pub type Tree = Value;

/// Where and why a body cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {what}")]
pub struct Fault {
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// What is wrong there.
    pub what: &'static str,
}

/// Reads a whole text.
///
/// # Errors
/// The first place that is not JSON, or that goes beyond the limits.
pub fn parse(text: &str) -> Result<Tree, Fault> {
    let mut reader = Reader { text, at: 0, values: 0 };
    let tree = reader.value(0).and_then(|tree| {
        reader.blank();
        if reader.at == text.len() { Ok(tree) } else { Err("something follows the end") }
    });
    tree.map_err(|what| place(text, reader.at, what))
}

/// A leaf as text: text as it is, numbers by their digits, `true` and `false`.
#[must_use]
pub fn text_of(tree: &Tree) -> Option<String> {
    match tree {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Adds a value under a key; what is there already becomes a list with it, as nothing sent is dropped.
pub(super) fn add(map: &mut Map<String, Value>, key: String, value: Value) {
    match map.get_mut(&key) {
        None => {
            map.insert(key, value);
        }
        Some(Value::Array(list)) => list.push(value),
        Some(first) => *first = Value::Array(vec![first.take(), value]),
    }
}

pub(super) fn place(text: &str, at: usize, what: &'static str) -> Fault {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let before = &text[..at];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    Fault { line, column, what }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    values: usize,
}

type Read<T> = Result<T, &'static str>;

impl Reader<'_> {
    fn value(&mut self, depth: usize) -> Read<Value> {
        if depth > DEPTH_MAX {
            return Err("nested deeper than 32 levels");
        }
        self.values += 1;
        if self.values > VALUES_MAX {
            return Err("more than 20000 values");
        }
        self.blank();
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => self.text().map(Value::String),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            Some(_) => Err("expected a value"),
            None => Err("ends where a value should be"),
        }
    }

    fn object(&mut self, depth: usize) -> Read<Value> {
        self.at += 1;
        let mut map = Map::new();
        self.blank();
        if self.take(b'}') {
            return Ok(Value::Object(map));
        }
        loop {
            self.blank();
            if self.peek() != Some(b'"') {
                return Err("expected a key in double quotes");
            }
            let key = self.text()?;
            self.blank();
            if !self.take(b':') {
                return Err("expected `:` after the key");
            }
            let value = self.value(depth + 1)?;
            add(&mut map, key, value);
            if map.len() > KEYS_MAX {
                return Err("more than 500 keys in one object");
            }
            self.blank();
            if self.take(b'}') {
                return Ok(Value::Object(map));
            }
            if !self.take(b',') {
                return Err("expected `,` or `}`");
            }
        }
    }

    fn array(&mut self, depth: usize) -> Read<Value> {
        self.at += 1;
        let mut list = Vec::new();
        self.blank();
        if self.take(b']') {
            return Ok(Value::Array(list));
        }
        loop {
            list.push(self.value(depth + 1)?);
            self.blank();
            if self.take(b']') {
                return Ok(Value::Array(list));
            }
            if !self.take(b',') {
                return Err("expected `,` or `]`");
            }
        }
    }

    fn text(&mut self) -> Read<String> {
        self.at += 1;
        let mut out = String::new();
        loop {
            let rest = &self.text[self.at..];
            let stop = rest.find(['"', '\\']).ok_or("a text is not closed")?;
            out.push_str(&rest[..stop]);
            self.at += stop + 1;
            if out.len() > TEXT_MAX {
                return Err("a text of more than 512 KiB");
            }
            if rest.as_bytes()[stop] == b'"' {
                return Ok(out);
            }
            out.push(self.escape()?);
        }
    }

    fn escape(&mut self) -> Read<char> {
        let escaped = self.peek().ok_or("a text is not closed")?;
        let plain = match escaped {
            b'"' | b'\\' | b'/' => char::from(escaped),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode(),
            _ => return Err("an unknown escape in a text"),
        };
        self.at += 1;
        Ok(plain)
    }

    /// Half a surrogate pair becomes the replacement character: the rest of the text is worth keeping.
    fn unicode(&mut self) -> Read<char> {
        let high = self.unit()?;
        if !(0xD800..0xDC00).contains(&high) {
            return Ok(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        let behind = self.at;
        if !self.text[self.at..].starts_with("\\u") {
            return Ok(char::REPLACEMENT_CHARACTER);
        }
        self.at += 1;
        let low = self.unit()?;
        if !(0xDC00..0xE000).contains(&low) {
            self.at = behind;
            return Ok(char::REPLACEMENT_CHARACTER);
        }
        let both = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
        Ok(char::from_u32(both).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    /// The four hexadecimal digits behind a `\u`, from the `u` on.
    fn unit(&mut self) -> Read<u32> {
        const FAULT: &str = "`\\u` needs four hexadecimal digits";
        let digits = self.text.get(self.at + 1..self.at + 5).ok_or(FAULT)?;
        if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(FAULT);
        }
        self.at += 5;
        u32::from_str_radix(digits, 16).map_err(|_| FAULT)
    }

    fn number(&mut self) -> Read<Value> {
        let rest = &self.text[self.at..];
        let end = rest.find(|c: char| !matches!(c, '0'..='9' | '-' | '+' | '.' | 'e' | 'E')).unwrap_or(rest.len());
        let text = &rest[..end];
        if text.len() > TEXT_MAX {
            return Err("a number of more than 512 KiB");
        }
        if !is_number(text) {
            return Err("not a number as JSON writes it");
        }
        self.at += end;
        Ok(exact(text))
    }

    fn word(&mut self, word: &str, value: Value) -> Read<Value> {
        if !self.text[self.at..].starts_with(word) {
            return Err("expected true, false or null");
        }
        self.at += word.len();
        Ok(value)
    }

    fn blank(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }
}

fn is_number(text: &str) -> bool {
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = text.split_once(['e', 'E']).map_or((text, None), |(m, e)| (m, Some(e)));
    let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, None), |(w, f)| (w, Some(f)));
    let exponent = exponent.map(|e| e.strip_prefix(['+', '-']).unwrap_or(e));
    digits(whole) && (whole == "0" || !whole.starts_with('0')) && fraction.is_none_or(digits) && exponent.is_none_or(digits)
}

/// A number where it reads back to the same characters, else the characters.
fn exact(text: &str) -> Value {
    let number = text
        .parse::<i64>()
        .map(serde_json::Number::from)
        .or_else(|_| text.parse::<u64>().map(serde_json::Number::from))
        .ok()
        .or_else(|| text.parse::<f64>().ok().and_then(serde_json::Number::from_f64));
    match number {
        Some(number) if number.to_string() == text => Value::Number(number),
        Some(_) | None => Value::String(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn no_digit_of_an_id_is_lost() {
        let tree = parse("[9007199254740993, 18446744073709551615, 18446744073709551616, 1.10, 0.5, -0]").unwrap();
        assert_eq!(
            tree,
            json!([9_007_199_254_740_993_i64, 18_446_744_073_709_551_615_u64, "18446744073709551616", "1.10", 0.5, "-0"])
        );
    }

    #[test]
    fn half_a_surrogate_pair_does_not_cost_the_lead() {
        assert_eq!(parse(r#""a\ud83db""#).unwrap(), json!("a\u{FFFD}b"));
        assert_eq!(parse(r#""\ud83c\udfe0""#).unwrap(), json!("🏠"));
        assert_eq!(parse(r#""\ud83d\u0041""#).unwrap(), json!("\u{FFFD}A"));
        assert_eq!(parse(r#""\u0000""#).unwrap(), json!("\u{0}"));
    }

    #[test]
    fn a_key_that_comes_twice_keeps_both_values() {
        assert_eq!(parse(r#"{"a":1,"b":2,"a":3}"#).unwrap(), json!({"a":[1,3],"b":2}));
    }

    #[test]
    fn a_fault_says_its_place() {
        for (text, said) in [
            ("{\"a\":1,\n \"b\" 2}", "line 2, column 6: expected `:` after the key"),
            ("{\"ä\": tru}", "line 1, column 7: expected true, false or null"),
            ("", "line 1, column 1: ends where a value should be"),
            ("[1] x", "line 1, column 5: something follows the end"),
            ("[01]", "line 1, column 2: not a number as JSON writes it"),
            ("\"abc", "line 1, column 2: a text is not closed"),
            ("\"\\ué\"", "line 1, column 3: `\\u` needs four hexadecimal digits"),
        ] {
            assert_eq!(parse(text).unwrap_err().to_string(), said, "{text}");
        }
        assert_eq!(parse(&"[".repeat(5_000)).unwrap_err().what, "nested deeper than 32 levels");
    }

    proptest! {
        #[test]
        fn any_text_gives_a_tree_or_a_fault(text in any::<String>()) {
            let _ = parse(&text);
        }

        #[test]
        fn what_looks_like_json_is_read_as_others_read_it(text in r#"[\[\]{}",:0-9a-z\\u. -]{0,24}"#) {
            // The one known difference to a strict reader: raw control characters and lone surrogates are taken, keys may come twice.
            let strict: Result<Value, _> = serde_json::from_str(&text);
            let ours = parse(&text);
            if strict.is_ok() {
                prop_assert!(ours.is_ok(), "{text}");
            }
        }
    }
}
