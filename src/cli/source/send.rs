//! Sends a signed sample to a running server, as the provider would, and shows what it was answered.

use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use crate::intake::headers::Headers;
use crate::intake::signing::{self, Occasion, Sample};
use crate::intake::verify::Auth;
use anyhow::Context as _;
use reqwest::{Client, StatusCode};
use secrecy::SecretString;
use serde_json::json;
use url::Url;

use super::super::ending::{Ending, Misuse};
use super::super::print;
use super::super::secret;
use super::super::shell::{Shell, local_url};
use super::preview::{kind, payload};

/// Longest wait for the answer.
const TIMEOUT: Duration = Duration::from_secs(15);

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: leadbell source send website-demo\n\
                        Somebody looks at a page: leadbell source send website-demo --signal visited --of L-1042\n\
                        A payload of your own, over the internet: leadbell source send website-demo --url https://leads.example.com --payload lead.json")]
pub(crate) struct Send {
    /// The source
    key: String,
    /// Send a signal of this kind instead of a lead, such as visited
    #[arg(long, value_name = "KIND", conflicts_with = "payload")]
    signal: Option<String>,
    /// Whose signal it is: a lead such as L-1042, an e-mail address, or a number
    #[arg(long, value_name = "WHOM", requires = "signal", default_value = "dana.whitlock@example.com")]
    of: String,
    /// Where the server is [default: the listen address of the settings]
    #[arg(long, value_name = "BASE")]
    url: Option<String>,
    /// Send this instead of the preset's sample; - reads standard input
    #[arg(long, value_name = "FILE")]
    payload: Option<PathBuf>,
    /// What kind of payload it is [default: as its name or first letter says]
    #[arg(long, value_name = "TYPE", requires = "payload")]
    content_type: Option<String>,
    /// The last part of the URL, for a source that only its URL protects: env:NAME, file:PATH, or -
    #[arg(long, value_name = "PLACE")]
    token: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Send {
    pub(crate) async fn run(self, shell: &mut Shell) -> anyhow::Result<Ending> {
        let settings = shell.settings()?;
        let source = super::find(&shell.store().await?, &self.key)?;
        let auth = super::auth(&source)?;
        let secret = self.secret(&auth, &source.secret)?;
        // Signed is what the server calls itself; sent it is to where the server is.
        let signed = super::address(&settings, &source.key, &auth, &secret);
        let signed = if self.signal.is_some() { signed.replacen("/hooks/", "/signals/", 1) } else { signed };
        let base = self.url.clone().unwrap_or_else(|| local_url(&settings));
        let path = signed.strip_prefix(settings.http.public_url.as_str()).unwrap_or_default();
        let target = format!("{}{path}", base.trim_end_matches('/'));
        Url::parse(&target)
            .map_err(|_| Misuse::error(format!("{base} is no address: write it like https://leads.example.com")))?;
        let id = secret::sample_id();
        let occasion = Occasion { url: &signed, now: shell.clock.now(), id: &id };
        let sample = match (&self.payload, &self.signal) {
            (_, Some(kind)) => signing::signal(&auth, &secret, (kind, &self.of), &occasion),
            (None, None) => signing::sample(super::preset(&source.preset)?, &auth, &secret, &occasion),
            (Some(file), None) => {
                let body = payload(file)?;
                let content_type = self.content_type.clone().unwrap_or_else(|| kind(file, &body).to_owned());
                let unsigned = Sample { method: "POST", headers: Headers::new([("Content-Type", content_type)]), body };
                signing::sign(&auth, &secret, unsigned, &occasion)
            }
        };
        let sample = sample.map_err(|why| anyhow::anyhow!("the sample cannot be signed: {why}"))?;
        let answer = post(&target, sample, Reach::of(self.url.as_deref())).await?;
        self.tell(shell, &answer)
    }

    fn secret(&self, auth: &Auth, kept: &SecretString) -> anyhow::Result<SecretString> {
        match (auth, &self.token) {
            (Auth::UrlToken, Some(place)) => secret::read(place),
            (Auth::UrlToken, None) => Err(Misuse::error(format!(
                "only a hash of the URL of {0} is kept: put the last part of the URL into TOKEN and add --token env:TOKEN, or make a new URL with \
                 `leadbell source rotate {0}`",
                self.key
            ))),
            (_, _) => Ok(kept.clone()),
        }
    }

    fn tell(&self, shell: &mut Shell, answer: &Answered) -> anyhow::Result<Ending> {
        let taken = answer.status.is_success();
        if self.json {
            print::json(&mut shell.out, &json!({"status": answer.status.as_u16(), "body": answer.body, "taken": taken}))?;
        } else {
            writeln!(shell.out, "{}\n{}", answer.status, print::one_line(&answer.body))?;
            let taken = if self.signal.is_some() { "It was taken: if they have a lead, it stands on its card." } else { TAKEN };
            writeln!(shell.out, "{}", meaning(answer.status).unwrap_or(taken))?;
        }
        Ok(Ending::of(usize::from(!taken)))
    }
}

struct Answered {
    status: StatusCode,
    body: String,
}

/// Where the server is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// On this machine: proxies are for the world outside.
    Here,
    /// Anywhere.
    There,
}

impl Reach {
    fn of(url: Option<&str>) -> Self {
        if url.is_some() { Reach::There } else { Reach::Here }
    }
}

async fn post(target: &str, sample: Sample, reach: Reach) -> anyhow::Result<Answered> {
    let client = Client::builder().timeout(TIMEOUT).redirect(reqwest::redirect::Policy::none());
    let client = if reach == Reach::Here { client.no_proxy() } else { client };
    let mut request = client.build().context("the HTTP client cannot be set up")?.post(target).body(sample.body);
    for (name, value) in sample.headers.iter() {
        request = request.header(name, value);
    }
    let shown = target.split("/hooks/").next().and_then(|base| base.split("/signals/").next()).unwrap_or_default();
    let answer = request
        .send()
        .await
        .map_err(reqwest::Error::without_url)
        .with_context(|| format!("nothing answers at {shown}: start `leadbell serve`, or say with --url where it runs"))?;
    let status = answer.status();
    let body = answer.text().await.unwrap_or_default();
    Ok(Answered { status, body })
}

const TAKEN: &str = "It was taken: within seconds there is a card in the channel of its team.";

/// What an answer means, and what to do; nothing where all is well.
fn meaning(status: StatusCode) -> Option<&'static str> {
    Some(match status.as_u16() {
        200..=299 => return None,
        401 => "The server does not take the signature: does it use this database, is public_url the same, is the clock right?",
        404 => "The server does not know the source: does it use this database?",
        429 => "Too many at once: wait a little. [limits] per_minute and burst say how many.",
        503 => "Not now: the source is paused, or the server cannot store anything.",
        _ => "That is not an answer of Leadbell's: does something else listen there?",
    })
}
