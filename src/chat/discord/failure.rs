//! What Discord's refusals mean for us, with what to do about them.
//! The distinction that matters is between "did not happen" and "may have happened": the second must be looked up before it is repeated.

use std::time::Duration;

use serde_json::Value;

use crate::chat::SendError;

/// A request that was not answered with success.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Failure {
    /// It did not happen; again later.
    Later {
        /// Not before then.
        after: Option<Duration>,
    },
    /// It may have happened.
    Unknown {
        /// What came instead of an answer.
        why: String,
    },
    /// Discord answered no.
    No(No),
    /// The token is not accepted: nothing is sent any more.
    Halted,
}

/// Discord's no.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct No {
    pub(super) status: u16,
    /// Discord's own code; `None` when the answer was not Discord's JSON.
    pub(super) code: Option<i64>,
    /// Its words, with the paths of what is wrong.
    pub(super) why: String,
}

/// What to say when the token is not accepted.
pub(super) const TOKEN_REFUSED: &str = "Discord does not accept the bot token, so nothing is sent any more. \
     Copy the token again from the application's Bot page, set it as [discord] token, and restart.";

impl Failure {
    /// As the port says it; `needs` names the permissions that the request takes.
    pub(super) fn told(self, needs: &str) -> SendError {
        match self {
            Failure::Later { after } => SendError::Retry { after },
            Failure::Unknown { why } => SendError::Uncertain { why },
            Failure::Halted => SendError::Refused { why: TOKEN_REFUSED.to_owned() },
            Failure::No(no) => no.told(needs),
        }
    }

    /// Discord's own code of a no.
    pub(super) fn code(&self) -> Option<i64> {
        match self {
            Failure::No(no) => no.code,
            Failure::Later { .. } | Failure::Unknown { .. } | Failure::Halted => None,
        }
    }
}

impl No {
    /// Reads the body of a refusal.
    pub(super) fn read(status: u16, body: &[u8]) -> Self {
        let Ok(json) = serde_json::from_slice::<Value>(body) else {
            return Self { status, code: None, why: format!("status {status}, and not in Discord's words: is api_url right?") };
        };
        let mut why = json["message"].as_str().unwrap_or("no reason given").to_owned();
        let mut paths = Vec::new();
        collect_paths(&json["errors"], "", &mut paths);
        if !paths.is_empty() {
            why = format!("{why}: {}", paths.join("; "));
        }
        Self { status, code: Some(json["code"].as_i64().unwrap_or(0)), why: crate::domain::text::cut(&why, 400) }
    }

    fn told(self, needs: &str) -> SendError {
        match (self.status, self.code) {
            // No direct messages from us, or no server in common.
            (_, Some(50_007 | 50_278)) => SendError::Closed,
            (404, Some(_)) | (_, Some(10_003 | 10_008)) => SendError::Gone,
            (403, _) => {
                SendError::Refused { why: format!("{} ({}). There the bot needs: {needs}.", self.why, self.code.unwrap_or(0)) }
            }
            _ => SendError::Refused { why: format!("{} ({})", self.why, self.code.unwrap_or(0)) },
        }
    }
}

/// `{"embeds":{"0":{"title":{"_errors":[{"code","message"}]}}}}` becomes `embeds.0.title: message`.
fn collect_paths(errors: &Value, at: &str, paths: &mut Vec<String>) {
    let Value::Object(map) = errors else { return };
    for (key, inner) in map {
        if key == "_errors" {
            let said = inner.as_array().into_iter().flatten().filter_map(|e| e["message"].as_str());
            paths.extend(said.map(|message| if at.is_empty() { message.to_owned() } else { format!("{at}: {message}") }));
        } else {
            let path = if at.is_empty() { key.clone() } else { format!("{at}.{key}") };
            collect_paths(inner, &path, paths);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn told(status: u16, body: &Value) -> SendError {
        Failure::No(No::read(status, body.to_string().as_bytes())).told("Send Messages")
    }

    #[test]
    fn each_refusal_says_what_it_means() {
        let refused = |why: &str| SendError::Refused { why: why.to_owned() };
        for (status, body, expected) in [
            (404, json!({"code": 10003, "message": "Unknown Channel"}), SendError::Gone),
            (404, json!({"code": 10008, "message": "Unknown Message"}), SendError::Gone),
            (404, json!({"code": 0, "message": "404: Not Found"}), SendError::Gone),
            (403, json!({"code": 50007, "message": "Cannot send messages to this user"}), SendError::Closed),
            (
                403,
                json!({"code": 50013, "message": "Missing Permissions"}),
                refused("Missing Permissions (50013). There the bot needs: Send Messages."),
            ),
            (
                400,
                json!({"code": 50035, "message": "Invalid Form Body", "errors": {
                    "embeds": {"0": {"title": {"_errors": [{"code": "X", "message": "Must be 256 or fewer in length."}]}}}}}),
                refused("Invalid Form Body: embeds.0.title: Must be 256 or fewer in length. (50035)"),
            ),
        ] {
            assert_eq!(told(status, &body), expected, "{body}");
        }
    }

    #[test]
    fn a_404_from_something_that_is_not_discord_is_no_lost_message() {
        let no = Failure::No(No::read(404, b"<html>nginx</html>")).told("");
        assert_eq!(no, SendError::Refused { why: "status 404, and not in Discord's words: is api_url right? (0)".into() });
    }
}
