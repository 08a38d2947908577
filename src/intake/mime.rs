//! Reads a mail as it was sent: who wants to be answered, what was written, which files came with it.
//! Mail of forms is told from letters here, and a mail that a colleague passed on from one that somebody wrote to us, because the presets
//! only see a tree. Files are named and not kept.
//! Invariant: any bytes give a tree or a fault; time and memory grow with the size of the mail and no faster.

use mail_parser::{Address, Message, MessageParser, MimeHeaders as _, PartType};
use serde_json::{Map, Value};

use super::json::Tree;
use super::{answers, email, html, undelivered};

/// Largest mail.
const MAIL_MAX: usize = 8 * 1024 * 1024;
/// Most parts that are made of parts: each is looked for to the end of the mail.
const NESTS_MAX: usize = 32;
/// Most headers that are handed on, and how much of each.
const HEADERS_MAX: usize = 200;
const HEADER_MAX: usize = 2_000;
/// Most text that is read, in bytes.
const TEXT_MAX: usize = 64 * 1024;
/// Most files that are named.
const FILES_MAX: usize = 20;
/// Lines in which the first question of a form is looked for.
const LINES_MAX: usize = 40;

/// What people's programs write above a mail that is passed on.
const PASSED_ON: [&str; 11] = [
    "forwarded message",
    "original message",
    "weitergeleitete nachricht",
    "ursprüngliche nachricht",
    "message transféré",
    "message d'origine",
    "mensaje reenviado",
    "messaggio inoltrato",
    "mensagem encaminhada",
    "doorgestuurd bericht",
    "vidarebefordrat meddelande",
];
/// What they call the writer there.
const WRITERS: [&str; 9] = ["from", "von", "de", "da", "van", "från", "fra", "od", "от"];

/// Begins as mail does: with a header.
#[must_use]
pub fn looks_like_mail(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(1_000)];
    let line = head.split(|&b| b == b'\n').next().unwrap_or_default();
    let name = line.iter().position(|&b| b == b':').map_or(&[][..], |at| &line[..at]);
    let named = !name.is_empty() && name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-') || line.starts_with(b"From ");
    named && head.contains(&b'\n')
}

/// Reads a mail.
///
/// # Errors
/// What is wrong with it, in words.
pub fn tree(mail: &[u8]) -> Result<Tree, String> {
    if mail.len() > MAIL_MAX {
        return Err("a mail of more than 8 MiB".to_owned());
    }
    let nests = mail.windows(10).filter(|w| w.eq_ignore_ascii_case(b"multipart/")).take(NESTS_MAX + 1).count();
    if nests > NESTS_MAX {
        return Err(format!("more than {NESTS_MAX} parts that are made of parts"));
    }
    let headed = |m: &Message<'_>| m.from().is_some() || m.subject().is_some() || m.message_id().is_some();
    let message = MessageParser::default().parse(mail).filter(headed);
    let message = message.ok_or("there are no headers, as a mail has them")?;
    let mut out = Map::new();
    let mut put = |key: &str, value: Option<String>| {
        if let Some(value) = value.filter(|v| !v.trim().is_empty()) {
            out.insert(key.to_owned(), Value::String(value));
        }
    };
    put("message_id", message.message_id().map(|id| format!("<{id}>")));
    put("to", message.to().and_then(first).map(|(_, address)| address));
    put("subject", message.subject().map(str::to_owned));
    put("date", message.date().map(mail_parser::DateTime::to_rfc3339));
    put("lines", Some(lines(&message)));
    let text = text(&message);
    let from = message.from().and_then(first);
    let written = written(&text);
    if let Some(writer) = &written.writer {
        put("from", Some(writer.clone()));
        put("passed_on_by", from.map(|(_, address)| address));
    } else {
        put("reply_to", message.reply_to().and_then(first).filter(|(_, a)| !email::is_nobodys(a)).map(shown));
        put("from", from.map(shown));
    }
    put("text", written.text);
    put("form", written.form);
    let files: Vec<Value> = message.attachments().filter_map(|a| a.attachment_name()).take(FILES_MAX).map(Value::from).collect();
    if !files.is_empty() {
        out.insert("attachments".to_owned(), Value::Array(files));
    }
    let undelivered = undelivered::all(&message);
    if !undelivered.is_empty() {
        out.insert("undelivered".to_owned(), Value::Array(undelivered));
    }
    Ok(Value::Object(out))
}

