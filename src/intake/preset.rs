//! What we know of a provider, as data: how it signs, where its answers stand, what is not a lead, what it wants to be answered.
//! Invariant: a preset holds no code; whatever one provider needs is a word in this vocabulary that the next may use.

use serde::Deserialize;
use serde_json_path::JsonPath;

use super::mapping::{Condition, ConditionText, Mapping, MappingText};
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
    /// A header with its own id of the submission, and another name for that header.
    pub dedupe_headers: Vec<String>,
    pub(super) mapping: Mapping,
    pub(super) batch: bool,
    pub(super) entities: bool,
    pub(super) utc: bool,
    pub(super) skip_ticks: bool,
    pub(super) plus_lost: bool,
    pub(super) split_choices: Option<String>,
    pub(super) titles: Option<Titles>,
    pub(super) ignore: Vec<Ignore>,
    pub(super) sample: Sample,
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

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sample {
    pub(super) content_type: String,
    /// `{id}`, `{now}`, `{now_s}` and `{secret}` are filled in.
    pub(super) body: String,
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
    ignore: Vec<IgnoreText>,
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
            dedupe_headers: text.dedupe_header.into_iter().chain(text.dedupe_header_alias).collect(),
            mapping: Mapping::new(&text.map).map_err(|e| e.to_string())?,
            batch: text.batch,
            entities: text.entities,
            utc: text.utc,
            skip_ticks: text.skip_ticks,
            plus_lost: text.plus_lost,
            split_choices: text.split_choices,
            titles: titles.transpose()?,
            ignore: ignore.collect::<Result<_, _>>()?,
            sample: text.sample,
        })
    }
}
