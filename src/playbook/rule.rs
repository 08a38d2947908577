//! Rules that people write in the playbook: an expression over a lead that holds or does not, such as
//! `lead.country in ["DE", "AT"] && lead.employees >= 200`.
//! Compiled once, when the playbook is read, and tried on an invented lead then: what a rule cannot say is told with its place, and not
//! at the time of a lead. What stands between two `&&` is kept apart, so that a rule that does not hold can say which part of it.
//! Invariant: judging ends soon and takes little memory, whatever was written; a rule that breaks on a lead does not hold for it.

use std::ops::Range;
use std::sync::LazyLock;

use rhai::{AST, Dynamic, Engine, EvalAltResult, ImmutableString, Map, OptimizationLevel, Position, Scope};

/// Longest rule, in bytes: the parser's work grows with it.
const BYTES_MAX: usize = 1_024;

/// Most steps that one part of a rule may take.
const STEPS_MAX: u64 = 10_000;

/// Most parts of one part that stand in each other.
const DEPTH_MAX: usize = 32;

/// Longest text and longest list that a rule may make.
const SIZE_MAX: usize = 4_096;

/// What a rule calls the lead.
const LEAD: &str = "lead";

/// A rule, ready to judge.
#[derive(Debug, Clone)]
pub struct Rule {
    text: String,
    clauses: Vec<Clause>,
}

#[derive(Debug, Clone)]
struct Clause {
    text: String,
    ast: AST,
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

/// What a rule says of a lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It holds.
    Holds,
    /// This part of it does not.
    Fails {
        /// The part, as written.
        clause: String,
    },
    /// It could not be judged, which counts as not holding.
    Broken {
        /// The part, as written.
        clause: String,
        /// Why, in words.
        why: String,
    },
}

/// What is wrong with a rule as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFault {
    /// In words.
    pub message: String,
    /// Where in the rule, in bytes.
    pub at: Range<usize>,
    /// The name that was not known, for finding the nearest one.
    pub unknown: Option<String>,
}

/// A value that a rule can ask about.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A text; empty when it is not known.
    Text(String),
    /// A number; nothing when it is not known, and then no comparison holds.
    Number(Option<f64>),
    /// Yes or no.
    Flag(bool),
    /// Texts in no order: `"vip" in lead.tags`.
    List(Vec<String>),
    /// Named values within, such as `utm.campaign`.
    Group(Vec<(String, Value)>),
}

/// A lead as rules see it. One is made for each lead and asked by all rules.
pub struct Subject(Scope<'static>);

impl Subject {
    /// Of these named values.
    #[must_use]
    pub fn new(values: Vec<(String, Value)>) -> Self {
        let mut scope = Scope::new();
        scope.push(LEAD, map(values));
        Self(scope)
    }
}

impl std::fmt::Debug for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Subject")
    }
}

fn map(values: Vec<(String, Value)>) -> Map {
    values.into_iter().map(|(name, value)| (name.into(), dynamic(value))).collect()
}

fn dynamic(value: Value) -> Dynamic {
    match value {
        Value::Text(text) => text.into(),
        // Whole numbers compare with whole numbers and with others alike.
        Value::Number(Some(number)) if number.fract() == 0.0 && number.abs() < 1e15 => whole(number),
        Value::Number(Some(number)) => number.into(),
        Value::Number(None) => Dynamic::UNIT,
        Value::Flag(flag) => flag.into(),
        Value::List(texts) => texts.into_iter().map(Dynamic::from).collect::<Vec<_>>().into(),
        Value::Group(values) => map(values).into(),
    }
}

fn whole(number: f64) -> Dynamic {
    #[expect(clippy::cast_possible_truncation, reason = "it is whole and below 10^15")]
    let number = number as i64;
    number.into()
}

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let mut engine = Engine::new();
    engine
        .set_max_operations(STEPS_MAX)
        .set_max_expr_depths(DEPTH_MAX)
        .set_max_string_size(SIZE_MAX)
        .set_max_array_size(SIZE_MAX)
        .set_max_map_size(SIZE_MAX)
        .set_fast_operators(false)
        .set_strict_variables(true)
        .set_fail_on_invalid_map_property(true)
        .set_optimization_level(OptimizationLevel::Simple);
    for word in ["eval", "print", "debug", "type_of", "is_shared"] {
        engine.disable_symbol(word);
    }
    engine.register_fn("has", |text: ImmutableString, part: ImmutableString| text.to_lowercase().contains(&part.to_lowercase()));
    refuse_mixed(&mut engine);
    engine
});

