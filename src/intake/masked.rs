//! The shape of a payload without what it says: for people who must see why something could not be read, and need not see whose it is.
//! Invariant: no value of the sender's is shown; names of fields are.

use serde_json::Value;

/// Longest excerpt, in characters.
const LONGEST: usize = 300;

/// Fields of one object, and items of one list, that are shown.
const ITEMS_MAX: usize = 20;

/// Longest name of a field.
const NAME_MAX: usize = 40;

/// What the payload looks like, on one line.
#[must_use]
pub fn excerpt(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(&body[..body.len().min(64 * 1024)]);
    let shape = match serde_json::from_str::<Value>(&text) {
        Ok(value) => json(&value),
        Err(_) if looks_like_a_form(&text) => form(&text),
        Err(_) => veil(&text),
    };
    crate::domain::text::cut(&shape, LONGEST)
}

fn json(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(_) => "yes or no".to_owned(),
        Value::Number(_) => "number".to_owned(),
        Value::String(text) => format!("\"{} characters\"", text.chars().count()),
        Value::Array(items) => {
            let shown: Vec<String> = items.iter().take(ITEMS_MAX).map(json).collect();
            format!("[{}]", shown.join(", "))
        }
        Value::Object(fields) => {
            let shown: Vec<String> =
                fields.iter().take(ITEMS_MAX).map(|(name, value)| format!("{}: {}", field(name), json(value))).collect();
            format!("{{{}}}", shown.join(", "))
        }
    }
}

/// A name, unless it could be somebody's: some tools send answers as names.
fn field(name: &str) -> String {
    if name.contains('@') || name.chars().filter(char::is_ascii_digit).count() > 6 {
        return veil(name);
    }
    crate::domain::text::cut(&name.split_whitespace().collect::<Vec<_>>().join(" "), NAME_MAX)
}

fn looks_like_a_form(text: &str) -> bool {
    text.contains('=') && !text.contains(char::is_whitespace) && !text.starts_with('<')
}

fn form(text: &str) -> String {
    let one = |(name, value): (std::borrow::Cow<'_, str>, std::borrow::Cow<'_, str>)| {
        format!("{}={} characters", field(&name), value.chars().count())
    };
    url::form_urlencoded::parse(text.as_bytes()).take(ITEMS_MAX).map(one).collect::<Vec<_>>().join("&")
}

/// Letters become x, digits 9; the signs between them stay, because they tell the format.
fn veil(text: &str) -> String {
    let hide = |c: char| match c {
        c if c.is_numeric() => '9',
        c if c.is_alphanumeric() => 'x',
        c if c.is_control() || c.is_whitespace() => ' ',
        c if c.is_ascii() => c,
        _ => '?',
    };
    text.chars().take(LONGEST * 2).map(hide).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shape_is_shown_and_what_it_says_is_not() {
        for (body, shape) in [
            (
                r#"{"email":"dana@example.com","age":41,"tags":["a",null],"ok":true}"#,
                r#"{email: "16 characters", age: number, tags: ["1 characters", null], ok: yes or no}"#,
            ),
            (r#"{"dana@example.com": 1}"#, "{xxxx@xxxxxxx.xxx: number}"),
            ("email=dana%40example.com&phone=555", "email=16 characters&phone=3 characters"),
            ("{\"email\": \"dana@example.com\",", "{\"xxxxx\": \"xxxx@xxxxxxx.xxx\","),
            ("<lead><name>Dana 7</name></lead>", "<xxxx><xxxx>xxxx 9</xxxx></xxxx>"),
            ("\u{0}\u{1}名前", "  xx"),
        ] {
            assert_eq!(excerpt(body.as_bytes()), shape);
        }
        assert_eq!(excerpt(&[0xFF; 4]), "????");
        assert!(excerpt(&vec![b'a'; 100_000]).chars().count() <= LONGEST);
    }
}
