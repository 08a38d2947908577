//! The words of a piece of HTML, as lines: what stands in a block has a line of its own, and two cells of a row are question and answer.
//! Invariant: any text gives text, no longer than it was, in one pass; what a reader would not see is left out.

use super::cleaning::decode_entities;

/// Elements that begin a line and end one.
const BLOCKS: [&str; 19] = [
    "p",
    "div",
    "br",
    "tr",
    "li",
    "ul",
    "ol",
    "table",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "dt",
    "dd",
    "hr",
    "blockquote",
    "section",
];
/// Elements whose contents nobody sees.
const UNSEEN: [&str; 6] = ["head", "style", "script", "template", "title", "noscript"];
/// Stands for the end of a cell until its row is whole.
const CELL: char = '\u{1F}';
const BLANKS: [char; 4] = ['\r', '\n', '\t', CELL];

/// The words.
#[must_use]
pub fn words(html: &str) -> String {
    let mut out = String::with_capacity(html.len() / 2);
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at].replace(BLANKS, " "));
        let (tag, after) = tag(&rest[at..]);
        rest = after;
        match tag.strip_prefix('/') {
            None if UNSEEN.contains(&tag.as_str()) => rest = behind(rest, &tag),
            Some("td" | "th") => out.push(CELL),
            closed if BLOCKS.contains(&closed.unwrap_or(&tag)) => out.push('\n'),
            Some(_) | None => {}
        }
    }
    out.push_str(&rest.replace(BLANKS, " "));
    let lines: Vec<String> = out.split('\n').map(line).filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}

/// What follows the end of an element that nobody sees; what is in it need not be HTML.
fn behind<'t>(text: &'t str, name: &str) -> &'t str {
    let mut from = 0;
    while let Some(at) = text[from..].find("</") {
        from += at + 2;
        if text[from..].get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name)) {
            return tag(&text[from - 2..]).1;
        }
    }
    ""
}

/// The name of the tag or comment that the text begins with, in lower case, and what follows it.
fn tag(text: &str) -> (String, &str) {
    if let Some(comment) = text.strip_prefix("<!--") {
        return (String::new(), comment.find("-->").map_or("", |end| &comment[end + 3..]));
    }
    let Some(end) = text.find('>') else { return (String::new(), "") };
    let inner = &text[1..end];
    let name = inner.split(|c: char| c.is_whitespace()).next().unwrap_or_default();
    let name = if name.len() > 1 { name.trim_end_matches('/') } else { name };
    // No element has a name as long as this.
    let name = if name.len() > 16 { "" } else { name };
    (name.to_ascii_lowercase(), &text[end + 1..])
}

fn line(line: &str) -> String {
    let squeezed = |cell: &str| decode_entities(&cell.split_whitespace().collect::<Vec<_>>().join(" "));
    let cells: Vec<String> = line.split(CELL).map(squeezed).filter(|cell| !cell.is_empty()).collect();
    match cells.as_slice() {
        [question, answer] => format!("{}: {answer}", question.trim_end_matches(':')),
        _ => cells.join(" "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_lines_and_two_cells_are_question_and_answer() {
        for (html, read) in [
            ("<p>Hello,</p>\r\n<p>a\nquote &amp; a call</p>", "Hello,\na quote & a call"),
            ("Name: Ana<br/>E-mail: a@example.com<BR>", "Name: Ana\nE-mail: a@example.com"),
            (
                "<table><tr><td><b>Name</b></td><td>Ana &lt;3</td></tr><tr><th>E-mail:</th><td>a@example.com</td></tr></table>",
                "Name: Ana <3\nE-mail: a@example.com",
            ),
            ("<html><head><title>t</title><style>p > b {}</style></head><body>x<!-- <p>no --><script>1<2</script>y", "xy"),
            ("a < b", "a"),
            ("<div>one<div>two</div></div>three", "one\ntwo\nthree"),
            ("", ""),
        ] {
            assert_eq!(words(html), read, "{html}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_gives_text(html in "[<>/!&;a-z \\-\u{1F}é]{0,200}") {
            let _ = words(&html);
        }
    }
}
