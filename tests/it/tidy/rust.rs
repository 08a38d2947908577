//! Rust text as far as the rules need it: code without its comments and literals, the literals by themselves, the words.
//! A parser would say more and take longer to build than all the rules together take to run.

/// A string literal as it stands between its quotes, escapes unread.
pub(super) struct Literal {
    /// Counted from 1.
    pub(super) line: usize,
    pub(super) text: String,
}

/// A word or a single sign.
#[derive(Clone, Copy)]
pub(super) struct Token<'a> {
    /// Counted from 1.
    pub(super) line: usize,
    pub(super) text: &'a str,
}

/// Splits a text into its code (comments, strings and characters blanked, lines and columns kept) and its string literals.
pub(super) fn mask(text: &str) -> (String, Vec<Literal>) {
    let bytes = text.as_bytes();
    let (mut code, mut literals, mut at) = (bytes.to_vec(), Vec::new(), 0);
    while at < bytes.len() {
        let rest = &bytes[at..];
        let end = match bytes[at] {
            b'/' if rest.starts_with(b"//") => at + until(rest, b"\n"),
            b'/' if rest.starts_with(b"/*") => at + block_comment(rest),
            b'\'' => at + character(rest),
            b'"' | b'r' | b'b' | b'c' => match string(rest) {
                Some((from, to, end)) => {
                    let line = 1 + bytes[..at].iter().filter(|b| **b == b'\n').count();
                    literals.push(Literal { line, text: text[at + from..at + to].to_owned() });
                    blank(&mut code[at + from..at + to]);
                    at += end;
                    continue;
                }
                None => at + 1,
            },
            _ => at + 1,
        };
        if end > at + 1 {
            blank(&mut code[at..end]);
            at = end;
        } else {
            at += word(rest).max(1);
        }
    }
    (String::from_utf8(code).expect("whole characters are blanked"), literals)
}

/// The same code without what only tests see: items behind `#[cfg(test)]`.
pub(super) fn without_tests(code: &str) -> String {
    let mut shipped = code.as_bytes().to_vec();
    for (start, mark) in code.match_indices("#[cfg(test)]") {
        let mut depth = 0_usize;
        let end = code.bytes().enumerate().skip(start + mark.len()).find(|(_, sign)| match sign {
            b'{' => {
                depth += 1;
                false
            }
            b'}' => {
                depth = depth.saturating_sub(1);
                depth == 0
            }
            b';' => depth == 0,
            _ => false,
        });
        let end = end.map_or(code.len(), |(at, _)| at + 1);
        blank(&mut shipped[start..end]);
    }
    String::from_utf8(shipped).expect("whole characters are blanked")
}

/// The words and signs of masked code.
pub(super) fn tokens(code: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    for (line, text) in (1..).zip(code.lines()) {
        let mut at = 0;
        while at < text.len() {
            let length = word(&text.as_bytes()[at..]).max(1);
            if let Some(token) = text.get(at..at + length).filter(|t| !t.trim().is_empty()) {
                tokens.push(Token { line, text: token });
            }
            at += length;
        }
    }
    tokens
}

/// The lines on which this sequence of words and signs begins.
pub(super) fn lines_with(code: &str, sequence: &[&str]) -> Vec<usize> {
    let tokens = tokens(code);
    let hits = tokens.windows(sequence.len()).filter(|w| w.iter().map(|t| t.text).eq(sequence.iter().copied()));
    hits.map(|w| w[0].line).collect()
}

fn blank(part: &mut [u8]) {
    part.iter_mut().filter(|b| **b != b'\n').for_each(|b| *b = b' ');
}

fn word(rest: &[u8]) -> usize {
    rest.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count()
}

fn until(rest: &[u8], mark: &[u8]) -> usize {
    rest.windows(mark.len()).position(|w| w == mark).unwrap_or(rest.len())
}

/// The length of a comment that may hold others.
fn block_comment(rest: &[u8]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        let (step, change) = match &rest[at..] {
            [b'/', b'*', ..] => (2, 1),
            [b'*', b'/', ..] => (2, -1),
            _ => (1, 0),
        };
        (at, depth) = (at + step, depth + change);
        if depth == 0 {
            break;
        }
    }
    at
}

/// The length of a character literal; 1 for the tick of a lifetime.
fn character(rest: &[u8]) -> usize {
    if rest.get(1) == Some(&b'\\') {
        return 3 + until(&rest[3.min(rest.len())..], b"'") + 1;
    }
    let width =
        (2..=5).find(|&end| rest.get(end) == Some(&b'\'') && str::from_utf8(&rest[1..end]).is_ok_and(|c| c.chars().count() == 1));
    width.map_or(1, |end| end + 1)
}

/// Where a string's text begins and ends, and where the literal itself ends. `None` when none begins here.
fn string(rest: &[u8]) -> Option<(usize, usize, usize)> {
    let prefix = rest.iter().take_while(|b| matches!(b, b'r' | b'b' | b'c')).count();
    let hashes = rest[prefix..].iter().take_while(|b| **b == b'#').count();
    let from = prefix + hashes + 1;
    if prefix > 2 || rest.get(from - 1) != Some(&b'"') {
        return None;
    }
    if rest[..prefix].contains(&b'r') {
        let close = [b"\"", "#".repeat(hashes).as_bytes()].concat();
        let to = from + until(&rest[from..], &close);
        return Some((from, to, to + close.len()));
    }
    let mut to = from;
    while to < rest.len() && rest[to] != b'"' {
        to += if rest[to] == b'\\' { 2 } else { 1 };
    }
    (hashes == 0).then_some((from, to, to + 1))
}

#[test]
fn code_is_told_from_comments_and_literals() {
    let cases = [
        ("let a = 1; // use sqlx", "let a = 1;            "),
        ("a /* b /* c */ d */ e", "a                   e"),
        (r#"f("x \" y", 'z', '\'', b"w")"#, r#"f("      ",    ,     , b" ")"#),
        ("r#\"a \" b\"# c", "r#\"     \"# c"),
        ("fn f<'a>(x: &'a str) -> char { 'é' }", "fn f<'a>(x: &'a str) -> char {      }"),
        ("for_bar\"\" // x", "for_bar\"\"     "),
    ];
    for (text, code) in cases {
        assert_eq!(mask(text).0, code, "for {text}");
    }
    assert_eq!(mask("a\n\"b\\n\"").1.iter().map(|l| (l.line, l.text.as_str())).collect::<Vec<_>>(), [(2, "b\\n")]);
}

#[test]
fn what_only_tests_see_is_left_out() {
    let code = "fn a() {}\n#[cfg(test)]\nmod tests { fn b() { c() } }\nfn d() {}\n#[cfg(test)]\nuse e;\nfn f() {}";
    let words: Vec<_> = tokens(&without_tests(code))
        .iter()
        .map(|t| t.text)
        .filter(|t| t.len() == 1 && t.chars().all(char::is_alphabetic))
        .map(str::to_owned)
        .collect();
    assert_eq!(words, ["a", "d", "f"]);
}
