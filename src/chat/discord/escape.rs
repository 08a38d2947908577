//! Words into Discord's markdown, so that text from outside stays text: it formats nothing, links nothing, notifies nobody.
//! Text is handled as pieces that are never cut inside: one visible character with its backslash, one timestamp, one bold name. What is
//! cut for length therefore stays well formed.
//! Invariant: nothing from outside reaches a reader except through `markdown` or `bare`.

use chrono::{DateTime, Utc};
use unicode_segmentation::UnicodeSegmentation as _;

use crate::domain::text::{Span, Text, When};

/// No message is longer.
const SHOWN_MAX: usize = 6000;

/// One line as pieces of Discord's markdown.
pub(super) fn markdown(text: &Text) -> Vec<String> {
    text.0.iter().flat_map(span_markdown).collect()
}

/// One line as pieces of bare text, for where Discord renders no markdown: footers, labels, names.
pub(super) fn bare(text: &Text) -> Vec<String> {
    let mut pieces = Vec::new();
    for span in &text.0 {
        match span {
            Span::Plain(words) | Span::Strong(words) => pieces.extend(graphemes(words)),
            Span::Code(words) | Span::Person(_, words) | Span::Link(words) => pieces.extend(graphemes(&one_line(words))),
            Span::Data(words) => pieces.extend(graphemes(&one_line(words.raw()))),
            Span::Instant(at, when) => pieces.push(written(*at, *when)),
        }
    }
    pieces
}

/// Joins pieces up to `most` UTF-16 units, with an ellipsis where something was left out.
pub(super) fn fit(pieces: &[String], most: usize) -> String {
    let whole: usize = pieces.iter().map(|p| units(p)).sum();
    if whole <= most {
        return pieces.concat();
    }
    let mut text = String::new();
    let mut used = 1;
    for piece in pieces {
        used += units(piece);
        if used > most {
            break;
        }
        text.push_str(piece);
    }
    if most > 0 {
        text.push('…');
    }
    text
}

/// Our own bare words, cut to `most` UTF-16 units.
pub(super) fn fit_words(words: &str, most: usize) -> String {
    fit(&graphemes(&one_line(words)), most)
}

/// Our own bare words on several lines, cut to `most` UTF-16 units.
pub(super) fn fit_text(words: &str, most: usize) -> String {
    fit(&graphemes(words), most)
}