/// A text is never larger than a number: it is a slip, and the engine alone would quietly say no.
fn refuse_mixed(engine: &mut Engine) {
    fn slip() -> Result<bool, Box<EvalAltResult>> {
        Err("a text is compared with a number".into())
    }
    for op in ["<", "<=", ">", ">=", "==", "!="] {
        engine.register_fn(op, |_: ImmutableString, _: i64| slip());
        engine.register_fn(op, |_: i64, _: ImmutableString| slip());
        engine.register_fn(op, |_: ImmutableString, _: f64| slip());
        engine.register_fn(op, |_: f64, _: ImmutableString| slip());
    }
}

impl Rule {
    /// Asks about this value of the lead, or about one whose name begins like it.
    #[must_use]
    pub fn mentions(&self, name: &str) -> bool {
        self.text.contains(&format!("{LEAD}.{name}"))
    }

    /// Reads a rule. `example` is an invented lead with a value in every place that there is.
    ///
    /// # Errors
    /// The first thing that is wrong, with its place.
    pub fn compile(text: &str, example: &[(String, Value)]) -> Result<Self, RuleFault> {
        let whole = |message: &str| RuleFault { message: message.to_owned(), at: 0..text.len(), unknown: None };
        if text.len() > BYTES_MAX {
            return Err(whole(&format!("a rule has at most {BYTES_MAX} letters; split it into several")));
        }
        names_are_known(text, example)?;
        let mut clauses = Vec::new();
        for part in parts(text) {
            let written = &text[part.clone()];
            let placed = |message: String, position: Position| RuleFault {
                message,
                at: place(written, position, part.start),
                unknown: None,
            };
            let mut subject = Subject::new(example.to_vec());
            let ast = ENGINE
                .compile_expression_with_scope(&subject.0, written)
                .map_err(|error| placed(error.err_type().to_string(), error.position()))?;
            match ENGINE.eval_ast_with_scope::<Dynamic>(&mut subject.0, &ast) {
                Ok(value) if value.is_bool() => {}
                Ok(value) => return Err(placed(format!("this gives {}, not yes or no", kind(&value)), Position::NONE)),
                Err(error) => return Err(placed(words(&error), error.position())),
            }
            clauses.push(Clause { text: written.trim().to_owned(), ast });
        }
        if clauses.is_empty() {
            return Err(whole("the rule says nothing"));
        }
        Ok(Self { text: text.to_owned(), clauses })
    }

    /// As written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What it says of a lead.
    pub fn judge(&self, subject: &mut Subject) -> Verdict {
        for Clause { text, ast } in &self.clauses {
            let clause = || text.clone();
            match ENGINE.eval_ast_with_scope::<Dynamic>(&mut subject.0, ast).map(|value| value.as_bool()) {
                Ok(Ok(true)) => {}
                Ok(Ok(false)) => return Verdict::Fails { clause: clause() },
                Ok(Err(other)) => {
                    return Verdict::Broken { clause: clause(), why: format!("it gives a {other}, not yes or no") };
                }
                Err(error) => return Verdict::Broken { clause: clause(), why: words(&error) },
            }
        }
        Verdict::Holds
    }
}

fn kind(value: &Dynamic) -> &'static str {
    match () {
        () if value.is_string() => "a text",
        () if value.is_int() || value.is_float() => "a number",
        () if value.is_array() => "a list",
        () if value.is_map() => "a group of values",
        () => "something else",
    }
}

