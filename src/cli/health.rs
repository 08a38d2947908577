//! Asks a running server whether it is alive, for the health checks of containers. Needs no other program in the image.

use std::io::Write as _;
use std::time::Duration;

use anyhow::Context as _;

use super::ending::Ending;
use super::print;
use super::shell::{Shell, local_url};

/// Longer than this is no sign of health.
const TIMEOUT: Duration = Duration::from_secs(2);

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: leadbell health --ready")]
pub(crate) struct Health {
    /// Ask whether its database takes writes as well
    #[arg(long)]
    ready: bool,
}

impl Health {
    pub(crate) async fn run(self, shell: &mut Shell) -> anyhow::Result<Ending> {
        let base = local_url(&shell.settings()?);
        let path = if self.ready { "readyz" } else { "healthz" };
        let (well, said) =
            ask(&base, path).await.with_context(|| format!("nothing answers at {base}: is `leadbell serve` running there?"))?;
        writeln!(shell.out, "{}", print::one_line(&said))?;
        Ok(Ending::of(usize::from(!well)))
    }
}

/// Whether it is well, and what it says.
pub(super) async fn ask(base: &str, path: &str) -> Result<(bool, String), reqwest::Error> {
    let client = reqwest::Client::builder().no_proxy().timeout(TIMEOUT).redirect(reqwest::redirect::Policy::none()).build()?;
    let answer = client.get(format!("{base}/{path}")).send().await.map_err(reqwest::Error::without_url)?;
    let well = answer.status().is_success();
    Ok((well, answer.text().await?))
}
