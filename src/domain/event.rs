//! What can happen to a lead.

use chrono::{DateTime, Utc};

use super::help::HelpAsk;
use super::ids::{LeadId, PersonId, ReasonKey, StageKey, TeamKey};
use super::lead::{Channel, Outcome, Profile};
use super::money::Money;
use super::outgoing::Unsent;
use super::repair::Mending;
use super::signals::Signal;
use super::submission::Contact;
use super::tags::Tag;
use super::trade::TradeAsk;

/// What happened, or what somebody asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A submission: of somebody new, or of somebody who has the lead that is looked at.
    Arrived {
        /// Who they are and what they want.
        profile: Box<Profile>,
        /// Added by hand for oneself: owned by that person at once.
        taken_by: Option<PersonId>,
    },
    /// A record that somebody brought in from elsewhere: not their own request.
    Imported {
        /// Who they are and what they want.
        profile: Box<Profile>,
    },
    /// A due clock: the lead woke by itself.
    Woke,
    /// The same, where e-mails go out by themselves: a mail server is named.
    WokeWithPost,
    /// The chat could not be reached, and can be again.
    ChatCameBack {
        /// Since when it could not.
        since: DateTime<Utc>,
    },
    /// A day went by, or other rules are in force: it may be worth more or less than before.
    Aged,
    /// A message of somebody's did not go out to the lead.
    MailUnsent {
        /// Whose.
        by: PersonId,
        /// The name of its template.
        template: String,
        /// Why.
        unsent: Unsent,
    },
    /// Somebody who has the lead did something that is no submission.
    Signalled {
        /// What.
        signal: Signal,
    },
    /// They are never to be contacted again: said from outside of any lead.
    LeftAlone,
    /// That was a mistake: what ended with it goes on as if nothing had been said.
    GoesOnAfterAll {
        /// Who takes back what they have just said of another lead of the same person; from outside of any lead, when `None`.
        by: Option<PersonId>,
        /// When it ended.
        since: DateTime<Utc>,
    },
    /// A person asks.
    Asked {
        /// Who.
        by: PersonId,
        /// For what.
        ask: Ask,
    },
}

/// What a person may ask of a lead.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// To have it.
    Claim,
    /// Not to have it, of who is asked.
    Pass {
        /// Why, in words.
        reason: Option<String>,
    },
    /// To be rid of it.
    Release {
        /// Why, in words.
        reason: String,
    },
    /// That it is another team's.
    WrongTeam {
        /// Why, in words.
        reason: String,
    },
    /// To give it to somebody.
    Assign {
        /// To whom.
        to: PersonId,
        /// Why, in words.
        reason: String,
    },
    /// To send it to a team (out of triage, or anew).
    Route {
        /// Where.
        team: TeamKey,
    },
    /// To note an attempt.
    Log {
        /// How.
        channel: Channel,
        /// With what result.
        outcome: Outcome,
        /// In words.
        note: Option<String>,
    },
    /// To plan.
    FollowUp {
        /// When.
        at: DateTime<Utc>,
        /// What for.
        note: Option<String>,
    },
    /// To write something down.
    Note {
        /// What.
        text: String,
    },
    /// To say where the sale stands.
    Stage {
        /// Where.
        to: StageKey,
    },
    /// To end it.
    Disqualify {
        /// Why.
        reason: ReasonKey,
        /// In words.
        detail: Option<String>,
        /// When to come back.
        until: Option<DateTime<Utc>>,
        /// The lead that it is a duplicate of.
        original: Option<LeadId>,
    },
    /// To say that it became a customer.
    Won {
        /// For how much; what its deal is worth, when `None`.
        value: Option<Money>,
    },
    /// To make a deal of it, or to say what its deal is worth.
    Deal {
        /// How much, if that is known.
        value: Option<Money>,
    },
    /// To work it again.
    Reopen,
    /// To see contact data.
    Reveal,
    /// To say that it is still theirs.
    StillMine,
    /// To say that it is the same person as another lead, which goes on.
    Merge {
        /// Which.
        into: LeadId,
    },
    /// To put a tag on it.
    Tag {
        /// Which.
        tag: Tag,
    },
    /// To take a tag off it.
    Untag {
        /// Which.
        tag: Tag,
    },
    /// To send it back to its team, out of its sleep or its end.
    Requeue,
    /// That nothing more is written to them by itself.
    StopSequence,
    /// To take back what they just did.
    Undo,
    /// To put right what is known of the person.
    Mend {
        /// What is right.
        to: Box<Mending>,
    },
    /// To say that it cannot be put right.
    CannotMend,
    /// Help with it.
    Help(HelpAsk),
    /// Another lead for it.
    Trade(TradeAsk),
    /// To keep what they wrote in its thread.
    WriteInThread {
        /// What.
        text: String,
    },
    /// Not to have made the attempt that they have just logged.
    Unlog {
        /// How.
        channel: Channel,
        /// With what result.
        outcome: Outcome,
    },
    /// To end it, or keep it with a task, since somebody else decides.
    DecidedBy {
        /// Why.
        reason: ReasonKey,
        /// In words.
        detail: Option<String>,
        /// Who decides, as far as it is known.
        who: Box<Contact>,
    },
    /// To give what waits to whose turn it is, without asking them.
    GiveNext,
    /// To say that what was planned is done.
    Done {
        /// What came of it.
        note: Option<String>,
    },
}
