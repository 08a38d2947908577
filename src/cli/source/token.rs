//! Keeps the access token with which a source's provider is asked, in place of the one before. It is never shown.

use std::io::Write as _;

use crate::cli::ending::{Ending, Misuse};
use crate::cli::secret;
use crate::cli::shell::Shell;
use crate::intake::preset::Preset;
use secrecy::SecretString;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: leadbell source token facebook env:PAGE_TOKEN")]
pub(crate) struct Token {
    /// The source
    key: String,
    /// Where the token is: env:NAME, file:PATH, or - for standard input
    place: String,
}

impl Token {
    pub(crate) async fn run(self, shell: &mut Shell) -> anyhow::Result<Ending> {
        let store = shell.store().await?;
        let source = super::find(&store, &self.key)?;
        let token = read(super::preset(&source.preset)?, &self.place)?;
        store.set_access_token(source.key.clone(), token, shell.entry("source.token", source.key.as_str())).await?;
        writeln!(
            shell.out,
            "The source {0} asks with this token from now on. What could not be fetched before: leadbell dead replay --source {0}",
            self.key
        )?;
        Ok(Ending::Well)
    }
}

/// A token from where it is kept, for a provider that is asked.
pub(super) fn read(preset: &Preset, place: &str) -> anyhow::Result<SecretString> {
    if preset.api.is_none() {
        return Err(Misuse::error(format!("{} sends everything itself: it is never asked, and needs no token", preset.title)));
    }
    secret::read(place)
}
