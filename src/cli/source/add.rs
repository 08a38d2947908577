//! Adds a source, and says everything that is needed to set up the sender, once.

use std::io::{self, Write};
use std::path::PathBuf;

use crate::domain::ids::{SourceKey, TeamKey};
use crate::domain::routing;
use crate::intake::country;
use crate::intake::preset::Preset;
use crate::intake::setup;
use crate::intake::signing::{self, Occasion};
use crate::intake::verify::Auth;
use crate::settings::Settings;
use crate::store::{SourceRow, Store};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use super::super::ending::{Ending, Misuse};
use super::super::print;
use super::super::secret::{self, Secret};
use super::super::shell::Shell;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: leadbell source add website-demo --preset typeform --title \"Demo form\" --region DE")]
pub(crate) struct Add {
    /// What it is called in its address: small letters, digits, dashes
    #[arg(value_parser = setup::key)]
    key: SourceKey,
    /// Who sends: `leadbell source presets` lists them; generic reads any JSON or form
    #[arg(long, value_name = "NAME", default_value = "generic")]
    preset: String,
    /// Its name for people [default: the preset's]
    #[arg(long)]
    title: Option<String>,
    /// Show what to write in the playbook for its leads to go to this team
    #[arg(long)]
    team: Option<String>,
    /// The country of phone numbers that name none, such as DE
    #[arg(long, value_name = "COUNTRY")]
    region: Option<String>,
    /// Which fields stand where, over what the preset knows (TOML or JSON)
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// Use the secret that the sender made: env:NAME, file:PATH, or - for standard input
    #[arg(long, value_name = "PLACE")]
    secret: Option<String>,
    /// Ask its provider with this access token, for what it only sends the ids of: env:NAME, file:PATH, or -
    #[arg(long, value_name = "PLACE")]
    access_token: Option<String>,
    /// Then wait for the first delivery, and say what became of it
    #[arg(long, conflicts_with = "json")]
    wait: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Add {
    pub(crate) async fn run(self, shell: &mut Shell) -> anyhow::Result<Ending> {
        let settings = shell.settings()?;
        let preset = super::preset(&self.preset)?;
        let region = self.region.as_deref().map(region).transpose()?;
        let mapping = self.mapping.as_deref().map(super::mapping).transpose()?.map(|(json, _)| json);
        let secret = Secret::new(preset, &preset.auth, self.secret.as_deref())?;
        let token = self.access_token.as_deref().map(|place| super::token::read(preset, place)).transpose()?;
        let store = shell.store_or_new().await?;
        let key = self.key.clone();
        let title = self.title.clone().unwrap_or_else(|| preset.title.clone());
        let row = SourceRow {
            key: key.clone(),
            preset: preset.key.clone(),
            title,
            auth: serde_json::to_string(&preset.auth)?,
            secret: secret.kept.clone(),
            secret_before: None,
            before_until: None,
            region,
            mapping,
            paused: false,
            created_at: shell.clock.now(),
        };
        let entry = shell.entry("source.add", format!("{key} ({})", preset.key));
        if !store.add_source(row, entry).await? {
            let why = format!(
                "there is a source {key} already: choose another key, or give it a new secret with `leadbell source rotate {key}`"
            );
            return Err(Misuse::error(why));
        }
        if let Some(token) = token {
            store.set_access_token(key.clone(), token, shell.entry("source.token", key.as_str())).await?;
        }
        let hints = team_hint(&store, &key, self.team.as_deref());
        let added = Added { settings: &settings, preset, key: &key, plain: &secret.plain, hints };
        let ending = if self.json { added.json(shell)? } else { added.tell(shell)? };
        if self.wait { super::wait::after_adding(shell, &store, &key).await } else { Ok(ending) }
    }
}

struct Added<'a> {
    settings: &'a Settings,
    preset: &'a Preset,
    key: &'a SourceKey,
    plain: &'a SecretString,
    hints: Vec<String>,
}

