//! The shape of a payload without what it says: for people who must see why something could not be read, and need not see whose it is.
//! Invariant: no value of the sender's is shown; names of fields are.

use serde_json::Value;

/// Longest excerpt, in characters.
const LONGEST: usize = 300;

/// Fields of one object, and items of one list, that are shown.
const ITEMS_MAX: usize = 20;

/// Longest name of a field.
const NAME_MAX: usize = 40;

/// A place in a payload, and what kind of thing stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// As mappings write it: `$.contact.mail`. Empty where the payload has no places.
    pub place: String,
    /// What stands there, without what it says.
    pub kind: String,
}

/// What the payload holds, place by place, as far as people read.
#[must_use]
pub fn fields(body: &[u8]) -> Vec<Field> {
    let text = String::from_utf8_lossy(&body[..body.len().min(64 * 1024)]);
    let mut found = Vec::new();
    match serde_json::from_str::<Value>(&text) {
        Ok(value) => walk("$", &value, &mut found),
        Err(_) if looks_like_a_form(&text) => {
            let pairs = url::form_urlencoded::parse(text.as_bytes()).take(ITEMS_MAX + 1);
            found.extend(pairs.map(|(name, value)| Field { place: step("$", &name), kind: kind(&value) }));
        }
        Err(_) => found.push(Field { place: String::new(), kind: crate::domain::text::cut(&veil(&text), LONGEST) }),
    }
    if found.len() > ITEMS_MAX {
        found.truncate(ITEMS_MAX);
        found.push(Field { place: "…".to_owned(), kind: "and more".to_owned() });
    }
    found
}

fn walk(place: &str, value: &Value, found: &mut Vec<Field>) {
    let mut add = |kind: String| found.push(Field { place: place.to_owned(), kind });
    match value {
        Value::Null => add("nothing".to_owned()),
        Value::Bool(_) => add("yes or no".to_owned()),
        Value::Number(_) => add("number".to_owned()),
        Value::String(text) => add(kind(text)),
        Value::Array(items) if items.is_empty() => add("empty list".to_owned()),
        Value::Object(fields) if fields.is_empty() => add("empty".to_owned()),
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                if found.len() <= ITEMS_MAX {
                    walk(&format!("{place}[{at}]"), item, found);
                }
            }
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                if found.len() <= ITEMS_MAX {
                    walk(&step(place, name), value, found);
                }
            }
        }
    }
}

/// One step deeper, as mappings write it.
fn step(place: &str, name: &str) -> String {
    let name = field(name);
    let plain = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if plain { format!("{place}.{name}") } else { format!("{place}['{}']", name.replace('\'', "\\'")) }
}

/// What a text looks like, without what it says.
fn kind(text: &str) -> String {
    let (count, digits) = (text.chars().count(), text.chars().filter(char::is_ascii_digit).count());
    let like_a_number = text.chars().all(|c| c.is_ascii_digit() || "+-()/. ".contains(c));
    match text.trim() {
        "" => "empty".to_owned(),
        text if text.starts_with("http://") || text.starts_with("https://") => format!("web address, {count} characters"),
        text if text.contains('@') && !text.contains(char::is_whitespace) => format!("text with @, {count} characters"),
        _ if like_a_number && digits >= 7 => format!("digits, {digits} of them"),
        text if text.contains('\n') => format!("text of several lines, {count} characters"),
        _ => format!("text, {count} characters"),
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
    fn places_are_told_as_mappings_write_them_and_what_stands_there_is_not() {
        let told =
            |body: &str| fields(body.as_bytes()).into_iter().map(|f| format!("{} {}", f.place, f.kind)).collect::<Vec<_>>();
        let body = r#"{"who":{"mail":"dana@example","Full name":"Dana"},"tel":"+1 202 555 0159","at":["https://x.example",null],"dana@example.com":1}"#;
        let mut found = told(body);
        found.sort();
        let mut expected = vec![
            "$.who.mail text with @, 12 characters",
            "$.who['Full name'] text, 4 characters",
            "$.tel digits, 11 of them",
            "$.at[0] web address, 17 characters",
            "$.at[1] nothing",
            "$['xxxx@xxxxxxx.xxx'] number",
        ];
        expected.sort_unstable();
        assert_eq!(found, expected);
        assert_eq!(told("mail=dana%40example&x="), ["$.mail text with @, 12 characters", "$.x empty"]);
        assert_eq!(told("Dana called"), [" xxxx xxxxxx"]);
        let many = fields(format!("[{}]", vec!["1"; 500].join(",")).as_bytes());
        assert_eq!((many.len(), many[ITEMS_MAX].place.as_str()), (ITEMS_MAX + 1, "…"));
    }

    #[test]
    fn what_has_no_places_keeps_its_signs_only() {
        for (body, shape) in [
            ("{\"email\": \"dana@example.com\",", "{\"xxxxx\": \"xxxx@xxxxxxx.xxx\","),
            ("<lead><name>Dana 7</name></lead>", "<xxxx><xxxx>xxxx 9</xxxx></xxxx>"),
            ("\u{0}\u{1}名前", "  xx"),
        ] {
            assert_eq!(fields(body.as_bytes()), [Field { place: String::new(), kind: shape.to_owned() }]);
        }
        assert_eq!(fields(&[0xFF; 4])[0].kind, "????");
        assert!(fields(&vec![b'a'; 100_000])[0].kind.chars().count() <= LONGEST);
    }
}
