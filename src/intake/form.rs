//! Reads form bodies: urlencoded ones, and the parts of multipart ones; names such as `contact[email]` become branches of a tree.
//! Invariant: a repeated name keeps all its values; a name that cannot be taken apart stays whole.

use std::convert::Infallible;

use encoding_rs::Encoding;
use futures_util::FutureExt as _;
use serde_json::{Map, Value};

use super::charset;
use super::json::{self, Tree, add};
use super::mime;

/// Most fields in one form.
const FIELDS_MAX: usize = 1_000;
/// Deepest nesting of a name.
const NAME_DEPTH_MAX: usize = 8;
const TOO_MANY: &str = "more than 1000 fields";

/// Names and values as bytes, and the encoding that each value names for itself.
type RawField = (Vec<u8>, Vec<u8>, Option<&'static Encoding>);

/// The fields of a form, in order, whatever the content type says it is; what is no multipart body is read as a urlencoded one.
///
/// # Errors
/// What is wrong with it, in words.
pub fn fields(content_type: &str, body: &[u8]) -> Result<Vec<(String, String)>, String> {
    Ok(decoded(raw(content_type, body)?, charset::of_type(content_type)))
}

fn raw(content_type: &str, body: &[u8]) -> Result<Vec<RawField>, String> {
    if content_type.trim_start().to_ascii_lowercase().starts_with("multipart/") {
        return parts(content_type, body);
    }
    Ok(pairs(body)?)
}

fn pairs(body: &[u8]) -> Result<Vec<RawField>, &'static str> {
    let members = body.split(|&b| b == b'&').filter(|m| !m.is_empty());
    let fields: Vec<RawField> = members
        .take(FIELDS_MAX + 1)
        .map(|member| {
            let mut halves = member.splitn(2, |&b| b == b'=');
            let mut half = || unescape(halves.next().unwrap_or_default());
            (half(), half(), None)
        })
        .collect();
    if fields.len() > FIELDS_MAX { Err(TOO_MANY) } else { Ok(fields) }
}

/// A file is named and not kept.
fn parts(content_type: &str, body: &[u8]) -> Result<Vec<RawField>, String> {
    let boundary = multer::parse_boundary(content_type).map_err(|e| e.to_string())?;
    let chunk = futures_util::stream::once(std::future::ready(Ok::<_, Infallible>(body.to_vec())));
    let mut form = multer::Multipart::new(chunk, boundary);
    let mut fields = Vec::new();
    loop {
        let part = form.next_field().now_or_never().ok_or("the last part is cut off")?;
        let Some(part) = part.map_err(|e| in_words(&e))? else { return Ok(fields) };
        let name = part.name().unwrap_or_default().as_bytes().to_vec();
        let file = part.file_name().filter(|f| !f.is_empty()).map(str::to_owned);
        let named = part.content_type().and_then(|kind| charset::named(kind.get_param("charset")?.as_str()));
        let bytes = part.bytes().now_or_never().ok_or("the last part is cut off")?.map_err(|e| in_words(&e))?;
        let value = file.map_or_else(|| bytes.to_vec(), String::into_bytes);
        fields.push((name, value, named));
        if fields.len() > FIELDS_MAX {
            return Err(TOO_MANY.to_owned());
        }
    }
}

/// As text: in the encoding of the part, or the one that a field of the form names for it, or the one of the whole body.
/// A field `_charset_` speaks of the whole form, as browsers fill it in; a field `charsets` is a list by name.
fn decoded(raw: Vec<RawField>, of_body: Option<&'static Encoding>) -> Vec<(String, String)> {
    let find = |name: &str| raw.iter().find(|(n, ..)| n == name.as_bytes()).map(|(_, value, _)| charset::text(value, None));
    let of_form = find("_charset_").and_then(|name| charset::named(&name)).or(of_body);
    let by_name = find("charsets").and_then(|list| json::parse(&list).ok()).unwrap_or_default();
    let of_field = |name: &str| by_name.get(name).and_then(Value::as_str).and_then(charset::named);
    raw.into_iter()
        .map(|(name, value, named)| {
            let name = charset::text(&name, of_form);
            let value = charset::text(&value, named.or_else(|| of_field(&name)).or(of_form));
            (name, value)
        })
        .collect()
}

