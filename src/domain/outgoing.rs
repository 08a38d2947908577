//! What becomes of a message that was to go to a lead.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::decision::{Decision, News, Recipient};
use super::draft::Draft;
use super::fact::Fact;
use super::ids::PersonId;
use super::reply::Reply;
use super::snapshot::Snapshot;

/// Why a message did not go out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Unsent {
    /// The server refused it for good.
    Refused {
        /// With this code, such as `550 5.1.1`.
        code: String,
    },
    /// It was tried for too long.
    GivenUp,
    /// It may have gone out: nobody said so, and it is not tried again.
    Unsure,
}

/// A message of `by` did not go out: it is noted, and they hear of it. No attempt is taken back, and none is added.
pub(super) fn unsent(snapshot: &Snapshot, by: PersonId, (template, unsent): (&str, &Unsent), now: DateTime<Utc>) -> Decision {
    let Some(lead) = snapshot.lead.clone() else { return Decision::only(Reply::Nobody) };
    let mut draft = Draft::new(snapshot, lead, None, now);
    draft.record(Fact::MailUnsent { by, unsent: unsent.clone() });
    draft.tell(Recipient::Person(by), News::MailUnsent { template: template.to_owned(), unsent: unsent.clone() });
    draft.done(Reply::Nobody)
}
