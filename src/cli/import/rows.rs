//! From a row to a submission, by the same mapper that reads deliveries, so that a column is understood as a question of a form is.

use chrono::{DateTime, Utc};
use csv::ByteRecord;
use serde_json::{Map, Value};

use super::super::ending::Misuse;
use super::super::source::field_word;
use super::refused::OURS;
use crate::domain::submission::DedupeKey;
use crate::intake::answers::step;
use crate::intake::field::Field;
use crate::intake::headers::Headers;
use crate::intake::mapping::{Mapping, MappingText, RuleText};
use crate::intake::preset::Preset;
use crate::intake::read::{self, Lead, RawDelivery, Reading, Settings};
use crate::intake::sources;
use crate::problem;
use crate::store::SourceRow;

/// Fields that a column can be said to be.
const FIELDS: [Field; 15] = [
    Field::Name,
    Field::FirstName,
    Field::LastName,
    Field::Email,
    Field::Phone,
    Field::Company,
    Field::Title,
    Field::Country,
    Field::Zone,
    Field::Website,
    Field::Message,
    Field::SubmittedAt,
    Field::SourceDetail,
    Field::Id,
    Field::Test,
];

const JSON: &str = "application/json";

/// A row of the file.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// Where it begins, counted from 1.
    pub(super) line: u64,
    /// Its cells, or why they cannot be told apart.
    pub(super) cells: Result<Vec<String>, String>,
    /// As it stands there.
    pub(super) raw: ByteRecord,
}

/// Reads rows.
#[derive(Debug)]
pub(super) struct Reader {
    preset: &'static Preset,
    settings: Settings,
    headers: Headers,
    heads: Vec<String>,
    left_out: Vec<String>,
}

impl Reader {
    /// Rows under these heads, as leads of this source; `map` says of columns what they are.
    pub(super) fn new(source: &SourceRow, heads: &[String], map: &[String]) -> anyhow::Result<Self> {
        let preset = sources::preset("generic").ok_or_else(|| anyhow::anyhow!("the generic preset is missing: this is a bug"))?;
        // The source's own mapping speaks of its deliveries, which look otherwise.
        let Said { mapping, left_out } = said(heads, map)?;
        let mapping = Mapping::new(&mapping)?;
        let settings = Settings { key: source.key.clone(), default_region: source.region.clone(), mapping: Some(mapping) };
        Ok(Self { preset, settings, headers: Headers::new([("Content-Type", JSON)]), heads: heads.to_vec(), left_out })
    }

    /// Whether this column is passed over.
    pub(super) fn is_left_out(&self, head: &str) -> bool {
        OURS.contains(&head) || self.left_out.iter().any(|left| left == head)
    }

    /// The lead in a row, or why there is none.
    pub(super) fn read(&self, cells: &[String], now: DateTime<Utc>) -> Result<Lead, String> {
        let said = |(head, cell): &(&String, &String)| !cell.trim().is_empty() && !self.is_left_out(head);
        let filled = self.heads.iter().zip(cells).filter(said);
        let tree: Map<String, Value> = filled.map(|(head, cell)| (head.clone(), Value::String(cell.clone()))).collect();
        let body = Value::Object(tree).to_string();
        let raw = RawDelivery { headers: &self.headers, content_type: JSON, body: body.as_bytes(), received_at: now };
        match read::read(self.preset, &self.settings, &raw) {
            Reading::Leads { leads, .. } => {
                leads.into_iter().next().map(lasting).ok_or_else(|| "there is nobody in it".to_owned())
            }
            Reading::Ignored { why, .. } => Err(why),
            Reading::Unreadable(fault) => Err(fault.what),
        }
    }
}

/// A row has no time at which it was sent, so the same row is the same for ever.
fn lasting(mut lead: Lead) -> Lead {
    if let DedupeKey::Hash(hash) = &lead.submission.dedupe_key {
        lead.submission.dedupe_key = DedupeKey::Provider(format!("row:{hash}"));
    }
    lead
}

/// What was said of the columns.
struct Said {
    mapping: MappingText,
    left_out: Vec<String>,
}

fn said(heads: &[String], map: &[String]) -> anyhow::Result<Said> {
    let (mut mapping, mut left_out) = (MappingText::default(), Vec::new());
    for (column, field) in pairs(heads, map)? {
        if field == "-" {
            left_out.push(column);
            continue;
        }
        let known = FIELDS.iter().find(|known| field_word(**known) == field);
        let Some(known) = known else { return Err(unknown_field(&field)) };
        mapping.fields.insert(*known, RuleText::Path(path(&column)));
    }
    Ok(Said { mapping, left_out })
}

