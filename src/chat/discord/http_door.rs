//! The HTTP door: interactions as signed requests to our public address, instead of a gateway.
//! The route itself stands elsewhere and hands over the headers and the bytes; the answer goes back in the response.
//! Invariant: nothing is read before the signature over exactly these bytes was found good, and young.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use serenity::interactions_endpoint::Verifier;
use tokio::time::Instant;

use super::inbound::Interaction;
use super::platform::Discord;
use super::rest::AccessError;
use super::talk::{Talk, Then};
use super::wire::Callback;
use crate::chat::Answering;
use crate::clock::Clock;

/// Older signatures are refused, and those from further ahead.
const AGE_MAX_S: i64 = 300;
/// Discord gives 3 s, and the way takes some.
const PATIENCE: Duration = Duration::from_millis(2200);

/// What the two headers say.
#[derive(Debug, Clone, Copy)]
pub struct Signature<'a> {
    /// `X-Signature-Ed25519`; empty when missing.
    pub signature: &'a str,
    /// `X-Signature-Timestamp`; empty when missing.
    pub timestamp: &'a str,
}

/// What goes back.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// JSON, when there is a body.
    pub body: Option<Value>,
}

/// See the module.
pub struct HttpDoor<A> {
    talk: Arc<Talk<A>>,
    verifier: Verifier,
    clock: Clock,
}

impl<A: Answering> HttpDoor<A> {
    /// `public_key` is the application's, 64 hexadecimal digits.
    ///
    /// # Errors
    /// When it is not a key.
    pub fn new(discord: Discord, answering: Arc<A>, public_key: &str, clock: Clock) -> Result<Self, AccessError> {
        let mut key = [0; 32];
        hex::decode_to_slice(public_key.trim(), &mut key).map_err(|_| AccessError::PublicKey)?;
        let verifier = Verifier::try_new(key).map_err(|_| AccessError::PublicKey)?;
        Ok(Self { talk: Arc::new(Talk::new(discord, answering)), verifier, clock })
    }

    /// Answers one request. Follow-ups go on in the background; see `finish`.
    pub async fn receive(&self, signature: Signature<'_>, body: &[u8]) -> Reply {
        let deadline = Instant::now() + PATIENCE;
        if !self.is_authentic(signature, body) {
            return Reply { status: 401, body: Some(Value::String("invalid request signature".to_owned())) };
        }
        let Ok(json) = serde_json::from_slice::<Value>(body) else { return Reply { status: 400, body: None } };
        if json["type"] == 1 {
            return reply(&Callback::Pong);
        }
        let Ok(interaction) = serde_json::from_value::<Interaction>(json) else { return Reply { status: 400, body: None } };
        let line = interaction.line();
        let first = match self.talk.read(&interaction).await {
            Ok(asked) => self.talk.first(asked.inbound, line.surface, deadline).await,
            Err(not_ours) => self.talk.refusal(not_ours, line.surface).await,
        };
        let talk = Arc::clone(&self.talk);
        if !first.files.is_empty() {
            // Files do not fit into the response: it only says that we heard.
            self.talk.tasks.spawn(async move {
                if talk.send(&line, &first).await.is_ok() {
                    talk.shown(first.shows).await;
                    talk.follow(&line, first.then).await;
                }
            });
            return Reply { status: 202, body: None };
        }
        let answer = reply(&first.callback);
        if !matches!(first.then, Then::Nothing) {
            self.talk.tasks.spawn(async move {
                // Whether the response arrived shows only in that what follows it is taken.
                if talk.follow(&line, first.then).await {
                    talk.shown(first.shows).await;
                }
            });
        }
        answer
    }

    /// Waits for the follow-ups under way; for an orderly end.
    pub async fn finish(&self) {
        self.talk.tasks.close();
        self.talk.tasks.wait().await;
    }

    fn is_authentic(&self, given: Signature<'_>, body: &[u8]) -> bool {
        let young = given.timestamp.parse::<i64>().is_ok_and(|at| (self.clock.now().timestamp() - at).abs() <= AGE_MAX_S);
        young && self.verifier.verify(given.signature, given.timestamp, body).is_ok()
    }
}

fn reply(callback: &Callback) -> Reply {
    Reply { status: 200, body: Some(serde_json::to_value(callback).expect("our own types are always JSON")) }
}
