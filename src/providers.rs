//! Asks the APIs of providers: for what the ids in a delivery stand for, and for lists to catch up from.
//! Invariant: only addresses that the settings name are asked, no redirect is followed, no more is read than allowed, and a token goes into
//! a header and nowhere else. A provider's own address never leads into a private network, whatever its name resolves to.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{Client, ClientBuilder};
use secrecy::{ExposeSecret as _, SecretString};
use url::{Host, Url};

use crate::intake::api::Api;
use crate::settings::ProviderUrls;

/// Longest wait for a whole answer.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Largest answer, in bytes.
const BYTES_MAX: usize = 1024 * 1024;

/// Asks providers.
#[derive(Debug, Clone)]
pub struct Providers {
    outside: Client,
    /// For addresses on this machine, which no proxy reaches.
    here: Client,
    urls: BTreeMap<String, String>,
}

/// One request.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// Of whose API.
    pub api: &'a Api,
    /// Below the provider's address, with its query.
    pub path: &'a str,
    /// Sent as JSON by POST; without it, it is a GET.
    pub body: Option<&'a str>,
    /// What it is asked with.
    pub token: &'a SecretString,
}

/// An answer of whatever status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The status.
    pub status: u16,
    /// When to come again, as it was said.
    pub retry_after: Option<String>,
    /// All of the body.
    pub body: Vec<u8>,
}

impl Providers {
    /// For the addresses of the settings.
    ///
    /// # Errors
    /// When the HTTP library cannot be set up.
    pub fn new(urls: &ProviderUrls) -> reqwest::Result<Self> {
        Self::waiting(urls, TIMEOUT)
    }

    fn waiting(urls: &ProviderUrls, most: Duration) -> reqwest::Result<Self> {
        let host = |url: &str| Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_lowercase));
        let guarded = urls.0.values().filter(|url| !url.is_named).filter_map(|url| host(&url.url)).collect();
        let guard = Arc::new(Guard { guarded });
        Ok(Self {
            outside: client(most).dns_resolver(guard).build()?,
            here: client(most).no_proxy().build()?,
            urls: urls.0.iter().map(|(name, url)| (name.clone(), url.url.clone())).collect(),
        })
    }

    /// Asks, and reads the whole answer.
    ///
    /// # Errors
    /// Why there is none, in words that hold no token.
    pub async fn ask(&self, ask: &Ask<'_>) -> Result<Answered, String> {
        let base = self.urls.get(&ask.api.provider).ok_or_else(|| format!("no address of {} is set", ask.api.provider))?;
        let url = Url::parse(&format!("{base}{}", ask.path)).map_err(|_| "its address cannot be put together".to_owned())?;
        let client = if is_here(&url) { &self.here } else { &self.outside };
        let request = match ask.body {
            None => client.get(url),
            Some(body) => client.post(url).header(CONTENT_TYPE, "application/json").body(body.to_owned()),
        };
        let sent = request.headers(headers(ask)?).send().await;
        let mut response = sent.map_err(|error| unanswered(&error))?;
        let status = response.status().as_u16();
        let retry_after = response.headers().get(RETRY_AFTER).and_then(|v| v.to_str().ok()).map(str::to_owned);
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| unanswered(&error))? {
            if body.len() + chunk.len() > BYTES_MAX {
                return Err(format!("its answer is larger than {} KiB", BYTES_MAX / 1024));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answered { status, retry_after, body })
    }
}

fn client(most: Duration) -> ClientBuilder {
    Client::builder()
        .timeout(most)
        .connect_timeout(CONNECT_TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("leadbell/", env!("CARGO_PKG_VERSION")))
}

fn headers(ask: &Ask<'_>) -> Result<HeaderMap, String> {
    let unfit = |name: &str| format!("what stands for the header {name} cannot be sent");
    let mut headers = HeaderMap::new();
    for (name, value) in &ask.api.headers {
        let name = HeaderName::try_from(name).map_err(|_| unfit(name))?;
        headers.insert(name.clone(), HeaderValue::try_from(value).map_err(|_| unfit(name.as_str()))?);
    }
    let place = &ask.api.token;
    let name = HeaderName::try_from(&place.header).map_err(|_| unfit(&place.header))?;
    let mut value = HeaderValue::try_from(format!("{}{}", place.prefix, ask.token.expose_secret()))
        .map_err(|_| "the access token holds what no header may: store it anew".to_owned())?;
    value.set_sensitive(true);
    headers.insert(name, value);
    Ok(headers)
}