/// The headers, each on a line of its own.
fn lines(message: &Message<'_>) -> String {
    let unfolded = |(name, value): (&str, &str)| {
        let value = value[..value.floor_char_boundary(HEADER_MAX)].split_whitespace().collect::<Vec<_>>().join(" ");
        format!("{name}: {value}")
    };
    message.headers_raw().take(HEADERS_MAX).map(unfolded).collect::<Vec<_>>().join("\n")
}

/// Name and address of the first of them.
fn first(address: &Address<'_>) -> Option<(String, String)> {
    let one = address.iter().find(|a| a.address().is_some_and(|a| a.contains('@')))?;
    Some((one.name().unwrap_or_default().replace(['<', '>', '"'], ""), one.address()?.to_owned()))
}

fn shown((name, address): (String, String)) -> String {
    if name.trim().is_empty() { address } else { format!("\"{}\" <{address}>", name.trim()) }
}

/// The first text for reading; the words of the HTML where there is no other.
fn text(message: &Message<'_>) -> String {
    let part = message.text_bodies().next().or_else(|| message.html_bodies().next());
    let text = match part.map(|p| &p.body) {
        Some(PartType::Text(text)) => text[..text.floor_char_boundary(TEXT_MAX)].replace("\r\n", "\n"),
        Some(PartType::Html(html)) => html::words(&html[..html.floor_char_boundary(TEXT_MAX * 4)]),
        Some(PartType::Binary(_) | PartType::InlineBinary(_) | PartType::Message(_) | PartType::Multipart(_)) | None => {
            String::new()
        }
    };
    text[..text.floor_char_boundary(TEXT_MAX)].to_owned()
}

/// What a mail says.
struct Written {
    /// Who wrote it, when somebody else passed it on.
    writer: Option<String>,
    /// The letter, or what stands before the form.
    text: Option<String>,
    /// The answers of a form: lines of question and answer.
    form: Option<String>,
}

fn written(text: &str) -> Written {
    let (writer, text) = passed_on(text).map_or((None, text), |(writer, rest)| (writer, rest));
    // What follows a signature's mark was not written for us, and what begins with an angle is quoted.
    let own = text.lines().take_while(|line| !is_rule(line)).filter(|line| !line.starts_with('>'));
    let lines: Vec<&str> = own.collect();
    let begins = |at: &usize| lines[*at].contains(':') && answers::is_letter(&lines[*at..].join("\n"));
    let form = (0..lines.len().min(LINES_MAX)).find(begins);
    let joined = |lines: &[&str]| Some(lines.join("\n").trim().to_owned()).filter(|t| !t.is_empty());
    match form {
        Some(at) => Written { writer, text: None, form: joined(&lines[at..]) },
        None => Written { writer, text: joined(&lines), form: None },
    }
}

fn is_rule(line: &str) -> bool {
    let line = line.trim_end();
    line.len() >= 2 && (line.bytes().all(|b| b == b'-') || line.bytes().all(|b| b == b'_'))
}

/// The writer of a mail that was passed on, and what they wrote.
fn passed_on(text: &str) -> Option<(Option<String>, &str)> {
    let mut at = 0;
    for line in text.split_inclusive('\n').take(LINES_MAX) {
        at += line.len();
        let low = line.to_lowercase();
        let marked = low.trim_start().starts_with('-') || low.starts_with("begin ");
        if marked && PASSED_ON.iter().any(|words| low.contains(words)) {
            return Some(heading(&text[at..]));
        }
    }
    None
}

/// The headers of the mail inside, which end at the first empty line.
fn heading(text: &str) -> (Option<String>, &str) {
    let (mut writer, mut at, mut begun) = (None, 0, false);
    for line in text.split_inclusive('\n').take(LINES_MAX) {
        if line.trim().is_empty() && begun {
            break;
        }
        begun |= !line.trim().is_empty();
        at += line.len();
        let named =
            line.split_once(':').filter(|(name, _)| WRITERS.contains(&name.trim_matches(['*', ' ']).to_lowercase().as_str()));
        if let Some((_, value)) = named.filter(|_| writer.is_none()) {
            let value = value.trim().trim_matches('*').trim();
            writer = Some(value.to_owned()).filter(|v| email::address(v).is_some());
        }
    }
    (writer, &text[at..])
}
