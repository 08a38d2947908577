//! What a provider's API is asked, as data in a preset: where a delivery holds only ids, what they stand for; and lists, to catch up.
//! Invariant: a request is a path below the provider's own address; nothing that was delivered can lead it anywhere else.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::body;
use super::join::{Join, JoinText};
use super::json::{Tree, text_of};
use super::mapping::{Condition, ConditionText, MappingFault, Rule, RuleText};
use super::pull::{Pull, PullText};

/// Longest sentence of a provider that is repeated, in characters.
const SAID_MAX: usize = 160;

/// Where providers say what is wrong.
const SAID_AT: [&str; 4] = ["/error/message", "/message", "/error", "/error_info"];

/// A provider's API.
#[derive(Debug, Clone)]
pub struct Api {
    /// Whose address, by its name in the settings.
    pub provider: String,
    /// The header for the access token, and what stands before it there.
    pub token: TokenHeader,
    /// Other headers that it wants.
    pub headers: BTreeMap<String, String>,
    /// How long a fetch waits after the delivery, in seconds: some know their own ids a little late.
    pub after_s: u32,
    /// What the ids in a delivery stand for, in the order asked.
    pub gets: Vec<Get>,
    /// How its lists are read.
    pub pull: Option<Pull>,
    optional: bool,
    expired_if: Vec<Condition>,
    absent_if: Vec<Condition>,
    wrong_if: Vec<Condition>,
    join: Option<Join>,
}

/// Where an access token goes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenHeader {
    /// The header.
    pub header: String,
    /// What stands before the token.
    #[serde(default)]
    pub prefix: String,
}

/// One thing that is asked for.
#[derive(Debug, Clone)]
pub struct Get {
    /// What its answer is called in paths.
    pub name: String,
    path: String,
    query: BTreeMap<String, String>,
    with: Vec<(String, Rule)>,
    whole_if: Option<Condition>,
}

/// What an answer is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judged {
    /// What was asked for.
    Here,
    /// Not there yet, or no longer.
    Absent(String),
    /// The access token is not taken.
    Refused(String),
    /// Not now.
    Later(String),
    /// Not so: asking again will hardly help.
    Wrong(String),
}

/// Whether something that is asked for is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Without it there is no lead.
    Needed,
    /// The delivery says enough; more is asked only where there is an access token.
    Welcome,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ApiText {
    provider: String,
    token: TokenHeader,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    optional: bool,
    #[serde(default)]
    after_s: u32,
    #[serde(default)]
    expired_if: Vec<ConditionText>,
    #[serde(default)]
    absent_if: Vec<ConditionText>,
    #[serde(default)]
    wrong_if: Vec<ConditionText>,
    #[serde(default)]
    get: Vec<GetText>,
    #[serde(default)]
    join: Option<JoinText>,
    #[serde(default)]
    pull: Option<PullText>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct GetText {
    name: String,
    path: String,
    #[serde(default)]
    query: BTreeMap<String, String>,
    /// What fills the braces of path and query; where one of them is not known, it is not asked.
    with: BTreeMap<String, RuleText>,
    #[serde(default)]
    whole_if: Option<ConditionText>,
}

impl Api {
    pub(super) fn new(text: ApiText) -> Result<Self, MappingFault> {
        let conditions =
            |list: &[ConditionText]| list.iter().map(|c| Condition::new("api", c)).collect::<Result<Vec<_>, MappingFault>>();
        Ok(Self {
            expired_if: conditions(&text.expired_if)?,
            absent_if: conditions(&text.absent_if)?,
            wrong_if: conditions(&text.wrong_if)?,
            gets: text.get.into_iter().map(Get::new).collect::<Result<_, _>>()?,
            join: text.join.map(Join::new).transpose()?,
            pull: text.pull.map(Pull::new).transpose()?,
            provider: text.provider,
            token: text.token,
            headers: text.headers,
            after_s: text.after_s,
            optional: text.optional,
        })
    }

    /// Whether what is fetched is needed.
    #[must_use]
    pub fn need(&self) -> Need {
        if self.optional { Need::Welcome } else { Need::Needed }
    }

    /// What an answer is, with what the provider says of it.
    #[must_use]
    pub fn judge(&self, name: &str, status: u16, answer: &[u8]) -> Judged {
        let tree = body::read("application/json", answer);
        let said = said(status, tree.as_ref().ok());
        let holds = |list: &[Condition]| tree.as_ref().is_ok_and(|tree| list.iter().any(|c| c.holds(tree)));
        if matches!(status, 401 | 403) || holds(&self.expired_if) {
            return Judged::Refused(said);
        }
        if status == 404 || holds(&self.absent_if) {
            return Judged::Absent(said);
        }
        match (status, &tree) {
            (408 | 429 | 500.., _) => Judged::Later(said),
            (200..300, Err(fault)) => Judged::Later(format!("it cannot be read: {}", fault.what)),
            (200..300, Ok(_)) if holds(&self.wrong_if) => Judged::Wrong(said),
            (200..300, Ok(tree)) => {
                let whole = self.gets.iter().find(|get| get.name == name).and_then(|get| get.whole_if.as_ref());
                let is_whole = whole.is_none_or(|whole| whole.holds(tree));
                if is_whole { Judged::Here } else { Judged::Absent("nothing about a person stands in it".to_owned()) }
            }
            _ => Judged::Wrong(said),
        }
    }

    /// What was delivered and what was fetched of it, as one tree: `event`, then each answer by its name, and questions joined with answers.
    pub(super) fn tree(&self, event: &Tree, answers: &[(&str, Tree)]) -> Tree {
        let mut all = Map::new();
        all.insert("event".to_owned(), event.clone());
        for (name, answer) in answers {
            all.insert((*name).to_owned(), answer.clone());
        }
        let mut tree = Value::Object(all);
        if let Some(joined) = self.join.as_ref().map(|join| join.run(&tree)) {
            tree["joined"] = joined;
        }
        tree
    }
}

impl Get {
    fn new(text: GetText) -> Result<Self, MappingFault> {
        let with = text.with.iter().map(|(name, rule)| Ok((name.clone(), Rule::new(name, rule)?)));
        Ok(Self {
            with: with.collect::<Result<_, _>>()?,
            whole_if: text.whole_if.as_ref().map(|c| Condition::new("whole_if", c)).transpose()?,
            name: text.name,
            path: text.path,
            query: text.query,
        })
    }

    /// The path to ask, with its query; none when what it needs is not known.
    pub(super) fn ask(&self, tree: &Tree) -> Option<String> {
        let mut known = BTreeMap::new();
        for (name, rule) in &self.with {
            let (texts, _) = rule.select(tree)?;
            // Dots alone would be a step up, however they are written.
            let text = texts.first().filter(|text| text.bytes().any(|b| b != b'.'))?;
            known.insert(name.as_str(), text.clone());
        }
        Some(filled(&self.path, &self.query, &known))
    }
}

/// A path with its query; what fills the braces is escaped, so that it stays one step of the path.
pub(super) fn filled(path: &str, query: &BTreeMap<String, String>, known: &BTreeMap<&str, String>) -> String {
    let put = |text: &str, write: &dyn Fn(&str) -> String| {
        known.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), &write(value)))
    };
    let mut out = put(path, &|value| percent(value));
    let pairs = query.iter().map(|(name, value)| (name, put(value, &|v| v.to_owned()))).filter(|(_, value)| !value.is_empty());
    for (nth, (name, value)) in pairs.enumerate() {
        out.push(if nth == 0 && !path.contains('?') { '?' } else { '&' });
        out.push_str(&format!("{}={}", percent(name), percent(&value)));
    }
    out
}

