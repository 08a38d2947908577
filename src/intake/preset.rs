//! What we know of a provider, as data: how it signs, where its answers stand, what is not a lead, what it wants to be answered.
//! Invariant: a preset holds no code; whatever one provider needs is a word in this vocabulary that the next may use.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json_path::JsonPath;

use super::api::{Api, ApiText};
use super::handshake::Handshake;
use super::json::Tree;
use super::mapping::{Condition, ConditionText, Mapping, MappingText};
use super::signals::{Event, EventText};
use super::verify::Auth;

/// A provider.
#[derive(Debug, Clone)]
pub struct Preset {
    /// Its key, for ever.
    pub key: String,
    /// Its name for people.
    pub title: String,
    /// How it proves who is calling, unless the source says otherwise.
    pub auth: Auth,
    /// What it wants to be answered.
    pub answer: Answer,
    /// Where its address and secret are pasted, step by step, by the names of its own screens.
    pub setup: Vec<String>,
    /// Where the sender shows the secret that it makes itself; none where it takes any secret.
    pub secret_from: Option<String>,
    /// How it makes sure of the address before it sends; none where it does not, or only looks whether somebody answers.
    pub handshake: Option<Handshake>,
    /// A header with its own id of the submission, and another name for that header.
    pub dedupe_headers: Vec<String>,
    /// What is asked of its API; none where deliveries hold everything and there is no list to catch up from.
    pub api: Option<Api>,
    pub(super) mapping: Mapping,
    pub(super) batch: bool,
    pub(super) entities: bool,
    pub(super) utc: bool,
    pub(super) skip_ticks: bool,
    pub(super) plus_lost: bool,
    pub(super) split_choices: Option<String>,
    pub(super) titles: Option<Titles>,
    pub(super) consents: Option<Consents>,
    pub(super) ignore: Vec<Ignore>,
    pub(super) mail: Option<MailParts>,
    pub(super) apart: Option<Apart>,
    pub(super) signals: Vec<Event>,
    pub(super) sample: Sample,
}

/// Where the parts of a mail stand, for those who tell whether a person wrote it.
#[derive(Debug, Clone)]
pub(super) struct MailParts {
    pub(super) headers: Vec<JsonPath>,
    pub(super) from: Vec<JsonPath>,
    pub(super) text: Vec<JsonPath>,
}

/// One item may hold the messages of several people; each is a lead of its own then.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Apart {
    /// The list that holds the messages.
    pub(super) list: String,
    /// The member of a message that tells people apart.
    pub(super) by: String,
    /// The list beside it that describes them.
    pub(super) beside: String,
    /// The member of a description that is the same as `by`.
    pub(super) its: String,
}

/// What a sender is answered when all is well.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The type of the body.
    pub content_type: String,
    /// The body.
    pub body: String,
}

impl Default for Answer {
    fn default() -> Self {
        Self { status: 200, content_type: "application/json".to_owned(), body: r#"{"ok":true}"#.to_owned() }
    }
}

/// What is answered to a genuine delivery of this provider: exactly this, as some senders stop sending on anything else.
#[must_use]
pub fn answer_for(preset: &Preset) -> (u16, &str, &str) {
    (preset.answer.status, &preset.answer.content_type, &preset.answer.body)
}

/// Something that is delivered and is not a lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The provider tries the address.
    Ping,
    /// The form is not finished yet.
    Partial,
    /// What became of something we sent.
    Status,
    /// Something was deleted.
    Deleted,
    /// Something known was changed: a meeting moved.
    Changed,
    /// Mail that a machine wrote: a bounce, an answer from somebody who is away, a newsletter.
    Automatic,
    /// Any other event.
    Other,
}

#[derive(Debug, Clone)]
pub(super) struct Ignore {
    pub(super) kind: Kind,
    pub(super) why: String,
    pub(super) when: Condition,
}

#[derive(Debug, Clone)]
pub(super) struct Titles {
    pub(super) from: JsonPath,
    pub(super) id: String,
    pub(super) title: String,
    pub(super) ours: String,
}

