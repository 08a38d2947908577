//! Reads from a mail whose address a message of ours never reached: the report of a mail server (RFC 3464), or what one says above its letter.
//! Invariant: an address is named only when the server gave up on it; what is late may still arrive, and is nobody's bounce.

use mail_parser::{Message, MimeHeaders as _};
use serde_json::{Map, Value};

use super::email;

/// Most addresses of one report.
const ADDRESSES_MAX: usize = 50;

/// Most of a report that is read, in bytes.
const REPORT_MAX: usize = 64 * 1024;

/// Those that could not be reached, each with an id of its own.
pub(super) fn all(message: &Message<'_>) -> Vec<Value> {
    let is_report = |part: &&mail_parser::MessagePart<'_>| {
        part.content_type().is_some_and(|kind| {
            kind.ctype().eq_ignore_ascii_case("message")
                && kind.subtype().is_some_and(|kind| kind.eq_ignore_ascii_case("delivery-status"))
        })
    };
    let reports: Vec<String> = message.parts.iter().filter(is_report).map(|part| text(part.contents())).collect();
    let mut addresses: Vec<String> = reports.iter().flat_map(|report| given_up(report)).collect();
    if reports.is_empty() {
        addresses = said_above(message);
    }
    addresses.sort();
    addresses.dedup();
    let at = message.date().map(mail_parser::DateTime::to_rfc3339);
    let id = message.message_id();
    let item = |address: String| {
        let mut item = Map::new();
        if let Some(id) = id {
            item.insert("id".to_owned(), Value::String(format!("{id} {address}")));
        }
        if let Some(at) = &at {
            item.insert("at".to_owned(), Value::String(at.clone()));
        }
        item.insert("email".to_owned(), Value::String(address));
        Value::Object(item)
    };
    addresses.into_iter().take(ADDRESSES_MAX).map(item).collect()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&bytes[..bytes.len().min(REPORT_MAX)]).replace("\r\n", "\n")
}

/// The recipients of a report that the server gave up on. Its first group of lines is about the message, each other one about a recipient.
fn given_up(report: &str) -> Vec<String> {
    report.split("\n\n").filter_map(recipient).collect()
}

fn recipient(group: &str) -> Option<String> {
    let field = |name: &str| {
        let lines = group.lines().filter_map(|line| line.split_once(':'));
        let mut its = lines.filter(|(n, _)| n.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim());
        its.next().filter(|value| !value.is_empty())
    };
    // Where the mail was sent on, the one that we wrote to comes first.
    let named = field("Original-Recipient").or_else(|| field("Final-Recipient"))?;
    let is_over = field("Action")?.eq_ignore_ascii_case("failed") && field("Status").is_none_or(|code| code.starts_with('5'));
    let (kind, address) = named.split_once(';')?;
    let is_mail = ["rfc822", "utf-8"].iter().any(|known| kind.trim().eq_ignore_ascii_case(known));
    if is_over && is_mail { email::address(address) } else { None }
}

/// Some servers write a letter instead of a report, and name the addresses in a header.
fn said_above(message: &Message<'_>) -> Vec<String> {
    let said = message.headers_raw().filter(|(name, _)| name.eq_ignore_ascii_case("X-Failed-Recipients"));
    said.flat_map(|(_, value)| value.split(',')).filter_map(email::address).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::mime;

    const REPORT: &str = "From: Mail Delivery System <MAILER-DAEMON@mx.example.org>\r\nTo: sales@acme.example\r\nMessage-ID: <b1@mx.example.org>\r\n\
        Date: Mon, 14 Sep 2026 11:26:40 +0200\r\nSubject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n\
        I could not deliver it to dana@example.com.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\n\
        Original-Recipient: rfc822;Dana@example.com\r\nFinal-Recipient: rfc822; dana.k@inside.example.com\r\nAction: failed\r\nStatus: 5.1.1\r\n\
        Diagnostic-Code: smtp; 550 5.1.1 nobody of that name\r\n\r\nFinal-Recipient: rfc822; late@example.com\r\nAction: delayed\r\nStatus: 4.4.1\r\n\r\n\
        Final-Recipient: rfc822; full@example.com\r\nAction: failed\r\nStatus: 4.2.2\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n\
        From: sales@acme.example\r\nTo: dana@example.com\r\nSubject: Your request\r\n\r\nHello\r\n--b--\r\n";

    fn addresses(mail: &str) -> Vec<String> {
        let tree = mime::tree(mail.as_bytes()).unwrap();
        let found = tree["undelivered"].as_array().cloned().unwrap_or_default();
        found.iter().map(|one| one["email"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn a_report_names_whom_the_server_gave_up_on_and_nobody_who_is_only_late() {
        assert_eq!(addresses(REPORT), ["dana@example.com"]);
        let tree = mime::tree(REPORT.as_bytes()).unwrap();
        assert_eq!(
            (&tree["undelivered"][0]["id"], &tree["undelivered"][0]["at"]),
            (&Value::from("b1@mx.example.org dana@example.com"), &Value::from("2026-09-14T11:26:40+02:00"))
        );
    }

    #[test]
    fn a_letter_of_a_mail_server_names_them_above() {
        let letter = "From: Mail Delivery System <Mailer-Daemon@mx.example.org>\r\nX-Failed-Recipients: dana@example.com,\r\n  ben@example.com\r\n\
            Subject: Mail delivery failed\r\n\r\nThis message was created automatically.\r\n";
        assert_eq!(addresses(letter), ["ben@example.com", "dana@example.com"]);
    }

    #[test]
    fn who_writes_about_a_report_has_not_sent_one() {
        let letter = "From: Dana <dana@example.com>\r\nSubject: It came back\r\n\r\nFinal-Recipient: rfc822; sales@acme.example\r\nAction: failed\r\nStatus: 5.1.1\r\n";
        assert_eq!(addresses(letter), [""; 0]);
    }
}