/// Fields in which services hand on a mail as it was sent.
const MAILS: [&[u8]; 2] = [b"body-mime", b"email"];

/// The tree of a form; a mail in it stands under `mime`.
///
/// # Errors
/// What is wrong with the form, in words.
pub fn read(content_type: &str, body: &[u8]) -> Result<Tree, String> {
    let mut fields = raw(content_type, body)?;
    let is_mail = |(name, value, _): &RawField| MAILS.contains(&name.as_slice()) && mime::looks_like_mail(value);
    // What only seems to be a mail stays the text that somebody typed.
    let mail = fields.iter().position(is_mail).and_then(|at| Some((at, mime::tree(&fields[at].1).ok()?)));
    if let Some((at, _)) = &mail {
        fields.remove(*at);
    }
    let mut tree = tree(decoded(fields, charset::of_type(content_type)));
    if let (Some((_, mail)), Value::Object(map)) = (mail, &mut tree) {
        map.insert("mime".to_owned(), mail);
    }
    Ok(tree)
}

/// The tree that names such as `fields[tel][value]` describe. A value that is itself a JSON object is read as one.
#[must_use]
pub fn tree(fields: Vec<(String, String)>) -> Tree {
    let mut root = Map::new();
    for (name, text) in fields {
        let value = inner_json(&text).unwrap_or(Value::String(text));
        match segments(&name) {
            Some(path) => plant(&mut root, &name, &path, value),
            None => add(&mut root, name, value),
        }
    }
    Value::Object(root)
}

fn in_words(fault: &multer::Error) -> String {
    match fault {
        multer::Error::IncompleteStream | multer::Error::IncompleteFieldData { .. } | multer::Error::IncompleteHeaders => {
            "the body ends before its last part does".to_owned()
        }
        other => other.to_string(),
    }
}

fn inner_json(text: &str) -> Option<Tree> {
    let trimmed = text.trim();
    if !(trimmed.starts_with('{') || trimmed.starts_with("[{") || trimmed.starts_with("[[")) {
        return None;
    }
    json::parse(trimmed).ok()
}

fn unescape(text: &[u8]) -> Vec<u8> {
    let digit = |at: usize| text.get(at).and_then(|&b| char::from(b).to_digit(16)).and_then(|d| u8::try_from(d).ok());
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        match (byte, digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push(high * 16 + low);
                at += 2;
            }
            (b'+', ..) => out.push(b' '),
            (other, ..) => out.push(other),
        }
        at += 1;
    }
    out
}

/// `a[b][]` as `a`, `b`, ``; `None` where there is nothing to take apart.
fn segments(name: &str) -> Option<Vec<&str>> {
    let (base, rest) = name.split_once('[')?;
    let rest = rest.strip_suffix(']')?;
    let path: Vec<&str> = std::iter::once(base).chain(rest.split("][")).collect();
    let sound = !base.is_empty() && path.len() <= NAME_DEPTH_MAX && path.iter().skip(1).all(|s| !s.contains(['[', ']']));
    let empty_only_last = path.iter().rev().skip(1).all(|s| !s.is_empty());
    (sound && empty_only_last).then_some(path)
}

fn plant(root: &mut Map<String, Value>, name: &str, path: &[&str], value: Value) {
    let (last, above) = path.split_last().expect("a name that was taken apart has a base");
    let (last, above) = if last.is_empty() { (above[above.len() - 1], &above[..above.len() - 1]) } else { (*last, above) };
    if !fits(root, above) {
        add(root, name.to_owned(), value);
        return;
    }
    let mut branch = root;
    for key in above {
        let slot = branch.entry((*key).to_owned()).or_insert_with(|| Value::Object(Map::new()));
        let Value::Object(map) = slot else { return };
        branch = map;
    }
    add(branch, last.to_owned(), value);
}

