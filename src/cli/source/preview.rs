//! Shows what a payload becomes, field by field, with where each came from and how sure that is. Writes nothing.

use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use crate::domain::ids::SourceKey;
use crate::intake::body;
use crate::intake::fetch::{Fetch, Fetched};
use crate::intake::headers::Headers;
use crate::intake::mapping::Mapping;
use crate::intake::preset::Preset;
use crate::intake::read::{self, Lead, RawDelivery, Reading, Settings};
use anyhow::Context as _;
use serde_json::{Value, json};

use super::super::ending::{Ending, Misuse};
use super::super::print::{self, Columns};
use super::super::shell::Shell;
use super::fields::lines;

/// Largest payload; a delivery may be no larger.
const BYTES_MAX: u64 = 1024 * 1024;

#[derive(Debug, clap::Args)]
#[command(
    allow_missing_positional = true,
    after_help = "Example: leadbell source preview website-demo payload.json\n\
                  Before there is a source: leadbell source preview --preset typeform payload.json"
)]
pub(crate) struct Preview {
    /// The source
    #[arg(required_unless_present = "preset", conflicts_with = "preset")]
    key: Option<String>,
    /// The payload; - reads standard input
    #[arg(required = true)]
    file: PathBuf,
    /// Read it as this provider's, without a source
    #[arg(long, value_name = "NAME")]
    preset: Option<String>,
    /// Try another mapping (TOML or JSON)
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// The country of phone numbers that name none
    #[arg(long, value_name = "COUNTRY")]
    region: Option<String>,
    /// What kind of payload it is [default: as its name or first letter says]
    #[arg(long, value_name = "TYPE")]
    content_type: Option<String>,
    /// What a fetch would bring for it, as JSON: each answer by the name of its request
    #[arg(long, value_name = "FILE")]
    fetched: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What a payload becomes at a source.
pub(in crate::cli) async fn reading(shell: &Shell, key: String, file: PathBuf) -> anyhow::Result<Reading> {
    let key = Some(key);
    let preview =
        Preview { key, file, preset: None, mapping: None, region: None, content_type: None, fetched: None, json: false };
    Ok(preview.read(shell).await?.1)
}

impl Preview {
    pub(crate) async fn run(self, shell: &mut Shell) -> anyhow::Result<Ending> {
        let (preset, reading) = self.read(shell).await?;
        if self.json { as_json(shell, &reading) } else { as_text(shell, preset, &reading) }
    }

    async fn read(&self, shell: &Shell) -> anyhow::Result<(&'static Preset, Reading)> {
        let (preset, mut settings) = self.reader(shell).await?;
        if let Some(file) = &self.mapping {
            settings.mapping = Some(super::mapping(file)?.1);
        }
        if let Some(region) = &self.region {
            settings.default_region = Some(super::add::region(region)?);
        }
        let body = payload(&self.file)?;
        let content_type = self.content_type.clone().unwrap_or_else(|| kind(&self.file, &body).to_owned());
        let headers = Headers::new([("Content-Type", content_type.as_str())]);
        let raw = RawDelivery { headers: &headers, content_type: &content_type, body: &body, received_at: shell.clock.now() };
        let fetched = self.fetched.as_deref().map(fetched).transpose()?.unwrap_or_default();
        Ok((preset, read::read_with(preset, &settings, &raw, &fetched)))
    }

