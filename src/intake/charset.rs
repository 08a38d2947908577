//! Bytes as text in the encoding that the sender names, or in the likeliest one where none is named.
//! Invariant: any bytes under any name give text; text that is sound UTF-8 is never read as something older that it only seems to be.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// An encoding by the name that senders give it: `iso-8859-1`, `Shift_JIS`; `None` when nobody knows it.
#[must_use]
pub fn named(name: &str) -> Option<&'static Encoding> {
    Encoding::for_label(name.trim().trim_matches(['"', '\'']).as_bytes())
}

/// The encoding that a content type names: `text/plain; charset=iso-8859-1`.
#[must_use]
pub fn of_type(content_type: &str) -> Option<&'static Encoding> {
    content_type.split(';').skip(1).find_map(|part| {
        let (key, value) = part.split_once('=')?;
        key.trim().eq_ignore_ascii_case("charset").then(|| named(value)).flatten()
    })
}

/// The text of these bytes. Senders that name an old alphabet of single bytes often write UTF-8 all the same, so that is tried first;
/// where nothing is named and it is not UTF-8, it is the Western alphabet of old tools.
#[must_use]
pub fn text(bytes: &[u8], named: Option<&'static Encoding>) -> String {
    let encoding = named.unwrap_or(WINDOWS_1252);
    if (encoding == UTF_8 || encoding.is_single_byte())
        && let Ok(text) = std::str::from_utf8(bytes)
    {
        return text.to_owned();
    }
    // Bytes that are no UTF-8 although it was named are those of a sender who is wrong about itself.
    let encoding = if encoding == UTF_8 { WINDOWS_1252 } else { encoding };
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_read_in_the_encoding_that_was_named() {
        for (bytes, name, read) in [
            (&b"J\xfcrgen"[..], "charset=iso-8859-1", "Jürgen"),
            (b"\xcf\xf0\xe8\xe2\xe5\xf2", "charset=\"windows-1251\"", "Привет"),
            (b"\x8d\xb2\x93\xa1", "Charset = Shift_JIS", "佐藤"),
            (b"\x1b$B:4F#\x1b(B", "charset=iso-2022-jp", "佐藤"),
            ("Jürgen".as_bytes(), "charset=iso-8859-1", "Jürgen"),
            (b"J\xfcrgen", "charset=utf-8", "Jürgen"),
            (b"J\xfcrgen \x80", "", "Jürgen €"),
            (b"J\xfcrgen", "charset=klingon", "Jürgen"),
        ] {
            assert_eq!(text(bytes, of_type(&format!("text/plain; {name}"))), read, "{name}");
        }
    }
}