impl Added<'_> {
    fn json(&self, shell: &mut Shell) -> anyhow::Result<Ending> {
        let (auth, plain) = (&self.preset.auth, self.plain);
        let url = super::address(self.settings, self.key, auth, plain);
        let secret = if *auth == Auth::UrlToken { None } else { Some(plain.expose_secret()) };
        let word = super::verify_token(self.preset, plain);
        let added = json!({"key": self.key, "preset": self.preset.key, "url": url, "secret": secret, "proof": super::proof(auth),
                           "verify_token": word.as_ref().map(|word| word.expose_secret())});
        print::json(&mut shell.out, &added)?;
        Ok(Ending::Well)
    }

    fn tell(&self, shell: &mut Shell) -> anyhow::Result<Ending> {
        let (key, auth) = (self.key, &self.preset.auth);
        let url = super::address(self.settings, key, auth, self.plain);
        let curl = self.curl(shell, &url)?;
        let out = &mut shell.out;
        writeln!(out, "The source {key} is live: {}.\n\n  URL     {url}", self.preset.title)?;
        if *auth != Auth::UrlToken {
            writeln!(out, "  Secret  {}", self.plain.expose_secret())?;
        }
        writeln!(out, "\nThis is shown only now; `leadbell source rotate {key}` makes another.\n")?;
        let steps = setup::steps(key, self.preset, self.plain);
        for (nth, step) in (1..).zip(steps) {
            writeln!(out, "  {nth}. {step}")?;
        }
        for hint in &self.hints {
            writeln!(out, "\n{hint}")?;
        }
        if let Some(curl) = curl {
            let limit = if has_stamp(auth) { " (its signature holds for five minutes)" } else { "" };
            writeln!(out, "\nTry it, once `leadbell serve` runs{limit}:\n\n{curl}")?;
        }
        let token = if *auth == Auth::UrlToken { " --token env:TOKEN, with the last part of the URL in TOKEN" } else { "" };
        writeln!(out, "\nOr at any time: leadbell source send {key}{token}")?;
        Ok(Ending::Well)
    }

    /// The command that sends a sample, with everything in it.
    fn curl(&self, shell: &Shell, url: &str) -> anyhow::Result<Option<String>> {
        let id = secret::sample_id();
        let occasion = Occasion { url, now: shell.clock.now(), id: &id };
        let Ok(sample) = signing::sample(self.preset, &self.preset.auth, self.plain, &occasion) else { return Ok(None) };
        let mut parts = vec![format!("  curl -sS -X {} {}", sample.method, quoted(url))];
        parts.extend(sample.headers.iter().map(|(name, value)| format!("-H {}", quoted(&format!("{name}: {value}")))));
        parts.push(format!("--data-raw {}", quoted(&String::from_utf8_lossy(&sample.body))));
        Ok(Some(parts.join(" \\\n    ")))
    }
}

fn has_stamp(auth: &Auth) -> bool {
    matches!(auth, Auth::Hmac(recipe) if recipe.timestamp.is_some())
}

/// What to write for the source's leads to go to a team, and what is wrong with its name.
fn team_hint(store: &Store, key: &SourceKey, team: Option<&str>) -> Vec<String> {
    let Some(team) = team else { return Vec::new() };
    let playbook = store.playbook();
    let team = TeamKey::from(team);
    if routing::usual_team(key, &playbook).as_ref() == Some(&team) {
        return vec![format!("The playbook sends its leads to the team {team} already.")];
    }
    let mut hints = vec![format!(
        "For its leads to go to the team {team}, add this to the playbook and run `leadbell playbook apply`:\n\n  [[source]]\n  key = \"{key}\"\n  team = \"{team}\""
    )];
    if playbook.team(&team).is_none() {
        let known: Vec<&str> = playbook.teams.iter().map(|t| t.key.as_str()).collect();
        hints.push(format!("The playbook in force has no team {team} yet; it has {}.", known.join(", ")));
    }
    hints
}

/// The code of a country.
pub(super) fn region(text: &str) -> anyhow::Result<String> {
    country::code(text)
        .map(str::to_owned)
        .ok_or_else(|| Misuse::error(format!("\"{text}\" is no country that is known: write its two letters, such as DE")))
}

/// As one word for a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Prints a secret that was made anew.
pub(super) fn tell_new(out: &mut impl Write, url: &str, auth: &Auth, plain: &SecretString) -> io::Result<()> {
    match auth {
        Auth::UrlToken => writeln!(out, "\n  URL     {url}\n"),
        Auth::Hmac(_) | Auth::Bearer | Auth::Header { .. } | Auth::Basic | Auth::BodyKey { .. } | Auth::NetlifyJws { .. } => {
            writeln!(out, "\n  Secret  {}\n", plain.expose_secret())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_word_for_the_shell_ends_where_it_should() {
        assert_eq!(quoted("it's $HOME"), r"'it'\''s $HOME'");
    }
}
