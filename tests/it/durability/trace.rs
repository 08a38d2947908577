//! What strace writes, read as a list of calls in the order in which they began and came back.

/// A system call on a file or a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Call {
    /// `fdatasync`, `sendto`.
    pub(super) name: String,
    /// The file's path, or what strace says of a connection.
    pub(super) on: String,
    /// The arguments after it, as strace writes them.
    pub(super) arguments: String,
    /// The line at which it began, and that at which it came back; the same when nothing came between.
    pub(super) began: usize,
    pub(super) came_back: usize,
    /// It did what it was asked.
    pub(super) succeeded: bool,
}

/// The calls of a trace that was made with `-f -y`. One that never came back is left out.
pub(super) fn read(trace: &str) -> Vec<Call> {
    let mut calls = Vec::new();
    let mut unfinished: Vec<(&str, usize, &str)> = Vec::new();
    for (at, line) in trace.lines().enumerate() {
        let Some((thread, call)) = line.split_once(' ') else { continue };
        let call = call.trim_start();
        if let Some(begun) = call.strip_suffix(" <unfinished ...>") {
            unfinished.push((thread, at, begun));
        } else if let Some((_, rest)) = call.strip_prefix("<... ").and_then(|rest| rest.split_once(" resumed>")) {
            let found = unfinished.iter().position(|(of, ..)| *of == thread);
            if let Some((_, began, begun)) = found.map(|place| unfinished.swap_remove(place)) {
                calls.extend(one(&format!("{begun}{rest}"), (began, at)));
            }
        } else {
            calls.extend(one(call, (at, at)));
        }
    }
    calls.sort_by_key(|call| call.began);
    calls
}

fn one(call: &str, (began, came_back): (usize, usize)) -> Option<Call> {
    let (name, rest) = call.split_once('(')?;
    let (inside, result) = rest.rsplit_once(" = ")?;
    let inside = inside.trim_end().strip_suffix(')').unwrap_or(inside);
    let (descriptor, arguments) = inside.split_once(", ").unwrap_or((inside, ""));
    let on = descriptor.split_once('<').and_then(|(_, on)| on.strip_suffix('>')).unwrap_or_default();
    let succeeded = !result.starts_with('-') && !result.starts_with('?');
    Some(Call { name: name.to_owned(), on: on.to_owned(), arguments: arguments.to_owned(), began, came_back, succeeded })
}

impl Call {
    /// The bytes of its first string, as far as strace shows them.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let Some(start) = self.arguments.find('"') else { return Vec::new() };
        unescaped(&self.arguments.as_bytes()[start + 1..])
    }
}

/// Reads a string as C writes it, up to its closing quote.
fn unescaped(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut at = 0;
    while let Some(&sign) = text.get(at).filter(|sign| **sign != b'"') {
        at += 1;
        if sign != b'\\' {
            bytes.push(sign);
            continue;
        }
        let escape = text.get(at).copied().unwrap_or(b'\\');
        let digits = text[at..].iter().take(3).take_while(|digit| matches!(**digit, b'0'..=b'7')).count();
        if digits > 0 {
            let value = text[at..at + digits].iter().fold(0_u8, |value, digit| value.wrapping_mul(8).wrapping_add(digit - b'0'));
            bytes.push(value);
            at += digits;
            continue;
        }
        bytes.push(match escape {
            b'n' => b'\n',
            b't' => b'\t',
            b'r' => b'\r',
            b'v' => 0x0B,
            b'f' => 0x0C,
            other => other,
        });
        at += 1;
    }
    bytes
}

#[test]
fn calls_that_cross_are_read_with_both_their_ends() {
    let trace = r#"
7 pwrite64(9</d/leadbell.db-wal>, "\0\0\0\7\0\0\1\2a\n\"", 24, 32) = 24
7 fdatasync(9</d/leadbell.db-wal> <unfinished ...>
8 sendto(12<TCP:[127.0.0.1:1->127.0.0.1:2]>, "HTTP/1.1 200 OK\r\n", 17, MSG_NOSIGNAL, NULL, 0) = 17
7 <... fdatasync resumed>)               = 0
7 fsync(9</d/leadbell.db-wal>) = -1 EIO (Input/output error)
"#;
    let calls = read(trace);
    let seen: Vec<_> = calls.iter().map(|c| (c.name.as_str(), c.on.as_str(), c.began, c.came_back, c.succeeded)).collect();
    assert_eq!(
        seen,
        [
            ("pwrite64", "/d/leadbell.db-wal", 1, 1, true),
            ("fdatasync", "/d/leadbell.db-wal", 2, 4, true),
            ("sendto", "TCP:[127.0.0.1:1->127.0.0.1:2]", 3, 3, true),
            ("fsync", "/d/leadbell.db-wal", 5, 5, false),
        ]
    );
    assert_eq!(calls[0].bytes(), [0, 0, 0, 7, 0, 0, 1, 2, b'a', b'\n', b'"']);
}