/// Everything but letters, digits and `-_.~`.
fn percent(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

/// What a provider said, in a few words.
fn said(status: u16, tree: Option<&Tree>) -> String {
    let words = SAID_AT.iter().find_map(|at| tree.and_then(|tree| tree.pointer(at)).and_then(text_of));
    let words = words.map(|words| words.split(|c: char| c.is_control() || c == ' ').collect::<Vec<_>>().join(" "));
    match words.filter(|words| !words.trim().is_empty()) {
        None => format!("it answered {status}"),
        Some(words) => format!("it answered {status}: {}", crate::domain::text::cut(&words, SAID_MAX)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sources::preset;
    use super::*;

    #[test]
    fn nothing_that_was_delivered_leads_elsewhere() {
        let known = |value: &str| BTreeMap::from([("id", value.to_owned())]);
        let query = BTreeMap::from([("fields".to_owned(), "id,{id}".to_owned()), ("empty".to_owned(), String::new())]);
        let ask = |value: &str| filled("/v1/{id}", &query, &known(value));
        assert_eq!(ask("77"), "/v1/77?fields=id%2C77");
        assert_eq!(ask("a/../b"), "/v1/a%2F..%2Fb?fields=id%2Ca%2F..%2Fb");
        let dots = serde_json::json!({"event": {"value": {"leadgen_id": ".."}}});
        assert_eq!(preset("meta_lead_ads").unwrap().api.as_ref().unwrap().gets[0].ask(&dots), None);
        assert_eq!(ask("@evil.example/?a=b#c"), "/v1/%40evil.example%2F%3Fa%3Db%23c?fields=id%2C%40evil.example%2F%3Fa%3Db%23c");
    }

    #[test]
    fn an_answer_is_judged_by_what_it_says_and_not_only_by_its_status() {
        let judge = |key: &str, status: u16, body: &str| {
            let api = preset(key).unwrap().api.as_ref().unwrap();
            api.judge(&api.gets[0].name, status, body.as_bytes())
        };
        let meta = |status, body| judge("meta_lead_ads", status, body);
        assert_eq!(meta(200, r#"{"id":"1"}"#), Judged::Here);
        let expired = r#"{"error":{"message":"Session has expired","code":190}}"#;
        assert_eq!(meta(400, expired), Judged::Refused("it answered 400: Session has expired".to_owned()));
        assert!(matches!(meta(400, r#"{"error":{"message":"does not exist","code":100}}"#), Judged::Absent(_)));
        assert!(matches!(meta(404, ""), Judged::Absent(_)));
        assert!(matches!(meta(403, "{}"), Judged::Refused(_)));
        assert!(matches!(meta(429, "{}"), Judged::Later(_)));
        assert!(matches!(meta(503, "<html>"), Judged::Later(_)));
        assert!(matches!(meta(200, "<html>"), Judged::Later(_)));
        assert!(matches!(meta(302, ""), Judged::Wrong(_)));
        assert!(matches!(judge("tiktok_lead_gen", 200, r#"{"code":40105,"message":"token"}"#), Judged::Refused(_)));
        assert!(matches!(judge("tiktok_lead_gen", 200, r#"{"code":40002,"message":"no"}"#), Judged::Wrong(_)));
        let hubspot = |body| judge("hubspot_webhooks_v3", 200, body);
        assert!(matches!(hubspot(r#"{"properties":{"firstname":null,"email":null}}"#), Judged::Absent(_)));
        assert_eq!(hubspot(r#"{"properties":{"firstname":null,"email":"a@example.com"}}"#), Judged::Here);
    }
}
