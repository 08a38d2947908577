//! The two commands that run until they are told to stop: for real, and to try it out.

use std::path::PathBuf;

use tokio_util::sync::CancellationToken;

use super::demo::{self, History};
use super::ending::{Ending, Misuse};
use super::print;
use super::serve::{database_path, serve};
use super::shell::{Shell, read_playbook};
use crate::telemetry;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: leadbell --config /etc/leadbell/leadbell.toml serve")]
pub(crate) struct Serve {}

impl Serve {
    pub(crate) async fn run(self, shell: &mut Shell) -> anyhow::Result<Ending> {
        let settings = shell.settings()?;
        telemetry::start(&settings, shell.log.as_deref()).map_err(|error| Misuse(error.to_string()))?;
        if let Err(problems) = settings.discord() {
            return Err(problems.clone().into());
        }
        // A database has its own; a file that is half written must not keep a server from starting again.
        if !database_path(&settings.database_url)?.exists() && settings.playbook_file.exists() {
            read_playbook(&settings.playbook_file)?;
        }
        Box::pin(serve(&settings, shell.clock.clone())).await?;
        Ok(Ending::Well)
    }
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  leadbell demo\n  leadbell demo --mail smtp://127.0.0.1:1025")]
pub(crate) struct Demo {
    /// The port of its page; another one is taken when it is in use
    #[arg(long, default_value_t = 8787)]
    port: u16,
    /// Begin without the week of history
    #[arg(long)]
    empty: bool,
    /// Write every request to the stand-in to this file, one line of JSON each
    #[arg(long, value_name = "FILE")]
    request_log: Option<PathBuf>,
    /// Send e-mail templates to this mail server too, such as a mail catcher: smtp://127.0.0.1:1025. Without one they are links only
    #[arg(long, value_name = "URL")]
    mail: Option<String>,
}

impl Demo {
    pub(crate) async fn run(self, _shell: &mut Shell) -> anyhow::Result<Ending> {
        let stop = CancellationToken::new();
        let told = stop.clone();
        tokio::spawn(async move {
            drop(tokio::signal::ctrl_c().await);
            told.cancel();
        });
        let history = if self.empty { History::None } else { History::Told };
        let demo = demo::Demo { port: self.port, history, request_log: self.request_log, mail: self.mail };
        // What cannot be said to a closed pipe is no reason to stop.
        let say = |text: &str| drop(print::text(&mut std::io::stdout(), text));
        Box::pin(demo::demo(&demo, say, stop)).await?;
        Ok(Ending::Well)
    }
}
