//! Asks providers for what the ids in deliveries stand for. Each request is a row: it is asked, asked again later, or given up with a reason
//! that says what to do; the delivery is then read with what has come. Nothing is asked inside a transaction.
//! Invariant: every row ends; a process that dies in between asks once more, and the lead is still made once.

use chrono::{DateTime, Duration, Utc};
use futures_util::stream::{self, StreamExt as _};
use secrecy::{ExposeSecret as _, SecretString};
use std::sync::Arc;
use tokio::sync::Notify;

use super::tick::{Loop, Ticked, told};
use crate::clock::Clock;
use crate::delivery::Chance;
use crate::intake::api::{Api, Judged};
use crate::intake::fetch::Fetch;
use crate::intake::preset::Preset;
use crate::intake::sources;
use crate::providers::{Answered, Ask, Providers};
use crate::store::{FetchEnd, FetchRow, Store, StoreError};

/// Requests taken in one pass.
const AT_ONCE: u32 = 64;

/// A provider that is away is asked for so long.
const AWAY_FOR: Duration = Duration::hours(1);

/// The longest wait that a provider may ask for.
const PATIENCE: Duration = Duration::hours(1);

/// What is not there yet is asked for so often: some four minutes.
const ABSENT_TRIES: u32 = 8;

/// What is refused is asked for so often, in case that it was the provider's fault.
const REFUSED_TRIES: u32 = 3;

/// The loop that asks providers.
#[derive(Debug)]
pub struct Fetches {
    /// Where requests wait.
    pub store: Store,
    /// Who is asked.
    pub providers: Providers,
    /// Tells the time.
    pub clock: Clock,
    /// Spreads retries.
    pub chance: Chance,
    /// Poked when something has come, so that its delivery is worked at once.
    pub nudge: Arc<Notify>,
    /// How many requests are under way at a time.
    pub width: usize,
}

impl Loop for Fetches {
    fn name(&self) -> &'static str {
        "fetches"
    }

    async fn tick(&self) -> Ticked {
        told(self.pass().await, &self.nudge, "what providers are to be asked for")
    }
}

impl Fetches {
    async fn pass(&self) -> Result<Ticked, StoreError> {
        let due = self.store.due_fetches(self.clock.now(), AT_ONCE).await?;
        let done = due.len();
        let mut asked = stream::iter(due.into_iter().map(|row| self.work(row))).buffered(self.width);
        while let Some(outcome) = asked.next().await {
            outcome?;
        }
        let next_due = if done == 0 { self.store.next_fetch().await? } else { None };
        Ok(Ticked { done, next_due })
    }

    async fn work(&self, row: FetchRow) -> Result<(), StoreError> {
        let token = self.store.access_token(&row.source).await?;
        let preset = self.preset(&row);
        let end = match (preset.and_then(|preset| Some((preset, preset.api.as_ref()?))), token) {
            (None, _) => {
                given_up("nothing is known of how to ask for it", "Check the source's preset, then replay this delivery.")
            }
            (Some((preset, _)), None) => given_up(
                format!("{} sends ids only, and this source has no access token to ask with", preset.title),
                token_remedy(&row),
            ),
            (Some((preset, api)), Some(token)) => self.ask(&row, (preset, api), &token).await,
        };
        if let FetchEnd::Done(Fetch::Failed { why, .. }) = &end {
            tracing::warn!(source = row.source.as_str(), delivery = row.delivery.0, why, "a lead could not be fetched: given up");
        }
        self.store.fetch_ended(row, end).await
    }

    fn preset(&self, row: &FetchRow) -> Option<&'static Preset> {
        let sources = self.store.sources();
        sources.iter().find(|source| source.key == row.source).and_then(|source| sources::preset(&source.preset))
    }

    async fn ask(&self, row: &FetchRow, (preset, api): (&Preset, &Api), token: &SecretString) -> FetchEnd {
        let answered = self.providers.ask(&Ask { api, path: &row.want.path, body: None, token }).await;
        let now = self.clock.now();
        let (judged, answer) = match answered {
            Ok(answer) => (api.judge(&row.want.name, answer.status, &answer.body), Some(answer)),
            Err(why) => (Judged::Later(why), None),
        };
        let tries = row.tries + 1;
        let is_spent = match &judged {
            Judged::Here => {
                let body = answer.map(|answer| answer.body).unwrap_or_default();
                return FetchEnd::Done(Fetch::Here(body));
            }
            Judged::Later(_) => now - row.first_at >= AWAY_FOR,
            Judged::Absent(_) => tries >= ABSENT_TRIES,
            Judged::Refused(_) | Judged::Wrong(_) => tries >= REFUSED_TRIES,
        };
        if is_spent {
            let (why, remedy) = said(preset, row, judged);
            // Providers repeat what they were sent now and then.
            return given_up(why.replace(token.expose_secret(), "…"), remedy);
        }
        let asked_for = answer.and_then(|answer| patience(&answer, now)).unwrap_or_default();
        FetchEnd::Again(now + self.chance.wait(tries).max(asked_for.min(PATIENCE)))
    }
}

/// How long a provider asks to be left alone.
fn patience(answer: &Answered, now: DateTime<Utc>) -> Option<Duration> {
    let text = answer.retry_after.as_deref()?.trim();
    let seconds = text.parse::<i64>().ok().and_then(Duration::try_seconds);
    seconds
        .or_else(|| DateTime::parse_from_rfc2822(text).ok().map(|at| at.to_utc() - now))
        .filter(|wait| *wait > Duration::zero())
}

fn given_up(why: impl Into<String>, remedy: impl Into<String>) -> FetchEnd {
    FetchEnd::Done(Fetch::Failed { why: why.into(), remedy: remedy.into() })
}

/// Why it is given up, and what to do.
fn said(preset: &Preset, row: &FetchRow, judged: Judged) -> (String, String) {
    let title = &preset.title;
    let replay = "Check at the provider that it is still there, then replay this delivery.".to_owned();
    match judged {
        Judged::Here => (String::new(), String::new()),
        Judged::Refused(said) => (format!("{title} refuses the access token of this source: {said}"), token_remedy(row)),
        Judged::Absent(said) => (format!("{title} does not have the {} that it announced: {said}", row.want.name), replay),
        Judged::Wrong(said) => (format!("{title} could not be asked for the {}: {said}", row.want.name), replay),
        Judged::Later(said) => (
            format!("{title} was asked for the {} for an hour in vain: {said}", row.want.name),
            "Replay this delivery once it answers again.".to_owned(),
        ),
    }
}

fn token_remedy(row: &FetchRow) -> String {
    format!("Store a new one with `leadbell source token {} env:NAME`, then replay this delivery.", row.source)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_is_seconds_or_a_date_and_nothing_else() {
        let now = "2026-09-14T09:00:00Z".parse().unwrap();
        let said = |text: &str| {
            let answer = Answered { status: 429, retry_after: Some(text.to_owned()), body: Vec::new() };
            patience(&answer, now).map(|wait| wait.num_seconds())
        };
        assert_eq!(said("120"), Some(120));
        assert_eq!(said("Mon, 14 Sep 2026 09:01:00 GMT"), Some(60));
        assert_eq!(said("Mon, 14 Sep 2026 08:00:00 GMT"), None);
        assert_eq!(said("-5"), None);
        assert_eq!(said("99999999999999999999"), None);
        assert_eq!(said("soon"), None);
    }
}
