//! Names for things, so that a team cannot be passed where a lead is meant.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);
    };
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The key as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(key: &str) -> Self {
                Self(key.to_owned())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

number_id!(
    /// A person of the company: rep, manager or administrator.
    PersonId
);
number_id!(
    /// A lead; shown as `L-1042`.
    LeadId
);
number_id!(
    /// The raw bytes of one webhook request, as kept.
    DeliveryId
);
number_id!(
    /// One form fill, message or call.
    SubmissionId
);
text_id!(
    /// A team, as the playbook names it.
    TeamKey
);
text_id!(
    /// A source of leads, as it stands in its URL.
    SourceKey
);
text_id!(
    /// A stage of the sale, as the playbook names it.
    StageKey
);
text_id!(
    /// Something that not everybody can do, as the playbook names it.
    SkillKey
);
text_id!(
    /// A reason for ending work on a lead, as the playbook names it.
    ReasonKey
);

text_id!(
    /// A kind of signal, as the playbook names it.
    SignalKey
);

text_id!(
    /// A sequence of messages, as the playbook names it.
    SequenceKey
);

impl fmt::Display for LeadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "L-{}", self.0)
    }
}

impl FromStr for LeadId {
    type Err = ();

    /// Reads `L-1042`, `l1042` and `1042`.
    fn from_str(text: &str) -> Result<Self, ()> {
        let text = text.trim();
        let digits = text.strip_prefix(['L', 'l']).unwrap_or(text);
        let digits = digits.strip_prefix('-').unwrap_or(digits);
        digits.parse().map(LeadId).map_err(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lead_is_read_as_it_is_shown() {
        for text in ["L-1042", "l-1042", "L1042", " 1042 "] {
            assert_eq!(text.parse(), Ok(LeadId(1042)), "{text}");
        }
        assert_eq!("Acme".parse::<LeadId>(), Err(()));
        assert_eq!(LeadId(1042).to_string(), "L-1042");
    }
}