/// Columns may hold commas and equals signs themselves, so each text is first tried as a whole.
fn pairs(heads: &[String], map: &[String]) -> anyhow::Result<Vec<(String, String)>> {
    let split = |text: &str| text.rsplit_once('=').map(|(column, field)| (column.trim().to_owned(), field.trim().to_lowercase()));
    let known = |column: &str| {
        heads.iter().find(|head| head.as_str() == column).or_else(|| heads.iter().find(|head| head.eq_ignore_ascii_case(column)))
    };
    let mut pairs = Vec::new();
    for text in map {
        let whole = split(text).filter(|(column, _)| known(column).is_some());
        let parts = if whole.is_some() { vec![text.as_str()] } else { text.split(',').collect() };
        for part in parts {
            let Some((column, field)) = split(part) else {
                return Err(Misuse::error(format!("--map {part}: write COLUMN=FIELD, such as \"Mail (work)=email\"")));
            };
            let Some(head) = known(&column) else { return Err(unknown_column(heads, &column)) };
            pairs.push((head.clone(), field));
        }
    }
    Ok(pairs)
}

fn unknown_column(heads: &[String], column: &str) -> anyhow::Error {
    let near = problem::nearest(column, heads.iter().map(String::as_str))
        .map(|near| format!("; did you mean \"{near}\"?"))
        .unwrap_or_default();
    Misuse::error(format!("--map: there is no column \"{column}\"{near} The columns are: {}", heads.join(", ")))
}

fn unknown_field(field: &str) -> anyhow::Error {
    let words: Vec<String> = FIELDS.iter().map(|field| field_word(*field)).collect();
    let near = problem::nearest(field, words.iter().map(String::as_str))
        .map(|near| format!("; did you mean {near}?"))
        .unwrap_or_default();
    Misuse::error(format!(
        "--map: there is no field {field}{near} The fields are: {}, and - to leave a column out",
        words.join(", ")
    ))
}

/// A column as a place in a row.
pub(super) fn path(head: &str) -> String {
    step("$", head)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heads() -> Vec<String> {
        ["Mail, work", "O'Neil's \\ name", "Note"].map(str::to_owned).to_vec()
    }

    fn source() -> SourceRow {
        SourceRow {
            key: "fair".into(),
            preset: "generic".to_owned(),
            title: "Fair".to_owned(),
            auth: "{}".to_owned(),
            secret: secrecy::SecretString::from("x"),
            secret_before: None,
            before_until: None,
            region: Some("GB".to_owned()),
            mapping: None,
            paused: false,
            created_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn columns_with_commas_quotes_and_slashes_can_be_named() {
        let map = ["mail, work=email".to_owned(), "O'Neil's \\ name=name,Note=-".to_owned()];
        let reader = Reader::new(&source(), &heads(), &map).unwrap();
        let cells = ["ada@example.com", "Ada Lovelace", "secret"].map(str::to_owned);
        let lead = reader.read(&cells, DateTime::UNIX_EPOCH).unwrap().submission;
        assert_eq!(lead.person.email.as_ref().map(|t| t.raw()), Some("ada@example.com"));
        assert_eq!(lead.person.name.as_ref().map(|t| t.raw()), Some("Ada Lovelace"));
        assert!(lead.extras.is_empty(), "{:?}", lead.extras);
    }

    #[test]
    fn what_is_not_there_is_named_with_what_was_meant() {
        let said = |map: &str| Reader::new(&source(), &heads(), &[map.to_owned()]).unwrap_err().to_string();
        assert!(said("Notes=message").contains("did you mean \"Note\"?"), "{}", said("Notes=message"));
        assert!(said("Note=emial").contains("did you mean email?"), "{}", said("Note=emial"));
        assert!(said("Note").contains("write COLUMN=FIELD"));
    }

    #[test]
    fn the_same_row_has_the_same_key_for_ever_and_another_has_another() {
        let reader = Reader::new(&source(), &["Name".to_owned(), "E-mail".to_owned()], &[]).unwrap();
        let key = |name: &str, seconds| {
            let cells = [name.to_owned(), "ada@example.com".to_owned()];
            reader.read(&cells, DateTime::from_timestamp(seconds, 0).unwrap()).unwrap().submission.dedupe_key
        };
        assert_eq!(key("Ada", 0), key("Ada", 1_000_000));
        assert_ne!(key("Ada", 0), key("Ada L.", 0));
        assert!(matches!(key("Ada", 0), DedupeKey::Provider(key) if key.starts_with("row:")));
    }
}
