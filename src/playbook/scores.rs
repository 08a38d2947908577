//! What a lead is worth: fields that forms ask for, and rules with points.

use super::defaults;
use super::model::{CustomField, FieldKind, ScoreRule, Scoring};
use super::read::Keys;
use super::rule::{Rule, RuleFault};
use crate::document::{Given, Mistakes, Table};
use crate::domain::portrait;
use crate::problem::Problem;

/// Most rules of a kind; each is asked for each lead.
pub(super) const RULES_MAX: usize = 500;

/// Most fields of the company's own.
const FIELDS_MAX: usize = 100;

/// Most points that one rule gives or takes.
const POINTS_MAX: i64 = 100;

/// Longest reason on a card.
const WHY_MAX: usize = 40;

const KINDS: [(&str, FieldKind); 2] = [("text", FieldKind::Text), ("number", FieldKind::Number)];

pub(super) fn fields(root: &Table<'_>, mistakes: &Mistakes) -> Vec<CustomField> {
    let mut keys = Keys::new("field");
    let mut fields = Vec::new();
    for table in root.tables("field", "this field").iter().take(FIELDS_MAX) {
        let key = keys.read(table, mistakes, "employees");
        if portrait::BUILT_IN.contains(&key.as_str())
            || key.contains('-')
            || key.starts_with(|letter: char| letter.is_ascii_digit())
        {
            table.note(
                format!("a field cannot be called \"{key}\""),
                "use small letters and _, and a name that no lead has anyway",
            );
        }
        let mut questions: Vec<String> = table.texts("questions").into_iter().map(|given| given.value).collect();
        if questions.is_empty() {
            questions.push(key.clone());
        }
        let kind = table.choice("kind", &KINDS).map_or(FieldKind::Text, |kind| kind.value);
        table.finish();
        fields.push(CustomField { key, questions, kind });
    }
    fields
}

pub(super) fn scoring(root: &Table<'_>, mistakes: &Mistakes, fields: &[CustomField]) -> Scoring {
    let usual = defaults::scoring();
    let example = portrait::example(fields);
    let mut rules = Vec::new();
    for table in root.tables("score", "this score") {
        let when = table.needed_text("when", "add when = 'lead.employees >= 200'");
        table.need("points", "add points = 20");
        let points = table.signed("points", &(-POINTS_MAX..=POINTS_MAX));
        let why = table.needed_text("why", "say what the card shall say: why = \"200+ people\"");
        if why.as_ref().is_some_and(|why| why.value.chars().count() > WHY_MAX) {
            table.note("the reason is too long for a card", format!("keep it to {WHY_MAX} letters"));
        }
        table.finish();
        let rule = when.as_ref().and_then(|when| rule(when, &example, mistakes));
        if let (Some(when), Some(points), Some(why)) = (rule, points, why) {
            rules.push(ScoreRule { when, points: i16::try_from(points.value).unwrap_or_default(), why: why.value });
        }
    }
    if rules.len() > RULES_MAX {
        root.note(format!("there are {} scores", rules.len()), format!("use at most {RULES_MAX}"));
    }
    let lived = portrait::LIVED.iter().any(|name| rules.iter().any(|rule| rule.when.mentions(name)));
    let Some(table) = root.table("scoring") else { return Scoring { rules, lived, ..usual } };
    let points = |key, usual| table.whole(key, &(0..=100)).map_or(usual, |given| u8::try_from(given.value).unwrap_or(usual));
    let scoring = Scoring {
        rules,
        lived,
        completeness: points("completeness", usual.completeness),
        hot: points("hot", usual.hot),
        warm: points("warm", usual.warm),
    };
    if scoring.warm >= scoring.hot {
        table.note("a warm lead would be as hot as a hot one", "make `hot` larger than `warm`");
    }
    table.finish();
    scoring
}

/// The rule, or its fault with its place in the file.
pub(super) fn rule(written: &Given<String>, example: &portrait::Values, mistakes: &Mistakes) -> Option<Rule> {
    let RuleFault { message, at, unknown } = match Rule::compile(&written.value, example) {
        Ok(rule) => return Some(rule),
        Err(fault) => fault,
    };
    let mut problem = Problem::at(written.place_inside(&at), message);
    if let Some(unknown) = unknown {
        problem = problem.nearest(&unknown, example.iter().map(|(name, _)| name.as_str()));
    }
    mistakes.note(problem);
    None
}