/// Questions of consent that stand in a list of their own.
#[derive(Debug, Clone)]
pub(super) struct Consents {
    pub(super) from: JsonPath,
    pub(super) question: String,
    pub(super) truth: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sample {
    pub(super) content_type: String,
    /// `{id}`, `{now}`, `{now_s}` and `{secret}` are filled in.
    pub(super) body: String,
    /// What a fetch for it would bring, by name.
    #[serde(default)]
    pub(super) fetched: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PresetText {
    key: String,
    title: String,
    auth: Auth,
    sample: Sample,
    #[serde(default)]
    answer: Answer,
    #[serde(default)]
    setup: Vec<String>,
    #[serde(default)]
    secret_from: Option<String>,
    #[serde(default)]
    handshake: Option<Handshake>,
    #[serde(default)]
    dedupe_header: Option<String>,
    #[serde(default)]
    dedupe_header_alias: Option<String>,
    /// A list at the top is a list of leads.
    #[serde(default)]
    batch: bool,
    /// Values hold HTML entities.
    #[serde(default)]
    entities: bool,
    /// A time without zone is UTC.
    #[serde(default)]
    utc: bool,
    /// Groups of ticks come twice.
    #[serde(default)]
    skip_ticks: bool,
    /// Phone numbers come as numbers, so that the plus before them is lost.
    #[serde(default)]
    plus_lost: bool,
    /// What separates several choices in one text.
    #[serde(default)]
    split_choices: Option<String>,
    #[serde(default)]
    map: MappingText,
    #[serde(default)]
    titles: Option<TitlesText>,
    #[serde(default)]
    consents: Option<ConsentsText>,
    #[serde(default)]
    api: Option<ApiText>,
    #[serde(default)]
    ignore: Vec<IgnoreText>,
    #[serde(default)]
    mail: Option<MailText>,
    #[serde(default)]
    apart: Option<Apart>,
    /// Events that say what somebody did besides asking.
    #[serde(default)]
    signal: Vec<EventText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MailText {
    headers: Vec<String>,
    from: Vec<String>,
    text: Vec<String>,
}

impl MailText {
    fn read(&self) -> Result<MailParts, String> {
        let paths =
            |texts: &[String]| texts.iter().map(|t| JsonPath::parse(t).map_err(|e| e.to_string())).collect::<Result<_, _>>();
        Ok(MailParts { headers: paths(&self.headers)?, from: paths(&self.from)?, text: paths(&self.text)? })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConsentsText {
    from: String,
    question: String,
    truth: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TitlesText {
    from: String,
    id: String,
    title: String,
    ours: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IgnoreText {
    kind: Kind,
    why: String,
    when: ConditionText,
}

impl Preset {
    /// Reads a preset.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn read(text: &str) -> Result<Self, String> {
        let text: PresetText = toml::from_str(text).map_err(|e| e.to_string())?;
        let titles = text.titles.map(|t| {
            let from = JsonPath::parse(&t.from).map_err(|e| e.to_string())?;
            Ok::<_, String>(Titles { from, id: t.id, title: t.title, ours: t.ours })
        });
        let consents = text.consents.map(|c| {
            let from = JsonPath::parse(&c.from).map_err(|e| e.to_string())?;
            Ok::<_, String>(Consents { from, question: c.question, truth: c.truth })
        });
        let ignore = text.ignore.into_iter().map(|i| {
            let when = Condition::new("ignore", &i.when).map_err(|e| e.to_string())?;
            Ok::<_, String>(Ignore { kind: i.kind, why: i.why, when })
        });
        Ok(Self {
            key: text.key,
            title: text.title,
            auth: text.auth,
            answer: text.answer,
            setup: text.setup,
            secret_from: text.secret_from,
            handshake: text.handshake,
            dedupe_headers: text.dedupe_header.into_iter().chain(text.dedupe_header_alias).collect(),
            mapping: Mapping::new(&text.map).map_err(|e| e.to_string())?,
            batch: text.batch,
            entities: text.entities,
            utc: text.utc,
            skip_ticks: text.skip_ticks,
            plus_lost: text.plus_lost,
            split_choices: text.split_choices,
            titles: titles.transpose()?,
            consents: consents.transpose()?,
            api: text.api.map(Api::new).transpose().map_err(|e| e.to_string())?,
            ignore: ignore.collect::<Result<_, _>>()?,
            mail: text.mail.map(|m| m.read()).transpose()?,
            apart: text.apart,
            signals: text.signal.into_iter().map(Event::new).collect::<Result<_, _>>()?,
            sample: text.sample,
        })
    }

    /// What it is, when it is known not to be a lead.
    pub(super) fn ignored(&self, tree: &Tree) -> Option<&Ignore> {
        self.ignore.iter().find(|i| i.when.holds(tree))
    }
}
