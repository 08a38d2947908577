//! Changes to a source: its secret, its mapping, whether it is live.

use std::io::Write as _;
use std::path::PathBuf;

use crate::domain::ids::SourceKey;
use crate::store::{SourceChange, Watch};
use chrono::Duration;
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::super::ending::{Ending, Misuse};
use super::super::print;
use super::super::secret::Secret;
use super::super::shell::Shell;
use super::super::times;
use super::add::tell_new;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: leadbell source rotate website-demo --overlap 2d")]
pub(crate) struct Rotate {
    /// The source
    key: String,
    /// How long the old secret still counts; 0 when it has leaked
    #[arg(long, value_name = "SPAN", default_value = "24h", value_parser = times::span)]
    overlap: Duration,
    /// Use the secret that the sender made: env:NAME, file:PATH, or - for standard input
    #[arg(long, value_name = "PLACE")]
    secret: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Rotate {
    pub(crate) async fn run(self, shell: &mut Shell) -> anyhow::Result<Ending> {
        let settings = shell.settings()?;
        let store = shell.store().await?;
        let source = super::find(&store, &self.key)?;
        let auth = super::auth(&source)?;
        let preset = super::preset(&source.preset)?;
        let secret = Secret::new(preset, &auth, self.secret.as_deref())?;
        let word = super::verify_token(preset, &secret.plain);
        let until = shell.clock.now() + self.overlap;
        let change = SourceChange::Rotate { secret: secret.kept.clone(), until };
        store.change_source(source.key.clone(), change, shell.entry("source.rotate", self.key)).await?;
        let url = super::address(&settings, &source.key, &auth, &secret.plain);
        if self.json {
            let word = word.as_ref().map(|word| word.expose_secret());
            let plain = secret.plain.expose_secret();
            let made = json!({"key": source.key, "url": url, "secret": plain, "verify_token": word, "old_until": until});
            print::json(&mut shell.out, &made)?;
            return Ok(Ending::Well);
        }
        writeln!(shell.out, "The source {} has a new secret. It is shown only now:", source.key)?;
        tell_new(&mut shell.out, &url, &auth, &secret.plain)?;
        if let Some(word) = word {
            writeln!(shell.out, "Its verify token changes with it: {}", word.expose_secret())?;
        }
        if self.overlap.is_zero() {
            writeln!(shell.out, "The old one no longer counts: what is sent with it is refused from now on.")?;
        } else {
            writeln!(shell.out, "The old one still counts until {}: change it at the sender before then.", print::when(until))?;
        }
        Ok(Ending::Well)
    }
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: leadbell source pause website-demo")]
pub(crate) struct Pause {
    /// The source
    key: String,
}

impl Pause {
    pub(crate) async fn run(self, shell: &mut Shell) -> anyhow::Result<Ending> {
        change(shell, &self.key, Step { change: SourceChange::Pause, deed: "source.pause" }).await?;
        writeln!(
            shell.out,
            "The source {0} is paused: senders are told to try again later. `leadbell source resume {0}` takes from it again.",
            self.key
        )?;
        Ok(Ending::Well)
    }
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: leadbell source resume website-demo")]
pub(crate) struct Resume {
    /// The source
    key: String,
}

impl Resume {
    pub(crate) async fn run(self, shell: &mut Shell) -> anyhow::Result<Ending> {
        change(shell, &self.key, Step { change: SourceChange::Resume, deed: "source.resume" }).await?;
        writeln!(shell.out, "The source {} is live.", self.key)?;
        Ok(Ending::Well)
    }
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example, for a source that sends when it likes: leadbell source watch trade-fair --off")]
pub(crate) struct WatchSource {
    /// The source
    key: String,
    /// Do not tell when it is quiet
    #[arg(long)]
    off: bool,
}

impl WatchSource {
    pub(crate) async fn run(self, shell: &mut Shell) -> anyhow::Result<Ending> {
        let (watch, done) = if self.off {
            (Watch::Off, "is not watched: nobody is told when it is quiet")
        } else {
            (Watch::On, "is watched: managers are told once when it is quiet for longer than it ever is at that time of the week")
        };
        change(shell, &self.key, Step { change: SourceChange::Watch(watch), deed: "source.watch" }).await?;
        writeln!(shell.out, "The source {} {done}.", self.key)?;
        Ok(Ending::Well)
    }
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example, with `email = \"$.contact.mail\"` in the file: leadbell source map website-demo mapping.toml\n\
                        Try it before with: leadbell source preview website-demo --mapping mapping.toml payload.json")]
pub(crate) struct Map {
    /// The source
    key: String,
    /// The mapping (TOML or JSON)
    #[arg(required_unless_present = "reset", conflicts_with = "reset")]
    file: Option<PathBuf>,
    /// Go back to what the preset knows
    #[arg(long)]
    reset: bool,
}

impl Map {
    pub(crate) async fn run(self, shell: &mut Shell) -> anyhow::Result<Ending> {
        let mapping = self.file.as_deref().map(super::mapping).transpose()?.map(|(json, _)| json);
        let done = if mapping.is_some() { "is read with the mapping" } else { "is read as its preset says" };
        change(shell, &self.key, Step { change: SourceChange::Mapping(mapping), deed: "source.map" }).await?;
        writeln!(shell.out, "The source {} {done} from now on.", self.key)?;
        let store = shell.store().await?;
        let (readable, all, first) = super::quarantine::try_again(&store, &super::find(&store, &self.key)?).await?;
        if all > 0 {
            let first = first.map(|why| format!("; the first of the others: {}", print::one_line(&why))).unwrap_or_default();
            writeln!(
                shell.out,
                "Of {all} that could not be read before, {readable} can be read now{first}\nRead them again: leadbell source quarantine {} --replay-all",
                self.key
            )?;
        }
        Ok(Ending::Well)
    }
}

struct Step {
    change: SourceChange,
    deed: &'static str,
}

async fn change(shell: &Shell, key: &str, step: Step) -> anyhow::Result<()> {
    let store = shell.store().await?;
    let source = super::find(&store, key)?;
    let there = store.change_source(SourceKey::from(key), step.change, shell.entry(step.deed, source.key.as_str())).await?;
    if there { Ok(()) } else { Err(Misuse::error(format!("the source {key} has gone meanwhile"))) }
}