/// The length as Discord counts it at its strictest.
pub(super) fn units(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

fn span_markdown(span: &Span) -> Vec<String> {
    match span {
        Span::Plain(words) => escape_all(words),
        Span::Strong(words) => vec![bold(words)],
        Span::Code(words) => vec![code(words)],
        Span::Link(address) => vec![link(address)],
        // Nothing shows more, and escaping looks back along the line.
        Span::Data(words) => escape_all(words.cut(SHOWN_MAX).raw()),
        Span::Instant(at, when) => vec![timestamp(*at, *when)],
        Span::Person(_, name) => vec![bold(&one_line(name))],
    }
}

fn escape_all(words: &str) -> Vec<String> {
    words.grapheme_indices(true).map(|(at, g)| escaped(&words[..at], g, &words[at + g.len()..])).collect()
}

fn bold(words: &str) -> String {
    let inside = escape_all(words).concat();
    if inside.trim().is_empty() { inside } else { format!("**{inside}**") }
}

/// Backticks cannot be escaped inside a code span, so look-alikes stand in. Several lines are a block.
fn code(words: &str) -> String {
    if words.contains('\n') {
        return format!("```\n{}\n```", words.replace('`', "ˋ"));
    }
    format!("`{}`", one_line(words).replace('`', "ˋ"))
}

/// Discord opens only addresses of the web; the others are for copying. What could end a link early is not in one.
fn link(address: &str) -> String {
    let is_plain = address.bytes().all(|sign| sign.is_ascii_graphic() && !b"<>`\"\\".contains(&sign));
    if is_plain && address.starts_with("https://") { format!("<{address}>") } else { code(&one_line(address)) }
}

/// One visible character with what keeps it from meaning anything. Discord takes a backslash before any sign. Only what could act is
/// escaped, because notifications show the backslashes, and what people copy (an address, a number) must stay whole.
fn escaped(before: &str, grapheme: &str, behind: &str) -> String {
    let mut text = String::with_capacity(grapheme.len() + 1);
    let line = before.rsplit('\n').next().unwrap_or_default();
    for (at, c) in grapheme.char_indices() {
        let rest = &grapheme[at + c.len_utf8()..];
        let acts = match c {
            '\\' | '*' | '_' | '~' | '`' | '|' | '<' | '>' | '[' | ']' => true,
            // Headings, lists.
            '#' | '-' => line.trim().is_empty(),
            '.' | ')' if !line.trim().is_empty() && line.trim().chars().all(|c| c.is_ascii_digit()) => true,
            // Links and invitations.
            ':' => rest.is_empty() && behind.starts_with("//"),
            '.' => ["discord", "discordapp"].iter().any(|host| ends_with_word(line, host)),
            _ => false,
        };
        if acts {
            text.push('\\');
        }
        text.push(c);
        // Mentions are read before markdown is, so a backslash would not help.
        if c == '@' && (line.ends_with('<') || rings(behind)) {
            text.push('\u{200B}');
        }
    }
    text
}

/// What follows an at sign would ring everybody.
fn rings(behind: &str) -> bool {
    let word: String = behind.chars().take(8).collect::<String>().to_lowercase();
    word.starts_with("everyone") || word.starts_with("here")
}

fn ends_with_word(line: &str, word: &str) -> bool {
    line.len() >= word.len()
        && line.is_char_boundary(line.len() - word.len())
        && line[line.len() - word.len()..].eq_ignore_ascii_case(word)
}

/// The reader's own client shows it, in their zone and language.
fn timestamp(at: DateTime<Utc>, when: When) -> String {
    let style = match when {
        When::Relative => 'R',
        When::Time => 't',
        When::DateTime => 'f',
        When::Date => 'D',
    };
    format!("<t:{}:{style}>", at.timestamp())
}

/// Where no client renders it.
fn written(at: DateTime<Utc>, when: When) -> String {
    let format = match when {
        When::Time => "%H:%M UTC",
        When::Relative | When::DateTime => "%-d %B %Y %H:%M UTC",
        When::Date => "%-d %B %Y",
    };
    at.format(format).to_string()
}

fn one_line(words: &str) -> String {
    if words.contains(['\n', '\t', '\r']) { words.split_whitespace().collect::<Vec<_>>().join(" ") } else { words.to_owned() }
}

fn graphemes(words: &str) -> Vec<String> {
    words.graphemes(true).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::PersonId;
    use crate::domain::text::Untrusted;

    fn shown(text: &Text) -> String {
        markdown(text).concat()
    }

    #[test]
    fn what_a_stranger_writes_formats_links_and_notifies_nothing() {
        for (written, shown_as) in [
            ("[bank](http://evil.example)", r"\[bank\](http\://evil.example)"),
            ("@everyone @HERE", "@\u{200B}everyone @\u{200B}HERE"),
            ("<@123> <@&9> <#4>", "\\<@\u{200B}123\\> \\<@\u{200B}&9\\> \\<#4\\>"),
            ("**loud** __x__ ~~y~~ ||z||", r"\*\*loud\*\* \_\_x\_\_ \~\~y\~\~ \|\|z\|\|"),
            ("# big\n> quote\n  - item\n12. one\n3) two", "\\# big\n\\> quote\n  \\- item\n12\\. one\n3\\) two"),
            ("`code` \\", "\\`code\\` \\\\"),
            ("Discord.gg/abc", r"Discord\.gg/abc"),
            ("<t:0:R>", r"\<t:0:R\>"),
            ("line\r\n# two", "line\n\\# two"),
        ] {
            assert_eq!(shown(&Text::default().data(&Untrusted::new(written))), shown_as, "{written}");
        }
    }

    #[test]
    fn what_people_copy_stays_whole() {
        for text in ["dana@acme.example", "+1 202-555-0143", "L-1042: 3.5 seats (#2)", "O'Neill & Co."] {
            assert_eq!(shown(&Text::default().data(&Untrusted::new(text))), text);
        }
    }

    #[test]
    fn a_persons_name_is_bold_and_never_a_mention() {
        let text = Text::plain("offered to ").person(PersonId(7), "an*n @here");
        assert_eq!(shown(&text), "offered to **an\\*n @\u{200B}here**");
    }

    #[test]
    fn instants_are_left_to_the_reader_and_written_out_where_nobody_renders_them() {
        let at = DateTime::from_timestamp(1_772_460_300, 0).unwrap();
        let text = Text::plain("due ").at(at, When::Relative);
        assert_eq!(shown(&text), "due <t:1772460300:R>");
        assert_eq!(bare(&text).concat(), "due 2 March 2026 14:05 UTC");
    }

    #[test]
    fn cutting_never_splits_an_escape_a_timestamp_or_a_character() {
        let at = DateTime::from_timestamp(0, 0).unwrap();
        let text = Text::default().data(&Untrusted::new("a*👩‍👩‍👧‍👦")).at(at, When::Time);
        let pieces = markdown(&text);
        let whole = units(&pieces.concat());
        let cuts: Vec<String> = (0..=whole).map(|most| fit(&pieces, most)).collect();
        assert!(cuts.iter().enumerate().all(|(most, cut)| units(cut) <= most));
        let mut seen: Vec<&str> = cuts.iter().map(String::as_str).collect();
        seen.dedup();
        assert_eq!(seen, ["", "…", "a…", "a\\*…", "a\\*👩‍👩‍👧‍👦…", "a\\*👩‍👩‍👧‍👦<t:0:t>"]);
    }

    #[test]
    fn a_link_is_opened_or_copied_and_cannot_be_left() {
        let link = |address: &str| shown(&Text(vec![Span::Link(address.into())]));
        assert_eq!(link("https://wa.me/12025550123?text=Hi%20Dana"), "<https://wa.me/12025550123?text=Hi%20Dana>");
        assert_eq!(link("mailto:dana@acme.example?subject=Hi"), "`mailto:dana@acme.example?subject=Hi`");
        assert_eq!(link("https://wa.me/1> <@5>"), "`https://wa.me/1> <@5>`");
    }

    #[test]
    fn backticks_cannot_leave_a_code_span() {
        assert_eq!(shown(&Text(vec![Span::Code("a`b".into())])), "`aˋb`");
    }
}
