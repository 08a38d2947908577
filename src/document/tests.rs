//! Every mistake of a document, told at once.

use super::span::Counted;
use super::*;

fn told(text: &str) -> Vec<String> {
    let result = read("x.toml", text, |root, _| {
        let Some(company) = root.table("company") else { return };
        company.needed_text("name", "add name = \"Acme\"");
        company.whole("most", &(1..=9));
        company.part("warn_at");
        company.flag("quiet");
        company.span("wait", Counted::Business);
        company.choice("contact", &[("on_claim", 1), ("public", 2)]);
        for team in company.tables("team", "this team") {
            team.needed_text("key", "add key = \"dach\"");
            team.finish();
        }
        company.finish();
    });
    result.map_or_else(|problems| problems.lines(), |()| Vec::new())
}

#[test]
fn a_document_without_mistakes_tells_none() {
    let good =
        "[company]\nname = 'A'\nmost = 9\nwarn_at = 1\nquiet = true\nwait = '5m'\ncontact = 'public'\nteam = [{ key = 'x' }]";
    assert_eq!(told(good), [] as [&str; 0]);
}

#[test]
fn every_mistake_is_told_with_its_place() {
    let text = "\
[company]
most = 10
warn_at = 0
quiet = 'yes'
wait = '2d'
contact = 'pubic'
nam = 'Acme'

[[company.team]]
key = 5

[[company.team]]
name = ''

[compny]
";
    let expected = [
        "line 1, column 1: [company] has no `name`; add name = \"Acme\"",
        "line 2, column 8: `most` is the number 10, expected a whole number from 1 to 9",
        "line 3, column 11: `warn_at` is the number 0, expected a number above 0, at most 1, such as 0.5",
        "line 4, column 9: `quiet` is a text, expected true or false",
        "line 5, column 8: `wait` is not a span: it runs only in opening hours, where a day could be 8 hours or 24; write hours, like \"24h\"",
        "line 6, column 11: `contact` cannot be \"pubic\", expected \"on_claim\" or \"public\"; did you mean `public`?",
        "line 7, column 1: [company] has no key `nam`; did you mean `name`?",
        "line 10, column 7: `key` is the number 5, expected a text in quotes",
        "line 12, column 1: this team has no `key`; add key = \"dach\"",
        "line 13, column 1: this team has no key `name`, expected one of key",
        "line 15, column 2: the file has no key `compny`; did you mean `company`?",
    ];
    assert_eq!(told(text), expected);
}

#[test]
fn a_text_that_is_not_toml_tells_only_that() {
    let expected = [
        "line 1, column 9: unclosed table, expected `]`",
        "line 3, column 8: extra `=`, expected nothing",
        "line 3, column 10: unexpected key or value, expected newline, `#`",
    ];
    assert_eq!(told("[company\nname = \"Acme\"\nmost = = 5\n"), expected);
}

#[test]
fn a_place_inside_a_text_is_found_where_there_are_no_escapes() {
    let given = |value: &str, place| Given { value: value.to_owned(), place };
    assert_eq!(given("Mo-Fr 9am", 10..21).place_inside(&(6..9)), 17..20);
    assert_eq!(given("Mo-Fr\t9am", 10..22).place_inside(&(6..9)), 10..22);
}