/// No leaf stands where a branch would have to grow.
fn fits(root: &Map<String, Value>, above: &[&str]) -> bool {
    let mut branch = root;
    for key in above {
        match branch.get(*key) {
            None => return true,
            Some(Value::Object(map)) => branch = map,
            Some(_) => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const URLENCODED: &str = "application/x-www-form-urlencoded";
    const PARTS: &str = "multipart/form-data; boundary=B";

    fn read(body: &str) -> Tree {
        tree(fields(URLENCODED, body.as_bytes()).unwrap())
    }

    #[test]
    fn names_in_brackets_become_branches_and_repeated_ones_lists() {
        assert_eq!(
            read("contact%5Bemail%5D=a%40example.com&contact[name]=Dana+K&tag=x&tag=y"),
            json!({"contact":{"email":"a@example.com","name":"Dana K"},"tag":["x","y"]})
        );
        assert_eq!(read("a[]=1&a[]=2&b[c][]=3"), json!({"a":["1","2"],"b":{"c":"3"}}));
        assert_eq!(read("a=1&a[b]=2&[x]=3&c[=4&d[e]f=5"), json!({"a":"1","a[b]":"2","[x]":"3","c[":"4","d[e]f":"5"}));
        assert_eq!(
            read("data.json=%7B%22k%22%3A%5B%22v%22%5D%7D&note=%5Burgent%5D"),
            json!({"data.json":{"k":["v"]},"note":"[urgent]"})
        );
    }

    #[test]
    fn an_old_western_encoding_is_read_rather_than_refused() {
        assert_eq!(read("name=J%FCrgen+%80"), json!({"name":"Jürgen €"}));
        assert_eq!(read("a=100%&b=%zz&c=%E2%82%AC"), json!({"a":"100%","b":"%zz","c":"€"}));
    }

    #[test]
    fn each_value_is_read_in_the_encoding_that_speaks_of_it() {
        let said = |content_type: &str, body: &[u8]| tree(fields(content_type, body).unwrap());
        let western = "application/x-www-form-urlencoded; charset=iso-8859-1";
        assert_eq!(said(western, b"Pr%E9nom=L%E9a&Nom=Dubois"), json!({"Prénom":"Léa","Nom":"Dubois"}));
        assert_eq!(said(URLENCODED, b"_charset_=windows-1251&a=%CF%F0"), json!({"_charset_":"windows-1251","a":"Пр"}));
        let part = |name: &str, more: &str, value: &[u8]| {
            let head = format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\n{more}\r\n");
            [head.as_bytes(), value, b"\r\n"].concat()
        };
        let body = [
            part("text", "", b"\x8d\xb2\x93\xa1"),
            part("from", "Content-Type: text/plain; charset=iso-8859-1\r\n", b"J\xfcrgen"),
            part("subject", "", "Größe".as_bytes()),
            part("charsets", "", br#"{"text":"shift_jis","subject":"UTF-8"}"#),
            b"--B--\r\n".to_vec(),
        ]
        .concat();
        let read = said(PARTS, &body);
        assert_eq!((&read["text"], &read["from"], &read["subject"]), (&json!("佐藤"), &json!("Jürgen"), &json!("Größe")));
    }

    #[test]
    fn parts_are_read_in_order_and_files_are_named_only() {
        let body = "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nJürgen\r\n--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"cv.pdf\"\r\n\r\n\u{0}\u{1}\r\n--B--\r\n";
        let read = fields(PARTS, body.as_bytes()).unwrap();
        assert_eq!(read, [("a".to_owned(), "Jürgen".to_owned()), ("f".to_owned(), "cv.pdf".to_owned())]);
        let cut = fields(PARTS, &body.as_bytes()[..60]).unwrap_err();
        assert_eq!(cut, "the body ends before its last part does");
    }

    proptest! {
        #[test]
        fn any_bytes_give_fields_or_a_fault(body in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = fields(URLENCODED, &body).map(tree);
            let _ = fields(PARTS, &body);
        }

        #[test]
        fn any_name_can_be_planted(names in proptest::collection::vec(r"[ab\[\]]{0,8}", 0..12)) {
            let _ = tree(names.into_iter().map(|n| (n, "v".to_owned())).collect());
        }
    }
}