/// The address is in no message: what is asked for may be about a person.
fn unanswered(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        "it did not answer in time".to_owned()
    } else if error.is_connect() {
        "it cannot be reached".to_owned()
    } else {
        "the connection broke".to_owned()
    }
}

fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// Resolves names; those of providers only to public addresses.
#[derive(Debug)]
struct Guard {
    guarded: BTreeSet<String>,
}

impl Guard {
    fn allowed(&self, name: &str, found: Vec<SocketAddr>) -> Vec<SocketAddr> {
        let is_guarded = self.guarded.contains(&name.to_lowercase());
        found.into_iter().filter(|address| !is_guarded || is_public(address.ip())).collect()
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = Self { guarded: self.guarded.clone() };
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let allowed = guard.allowed(name.as_str(), found);
            if allowed.is_empty() {
                return Err("no public address".into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// Reached over the internet, and not in a network of somebody's own.
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            let [first, second, ..] = ip.octets();
            let is_shared = first == 100 && (64..128).contains(&second);
            let is_own = ip.is_private() || ip.is_loopback() || ip.is_link_local() || is_shared;
            !(is_own || first == 0 || ip.is_multicast() || ip.is_broadcast() || first >= 240)
        }
        IpAddr::V6(ip) => {
            let [first, second, .., seventh, eighth] = ip.segments();
            let is_translated = (first, second) == (0x64, 0xff9b);
            if let Some(inner) = ip.to_ipv4_mapped() {
                return is_public(inner.into());
            }
            if is_translated {
                let [a, b] = seventh.to_be_bytes();
                let [c, d] = eighth.to_be_bytes();
                return is_public(Ipv4Addr::new(a, b, c, d).into());
            }
            let is_own = ip.is_loopback() || ip.is_unspecified() || ip.is_unique_local() || ip.is_unicast_link_local();
            !(is_own || ip.is_multicast())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::sources::preset;
    use crate::settings::{ProviderUrl, Settings};

    #[test]
    fn a_providers_own_name_never_leads_into_a_private_network() {
        let guard = Guard { guarded: BTreeSet::from(["graph.facebook.com".to_owned()]) };
        let at = |ip: &str| SocketAddr::new(ip.parse().unwrap(), 0);
        let public = [at("157.240.1.1"), at("2a03:2880::1"), at("64:ff9b::808:808")];
        let private = [
            "10.0.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "192.168.1.1",
            "172.16.0.1",
            "100.64.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "::1",
            "::",
            "fd00::1",
            "fe80::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "224.0.0.1",
            "ff02::1",
        ]
        .map(at);
        let all = [&public[..], &private[..]].concat();
        assert_eq!(guard.allowed("Graph.Facebook.com", all.clone()), public);
        assert_eq!(guard.allowed("proxy.internal", all.clone()), all, "what the administrator names is asked, wherever it is");
    }

    #[test]
    fn an_address_that_the_settings_name_is_not_guarded() {
        let env = |name: &str| (name == "LEADBELL_PROVIDERS_META_URL").then(|| "http://10.0.0.7:9000/".to_owned());
        let urls = Settings::read("test", "[providers]\nhubspot_url = \"https://api.hubapi.com\"\n", &env).unwrap().providers;
        assert_eq!((urls.0["meta"].url.as_str(), urls.0["meta"].is_named), ("http://10.0.0.7:9000", true));
        assert!(!urls.0["hubspot"].is_named, "the usual address is guarded, though it is written down");
        assert!(!urls.0["tiktok"].is_named);
        assert!(Providers::new(&urls).is_ok());
    }

    #[tokio::test]
    async fn who_never_answers_is_not_waited_for() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let urls = ProviderUrls(BTreeMap::from([("meta".to_owned(), ProviderUrl { url, is_named: true })]));
        let providers = Providers::waiting(&urls, Duration::from_millis(50)).unwrap();
        let api = preset("meta_lead_ads").unwrap().api.as_ref().unwrap();
        let ask = async |token: &str| providers.ask(&Ask { api, path: "/v23.0/77", body: None, token: &token.into() }).await;
        // The connection is taken by the machine; nobody here reads from it.
        assert_eq!(ask("t").await, Err("it did not answer in time".to_owned()));
        let unsendable = ask("line\nbreak").await;
        assert_eq!(unsendable, Err("the access token holds what no header may: store it anew".to_owned()));
        drop(listener);
        assert_eq!(ask("t").await, Err("it cannot be reached".to_owned()));
    }
}