    async fn reader(&self, shell: &Shell) -> anyhow::Result<(&'static Preset, Settings)> {
        if let Some(name) = &self.preset {
            return Ok((super::preset(name)?, Settings { key: SourceKey::from("preview"), default_region: None, mapping: None }));
        }
        let key = self.key.as_deref().unwrap_or_default();
        let source = super::find(&shell.store().await?, key)?;
        let mapping = source
            .mapping
            .as_deref()
            .map(Mapping::from_json)
            .transpose()
            .with_context(|| format!("the mapping of {key} cannot be read"))?;
        Ok((super::preset(&source.preset)?, Settings { key: source.key, default_region: source.region, mapping }))
    }
}

/// What would have come for the first lead of the payload.
fn fetched(file: &Path) -> anyhow::Result<Fetched> {
    let name = file.display();
    let wrong = || {
        Misuse::error(format!(
            "{name}: write an object with the name of each request and its answer, such as {{\"lead\": {{…}}}}"
        ))
    };
    let Ok(Value::Object(answers)) = body::read("application/json", &payload(file)?) else { return Err(wrong()) };
    let mut fetched = Fetched::default();
    for (request, answer) in answers {
        fetched.add(0, request, Fetch::Here(answer.to_string().into_bytes()));
    }
    Ok(fetched)
}

/// The bytes of a file, or of standard input for a dash.
pub(super) fn payload(file: &Path) -> anyhow::Result<Vec<u8>> {
    let name = file.display().to_string();
    let mut bytes = Vec::new();
    let read = if name == "-" {
        io::stdin().take(BYTES_MAX + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(file).and_then(|file| file.take(BYTES_MAX + 1).read_to_end(&mut bytes))
    };
    let read = read.with_context(|| format!("the payload {name} cannot be read"))?;
    if u64::try_from(read).unwrap_or(u64::MAX) > BYTES_MAX {
        return Err(Misuse::error(format!("the payload {name} is larger than 1 MiB, which no delivery may be")));
    }
    Ok(bytes)
}

/// JSON or a form, as the file's name or its first letter says.
pub(super) fn kind(file: &Path, body: &[u8]) -> &'static str {
    let ending = file.extension().map(|e| e.to_string_lossy().to_lowercase());
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
    match (ending.as_deref(), first) {
        (Some("json"), _) | (None | Some(_), Some(b'{' | b'[' | 0xEF)) => "application/json",
        (None | Some(_), _) => "application/x-www-form-urlencoded",
    }
}

fn as_text(shell: &mut Shell, preset: &Preset, reading: &Reading) -> anyhow::Result<Ending> {
    let out = &mut shell.out;
    match reading {
        Reading::Ignored { why, .. } => {
            writeln!(out, "{}: not a lead. {why}", preset.title)?;
            Ok(Ending::Well)
        }
        Reading::Unreadable(fault) => {
            writeln!(out, "{}: this cannot be read. {}", preset.title, print::one_line(&fault.to_string()))?;
            Ok(Ending::Found)
        }
        Reading::Leads { leads, left_out } => {
            let many = if leads.len() == 1 { "one lead".to_owned() } else { format!("{} leads", leads.len()) };
            writeln!(out, "{}: {many}", preset.title)?;
            for lead in leads {
                writeln!(out)?;
                let mut columns = Columns::new(&["FIELD", "VALUE", "FROM", "HOW", "SURE"]);
                for line in lines(lead) {
                    columns.row([line.field, line.value, line.from, line.how.to_owned(), line.sure.to_owned()]);
                }
                columns.print(out)?;
                if lead.submission.is_test {
                    writeln!(out, "It is a test, and shown as one.")?;
                }
            }
            for fault in left_out {
                writeln!(out, "\nLeft out: {}", print::one_line(&fault.to_string()))?;
            }
            Ok(Ending::of(left_out.len()))
        }
    }
}

fn as_json(shell: &mut Shell, reading: &Reading) -> anyhow::Result<Ending> {
    let (value, ending) = match reading {
        Reading::Ignored { why, .. } => (json!({"is": "ignored", "why": why}), Ending::Well),
        Reading::Unreadable(fault) => {
            (json!({"is": "unreadable", "place": fault.place, "what": fault.what, "remedy": fault.remedy}), Ending::Found)
        }
        Reading::Leads { leads, left_out } => {
            let one = |lead: &Lead| json!({"submission": lead.submission, "traces": lead.traces});
            let left: Vec<String> = left_out.iter().map(ToString::to_string).collect();
            (
                json!({"is": "leads", "leads": leads.iter().map(one).collect::<Vec<_>>(), "left_out": left}),
                Ending::of(left_out.len()),
            )
        }
    };
    print::json(&mut shell.out, &value)?;
    Ok(ending)
}
