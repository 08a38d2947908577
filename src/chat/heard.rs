//! What people do in a lead's thread without asking the bot for anything: they write, and they react.
//! It gets no answer but a mark, so that the team's talk stays the team's.

use super::Receipt;

/// Something that a person wrote or a sign that they gave, beside the bot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overheard {
    /// The platform's id of the person. What they may do is what is known of them: such a thing says nothing of their roles.
    pub by: String,
    /// The message.
    pub on: Receipt,
    /// What.
    pub what: Remark,
}

/// What somebody did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remark {
    /// Wrote the message.
    Wrote {
        /// What it says.
        text: String,
    },
    /// Reacted to it.
    Signed(Sign),
    /// Took that back.
    Unsigned(Sign),
}

/// A reaction that means something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// A telephone: a call that nobody answered.
    Phone,
    /// An envelope: an e-mail that went out.
    Envelope,
    /// A tick: they were reached.
    Tick,
}

impl Sign {
    /// What it is called where it is kept; never renamed.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Sign::Phone => "phone",
            Sign::Envelope => "envelope",
            Sign::Tick => "tick",
        }
    }
}

/// What is shown at the message for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// It was written down.
    Put,
    /// It no longer is.
    Lifted,
    /// Nothing: it was not meant for the lead, or not theirs to say.
    None,
}