fn words(error: &EvalAltResult) -> String {
    match error {
        EvalAltResult::ErrorRuntime(said, _) => said.to_string(),
        EvalAltResult::ErrorTooManyOperations(_) => "it takes too many steps".to_owned(),
        EvalAltResult::ErrorDataTooLarge(..) => "it makes something too large".to_owned(),
        EvalAltResult::ErrorFunctionNotFound(name, _) => {
            format!("nothing is called `{}` for these values", name.split(' ').next().unwrap_or(name))
        }
        EvalAltResult::ErrorMismatchDataType(wanted, found, _) => format!("this needs {wanted}, and gets {found}"),
        other => {
            let mut bare = other.to_string();
            if let Some(at) = bare.rfind(" (line ") {
                bare.truncate(at);
            }
            bare
        }
    }
}

/// Where an error stands: the word there, or the whole part when nobody knows.
fn place(part: &str, position: Position, start: usize) -> Range<usize> {
    let whole = start..start + part.len();
    let (Some(line), Some(column)) = (position.line(), position.position()) else { return whole };
    let Some(line_start) = part.split_inclusive('\n').take(line - 1).map(str::len).reduce(|a, b| a + b).or(Some(0)) else {
        return whole;
    };
    let from = part[line_start..].char_indices().nth(column - 1).map_or(part.len(), |(at, _)| line_start + at);
    let word = part[from..].find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(part.len() - from);
    start + from..start + from + word.max(1).min(part.len() - from)
}

/// Walks over the letters that are not within quotes: place and letter.
fn bare_letters(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut quote = None;
    let mut escaped = false;
    text.char_indices().filter(move |(_, letter)| {
        let inside = quote.is_some();
        match (quote, letter) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), letter) if open == *letter => quote = None,
            (Some(_), _) => {}
            (None, '"' | '`' | '\'') => quote = Some(*letter),
            (None, _) => {}
        }
        !inside && quote.is_none()
    })
}

/// The parts between `&&` that stand in nothing else; the whole, when they are not all joined by it.
fn parts(text: &str) -> Vec<Range<usize>> {
    let mut depth = 0_usize;
    let mut cuts = Vec::new();
    let mut before = ' ';
    for (at, letter) in bare_letters(text) {
        match letter {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            '&' if depth == 0 && before == '&' => cuts.push(at - 1),
            '|' if depth == 0 && before == '|' => return std::iter::once(0..text.len()).collect(),
            _ => {}
        }
        before = letter;
    }
    let mut parts = Vec::new();
    let mut from = 0;
    for cut in cuts {
        parts.push(from..cut);
        from = cut + 2;
    }
    parts.push(from..text.len());
    parts
}

/// Every `lead.NAME` is one of those that there are, wherever in the rule it stands.
fn names_are_known(text: &str, example: &[(String, Value)]) -> Result<(), RuleFault> {
    let bare: Vec<(usize, char)> = bare_letters(text).collect();
    let word = |from: usize| -> String {
        bare[from.min(bare.len())..].iter().map(|(_, letter)| *letter).take_while(|l| l.is_alphanumeric() || *l == '_').collect()
    };
    let mut nth = 0;
    while nth < bare.len() {
        let name = word(nth);
        let begins = nth == 0 || !matches!(bare[nth - 1].1, letter if letter.is_alphanumeric() || letter == '_' || letter == '.');
        if name != LEAD || !begins {
            nth += name.chars().count().max(1);
            continue;
        }
        nth += LEAD.len();
        let mut known = example;
        while bare.get(nth).is_some_and(|(_, letter)| *letter == '.') {
            let asked = word(nth + 1);
            // A method of a value, such as `lead.title.has("VP")`.
            if bare.get(nth + 1 + asked.chars().count()).is_some_and(|(_, letter)| *letter == '(') {
                break;
            }
            let Some((_, value)) = known.iter().find(|(name, _)| *name == asked) else {
                let from = bare.get(nth + 1).map_or(text.len(), |(at, _)| *at);
                let message = format!("a lead has no `{asked}`");
                return Err(RuleFault { message, at: from..from + asked.len(), unknown: Some(asked) });
            };
            nth += 1 + asked.chars().count();
            match value {
                Value::Group(within) => known = within,
                Value::Text(_) | Value::Number(_) | Value::Flag(_) | Value::List(_) => break,
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
