//! Asks a provider for pages and for what items lack, and waits where it is told to.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, bail};
use secrecy::{ExposeSecret as _, SecretString};

use crate::delivery::Chance;
use crate::intake::api::{Api, Judged};
use crate::intake::body;
use crate::intake::json::Tree;
use crate::intake::pull::{Asked, Page, Pull as List};
use crate::providers::{Ask, Providers};

/// Most pages of one list.
pub(super) const PAGES_MAX: usize = 1_000;

/// How often something is asked for before the pull ends.
const TRIES: u32 = 5;

/// The longest wait between two tries: somebody sits before it.
const WAIT_MAX: Duration = Duration::from_secs(60);

/// Asks one provider.
pub(super) struct Pages<'a> {
    providers: &'a Providers,
    api: &'a Api,
    token: &'a SecretString,
    chance: Chance,
    /// What many items lack alike, such as their form, is asked for once.
    known: RefCell<BTreeMap<String, Vec<u8>>>,
}

impl<'a> Pages<'a> {
    pub(super) fn new(providers: &'a Providers, api: &'a Api, token: &'a SecretString) -> Self {
        Self { providers, api, token, chance: Chance::of_the_machine(), known: RefCell::default() }
    }

    /// A page; `so_far` is how many items came on those before it.
    pub(super) async fn page(&self, list: &List, asked: &Asked, (cursor, so_far): (Option<&str>, usize)) -> anyhow::Result<Page> {
        let ask = list.ask(asked, cursor);
        let answer = self.ask("", &ask.path, ask.body.as_deref()).await.map_err(anyhow::Error::msg)?;
        list.page(&answer, so_far).map_err(|what| anyhow::anyhow!("a page of the list cannot be read: {what}"))
    }

    /// What is asked for before the pages.
    pub(super) async fn once(&self, api: &Api, list: &List, asked: &Asked) -> anyhow::Result<BTreeMap<String, Tree>> {
        let mut once = BTreeMap::new();
        for (name, path) in &list.once {
            let answer = self.ask(name, &list.ask_once(path, asked), None).await;
            let answer =
                answer.map_err(anyhow::Error::msg).with_context(|| format!("the {name} of {} is not told", api.provider))?;
            let tree = body::read("application/json", &answer);
            let Ok(tree) = tree else { bail!("the {name} of {} cannot be read", api.provider) };
            once.insert(name.clone(), tree);
        }
        Ok(once)
    }

    /// What an item lacks.
    pub(super) async fn lacking(&self, name: &str, path: &str) -> Result<Vec<u8>, String> {
        let known = self.known.borrow().get(path).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let answer = self.ask(name, path, None).await?;
        self.known.borrow_mut().insert(path.to_owned(), answer.clone());
        Ok(answer)
    }

    /// Asks until there is an answer or no hope of one; why not, in words that hold no token.
    async fn ask(&self, name: &str, path: &str, body: Option<&str>) -> Result<Vec<u8>, String> {
        let mut last = String::new();
        for tries in 0..TRIES {
            let answered = self.providers.ask(&Ask { api: self.api, path, body, token: self.token }).await;
            let mut wait = self.chance.wait(tries).to_std().unwrap_or_default();
            match answered {
                Err(why) => last = why,
                Ok(answer) => match self.api.judge(name, answer.status, &answer.body) {
                    Judged::Here => return Ok(answer.body),
                    Judged::Refused(said) => return Err(self.without_token(&format!("the access token is refused: {said}"))),
                    Judged::Absent(said) | Judged::Wrong(said) => return Err(self.without_token(&said)),
                    Judged::Later(said) => {
                        last = said;
                        let asked_for = answer.retry_after.and_then(|text| text.trim().parse().ok()).map(Duration::from_secs);
                        wait = wait.max(asked_for.unwrap_or_default());
                    }
                },
            }
            if tries + 1 < TRIES {
                tokio::time::sleep(wait.min(WAIT_MAX)).await;
            }
        }
        Err(self.without_token(&format!("asked {TRIES} times in vain: {last}")))
    }

    fn without_token(&self, said: &str) -> String {
        said.replace(self.token.expose_secret(), "…")
    }
}
