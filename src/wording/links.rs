//! Addresses that open a message in the reader's own mail program, telephone or WhatsApp, with everything percent-encoded.
//! Invariant: a link holds nothing but ASCII letters, digits and the signs that make it a link.

use std::fmt::Write as _;

/// Longest link; programs and the chat take no longer ones.
const LINK_MAX: usize = 1_800;

/// `mailto:dana@acme.example?subject=…&body=…`, as RFC 6068 has it; without the words where it would be too long.
pub(super) fn mailto(address: &str, subject: &str, body: &str) -> Link {
    let to = match address.rsplit_once('@') {
        Some((local, domain)) => format!("mailto:{}@{}", encoded(local), encoded(domain)),
        None => format!("mailto:{}", encoded(address)),
    };
    let body = body.replace('\n', "\r\n");
    Link::of(to, &format!("?subject={}&body={}", encoded(subject), encoded(&body)))
}

/// `https://wa.me/12025550123?text=…`, for a number in international form.
pub(super) fn whatsapp(number: &str, text: &str) -> Link {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    Link::of(format!("https://wa.me/{digits}"), &format!("?text={}", encoded(text)))
}

/// `sms:+12025550123?body=…`, for a number in international form.
pub(super) fn sms(number: &str, text: &str) -> Link {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    Link::of(format!("sms:+{digits}"), &format!("?body={}", encoded(text)))
}

/// An address, and whether the words go with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Link {
    /// It opens the message as it is.
    Whole(String),
    /// The message is too long for a link: it opens an empty one.
    Bare(String),
}

impl Link {
    fn of(to: String, words: &str) -> Self {
        if to.len() + words.len() > LINK_MAX { Link::Bare(to) } else { Link::Whole(to + words) }
    }
}

/// Everything but letters, digits and `-._~` as `%` and two digits.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").expect("a string takes everything");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(link: Link) -> String {
        match link {
            Link::Whole(link) => link,
            Link::Bare(link) => panic!("only {link}"),
        }
    }

    #[test]
    fn every_sign_that_could_end_a_part_is_encoded() {
        let mail = whole(mailto("o'neill+x@acme.example", "50% & more?", "Hello Zoë,\nsee #1 <now>"));
        assert_eq!(
            mail,
            "mailto:o%27neill%2Bx@acme.example?subject=50%25%20%26%20more%3F&body=Hello%20Zo%C3%AB%2C%0D%0Asee%20%231%20%3Cnow%3E"
        );
        assert_eq!(
            whole(whatsapp("+12025550123", "Hi & bye\n🙂")),
            "https://wa.me/12025550123?text=Hi%20%26%20bye%0A%F0%9F%99%82"
        );
        assert_eq!(whole(sms("+1 202 555-0123", "a=b")), "sms:+12025550123?body=a%3Db");
    }

    #[test]
    fn what_the_links_say_is_what_a_program_reads() {
        let text = "Hello Zoë & Søn,\n100% “yes”? #1 + 2 = 3; C:\\x <a@b> 🙂";
        let read = url::Url::parse(&whole(whatsapp("+12025550123", text))).unwrap();
        assert_eq!(read.query_pairs().next().unwrap(), ("text".into(), text.into()));
        let read = url::Url::parse(&whole(mailto("dana@acme.example", text, text))).unwrap();
        let pairs: Vec<_> = read.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
        assert_eq!(read.path(), "dana@acme.example");
        assert_eq!(pairs, [("subject".to_owned(), text.to_owned()), ("body".to_owned(), text.replace('\n', "\r\n"))]);
    }

    #[test]
    fn a_long_message_is_left_out_of_the_link() {
        assert_eq!(sms("+12025550123", &"é".repeat(300)), Link::Bare("sms:+12025550123".to_owned()));
    }
}
