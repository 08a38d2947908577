//! The fields of a lead that intake looks for, and where each was found.

use serde::{Deserialize, Serialize};

/// A field of a lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The whole name.
    Name,
    /// The given name.
    FirstName,
    /// The family name.
    LastName,
    /// E-mail.
    Email,
    /// Phone.
    Phone,
    /// The company.
    Company,
    /// The job title.
    Title,
    /// The country.
    Country,
    /// The time zone.
    Zone,
    /// Website.
    Website,
    /// What they want, in their words.
    Message,
    /// When it was submitted.
    SubmittedAt,
    /// The form, campaign or number that made it.
    SourceDetail,
    /// The sender's own id of it.
    Id,
    /// Whether it is a test.
    Test,
    /// A question of consent.
    Consent,
    /// `utm_source` and its kin.
    Utm,
}

impl Field {
    /// Says who the person is.
    #[must_use]
    pub fn is_personal(self) -> bool {
        use Field::{Company, Email, FirstName, LastName, Message, Name, Phone};
        matches!(self, Name | FirstName | LastName | Email | Phone | Company | Message)
    }
}

/// How a field was found; what comes first counts most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The source's own mapping.
    Mapping,
    /// What we know of the provider.
    Preset,
    /// The type that the sender gave the field.
    TypeHint,
    /// What the field is called.
    Label,
    /// What the value looks like.
    Shape,
}

/// How sure we are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// May be wrong: worth a look before the source goes live.
    Guess,
    /// Most probably right.
    Likely,
    /// Said so by somebody who knows.
    Sure,
}

/// Where a field came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// The field.
    pub field: Field,
    /// How it was found.
    pub origin: Origin,
    /// How sure that is.
    pub certainty: Certainty,
    /// Where in the payload, as a path.
    pub path: String,
    /// What it was called there.
    pub label: String,
}
