//! How the desk gets a file that somebody attached: the chat's adapter brings it, once it is there.

use std::sync::{Arc, OnceLock};

use futures_util::future::BoxFuture;

/// Brings what stands at an address; the words of a failure are for the person who attached it.
type Bring = dyn Fn(String) -> BoxFuture<'static, Result<Vec<u8>, String>> + Send + Sync;

/// Brings files that people attach. Until a chat is connected, it brings nothing.
#[derive(Clone, Default)]
pub struct Fetch(Arc<OnceLock<Box<Bring>>>);

impl Fetch {
    /// From now on, files come through this. The first that is connected stays.
    pub fn connect(&self, bring: impl Fn(String) -> BoxFuture<'static, Result<Vec<u8>, String>> + Send + Sync + 'static) {
        // A second adapter would be a mistake of the composition; the first one goes on serving.
        drop(self.0.set(Box::new(bring)));
    }

    /// The bytes behind an address.
    ///
    /// # Errors
    /// Why there are none, in words for the person who attached them.
    pub(super) async fn bring(&self, url: String) -> Result<Vec<u8>, String> {
        match self.0.get() {
            Some(bring) => bring(url).await,
            None => Err("no chat is connected".to_owned()),
        }
    }
}

impl std::fmt::Debug for Fetch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.get().is_some() { "Fetch(connected)" } else { "Fetch" })
    }
}
