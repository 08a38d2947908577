//! Fetches files that people attach, from where the chat keeps them and from nowhere else.
//! Invariant: an address that is not the chat's own is never asked, no redirect is followed, and no more is read than allowed.

use std::time::Duration;

use url::{Origin, Url};

use super::rest::{self, AccessError};

/// Where Discord keeps what people attach.
const KEEPERS: [&str; 2] = ["cdn.discordapp.com", "media.discordapp.net"];

/// The largest file that is read.
const BYTES_MAX: usize = 256 * 1024;

/// Longest wait for all of it.
const TIMEOUT: Duration = Duration::from_secs(8);

/// Fetches what people attach.
#[derive(Debug, Clone)]
pub struct Attachments {
    client: reqwest::Client,
    base: Origin,
}

impl Attachments {
    /// For the chat at that base URL, which may be a stand-in that keeps files itself.
    ///
    /// # Errors
    /// When it is no base URL.
    pub fn new(api_url: &str) -> Result<Self, AccessError> {
        let base = rest::checked_base(api_url)?;
        let client = rest::client(&base).map_err(|e| AccessError::Client(e.to_string()))?;
        let url = Url::parse(&base).map_err(|_| AccessError::Url(base))?;
        Ok(Self { client, base: url.origin() })
    }

    /// The bytes behind an address.
    ///
    /// # Errors
    /// Why there are none, in words for the person who attached them.
    pub async fn fetch(&self, url: String) -> Result<Vec<u8>, String> {
        let url = Url::parse(&url).ok().filter(|url| self.keeps(url)).ok_or("it is not kept by the chat")?;
        let fetched = tokio::time::timeout(TIMEOUT, self.read(url)).await;
        fetched.map_err(|_| "the chat took too long".to_owned())?
    }

    fn keeps(&self, url: &Url) -> bool {
        let is_keeper =
            url.scheme() == "https" && url.port().is_none() && url.host_str().is_some_and(|host| KEEPERS.contains(&host));
        let is_plain = url.username().is_empty() && url.password().is_none();
        is_plain && (is_keeper || (self.base.is_tuple() && url.origin() == self.base))
    }

    async fn read(&self, url: Url) -> Result<Vec<u8>, String> {
        // The address may hold a signature: it is in no error.
        let lost = |error: reqwest::Error| {
            tracing::warn!(error = %error.without_url(), "an attachment could not be fetched");
            "the connection to the chat broke".to_owned()
        };
        let mut response = self.client.get(url).send().await.map_err(lost)?;
        if !response.status().is_success() {
            return Err(format!("the chat answered {}", response.status().as_u16()));
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(lost)? {
            if bytes.len() + chunk.len() > BYTES_MAX {
                return Err(format!("it is larger than {} KiB", BYTES_MAX / 1024));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::http::StatusCode;
    use axum::response::Redirect;
    use axum::routing::get;

    use super::*;

    async fn keeper() -> String {
        let router = Router::new()
            .route("/attachments/1/2/playbook.toml", get(async || "[company]"))
            .route("/huge", get(async || vec![b'x'; BYTES_MAX + 1]))
            .route("/full", get(async || vec![b'x'; BYTES_MAX]))
            .route("/gone", get(async || StatusCode::NOT_FOUND))
            .route("/away", get(async || Redirect::temporary("/attachments/1/2/playbook.toml")));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        base
    }

    #[tokio::test]
    async fn what_the_chat_keeps_is_fetched_within_limits() {
        let base = keeper().await;
        let attachments = Attachments::new(&base).unwrap();
        let fetch = |path: &str| attachments.fetch(format!("{base}{path}"));
        assert_eq!(fetch("/attachments/1/2/playbook.toml").await, Ok(b"[company]".to_vec()));
        assert_eq!(fetch("/full").await.map(|b| b.len()), Ok(BYTES_MAX));
        assert_eq!(fetch("/huge").await, Err("it is larger than 256 KiB".to_owned()));
        assert_eq!(fetch("/gone").await, Err("the chat answered 404".to_owned()));
        assert_eq!(fetch("/away").await, Err("the chat answered 307".to_owned()));
    }

    #[test]
    fn nowhere_else_is_asked() {
        let attachments = Attachments::new("https://discord.com").unwrap();
        let keeps = |url: &str| attachments.keeps(&Url::parse(url).unwrap());
        assert!(keeps("https://cdn.discordapp.com/attachments/1/2/playbook.toml?ex=1&is=2&hm=3"));
        assert!(keeps("https://discord.com/attachments/1"));
        for foreign in [
            "http://cdn.discordapp.com/a",
            "https://cdn.discordapp.com:8443/a",
            "https://cdn.discordapp.com.example.com/a",
            "https://user@cdn.discordapp.com/a",
            "http://discord.com/a",
            "http://169.254.169.254/latest",
            "file:///etc/passwd",
            "data:text/plain,x",
        ] {
            assert!(!keeps(foreign), "{foreign}");
        }
    }
}
